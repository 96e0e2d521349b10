"""Query results as frames, with the same column types whether there are a million rows or none.

`geopandas.read_postgis` warns on a psycopg connection and knows no empty result's types, hence this module.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import LiteralString, TypeAlias

import geopandas as gpd
import numpy as np
import pandas as pd
import psycopg
import shapely
from psycopg.sql import Composed

from geo.store.database import store_errors

Query: TypeAlias = LiteralString | Composed
"""SQL of our own: a literal, a named query, or one composed of `psycopg.sql` parts."""

_TYPES = {
    "bool": "boolean",
    "int2": "Int64",
    "int4": "Int64",
    "int8": "Int64",
    "float4": "float64",
    "float8": "float64",
}
_TYPES |= {"numeric": "float64", "text": "str", "varchar": "str", "timestamptz": "datetime64[us, Asia/Shanghai]"}
_PLAIN = {"boolean": "bool", "Int64": "int64"}


def read_frame(conn: psycopg.Connection, sql: Query, params: Mapping[str, object] | None = None) -> pd.DataFrame:
    """Run a query and return its rows.

    Returns
    -------
    Columns named as in the query. Integers and booleans are plain numpy where no value is NULL, else pandas' nullable
    types; text is `str`; timestamps are Asia/Shanghai; everything else is an object column.
    """
    with store_errors(), conn.cursor() as cursor:
        cursor.execute(sql, params)
        columns = cursor.description or []
        values = [*zip(*cursor.fetchall(), strict=True)] or [()] * len(columns)
    return pd.DataFrame({c.name: _column(v, c.type_display) for c, v in zip(columns, values, strict=True)})


def _column(values: tuple[object, ...], type_name: str) -> pd.Series:
    """Make one column of the given PostgreSQL type."""
    dtype = _TYPES.get(type_name.split("(", 1)[0], "object")
    if dtype.startswith("datetime64"):
        return pd.Series(pd.to_datetime(pd.Series(values, dtype="object"), utc=True)).astype(dtype)
    if dtype in _PLAIN and None not in values:
        dtype = _PLAIN[dtype]
    return pd.Series(values, dtype=dtype)


def read_geoframe(
    conn: psycopg.Connection, sql: Query, params: Mapping[str, object] | None = None, *, geometry: str = "geom"
) -> gpd.GeoDataFrame:
    """Run a query with one geometry column in EPSG:4326 and return its rows.

    Parameters
    ----------
    geometry : the geometry column's name in the query.

    Returns
    -------
    As `read_frame`, the geometry column active, EPSG:4326.
    """
    frame = read_frame(conn, sql, params)
    shapes = shapely.from_wkb(frame[geometry].to_numpy(dtype=object))
    frame[geometry] = gpd.array.from_shapely(np.asarray(shapes, dtype=object), crs="EPSG:4326")
    return gpd.GeoDataFrame(frame, geometry=geometry, crs="EPSG:4326")
