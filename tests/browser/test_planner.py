"""The planner redraws a community by finger, mouse and keyboard, on the whole demo city.

Each test draws on a draft of its own, which no other page shows.
"""

from __future__ import annotations

import os
import re
import signal
from itertools import pairwise
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect

from geo.service.planning import Planning
from tests.browser.test_grid import HAN, today
from tests.fixtures.browser import (
    DESK,
    PHONE,
    WALL,
    DemoServer,
    OpenPage,
    Watch,
    axe_violations,
    wait_until_ready,
)
from tests.fixtures.planner import (
    FROM_THE_CROSS,
    Fingers,
    border,
    borders,
    buildings,
    drafted,
    extent,
    households,
    pick,
    plan_in_force,
    press,
    ready,
    settled,
    shown,
)
from tests.fixtures.planning_town import REVIEWER

COMMUNITY = "/planner?area=640202001001"
FAR = "/planner?area=640221106002"
NO_CHANGE = "这份草案没有改动。"
"""Where a plan comes into force for a moment; no other test looks here."""

__all__ = ["plan_in_force"]


@pytest.fixture
def draft(open_page: OpenPage) -> Page:
    """Give a planner at a desk with a touchscreen and a fresh draft."""
    return drafted(open_page("planner", COMMUNITY, touch=True))


def test_outlines_that_come_after_the_plan_still_bring_the_camera_to_the_community(open_page: OpenPage) -> None:
    page = open_page("planner", COMMUNITY)
    held: list[Route] = []
    page.route("**/outlines/grids/**", lambda route: held.append(route))
    page.reload()
    expect(page.get_by_test_id("grid-table").locator("tbody tr").first).to_be_visible()
    page.wait_for_function("() => gridmap.planner.editor")
    page.evaluate("() => new Promise((painted) => requestAnimationFrame(() => requestAnimationFrame(painted)))")
    for route in held:
        route.continue_()
    ready(page)


def test_one_finger_brushes_buildings_into_the_picked_grid(draft: Page) -> None:
    giver, taker, here, _there = border(draft)
    before = households(draft)
    expect(draft.locator(".compare-figures")).to_be_visible()
    place = draft.get_by_test_id("map").bounding_box()
    pick(draft, taker)
    draft.get_by_test_id("brush").click()
    fingers = Fingers(draft)
    with fingers.down(here):
        fingers.move((here[0] + 2, here[1] + 2))
        fingers.move((here[0] + 10, here[1]))
        expect(draft.locator(".plan-effect")).to_contain_text("户 →")
    settled(draft)
    after = households(draft)
    assert after[taker] > before[taker]
    assert after[giver] < before[giver]
    assert sum(after.values()) == sum(before.values())
    expect(draft.locator(".plan-status")).to_contain_text("→")
    # The comparison has more to say now; the map has not moved under the finger.
    expect(draft.locator(".compare .fold")).to_be_visible()
    assert draft.get_by_test_id("map").bounding_box() == place


def test_counts_and_bars_do_not_wait_for_the_answer_and_a_refused_stroke_takes_them_back(
    draft: Page, watch: Watch
) -> None:
    giver, taker, here, _there = border(draft)
    before = shown(draft)
    pick(draft, taker)
    draft.get_by_test_id("brush").click()
    held: list[Route] = []
    holding = [True]

    def hold(route: Route) -> None:
        edits = holding[0] and '"changedPropIds":["planner-action.data"]' in (route.request.post_data or "")
        held.append(route) if edits else route.continue_()

    def sent() -> Route:
        draft.wait_for_function("() => document.querySelector('.planner.is-busy')")
        while not held:
            draft.wait_for_timeout(20)
        return held.pop()

    draft.route("**/_dash-update-component*", hold)
    brush = ((here[0] - 6, here[1]), (here[0] + 6, here[1]))
    Fingers(draft).draw(*brush)
    answer = sent()
    foreseen = shown(draft)
    assert foreseen[taker] != before[taker]
    assert foreseen[giver] != before[giver]
    holding[0] = False
    answer.continue_()
    settled(draft)
    assert shown(draft) == foreseen
    draft.keyboard.press("Control+z")
    settled(draft)
    assert shown(draft) == before
    for fault in ("500", "Callback error", "net::ERR_FAILED", "Callback failed"):
        watch.expect(fault)
    toast = draft.locator("#shell-toast .toast-text")
    for fail in (lambda route: route.fulfill(status=500, body=""), lambda route: route.abort()):
        holding[0] = True
        Fingers(draft).draw(*brush)
        answer = sent()
        assert shown(draft) == foreseen
        expect(toast).to_have_count(0)
        holding[0] = False
        fail(answer)
        expect(toast).to_contain_text("服务器没有回答")
        expect(draft.locator(f"tr[data-code='{taker}'] .households")).to_have_text(before[taker][0])
        assert shown(settled(draft)) == before
        draft.keyboard.press("Escape")


