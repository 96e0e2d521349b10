"""Vector tiles made by PostGIS, and what their version tokens are made from."""

from __future__ import annotations

import datetime as dt

import psycopg

from geo.store.database import store_errors
from geo.store.sql import queries

_SQL = queries("tiles")


def secret(conn: psycopg.Connection) -> bytes:
    """Read the installation's secret behind tile versions (scope_auth)."""
    with store_errors():
        row = conn.execute(_SQL["secret"]).fetchone()
    assert row is not None  # the migration that makes the table fills it
    return bytes(row[0])


def versions(conn: psycopg.Connection) -> tuple[dict[str, int], dt.date]:
    """Read how far every layer has changed, and the day figures are of."""
    with store_errors():
        rows = conn.execute(_SQL["versions"]).fetchall()
    return {row[0]: row[1] for row in rows}, rows[0][2]


def tile(conn: psycopg.Connection, query: str, z: int, x: int, y: int, today: dt.date) -> bytes:
    """Make one tile under the transaction's scope.

    Parameters
    ----------
    query : a layer's query in queries/tiles.sql.
    z, x, y : tile of the web-Mercator pyramid (EPSG:3857).
    today : the day urgency is judged by.

    Returns
    -------
    A Mapbox vector tile, empty where nothing lies in it.
    """
    with store_errors():
        row = conn.execute(_SQL[query], {"z": z, "x": x, "y": y, "today": today}).fetchone()
    return bytes(row[0]) if row and row[0] else b""
