"""What a text says of people stays in the case: no log, index, answer, score or record of a decision repeats it."""

from __future__ import annotations

import csv
import logging
import pickle
from collections.abc import Iterator
from pathlib import Path

import pytest

from geo.core.address import scores
from geo.core.address.tables import FOLDER
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
from tests.fixtures import city

NAME, PHONE, CARD = "欧阳标记", "13900004321", "640202198001011234"
MARKS = (NAME, PHONE, CARD, PHONE[3:], CARD[6:])
SAID = f"{NAME}（电话{PHONE}，身份证{CARD}）"
CLERK = Viewer("clerk", "clerk", Role.CLERK, Level.CITY)
MAY_SAY = {"case_record"}
"""The case itself keeps what was said."""


@pytest.fixture
def urls(database: Urls) -> Urls:
    with owner_connection(database.owner_url) as conn:
        city.put_whole_city(conn)
        for number, where in (("nick", "红砖楼1栋"), ("wide", "青竹佳苑"), ("near", "清竹佳苑9栋"), ("none", "")):
            city.put_case(conn, number, address=f"{where}{SAID}", title=SAID, description=f"{SAID}住{where}")
        link(conn)
    return database


@pytest.fixture
def logged(caplog: pytest.LogCaptureFixture) -> Iterator[pytest.LogCaptureFixture]:
    with caplog.at_level(logging.DEBUG):
        yield caplog


def marks_in(text: str) -> list[str]:
    return [mark for mark in MARKS if mark in text]


def written(log: pytest.LogCaptureFixture) -> str:
    """Return everything every record carries, its extra fields included."""
    return "\n".join(repr(vars(record)) for record in log.records)


def tables_that_say(urls: Urls) -> set[str]:
    """Return the tables with a row that holds a mark."""
    with owner_connection(urls.owner_url) as conn:
        names = [
            name
            for (name,) in conn.execute(
                "SELECT relname FROM pg_class WHERE relnamespace = 'gridmap'::regnamespace AND relkind IN ('r', 'p')"
                " AND NOT relispartition"
            )
        ]
        asked = "SELECT EXISTS (SELECT FROM gridmap.{} AS t WHERE t::text LIKE ANY (%s))"
        like = [f"%{mark}%" for mark in MARKS]
        return {name for name in names if conn.execute(asked.format(f'"{name}"'), [like]).fetchone() == (True,)}  # type: ignore[arg-type]


def test_a_file_of_texts_leaves_nothing_of_people_behind(
    urls: Urls, tmp_path: Path, logged: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    source, target = tmp_path / "in.csv", tmp_path / "out.csv"
    texts = [f"青竹佳苑1栋1单元101{SAID}", f"{SAID}清竹佳苑1栋1单元101", f"{SAID}投诉没有的地方", SAID, f"红砖楼{SAID}"]
    with source.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([("id", "text"), *enumerate(texts)])
    before = {path.name: path.read_bytes() for path in FOLDER.iterdir()}
    said = geocode_file(source, target, urls.owner_url)
    assert marks_in(target.read_text(encoding="utf-8")) == []
    assert marks_in(said + written(logged) + "".join(capfd.readouterr())) == []
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in.csv", "out.csv"], "no score file, nothing beside"
    assert {path.name: path.read_bytes() for path in FOLDER.iterdir()} == before
    assert marks_in(repr(scores.table())) == []


def test_the_queue_and_its_decisions_leave_nothing_of_people_behind(
    urls: Urls, logged: pytest.LogCaptureFixture
) -> None:
    db = Database(urls.app_url, max_size=4)
    addresses = Addresses(db)
    review = Review(db, addresses)
    for number in ("nick", "wide", "near", "none"):
        assert marks_in(repr(review.case(CLERK, ("hotline", number)))), "the clerk reads the text itself"
    addresses.match(CLERK, f"青竹佳苑1栋{SAID}")
    addresses.suggest(CLERK, SAID)
    review.search(CLERK, f"青竹佳苑{SAID}")
    review.accept(CLERK, ("hotline", "wide"), "building:x")
    review.undo(CLERK)
    review.not_here(CLERK, ("hotline", "none"), "too_vague")
    review.lesson(CLERK, "红砖楼", "estate:青竹佳苑")
    review.teach(CLERK, ("hotline", "nick"), "红砖楼", "estate:青竹佳苑")
    review.queue(CLERK, Position())
    with owner_connection(urls.owner_url) as conn:
        link(conn)
        regeocode(conn, apply=True)
    index = addresses.current()
    matcher = index.register.matcher
    held = [vars(index.register.stock), vars(matcher.names), vars(matcher.typos)]
    assert not [mark for mark in MARKS if mark.encode() in pickle.dumps(held)]
    assert marks_in(written(logged)) == []
    assert tables_that_say(urls) == MAY_SAY
    db.close()