def test_two_fingers_move_the_map_and_leave_nothing_of_the_stroke_begun(draft: Page) -> None:
    _giver, taker, here, _there = border(draft)
    before = households(draft)
    pick(draft, taker)
    draft.get_by_test_id("brush").click()
    centre = "gridmap.planner.editor.view.map.getCenter().toString()"
    was = draft.evaluate(centre)
    fingers = Fingers(draft)
    second = (here[0] + 120, here[1])
    with fingers.down(here):
        fingers.move((here[0] + 4, here[1]))
        fingers.join(here, second)
        for step in range(1, 7):
            fingers.move((here[0] + 15 * step, here[1] + 10 * step), (second[0] + 15 * step, second[1] + 10 * step))
    draft.wait_for_function(f"was => {centre} !== was", arg=was)
    settled(draft)
    assert households(draft) == before
    expect(draft.locator(".plan-status")).not_to_contain_text("→")


def test_a_cancelled_touch_leaves_no_half_stroke(draft: Page) -> None:
    _giver, taker, here, _there = border(draft)
    before = households(draft)
    pick(draft, taker)
    draft.get_by_test_id("brush").click()
    fingers = Fingers(draft)
    fingers.join(here)
    fingers.move((here[0] + 12, here[1]))
    fingers.cancel()
    settled(draft)
    assert draft.evaluate("Object.keys(gridmap.planner.editor.view.guess).length") == 0
    assert households(draft) == before


def test_a_lasso_takes_whole_buildings_and_undo_survives_a_reload(draft: Page) -> None:
    giver, taker, here, _there = border(draft)
    before = households(draft)
    pick(draft, taker)
    draft.get_by_test_id("lasso").click()
    x, y = here
    Fingers(draft).draw((x - 34, y - 34), (x + 34, y - 34), (x + 34, y + 34), (x - 34, y + 34), (x - 34, y - 30))
    expect(draft.locator(".plan-status")).to_contain_text("→")
    settled(draft)
    after = households(draft)
    assert after[taker] > before[taker]
    assert after[giver] < before[giver]
    draft.reload()
    ready(draft)
    assert households(draft) == after
    draft.get_by_test_id("undo").click()
    settled(draft)
    expect(draft.get_by_test_id("redo")).to_contain_text("1 步")
    assert households(draft) == before


def test_a_line_from_border_to_border_cuts_a_grid_in_two(draft: Page) -> None:
    before = households(draft)
    grid = max(before, key=lambda code: before[code])
    pick(draft, grid)
    draft.get_by_test_id("cut").click()
    left, top, right, bottom = extent(draft, grid)
    middle = (top + bottom) / 2
    Fingers(draft).draw((left - 20, middle), (right + 20, middle))
    expect(draft.get_by_test_id("grid-table").locator("tbody tr[data-code]")).not_to_have_count(len(before))
    settled(draft)
    assert len(households(draft)) > len(before)
    assert sum(households(draft).values()) == sum(before.values())


def given_by_keyboard(page: Page, before: dict[str, int]) -> tuple[dict[str, int], str]:
    """Give a building to the grid beside it by keys, neither being parted; return the households then, and to whom."""
    review = page.get_by_test_id("review")
    for building, _giver, taker in borders(page)[:8]:
        brush_by_keyboard(page, building, taker)
        after = households(settled(page))
        expect(review).not_to_have_attribute("title", NO_CHANGE)
        if review.get_attribute("aria-disabled") != "true":
            return after, taker
        page.keyboard.press("Control+z")
        assert households(settled(page)) == before
        expect(review).to_have_attribute("title", NO_CHANGE)
    pytest.fail("every building at a border parts a grid")


