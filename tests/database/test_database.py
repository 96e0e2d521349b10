"""The pool, the owner's connection, the errors they raise, and frames."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator

import pandas as pd
import psycopg
import pytest

from geo import i18n
from geo.errors import Conflict, GridError, NotAllowed, StoreError, Unavailable
from geo.model import Scope
from geo.store.cluster import Urls
from geo.store.database import Database, connect, hold, owner_connection, release, store_errors
from geo.store.frames import read_frame, read_geoframe

WALL = Scope("scope_wall")


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """Sentences are looked at in the language of their ids."""
    with i18n.using("en"):
        yield


@pytest.mark.parametrize(
    ("statement", "kind", "constraint"),
    [
        ("INSERT INTO area (code, name, level) VALUES ('1', 'x', 'city')", Conflict, "area_code_digits"),
        ("INSERT INTO city DEFAULT VALUES", Conflict, "city_pkey"),
        (
            "INSERT INTO session (token_hash, username, expires_at) VALUES ('x', 'x', now())",
            Conflict,
            "session_username_fkey",
        ),
        ("INSERT INTO category (code) VALUES ('x')", Conflict, ""),
        ("SELECT * FROM nothing", StoreError, None),
        ("SELECT 1 / 0", StoreError, None),
        ("SET LOCAL statement_timeout = 1; SELECT pg_sleep(5)", StoreError, None),
        ("SELECT pg_terminate_backend(pg_backend_pid())", Unavailable, None),
        ("SET ROLE postgres", NotAllowed, None),
    ],
)
def test_the_drivers_errors_become_ours(
    database: Urls, statement: str, kind: type[GridError], constraint: str | None
) -> None:
    with pytest.raises(kind) as caught, owner_connection(database.owner_url) as conn:
        conn.execute(statement)  # type: ignore[arg-type]
    assert type(caught.value) is kind
    assert isinstance(caught.value.__cause__, psycopg.Error)
    if constraint is not None:
        assert getattr(caught.value, "constraint", None) == constraint


def test_an_error_does_not_carry_the_row(database: Urls) -> None:
    with pytest.raises(Conflict) as caught, owner_connection(database.owner_url) as conn:
        conn.execute(
            "INSERT INTO worker (worker_id, name, phone, role, grid_code) VALUES ('1', '王五', '13912345678', 'x', '')"
        )
    assert "王五" not in str(caught.value) + caught.value.hint
    assert "13912345678" not in str(caught.value)


def test_a_transaction_is_whole_or_nothing(app_db: Database, owner: psycopg.Connection) -> None:
    owner.execute("INSERT INTO account (username, password_hash, role, level) VALUES ('a', 'x', 'wall', 'city')")
    owner.commit()
    auth = Scope("scope_auth")
    half_right = "UPDATE account SET locale = 'en'; UPDATE account SET locale = 'fr'"
    with pytest.raises(Conflict), app_db.transaction(auth) as conn:
        conn.execute(half_right)
    with app_db.transaction(auth) as conn:
        assert conn.execute("SELECT locale FROM account").fetchone() == ("zh",)
        conn.execute("UPDATE account SET locale = 'en'")
    with app_db.transaction(auth) as conn:
        assert conn.execute("SELECT locale FROM account").fetchone() == ("en",)


def test_an_owners_block_commits_or_leaves_nothing(database: Urls) -> None:
    with pytest.raises(ZeroDivisionError), owner_connection(database.owner_url) as conn:
        raise ZeroDivisionError(conn.execute("UPDATE city SET name = 'x'").rowcount)
    with owner_connection(database.owner_url) as conn:
        assert conn.execute("SELECT name FROM city").fetchone() == ("",)
        conn.execute("UPDATE city SET name = '石嘴山'")
    with owner_connection(database.owner_url) as conn:
        assert conn.execute("SELECT name, current_user FROM city").fetchone() == ("石嘴山", "gridmap_owner")


def test_a_pool_replaces_dead_connections(database: Urls, app_db: Database, owner: psycopg.Connection) -> None:
    with app_db.transaction(WALL) as conn:
        pid = conn.info.backend_pid
    with psycopg.connect(database.app_url, autocommit=True) as other:
        other.execute("SELECT pg_terminate_backend(%(pid)s)", {"pid": pid})
    with app_db.transaction(WALL) as conn:
        assert conn.info.backend_pid != pid


def test_a_pool_that_is_full_says_so(database: Urls) -> None:
    pool = Database(
        database.app_url, max_size=1, timeout_s=2
    )  # the first one is opened within it, on a busy machine too
    with pool.transaction(WALL), pytest.raises(Unavailable), pool.transaction(WALL):
        raise AssertionError
    pool.close()
    with pytest.raises(Unavailable), pool.transaction(WALL):
        raise AssertionError


def test_a_server_that_is_not_there(caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(Unavailable) as caught:
        connect("postgresql://x:secret@/x?host=/nowhere")
    assert "secret" not in str(caught.value) + caught.value.hint
    with caplog.at_level(logging.CRITICAL, "psycopg.pool"):
        pool = Database("postgresql://x:secret@/x?host=/nowhere", timeout_s=0.1)
        with pytest.raises(Unavailable), pool.transaction(WALL):
            raise AssertionError
        pool.close()


def test_every_connection_has_the_same_settings(database: Urls, app_db: Database) -> None:
    wanted = ("gridmap,public", "off", "Asia/Shanghai")
    query = "SELECT current_setting('search_path'), current_setting('jit'), current_setting('TimeZone')"
    with app_db.transaction(WALL) as conn:
        assert conn.execute(query).fetchone() == wanted
    with owner_connection(database.owner_url) as conn:
        assert conn.execute(query).fetchone() == wanted


FRAME = """
SELECT n, NULLIF(n, 2) AS maybe, n > 1 AS yes, n / 2.0 AS half, 'x' || n AS code, NULLIF('x', 'x') AS nothing,
  '2026-01-02 03:04:05+08'::timestamptz AS at, '2026-01-02'::date AS day, ARRAY['a'] AS flags
