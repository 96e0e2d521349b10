"""The values of the drill-down, as a page receives them: nothing here touches a database or a screen."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from geo.core.ages import Ages
from geo.core.figures import Value
from geo.core.floors import Cell, FloorChart
from geo.standards import CARE_VISIT_DAYS


@dataclass(frozen=True, slots=True)
class Moment:
    """What now is for the city's figures, and whose city it is; `fixed` says that now is a stored moment."""

    at: dt.datetime
    name: str
    demo: bool
    fixed: bool

    @property
    def today(self) -> dt.date:
        """The day figures are of, Asia/Shanghai."""
        return self.at.date()


@dataclass(frozen=True, slots=True)
class Crumb:
    """One step of 市 › 区 › 街道 › 社区 › 网格 › 楼栋; `kind` is a level, or `building`."""

    kind: str
    code: str
    name: str


@dataclass(frozen=True, slots=True)
class Stock:
    """What stands and lives in a grid; small counts of people are bands for a viewer who is not exact.

    Attributes
    ----------
    care_households : care households (关爱户); None for a viewer who is not exact.
    """

    buildings: int
    dwellings: int
    households: Value
    residents: Value
    care_households: int | None


@dataclass(frozen=True, slots=True)
class Worker:
    """A grid worker (网格员) as everybody who sees the grid may know one: name and duty phone are public."""

    name: str
    phone: str
    role: str


@dataclass(frozen=True, slots=True)
class OpenCase:
    """An open case (在办事件): its deadline and place; no text beyond its title."""

    channel: str
    case_no: str
    name_zh: str
    name_en: str
    dispute: bool
    ledger: str
    title: str
    state: str
    due_at: dt.datetime
    building_id: str | None
    estate: str | None
    building: str | None
    unit: str | None
    room: str | None


@dataclass(frozen=True, slots=True)
class VisitDue:
    """A care household (关爱户) whose clock has run out today or before: where, which need, how long."""

    building_id: str
    estate: str
    building: str
    unit: str
    floor: int | None
    room: str
    care: tuple[str, ...]
    days: int | None

    @property
    def overdue(self) -> bool:
        """Whether the clock ran out before today; never visited is overdue."""
        return self.days is None or self.days > CARE_VISIT_DAYS


@dataclass(frozen=True, slots=True)
class Building:
    """A building (楼栋) of a grid.

    Attributes
    ----------
    geometry : GeoJSON geometry, EPSG:4326.
    households, residents : exact counts; None where the viewer is not exact.
    care_households, unvisited, care_overdue, care_today : exact counts; None where the viewer has no right to
        households. `unvisited` had no visit for over 30 days.
    cases : open cases of the building; None where the viewer reads no single case.
    """

    building_id: str
    estate: str
    name: str
    address: str
    floors: int | None
    units: int
    dwellings: int
    geometry: dict[str, Any]
    households: int | None = None
    residents: int | None = None
    care_households: int | None = None
    unvisited: int | None = None
    care_overdue: int | None = None
    care_today: int | None = None
    cases: int | None = None


@dataclass(frozen=True, slots=True)
class Clocks:
    """How the visit clocks of a grid's households stand: 14 days for care households, 60 for everybody."""

    overdue: int
    due_today: int
    swept: int
    households: int


@dataclass(frozen=True, slots=True)
class GridFacts:
    """A grid (网格) at a glance.

    Attributes
    ----------
    plan_name, valid_from, provisional : the plan in force that drew it.
    geometry : GeoJSON geometry, EPSG:4326.
    clocks : how the visit clocks stand; None for a viewer who is not exact.
    """

    code: str
    community_code: str
    name: str
    plan_name: str
    valid_from: dt.datetime | None
    provisional: bool
    geometry: dict[str, Any]
    area_m2: float
    stock: Stock
    workers: tuple[Worker, ...]
    open_cases: Value
    clocks: Clocks | None

    @property
    def captain(self) -> Worker | None:
        """The grid's captain (网格长), None where the post is vacant."""
        return next((worker for worker in self.workers if worker.role == "captain"), None)

    @property
    def hands(self) -> int:
        """Captain and workers: those the load is shared by; assistants and volunteers are not counted."""
        return sum(worker.role in ("captain", "worker") for worker in self.workers)

    @property
    def load(self) -> float | None:
        """Open cases and care visits due, per captain or worker; None where nobody serves or counts are bands."""
        if self.clocks is None or self.open_cases.amount is None or not self.hands:
            return None
        return (self.open_cases.amount + self.clocks.overdue + self.clocks.due_today) / self.hands


@dataclass(frozen=True, slots=True)
class GridPage:
    """Everything the grid's page shows, read in one transaction at one moment."""

    moment: Moment
    trail: tuple[Crumb, ...]
    facts: GridFacts
    buildings: tuple[Building, ...]
    visits: tuple[VisitDue, ...] | None
    cases: tuple[OpenCase, ...] | None
    ages: Ages


@dataclass(frozen=True, slots=True)
class RecentVisit:
    """A logged visit: when, where, which kind; never by name."""

    visited_at: dt.datetime
    kind: str
    unit: str
    room: str


@dataclass(frozen=True, slots=True)
class BuildingPage:
    """Everything the building's page shows; persons' figures are None where the viewer has no right to them.

    Attributes
    ----------
    neighbours : buildings of the same grid, this one among them.
    ages : of the building's people; without a right to persons, of its grid's (`ages_of_grid`).
    visits, visited_households : of the last RECENT_DAYS days.
    """

    moment: Moment
    trail: tuple[Crumb, ...]
    building: Building
    grid: GridFacts | None
    neighbours: tuple[Building, ...]
    chart: FloorChart
    ages: Ages | None = None
    cases: tuple[OpenCase, ...] | None = None
    visits: tuple[RecentVisit, ...] | None = None
    visited_households: int | None = None
    may_open: bool = False

    @property
    def ages_of_grid(self) -> bool:
        """Whether the age structure is the whole grid's."""
        return not self.may_open

    def cell(self, unit: str, room: str, twin: int = 0) -> Cell | None:
        """Find a dwelling of the chart by its unit and room."""
        return next(
            (cell for cell in self.chart.cells() if (cell.unit, cell.room, cell.twin) == (unit, room, twin)), None
        )


@dataclass(frozen=True, slots=True)
class Person:
    """A resident (人口) of an opened household; lives for one answer and is stored nowhere."""

    name: str = field(repr=False)
    sex: str | None = field(repr=False)
    age: int | None = field(repr=False)
    phone: str = field(repr=False)
    care: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class OpenedHousehold:
    """The people of one household (户) of an opened dwelling."""

    people: tuple[Person, ...]