def brush_by_keyboard(page: Page, building: str, taker: str) -> None:
    """Pick a grid, take the brush, bring the map's cross over a building and press Enter."""
    row = page.locator(f"tr[data-code='{taker}']").get_by_role("button")
    if row.get_attribute("aria-pressed") != "true":
        press(row)
    expect(row).to_have_attribute("aria-pressed", "true")
    press(settled(page).get_by_test_id("brush"))
    expect(page.get_by_test_id("brush")).to_have_attribute("aria-pressed", "true")
    page.locator(".planner .leaflet-container").focus()
    for _press in range(60):
        dx, dy = page.wait_for_function(FROM_THE_CROSS, arg=building).json_value()
        if max(abs(dx), abs(dy)) <= 14:
            break
        across, down = ("ArrowRight" if dx > 0 else "ArrowLeft"), ("ArrowDown" if dy > 0 else "ArrowUp")
        far = "Shift+" if max(abs(dx), abs(dy)) > 60 else ""
        page.keyboard.press(f"{far}{across if abs(dx) > abs(dy) else down}")
        page.wait_for_function("() => !gridmap.planner.editor.view.map._panAnim?._inProgress")
    page.keyboard.press("Enter")


def test_a_redraw_is_drawn_reviewed_published_and_taken_back_by_the_keyboard_alone(
    open_page: OpenPage, plan_in_force: Planning
) -> None:
    before_all = plan_in_force.plans(REVIEWER)[0]["plan_id"]
    page = ready(open_page("planner", FAR))
    press(page.get_by_test_id("new-draft"))
    expect(page.locator(".plan-status .saved")).to_be_visible()
    before = households(settled(page))
    after, taker = given_by_keyboard(page, before)
    assert sum(after.values()) == sum(before.values())
    assert after[taker] > before[taker]
    page.keyboard.press("Control+z")
    assert households(settled(page)) == before
    page.keyboard.press("Control+Shift+z")
    assert households(settled(page)) == after
    expect(page.get_by_test_id("review")).not_to_have_attribute("aria-disabled", "true")
    press(page.get_by_test_id("review"))
    expect(page.get_by_test_id("withdraw")).to_be_visible()
    second = ready(open_page("reviewer", f"/planner?{page.url.split('?')[1]}"))
    press(second.get_by_test_id("publish"))
    expect(second.locator(".plan-status")).to_contain_text("已发布")
    assert households(settled(second)) == after
    # The plan before is published again: its menu, its entry, the reason, the button.
    press(second.get_by_test_id("plans"))
    gaps = "all => all.slice(1).map((one, at) => one.getClientRects()[0].left - all[at].getClientRects()[0].right)"
    assert min(second.locator(f"[data-plan='{before_all}'] > summary > *").evaluate_all(gaps)) > 8
    press(second.locator(f"[data-plan='{before_all}'] > summary"))
    second.locator(f"[data-plan='{before_all}'] textarea").press_sequentially("试用结束")
    second.keyboard.press("Tab")
    expect(second.locator(f"[data-plan='{before_all}'] button")).to_be_focused()
    second.keyboard.press("Enter")
    expect(second.locator(".plan-status")).to_contain_text("已重新启用")
    assert households(settled(second)) == before
    assert [plan["in_force"] for plan in plan_in_force.plans(REVIEWER)[:3]] == [True, False, False]


def test_the_second_planner_is_told(open_page: OpenPage, draft: Page) -> None:
    other = ready(open_page("reviewer", f"/planner{draft.url.split('/planner')[1]}"))
    expect(draft.locator(".plan-news")).to_contain_text("另一人在看")
    _giver, taker, here, _there = border(draft)
    pick(draft, taker)
    draft.get_by_test_id("brush").click()
    Fingers(draft).draw(here, (here[0] + 10, here[1]))
    settled(draft)
    expect(other.locator(".plan-news")).to_contain_text("改了草案")
    other.get_by_test_id("reload").click()
    settled(other)
    assert households(other) == households(draft)


def test_a_mouse_picks_locks_and_sees_its_locks_kept(open_page: OpenPage) -> None:
    page = drafted(open_page("planner", COMMUNITY))
    giver, taker, here, _there = border(page)
    page.mouse.click(*here)
    expect(page.locator(f"tr[data-code='{giver}']").get_by_role("button")).to_have_attribute("aria-pressed", "true")
    page.get_by_role("button", name="锁定", exact=True).last.click()
    expect(page.locator(f"tr[data-code='{giver}'] .lock-sign")).to_be_visible()
    badge = page.locator(".plan-chip.locked .icon-lock")
    assert "svg" in badge.evaluate("one => getComputedStyle(one).maskImage")
    before = households(settled(page))
    pick(page, taker)
    page.get_by_test_id("brush").click()
    page.mouse.click(*here)
    expect(page.locator(".toast")).to_contain_text("已锁定")
    assert households(page) == before


