"""Bad input: each a clear sentence, nothing lost, nothing half-written."""

from __future__ import annotations

import csv
import os
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from psycopg import sql

from geo import crs as crs_module
from geo.errors import BadHeader, BadSource, CrsMismatch, GridError, InputError
from geo.i18n import use, using
from geo.store.cluster import Urls
from geo.store.database import owner_connection
from loaders.pipeline import load
from loaders.report import LoadReport
from loaders.write import write_folder

Tables = dict[str, pd.DataFrame]


@pytest.fixture(autouse=True)
def _english() -> None:
    use("en")


@pytest.fixture
def tables(small_city_tables: Tables) -> Tables:
    """Give the city's tables to change at will."""
    return {name: frame.copy() for name, frame in small_city_tables.items()}


def count(urls: Urls, table: str) -> int:
    with owner_connection(urls.owner_url) as conn:
        row = conn.execute(f"SELECT count(*) FROM {table}").fetchone()  # pyright: ignore[reportArgumentType]
    assert row is not None
    return row[0]


def rejects(path: Path) -> list[dict[str, str]]:
    assert path.stat().st_mode & 0o777 == 0o600
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def table(report: LoadReport, name: str):
    found = next(part for part in report.tables if part.table == name)
    assert found.balanced
    return found


def refused(urls: Urls, folder: Path, kind: type[GridError], *words: str, **options) -> GridError:
    """Load and expect a refusal that names every word; and an untouched database."""
    with pytest.raises(kind) as caught:
        load([folder], urls.owner_url, **options)
    text = f"{caught.value} {caught.value.hint}"
    for word in words:
        assert word in text
    assert count(urls, "area") == count(urls, "building") == count(urls, "load_batch") == 0
    return caught.value


def test_shapefile_without_prj_is_refused_and_told_how(database: Urls, tables: Tables, tmp_path: Path) -> None:
    write_folder(tables, tmp_path, geo_format="shp")
    (tmp_path / "buildings.prj").unlink()
    (tmp_path / "buildings-point.prj").unlink()
    refused(database, tmp_path, InputError, "buildings.shp", "--crs 4490", "--crs buildings=gcj02")
    assert load([tmp_path], database.owner_url, crs="4490").rejected == 0


@pytest.mark.parametrize(
    "header",
    [
        "民族",
        "宗教信仰",
        "政治面貌",
        "身份证号码",
        "ID Card",
        "ethnicity",
        "CriminalRecord",
        "吸毒史",
        "指纹",
        "mental_state",
        "上访记录",
        "矫正类别",
    ],
)
def test_forbidden_column_is_refused_by_name(header: str, database: Urls, tables: Tables, tmp_path: Path) -> None:
    write_folder(tables, tmp_path)
    frame = pd.read_csv(tmp_path / "residents.csv", dtype=str)
    frame.assign(**{header: "x"}).to_csv(tmp_path / "residents.csv", index=False)
    refused(database, tmp_path, BadHeader, header, "residents.csv")


def test_forbidden_column_of_a_shapefile_is_refused(database: Urls, tables: Tables, tmp_path: Path) -> None:
    write_folder({name: tables[name] for name in ("areas",)}, tmp_path)
    frame = gpd.GeoDataFrame(tables["buildings"][:19]).assign(religion="x")
    frame.to_file(tmp_path / "buildings.gpkg")
    refused(database, tmp_path, BadHeader, "religion")


@pytest.mark.parametrize(
    "name", ["cases.csv", "buildings.gpkg", "cases.xlsx", "buildings.parquet", "buildings.geojson", "buildings.shp"]
)
def test_empty_file_is_refused(name: str, database: Urls, tables: Tables, tmp_path: Path) -> None:
    write_folder({"areas": tables["areas"]}, tmp_path)
    (tmp_path / name).touch()
    refused(database, tmp_path, GridError, name, "empty")


