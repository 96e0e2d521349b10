"""Whether polygons tile an area: gaps, overlaps and what reaches outside, in m2 (格不漏户 begins with the map).

Boundaries drawn by hand and brought from one coordinate system to another leave hairlines; what is nowhere wider than
`WIDTH_M` is rounding and not reported.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray

from geo.core.tiling import LEAST_M2

WIDTH_M = 0.02
"""A straight edge of 1 km drawn in degrees bends by about 2 cm in metres; a gap must be wider than that somewhere."""

Polygons = NDArray[Any]


class Overlap(NamedTuple):
    """Positions of two polygons and the area (m2) they share."""

    first: int
    second: int
    area_m2: float


def real_area(shape: Any) -> float:
    """Return the area (m2) of those parts of a shape that are more than a hairline.

    Examples
    --------
    >>> real_area(shapely.box(0, 0, 100, 3)), real_area(shapely.box(0, 0, 1000, 0.001))
    (300.0, 0.0)
    """
    parts = shapely.get_parts(shape)
    parts = parts[shapely.area(parts) >= LEAST_M2]
    wide = parts[~shapely.is_empty(shapely.buffer(parts, -WIDTH_M / 2))] if len(parts) else parts
    return float(shapely.area(wide).sum())


def overlaps(polygons: Polygons) -> Iterator[Overlap]:
    """Find pairs of polygons that lie over one another.

    Parameters
    ----------
    polygons : valid, metric CRS.
    """
    first, second = shapely.STRtree(polygons).query(polygons, predicate="intersects")
    once = first < second
    first, second = first[once], second[once]
    order = np.lexsort((second, first))
    first, second = first[order], second[order]
    touching = shapely.relate_pattern(polygons[first], polygons[second], "F********")
    for one, other in zip(first[~touching].tolist(), second[~touching].tolist(), strict=True):
        area = real_area(shapely.intersection(polygons[one], polygons[other]))
        if area > 0:
            yield Overlap(one, other, area)


def gap_area(whole: shapely.Geometry, parts: Polygons) -> float:
    """Return the area (m2) of a polygon that no part covers; both in one metric CRS."""
    if len(parts) == 0:
        return float(shapely.area(whole))
    return real_area(shapely.difference(whole, shapely.union_all(parts)))


def outside_area(part: shapely.Geometry, whole: shapely.Geometry) -> float:
    """Return the area (m2) of a part that lies outside the whole; both in one metric CRS."""
    if shapely.covers(whole, part):
        return 0.0
    return real_area(shapely.difference(part, whole))


def cut_shares(footprints: Polygons, grids: Polygons) -> NDArray[np.float64]:
    """Return the share of each footprint (0-0.5) that lies outside the grid holding most of it but inside another one.

    Parameters
    ----------
    footprints : polygons or points, any CRS the grids share; a point is never cut.
    grids : valid polygons.
    """
    cut = np.zeros(len(footprints))
    area = shapely.area(footprints)
    wide = np.flatnonzero(area > 0)
    building, grid = shapely.STRtree(grids).query(footprints[wide], predicate="intersects")
    several = np.bincount(building, minlength=len(wide))[building] > 1
    building, grid = building[several], grid[several]
    shared = shapely.area(shapely.intersection(footprints[wide[building]], grids[grid])) / area[wide[building]]
    total, most = np.zeros(len(wide)), np.zeros(len(wide))
    np.add.at(total, building, shared)
    np.maximum.at(most, building, shared)
    cut[wide] = total - most
    return cut
