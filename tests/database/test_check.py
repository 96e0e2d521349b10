"""`gridmap check` on a drawn city: clean as it is, and every kind of breach planted and found with the right rows.

Breaches are planted with triggers and foreign keys off (a superuser's session_replication_role) and named constraints
dropped, all in a transaction that is rolled back.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
from rich.console import Console

from geo import i18n
from geo.service.check import CHECKS, Result, Status, render, run_checks
from geo.service.recount import recount
from geo.settings import Settings
from geo.store.cluster import Cluster, Urls
from geo.store.database import connect, owner_connection
from geo.store.postgres import SUPERUSER
from tests.fixtures import city

A1, A2, B1 = "640202001001001", "640202001001002", "640202001002001"
A, B = "640202001001", "640202001002"
PLACE_X = f"'x', '{A}', '640202'"
RESIDENT = "INSERT INTO resident (resident_id, household_id, building_id, community_code, county_code)"
HOUSEHOLD = "INSERT INTO household (household_id, dwelling_id, building_id, community_code, county_code)"
DWELLING = "INSERT INTO dwelling (dwelling_id, building_id, community_code, county_code)"
EAST_3_M = "ST_Transform(ST_Translate(ST_Transform(geom, 4527), 3, 0), 4326)"

NOWHERE = Path("/nonexistent")
"""A home without notes of another database's audit log."""


@pytest.fixture(scope="module")
def conn(cluster: Cluster, module_database: Urls) -> Iterator[psycopg.Connection]:
    with owner_connection(module_database.owner_url) as owner:
        city.put_whole_city(owner)
        name = owner.info.dbname
    with connect(cluster.url(SUPERUSER, name)) as superuser:
        yield superuser
        superuser.rollback()


@dataclass(frozen=True)
class Planted:
    """A breach: the statements that plant it, the rows its check must list, and checks it may set off besides."""

    check: str
    statements: tuple[str, ...]
    rows: list[tuple[str, ...]]
    besides: frozenset[str] = frozenset()
    status: Status = Status.FAIL


def plant(check: str, *statements: str, rows: list[tuple[str, ...]], besides: str = "", warn: bool = False) -> Planted:
    return Planted(check, statements, rows, frozenset(besides.split()), Status.WARN if warn else Status.FAIL)


