"""The situation of a city (态势): every figure of the wall, for one viewer and one set of filters.

Figures come from memory (`geo.service.memory`): each process keeps the daily counts and reads what changed within a
second of a commit. Nothing in memory is scoped; every answer is cut to the viewer's codes (`geo.service.cut`) and
banded where the viewer is not exact.
"""

from __future__ import annotations

import datetime as dt
import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import replace
from typing import Any, TypeVar, cast

from geo.core.density import cells as hexes
from geo.core.figures import (
    Age,
    AgeGroup,
    AreaTable,
    CategoryRow,
    KeyFigures,
    Layer,
    LedgerRow,
    MapValues,
    Overview,
    Place,
    Plan,
    Series,
    exact,
)
from geo.model import Filters, Measure
from geo.service import houses, maps, panels
from geo.service.access import Viewer
from geo.service.cut import Cut
from geo.service.houses import House
from geo.service.memory import RECHECK_S, SHANGHAI, Memory, Snapshot, moment
from geo.store import situation as store
from geo.store.database import Database

Made = TypeVar("Made")
_KEPT = 128
"""Layers and age structures remembered."""


class Situation:
    """The one door to figures.

    Every method with a viewer raises NotFound where `filters.area` (or `area`) lies outside the viewer's codes or does
    not exist.

    Parameters
    ----------
    db : the application's pool.
    recheck_s : seconds between two looks at the data versions.
    """

    def __init__(self, db: Database, recheck_s: float = RECHECK_S) -> None:
        self._db = db
        self._memory = Memory(db, recheck_s)
        self._made: OrderedDict[tuple[object, ...], object] = OrderedDict()
        self._lock = threading.Lock()

    def age(self) -> Age:
        """Say how old the data is; cheap enough for every request."""
        snapshot = self._memory.current()
        versions = snapshot.versions
        changed_at = versions.changed_at.astimezone(SHANGHAI)
        return Age(moment(versions), changed_at, snapshot.version, versions.as_of is None)

    def city(self) -> tuple[str, bool]:
        """Return the city's name and whether it is the demo's synthetic one."""
        versions = self._memory.current().versions
        return versions.name, versions.demo

    def plan(self) -> Plan | None:
        """Return the grid plan in force."""
        return self._memory.current().city.plan

    def usual_measure(self, viewer: Viewer) -> Measure:
        """Return what grids are coloured by unless asked: the workload, households where no worker is on duty."""
        snapshot = self._memory.current()
        staffed = self._once(
            snapshot, viewer, "staffed", lambda: snapshot.stock.workers[_whole(snapshot, viewer).grids]
        )
        return Measure.WORKLOAD if staffed.any() else Measure.HOUSEHOLDS

    def default_filters(self, viewer: Viewer, days: int = 30) -> Filters:
        """Return the last `days` days up to today, everything else open."""
        del viewer
        today = self._memory.current().today
        return Filters(today - dt.timedelta(days=days - 1), today)

    def grids(self, viewer: Viewer) -> Layer:
        """Return the viewer's grids.

        Returns
        -------
        Features with code, name, community, subdistrict (names), community_code, households (null where it is not
        shown), captain, phone (on duty), lon, lat (a point inside for the label).
        """
        return self._layer("grids", viewer, lambda snapshot: maps.grid_layer(snapshot, viewer))

    def communities(self, viewer: Viewer) -> Layer:
        """Return the community outlines the viewer's codes touch: code, name, subdistrict, lon, lat."""
        return self._layer("communities", viewer, lambda snapshot: maps.community_layer(snapshot, viewer))

    def cell_layer(self, viewer: Viewer, zoom: int) -> Layer:
        """Return the H3 cells (hexagons) of a viewer at a zoom's resolution; property `cell`."""
        return self._layer(f"cells{zoom}", viewer, lambda snapshot: maps.cell_layer(_whole(snapshot, viewer), zoom))

    def _layer(self, name: str, viewer: Viewer, make: Callable[[Snapshot], Layer]) -> Layer:
        """Return a layer made once a state of the city and scope; cells also follow the cases."""
        snapshot = self._memory.current()
        return self._once(snapshot, viewer, name, lambda: make(snapshot), cases=name.startswith("cells"))

    def _once(
        self, snapshot: Snapshot, viewer: Viewer, name: str, make: Callable[[], Made], *, cases: bool = False
    ) -> Made:
        """Make something once for a state of the city (`cases`: and its cases) and a scope; keep the last used."""
        layers = snapshot.versions.layers
        state = sum(number for layer, number in layers.items() if cases or layer != "cases")
        key = (name, state, snapshot.today, viewer.exact, viewer.scope)
        with self._lock:
            if key in self._made:
                self._made.move_to_end(key)
                return cast("Made", self._made[key])
        made = make()
        with self._lock:
            self._made[key] = made
            while len(self._made) > _KEPT:
                self._made.popitem(last=False)
        return made

    def measure(self, viewer: Viewer, filters: Filters, measure: Measure) -> MapValues:
        """Value every grid of the viewer; grids outside `filters.area` are left out of values and classes."""
        return maps.grid_values(self._cut(viewer, filters), measure)

    def cells(self, viewer: Viewer, filters: Filters, zoom: int, *, rate: bool = True) -> MapValues:
        """Value the cells: disputes per 1,000 households, or their count."""
        return maps.cell_values(self._cut(viewer, filters), zoom, rate=rate)

    def cells_like(self, viewer: Viewer, filters: Filters, cell: str, *, rate: bool = True) -> MapValues:
        """Value the cells of the size of one, that one among them.

        Raises
        ------
        NotFound   the cell is on no map of this viewer: it is none, finer than may be seen, or holds nothing.
        """
        return maps.values_like(self._cut(viewer, filters), cell, rate=rate)

    def has_cell(self, viewer: Viewer, filters: Filters, cell: str) -> bool:
        """Tell whether a cell is on a map of the viewer within the area in sight."""
        return maps.has_cell(self._cut(viewer, filters), cell)

    def hexagon(self, cell: str) -> dict[str, Any] | None:
        """Return the outline of a cell as a GeoJSON feature, EPSG:4326; None where it is no cell."""
        return hexes.hexagon(cell)

    def figures(self, viewer: Viewer, filters: Filters) -> KeyFigures:
        """Return the key figures."""
        return panels.key_figures(self._cut(viewer, filters))

    def series(self, viewer: Viewer, filters: Filters) -> Series:
        """Return cases reported and closed per day of the period."""
        return panels.series(self._cut(viewer, filters))

    def categories(self, viewer: Viewer, filters: Filters) -> tuple[CategoryRow, ...]:
        """Return all categories (the category filter does not apply), largest first."""
        return panels.categories(self._cut(viewer, filters))

    def category_codes(self) -> frozenset[str]:
        """Return the codes of all categories; cheap enough for every request."""
        return frozenset(row["code"] for row in self._memory.current().city.category_rows)

    def ledgers(self, viewer: Viewer, filters: Filters) -> tuple[LedgerRow, ...]:
        """Return the five ledgers in their order (the ledger filter does not apply)."""
        return panels.ledgers(self._cut(viewer, filters))

    def path(self, viewer: Viewer, area: str | None) -> tuple[Place, ...]:
        """Return the way down to an area, the viewer's own top first."""
        snapshot = self._memory.current()
        return panels.path(Cut(snapshot, viewer, Filters(snapshot.today, snapshot.today, area=area)))

    def table(self, viewer: Viewer, filters: Filters) -> AreaTable:
        """Return the children of `filters.area` (the viewer's top without one) with their figures."""
        return panels.table(self._cut(viewer, filters))

    def pyramid(self, viewer: Viewer, area: str | None) -> tuple[AgeGroup, ...]:
        """Return people by age band and sex, oldest last; people of unknown age or sex in a group of their own."""
        snapshot = self._memory.current()
        cut = Cut(snapshot, viewer, Filters(snapshot.today, snapshot.today, area=area))
        return self._once(snapshot, viewer, f"people {area}", lambda: self._age_groups(cut))

    def _age_groups(self, cut: Cut) -> tuple[AgeGroup, ...]:
        with self._db.transaction(cut.viewer.scope) as conn:
            people = store.population(conn, cut.filters.area or "")
        return panels.age_groups(people, cut.snapshot.today.year, cut.figure)

    def house(self, viewer: Viewer, building: str) -> House:
        """Return a building with what its figures are counted from.

        Raises
        ------
        NotFound   it lies outside the viewer's scope or does not exist.
        """
        snapshot = self._memory.current()
        name = f"house {viewer.may_open_household} {building}"
        return self._once(snapshot, viewer, name, lambda: houses.read(self._db, snapshot, viewer, building), cases=True)

    def house_series(self, viewer: Viewer, filters: Filters, house: House) -> Series:
        """Return a building's cases reported and closed per day of the period."""
        return panels.series(house.cut(viewer, filters))

    def house_overview(self, viewer: Viewer, filters: Filters, house: House) -> Overview:
        """Return the overview of a grid's building: the way down is the grid's, every figure the building's."""
        cut = house.cut(viewer, filters)
        figures = panels.key_figures(cut)
        table = panels.house_table(cut, self.path(viewer, house.grid_code or filters.area))
        return Overview(
            age=self.age(),
            plan=cut.snapshot.city.plan,
            path=table.path,
            table=replace(table, total=house.row(table.total)),
            figures=replace(figures, care_visited=house.care(figures.care_visited)),
            series=panels.series(cut),
            categories=panels.categories(cut),
            ledgers=panels.ledgers(cut),
            unplaced=exact(0),
        )

    def overview(self, viewer: Viewer, filters: Filters) -> Overview:
        """Return everything one user action changes, from one snapshot."""
        cut = self._cut(viewer, filters)
        table = panels.table(cut)
        return Overview(
            age=self.age(),
            plan=cut.snapshot.city.plan,
            path=table.path,
            table=table,
            figures=panels.key_figures(cut),
            series=panels.series(cut),
            categories=panels.categories(cut),
            ledgers=panels.ledgers(cut),
            unplaced=cut.unplaced(cut.received()),
        )

    def _cut(self, viewer: Viewer, filters: Filters) -> Cut:
        return Cut(self._memory.current(), viewer, filters)


def _whole(snapshot: Snapshot, viewer: Viewer) -> Cut:
    """Return everything a viewer sees."""
    return Cut(snapshot, viewer, Filters(snapshot.today, snapshot.today))
