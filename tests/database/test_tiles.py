"""Vector tiles: what is in them, for whom, and that nobody is answered from somebody else's."""

from __future__ import annotations

import gzip
import math
import random
from collections.abc import Iterator

import pytest

from geo.errors import NotAllowed, NotFound
from geo.model import Level
from geo.service.access import Role, Viewer
from geo.service.tiles import LAYERS, Tiles
from geo.store.cluster import Urls
from geo.store.counts import bump, refresh_figures
from geo.store.database import Database, owner_connection
from tests.fixtures import busy_city as city

COMMAND = Viewer("command", "", Role.COMMAND, Level.CITY)
WALL = Viewer("wall", "", Role.WALL, Level.CITY)
FIRST = Viewer("captain", "", Role.CAPTAIN, Level.GRID, (city.GRIDS[0],))
SECOND = Viewer("other", "", Role.CAPTAIN, Level.GRID, (city.GRIDS[1],))
NOBODY = Viewer("none", "", Role.CAPTAIN, Level.GRID, ())


@pytest.fixture
def urls(database: Urls) -> Urls:
    with owner_connection(database.owner_url) as conn:
        city.build(conn)
        city.fill_households(conn)
        rng = random.Random(2)
        city.put_cases(conn, [city.draw_case(rng, number) for number in range(200)])
        conn.execute("""
            INSERT INTO road (road_id, name, class, geom)
            SELECT class, '建设路', class, ST_GeomFromText('MULTILINESTRING((106.29 39.001, 106.33 39.001))', 4326)
            FROM unnest(ARRAY['arterial', 'street', 'path']) AS class
        """)
        conn.execute("""
            INSERT INTO water (water_id, name, kind, geom)
            VALUES ('w', '沙湖', 'river', ST_GeomFromText('LINESTRING(106.29 39.0, 106.33 39.0)', 4326))
        """)
        conn.execute("""
            INSERT INTO device (device_id, kind, building_id, dwelling_id, community_code, county_code, geom)
            SELECT 'D' || building_id, 'call_button', building_id, building_id || '-1', community_code, county_code,
                   CASE WHEN building_id = 'B0-0' THEN ST_PointOnSurface(geom) END
            FROM building
        """)
        refresh_figures(conn)
    return database


@pytest.fixture
def tiles(urls: Urls) -> Iterator[Tiles]:
    pool = Database(urls.app_url, max_size=2)
    yield Tiles(pool, recheck_s=0)
    pool.close()


