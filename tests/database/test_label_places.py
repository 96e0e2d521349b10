"""Where a name stands on the map: in the widest part of its place, on the screen's own plane."""

from __future__ import annotations

import json

import shapely
from pyproj import Transformer

from geo.model import Level
from geo.service.access import Role, Viewer
from geo.service.situation import Situation
from geo.store.cluster import Urls
from geo.store.database import Database, owner_connection
from tests.fixtures import busy_city as city

STEM_AND_HEAD = (
    "POLYGON((106.40 39.00, 106.41 39.00, 106.41 39.04, 106.44 39.04, 106.44 39.06, 106.40 39.06, 106.40 39.00))"
)
"""A stem 0.01 degrees wide to the middle of its height and beyond, under a head of 0.04 by 0.02."""


TO_SCREEN = Transformer.from_crs(4326, 3857, always_xy=True).transform


def test_a_name_stands_where_its_place_is_widest(database: Urls) -> None:
    with owner_connection(database.owner_url) as conn:
        city.build(conn)
        conn.execute(
            "UPDATE grid SET geom = ST_Multi(ST_GeomFromText(%s, 4326)) WHERE grid_code = %s",
            (STEM_AND_HEAD, city.GRIDS[0]),
        )
        conn.execute(
            "UPDATE area SET geom = ST_Multi(ST_GeomFromText(%s, 4326)) WHERE code = %s",
            (STEM_AND_HEAD, city.GRIDS[0][:12]),
        )
    shape = shapely.transform(shapely.from_wkt(STEM_AND_HEAD), lambda *xy: TO_SCREEN(*xy), interleaved=False)
    room = shapely.length(shapely.maximum_inscribed_circle(shape))
    pool = Database(database.app_url, max_size=2)
    try:
        situation = Situation(pool)
        viewer = Viewer("command", "", Role.COMMAND, Level.CITY)
        for layer in (situation.grids(viewer), situation.communities(viewer)):
            first = json.loads(layer.text)["features"][0]["properties"]
            assert city.GRIDS[0].startswith(first["code"])
            at = shapely.Point(TO_SCREEN(first["lon"], first["lat"]))
            assert shape.contains(at)
            assert at.distance(shape.boundary) > 0.99 * room
    finally:
        pool.close()