@pytest.mark.parametrize(
    "name", ["buildings.gpkg", "cases.xlsx", "buildings.parquet", "buildings.geojson", "buildings.shp"]
)
def test_file_that_is_not_what_it_says_is_refused(name: str, database: Urls, tables: Tables, tmp_path: Path) -> None:
    write_folder({"areas": tables["areas"]}, tmp_path)
    (tmp_path / name).write_bytes(b"no such thing\n" * 100)
    refused(database, tmp_path, BadSource, name)


def test_text_that_is_neither_utf8_nor_gb18030_is_refused(database: Urls, tables: Tables, tmp_path: Path) -> None:
    write_folder(tables, tmp_path)
    (tmp_path / "cases.csv").write_bytes((tmp_path / "cases.csv").read_text("utf-8").encode("utf-16"))
    refused(database, tmp_path, BadSource, "cases.csv", "UTF-8")


def test_every_bad_file_of_a_folder_is_named(database: Urls, tables: Tables, tmp_path: Path) -> None:
    write_folder(tables, tmp_path)
    (tmp_path / "cases.csv").write_text("case_no,title\n1,x\n", "utf-8")
    (tmp_path / "visits.csv").write_text("", "utf-8")
    refused(database, tmp_path, InputError, "cases.csv", "channel (来源)", "visits.csv")


def test_swapped_axes_of_a_layer_are_refused(database: Urls, tables: Tables, tmp_path: Path) -> None:
    write_folder(tables, tmp_path)
    frame = gpd.GeoDataFrame(tables["areas"])
    swapped = frame.set_geometry(shapely.transform(frame.geometry.to_numpy(), lambda xy: xy[:, ::-1]), crs=4326)
    write_folder({"areas": swapped}, tmp_path)
    with pytest.raises(CrsMismatch, match="longitude and latitude are exchanged"):
        load([tmp_path], database.owner_url)
    assert count(database, "area") == 0


def test_metres_declared_as_degrees_are_refused(database: Urls, tables: Tables, tmp_path: Path) -> None:
    frame = gpd.GeoDataFrame(tables["areas"]).to_crs(4544).set_crs(4326, allow_override=True)
    frame.to_parquet(tmp_path / "areas.parquet")
    with pytest.raises(CrsMismatch, match="no degrees"):
        load([tmp_path], database.owner_url)


def test_crs_option_names_known_things_only(database: Urls, tables: Tables, tmp_path: Path) -> None:
    write_folder(tables, tmp_path)
    refused(database, tmp_path, CrsMismatch, "nonsense", crs="nonsense")
    refused(database, tmp_path, CrsMismatch, "houses", crs="houses=gcj02")


def test_case_of_month_13_is_rejected_with_line_column_value_reason(
    database: Urls, tables: Tables, tmp_path: Path
) -> None:
    write_folder(tables, tmp_path)
    path = tmp_path / "cases.csv"
    lines = path.read_text("utf-8").splitlines()
    at = next(i for i, line in enumerate(lines) if i > 20 and line.startswith('"0'))
    cells = next(csv.reader([lines[at]]))
    cells[lines[0].split(",").index("reported_at")] = "2024/13/01"
    cells[lines[0].split(",").index("title")] = "plain"
    lines[at] = ",".join(f'"{cell}"' for cell in cells)
    path.write_text("\n".join(lines) + "\n", "utf-8")
    with using("zh"):
        report = load([tmp_path], database.owner_url)
    found = table(report, "cases")
    assert (found.read, found.accepted, found.rejected) == (120, 119, 1)
    assert rejects(tmp_path / "cases.rejects.csv") == [
        {
            "line": str(at + 1),
            "column": "reported_at",
            "value": "2024/13/01",
            "code": "bad_date",
            "reason": "不是日期时间；请写成 2024-01-08 09:32:33 的样子。",
        }
    ]


