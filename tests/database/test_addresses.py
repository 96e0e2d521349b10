"""The address service: one answer for a page, cut to the viewer, and an index that follows the register's edits."""

from __future__ import annotations

import time

import psycopg
import pytest

from geo.model import Level
from geo.service.access import Role, Viewer
from geo.service.addresses import Addresses
from geo.service.linking import link
from geo.store.cluster import Urls
from geo.store.database import Database, owner_connection
from tests.fixtures import city

A, B = city.COMMUNITIES.values()
CITY = Viewer("clerk", "", Role.CLERK, Level.CITY)
OTHER = Viewer("b", "", Role.CLERK, Level.COMMUNITY, (B,))


@pytest.fixture
def urls(database: Urls) -> Urls:
    with owner_connection(database.owner_url) as conn:
        city.put_whole_city(conn)
        link(conn)
    return database


@pytest.fixture
def addresses(urls: Urls):
    db = Database(urls.app_url)
    yield Addresses(db, recheck_s=0.0)
    db.close()


def test_a_text_is_answered_with_its_parts_and_place(addresses: Addresses) -> None:
    found = addresses.match(CITY, "青竹佳苑1栋1单元101室漏水")
    assert (found.status, found.place.level, found.place.dwelling_id) == ("matched", "dwelling", "D-x-1")
    assert found.parts == {"building": "1", "unit": "1", "floor": "", "room": "101"}
    assert [kind for _start, _end, kind in found.spans] == ["name", "door"]
    assert found.score >= found.threshold
    assert [one.label for one in addresses.suggest(CITY, "qzjy")] == ["青竹佳苑"]


def test_what_lies_outside_the_viewer_s_codes_is_not_told(addresses: Addresses) -> None:
    found = addresses.match(OTHER, "青竹佳苑1栋1单元101室漏水")
    assert (found.status, found.place.building_id, found.place.grid_code, found.candidates) == ("unmatched", "", "", ())
    assert addresses.match_many(OTHER, ["青竹佳苑1栋"])[0].building == -1
    assert addresses.suggest(OTHER, "青竹") == []
    assert addresses.match_many(CITY, ["青竹佳苑1栋"])[0].building >= 0


def test_an_edit_of_the_register_is_answered_without_a_restart(addresses: Addresses, urls: Urls) -> None:
    assert addresses.match(CITY, "老纱厂1栋").status == "unmatched"
    with psycopg.connect(urls.owner_url) as conn:
        conn.execute("SET search_path = gridmap, public")
        conn.execute("INSERT INTO alias (alias, estate) VALUES ('老纱厂', '青竹佳苑')")
        conn.execute("SELECT bump('aliases')")
    deadline = time.monotonic() + 30
    while addresses.match(CITY, "老纱厂1栋").status == "unmatched" and time.monotonic() < deadline:
        time.sleep(0.02)
    assert addresses.match(CITY, "老纱厂1栋").place.building_id == "x"
