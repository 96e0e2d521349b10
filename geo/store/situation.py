"""What the situation's memory is read from: counts, points and stock of a whole city, as columns.

Counts and points are millions of rows, so a day comes as one row with each column as a string of numbers: a row at a
time they took 17 s of a server's start. All of it holds codes, days and places; no text and no key of a case leaves
the database here.
"""

from __future__ import annotations

import datetime as dt
from typing import LiteralString, NamedTuple

import geopandas as gpd
import numpy as np
import pandas as pd
import psycopg
from numpy.typing import NDArray

from geo.store.database import store_errors
from geo.store.frames import read_frame, read_geoframe
from geo.store.sql import queries

_SQL = queries("situation")


class Versions(NamedTuple):
    """How far the layers have changed.

    Attributes
    ----------
    layers : version per layer.
    changed_at : when the cases were last written.
    as_of : the moment figures are of, None for now.
    name, demo : the city.
    """

    layers: dict[str, int]
    changed_at: dt.datetime
    as_of: dt.datetime | None
    name: str
    demo: bool


def versions(conn: psycopg.Connection) -> Versions:
    """Read how far every layer has changed."""
    with store_errors():
        rows = conn.execute(_SQL["versions"]).fetchall()
    cases = next(row for row in rows if row[0] == "cases")
    return Versions({row[0]: row[1] for row in rows}, cases[2], *cases[3:])


def allow_long_reads(conn: psycopg.Connection) -> None:
    """Let the rest of this transaction take longer than a request may."""
    with store_errors():
        conn.execute(_SQL["longer"])


def areas(conn: psycopg.Connection) -> pd.DataFrame:
    """Read code, name, level of every division."""
    return read_frame(conn, _SQL["areas"])


def categories(conn: psycopg.Connection) -> pd.DataFrame:
    """Read code, name_zh, name_en, dispute of every category, in its order."""
    return read_frame(conn, _SQL["categories"])


def plan(conn: psycopg.Connection) -> tuple[int, str, bool, dt.datetime | None] | None:
    """Read number, name, whether provisional and start of the plan in force."""
    with store_errors():
        return conn.execute(_SQL["plan"]).fetchone()


def grids(conn: psycopg.Connection, today: dt.date) -> gpd.GeoDataFrame:
    """Read the grids in force: codes, name, captain and duty phone on a day, lon, lat of a label, geom."""
    return read_geoframe(conn, _SQL["grids"], {"today": today})


def communities(conn: psycopg.Connection) -> gpd.GeoDataFrame:
    """Read the communities: code, name, lon, lat of a label, geom."""
    return read_geoframe(conn, _SQL["communities"])


def stock(conn: psycopg.Connection, due_on: dt.date) -> pd.DataFrame:
    """Read figures per grid; care households with a last visit after `due_on` count as visited."""
    return read_frame(conn, _SQL["stock"], {"due_on": due_on})


def buildings(conn: psycopg.Connection) -> pd.DataFrame:
    """Read codes, households and a point (lon, lat) of every building."""
    return read_frame(conn, _SQL["buildings"])


def count_cells(conn: psycopg.Connection) -> pd.DataFrame:
    """Read what cases are counted by: cell_id, codes, category, ledger."""
    return read_frame(conn, _SQL["cells"])


def number_of_cells(conn: psycopg.Connection) -> int:
    """Count what cases are counted by; a cell is never changed or deleted."""
    with store_errors():
        row = conn.execute(_SQL["number_of_cells"]).fetchone()
    return row[0] if row else 0


def open_due(conn: psycopg.Connection) -> pd.DataFrame:
    """Read open cases by the ordinal of the day they are due, with codes, category, ledger."""
    return read_frame(conn, _SQL["open_due"])


def changed_days(conn: psycopg.Connection, since: int) -> NDArray[np.int32]:
    """Read the ordinals of the days that changed after a version of the cases."""
    return read_frame(conn, _SQL["changed_days"], {"since": since})["day"].to_numpy(np.int32)


def counts(conn: psycopg.Connection, since: int | None) -> list[NDArray[np.int32]]:
    """Read daily counts: day (ordinal), cell_id and one column an event; all of them, or of the days changed since."""
    day, columns = _by_day(conn, "counts", since, [">i4"] * 10)
    return [day, *(column.astype(np.int32) for column in columns)]


def points(
    conn: psycopg.Connection, since: int | None
) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.float64], NDArray[np.float64]]:
    """Read reported cases: day (ordinal), cell_id, lon, lat (NaN where a case has no point)."""
    day, (cell_id, lon, lat) = _by_day(conn, "points", since, [">i4", ">f8", ">f8"])
    return day, cell_id.astype(np.int32), lon.astype(np.float64), lat.astype(np.float64)


def population(conn: psycopg.Connection, area: str) -> pd.DataFrame:
    """Read people of an area or grid by birth_year (0 = unknown) and sex ("" = unknown)."""
    return read_frame(conn, _SQL["population"], {"area": area})


def house(conn: psycopg.Connection, building: str) -> dict[str, str] | None:
    """Read codes and names of a building; None where the scope holds none."""
    rows = read_frame(conn, _SQL["house"], {"building": building}).to_dict("records")
    return next(({str(name): str(value or "") for name, value in row.items()} for row in rows), None)


def neighbours(conn: psycopg.Connection, grid: str) -> list[str]:
    """Read the keys of a grid's buildings."""
    return read_frame(conn, _SQL["neighbours"], {"grid": grid})["building_id"].tolist()


def house_stock(conn: psycopg.Connection, buildings: list[str]) -> pd.DataFrame:
    """Read households and residents of some buildings."""
    return read_frame(conn, _SQL["house_stock"], {"buildings": buildings})


def house_events(conn: psycopg.Connection, buildings: list[str]) -> pd.DataFrame:
    """Read what happened to the cases of some buildings: event, day (ordinal), building_id, category, ledger, cases."""
    return read_frame(conn, _SQL["house_events"], {"buildings": buildings})


def house_care(conn: psycopg.Connection, building: str, due_on: dt.date) -> tuple[int, int]:
    """Read the care households of a building and how many were visited after a day; under a person scope."""
    with store_errors():
        row = conn.execute(_SQL["house_care"], {"building": building, "due_on": due_on}).fetchone()
    return (int(row[0]), int(row[1])) if row else (0, 0)


def house_people(conn: psycopg.Connection, building: str) -> pd.DataFrame:
    """Read people of a building by birth_year and sex; under a person scope."""
    return read_frame(conn, _SQL["house_people"], {"building": building})


def _by_day(
    conn: psycopg.Connection, name: str, since: int | None, types: list[str]
) -> tuple[NDArray[np.int32], list[NDArray[np.generic]]]:
    """Run a query whose rows are a day, a number of entries and the entries of each column as one string.

    Returns
    -------
    The day of every entry, and the columns.
    """
    query: LiteralString = _SQL[name if since is None else f"{name}_since"]
    with store_errors(), conn.cursor(binary=True) as cursor:
        rows = cursor.execute(query, None if since is None else {"since": since}).fetchall()
    days, numbers = np.array([row[0] for row in rows], np.int32), np.array([row[1] for row in rows], np.intp)
    columns = [np.frombuffer(b"".join(row[2 + at] for row in rows), kind) for at, kind in enumerate(types)]
    return np.repeat(days, numbers), columns
