"""A lake between communities is no hole; the land left out beside it is."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from geo.core.tiling import holes

RING = shapely.Polygon(shapely.box(0, 0, 300, 300).exterior, [shapely.box(100, 100, 200, 200).exterior])


@pytest.mark.parametrize(
    ("lake", "found"),
    [
        ([], [(0, 10_000.0)]),
        ([shapely.box(100, 100, 200, 200)], []),
        ([shapely.box(100, 100, 150, 200)], [(0, 5_000.0)]),
    ],
)
def test_water_fills_a_hole(lake: list[shapely.Polygon], found: list[tuple[int, float]]) -> None:
    assert [*holes(np.array([RING]), np.array(lake, dtype=object))] == found
