"""The address service: one answer for a page, cut to the viewer, and an index that follows the register's edits."""

from __future__ import annotations

import time

import psycopg
import pytest

from geo.errors import Unavailable
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
    made = Addresses(db, recheck_s=0.0)
    yield made
    made.close()
    db.close()


def test_a_text_is_answered_with_its_parts_and_place(addresses: Addresses) -> None:
    found = addresses.match(CITY, "青竹佳苑1栋1单元101室漏水")
    assert (found.status, found.place.kind, found.place.key) == ("matched", "dwelling", "D-x-1")
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


def test_an_index_made_beside_the_start_answers_the_first_question(
    urls: Urls, caplog: pytest.LogCaptureFixture
) -> None:
    db = Database(urls.app_url)
    addresses = Addresses(db)
    with caplog.at_level("INFO", logger="geo.service.addresses"):
        addresses.warm()
        addresses.warm()
        assert [one.label for one in addresses.suggest(CITY, "qzjy")] == ["青竹佳苑"]
    assert [record.message for record in caplog.records] == ["address index made"], "made once, and not by the question"
    addresses.close()
    db.close()


def test_a_city_that_cannot_be_read_leaves_the_last_index(
    addresses: Addresses, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = addresses.match(CITY, "青竹佳苑1栋")

    def gone(*_args: object) -> None:
        raise Unavailable

    monkeypatch.setattr("geo.service.addresses.register_frames", gone)
    with addresses._db.transaction(CITY.check_scope) as conn:
        conn.execute("SELECT note_aliases()")
    assert addresses.match(CITY, "青竹佳苑1栋") == before
    addresses.close()
    assert addresses.match(CITY, "青竹佳苑1栋") == before
