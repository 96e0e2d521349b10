"""Places of cases read anew: what would change is told first, and written only when asked; twice changes nothing."""

from __future__ import annotations

import psycopg
import pytest

from geo.service.linking import link
from geo.service.regeocode import Changes, regeocode
from tests.fixtures import city

PLACE = "SELECT match_status, match_level, building_id, dwelling_id FROM case_record WHERE case_no = %s"


@pytest.fixture
def conn(owner: psycopg.Connection) -> psycopg.Connection:
    city.put_whole_city(owner)
    city.put_case(
        owner, "wrong", address="青竹佳苑1栋1单元101室", building_id="z", match_status="matched", match_level="building"
    )
    city.put_case(owner, "open", address="青竹佳苑1栋")
    city.put_case(owner, "nowhere", address="没有的地方")
    link(owner)
    owner.execute(
        "UPDATE case_record SET building_id = 'z', dwelling_id = NULL, match_level = 'building' WHERE case_no = 'wrong'"
    )
    owner.commit()
    return owner


def test_what_would_change_is_told_before_anything_is_written(conn: psycopg.Connection) -> None:
    told: list[tuple[int, int]] = []
    changes = regeocode(conn, progress=lambda done, of: told.append((done, of)))
    assert changes.kinds["finer"] == 1
    assert changes.changed == 1
    assert told[-1] == (changes.cases, changes.cases)
    assert conn.execute(PLACE, ("wrong",)).fetchone() == ("matched", "building", "z", None)


def test_what_differs_is_written_and_a_second_run_changes_nothing(conn: psycopg.Connection) -> None:
    before = conn.execute("SELECT version FROM data_version WHERE layer = 'cases'").fetchone()
    conn.rollback()
    regeocode(conn, apply=True)
    assert conn.execute(PLACE, ("wrong",)).fetchone() == ("matched", "dwelling", "x", "D-x-1")
    assert conn.execute("SELECT version FROM data_version WHERE layer = 'cases'").fetchone() != before
    conn.rollback()
    again: Changes = regeocode(conn, apply=True)
    assert (again.changed, again.kinds["other_grid"]) == (0, 0)
