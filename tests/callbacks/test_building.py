"""The building's page over HTTP: every path cut to the viewer, a household only with a reason, names nowhere else."""

from __future__ import annotations

import json
import re

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from geo.store.cluster import Urls
from geo.store.database import owner_connection
from tests.fixtures.app import Site, run_callback
from tests.fixtures.town import SECRETS, town, town_site

__all__ = ["town", "town_site"]
PAGE = "..shell-page.children...shell-title.data.."
PICKED = "building-picked.children"
HOUSEHOLD = "building-household.children"


def client(site: Site, username: str) -> FlaskClient:
    """Give a browser signed in as a demo account."""
    fresh = site.fresh_client()
    assert site.sign_in(username, client=fresh).status_code in (302, 303)
    return fresh


def page(browser: FlaskClient, path: str, search: str = "") -> str:
    answer = run_callback(browser, PAGE, {"shell-url.pathname": path}, {"shell-url.search": search})
    return answer.get_data(as_text=True)


def pick(browser: FlaskClient, path: str, search: str) -> TestResponse:
    return run_callback(browser, PICKED, {"building-place.search": search}, {"building-place.pathname": path})


def open_household(browser: FlaskClient, path: str, search: str, words: str, kind: str = "visit") -> TestResponse:
    inputs = {"building-opening.data": {"kind": kind, "words": words, "at": 1}, "building-place.search": search}
    return run_callback(browser, HOUSEHOLD, inputs, {"building-place.pathname": path}, changed="building-opening.data")


def text(answer: TestResponse | str) -> str:
    body = answer if isinstance(answer, str) else answer.get_data(as_text=True)
    return json.dumps(json.loads(body), ensure_ascii=False) if body else ""


def openings(town: Urls) -> int:
    with owner_connection(town.owner_url) as conn:
        found = conn.execute("SELECT count(*) FROM audit_log WHERE action = 'household.opened'").fetchone()
        return found[0] if found else 0


def test_the_page_shows_chart_cases_and_visits_without_a_name(town_site: Site):
    found = text(page(client(town_site, "captain"), "/building/A6"))
    for words in ("楼盘表", "1单元", "2单元", "独居老人", "61天", "超期 1 天", "近 14 天 4 户", "柳岸01", "未打开"):
        assert words in found
    assert not [secret for secret in SECRETS if secret in found]
    assert "HA6" not in found


def test_rooms_stand_in_the_chart_as_they_do_in_the_building(town_site: Site):
    found = text(page(client(town_site, "captain"), "/building/A6"))
    assert (
        re.findall(r'"data-room": "(\d+)"', found)
        == ["301", "302", "301", "302", "201", "202"]
        + ["201", "202"]
        + [
            "101",
            "102",
        ]
        * 2
    )


def test_a_picked_dwelling_stands_in_the_address_and_is_marked(town_site: Site):
    found = text(page(client(town_site, "captain"), "/building/A6", "?unit=2&room=201"))
    assert found.count('"aria-selected": "true"') == 1
    assert "2单元 201室 · 2 人 · 出租 · 独居老人 · 61 天未访" in found


@pytest.mark.parametrize("search", ["?unit=9&room=9", "?room=", "?twin=x", "?unit=2", "?" + "a" * 9000])
def test_an_address_that_names_no_dwelling_picks_none(town_site: Site, search: str):
    found = text(page(client(town_site, "captain"), "/building/A6", search))
    assert '"aria-selected": "true"' not in found
    assert "楼盘表" in found


def test_a_touched_cell_gives_counts_and_marks_only(town_site: Site):
    found = text(pick(client(town_site, "captain"), "/building/A6", "?unit=1&room=302"))
    assert "残疾" in found
    assert "填事由后打开" in found
    assert not [secret for secret in SECRETS if secret in found]


def test_a_vacant_dwelling_has_nothing_to_open(town_site: Site):
    found = text(pick(client(town_site, "captain"), "/building/A6", "?unit=1&room=301"))
    assert "空置" in found
    assert "data-open-reason" not in found


def test_a_household_opens_with_a_reason_and_is_logged(town_site: Site, town: Urls):
    before = openings(town)
    answer = open_household(client(town_site, "captain"), "/building/A6", "?unit=2&room=201", "每月走访")
    found = text(answer)
    assert "秘密0" in found
    assert "13900000000" in found
    assert "139****0000" in found
    assert openings(town) == before + 1
    assert "no-store" in answer.headers["Cache-Control"]


@pytest.mark.parametrize(
    ("words", "kind"), [("", "visit"), ("走访", "visit"), ("每月走访", "nonsense"), ("   每  ", "case")]
)
def test_without_a_reason_a_replayed_opening_gets_nothing(town_site: Site, town: Urls, words: str, kind: str):
    before = openings(town)
    answer = open_household(client(town_site, "captain"), "/building/A6", "?unit=2&room=201", words, kind)
    assert not [secret for secret in SECRETS if secret in text(answer)]
    assert openings(town) == before


@pytest.mark.parametrize("username", ["wall", "planner", "reviewer", "clerk", "auditor", "admin", "captain_b"])
def test_nobody_without_the_right_gets_a_household_by_any_path(town_site: Site, town: Urls, username: str):
    before = openings(town)
    browser = client(town_site, username)
    answers = [
        page(browser, "/building/A6", "?unit=2&room=201"),
        pick(browser, "/building/A6", "?unit=2&room=201"),
        open_household(browser, "/building/A6", "?unit=2&room=201", "每月走访"),
    ]
    assert not [secret for secret in SECRETS for answer in answers if secret in text(answer)]
    assert openings(town) == before


def test_the_other_captain_is_refused_on_every_path(town_site: Site):
    browser = client(town_site, "captain_b")
    for answer in (page(browser, "/building/A6"), pick(browser, "/building/A6", "?unit=2&room=201")):
        found = text(answer)
        assert "在您的辖区内" in found or "outside your area" in found
        assert "独居老人" not in found
    assert "1单元" in text(page(browser, "/building/B1"))


def test_the_wall_sees_rooms_and_their_use_only(town_site: Site):
    found = text(page(client(town_site, "wall"), "/building/A6"))
    assert "住宅" in found
    for words in ("独居老人", "残疾", "天未访", "空置", "出租", "最近走访", "楼道堆物", "填事由后打开"):
        assert words not in found


def test_nobody_signed_in_gets_nothing(town_site: Site):
    browser = town_site.fresh_client()
    assert open_household(browser, "/building/A6", "?unit=2&room=201", "每月走访").status_code == 401
    assert run_callback(browser, PAGE, {"shell-url.pathname": "/building/A6"}).status_code == 401


def test_a_building_without_dwellings_says_so(town_site: Site):
    assert "还没有登记房屋" in text(page(client(town_site, "captain"), "/building/AX"))
