"""One building (楼栋) as the wall's panels see it: the same figures, counted from the case rows of its register key.

Daily counts know no building, so a touched one is counted when it is asked for: its few cases become a cube of their
own, and the panels of `geo.service.panels` read it as they read the city's. For a viewer who sees bands the buildings
beside it are counted too, since a grid's figures less the others' would give one away.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.core.density.cells import no_cells, no_points
from geo.core.density.disclosure import parts
from geo.core.figures import MISSING, AgeGroup, AreaRow, Rate, Value, exact
from geo.core.situation import Axes, CountRows, Cube, Event, Pair, no_rows
from geo.errors import NotFound
from geo.i18n import _
from geo.model import Filters
from geo.service.access import Viewer
from geo.service.cut import Counts, Cut
from geo.service.memory import WHOLE_CITY, Snapshot, Stock
from geo.service.panels import age_groups
from geo.standards import CARE_VISIT_DAYS
from geo.store import situation as store
from geo.store.database import Database

_STILL_OPEN = len(Event)
"""Number of the event that is none: a case still open, on the day it is due."""
_NOBODY_KNOWS = Rate(MISSING, MISSING)


@dataclass(frozen=True)
class House:
    """A building and what its figures are counted from.

    Attributes
    ----------
    building_id, grid_code : its keys; the grid is empty where it lies in none.
    estate, name, address : what it is called.
    households, residents : as the viewer may know them.
    snapshot : a city of this building alone (and its neighbours for a viewer who sees bands).
    people : its age structure, oldest last; empty for a viewer who sees no person.
    persons : whether the viewer may know its care households.
    """

    building_id: str
    grid_code: str
    estate: str
    name: str
    address: str
    households: Value
    residents: Value
    snapshot: Snapshot
    people: tuple[AgeGroup, ...]
    persons: bool

    def cut(self, viewer: Viewer, filters: Filters) -> HouseCut:
        """Cut to the building under filters; their area is not looked at."""
        return HouseCut(self.snapshot, viewer, replace(filters, area=_key(self.building_id)))

    def row(self, total: AreaRow) -> AreaRow:
        """Return a building's own row from the one its counts gave: dwellers as they may be known."""
        return replace(total, grids=0, households=self.households, residents=self.residents)

    def care(self, counted: Rate) -> Rate:
        """Return the care visits, where the viewer may know them."""
        return counted if self.persons else _NOBODY_KNOWS


@dataclass(frozen=True)
class HouseCut(Cut):
    """The cut of one building: every figure below community level, shown as a part of its grid."""

    def __post_init__(self) -> None:
        """Check nothing: the building was read under the viewer's own scope."""

    def total(self, counts: Counts, *, stock: bool = False) -> Value:
        """Show the building's count."""
        del stock
        own = int(np.flatnonzero(self.places)[0])
        return exact(int(counts[own])) if self.viewer.exact else parts(counts).values()[own]


def read(db: Database, city: Snapshot, viewer: Viewer, building: str) -> House:
    """Read a building.

    Raises
    ------
    NotFound   it lies outside the viewer's scope or does not exist.
    """
    with db.transaction(viewer.scope) as conn:
        found = store.house(conn, building)
    if found is None or not viewer.sees(found["grid_code"] or found["community_code"]):
        raise NotFound(_("There is no such building in your area."))
    # A role that sees bands reads no case and no house; what is counted for it leaves this module as ranges only.
    with db.transaction(viewer.scope if viewer.exact else WHOLE_CITY) as conn:
        grid = found["grid_code"]
        near = [building] if viewer.exact or not grid else store.neighbours(conn, grid)
        events, stock = store.house_events(conn, near), store.house_stock(conn, near)
    due_on = city.today - dt.timedelta(days=CARE_VISIT_DAYS)
    care, people = (0, 0), None
    if viewer.may_open_household:
        with db.transaction(viewer.person_scope) as conn:
            care, people = store.house_care(conn, building, due_on), store.house_people(conn, building)
    dwellers = {
        name: _dwellers(stock, near, building, name, exactly=viewer.exact) for name in ("households", "residents")
    }
    return House(
        building_id=building,
        grid_code=grid,
        estate=found["estate"],
        name=found["name"],
        address=found["address"],
        snapshot=_alone(city, events, near, building, (_workers(city, grid), *care)),
        people=() if people is None else age_groups(people, city.today.year, exact),
        persons=people is not None,
        **dwellers,
    )


