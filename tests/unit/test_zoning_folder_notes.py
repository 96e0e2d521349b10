"""What `gridmap divide --folder` says of tables that are not as they should be, and that nothing is half-written."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from geo.errors import InputError
from geo.i18n import using
from loaders.folder import tables
from tests.fixtures.zoning import COMMUNITY
from tests.unit.test_zoning_folder import by_grid, folder, run

OTHER = "640202001002"
TWO = dict.fromkeys("ABCDE", COMMUNITY) | dict.fromkeys("FGHIJ", OTHER)
PLAN = dict(zip("ABCDEFGHIJ", ["001"] * 5 + ["002"] * 5, strict=True))
Change = Callable[[gpd.GeoDataFrame], Any]


def changed(path: Path, table: str, change: Change) -> None:
    """Write a table of a folder anew."""
    file = path / f"{table}.gpkg"
    frame = gpd.read_file(file)
    file.unlink()
    change(frame).to_file(file)


def told(path: Path, locale: str = "en") -> list[str]:
    """Read a folder and return what is said of it."""
    lines: list[str] = []
    with using(locale):
        tables(path, [], lines.append)
    return lines


def first_moved(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Put the first building two degrees away."""
    shapes = frame.geometry.to_list()
    return frame.set_geometry([shapely.affinity.translate(shapes[0], 2, 2), *shapes[1:]])


def another_city(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Give grids the codes of another city."""
    return frame.assign(grid_code=["110101001001001", "110101001001002"], community_code="110101001001")


@pytest.mark.parametrize(
    ("table", "change", "words"),
    [
        ("buildings", lambda one: pd.concat([one, one.iloc[:2]]), "2 rows repeat a building_id of an earlier row"),
        ("areas", lambda one: pd.concat([one, one.iloc[:1]]), "1 row repeats a code of an earlier row"),
        ("buildings", lambda one: one.assign(households=0), "No building has a household"),
        ("buildings", lambda one: one.drop(columns="households"), "No building has a household"),
        ("buildings", first_moved, "1 building lies outside every community (A)"),
        ("buildings", lambda one: one.assign(community_code=OTHER), "5 buildings lie in another community"),
        (
            "buildings",
            lambda one: one.assign(community_code=["640202001099", *one["community_code"][1:]]),
            "1 building names a community that areas does not have (640202001099)",
        ),
        ("areas", lambda one: one.set_geometry(one.buffer(0.0005)), "overlap by"),
        (
            "areas",
            lambda one: one.set_geometry([None, one.geometry[1]]),
            f"has no polygon and was left out: {COMMUNITY}",
        ),
        ("grids", another_city, "2 grids are of communities that areas does not have (110101001001)"),
    ],
)
@pytest.mark.filterwarnings("ignore:Geometry is in a geographic CRS")
def test_what_is_taken_otherwise_than_written_is_told(tmp_path: Path, table: str, change: Change, words: str) -> None:
    path = folder(tmp_path, "ABCDE", "FGHIJ", communities=TWO, grids=PLAN if table == "grids" else None)
    assert told(path) == []
    changed(path, table, change)
    assert any(words in line for line in told(path)), told(path)
    assert not any(words in line for line in told(path, "zh"))


def test_a_plan_of_another_city_is_no_plan_and_closes_nothing(tmp_path: Path) -> None:
    path = folder(tmp_path, "ABCDE", "FGHIJ", grids=PLAN)
    changed(path, "grids", another_city)
    assert len(run(path)["changes"]) == 0
    with pytest.raises(InputError, match="no plan in force"):
        run(path, "--from-plan", "in-force", lang="en")


def test_a_table_whose_rows_are_all_left_out_is_told_from_one_that_is_not_there(tmp_path: Path) -> None:
    path = folder(tmp_path, "AB")
    changed(path, "buildings", lambda one: one.assign(households="many"))
    with pytest.raises(InputError, match="buildings has no row that can be used"):
        run(path, lang="en")
    changed(path, "buildings", lambda one: one.iloc[:0])
    with pytest.raises(InputError, match="buildings 表中没有可采用的行"):
        run(path)
    assert not (path / "out.gpkg").exists()


def test_a_community_wholly_in_water_is_named_in_the_users_language(tmp_path: Path) -> None:
    path = folder(tmp_path, "ABCDE", "~~~~~", "FGHIJ")
    changed(path, "water", lambda one: one.set_geometry([shapely.box(*one.total_bounds).buffer(1)]))
    with pytest.raises(InputError, match=f"{COMMUNITY} has buildings, but no land"):
        run(path, lang="en")


def test_the_answer_is_never_written_over_a_table_and_may_replace_an_earlier_answer(tmp_path: Path) -> None:
    path = folder(tmp_path, "ABCDE", "FGHIJ")
    areas = (path / "areas.gpkg").read_bytes()
    with pytest.raises(InputError, match="would be written over itself"):
        run(path, "--out", str(path / "areas.gpkg"), lang="en")
    assert (path / "areas.gpkg").read_bytes() == areas
    first = run(path)
    again = run(path)
    assert by_grid(again) == by_grid(first)
    assert len(again["changes"]) == 0


def test_an_area_that_is_not_there_is_told_with_those_that_are(tmp_path: Path) -> None:
    path = folder(tmp_path, "ABCDE", "FGHIJ", communities=TWO)
    with pytest.raises(InputError) as refused:
        run(path, "640202009", lang="en")
    assert refused.value.hint == f"The folder has {COMMUNITY}, {OTHER}."
