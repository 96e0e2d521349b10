"""`gridmap geocode` and `parse-address` on files: one row out per row in, in order, whatever the rows hold."""

from __future__ import annotations

import csv
import stat
from pathlib import Path

import pytest

from geo import i18n
from geo.errors import BadHeader, InputError
from geo.store.cluster import Urls
from geo.store.database import owner_connection
from loaders.geocode import ANSWER, PARSED, geocode_file, parse_file
from tests.fixtures import city
from tests.fixtures.drawing import point

A, B = city.COMMUNITIES.values()


@pytest.fixture(scope="module")
def url(module_database: Urls) -> str:
    with owner_connection(module_database.owner_url) as conn:
        city.put_whole_city(conn)
    return module_database.owner_url


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return [*csv.DictReader(file)]


def test_addresses_are_answered_row_by_row(url: str, tmp_path: Path) -> None:
    source, target = tmp_path / "in.csv", tmp_path / "out.csv"
    source.write_text(
        "\ufeffID,text,more\n7,青竹佳苑1栋1单元101室,x\n8,\n9\n10,<b>\U0001f600\x00</b>,,,,\n\n11,纱厂宿舍\n12,"
        + "长" * 200_000
        + "\n"
        '13,"北叶新村1栋\n1单元201"\n7,没有的地方\n',
        encoding="utf-8",
    )
    with i18n.using("zh"):
        said = geocode_file(source, target, url)
    found = rows(target)
    assert [*found[0]] == ANSWER
    assert [row["id"] for row in found] == ["7", "8", "9", "10", "11", "12", "13", "7"]
    assert [row["dwelling_id"] for row in found] == ["D-x-1", "", "", "", "", "", "D-z-2", ""]
    assert [row["level"] for row in found] == ["dwelling", *["none"] * 3, "estate", "none", "dwelling", "none"]
    assert (found[0]["grid_code"], found[0]["reason"]) == (f"{A}001", "地址完全匹配")
    assert (found[4]["estate"], found[4]["grid_code"], found[4]["status"]) == ("青竹佳苑", "", "matched")
    assert "8 行" in said
    assert stat.S_IMODE(target.stat().st_mode) == 0o600


def test_points_are_answered_in_their_own_system(url: str, tmp_path: Path) -> None:
    source, target = tmp_path / "points.csv", tmp_path / "out.csv"
    spot = point("z", "......", "......", "....z.", epsg=4326)
    lines = [f"1,{spot.x},{spot.y},", f"2,{spot.x},{spot.y},gcj02", "3,x,39,wgs84", "4,1,2,mars", "5,0,0,", "6,,,"]
    source.write_text("\n".join(["id,lon,lat,crs", *lines, ""]), encoding="gb18030")
    geocode_file(source, target, url)
    found = rows(target)
    assert [row["building_id"] for row in found] == ["z", "", "", "", "", ""]
    assert found[0]["grid_code"] == f"{B}001"
    assert [row["status"] for row in found] == ["matched", *["unmatched"] * 5]


def test_an_area_cuts_what_is_answered(url: str, tmp_path: Path) -> None:
    source, target = tmp_path / "in.csv", tmp_path / "out.csv"
    source.write_text("id,text\n1,青竹佳苑1栋\n2,青竹佳苑2栋\n3,北叶新村1栋\n", encoding="utf-8")
    answered = {}
    for area in ("640202", A, f"{A}001"):
        geocode_file(source, target, url, area)
        answered[area] = [row["building_id"] for row in rows(target)]
    assert answered == {"640202": ["x", "y", "z"], A: ["x", "y", ""], f"{A}001": ["x", "", ""]}


def test_what_is_no_such_file_is_refused_with_a_sentence(url: str, tmp_path: Path) -> None:
    source, target = tmp_path / "in.csv", tmp_path / "out.csv"
    source.write_text("id,street\n1,x\n", encoding="utf-8")
    for run in (lambda: geocode_file(source, target, url), lambda: parse_file(source, target)):
        with pytest.raises(BadHeader, match=r"in\.csv"):
            run()
    with pytest.raises(InputError, match="64020"):
        geocode_file(source, target, url, "64020")
    source.write_text("id,text\n1,x\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"no。$|no\.$"):
        parse_file(source, tmp_path / "no" / "out.csv")
    assert not target.exists()


@pytest.mark.parametrize("header", ["编号,地址", "工单编号,事发地址", "ID,Address", "地址,text,编号"])
def test_headers_are_read_as_in_a_table_of_cases(header: str, url: str, tmp_path: Path) -> None:
    source, target = tmp_path / "in.csv", tmp_path / "out.csv"
    cells = {"编号": "7", "工单编号": "7", "ID": "7", "地址": "无此地址", "text": "青竹佳苑1栋1单元101室"}
    if "text" not in header:
        cells |= dict.fromkeys(("地址", "事发地址", "Address"), cells["text"])
    names = header.split(",")
    source.write_text(f"{header}\n{','.join(cells[name] for name in names)}\n", encoding="utf-8")
    geocode_file(source, target, url)
    assert [(row["id"], row["dwelling_id"]) for row in rows(target)] == [("7", "D-x-1")]


@pytest.mark.parametrize("command", ["geocode", "parse-address"])
def test_what_cannot_be_written_is_refused_and_the_source_left_alone(command: str, url: str, tmp_path: Path) -> None:
    source = tmp_path / "in.csv"
    text = "id,text\n7,青竹佳苑1栋1单元101室\n"
    source.write_text(text, encoding="utf-8")
    (tmp_path / "same.csv").symlink_to(source)
    run = (lambda to: geocode_file(source, to, url)) if command == "geocode" else (lambda to: parse_file(source, to))
    for target, words in [
        (source, "覆盖"),
        (tmp_path / "same.csv", "覆盖"),
        (tmp_path, "是文件夹"),
        (tmp_path / "none" / "out.csv", f"没有文件或文件夹 {tmp_path / 'none'}"),
    ]:
        with i18n.using("zh"), pytest.raises(InputError, match=words):
            run(target)
    with i18n.using("zh"), pytest.raises(InputError, match=r"没有文件或文件夹 .*nosuch\.csv"):
        parse_file(tmp_path / "nosuch.csv", tmp_path / "out.csv")
    assert source.read_text("utf-8") == text


def test_addresses_are_split_without_a_database(tmp_path: Path) -> None:
    source, target = tmp_path / "in.csv", tmp_path / "out.csv"
    source.write_text("id,text\na,建民新村4栋3单元601室\nb,\nc,丹江家园３号楼5层\n", encoding="utf-8")
    parse_file(source, target)
    found = rows(target)
    assert [*found[0]] == PARSED
    assert [[*row.values()] for row in found] == [
        ["a", "建民新村", "4", "3", "", "601"],
        ["b", "", "", "", "", ""],
        ["c", "丹江家园", "3", "", "5", ""],
    ]


def test_a_file_of_several_batches_is_answered_in_order_by_several_processes(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("loaders.geocode.BATCH", 7)
    monkeypatch.setattr("loaders.geocode.PROCESSES", 2)
    source, target = tmp_path / "in.csv", tmp_path / "out.csv"
    texts = ["青竹佳苑1栋", "没有的地方", "青竹佳苑2栋", "北叶新村1栋", ""]
    lines = [f"{number},{texts[number % 5]}" for number in range(300)]
    source.write_text("\n".join(["id,text", *lines, ""]), encoding="utf-8")
    geocode_file(source, target, url)
    found = rows(target)
    assert [row["id"] for row in found] == [str(number) for number in range(300)]
    assert [row["building_id"] for row in found] == ["x", "", "y", "z", ""] * 60
