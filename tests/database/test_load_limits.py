"""Input and machines at their limits: workbooks that are none, files of any size, a database or disk that gives up."""

from __future__ import annotations

import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from geo.errors import BadSource, StoreError
from geo.i18n import use
from geo.store.cluster import Urls
from geo.store.database import owner_connection
from loaders.pipeline import load
from loaders.workbook import guard
from loaders.write import write_folder

Tables = dict[str, pd.DataFrame]


@pytest.fixture(autouse=True)
def _english() -> None:
    use("en")


def count(urls: Urls, table: str) -> int:
    with owner_connection(urls.owner_url) as conn:
        row = conn.execute(f"SELECT count(*) FROM {table}").fetchone()  # pyright: ignore[reportArgumentType]
    assert row is not None
    return row[0]


# ---- workbooks


def test_workbook_of_a_million_rows_is_refused_at_once_and_small(tmp_path: Path) -> None:
    row = b'<row r="1"><c t="inlineStr"><is><t>D00001</t></is></c><c><v>1</v></c></row>'
    with zipfile.ZipFile(tmp_path / "cases.xlsx", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        with archive.open("xl/worksheets/sheet1.xml", "w") as sheet:
            sheet.write(b"<worksheet><sheetData>")
            for _block in range(1000):
                sheet.write(row * 1000)
            sheet.write(b"</sheetData></worksheet>")
    program = (
        "import resource, sys\nfrom pathlib import Path\nfrom geo.errors import BadSource\nfrom geo.i18n import use\n"
        "from loaders.workbook import guard\nuse('en')\n"
        "before = resource.getrusage(resource.RUSAGE_SELF)\n"
        "try:\n    guard(Path(sys.argv[1]))\nexcept BadSource as error:\n    print(error, error.hint)\n"
        "after = resource.getrusage(resource.RUSAGE_SELF)\n"
        "print((after.ru_maxrss - before.ru_maxrss) // 1024, after.ru_utime - before.ru_utime, sep='\\n')\n"
    )
    answer = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path / "cases.xlsx")], capture_output=True, text=True, check=True
    )
    sentence, grown_mb, _seconds = answer.stdout.splitlines()
    assert "200,000 rows" in sentence
    assert "CSV UTF-8" in sentence
    assert int(grown_mb) < 60


def test_workbook_is_judged_by_its_dimension_before_its_rows(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "cases.xlsx", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(
            "xl/worksheets/sheet1.xml", '<worksheet><dimension ref="A1:B1000000"/><sheetData></sheetData></worksheet>'
        )
    with pytest.raises(BadSource, match="too large"):
        guard(tmp_path / "cases.xlsx")


def _bomb(path: Path, name: str, content: bytes, **more: bytes) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
        for inner, data in more.items():
            archive.writestr(inner, data)


@pytest.mark.parametrize(
    ("name", "content", "word"),
    [
        ("xl/worksheets/sheet1.xml", b" " * (201 << 20), "too large"),
        ("xl/vbaProject.bin", b"x", "macros"),
        ("xl/externalLinks/externalLink1.xml", b"<x/>", "links to other files"),
        ("xl/worksheets/sheet1.xml", b'<!DOCTYPE x [<!ENTITY a "b">]><worksheet/>', "not a readable"),
    ],
    ids=["ratio", "macros", "links", "entities"],
)
def test_workbook_with_something_else_inside_is_refused(name: str, content: bytes, word: str, tmp_path: Path) -> None:
    _bomb(tmp_path / "cases.xlsx", name, content)
    with pytest.raises(BadSource, match=word):
        guard(tmp_path / "cases.xlsx")


def test_workbook_of_ten_thousand_entries_is_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "cases.xlsx", "w") as archive:
        for number in range(10_000):
            archive.writestr(f"xl/{number}.xml", "")
    with pytest.raises(BadSource, match="too large"):
        guard(tmp_path / "cases.xlsx")


