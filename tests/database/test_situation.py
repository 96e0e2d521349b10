"""Figures from memory equal SQL and adding up by hand, for any filter; each viewer gets no more than their own."""

from __future__ import annotations

import datetime as dt
import json
import random
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from geo.core.figures import NO_DATA, AreaRow, Overview, Rate, State, Value
from geo.errors import NotFound
from geo.model import Filters, Level, Measure
from geo.service.access import Role, Viewer
from geo.service.situation import Situation
from geo.store.cluster import Urls
from geo.store.counts import refresh_figures
from geo.store.database import Database, owner_connection
from tests.fixtures import busy_city as city

WEST = "640202001001"
COMMAND = Viewer("command", "", Role.COMMAND, Level.CITY)
WALL = Viewer("wall", "", Role.WALL, Level.CITY)
COUNTY = Viewer("planner", "", Role.PLANNER, Level.COUNTY, ("640202",))
COMMUNITY = Viewer("clerk", "", Role.CLERK, Level.COMMUNITY, (WEST,))
CAPTAIN = Viewer("captain", "", Role.CAPTAIN, Level.GRID, (f"{WEST}001",))
EXACT = [COMMAND, COUNTY, COMMUNITY, CAPTAIN]
RANDOM = random.Random(20260331)
CASES = [city.draw_case(RANDOM, number) for number in range(900)]


@pytest.fixture(scope="module")
def urls(module_database: Urls) -> Urls:
    with owner_connection(module_database.owner_url) as conn:
        city.build(conn)
        city.fill_households(conn)
        for start in range(0, len(CASES), 300):
            city.put_cases(conn, CASES[start : start + 300])
        refresh_figures(conn)
    return module_database


@pytest.fixture(scope="module")
def situation(urls: Urls) -> Iterator[Situation]:
    pool = Database(urls.app_url, max_size=3)
    yield Situation(pool)
    pool.close()


def random_filters(rng: random.Random, viewer: Viewer) -> Filters:
    """Draw filters within a viewer's own places."""
    start = city.FIRST + dt.timedelta(days=rng.randrange(-5, 115))
    end = min(start + dt.timedelta(days=rng.randrange(45)), city.TODAY)
    codes = [code[:digits] for code in city.GRIDS for digits in (6, 9, 12, 15) if viewer.sees(code[:digits])]
    return Filters(
        min(start, end),
        end,
        tuple(rng.sample([*city.CATEGORIES], rng.randrange(4))),
        rng.choice([None, *codes]),
        rng.choice([None, None, "immediate", "promised", "special"]),
    )


def chosen(viewer: Viewer, filters: Filters, *, ledger: bool = True, category: bool = True) -> list[city.CaseRow]:
    """Choose the cases a viewer's filters let through, whatever their time."""
    areas = (filters.area,) if filters.area else viewer.codes or ("",)
    return [
        row
        for row in CASES
        if row.key.startswith(areas)
        and (not category or not filters.categories or row.category in filters.categories)
        and (not ledger or filters.ledger in (None, row.ledger))
    ]


def in_period(rows: list[city.CaseRow], filters: Filters, when: str) -> list[city.CaseRow]:
    """Choose the cases with an event of a kind in the period."""
    days = [(row, getattr(row, when)) for row in rows]
    return [row for row, at in days if at is not None and filters.start <= at.date() <= filters.end]


def overdue_on(row: city.CaseRow, day: dt.date) -> bool:
    return row.due.date() < day and (row.closed is None or row.closed.date() > day)


def n_of(rate: Rate) -> tuple[float | None, float | None]:
    return rate.n.amount, rate.of.amount


@pytest.mark.parametrize("viewer", EXACT, ids=lambda viewer: viewer.level.value)
def test_figures_equal_adding_up_by_hand(situation: Situation, viewer: Viewer) -> None:
    rng = random.Random(viewer.level.value)
    for _ in range(12):
        filters = random_filters(rng, viewer)
        rows = chosen(viewer, filters)
        figures = situation.figures(viewer, filters)
        received, closed = in_period(rows, filters, "reported"), in_period(rows, filters, "closed")
        on_time = [row for row in closed if row.closed and row.closed <= row.due]
        before = filters.end - dt.timedelta(days=1)
        still_open = sum(row.open_on(filters.end) for row in rows)
        assert figures.open.amount == still_open
        assert figures.open_change == still_open - sum(row.open_on(before) for row in rows)
        assert figures.received.amount == len(received)
        assert figures.closed.amount == len(closed)
        assert n_of(figures.on_time) == (len(on_time), len(closed))
        resolved, accepted = in_period(rows, filters, "resolved"), in_period(rows, filters, "accepted")
        assert n_of(figures.resolved) == (len(resolved), len(accepted))
        assert figures.reported_today.amount == sum(row.reported.date() == filters.end for row in rows)
        assert figures.overdue.open.amount == sum(overdue_on(row, filters.end) for row in rows)
        assert figures.trends["open"][-2:] == (sum(row.open_on(before) for row in rows), still_open)
        assert figures.trends["overdue"][-2] == sum(overdue_on(row, before) for row in rows)


