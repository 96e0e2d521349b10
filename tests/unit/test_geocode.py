"""The register's answers: by key, by address, by point; never an invented door, never one row more or less."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.core.address import answer as why
from geo.core.address.doors import read, read_anew, read_backwards
from geo.core.address.normalise import LONGEST, normalise
from geo.core.address.parse import parse
from geo.core.geocode import COLUMNS, Register
from tests.fixtures.drawing import draw

A, B = "640202001001", "640202001002"
A1, A2, B1 = f"{A}001", f"{A}002", f"{B}001"


def make_register() -> Register:
    """Two communities; an estate over two grids, one of the same name elsewhere, nested names, villages, a lane.

    The buildings of one estate are called 3梯 and 4梯, those of another 3舍 and 4舍.
    """
    communities = draw("aabbb", "aabbb", epsg=4326)
    areas = gpd.GeoDataFrame(
        {
            "code": ["6402", "640202", "640202001", A, B],
            "name": ["石嘴山市", "大武口区", "长胜街道", "青山社区居委会", "朝阳社区"],
            "level": ["city", "county", "subdistrict", "community", "community"],
        },
        geometry=[None, None, None, *communities.geometry],
        crs=4326,
    )
    grids = draw("ABCCC", "ABCCC", epsg=4326)
    grids["grid_code"] = [A1, A2, B1]
    rows = [
        ("b1", A, "青竹佳苑", "1栋", "胜利路8号", "1...."),
        ("b2", A, "青竹佳苑", "2栋", "胜利路8号", ".1..."),
        ("c1", A, "亭苑", "1号楼", "胜利路9号", "1...."),
        ("c2", B, "新亭苑", "1号楼", "工农路3号", "..1.."),
        ("d1", A, "和平小区", "3栋", "胜利路10号", "1...."),
        ("d2", B, "和平小区", "3栋", "工农路5号", "..1.."),
        ("e1", B, "花园一期", "A座", "工农路7号", "...1."),
        ("e2", B, "花园二期", "A座", "工农路7号", "...1."),
        ("v46", B, "黄家台", "46号", "黄家台46号", "....1"),
        ("r12", B, "", "", "纺织巷12号", "....1"),
        ("s3", B, "南里大院", "3梯", "工农路11号", "....1"),
        ("s4", B, "南里大院", "4梯", "工农路11号", "....1"),
        ("u3", B, "佳木家属楼", "3舍", "工农路13号", "....1"),
        ("u4", B, "佳木家属楼", "4舍", "工农路13号", "....1"),
        ("t7", B, "下厝村三组", "7号", "下厝村三组7号", "....1"),
    ]  # fmt: skip
    spots = [draw(row, epsg=4326).geometry.iloc[0].buffer(-0.0003) for *_columns, row in rows]
    columns = ["building_id", "community_code", "estate", "name", "address"]
    buildings = gpd.GeoDataFrame([row[:5] for row in rows], columns=columns, geometry=spots, crs=4326)
    doors = [
        ("b1-101", "b1", "1单元", "101"), ("b1-102", "b1", "1单元", "102"), ("b1-2-101", "b1", "2单元", "101"),
        ("b2-501", "b2", "2", "501室"), ("c1-101", "c1", "", "101"), ("c2-101", "c2", "1", "101"),
        ("d1-301", "d1", "1", "301"), ("d2-301", "d2", "1", "301"), ("e1-1003", "e1", "", "1003"),
        ("v46-0", "v46", "", ""), ("r12-a", "r12", "", "附1号"), ("r12-b", "r12", "", "附2号"),
        ("s3-501", "s3", "2", "501"), ("s4-501", "s4", "2", "501"), ("t7-0", "t7", "", ""),
        ("u3-601", "u3", "2", "601"), ("u4-601", "u4", "2", "601"),
    ]  # fmt: skip
    dwellings = pd.DataFrame(doors, columns=["dwelling_id", "building_id", "unit", "room"])
    aliases = pd.DataFrame(
        [("棉纺厂宿舍", "青竹佳苑", ""), ("红楼", "", "b2"), ("老地方", "没有的小区", "")],
        columns=["alias", "estate", "building_id"],
    )
    return Register.build(areas, buildings, dwellings, grids, aliases)


REGISTER = make_register()


def answer(**row: object) -> dict[str, object]:
    return REGISTER.place(pd.DataFrame([row])).iloc[0].to_dict()


def text(address: str) -> tuple[object, object, object, object]:
    found = answer(address=address)
    return found["status"], found["level"], found["dwelling_id"] or found["building_id"], found["grid_code"]


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("石嘴山市大武口区长胜街道青山社区胜利路8号青竹佳苑1栋1单元102室", ("matched", "dwelling", "b1-102", A1)),
        ("青竹佳苑１号楼 ２单元 １０１", ("matched", "dwelling", "b1-2-101", A1)),
        ("青竹佳苑二幢二单元五〇一", ("matched", "dwelling", "b2-501", A2)),
        ("青竹佳苑2#-2-501", ("matched", "dwelling", "b2-501", A2)),
        ("青竹佳苑2-2-501", ("matched", "dwelling", "b2-501", A2)),
        ("501室2单元2栋青竹佳苑大武口区", ("matched", "dwelling", "b2-501", A2)),
        ("我家住在大武口区青竹佳苑1栋1单元102室,电话13800000000", ("matched", "dwelling", "b1-102", A1)),
        ("棉纺厂宿舍1栋1单元102", ("matched", "dwelling", "b1-102", A1)),
        ("红楼501室", ("matched", "dwelling", "b2-501", A2)),
        ("青竹佳苑1栋102", ("matched", "dwelling", "b1-102", A1)),  # the only 102 of the building
        ("青竹佳苑1栋101", ("matched", "building", "b1", A1)),  # two doors 101
        ("青竹佳苑1栋9单元909", ("matched", "building", "b1", A1)),  # no such door
        ("青竹佳苑1栋3楼", ("matched", "building", "b1", A1)),
        ("青竹佳苑1栋对面的烧烤摊", ("matched", "building", "b1", A1)),
        ("青竹佳苑", ("matched", "estate", "", "")),  # in two grids
        ("青竹佳苑9栋101", ("matched", "estate", "", "")),  # no such building
        ("青竹佳苑1-2号楼", ("review", "estate", "", "")),
        ("胜利路9号1号楼101室", ("matched", "dwelling", "c1-101", A1)),
        ("亭苑1号楼101", ("matched", "dwelling", "c1-101", A1)),
        ("新亭苑1号楼1单元101", ("matched", "dwelling", "c2-101", B1)),
        ("大亭苑1号楼101", ("review", "none", "", "")),  # a longer name the register does not hold: nothing is sure
        ("和平小区3栋1单元301", ("review", "estate", "", "")),
        ("青山社区和平小区3栋1单元301", ("matched", "dwelling", "d1-301", A1)),
        ("工农路5号和平小区3栋1单元301", ("matched", "dwelling", "d2-301", B1)),
        ("花园1期A座1003", ("matched", "dwelling", "e1-1003", B1)),
        ("花园（一期）A座1003室", ("matched", "dwelling", "e1-1003", B1)),
        ("花园A座1003室", ("review", "estate", "", "")),
        ("黄家台46号", ("matched", "dwelling", "v46-0", B1)),
        ("纺织巷12号附2号", ("matched", "dwelling", "r12-b", B1)),
        ("纺织巷12号", ("matched", "building", "r12", B1)),
        ("朝阳社区有人噪音扰民", ("matched", "community", "", B1)),
        ("青山社区", ("matched", "community", "", "")),  # in two grids
        ("青竹佳苑1栋和亭苑1号楼都停水", ("review", "estate", "", "")),
        ("长沙市岳麓区和平小区3栋", ("unmatched", "none", "", "")),
        ("青山和平小区3栋1单元301", ("matched", "dwelling", "d1-301", A1)),  # the community without its word
        ("青山亭苑1号楼101", ("matched", "dwelling", "c1-101", A1)),
        ("朝阳亭苑1号楼101", ("review", "none", "", "")),  # a community that does not hold it
        ("亭苑小区1号楼101", ("review", "none", "", "")),  # of 亭苑小区 too little is left without 小区
        ("新亭苑小区1号楼101", ("matched", "dwelling", "c2-101", B1)),
        ("朝阳社区无名家园3栋1单元301", ("matched", "community", "", B1)),
        ("无名小区3栋1单元301", ("unmatched", "none", "", "")),
        ("老地方", ("unmatched", "none", "", "")),
    ],
)  # fmt: skip
def test_an_address_is_answered(address: str, expected: tuple[str, ...]) -> None:
    assert text(address) == expected


def test_a_key_comes_before_the_address_and_the_point() -> None:
    found = answer(dwelling_id="b1-101", address="黄家台46号", lon=0.0, lat=0.0)
    assert (found["level"], found["dwelling_id"], found["building_id"], found["grid_code"]) == (
        "dwelling",
        "b1-101",
        "b1",
        A1,
    )
    assert answer(building_id="b2")["level"] == "building"
    assert answer(building_id="nothing")["reason"] == why.UNKNOWN_KEY
    assert answer(building_id="nothing", address="黄家台46号")["dwelling_id"] == "v46-0"


def test_a_point_answers_where_key_and_text_leave_the_grid_open() -> None:
    inside = draw("..1..", epsg=4326).geometry.iloc[0].centroid
    for words in ({}, {"address": "无名小区"}, {"address": "和平小区3栋"}, {"address": "青竹佳苑"}):
        found = answer(lon=inside.x, lat=inside.y, **words)
        assert (found["status"], found["level"], found["grid_code"], found["building_id"]) == (
            "matched",
            "point",
            B1,
            "",
        )
    assert answer(lon=inside.x, lat=inside.y, address="青竹佳苑1栋")["grid_code"] == A1
    outside = answer(lon=0.0, lat=0.0)
    assert (outside["status"], outside["grid_code"], outside["reason"]) == ("unmatched", "", why.BY_POINT_OUTSIDE)


def test_points_find_the_building_they_lie_in_and_its_only_door() -> None:
    spots = [draw("....1", epsg=4326).geometry.iloc[0].centroid, shapely.Point(0, 0)]
    found = REGISTER.place_points([spot.x for spot in spots], [spot.y for spot in spots])
    assert found["building_id"].tolist()[0] in ("v46", "r12")
    assert found["status"].tolist() == ["matched", "unmatched"]


def test_a_community_beside_an_unknown_estate_says_which_of_both_is_known() -> None:
    assert answer(address="朝阳社区无名家园3栋1单元301")["reason"] == why.ESTATE_UNKNOWN
    assert answer(address="朝阳社区有人噪音扰民")["reason"] == why.COMMUNITY_ONLY


def test_homonyms_are_offered_as_candidates() -> None:
    assert answer(address="和平小区3栋1单元301")["candidates"] == "d1-301;d2-301"


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.one_of(st.none(), st.text(max_size=60), st.text("青竹佳苑12栋单元室-#号楼期层附、 至", max_size=25)),
        max_size=8,
    )
)
def test_every_row_is_answered_whatever_it_holds(texts: list[str | None]) -> None:
    frame = pd.DataFrame({"address": pd.Series(texts, dtype=object)})
    found = REGISTER.place(frame)
    assert list(found.columns) == COLUMNS
    assert found.index.equals(frame.index)
    assert set(found["status"]) <= {"matched", "review", "unmatched"}
    doors = found["dwelling_id"] != ""
    assert (found.loc[doors, "level"] == "dwelling").all()
    assert all(len(ids.split(";")) <= 5 for ids in found["candidates"])


@given(st.text(max_size=400))
def test_normalising_and_parsing_never_fail_and_normalising_is_stable(words: str) -> None:
    once = normalise(words)
    parse(once)
    read(once)
    read_backwards(once)
    REGISTER.matcher.match(words)
    assert len(once) <= 3 * LONGEST


DOOR_PIECES = (
    *"0123456789012345678901234567890〇零一二三四五六七八九两幺十百ABF-#/、.至到号楼栋座层室房门东甲负附的 漏天人路",
    *("号楼", "单元", "地下", "最上面一层", "顶楼", "小区里面", "和", "2栋", "5号楼", "501", "-1层"),
)


@settings(max_examples=1500, deadline=None)
@given(st.lists(st.sampled_from(DOOR_PIECES), max_size=9).map("".join))
def test_a_door_is_read_by_its_shape_as_it_is_number_by_number(span: str) -> None:
    assert read(span) == read_anew(span)


def test_a_long_text_costs_no_more_than_a_short_one() -> None:
    assert text("黄家台46号" + "很吵" * 10_000)[2] in ("v46", "v46-0")


@pytest.mark.parametrize(
    ("words", "parts"),
    [
        ("大武口区朝阳街道建民新村4栋3单元601室", ("建民新村", "4", "3", "", "601")),
        ("丹江家园三号楼二单元五〇一", ("丹江家园", "3", "2", "", "501")),
        ("丹江家园3#-2-501", ("丹江家园", "3", "2", "", "501")),
        ("丹江家园A座1003", ("丹江家园", "A", "", "", "1003")),
        ("丹江家园3号楼2单元顶楼", ("丹江家园", "3", "2", "top", "")),
        ("丹江家园3号楼5层", ("丹江家园", "3", "", "5", "")),
        ("汉黄路12号", ("", "", "", "", "")),
        ("", ("", "", "", "", "")),
    ],
)
def test_an_address_is_split_without_a_register(words: str, parts: tuple[str, ...]) -> None:
    found = parse(normalise(words))
    assert (found.estate, found.building, found.unit, found.floor, found.room) == parts
