"""Linking on a drawn city: the plan in force, provisional grids, versions, buildings and cases."""

from __future__ import annotations

import psycopg
import pytest

from geo.core.address.answer import NO_PLACE
from geo.service.linking import Counts, adopt_grids, link
from tests.fixtures import city
from tests.fixtures.drawing import point

A1, A2, B1 = "640202001001001", "640202001001002", "640202001002001"


@pytest.fixture
def conn(owner: psycopg.Connection) -> psycopg.Connection:
    city.put_areas(owner)
    return owner


def building_grids(conn: psycopg.Connection) -> dict[str, str | None]:
    return dict(conn.execute("SELECT building_id, grid_code FROM building ORDER BY 1").fetchall())


def put_grids(conn: psycopg.Connection, rows: tuple[str, ...], codes: dict[str, str]) -> Counts:
    return adopt_grids(conn, city.grids(rows, codes))


def put_buildings(conn: psycopg.Connection) -> None:
    squares = city.shapes(("xy....", "......", "....zz"))
    city.put_building(conn, "x", squares["x"])
    city.put_building(conn, "y", squares["y"])
    city.put_building(conn, "z", squares["z"], city.COMMUNITIES["B"])


def test_without_grids_each_community_is_one_provisional_grid(conn: psycopg.Connection) -> None:
    put_buildings(conn)
    linked = link(conn)
    assert (linked.provisional_grids, linked.buildings_changed, linked.buildings_without_grid) == (2, 3, 0)
    assert building_grids(conn) == {"x": A1, "y": A1, "z": B1}
    assert conn.execute("SELECT provisional FROM plan").fetchall() == [(True,)]
    assert conn.execute("SELECT grid_code, name, provisional FROM grid ORDER BY 1").fetchall() == [
        (A1, "A社区居委会", True),
        (B1, "B社区居委会", True),
    ]


def test_loaded_grids_are_the_plan_and_linking_again_changes_nothing(conn: psycopg.Connection) -> None:
    put_buildings(conn)
    put_grids(conn, ("abbccc",) * 3, {"a": A1, "b": A2, "c": B1})
    first = link(conn)
    assert building_grids(conn) == {"x": A1, "y": A2, "z": B1}
    before = conn.execute("SELECT layer, version FROM data_version ORDER BY 1").fetchall()
    assert put_grids(conn, ("abbccc",) * 3, {"a": A1, "b": A2, "c": B1}) == Counts(3, 0, 0, 3)
    second = link(conn)
    assert (second.plan_id, second.buildings_changed, second.provisional_grids) == (first.plan_id, 0, 0)
    assert conn.execute("SELECT count(*) FROM plan").fetchone() == (1,)
    assert conn.execute("SELECT layer, version FROM data_version ORDER BY 1").fetchall() == before


def test_a_changed_grid_makes_a_version_and_the_old_one_ends(conn: psycopg.Connection) -> None:
    put_buildings(conn)
    put_grids(conn, ("abbccc",) * 3, {"a": A1, "b": A2, "c": B1})
    old = link(conn).plan_id
    assert put_grids(conn, ("aab...",) * 3, {"a": A1, "b": A2}) == Counts(2, 0, 2, 0)
    new = link(conn)
    assert building_grids(conn) == {"x": A1, "y": A1, "z": B1}
    plans = conn.execute("SELECT plan_id, base_plan_id, valid_to IS NULL FROM plan ORDER BY plan_id").fetchall()
    assert plans == [(old, None, False), (new.plan_id, old, True)]
    kept = "SELECT building_id, grid_code FROM assignment WHERE plan_id = %s ORDER BY 1"
    assert conn.execute(kept, (old,)).fetchall() == [("x", A1), ("y", A2), ("z", B1)]


def test_a_redivision_closes_the_grids_it_covers_and_leaves_the_others(conn: psycopg.Connection) -> None:
    put_buildings(conn)
    put_grids(conn, ("abbccc",) * 3, {"a": A1, "b": A2, "c": B1})
    link(conn)
    put_grids(conn, ("aaa...",) * 3, {"a": A1})
    linked = link(conn)
    codes = conn.execute("SELECT grid_code FROM grid WHERE plan_id = %s ORDER BY 1", (linked.plan_id,)).fetchall()
    assert codes == [(A1,), (B1,)]


