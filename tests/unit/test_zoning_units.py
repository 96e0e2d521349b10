"""Buildings become cells of land: they tile the community, keep footprints whole, and know their neighbours."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.core.zoning import Options, build, divide, measure, outlines
from tests.fixtures.zoning import COMMUNITY, drawn, town


def neighbours(units, passable=True) -> set[str]:
    """Name pairs of neighbouring buildings, each a unit of its own."""
    name = dict(zip(units.unit_of.tolist(), units.building_id.tolist(), strict=True))
    pairs = zip(units.rows.tolist(), units.indices.tolist(), units.passable.tolist(), strict=True)
    return {f"{name[a]}{name[b]}" for a, b, open_ in pairs if a < b and open_ == passable}


def test_a_corner_is_no_neighbour() -> None:
    units = build(drawn("AB", "CD"))
    assert neighbours(units) == {"AB", "AC", "BD", "CD"}


def test_water_cuts_the_land_in_two_pieces() -> None:
    units = build(drawn("AB", "~~", "CD"))
    assert neighbours(units) == {"AB", "CD"}
    assert sorted(np.bincount(units.piece).tolist()) == [2, 2]


def test_no_neighbours_across_a_community_border() -> None:
    units = build(
        drawn(
            "AB", "CD", communities={"A": "640202001001", "C": "640202001001", "B": "640202001002", "D": "640202001002"}
        )
    )
    assert neighbours(units) == {"AC", "BD"}


def test_a_railway_that_is_a_line_cuts_too() -> None:
    layers = drawn("AB", "CD")
    middle = shapely.get_coordinates(shapely.centroid(layers.community[0]))[0]
    rail = shapely.LineString(middle + np.array([[-500, 0], [500, 0]]))
    units = build(replace(layers, water=np.array([rail], dtype=object)))
    assert neighbours(units) == {"AB", "CD"}


def test_bare_land_belongs_to_a_neighbour() -> None:
    units = build(drawn("AB", "..", "CD"))
    assert len(units) == 4
    assert shapely.area(units.cell).sum() == pytest.approx(6 * 100 * 100, abs=1)


STREET_BEFORE_A_STRIP: list[shapely.Geometry] = [shapely.LineString([(-1, 1.4), (5, 1.4)])]


def test_a_bare_strip_across_the_street_is_shared_out_among_the_houses_before_it() -> None:
    units = build(drawn("....", "ABCD", roads=STREET_BEFORE_A_STRIP))
    assert shapely.area(units.cell) == pytest.approx([2 * 100 * 100] * 4, abs=1)
    assert units.shared[units.passable] == pytest.approx(200, abs=0.1)


def test_a_bare_strip_across_an_arterial_stays_whole() -> None:
    units = build(drawn("....", "ABCD", roads=STREET_BEFORE_A_STRIP, arterial=True))
    assert sorted(shapely.area(units.cell)) == pytest.approx([14_000] * 3 + [14_000 + 24_000], abs=1)


def test_wide_bare_land_across_the_street_stays_whole() -> None:
    street: list[shapely.Geometry] = [shapely.LineString([(-1, 1), (5, 1)])]
    units = build(drawn("....", "ABCD", roads=street))
    assert sorted(shapely.area(units.cell)) == pytest.approx([10_000] * 3 + [50_000], abs=1)


def test_bare_land_behind_water_is_a_unit_without_building() -> None:
    units = build(drawn("AB", "~~", ".."))
    assert len(units) == 3
    assert units.households.tolist() == [100, 100, 0]
    assert units.piece.tolist() == [0, 0, 1]


def test_borders_follow_the_street_and_know_the_arterial() -> None:
    street = [shapely.LineString([(-1, 1), (3, 1)])]
    units = build(drawn("AB", "CD", roads=street, arterial=True))
    along = {
        (a, b): round(length)
        for a, b, length in zip(units.rows.tolist(), units.indices.tolist(), units.arterial.tolist(), strict=True)
    }
    assert along == {(0, 1): 0, (1, 0): 0, (0, 2): 100, (2, 0): 100, (1, 3): 100, (3, 1): 100, (2, 3): 0, (3, 2): 0}


def test_an_arterial_along_the_edge_of_the_land_lies_in_no_grid() -> None:
    edge: list[shapely.Geometry] = [shapely.LineString([(-1, 0.004), (3, 0.004)])]  # 0.4 m within the community
    units = build(drawn("AB", roads=edge, arterial=True))
    found = measure(units, np.full(len(units), f"{COMMUNITY}001", dtype=object))
    assert found.arterial_m.tolist() == [0.0]


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 10**6))
def test_a_grid_spans_the_arterials_its_polygon_spans(seed: int) -> None:
    layers = replace(town(seed, buildings=30), arterial=np.array([True]))
    units = build(layers)
    codes = divide(units, Options(target=150)).grid_code
    found, shapes = measure(units, codes), outlines(units, codes)
    core = shapely.buffer([shapes[code] for code in found.grid_code], -1.0)
    inside = shapely.length(shapely.intersection(core, layers.road[0]))
    assert found.spans_arterial.tolist() == (inside > 10).tolist()


def test_points_at_one_place_share_a_unit() -> None:
    layers = town(1, buildings=4, points=1.0)
    layers.footprint[1] = layers.footprint[0]
    units = build(layers)
    assert units.unit_of[0] == units.unit_of[1]
    assert len(set(units.unit_of.tolist())) == 3
    assert units.households.sum() == layers.households.sum()


def test_a_building_outside_its_stated_community_goes_with_the_nearest_cell() -> None:
    layers = drawn("AB", "CD")
    layers.footprint[0] = shapely.affinity.translate(layers.footprint[0], -400, 0)
    units = build(layers)
    assert (units.unit_of >= 0).all()
    assert units.households.sum() == 400


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**6), st.sampled_from([0.0, 0.5, 1.0]), st.sampled_from([0.0, 30.0]))
def test_cells_tile_the_community_and_hold_their_buildings(seed: int, points: float, strip: float) -> None:
    """Parameters: width of bare land around the town (m), with a street between."""
    layers = town(seed, buildings=30, points=points)
    ring, land = shapely.boundary(layers.community), shapely.buffer(layers.community, strip, join_style="mitre")
    layers = replace(
        layers, community=land, road=np.concatenate([layers.road, ring]), arterial=np.array([False, False])
    )
    units = build(layers)
    assert shapely.is_valid(units.cell).all()
    assert (shapely.get_type_id(units.cell) == shapely.GeometryType.POLYGON).all()
    assert shapely.area(units.cell).sum() == pytest.approx(layers.community[0].area, abs=2)
    assert shapely.area(shapely.coverage_union_all(units.cell)) == pytest.approx(layers.community[0].area, abs=2)
    assert shapely.coverage_is_valid(units.cell)
    size = shapely.area(layers.footprint)
    held = shapely.area(shapely.intersection(layers.footprint, units.cell[units.unit_of]))
    assert (held >= 0.99 * size).all()
    assert shapely.intersects(layers.footprint, units.cell[units.unit_of]).all()
    border = units.exterior + np.bincount(units.rows, units.shared, minlength=len(units))
    assert border == pytest.approx(shapely.length(units.cell))
    assert len(set(units.piece.tolist())) == 1


def test_one_community_alone_has_the_units_it_has_in_the_city() -> None:
    homes = {"A": COMMUNITY, "B": COMMUNITY, "C": "640202001002", "D": "640202001002"}
    whole = build(drawn("AB", "CD", communities=homes))
    layers = drawn("AB", "CD", communities=homes)
    mine = layers.building_community == "640202001002"
    alone = layers.of_buildings(mine)
    alone = replace(alone, community_code=layers.community_code[1:], community=layers.community[1:])
    part = build(alone)
    assert [cell.wkb for cell in part.cell] == [cell.wkb for cell in whole.cell[whole.community == 1]]