@pytest.mark.parametrize(("size", "least"), [(WALL, 64), (DESK, 64), (PHONE, 48)])
def test_nothing_is_too_small_for_a_finger_or_too_wide_for_the_screen(
    open_page: OpenPage, size: tuple[int, int], least: int
) -> None:
    page = drafted(open_page("planner", COMMUNITY, size=size))
    pick(page, next(iter(households(page))))
    small = page.evaluate(
        """least => [...document.querySelectorAll('.planner button:not(.grid-pick), .planner summary')]
          .filter(one => one.checkVisibility())
          .map(one => [one.getBoundingClientRect(), one])
          .filter(([box]) => box.height < least - 0.5 || box.width < Math.min(least, 48) - 0.5)
          .map(([box, one]) => `${box.width}x${box.height} ${one.outerHTML.slice(0, 100)}`)""",
        least if size != PHONE else 48,
    )
    assert small == []
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
    page.get_by_test_id("propose-more").click()
    expect(page.locator("[name=stability]")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]


@pytest.mark.parametrize("size", [DESK, PHONE])
def test_the_page_breaks_no_rule_of_access(open_page: OpenPage, size: tuple[int, int]) -> None:
    page = drafted(open_page("planner", COMMUNITY, size=size))
    pick(page, next(iter(households(page))))
    page.get_by_test_id("next-problem").click()
    settled(page)
    assert axe_violations(page, today()) == []


def test_english_has_no_chinese_word_of_ours(open_page: OpenPage) -> None:
    page = drafted(open_page("planner", COMMUNITY, locale="en"))
    pick(page, next(iter(households(page))))
    ours = page.locator("h1, .tool, thead th, .plan-legend, .plan-status, .row-tools .button, .table-heads .button")
    assert [words for words in ours.all_inner_texts() if HAN.search(words)] == []


def test_the_english_bar_covers_and_cuts_nothing(open_page: OpenPage) -> None:
    page = drafted(open_page("planner", COMMUNITY, locale="en"))
    expect(page.locator(".reason")).to_be_visible()
    cut = "all => all.filter(one => one.scrollWidth > one.clientWidth).map(one => one.textContent)"
    assert page.locator(".plan-status > span").evaluate_all(cut) == []
    edges = page.locator(".planner > .bar :is(.button, .plan-said)").evaluate_all(
        """all => all.filter(one => one.checkVisibility() && !one.closest('.menu-panel'))
          .map(one => one.getBoundingClientRect()).map(box => [box.left, box.right])"""
    )
    assert [(one, other) for one, other in pairwise(sorted(edges)) if one[1] > other[0] + 1] == []


def test_the_swipe_cuts_through_no_label(draft: Page) -> None:
    draft.get_by_test_id("compare").click()
    handle = draft.locator(".plan-swipe")
    expect(handle).to_be_visible()
    handle.focus()
    half_seen = """at => [...document.querySelectorAll('.plan-chip')]
      .filter(one => one.style.visibility === 'visible')
      .map(one => one.getBoundingClientRect())
      .filter(box => box.left < at && box.right > at).length"""
    for _step in range(12):
        handle.press("ArrowLeft")
        box = handle.bounding_box()
        assert box
        assert draft.evaluate(half_seen, box["x"] + box["width"] / 2) == 0


def test_the_city_is_read_by_its_areas_and_the_way_leads_down(open_page: OpenPage) -> None:
    page = open_page("planner", "/planner")
    rows = page.get_by_test_id("grid-table").locator("tbody tr")
    expect(rows.first).to_be_visible()
    assert rows.count() > 5
    for digits in (9, 12):
        rows.first.get_by_role("button").click()
        expect(page).to_have_url(re.compile(rf"area=\d{{{digits}}}$"))
        settled(page)
    ready(page)
    assert buildings(page) == {} or households(page)


def test_a_proposal_for_the_whole_city_shows_its_progress_and_is_cancelled(open_page: OpenPage) -> None:
    page = open_page("planner", "/planner")
    expect(page.get_by_test_id("grid-table").locator("tbody tr").first).to_be_visible()
    page.get_by_test_id("propose").click()
    expect(page.get_by_role("progressbar")).to_be_visible()
    page.get_by_test_id("cancel").click()
    expect(page.locator(".proposal-note")).to_contain_text("已取消")
    expect(page.get_by_test_id("propose")).to_be_visible()


