"""`gridmap divide --folder`: an exchange folder in, the four layers of exchange.md out, by the command itself."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyogrio
import pytest
import shapely
from typer.testing import CliRunner

import gridmap
from geo.errors import InputError
from geo.i18n import using
from loaders.folder import tables
from tests.fixtures.zoning import COMMUNITY, drawn


def folder(path: Path, *rows: str, grids: dict[str, str] | None = None, **wishes) -> Path:
    """Write a drawing as an exchange folder; `grids` maps a letter to the number of its grid in force."""
    layers = drawn(*rows, **wishes)
    path.mkdir(exist_ok=True)
    areas = {"code": layers.community_code, "name": "x", "level": "community"}
    gpd.GeoDataFrame(areas, geometry=layers.community, crs=layers.crs).to_crs(4326).to_file(path / "areas.gpkg")
    houses = {
        "building_id": layers.building_id,
        "community_code": layers.building_community,
        "households": layers.households,
    }
    gpd.GeoDataFrame(houses, geometry=layers.footprint, crs=layers.crs).to_crs(4326).to_file(path / "buildings.gpkg")
    if len(layers.water):
        water = gpd.GeoDataFrame({"kind": ["river"]}, geometry=layers.water, crs=layers.crs)
        water.to_crs(4326).to_file(path / "water.gpkg")
    if grids:
        shapes = pd.Series(shapely.buffer(layers.footprint, 20, join_style="mitre"), index=layers.building_id)
        codes = sorted(set(grids.values()))
        polygons = [shapely.union_all([shapes[name] for name in grids if grids[name] == code]) for code in codes]
        plan = {"grid_code": [f"{COMMUNITY}{code}" for code in codes], "community_code": COMMUNITY}
        gpd.GeoDataFrame(plan, geometry=polygons, crs=layers.crs).to_crs(4326).to_file(path / "grids.gpkg")
    return path


def run(path: Path, *options: str, lang: str = "zh") -> dict[str, pd.DataFrame]:
    """Divide by the command and read all layers."""
    out = path / "out.gpkg"
    result = CliRunner().invoke(
        gridmap.app, ["--lang", lang, "divide", "--folder", str(path), "--out", str(out), *options]
    )
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert result.exit_code == 0, result.output
    layers = {name: pyogrio.read_dataframe(out, layer=name) for name, _kind in pyogrio.list_layers(out)}
    assert list(layers) == ["grids", "assignment", "feasibility", "changes"]
    return layers


def by_grid(layers: dict[str, pd.DataFrame]) -> dict[str, str]:
    """Return the letters of each grid by its number."""
    letters = layers["assignment"].groupby("grid_code")["building_id"].agg("".join)
    return {code[12:]: names for code, names in letters.items()}


def test_the_layers_of_a_first_division(tmp_path: Path) -> None:
    found = run(folder(tmp_path, "ABCDE", "FGHIJ"))
    assert found["grids"]["households"].tolist() == [500, 500]
    assert found["grids"]["buildings"].tolist() == [5, 5]
    assert [*found["grids"].columns] == [
        "grid_code",
        "community_code",
        "households",
        "buildings",
        "polsby_popper",
        "geometry",
    ]
    assert found["assignment"]["building_id"].tolist() == list("ABCDEFGHIJ")
    assert found["feasibility"][["community_code", "piece", "households", "grids"]].to_numpy().tolist() == [
        [COMMUNITY, 1, 1000, 2]
    ]
    assert len(found["changes"]) == 0
    assert found["grids"].crs.to_epsg() == 4326
    assert shapely.coverage_is_valid(found["grids"].geometry.to_numpy())


def test_a_good_plan_in_force_stays_untouched(tmp_path: Path) -> None:
    plan = dict(zip("ABCDEFGHIJ", ["007"] * 5 + ["003"] * 5, strict=True))
    found = run(folder(tmp_path, "ABCDE", "FGHIJ", grids=plan))
    assert by_grid(found) == {"007": "ABCDE", "003": "FGHIJ"}
    assert found["changes"]["change"].tolist() == ["unchanged", "unchanged"]
    assert found["changes"]["households_moved"].sum() == 0


def test_a_grid_that_grew_is_split_and_the_new_one_takes_the_next_number(tmp_path: Path) -> None:
    plan = dict(zip("ABCDEFGHIJKLMNO", ["002"] * 10 + ["001"] * 5, strict=True))
    found = run(folder(tmp_path, "ABCDE", "FGHIJ", "KLMNO", grids=plan))
    grids = by_grid(found)
    assert sorted(grids) == ["001", "002", "003"]
    assert grids["001"] == "KLMNO"
    assert sorted(found["grids"]["households"]) == [500, 500, 500]
    changes = {(row.old_grid_code[12:], row.new_grid_code[12:]): row for row in found["changes"].itertuples()}
    assert changes[("001", "001")].change == "unchanged"
    assert changes[("002", "002")].change == "changed"
    assert changes[("002", "003")].change == "split"
    assert changes[("002", "003")].households_moved == 500


def test_two_small_grids_become_one_and_the_closed_code_is_told(tmp_path: Path) -> None:
    plan = dict(zip("ABCDEFGHIJ", ["001"] * 5 + ["002"] * 3 + ["003"] * 2, strict=True))
    found = run(folder(tmp_path, "ABCDE", "FGHIJ", grids=plan))
    assert by_grid(found) == {"001": "ABCDE", "002": "FGHIJ"}
    assert ["merged", 200] in found["changes"][["change", "households_moved"]].to_numpy().tolist()


def test_grids_are_numbered_anew_only_where_that_is_asked_for(tmp_path: Path) -> None:
    plan = dict(zip("ABCDEFGHIJ", ["007"] * 5 + ["004"] * 5, strict=True))
    path = folder(tmp_path, "ABCDE", "FGHIJ", grids=plan)
    assert by_grid(run(path)) == {"007": "ABCDE", "004": "FGHIJ"}
    found = run(path, "--renumber")
    assert by_grid(found) == {"001": "ABCDE", "002": "FGHIJ"}
    pairs = found["changes"][["old_grid_code", "new_grid_code", "households_moved"]].to_numpy().tolist()
    assert pairs == [[f"{COMMUNITY}004", f"{COMMUNITY}002", 500], [f"{COMMUNITY}007", f"{COMMUNITY}001", 500]]
    with pytest.raises(InputError, match="不能重新编号"):
        run(path, "--renumber", "--lock", f"{COMMUNITY}007")


def test_locked_grids_and_buildings_stay(tmp_path: Path) -> None:
    plan = dict(zip("ABCDEFGHIJ", ["001"] * 7 + ["002"] * 3, strict=True))
    path = folder(tmp_path, "ABCDE", "FGHIJ", grids=plan)
    assert sorted(map(len, by_grid(run(path)).values())) == [5, 5]
    assert by_grid(run(path, "--lock", f"{COMMUNITY}001")) == {"001": "ABCDEFG", "002": "HIJ"}
    kept = by_grid(run(path, "--lock-building", "F", "--lock-building", "G"))
    assert {"F", "G"} <= set(kept["001"])
    assert sorted(map(len, kept.values())) == [5, 5]


def test_stability_decides_how_much_moves(tmp_path: Path) -> None:
    plan = dict(zip("ABCDEFGHIJ", ["001"] * 7 + ["002"] * 3, strict=True))
    path = folder(tmp_path, "ABCDE", "FGHIJ", grids=plan)
    assert by_grid(run(path, "--stability", "100")) == {"001": "ABCDEFG", "002": "HIJ"}


def test_points_without_roads(tmp_path: Path) -> None:
    path = folder(tmp_path, "ABCDE", "FGHIJ")
    houses = gpd.read_file(path / "buildings.gpkg")
    houses.geometry = houses.geometry.representative_point()
    houses.to_file(path / "buildings.gpkg")
    found = run(path)
    assert found["grids"]["households"].tolist() == [500, 500]


def test_an_island_is_a_piece_of_its_own(tmp_path: Path) -> None:
    found = run(folder(tmp_path, "ABCDE", "~~~~~", "FGHIJ"))
    assert found["feasibility"]["piece"].tolist() == [1, 2]
    assert by_grid(found) == {"001": "ABCDE", "002": "FGHIJ"}


@pytest.mark.parametrize(
    ("name", "kind", "zh", "en"),
    [
        ("澜江", "river", "这一片被澜江与社区其余部分隔开。", "cut off from the rest of the community by 澜江."),
        ("", "rail", "这一片被铁路与社区其余部分隔开。", "cut off from the rest of the community by a railway."),
    ],
)
def test_what_cuts_an_island_off_is_said_by_name(tmp_path: Path, name: str, kind: str, zh: str, en: str) -> None:
    path = folder(tmp_path, "ABCDE", "~~~~~", "FG...")
    water = gpd.read_file(path / "water.gpkg")
    shore = water.total_bounds
    # A pond by the mainland, and another river far away, part nothing.
    pond = shapely.box(shore[0], shore[3], shore[0] + 1e-4, shore[3] + 1e-4)
    shapes = [water.geometry[0], pond, shapely.affinity.translate(pond, 1, 1)]
    named = {"name": [name, "镜湖", "远河"], "kind": [kind, "other", "river"]}
    gpd.GeoDataFrame(named, geometry=shapes, crs=water.crs).to_file(path / "water.gpkg")
    for lang, words in (("zh", zh), ("en", en)):
        mainland, island = run(path, lang=lang)["feasibility"]["reason"]
        assert island.endswith(words)
        assert "隔开" not in mainland
        assert "cut off" not in mainland


def test_a_community_drawn_in_two_parts_is_cut_off_by_nothing(tmp_path: Path) -> None:
    path = folder(tmp_path, "ABCDE", "~~~~~", "FG...")
    (path / "water.gpkg").unlink()
    areas = gpd.read_file(path / "areas.gpkg")
    gap = folder(tmp_path / "gap", "ABCDE", "~~~~~", "FG...") / "water.gpkg"
    areas.geometry = areas.geometry.difference(gpd.read_file(gap).geometry[0].buffer(1e-5))
    areas.to_file(path / "areas.gpkg")
    reasons = run(path, lang="en")["feasibility"]["reason"].tolist()
    assert ["does not touch the rest" in reason for reason in reasons] == [False, True]


def test_a_hole_in_a_community_is_nobodys(tmp_path: Path) -> None:
    homes = dict.fromkeys("ABCDFGHI", COMMUNITY) | {"E": "640202001002"}
    found = run(folder(tmp_path, "ABC", "DEF", "GHI", communities=homes, households=250))
    assert found["grids"]["households"].tolist() == [500, 500, 500, 500, 250]
    assert shapely.coverage_is_valid(found["grids"].geometry.to_numpy())


def test_the_sentence_is_in_the_file_and_in_chinese(tmp_path: Path) -> None:
    found = run(folder(tmp_path, "ABC", households={"A": 900, "B": 50, "C": 50}))
    assert "楼栋 A" in found["feasibility"]["reason"][0]


def test_only_the_area_asked_for_is_divided(tmp_path: Path) -> None:
    homes = dict.fromkeys("ABCDE", COMMUNITY) | dict.fromkeys("FGHIJ", "640202001002")
    path = folder(tmp_path, "ABCDE", "FGHIJ", communities=homes)
    found = run(path, "640202001002")
    assert found["assignment"]["building_id"].tolist() == list("FGHIJ")
    whole = run(path)
    assert found["grids"].geometry[0].equals(whole["grids"].geometry[1])


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["640202001009"], "no community with the code 640202001009"),
        (["--from-plan", "in-force"], "no plan in force"),
        (["--lock", "640202001001001"], "locked grid 640202001001001"),
        (["--unit", "persons"], "No persons are known"),
        (["--workload", "1"], "No work is known"),
        (["--tolerance", "2"], "Tolerance and outer limit"),
        (["--band", "500", "300"], "500-300"),
        (["--band", "300", "inf"], "plain numbers"),
        (["--band", "0", "0.5"], "0-0.5"),
        (["--target", "nan"], "plain numbers"),
        (["--target", "inf"], "plain numbers"),
        (["--target", "0.001"], "at least 1"),
        (["--stability", "nan"], "plain numbers"),
    ],
)
def test_what_cannot_be_done_is_said(tmp_path: Path, options: list[str], words: str) -> None:
    with pytest.raises(InputError, match=words):
        run(folder(tmp_path, "ABCDE", "FGHIJ"), *options, lang="en")


def test_a_folder_without_buildings_is_refused(tmp_path: Path) -> None:
    path = folder(tmp_path, "AB")
    (path / "buildings.gpkg").unlink()
    with pytest.raises(InputError, match="buildings"):
        run(path)


def test_households_come_from_their_table_where_there_is_one(tmp_path: Path) -> None:
    path = folder(tmp_path, "AB", households=1)
    people = {
        "dwellings": {"dwelling_id": ["d1", "d2", "d3"], "building_id": ["A", "A", "B"]},
        "households": {"household_id": ["h1", "h2", "h3"], "dwelling_id": ["d1", "d2", "d1"]},
        "residents": {"resident_id": ["r1", "r2"], "household_id": ["h1", "h1"]},
    }
    for name, columns in people.items():
        pd.DataFrame(columns).to_csv(path / f"{name}.csv", index=False)
    assert run(path)["grids"]["households"].tolist() == [4]
    assert run(path, "--unit", "persons")["grids"]["persons"].tolist() == [2]


def test_rejected_rows_are_told(tmp_path: Path) -> None:
    path = folder(tmp_path, "AB")
    houses = gpd.read_file(path / "buildings.gpkg")
    houses["households"] = ["many", "5"]
    houses.to_file(path / "buildings.gpkg")
    told: list[str] = []
    with using("en"):
        assert tables(path, [], told.append).buildings["building_id"].tolist() == ["B"]
    reason = "This is no whole number from 0 to 100000."
    assert told == [f"buildings.gpkg[buildings], row 1, households many: left out. {reason}"]
