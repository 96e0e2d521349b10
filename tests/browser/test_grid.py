"""The grid's page as a captain uses it on a phone, and as the command centre does at a desk."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from playwright.sync_api import expect

from tests.fixtures.browser import DESK, PHONE, WALL, OpenPage, Watch, axe_violations
from tests.fixtures.drill import SMALL, TEXTS

PHONE_ON_ITS_SIDE, TABLET = (844, 390), (768, 1024)
HAN = re.compile(r"[\u3400-\u9fff]")


def today() -> str:
    return dt.datetime.now(dt.UTC).date().isoformat()


def test_a_captains_phone_shows_the_list_first(open_page: OpenPage, captains_grid: str) -> None:
    page = open_page("captain", captains_grid, size=PHONE, touch=True)
    expect(page.get_by_test_id("today")).to_be_visible()
    expect(page.get_by_test_id("building-table")).not_to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE[0]


@pytest.mark.parametrize("size", [PHONE, PHONE_ON_ITS_SIDE, TABLET])
def test_the_bottom_bar_changes_the_view_and_back_undoes_it(
    open_page: OpenPage, captains_grid: str, size: tuple[int, int]
) -> None:
    page = open_page("captain", captains_grid, size=size, touch=True)
    page.get_by_role("button", name="楼栋").tap()
    expect(page.get_by_test_id("building-table")).to_be_visible()
    expect(page).to_have_url(re.compile(r"\?view=buildings$"))
    page.get_by_role("button", name="地图").tap()
    expect(page.get_by_test_id("map")).to_be_visible()
    expect(page.get_by_test_id("building-table")).not_to_be_visible()
    page.go_back()
    expect(page.get_by_test_id("building-table")).to_be_visible()
    page.go_back()
    expect(page.get_by_test_id("today")).to_be_visible()


@pytest.mark.parametrize("size", [PHONE, PHONE_ON_ITS_SIDE, TABLET])
def test_a_small_screen_says_which_grid_it_shows(
    open_page: OpenPage, captains_grid: str, size: tuple[int, int]
) -> None:
    """The grid's name stands whole in the bar, and what follows it begins at the same edge."""
    page = open_page("captain", captains_grid, size=size, touch=True)
    name = page.locator(".bar-title")
    assert name.evaluate("node => node.scrollWidth <= node.clientWidth && node.clientWidth > 60")
    lefts = "nodes => nodes.map(node => node.getBoundingClientRect().left)"
    title, subtitle = page.locator(".bar-title, .bar-subtitle").evaluate_all(lefts)
    assert title == subtitle


def test_a_case_keeps_room_for_its_words(open_page: OpenPage, captains_grid: str) -> None:
    """English ledgers, states and days are long; they must not squeeze a category's name into letters."""
    page = open_page("command", captains_grid, locale="en")
    rows = page.get_by_test_id("open-cases").locator(".row")
    expect(rows.first).to_be_visible()
    share = "rows => rows.map(row => row.querySelector('.row-main').clientWidth / row.clientWidth)"
    assert min(rows.evaluate_all(share)) >= 0.4


def test_buildings_are_on_the_map_and_lead_to_their_chart(open_page: OpenPage, captains_grid: str) -> None:
    page = open_page("captain", captains_grid, size=PHONE, touch=True)
    page.get_by_role("button", name="地图").tap()
    expect(page).to_have_url(re.compile(r"view=map$"))
    shapes = page.locator(".drill-map .leaflet-gm-buildings-pane path")
    expect(shapes.first).to_be_visible()
    assert shapes.count() == page.locator("[data-testid=building-table] tbody tr").count()
    # A row of houses may have a hole at its middle, so the touch goes to the shape itself.
    shapes.first.dispatch_event("click")
    expect(page).to_have_url(re.compile(r"/building/"))


def test_the_wall_account_sees_no_list_of_visits_or_cases(open_page: OpenPage, captains_grid: str) -> None:
    page = open_page("wall", captains_grid)
    expect(page.get_by_test_id("building-table")).to_be_visible()
    expect(page.get_by_test_id("open-cases")).to_have_count(0)
    expect(page.get_by_test_id("visits-overdue")).to_have_count(0)
    assert "独居老人" not in page.content()


def test_another_grid_is_not_the_captains(open_page: OpenPage, captains_grid: str, watch: Watch) -> None:
    watch.expect("404 (NOT FOUND)")
    own = captains_grid
    other = f"{own[:-3]}{1 + int(own[-3:]) % 2:03}"
    page = open_page("captain", other)
    expect(page.get_by_role("heading")).to_contain_text("辖区")
    assert page.get_by_test_id("map").count() == 0


@pytest.mark.parametrize(("size", "least"), [(WALL, 30), (DESK, 15), (PHONE, 14)])
def test_nothing_is_printed_too_small(
    open_page: OpenPage, captains_grid: str, size: tuple[int, int], least: int
) -> None:
    page = open_page("command", captains_grid, size=size)
    expect(page.locator(".drill-map")).to_be_attached()
    assert page.evaluate(TEXTS, least) == []


@pytest.mark.parametrize(("size", "least"), [(WALL, 64), (DESK, 64), (PHONE, 48)])
def test_every_control_is_a_finger_high(
    open_page: OpenPage, captains_grid: str, size: tuple[int, int], least: int
) -> None:
    page = open_page("command", captains_grid, size=size, touch=True)
    expect(page.locator(".drill-map")).to_be_attached()
    assert page.evaluate(SMALL, least) == []


@pytest.mark.parametrize("size", [DESK, PHONE])
def test_the_page_breaks_no_rule_of_access(open_page: OpenPage, captains_grid: str, size: tuple[int, int]) -> None:
    page = open_page("captain", captains_grid, size=size)
    expect(page.locator(".drill-map path").first).to_be_attached()
    assert axe_violations(page, today()) == []


def test_english_has_no_chinese_word_of_ours(open_page: OpenPage, captains_grid: str) -> None:
    page = open_page("command", captains_grid, locale="en")
    expect(page.get_by_test_id("building-table")).to_be_visible()
    ours = page.locator("h2, h3, dt, thead th, .legend-item, .load, .fold, .crumb-kind, .row-side .caption, .data-age")
    assert [words for words in ours.all_inner_texts() if HAN.search(words)] == []
