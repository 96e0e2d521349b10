"""The planner's page in a test client, on the drawn town: every count can be told from the drawing."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import pytest
from flask.testing import FlaskClient

from dashboard.app import all_pages
from geo.service.linkage import Linkage
from geo.service.planning import Planning
from geo.service.situation import Situation
from geo.service.tiles import Tiles
from geo.settings import Settings
from geo.store.cluster import Urls
from geo.store.database import Database, owner_connection
from tests.fixtures.app import Site, build_site, put_accounts, run_callback
from tests.fixtures.planning_town import A, B, build

GRIDS = [f"{A}{number:03d}" for number in (1, 2, 3, 4)]
ROUTER = "..shell-page.children...shell-title.data.."


@pytest.fixture(scope="module")
def town_site(module_database: Urls, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Give the product's pages and services on the drawn town."""
    with owner_connection(module_database.owner_url) as conn:
        build(conn)
    put_accounts(module_database, captain_grid=GRIDS[0])
    db = Database(module_database.app_url, max_size=4)
    settings = Settings(home=tmp_path_factory.mktemp("home"), _env_file=None)  # pyright: ignore[reportCallIssue]
    services = {"situation": Situation(db), "linkage": Linkage(db), "planning": Planning(db), "tiles": Tiles(db)}
    yield build_site(db, settings, all_pages(), **services)
    db.close()


class Browser:
    """One open page: what its stores hold, and its callback."""

    def __init__(self, site: Site, username: str, search: str = f"?area={A}") -> None:
        self.client: FlaskClient = site.fresh_client()
        site.sign_in(username, client=self.client)
        dependencies = self.client.get("/_dash-dependencies").json or []
        self.output = next(one["output"] for one in dependencies if "planner-table.children" in one["output"])
        self.search, self.book, self.answered, self.number = search, None, None, 0
        self.seen: dict[str, Any] = {}
        self.answer = self.post("planner-url.search", None)

    def post(self, changed: str, edit: dict[str, Any] | None) -> dict[str, Any]:
        inputs = {"planner-url.search": self.search, "planner-action.data": edit}
        state = {"planner-book.data": self.book, "planner-answered.data": self.answered}
        answer = run_callback(self.client, self.output, inputs, state, changed=changed)
        assert answer.status_code == 200, answer.text
        body = answer.json or {}
        found = {f"{name}.{prop}": value for name, props in body["response"].items() for prop, value in props.items()}
        self.book = found.get("planner-book.data", self.book)
        self.answered = found.get("planner-answered.data", self.answered)
        self.search = found.get("planner-url.search", self.search)
        self.seen |= found
        self.toast = json.dumps(body.get("sideUpdate", {}), ensure_ascii=False)
        return found

    def act(self, kind: str, **edit: Any) -> dict[str, Any]:
        self.number += 1
        return self.post("planner-action.data", {"kind": kind, "n": self.number, **edit})

    def text(self, output: str) -> str:
        return json.dumps(self.seen[output], ensure_ascii=False)

    def households(self) -> dict[str, int]:
        assert self.book
        return {code: row["households"] for code, row in self.book["rows"].items()}


def surveyed(browser: Browser) -> str:
    """Ask what is possible until the whole area has been looked at."""
    known, shown = None, ""
    while known is None or known["done"] < known["count"]:
        inputs = {"planner-survey-step.data": None, "planner-shown.data": browser.answered}
        state = {"planner-book.data": browser.book, "planner-survey.data": known}
        answer = run_callback(browser.client, "..planner-feasible.children...planner-survey.data..", inputs, state)
        assert answer.status_code == 200, answer.text
        found = (answer.json or {})["response"]
        known, shown = found["planner-survey"]["data"], json.dumps(found["planner-feasible"], ensure_ascii=False)
    return shown


@pytest.fixture
def planner(town_site: Site) -> Browser:
    """Give a planner with a draft of community A."""
    browser = Browser(town_site, "planner")
    browser.act("start")
    return browser


def test_the_plan_in_force_stands_in_the_table_with_what_is_possible(town_site: Site) -> None:
    browser = Browser(town_site, "planner")
    assert browser.households() == dict.fromkeys(GRIDS, 200)
    table = browser.text("planner-table.children")
    for words in ("柳岸01", "陈1", "−60.0%", "0.70"):
        assert words in table
    assert "800" in surveyed(browser)
    assert browser.seen["planner-editor.plan"]["only"] == "force"
    assert not browser.seen["planner-editor.plan"]["editable"]
    assert "新建草案" in browser.text("planner-legend.children")


