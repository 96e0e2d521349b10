"""The situation of a city (态势): every figure of the wall, for one viewer and one set of filters.

Figures come from memory (`geo.core.situation`): each process keeps the daily counts and rebuilds what changed within
a second of a commit. Nothing in memory is scoped; every answer is cut to the viewer's codes here, and banded where
the viewer is not exact.
"""

from __future__ import annotations

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
)
from geo.model import Filters, Measure
from geo.service.access import Viewer
from geo.store.database import Database


class Situation:
    """The one door to figures.

    Every method raises NotFound where `filters.area` (or `area`) lies outside the viewer's codes or does not exist.
    """

    def __init__(self, db: Database) -> None:
        self._db = db

    def age(self) -> Age:
        """Say how old the data is; cheap enough for every request."""
        raise NotImplementedError

    def city(self) -> tuple[str, bool]:
        """Return the city's name and whether it is the demo's synthetic one."""
        raise NotImplementedError

    def plan(self) -> Plan | None:
        """Return the grid plan in force."""
        raise NotImplementedError

    def default_filters(self, viewer: Viewer, days: int = 30) -> Filters:
        """Return the last `days` days up to today, everything else open."""
        raise NotImplementedError

    def grids(self, viewer: Viewer) -> Layer:
        """Return the viewer's grids: code, name, community, subdistrict (names), community_code, households, lon, lat
        (label point), captain, phone (duty)."""
        raise NotImplementedError

    def communities(self, viewer: Viewer) -> Layer:
        """Return the viewer's community outlines: code, name, subdistrict, lon, lat."""
        raise NotImplementedError

    def measure(self, viewer: Viewer, filters: Filters, measure: Measure) -> MapValues:
        """Value every grid of the viewer; grids outside `filters.area` are left out of values and classes."""
        raise NotImplementedError

    def cell_layer(self, viewer: Viewer, zoom: int) -> Layer:
        """Return the H3 cells (hexagons) of the viewer's area at a zoom's resolution; property `cell`."""
        raise NotImplementedError

    def cells(self, viewer: Viewer, filters: Filters, zoom: int, *, rate: bool = True) -> MapValues:
        """Value the cells: disputes per 1,000 households, or their count."""
        raise NotImplementedError

    def figures(self, viewer: Viewer, filters: Filters) -> KeyFigures:
        """Return the key figures."""
        raise NotImplementedError

    def series(self, viewer: Viewer, filters: Filters) -> Series:
        """Return cases reported and closed per day of the period."""
        raise NotImplementedError

    def categories(self, viewer: Viewer, filters: Filters) -> tuple[CategoryRow, ...]:
        """Return all categories (the category filter does not apply), largest first."""
        raise NotImplementedError

    def ledgers(self, viewer: Viewer, filters: Filters) -> tuple[LedgerRow, ...]:
        """Return the five ledgers in their order (the ledger filter does not apply)."""
        raise NotImplementedError

    def path(self, viewer: Viewer, area: str | None) -> tuple[Place, ...]:
        """Return the way down to an area, the viewer's own top first."""
        raise NotImplementedError

    def table(self, viewer: Viewer, filters: Filters) -> AreaTable:
        """Return the children of `filters.area` (the viewer's top without one) with their figures."""
        raise NotImplementedError

    def pyramid(self, viewer: Viewer, area: str | None) -> tuple[AgeGroup, ...]:
        """Return people by age band and sex, oldest last."""
        raise NotImplementedError

    def overview(self, viewer: Viewer, filters: Filters) -> Overview:
        """Return everything one user action changes, from one snapshot."""
        raise NotImplementedError
