"""The wall's panels from hand-made figures: every figure with its unit and n/N, bands, no data and zero told apart."""

import datetime as dt
import json
import re

import pytest

from dashboard.pages.wall import categories, figures, tables, trend, where
from dashboard.pages.wall.context import Context
from dashboard.view import bars, legend, spark, url, values
from dashboard.view.marks import Status, mark
from geo import i18n
from geo.core.figures import (
    MISSING,
    AgeGroup,
    AreaRow,
    AreaTable,
    CategoryRow,
    Classes,
    KeyFigures,
    LedgerRow,
    MapValues,
    Overdue,
    Place,
    Plan,
    Rate,
    Series,
    State,
    Value,
    exact,
)
from geo.model import Filters, Level, Measure

TODAY = dt.date(2026, 11, 22)
HERE = Context(url.default(TODAY), TODAY)
HIDDEN = Value(State.HIDDEN, 1, 4)
GRID = Place("640202001005003", "柳岸03", Level.GRID)
COUNTY = Place("640202", "大武口区", Level.COUNTY)
NOON = dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def english():
    with i18n.using("en"):
        yield


def words(component) -> str:
    """Join the text of components, in reading order."""
    if component is None:
        return ""
    if isinstance(component, str | int | float):
        return str(component)
    if isinstance(component, list | tuple):
        return " ".join(filter(None, map(words, component)))
    return words(getattr(component, "children", None))


def drawn(component) -> str:
    """Write components as they are sent."""
    return json.dumps(
        [part and part.to_plotly_json() for part in component],
        ensure_ascii=False,
        default=lambda part: part.to_plotly_json(),
    )


def row(place=GRID, **changes) -> AreaRow:
    parts = {"grids": 1, "households": exact(612), "residents": exact(1500), "workers": 2, "received": exact(41)}
    parts |= {"open": exact(23), "overdue": exact(0), "on_time": Rate(exact(9), exact(10))}
    return AreaRow(place, **(parts | changes))


def key(**changes) -> KeyFigures:
    parts = {
        "open": exact(1062), "open_change": -12, "reported_today": exact(96), "usual": 71.25,
        "overdue": Overdue(exact(17), 6, GRID), "on_time": Rate(exact(3625), exact(3651)),
        "resolved": Rate(exact(1463), exact(1313)), "care_visited": Rate(exact(0), exact(0)),
        "received": exact(3582), "closed": exact(3651), "trends": {"open": (1.0, None, 3.0)},
    }  # fmt: skip
    return KeyFigures(**(parts | changes))


def test_key_figures_carry_unit_comparison_and_their_numerator_and_denominator():
    said = [words(part) for part in figures.figures(HERE, key())]
    assert "1,062" in said[0]
    assert "\u221212 on the day before" in said[0]
    assert "same weekday, 8 weeks: 71.2" in said[1]
    assert "oldest 6 d · 柳岸03" in said[2]
    assert "99.3 %" in said[3]
    assert "3,625/3,651 · last 30 days" in said[3]
    assert "check data · 1,463/1,313" in said[4]
    assert "— " in said[5]
    assert "%" not in said[5]


def test_nothing_overdue_is_no_alarm():
    quiet = figures.figures(HERE, key(overdue=Overdue(exact(0), None, None)))[2]
    assert "nothing is late" in words(quiet)
    assert "shape-act" not in drawn([quiet])
    assert "shape-act" in drawn([figures.figures(HERE, key())[2]])


def test_a_hidden_count_is_a_dotted_band_and_still_an_alarm():
    late = figures.figures(HERE, key(overdue=Overdue(HIDDEN, None, None)))[2]
    assert "1–4" in words(late)
    assert "withheld" in drawn([late])
    assert "shape-act" in drawn([late])
    assert "nothing is late" not in words(late)


def test_no_data_a_band_and_zero_never_look_alike():
    looks = {values.figure(value).className for value in (MISSING, HIDDEN, exact(0), exact(7))}
    assert len(looks) == 4
    assert [values.text(value) for value in (MISSING, HIDDEN, exact(0))] == ["no data", "1–4", "0"]


