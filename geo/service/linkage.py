"""The drill-down 市 › 区 › 街道 › 社区 › 网格 › 楼栋 › 户: what a viewer may see of a grid, a building, a household.

Each call is one transaction under the viewer's scope, so that row-level security decides what is there: a grid or a
building outside the scope is not found, on every path. Persons' rows are read only under the person scope, names
only through the database function `open_household`, which writes the audit row before it answers.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

import psycopg

from geo.core.ages import Ages, ages, merged
from geo.core.figures import State, Value, exact
from geo.core.floors import Cell, floor_chart, natural_key
from geo.errors import InputError, NotFound
from geo.i18n import N_, _, ngettext
from geo.model import Level, Scope, level_of
from geo.service.access import Viewer
from geo.service.drill import (
    Building,
    BuildingPage,
    Clocks,
    Crumb,
    GridFacts,
    GridPage,
    Moment,
    OpenCase,
    OpenedHousehold,
    Person,
    RecentVisit,
    Stock,
    VisitDue,
    Worker,
)
from geo.standards import CARE_VISIT_DAYS, SMALL_COUNT, SWEEP_DAYS
from geo.store.database import Database
from geo.store.linkage import row, rows

Homes = defaultdict[str, list[dict[str, Any]]]
"""Households of buildings, by building."""

UNVISITED_DAYS = 30
"""A household without a visit for longer counts as long unvisited (久未走访): half the 60 days of the sweep."""

RECENT_DAYS = 14
"""Days the list of recent visits looks back."""

SHORTEST_REASON = 4
"""Characters the words of a reason need at least."""

LONGEST_REASON = 200
"""Characters the words of a reason may have."""

OPEN_REASONS: dict[str, str] = {
    "visit": N_("Home visit"),
    "case": N_("Handling a case"),
    "verify": N_("Checking the register"),
    "help": N_("Request for help"),
    "emergency": N_("Emergency"),
}
"""Why a household may be opened; the code and the viewer's own words go to the audit log."""


class Linkage:
    """The one door to the drill-down.

    Every method raises NotFound where the grid or the building lies outside the viewer's scope or does not exist.
    """

    def __init__(self, db: Database) -> None:
        self._db = db

    def trail(self, viewer: Viewer, code: str) -> tuple[Crumb, ...]:
        """Return the way down to an area or a grid, the city first."""
        with self._db.transaction(viewer.scope) as conn:
            return _trail(conn, code)

    def grid(self, viewer: Viewer, code: str) -> GridPage:
        """Return everything a grid's page shows."""
        with self._db.transaction(_scope(viewer)) as conn:
            moment = _moment(conn)
            facts = _facts(conn, viewer, code, moment)
            plain = _grid_buildings(conn, viewer, "grid_buildings", grid_code=code)
            homes = _homes(conn, viewer, plain, moment)
            cases = _cases(conn, viewer, "grid_cases", grid_code=code)
            return GridPage(
                moment=moment,
                trail=_trail(conn, code),
                facts=facts,
                buildings=_counted(plain, homes, cases),
                visits=None if homes is None else _visits_due(plain, homes),
                cases=cases,
                ages=_grid_ages(conn, viewer, code, moment),
            )

    def building(self, viewer: Viewer, building_id: str) -> BuildingPage:
        """Return everything a building's page shows: its chart, its people as counts, its cases and visits."""
        with self._db.transaction(_scope(viewer)) as conn:
            found = row(conn, "building", building_id=building_id)
            if found is None:
                raise NotFound(_("There is no such building in your area."))
            return _building_page(conn, viewer, found, _moment(conn))

    def open_household(
        self, viewer: Viewer, building_id: str, place: tuple[str, str, int], reason: tuple[str, str]
    ) -> tuple[OpenedHousehold, ...]:
        """Open the households of one dwelling (房屋): names and phones, each household with its audit row.

        Parameters
        ----------
        place : unit, room and, among dwellings of the same unit and room, which one.
        reason : a code of OPEN_REASONS and the viewer's own words.

        Raises
        ------
        NotAllowed   the role sees no person.
        InputError   the reason is unknown, or its words are too short or too long.
        NotFound     no household lives there within the viewer's scope.
        """
        stated = checked_reason(*reason)
        unit, room, twin = place
        with self._db.transaction(viewer.person_scope) as conn:
            keys = rows(conn, "dwelling_households", building_id=building_id, unit=unit, room=room, twin=twin)
            if not keys:
                raise NotFound(_("Nobody is registered there."))
            year, actor = _moment(conn).today.year, viewer.username
            return tuple(
                _opened(conn, year, household_id=key["household_id"], reason=stated, actor=actor) for key in keys
            )


