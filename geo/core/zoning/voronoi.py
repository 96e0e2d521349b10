"""Lines half-way between buildings: the Voronoi diagram of their outlines, without the parts inside one building."""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.spatial import Delaunay

SPACING_M = 6.0
"""Distance between the points that stand for an outline: about the narrowest lane between two rows of houses."""
INSET_M = 0.3
"""Points lie this far inside, so that two houses with a common wall have a line between them: the wall."""
STRAIGHT_M = 1.0
"""Lines are made straight within this distance; an outline that is cut by that is put back (see cells.py)."""
_GHOSTS = np.array([[-1.0, -1.01], [1.02, -1.0], [1.0, 1.03], [-1.04, 1.0]])


def outline_points(footprints: NDArray[Any]) -> tuple[NDArray[np.float64], NDArray[np.intp]]:
    """Return points along each footprint's outline, a little inside it, and the footprint each belongs to.

    Parameters
    ----------
    footprints : polygons or points, metric CRS; a point stands for itself.
    """
    inner = shapely.buffer(footprints, -INSET_M, join_style="mitre")
    inner = np.where(shapely.is_empty(inner), footprints, inner)
    wide = shapely.get_dimensions(inner) == 2
    lines = inner.copy()
    lines[wide] = shapely.segmentize(shapely.boundary(inner[wide]), SPACING_M)
    xy, owner = shapely.get_coordinates(lines, return_index=True)
    _, first = np.unique(np.column_stack([np.round(xy, 2), owner]), axis=0, return_index=True)
    first.sort()
    return xy[first], owner[first]


def separating_lines(xy: NDArray[np.float64], owner: NDArray[np.intp], block: shapely.Geometry) -> NDArray[Any]:
    """Return the lines within a block that are equally far from two owners' points and nearest to these.

    Parameters
    ----------
    xy : points (m), at least one of each owner.
    owner : who each point stands for.
    block : polygon the lines are cut to, metric CRS.

    Returns
    -------
    LineStrings, straight within `STRAIGHT_M`; none where there is one owner only.

    Notes
    -----
    Qhull's Delaunay triangulation; a line is the dual of an edge between two owners' points. GEOS's own Voronoi diagram
    failed on touching footprints.
    """
    centre = xy.mean(axis=0)
    reach = 20 * max(float(np.ptp(shapely.get_coordinates(block), axis=0).max()), 50.0)
    points = np.concatenate([xy - centre, reach * _GHOSTS])
    name = np.concatenate([owner, np.full(len(_GHOSTS), -1, dtype=owner.dtype)])
    mesh = Delaunay(points)
    corners, beside = mesh.simplices, mesh.neighbors
    middle = np.round(_circumcentres(points[corners]) + centre, 3)
    triangle = np.repeat(np.arange(len(corners)), 3)
    other = beside.ravel()
    ends = corners[:, [[1, 2], [2, 0], [0, 1]]].reshape(-1, 2)
    first, second = name[ends[:, 0]], name[ends[:, 1]]
    kept = (other > triangle) & (first != second) & (first >= 0) & (second >= 0)
    pairs = np.stack([middle[triangle[kept]], middle[other[kept]]], axis=1)
    pairs = pairs[np.any(pairs[:, 0] != pairs[:, 1], axis=1)]
    if len(pairs) == 0:
        return np.empty(0, dtype=object)
    lines = shapely.line_merge(shapely.multilinestrings(np.asarray(shapely.linestrings(pairs))))
    parts = shapely.get_parts(shapely.line_merge(shapely.intersection(lines, block)))
    return np.asarray(shapely.simplify(parts[shapely.get_dimensions(parts) == 1], STRAIGHT_M))


def _circumcentres(triangles: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the point equally far from the three corners of each triangle; coordinates are relative to the block."""
    a = triangles[:, 0]
    b, c = triangles[:, 1] - a, triangles[:, 2] - a
    twice = 2 * (b[:, 0] * c[:, 1] - b[:, 1] * c[:, 0])
    twice = np.where(np.abs(twice) < 1e-12, 1e-12, twice)
    bb, cc = (b * b).sum(axis=1), (c * c).sum(axis=1)
    x = (c[:, 1] * bb - b[:, 1] * cc) / twice
    y = (b[:, 0] * cc - c[:, 0] * bb) / twice
    return a + np.column_stack([x, y])
