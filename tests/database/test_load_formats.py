"""One city in every dress loads to the same tables; and comes out as it went in."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from geo.errors import InputError, NotFound
from geo.store.cluster import Cluster, Urls
from geo.store.database import owner_connection
from loaders.export import export
from loaders.pipeline import load
from loaders.write import write_folder
from tests.fixtures.canonical import Rows, canonical
from tests.fixtures.database import clone

Tables = dict[str, pd.DataFrame]

# format, encoding, header language, coordinate system, rows as: every value of each at least twice
DRESSES = [
    ("geoparquet", "utf-8", "en", "wgs84", "csv"),
    ("gpkg", "utf-8-sig", "zh", "4490", "csv"),
    ("geojson", "gb18030", "zh", "gcj02", "csv"),
    ("shp", "gb18030", "en", "4544", "csv"),
    ("shp", "utf-8", "zh", "4490", "xlsx"),
    ("geojson", "utf-8", "en", "4545", "xlsx"),
    ("gpkg", "gb18030", "en", "bd09", "csv"),
    ("geoparquet", "gb18030", "zh", "gcj02", "xlsx"),
    ("geoparquet", "utf-8-sig", "en", "4523", "csv"),
    ("geojson", "utf-8", "zh", "bd09", "csv"),
    ("gpkg", "utf-8", "en", "gcj02", "xlsx"),
    ("geojson", "utf-8", "en", "wgs84", "csv"),
    ("shp", "utf-8", "en", "gcj02", "csv"),
]


@pytest.fixture(scope="module")
def plain(
    cluster: Cluster, template: str, small_city_tables: Tables, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Rows]:
    """Give the tables of the plainest load: GeoParquet, UTF-8, English, WGS-84."""
    folder = tmp_path_factory.mktemp("plain")
    write_folder(small_city_tables, folder)
    made = clone(cluster, template)
    urls = next(made)
    report = load([folder], urls.owner_url)
    assert report.rejected == 0, report.lines()
    rows = canonical(urls.owner_url)
    made.close()
    return rows


def compare(found: dict[str, Rows], wanted: dict[str, Rows]) -> None:
    """Say which table differs, and by which rows."""
    for table, rows in wanted.items():
        assert [row for row in rows if row not in found[table]] == [], table
        assert [row for row in found[table] if row not in rows] == [], table


def awkward(folder: Path) -> None:
    """Give a folder's row files what real ones have: title rows, blank rows and columns, merged cells."""
    for path in folder.glob("*.csv"):
        data = path.read_bytes()
        encoding = "gb18030" if b"\xef\xbb\xbf" != data[:3] and not _is_utf8(data) else "utf-8"
        lines = data.decode(encoding).splitlines(keepends=True)
        first = lines[0].rstrip("\n")
        width = first.count(",")
        head = "某区基础数据表（样表）" + "," * width + "\n\n"
        path.write_bytes(
            (head + first + ",,\n" + "".join(lines[1:]).replace("\n\n", "\n") + "," * (width + 2) + "\n\n").encode(
                encoding
            )
        )
    for path in folder.glob("*.xlsx"):
        book = openpyxl.load_workbook(path)
        sheet = book.worksheets[0]
        sheet.insert_rows(1, 2)
        sheet["A1"] = "某区基础数据表（样表）"
        sheet.merge_cells(start_row=1, start_column=1, end_row=1, end_column=max(2, sheet.max_column))
        sheet.cell(sheet.max_row + 3, sheet.max_column + 2, " ")
        _merge_equal(sheet)
        book.save(path)


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _merge_equal(sheet: openpyxl.worksheet.worksheet.Worksheet) -> None:
    """Merge runs of equal cells of the second column, as people do with the building of many dwellings."""
    start = 4
    for row in range(5, sheet.max_row + 2):
        if sheet.cell(row, 2).value != sheet.cell(start, 2).value:
            if row - start > 1 and sheet.cell(start, 2).value:
                sheet.merge_cells(start_row=start, start_column=2, end_row=row - 1, end_column=2)
            start = row


@pytest.mark.parametrize("dress", DRESSES, ids="-".join)
def test_every_dress_loads_to_the_same_tables(
    dress: tuple[str, ...], database: Urls, small_city_tables: Tables, plain: dict[str, Rows], tmp_path: Path
) -> None:
    geo_format, encoding, language, crs, rows = dress
    write_folder(
        small_city_tables,
        tmp_path,
        geo_format=geo_format,  # pyright: ignore[reportArgumentType]
        text_format=rows,  # pyright: ignore[reportArgumentType]
        csv_encoding=encoding,
        language=language,
        crs=crs,
    )
    stated = crs if crs in ("gcj02", "bd09") and geo_format != "geojson" else None
    report = load([tmp_path], database.owner_url, crs=stated)
    assert report.rejected == 0, report.lines()
    assert all(table.balanced for table in report.tables)
    compare(canonical(database.owner_url), plain)


