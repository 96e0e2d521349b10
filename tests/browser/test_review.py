"""The review queue as a clerk works through it, by finger and by keyboard.

The city is shared: every decision is taken back, and a test that fails halfway has its decisions taken back for it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Locator, Page, Response, expect

from tests.browser.test_grid import HAN, today
from tests.fixtures.browser import DESK, PHONE, WALL, OpenPage, at_rest, axe_violations

SEVERAL = "/review?kind=narrow"
"""Cases at an estate that spans several grids: there are always two and more, each with a candidate a grid."""
SCREENS = pytest.mark.parametrize("size", [DESK, WALL, PHONE], ids=["desk", "wall", "phone"])
FOCUS = "document.activeElement !== document.body && Boolean(document.activeElement.closest('.drill-review'))"
OpenReview = Callable[..., Page]


@pytest.fixture
def review(open_page: OpenPage) -> Iterator[OpenReview]:
    """Open the queue as the clerk; at the end nothing is left to take back."""
    pages: list[Page] = []

    def open_at(path: str = "/review", *, size: tuple[int, int] = DESK, locale: str = "zh") -> Page:
        pages.append(open_page("clerk", path, size=size, touch=size != WALL, locale=locale))
        return ready(pages[-1])

    yield open_at
    for page in pages[-1:]:
        page.goto("/review")
        ready(page)
        while page.get_by_test_id("undo").is_enabled():
            answered(page, page.get_by_test_id("undo").click)


def ready(page: Page) -> Page:
    """Wait until the case is on the screen and nothing is outstanding."""
    expect(page.locator("#review-case :is(.review-why, [data-testid=empty])")).to_be_visible()
    return at_rest(page)


def answered(page: Page, action: Callable[[], object]) -> None:
    """Do something, and wait until the page shows the server's answer: figures, queue and sentence are drawn anew."""
    with page.expect_response(is_step):
        action()
    at_rest(page)


def is_step(answer: Response) -> bool:
    return "_dash-update-component" in answer.url and "review-figures" in (answer.request.post_data or "")[:2000]


def press(page: Page, key: str) -> None:
    """Decide by a key; the focus is on the page afterwards."""
    answered(page, lambda: page.keyboard.press(key))
    page.wait_for_function(FOCUS)


def said(page: Page) -> Locator:
    return page.get_by_test_id("said")


def shown(page: Page) -> str:
    """Read which case is on the screen: its number stands beside the category."""
    return page.locator("#review-case .panel-head .caption").inner_text()


def standing(page: Page) -> tuple[str, ...]:
    """Read what the queue holds: figures, position, reasons with their counts, and the lines."""
    parts = ("#review-figures .figure-row", "[data-testid=position]", "[data-testid=reasons]", "[data-testid=lines]")
    return tuple(page.locator(part).inner_text() for part in parts)


def waiting(held: tuple[str, ...]) -> int:
    """Read how many cases wait: the first of the figures."""
    found = re.search(r"\d[\d,]*", held[0])
    assert found
    return int(found.group().replace(",", ""))


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_a_finger_places_a_case_and_takes_it_back(review: OpenReview, size: tuple[int, int]) -> None:
    page = review(SEVERAL, size=size)
    before, first = standing(page), shown(page)
    expect(page.get_by_test_id("undo")).to_be_disabled()
    answered(page, page.locator("#review-case .review-choice").first.tap)
    expect(said(page)).to_contain_text("已落格")
    assert waiting(standing(page)) == waiting(before) - 1
    assert shown(page) != first
    answered(page, page.get_by_test_id("undo").tap)
    expect(said(page)).to_contain_text("已撤销")
    expect(page.get_by_test_id("undo")).to_be_disabled()
    assert (standing(page), shown(page)) == (before, first)


def test_a_finger_says_that_a_place_is_not_in_the_register_and_takes_it_back(review: OpenReview) -> None:
    page = review(SEVERAL, size=PHONE)
    before = standing(page)
    page.locator("[data-do=not-here]").tap()
    answered(page, page.get_by_test_id("reasons-dialog").locator("[data-reason=too_vague]").tap)
    expect(page.get_by_test_id("reasons-dialog")).not_to_be_visible()
    expect(said(page)).to_contain_text("不在登记册")
    assert waiting(standing(page)) == waiting(before) - 1
    answered(page, page.get_by_test_id("undo").tap)
    assert standing(page) == before


