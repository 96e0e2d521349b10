"""The migrations' runner: once, whole or not at all, never over an edited past; and the snapshot of the schema."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from geo import i18n
from geo.errors import NotAllowed, StoreError
from geo.store import snapshot
from geo.store.cluster import Cluster, Urls
from geo.store.database import connect
from geo.store.migrate import MIGRATIONS, SchemaMismatch, migrate, pending
from geo.store.postgres import SUPERUSER


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """Sentences are looked at in the language of their ids."""
    with i18n.using("en"):
        yield


@pytest.fixture
def empty(cluster: Cluster) -> Iterator[Urls]:
    """Give a database with PostGIS and nothing of ours."""
    cluster.create_database("empty")
    yield cluster.urls("empty")
    with psycopg.connect(cluster.url(SUPERUSER, "postgres"), autocommit=True) as conn:
        conn.execute("DROP DATABASE empty WITH (FORCE)")


@pytest.fixture
def folders(tmp_path: Path) -> tuple[Path, Path]:
    """Give two folders: numbered steps, and functions."""
    steps, functions = tmp_path / "steps", tmp_path / "functions"
    steps.mkdir()
    functions.mkdir()
    (steps / "0001_first.sql").write_text("CREATE TABLE first (n integer);")
    (steps / "0002_second.sql").write_text("CREATE TABLE second (n integer); INSERT INTO first VALUES (2);")
    return steps, functions


def test_concurrent_runs_apply_each_step_once(empty: Urls, folders: tuple[Path, Path]) -> None:
    applied: list[str] = []

    def run() -> None:
        with connect(empty.owner_url) as conn:
            applied.extend(migrate(conn, *folders))

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(applied) == ["0001_first.sql", "0002_second.sql"]
    with connect(empty.owner_url) as conn:
        assert conn.execute("SELECT n FROM first").fetchall() == [(2,)]
        assert conn.execute("SELECT tableowner FROM pg_tables WHERE tablename = 'first'").fetchone() == (
            "gridmap_owner",
        )


def test_a_failing_step_leaves_nothing_and_is_named(empty: Urls, folders: tuple[Path, Path]) -> None:
    steps, _ = folders
    (steps / "0003_third.sql").write_text("CREATE TABLE third (n integer); INSERT INTO third VALUES ('x');")
    with connect(empty.owner_url) as conn:
        with pytest.raises(StoreError) as caught:
            migrate(conn, *folders)
        assert caught.value.__cause__ is not None
        assert "in 0003_third.sql" in caught.value.__cause__.__notes__
        assert conn.execute("SELECT to_regclass('third'), to_regclass('second') IS NOT NULL").fetchone() == (None, True)
        assert pending(conn, steps) == ["0003_third.sql"]
        conn.rollback()
        (steps / "0003_third.sql").write_text("CREATE TABLE third (n integer);")
        assert migrate(conn, *folders) == ["0003_third.sql"]
        assert not conn.autocommit


def test_an_edited_past_is_refused(empty: Urls, folders: tuple[Path, Path]) -> None:
    steps, _ = folders
    with connect(empty.owner_url) as conn:
        migrate(conn, *folders)
        (steps / "0001_first.sql").write_text("CREATE TABLE first (n bigint);")
        with pytest.raises(SchemaMismatch, match=r"0001_first\.sql"):
            migrate(conn, *folders)


def test_a_newer_database_is_refused(empty: Urls, folders: tuple[Path, Path]) -> None:
    steps, _ = folders
    with connect(empty.owner_url) as conn:
        migrate(conn, *folders)
        (steps / "0002_second.sql").unlink()
        with pytest.raises(SchemaMismatch, match=r"0002_second\.sql"):
            migrate(conn, *folders)


def test_functions_follow_their_text(empty: Urls, folders: tuple[Path, Path]) -> None:
    _, functions = folders
    text = "CREATE OR REPLACE FUNCTION answer() RETURNS integer LANGUAGE sql AS 'SELECT {}'"
    (functions / "answer.sql").write_text(text.format(41))
    with connect(empty.owner_url) as conn:
        assert migrate(conn, *folders)[-1] == "functions"
        assert migrate(conn, *folders) == []
        (functions / "answer.sql").write_text(text.format(42))
        assert migrate(conn, *folders) == ["functions"]
        assert conn.execute("SELECT answer()").fetchone() == (42,)


@pytest.mark.parametrize("name", ["first.sql", "1_first.sql", "0001_First.sql", "0001_again.sql"])
def test_names_are_numbers_used_once(empty: Urls, folders: tuple[Path, Path], name: str) -> None:
    (folders[0] / name).write_text("SELECT 1;")
    with connect(empty.owner_url) as conn, pytest.raises(ValueError, match="NNNN"):
        migrate(conn, *folders)


def test_every_index_says_who_uses_it() -> None:
    bare = []
    for path in sorted(MIGRATIONS.glob("*.sql")):
        before = ""
        for line in path.read_text("utf-8").splitlines():
            if line.lstrip().upper().startswith(("CREATE INDEX", "CREATE UNIQUE INDEX")):
                bare += [] if before.startswith("-- Usage: ") else [f"{path.name}: {line}"]
            before = line.strip()
    assert bare == []


def test_the_snapshot_is_what_the_migrations_make(cluster: Cluster, template: str, empty: Urls) -> None:
    """Both are dumped by the same program, so that its version does not matter."""
    with psycopg.connect(cluster.url(SUPERUSER, "empty"), autocommit=True) as conn:
        conn.execute("SET check_function_bodies = off")
        for text in snapshot.read().values():
            conn.execute(text)  # type: ignore[arg-type]
    made, kept = snapshot.dump(cluster, template), snapshot.dump(cluster, "empty")
    for part, text in made.items():
        assert text == kept[part], "the schema has changed: python -m geo.store.snapshot"


def test_the_app_may_not_migrate(empty: Urls) -> None:
    with connect(empty.app_url) as conn, pytest.raises(NotAllowed):
        migrate(conn)


def test_identifiers_of_the_schema_are_not_reserved(owner: psycopg.Connection) -> None:
    """A column named like a keyword works here and fails in somebody's tool."""
    reserved = owner.execute("""
        SELECT DISTINCT a.attrelid::regclass || '.' || a.attname FROM pg_attribute AS a
        JOIN pg_class AS c ON c.oid = a.attrelid JOIN pg_get_keywords() AS k ON k.word = a.attname
        WHERE c.relnamespace = 'gridmap'::regnamespace AND a.attnum > 0 AND k.catcode = 'R'
    """).fetchall()
    assert reserved == []
    assert sql.Identifier("building").as_string(owner) == '"building"'
