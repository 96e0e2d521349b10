"""Reading alone: times, headers, file names, rows of a CSV and their lines."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.core.spreadsheet import safe_cell
from geo.errors import BadHeader, InputError
from geo.service.prepare import Seen
from loaders import csvfile, headers, times
from loaders.checks import check
from loaders.rows import CHUNK_BYTES, Raw, Source
from loaders.source import StatedCrs, discover
from loaders.tables import TABLES

LOCAL = "Asia/Shanghai"


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("2017-06-08 17:31:20", "2017-06-08 17:31:20"),
        ("2020/1/8 9:32:33", "2020-01-08 09:32:33"),
        ("2020/01/08", "2020-01-08"),
        ("2020.1.8", "2020-01-08"),
        ("2020年1月8日 9:32", "2020-01-08 09:32"),
        ("2020-1-8T9:32", "2020-01-08 09:32"),
        ("43838.397604", "2020-01-08 09:32:33"),
        ("43838", "2020-01-08"),
        ("2024-05-01T02:00:00Z", "2024-05-01 10:00"),
        ("2024-05-01T10:00:00+08:00", "2024-05-01 10:00"),
        ("2024-05-01T10:00:00.250+0800", "2024-05-01 10:00:00.25"),
    ],
)
def test_times_as_real_exports_write_them(text: str, meant: str) -> None:
    assert times.parse(pa.array([text])).tolist() == [pd.Timestamp(meant, tz=LOCAL)]


@pytest.mark.parametrize(
    "text",
    [
        "2024/13/01",
        "2024-02-30",
        "2023-02-29 10:00",
        "24:00",
        "2024",
        "2024-05",
        "01/02/2024",
        "yesterday",
        "-5",
        "0",
        "20240513",
    ],
)
def test_what_is_no_time_is_missing(text: str) -> None:
    assert times.parse(pa.array([text])).isna().tolist() == [True]


@given(st.lists(st.datetimes(pd.Timestamp("1992-01-01").to_pydatetime(), pd.Timestamp("2099-12-31").to_pydatetime())))
def test_every_second_comes_back(moments: list) -> None:
    whole = [moment.replace(microsecond=0) for moment in moments]
    found = times.parse(pa.array([moment.strftime("%Y/%m/%d %H:%M:%S") for moment in whole], pa.string()))
    assert found.dt.tz_convert(LOCAL).dt.tz_localize(None).tolist() == [pd.Timestamp(moment) for moment in whole]


def test_headers_are_matched_in_both_languages_whatever_their_dress() -> None:
    names = ["序号", " 楼栋编号（必填）*", "Community_Code", "小 区", "门牌地址", "", "层数:"]
    header = headers.match(TABLES["buildings"], names)
    assert header.columns == {"building_id": 1, "community_code": 2, "estate": 3, "address": 4, "floors": 6}
    assert header.unknown == ("序号",)


def test_every_alias_means_one_column_of_its_table() -> None:
    for table in TABLES.values():
        seen: dict[str, str] = {}
        for spelling, column in headers._written(table.name):
            assert seen.setdefault(headers.fold(spelling), column) == column, (table.name, spelling)
        assert set(headers.chinese(table.name)) == set(table.names), table.name


def test_two_headers_of_one_column_are_refused() -> None:
    with pytest.raises(BadHeader):
        headers.match(TABLES["households"], ["household_id", "户号", "dwelling_id"])


@pytest.mark.parametrize("encoding", ["utf-8", "gbk"])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_cut_headers_are_found(encoding: str, language: str) -> None:
    for table in (table for table in TABLES.values() if table.geometry):
        spelled = headers.chinese(table.name) if language == "zh" else {name: name for name in table.names}
        short = {headers.cut(name, encoding): column for column, name in spelled.items()}
        assert len(short) == len(spelled)
        found = headers.match(table, [*short], cut=True)
        assert {column: [*short][at] for column, at in found.columns.items()} == {c: s for s, c in short.items()}


@pytest.mark.parametrize(
    "name", ["surface", "trace_no", "address", "姓名", "民生路", "facebook", "类别", "residents", "drugstore"]
)
def test_harmless_headers_are_not_forbidden(name: str) -> None:
    headers.refuse_forbidden([name])


@pytest.mark.parametrize("name", ["fingerprin", "psychiatri", "身份证", "ID_NO", "Race", "是否信教", "party"])
def test_forbidden_headers_are_found_cut_or_whole(name: str) -> None:
    with pytest.raises(BadHeader):
        headers.refuse_forbidden([name])


@pytest.mark.parametrize(
    ("stem", "table"),
    [
        ("cases", "cases"),
        ("cases-2024", "cases"),
        ("Cases 2024", "cases"),
        ("楼栋", "buildings"),
        ("人口2023", "residents"),
        ("notes", None),
        ("", None),
    ],
)
def test_files_are_known_by_their_names(stem: str, table: str | None) -> None:
    assert headers.table_of(stem) == table


def test_folder_lists_its_tables_in_the_order_they_load(tmp_path: Path) -> None:
    for name in (
        "cases.csv",
        "residents.csv",
        "areas.geojson",
        "buildings.parquet",
        "cases.rejects.csv",
        "~$cases.xlsx",
        "readme.txt",
    ):
        (tmp_path / name).touch()
    assert [source.table.name for source in discover([tmp_path])] == ["areas", "buildings", "residents", "cases"]
    with pytest.raises(InputError):
        discover([tmp_path / "nothing"])


def test_stated_systems_are_one_for_all_or_one_for_a_table() -> None:
    stated = StatedCrs("4490,cases=bd09,楼栋=gcj02")
    assert [stated.of(name).name for name in ("areas", "cases", "buildings")] == ["epsg:4490", "bd09", "gcj02"]  # pyright: ignore[reportOptionalMemberAccess]


CELL = st.text(st.characters(codec="utf-8", exclude_characters="\r\0"), max_size=8)


@given(
    rows=st.lists(st.tuples(CELL, CELL, CELL), max_size=30),
    title=st.booleans(),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "gb18030"]),
)
def test_csv_gives_every_row_and_its_line(
    rows: list[tuple[str, str, str]], title: bool, encoding: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    import csv

    path = tmp_path_factory.mktemp("csv") / "visits.csv"
    lines: list[int] = []
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        if title:
            file.write("走访表,,\n\n")
        writer.writerow(["visit_id", "household_id", "note"])
        at = 4 if title else 2
        for row in rows:
            writer.writerow(row)
            lines.append(at)
            at += 1 + sum(cell.count("\n") for cell in row)
    reader = csvfile.open_csv(
        Source(
            TABLES["visits"].__class__(
                "visits", TABLES["visits"].columns[:2] + TABLES["visits"].columns[5:], ("visit_id",)
            ),
            path,
        )
    )
    found = [*reader.chunks()]
    cells = [
        row
        for raw in found
        for row in zip(*(raw.columns[name].to_pylist() for name in ("visit_id", "household_id", "note")), strict=True)
    ]
    kept = [(line, row) for line, row in zip(lines, rows, strict=True) if any(cell.strip() for cell in row)]
    assert [
        (int(line), row) for line, row in zip(np.concatenate([raw.lines for raw in found] or [[]]), cells, strict=True)
    ] == kept


def test_rows_of_long_texts_come_in_chunks_that_fit_the_memory(tmp_path: Path) -> None:
    path, rows, text = tmp_path / "residents.csv", 14_000, "长" * 1_000
    body = "".join(f"R{number},H{number},{text}\n" for number in range(rows))
    path.write_text(f"resident_id,household_id,name\n{body}", encoding="utf-8")
    found = [*csvfile.open_csv(Source(TABLES["residents"], path)).chunks()]
    held = [sum(column.nbytes for column in raw.columns.values()) for raw in found]
    assert len(found) > 1
    assert max(held) <= CHUNK_BYTES + (8 << 20)
    assert np.concatenate([raw.lines for raw in found]).tolist() == [*range(2, rows + 2)]
    assert [name for raw in found for name in raw.columns["resident_id"].to_pylist()] == [f"R{n}" for n in range(rows)]


def test_codes_padded_with_zeros_are_the_same_code() -> None:
    texts = [
        "6402",
        "640200",
        "640200000000",
        "640202000000",
        "640202001",
        "640202001000",
        "640202001001",
        "640202001001000",
        "64",
    ]
    raw = Raw(0, np.arange(9), {"code": pa.array(texts), "name": pa.array(["x"] * 9), "level": pa.array(["city"] * 9)})
    found = check(TABLES["areas"], raw, {})
    assert found.columns["code"].to_pylist() == ["6402"] * 3 + ["640202"] + ["640202001"] * 2 + ["640202001001"] * 2 + [
        "64"
    ]


def test_codes_that_a_spreadsheet_spoilt_are_refused_or_mended_where_certain() -> None:
    raw = Raw(
        0,
        np.arange(4),
        {
            "household_id": pa.array(["H1", "H2", "12.0", "H4"]),
            "dwelling_id": pa.array(["6.40202E+11", "１２", "D", "4.0"]),
        },
    )
    found = check(TABLES["households"], raw, {})
    assert [(reject[1], reject[2], reject[3]) for reject in found.rejects] == [
        ("dwelling_id", "6.40202E+11", "number_code")
    ]
    assert found.columns["household_id"].to_pylist() == ["H2", "12", "H4"]
    assert found.columns["dwelling_id"].to_pylist() == ["12", "D", "4"]


@given(st.text(max_size=12))
def test_formulas_are_made_harmless_and_read_back(text: str) -> None:
    written = safe_cell(text)
    assert written[:1] not in ("=", "@")
    assert written[:1] not in ("+", "-") or written[1:].replace(".", "").isdigit()
    raw = Raw(0, np.arange(1), {"alias": pa.array(["a"]), "estate": pa.array([written])})
    plain = Raw(0, np.arange(1), {"alias": pa.array(["a"]), "estate": pa.array([text])})
    if not text.lstrip().startswith("'"):
        assert (
            check(TABLES["aliases"], raw, {}).columns["estate"] == check(TABLES["aliases"], plain, {}).columns["estate"]
        )


@given(st.lists(st.lists(st.integers(0, 60)), max_size=12))
def test_seen_keys_are_told_across_chunks(chunks: list[list[int]]) -> None:
    seen, known = Seen(), set()
    for chunk in chunks:
        keys = np.array([f"K{number}" for number in chunk], dtype=object)
        wanted = []
        for key in keys:
            wanted.append(key in known)
            known.add(key)
        assert seen.repeated(keys).tolist() == wanted
