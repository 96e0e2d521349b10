"""Polygons that should cover an area once: where two lie over one another, and the holes they leave."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import shapely

LEAST_M2 = 0.5
"""Smaller overlaps and holes are the rounding of drawn boundaries."""


def overlaps(polygons: np.ndarray, least_m2: float = LEAST_M2) -> Iterator[tuple[int, int, float, float]]:
    """Find pairs of polygons that overlap.

    Parameters
    ----------
    polygons : valid, metric CRS.

    Yields
    ------
    Positions of the two, the area they share (m2) and its mean width (m): twice the area by the perimeter.
    """
    first, second = shapely.STRtree(polygons).query(polygons, predicate="intersects")
    once = first < second
    pairs = np.column_stack([first[once], second[once]])
    for one, other in pairs[np.lexsort((pairs[:, 1], pairs[:, 0]))]:
        shared = shapely.intersection(polygons[one], polygons[other])
        area = float(shapely.area(shared))
        if area >= least_m2:
            yield int(one), int(other), area, 2 * area / float(shapely.length(shared))


def holes(polygons: np.ndarray, water: np.ndarray, least_m2: float = LEAST_M2) -> Iterator[tuple[int, float]]:
    """Find holes the polygons leave inside what they cover together; water in them is no hole.

    Parameters
    ----------
    polygons, water : shapely geometries, metric CRS, metres.

    Yields
    ------
    Position of a polygon at the hole, and the hole's area (m2).
    """
    if len(polygons) == 0:
        return
    tree = shapely.STRtree(polygons)
    wet = shapely.union_all(water)
    for part in shapely.get_parts(shapely.union_all(polygons)):
        for ring in shapely.get_rings(part)[1:]:
            hole = shapely.difference(shapely.Polygon(ring), wet)
            if hole.area >= least_m2:
                yield int(tree.query_nearest(hole, all_matches=False)[0]), float(hole.area)