def test_the_keyboard_alone_works_through_the_queue(review: OpenReview) -> None:
    page = review(SEVERAL)
    before, first = standing(page), shown(page)
    press(page, "1")
    expect(said(page)).to_contain_text("已落格")
    assert shown(page) != first
    press(page, "u")
    expect(said(page)).to_contain_text("已撤销")
    assert (standing(page), shown(page)) == (before, first)
    press(page, "s")
    assert waiting(standing(page)) == waiting(before)
    second = shown(page)
    assert second != first
    page.keyboard.press("n")
    expect(page.get_by_test_id("reasons-dialog")).to_be_visible()
    assert page.evaluate("Boolean(document.activeElement.closest('#review-reasons'))")
    press(page, "1")
    expect(said(page)).to_contain_text("不在登记册")
    assert shown(page) != second
    press(page, "u")
    assert shown(page) == second
    assert waiting(standing(page)) == waiting(before)


ALIAS = "试验小院"
"""No place of any city: a name to teach."""


def teach(page: Page) -> None:
    """Teach the name for the place that is offered first, by the keyboard alone."""
    page.keyboard.press("t")
    expect(page.locator("#review-alias")).to_be_focused()
    page.locator("#review-alias").fill(ALIAS)
    expect(page.get_by_test_id("teach-now")).to_be_visible()
    press(page, "Enter")
    expect(page.get_by_test_id("teach-dialog")).not_to_be_visible()
    expect(said(page)).to_contain_text("已教会")


def test_the_keyboard_teaches_a_name_and_the_list_takes_it_back(review: OpenReview) -> None:
    page = review(SEVERAL)
    before, first = standing(page), shown(page)
    meant = page.locator("#review-case .review-choice").first.get_attribute("data-name") or ""
    lesson = page.get_by_test_id("learned").locator("li").filter(has_text=ALIAS)
    expect(lesson).to_have_count(0)
    teach(page)
    expect(lesson).to_contain_text(meant)
    expect(lesson).to_contain_text("clerk")
    press(page, "u")
    expect(lesson).to_have_count(0)
    teach(page)
    page.get_by_test_id("learned").locator("summary").click()
    answered(page, lesson.get_by_role("button").tap)
    expect(said(page)).to_contain_text(ALIAS)
    expect(lesson).to_have_count(0)
    assert (standing(page), shown(page)) == (before, first)


def test_a_searched_place_is_accepted_by_enter(review: OpenReview) -> None:
    page = review(SEVERAL)
    before, first = standing(page), shown(page)
    name = page.locator("#review-case .review-choice").first.get_attribute("data-name") or ""
    page.keyboard.press("/")
    expect(page.locator("#review-search")).to_be_focused()
    page.keyboard.insert_text(name)
    expect(page.get_by_test_id("found").locator(".review-choice").first).to_contain_text(name)
    press(page, "Enter")
    expect(said(page)).to_contain_text("已落格")
    expect(page.locator("#review-search")).to_have_value("")
    assert shown(page) != first
    press(page, "u")
    assert (standing(page), shown(page)) == (before, first)


def test_keys_typed_into_the_search_decide_nothing_and_escape_leaves_it(review: OpenReview) -> None:
    page = review(SEVERAL)
    first = shown(page)
    page.keyboard.press("/")
    page.keyboard.type("snut1")
    expect(page.locator("#review-search")).to_have_value("snut1")
    expect(page.locator("#review-found")).to_contain_text("没有这个名称")
    page.keyboard.press("Escape")
    expect(page.locator("#review-search")).to_have_value("")
    expect(page.locator("#review-case")).to_be_focused()
    assert shown(page) == first


def test_dialogs_give_the_focus_back(review: OpenReview) -> None:
    page = review(SEVERAL)
    for key, dialog in (("n", "reasons-dialog"), ("t", "teach-dialog")):
        page.locator("#review-case").focus()
        page.keyboard.press(key)
        expect(page.get_by_test_id(dialog)).to_be_visible()
        page.keyboard.press("Escape")
        expect(page.get_by_test_id(dialog)).not_to_be_visible()
        expect(page.locator("#review-case")).to_be_focused()


def test_a_filter_keeps_the_focus_and_stands_in_the_address(review: OpenReview) -> None:
    page = review()
    kind = page.locator("select[name=kind]")
    kind.focus()
    answered(page, lambda: kind.select_option("narrow"))
    expect(page).to_have_url(re.compile(r"\?kind=narrow&case="))
    expect(page.locator("select[name=kind]")).to_be_focused()
    expect(page.locator("select[name=kind]")).to_have_value("narrow")
    expect(page.locator("#review-case .review-why")).to_contain_text("需缩小")


