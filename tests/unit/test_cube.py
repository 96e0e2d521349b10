"""The count cube against adding up by hand, on random counts and random filters."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from geo.core.situation import STEP, Axes, CountRows, Cube, Event, Pair, no_rows, place_key

PLACES = ("", "640202", "640202001001", "640202001001001", "640202001001002", "640202001002001", "640205001001001")
PAIRS = (Pair("noise", "immediate"), Pair("noise", "promised"), Pair("land", "special"))
START = dt.date(2026, 1, 1)


def random_rows(seed: int, days: int = 50, count: int = 400) -> CountRows:
    """Draw counts with days without any and several rows of one day, place and pair."""
    rng = np.random.default_rng(seed)
    drawn = [rng.integers(0, high, count).astype(np.int32) for high in (days, len(PLACES), len(PAIRS))]
    counts = rng.integers(0, 5, (len(Event), count)).astype(np.int32)
    return CountRows(drawn[0] * 2 + START.toordinal(), drawn[1], drawn[2], counts)


def cube_of(rows: CountRows) -> Cube:
    days = np.unique(rows.day)
    return Cube(Axes(PLACES, PAIRS), no_rows().merged(rows, days))


def by_hand(rows: CountRows, event: Event, chosen: np.ndarray) -> np.ndarray:
    table = np.zeros((len(PAIRS), len(PLACES)), dtype=int)
    for pair, place, count in zip(rows.pair[chosen], rows.place[chosen], rows.counts[event, chosen], strict=True):
        table[pair, place] += count
    return table


@pytest.mark.parametrize("seed", range(5))
def test_any_period_equals_adding_up_by_hand(seed: int) -> None:
    rows, rng = random_rows(seed), np.random.default_rng(seed)
    cube = cube_of(rows)
    for _ in range(40):
        first, last = (START + dt.timedelta(days=int(day)) for day in np.sort(rng.integers(-5, 110, 2)))
        event = Event(int(rng.integers(len(Event))))
        chosen = (rows.day >= first.toordinal()) & (rows.day <= last.toordinal())
        assert (cube.counts(event, first, last) == by_hand(rows, event, chosen)).all()


def test_one_day_and_a_whole_step_are_periods_too() -> None:
    rows = random_rows(9)
    cube = cube_of(rows)
    for length in (1, STEP, STEP + 1):
        first = START + dt.timedelta(days=STEP)
        last = first + dt.timedelta(days=length - 1)
        chosen = (rows.day >= first.toordinal()) & (rows.day <= last.toordinal())
        assert (cube.counts(Event.REPORTED, first, last) == by_hand(rows, Event.REPORTED, chosen)).all()


def test_daily_counts_add_up_to_the_period() -> None:
    rows = random_rows(3)
    cube = cube_of(rows)
    pairs, places = cube.axes.matching(["noise"], "promised"), cube.axes.within(["640202001"])
    first, last = START + dt.timedelta(days=7), START + dt.timedelta(days=61)
    daily = cube.daily(Event.CLOSED, first, last, pairs, places)
    assert len(daily) == 55
    assert daily.sum() == cube.counts(Event.CLOSED, first, last)[pairs][:, places].sum()
    assert cube.daily(Event.CLOSED, last, first, pairs, places).tolist() == []
    empty = cube.daily(Event.CLOSED, dt.date(2020, 1, 1), dt.date(2020, 1, 3), pairs, places)
    assert empty.tolist() == [0, 0, 0]


def test_changed_days_take_the_place_of_the_old() -> None:
    old, new = random_rows(4), random_rows(5, days=10)
    days = np.unique(np.append(new.day, START.toordinal() + 98)).astype(np.int32)
    cube = Cube(Axes(PLACES, PAIRS), no_rows().merged(old, np.unique(old.day)).merged(new, days))
    for day in range(0, 110):
        at = START + dt.timedelta(days=day)
        source = new if at.toordinal() in days else old
        assert (
            cube.counts(Event.RESOLVED, at, at) == by_hand(source, Event.RESOLVED, source.day == at.toordinal())
        ).all()


def test_axes_grow_at_the_end_and_cut_by_the_beginning_of_a_code() -> None:
    axes = (
        Axes(PLACES, PAIRS).with_places(["640202001001003", ""]).with_pairs([Pair("land", "special"), Pair("air", "x")])
    )
    assert axes.places == (*PLACES, "640202001001003")
    assert axes.pairs == (*PAIRS, Pair("air", "x"))
    assert [key for key, inside in zip(axes.places, axes.within(["640202001001"]), strict=True) if inside] == [
        *PLACES[2:5],
        "640202001001003",
    ]
    assert axes.within([""]).all()
    assert axes.matching().all()
    assert axes.matching(["land"]).tolist() == [False, False, True, False]
    assert axes.matching([], "promised").tolist() == [False, True, False, False]


@pytest.mark.parametrize(
    ("codes", "key"),
    [
        (("640202001001001", "640202001001", "640202"), "640202001001001"),
        (("", "640202001001", "640202"), "640202001001"),
        (("", "", "640202"), "640202"),
        (("", "", "000000"), ""),
    ],
)
def test_a_case_counts_for_the_smallest_place_it_is_in(codes: tuple[str, str, str], key: str) -> None:
    assert place_key(*codes) == key


def test_an_empty_city_has_an_empty_cube() -> None:
    cube = Cube(Axes(), no_rows())
    assert cube.span is None
    assert cube.open(START).sum() == 0
    assert cube.daily(Event.REPORTED, START, START, np.zeros(0, bool), np.zeros(0, bool)).tolist() == [0]


@pytest.mark.parametrize("day", [0, 1, 40, 98, 120])
def test_what_lies_before_a_change_is_taken_over(day: int) -> None:
    rows = random_rows(6)
    old = cube_of(rows)
    days = np.array([START.toordinal() + day], dtype=np.int32)
    one = np.zeros(1, dtype=np.int32)
    newer = CountRows(days, one, one, np.full((len(Event), 1), 9, dtype=np.int32))
    merged = old.rows.merged(newer, days)
    grown = Cube(old.axes, merged, old, int(days[0]))
    anew = Cube(old.axes, merged)
    for number in range(-1, 125):
        at = START + dt.timedelta(days=number)
        assert (grown.up_to(Event.CLOSED, at) == anew.up_to(Event.CLOSED, at)).all()