def test_the_cube_equals_sql(situation: Situation, urls: Urls) -> None:
    rng = random.Random(3)
    pool = Database(urls.app_url, max_size=1)
    for viewer in EXACT:
        for _ in range(6):
            filters = random_filters(rng, viewer)
            with pool.transaction(viewer.scope) as conn:
                counted = conn.execute(
                    "SELECT count(*) FROM case_record WHERE local_day(reported_at) BETWEEN %(start)s AND %(end)s "
                    "AND (%(categories)s::text[] = '{}' OR category = ANY(%(categories)s)) "
                    "AND (%(ledger)s::text IS NULL OR ledger = %(ledger)s) "
                    "AND starts_with(COALESCE(NULLIF(grid_code, ''), NULLIF(community_code, ''), "
                    "  NULLIF(county_code, '000000'), ''), COALESCE(%(area)s, ''))",
                    {name: getattr(filters, name) for name in ("start", "end", "ledger", "area")}
                    | {"categories": [*filters.categories]},
                ).fetchone()
            assert counted == (situation.figures(viewer, filters).received.amount,)
    pool.close()


@pytest.mark.parametrize("viewer", EXACT, ids=lambda viewer: viewer.level.value)
def test_every_panel_adds_up_to_the_same_totals(situation: Situation, viewer: Viewer) -> None:
    rng = random.Random(viewer.level.value * 2)
    for _ in range(12):
        filters = random_filters(rng, viewer)
        shown = situation.overview(viewer, filters)
        total = shown.figures.received.amount
        picked = [row for row in shown.categories if not filters.categories or row.code in filters.categories]
        ledgers = [row for row in shown.ledgers if filters.ledger in (None, row.code)]
        assert amount(*(row.received for row in picked)) == total
        assert amount(*(row.received for row in ledgers)) == total
        assert amount(*shown.series.reported) == total
        assert amount(*shown.series.closed) == shown.figures.closed.amount
        assert shown.table.total.received.amount == total
        for column in COLUMNS:
            if shown.table.rows:
                assert amount(*(column(row) for row in shown.table.rows)) == column(shown.table.total).amount
        assert amount(*(row.open for row in ledgers)) == shown.figures.open.amount
        assert amount(*(row.overdue for row in ledgers)) == shown.figures.overdue.open.amount
        by_grid = situation.measure(viewer, filters, Measure.OPEN_CASES)
        assert amount(*by_grid.values.values(), by_grid.unplaced) == shown.figures.open.amount
        assert (
            len(by_grid.classes)
            == sum(by_grid.legend.counts)
            == sum(code.startswith(filters.area or viewer.codes or "") for code in city.GRIDS)
        )


COLUMNS: list[Callable[[AreaRow], Value]] = [
    lambda row: row.households,
    lambda row: row.residents,
    lambda row: row.received,
    lambda row: row.open,
    lambda row: row.overdue,
    lambda row: row.on_time.n,
    lambda row: row.on_time.of,
]


def amount(*figures: Value | None) -> float:
    """Add up figures that must be exact."""
    amounts = [figure.amount for figure in figures if figure is not None]
    assert None not in amounts
    return sum(number for number in amounts if number is not None)


