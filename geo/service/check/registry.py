"""The form of a check and its result. A check is a title, a hint and a way to find breaches; nothing is mended here."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property

import geopandas as gpd
import numpy as np
import psycopg

from geo.crs import metric_epsg_for
from geo.settings import Settings
from geo.store import check as store

SHOWN = 10
"""Breaches listed by key, a check; the count is always whole."""


class Status(StrEnum):
    """What a check found: nothing, something to look at, something that breaks a promise."""

    OK = "OK"
    WARN = "WARN"
    FAIL = "FAIL"


@dataclass(frozen=True, slots=True)
class Result:
    """What one check found.

    Attributes
    ----------
    name : stable name of the check.
    title, hint : message ids; translated where they are shown.
    count : breaches in all.
    columns, rows : keys of the first `SHOWN` breaches.
    detail : a sentence of the environment (already in the user's language), empty for the linkage.
    """

    name: str
    status: Status
    title: str
    hint: str
    count: int = 0
    columns: tuple[str, ...] = ()
    rows: list[tuple[str, ...]] = field(default_factory=list)
    detail: str = ""


@dataclass
class Context:
    """What the checks work on; geometry is read once, when first asked.

    Attributes
    ----------
    conn : the owner's connection: the checks see every row.
    environment : the process's environment variables.
    """

    conn: psycopg.Connection
    settings: Settings
    environment: dict[str, str]

    @cached_property
    def today(self) -> dt.date:
        """The day figures are of."""
        return store.today(self.conn)

    @cached_property
    def communities(self) -> gpd.GeoDataFrame:
        """Communities (社区), metric CRS."""
        return self._metric(store.communities(self.conn))

    @cached_property
    def grids(self) -> gpd.GeoDataFrame:
        """Grids (网格) of the plan in force, metric CRS."""
        return self._metric(store.grids(self.conn))

    @cached_property
    def footprints(self) -> gpd.GeoDataFrame:
        """Buildings (楼栋), metric CRS."""
        return self._metric(store.footprints(self.conn))

    @cached_property
    def water(self) -> gpd.GeoDataFrame:
        """Water and railways, metric CRS."""
        return self._metric(store.water(self.conn))

    @cached_property
    def metric_epsg(self) -> int:
        """The city's metric system; where no load has settled one, the one it would settle."""
        settled = store.metric_epsg(self.conn)
        if settled is None:
            west, south, east, north = np.nan_to_num(store.communities(self.conn).total_bounds).tolist()
            settled = metric_epsg_for((west, south, east, north))
        return settled

    def _metric(self, frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
        return frame.to_crs(epsg=self.metric_epsg)


Find = Callable[[Context], store.Breaches]


@dataclass(frozen=True, slots=True)
class Check:
    """A rule of the linkage: `find` lists what breaks it, `severity` says how bad that is."""

    name: str
    severity: Status
    title: str
    hint: str
    find: Find

    def run(self, context: Context) -> Result:
        """Find the breaches."""
        found = self.find(context)
        status = self.severity if found.count else Status.OK
        return Result(self.name, status, self.title, self.hint, found.count, found.columns, found.rows)


def by_query(name: str, severity: Status, title: str, hint: str) -> Check:
    """Make a check of the query of the same name in queries/check.sql."""
    return Check(name, severity, title, hint, lambda context: store.breaches(context.conn, name, context.today, SHOWN))


def listed(columns: tuple[str, ...], rows: list[tuple[str, ...]]) -> store.Breaches:
    """Put breaches found in memory into the form of those found by a query."""
    return store.Breaches(len(rows), columns, sorted(rows)[:SHOWN])
