"""What the situation's memory is read from: counts, points and stock of a whole city, as columns.

Counts and points are millions of rows, so they come by COPY and are parsed as columns. All of it holds codes, days
and places; no text and no key of a case leaves the database here.
"""

from __future__ import annotations

import datetime as dt
from typing import LiteralString, NamedTuple

import geopandas as gpd
import numpy as np
import pandas as pd
import psycopg
import pyarrow as pa
import pyarrow.csv
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


def open_due(conn: psycopg.Connection) -> pd.DataFrame:
    """Read open cases by the ordinal of the day they are due, with codes, category, ledger."""
    return read_frame(conn, _SQL["open_due"])


def changed_days(conn: psycopg.Connection, since: int) -> NDArray[np.int32]:
    """Read the ordinals of the days that changed after a version of the cases."""
    return read_frame(conn, _SQL["changed_days"], {"since": since})["day"].to_numpy(np.int32)


def counts(conn: psycopg.Connection, since: int | None) -> pd.DataFrame:
    """Read daily counts: day (ordinal), cell_id and one column an event; all of them, or of the days changed since."""
    names = ["day", "cell_id", *(f"event_{number}" for number in range(7))]
    types = dict.fromkeys(names, pa.int32())
    return _copy(conn, "counts" if since is None else "counts_since", since, types)


def points(conn: psycopg.Connection, since: int | None) -> pd.DataFrame:
    """Read reported cases: day (ordinal), cell_id, lon, lat (NaN where a case has no point)."""
    types = {"day": pa.int32(), "cell_id": pa.int32(), "lon": pa.float64(), "lat": pa.float64()}
    return _copy(conn, "points" if since is None else "points_since", since, types)


def population(conn: psycopg.Connection, area: str) -> pd.DataFrame:
    """Read people of an area or grid by birth_year (0 = unknown) and sex ("" = unknown)."""
    return read_frame(conn, _SQL["population"], {"area": area})


def _copy(conn: psycopg.Connection, name: str, since: int | None, types: dict[str, pa.DataType]) -> pd.DataFrame:
    """Run a COPY and parse its columns."""
    query: LiteralString = _SQL[name]
    with (
        store_errors(),
        conn.cursor() as cursor,
        cursor.copy(query, None if since is None else {"since": since}) as copy,
    ):
        text = b"".join(copy)
    if not text:
        return pd.DataFrame({column: pd.Series(dtype=kind.to_pandas_dtype()) for column, kind in types.items()})
    table = pyarrow.csv.read_csv(
        pa.BufferReader(text),
        read_options=pyarrow.csv.ReadOptions(column_names=[*types]),
        convert_options=pyarrow.csv.ConvertOptions(column_types=types),
    )
    return table.to_pandas()
