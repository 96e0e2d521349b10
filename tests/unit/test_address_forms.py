"""Forms of writing met in cities nobody had thought of: the register's own words, village groups, speech."""

from __future__ import annotations

import pytest

from tests.unit.test_geocode import REGISTER

MATCHER = REGISTER.matcher


def text(address: str) -> tuple[object, object, object]:
    row = REGISTER.frame([MATCHER.match(address)]).iloc[0]
    return row["status"], row["level"], row["dwelling_id"] or row["building_id"]


@pytest.mark.parametrize(
    ("address", "door"),
    [
        ("南里大院3梯2单元501室", "s3-501"),
        ("南里大院三梯2单元501室", "s3-501"),
        ("南里大院3栋2梯501室", "s3-501"),
        ("501室2单元3梯南里大院", "s3-501"),
        ("南李大院3梯2单元501室", "s3-501"),
        ("工农路11号4梯2单元501室", "s4-501"),
        ("佳木家属楼3舍2单元601", "u3-601"),
        ("佳木家楼3舍2单元601", "u3-601"),  # a misspelt name is seen before such a word too
        ("佳木家属属楼3舍2单元601", "u3-601"),
        ("3舍2单元601室，佳木家属楼", "u3-601"),
        ("佳木家属楼3舍2单无6O1宝", "u3-601"),
        ("佳木家属楼3#2楼口601门", "u3-601"),
        ("佳木家属楼3•2•601", "u3-601"),
    ],
)
def test_a_word_only_this_register_has_for_its_buildings_is_read(address: str, door: str) -> None:
    assert text(address) == ("matched", "dwelling", door)


@pytest.mark.parametrize(
    ("address", "offered"),
    [
        ("南里大院3梯到4梯", ("s3", "s4")),
        ("佳木家属楼3至4#", ("u3", "u4")),
        ("佳木家属楼3#到4#", ("u3", "u4")),
        ("佳木家属楼3舍说错了，4舍2单元601", ("u4-601", "u3-601")),
    ],
)
def test_two_buildings_in_the_registers_own_word_are_asked(address: str, offered: tuple[str, ...]) -> None:
    answer = MATCHER.match(address)
    assert (answer.status, set(answer.candidates)) == ("review", set(offered))


@pytest.mark.parametrize(
    "address",
    ["下厝村三组7号", "下厝村3组7号", "下厝村第3组7号", "下厝村三村民小组七号", "下厝村第三小组7号", "下措村3组7号"],
)
def test_a_village_group_is_found_however_it_is_counted(address: str) -> None:
    assert text(address) == ("matched", "dwelling", "t7-0")


@pytest.mark.parametrize(
    "address", ["下厝村四组7号", "下厝村2组7号", "下厝村十三组7号", "花园三期A座1003", "花原三期A座1003"]
)
def test_what_is_counted_otherwise_is_another_place(address: str) -> None:
    answer = MATCHER.match(address)
    assert (answer.status == "matched" and answer.building >= 0) is False


def test_a_misspelt_phase_is_corrected_but_never_to_another_phase() -> None:
    assert text("花原一期A座1003") == ("matched", "dwelling", "e1-1003")
    assert text("花原二期A座1003") == ("review", "none", "")


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("户籍地址黄家台46号，现居住青竹佳苑1栋1单元102室", ("review", "estate", "")),
        ("投诉对象：青竹佳苑1栋1单元102室；投诉人地址：黄家台46号", ("matched", "dwelling", "b1-102")),
        ("投诉人地址：黄家台46号；事发地址：青竹佳苑1栋1单元102室", ("matched", "dwelling", "b1-102")),
        ("我家是黄家台46号的，青竹佳苑1栋1单元102室往我家排污水", ("matched", "dwelling", "b1-102")),
        ("来电人家庭地址为黄家台46号，反映青竹佳苑1栋1单元102室违建", ("matched", "dwelling", "b1-102")),
        ("我在黄家台46号上班，我家青竹佳苑1栋1单元102室水管爆了", ("matched", "dwelling", "b1-102")),
    ],
)
def test_the_words_of_forms_tell_the_callers_place_from_the_event(address: str, expected: tuple[str, str, str]) -> None:
    assert text(address) == expected


@pytest.mark.parametrize("address", ["“青竹佳苑”1栋1单元102", "「青竹佳苑」1栋1单元102", "《青竹佳苑》1栋1单元102"])
def test_a_name_in_quotation_marks_is_the_name(address: str) -> None:
    assert text(address) == ("matched", "dwelling", "b1-102")


