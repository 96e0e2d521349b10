"""The wall as staff use it: by mouse, finger and keyboard, on the desk, on the 4K wall and on a phone."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from itertools import pairwise
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, Response, expect

from tests.fixtures.browser import DESK, PHONE, WALL, OpenPage, at_rest, axe_violations

HAN = re.compile(r"[\u3400-\u9fff]")
LATIN = re.compile(r"[A-Za-z]{2,}")
NUMBER = re.compile(r"\d[\d,]*")


def ready(page: Page) -> Page:
    """Wait until figures, legend and polygons are there and nothing moves any more."""
    expect(page.locator("[data-key=open] .key-value")).to_be_visible(timeout=30_000)
    expect(page.get_by_test_id("legend").locator("li").first).to_be_visible(timeout=30_000)
    expect(page.locator("path[data-code]").first).to_be_attached(timeout=30_000)
    return at_rest(page)


def figure(page: Page, name: str) -> int:
    return int(page.locator(f"[data-key={name}] .key-value").inner_text().replace(",", ""))


def asked(page: Page) -> dict[str, str]:
    """Read what the address asks for."""
    return {name: values[0] for name, values in parse_qs(urlsplit(page.url).query).items()}


def fills(page: Page) -> dict[str, str]:
    """Read the fill of every grid on the map."""
    read = "paths => Object.fromEntries(paths.map(p => [p.dataset.code, p.getAttribute('fill')]))"
    return page.locator("path[data-code]").evaluate_all(read)


def grid_values(page: Page) -> dict[str, int]:
    """Read the value every grid of the map says to a screen reader."""
    read = "paths => Object.fromEntries(paths.map(p => [p.dataset.code, p.getAttribute('aria-label')]))"
    said = page.locator("path[data-code]").evaluate_all(read)
    return {code: int(words.rsplit(" ", 1)[1].replace(",", "")) for code, words in said.items()}


def not_placed(page: Page) -> int:
    found = re.search(r"未落格 ([\d,]+)", page.get_by_test_id("legend").inner_text())
    assert found
    return int(found.group(1).replace(",", ""))


def go(page: Page, link_in: str, index: int = 0) -> None:
    """Touch a link of a panel and wait until the page shows its address."""
    act(page, page.get_by_test_id(link_in).get_by_role("link").nth(index).click)


def act(page: Page, action: Callable[[], object]) -> None:
    """Do something that leads to another address, and wait until panels and map show it."""
    with page.expect_response(answer_for("wall-figures")), page.expect_response(answer_for("wall-legend")):
        action()
    at_rest(page)


def answer_for(output: str) -> Callable[[Response], bool]:
    return lambda answer: "_dash-update-component" in answer.url and output in (answer.request.post_data or "")[:2000]


def descend(page: Page) -> None:
    """Go one level down by the first row of the table."""
    go(page, "grid-table")


def test_the_first_view_shows_figures_map_table_and_a_legend_with_everything(open_page: OpenPage) -> None:
    page = ready(open_page("command"))
    assert figure(page, "open") > 0
    legend = page.get_by_test_id("legend").inner_text()
    for words in ("在办事件", "格", "未落格", "数据 "):
        assert words in legend
    assert page.get_by_test_id("key-figures").locator(".key").count() == 6
    for name in ("map", "grid-table", "filter-time", "filter-category", "measure", "locale"):
        expect(page.get_by_test_id(name)).to_be_visible()
    expect(page.locator(".demo-notice")).to_be_visible()
    assert page.locator("html").get_attribute("lang") == "zh-CN"


def test_another_measure_recolours_the_grids_without_fetching_them_again(open_page: OpenPage) -> None:
    page = ready(open_page("command"))
    fetched: list[str] = []
    page.on("request", lambda request: "/outlines/" in request.url and fetched.append(request.url))
    before = fills(page)
    page.get_by_test_id("measure").get_by_text("户数").click()
    expect(page.get_by_test_id("legend").locator("strong").first).to_have_text("户数")
    after = fills(page)
    assert before.keys() == after.keys()
    assert sum(before[code] != after[code] for code in before) > len(before) / 4
    assert fetched == []
    assert asked(page) == {"measure": "households"}


def test_every_filter_moves_figures_map_and_table_together(open_page: OpenPage) -> None:
    page = ready(open_page("command", "/?measure=open_cases"))
    everything = figure(page, "open")
    assert sum(grid_values(page).values()) + not_placed(page) == everything
    for touch in ("category", "ledger", "period"):
        if touch == "category":
            go(page, "filter-category", 1)
        elif touch == "ledger":
            page.goto("/?measure=open_cases")
            ready(page)
            go(page, "ledgers", 1)
        else:
            page.goto("/?measure=open_cases&to=2026-06-30&from=2026-06-01")
            ready(page)
        shown = figure(page, "open")
        assert sum(grid_values(page).values()) + not_placed(page) == shown, touch
        total = page.get_by_test_id("grid-table").locator("tfoot td").nth(2).inner_text()
        assert int(total.replace(",", "")) == shown, touch
        assert shown < everything or touch == "period"


def test_households_of_the_grids_are_those_of_the_table(open_page: OpenPage) -> None:
    page = ready(open_page("command", "/?measure=households"))
    total = page.get_by_test_id("grid-table").locator("tfoot td").first.inner_text()
    assert sum(grid_values(page).values()) == int(total.replace(",", ""))


def test_drill_down_by_the_table_and_back_restores_every_step(open_page: OpenPage) -> None:
    page = ready(open_page("command"))
    seen = []
    while "grid" not in asked(page):
        seen.append((page.url, figure(page, "open"), page.locator(".step-last").inner_text()))
        descend(page)
    assert len(seen) == 4, "city, county, sub-district, community"
    assert len(asked(page)["grid"]) == 15
    expect(page.locator("#wall-card")).to_contain_text("进入网格")
    for url, open_cases, name in reversed(seen):
        act(page, page.go_back)
        assert page.url == url
        assert page.locator(".step-last").inner_text() == name
        assert figure(page, "open") == open_cases


def test_the_sum_of_children_is_their_parent_at_every_level(open_page: OpenPage) -> None:
    page = ready(open_page("command"))
    for _level in range(4):
        rows = page.get_by_test_id("grid-table").locator("tbody tr")
        columns = rows.evaluate_all("rows => rows.map(r => [...r.querySelectorAll('td')].map(d => d.innerText))")
        totals = page.get_by_test_id("grid-table").locator("tfoot td").all_inner_texts()
        for at, total in enumerate(totals):
            parts = [int(row[at].replace(",", "")) for row in columns]
            assert sum(parts) == int(total.replace(",", ""))
        descend(page)


def test_a_finger_on_a_grid_filters_everything_and_again_lets_go(open_page: OpenPage) -> None:
    page = ready(open_page("command", size=DESK, touch=True))
    everything = figure(page, "open")
    code, x, y = free_grid(page)
    act(page, lambda: page.touchscreen.tap(x, y))
    assert asked(page) == {"grid": code}
    expect(page.locator("#wall-card")).to_be_visible()
    expect(page.locator(f"[data-testid=grid-table] tr[data-code='{code}']")).to_have_class(re.compile("chosen-row"))
    own = page.locator(f"[data-testid=grid-table] tr[data-code='{code}'] td").nth(2).inner_text()
    assert figure(page, "open") == int(own.replace(",", "")) < everything
    act(page, lambda: page.touchscreen.tap(x, y))
    assert asked(page) == {}
    expect(page.locator("#wall-card")).to_be_empty()


def free_grid(page: Page) -> tuple[str, float, float]:
    """Find a grid whose label point lies on the map and under nothing, and where."""
    found = page.evaluate("""() => {
      for (const path of document.querySelectorAll('path[data-code]')) {
        const box = path.getBoundingClientRect();
        const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
        if (document.elementFromPoint(x, y) === path) return [path.dataset.code, x, y];
      }
    }""")
    return found[0], found[1], found[2]


def test_from_the_city_to_a_grids_page_by_keyboard_alone(open_page: OpenPage) -> None:
    page = ready(open_page("command"))
    for _level in range(4):
        press_until(page, "document.activeElement.closest('[data-testid=grid-table] tr')")
        act(page, lambda: page.keyboard.press("Enter"))
    press_until(page, "document.activeElement.closest('#wall-card a')")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/grid/\d{15}$"))


def press_until(page: Page, condition: str) -> None:
    """Press Tab until the focus is where it should be; it is seen on the way."""
    for _press in range(120):
        page.keyboard.press("Tab")
        if page.evaluate(f"Boolean({condition})"):
            return
    pytest.fail(f"the keyboard never reaches {condition}")


def test_polygons_answer_the_keyboard_too(open_page: OpenPage) -> None:
    page = ready(open_page("command"))
    page.locator("path[data-code][tabindex='0']").first.focus()
    page.keyboard.press("ArrowRight")
    code = page.evaluate("document.activeElement.dataset.code")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/?grid={code}")


def test_the_scrubber_moves_the_period_by_arrow_keys_and_back_undoes_it(open_page: OpenPage) -> None:
    page = ready(open_page("command"))
    received = page.get_by_test_id("grid-table").locator("tfoot td").nth(1).inner_text()
    page.get_by_role("slider", name="第一天").focus()
    act(page, lambda: page.keyboard.press("ArrowRight"))
    assert "from" in asked(page)
    assert page.get_by_test_id("grid-table").locator("tfoot td").nth(1).inner_text() != received
    act(page, page.go_back)
    assert page.get_by_test_id("grid-table").locator("tfoot td").nth(1).inner_text() == received
    assert asked(page) == {}


def test_two_quick_steps_back_lead_where_they_should(open_page: OpenPage) -> None:
    page = ready(open_page("command"))
    go(page, "filter-time", 2)
    go(page, "filter-time", 0)
    page.evaluate("history.go(-2)")
    page.wait_for_url(re.compile(r"/$"))
    at_rest(page)
    page.wait_for_timeout(500)  # a redrawn control would have spoken by now
    assert asked(page) == {}


def test_the_calendar_speaks_chinese(open_page: OpenPage) -> None:
    page = ready(open_page("command"))
    page.get_by_role("button", name="自选时段").click()
    header = page.locator(".mantine-DatePickerInput-calendarHeaderLevel").first
    expect(header).to_have_text(re.compile(r"^\d{4}年\d{1,2}月$"))
    assert page.locator(".mantine-DatePickerInput-weekday").all_inner_texts()[:2] == ["一", "二"]


def test_heat_is_the_only_fill_and_says_its_denominator(open_page: OpenPage) -> None:
    page = ready(open_page("command"))
    page.get_by_test_id("measure").get_by_text("热力每千户").click()
    expect(page.locator("path[fill^='var(--ramp']").first).to_be_attached()
    expect(page.get_by_test_id("legend")).to_contain_text("÷ 千户")
    expect(page.locator("path[data-code]").first).to_have_attribute("fill", "transparent")
    at_rest(page)
    assert set(fills(page).values()) == {"transparent"}
    assert page.locator(".leaflet-gm-cells-pane path[fill^='var(--ramp']").count() > 10


def test_a_building_is_picked_with_its_grid_and_leads_to_its_page(open_page: OpenPage) -> None:
    page = ready(open_page("command"))
    while len(asked(page).get("area", "")) < 12:
        descend(page)
    page.wait_for_function(f"() => {MAP}.getZoom() >= 15")
    page.get_by_role("button", name="放大").click()
    page.wait_for_function(f"() => {MAP}.getZoom() >= 16 && !{MAP}._animatingZoom")
    page.wait_for_timeout(300)  # the camera's own last word to the page
    x, y = building_spot(page)
    act(page, lambda: page.mouse.click(x, y))
    assert "building" in asked(page)
    expect(page.get_by_role("link", name="进入楼栋")).to_be_visible()
    page.get_by_role("link", name="进入楼栋").click()
    page.wait_for_url(re.compile("/building/"))


def building_spot(page: Page) -> tuple[float, float]:
    """Wait for a place of the map where a building is drawn and nothing floats."""
    found = page.wait_for_function(SPOT, timeout=30_000).json_value()
    return found[0], found[1]


MAP = "document.querySelector('.leaflet-container').gridmap"
SPOT = """() => {
  const map = document.querySelector('.leaflet-container').gridmap;
  const layer = Object.values(map._layers).find(l => l.props?.layer === 'buildings');
  const box = map.getContainer().getBoundingClientRect();
  for (let y = 60; y < box.height * 0.6; y += 6) {
    for (let x = 60; x < box.width - 160; x += 6) {
      const above = document.elementFromPoint(box.x + x, box.y + y);
      const free = above?.closest(".leaflet-container");
      if (free && layer.hit({x, y}, 0)?.props.building_id) return [box.x + x, box.y + y];
    }
  }
  return null;
}"""


def test_the_wall_account_sees_bands_and_no_small_count(open_page: OpenPage) -> None:
    page = ready(open_page("wall"))
    while len(asked(page).get("area", "")) < 12:
        descend(page)
    cells = page.locator("[data-testid=grid-table] tbody .value, [data-testid=filter-category] .bar-value")
    shown = cells.all_inner_texts()
    assert not [text for text in shown if text in {"1", "2", "3", "4"}]
    assert [text for text in shown if "–" in text]
    assert page.locator(".withheld").count() > 0


def test_a_bad_address_leaves_a_sentence_and_the_page_stands(open_page: OpenPage) -> None:
    page = ready(open_page("command", "/?from=2026-13-01&kind=volcano&area=999999&measure=luck&grid=12"))
    assert len(page.locator(".notes p").all()) == 5
    assert figure(page, "open") > 0


def test_a_captain_is_led_away_from_the_wall(open_page: OpenPage) -> None:
    page = open_page("captain", "/")
    expect(page).to_have_url(re.compile(r"/grid/\d{15}$"))


@pytest.mark.parametrize("size", [DESK, WALL, PHONE], ids=["desk", "wall", "phone"])
def test_nothing_runs_over_the_edge_or_over_another(open_page: OpenPage, size: tuple[int, int]) -> None:
    page = ready(open_page("command", size=size, touch=size == PHONE))
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
    if size != PHONE:
        assert page.evaluate("document.documentElement.scrollHeight") <= size[1]
    assert page.evaluate(OVERLAPS) == []


OVERLAPS = """() => {
  const place = name => [name, document.querySelector(name).getBoundingClientRect()];
  const parts = ['.bar', '.keys', '.map-frame', '.trend', '.side'].map(place);
  const found = [];
  const over = (a, b) => a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 1 && b.top < a.bottom - 1;
  parts.forEach(([n, a], i) => parts.slice(i + 1).forEach(([m, b]) => over(a, b) && found.push(`${n} over ${m}`)));
  for (const key of document.querySelectorAll('.key')) {
    if (key.scrollWidth > key.clientWidth + 1) found.push(`too wide: ${key.innerText}`);
  }
  for (const row of document.querySelectorAll('.side tr, .bar-row')) {
    const cells = [...row.children].map(c => c.getBoundingClientRect());
    cells.forEach((a, i) => cells.slice(i + 1).forEach(b => over(a, b) && found.push(`in a row: ${row.innerText}`)));
  }
  for (const part of document.querySelectorAll('.bar-actions > *, .step, .presets a, .measures a, .legend li')) {
    const a = part.getBoundingClientRect();
    if (a.width && a.right > innerWidth + 1) found.push(`outside: ${part.innerText}`);
  }
  return found;
}"""

DAYS = """() => {
  const spans = [...document.querySelectorAll('.trend-days span')].filter(one => one.innerText);
  return spans.map(one => {
    const range = document.createRange();
    range.selectNodeContents(one);
    const box = range.getBoundingClientRect();
    return [one.innerText, box.left, box.right];
  });
}"""
"""Script: the trend's days in sight, each with where its words begin and end."""


