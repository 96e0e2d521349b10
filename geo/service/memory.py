"""What a process remembers of the city's counts, and how it keeps up with the database.

Every request looks at the layers' versions (at most once a second); where one has risen, the first request reads
what changed - whole days of counts, the stock as a whole - and makes a new snapshot, while others go on with the old
one. A snapshot is immutable, so a page is always of one state. It holds the whole city and nobody's name but the grid
captains'; `geo.service.situation` cuts it to the viewer.
"""

from __future__ import annotations

import datetime as dt
import threading
import time
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

import geopandas as gpd
import numpy as np
import pandas as pd
import psycopg
from numpy.typing import NDArray

from geo.core.density.cells import Cells, Points, no_cells, no_points
from geo.core.figures import Plan
from geo.core.situation import Axes, CountRows, Cube, Pair, no_rows, place_key
from geo.model import Scope
from geo.standards import CARE_VISIT_DAYS
from geo.store import situation as store
from geo.store.database import Database

SHANGHAI = ZoneInfo("Asia/Shanghai")
WHOLE_CITY = Scope("scope_city")
"""What is remembered is read under this scope; every answer is cut to the viewer's codes afterwards."""
RECHECK_S = 1.0
"""Seconds between two looks at the versions: how old an answer can be at most, plus the time of the reading."""
_TRIES = 5


@dataclass(frozen=True)
class City:
    """What a load changes: everything but cases.

    Attributes
    ----------
    areas : name and level per division code; categories : in their order.
    grids, communities : frames with geometry, EPSG:4326.
    stock : figures per grid; buildings : a point and the households of each.
    """

    areas: pd.DataFrame
    categories: pd.DataFrame
    plan: Plan | None
    grids: gpd.GeoDataFrame
    communities: gpd.GeoDataFrame
    stock: pd.DataFrame
    buildings: pd.DataFrame

    @cached_property
    def names(self) -> dict[str, str]:
        """Name per code, of divisions and of grids."""
        grids = zip(self.grids["grid_code"].tolist(), self.grids["name"].tolist(), strict=True)
        return dict(zip(self.areas.index.tolist(), self.areas["name"].tolist(), strict=True)) | dict(grids)

    @cached_property
    def category_rows(self) -> list[dict[str, Any]]:
        """The categories as rows."""
        return self.categories.to_dict("records")  # pyright: ignore[reportReturnType]


@dataclass(frozen=True)
class Stock:
    """Stock figures per place, aligned with `Axes.places`.

    Attributes
    ----------
    is_grid : whether the place is a grid of the plan in force.
    care, care_visited : households with a care flag, and those visited within `standards.CARE_VISIT_DAYS` days.
    """

    is_grid: NDArray[np.bool_]
    households: NDArray[np.int64]
    residents: NDArray[np.int64]
    workers: NDArray[np.int64]
    care: NDArray[np.int64]
    care_visited: NDArray[np.int64]


@dataclass(frozen=True)
class _Codes:
    """Positions on the axes per cell_id of the database.

    Attributes
    ----------
    known : how many cells there are; none is ever changed or deleted, so while there are as many, they are the same.
    """

    place: NDArray[np.int32]
    pair: NDArray[np.int32]
    known: int

    @classmethod
    def none(cls) -> _Codes:
        """Return the positions of nothing."""
        nothing = np.empty(0, dtype=np.int32)
        return cls(nothing, nothing, 0)

    @classmethod
    def of(cls, counted: pd.DataFrame, axes: Axes) -> _Codes:
        """Look up the positions of everything cases are counted by."""
        size = int(counted["cell_id"].to_numpy().max(initial=-1)) + 1
        place, pair = np.zeros(size, dtype=np.int32), np.zeros(size, dtype=np.int32)
        place[counted["cell_id"]] = _places(counted, axes)
        pair[counted["cell_id"]] = _pair_numbers(counted, axes)
        return cls(place, pair, len(counted))


@dataclass(frozen=True)
class Snapshot:
    """The city at one moment.

    Attributes
    ----------
    versions, today : what it is of.
    cube : counts of cases; points : cases reported, by H3 cell.
    open_due : columns due (ordinal), place, pair, open.
    homes : a point a building, weighted by its households.
    cells : the H3 cells of both.
    codes : positions of what cases are counted by.
    memo : what was worked out from this snapshot and holds nothing of a viewer but the codes in its key.
    """

    versions: store.Versions
    today: dt.date
    city: City
    stock: Stock
    cube: Cube
    points: Points
    open_due: pd.DataFrame
    homes: Points
    cells: Cells
    codes: _Codes
    memo: dict[object, Any] = field(default_factory=dict, repr=False)

    @property
    def axes(self) -> Axes:
        """What the numbers of places and pairs mean."""
        return self.cube.axes

    @property
    def version(self) -> str:
        """Name of this state: changes with every committed change of any layer, and with the day."""
        return f"{sum(self.versions.layers.values())}.{self.today.toordinal()}"


