"""Reading whole tables out in the exchange format: geometry as frames, everything else as a stream of rows."""

from __future__ import annotations

from collections.abc import Iterator

import geopandas as gpd
import psycopg

from geo.store.frames import read_geoframe
from geo.store.sql import queries

_SQL = queries("export")
_ROWS_A_TIME = 20_000


def holds(conn: psycopg.Connection, area: str) -> bool:
    """Tell whether the city has this grid, or areas of this code or below it."""
    row = conn.execute(_SQL["holds"], {"area": area}).fetchone()
    return bool(row and row[0])


def geometry_table(conn: psycopg.Connection, table: str, area: str) -> gpd.GeoDataFrame:
    """Return a geometry table of the exchange format, cut to an area or grid code; empty = everything."""
    return read_geoframe(conn, _SQL[table], {"area": area}, geometry="geometry")


def row_table(conn: psycopg.Connection, table: str, area: str) -> Iterator[tuple[list[str], list[tuple]]]:
    """Stream a table without geometry: its columns, and some thousand rows at a time; at least one block."""
    with conn.cursor(name=f"export_{table}") as cursor:
        cursor.execute(_SQL[table], {"area": area})
        rows = cursor.fetchmany(_ROWS_A_TIME)
        names = [column.name for column in cursor.description or ()]
        yield names, rows
        while rows := cursor.fetchmany(_ROWS_A_TIME):
            yield names, rows