def test_three_proposals_stand_side_by_side_and_one_becomes_the_draft(open_page: OpenPage) -> None:
    page = ready(open_page("planner", "/planner?area=640202001002"))
    before = households(page)
    page.get_by_test_id("propose").click()
    expect(page.locator(".profile")).to_have_count(3, timeout=240_000)
    assert page.locator(".profile dl").evaluate_all("lists => lists.map(one => one.children.length)") == [6, 6, 6]
    expect(page.locator(".profile svg path").first).to_be_attached()
    page.locator("[data-profile=balanced]").get_by_test_id("adopt").click()
    expect(page).to_have_url(re.compile("draft="))
    settled(page)
    expect(page.get_by_test_id("brush")).to_have_attribute("aria-disabled", "false")
    assert sum(households(page).values()) == sum(before.values())
    expect(page.locator(".compare-figures")).to_be_visible()
    expect(page.get_by_test_id("undo")).to_contain_text("1 步")
    expect(page.locator("[data-profile=balanced] .adopted")).to_be_visible()
    # In the same draft another one, which is not the same plan, takes its place.
    read = "cards => Object.fromEntries(cards.map(one => [one.dataset.profile, one.querySelector('svg').innerHTML]))"
    pictures = page.locator(".profile").evaluate_all(read)
    another = next(profile for profile, picture in pictures.items() if picture != pictures["balanced"])
    page.locator(f"[data-profile={another}]").get_by_test_id("adopt").click()
    expect(page.locator(f"[data-profile={another}] .adopted")).to_be_visible()
    expect(page.locator(".adopted")).to_have_count(1)


def workers(server: int) -> list[int]:
    """Return the processes of a demo that answer requests: its children that run the same command."""
    command = Path(f"/proc/{server}/cmdline").read_bytes()
    children = [int(child) for child in Path(f"/proc/{server}/task/{server}/children").read_text().split()]
    return [child for child in children if Path(f"/proc/{child}/cmdline").read_bytes() == command]


def test_undo_goes_on_after_a_killed_worker_and_the_draft_goes_out_as_files(
    draft: Page, demo_server: DemoServer, watch: Watch
) -> None:
    _giver, taker, here, _there = border(draft)
    before = households(draft)
    pick(draft, taker)
    draft.get_by_test_id("brush").click()
    Fingers(draft).draw(here, (here[0] + 10, here[1]))
    settled(draft)
    after = households(draft)
    assert after != before
    draft.get_by_test_id("export").click()
    for form, magic in (
        ("xlsx", b"PK"),
        ("gpkg", b"SQLite format 3"),
        ("geojson", b"{"),
        ("shp", b"PK"),
        ("pdf", b"%PDF"),
    ):
        with draft.expect_download() as started:
            draft.locator(f".review a[href$='/{form}']").click()
        assert Path(started.value.path()).read_bytes().startswith(magic)
    # Every worker that may hold something of the draft is killed; the page is away from it while new ones start.
    draft.goto("about:blank")
    killed = workers(demo_server.process.pid)
    assert len(killed) == 2
    for worker in killed:
        os.kill(worker, signal.SIGKILL)
    watch.expect("Failed to load resource")
    wait_until_ready(demo_server, demo_server.home / "server.log")
    draft.go_back()
    ready(draft)
    assert households(draft) == after
    draft.get_by_test_id("undo").click()
    settled(draft)
    assert households(draft) == before


def test_a_strip_goes_to_the_neighbour_a_grid_is_dissolved_and_the_swipe_compares(draft: Page) -> None:
    giver, taker, _here, _there = border(draft)
    before = households(draft)
    pick(draft, giver)
    draft.locator("[data-plan-act=strip]").click()
    draft.locator(f"tr[data-code='{taker}']").get_by_role("button").click()
    expect(draft.get_by_test_id("undo")).to_contain_text("1 步")
    after = households(settled(draft))
    assert after[taker] > before[taker]
    assert sum(after.values()) == sum(before.values())
    draft.locator("[data-plan-act=dissolve]").click()
    expect(draft.get_by_test_id("undo")).to_contain_text("2 步")
    rest = households(settled(draft))
    assert giver not in rest
    assert sum(rest.values()) == sum(before.values())
    draft.get_by_test_id("compare").click()
    settled(draft)
    handle = draft.locator(".plan-swipe")
    box = handle.bounding_box()
    assert box is not None
    here = (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    Fingers(draft).draw(here, (here[0] - 150, here[1]))
    expect(handle).not_to_have_attribute("aria-valuenow", "50")
    assert int(handle.get_attribute("aria-valuenow") or 50) < 50