@pytest.mark.parametrize("locale", ["zh", "en"])
def test_no_day_of_the_trend_touches_the_next(open_page: OpenPage, locale: str) -> None:
    page = ready(open_page("command", locale=locale))
    for period in (30, 90, 365):
        preset = {30: ("30 天", "30 days"), 90: ("90 天", "90 days"), 365: ("1 年", "1 year")}[period]
        if period != 30:
            act(page, page.locator(".presets").get_by_text(preset[locale == "en"], exact=True).click)
        for width, height in (WALL, (1280, 720), PHONE, (360, 780), DESK):
            page.set_viewport_size({"width": width, "height": height})
            days = page.evaluate(DAYS)
            assert days[(0 if width == 1280 else 2) :], (period, width)
            assert [(one, other) for one, other in pairwise(days) if other[1] - one[2] < 4] == [], (period, width)


FONTS = """() => {
  const found = [];
  const walk = document.createTreeWalker(document.querySelector('.wall'), NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const element = walk.currentNode.parentElement;
    if (!walk.currentNode.nodeValue.trim() || !element.offsetParent || element.closest('.visually-hidden')) continue;
    found.push([parseFloat(getComputedStyle(element).fontSize), walk.currentNode.nodeValue.trim()]);
  }
  return found;
}"""


