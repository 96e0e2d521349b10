"""Publishing: one transaction, a second person, history never rewritten, nothing half done whenever it is killed."""

from __future__ import annotations

import datetime as dt
import threading
from typing import Any

import geopandas as gpd
import psycopg
import pytest

from geo.errors import GridError, NotAllowed, PlanConflict, PlanError, PlanInvalid
from geo.service.access import Role
from geo.service.check import CHECKS, Status
from geo.service.check.registry import Context
from geo.service.linking import adopt_grids, link
from geo.service.planning import Planning
from geo.service.situation import Situation
from geo.settings import Settings
from geo.store import counts, ingest
from geo.store.cluster import Urls
from geo.store.database import Database, connect, owner_connection
from tests.fixtures.city import put_case
from tests.fixtures.planning_town import OPTIONS, PLANNER, REVIEWER, A, B, block, lonlat, rows, viewer

G1, G2 = f"{A}001", f"{A}002"
PAST = ("2026-01-10 09:00+08", "2026-01-11 09:00+08")
MONTHS = "day < '2026-09-01'"


def add_people(conn: psycopg.Connection) -> None:
    """Write the accounts, and cases of buildings A-2-0 (moved by the draft), A-0-0 (not) and by point."""
    for name, role in (("planner", "planner"), ("reviewer", "reviewer"), ("command", "command")):
        conn.execute(
            "INSERT INTO account (username, password_hash, role, level) VALUES (%s, 'x', %s, 'city')", (name, role)
        )
    placed = {"match_status": "matched", "match_level": "building"}
    put_case(conn, "open", grid=G2, building_id="A-2-0", reported_at=PAST[0], due_at=PAST[1], **placed)
    put_case(
        conn, "closed", grid=G2, building_id="A-2-0", state="closed", reported_at=PAST[0], due_at=PAST[1],
        accepted_at=PAST[0], resolved_at="2026-01-12 09:00+08", closed_at="2026-01-13 09:00+08", **placed,
    )  # fmt: skip
    put_case(conn, "stays", grid=G1, building_id="A-0-0", reported_at=PAST[0], due_at=PAST[1], **placed)
    lon, lat = lonlat((2.5, 1.5))[0]
    point = f"SRID=4326;POINT({lon} {lat})"
    put_case(conn, "point", grid=G2, geom=point, point_given=True, match_status="matched", match_level="point",
             reported_at=PAST[0], due_at="2030-01-01 09:00+08")  # fmt: skip


@pytest.fixture
def peopled(town: Urls) -> Urls:
    with owner_connection(town.owner_url) as conn:
        add_people(conn)
    return town


def drafted(planning: Planning, *, submit: bool = True) -> int:
    """Give the first column of grid 2 to grid 1 and hand it in."""
    draft = planning.start(PLANNER, A, "2026年草案", OPTIONS)
    buildings = [f"A-2-{y}" for y in range(4)]
    planning.stroke(PLANNER, draft, 0, {"kind": "assign", "community": A, "to": G1, "buildings": buildings})
    if submit:
        planning.submit(PLANNER, draft, 1)
    return draft


def broken(url: str) -> list[tuple[str, int]]:
    """Return the promises `gridmap check` finds broken."""
    with owner_connection(url) as conn:
        context = Context(conn, Settings(), {})
        results = [check.run(context) for check in CHECKS]
    return [(result.name, result.count) for result in results if result.status is Status.FAIL]


def history(url: str) -> list[tuple[Any, ...]]:
    """Return the daily counts of past months, as they are read."""
    return rows(
        url,
        f"SELECT * FROM daily_count WHERE {MONTHS} AND (reported, accepted, resolved, closed, closed_on_time,"
        " fell_overdue, closed_late, moved, moved_overdue) <> (0, 0, 0, 0, 0, 0, 0, 0, 0)"
        " ORDER BY day, grid_code, category",
    )


def now_open(url: str) -> dict[str, int]:
    """Return the open cases a grid, by the daily counts."""
    return dict(
        rows(url, "SELECT grid_code, sum(reported - closed + moved)::int FROM daily_count GROUP BY 1 ORDER BY 1")
    )


def grid_of(url: str) -> dict[str, str]:
    return dict(rows(url, "SELECT case_no, grid_code FROM case_record ORDER BY 1"))


