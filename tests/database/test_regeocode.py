"""Places of cases read anew: what would change is told first, a run that was killed ends as one that was not."""

from __future__ import annotations

from collections.abc import Callable

import psycopg
import pytest

from geo.errors import StoreError
from geo.service.linking import link
from geo.service.regeocode import Changes, regeocode
from geo.store import linking
from geo.store.cluster import Urls
from geo.store.database import owner_connection
from tests.fixtures import city

PLACE = "SELECT match_status, match_level, building_id, dwelling_id FROM case_record WHERE case_no = %s"
PLACES = """SELECT case_no, county_code, grid_code, match_status, match_level, match_reason, building_id, dwelling_id,
  ST_AsText(geom) FROM case_record ORDER BY case_no"""
CHUNKS = 7
"""Cases of `conn` below that may be read anew, each a chunk of its own."""


@pytest.fixture
def conn(owner: psycopg.Connection) -> psycopg.Connection:
    city.put_whole_city(owner)
    texts = {"wrong": "青竹佳苑1栋1单元101室", "open": "青竹佳苑1栋", "nowhere": "没有的地方"}
    texts |= {"lost": "也没有的地方", "far": "北叶新村1栋", "wide": "青竹佳苑", "door": "青竹佳苑2栋201"}
    for number, address in texts.items():
        city.put_case(owner, number, address=address)
    link(owner)
    owner.execute(
        "UPDATE case_record SET building_id = 'z', dwelling_id = NULL, match_level = 'building' WHERE case_no = 'wrong'"
    )
    owner.execute(
        "UPDATE case_record SET building_id = NULL, dwelling_id = NULL, match_status = 'unmatched', geom = NULL, "
        "match_level = 'none', grid_code = '', community_code = '', county_code = '000000' "
        "WHERE case_no IN ('far', 'door')"
    )
    owner.execute("UPDATE case_record SET match_status = 'matched', building_id = 'z' WHERE case_no = 'lost'")
    owner.commit()
    return owner


class Killed(BaseException):
    """What no `except Exception` stops."""


def places(conn: psycopg.Connection) -> list[tuple]:
    with conn.transaction():
        return conn.execute(PLACES).fetchall()


def test_what_would_change_is_told_before_anything_is_written(conn: psycopg.Connection) -> None:
    before = places(conn)
    told: list[tuple[int, int]] = []
    changes = regeocode(conn, progress=lambda done, total: told.append((done, total)), chunk=3)
    assert changes.kinds == {"finer": 1, "found": 2, "lost": 1, "unchanged": 3, "other_grid": 2}
    assert (changes.cases, changes.changed) == (CHUNKS, 4)
    assert told == [(0, 7), (3, 7), (6, 7), (7, 7)]
    assert places(conn) == before


def test_what_differs_is_written_as_it_was_told_and_a_second_run_changes_nothing(conn: psycopg.Connection) -> None:
    version = conn.execute("SELECT version FROM data_version WHERE layer = 'cases'").fetchone()
    conn.commit()
    told = regeocode(conn, chunk=1)
    assert regeocode(conn, apply=True, chunk=1) == told, "a case that moves to another county is counted once"
    assert conn.execute(PLACE, ("wrong",)).fetchone() == ("matched", "dwelling", "x", "D-x-1")
    assert conn.execute("SELECT version FROM data_version WHERE layer = 'cases'").fetchone() != version
    conn.commit()
    again: Changes = regeocode(conn, apply=True)
    assert (again.changed, again.kinds["other_grid"]) == (0, 0)