FROM generate_series(1, %(count)s::int) AS n
"""


@pytest.mark.parametrize("count", [2, 0])
def test_a_frames_types_depend_on_the_query_alone(owner: psycopg.Connection, count: int) -> None:
    frame = read_frame(owner, FRAME, {"count": count})
    types = {name: str(kind) for name, kind in frame.dtypes.items()}
    assert len(frame) == count
    assert types | {"maybe": "Int64"} == {
        "n": "int64", "maybe": "Int64", "yes": "bool", "half": "float64", "code": "str", "nothing": "str",
        "at": "datetime64[us, Asia/Shanghai]", "day": "object", "flags": "object",
    }  # fmt: skip
    if count:
        assert frame["maybe"].tolist() == [1, pd.NA]
        assert frame["at"][0] == pd.Timestamp("2026-01-02 03:04:05", tz="Asia/Shanghai")
        assert frame["nothing"].isna().all()
        assert frame["flags"][0] == ["a"]


def test_a_geoframe_is_in_4326(owner: psycopg.Connection) -> None:
    query = """
        SELECT n, CASE WHEN n > 1 THEN ST_SetSRID(ST_MakePoint(106, 39), 4326) END AS shape
        FROM generate_series(1, 2) AS n
    """
    frame = read_geoframe(owner, query, geometry="shape")
    assert frame.crs.to_epsg() == 4326
    assert frame.geometry.name == "shape"
    assert frame.geometry[0] is None
    assert (frame.geometry[1].x, frame.geometry[1].y) == (106, 39)
    empty = read_geoframe(owner, "SELECT code, geom FROM area")
    assert list(empty.columns) == ["code", "geom"]
    assert empty.crs.to_epsg() == 4326
    assert str(empty["code"].dtype) == "str"


def test_a_frames_errors_are_ours(owner: psycopg.Connection) -> None:
    with pytest.raises(StoreError):
        read_frame(owner, "SELECT nothing")


def test_only_the_drivers_errors_are_turned() -> None:
    with pytest.raises(ValueError, match="mine"), store_errors():
        raise ValueError("mine")


def test_a_lock_is_waited_for_where_its_holder_is_about_to_go(database: Urls) -> None:
    with connect(database.owner_url) as first, connect(database.owner_url) as second:
        assert hold(first, "x")
        ending = threading.Timer(0.3, release, (first, "x"))
        ending.start()
        assert hold(second, "x")
        ending.join()


def test_a_lock_that_stays_taken_is_told_and_leaves_the_connection_usable(
    database: Urls, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("geo.store.database.HOLD_WAIT", "50ms")
    with connect(database.owner_url) as first, connect(database.owner_url) as second:
        assert hold(first, "x")
        assert not hold(second, "x")
        assert hold(second, "y")
        assert second.execute("SHOW lock_timeout").fetchone() == ("0",)
        second.commit()
        release(first, "x")
        assert hold(second, "x")