def test_over_a_wide_area_the_table_lists_the_areas_below(town_site: Site) -> None:
    browser = Browser(town_site, "planner", "?area=640202001")
    table = browser.text("planner-table.children")
    assert "柳岸社区" in table
    assert "青竹社区" in table
    assert "1,200" in table
    assert browser.seen["planner-editor.plan"]["groups"] == {A: ["柳岸社区", "0/4"], B: ["青竹社区", "0/2"]}
    assert "400 户" in surveyed(browser)
    browser.act("go", value=A)
    assert browser.search == f"?area={A}"
    assert browser.households() == dict.fromkeys(GRIDS, 200)


def test_over_a_wide_area_the_draft_stands_where_it_changes_something(town_site: Site) -> None:
    browser = Browser(town_site, "planner", "?area=640202001")
    browser.act("start")
    wide = browser.search
    browser.act("go", value=A)
    browser.act("merge", grid=GRIDS[0], other=GRIDS[1])
    browser.act("go", value="640202001")
    assert browser.search == wide
    assert browser.households() == {GRIDS[0]: 400, GRIDS[2]: 200, GRIDS[3]: 200, f"{B}001": 200, f"{B}002": 200}
    picture, plan = browser.seen["planner-editor.picture"], browser.seen["planner-editor.plan"]
    assert {*picture["shapes"]} == {GRIDS[0], GRIDS[2], GRIDS[3]}
    assert len(picture["moves"]) == 8
    assert (plan["only"], plan["editable"]) == ("overlay", False)
    browser.act("undo")
    assert {*browser.households().values()} == {200}


def test_a_stroke_is_followed_by_counts_bars_shapes_and_undo(planner: Browser) -> None:
    assert planner.seen["planner-editor.picture"]["whole"]
    assert {*planner.seen["planner-editor.picture"]["shapes"]} == {*GRIDS}
    found = planner.act("assign", buildings=["A-2-0", "A-2-1"], grid=GRIDS[0])
    assert planner.households() == dict(zip(GRIDS, (250, 150, 200, 200), strict=True))
    picture = found["planner-editor.picture"]
    assert not picture["whole"]
    assert {*picture["shapes"]} == {*GRIDS[:2]}
    assert picture["moves"] == {"A-2-0": GRIDS[0], "A-2-1": GRIDS[0]}
    assert "2 栋 50 户 → 柳岸01" in planner.text("planner-status.children")
    assert "−50.0%" in planner.text("planner-table.children")
    assert found["planner-answered.data"]["n"] == planner.number


def test_undo_is_read_from_rows_by_another_page(planner: Browser, town_site: Site) -> None:
    planner.act("assign", buildings=["A-2-0"], grid=GRIDS[0])
    again = Browser(town_site, "planner", planner.search)
    assert again.households()[GRIDS[0]] == 225
    again.act("undo")
    assert again.households() == dict.fromkeys(GRIDS, 200)
    again.act("redo")
    assert again.households()[GRIDS[0]] == 225


def test_neighbours_never_share_a_colour(planner: Browser) -> None:
    planner.act("assign", buildings=["A-2-0"], grid=GRIDS[0])
    colours = planner.seen["planner-editor.plan"]["colours"]
    assert all(colours[one] != colours[other] for one, other in pairwise(GRIDS))
    assert {*colours.values()} <= {1, 2, 3, 4, 5, 6}


def test_a_locked_grid_refuses_a_stroke_with_a_sentence_and_the_page_goes_on(planner: Browser) -> None:
    planner.act("lock", grid=GRIDS[0], value="on")
    assert planner.seen["planner-editor.plan"]["locked"] == [GRIDS[0]]
    found = planner.act("assign", buildings=["A-2-0"], grid=GRIDS[0])
    assert {*found} == {"planner-answered.data"}
    assert found["planner-answered.data"]["n"] == planner.number
    assert "锁" in planner.toast
    planner.act("lock", grid=GRIDS[0], value="off")
    planner.act("assign", buildings=["A-2-0"], grid=GRIDS[0])
    assert planner.households()[GRIDS[0]] == 225