def test_real_grids_replace_the_provisional_one_of_their_community(conn: psycopg.Connection) -> None:
    put_buildings(conn)
    link(conn)
    assert put_grids(conn, ("aab...",) * 3, {"a": A1, "b": A2}) == Counts(2, 2, 0, 0)
    linked = link(conn)
    rows = conn.execute("SELECT grid_code, provisional FROM grid WHERE plan_id = %s ORDER BY 1", (linked.plan_id,))
    assert rows.fetchall() == [(A1, False), (A2, False), (B1, True)]
    assert conn.execute("SELECT provisional FROM plan WHERE plan_id = %s", (linked.plan_id,)).fetchone() == (True,)


def test_a_footprint_over_two_grids_goes_to_the_larger_share_and_a_tie_to_the_lower_code(
    conn: psycopg.Connection,
) -> None:
    wide = city.shapes(("wwwt..", "...t..", "......"))
    city.put_building(conn, "wide", wide["w"])
    city.put_building(conn, "edge", city.shapes(("......", ".uu...", "......"))["u"])
    city.put_building(conn, "outside", city.shapes(("......", "......", "......", "o....."))["o"])
    put_grids(conn, ("aabccc",) * 3, {"a": A2, "b": A1, "c": B1})
    linked = link(conn)
    grids = building_grids(conn)
    assert (grids["wide"], grids["edge"]) == (A2, A1)
    # the fourth row pushes the drawing north: that square is the south-west one of the city
    assert linked.buildings_without_grid == 0


def test_a_building_outside_every_grid_has_none(conn: psycopg.Connection) -> None:
    put_buildings(conn)
    put_grids(conn, ("..bbccc"[1:],) * 3, {"b": A1, "c": B1})
    assert link(conn).buildings_without_grid == 1
    assert building_grids(conn)["x"] is None


def case_places(conn: psycopg.Connection) -> dict[str, tuple[str, str, str]]:
    rows = conn.execute("SELECT case_no, grid_code, match_status, county_code FROM case_record ORDER BY 1").fetchall()
    return {row[0]: row[1:] for row in rows}


def test_a_case_without_place_gets_one_when_the_register_grows(conn: psycopg.Connection) -> None:
    put_grids(conn, ("abbccc",) * 3, {"a": A1, "b": A2, "c": B1})
    link(conn)
    city.put_case(conn, "1", address="青竹佳苑3号楼")
    city.put_case(conn, "2", address="无此小区3号楼", match_reason=NO_PLACE)
    assert link(conn).cases_changed == 0
    city.put_building(conn, "x", city.shapes(("xy....", "......", "......"))["y"], estate="青竹佳苑", name="3栋")
    conn.execute("UPDATE data_version SET version = version + 1 WHERE layer = 'buildings'")
    assert link(conn).cases_changed == 1
    assert case_places(conn) == {"1": (A2, "matched", "640202"), "2": ("", "unmatched", "000000")}
    inside = conn.execute(
        "SELECT c.case_no, ST_Intersects(c.geom, b.geom) FROM case_record AS c, building AS b ORDER BY 1"
    ).fetchall()
    assert inside == [("1", True), ("2", None)]


def test_under_a_new_plan_open_cases_move_and_closed_ones_keep_their_grid(conn: psycopg.Connection) -> None:
    put_buildings(conn)
    put_grids(conn, ("abbccc",) * 3, {"a": A1, "b": A2, "c": B1})
    link(conn)
    said: dict[str, object] = {"match_status": "matched", "match_level": "building", "building_id": "y"}
    city.put_case(conn, "open", grid=A2, **said)
    city.put_case(conn, "closed", grid=A2, state="closed", closed_at="2026-01-03 09:00+08", **said)
    put_grids(conn, ("aab...",) * 3, {"a": A1, "b": A2})
    assert link(conn).cases_changed == 1
    assert case_places(conn) == {"open": (A1, "matched", "640202"), "closed": (A2, "matched", "640202")}


def test_cases_of_a_provisional_grid_are_placed_anew_even_when_closed(conn: psycopg.Connection) -> None:
    put_buildings(conn)
    link(conn)
    spot = point("p", *("......", "..p...", "......"), epsg=4326)
    city.put_case(
        conn, "1", grid=A1, state="closed", closed_at="2026-01-03 09:00+08", match_status="matched",
        match_level="point", geom=city.plain_wkb(spot), point_given=True,
    )  # fmt: skip
    put_grids(conn, ("aab...",) * 3, {"a": A1, "b": A2})
    link(conn)
    assert case_places(conn)["1"][0] == A2