@pytest.mark.parametrize("rows", ["csv", "xlsx"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_titles_blanks_and_merged_cells_are_no_difference(
    rows: str, encoding: str, database: Urls, small_city_tables: Tables, plain: dict[str, Rows], tmp_path: Path
) -> None:
    write_folder(small_city_tables, tmp_path, text_format=rows, csv_encoding=encoding, language="zh")  # pyright: ignore[reportArgumentType]
    awkward(tmp_path)
    report = load([tmp_path], database.owner_url)
    assert report.rejected == 0, report.lines()
    compare(canonical(database.owner_url), plain)


def test_dbf_headers_are_cut_to_ten_characters(small_city_tables: Tables, tmp_path: Path) -> None:
    import pyogrio

    write_folder(small_city_tables, tmp_path, geo_format="shp")
    names = list(pyogrio.read_info(tmp_path / "buildings.shp")["fields"])
    assert "building_i" in names
    assert "community_" in names
    assert max(map(len, names)) == 10


@pytest.mark.parametrize(
    ("geo_format", "rows", "language"), [("gpkg", "csv", "en"), ("geoparquet", "xlsx", "zh"), ("geojson", "csv", "zh")]
)
def test_load_export_load_gives_the_input_back(
    geo_format: str,
    rows: str,
    language: str,
    small_city_db: Urls,
    database: Urls,
    cluster: Cluster,
    template: str,
    plain: dict[str, Rows],
    tmp_path: Path,
) -> None:
    made = export(small_city_db.owner_url, tmp_path / "out", geo_format=geo_format, text_format=rows, language=language)  # pyright: ignore[reportArgumentType]
    assert {path.stat().st_mode & 0o777 for path in made.files} == {0o600}
    assert made.rows["residents"] == len(plain["resident"])
    second = clone(cluster, template)
    urls = next(second)
    report = load([tmp_path / "out"], urls.owner_url)
    assert report.rejected == 0, report.lines()
    compare(canonical(urls.owner_url, 12), canonical(small_city_db.owner_url, 12))
    second.close()


def test_exported_rows_are_those_of_the_input(small_city_db: Urls, small_city_tables: Tables, tmp_path: Path) -> None:
    export(small_city_db.owner_url, tmp_path / "out", csv_encoding="utf-8")
    written = write_folder(small_city_tables, tmp_path / "in", spreadsheet=True)
    for path in (path for path in written if path.suffix == ".csv"):
        wanted = pd.read_csv(path, dtype=str, keep_default_na=False)
        found = pd.read_csv(tmp_path / "out" / path.name, dtype=str, keep_default_na=False)[list(wanted.columns)]
        key = list(wanted.columns)
        times = [column for column in key if column.endswith("_at")]
        for frame in (wanted, found):
            frame[times] = frame[times].apply(lambda column: pd.to_datetime(column, utc=True, format="ISO8601"))
            numbers = [name for name in ("lon", "lat") if name in key]
            frame[numbers] = frame[numbers].apply(pd.to_numeric)
        pd.testing.assert_frame_equal(
            found.sort_values(key).reset_index(drop=True), wanted.sort_values(key).reset_index(drop=True)
        )


def test_export_of_a_grid_holds_that_grid_and_its_audit_row(small_city_db: Urls, tmp_path: Path) -> None:
    grid = "640202001001001"
    made = export(small_city_db.owner_url, tmp_path / "out", grid, actor="admin")
    dwellings = pd.read_csv(tmp_path / "out" / "dwellings.csv", dtype=str)
    with owner_connection(small_city_db.owner_url) as conn:
        own = {row[0] for row in conn.execute("SELECT building_id FROM building WHERE grid_code = %s", [grid])}
        audit = conn.execute(
            "SELECT actor, action, object_id, detail ->> 'residents' FROM audit_log ORDER BY audit_id DESC"
        ).fetchone()
    assert set(dwellings["building_id"]) == own
    assert audit == ("admin", "export", grid, str(made.rows["residents"]))


def test_an_export_replaces_no_file(small_city_db: Urls, small_city_tables: Tables, tmp_path: Path) -> None:
    write_folder(small_city_tables, tmp_path)
    before = {path: path.read_bytes() for path in tmp_path.iterdir()}
    with pytest.raises(InputError) as refused:
        export(small_city_db.owner_url, tmp_path)
    assert str(refused.value) == f"{tmp_path} 中已有 aliases.csv。"
    assert {path: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_an_export_broken_off_leaves_no_file_and_no_audit_row(small_city_db: Urls, tmp_path: Path) -> None:
    def stop(table: str, _rows: int) -> None:
        if table == "residents":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        export(small_city_db.owner_url, tmp_path / "out", progress=stop)
    assert [*(tmp_path / "out").iterdir()] == []
    with owner_connection(small_city_db.owner_url) as conn:
        assert conn.execute("SELECT count(*) FROM audit_log WHERE action = 'export'").fetchone() == (0,)
    made = export(small_city_db.owner_url, tmp_path / "out")
    assert sorted((tmp_path / "out").iterdir()) == sorted(made.files)


@pytest.mark.parametrize("area", ["640299", "640202001001099", "6402021", "x"])
def test_an_export_of_an_unknown_area_is_refused(area: str, small_city_db: Urls, tmp_path: Path) -> None:
    with pytest.raises(NotFound, match=area):
        export(small_city_db.owner_url, tmp_path / "out", area)
    assert [*(tmp_path / "out").iterdir()] == []
