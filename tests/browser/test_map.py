"""The map as hands use it: keyboard, finger, mouse; what it fetches and what it does not fetch again."""

from __future__ import annotations

import re
import time

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from tests.fixtures.browser import DESK, PHONE, OpenPage, at_rest

PAINTED = """() => [...document.querySelectorAll('.leaflet-gm-buildings-pane .gm-tile path')].some(
  (path) => path.getAttribute('fill').startsWith('#') && path.getBBox().width > 0)"""


def polygons(page: Page) -> Locator:
    """Find the grids, once they are coloured."""
    found = page.locator("path[data-code][fill^='var(--ramp']")
    expect(found.first).to_be_attached()
    return found


def test_a_grid_is_reached_and_pressed_by_the_keyboard(open_page: OpenPage) -> None:
    page = open_page("command", "/")
    polygons(page)
    first = page.locator("path[data-code][tabindex='0']")
    expect(first).to_have_count(1)
    first.focus()
    before = page.evaluate("document.activeElement.dataset.code")
    for key in ("ArrowRight", "ArrowLeft", "ArrowDown", "ArrowUp"):
        page.keyboard.press(key)
        if page.evaluate("document.activeElement.dataset.code") != before:
            break
    code = page.evaluate("document.activeElement.dataset.code")
    assert code != before
    name = page.evaluate("document.activeElement.getAttribute('aria-label')")
    assert name
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(f"grid={code}"))
    expect(page.locator(f"path[data-code='{code}']")).to_be_focused()
    page.go_back()
    expect(page).not_to_have_url(re.compile("grid="))


def test_colours_that_come_before_the_outlines_are_not_lost(open_page: OpenPage) -> None:
    def late(route: Route) -> None:
        time.sleep(3)
        route.continue_()

    page = open_page("command", "/login")
    page.route("**/outlines/grids/**", late)
    page.goto("/")
    polygons(page)


@pytest.mark.parametrize("touch", [False, True])
def test_a_grid_answers_a_touch(open_page: OpenPage, touch: bool) -> None:
    page = open_page("command", "/", touch=touch)
    polygons(page)
    page.wait_for_function("document.querySelector('.leaflet-container').gridmapHome !== null")
    code, x, y = page.evaluate(
        """() => {
          for (const path of document.querySelectorAll('path[data-code]')) {
            const box = path.getBoundingClientRect();
            const [x, y] = [box.left + box.width / 2, box.top + box.height / 2];
            const hit = document.elementFromPoint(x, y);
            if (hit === path) return [path.dataset.code, x, y];
          }
        }"""
    )
    if touch:
        page.touchscreen.tap(x, y)
    else:
        page.mouse.click(x, y)
    expect(page).to_have_url(re.compile(f"grid={code}"))


def test_the_maps_buttons_are_large_and_low(open_page: OpenPage) -> None:
    for size, least in ((DESK, 64), ((3840, 2160), 64)):
        page = open_page("wall", "/", size=size)
        frame = page.get_by_test_id("map").bounding_box()
        assert frame
        for tool in ("in", "out", "home"):
            box = page.locator(f"[data-map-tool={tool}]").bounding_box()
            assert box
            assert min(box["width"], box["height"]) >= least
            assert box["y"] >= size[1] / 3


@pytest.mark.parametrize(
    ("who", "path"), [("planner", "/planner"), ("wall", "/"), ("clerk", "/review"), ("captain", "/")]
)
def test_the_scale_says_its_length_within_its_bar(open_page: OpenPage, who: str, path: str) -> None:
    page = open_page(who, path, size=(3840, 2160))
    bar = page.locator(".leaflet-control-scale-line")
    expect(bar).to_have_text(re.compile(r"\d+ k?m"))
    at_rest(page)
    box, words = bar.evaluate("""line => {
      const range = document.createRange();
      range.selectNodeContents(line);
      return [line, range].map((of) => of.getBoundingClientRect()).map(({ left, right }) => [left, right]);
    }""")
    assert box[0] <= words[0]
    assert words[1] <= box[1]


