"""Footprints to grids (网格): a building belongs to the grid holding most of it.

Rule of a loaded plan: its polygons are kept as they are. A polygon footprint goes to the grid with the largest share
of it, the lower code where two hold the same; a point building to the grid that contains it, the lower code on an
edge. A building that shares no area with any grid has none: reported by the check, never moved.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray

from geo.core.locate import Locator

_EQUAL_SHARE = 1e-9
"""Shares closer than this are a tie: below a square millimetre of the largest building."""


def grid_of_footprint(
    footprints: ArrayLike, codes: Sequence[str] | NDArray[Any], grids: ArrayLike
) -> NDArray[np.object_]:
    """Name the grid of each building.

    Parameters
    ----------
    footprints : shapely polygons or points; None and empty ones get no grid.
    codes, grids : one code and one valid polygon a grid, in the footprints' CRS. Shares are compared within one
        building only, so degrees serve as well as metres.

    Returns
    -------
    The grid's code a building, `""` where no grid holds any of it.

    Examples
    --------
    >>> left, right = shapely.box(0, 0, 10, 10), shapely.box(10, 0, 20, 10)
    >>> grid_of_footprint([shapely.box(7, 0, 12, 2), shapely.Point(10, 5)], ["g1", "g2"], [left, right]).tolist()
    ['g1', 'g1']
    """
    shapes = np.asarray(footprints, dtype=object)
    found = np.full(len(shapes), "", dtype=object)
    if len(shapes) == 0 or len(np.asarray(codes)) == 0:
        return found
    names = np.asarray(codes, dtype=object)
    order = np.argsort(names.astype(str), kind="stable")
    names, polygons = names[order], np.asarray(grids, dtype=object)[order]

    point = shapely.get_type_id(shapes) == shapely.GeometryType.POINT
    point &= ~shapely.is_empty(shapes)
    found[point] = Locator(names, polygons).codes_at(shapely.get_x(shapes[point]), shapely.get_y(shapes[point]))

    area = shapely.area(shapes)
    wide = np.flatnonzero(area > 0)
    shapely.prepare(polygons)
    building, grid = shapely.STRtree(polygons).query(shapes[wide], predicate="intersects")
    share = _shares(shapes[wide], area[wide], polygons, building, grid)
    kept = share > 0
    building, grid, share = building[kept], grid[kept], share[kept]
    # last write wins: order by falling rank within rising share
    rounded = np.round(share / _EQUAL_SHARE)
    last = np.lexsort((-grid, rounded, building))
    found[wide[building[last]]] = names[grid[last]]
    return found


def _shares(
    shapes: NDArray[Any],
    area: NDArray[np.float64],
    polygons: NDArray[Any],
    building: NDArray[np.intp],
    grid: NDArray[np.intp],
) -> NDArray[np.float64]:
    """Share of the building within the grid, a pair; cut only where more than one grid meets the building."""
    pairs = np.bincount(building, minlength=len(shapes))
    share = np.ones(len(building))
    several = np.flatnonzero(pairs[building] > 1)
    cut = shapely.intersection(shapes[building[several]], polygons[grid[several]])
    share[several] = shapely.area(cut) / area[building[several]]
    single = np.flatnonzero(pairs[building] == 1)
    touching = single[~shapely.relate_pattern(polygons[grid[single]], shapes[building[single]], "T********")]
    share[touching] = 0.0
    return share