def test_a_share_of_a_band_is_a_range():
    assert str(values.share(Rate(HIDDEN, exact(10)))) == "10–40%"
    assert values.share(Rate(HIDDEN, exact(10))).detail == "1–4/10"
    assert str(values.share(Rate(HIDDEN, exact(0)))) == "—"
    assert str(values.share(Rate(exact(5), HIDDEN))) == "—" or values.share(Rate(exact(5), HIDDEN)).text != "500"


def test_the_table_leads_one_level_down_and_says_what_is_not_placed():
    table = AreaTable((), (row(), row(Place("", "", Level.GRID), received=exact(5))), row(received=exact(46)))
    shown = tables.children_table(HERE, table, {GRID.code: 3}, exact(5))
    assert "not placed 5" in words(shown)
    assert "Not placed" in words(shown)
    above = AreaTable((), (row(COUNTY), row(Place("", "", Level.COUNTY), received=exact(5))), row())
    assert "Area unknown" in words(tables.children_table(HERE, above, {}, exact(9)))
    assert f"?grid={GRID.code}" in drawn(shown)
    assert "swatch class-3" in drawn(shown)
    assert words(shown).rstrip().endswith("612 46 23 0")


def test_a_ledger_row_filters_and_lets_go_again():
    rows = [LedgerRow("special", exact(211), exact(166), exact(3), Rate(exact(211), exact(215)))]
    assert "?ledger=special" in drawn(tables.ledgers_table(HERE, rows))
    chosen = Context(url.moved(HERE.state, ledger="special"), TODAY)
    again = drawn(tables.ledgers_table(chosen, rows))
    assert '"href": "/"' in again
    assert "chosen" in again
    assert "98.1%" in words(tables.ledgers_table(HERE, rows))


def test_categories_are_added_one_by_one_in_the_language_in_use():
    rows = [CategoryRow("noise", "噪声扰民", "Noise", False, exact(597), 143)]
    chosen = Context(url.moved(HERE.state, categories=("family",)), TODAY)
    shown = categories.categories(chosen, rows, exact(3582))
    assert "kind=family,noise" in drawn(shown)
    assert "+143" in words(shown)
    assert "噪声" not in words(shown)


@pytest.mark.parametrize(
    ("bounds", "lowest", "digits", "said"),
    [
        ((12.0, 21.0, 29.0), 0.0, 0, ["0–12", "13–21", "22–29"]),
        ((2.4, 5.1), 0.0, 1, ["0.0–2.4", ">2.4–5.1"]),
        ((3.0,), 3.0, 0, ["3"]),
        ((12.0, 30.0), 0.0, 1, ["0–12", ">12–30"]),
        ((5.0, 6.0), 5.0, 0, ["5", "6"]),
        ((), 0.0, 0, []),
    ],
)
def test_class_ranges(bounds, lowest, digits, said):
    classes = Classes(bounds, tuple(1 for _bound in bounds), 0, 0, lowest)
    assert legend.ranges(classes, digits) == said


def test_the_legend_says_everything_a_legend_must():
    shown = MapValues(
        Measure.WORKLOAD, "Workload", "open cases and visits due", "workers on duty", "per worker", "natural breaks",
        {}, {}, Classes((12.0, 58.0), (42, 8), 1, 3, 0.0), {}, {}, exact(23), exact(1062), "v1",
    )  # fmt: skip
    said = words(legend.legend(shown, Plan("September", True, None, 54), NOON, ("{n} grid", "{n} grids")))
    for part in ("Workload", "÷", "per worker", "42 grids", "no data", "1–4", "3 grids", "natural breaks", "September",
                 "54 grids", "not placed 23", "2026-11-22 12:00", "Provisional grids"):  # fmt: skip
        assert part in said


