"""The proposals' panel: which of three plans are one and the same, and whose they are."""

from __future__ import annotations

import json
from typing import Any

from plotly.utils import PlotlyJSONEncoder

from dashboard.pages.planner.proposals import panel
from geo.i18n import using

CITY, COMMUNITY = "6402", "640202001001"
PATH = [{"code": CITY, "name": "石嘴山市"}, {"code": COMMUNITY, "name": "柳岸社区"}]


def profile(name: str, *same: str) -> dict[str, Any]:
    """Return a proposal without a grid."""
    figures = dict.fromkeys(("grids", "within", "worst", "polsby_popper", "households_moved", "arterials"), 0)
    return {"profile": name, "same": [*same], "figures": figures, "geometry": {"features": []}}


def words(area: str, job_area: str, *, undo: dict[str, Any] | None = None, in_force: int = 1) -> str:
    """Build the panel of a finished job and return it as it is sent."""
    profiles = [profile("balanced", "middle"), profile("middle", "balanced"), profile("compact")]
    job = {"job_id": 7, "area": job_area, "status": "done", "options": {}, "profiles": profiles, "base_plan_id": 1}
    here = {"code": area, "path": [one for one in PATH if area.startswith(one["code"])]}
    draft = {"undo": undo, "base_plan_id": 1} if undo else None
    book = {"area": here, "draft": draft, "plan": {"plan_id": in_force}}
    return json.dumps(panel(book, job, editable=True), cls=PlotlyJSONEncoder, ensure_ascii=False)


def test_profiles_that_are_one_plan_say_so() -> None:
    with using("zh"):
        said = words(COMMUNITY, COMMUNITY)
    assert said.count("为同一方案") == 2
    assert "＝与折中为同一方案" in said
    assert "＝与均衡为同一方案" in said
    assert "形状最整齐" in said
    assert "兼顾均衡与形状" not in said
    with using("en"):
        assert "= the same plan as Balanced" in words(COMMUNITY, COMMUNITY)


def test_a_draft_that_took_one_of_them_over_stands_under_both() -> None:
    with using("zh"):
        said = words(COMMUNITY, COMMUNITY, undo={"proposal": [7, "middle"]})
    assert said.count("当前草案") == 2
    assert said.count('"采用"') == 1


def test_plans_of_a_wider_area_say_whose_they_are() -> None:
    with using("zh"):
        assert words("640202001", CITY).count("用于整个石嘴山市") == 3
        below = words(COMMUNITY, CITY)
        assert below.count("只用于本社区") == 3
        assert '"方案", " ", {' in below
        assert "石嘴山市" in below
        assert "石嘴山市" not in words(CITY, CITY)


def test_plans_made_from_an_earlier_plan_are_not_to_be_adopted() -> None:
    with using("zh"):
        said = words(COMMUNITY, COMMUNITY, in_force=2)
    assert said.count("出自另一份方案：请重新生成。") == 3
    assert "采用" not in said
