"""The wall's state in its address: there and back, and never a crash on what people type."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.view import url
from geo import i18n
from geo.model import Filters, Measure
from geo.standards import LEDGERS

TODAY = dt.date(2026, 11, 22)
KNOWN = frozenset({"neighbour", "noise", "property"})
DAYS = st.dates(dt.date(2024, 1, 1), TODAY)


@st.composite
def states(draw):
    start, end = sorted((draw(DAYS), draw(DAYS)))
    area = draw(st.sampled_from([None, "6402", "640202", "640202001", "640202001005"]))
    grid = draw(st.sampled_from([None, "640202001005003"]))
    kinds = tuple(sorted(draw(st.sets(st.sampled_from(sorted(KNOWN))))))
    ledger = draw(st.sampled_from([None, *LEDGERS]))
    return url.State(
        Filters(start, end, kinds, area, ledger),
        grid,
        draw(st.sampled_from(list(Measure))),
        draw(st.sampled_from(list(url.Layer))),
        draw(st.sampled_from([None, "B-001", "640202001005-17"])),
        draw(st.sampled_from([None, 90, 365])),
    )


@given(states())
def test_every_state_survives_the_address(state):
    assert url.read(url.write(state, TODAY), TODAY, KNOWN) == (state, ())


def test_the_bare_address_is_the_last_thirty_days_of_everything():
    state, notes = url.read("", TODAY, KNOWN)
    assert state == url.default(TODAY)
    assert (state.filters.start, state.filters.end) == (dt.date(2026, 10, 24), TODAY)
    assert not notes
    assert url.write(state, TODAY) == ""


def test_figures_are_the_grids_while_the_map_keeps_its_area():
    state, _notes = url.read("?area=640202&grid=640202001005003", TODAY, KNOWN)
    assert state.filters.area == "640202"
    assert state.figures.area == "640202001005003"
    assert url.read("?area=640202001005", TODAY, KNOWN)[0].figures.area == "640202001005"


def test_a_grid_outside_the_area_leaves_the_area():
    state, _notes = url.read("?area=640205&grid=640202001005003", TODAY, KNOWN)
    assert (state.filters.area, state.grid) == (None, "640202001005003")
    inside = url.State(Filters(TODAY, TODAY, area="640202"))
    assert url.picked(inside, "640202001005003").filters.area == "640202"
    assert url.picked(inside, "640205001005003").filters.area is None


@pytest.mark.parametrize(
    "query",
    [
        "?from=2026-13-01",
        "?to=soon",
        "?from=2026-11-20&to=2026-11-01",
        "?from=1000-01-01",
        "?kind=noise,<script>",
        "?measure=happiness",
        "?layer=lava",
        "?area=64020",
        "?area=../../etc",
        "?grid=640202",
        "?area=６４０２",
        "?building=a b",
        "?ledger=none",
        "?span=-3",
        "?span=99999999999999999999",
        "?from=0001-01-01&to=0001-01-02&span=x",
        "?to=0001-01-01",
    ],
)
def test_a_bad_part_leaves_one_sentence_and_the_page_stands(query):
    with i18n.using("en"):
        state, notes = url.read(query, TODAY, KNOWN)
    assert notes
    assert all(note.endswith(".") for note in notes)
    assert "<" not in " ".join(notes)
    assert state.filters.start <= state.filters.end


@given(st.text(max_size=300))
def test_no_text_at_all_breaks_the_reader(text):
    state, _notes = url.read(text, TODAY, KNOWN)
    assert url.write(state, TODAY) is not None


def test_known_categories_are_kept_beside_unknown_ones():
    state, notes = url.read("?kind=noise,volcano,neighbour", TODAY, KNOWN)
    assert state.filters.categories == ("neighbour", "noise")
    assert len(notes) == 1


def test_a_category_is_toggled_in_and_out():
    assert url.toggled((), "noise") == ("noise",)
    assert url.toggled(("neighbour", "noise"), "noise") == ("neighbour",)


def test_moving_to_another_area_drops_the_building_but_another_period_keeps_it():
    state = url.picked(url.State(Filters(TODAY, TODAY)), "640202001005003", "B-1")
    there = url.moved(state, area="640202001005")
    assert (there.grid, there.building) == (None, None)
    here = url.moved(state, categories=("noise",))
    assert (here.grid, here.building) == ("640202001005003", "B-1")


@pytest.mark.parametrize(("days", "shown"), [(1, 30), (30, 30), (31, 90), (91, 365), (400, 400), (5_000, 3_660)])
def test_the_trend_holds_the_whole_period(days, shown):
    state = url.State(Filters(TODAY - dt.timedelta(days=days - 1), TODAY))
    assert state.trend_days(TODAY) == shown


def test_a_scrubbed_trend_keeps_its_span():
    state = url.State(Filters(TODAY - dt.timedelta(days=3), TODAY), span=90)
    assert state.trend_days(TODAY) == 90


def test_a_bare_address_shows_the_citys_usual_measure():
    usual = Measure.HOUSEHOLDS
    state, _notes = url.read("", TODAY, KNOWN, usual)
    assert state.measure is usual
    assert url.write(state, TODAY, usual) == ""
    asked, _notes = url.read("?measure=workload", TODAY, KNOWN, usual)
    assert asked.measure is Measure.WORKLOAD
    assert url.write(asked, TODAY, usual) == "?measure=workload"


def test_a_hexagon_is_kept_where_the_map_shows_hexagons_only():
    state, notes = url.read("?layer=count&cell=8a2a1072b59ffff", TODAY, KNOWN)
    assert (state.cell, notes) == ("8a2a1072b59ffff", ())
    assert url.write(state, TODAY) == "?layer=count&cell=8a2a1072b59ffff"
    assert url.read("?cell=8a2a1072b59ffff", TODAY, KNOWN)[0].cell is None
    state, notes = url.read("?layer=count&cell=../../etc", TODAY, KNOWN)
    assert (state.cell, len(notes)) == (None, 1)
