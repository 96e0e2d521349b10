"""The demo's making: once, again, in another size, and never over somebody's own city."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import psycopg
import pytest

from geo.errors import ConfigError, InputError
from geo.service import demo as service
from geo.store.cluster import Urls
from geo.store.database import owner_connection
from loaders import demo

UNTIL = dt.date(2026, 3, 1)
PASSWORD = "an open secret"


def quiet(*_words: object) -> None:
    """Say nothing."""


def prepare(size: str, home: Path, urls: Urls) -> bool:
    """Prepare the demo as the command does."""
    return demo.prepare(size, home, urls.owner_url, UNTIL, PASSWORD, quiet, quiet)


def counts(conn: psycopg.Connection) -> tuple[int, ...]:
    """Rows of the tables that say most."""
    names = ("building", "resident", "case_record", "grid", "account")
    return tuple(conn.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in names)  # type: ignore[index]


def test_made_once_and_found_again(database: Urls, tmp_path: Path) -> None:
    assert prepare("community", tmp_path, database) is True
    with owner_connection(database.owner_url) as conn:
        first = counts(conn)
        demo_city, as_of = conn.execute("SELECT demo, as_of FROM city").fetchone()  # type: ignore[misc]
        last = conn.execute("SELECT max(reported_at) FROM case_record").fetchone()[0]  # type: ignore[index]
    assert demo_city
    assert as_of.astimezone(service.CITY_TIME).date() == UNTIL
    assert last <= as_of
    assert min(first) > 0
    assert prepare("community", tmp_path, database) is False
    with owner_connection(database.owner_url) as conn:
        assert counts(conn) == first


def test_a_load_that_was_cut_off_is_completed(database: Urls, tmp_path: Path) -> None:
    assert prepare("community", tmp_path, database)
    with owner_connection(database.owner_url) as conn:
        whole = counts(conn)
        conn.execute("UPDATE city SET as_of = NULL")
    assert prepare("community", tmp_path, database) is True
    with owner_connection(database.owner_url) as conn:
        assert counts(conn) == whole


def test_another_size_takes_its_place(database: Urls, tmp_path: Path) -> None:
    service.begin(database.owner_url, "subdistrict")
    assert prepare("community", tmp_path, database) is True
    assert service.held(database.owner_url).size == "community"


def test_never_over_a_city_that_is_not_the_demo(database: Urls, tmp_path: Path) -> None:
    with owner_connection(database.owner_url) as conn:
        conn.execute("INSERT INTO area (code, name, level) VALUES ('6402', 'A city', 'city')")
    with pytest.raises(ConfigError) as refusal:
        prepare("community", tmp_path, database)
    assert "GRIDMAP_HOME" in refusal.value.hint
    assert not (tmp_path / "demo").exists()


def test_the_citys_files_replace_none(tmp_path: Path) -> None:
    (tmp_path / "areas.csv").write_text("mine")
    with pytest.raises(InputError, match=r"areas\.csv"):
        demo.write_files("community", tmp_path, UNTIL, quiet)
    assert [path.read_text() for path in tmp_path.iterdir()] == ["mine"]