def test_publishing_moves_open_cases_and_leaves_the_past(planning: Planning, peopled: Urls) -> None:
    url = peopled.owner_url
    assert broken(url) == []
    before, versions = history(url), dict(rows(url, "SELECT layer, version FROM data_version"))
    done = planning.publish(REVIEWER, drafted(planning))
    assert (done["buildings_moved"], done["cases_moved"], done["grids"]) == (4, 2, 4)
    assert grid_of(url) == {"closed": G2, "open": G1, "point": G1, "stays": G1}
    assert now_open(url) == {G1: 3, G2: 0}
    assert history(url) == before
    assert broken(url) == []
    with owner_connection(url) as conn:
        counts.rebuild_daily_counts(conn)
    assert history(url) == before
    assert now_open(url) == {G1: 3, G2: 0}
    after = dict(rows(url, "SELECT layer, version FROM data_version"))
    assert {layer for layer in after if after[layer] > versions[layer]} >= {"buildings", "grids", "cases"}
    figures = rows(
        url, "SELECT grid_code, households FROM grid_figure WHERE community_code = '640202001001' ORDER BY 1"
    )
    assert [count for _code, count in figures] == [300, 100, 200, 200]
    log = [action for (action,) in rows(url, "SELECT action FROM audit_log ORDER BY audit_id")]
    assert log == ["draft.started", "draft.submitted", "plan.published"]


def test_the_cube_follows_and_the_past_month_stays(planning: Planning, peopled: Urls, app_db: Database) -> None:
    situation = Situation(app_db, recheck_s=0)

    def month(day: str) -> dict[str, tuple[int, int]]:
        snapshot = situation._memory.current()
        cube, date = snapshot.cube, dt.date.fromisoformat(day)
        reported = cube.counts(0, dt.date(2026, 1, 1), date).sum(axis=0)  # type: ignore[arg-type]
        opened, overdue = cube.open(date).sum(axis=0), cube.overdue(date).sum(axis=0)
        return {
            key: (int(reported[at]), int(opened[at]), int(overdue[at]))
            for at, key in enumerate(snapshot.axes.places)
            if key in (G1, G2)
        }

    january, today = "2026-01-31", dt.datetime.now(dt.UTC).date() + dt.timedelta(days=1)
    before = month(january)
    assert before == {G1: (1, 1, 1), G2: (3, 2, 1)}
    planning.publish(REVIEWER, drafted(planning))
    assert month(january) == before
    assert month(today.isoformat()) == {G1: (1, 3, 2), G2: (3, 0, 0)}


def test_rolling_back_publishes_the_old_plan_again(planning: Planning, peopled: Urls) -> None:
    url = peopled.owner_url
    first = rows(url, "SELECT plan_id FROM plan")[0][0]
    in_force = "(SELECT plan_id FROM plan WHERE valid_to IS NULL)"
    shapes = f"SELECT grid_code, md5(ST_AsBinary(geom)) FROM grid WHERE plan_id = {in_force}"
    before, drawn, cases = history(url), rows(url, f"{shapes} ORDER BY 1"), grid_of(url)
    planning.publish(REVIEWER, drafted(planning))
    assert rows(url, f"{shapes} ORDER BY 1") != drawn
    back = planning.rollback(REVIEWER, first, "居民意见")
    assert back["cases_moved"] == 2
    assert rows(url, f"{shapes} ORDER BY 1") == drawn
    assert grid_of(url) == cases
    assert now_open(url) == {G1: 1, G2: 2}
    with owner_connection(url) as conn:
        counts.rebuild_daily_counts(conn)
    assert history(url) == before
    assert now_open(url) == {G1: 1, G2: 2}
    assert broken(url) == []
    assert [plan["in_force"] for plan in planning.plans(REVIEWER)] == [True, False, False]


def test_a_closed_grids_captain_goes_and_comes_back(planning: Planning, peopled: Urls) -> None:
    url = peopled.owner_url
    first = rows(url, "SELECT plan_id FROM plan")[0][0]
    draft = planning.start(PLANNER, A, options=OPTIONS)
    planning.stroke(PLANNER, draft, 0, {"kind": "merge", "grids": [G1, G2]})
    planning.submit(PLANNER, draft, 1)
    planning.publish(REVIEWER, draft)
    assert rows(url, f"SELECT count(*) FROM worker WHERE grid_code = '{G2}' AND to_on IS NULL") == [(0,)]
    assert broken(url) == []
    planning.rollback(REVIEWER, first, "恢复")
    assert rows(url, f"SELECT count(*) FROM worker WHERE grid_code = '{G2}' AND to_on IS NULL") == [(1,)]
    assert broken(url) == []