@pytest.mark.parametrize("rate", [True, False])
@pytest.mark.parametrize("zoom", [11, 14, 16])
def test_cells_and_unplaced_are_the_filtered_cases(situation: Situation, zoom: int, rate: bool) -> None:
    rng = random.Random(zoom)
    for viewer in EXACT:
        filters = random_filters(rng, viewer)
        cells = situation.cells(viewer, filters, zoom, rate=rate)
        disputes = [code for code in filters.categories if code in city.DISPUTES]
        wanted = disputes or (filters.categories if filters.categories else [*city.DISPUTES])
        rows = in_period(chosen(viewer, filters, category=False), filters, "reported")
        rows = [row for row in rows if row.category in wanted]
        assert amount(*cells.numerators.values(), cells.unplaced) == amount(cells.total) == len(rows)
        assert amount(cells.unplaced) == sum(row.lon is None for row in rows)
        layer = json.loads(situation.cell_layer(viewer, zoom).text)
        assert {*cells.values} <= {feature["properties"]["cell"] for feature in layer["features"]}


def test_zero_no_data_and_hidden_cells_are_told_apart(situation: Situation) -> None:
    filters = Filters(city.FIRST, city.FIRST + dt.timedelta(days=20), ("neighbour",))
    states = {viewer: Counter[object]() for viewer in (COMMAND, WALL)}
    for viewer, seen in states.items():
        cells = situation.cells(viewer, filters, 16)
        for code, figure in cells.values.items():
            seen[figure.state] += 1
            without = cells.denominators[code].low is None
            assert (figure.state is State.NO_DATA) == (cells.classes[code] == NO_DATA) == without
    assert states[COMMAND][State.HIDDEN] == 0
    assert states[COMMAND][State.NO_DATA] > 0
    assert states[WALL][State.HIDDEN] > 0


def test_measures_by_hand(situation: Situation) -> None:
    filters = Filters(city.TODAY - dt.timedelta(days=29), city.TODAY)
    grid, staffless = city.GRIDS[4], city.GRIDS[3]
    households = 45
    mine = [row for row in CASES if row.grid == grid]
    still_open = sum(row.open_on(city.TODAY) for row in mine)
    disputes = [row for row in in_period(mine, filters, "reported") if row.category in city.DISPUTES]
    values = {measure: situation.measure(COMMAND, filters, measure).values for measure in Measure}
    assert values[Measure.HOUSEHOLDS][grid].amount == households
    assert values[Measure.OPEN_CASES][grid].amount == still_open
    assert values[Measure.DISPUTE_DENSITY][grid].amount == pytest.approx(len(disputes) * 1000 / households)
    # Eight care households, four of them visited 13 days ago, four 14 days ago: those are due.
    assert values[Measure.WORKLOAD][grid].amount == still_open + 4
    assert values[Measure.WORKLOAD][staffless].state is State.NO_DATA
    figures = situation.figures(COMMAND, Filters(city.TODAY, city.TODAY, area=grid))
    assert n_of(figures.care_visited) == (4, 8)


def test_the_oldest_overdue_case_is_named(situation: Situation) -> None:
    filters = Filters(city.TODAY, city.TODAY, area=city.GRIDS[0])
    late = [row for row in CASES if row.grid == city.GRIDS[0] and row.closed is None and row.due.date() < city.TODAY]
    overdue = situation.figures(COMMAND, filters).overdue
    assert overdue.longest_days == max((city.TODAY - row.due.date()).days for row in late)
    assert overdue.where is not None
    assert overdue.where.code == city.GRIDS[0]
    on_the_wall = situation.figures(WALL, Filters(city.TODAY, city.TODAY)).overdue.where
    assert on_the_wall is None or len(on_the_wall.code) == 12


def test_usual_is_the_mean_of_eight_same_weekdays(situation: Situation) -> None:
    days = [city.TODAY - dt.timedelta(weeks=week) for week in range(1, 9)]
    wanted = sum(row.reported.date() in days for row in CASES) / 8
    assert situation.figures(COMMAND, Filters(city.TODAY, city.TODAY)).usual == pytest.approx(wanted)
    early = city.FIRST + dt.timedelta(days=20)
    assert situation.figures(COMMAND, Filters(early, early)).usual is None


def test_categories_change_against_the_equal_period_before(situation: Situation) -> None:
    filters = Filters(dt.date(2026, 2, 1), dt.date(2026, 2, 14))
    before = Filters(dt.date(2026, 1, 18), dt.date(2026, 1, 31))
    rows = {row.code: row for row in situation.categories(COMMAND, filters)}
    for code in city.CATEGORIES:
        mine = [row for row in CASES if row.category == code]
        now = len(in_period(mine, filters, "reported"))
        assert rows[code].received.amount == now
        assert rows[code].change == now - len(in_period(mine, before, "reported"))
    received = [row.received.amount or 0 for row in rows.values()]
    assert received == sorted(received, reverse=True)