def checked_reason(code: str, words: str) -> str:
    """Return a reason as the audit log keeps it.

    Raises
    ------
    InputError   unknown code, or words that are too short or too long.
    """
    words = " ".join(words.split())
    if code not in OPEN_REASONS:
        raise InputError(_("Please choose a reason."))
    if not SHORTEST_REASON <= len(words) <= LONGEST_REASON:
        raise InputError(
            ngettext(
                "Please say why in {low} to {n} character.",
                "Please say why in {low} to {n} characters.",
                LONGEST_REASON,
                low=SHORTEST_REASON,
            )
        )
    return f"{code}: {words}"


def _scope(viewer: Viewer) -> Scope:
    return viewer.person_scope if viewer.may_open_household else viewer.scope


def _moment(conn: psycopg.Connection) -> Moment:
    found = row(conn, "moment")
    if found is None:
        raise NotFound(_("There is no city loaded."))
    return Moment(**found)


def _trail(conn: psycopg.Connection, code: str) -> tuple[Crumb, ...]:
    codes = [code[:digits] for digits in (4, 6, 9, 12)]
    steps = [Crumb(area["level"], area["code"], area["name"]) for area in rows(conn, "areas", codes=codes)]
    if level_of(code) is Level.GRID:
        grid = row(conn, "grid_name", grid_code=code)
        steps += [Crumb(Level.GRID.value, code, grid["name"] or code)] if grid else []
    return tuple(steps)


def _facts(conn: psycopg.Connection, viewer: Viewer, code: str, moment: Moment) -> GridFacts:
    found = row(conn, "grid", grid_code=code)
    if found is None:
        raise NotFound(_("There is no such grid in your area."))
    today = moment.today
    due = today - dt.timedelta(days=CARE_VISIT_DAYS)
    sweep = today - dt.timedelta(days=SWEEP_DAYS)
    clocks = row(conn, "grid_visits", grid_code=code, care_due_on=due, sweep_from_on=sweep) if viewer.exact else None
    opened = row(conn, "grid_open_count", grid_code=code) or {"open_cases": 0}
    return GridFacts(
        **{
            key: found[key]
            for key in ("community_code", "plan_name", "valid_from", "provisional", "geometry", "area_m2")
        },
        code=code,
        name=found["name"] or code,
        stock=Stock(
            buildings=found["buildings"],
            dwellings=found["dwellings"],
            households=_value(viewer, found["households"]),
            residents=_value(viewer, found["residents"]),
            care_households=found["care_households"] if viewer.exact else None,
        ),
        workers=tuple(Worker(**worker) for worker in rows(conn, "grid_workers", grid_code=code, today=today)),
        open_cases=_value(viewer, opened["open_cases"]),
        clocks=Clocks(**clocks) if clocks else None,
    )


def _value(viewer: Viewer, count: int) -> Value:
    """Show a count as it is, or small ones as a band where the viewer is not exact."""
    return Value(State.HIDDEN, 1, SMALL_COUNT - 1) if not viewer.exact and 0 < count < SMALL_COUNT else exact(count)


def _cases(conn: psycopg.Connection, viewer: Viewer, query: str, **params: str) -> tuple[OpenCase, ...] | None:
    return tuple(OpenCase(**found) for found in rows(conn, query, **params)) if viewer.may.cases else None


def _grid_buildings(conn: psycopg.Connection, viewer: Viewer, query: str, **params: str) -> list[Building]:
    """Read buildings in their natural order; households and people of one are for exact viewers only."""
    found = [Building(**building) for building in rows(conn, query, **params)]
    found.sort(key=lambda item: (not item.estate, natural_key(item.estate), natural_key(item.name), item.building_id))
    if not viewer.exact:
        return found
    stock = rows(conn, "building_stock", buildings=[item.building_id for item in found])
    stated = {one.pop("building_id"): one for one in stock}
    return [replace(item, **stated.get(item.building_id, {"households": 0, "residents": 0})) for item in found]


def _homes(conn: psycopg.Connection, viewer: Viewer, buildings: Iterable[Building], moment: Moment) -> Homes | None:
    """Read the households of buildings, by building; None where the viewer has no right to persons."""
    if not viewer.may_open_household:
        return None
    homes: Homes = defaultdict(list)
    keys = [building.building_id for building in buildings]
    for home in rows(conn, "households", buildings=keys, at=moment.at):
        last = home.pop("last_visit_on")
        home["days"] = None if last is None else (moment.today - last).days
        home["care"] = tuple(sorted({flag for flag in home["care"].split(";") if flag}))
        homes[home["building_id"]].append(home)
    return homes


def _counted(plain: Iterable[Building], homes: Homes | None, cases: Iterable[OpenCase] | None) -> tuple[Building, ...]:
    """Add to each building what the viewer may know of its households and cases."""
    open_at = None if cases is None else Counter(case.building_id for case in cases)
    return tuple(
        replace(
            building,
            **(_counts(homes[building.building_id]) if homes is not None else {}),
            cases=None if open_at is None else open_at[building.building_id],
        )
        for building in plain
    )


