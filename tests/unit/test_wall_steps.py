"""Touches of the wall's controls: what a moved handle, a picked date or a tapped polygon leads to."""

import datetime as dt

import pytest

from dashboard.pages.wall import steps
from dashboard.pages.wall.context import Context
from dashboard.pages.wall.ids import Ids
from dashboard.view import url
from geo.model import Filters

TODAY = dt.date(2026, 11, 22)
GRID = "640202001005003"
BUILDING = {"id": "B-1", "properties": {"building_id": "B-1", "grid_code": GRID}}
HERE = Context(url.default(TODAY), TODAY)


def scrub(handles, drawn, here=HERE):
    return steps.next_state(here, str(Ids.RANGE), steps.Touch(handles=handles, handles_drawn=drawn))


def test_moved_handles_choose_days_counted_from_the_trends_first():
    state = scrub([26, 29], steps.drawn_handles(dt.date(2026, 10, 24), (0, 29)))
    assert (state.filters.start, state.filters.end) == (dt.date(2026, 11, 19), TODAY)
    assert state.trend_days(TODAY) == 30


def test_handles_drawn_anew_are_nobodys_wish():
    assert scrub([0, 29], "2026-10-24/0/29") is None


def test_handles_drawn_for_an_older_address_do_not_move_a_newer_one():
    newer = Context(url.State(Filters(TODAY - dt.timedelta(days=6), TODAY)), TODAY)
    assert scrub([0, 89], "2026-08-25/0/89", newer) is None
    state = scrub([80, 89], "2026-08-25/0/89", newer)
    assert (state.filters.start, state.filters.end) == (dt.date(2026, 11, 13), TODAY)


def test_crossed_handles_are_put_in_order_and_never_pass_today():
    state = scrub([99, 20], "2026-10-24/0/29")
    assert (state.filters.start, state.filters.end) == (dt.date(2026, 11, 13), TODAY)


@pytest.mark.parametrize("handles", [None, []])
def test_a_scrubber_that_is_not_there_leads_nowhere(handles):
    assert scrub(handles, "2026-10-24/0/29") is None
    assert scrub([1, 2], None) is None


def pick(dates, drawn="2026-10-24/2026-11-22"):
    return steps.next_state(HERE, str(Ids.PERIOD), steps.Touch(dates=dates, dates_drawn=drawn))


def test_a_period_counts_once_both_days_are_picked():
    assert pick(["2026-11-01", None]) is None
    state = pick(["2026-11-01", "2026-11-05"])
    assert (state.filters.start, state.filters.end) == (dt.date(2026, 11, 1), dt.date(2026, 11, 5))


def test_the_calendars_own_period_is_nobodys_wish():
    assert pick(["2026-10-24", "2026-11-22"]) is None


def test_a_tapped_grid_is_picked_and_let_go_by_the_second_tap():
    touch = steps.Touch(grid={"properties": {"code": GRID}})
    picked = steps.next_state(HERE, str(Ids.GRIDS), touch)
    assert picked.grid == GRID
    assert steps.next_state(Context(picked, TODAY), str(Ids.GRIDS), touch).grid is None


def test_a_tapped_building_is_picked_with_its_grid():
    touch = steps.Touch(building=BUILDING, zoom=16.5)
    state = steps.next_state(HERE, str(Ids.BUILDINGS), touch)
    assert (state.grid, state.building) == (GRID, "B-1")
    again = steps.next_state(Context(state, TODAY), str(Ids.BUILDINGS), touch)
    assert (again.grid, again.building) == (GRID, None)


def test_the_ground_beside_a_picked_building_lets_only_the_building_go():
    picked, _notes = url.read(f"?grid={GRID}&building=B-1", TODAY, frozenset())
    touch = steps.Touch(grid={"properties": {"code": GRID}}, zoom=17)
    state = steps.next_state(Context(picked, TODAY), str(Ids.GRIDS), touch)
    assert (state.grid, state.building) == (GRID, None)
    assert steps.next_state(Context(state, TODAY), str(Ids.GRIDS), touch).grid is None


CELL = {"properties": {"cell": "8a2a1072b59ffff"}}


def test_a_tapped_hexagon_is_picked_where_the_map_shows_hexagons_and_let_go_by_the_second_tap():
    touch = steps.Touch(cell=CELL)
    assert steps.next_state(HERE, str(Ids.CELLS), touch) is None
    heat, _notes = url.read(f"?layer=density&grid={GRID}", TODAY, frozenset())
    state = steps.next_state(Context(heat, TODAY), str(Ids.CELLS), touch)
    assert (state.cell, state.grid) == ("8a2a1072b59ffff", None)
    assert steps.next_state(Context(state, TODAY), str(Ids.CELLS), touch).cell is None
    grid = steps.next_state(Context(state, TODAY), str(Ids.GRIDS), steps.Touch(grid={"properties": {"code": GRID}}))
    assert (grid.cell, grid.grid) == (None, GRID)


def test_from_afar_a_building_is_its_grid():
    touch = steps.Touch(building=BUILDING, zoom=14)
    state = steps.next_state(HERE, str(Ids.BUILDINGS), touch)
    assert (state.grid, state.building) == (GRID, None)
    assert steps.next_state(Context(state, TODAY), str(Ids.BUILDINGS), touch).grid is None


@pytest.mark.parametrize("feature", [None, {}, {"properties": {"code": "640202"}}, {"properties": {"grid_code": None}}])
def test_a_touch_on_nothing_leads_nowhere(feature):
    assert steps.next_state(HERE, str(Ids.GRIDS), steps.Touch(grid=feature)) is None


def test_clearing_filters_keeps_the_place_and_the_measure():
    state, _notes = url.read(
        f"?kind=noise&ledger=special&area=640202&grid={GRID}&measure=workload", TODAY, frozenset({"noise"})
    )
    here = Context(state, TODAY)
    assert here.filtered
    cleared = here.without_filters()
    assert (cleared.filters.area, cleared.grid, cleared.measure) == ("640202", GRID, "workload")
    assert not Context(cleared, TODAY).filtered
    assert (cleared.filters.categories, cleared.filters.ledger) == ((), None)