@pytest.mark.parametrize("viewer", [COUNTY, COMMUNITY, CAPTAIN], ids=lambda viewer: viewer.level.value)
def test_a_viewer_sees_nothing_of_others(situation: Situation, viewer: Viewer) -> None:
    for area in ["6402", "640205", "640205001001", city.GRIDS[-1], f"{WEST}0019", "nonsense", ""]:
        filters = Filters(city.FIRST, city.TODAY, area=area)
        for ask in (situation.figures, situation.series, situation.table, situation.categories, situation.ledgers):
            with pytest.raises(NotFound):
                ask(viewer, filters)
        with pytest.raises(NotFound):
            situation.measure(viewer, filters, Measure.OPEN_CASES)
        with pytest.raises(NotFound):
            situation.cells(viewer, filters, 14)
        with pytest.raises(NotFound):
            situation.pyramid(viewer, area)
        with pytest.raises(NotFound):
            situation.path(viewer, area)
    filters = Filters(city.FIRST, city.TODAY)
    own = {code for code in city.GRIDS if viewer.sees(code)}
    features = json.loads(situation.grids(viewer).text)["features"]
    assert {feature["properties"]["code"] for feature in features} == own
    for measure in Measure:
        assert {*situation.measure(viewer, filters, measure).values} == own
    text = situation.communities(viewer).text + str(situation.table(viewer, filters)) + situation.grids(viewer).text
    assert "640205001001" not in text
    assert situation.grids(viewer).version != situation.grids(COMMAND).version


def test_a_layer_made_for_one_scope_never_answers_another(situation: Situation) -> None:
    texts = {viewer.username: situation.grids(viewer).text for viewer in (COMMAND, CAPTAIN, COMMUNITY, COMMAND)}
    counts = {name: len(json.loads(text)["features"]) for name, text in texts.items()}
    assert counts == {"command": 11, "captain": 1, "clerk": 3}
    people = [amount(*(group.female for group in situation.pyramid(viewer, None))) for viewer in (COMMAND, CAPTAIN)]
    assert people == [sum(number * 10 + 3 for number in range(11)), 3]


def test_the_wall_sees_bands_below_community_and_exact_sums_above(situation: Situation) -> None:
    filters = Filters(city.TODAY - dt.timedelta(days=20), city.TODAY)
    exact = situation.measure(COMMAND, filters, Measure.OPEN_CASES).values
    shown = situation.measure(WALL, filters, Measure.OPEN_CASES).values
    for code, figure in shown.items():
        count = exact[code].amount
        assert count is not None
        assert figure.low is not None
        assert figure.high is not None
        assert figure.low <= count <= figure.high
        assert figure.state is not State.EXACT or count == 0
    whole = situation.figures(WALL, filters)
    assert replace(whole, overdue=situation.figures(COMMAND, filters).overdue) == situation.figures(COMMAND, filters)
    for area in (city.GRIDS[1], WEST):
        figures = situation.figures(WALL, replace(filters, area=area))
        assert (figures.open_change, figures.usual, figures.trends) == (None, None, {})
        assert all(row.change is None for row in situation.categories(WALL, replace(filters, area=area)))
    for figure in situation.series(WALL, replace(filters, area=WEST)).reported:
        assert figure.amount is None or figure.amount == 0 or figure.amount >= 5
    grid = replace(filters, area=city.GRIDS[1])
    for figure in situation.series(WALL, grid).reported:
        assert figure.state is not State.EXACT or figure.amount == 0
    figures = situation.figures(WALL, grid)
    assert figures.on_time.share is None or figures.on_time.n.amount == 0


def test_the_wall_shows_a_community_the_same_in_the_table_and_when_touched(situation: Situation) -> None:
    rng = random.Random(5)
    for _ in range(20):
        filters = random_filters(rng, WALL)
        for code in city.COMMUNITIES:
            county = Filters(filters.start, filters.end, filters.categories, code[:9], filters.ledger)
            touched = Filters(filters.start, filters.end, filters.categories, code, filters.ledger)
            (row,) = [row for row in situation.table(WALL, county).rows if row.place.code == code]
            alone = situation.table(WALL, touched).total
            assert (row.received, row.open, row.overdue) == (alone.received, alone.open, alone.overdue)


HOUSES = ["B0-0", "B0-1", "B4-0"]


