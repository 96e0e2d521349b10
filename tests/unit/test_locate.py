"""Points and footprints to polygons: the lattice, GEOS and geopandas give the same answers, edges the lower code."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.core.assign import grid_of_footprint
from geo.core.locate import Locator
from tests.fixtures.drawing import draw

MANY = 3_000
"""Points from which on the lattice is laid."""


def by_sjoin(codes: np.ndarray, polygons: np.ndarray, x: np.ndarray, y: np.ndarray) -> list[str]:
    points = gpd.GeoDataFrame(geometry=gpd.points_from_xy(x, y))
    joined = gpd.sjoin(points, gpd.GeoDataFrame({"code": codes}, geometry=polygons), predicate="intersects")
    return joined.groupby(level=0)["code"].min().reindex(range(len(x)), fill_value="").tolist()


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 2**32), count=st.integers(1, 60), cells=st.sampled_from([1, 7, 64, 2048]))
def test_the_lattice_answers_like_sjoin_on_borders_corners_and_overlaps(seed: int, count: int, cells: int) -> None:
    rng = np.random.default_rng(seed)
    area = shapely.box(0, 0, 1, 1)
    parts = shapely.get_parts(shapely.voronoi_polygons(shapely.multipoints(rng.random((count + 1, 2)))))
    polygons = np.array([*shapely.intersection(parts, area), shapely.Point(0.5, 0.5).buffer(0.2)], dtype=object)
    codes = np.array([f"{number:03d}" for number in rng.permutation(len(polygons))], dtype=object)
    corners = shapely.get_coordinates(polygons)
    mids = (corners[1:] + corners[:-1]) / 2
    points = np.vstack([rng.uniform(-0.1, 1.1, (MANY, 2)), corners, mids])
    finder = Locator(codes, polygons, cells)
    assert finder.codes_at(points[:, 0], points[:, 1]).tolist() == by_sjoin(codes, polygons, *points.T)


@pytest.mark.parametrize("many", [1, MANY])
def test_a_shared_edge_belongs_to_the_lower_code_and_outside_to_none(many: int) -> None:
    frame = draw("BBAA", "BBAA", epsg=4527)
    finder = Locator(frame["name"].to_numpy(dtype=object), frame.geometry.to_numpy())
    west, south, east, _north = frame.total_bounds
    x = np.repeat([(west + east) / 2, west, west - 1, np.nan, np.inf], many)
    y = np.repeat([south + 50, south, south, south, south], many)
    assert finder.codes_at(x, y).tolist() == [code for code in ("A", "B", "", "", "") for _ in range(many)]


def test_positions_are_those_of_the_given_order() -> None:
    frame = draw("BA")
    shapes = frame.geometry.to_numpy()[::-1]
    middle = shapely.centroid(shapes)
    assert Locator(["B", "A"], shapes).positions_at(shapely.get_x(middle), shapely.get_y(middle)).tolist() == [0, 1]


def test_no_polygon_holds_nothing() -> None:
    assert Locator([], np.array([], dtype=object)).codes_at([1.0], [1.0]).tolist() == [""]


def test_holes_are_outside() -> None:
    ring = draw("AAA", "A.A", "AAA").geometry.iloc[0]
    middle = ring.centroid
    x, y = np.full(MANY, middle.x), np.full(MANY, middle.y)
    assert set(Locator(["A"], [ring]).codes_at(x, y)) == {""}


def test_a_building_belongs_to_the_grid_holding_most_of_it() -> None:
    grids = draw("aab", "aab", "...")
    houses = draw("xyy", "..z", "..z")
    codes = grid_of_footprint(houses.geometry, grids["name"].to_numpy(dtype=object), grids.geometry.to_numpy())
    assert dict(zip(houses["name"], codes, strict=True)) == {"x": "a", "y": "a", "z": "b"}


def test_a_building_that_only_touches_a_grid_belongs_to_none() -> None:
    grids, houses = draw("a..", "..."), draw(".x.", "...")
    assert grid_of_footprint(houses.geometry, ["a"], grids.geometry.to_numpy()).tolist() == [""]


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 2**32))
def test_each_footprint_has_the_grid_with_its_largest_share(seed: int) -> None:
    rng = np.random.default_rng(seed)
    cells = shapely.get_parts(shapely.voronoi_polygons(shapely.multipoints(rng.random((12, 2)))))
    grids = shapely.intersection(cells, shapely.box(0, 0, 1, 1))
    codes = np.array([f"{number:02d}" for number in range(len(grids))], dtype=object)
    low = rng.uniform(-0.2, 1.0, (50, 2))
    houses = shapely.box(low[:, 0], low[:, 1], low[:, 0] + 0.2, low[:, 1] + 0.15)
    shares = shapely.area(shapely.intersection(houses[:, None], grids[None, :]))
    expected = np.where(shares.max(axis=1) > 0, codes[shares.argmax(axis=1)], "")
    assert grid_of_footprint(houses, codes, grids).tolist() == expected.tolist()