def moment(versions: store.Versions) -> dt.datetime:
    """Return the moment figures are of: the demo's own, else now; Asia/Shanghai."""
    return (versions.as_of or dt.datetime.now(SHANGHAI)).astimezone(SHANGHAI)


class Memory:
    """The snapshot of a process, kept up to date.

    Parameters
    ----------
    db : the application's pool.
    recheck_s : seconds between two looks at the versions.
    """

    def __init__(self, db: Database, recheck_s: float = RECHECK_S) -> None:
        self._db = db
        self._recheck_s = recheck_s
        self._lock = threading.Lock()
        self._snapshot: Snapshot | None = None
        self._checked = float("-inf")

    def current(self) -> Snapshot:
        """Return the newest snapshot; while another request makes a newer one, the last."""
        snapshot = self._snapshot
        if snapshot is not None and time.monotonic() - self._checked < self._recheck_s:
            return snapshot
        if not self._lock.acquire(blocking=snapshot is None):
            return snapshot or self.current()
        try:
            if self._snapshot is None or time.monotonic() - self._checked >= self._recheck_s:
                self._snapshot = self._refresh(self._snapshot)
                self._checked = time.monotonic()
            return self._snapshot
        finally:
            self._lock.release()

    def _refresh(self, old: Snapshot | None) -> Snapshot:
        """Read what changed since a snapshot; the same one where nothing did."""
        with self._db.transaction(WHOLE_CITY) as conn:
            versions = store.versions(conn)
            if old is not None and (versions, moment(versions).date()) == (old.versions, old.today):
                return old
            store.allow_long_reads(conn)
            for _ in range(_TRIES):
                old = _read(conn, versions, old)
                versions = store.versions(conn)
                # Counts and points are two statements: read again where a commit came between them.
                if versions == old.versions:
                    break
            assert old is not None
            return old


def _read(conn: psycopg.Connection, versions: store.Versions, old: Snapshot | None) -> Snapshot:
    """Make a snapshot of the given versions; what has not changed is taken from the old one."""
    today = moment(versions).date()
    if old is not None and versions.layers["cases"] < old.versions.layers["cases"]:
        old = None  # another city stands behind the same address
    same_city = old is not None and today == old.today and _but_cases(versions) == _but_cases(old.versions)
    same_cases = old is not None and versions.layers["cases"] == old.versions.layers["cases"]
    city = old.city if old and same_city else _read_city(conn, today)
    axes, codes = (old.axes, old.codes) if old else (Axes(), _Codes.none())
    if not same_city or store.number_of_cells(conn) != codes.known:
        counted = store.count_cells(conn)
        keys = [*city.grids["grid_code"], *_keys(city.stock), *_keys(city.buildings), *_keys(counted)]
        axes = axes.with_places(keys).with_pairs(_pairs(counted))
        codes = _Codes.of(counted, axes)
    cells = old.cells if old else no_cells()
    # Places never move on the axes, so what was numbered stays right.
    homes, cells = (old.homes, cells) if old and same_city else _homes(city.buildings, axes, cells)
    cube = old.cube if old else None
    if old and same_cases:
        rows, points, changed_from = old.cube.rows, old.points, old.cube.last + 1
    else:
        rows, points, cells, changed_from = _read_cases(conn, codes, cells, old)
    return Snapshot(
        versions=versions,
        today=today,
        city=city,
        stock=old.stock if old and same_city and axes is old.axes else _stock(city, axes),
        cube=cube if cube and rows is cube.rows and axes == cube.axes else Cube(axes, rows, cube, changed_from),
        points=points,
        open_due=_open_due(store.open_due(conn), axes),
        homes=homes,
        cells=cells,
        codes=codes,
    )


def _but_cases(versions: store.Versions) -> tuple[object, ...]:
    """Return what a change of the cases alone leaves as it is."""
    layers = {layer: number for layer, number in versions.layers.items() if layer != "cases"}
    return layers, versions.as_of, versions.name, versions.demo


