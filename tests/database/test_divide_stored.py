"""`gridmap divide` on the stored city: the same answer as on its folder, the plan in force as the start."""

from __future__ import annotations

from pathlib import Path

import pyogrio
import pytest

from geo.core.zoning import Options
from geo.errors import NotFound
from geo.store.cluster import Urls
from geo.store.database import owner_connection
from loaders import pipeline
from loaders.divide import divide_folder, divide_stored
from tests.unit.test_zoning_folder import COMMUNITY, folder

PLAN = dict(zip("ABCDEFGHIJ", ["001"] * 7 + ["002"] * 3, strict=True))


def quiet(*_args: object) -> None:
    """Say nothing."""


CASES = """case_no,channel,category,reported_at,lon,lat,crs
{rows}"""


@pytest.fixture
def loaded(database: Urls, tmp_path: Path) -> tuple[Urls, Path]:
    path = folder(tmp_path / "city", "ABCDE", "FGHIJ", grids=PLAN)
    pipeline.load([path], database.owner_url)
    return database, path


def assignment(path: Path) -> list[list[str]]:
    return pyogrio.read_dataframe(path, layer="assignment").to_numpy().tolist()


def test_stored_data_and_its_folder_give_the_same_answer(loaded: tuple[Urls, Path], tmp_path: Path) -> None:
    urls, path = loaded
    for start in (None, False):
        a = divide_stored(urls.owner_url, [], Options(), tmp_path / "a.gpkg", from_plan=start, say=quiet, tell=quiet)
        divide_folder(path, [], Options(), tmp_path / "b.gpkg", from_plan=start, crs=None, say=quiet, tell=quiet)
        assert a.broken == ()
        assert a.grids["households"].tolist() == [500, 500]
        if start is None:
            assert a.changes["households_moved"].sum() == 200
            assert assignment(tmp_path / "a.gpkg") == assignment(tmp_path / "b.gpkg")


def test_retired_codes_are_not_used_again(loaded: tuple[Urls, Path], tmp_path: Path) -> None:
    urls, _path = loaded
    with owner_connection(urls.owner_url) as conn:
        conn.execute(
            """WITH p AS (INSERT INTO plan (name, status, valid_from, valid_to)
                          VALUES ('old', 'published', '2020-01-01', '2021-01-01') RETURNING plan_id)
               INSERT INTO grid (plan_id, grid_code, community_code, geom)
               SELECT p.plan_id, %s, %s, geom FROM p, area WHERE level = 'community'""",
            (f"{COMMUNITY}008", COMMUNITY),
        )
    options = Options(target=250)
    found = divide_stored(urls.owner_url, [], options, tmp_path / "a.gpkg", from_plan=True, say=quiet, tell=quiet)
    numbers = sorted(code[12:] for code in found.grids["grid_code"])
    assert numbers == ["001", "002", "009", "010"]


def test_an_area_that_is_not_there_is_refused(loaded: tuple[Urls, Path], tmp_path: Path) -> None:
    urls, _path = loaded
    with pytest.raises(NotFound):
        divide_stored(urls.owner_url, ["9999"], Options(), tmp_path / "a.gpkg", from_plan=None, say=quiet, tell=quiet)


def test_work_is_a_second_balance(loaded: tuple[Urls, Path], tmp_path: Path) -> None:
    """All open cases lie in two neighbouring buildings: equal counts keep them together, equal work parts them."""
    urls, path = loaded
    buildings = pyogrio.read_dataframe(path / "buildings.gpkg").set_index("building_id")
    spots = {name: buildings.geometry[name].centroid for name in "AB"}
    rows = [
        f"{name}{i},hotline,neighbour,2026-05-01 08:00:00,{at.x},{at.y},wgs84"
        for name, at in spots.items()
        for i in range(6)
    ]
    (tmp_path / "cases").mkdir()
    (tmp_path / "cases" / "cases.csv").write_text(CASES.format(rows="\n".join(rows)), encoding="utf-8")
    pipeline.load([tmp_path / "cases"], urls.owner_url)
    work = {}
    for weight in (0.0, 5.0):
        options = Options(workload=weight)
        out = tmp_path / "a.gpkg"
        found = divide_stored(urls.owner_url, [], options, out, from_plan=False, say=quiet, tell=quiet)
        assert found.grids["households"].tolist() == [500, 500]
        assert found.broken == ()
        grid = dict(assignment(out))
        work[weight] = sorted(6 * sum(grid[name] == code for name in "AB") for code in found.grids["grid_code"])
    assert work == {0.0: [0, 12], 5.0: [6, 6]}
    assert found.grids["workload"].tolist() == [6, 6]
