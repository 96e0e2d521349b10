"""The one row that says what the city is."""

from __future__ import annotations

from psycopg import Connection

from geo.store.sql import queries

SQL = queries("city")


def set_metric_epsg(conn: Connection, epsg: int) -> None:
    """Fix the metric coordinate system."""
    conn.execute(SQL["set_metric_epsg"], {"epsg": epsg})