def _read_city(conn: psycopg.Connection, today: dt.date) -> City:
    """Read everything but cases."""
    grids = store.grids(conn, today)
    plan = store.plan(conn)
    return City(
        areas=store.areas(conn).set_index("code"),
        categories=store.categories(conn),
        plan=None if plan is None else Plan(plan[1], plan[2], plan[3], len(grids)),
        grids=grids,
        communities=store.communities(conn),
        stock=store.stock(conn, today - dt.timedelta(days=CARE_VISIT_DAYS)),
        buildings=store.buildings(conn),
    )


def _read_cases(
    conn: psycopg.Connection, codes: _Codes, cells: Cells, old: Snapshot | None
) -> tuple[CountRows, Points, Cells, int]:
    """Read counts and points of the days that changed since a snapshot, and put them in the place of the old ones.

    Returns
    -------
    Counts, points and cells, and the first day (ordinal) that differs.
    """
    since = old.versions.layers["cases"] if old else None
    days = store.changed_days(conn, -1 if since is None else since)
    day, cell_id, *events = store.counts(conn, since)
    new_rows = CountRows(day, codes.place[cell_id], codes.pair[cell_id], np.stack(events))
    day, cell_id, lon, lat = store.points(conn, since)
    cells, number = cells.number(lon, lat)
    ones = np.ones(len(day), dtype=np.int32)
    new_points = Points(day, codes.place[cell_id], codes.pair[cell_id], number, ones)
    rows = (old.cube.rows if old else no_rows()).merged(new_rows, days)
    points = (old.points if old else no_points()).merged(new_points, days)
    return rows, points, cells, int(days.min(initial=rows.day[-1] + 1 if len(rows) else 0))


def _keys(frame: pd.DataFrame) -> list[str]:
    """Return the key of the place of every row."""
    counties = frame["county_code"] if "county_code" in frame else frame["community_code"].str[:6]
    # As lists: one by one, the values of a column of strings cost more than the work on them.
    columns = (frame["grid_code"].tolist(), frame["community_code"].tolist(), counties.tolist())
    return [place_key(*codes) for codes in zip(*columns, strict=True)]


def _places(frame: pd.DataFrame, axes: Axes) -> NDArray[np.int32]:
    """Return the position of every row's place."""
    position = {key: number for number, key in enumerate(axes.places)}
    return np.array([position[key] for key in _keys(frame)], dtype=np.int32)


def _pairs(frame: pd.DataFrame) -> list[Pair]:
    """Return the category and ledger of every row."""
    return [Pair(*codes) for codes in zip(frame["category"].tolist(), frame["ledger"].tolist(), strict=True)]


def _pair_numbers(frame: pd.DataFrame, axes: Axes) -> NDArray[np.int32]:
    """Return the position of every row's category and ledger."""
    position = {pair: number for number, pair in enumerate(axes.pairs)}
    return np.array([position[pair] for pair in _pairs(frame)], dtype=np.int32)


def _open_due(frame: pd.DataFrame, axes: Axes) -> pd.DataFrame:
    """Return open cases by due day, place and pair."""
    due, number = frame["due"].to_numpy(np.int32), frame["open"].to_numpy(np.int32)
    return pd.DataFrame({"due": due, "place": _places(frame, axes), "pair": _pair_numbers(frame, axes), "open": number})


def _homes(buildings: pd.DataFrame, axes: Axes, cells: Cells) -> tuple[Points, Cells]:
    """Put every building into its H3 cell."""
    cells, number = cells.number(buildings["lon"].to_numpy(), buildings["lat"].to_numpy())
    none = np.zeros(len(buildings), dtype=np.int32)
    weight = buildings["households"].to_numpy(np.int32)
    return Points(none, _places(buildings, axes), none, number, weight), cells


def _stock(city: City, axes: Axes) -> Stock:
    """Align the stock with the axes."""
    place = _places(city.stock, axes)

    def aligned(name: str) -> NDArray[np.int64]:
        figures = np.zeros(len(axes.places), dtype=np.int64)
        np.add.at(figures, place, city.stock[name].to_numpy(np.int64))
        return figures

    return Stock(
        is_grid=np.isin(np.array(axes.places, dtype=object), city.grids["grid_code"].to_numpy(dtype=object)),
        households=aligned("households"),
        residents=aligned("residents"),
        workers=aligned("workers"),
        care=aligned("care"),
        care_visited=aligned("visited"),
    )
