"""How texts are matched: typos, scripts, several places, what is near and what is not, and what people are asked."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.core.address.answer import NOTHING_SAID, Answer
from geo.core.address.explain import explain
from geo.core.address.suggest import Suggester
from tests.unit.test_geocode import A1, A2, B1, REGISTER

MATCHER = REGISTER.matcher


def text(address: str) -> tuple[object, object, object, object]:
    row = REGISTER.frame([MATCHER.match(address)]).iloc[0]
    return row["status"], row["level"], row["dwelling_id"] or row["building_id"], row["grid_code"]


def candidates(address: str) -> tuple[str, ...]:
    answer = MATCHER.match(address)
    assert answer.status == "review"
    assert answer.reason
    return answer.candidates


@pytest.mark.parametrize(
    "address",
    [
        "清竹佳苑1栋1单元102室",  # sound
        "青行佳苑1栋1单元102室",  # neither sound nor shape, but the whole door is there
        "竹佳苑1栋1单元102室",
        "青竹竹佳苑1栋1单元102室",
        "竹青佳苑1栋1单元102室",
        "青竹佳苑苑1栋1单元102室",
        "住在清竹佳苑1栋1单元102室的王先生，电话13800000000",
        "大武口区红旗街道清竹佳苑壹栋壹单元壹零贰",
        "102室1单元1栋清竹佳苑大武口区",
        "qingzhujiayuan1-1-102",
        "Qing Zhu Jia Yuan 1-1-102",
        "青竹佳苑１棟１單元１０２室",
        "青竹佳苑一栋一单元一百零二",
        "青竹佳苑1栋1单无IO2宝",
        "青竹佳苑1杠1杠102",
        "青竹佳苑1/1/102",
        "青竹佳苑 1 1 102",
        "青竹佳苑1#楼1门102房",
        "青竹佳苑小区1栋的1单元102室门口堆杂物",
        "胜利路8号青竹佳苑1栋1单元102路灯不亮",
        "家住青竹佳苑1栋1单元102室漏水",
    ],
)  # fmt: skip
def test_a_door_is_found_however_it_is_written(address: str) -> None:
    assert text(address) == ("matched", "dwelling", "b1-102", A1)


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("家住黄家台46号，反映青竹佳苑1栋1单元102室噪音", ("matched", "dwelling", "b1-102", A1)),
        ("反映青竹佳苑1栋1单元102室噪音，投诉人住黄家台46号", ("matched", "dwelling", "b1-102", A1)),
        ("黄家台46号居民来电，青竹佳苑1栋1单元102室漏水", ("matched", "dwelling", "b1-102", A1)),
        ("投诉人（住黄家台46号）称青竹佳苑1栋1单元102室养鸡", ("matched", "dwelling", "b1-102", A1)),
        ("青竹佳苑1栋隔壁的烧烤店", ("matched", "building", "b1", A1)),
        ("青竹佳苑2栋2单元顶楼", ("matched", "building", "b2", A2)),
        ("青竹佳苑2栋负一楼", ("matched", "building", "b2", A2)),
        ("青竹佳苑2栋2单元9楼901室", ("matched", "building", "b2", A2)),
        ("新亭苑1号楼101", ("matched", "dwelling", "c2-101", B1)),
        ("花园二期A座", ("matched", "building", "e2", B1)),
        ("胜利路与工农路交叉口积水", ("unmatched", "none", "", "")),
        ("胜利路999号", ("unmatched", "none", "", "")),
        ("我想问一下医保怎么办理", ("unmatched", "none", "", "")),
        ("路灯不亮12天了", ("unmatched", "none", "", "")),
        ("北京市朝阳区青竹佳苑1栋1单元102室", ("unmatched", "none", "", "")),
        ("岳麓区青竹佳苑1栋1单元102室", ("unmatched", "none", "", "")),
        ("碧桂园凤凰城1栋1单元102室", ("unmatched", "none", "", "")),
        ("双竹花苑1栋1单元102室", ("unmatched", "none", "", "")),  # two characters away: another estate
    ],
)
def test_the_place_of_the_event_and_no_finer_than_said(address: str, expected: tuple[str, ...]) -> None:
    assert text(address) == expected


@pytest.mark.parametrize(
    ("address", "first"),
    [
        ("青竹佳苑1单元102室", ("b1-102",)),
        ("青竹佳苑1-2号楼", ("b1", "b2")),
        ("青竹佳苑1、2号楼都停水", ("b1", "b2")),
        ("和平小区3栋1单元301", ("d1-301", "d2-301")),
        ("青竹佳苑东区1栋1单元102", ("b1-102",)),
        ("胜利路8号无名大厦1栋1单元102", ("b1-102",)),
    ],
)
def test_what_may_be_two_places_is_asked(address: str, first: tuple[str, ...]) -> None:
    assert candidates(address) == first


def test_a_missing_unit_is_answered_where_the_room_is_the_only_one() -> None:
    assert text("青竹佳苑1栋102室") == ("matched", "dwelling", "b1-102", A1)
    answer = MATCHER.match("青竹佳苑1栋101室")
    assert (answer.status, answer.level, answer.candidates) == ("matched", "building", ("b1-101", "b1-2-101"))


BAD = [
    "",
    " ",
    "\x00\x07\u200b",
    "\U0001f600" * 20,
    "青竹佳苑" * 5_000,
    "<script>alert(1)</script>",
    "<p>青竹佳苑</p>",
    "电话3栋5011",
    "13800000000",
    "'; DROP TABLE building; --",
    "1" * 10_000,
    "一" * 10_000,
    "-" * 10_000,
    "3-" * 5_000,
    "青竹佳苑廿〇栋",
    "青竹佳苑〇十一栋",
    "(" * 10_000,
    "上海市浦东新区世纪大道100号2栋3单元501室",
    "北京市朝阳区望京花园东区3号楼2单元101",
]  # fmt: skip


def test_bad_input_is_answered_row_by_row() -> None:
    found = REGISTER.place(pd.DataFrame({"address": pd.Series([*BAD, None, float("nan")], dtype=object)}))
    assert len(found) == len(BAD) + 2
    assert (found["dwelling_id"] == "").all()


COMPLAINTS = (
    "我家孩子上学报名的事问了{n}回", "12345打了{n}次没人接", "电话{n}一直占线", "{n}号窗口的小李态度差",
    "{n}路公交晚点{n}分钟", "拖欠工资{n}元", "退款{n}天没到账", "{n}栋楼都没有水", "楼上{n}楼漏水",
    "单元门坏了{n}天", "{n}单元{n}室漏水", "小区{n}号楼停电", "{n}-{n}-{n}", "{n}号院门口积水", "我住{n}室",
    "张先生（{n}）反映噪音", "凌晨{n}点有人装修", "高速K{n}处有落石", "身份证{n}办不了", "工单{n}未办结",
    "苑里的路灯坏了{n}盏", "家园{n}栋{n}",
)  # fmt: skip
"""What citizens say without naming a place of the register, numbers and words of doors included."""


NO_NAME = st.text(st.characters(max_codepoint=0x2E7F), max_size=6)
"""Anything but Han characters: six of those can spell a name of the register, 花园 for one."""
NUMBERS = ("1", "3", "101", "102", "1-102", "一", "A", "13800000101")


@settings(max_examples=300, deadline=None)
@given(NO_NAME, st.sampled_from(COMPLAINTS), st.sampled_from(NUMBERS), NO_NAME)
def test_no_dwelling_is_invented_for_a_text_that_names_no_place(front: str, words: str, said: str, end: str) -> None:
    found = MATCHER.match(front + words.replace("{n}", said) + end)
    assert (found.dwelling, found.building, found.candidates) == (-1, -1, ()), found.reason


def test_another_citys_address_is_no_place_of_this_one() -> None:
    found = REGISTER.place(pd.DataFrame({"address": BAD[-2:]}))
    assert (found["grid_code"] == "").all()
    assert (found["building_id"] == "").all()
    assert [MATCHER.match(address).status for address in BAD[-2:]] == ["unmatched", "unmatched"]


PIECES = (
    "石嘴山市", "大武口区", "大武口", "长胜街道", "青山社区", "青山", "朝阳", "北京市", "岳麓区", "市",
    "胜利路", "胜利路8号", "工农路3号", "胜利路12", "青竹佳苑", "清竹佳苑", "亭苑", "新亭苑", "和平小区", "和平",
    "花园", "花园1期", "黄家台", "棉纺厂宿舍", "红楼", "住在", "反映", "对面", "小区", "东区", "王先生", "的路灯不亮",
    "1栋", "二栋", "3栋", "1单元", "102室", "101", "1-2-101", "1-102", "A座1003", "46号", "1单无IO2宝",
    "厦门", "浙江", "温州", "、102", "和101", "3梯", "8号", "不对是2栋", "1期", "二区", "号", "12", "9楼", ",", " ",
)  # fmt: skip


@settings(max_examples=400, deadline=None)
@given(st.lists(st.lists(st.sampled_from(PIECES), max_size=6).map("".join), max_size=12))
def test_a_text_of_a_file_is_answered_as_it_is_alone(texts: list[str]) -> None:
    """What is remembered of a file's texts changes no answer, whichever of them came before."""
    read = REGISTER.reader()
    assert [*read(texts), *read(texts)] == [
        MATCHER.match(text) if text else Answer(reason=NOTHING_SAID) for text in texts
    ] * 2


