"""The city's register as frames: what an address is matched against. No household and no person is read."""

from __future__ import annotations

from typing import NamedTuple

import geopandas as gpd
import pandas as pd
import psycopg

from geo.store.frames import read_frame, read_geoframe
from geo.store.sql import queries

_SQL = queries("register")


class RegisterFrames(NamedTuple):
    """The frames `geo.core.geocode.Register.build` takes, in its order; geometry in EPSG:4326."""

    areas: gpd.GeoDataFrame
    buildings: gpd.GeoDataFrame
    dwellings: pd.DataFrame
    grids: gpd.GeoDataFrame
    aliases: pd.DataFrame


def register_frames(conn: psycopg.Connection, area: str = "") -> RegisterFrames:
    """Read the register, cut to an area or grid code where one is given (areas and aliases are always whole)."""
    cut = {"area": area}
    buildings = read_geoframe(conn, _SQL["buildings"], cut)
    if len(area) == GRID_DIGITS:
        buildings = buildings.loc[buildings["grid_code"] == area].set_geometry("geom")
    return RegisterFrames(
        read_geoframe(conn, _SQL["areas"]),
        buildings,
        read_frame(conn, _SQL["dwellings"], cut),
        read_geoframe(conn, _SQL["grids"], cut),
        read_frame(conn, _SQL["aliases"]),
    )


GRID_DIGITS = 15
"""Length of a grid code; buildings carry theirs, dwellings follow their building."""