def test_an_empty_class_of_no_data_is_not_listed():
    shown = MapValues(
        None, "D", "n", "", "cases", "m", {}, {}, Classes((1.0,), (2,), 0, 0, 0.0), {}, {}, None, None, "v"
    )
    assert "no data" not in words(legend.legend(shown, None, NOON, ("{n} cell", "{n} cells")))


def daily(days: int) -> Series:
    dates = tuple(TODAY - dt.timedelta(days=days - 1 - index) for index in range(days))
    return Series(
        dates, tuple(d.weekday() > 4 for d in dates), tuple(exact(2) for _d in dates), tuple(exact(1) for _d in dates)
    )


def test_a_short_trend_has_a_column_a_day_and_a_long_one_a_week():
    assert len(trend.steps(daily(90))) == 90
    weeks = trend.steps(daily(365))
    assert len(weeks) == 53
    assert [week.received for week in (weeks[0], weeks[-1])] == [2, 14]
    assert (weeks[-1].first, weeks[-1].last) == (TODAY - dt.timedelta(days=6), TODAY)
    assert sum(week.received for week in weeks) == 730


def test_a_week_that_is_not_whole_is_hatched_and_a_whole_one_is_not():
    year = Context(url.State(Filters(TODAY - dt.timedelta(days=364), TODAY), span=365), TODAY)
    looks = re.findall(r'"className": "column( [^"]*)?"', drawn(trend.trend(year, daily(365))))
    assert len(looks) == 53
    assert [index for index, names in enumerate(looks) if "running" in names] == [0, 52]


def test_a_period_over_two_years_says_which():
    def dates(first: dt.date) -> str:
        return drawn(trend.periods(Context(url.State(Filters(first, TODAY)), TODAY)))

    with i18n.using("zh"):
        assert "YY年M月D日" in dates(TODAY - dt.timedelta(days=364))
        assert "YY年M月D日" not in dates(TODAY - dt.timedelta(days=29))


def test_above_a_place_stands_the_whole_city_not_its_long_name():
    city = Place("6402", "石嘴山市(演示)", Level.CITY)
    here = where.where(HERE, [city, COUNTY], row())
    assert "Whole city" in words(here)
    assert city.name not in words(here)
    assert city.name in words(where.where(HERE, [city], row()))


def test_columns_start_at_zero_and_stand_under_a_round_ceiling():
    assert [bars.ceiling(n) for n in (0, 1, 2.5, 97, 150, 1001)] == [1, 1, 5, 100, 200, 2000]
    assert "0.0%" in drawn([bars.row_bar(0, 10)])
    assert "0.0%" in drawn([bars.row_bar(5, 0)])
    assert "50.0%" in drawn([bars.row_bar(5, 10)])


def test_the_trend_is_also_a_table():
    shown = Context(url.State(Filters(TODAY - dt.timedelta(days=2), TODAY), span=3), TODAY)
    said = words(trend.trend(shown, daily(3)))
    assert "Day Received Closed 20 Nov 2 1 21 Nov 2 1 22 Nov 2 1" in said


def test_a_line_needs_two_values_and_bridges_a_gap():
    assert spark.spark([]) is None
    assert spark.spark([None, 3.0]) is None
    assert spark.spark([1.0, None, 3.0]).style["clipPath"].startswith("polygon(0.0% 93.0%, 100.0% 0.0%")
    assert spark.spark([2.0, 2.0]) is not None


def test_ages_stack_both_sexes_and_say_who_is_missing():
    groups = (
        AgeGroup(0, exact(30), exact(32), exact(0)),
        AgeGroup(60, exact(5), exact(7), exact(1)),
        AgeGroup(None, exact(2), exact(1), exact(0)),
    )
    shown = categories.ages(groups, exact(78))
    assert "birth year unknown 3" in words(shown)
    assert "60–64: 5 women, 7 men" in drawn(shown)
    assert categories.ages((), exact(0)) == []


def test_a_mark_keeps_its_word_apart_and_takes_no_room_without_one():
    assert "shape-alone" not in str(mark(Status.ACT, "超期"))
    assert "shape-alone" in str(mark(Status.ACT))
