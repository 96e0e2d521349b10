"""The grid's page over HTTP: what is due in its order, the load a head, nothing of another grid."""

from __future__ import annotations

import json

import pytest
from flask.testing import FlaskClient

from tests.fixtures.app import Site, run_callback
from tests.fixtures.town import GRID_A, GRID_B, GRID_C, SECRETS, town, town_site

__all__ = ["town", "town_site"]
PAGE = "..shell-page.children...shell-title.data.."


def page(site: Site, username: str, path: str, search: str = "") -> str:
    """Ask for a page as a demo account; return its components as text."""
    browser: FlaskClient = site.fresh_client()
    assert site.sign_in(username, client=browser).status_code in (302, 303)
    answer = run_callback(browser, PAGE, {"shell-url.pathname": path}, {"shell-url.search": search})
    return json.dumps(json.loads(answer.get_data(as_text=True)), ensure_ascii=False)


def test_what_is_due_comes_in_the_order_of_work(town_site: Site):
    found = page(town_site, "captain", f"/grid/{GRID_A}")
    order = ["61 天", "40 天", "16 天", "14 天", "超期 1 天", "今天到期", "还有 3 天"]
    places = [found.index(f'"{words}"') for words in order]
    assert places == sorted(places)
    assert not [secret for secret in SECRETS if secret in found]


def test_figures_with_their_parts(town_site: Site):
    found = page(town_site, "captain", f"/grid/{GRID_A}")
    for words in (
        "60 天走遍 10/12",
        "83.3%",
        "在办 3 件 + 应访 4 户",
        '"7.0"',
        "周敏",
        "tel:2012345",
        "12 户",
        "/标准 500",
    ):
        assert words in found


def test_the_table_and_the_map_say_the_same(town_site: Site):
    found = page(town_site, "captain", f"/grid/{GRID_A}")
    assert "4/11" in found
    assert '"mark": "act"' in found
    assert found.count('"/building/A6"') >= 1


@pytest.mark.parametrize("code", [GRID_B, GRID_C, "640202001009001", "x", "640202"])
def test_a_captain_gets_no_other_grid(town_site: Site, code: str):
    found = page(town_site, "captain", f"/grid/{code}")
    assert "辖区" in found
    for words in ("柳岸02", "东风01", "1栋", "周敏"):
        assert words not in found


def test_the_other_captain_gets_theirs(town_site: Site):
    found = page(town_site, "captain_b", f"/grid/{GRID_B}")
    assert "柳岸02" in found
    assert "柳岸01" not in found


def test_command_opens_every_grid_and_steps_up(town_site: Site):
    found = page(town_site, "command", f"/grid/{GRID_C}")
    assert "东风01" in found
    assert '"href": "/?area=640202001002"' in found


def test_a_captain_has_no_step_above_their_grid(town_site: Site):
    found = page(town_site, "captain", f"/grid/{GRID_A}")
    assert "大武口区" in found
    assert "/?area=" not in found


def test_the_wall_reads_bands_and_no_visit_or_case(town_site: Site):
    found = page(town_site, "wall", f"/grid/{GRID_A}")
    assert "1–4" in found
    for words in ("独居老人", "61天", "楼道堆物", "走遍", "关爱户", "应访"):
        assert words not in found


@pytest.mark.parametrize(("search", "view"), [("", "today"), ("?view=map", "map"), ("?view=nonsense", "today")])
def test_the_phones_view_stands_in_the_address(town_site: Site, search: str, view: str):
    assert f'"data-view": "{view}"' in page(town_site, "captain", f"/grid/{GRID_A}", search)
