"""The planner's table of grids fits its panel, whatever the grids and their captains are called."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.test_planner import COMMUNITY
from tests.fixtures.browser import DESK, PHONE, WALL, OpenPage
from tests.fixtures.planner import drafted, households, pick

LONG = {".grid-name": "640202001001001", ".captain .two-lines": "阿卜杜热合曼·买买提"}
"""A grid that is known by its code alone, and the longest usual name."""
HEIGHTS = "rows => [...new Set(rows.map(row => Math.round(row.getBoundingClientRect().height)))]"
THIRD_LINE = "all => all.filter(one => one.scrollHeight - one.clientHeight > 8).map(one => one.textContent)"
"""Script: the words that need a line more than there is room for."""


@pytest.mark.parametrize("locale", ["zh", "en"])
@pytest.mark.parametrize("size", [DESK, WALL], ids=["desk", "wall"])
def test_every_column_is_in_sight_beside_codes_and_long_names(
    open_page: OpenPage, size: tuple[int, int], locale: str
) -> None:
    page = drafted(open_page("planner", COMMUNITY, size=size, locale=locale))
    first = next(iter(households(page)))
    pick(page, first)
    page.locator(".row-tools [data-plan-act=lock]").click()
    expect(page.locator(f"tr[data-code='{first}'] .lock-sign")).to_be_visible()
    rows = page.locator(".plan-table tbody tr[data-code]")
    heights = rows.evaluate_all(HEIGHTS)
    for cells, words in LONG.items():
        named = page.locator(f".plan-table tbody {cells}")
        assert named.count() == rows.count()
        named.evaluate_all(f"all => all.forEach(one => one.textContent = '{words}')")
        assert named.evaluate_all(THIRD_LINE) == []
    assert page.locator(".table-scroll").evaluate("one => one.scrollWidth - one.clientWidth") <= 0
    assert rows.evaluate_all(HEIGHTS) == heights


@pytest.mark.parametrize("locale", ["zh", "en"])
def test_the_words_of_the_total_are_read_whole_on_a_phone(open_page: OpenPage, locale: str) -> None:
    page = drafted(open_page("planner", COMMUNITY, size=PHONE, touch=True, locale=locale))
    edges = """one => {
      const words = document.createRange();
      words.selectNodeContents(one);
      return [words.getBoundingClientRect().right, one.closest('.table-scroll').getBoundingClientRect().right];
    }"""
    right, edge = page.locator(".total-words").evaluate(edges)
    assert right <= edge
