"""The wall when answers fail or are late, what a finger on a building or hexagon shows, and names along their lines."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

from playwright.sync_api import Page, Route, expect

from tests.browser.test_wall import MAP, act, answer_for, asked, building_spot, descend, figure, fills, ready
from tests.fixtures.browser import DESK, OpenPage, Watch, at_rest

UPDATE = "**/_dash-update-component*"
FAILED = re.compile(r"^读取失败 · \d{2}:\d{2} 的数据 重试$")


def spoil(page: Page, output: str, how: Callable[[Route], None]) -> Callable[[], None]:
    """Spoil the answers of the callback that owns an output; return what ends it."""

    def route(route: Route) -> None:
        owns = output in (route.request.post_data or "")[:2000]
        how(route) if owns else route.fallback()

    page.route(UPDATE, route)
    return lambda: page.unroute(UPDATE, route)


def fault(page: Page, panel: str) -> str:
    """Read the visible fault line of a panel, empty where it has none."""
    line = page.locator(f".fault[data-faults~='{panel}']")
    return " ".join(line.inner_text().split()) if line.is_visible() else ""


def test_a_failed_answer_leaves_the_old_content_says_so_and_is_asked_again(open_page: OpenPage, watch: Watch) -> None:
    watch.expect("500")
    watch.expect("Callback error updating")
    page = ready(open_page("command"))
    before, colours = figure(page, "open"), fills(page)
    mend = spoil(page, "wall-figures", lambda route: route.fulfill(status=500, json={"error": "broken"}))
    with page.expect_response(answer_for("wall-legend")):
        page.get_by_test_id("filter-category").get_by_role("link").nth(1).click()
    for panel in ("wall-figures", "wall-table", "wall-ledgers", "wall-categories", "wall-trend"):
        expect(page.locator(f".fault[data-faults~='{panel}']")).to_be_visible()
        assert FAILED.match(fault(page, panel)), fault(page, panel)
    assert figure(page, "open") == before
    assert page.get_by_test_id("grid-table").locator("tbody tr").count() > 2
    at_rest(page)
    assert fills(page) != colours, "the map has its own answer, which did not fail"

    mend()
    page.locator(".fault[data-faults~='wall-ledgers'] button").click()
    expect(page.locator(".fault[data-faults~='wall-figures']")).to_be_hidden()
    expect(page.locator(".fault:visible")).to_have_count(0)
    assert figure(page, "open") < before


def test_one_panels_fault_is_its_own(open_page: OpenPage) -> None:
    page = ready(open_page("command"))
    ledgers = page.get_by_test_id("ledgers").inner_text()
    before = figure(page, "open")

    def without_ledgers(route: Route) -> None:
        answer = route.fetch()
        body = answer.json()
        del body["response"]["wall-ledgers"]
        route.fulfill(response=answer, body=json.dumps(body))

    mend = spoil(page, "wall-figures", without_ledgers)
    act(page, page.get_by_test_id("filter-category").get_by_role("link").nth(1).click)
    expect(page.locator(".fault[data-faults~='wall-ledgers']")).to_be_visible()
    expect(page.locator(".fault:visible")).to_have_count(1)
    assert page.get_by_test_id("ledgers").inner_text() == ledgers
    assert figure(page, "open") < before
    mend()
    act(page, page.locator(".fault:visible button").click)
    expect(page.locator(".fault:visible")).to_have_count(0)
    assert page.get_by_test_id("ledgers").inner_text() != ledgers


def test_a_failed_map_says_so_in_its_legend_and_the_panels_go_on(open_page: OpenPage, watch: Watch) -> None:
    watch.expect("500")
    watch.expect("Callback error updating")
    page = ready(open_page("command"))
    colours, before = fills(page), figure(page, "open")
    mend = spoil(page, "wall-legend", lambda route: route.fulfill(status=500, json={"error": "broken"}))
    with page.expect_response(answer_for("wall-figures")):
        page.get_by_test_id("filter-category").get_by_role("link").nth(1).click()
    expect(page.locator(".fault[data-faults~='wall-legend']")).to_be_visible()
    expect(page.locator("[data-key=open] .key-value")).not_to_have_text(f"{before:,}")
    assert fills(page) == colours
    mend()
    page.locator(".fault[data-faults~='wall-legend'] button").click()
    expect(page.locator(".fault:visible")).to_have_count(0)


def test_old_values_stay_while_new_ones_are_late_and_a_line_says_so(open_page: OpenPage) -> None:
    page = ready(open_page("command"))
    before = figure(page, "open")
    held: list[Route] = []
    mend = spoil(page, "wall-figures", held.append)
    page.get_by_test_id("filter-category").get_by_role("link").nth(1).click()
    expect(page.locator(".reading")).to_be_visible()
    expect(page.locator(".reading")).to_have_text("正在读取……")
    assert figure(page, "open") == before
    held[0].continue_()
    mend()
    expect(page.locator(".reading")).to_be_hidden()
    expect(page.locator("[data-key=open] .key-value")).not_to_have_text(f"{before:,}")


def test_a_finger_on_a_building_filters_everything_to_it_and_again_lets_it_go(open_page: OpenPage) -> None:
    page = ready(open_page("command", size=DESK, touch=True))
    while len(asked(page).get("area", "")) < 12:
        descend(page)
    page.wait_for_function(f"() => {MAP}.getZoom() >= 15")
    page.get_by_role("button", name="放大").click()
    page.wait_for_function(f"() => {MAP}.getZoom() >= 16 && !{MAP}._animatingZoom")
    page.wait_for_timeout(300)  # the camera's own last word to the page
    x, y = building_spot(page)
    act(page, lambda: page.touchscreen.tap(x, y))
    address = asked(page)
    title = page.locator("#wall-card .card-title").inner_text()
    assert page.locator(".step-last").inner_text() == title
    shown = figure(page, "open")
    act(page, lambda: page.touchscreen.tap(x, y))
    assert asked(page) == {name: value for name, value in address.items() if name != "building"}
    assert figure(page, "open") >= shown
    row = page.locator(f"[data-testid=grid-table] tr[data-code='{address['grid']}'] td").nth(2)
    assert figure(page, "open") == int(row.inner_text().replace(",", ""))


def test_a_finger_on_a_hexagon_shows_its_own_value_and_again_lets_it_go(open_page: OpenPage) -> None:
    page = ready(open_page("command", "/?layer=count", size=DESK, touch=True))
    expect(page.locator("path[data-cell][fill^='var(--ramp']").first).to_be_attached()
    at_rest(page)
    cell, said, x, y = free_cell(page)
    act(page, lambda: page.touchscreen.tap(x, y))
    assert asked(page) == {"layer": "count", "cell": cell}
    expect(page.locator("#wall-card .card-title")).to_have_text("六边形")
    assert page.locator("#wall-card dd").first.inner_text() == said.rsplit(" ", 1)[1]
    expect(page.locator(".leaflet-gm-select-pane path")).to_have_count(2)
    act(page, lambda: page.touchscreen.tap(x, y))
    assert asked(page) == {"layer": "count"}
    expect(page.locator("#wall-card")).to_be_empty()


def free_cell(page: Page) -> tuple[str, str, float, float]:
    """Find a coloured hexagon under nothing: its name, what it says, and where it is."""
    found = page.evaluate("""() => {
      for (const path of document.querySelectorAll("path[data-cell][fill^='var(--ramp']")) {
        const box = path.getBoundingClientRect();
        const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
        if (document.elementFromPoint(x, y) === path) {
          return [path.dataset.cell, path.getAttribute('aria-label'), x, y];
        }
      }
    }""")
    return found[0], found[1], found[2], found[3]


def test_rivers_and_streets_are_named_along_their_lines_and_nothing_lies_over_another(open_page: OpenPage) -> None:
    page = ready(open_page("command"))
    for _level in range(2):
        descend(page)
    names = page.wait_for_function(f"() => {MAP}.gridmapLineNames?.length > 3 && {MAP}.gridmapLineNames").json_value()
    assert len({one["name"] for one in names}) > 3
    assert all(len(one["boxes"]) == len(one["name"]) for one in names)
    boxes = [(one["name"], box) for one in names for box in one["boxes"]]
    floats = page.evaluate(FLOATS)
    size = page.evaluate(f"{MAP}.getSize()")
    for at, (name, box) in enumerate(boxes):
        assert 0 <= box[0] < box[2] <= size["x"]
        assert 0 <= box[1] < box[3] <= size["y"]
        others = [other for there, other in boxes[at + 1 :] if there != name]
        assert not [other for other in (*others, *floats) if overlap(box, other)], name


FLOATS = """() => {
  const origin = document.querySelector('.leaflet-container').getBoundingClientRect();
  return [...document.querySelectorAll('.map-frame .float, .map-tools')].filter(box => box.offsetParent).map(box => {
    const at = box.getBoundingClientRect();
    return [at.left - origin.left, at.top - origin.top, at.right - origin.left, at.bottom - origin.top];
  });
}"""


def overlap(one: list[float], other: list[float]) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
