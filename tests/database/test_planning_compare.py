"""Comparing a draft with the plan in force, and what leaves the room: read back and equal to what was drawn."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any

import geopandas as gpd
import openpyxl
import pyogrio
import pytest

from geo.errors import InputError, NotFound
from geo.model import Level
from geo.service.access import Role
from geo.service.planning import Planning
from geo.store.cluster import Urls
from geo.store.database import owner_connection
from tests.fixtures.planning_town import OPTIONS, PLANNER, REVIEWER, A, B, lonlat, viewer

G1, G2 = f"{A}001", f"{A}002"


@pytest.fixture
def draft(planning: Planning) -> int:
    """Grid 2 cut across the middle, its northern half given to grid 1, in a draft of the whole sub-district."""
    number = planning.start(PLANNER, "640202001", "对比", OPTIONS)
    planning.stroke(PLANNER, number, 0, {"kind": "cut", "grid": G2, "line": lonlat((1.8, 2), (4.2, 2))})
    buildings = [f"A-{x}-{y}" for x in (2, 3) for y in (2, 3)]
    planning.stroke(PLANNER, number, 1, {"kind": "assign", "community": A, "to": G1, "buildings": buildings})
    return number


def test_what_changes_and_for_whom(planning: Planning, draft: int) -> None:
    told = planning.compare(PLANNER, draft)
    found = {(row["old_grid_code"][-3:], row["new_grid_code"][-3:]): row for row in told["changes"]}
    assert told["moved"]["households"] == 100
    assert told["moved"]["buildings"] == 4
    assert sum(row["households_moved"] for row in found.values()) == 100
    assert {row["change"] for pair, row in found.items() if pair in (("003", "003"), ("004", "004"))} == {"unchanged"}
    now, then = told["figures"]["now"], told["figures"]["draft"]
    assert (now["grids"], then["grids"]) == (6, 6)
    assert now["households"] == then["households"] == 1200
    assert (now["gini_households"], then["gini_households"]) == (0.0, pytest.approx(0.139, abs=0.001))
    assert sum(told["histogram"]["now"]) == sum(told["histogram"]["draft"]) == 6
    assert {row["grid_code"] for row in told["captains"]["changed"]} == {G1, G2}
    assert told["codes"] == {"new": [], "retired": []}


def test_the_list_is_a_workbook_that_runs_nothing(planning: Planning, draft: int, town: Urls) -> None:
    with owner_connection(town.owner_url) as conn:
        conn.execute("UPDATE building SET name = '=HYPERLINK(\"http://x\")', estate = '' WHERE building_id = 'A-2-3'")
    file = planning.export(REVIEWER, draft, "xlsx")
    book = openpyxl.load_workbook(io.BytesIO(file.body))
    assert book.sheetnames == ["变更", "楼栋"]
    header, *rows = book["楼栋"].iter_rows(values_only=True)
    assert header[:2] == ("楼栋", "楼栋名称")
    assert sorted(row[0] for row in rows) == ["A-2-2", "A-2-3", "A-3-2", "A-3-3"]
    assert next(row[1] for row in rows if row[0] == "A-2-3") == '\'=HYPERLINK("http://x")'
    assert {cell.data_type for row in book["楼栋"].iter_rows() for cell in row} <= {"s", "n"}


def read(file: Any, folder: Path, layer: str | None = None) -> gpd.GeoDataFrame:
    path = folder / file.name
    path.write_bytes(file.body)
    if path.suffix == ".zip":
        with zipfile.ZipFile(path) as archive:
            archive.extractall(folder)
        path = next(folder.glob("*.shp"))
    return gpd.read_file(path, layer=layer) if layer else gpd.read_file(path)


def test_the_plan_goes_out_as_map_layers(planning: Planning, draft: int, tmp_path: Path) -> None:
    shapes = {}
    for form in ("gpkg", "geojson", "shp"):
        folder = tmp_path / form
        folder.mkdir()
        frame = read(planning.export(PLANNER, draft, form), folder, "grids" if form == "gpkg" else None)
        assert frame.crs is not None
        assert frame.crs.to_epsg() == 4326
        assert frame["households"].sum() == 1200
        assert frame["grid_code"].is_unique
        shapes[form] = frame.to_crs(4544).geometry.area.sum()
        if form == "gpkg":
            path = folder / next(folder.iterdir()).name
            assert {name for name, _kind in pyogrio.list_layers(path)} == {"grids", "assignment", "changes"}
            assigned = pyogrio.read_dataframe(path, layer="assignment", read_geometry=False)
            assert len(assigned) == 48
            counted = assigned["grid_code"].value_counts().to_dict()
            assert counted[G1] == 12
    assert shapes["gpkg"] == pytest.approx(shapes["shp"], rel=1e-6) == pytest.approx(shapes["geojson"], rel=1e-4)
    with pytest.raises(InputError):
        planning.export(PLANNER, draft, "dwg")
    with pytest.raises(NotFound):
        planning.export(viewer(Role.PLANNER, "outside", Level.COMMUNITY, (B,)), draft, "gpkg")


def test_a_grids_sheet_is_one_page_with_its_boundary_told_by_streets(planning: Planning, draft: int) -> None:
    one = planning.sheet(PLANNER, draft, G1)
    assert one.body.startswith(b"%PDF")
    assert one.body.count(b"/Type /Page\n") == 1
    whole = planning.export(PLANNER, draft, "pdf")
    assert whole.body.count(b"/Type /Page\n") == 2
    edges = planning.boundary(PLANNER, draft, G2)
    assert edges == {"east": "柳岸03", "south": "社区边界", "west": "柳岸01", "north": "望江2路"}