@pytest.mark.parametrize("viewer", EXACT, ids=lambda viewer: viewer.level.value)
def test_a_touched_building_shows_what_sql_counts_for_it(situation: Situation, urls: Urls, viewer: Viewer) -> None:
    rng = random.Random(viewer.level.value + "house")
    pool = Database(urls.app_url, max_size=1)
    for house_id in HOUSES:
        grid = city.GRIDS[int(house_id[1])]
        if not viewer.sees(grid):
            continue
        house = situation.house(viewer, house_id)
        assert house.grid_code == grid
        for _ in range(6):
            filters = replace(random_filters(rng, viewer), area=grid)
            with pool.transaction(viewer.scope) as conn:
                wanted = conn.execute(HOUSE_SQL, params(filters) | {"house": house_id}).fetchone()
            shown = situation.house_overview(viewer, filters, house)
            figures = shown.figures
            counts = [figures.received, figures.closed, figures.on_time.n, figures.open, figures.overdue.open]
            assert [figure.amount for figure in counts] == [*(wanted or ())]
            assert amount(*shown.series.reported) == figures.received.amount
            picked = [row for row in shown.categories if not filters.categories or row.code in filters.categories]
            assert amount(*(row.received for row in picked)) == figures.received.amount
            ledgers = [row for row in shown.ledgers if filters.ledger in (None, row.code)]
            assert amount(*(row.open for row in ledgers)) == figures.open.amount
            assert shown.table.total.received == figures.received
    pool.close()


HOUSE_SQL = """
  SELECT count(*) FILTER (WHERE local_day(reported_at) BETWEEN %(start)s AND %(end)s),
         count(*) FILTER (WHERE local_day(closed_at) BETWEEN %(start)s AND %(end)s),
         count(*) FILTER (WHERE local_day(closed_at) BETWEEN %(start)s AND %(end)s AND closed_at <= due_at),
         count(*) FILTER (WHERE local_day(reported_at) <= %(end)s
                          AND (closed_at IS NULL OR local_day(closed_at) > %(end)s)),
         count(*) FILTER (WHERE local_day(due_at) < %(end)s
                          AND (closed_at IS NULL OR local_day(closed_at) > %(end)s))
  FROM case_record WHERE building_id = %(house)s
    AND (%(categories)s::text[] = '{}' OR category = ANY(%(categories)s))
    AND (%(ledger)s::text IS NULL OR ledger = %(ledger)s)
"""


def params(filters: Filters) -> dict[str, object]:
    """Write filters as parameters of a query."""
    names = {name: getattr(filters, name) for name in ("start", "end", "ledger", "area")}
    return names | {"categories": [*filters.categories]}


def test_a_buildings_dwellers_and_care_visits_are_its_own(situation: Situation) -> None:
    filters = Filters(city.TODAY, city.TODAY, area=city.GRIDS[4])
    shown = situation.house_overview(COMMAND, filters, situation.house(COMMAND, "B4-0"))
    assert (shown.table.total.households.amount, shown.table.total.residents.amount) == (43, 86)
    assert n_of(shown.figures.care_visited) == (4, 8)
    people = situation.house(COMMAND, "B4-0").people
    assert amount(*(value for group in people for value in (group.female, group.male, group.unknown))) == 86
    # A planner opens no household: neither care visits nor ages of one house are theirs.
    house = situation.house(COUNTY, "B0-0")
    assert house.people == ()
    assert situation.house_overview(COUNTY, filters, house).figures.care_visited.n.state is State.NO_DATA


@pytest.mark.parametrize("viewer", [COMMUNITY, CAPTAIN], ids=lambda viewer: viewer.level.value)
def test_a_building_outside_a_scope_is_not_there(situation: Situation, viewer: Viewer) -> None:
    situation.house(COMMAND, "B8-0")
    for missing in ("B8-0", "nonsense"):
        with pytest.raises(NotFound):
            situation.house(viewer, missing)