def test_a_value_that_is_none_of_the_columns_is_told_what_it_may_be(
    small_city_db: Urls, tables: Tables, tmp_path: Path
) -> None:
    people = tables["residents"].head(6).astype(object)
    people["sex"] = ["1", "2", "9", "未知", "猫", "女"]
    people["birth_year"] = ["1990"] * 5 + ["75"]
    write_folder({"residents": people}, tmp_path)
    reasons: dict[str, list[str]] = {}
    for language in ("zh", "en"):
        with using(language):
            assert table(load([tmp_path], small_city_db.owner_url, dry_run=True), "residents").rejected == 2
        reasons[language] = [row["reason"] for row in rejects(tmp_path / "residents.rejects.csv")]
    assert reasons == {
        "zh": ["该列没有这个取值，可填：女、男。", "应为 1880 到 2200 的整数。"],
        "en": [
            "This value is not one of those the column may have: f, m.",
            "This is no whole number from 1880 to 2200.",
        ],
    }
    load([tmp_path], small_city_db.owner_url)
    with owner_connection(small_city_db.owner_url) as conn:
        known = [*people["resident_id"].head(4)]
        sexes = conn.execute(
            "SELECT sex FROM resident WHERE resident_id = ANY(%s) ORDER BY resident_id", (known,)
        ).fetchall()
    assert sexes == [("m",), ("f",), (None,), (None,)]


def identity(order: int) -> str:
    """Make up an identity-card number (GB 11643) of a region that does not exist."""
    number = f"99000019010101{order:03}"
    rest = (12 - sum(2 ** (17 - place) * int(digit) for place, digit in enumerate(number))) % 11
    return number + ("X" if rest == 10 else str(rest))


def test_an_identity_card_number_is_kept_nowhere(small_city_db: Urls, tables: Tables, tmp_path: Path) -> None:
    people = tables["residents"].head(40).astype(object)
    people.loc[3, "name"] = identity(7)[:17] + identity(8)[17]  # a slip in its last digit
    write_folder({"residents": people}, tmp_path)
    assert table(load([tmp_path], small_city_db.owner_url), "residents").rejected == 1
    (row,) = rejects(tmp_path / "residents.rejects.csv")
    assert (row["line"], row["column"], row["value"], row["code"]) == ("5", "name", "", "identity_number")
    numbered = people.assign(resident_id=[identity(order) for order in range(40)], name="某人")
    write_folder({"residents": numbered}, tmp_path)
    assert table(load([tmp_path], small_city_db.owner_url), "residents").rejected == 40
    assert holding(small_city_db, people["resident_id"].iloc[0])
    assert holding(small_city_db, identity(0)[:14]) == []


def holding(urls: Urls, text: str) -> list[str]:
    """Name the tables that hold a text anywhere."""
    query = "SELECT EXISTS (SELECT FROM {} AS t WHERE t::text LIKE %s)"
    listed = "SELECT relname FROM pg_class WHERE relnamespace = 'gridmap'::regnamespace AND relkind = 'r'"
    with owner_connection(urls.owner_url) as conn:
        names = [name for (name,) in conn.execute(listed).fetchall()]
        asked = [(name, sql.SQL(query).format(sql.Identifier(name))) for name in names]
        return [name for name, question in asked if conn.execute(question, (f"%{text}%",)).fetchone() == (True,)]


def test_a_registers_own_number_that_looks_like_one_by_chance_is_a_key(
    small_city_db: Urls, tables: Tables, tmp_path: Path
) -> None:
    people = tables["residents"].head(40).astype(object)
    keys = [identity(order)[:17] + str(order % 10) for order in range(40)]
    assert any(key in {identity(order) for order in range(40)} for key in keys)
    write_folder({"residents": people.assign(resident_id=keys)}, tmp_path)
    assert table(load([tmp_path], small_city_db.owner_url), "residents").accepted == 40


@pytest.mark.parametrize(("mark", "name"), [(";", "分号"), ("\t", "制表符"), ("|", "|"), ("，", "，")])
def test_cells_parted_by_another_mark_than_a_comma_are_told(
    mark: str, name: str, database: Urls, tables: Tables, tmp_path: Path
) -> None:
    write_folder(tables, tmp_path)
    path = tmp_path / "households.csv"
    path.write_text(path.read_text("utf-8").replace(",", mark), "utf-8")
    with using("zh"):
        refused(database, tmp_path, BadHeader, "households.csv", f"单元格是用{name}分隔的")