def test_a_phone_is_no_room() -> None:
    assert text("青竹佳苑1栋，电话0952-2010102")[1] == "building"
    assert text("青竹佳苑1栋 尾号102")[1] == "building"


def test_a_text_is_explained_by_its_parts_in_its_own_spelling() -> None:
    said = "大武口区青竹佳苑１栋 二单元101，有噪音"
    explained = explain(MATCHER, said)
    assert [(said[span.start : span.end], span.kind) for span in explained.spans] == [
        ("大武口区", "area"),
        ("青竹佳苑", "name"),
        ("１栋 二单元101", "door"),
    ]
    assert explained.door is not None
    assert explained.door[:4] == ("1", "2", "", "101")
    assert explained.answer.level == "dwelling"


@pytest.mark.parametrize(
    ("typed", "label"),
    [
        ("青竹", "青竹佳苑"),
        ("qzjy", "青竹佳苑"),
        ("qingz", "青竹佳苑"),
        ("竹佳", "青竹佳苑"),
        ("qzjy1", "青竹佳苑1栋"),
        ("青竹佳苑1-1-10", "青竹佳苑1栋1单元101"),
        ("青竹佳苑二栋", "青竹佳苑2栋"),
        ("棉纺", "青竹佳苑"),
        ("胜利路8", "胜利路8号"),
    ],
)
def test_places_are_suggested_while_typing(typed: str, label: str) -> None:
    suggester = Suggester(REGISTER.stock, MATCHER.names)
    assert label in [one.label for one in suggester.suggest(typed)]
    assert suggester.suggest(typed, seen=lambda _building: False) == []


@pytest.mark.parametrize("typed", ["", " ", "'", "\x00", "9" * 500, "\U0001f600", "zzzzqq"])
def test_nothing_is_suggested_for_nothing(typed: str) -> None:
    assert Suggester(REGISTER.stock, MATCHER.names).suggest(typed) == []