def test_what_keeps_a_draft_from_being_published(planning: Planning, peopled: Urls) -> None:
    draft = drafted(planning, submit=False)
    with pytest.raises(PlanError, match="还没有送审"):
        planning.publish(REVIEWER, draft)
    for who in (PLANNER, viewer(Role.COMMAND)):
        with pytest.raises(NotAllowed):
            planning.publish(who, draft)
    planning.submit(PLANNER, draft, 1)
    with pytest.raises(PlanError, match="审核员"):
        planning.publish(viewer(Role.REVIEWER, "nobody"), draft)
    with pytest.raises(NotAllowed):
        planning.stroke(PLANNER, draft, 1, {"kind": "undo"})
    planning.send_back(REVIEWER, draft, "请再看一下 03 格")
    assert planning.draft(PLANNER, draft)["note"] == "请再看一下 03 格"
    stroke = {"kind": "assign", "community": A, "to": G1, "buildings": ["A-6-3"]}
    planning.stroke(PLANNER, draft, 1, stroke)
    assert not planning.ready(PLANNER, draft)["can"]
    with pytest.raises(PlanInvalid, match="2 块"):
        planning.submit(PLANNER, draft, 2)
    planning.stroke(PLANNER, draft, 2, {"kind": "undo"})
    other = drafted(planning)
    planning.submit(PLANNER, draft, 3)
    planning.publish(REVIEWER, other)
    with pytest.raises(PlanConflict):
        planning.publish(REVIEWER, draft)
    assert planning.draft(PLANNER, draft)["stale"]


def test_the_author_does_not_publish_whatever_role_they_have(planning: Planning, peopled: Urls) -> None:
    draft = drafted(planning)
    with owner_connection(peopled.owner_url) as conn:
        conn.execute("UPDATE account SET role = 'reviewer' WHERE username = 'planner'")
    with pytest.raises(PlanError, match="第二个人"):
        planning.publish(viewer(Role.REVIEWER, "planner"), draft)


def late(url: str, number: str, reported: str, closed: str | None) -> None:
    """Bring a case of building A-2-0 in after the plan has changed, as a load does."""
    with owner_connection(url) as conn:
        conn.execute("TRUNCATE stage_case")
        conn.execute(
            "INSERT INTO stage_case (line, case_no, channel, category, title, description, address, reported_at,"
            " accepted_at, resolved_at, closed_at, ledger, due_at, state, point_given, key_given, building_id,"
            " community_code, grid_code, match_status, match_level, match_reason)"
            " VALUES (2, %(number)s, 'hotline', 'noise', '', '', '', %(at)s, %(at)s, %(closed)s, %(closed)s,"
            " 'immediate', %(at)s, %(state)s, false, 'building', 'A-2-0', %(a)s, %(grid)s, 'matched', 'building', '')",
            {"number": number, "at": reported, "closed": closed, "state": "closed" if closed else "accepted", "a": A,
             "grid": G1},
        )  # fmt: skip
        for name in ("cases_settle_moves", "cases_settle", "cases_insert"):
            conn.execute(ingest._ROWS[name])


def test_a_case_loaded_late_gets_the_grid_of_its_date(planning: Planning, peopled: Urls) -> None:
    url = peopled.owner_url
    planning.publish(REVIEWER, drafted(planning))
    late(url, "late-closed", "2026-02-01 09:00+08", "2026-02-03 09:00+08")
    late(url, "late-open", "2026-02-05 09:00+08", None)
    soon = (dt.datetime.now(dt.UTC) + dt.timedelta(minutes=1)).isoformat()
    late(url, "new", soon, None)
    assert {number: grid for number, grid in grid_of(url).items() if number[:3] in ("lat", "new")} == {
        "late-closed": G2,
        "late-open": G1,
        "new": G1,
    }
    february = "SELECT grid_code, sum(reported)::int FROM daily_count WHERE day BETWEEN '2026-02-01' AND '2026-02-28'"
    assert rows(url, f"{february} GROUP BY 1 HAVING sum(reported) <> 0") == [(G2, 2)]
    assert now_open(url) == {G1: 5, G2: 0}
    kept = history(url)
    with owner_connection(url) as conn:
        counts.rebuild_daily_counts(conn)
    assert history(url) == kept
    assert broken(url) == []


