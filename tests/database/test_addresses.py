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
        spare = city.shapes(("......", "s.....", "......"))["s"]
        city.put_building(conn, "spare", spare, A, estate="青竹佳苑", name="3栋")
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


Said = dict[str, str]
EDITS: dict[str, tuple[str, str, Said, Said]] = {
    "an estate renamed": (
        "buildings",
        "UPDATE building SET estate = '翠柏名邸' WHERE estate = '青竹佳苑'",
        {"青竹佳苑1栋": "building:x", "翠柏名邸1栋": ""},
        {"青竹佳苑1栋": "", "翠柏名邸1栋": "building:x"},
    ),
    "a building renamed": (
        "buildings",
        "UPDATE building SET name = '9栋' WHERE building_id = 'x'",
        {"青竹佳苑1栋": "building:x", "青竹佳苑9栋": "estate:青竹佳苑"},
        {"青竹佳苑1栋": "estate:青竹佳苑", "青竹佳苑9栋": "building:x"},
    ),
    "a building added": (
        "buildings",
        "INSERT INTO building (building_id, community_code, county_code, grid_code, estate, name, geom)"
        " SELECT 'new', community_code, county_code, grid_code, estate, '8栋', geom FROM building"
        " WHERE building_id = 'x'",
        {"青竹佳苑8栋": "estate:青竹佳苑"},
        {"青竹佳苑8栋": "building:new"},
    ),
    "a building removed": (
        "buildings",
        "DELETE FROM building WHERE building_id = 'spare'",
        {"青竹佳苑3栋": "building:spare"},
        {"青竹佳苑3栋": "estate:青竹佳苑"},
    ),
    "a dwelling added": (
        "dwellings",
        "INSERT INTO dwelling (dwelling_id, building_id, community_code, county_code, unit, room, occupancy)"
        " SELECT 'D-new', building_id, community_code, county_code, '1', '909', 'owner' FROM building"
        " WHERE building_id = 'x'",
        {"青竹佳苑1栋1单元909": "building:x"},
        {"青竹佳苑1栋1单元909": "dwelling:D-new"},
    ),
    "a dwelling renumbered": (
        "dwellings",
        "UPDATE dwelling SET room = '907' WHERE dwelling_id = 'D-x-1'",
        {"青竹佳苑1栋1单元101": "dwelling:D-x-1", "青竹佳苑1栋1单元907": "building:x"},
        {"青竹佳苑1栋1单元101": "building:x", "青竹佳苑1栋1单元907": "dwelling:D-x-1"},
    ),
}


@pytest.mark.parametrize("edit", EDITS)
def test_every_edit_of_the_register_is_answered_without_a_restart(addresses: Addresses, urls: Urls, edit: str) -> None:
    layer, statement, before, after = EDITS[edit]

    def told(said: Said) -> Said:
        places = {text: addresses.match(CITY, text).place for text in said}
        return {text: f"{one.kind}:{one.key}" if one.key else "" for text, one in places.items()}

    assert told(before) == before
    with owner_connection(urls.owner_url) as conn:
        conn.execute("SET search_path = gridmap, public")
        assert conn.execute(statement).rowcount > 0  # type: ignore[arg-type]
        conn.execute("SELECT bump(%s)", [layer])
    answered = addresses.current()
    deadline = time.monotonic() + 30
    while addresses.current() is answered and time.monotonic() < deadline:
        time.sleep(0.02)
    assert told(after) == after


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
