"""Proposals, comparison, files, review and publishing on the planner's page, on the drawn town."""

from __future__ import annotations

import json
from typing import Any

import pytest

from dashboard.pages.planner.jobs import options
from dashboard.pages.planner.proposal_form import rule_of
from dashboard.view import minimap
from geo.errors import InputError
from tests.callbacks.test_planner import GRIDS, Browser, town_site
from tests.fixtures.app import Site, run_callback
from tests.fixtures.planning_town import REVIEWER, A, block

__all__ = ["town_site"]

FOLLOWED = "..planner-compare.children...planner-review.children.."


def followed(browser: Browser) -> str:
    inputs, state = {"planner-shown.data": browser.answered}, {"planner-book.data": browser.book}
    answer = run_callback(browser.client, FOLLOWED, inputs, state)
    assert answer.status_code == 200, answer.text
    return json.dumps(answer.json, ensure_ascii=False)


def proposed(browser: Browser, known: Any = None) -> dict[str, Any]:
    output = "..planner-proposals.children...planner-tick.disabled...planner-job.data.."
    inputs = {"planner-tick.n_intervals": 1, "planner-shown.data": browser.answered}
    state = {"planner-book.data": browser.book, "planner-job.data": known}
    answer = run_callback(browser.client, output, inputs, state)
    assert answer.status_code == 200, answer.text
    return answer.json["response"] if answer.json else {}


def test_a_proposal_is_asked_for_and_cancelled(town_site: Site) -> None:
    browser = Browser(town_site, "planner")
    browser.act("propose", rule="500", from_plan="none")
    shown = proposed(browser)
    assert shown["planner-tick"]["disabled"] is False
    text = json.dumps(shown, ensure_ascii=False)
    assert "progressbar" in text
    job = shown["planner-job"]["data"][4]
    assert "planner-proposals" not in proposed(browser, shown["planner-job"]["data"]) or job
    browser.act("cancel", value=str(job))
    after = proposed(browser)
    assert after["planner-tick"]["disabled"] is True
    assert "已取消" in json.dumps(after, ensure_ascii=False)
    # The cancelled process ends by itself; the test must not leave before it.
    for process in town_site.services.planning._processes.values():
        process.wait(timeout=60)


def test_review_is_off_with_its_reason_until_something_was_drawn(town_site: Site) -> None:
    browser = Browser(town_site, "planner")
    browser.act("start")
    assert '"aria-disabled": "true"' in followed(browser)


def test_a_second_person_sends_back_with_a_note_and_then_publishes(town_site: Site) -> None:
    planner = Browser(town_site, "planner")
    planner.act("start")
    assert "xlsx" in planner.text("planner-export.children")
    stroke = planner.act("assign", buildings=["A-2-0"], grid=GRIDS[0])
    assert "planner-export.children" not in stroke, "a stroke must not close the menu of files"
    text = followed(planner)
    for words in ("与现行比", "25", "受影响", "户数分布"):
        assert words in text
    draft = planner.book and planner.book["draft"]["draft_id"]
    file = planner.client.get(f"/planner/files/{draft}/geojson")
    assert file.status_code == 200
    assert json.loads(file.data)["features"]
    assert "attachment" in file.headers["Content-Disposition"]
    planner.act("submit")
    assert planner.book["draft"]["status"] == "in_review", planner.toast
    assert not planner.seen["planner-editor.plan"]["editable"]
    assert "须由另一人发布" in followed(planner)
    reviewer = Browser(town_site, "reviewer", planner.search)
    assert '"data-testid": "publish"' in followed(reviewer)
    reviewer.act("send_back", note="把 2 栋还给柳岸02")
    again = Browser(town_site, "planner", planner.search)
    assert "把 2 栋还给柳岸02" in followed(again)
    again.act("submit")
    reviewer = Browser(town_site, "reviewer", planner.search)
    reviewer.act("publish")
    assert "draft" not in reviewer.search
    assert reviewer.households()[GRIDS[0]] == 225
    assert "已发布" in reviewer.text("planner-status.children")
    # The plan before is brought back: only by a reviewer, and not without a reason.
    menu = reviewer.text("planner-where.children")
    number = min(plan["plan_id"] for plan in town_site.services.planning.plans(REVIEWER))
    assert f'"data-plan": "{number}"' in menu
    assert "重新启用此方案" not in Browser(town_site, "planner").text("planner-where.children")
    reviewer.act("rollback", value=str(number), reason=" ")
    assert "为什么" in reviewer.toast or "写明" in reviewer.toast
    assert reviewer.households()[GRIDS[0]] == 225
    reviewer.act("rollback", value=str(number), reason="居民意见")
    assert reviewer.households()[GRIDS[0]] == 200
    assert "已重新启用" in reviewer.text("planner-status.children")


def test_a_proposal_is_asked_for_with_the_options_of_the_form() -> None:
    assert options({"rule": "500", "from_plan": "none", "workload": "0.5", "stability": "2"}) == {
        "target": 500, "tolerance": 0.1, "outer": 0.2, "band": None, "unit": "households",
        "from_plan": "none", "workload": 0.5, "stability": 2.0,
    }  # fmt: skip
    assert options({"rule": "300-500"})["band"] == [300, 500]
    own = {"rule": "custom", "target": "1,300", "unit": "persons", "tolerance": "１５", "outer": "30 %"}
    assert options(own) == {
        "target": 1300.0, "tolerance": 0.15, "outer": 0.3, "band": None, "unit": "persons",
        "from_plan": "in-force", "workload": 0.0, "stability": 1.0,
    }  # fmt: skip
    for wrong, sentence in (
        ({"target": "many"}, "目标：many 不是数字"),
        ({"outer": "5"}, "不小于容差"),
        ({"tolerance": "0"}, "容差应在"),
    ):
        with pytest.raises(InputError, match=sentence):
            options(own | wrong)
    assert [rule_of(one) for one in ({}, options({}), options({"rule": "300-500"}), options(own))] == [
        "500", "500", "300-500", "custom",
    ]  # fmt: skip


def test_the_picked_grid_has_its_printed_sheet(town_site: Site) -> None:
    browser = Browser(town_site, "planner")
    browser.act("start")
    browser.act("pick", grid=GRIDS[1])
    draft = browser.book and browser.book["draft"]["draft_id"]
    link = f"/planner/files/{draft}/sheet/{GRIDS[1]}"
    assert link in browser.text("planner-table.children")
    file = browser.client.get(link)
    assert file.data.startswith(b"%PDF")


def test_a_small_map_keeps_its_grids_in_their_box_and_side_by_side() -> None:
    shapes = {
        GRIDS[0]: json.loads(json.dumps(block(0, 0, 2, 4).__geo_interface__)),
        GRIDS[1]: json.loads(json.dumps(block(2, 0, 2, 4).__geo_interface__)),
    }
    drawn = minimap.paths(shapes, {GRIDS[0]: 1, GRIDS[1]: 2})
    assert [colour for colour, _path in drawn] == [1, 2]
    spans = []
    for _colour, path in drawn:
        places = [tuple(map(float, step.split())) for step in path.strip("MZ").split("L")]
        assert all(0 <= x <= minimap.WIDTH and 0 <= y <= minimap.HEIGHT for x, y in places)
        spans.append((min(x for x, _y in places), max(x for x, _y in places)))
    assert abs(spans[0][1] - spans[1][0]) <= 0.5
    assert minimap.paths({}, {}) == []
    assert A in GRIDS[0]