def test_the_ledgers_fit_a_phone_in_english(open_page: OpenPage) -> None:
    page = ready(open_page("command", size=PHONE, touch=True, locale="en"))
    over = page.locator(".panel-ledgers").evaluate("one => one.scrollWidth - one.clientWidth")
    assert over <= 0


@pytest.mark.parametrize(("size", "least"), [(WALL, 30), (DESK, 15), (PHONE, 14)], ids=["wall", "desk", "phone"])
def test_no_word_is_smaller_than_its_screen_allows(open_page: OpenPage, size: tuple[int, int], least: float) -> None:
    page = ready(open_page("command", size=size, touch=size == PHONE))
    small = [(font, text) for font, text in page.evaluate(FONTS) if font < least]
    assert small == []
    if size == WALL:
        read = "e => parseFloat(getComputedStyle(e).fontSize)"
        assert page.locator(".key-value").first.evaluate(read) >= 80
        assert page.locator(".panel-title").first.evaluate(read) >= 50
        assert page.locator("[data-testid=grid-table] td").first.evaluate(read) >= 42


@pytest.mark.parametrize(("size", "least"), [(WALL, 64), (DESK, 64), (PHONE, 48)], ids=["wall", "desk", "phone"])
def test_every_button_is_a_finger_wide(open_page: OpenPage, size: tuple[int, int], least: int) -> None:
    page = ready(open_page("command", "/?kind=noise", size=size, touch=size == PHONE))
    sizes = page.locator(".wall .button:visible").evaluate_all(
        "all => all.map(b => [b.innerText, b.getBoundingClientRect().width, b.getBoundingClientRect().height])"
    )
    assert len(sizes) > 10
    assert [one for one in sizes if min(one[1], one[2]) < least] == []


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
@pytest.mark.parametrize("path", ["/", "/?layer=density&kind=noise"])
def test_the_wall_breaks_no_rule_of_access(open_page: OpenPage, size: tuple[int, int], path: str) -> None:
    page = ready(open_page("command", path, size=size, touch=size == PHONE))
    assert axe_violations(page, dt.datetime.now(dt.UTC).date().isoformat()) == []