COUNTS = "grid_figures_differ population_differs visit_days_differ"
PLANTED = [
    plant(
        "resident_without_household",
        f"{RESIDENT} VALUES ('R9', 'H9', {PLACE_X})",
        rows=[("R9", "H9")],
        besides=COUNTS,
    ),
    plant(
        "resident_twice",
        "SELECT create_county('640205')",
        f"{RESIDENT} VALUES ('R-x-1', 'H-y-1', 'y', '{A}', '640205')",
        rows=[("R-x-1", "H-x-1 H-y-1")],
        besides=COUNTS,
    ),
    plant(
        "household_without_dwelling",
        f"{HOUSEHOLD} VALUES ('H9', 'D9', {PLACE_X})",
        rows=[("H9", "D9")],
        besides=f"household_empty {COUNTS}",
    ),
    plant(
        "household_in_two_dwellings",
        "ALTER TABLE household DROP CONSTRAINT household_pkey CASCADE",
        f"{HOUSEHOLD} VALUES ('H-x-1', 'D-x-2', {PLACE_X})",
        rows=[("H-x-1", "D-x-1 D-x-2")],
        besides=COUNTS,
    ),
    plant(
        "household_empty",
        "DELETE FROM resident WHERE resident_id = 'R-z-2'",
        rows=[("H-z-2", "D-z-2")],
        besides=COUNTS,
        warn=True,
    ),
    plant(
        "visit_without_household",
        "UPDATE visit SET household_id = 'H9'",
        rows=[("V1", "H9")],
    ),
    plant(
        "dwelling_without_building",
        f"{DWELLING} VALUES ('D9', 'no', '{A}', '640202')",
        rows=[("D9", "no")],
    ),
    plant(
        "dwelling_twice",
        "SELECT create_county('640205')",
        f"{DWELLING} VALUES ('D-x-1', 'y', '640205001001', '640205')",
        rows=[("D-x-1", "x y")],
        besides=f"copied_keys_differ {COUNTS}",
    ),
    plant(
        "dwelling_same_door",
        "UPDATE dwelling SET floor = 1, room = '101' WHERE dwelling_id = 'D-x-2'",
        rows=[("x", "1", "1", "101", "D-x-1 D-x-2")],
        warn=True,
    ),
    plant(
        "dwelling_without_household",
        "INSERT INTO dwelling (dwelling_id, building_id, community_code, county_code, occupancy)"
        f" VALUES ('D9', {PLACE_X}, 'rented')",
        rows=[("D9", "x")],
        besides=COUNTS,
        warn=True,
    ),
    plant(
        "copied_keys_differ",
        "UPDATE household SET building_id = 'y' WHERE household_id = 'H-x-1'",
        rows=[("household", "H-x-1", "y", "x"), ("resident", "R-x-1", "x", "y"), ("visit", "V1", "x", "y")],
        besides=COUNTS,
    ),
    plant(
        "building_twice",
        "SELECT create_county('640205')",
        "ALTER TABLE building DROP CONSTRAINT building_county",
        "INSERT INTO building (building_id, community_code, county_code, geom, grid_code)"
        " SELECT building_id, community_code, '640205', geom, grid_code FROM building WHERE building_id = 'x'",
        rows=[("x", "640202 640205")],
        besides=f"copied_keys_differ {COUNTS}",
    ),
    plant(
        "building_unknown_community",
        "UPDATE building SET community_code = '640202009009' WHERE building_id = 'z'",
        rows=[("z", "640202009009")],
        besides="copied_keys_differ",
    ),
    plant(
        "building_without_grid",
        "DELETE FROM assignment WHERE building_id = 'z'",
        rows=[("z", B)],
    ),
    plant(
        "building_in_two_grids",
        "ALTER TABLE assignment DROP CONSTRAINT assignment_pkey",
        "INSERT INTO assignment"
        f" SELECT plan_id, building_id, county_code, '{A1}' FROM assignment WHERE building_id = 'y'",
        rows=[("y", f"{A1} {A2}")],
        besides="building_copy_differs",
    ),
    plant(
        "building_copy_differs",
        f"UPDATE building SET grid_code = '{A2}' WHERE building_id = 'x'",
        rows=[("x", A2, A1)],
        besides=f"building_in_other_grid case_other_grid {COUNTS}",
    ),
    plant(
        "building_in_other_grid",
        f"UPDATE building SET grid_code = '{A2}' WHERE building_id = 'x'",
        f"UPDATE assignment SET grid_code = '{A2}' WHERE building_id = 'x'",
        rows=[("x", A2, A1)],
        besides=f"case_other_grid {COUNTS}",
    ),
    plant(
        "building_outside_community",
        f"UPDATE building SET community_code = '{B}' WHERE building_id = 'x'",
        rows=[("x", B, A)],
        besides="copied_keys_differ",
    ),
    plant(
        "building_cut",
        "UPDATE building SET geom = ST_Translate(geom, 0.0002, 0) WHERE building_id = 'x'",
        rows=[("x", A1, "17%")],
        warn=True,
    ),
    plant(
        "area_code_malformed",
        "ALTER TABLE area DROP CONSTRAINT area_code_digits",
        "INSERT INTO area (code, name, level) VALUES ('64020X', '', 'county')",
        rows=[("64020X", "county")],
        besides="area_without_parent",
    ),
    plant(
        "area_hierarchy_broken",
        f"UPDATE area SET parent_code = '640202009' WHERE code = '{A}'",
        rows=[(A, "640202009")],
        besides="area_without_parent",
    ),
    plant(
        "area_without_parent",
        "DELETE FROM area WHERE code = '640202001'",
        rows=[(A, "640202001"), (B, "640202001")],
        warn=True,
    ),
    plant(
        "grid_code_malformed",
        "ALTER TABLE grid DROP CONSTRAINT grid_code_digits",
        "ALTER TABLE grid DROP CONSTRAINT grid_community",
        f"UPDATE grid SET grid_code = '64020X' WHERE grid_code = '{B1}'",
        rows=[("1", "64020X", B)],
        besides="case_unknown_grid worker_unknown_grid grid_without_captain building_in_other_grid",
    ),
    plant(
        "grid_unknown_community",
        f"DELETE FROM area WHERE code = '{B}'",
        rows=[(B1, B)],
        besides="building_unknown_community",
    ),
    plant(
        "plan_missing",
        "UPDATE plan SET valid_to = clock_timestamp()",
        rows=[("no plan",)],
        besides="building_without_grid grid_gap worker_unknown_grid case_old_grid building_in_other_grid",
    ),
    plant(
        "plan_several",
        "DROP INDEX plan_in_force",
        "INSERT INTO plan (plan_id, status, valid_from) OVERRIDING SYSTEM VALUE VALUES (7, 'published', now())",
        rows=[("1",), ("7",)],
    ),
    plant(
        "plan_provisional", f"UPDATE grid SET provisional = true WHERE grid_code = '{B1}'", rows=[(B, B1)], warn=True
    ),
    plant(
        "worker_unknown_grid",
        "UPDATE worker SET grid_code = '640202001001009' WHERE worker_id = 'W1'",
        rows=[("W1", "640202001001009")],
        besides="grid_without_captain",
    ),
    plant(
        "grid_without_captain",
        "UPDATE worker SET to_on = '2000-01-01', from_on = NULL WHERE worker_id = 'W3'",
        rows=[(B1,)],
        warn=True,
    ),
    plant(
        "worker_several_grids",
        f"INSERT INTO worker (worker_id, name, role, grid_code) VALUES ('W1', '', 'worker', '{A2}')",
        rows=[("W1", f"{A1} {A2}")],
        warn=True,
    ),
    plant(
        "device_without_place",
        "UPDATE device SET dwelling_id = 'D9'",
        "INSERT INTO device (device_id, kind) VALUES ('S2', 'call_button')",
        rows=[("S1", "D9", "x"), ("S2", "", "")],
        warn=True,
    ),
    plant("alias_names_nothing", "UPDATE alias SET estate = 'X'", rows=[("纱厂宿舍", "X", "")], warn=True),
    plant(
        "community_overlap",
        f"UPDATE area SET geom = {EAST_3_M} WHERE code = '{A}'",
        rows=[(A, B, "900.0")],
        besides="grid_gap grid_outside",
    ),
    plant(
        "grid_gap",
        f"DELETE FROM grid WHERE grid_code = '{A2}'",
        rows=[(A, "60000.0")],
        besides="building_in_other_grid building_without_grid worker_unknown_grid",
    ),
    plant(
        "grid_overlap",
        f"UPDATE grid SET geom = ST_Multi(ST_Union(geom, (SELECT geom FROM building WHERE building_id = 'y')))"
        f" WHERE grid_code = '{A1}'",
        rows=[(A1, A2, "10000.0")],
        besides="building_cut building_in_other_grid",
    ),
    plant(
        "grid_outside",
        f"UPDATE grid SET geom = ST_Multi(ST_Union(geom, (SELECT geom FROM building WHERE building_id = 'z')))"
        f" WHERE grid_code = '{A2}'",
        rows=[(A2, A, "20000.0")],
        besides="grid_overlap building_cut building_in_other_grid",
    ),
    plant(
        "case_unplaced",
        "UPDATE case_record SET grid_code = '', community_code = '', match_status = 'review', match_level = 'estate',"
        " match_reason = 'why', building_id = NULL WHERE case_no = '1'",
        rows=[("hotline", "1", "review", "estate", "why")],
        besides="counts_differ case_area_differs",
        warn=True,
    ),
    plant(
        "case_unknown_grid",
        "UPDATE case_record SET grid_code = '640202001001009', building_id = NULL WHERE case_no = '1'",
        rows=[("hotline", "1", "640202001001009")],
        besides="counts_differ",
    ),
    plant(
        "case_old_grid",
        "INSERT INTO plan (status, valid_from, valid_to) VALUES ('published', '2020-01-01', '2021-01-01')",
        "INSERT INTO grid (plan_id, grid_code, community_code, geom) SELECT max(p.plan_id), '640202001001008',"
        f" '{A}', (SELECT geom FROM area WHERE code = '{A}') FROM plan AS p",
        "UPDATE case_record SET grid_code = '640202001001008', building_id = NULL",
        rows=[("hotline", "1", "640202001001008")],
        besides="counts_differ case_area_differs",
    ),
    plant(
        "case_other_grid",
        f"UPDATE case_record SET grid_code = '{A2}' WHERE case_no = '1'",
        rows=[("hotline", "1", A2, A1)],
        besides="counts_differ",
    ),
    plant(
        "case_unknown_door",
        "UPDATE case_record SET dwelling_id = 'D9' WHERE case_no = '2'",
        rows=[("hotline", "2", "D9", "")],
    ),
    plant(
        "case_area_differs",
        f"UPDATE case_record SET community_code = '{B}' WHERE case_no = '1'",
        rows=[("hotline", "1", A1, B)],
        besides="counts_differ",
    ),
    plant(
        "case_twice",
        "INSERT INTO case_record"
        " (channel, case_no, county_code, category, ledger, reported_at, due_at, state, match_status)"
        " SELECT channel, case_no, '000000', category, ledger, reported_at, due_at, 'accepted', match_status"
        " FROM case_record WHERE case_no = '1'",
        rows=[("hotline", "1", "000000 640202")],
        besides="counts_differ case_unplaced",
    ),
    plant(
        "case_no_ledger",
        "ALTER TABLE case_record DROP CONSTRAINT case_record_ledger",
        "UPDATE case_record SET ledger = '' WHERE case_no = '2'",
        rows=[("hotline", "2", "")],
        besides="counts_differ",
    ),
    plant(
        "case_time_order",
        "ALTER TABLE case_record DROP CONSTRAINT case_record_order",
        "UPDATE case_record SET resolved_at = '2025-01-01' WHERE case_no = '2'",
        rows=[("hotline", "2", "closed")],
        besides="counts_differ",
    ),
    plant(
        "rate_above_100",
        "UPDATE case_record SET accepted_at = NULL WHERE case_no = '2'",
        rows=[(B, "1", "0")],
        besides="counts_differ",
        warn=True,
    ),
    plant(
        "counts_differ",
        "UPDATE daily_event SET closed = closed + 1 WHERE day = '2026-01-02' AND accepted = 1",
        rows=[("2026-01-02", B1, "noise", "immediate")],
    ),
    plant(
        "grid_figures_differ",
        f"UPDATE grid_figure SET households = 7 WHERE grid_code = '{A1}'",
        rows=[(A1, "1", "1", "7", "2", "2", "2")],
    ),
    plant(
        "population_differs",
        f"UPDATE population_count SET residents = 7 WHERE grid_code = '{A1}'",
        rows=[(A1, "1")],
    ),
    plant("visit_days_differ", f"UPDATE visit_day SET households = 7 WHERE grid_code = '{B1}'", rows=[(B1, "7", "2")]),
    plant(
        "audit_chain_broken",
        "SELECT audit_append('a', 'test')",
        "SELECT audit_append('b', 'test')",
        "UPDATE audit_log SET actor = 'c' WHERE audit_id = 1",
        rows=[("1", "edited")],
    ),
]