def _counts(homes: Sequence[dict[str, Any]]) -> dict[str, int]:
    care = [home["days"] for home in homes if home["care"]]
    return {
        "care_households": len(care),
        "unvisited": sum(home["days"] is None or home["days"] > UNVISITED_DAYS for home in homes),
        "care_overdue": sum(days is None or days > CARE_VISIT_DAYS for days in care),
        "care_today": sum(days == CARE_VISIT_DAYS for days in care),
    }


def _visits_due(buildings: Iterable[Building], homes: Homes) -> tuple[VisitDue, ...]:
    """List the care households whose clock has run out, longest first; never visited before all."""
    due = [
        VisitDue(
            building.building_id,
            building.estate,
            building.name,
            **{key: home[key] for key in ("unit", "floor", "room", "care", "days")},
        )
        for building in buildings
        for home in homes[building.building_id]
        if home["care"] and (home["days"] is None or home["days"] >= CARE_VISIT_DAYS)
    ]
    return tuple(sorted(due, key=lambda visit: -(10**6 if visit.days is None else visit.days)))


def _building_page(conn: psycopg.Connection, viewer: Viewer, found: dict[str, Any], moment: Moment) -> BuildingPage:
    key, grid_code = found["building_id"], found["grid_code"]
    place = {"building_id": key, "county_code": found["county_code"]}
    if grid_code:
        plain = _grid_buildings(conn, viewer, "grid_buildings", grid_code=grid_code)
    else:
        plain = _grid_buildings(conn, viewer, "building_alone", **place)
    homes = _homes(conn, viewer, plain, moment)
    cases = _cases(conn, viewer, "building_cases", building_id=key)
    neighbours = _counted(plain, homes, cases)
    dwellings = rows(conn, "building_dwellings", **place)
    page = BuildingPage(
        moment=moment,
        trail=(*_trail(conn, grid_code or found["community_code"]), Crumb("building", key, found["name"] or key)),
        building=next(building for building in neighbours if building.building_id == key),
        grid=_facts(conn, viewer, grid_code, moment) if grid_code else None,
        neighbours=neighbours,
        chart=floor_chart(_cells(dwellings, None if homes is None else homes[key])),
        cases=cases,
        may_open=viewer.may_open_household,
    )
    if viewer.may_open_household:
        return _with_people(conn, page, place)
    return replace(page, ages=_grid_ages(conn, viewer, grid_code, moment)) if grid_code else page


def _with_people(conn: psycopg.Connection, page: BuildingPage, place: dict[str, str]) -> BuildingPage:
    """Add what only a viewer with a right to persons may see: ages and visits, as counts and places."""
    now = page.moment
    since = now.at - dt.timedelta(days=RECENT_DAYS)
    visits = rows(conn, "building_visits", **place, since=since, at=now.at)
    return replace(
        page,
        ages=_ages(rows(conn, "building_ages", **place), now),
        visited_households=len({visit.pop("household_id") for visit in visits}),
        visits=tuple(RecentVisit(**visit) for visit in visits),
    )


def _grid_ages(conn: psycopg.Connection, viewer: Viewer, grid_code: str, moment: Moment) -> Ages:
    """Count a grid's people without a resident row; bands are merged for a viewer who is not exact."""
    structure = _ages(rows(conn, "grid_ages", grid_code=grid_code), moment)
    return structure if viewer.exact else merged(structure, SMALL_COUNT)


def _ages(found: Iterable[dict[str, Any]], moment: Moment) -> Ages:
    return ages([(one["birth_year"], one["sex"], one["residents"]) for one in found], moment.today.year)


def _cells(dwellings: Iterable[dict[str, Any]], homes: Sequence[dict[str, Any]] | None) -> list[Cell]:
    """Join dwellings with their households; without a right to persons a cell holds room and use only."""
    living: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for home in homes or ():
        living[home["dwelling_id"]].append(home)
    cells: list[Cell] = []
    seen: Counter[tuple[str, str]] = Counter()
    for dwelling in dwellings:
        place = (dwelling["unit"], dwelling["room"])
        cell = Cell(place[0], dwelling["floor"], place[1], dwelling["use"], twin=seen[place])
        seen[place] += 1
        cells.append(cell if homes is None else _lived_in(cell, dwelling, living[dwelling["dwelling_id"]]))
    return cells


def _lived_in(cell: Cell, dwelling: dict[str, Any], homes: Sequence[dict[str, Any]]) -> Cell:
    waits = [home["days"] for home in homes]
    return replace(
        cell,
        occupancy=dwelling["occupancy"],
        households=len(homes),
        residents=sum(home["residents"] for home in homes),
        care=tuple(sorted({flag for home in homes for flag in home["care"]})),
        days=None if not waits or None in waits else max(waits),
    )


def _opened(conn: psycopg.Connection, year: int, **call: str) -> OpenedHousehold:
    people = rows(conn, "open_household", **call)
    return OpenedHousehold(tuple(_person(found, year) for found in people))


def _person(found: dict[str, Any], year: int) -> Person:
    age = max(0, year - found["birth_year"]) if found["birth_year"] else None
    return Person(found["name"], found["sex"], age, found["phone"], tuple(found["care"]))
