"""The building's page: the chart by finger and by keyboard, a household with a reason, Back at each step."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.test_grid import HAN, today
from tests.fixtures.browser import DESK, PHONE, WALL, OpenPage, at_rest, axe_violations
from tests.fixtures.drill import SMALL, TEXTS, chart, lived_in

WORDS = "每月走访核对信息"


def test_a_visit_due_leads_to_its_dwelling_by_touch(open_page: OpenPage, captains_grid: str) -> None:
    page = open_page("captain", captains_grid, size=PHONE, touch=True)
    row = page.locator("[data-testid=visits-overdue] a, [data-testid=visits-today] a").first
    row.tap()
    chart(page)
    expect(page).to_have_url(re.compile(r"/building/.*room="))
    expect(page.locator("td[aria-selected=true]")).to_have_count(1)
    expect(page.locator(".picked-name")).to_be_visible()
    page.go_back()
    expect(page.get_by_test_id("today")).to_be_visible()


def test_rooms_stand_by_number_top_floor_first(open_page: OpenPage, largest_building: str) -> None:
    page = chart(open_page("command", largest_building))
    floors = page.locator("table.floors tbody th").all_inner_texts()
    numbers = [int(re.sub(r"\D", "", floor)) for floor in floors]
    assert numbers == sorted(numbers, reverse=True)
    first = page.locator("table.floors tbody tr").first.locator(".cell-room").all_inner_texts()
    assert first == sorted(first, key=int) or len(page.locator(".unit-name").all()) > 1


def test_the_whole_way_by_keyboard(open_page: OpenPage, captains_grid: str, largest_building: str) -> None:
    page = open_page("captain", captains_grid)
    page.locator(f"[data-testid=building-table] a[href='{largest_building}']").focus()
    page.keyboard.press("Enter")
    chart(page)
    tabbable = page.locator("td[data-cell][tabindex='0']")
    expect(tabbable).to_have_count(1)
    tabbable.focus()
    before = tabbable.get_attribute("data-room")
    page.keyboard.press("ArrowDown")
    expect(tabbable).to_have_count(1)
    assert tabbable.get_attribute("data-room") != before
    unit, room = lived_in(page)
    page.locator(f"td[data-unit='{unit}'][data-room='{room}']").focus()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(rf"room={room}$"))
    button = page.get_by_role("button", name="填事由后打开")
    button.focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.get_by_test_id("reason")).to_be_focused()
    page.keyboard.type(WORDS)
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("household")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_test_id("household")).to_have_count(0)
    expect(page.locator("table.floors")).to_be_visible()


def test_back_closes_a_household_and_no_address_names_one(open_page: OpenPage, largest_building: str) -> None:
    page = chart(open_page("command", largest_building, touch=True))
    unit, room = lived_in(page)
    page.locator(f"td[data-unit='{unit}'][data-room='{room}']").tap()
    page.get_by_role("button", name="填事由后打开").tap()
    expect(page.get_by_test_id("reason-dialog")).to_contain_text("审计")
    page.get_by_test_id("reason").fill(WORDS)
    page.get_by_role("button", name="打开并记入审计").tap()
    expect(page.get_by_test_id("household")).to_be_visible()
    names = page.locator(".people tbody th").all_inner_texts()
    assert names
    assert re.search(r"/building/[^?]+\?unit=[^&]*&room=[^&]*$", page.url)
    page.go_back()
    expect(page.get_by_test_id("household")).to_have_count(0)
    expect(page.locator("td[aria-selected=true]")).to_have_attribute("data-room", room)
    assert not [name for name in names if name in page.content()]
    page.go_forward()
    expect(page.get_by_test_id("household")).to_have_count(0)


def test_the_picked_cell_stands_clear_of_edge_and_floor_names(open_page: OpenPage, largest_building: str) -> None:
    page = chart(open_page("command", largest_building, size=PHONE, touch=True))
    clear = """cell => {
      const [box, view] = [cell, cell.closest('.floors-scroll')].map(node => node.getBoundingClientRect());
      const head = cell.parentElement.querySelector('th').getBoundingClientRect();
      return [box.left - head.right, view.right - box.right];
    }"""
    row = page.locator("table.floors tbody tr").filter(has=page.locator("td[data-cell]")).first.locator("td[data-cell]")
    last = row.last
    page.goto(f"{largest_building}?unit={last.get_attribute('data-unit')}&room={last.get_attribute('data-room')}")
    expect(last).to_have_attribute("aria-selected", "true")
    assert min(at_rest(page) and last.evaluate(clear)) >= 5
    row.first.evaluate("cell => cell.click()")
    expect(row.first).to_have_attribute("aria-selected", "true")
    assert min(at_rest(page) and row.first.evaluate(clear)) >= 0


def test_without_words_nothing_opens(open_page: OpenPage, largest_building: str) -> None:
    page = chart(open_page("command", largest_building))
    unit, room = lived_in(page)
    page.locator(f"td[data-unit='{unit}'][data-room='{room}']").click()
    page.get_by_role("button", name="填事由后打开").click()
    page.get_by_test_id("reason").fill("看")
    page.get_by_role("button", name="打开并记入审计").click()
    expect(page.get_by_test_id("reason-dialog")).to_be_visible()
    expect(page.get_by_test_id("household")).to_have_count(0)


def test_enter_that_ends_a_pinyin_word_opens_nothing(open_page: OpenPage, largest_building: str) -> None:
    """An input method takes Enter for itself while a word is being composed; only the next one sends the reason."""
    page = chart(open_page("command", largest_building))
    unit, room = lived_in(page)
    page.locator(f"td[data-unit='{unit}'][data-room='{room}']").click()
    page.get_by_role("button", name="填事由后打开").click()
    page.get_by_test_id("reason").focus()
    keyboard = page.context.new_cdp_session(page)
    keyboard.send("Input.imeSetComposition", {"text": "hecha dianhua", "selectionStart": 13, "selectionEnd": 13})
    page.keyboard.press("Enter")
    at_rest(page)
    expect(page.get_by_test_id("reason-dialog")).to_be_visible()
    keyboard.send("Input.insertText", {"text": WORDS})
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("household")).to_be_visible()


def test_another_dwelling_closes_the_open_one(open_page: OpenPage, largest_building: str) -> None:
    page = chart(open_page("command", largest_building))
    unit, room = lived_in(page)
    page.locator(f"td[data-unit='{unit}'][data-room='{room}']").click()
    page.get_by_role("button", name="填事由后打开").click()
    page.get_by_test_id("reason").fill(WORDS)
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("household")).to_be_visible()
    page.locator("td[data-cell][aria-selected=false]").last.click()
    expect(page.get_by_test_id("household")).to_have_count(0)


def test_the_wall_account_sees_rooms_only(open_page: OpenPage, largest_building: str) -> None:
    page = chart(open_page("wall", largest_building))
    page.locator("td[data-cell]").first.click()
    expect(page.locator(".picked-name")).to_be_visible()
    expect(page.get_by_role("button", name="填事由后打开")).to_have_count(0)
    assert page.locator(".care-sign, .cell-rent, .cell-vacant").count() == 0


@pytest.mark.parametrize(("size", "least"), [(WALL, 28), (DESK, 14), (PHONE, 14)])
def test_nothing_is_printed_too_small(
    open_page: OpenPage, largest_building: str, size: tuple[int, int], least: int
) -> None:
    """A care sign is a letter in a circle, explained beside the chart: one pixel below the rest."""
    page = chart(open_page("command", largest_building, size=size))
    assert page.evaluate(TEXTS, least) == []


@pytest.mark.parametrize(("size", "least"), [(WALL, 64), (DESK, 64), (PHONE, 48)])
def test_every_control_is_a_finger_high(
    open_page: OpenPage, largest_building: str, size: tuple[int, int], least: int
) -> None:
    page = chart(open_page("command", largest_building, size=size, touch=True))
    assert page.evaluate(SMALL, least) == []


@pytest.mark.parametrize("size", [DESK, PHONE])
def test_the_page_breaks_no_rule_of_access(open_page: OpenPage, largest_building: str, size: tuple[int, int]) -> None:
    page = chart(open_page("captain", largest_building, size=size))
    expect(page.locator(".drill-map path").first).to_be_attached()
    unit, room = lived_in(page)
    page.locator(f"td[data-unit='{unit}'][data-room='{room}']").click()
    page.get_by_role("button", name="填事由后打开").click()
    assert axe_violations(page, today()) == []
    page.get_by_test_id("reason").fill(WORDS)
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("household")).to_be_visible()
    assert axe_violations(page, today()) == []


def test_english_has_no_chinese_word_of_ours(open_page: OpenPage, largest_building: str) -> None:
    page = chart(open_page("command", largest_building, locale="en"))
    ours = page.locator(
        "h2, dt, thead th, tbody th, .cell, .legend-item, .crumb-kind, .visit-lines, .picked, .data-age"
    )
    assert [words for words in ours.all_inner_texts() if HAN.search(words)] == []
