"""Aliases learned from a review: who and when, known to every process and command, taken back; answers that stay."""

from __future__ import annotations

import csv
import datetime as dt
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from geo.errors import NotFound
from geo.model import Level
from geo.service.access import Role, Viewer
from geo.service.addresses import Addresses
from geo.service.linking import link
from geo.service.regeocode import regeocode
from geo.service.review import Review
from geo.service.waiting import Position
from geo.store.cluster import Urls
from geo.store.database import Database, owner_connection
from loaders.geocode import geocode_file
from loaders.pipeline import load
from tests.fixtures import city

A, B = city.COMMUNITIES.values()
A2 = f"{A}002"
CLERK = Viewer("clerk", "clerk", Role.CLERK, Level.CITY)
OTHER = Viewer("command", "command", Role.COMMAND, Level.CITY)
OWN = Viewer("own", "own", Role.CLERK, Level.COMMUNITY, (A,))
PLACE = "SELECT grid_code, match_status, building_id, reviewed FROM case_record WHERE case_no = %s"
Worker = tuple[Addresses, Review]


@pytest.fixture
def urls(database: Urls) -> Urls:
    with owner_connection(database.owner_url) as conn:
        city.put_whole_city(conn)
        city.put_case(conn, "nick", address="红砖楼1栋")
        city.put_case(conn, "nick2", address="红砖楼2栋101")
        city.put_case(conn, "wide", address="青竹佳苑")
        link(conn)
    return database


@pytest.fixture
def workers(urls: Urls) -> Iterator[list[Worker]]:
    """Two server processes: a pool and an index each."""
    pools = [Database(urls.app_url, max_size=3) for _ in range(2)]
    made = [Addresses(pool, recheck_s=0.0) for pool in pools]
    yield [(addresses, Review(pool, addresses)) for addresses, pool in zip(made, pools, strict=True)]
    for addresses, pool in zip(made, pools, strict=True):
        addresses.close()
        pool.close()


def soon(holds: Callable[[], bool]) -> None:
    """Wait for an index that is made beside the old one."""
    deadline = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def place(urls: Urls, number: str) -> tuple | None:
    with owner_connection(urls.owner_url) as conn:
        return conn.execute(PLACE, (number,)).fetchone()


def labels(addresses: Addresses, typed: str) -> list[str]:
    return [one.label for one in addresses.suggest(CLERK, typed)]


def geocoded(urls: Urls, folder: Path) -> str:
    (folder / "in.csv").write_text("id,text\n1,红砖楼2栋\n", encoding="utf-8")
    geocode_file(folder / "in.csv", folder / "out.csv", urls.owner_url)
    with (folder / "out.csv").open(encoding="utf-8", newline="") as file:
        return next(csv.DictReader(file))["building_id"]


def test_an_alias_is_known_everywhere_with_who_and_when_and_gone_when_taken_back(
    urls: Urls, workers: list[Worker], tmp_path: Path
) -> None:
    (_first, review), (elsewhere, other) = workers
    assert labels(elsewhere, "hzl2") == []
    assert geocoded(urls, tmp_path) == ""
    begun = dt.datetime.now(dt.UTC)
    assert review.teach(CLERK, ("hotline", "nick"), "红砖楼", "estate:青竹佳苑").resolved == 2
    soon(lambda: labels(elsewhere, "hzl2") == ["青竹佳苑2栋"])
    assert elsewhere.match(CLERK, "红砖楼2栋").place.building_id == "y"
    assert geocoded(urls, tmp_path) == "y"
    with owner_connection(urls.owner_url) as conn:
        city.put_case(conn, "later", address="红砖楼2栋")
        conn.execute("UPDATE city SET linked_version = 0")
        link(conn)
    assert place(urls, "later") == (A2, "matched", "y", "")
    queue = other.queue(OTHER, Position())
    (learned,) = queue.learned
    assert (learned.alias, learned.target, learned.actor, learned.mine) == ("红砖楼", "青竹佳苑", "clerk", True)
    assert begun <= learned.at <= dt.datetime.now(dt.UTC)
    assert queue.learned_count == 1
    assert not other.queue(OWN, Position()).learned[0].mine
    with pytest.raises(NotFound):
        other.forget(OWN, learned.act_id)
    assert other.forget(OTHER, learned.act_id).resolved == 2
    assert place(urls, "nick") == ("", "unmatched", None, "")
    assert other.queue(OTHER, Position()).learned == ()
    soon(lambda: labels(elsewhere, "hzl2") == [])
    assert geocoded(urls, tmp_path) == ""
    with pytest.raises(NotFound):
        review.forget(CLERK, learned.act_id)


def test_what_a_person_decided_since_outlives_the_alias(urls: Urls, workers: list[Worker]) -> None:
    (_addresses, review), _other = workers
    review.teach(CLERK, ("hotline", "nick"), "红砖楼", "building:x")
    (learned,) = review.queue(CLERK, Position()).learned
    assert (learned.alias, learned.target) == ("红砖楼", "青竹佳苑"), "a building's alias is its estate's"
    with owner_connection(urls.owner_url) as conn:
        conn.execute("UPDATE case_record SET reviewed = 'placed' WHERE case_no = 'nick'")
    kept = place(urls, "nick")
    assert kept is not None
    assert kept[1] == "matched"
    review.forget(CLERK, learned.act_id)
    assert place(urls, "nick") == kept


def test_a_persons_answer_outlives_a_load_of_the_same_file_and_regeocoding(
    urls: Urls, workers: list[Worker], tmp_path: Path
) -> None:
    (_addresses, review), _other = workers
    lines = ["channel,case_no,category,title,address,reported_at,state"]
    rows = {"r1": "没有的小区1栋", "r2": "也没有的地方", "r3": "青竹佳苑"}
    lines += [f"hotline,{number},neighbour,漏水,{text},2026-01-02 10:00,reported" for number, text in rows.items()]
    (tmp_path / "cases.csv").write_text("\n".join([*lines, ""]), "utf-8")
    assert load([tmp_path], urls.owner_url).rejected == 0
    review.accept(CLERK, ("hotline", "r1"), "building:y")
    review.not_here(CLERK, ("hotline", "r2"), "elsewhere")
    review.accept(CLERK, ("hotline", "r3"), f"grid:{A2}")
    decided = [place(urls, number) for number in rows]
    assert decided == [
        (A2, "matched", "y", "placed"),
        ("", "unmatched", None, "not_here"),
        (A2, "matched", None, "placed"),
    ]
    (tmp_path / "cases.csv").write_text("\n".join([*lines, ""]).replace("漏水", "漏水严重"), "utf-8")
    load([tmp_path], urls.owner_url)
    with owner_connection(urls.owner_url) as conn:
        assert conn.execute("SELECT count(*) FROM case_record WHERE title = '漏水严重'").fetchone() == (3,)
        conn.execute("INSERT INTO alias (alias, estate) VALUES ('没有的小区', '北叶新村')")
        conn.execute("SELECT bump('aliases')")
        conn.commit()
        regeocode(conn, apply=True)
        link(conn)
    assert [place(urls, number) for number in rows] == decided
