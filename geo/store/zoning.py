"""Reading what the zoning engine divides."""

from __future__ import annotations

from collections.abc import Sequence

import geopandas as gpd
import psycopg

from geo import standards
from geo.store.frames import read_geoframe
from geo.store.sql import queries

_SQL = queries("zoning")


def frames(conn: psycopg.Connection, areas: Sequence[str]) -> dict[str, gpd.GeoDataFrame]:
    """Return areas, buildings, grids, roads and water of some divisions, EPSG:4326.

    Parameters
    ----------
    areas : codes of any level; `""` is the whole city.
    """
    given = {"areas": list(areas)}
    names = ("areas", "buildings", "grids", "roads", "water")
    return {name: read_geoframe(conn, _SQL[name], given) for name in names}


def work(conn: psycopg.Connection, areas: Sequence[str]) -> dict[str, int]:
    """Return open cases and care visits due of the buildings that have any (`standards.CARE_VISIT_DAYS`)."""
    given = {"areas": list(areas), "care_days": standards.CARE_VISIT_DAYS}
    return dict(conn.execute(_SQL["work"], given).fetchall())


def used_codes(conn: psycopg.Connection, areas: Sequence[str]) -> list[str]:
    """Return every code a grid of these divisions ever had."""
    return [code for (code,) in conn.execute(_SQL["used_codes"], {"areas": list(areas)}).fetchall()]


def metric_epsg(conn: psycopg.Connection) -> int | None:
    """Return the city's metric system, None before the first load."""
    row = conn.execute(_SQL["metric_epsg"]).fetchone()
    return row[0] if row else None