def tile_at(lon: float, lat: float, z: int) -> tuple[int, int, int]:
    """Return the tile of a place."""
    many = 2**z
    y = (1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2
    return z, int((lon + 180) / 360 * many), int(y * many)


WHOLE = tile_at(106.305, 39.001, 13)
CLOSE = tile_at(106.301, 39.001, 15)


def text(tiles: Tiles, viewer: Viewer, layer: str, place: tuple[int, int, int] = CLOSE) -> str:
    """Return a tile as text in which ids and names can be searched."""
    body = tiles.tile(viewer, layer, *place).body
    return gzip.decompress(body).decode("utf-8", "replace") if body else ""


@pytest.mark.parametrize("layer", LAYERS)
def test_every_layer_holds_what_lies_there(tiles: Tiles, layer: str) -> None:
    found = text(tiles, COMMAND, layer)
    wanted = {
        "grids": "网格0",
        "buildings": "B0-0",
        "dwellings": "B0-0",
        "cases": "hotline/",
        "devices": "DB0-0",
        "roads": "建设路",
        "water": "沙湖",
    }
    assert wanted[layer] in found
    assert tiles.tile(COMMAND, layer, *tile_at(100.0, 39.0, 15)).body == b""
    assert tiles.tile(COMMAND, layer, *tile_at(106.301, 39.001, 7)).body == b""


def test_small_roads_wait_for_their_zoom(tiles: Tiles) -> None:
    seen = [text(tiles, COMMAND, "roads", tile_at(106.305, 39.001, z)) for z in (10, 12, 14)]
    assert ["street" in found for found in seen] == [False, True, True]
    assert ["path" in found for found in seen] == [False, False, True]
    assert all("arterial" in found for found in seen)


def test_a_captain_gets_their_own_grid_from_a_tile_that_holds_others(tiles: Tiles) -> None:
    for layer, mine, theirs in (
        ("grids", "网格0", "网格1"),
        ("buildings", "B0-0", "B1-0"),
        ("dwellings", "B0-0", "B1-0"),
        ("devices", "DB0-0", "DB1-0"),
        ("cases", city.GRIDS[0], city.GRIDS[1]),
    ):
        for viewer, own, other in ((FIRST, mine, theirs), (SECOND, theirs, mine), (FIRST, mine, theirs)):
            found = text(tiles, viewer, layer)
            assert own in found
            assert other not in found
        assert text(tiles, NOBODY, layer) == ""


def test_tokens_are_of_a_scope_and_of_a_state(tiles: Tiles, urls: Urls) -> None:
    viewers = [COMMAND, WALL, FIRST, SECOND, NOBODY]
    tokens = [tiles.version(viewer, "buildings") for viewer in viewers]
    assert len({*tokens}) == len(viewers)
    assert tokens == [tiles.tile(viewer, "buildings", *WHOLE).version for viewer in viewers]
    assert all(code not in token for token in tokens for code in city.GRIDS)
    with owner_connection(urls.owner_url) as conn:
        bump(conn, "buildings")
    assert not {*tokens} & {tiles.version(viewer, "buildings") for viewer in viewers}
    pool = Database(urls.app_url, max_size=1)
    assert Tiles(pool).version(FIRST, "buildings") == tiles.version(FIRST, "buildings")
    pool.close()


def test_another_installation_makes_other_tokens(tiles: Tiles, urls: Urls) -> None:
    token = tiles.version(FIRST, "grids")
    with owner_connection(urls.owner_url) as conn:
        conn.execute("UPDATE tile_secret SET secret = 'another'")
    pool = Database(urls.app_url, max_size=1)
    assert Tiles(pool).version(FIRST, "grids") != token
    pool.close()


def test_a_change_is_in_the_next_tile(tiles: Tiles, urls: Urls) -> None:
    assert "B0-0" in text(tiles, FIRST, "buildings")
    with owner_connection(urls.owner_url) as conn:
        conn.execute("UPDATE building SET grid_code = %s WHERE building_id = 'B0-0'", [city.GRIDS[1]])
        bump(conn, "buildings")
    assert "B0-0" not in text(tiles, FIRST, "buildings")
    assert "B0-0" in text(tiles, SECOND, "buildings")


def test_what_is_remembered_has_a_limit(urls: Urls) -> None:
    pool = Database(urls.app_url, max_size=1)
    small = Tiles(pool, kept_bytes=400)
    for viewer in (COMMAND, FIRST, SECOND):
        for z in (13, 14, 15):
            assert small.tile(viewer, "buildings", *tile_at(106.301, 39.001, z)).body
    assert small.remembered_bytes <= 400
    pool.close()


def test_the_wall_gets_no_case_no_households_and_no_door(tiles: Tiles) -> None:
    with pytest.raises(NotAllowed):
        tiles.tile(WALL, "cases", *CLOSE)
    assert "households" in text(tiles, COMMAND, "buildings")
    assert "households" not in text(tiles, WALL, "buildings")
    for layer in ("buildings", "dwellings", "devices"):
        assert "B0-0-1" not in text(tiles, WALL, layer)


@pytest.mark.parametrize(
    "place", [(-1, 0, 0), (23, 0, 0), (3, 8, 0), (3, 0, 8), (3, -1, 0), (10**9, 0, 0)], ids=lambda place: str(place)
)
def test_no_such_tile(tiles: Tiles, place: tuple[int, int, int]) -> None:
    with pytest.raises(NotFound):
        tiles.tile(COMMAND, "grids", *place)


@pytest.mark.parametrize("layer", ["resident", "household", "buildings; DROP TABLE grid", "secret", "versions", ""])
def test_no_such_layer(tiles: Tiles, layer: str) -> None:
    with pytest.raises(NotFound):
        tiles.tile(COMMAND, layer, *CLOSE)
    with pytest.raises(NotFound):
        tiles.version(COMMAND, layer)
