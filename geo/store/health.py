"""Whether the database can serve: reached, up to date, holding a city. Read under the least of the city-wide scopes."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from psycopg import Connection
from psycopg.rows import class_row

from geo.store.migrate import MIGRATIONS
from geo.store.sql import queries

SQL = queries("health")


@dataclass(frozen=True, slots=True)
class City:
    """The city a database holds; `as_of` is the moment its figures are of, None for now (a live city)."""

    name: str
    demo: bool
    as_of: dt.datetime | None


def city(conn: Connection) -> City:
    """Read the one row that says what the city is."""
    with conn.cursor(row_factory=class_row(City)) as cursor:
        return cursor.execute(SQL["city"]).fetchone() or City("", False, None)


def loaded(conn: Connection) -> bool:
    """Tell whether a city is there to be shown."""
    row = conn.execute(SQL["loaded"]).fetchone()
    return bool(row and row[0])


def current(conn: Connection) -> bool:
    """Tell whether the database has all of this version's migrations."""
    applied = {name for (name,) in conn.execute(SQL["applied"])}
    return applied >= {path.name for path in MIGRATIONS.glob("*.sql")}
