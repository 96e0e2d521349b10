"""Strokes on a draft, by hand on a drawn town: every figure can be told from the drawing."""

from __future__ import annotations

import random
from itertools import pairwise
from typing import Any

import pytest

from geo.core.planning.edit import Locked
from geo.errors import DraftMoved, InputError, NotAllowed, NotFound
from geo.model import Level
from geo.service import planning_wide as wide
from geo.service.access import Role
from geo.service.planning import Planning
from geo.store.cluster import Urls
from geo.store.database import Database
from tests.fixtures.planning_town import COMMAND, OPTIONS, PLANNER, REVIEWER, SECOND, A, B, lonlat, rows, viewer

GRIDS = [f"{A}{number:03d}" for number in (1, 2, 3, 4)]


class Pen:
    """A draft and the revision its planner has seen."""

    def __init__(self, planning: Planning, area: str = A, who: Any = PLANNER) -> None:
        self.planning, self.who = planning, who
        self.draft = planning.start(who, area, "草案", OPTIONS)
        self.revision = 0

    def __call__(self, kind: str, **asked: Any) -> dict[str, Any]:
        change = self.planning.stroke(self.who, self.draft, self.revision, {"kind": kind, **asked})
        self.revision = change["revision"]
        return change

    def places(self, community: str = A) -> dict[str, str]:
        opened = self.planning.open(self.who, self.draft, community)
        return {f["properties"]["id"]: f["properties"]["grid"] for f in opened["buildings"]["features"]}


@pytest.fixture
def pen(planning: Planning) -> Pen:
    return Pen(planning)


def by_grid(change: dict[str, Any]) -> dict[str, int]:
    return {row["grid_code"]: row["households"] for row in change["all_rows"]}


def test_the_plan_in_force_is_told(planning: Planning) -> None:
    told = planning.overview(PLANNER, A)
    assert [(row["grid_code"], row["households"], row["captain"]) for row in told["rows"]] == [
        (code, 200, f"陈{number}") for number, code in enumerate(GRIDS, start=1)
    ]
    assert [row["polsby_popper"] for row in told["rows"]] == [pytest.approx(0.698, abs=0.002)] * 4
    assert told["totals"]["households"] == 800
    possible = planning.feasibility(PLANNER, A)
    assert possible["done"] == possible["count"] == 1
    assert possible["found"][0]["households"] == 800
    assert "800" in possible["found"][0]["sentence"]
    assert len(planning.overview(PLANNER, "6402")["rows"]) == 6


