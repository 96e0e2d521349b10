"""Places that are not as they should be: each is drawn all the same, and a sentence says what is the matter."""

from __future__ import annotations

from typing import Any

import pytest

from geo.service.planning import Planning
from geo.store.cluster import Urls
from geo.store.counts import refresh_figures
from geo.store.database import owner_connection
from tests.fixtures.city import plain_wkb, polygon_wkb, put_building
from tests.fixtures.planning_town import OPTIONS, PLANNER, A, block

FITS = "800 户：4 个网格可全部在 180-220 之内。"
NO_STREETS = "没有道路数据：界线只沿楼栋划分。"
G1, G4 = f"{A}001", f"{A}004"


def opened(planning: Planning, town: Urls, *statements: tuple[str, Any]) -> dict[str, Any]:
    """Change the town, start a draft and open community A."""
    with owner_connection(town.owner_url) as conn:
        for statement, values in statements:
            conn.execute(statement, values)
            conn.execute("SELECT bump('buildings'), bump('areas'), bump('roads'), bump('water')")
        refresh_figures(conn)
    return planning.open(PLANNER, planning.start(PLANNER, A, options=OPTIONS), A)


def total(told: dict[str, Any]) -> int:
    return sum(row["households"] for row in told["rows"])


def possible(planning: Planning, told: dict[str, Any]) -> list[dict[str, Any]]:
    return planning.feasibility(PLANNER, A, told["draft"]["draft_id"])["found"]


def test_one_tower_of_900_households(planning: Planning, town: Urls) -> None:
    told = opened(planning, town, ("UPDATE building SET households = 900 WHERE building_id = 'A-0-0'", None))
    assert total(told) == 800 - 25 + 900
    breach = next(one for one in told["breaches"] if one["grid_code"] == G1)
    assert breach["kind"] == "outer_over"
    alone = planning.stroke(
        PLANNER, told["draft"]["draft_id"], 0,
        {"kind": "assign", "community": A, "to": "new", "buildings": ["A-0-0"]},
    )  # fmt: skip
    tower = next(one for one in alone["breaches"] if one["grid_code"] == f"{A}005")
    assert tower["repair"] is None
    assert "900" in tower["way_out"]
    assert "按单元" in tower["way_out"]
    said = possible(planning, told)[0]["sentence"]
    assert said.startswith("仅楼栋 A-0-0 就有 900 户，超过每格 180-220 的上限：整栋划分无法满足。可选办法：")


def test_a_community_of_90_households(planning: Planning, town: Urls) -> None:
    less = "UPDATE building SET households = CASE WHEN building_id LIKE 'A-0-%%' THEN 20 WHEN building_id = 'A-1-0'"
    told = opened(planning, town, (f"{less} THEN 10 ELSE 0 END WHERE community_code = '{A}'", None))
    assert total(told) == 90
    said = possible(planning, told)[0]["sentence"]
    assert said.startswith("90 户：不足一个 180-220 的网格。保留为一个网格；可选办法：")
    assert not possible(planning, told)[0]["possible"]
    breach = next(one for one in told["breaches"] if one["grid_code"] == G1)
    assert breach["kind"] == "outer_under"


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("DELETE FROM road", f"{FITS}{NO_STREETS}"),
        ("UPDATE building SET geom = ST_PointOnSurface(geom)", FITS),
        ("UPDATE road SET class = 'arterial'", FITS),
    ],
    ids=["no roads", "point buildings", "arterials only"],
)
def test_without_roads_and_with_point_buildings(planning: Planning, town: Urls, statement: str, said: str) -> None:
    told = opened(planning, town, (statement, None))
    assert total(told) == 800
    assert len(told["buildings"]["features"]) == 32
    assert {row["parts"] for row in told["rows"]} == {1}
    assert [one for one in told["breaches"] if one["hard"]] == []
    assert [one["sentence"] for one in possible(planning, told)] == [said]


def test_a_hole_in_the_community(planning: Planning, town: Urls) -> None:
    hole = polygon_wkb(block(3.8, 1.8, 0.4, 0.4))
    told = opened(
        planning, town, (f"UPDATE area SET geom = ST_Multi(ST_Difference(geom, %s)) WHERE code = '{A}'", [hole])
    )
    assert total(told) == 800
    assert {row["parts"] for row in told["rows"]} == {1}
    assert [one["sentence"] for one in possible(planning, told)] == [FITS]


def test_the_river_that_cuts_a_part_off_is_said_by_name(planning: Planning, town: Urls) -> None:
    shape = f"ST_GeomFromText('{block(-1, 1.95, 20, 0.1).wkt}', 4326)"
    river = f"INSERT INTO water (water_id, name, kind, geom) VALUES ('w1', '澜江', 'river', {shape})"
    told = opened(planning, town, (river, None))
    cut_off = [one["sentence"] for one in possible(planning, told) if "隔开" in one["sentence"]]
    assert len(possible(planning, told)) == 2
    assert len(cut_off) == 1
    assert cut_off[0].endswith("这一片被澜江与社区其余部分隔开。")


def test_an_island_becomes_a_grid_of_its_own_by_one_touch(planning: Planning, town: Urls) -> None:
    shape = polygon_wkb(block(6, 6, 1, 1))
    with owner_connection(town.owner_url) as conn:
        put_building(conn, "A-island", block(6.3, 6.3, 0.4, 0.4), A, households=25)
        conn.execute(
            "INSERT INTO assignment (plan_id, building_id, county_code, grid_code)"
            " SELECT plan_id, 'A-island', '640202', %s FROM plan",
            [G4],
        )
        assert plain_wkb(block(6, 6, 1, 1))
    told = opened(planning, town, (f"UPDATE area SET geom = ST_Multi(ST_Union(geom, %s)) WHERE code = '{A}'", [shape]))
    island, land = sorted(possible(planning, told), key=lambda one: one["households"])
    assert land["sentence"] == FITS
    assert island["sentence"].startswith("25 户：不足一个 180-220 的网格。保留为一个网格；")
    assert island["sentence"].endswith("这一片与社区其余部分不相连。")
    split = next(one for one in told["breaches"] if one["kind"] == "split")
    assert (split["grid_code"], split["buildings"]) == (G4, ["A-island"])
    mended = planning.stroke(PLANNER, told["draft"]["draft_id"], 0, split["repair"])
    assert mended["moved"] == {"A-island": f"{A}005"}
    assert [one for one in mended["breaches"] if one["hard"]] == []