def data_words(page: Page) -> set[str]:
    """Words that are data: names of places, people and the account, whatever the language."""
    taken = page.evaluate("""async () => {
      const words = new Set();
      for (const entry of performance.getEntriesByType('resource')) {
        if (!/\\/outlines\\/(grids|communities)\\//.test(entry.name)) continue;
        for (const {properties} of (await (await fetch(entry.name)).json()).features) {
          for (const value of Object.values(properties)) if (typeof value === 'string') words.add(value);
        }
      }
      return [...words];
    }""")
    names = page.locator(
        ".step, .row .cover, .menu-summary, .locale, [data-testid=locale], .bar-title"
    ).all_inner_texts()
    return {word for word in [*taken, *names] if word}


def read_out(page: Page) -> str:
    """Everything said on the page: text, and the words of attributes."""
    return page.evaluate("""() => {
      const said = [document.querySelector('.wall').innerText, document.title];
      for (const element of document.querySelectorAll('.wall [aria-label], .wall [title], .wall [placeholder]')) {
        said.push(element.getAttribute('aria-label') || '', element.title || '', element.placeholder || '');
      }
      return said.join('\\n');
    }""")


STOPS = ("/", "/?layer=count", "/?measure=workload&ledger=special&kind=noise,family", "/?from=bad&area=1")


def test_the_english_wall_has_no_chinese_but_names(open_page: OpenPage) -> None:
    page = ready(open_page("command", locale="en"))
    for path in STOPS:
        page.goto(path)
        ready(page)
        descend(page)
        said = read_out(page)
        city = page.locator(".bar-title").inner_text().removesuffix(" grids")
        for word in sorted({*data_words(page), city}, key=len, reverse=True):
            said = said.replace(word, "")
        assert [line for line in said.splitlines() if HAN.search(line)] == []


def test_the_chinese_wall_has_no_english_but_names(open_page: OpenPage) -> None:
    page = ready(open_page("command"))
    for path in STOPS:
        page.goto(path)
        ready(page)
        said = read_out(page).replace("English", "").replace("km", "")
        for word in sorted(data_words(page), key=len, reverse=True):
            said = said.replace(word, "")
        assert [line for line in said.splitlines() if LATIN.search(line)] == []