def test_the_land_of_a_wide_area_is_surveyed_step_by_step(planning: Planning, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = planning.feasibility(PLANNER, "6402")
    assert (whole["done"], whole["count"]) == (2, 2)
    monkeypatch.setattr(wide, "PATIENCE_S", -1.0)
    first = planning.feasibility(PLANNER, "6402")
    assert (first["done"], first["count"]) == (1, 2)
    rest = planning.feasibility(PLANNER, "6402", begin=first["done"])
    assert (rest["done"], rest["count"]) == (2, 2)
    assert first["found"] + rest["found"] == whole["found"]
    assert [one["households"] for one in whole["found"]] == [800, 400]


def test_a_wide_area_shows_the_draft_where_it_changes_something(planning: Planning) -> None:
    draft = planning.start(PLANNER, "640202001", options=OPTIONS)
    opened = planning.open(PLANNER, draft, A)
    before = planning.overview(PLANNER, "6402", draft)
    assert (before["shapes"], before["moved"]) == ({}, {})
    planning.stroke(PLANNER, draft, 0, {"kind": "merge", "grids": GRIDS[:2]})
    for area in ("6402", "640202001", A):
        told = planning.overview(PLANNER, area, draft)
        rows = {row["grid_code"]: row["households"] for row in told["rows"] if row["community_code"] == A}
        assert rows == {GRIDS[0]: 400, GRIDS[2]: 200, GRIDS[3]: 200}
        assert told["totals"]["within"] == len(told["rows"]) - 1
        assert {*told["shapes"]} == {*rows}
        assert told["moved"] == {f"A-{x}-{y}": GRIDS[0] for x in (2, 3) for y in range(4)}
    rest = [row["grid_code"] for row in planning.overview(PLANNER, "6402", draft)["rows"]]
    assert rest == sorted(rest)
    assert [code for code in rest if code.startswith(B)] == [f"{B}001", f"{B}002"]
    # Colours before there is a draft are those a draft then has.
    force = {row["grid_code"]: row["colour"] for row in planning.overview(PLANNER, A)["rows"]}
    assert force == {row["grid_code"]: row["colour"] for row in opened["rows"]}
    assert all(force[one] != force[other] for one, other in pairwise(GRIDS))


def test_a_tap_moves_one_building(pen: Pen) -> None:
    change = pen("assign", community=A, to=GRIDS[0], point=lonlat((2.5, 0.5))[0])
    assert change["moved"] == {"A-2-0": GRIDS[0]}
    assert by_grid(change) == {GRIDS[0]: 225, GRIDS[1]: 175, GRIDS[2]: 200, GRIDS[3]: 200}
    assert {row["grid_code"] for row in change["rows"]} == {GRIDS[0], GRIDS[1]}
    assert change["sentence"] == "1 栋 25 户 → 柳岸01"
    deviation = {row["grid_code"]: row["deviation"] for row in change["rows"]}
    assert deviation == {GRIDS[0]: 0.125, GRIDS[1]: -0.125}
    assert {one["kind"] for one in change["breaches"]} == {"over", "under"}
    assert pen.places()["A-2-0"] == GRIDS[0]


def test_a_brush_takes_what_it_touches_and_a_lasso_what_it_encloses(pen: Pen) -> None:
    brushed = pen("assign", community=A, to=GRIDS[0], line=lonlat((2.5, 0.5), (2.5, 2.5)), width_m=10)
    assert {*brushed["moved"]} == {"A-2-0", "A-2-1", "A-2-2"}
    ring = lonlat((6.1, 0.1), (8.2, 0.1), (8.2, 1.9), (6.1, 1.9))
    lassoed = pen("assign", community=A, to=GRIDS[2], polygon=ring)
    assert {*lassoed["moved"]} == {"A-6-0", "A-6-1", "A-7-0", "A-7-1"}


def test_buildings_of_another_community_stay(pen: Pen) -> None:
    change = pen("assign", community=A, to=GRIDS[2], buildings=["A-6-0", "B-0-0"])
    assert {*change["moved"]} == {"A-6-0"}
    assert change["note"] == "1 栋在其他社区，不动。"
    with pytest.raises(NotFound):
        pen("assign", community=B, to=f"{B}001", buildings=["B-2-0"])


def test_a_cut_splits_and_the_new_grid_takes_the_next_number(pen: Pen) -> None:
    change = pen("cut", grid=GRIDS[1], line=lonlat((1.8, 2), (4.2, 2)))
    assert by_grid(change) == {GRIDS[0]: 200, GRIDS[1]: 100, GRIDS[2]: 200, GRIDS[3]: 200, f"{A}005": 100}
    assert {row["grid_code"]: row["name"] for row in change["rows"]} == {GRIDS[1]: "柳岸02", f"{A}005": "柳岸05"}
    with pytest.raises(InputError, match="没有把"):
        pen("cut", grid=GRIDS[0], line=lonlat((6, 1), (7, 1)))


def test_merging_dissolving_and_a_strip(pen: Pen) -> None:
    merged = pen("merge", grids=[GRIDS[2], GRIDS[3]])
    assert by_grid(merged) == {GRIDS[0]: 200, GRIDS[1]: 200, GRIDS[2]: 400}
    assert merged["closed"] == [GRIDS[3]]
    strip = pen("strip", **{"from": GRIDS[2], "to": GRIDS[1]})
    assert {*strip["moved"]} == {f"A-4-{y}" for y in range(4)}
    dissolved = pen("dissolve", grid=GRIDS[1])
    assert by_grid(dissolved) == {GRIDS[0]: 400, GRIDS[2]: 400}
    with pytest.raises(InputError, match="不相邻"):
        Pen(pen.planning)("merge", grids=[GRIDS[0], GRIDS[3]])


def test_a_grid_in_two_parts_is_said_and_mended_by_one_touch(pen: Pen) -> None:
    change = pen("assign", community=A, to=GRIDS[0], buildings=["A-6-3"])
    split = next(one for one in change["breaches"] if one["kind"] == "split")
    assert (split["grid_code"], split["hard"]) == (GRIDS[0], True)
    assert "2" in split["sentence"]
    assert split["buildings"] == ["A-6-3"]
    mended = pen(**split["repair"])
    assert "split" not in {one["kind"] for one in mended["breaches"]}
    assert {row["parts"] for row in mended["all_rows"]} == {1}


def test_a_locked_grid_that_breaks_a_rule_is_told_to_be_unlocked(pen: Pen) -> None:
    pen("assign", community=A, to=GRIDS[0], buildings=["A-6-3"])
    change = pen("lock", grid=GRIDS[0])
    split = next(one for one in change["breaches"] if one["kind"] == "split")
    assert split["repair"] is None
    assert split["way_out"] == "该网格已锁定：请先解锁，再修复。"


def test_a_grid_over_the_limit_is_mended_by_one_touch(pen: Pen) -> None:
    change = pen("assign", community=A, to=GRIDS[0], buildings=["A-2-0", "A-2-1", "A-2-2"])
    over = next(one for one in change["breaches"] if one["grid_code"] == GRIDS[0])
    assert over["kind"] == "outer_over"
    assert over["sentence"] == "柳岸01 有 275 户，比 200 多 37.5%；上限 240。"
    shown = pen.planning.preview(PLANNER, pen.draft, over["repair"])
    assert shown["buildings"] == over["buildings"]
    mended = pen(**over["repair"])
    assert GRIDS[0] not in {one["grid_code"] for one in mended["breaches"]}


def test_a_lock_protects_from_every_stroke_and_from_undo(pen: Pen) -> None:
    pen("assign", community=A, to=GRIDS[0], buildings=["A-2-0"])
    pen("lock", grid=GRIDS[1])
    for kind, asked in (
        ("assign", {"community": A, "to": GRIDS[1], "buildings": ["A-0-0"]}),
        ("assign", {"community": A, "to": GRIDS[0], "buildings": ["A-2-1"]}),
        ("merge", {"grids": [GRIDS[0], GRIDS[1]]}),
        ("dissolve", {"grid": GRIDS[1]}),
        ("cut", {"grid": GRIDS[1], "line": lonlat((1.8, 2), (4.2, 2))}),
        ("undo", {}),
    ):
        with pytest.raises(Locked):
            pen(kind, **asked)
    pen("unlock", grid=GRIDS[1])
    pen("lock", building="A-2-0")
    kept = pen("assign", community=A, to=GRIDS[1], buildings=["A-2-0", "A-1-0"])
    assert {*kept["moved"]} == {"A-1-0"}
    assert kept["note"] == "1 处已锁定，不动。"
    pen("undo")
    with pytest.raises(Locked, match="A-2-0"):
        pen("undo")
    pen("unlock", building="A-2-0")
    assert pen("undo")["draft"]["undo_steps"] == 0


def test_undo_and_redo_go_on_in_another_worker(pen: Pen, town: Urls) -> None:
    before = pen.places()
    pen("cut", grid=GRIDS[1], line=lonlat((1.8, 2), (4.2, 2)))
    pen("merge", grids=[GRIDS[2], GRIDS[3]])
    after = pen.places()
    pool = Database(town.app_url, max_size=1)
    try:
        pen.planning = Planning(pool)
        assert pen.places() == after
        for _ in range(2):
            pen("undo")
        assert pen.places() == before
        assert rows(town.owner_url, "SELECT count(*) FROM draft_place") == [(0,)]
        with pytest.raises(InputError):
            pen("undo")
        for _ in range(2):
            pen("redo")
        assert pen.places() == after
        assert pen.planning.draft(PLANNER, pen.draft)["redo"] is None
    finally:
        pool.close()


def draw_anything(rng: random.Random, places: dict[str, str]) -> dict[str, Any]:
    """Draw a random stroke."""
    grids = sorted(set(places.values()))
    some = rng.sample(sorted(places), rng.randrange(1, 5))
    x, y = rng.uniform(0, 8), rng.uniform(0, 4)
    return rng.choice(
        [
            {"kind": "assign", "community": A, "to": rng.choice([*grids, "new"]), "buildings": some},
            {"kind": "cut", "grid": rng.choice(grids), "line": lonlat((x, -0.2), (y * 2, 4.2))},
            {"kind": "cut", "grid": rng.choice(grids), "line": lonlat((-0.2, y), (8.2, y))},
            {"kind": "merge", "grids": rng.sample(grids, min(2, len(grids)))},
            {"kind": "dissolve", "grid": rng.choice(grids)},
            {"kind": "strip", "from": rng.choice(grids), "to": rng.choice(grids)},
            {"kind": "repair", "grid": rng.choice(grids), "breach": rng.choice(["split", "over", "under"])},
            {"kind": rng.choice(["lock", "unlock"]), "grid": rng.choice(grids)},
            {"kind": rng.choice(["lock", "unlock"]), "building": some[0]},
            {"kind": rng.choice(["undo", "redo"])},
        ]
    )


@pytest.mark.parametrize("seed", range(2))
def test_undo_is_identity_under_any_history_with_locks(planning: Planning, town: Urls, seed: int) -> None:
    rng, pen = random.Random(seed), Pen(planning)
    states = [pen.places()]
    redo: list[dict[str, str]] = []
    for _ in range(24):
        asked, before = draw_anything(rng, pen.places()), pen.places()
        locks = planning.draft(PLANNER, pen.draft)["locks"]
        try:
            pen(**asked)
        except (InputError, Locked):
            assert pen.places() == before
            continue
        after = pen.places()
        moved = {place for place in after if after[place] != before[place]}
        assert not moved & {*locks["buildings"]}
        assert not {grid for place in moved for grid in (before[place], after[place])} & {*locks["grids"]}
        assert sorted(after) == sorted(before)
        if asked["kind"] == "undo":
            redo.append(states.pop())
            assert after == states[-1]
        elif asked["kind"] == "redo":
            assert after == redo[-1]
            states.append(redo.pop())
        elif asked["kind"] not in ("lock", "unlock"):
            states.append(after)
            redo.clear()
    for kind, codes in planning.draft(PLANNER, pen.draft)["locks"].items():
        for code in codes:
            pen("unlock", **{kind[:-1]: code})
    while planning.draft(PLANNER, pen.draft)["undo"]:
        pen("undo")
        states.pop()
        assert pen.places() == states[-1]
    assert rows(town.owner_url, "SELECT count(*) FROM draft_place") == [(0,)]


def test_the_second_of_two_planners_is_told_and_nobodys_stroke_is_lost(planning: Planning) -> None:
    first = Pen(planning, "640202001")
    first("assign", community=A, to=GRIDS[0], buildings=["A-2-0"])
    with pytest.raises(DraftMoved, match="planner") as caught:
        planning.stroke(
            SECOND, first.draft, 0, {"kind": "assign", "community": A, "to": GRIDS[0], "buildings": ["A-2-1"]}
        )
    assert caught.value.revision == 1
    assert [one["kind"] for one in caught.value.strokes] == ["assign"]
    elsewhere = {"kind": "assign", "community": B, "to": f"{B}001", "buildings": ["B-2-0"]}
    merged = planning.stroke(SECOND, first.draft, 0, elsewhere)
    assert [one["by"] for one in merged["behind"]] == ["planner"]
    assert planning.news(PLANNER, first.draft, 1)["strokes"][0]["by"] == "planner-2"
    assert planning.news(SECOND, first.draft, 2)["others"] == ["planner"]
    assert first.places()["A-2-0"] == GRIDS[0]
    assert first.places(B)["B-2-0"] == f"{B}001"


def test_who_may_draw(planning: Planning) -> None:
    pen = Pen(planning)
    stroke = {"kind": "merge", "grids": GRIDS[:2]}
    for who in (REVIEWER, COMMAND):
        assert planning.open(who, pen.draft, A)["rows"]
        with pytest.raises(NotAllowed):
            planning.stroke(who, pen.draft, 0, stroke)
    for role in (Role.WALL, Role.CLERK, Role.CAPTAIN, Role.WORKER, Role.AUDITOR, Role.ADMIN):
        with pytest.raises(NotAllowed):
            planning.drafts(viewer(role))
    outside = viewer(Role.PLANNER, "outside", Level.COMMUNITY, (B,))
    assert planning.drafts(outside) == []
    for ask in (
        lambda: planning.open(outside, pen.draft, A),
        lambda: planning.stroke(outside, pen.draft, 0, stroke),
        lambda: planning.overview(outside, A),
        lambda: planning.start(outside, A),
    ):
        with pytest.raises(NotFound):
            ask()