def test_a_kill_at_any_of_20_moments_leaves_the_old_or_the_new_plan(planning: Planning, peopled: Urls) -> None:
    url = peopled.owner_url
    first = rows(url, "SELECT plan_id FROM plan")[0][0]
    past, draft, ends = history(url), drafted(planning), []
    pool = Database(peopled.app_url, min_size=0, max_size=1)
    worker = Planning(pool)
    try:
        for moment in range(20):
            answer: list[object] = []

            def publish(number: int = draft, into: list[object] = answer) -> None:
                try:
                    into.append(worker.publish(REVIEWER, number))
                except GridError as error:
                    into.append(error)

            with connect(url, autocommit=True) as killer:
                thread = threading.Thread(target=publish)
                thread.start()
                thread.join(moment * 0.02)
                killer.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'gridmap_app'"
                    " AND datname = current_database() AND state <> 'idle'"
                )
                thread.join()
            published = rows(url, "SELECT count(*) FROM plan")[0][0] > 1 + 2 * ends.count("new")
            ends.append("new" if published else "old")
            assert broken(url) == []
            assert history(url) == past
            assert sorted(grid_of(url).values()) == sorted([G2, G1, G1, G1] if published else [G2, G2, G2, G1])
            if published:
                planning.rollback(REVIEWER, first, "再来一次")
                draft = drafted(planning)
    finally:
        pool.close()
    assert len(ends) == 20


def test_a_plan_of_another_community_is_not_touched(planning: Planning, peopled: Urls) -> None:
    url = peopled.owner_url
    b_grids = f"SELECT grid_code, md5(ST_AsBinary(geom)) FROM grid WHERE community_code = '{B}' AND plan_id = "
    before = rows(url, f"{b_grids} (SELECT min(plan_id) FROM plan) ORDER BY 1")
    planning.publish(REVIEWER, drafted(planning))
    assert rows(url, f"{b_grids} (SELECT max(plan_id) FROM plan) ORDER BY 1") == before


def load_grids(url: str) -> None:
    """Load a new file of grids: the column west in grid 2 goes to grid 1, as the draft has it."""
    shapes = [block(0, 0, 3, 4), block(3, 0, 1, 4)]
    frame = gpd.GeoDataFrame(
        {"grid_code": [G1, G2], "community_code": [A, A], "name": ["柳岸01", "柳岸02"]},
        geometry=shapes,
        crs="EPSG:4326",
    )
    with owner_connection(url) as conn:
        adopt_grids(conn, frame)
        link(conn)
        counts.refresh_figures(conn)


def test_loading_a_plan_moves_open_cases_as_publishing_it_does(peopled: Urls) -> None:
    url = peopled.owner_url
    before = history(url)
    load_grids(url)
    assert grid_of(url) == {"closed": G2, "open": G1, "point": G1, "stays": G1}
    moves = "SELECT case_no, from_grid, to_grid, plan_id = (SELECT max(plan_id) FROM plan) FROM case_move ORDER BY 1"
    assert rows(url, moves) == [("open", G2, G1, True), ("point", G2, G1, True)]
    assert history(url) == before
    assert now_open(url) == {G1: 3, G2: 0}
    with owner_connection(url) as conn:
        counts.rebuild_daily_counts(conn)
    assert history(url) == before
    assert now_open(url) == {G1: 3, G2: 0}
    load_grids(url)
    assert len(rows(url, moves)) == 2
    assert broken(url) == []


def test_a_case_loaded_after_a_loaded_plan_gets_the_grid_of_its_date(peopled: Urls) -> None:
    url = peopled.owner_url
    load_grids(url)
    late(url, "late-closed", "2026-02-01 09:00+08", "2026-02-03 09:00+08")
    late(url, "late-open", "2026-02-05 09:00+08", None)
    assert {number: grid for number, grid in grid_of(url).items() if number[:3] == "lat"} == {
        "late-closed": G2,
        "late-open": G1,
    }
    february = "SELECT grid_code, sum(reported)::int FROM daily_count WHERE day BETWEEN '2026-02-01' AND '2026-02-28'"
    assert rows(url, f"{february} GROUP BY 1 HAVING sum(reported) <> 0") == [(G2, 2)]
    assert broken(url) == []


def test_what_a_provisional_grid_held_has_no_past_in_it(peopled: Urls) -> None:
    url = peopled.owner_url
    with owner_connection(url) as conn:
        conn.execute("UPDATE grid SET provisional = true WHERE left(grid_code, 12) = %s", [A])
    load_grids(url)
    late(url, "late-closed", "2026-02-01 09:00+08", "2026-02-03 09:00+08")
    assert rows(url, "SELECT count(*) FROM case_move") == [(0,)]
    assert grid_of(url) == {"closed": G1, "late-closed": G1, "open": G1, "point": G1, "stays": G1}
