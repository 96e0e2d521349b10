"""The demo's mark in the `city` row, and the way to an empty schema."""

from __future__ import annotations

import datetime as dt

import psycopg

from geo.store.sql import queries

SQL = queries("demo")


def state(conn: psycopg.Connection) -> tuple[bool, str, dt.datetime | None, bool]:
    """Return (is the demo's, its size, its clock, has areas)."""
    row = conn.execute(SQL["state"]).fetchone()
    assert row is not None, "the city row is made by a migration"
    return row[0], row[1], row[2], row[3]


def begin(conn: psycopg.Connection, size: str) -> None:
    """Mark the city as the demo's."""
    conn.execute(SQL["begin"], {"size": size})


def finish(conn: psycopg.Connection, size: str, as_of: dt.datetime) -> None:
    """Set the demo's clock."""
    conn.execute(SQL["finish"], {"size": size, "as_of": as_of})


def busiest_grid(conn: psycopg.Connection) -> str:
    """Return the code of the grid with the most open cases, the lowest code among equals; empty without grids."""
    row = conn.execute(SQL["busiest_grid"]).fetchone()
    return row[0] if row else ""


def drop_schema(conn: psycopg.Connection) -> None:
    """Drop everything the migrations made but the roles."""
    conn.execute(SQL["drop_schema"])