def test_tiles_that_are_taken_away_in_a_flight_are_asked_nothing_more(open_page: OpenPage) -> None:
    page = open_page("command", "/")
    polygons(page)
    # Leaflet tells a layer of a move up to 200 ms late, here of one that is gone; the page is watched for exceptions.
    page.evaluate("""() => new Promise((done) => {
      const map = gridmap.mapOf(document.querySelector(".leaflet-map-pane"));
      let moves = 0;
      map.on("move", () => {
        if ((moves += 1) !== 4) return;
        map.eachLayer((layer) => layer.getTileSize && layer.remove());
        setTimeout(done, 600);
      });
      map.flyTo(map.getCenter(), map.getZoom() + 1, { duration: 1 });
    })""")


def test_tiles_asked_for_again_at_once_are_fetched_again(open_page: OpenPage) -> None:
    page = open_page("command", "/")
    polygons(page)
    # All tiles are dropped and asked for, dropped again while under way, and asked for in the same moment.
    page.evaluate("""() => {
      const { roads } = gridmap.mapOf(document.querySelector(".leaflet-map-pane")).gridmapTiles;
      roads.redraw().redraw();
    }""")
    page.wait_for_function("""() => {
      const { roads } = gridmap.mapOf(document.querySelector(".leaflet-map-pane")).gridmapTiles;
      return Object.values(roads._tiles).some(({ el }) => el.gridmap.features.length > 0);
    }""")


def test_zooming_in_shows_buildings_and_a_change_of_measure_fetches_no_tile_again(open_page: OpenPage) -> None:
    page = open_page("command", "/")
    polygons(page)
    for _press in range(3):
        page.locator("[data-map-tool=in]").click()
        at_rest(page)
    page.wait_for_function(PAINTED)
    at_rest(page)
    fetched: list[str] = []
    page.on("request", lambda request: fetched.append(request.url))
    with page.expect_response(lambda answer: "_dash-update-component" in answer.url):
        page.get_by_test_id("measure").get_by_role("link").first.click()
    page.evaluate("new Promise(done => requestAnimationFrame(() => setTimeout(done, 300)))")
    assert [url for url in fetched if "/tiles/" in url or "/outlines/grids" in url] == []


def test_tiles_are_asked_for_under_the_viewers_own_token(open_page: OpenPage) -> None:
    tokens: dict[str, set[str]] = {}
    for username in ("command", "wall"):
        page = open_page(username, "/login")
        asked: list[str] = []
        page.on("request", lambda request, asked=asked: asked.append(request.url))
        page.goto("/")
        polygons(page)
        at_rest(page)
        found = [re.search(r"/tiles/(\w+)/(\w+)/", url) for url in asked]
        tokens[username] = {match[2] for match in found if match}
    assert tokens["command"]
    assert tokens["wall"]
    assert not tokens["command"] & tokens["wall"]


def test_the_language_button_turns_the_page_and_keeps_the_place(open_page: OpenPage) -> None:
    page = open_page("planner", "/?days=7")
    polygons(page)
    address = page.url
    page.get_by_test_id("locale").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page).to_have_url(address)
    page.get_by_test_id("locale").click()
    expect(page.locator("html")).to_have_attribute("lang", "zh-CN")


def test_signing_out_from_the_menu_ends_at_the_form(open_page: OpenPage) -> None:
    page = open_page("clerk", "/")
    page.locator("summary").click()
    page.get_by_test_id("sign-out").click()
    expect(page).to_have_url(re.compile(r"/login$"))
    page.goto("/")
    expect(page).to_have_url(re.compile(r"/login\?next="))


def test_the_phone_has_no_sideways_scroll(open_page: OpenPage) -> None:
    page = open_page("captain", "/", size=PHONE, touch=True)
    expect(page.get_by_test_id("map")).to_be_attached()
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE[0]
