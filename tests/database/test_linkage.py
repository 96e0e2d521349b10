"""The drill-down: figures told by heart, nothing of another grid, names only with a reason and an audit row."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict

import pytest

from geo.core.figures import State
from geo.errors import InputError, NotAllowed, NotFound
from geo.service.linkage import Linkage, checked_reason
from geo.store.cluster import Urls
from geo.store.database import Database, owner_connection
from tests.fixtures.town import (
    CAPTAIN_A,
    CAPTAIN_B,
    COMMAND,
    DAYS,
    GRID_A,
    GRID_B,
    GRID_C,
    PLANNER,
    SECRETS,
    WALL,
    town,
    viewer,
)

__all__ = ["town"]
REASON = ("visit", "每月走访")


@pytest.fixture(scope="module")
def linkage(town: Urls) -> Iterator[Linkage]:
    pool = Database(town.app_url, max_size=2)
    yield Linkage(pool)
    pool.close()


def audit(town: Urls) -> list[dict[str, object]]:
    """Read the audit log as the owner does."""
    with owner_connection(town.owner_url) as conn:
        found = conn.execute("SELECT to_json(a) FROM audit_log a ORDER BY audit_id").fetchall()
        return [row[0] for row in found]


def test_a_grid_at_a_glance(linkage: Linkage):
    page = linkage.grid(CAPTAIN_A, GRID_A)
    stock = page.facts.stock
    assert (stock.buildings, stock.dwellings, stock.households.amount, stock.residents.amount) == (3, 13, 12, 25)
    assert stock.care_households == 4
    assert page.facts.open_cases.amount == 3
    assert page.facts.clocks is not None
    # 16 and 61 days in 6栋, 40 in 7栋; 14 days today; 61 days and never are out of the sweep.
    assert (page.facts.clocks.overdue, page.facts.clocks.due_today) == (3, 1)
    assert (page.facts.clocks.swept, page.facts.clocks.households) == (10, 12)
    assert page.facts.captain is not None
    assert page.facts.hands == 1
    assert page.facts.load == 7
    assert [(step.kind, step.name) for step in page.trail] == [
        ("city", "石嘴山市"),
        ("county", "大武口区"),
        ("subdistrict", "长胜街道"),
        ("community", "柳岸社区"),
        ("grid", "柳岸01"),
    ]


def test_visits_due_longest_first(linkage: Linkage):
    due = linkage.grid(CAPTAIN_A, GRID_A).visits or ()
    assert [(visit.building, visit.room, visit.days, visit.overdue) for visit in due] == [
        ("6栋", "201", 61, True),
        ("7栋", "101", 40, True),
        ("6栋", "302", 16, True),
        ("6栋", "102", 14, False),
    ]


def test_open_cases_by_deadline(linkage: Linkage):
    page = linkage.grid(CAPTAIN_A, GRID_A)
    assert [case.case_no for case in page.cases or ()] == ["0", "1", "2"]
    assert [case.case_no for case in linkage.building(CAPTAIN_A, "A6").cases or ()] == ["0", "1"]


def test_buildings_with_their_counts(linkage: Linkage):
    found = {item.name: item for item in linkage.grid(CAPTAIN_A, GRID_A).buildings}
    assert [*found] == ["6栋", "7栋", "平房"]
    six = found["6栋"]
    assert (six.dwellings, six.units, six.households, six.residents, six.care_households) == (12, 2, 11, 22, 3)
    # 31, 61, 45 days and never are over 30 days.
    assert (six.unvisited, six.care_overdue, six.care_today, six.cases) == (4, 2, 1, 2)
    assert (found["平房"].dwellings, found["平房"].households) == (0, 0)


def test_the_chart_of_a_building(linkage: Linkage):
    page = linkage.building(CAPTAIN_A, "A6")
    cells = {(cell.unit, cell.floor, cell.room): cell for cell in page.chart.cells()}
    assert {place: cell.days for place, cell in cells.items()} == {
        place: None if days == "v" else days for place, days in DAYS.items()
    }
    assert cells["1", 3, "301"].households == 0
    assert cells["1", 3, "301"].occupancy == "vacant"
    assert cells["2", 2, "201"].care == ("elder_alone",)
    assert cells["2", 2, "202"].day_class == 5
    assert page.ages is not None
    assert (page.ages.total, page.ages.elders) == (22, 11)
    # 0, 3, 7 and 9 days ago; 14 days and an hour ago is before the list begins.
    assert page.visited_households == 4
    assert [visit.room for visit in page.visits or ()] == ["101", "201", "102", "302"]


def test_a_building_without_dwellings_has_an_empty_chart(linkage: Linkage):
    assert linkage.building(CAPTAIN_A, "AX").chart.rows == ()


def test_sums_agree_at_every_step(linkage: Linkage, town: Urls):
    with owner_connection(town.owner_url) as conn:
        people = conn.execute("SELECT count(*) FROM resident").fetchone()
    whole = 0
    for grid in (GRID_A, GRID_B, GRID_C):
        page = linkage.grid(COMMAND, grid)
        for building in page.buildings:
            chart = linkage.building(COMMAND, building.building_id).chart.cells()
            assert sum(cell.residents or 0 for cell in chart) == building.residents
            assert sum(cell.households or 0 for cell in chart) == building.households
            assert len(chart) == building.dwellings
        assert sum(building.residents or 0 for building in page.buildings) == page.facts.stock.residents.amount
        assert sum(building.households or 0 for building in page.buildings) == page.facts.stock.households.amount
        assert page.ages.total == page.facts.stock.residents.amount
        whole += page.ages.total
    assert people == (whole,)


@pytest.mark.parametrize("building", ["B1", "C1", "nowhere"])
def test_a_captain_finds_no_building_of_another_grid(linkage: Linkage, building: str):
    with pytest.raises(NotFound):
        linkage.building(CAPTAIN_A, building)
    with pytest.raises(NotFound):
        linkage.open_household(CAPTAIN_A, building, ("1", "101", 0), REASON)


@pytest.mark.parametrize("code", [GRID_B, GRID_C, "640202001009001", "6402", "", "x' OR 1=1 --"])
def test_a_captain_finds_no_other_grid(linkage: Linkage, code: str):
    with pytest.raises(NotFound):
        linkage.grid(CAPTAIN_A, code)


def test_the_other_captain_sees_theirs(linkage: Linkage):
    assert linkage.grid(CAPTAIN_B, GRID_B).facts.name == "柳岸02"
    assert linkage.building(CAPTAIN_B, "B1").ages is not None


def test_nobody_but_the_opening_returns_a_name(linkage: Linkage):
    for who in (CAPTAIN_A, COMMAND, PLANNER, WALL):
        answers = [asdict(linkage.grid(who, GRID_A)), asdict(linkage.building(who, "A6"))]
        text = json.dumps(answers, default=str, ensure_ascii=False)
        assert not [secret for secret in SECRETS if secret in text]


def test_the_wall_sees_no_household_visit_or_case(linkage: Linkage):
    page = linkage.grid(WALL, GRID_A)
    assert (page.visits, page.cases, page.facts.clocks, page.facts.stock.care_households) == (None, None, None, None)
    assert (page.facts.open_cases.state, page.facts.open_cases.amount) == (State.HIDDEN, None)
    assert {building.households for building in page.buildings} == {None}
    building = linkage.building(WALL, "A6")
    assert (building.cases, building.visits, building.may_open) == (None, None, False)
    assert {(cell.households, cell.residents, cell.occupancy, cell.care) for cell in building.chart.cells()} == {
        (None, None, None, ())
    }
    counts = [count for band in building.ages.bands for count in (band.male, band.female)] if building.ages else []
    assert not [count for count in counts if 0 < count < 5]
    with pytest.raises(NotAllowed):
        linkage.open_household(WALL, "A6", ("2", "201", 0), REASON)


def test_a_planner_sees_exact_counts_and_no_person(linkage: Linkage):
    page = linkage.grid(PLANNER, GRID_A)
    assert page.visits is None
    assert page.facts.stock.residents.amount == 25
    assert {item.name: item.households for item in page.buildings} == {"6栋": 11, "7栋": 1, "平房": 0}
    with pytest.raises(NotAllowed):
        linkage.open_household(PLANNER, "A6", ("2", "201", 0), REASON)


@pytest.mark.parametrize(
    "reason", [("", "每月走访"), ("visit", ""), ("visit", "走访"), ("visit", "  a   b "), ("x", "每月走访")]
)
def test_a_household_stays_shut_without_a_reason(linkage: Linkage, town: Urls, reason: tuple[str, str]):
    before = len(audit(town))
    with pytest.raises(InputError):
        linkage.open_household(CAPTAIN_A, "A6", ("2", "201", 0), reason)
    assert len(audit(town)) == before


def test_opening_writes_the_audit_row_and_no_name(linkage: Linkage, town: Urls):
    (opened,) = linkage.open_household(CAPTAIN_A, "A6", ("2", "201", 0), REASON)
    assert [(person.name, person.age, person.care) for person in opened.people] == [
        ("秘密0", 76, ("elder_alone",)),
        ("秘密1", 36, ()),
    ]
    row = audit(town)[-1]
    assert (row["actor"], row["action"], row["object_kind"], row["object_id"], row["reason"]) == (
        "captain",
        "household.opened",
        "household",
        "HA6-2-201",
        "visit: 每月走访",
    )
    assert not [secret for secret in SECRETS if secret in json.dumps(row, ensure_ascii=False)]
    assert "秘密" not in repr(opened)


def test_nothing_to_open_where_nobody_lives(linkage: Linkage):
    for place in (("1", "301", 0), ("9", "999", 0), ("2", "201", 1)):
        with pytest.raises(NotFound):
            linkage.open_household(CAPTAIN_A, "A6", place, REASON)


def test_a_reason_is_kept_in_one_line():
    assert checked_reason("case", " 回访\n 邻里  纠纷 ") == "case: 回访 邻里 纠纷"


def test_a_clerk_sees_cases_and_no_person(linkage: Linkage):
    page = linkage.grid(viewer("clerk"), GRID_A)
    assert page.visits is None
    assert len(page.cases or ()) == 3


def test_an_auditor_reads_no_single_case(linkage: Linkage):
    page = linkage.grid(viewer("auditor"), GRID_A)
    assert page.cases is None
    assert page.facts.open_cases.amount == 3