def _key(building: str) -> str:
    """Name a building's place; a sign that no key holds ends it, so that none begins like another."""
    return f"building/{building}/"


_REST = _key("")
"""The place of what lies in the grid and in none of its buildings."""


def _dwellers(stock: pd.DataFrame, near: list[str], building: str, column: str, *, exactly: bool) -> Value:
    """Return the households or people of a building, as a part of its grid's where bands are shown."""
    known = dict(zip(stock["building_id"].tolist(), stock[column].tolist(), strict=True))
    if exactly:
        return exact(known.get(building, 0))
    counts = np.array([known.get(one, 0) for one in near] + [0], dtype=np.int64)
    return parts(counts).values()[near.index(building)]


def _workers(city: Snapshot, grid: str) -> int:
    """Return who serves the building's grid."""
    places = city.axes.places
    return int(city.stock.workers[places.index(grid)]) if grid in places else 0


def _alone(
    city: Snapshot, events: pd.DataFrame, near: list[str], building: str, figures: tuple[int, int, int]
) -> Snapshot:
    """Make a city of some buildings; `figures` are workers, care households and those visited of the chosen one."""
    pairs = [Pair(*pair) for pair in zip(events["category"].tolist(), events["ledger"].tolist(), strict=True)]
    keys = [_key(one) for one in events["building_id"].tolist()]
    # The rest of the grid is a place of its own that counts nothing: a single building is still a part of something.
    axes = Axes().with_places([*map(_key, near), _REST]).with_pairs(pairs)
    place = {key: number for number, key in enumerate(axes.places)}
    number = {pair: number for number, pair in enumerate(axes.pairs)}
    rows = events[["event", "day", "cases"]].assign(
        place=[place[key] for key in keys], pair=[number[pair] for pair in pairs]
    )
    waiting = rows["event"].to_numpy() == _STILL_OPEN
    still_open = rows.loc[waiting].set_axis(["event", "due", "open", "place", "pair"], axis=1)
    own, size = place[_key(building)], len(axes.places)
    nothing = np.zeros(size, dtype=np.int64)
    workers, care, visited = (_at(own, figure, size) for figure in figures)
    return replace(
        city,
        cube=Cube(axes, _count_rows(rows.loc[~waiting], city.cube.first)),
        stock=Stock(np.zeros(size, dtype=bool), nothing, nothing, workers, care, visited),
        open_due=still_open[["due", "place", "pair", "open"]].reset_index(drop=True),
        points=no_points(),
        homes=no_points(),
        cells=no_cells(),
        memo={},
    )


def _at(place: int, number: int, size: int) -> NDArray[np.int64]:
    figures = np.zeros(size, dtype=np.int64)
    figures[place] = number
    return figures


def _count_rows(rows: pd.DataFrame, first: int) -> CountRows:
    """Return counts sorted by day.

    Before them stands a row that counts nothing on the city's first day: a building without an early case has been
    watched as long as the city, so its usual number of cases is known.
    """
    if rows.empty:
        return no_rows()
    begin = pd.DataFrame({"event": [0], "day": [first], "cases": [0], "place": [0], "pair": [0]})
    rows = pd.concat([begin, rows], ignore_index=True).sort_values("day", kind="stable")
    counts = np.zeros((len(Event), len(rows)), dtype=np.int32)
    counts[rows["event"].to_numpy(), np.arange(len(rows))] = rows["cases"].to_numpy()
    day, place, pair = (rows[name].to_numpy(np.int32) for name in ("day", "place", "pair"))
    return CountRows(day, place, pair, counts)