def test_rejects_file_is_safe_in_a_spreadsheet_and_goes_away_when_mended(
    database: Urls, tables: Tables, tmp_path: Path
) -> None:
    tables["residents"].loc[3, "sex"] = '=HYPERLINK("http://x")'
    write_folder(tables, tmp_path)
    load([tmp_path], database.owner_url)
    assert rejects(tmp_path / "residents.rejects.csv")[0]["value"] == '\'=HYPERLINK("http://x")'
    tables["residents"].loc[3, "sex"] = "f"
    write_folder(tables, tmp_path)
    report = table(load([tmp_path], database.owner_url), "residents")
    assert (report.accepted, report.unchanged, report.rejected) == (1, report.read - 1, 0)
    assert not (tmp_path / "residents.rejects.csv").exists()


def test_folder_that_cannot_be_written_gets_its_rejects_in_the_current_one(
    database: Urls, tables: Tables, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tables["residents"].loc[3, "sex"] = "x"
    write_folder(tables, tmp_path / "in")
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    monkeypatch.setattr(os, "access", lambda path, mode: False)  # root may write everywhere
    report = table(load([tmp_path / "in"], database.owner_url), "residents")
    assert report.rejects_path == tmp_path / "here" / "residents.rejects.csv"
    assert len(rejects(tmp_path / "here" / "residents.rejects.csv")) == 1


def test_rows_without_their_parent_duplicates_and_odd_rows_are_rejected(
    database: Urls, tables: Tables, tmp_path: Path
) -> None:
    tables["households"] = tables["households"][10:]
    extra = tables["dwellings"].iloc[[0, 1]].assign(dwelling_id=["D00001", "D99999"], building_id=["B001", "B999"])
    tables["dwellings"] = pd.concat([tables["dwellings"], extra])
    write_folder(tables, tmp_path)
    with (tmp_path / "dwellings.csv").open("a", encoding="utf-8") as file:
        file.write("D90000,B001,1\n,,,,,,\n6.4E+11,B001,1,1,101,home,owner\n")
    report = load([tmp_path], database.owner_url)
    dwellings = table(report, "dwellings")
    assert (dwellings.read, dwellings.accepted, dwellings.rejected) == (188, 184, 4)
    found = {row["code"]: (row["line"], row["value"]) for row in rejects(tmp_path / "dwellings.rejects.csv")}
    assert found == {
        "duplicate_key": ("186", "D00001"),
        "unknown_parent": ("187", "B999"),
        "bad_row": ("188", "D90000,B001,1"),
        "number_code": ("190", "6.4E+11"),
    }
    gone = set(tables["residents"]["household_id"]) - set(tables["households"]["household_id"])
    assert table(report, "residents").rejected == tables["residents"]["household_id"].isin(gone).sum()


def test_parent_that_comes_later_makes_the_rejected_rows_good(database: Urls, tables: Tables, tmp_path: Path) -> None:
    late = tables["households"]
    write_folder(tables | {"households": late[10:]}, tmp_path)
    assert load([tmp_path], database.owner_url).rejected > 0
    write_folder({"households": late}, tmp_path)
    report = load([tmp_path], database.owner_url)
    assert report.rejected == 0
    assert table(report, "dwellings").again
    assert count(database, "resident") == len(tables["residents"])


def test_building_outside_every_community_is_rejected_with_its_place(
    database: Urls, tables: Tables, tmp_path: Path
) -> None:
    frame = gpd.GeoDataFrame(tables["buildings"])
    away = frame.geometry.to_numpy().copy()
    away[4] = shapely.transform(away[4], lambda xy: xy + np.array([0.5, 0]))
    tables["buildings"] = frame.set_geometry(away, crs=4326)
    write_folder(tables, tmp_path)
    report = load([tmp_path], database.owner_url)
    row = rejects(tmp_path / "buildings.rejects.csv")[0]
    assert (row["line"], row["code"]) == ("5", "outside_city")
    assert row["value"].startswith("106.8")
    assert row["reason"] == "The building lies outside every community."
    assert table(report, "dwellings").rejected == (tables["dwellings"]["building_id"] == "B005").sum()


def test_community_is_found_by_location_where_it_is_not_stated(database: Urls, tables: Tables, tmp_path: Path) -> None:
    stated = dict(zip(tables["buildings"]["building_id"], tables["buildings"]["community_code"], strict=True))
    tables["buildings"] = tables["buildings"].drop(columns="community_code")
    write_folder(tables, tmp_path)
    assert load([tmp_path], database.owner_url).rejected == 0
    with owner_connection(database.owner_url) as conn:
        assert dict(conn.execute("SELECT building_id, community_code FROM building").fetchall()) == stated


def test_communities_that_overlap_by_three_metres_are_named(database: Urls, tables: Tables, tmp_path: Path) -> None:
    frame = gpd.GeoDataFrame(tables["areas"])
    shapes = frame.geometry.to_numpy().copy()
    shapes[6] = shapely.transform(shapes[6], lambda xy: np.where(xy < xy.min(axis=0) + 3e-3, xy - [3 / 86_500, 0], xy))
    tables["areas"] = frame.set_geometry(shapes, crs=4326)
    write_folder(tables, tmp_path)
    report = load([tmp_path], database.owner_url)
    assert report.rejected == 0
    note = next(note for note in report.notes if note["code"] == "overlap")
    assert (note["first"], note["second"]) == ("骏马社区", "“红星”社区")
    assert float(str(note["width_m"])) == pytest.approx(3.0, abs=0.3)
    assert float(str(note["area_m2"])) == pytest.approx(3 * 333, rel=0.15)
    assert any("骏马社区" in line and "overlap" in line for line in report.lines())


def test_hole_between_communities_is_told(database: Urls, tables: Tables, tmp_path: Path) -> None:
    frame = gpd.GeoDataFrame(tables["areas"])
    shapes = frame.geometry.to_numpy().copy()
    middle = shapely.point_on_surface(shapes[5])
    shapes[5] = shapely.difference(shapes[5], shapely.box(middle.x, middle.y, middle.x + 1e-4, middle.y + 1e-4))
    write_folder({"areas": frame.set_geometry(shapes, crs=4326)}, tmp_path)
    report = load([tmp_path], database.owner_url)
    holes = [note for note in report.notes if note["code"] == "hole"]
    assert len(holes) == 1
    assert float(str(holes[0]["area_m2"])) == pytest.approx(8.65 * 11.1, rel=0.01)


def test_invalid_geometry_is_mended_and_told_or_rejected(database: Urls, tables: Tables, tmp_path: Path) -> None:
    frame = gpd.GeoDataFrame(tables["buildings"])
    shapes = frame.geometry.to_numpy().copy()
    x, y, *_rest = shapes[0].bounds
    shapes[0] = shapely.Polygon([(x, y), (x + 4e-4, y + 2e-4), (x + 4e-4, y), (x, y + 2e-4)])
    shapes[1] = shapely.Polygon([(x, y), (x + 4e-4, y), (x, y)])
    shapes[2] = shapely.LineString([(x, y), (x + 4e-4, y)])
    tables["buildings"] = frame.set_geometry(shapes, crs=4326)
    write_folder(tables, tmp_path)
    found = table(load([tmp_path], database.owner_url), "buildings")
    assert "1 invalid geometry was mended." in found.sentences()
    codes = {row["line"]: row["code"] for row in rejects(tmp_path / "buildings.rejects.csv")}
    assert codes == {"2": "bad_geometry", "3": "geometry_kind"}
    with owner_connection(database.owner_url) as conn:
        row = conn.execute(
            "SELECT ST_IsValid(geom), ST_NumGeometries(geom) FROM building WHERE building_id = 'B001'"
        ).fetchone()
    assert row == (True, 2)


def test_gcj02_declared_as_wgs84_is_suspected(database: Urls, tables: Tables, tmp_path: Path) -> None:
    many = pd.concat([tables["buildings"]] * 3, ignore_index=True)
    many["building_id"] = [f"B{number:03d}" for number in range(1, len(many) + 1)]
    frame = gpd.GeoDataFrame(many)
    shapes = shapely.transform(
        frame.geometry.to_numpy(), lambda xy: np.column_stack(crs_module.wgs84_to_gcj02(xy[:, 0], xy[:, 1]))
    )
    write_folder({"areas": tables["areas"]}, tmp_path)
    write_folder({"buildings": frame.set_geometry(shapes, crs=4326)}, tmp_path)
    report = load([tmp_path], database.owner_url)
    note = next(note for note in table(report, "buildings").notes if note["code"] == "looks_shifted")
    assert note["system"] == "gcj02"
    told = load([tmp_path], database.owner_url, crs="buildings=gcj02")
    assert told.rejected == 0
    assert not any(note["code"] == "looks_shifted" for note in table(told, "buildings").notes)


def test_cases_in_gcj02_declared_as_wgs84_are_suspected(database: Urls, tables: Tables, tmp_path: Path) -> None:
    houses = gpd.GeoDataFrame(tables["buildings"]).geometry
    at = shapely.point_on_surface(houses.to_numpy()[np.arange(120) % 19])
    lon, lat = crs_module.wgs84_to_gcj02(shapely.get_x(at), shapely.get_y(at))
    tables["cases"] = tables["cases"].assign(lon=lon, lat=lat, crs="wgs84")
    write_folder(tables, tmp_path)
    note = next(
        note for note in table(load([tmp_path], database.owner_url), "cases").notes if note["code"] == "looks_shifted"
    )
    assert note["system"] == "gcj02"


def test_honest_coordinates_are_not_suspected(small_city_db: Urls, tables: Tables, tmp_path: Path) -> None:
    houses = gpd.GeoDataFrame(tables["buildings"]).geometry
    at = shapely.point_on_surface(houses.to_numpy()[np.arange(120) % 19])
    tables["cases"] = tables["cases"].assign(lon=shapely.get_x(at), lat=shapely.get_y(at), crs="wgs84")
    write_folder({"cases": tables["cases"], "buildings": tables["buildings"]}, tmp_path)
    report = load([tmp_path], small_city_db.owner_url)
    assert not any(note["code"] == "looks_shifted" for part in report.tables for note in part.notes)


def test_points_without_a_system_are_left_out_and_swapped_ones_rejected(
    database: Urls, tables: Tables, tmp_path: Path
) -> None:
    cases = tables["cases"].copy()
    points = np.flatnonzero(cases["lon"].notna())
    cases.loc[points[0], "crs"] = ""
    cases.loc[points[1], ["lon", "lat"]] = cases.loc[points[1], ["lat", "lon"]].to_numpy(copy=True)
    cases.loc[points[2], "lat"] = np.nan
    tables["cases"] = cases
    write_folder(tables, tmp_path)
    found = table(load([tmp_path], database.owner_url), "cases")
    assert {"code": "point_without_crs", "count": 1} in found.notes
    assert {row["code"] for row in rejects(tmp_path / "cases.rejects.csv")} == {"swapped_lonlat", "bad_coordinate"}
    assert found.accepted == 118


def test_dry_run_says_everything_and_writes_nothing(database: Urls, tables: Tables, tmp_path: Path) -> None:
    tables["residents"].loc[3, "sex"] = "x"
    write_folder(tables, tmp_path)
    report = load([tmp_path], database.owner_url, dry_run=True)
    assert (report.dry_run, report.rejected, table(report, "cases").accepted) == (True, 1, 120)
    for name in ("area", "building", "resident", "case_record", "plan", "load_batch", "load_chunk", "daily_event"):
        assert count(database, name) == 0
