"""Gaps and overlaps of drawn neighbourhoods, in square metres."""

from __future__ import annotations

import numpy as np
import shapely
from hypothesis import given
from hypothesis import strategies as st

from geo.core.coverage import cut_shares, gap_area, outside_area, overlaps, real_area
from tests.fixtures.drawing import draw

SQUARE_M2 = 10_000.0


def test_a_deliberate_gap_is_measured() -> None:
    grids, community = draw("AAB", "A.B", "CCC"), draw("WWW", "WWW", "WWW").geometry.iloc[0]
    assert round(gap_area(community, grids.geometry.to_numpy()), 3) == SQUARE_M2
    assert [*overlaps(grids.geometry.to_numpy())] == []


def test_a_community_without_grids_is_whole_a_gap() -> None:
    community = draw("WW").geometry.iloc[0]
    assert round(gap_area(community, np.array([], dtype=object)), 3) == 2 * SQUARE_M2


def test_hairlines_are_no_gap() -> None:
    assert real_area(shapely.box(0, 0, 5_000, 0.015)) == 0.0
    assert real_area(shapely.box(0, 0, 100, 0.5)) == 50.0


letters = st.lists(st.text("ABC.", min_size=4, max_size=4), min_size=3, max_size=4)


@given(rows=letters)
def test_gap_and_grids_make_up_the_community(rows: list[str]) -> None:
    community = draw(*["WWWW"] * len(rows)).geometry.iloc[0]
    grids = draw(*rows, epsg=4527) if any(set(row) - {"."} for row in rows) else draw("A").iloc[:0]
    shapes = grids.geometry.to_numpy()
    gap = gap_area(community, shapes)
    drawing = "\n".join(rows)
    assert round(gap, 3) == SQUARE_M2 * sum(row.count(".") for row in rows), drawing
    assert round(gap + sum(shapely.area(shapes)), 3) == round(shapely.area(community), 3), drawing
    assert [*overlaps(shapes)] == [], drawing


@given(rows=letters, east=st.integers(1, 3))
def test_a_shifted_grid_overlaps_and_reaches_out_by_what_it_was_shifted(rows: list[str], east: int) -> None:
    width, metres = 4 + east, 100.0 * east
    community = draw(*["W" * 4] * len(rows)).geometry.iloc[0]
    left = shapely.box(*community.bounds)
    right = shapely.transform(left, lambda xy: np.add(xy, (metres, 0.0)))
    shared = [*overlaps(np.array([left, right], dtype=object))]
    expected = SQUARE_M2 * len(rows) * (4 - east)
    assert [round(area, 3) for _one, _other, area in shared] == [expected]
    assert round(outside_area(right, left), 3) == SQUARE_M2 * len(rows) * (width - 4)


def test_a_cut_building_tells_its_smaller_share() -> None:
    grids, houses = draw("aab", "aab"), draw("xyy", "...")
    assert np.round(cut_shares(houses.geometry.to_numpy(), grids.geometry.to_numpy()), 3).tolist() == [0.0, 0.5]
