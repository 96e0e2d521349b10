"""What the checks read: breaches by keys, and the geometry the tiling is measured on."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import NamedTuple

import geopandas as gpd
import psycopg
from psycopg import sql

from geo.store.database import store_errors
from geo.store.frames import read_geoframe
from geo.store.sql import queries

_SQL = queries("check")
_WRAPPED = sql.SQL(
    "WITH breach AS MATERIALIZED ({query})"
    " SELECT (SELECT count(*) FROM breach), breach.* FROM breach ORDER BY breach LIMIT {limit}"
)


@dataclass(frozen=True, slots=True)
class Breaches:
    """How many rows break a rule, and the keys of the first of them."""

    count: int
    columns: tuple[str, ...]
    rows: list[tuple[str, ...]]


class Server(NamedTuple):
    """What the database server is: version as a number (150004), PostGIS's, encoding and character type."""

    version: int
    postgis: str
    encoding: str
    ctype: str


class AppLogin(NamedTuple):
    """Rights of the application's login, all of which it must not have."""

    superuser: bool
    bypass_rls: bool
    inherits: bool
    creates_roles: bool


def breaches(conn: psycopg.Connection, name: str, today: dt.date, limit: int) -> Breaches:
    """Run a named query of breaches and return how many there are and the first by key."""
    with store_errors():
        cursor = conn.execute(_WRAPPED.format(query=sql.SQL(_SQL[name]), limit=sql.Literal(limit)), {"today": today})
        found = cursor.fetchall()
    columns = tuple(column.name for column in cursor.description or ())[1:]
    rows = [tuple("" if value is None else str(value) for value in row[1:]) for row in found]
    return Breaches(found[0][0] if found else 0, columns, rows)


def more_memory(conn: psycopg.Connection) -> None:
    """Let this transaction sort and group whole tables in memory."""
    conn.execute(_SQL["more_memory"])


def communities(conn: psycopg.Connection) -> gpd.GeoDataFrame:
    """Return code and geom (EPSG:4326) of every community."""
    return read_geoframe(conn, _SQL["communities"])


def grids(conn: psycopg.Connection) -> gpd.GeoDataFrame:
    """Return grid_code, community_code and geom (EPSG:4326) of the plan in force."""
    return read_geoframe(conn, _SQL["grids"])


def water(conn: psycopg.Connection) -> gpd.GeoDataFrame:
    """Return water and railways: water_id, geom."""
    return read_geoframe(conn, _SQL["water"])


def footprints(conn: psycopg.Connection) -> gpd.GeoDataFrame:
    """Return building_id, community_code, grid_code (empty = none) and geom (EPSG:4326) of every building."""
    return read_geoframe(conn, _SQL["footprints"])


def metric_epsg(conn: psycopg.Connection) -> int | None:
    """Return the city's metric system, None where it was not settled yet."""
    row = conn.execute(_SQL["metric_epsg"]).fetchone()
    return row[0] if row else None


def today(conn: psycopg.Connection) -> dt.date:
    """Return the day figures are of: the demo's own, today for a live city."""
    row = conn.execute(_SQL["today"]).fetchone()
    if row is None:
        raise LookupError("the table city has no row")
    return row[0]


def server(conn: psycopg.Connection) -> Server:
    """Return what the database server is."""
    row = conn.execute(_SQL["server"]).fetchone()
    assert row is not None  # the current database is always in pg_database
    return Server(*row)


def app_login(conn: psycopg.Connection) -> AppLogin | None:
    """Return the rights of the application's login, None where there is no such login."""
    row = conn.execute(_SQL["app_login"]).fetchone()
    return AppLogin(*row) if row else None