def test_workbook_that_lies_about_its_size_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "cases.xlsx"
    _bomb(path, "xl/worksheets/sheet1.xml", b"a" * (3 << 20))
    real, claimed = (3 << 20).to_bytes(4, "little"), (1000).to_bytes(4, "little")
    path.write_bytes(path.read_bytes().replace(real, claimed))
    with pytest.raises(BadSource, match="not a readable"):
        guard(path)


def test_workbook_of_too_many_filled_rows_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, database: Urls
) -> None:
    monkeypatch.setattr("loaders.workbook.MAX_ROWS", 50)
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.append(["household_id", "dwelling_id"])
    for number in range(80):
        sheet.append([f"H{number}", "D1"])
    book.save(tmp_path / "households.xlsx")
    with pytest.raises(BadSource, match="too large"):
        load([tmp_path], database.owner_url)
    assert count(database, "household") == 0


# ---- the database and the disk


def test_large_csv_is_read_in_constant_memory(tmp_path: Path) -> None:
    path = tmp_path / "residents.csv"
    with path.open("w", encoding="utf-8") as file:
        file.write("resident_id,household_id,name\n")
        block = "".join(f"R{{0}}{number:06d},H{number:06d},{'张' * 100}\n" for number in range(10_000))
        for part in range(40):
            file.write(block.replace("{0}", f"{part:04d}"))
    program = (
        "import resource, sys\nfrom pathlib import Path\nfrom loaders.checks import check\n"
        "from loaders.csvfile import open_csv\n"
        "from loaders.rows import Source\nfrom loaders.tables import TABLES\ntable = TABLES['residents']\nseen = []\n"
        "for raw in open_csv(Source(table, Path(sys.argv[1]))).chunks():\n    check(table, raw, {})\n"
        "    seen.append(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)\n"
        "print(len(seen), seen[1], seen[-1])\n"
    )
    answer = subprocess.run([sys.executable, "-c", program, str(path)], capture_output=True, text=True, check=True)
    chunks, early_mb, late_mb = map(int, answer.stdout.split())
    assert chunks == 8
    assert late_mb - early_mb < path.stat().st_size / (1 << 20) / 2
    assert shutil.disk_usage(tmp_path).free > 0


def test_database_stopped_while_loading_says_so_and_the_next_load_completes(
    database: Urls, small_city_tables: Tables, tmp_path: Path
) -> None:
    write_folder(small_city_tables, tmp_path)
    wanted = len(small_city_tables["cases"])

    def cut(what: str, _share: float, _rows: int) -> None:
        if what == "residents.csv":
            with owner_connection(database.owner_url) as conn:
                conn.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
                )

    with pytest.raises(StoreError, match="can't be reached"):
        load([tmp_path], database.owner_url, progress=cut)
    assert count(database, "resident") == 0
    assert count(database, "household") == len(small_city_tables["households"])
    report = load([tmp_path], database.owner_url)
    assert next(part for part in report.tables if part.table == "households").again
    assert count(database, "resident") == len(small_city_tables["residents"])
    assert count(database, "case_record") == wanted


def test_full_disk_says_so_and_the_next_load_completes(
    database: Urls, small_city_tables: Tables, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from psycopg import errors as pg

    from geo.store import ingest as store

    write_folder(small_city_tables, tmp_path)
    real = store.write_rows

    def full(conn, name, rows, **options):
        written = real(conn, name, rows, **options)
        if name == "residents":
            raise pg.DiskFull("could not extend file: No space left on device")
        return written

    monkeypatch.setattr(store, "write_rows", full)
    with pytest.raises(StoreError, match="disk is full") as caught:
        load([tmp_path], database.owner_url)
    assert "run the same command again" in caught.value.hint
    assert count(database, "resident") == 0
    monkeypatch.setattr(store, "write_rows", real)
    assert load([tmp_path], database.owner_url).rejected == 0
    assert count(database, "resident") == len(small_city_tables["residents"])