def test_a_queue_without_cases_says_so_and_offers_the_whole(review: OpenReview) -> None:
    page = review("/review?area=999999999999")
    expect(page.get_by_test_id("empty")).to_contain_text("没有待核实的地址")
    for nothing_to_do_with in (".review-tools", ".review-search"):
        expect(page.locator(nothing_to_do_with)).not_to_be_visible()
    assert axe_violations(page, today()) == []
    answered(page, page.get_by_test_id("empty").get_by_role("button").tap)
    expect(page.get_by_test_id("empty")).to_have_count(0)
    expect(page.locator("#review-case .review-why")).to_be_visible()
    expect(page.locator(".review-tools")).to_be_visible()


@SCREENS
def test_nothing_runs_over_the_edge_and_every_touch_is_a_finger_wide(review: OpenReview, size: tuple[int, int]) -> None:
    for locale in ("zh", "en"):
        page = review(SEVERAL, size=size, locale=locale)
        assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
        if size != PHONE:
            assert page.evaluate("document.documentElement.scrollHeight") <= size[1]
        assert page.evaluate(CROWDED, 48 if size == PHONE else 64) == []
        page.locator("[data-do=not-here]").click()
        assert page.evaluate(CROWDED, 48 if size == PHONE else 64) == []


CROWDED = """least => {
  const touched = '.drill-review :is(button, select, input, summary, a.button)';
  return [...document.querySelectorAll(touched)].filter(one => one.checkVisibility()).flatMap(one => {
    const box = one.getBoundingClientRect();
    const faults = [];
    if (Math.min(box.width, box.height) < least - 0.5) faults.push(`small ${box.width}x${box.height}`);
    if (box.left < -0.5 || box.right > innerWidth + 0.5) faults.push('over the edge');
    if (one.scrollWidth > one.clientWidth + 1 && !one.matches('input, .menu-summary')) faults.push('words too wide');
    return faults.map(fault => `${fault}: ${one.outerHTML.slice(0, 120)}`);
  });
}"""


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_the_queue_breaks_no_rule_of_access(review: OpenReview, size: tuple[int, int]) -> None:
    page = review(SEVERAL, size=size)
    assert axe_violations(page, today()) == []
    page.locator("[data-do=not-here]").click()
    expect(page.get_by_test_id("reasons-dialog")).to_be_visible()
    assert axe_violations(page, today()) == []
    page.keyboard.press("Escape")
    page.locator("[data-do=teach]").click()
    expect(page.get_by_test_id("teach-dialog")).to_be_visible()
    assert axe_violations(page, today()) == []


# What of the page is data, whatever the language: the city's, places' and the account's names, addresses, texts.
DATA = (
    ".review-title, .menu-summary, [data-testid=locale], .review-text, .review-body, .review-choice strong, "
    ".review-choice .row-main .caption, .review-line strong, select[name=area] option, [data-teach-name]"
)

SAID = """data => {
  const page = document.querySelector('.drill-review').cloneNode(true);
  page.querySelectorAll(data).forEach(one => {
    // Behind a place's name stands why it is offered, which is ours to say: only what is Chinese by nature is left out.
    if (one.matches('.review-choice .caption')) one.textContent = one.textContent.split(' · ').slice(-1)[0];
    else if (one.matches('.review-title')) one.textContent = one.textContent.split(' · ').slice(1).join(' ');
    else if (one.matches('[value=""], [value="none"]')) return;
    else one.textContent = '';
  });
  const words = [document.title, page.textContent];
  for (const one of page.querySelectorAll('[aria-label], [title], [placeholder]')) {
    words.push(one.getAttribute('aria-label') || '', one.title || '', one.placeholder || '');
  }
  return words.join('\\n');
}"""


@pytest.mark.parametrize("kind", ["choice", "narrow", "unknown", "silent", "area=999999999999"])
def test_the_english_queue_has_no_chinese_but_data(review: OpenReview, kind: str) -> None:
    page = review(f"/review?{kind}" if "=" in kind else f"/review?kind={kind}", locale="en")
    found = page.evaluate(SAID, DATA)
    assert len(found) > 300
    assert HAN.findall(found) == [], HAN.sub("#", found)
    if "=" in kind:
        return
    answered(page, lambda: page.keyboard.press("s"))
    assert HAN.findall(page.evaluate(SAID, DATA)) == []