def ways_to_be_killed(urls: Urls) -> list[Callable[[pytest.MonkeyPatch, psycopg.Connection, int], Callable]]:
    """Return between two chunks, within one, and the connection cut; each gives the `progress` to run with."""

    def between(_patch: pytest.MonkeyPatch, _conn: psycopg.Connection, chunk: int) -> Callable[[int, int], None]:
        def progress(done: int, _total: int) -> None:
            if done == chunk:
                raise Killed

        return progress

    def within(patch: pytest.MonkeyPatch, _conn: psycopg.Connection, chunk: int) -> Callable[[int, int], None]:
        note = linking.note_regeocode_job

        def noted(conn: psycopg.Connection, job: linking.RegeocodeJob) -> None:
            note(conn, job)
            if job.cases == chunk + 1:
                raise Killed

        patch.setattr(linking, "note_regeocode_job", noted)
        return lambda _done, _total: None

    def cut(_patch: pytest.MonkeyPatch, conn: psycopg.Connection, chunk: int) -> Callable[[int, int], None]:
        process = conn.info.backend_pid

        def progress(done: int, _total: int) -> None:
            if done == chunk:
                with owner_connection(urls.owner_url) as other:
                    other.execute("SELECT pg_terminate_backend(%s, 5000)", (process,))

        return progress

    return [between, within, cut]


def test_a_run_killed_at_any_moment_ends_as_one_that_was_not(
    conn: psycopg.Connection, database: Urls, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Kill a run early, midway and late, in each way, and run it again: same places and counts as a clean run's."""
    start = conn.execute("SELECT case_no, to_jsonb(c) FROM case_record AS c").fetchall()
    conn.commit()
    clean = regeocode(conn, apply=True, chunk=1)
    after = places(conn)
    assert clean.changed == 4
    for way in ways_to_be_killed(database):
        for chunk in (0, 3, CHUNKS - 1):
            put_back(conn, start)
            with monkeypatch.context() as patch, owner_connection(database.owner_url) as doomed:
                progress = way(patch, doomed, chunk)
                with pytest.raises((Killed, psycopg.OperationalError)):
                    regeocode(doomed, apply=True, chunk=1, progress=progress)
            begun: list[int] = []
            again = regeocode(conn, apply=True, chunk=1, progress=lambda done, _total, begun=begun: begun.append(done))
            assert begun[0] == chunk, "the second run goes on behind the last chunk that was kept"
            assert (again, places(conn)) == (clean, after)


def put_back(conn: psycopg.Connection, rows: list[tuple]) -> None:
    """Put the cases' places back as they were."""
    with conn.transaction():
        for number, row in rows:
            conn.execute(
                "UPDATE case_record AS c SET (county_code, community_code, grid_code, match_status, match_level, "
                "match_reason, dwelling_id, building_id, geom) = (r.county_code, r.community_code, r.grid_code, "
                "r.match_status, r.match_level, r.match_reason, r.dwelling_id, r.building_id, r.geom) "
                "FROM jsonb_populate_record(NULL::case_record, %s) AS r WHERE c.case_no = %s",
                (psycopg.types.json.Jsonb(row), number),
            )


def test_a_run_begins_anew_where_the_register_has_changed_since(conn: psycopg.Connection) -> None:
    def stop(done: int, _total: int) -> None:
        if done == 2:
            raise Killed

    with pytest.raises(Killed):
        regeocode(conn, apply=True, chunk=1, progress=stop)
    conn.execute("INSERT INTO alias (alias, estate) VALUES ('没有的地方', '北叶新村')")
    conn.execute("SELECT bump('aliases')")
    conn.commit()
    begun: list[int] = []
    changes = regeocode(conn, apply=True, progress=lambda done, _total: begun.append(done))
    assert (begun[0], changes.cases) == (0, CHUNKS)
    assert conn.execute(PLACE, ("nowhere",)).fetchone() == ("matched", "building", "z", None)


def test_two_runs_at_once_are_refused_with_a_sentence(
    conn: psycopg.Connection, database: Urls, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("geo.store.database.HOLD_WAIT", "50ms")
    with owner_connection(database.owner_url) as other:
        assert linking.lock_regeocode(other)
        with pytest.raises(StoreError, match="已有"):
            regeocode(conn)
    assert regeocode(conn).cases == CHUNKS