def found(conn: psycopg.Connection) -> dict[str, Result]:
    results = run_checks(conn, Settings(home=NOWHERE), {})
    return {result.name: result for result in results if result.status is not Status.OK}


def test_a_city_that_breaks_no_rule_is_clean(conn: psycopg.Connection) -> None:
    assert found(conn) == {}


@pytest.mark.parametrize("planted", PLANTED, ids=lambda planted: planted.check)
def test_a_planted_breach_is_found_with_its_rows(conn: psycopg.Connection, planted: Planted) -> None:
    with conn.transaction(force_rollback=True):
        conn.execute("SET LOCAL session_replication_role = replica")
        for statement in planted.statements:
            conn.execute(statement.encode())
        results = found(conn)
    assert planted.check in results
    result = results.pop(planted.check)
    assert (result.status, result.count, result.rows) == (planted.status, len(planted.rows), planted.rows)
    assert set(results) <= planted.besides


def test_every_check_has_its_planted_breach() -> None:
    assert {check.name for check in CHECKS} == {planted.check for planted in PLANTED}


def test_a_scope_reader_of_the_output_sees_keys_only(conn: psycopg.Connection) -> None:
    with conn.transaction(force_rollback=True):
        conn.execute("SET LOCAL session_replication_role = replica")
        conn.execute("UPDATE resident SET name = '赵钱孙', phone = '13800000000', household_id = 'H9'")
        out = io.StringIO()
        with i18n.using("en"):
            render(run_checks(conn, Settings(home=NOWHERE), {}), Console(file=out, width=200))
    text = out.getvalue()
    assert "R-x-1  H9" in text
    assert "6  Residents without a household" in text
    assert "赵钱孙" not in text
    assert "13800000000" not in text