def test_a_cut_makes_a_grid_a_merge_closes_one_and_undo_brings_it_back(planner: Browser) -> None:
    planner.act("merge", grid=GRIDS[0], other=GRIDS[1])
    assert sorted(planner.households().values()) == [200, 200, 400]
    shapes = planner.seen["planner-editor.picture"]["shapes"]
    assert [code for code, shape in shapes.items() if shape is None] == [
        code for code in GRIDS[:2] if code not in planner.households()
    ]
    planner.act("undo")
    assert planner.households() == dict.fromkeys(GRIDS, 200)


def test_a_new_grid_is_made_by_the_next_stroke_and_stays_picked(planner: Browser) -> None:
    planner.act("pick", grid="new")
    assert "grid=new" in planner.search
    planner.act("assign", buildings=["A-0-0", "A-1-0"], grid="new")
    assert planner.households()[f"{A}005"] == 50
    assert f"grid={A}005" in planner.search


def test_two_planners_the_second_is_told_and_loses_no_stroke(planner: Browser, town_site: Site) -> None:
    second = Browser(town_site, "planner", planner.search)
    planner.act("assign", buildings=["A-2-0"], grid=GRIDS[0])
    second.act("assign", buildings=["A-2-3"], grid=GRIDS[0])
    assert second.households()[GRIDS[0]] == 225
    assert "再画一次" in second.text("planner-status.children")
    second.act("again")
    assert second.households()[GRIDS[0]] == 250
    assert "再画一次" not in second.text("planner-status.children")


def test_the_next_problem_is_spoken_of_and_mended_by_one_touch(planner: Browser) -> None:
    planner.act("next")
    breach = planner.book and planner.book["problem"]
    assert breach
    look = planner.seen["planner-editor.plan"]["look"]
    assert look["code"] == breach[0]
    assert f"grid={breach[0]}" in planner.search
    assert "下一处" in planner.text("planner-callout.children")
    assert planner.seen["planner-editor.plan"]["breaches"][breach[0]] == "act"


def test_a_grid_in_parts_is_outlined_and_repaired(planner: Browser) -> None:
    planner.act("assign", buildings=["A-7-3"], grid=GRIDS[0])
    assert "不连片" in planner.text("planner-callout.children")
    assert planner.seen["planner-editor.plan"]["repair"]
    planner.act("repair", grid=GRIDS[0], value="split")
    assert planner.households() == dict.fromkeys(GRIDS, 200)


@pytest.mark.parametrize("username", ["reviewer", "command"])
def test_who_does_not_draw_looks_on(town_site: Site, planner: Browser, username: str) -> None:
    browser = Browser(town_site, username, planner.search)
    assert browser.households() == dict.fromkeys(GRIDS, 200)
    assert not browser.seen["planner-editor.plan"]["editable"]
    found = browser.act("assign", buildings=["A-2-0"], grid=GRIDS[0])
    assert {*found} == {"planner-answered.data"}
    assert browser.toast != "{}"
    assert Browser(town_site, "planner", planner.search).households() == dict.fromkeys(GRIDS, 200)
    assert "新建草案" not in Browser(town_site, username).text("planner-legend.children")


@pytest.mark.parametrize("username", ["wall", "captain", "worker", "clerk", "auditor", "admin"])
def test_the_page_is_not_there_for_others(town_site: Site, username: str) -> None:
    client = town_site.fresh_client()
    town_site.sign_in(username, client=client)
    assert client.get("/planner", headers={"Accept": "text/html"}).status_code == 404
    page = run_callback(client, ROUTER, {"shell-url.pathname": "/planner"}, {"shell-url.search": ""}).json
    assert "planner-editor" not in json.dumps(page)


def test_nobody_signed_in_gets_nothing(town_site: Site) -> None:
    answer = town_site.fresh_client().get("/planner", headers={"Accept": "text/html"})
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/login")


def test_a_draft_that_is_not_there_is_said_and_the_plan_in_force_is_shown(town_site: Site) -> None:
    browser = Browser(town_site, "planner", f"?area={A}&draft=999999")
    assert browser.book
    assert browser.book["draft"] is None
    assert browser.search == ""
    assert "没有" in browser.text("planner-status.children")


def test_the_menu_leads_planners_here_and_nobody_else(town_site: Site) -> None:
    for username, there in (("planner", True), ("reviewer", True), ("command", True), ("clerk", False)):
        client = town_site.fresh_client()
        town_site.sign_in(username, client=client)
        page = run_callback(client, ROUTER, {"shell-url.pathname": "/"}, {"shell-url.search": ""}).json
        assert ('"/planner"' in json.dumps(page)) == there, username