@pytest.mark.parametrize(
    ("address", "offered"),
    [
        ("厦门青竹佳苑1栋1单元102", ("b1-102",)),  # cities as people say them
        ("浙江温州青竹佳苑1栋1单元102", ("b1-102",)),
        ("深圳南山青竹佳苑1栋1单元102", ("b1-102",)),
        ("青竹佳苑2栋不对是1栋1单元102", ("b2-501", "b1-102")),
        ("青竹佳苑2栋，说错了，1栋1单元102", ("b2-501", "b1-102")),
        ("青竹佳苑1栋1单元101、102噪音", ("b1-101", "b1-102")),
        ("青竹佳苑1栋1单元101和102两家打架", ("b1-101", "b1-102")),
        ("南里大院3#4栋2单元501", ("s4", "s3")),  # building 3, or number 3 and building 4
        ("亭苑1号楼101漏水，物业说跟黄家台一样", ("c1-101", "v46-0")),
    ],
)
def test_two_places_are_never_answered_as_one(address: str, offered: tuple[str, ...]) -> None:
    answer = MATCHER.match(address)
    assert (answer.status, answer.candidates) == ("review", offered)


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("工农路11号3栋2单元501", ("matched", "dwelling", "s3-501")),
        ("南里大院11号3栋2单元501", ("matched", "dwelling", "s3-501")),
        ("青竹佳苑1栋1单元102，住了3年", ("matched", "dwelling", "b1-102")),
        ("青竹佳苑1栋1单元102、2023年", ("matched", "dwelling", "b1-102")),
        ("厦门路青竹佳苑1栋1单元102", ("matched", "dwelling", "b1-102")),
        ("厦门人王某反映青竹佳苑1栋1单元102", ("matched", "dwelling", "b1-102")),
    ],
)
def test_what_only_looks_like_a_second_place_is_answered(address: str, expected: tuple[str, str, str]) -> None:
    assert text(address) == expected


def test_a_number_of_a_parking_space_or_window_is_no_building() -> None:
    for thing in ("车位", "窗口", "岗亭"):
        assert MATCHER.match(f"南里大院3号{thing}2单元").building < 0
    assert text("南里大院3号2单元501") == ("matched", "dwelling", "s3-501")


@pytest.mark.parametrize(
    ("address", "door"),
    [
        ("青竹佳苑1栋1单元1楼02室", "b1-102"),
        ("青竹佳苑1栋1单元一层2号", "b1-102"),
        ("花园一期A座10层03", "e1-1003"),
        ("青竹佳苑（胜利路8号）1栋1单元102", "b1-102"),
        ("青竹佳苑，胜利路8号，1栋1单元102", "b1-102"),
        ("青竹佳苑(位于胜利路)1栋1单元102", "b1-102"),
        ("1栋1单元102室，青竹佳苑", "b1-102"),
        ("1-1-102（青竹佳苑）", "b1-102"),
        ("我是1栋1单元102的业主，我们小区叫青竹佳苑", "b1-102"),
        ("大武口区原棉纺厂宿舍1栋1单元102", "b1-102"),
        ("青竹佳苑（原棉纺厂宿舍）1栋1单元102", "b1-102"),
        ("青竹佳苑1号楼1座102", "b1-102"),
        ("青竹佳苑①栋Ⅰ单元102", "b1-102"),
        ("嗯我在青竹佳苑，就是那个，1栋，嗯，1单元，102吧", "b1-102"),
        ("青竹佳苑……1栋、、1单元102", "b1-102"),
        ("青竹佳苑1。1。102", "b1-102"),
        ("青竹佳苑住宅小区1栋1单元102", "b1-102"),
        ("青竹佳苑楼盘1栋1单元102", "b1-102"),
        ("青竹佳苑青竹佳苑1栋1栋1单元102", "b1-102"),
        ("青竹佳苑1栋1单元1 0 2", "b1-102"),
        ('"青竹佳苑"1栋1单元102', "b1-102"),
        ("下厝村三组门牌号7", "t7-0"),
    ],
)
def test_a_door_is_found_in_the_order_and_with_the_words_of_speech(address: str, door: str) -> None:
    assert text(address) == ("matched", "dwelling", door)


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("青竹佳苑1栋1楼2户没水", ("matched", "building", "b1")),  # two households
        ("青竹佳苑1栋1单元9楼02室", ("matched", "building", "b1")),
        ("青竹佳苑（工农路3号）1栋1单元102", ("review", "none", "")),  # another estate's house number
        ("1栋1单元102室漏水。青竹佳苑对面有工地", ("matched", "estate", "青竹佳苑")),
    ],
)
def test_what_is_not_said_is_not_put_together(address: str, expected: tuple[str, str, str]) -> None:
    found = text(address)
    assert found == expected or (found[:2] == expected[:2] and MATCHER.match(address).estate == expected[2])