def test_the_reason_of_a_case_is_said_in_the_readers_language(conn: psycopg.Connection) -> None:
    with conn.transaction(force_rollback=True):
        conn.execute("SET LOCAL session_replication_role = replica")
        reason = "the text names no place of the register"
        conn.execute("UPDATE case_record SET grid_code = '', match_reason = %s WHERE case_no = '1'", [reason])
        out = io.StringIO()
        render(run_checks(conn, Settings(home=NOWHERE), {}), Console(file=out, width=200))
    assert "文字中没有台账内的地点" in out.getvalue()
    assert reason not in out.getvalue()


def test_figures_written_past_their_triggers_are_counted_anew(conn: psycopg.Connection) -> None:
    figures = {"counts_differ", "grid_figures_differ", "population_differs", "visit_days_differ"}

    def differing() -> set[str]:
        return {result.name for result in run_checks(conn, Settings(home=NOWHERE), {}) if result.status is Status.FAIL}

    with conn.transaction(force_rollback=True):
        conn.execute("UPDATE daily_event SET closed = closed + 1")
        conn.execute("UPDATE grid_figure SET households = households + 1")
        conn.execute("UPDATE population_count SET residents = residents + 1")
        conn.execute("UPDATE visit_day SET households = households + 1")
        assert figures <= differing()
        recount(conn)
        assert not figures & differing()


def test_unknown_settings_are_named(conn: psycopg.Connection) -> None:
    result = next(
        r
        for r in run_checks(conn, Settings(home=NOWHERE), {"GRIDMAP_PROT": "8051", "HOME": "/"})
        if r.name == "settings"
    )
    assert (result.status, result.rows) == (Status.WARN, [("GRIDMAP_PROT",)])
    with conn.transaction(force_rollback=True):
        conn.execute("ALTER TABLE resident NO FORCE ROW LEVEL SECURITY")
        unforced = next(r for r in run_checks(conn, Settings(home=NOWHERE), {}) if r.name == "app_login")
    assert (unforced.status, unforced.rows) == (Status.FAIL, [("resident",)])


def test_more_breaches_than_shown_are_counted_whole(conn: psycopg.Connection) -> None:
    with conn.transaction(force_rollback=True):
        conn.execute("SET LOCAL session_replication_role = replica")
        conn.execute(f"{RESIDENT} SELECT 'R' || n, 'H9', {PLACE_X} FROM generate_series(1, 1000) AS n")
        result = found(conn)["resident_without_household"]
    assert (result.count, len(result.rows)) == (1000, 10)