def test_the_wall_sees_no_small_count_of_a_building(situation: Situation) -> None:
    rng = random.Random(8)
    for _ in range(30):
        house_id = rng.choice(HOUSES)
        filters = replace(random_filters(rng, WALL), area=city.GRIDS[int(house_id[1])])
        exactly = situation.house_overview(COMMAND, filters, situation.house(COMMAND, house_id))
        shown = situation.house_overview(WALL, filters, situation.house(WALL, house_id))
        assert shown.table.total.households.state is not State.EXACT
        assert situation.house(WALL, house_id).people == ()
        for true, seen in zip(house_counts(exactly), house_counts(shown), strict=True):
            assert seen.low is not None
            assert seen.high is not None
            assert seen.low <= (true.amount or 0) <= seen.high
            assert seen.state is not State.EXACT or true.amount == 0
        assert (shown.figures.open_change, shown.figures.usual, shown.figures.trends) == (None, None, {})
        assert all(row.change is None for row in shown.categories)


def house_counts(shown: Overview) -> list[Value]:
    """List every count a building's panels show."""
    figures, total = shown.figures, shown.table.total
    return [
        *(figures.received, figures.closed, figures.open, figures.overdue.open, figures.on_time.n, figures.on_time.of),
        *(total.received, total.open, total.overdue, total.on_time.n),
        *shown.series.reported,
        *shown.series.closed,
        *(value for row in shown.ledgers for value in (row.received, row.open, row.overdue)),
    ]


def test_a_city_without_workers_begins_with_households(situation: Situation) -> None:
    assert situation.usual_measure(COMMAND) is Measure.WORKLOAD
    nobody = Viewer("clerk", "", Role.CLERK, Level.COMMUNITY, (city.GRIDS[3][:12],))
    alone = Viewer("clerk", "", Role.CLERK, Level.GRID, (city.GRIDS[3],))
    assert situation.usual_measure(nobody) is Measure.WORKLOAD
    assert situation.usual_measure(alone) is Measure.HOUSEHOLDS


def test_paths_and_children(situation: Situation) -> None:
    assert [place.code for place in situation.path(COMMAND, city.GRIDS[0])] == [
        "6402",
        "640202",
        "640202001",
        WEST,
        city.GRIDS[0],
    ]
    assert [place.code for place in situation.path(COMMUNITY, city.GRIDS[0])] == [WEST, city.GRIDS[0]]
    assert [place.code for place in situation.path(COMMAND, None)] == ["6402"]
    assert [place.code for place in situation.path(CAPTAIN, None)] == [city.GRIDS[0]]
    filters = Filters(city.FIRST, city.TODAY)
    assert [row.place.code for row in situation.table(COMMAND, filters).rows] == ["640202", "640205", ""]
    assert {row.place.level for row in situation.table(COMMUNITY, filters).rows} == {Level.GRID}
    assert situation.table(CAPTAIN, filters).rows == ()


def test_a_commit_is_seen_at_the_next_question(database: Urls) -> None:
    rng = random.Random(11)
    rows = [city.draw_case(rng, number) for number in range(60)]
    pool = Database(database.app_url, max_size=2)
    situation = Situation(pool, recheck_s=0)
    filters = Filters(city.FIRST, city.TODAY)
    try:
        assert situation.figures(COMMAND, filters).received.amount == 0
        with owner_connection(database.owner_url) as conn:
            city.build(conn)
            city.put_cases(conn, rows[:20])
        assert situation.figures(COMMAND, filters).received.amount == in_span(rows[:20])
        version = situation.age().version
        with owner_connection(database.owner_url) as conn:
            city.put_cases(conn, rows[20:])
            assert situation.figures(COMMAND, filters).received.amount == in_span(rows[:20])
            assert situation.age().version == version
        assert situation.age().version != version
        assert situation.figures(COMMAND, filters).received.amount == in_span(rows)
        move_a_case(database)
        assert (
            situation.cells(COMMAND, filters, 16, rate=False).unplaced
            == situation.cells(COMMAND, Filters(city.FIRST, city.TODAY, tuple(city.DISPUTES)), 16).unplaced
        )
        fresh = Situation(pool, recheck_s=0)
        assert situation.cells(COMMAND, filters, 16).numerators == fresh.cells(COMMAND, filters, 16).numerators
        assert situation.overview(COMMAND, filters) == fresh.overview(COMMAND, filters)
    finally:
        pool.close()


def in_span(rows: list[city.CaseRow]) -> int:
    return sum(city.FIRST <= row.reported.date() <= city.TODAY for row in rows)


def move_a_case(database: Urls) -> None:
    """Move cases to other points without any count changing."""
    with owner_connection(database.owner_url) as conn:
        conn.execute("UPDATE case_record SET geom = ST_Translate(geom, 0.01, 0.01) WHERE geom IS NOT NULL")
