"""The review page over HTTP: whom it answers, what a touch does, what two clerks are told."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from dashboard.pages.review import PAGE
from geo.service.addresses import Addresses
from geo.service.linking import link
from geo.service.review import Review
from geo.service.situation import Situation
from geo.settings import Settings
from geo.store.cluster import Urls
from geo.store.database import Database, owner_connection
from tests.fixtures import city
from tests.fixtures.app import PASSWORD, Site, build_site, put_accounts, run_callback

ROUTER = "..shell-page.children...shell-title.data.."
STEP = "..review-now.data...review-next.data...review-queue.children...review-figures.children...review-said.children.."
SEARCH = "..review-found.children...review-found-map.data.."
PHONE = "13900001234"
A = city.COMMUNITIES["A"]


@pytest.fixture
def review_site(database: Urls, tmp_path: Path) -> Iterator[Site]:
    """Give the review page on the drawn city with three waiting cases."""
    put_accounts(database)
    with owner_connection(database.owner_url) as conn:
        city.put_whole_city(conn)
        city.put_case(conn, "a", address="青竹佳苑", title="漏水", description=f"联系电话{PHONE}")
        city.put_case(conn, "b", address="红砖楼1栋", due_at="2026-01-05 10:00+08")
        city.put_case(conn, "c", address="红砖楼2栋", due_at="2026-01-06 10:00+08")
        link(conn)
    db = Database(database.app_url, max_size=4)
    settings = Settings(home=tmp_path, _env_file=None)  # pyright: ignore[reportCallIssue]
    yield build_site(db, settings, [PAGE], review=Review(db, Addresses(db)), situation=Situation(db))
    db.close()


def client(site: Site, username: str) -> FlaskClient:
    fresh = site.fresh_client()
    assert site.sign_in(username, PASSWORD, client=fresh).status_code in (302, 303)
    return fresh


def act(browser: FlaskClient, kind: str, key: str = "hotline/a", **more: Any) -> dict[str, Any]:
    data = {"kind": kind, "key": key, "shown": "", "search": "", "at": 1, **more}
    answer = run_callback(browser, STEP, {"review-act.data": data, "review-place.search": ""})
    assert answer.status_code == 200
    return (answer.json or {})["response"]


def words(part: Any) -> str:
    return json.dumps(part, ensure_ascii=False)


def test_the_page_opens_at_the_most_urgent_case_and_prefetches_the_next(review_site: Site) -> None:
    answer = run_callback(
        client(review_site, "clerk"), ROUTER, {"shell-url.pathname": "/review"}, {"shell-url.search": ""}
    )
    found = words(answer.json)
    for said in ("待核实地址", "青竹佳苑", "红砖楼1栋", "网格a 部分", "hotline/b", PHONE, "未落格"):
        assert said in found


@pytest.mark.parametrize("role", ["wall", "planner", "reviewer", "captain", "worker", "auditor", "admin"])
def test_nobody_else_gets_a_case_by_any_path(review_site: Site, role: str) -> None:
    browser = client(review_site, role)
    page = run_callback(browser, ROUTER, {"shell-url.pathname": "/review"}, {"shell-url.search": ""})
    step = run_callback(browser, STEP, {"review-act.data": None, "review-place.search": "?case=hotline/a"})
    found = run_callback(browser, SEARCH, {"review-search.value": "青竹"})
    for answer in (page, step, found):
        assert not [secret for secret in ("青竹", "红砖楼", PHONE) if secret in words(answer.json)]


def test_a_touch_places_the_case_and_shows_the_next(review_site: Site) -> None:
    browser = client(review_site, "clerk")
    answer = act(browser, "accept", choice="building:x")
    assert answer["review-now"]["data"]["key"] == "hotline/b"
    assert answer["review-next"]["data"]["key"] == "hotline/c"
    assert answer["review-now"]["data"]["search"] == "?case=hotline%2Fb"
    assert "已落格：青竹佳苑 1栋" in words(answer["review-said"])
    back = act(browser, "undo", key="hotline/b")
    assert back["review-now"]["data"]["key"] == "hotline/a"
    assert "已撤销：1 件" in words(back["review-said"])


def test_a_case_the_page_has_put_on_the_screen_already_is_not_sent_again(review_site: Site) -> None:
    answer = act(client(review_site, "clerk"), "skip", shown="hotline/b")
    assert "review-now" not in answer
    assert answer["review-next"]["data"]["key"] == "hotline/c"


def test_the_second_clerk_is_told_and_refused(review_site: Site) -> None:
    first, second = client(review_site, "clerk"), client(review_site, "command")
    act(first, "open", open="hotline/b")
    shown = act(second, "open", open="hotline/b")
    assert "clerk 从" in words(shown["review-now"])
    act(first, "accept", key="hotline/b", choice="building:y")
    refused = act(second, "accept", key="hotline/b", choice="building:x")
    assert "clerk 已处理过该事件" in words(refused["review-said"])
    assert "clerk 已于" in words(refused["review-now"])


def test_search_takes_names_and_initials_with_a_door(review_site: Site) -> None:
    browser = client(review_site, "clerk")
    for typed in ("青竹佳苑2栋", "qzjy 2", "qingzhu2"):
        answer = run_callback(browser, SEARCH, {"review-search.value": typed}).json or {}
        assert "building:y" in words(answer["response"]["review-found"]), typed
        assert [one["properties"]["sign"] for one in answer["response"]["review-found-map"]["data"]["features"]][
            :1
        ] == ["a"]
    nothing = run_callback(browser, SEARCH, {"review-search.value": "无此小区"}).json or {}
    assert "没有这个名称" in words(nothing["response"]["review-found"])


def test_a_lesson_is_told_before_it_is_taught(review_site: Site) -> None:
    browser = client(review_site, "clerk")
    asked = {"alias": "红砖楼", "choice": "estate:青竹佳苑"}
    told = run_callback(browser, "review-lesson.children", {"review-ask.data": asked}).json or {}
    assert "有 2 件待核实事件提到它，其中 2 件随即落格" in words(told)
    answer = act(browser, "teach", key="hotline/b", **asked)
    assert answer["review-now"]["data"]["key"] == "hotline/a"
    refused = run_callback(
        browser, "review-lesson.children", {"review-ask.data": {"alias": "青竹佳苑", "choice": "building:z"}}
    )
    assert "已是登记册里的名称" in words(refused.json)


def test_what_was_taught_is_listed_with_who_and_can_be_taken_back(review_site: Site) -> None:
    browser = client(review_site, "clerk")
    answer = act(browser, "teach", key="hotline/b", alias="红砖楼", choice="estate:青竹佳苑")
    listed = words(answer["review-queue"])
    for said in ("已学别名：1 个", "红砖楼 = 青竹佳苑", "clerk · "):
        assert said in listed
    lesson = re.search(r'"data-forget": "(\d+)"', listed)
    assert lesson
    back = act(browser, "forget", key="hotline/a", act=lesson[1])
    assert "红砖楼 不再是别名，重新待核实 2 件" in words(back["review-said"])
    assert "红砖楼 =" not in words(back["review-queue"])
    assert "hotline/b" in words(back["review-queue"]), "the case it had placed waits again"


def test_a_lesson_that_placed_nothing_is_undone_where_the_clerk_is(review_site: Site) -> None:
    browser = client(review_site, "clerk")
    taught = act(browser, "teach", key="hotline/a", alias="试验小院", choice="estate:青竹佳苑")
    assert taught["review-now"]["data"]["key"] == "hotline/a"
    undone = act(browser, "undo", key="hotline/a")
    assert undone["review-now"]["data"]["key"] == "hotline/a"
    assert "没有待核实的地址" not in words(undone["review-now"])
    assert "试验小院" not in words(undone["review-queue"])


def test_the_candidates_lie_on_the_map_under_the_signs_of_the_list(review_site: Site) -> None:
    browser = client(review_site, "clerk")
    shown = act(browser, "open", open="hotline/a")["review-now"]["data"]
    places = shown["map"]["features"]
    assert [(one["properties"]["sign"], one["properties"]["token"]) for one in places] == [
        ("1", f"grid:{A}001"),
        ("2", f"grid:{A}002"),
    ]
    for one in places:
        assert one["properties"]["token"] in words(shown["case"])
        assert one["geometry"]["type"] in ("Polygon", "MultiPolygon")
        assert set(one["properties"]) == {"sign", "token", "kind"}, "nothing of a person on the map"
    assert act(browser, "open", open="hotline/b")["review-now"]["data"]["map"]["features"] == []


def test_the_figures_count_what_waits_and_how_old_it_is(review_site: Site) -> None:
    browser = client(review_site, "clerk")
    figures = words(act(browser, "open", open="hotline/a")["review-figures"])
    days = (dt.datetime.now(dt.UTC) - dt.datetime.fromisoformat("2026-01-02T10:00+08:00")).days
    for said in ("待核实", '"3"', "最久", f'"{days}"', "中位时长", "未落格"):
        assert said in figures, said
    after = words(act(browser, "not_here", key="hotline/b", reason="too_vague")["review-figures"])
    assert '"2"' in after
    assert "其中不在登记册 1" in after


def test_filters_and_the_empty_queue(review_site: Site) -> None:
    browser = client(review_site, "clerk")
    answer = act(browser, "filter", filter="?kind=unknown&order=oldest")
    assert answer["review-now"]["data"]["search"].startswith("?kind=unknown&order=oldest&case=")
    for number in "abc":
        act(browser, "not_here", key=f"hotline/{number}", reason="too_vague")
    answer = act(browser, "filter", filter="?")
    assert answer["review-now"]["data"]["key"] == ""
    assert "没有待核实的地址" in words(answer["review-now"])
    assert "其中不在登记册 3" in words(answer["review-figures"])


@pytest.mark.parametrize(
    "data",
    [
        {"kind": "accept", "choice": "building:nothing"},
        {"kind": "accept", "choice": "estate:青竹佳苑"},
        {"kind": "accept", "choice": None},
        {"kind": "not_here", "reason": "'; DROP TABLE"},
        {"kind": "teach", "alias": "", "choice": ""},
        {"kind": "undo"},
    ],
)
def test_what_cannot_be_done_is_a_sentence_and_the_case_stays(review_site: Site, data: dict[str, Any]) -> None:
    answer = act(client(review_site, "clerk"), **data)
    assert answer["review-now"]["data"]["key"] == "hotline/a"
    assert "status-act" in words(answer["review-said"])


def test_a_made_up_case_or_act_shows_no_row(review_site: Site) -> None:
    browser = client(review_site, "clerk")
    data = {"kind": "open", "key": "x", "open": "hotline/none", "search": "?case=" + "9" * 900, "at": 1}
    answer = run_callback(browser, STEP, {"review-act.data": data, "review-place.search": ""})
    assert "review-now" not in ((answer.json or {}).get("response") or {})
