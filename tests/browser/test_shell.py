"""Signing in, the language, ending a session: as a person does it, with mouse and keyboard."""

from __future__ import annotations

import datetime as dt
import re

from playwright.sync_api import Page, expect

from tests.fixtures.browser import DESK, PHONE, DemoServer, OpenPage, Watch, axe_violations

HAN = re.compile(r"[\u3400-\u9fff]")


def today() -> str:
    return dt.datetime.now(dt.UTC).date().isoformat()


def sign_in_by_hand(page: Page, server: DemoServer, username: str) -> None:
    page.get_by_label(re.compile("用户名|User name")).fill(username)
    page.get_by_label(re.compile("密码|Password")).fill(server.password)
    page.keyboard.press("Enter")


def test_a_captain_signs_in_on_a_phone_and_lands_on_their_grid(open_page: OpenPage, demo_server: DemoServer) -> None:
    page = open_page(None, "/", size=PHONE, touch=True)
    expect(page).to_have_url(re.compile(r"/login\?next=%2F$"))
    sign_in_by_hand(page, demo_server, "captain")
    expect(page).to_have_url(re.compile(r"/grid/\d{15}$"))


def test_a_wrong_password_is_said_and_the_name_is_kept(open_page: OpenPage, watch: Watch) -> None:
    watch.expect("401 (UNAUTHORIZED)")
    page = open_page(None, "/login")
    page.get_by_label("用户名").fill("clerk")
    page.get_by_label("密码").fill("wrong")
    page.get_by_role("button", name="登录").click()
    expect(page.get_by_role("alert")).to_have_text("用户名或密码不正确。")
    expect(page.get_by_label("用户名")).to_have_value("clerk")
    expect(page.get_by_label("密码")).to_be_focused()


def test_the_form_in_english_has_no_chinese_but_the_citys_name(open_page: OpenPage) -> None:
    page = open_page(None, "/login")
    page.get_by_test_id("locale").click()
    expect(page.get_by_role("button", name="Sign in")).to_be_visible()
    words = page.locator("main").inner_text()
    for given in (page.locator(".login-city").inner_text(), page.get_by_test_id("locale").inner_text()):
        words = words.replace(given, "")
    assert not HAN.search(words)


def test_the_form_breaks_no_rule_of_access(open_page: OpenPage) -> None:
    for size in (DESK, PHONE):
        assert axe_violations(open_page(None, "/login", size=size), today()) == []


def test_a_page_that_is_not_there_breaks_no_rule_of_access(open_page: OpenPage, watch: Watch) -> None:
    watch.expect("404 (NOT FOUND)")
    page = open_page("command", "/nowhere")
    expect(page.get_by_role("heading")).to_have_text("没有这个页面，或者它不在您的辖区内。")
    assert axe_violations(page, today()) == []


def test_a_session_ended_elsewhere_leads_to_the_form(open_page: OpenPage, watch: Watch) -> None:
    watch.expect("401 (UNAUTHORIZED)")
    page = open_page("reviewer", "/")
    expect(page.get_by_test_id("map")).to_be_visible()
    # The requests begin before the session ends: the first to be refused leads away, this one or one of the page.
    page.evaluate("setInterval(() => fetch('/_dash-layout'), 200)")
    page.context.clear_cookies()
    expect(page).to_have_url(re.compile(r"/login\?next=%2F"))


def test_the_fonts_are_the_products_own(open_page: OpenPage) -> None:
    page = open_page(None, "/login")
    page.evaluate("document.fonts.ready")
    loaded = page.evaluate("[...document.fonts].filter(f => f.status === 'loaded').map(f => f.family)")
    assert any("GridMap Sans" in family for family in loaded)
