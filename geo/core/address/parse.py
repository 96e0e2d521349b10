"""The parts of a Chinese address: estate (小区), building (楼栋), unit (单元), floor (楼层), room (室), road, number.

Written for normalised text (normalise.py). `parse_tail` reads what follows a name that is already known; `parse` reads
a whole text without a register and so has to find the name's end itself.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache


@dataclass(frozen=True, slots=True)
class Parts:
    """What an address says, in the register's spelling; empty = not said.

    Attributes
    ----------
    floor : storey, `top` for the top one.
    until : last building of a range (3-5号楼, 5、7号楼); building is then its first.
    relation : whether the text names something beside the place (对面, 旁边, 路口), not the place itself.
    """

    estate: str = ""
    building: str = ""
    until: str = ""
    unit: str = ""
    floor: str = ""
    room: str = ""
    road: str = ""
    number: str = ""
    relation: bool = False

    @property
    def buildings(self) -> list[str]:
        """Keys of the building, of every building of a range of numbers; empty where none was said."""
        if (
            self.until.isdigit()
            and self.building.isdigit()
            and 0 < int(self.until) - int(self.building) < LONGEST_RANGE
        ):
            return [str(number) for number in range(int(self.building), int(self.until) + 1)]
        return [key for key in (self.building, self.until) if key]


LONGEST_RANGE = 30
"""Buildings: a longer range is taken as its two ends."""

_SIDE = "东南西北中"
_BUILDING = rf"(?P<building>(?:[A-Z]{{1,2}}\d{{0,3}}|\d{{1,4}}[A-Z]?|[甲乙丙丁戊{_SIDE}])(?![0-9A-Z]))"
_BUILDING_WORD = r"(?:号楼|#楼|号[栋幢座]|栋|幢|座|排|号|#)"
_UNIT = rf"(?P<unit>\d{{1,2}}|[A-Z]|[甲乙丙丁{_SIDE}])"
_UNIT_WORD = r"(?:号?单元|号?门|梯|#)"
_FLOOR = r"(?:(?P<floor>-?\d{1,2}|顶|负\d)(?:层|楼))"
_ROOM = (
    r"(?P<room>附\d{1,3}|[A-Z]?-?\d{1,2}-\d{3,4}|[A-Z]{0,2}-?\d{1,4}[A-Z]?)(?![0-9A-Z年月日元点时%.])"
    r"(?:[号#]?[室房户铺]|号(?!楼))?"
)
_GAP = r"[-,、/.·:;|#的]*"

_WORDED = re.compile(
    rf"{_GAP}(?:{_BUILDING}(?:{_BUILDING_WORD}|楼(?=[\d{_SIDE}A-Z])|(?<=[A-Z甲乙丙丁])楼))?"
    rf"{_GAP}(?:{_UNIT}{_UNIT_WORD})?{_GAP}{_FLOOR}?{_GAP}(?:{_ROOM})?"
)
_COMPACT3 = re.compile(
    rf"{_GAP}(?P<building>[A-Z]?\d{{1,3}}[A-Z]?|[A-Z])(?:号楼|#楼|栋|幢|座|号|#)?[-,、/.·]+"
    rf"(?P<unit>\d{{1,2}}|[A-Z])(?:单元|门|#)?[-,、/.·]+(?P<room>[A-Z]?\d{{3,4}}[A-Z]?)(?![0-9])"
)
_COMPACT2 = re.compile(
    rf"{_GAP}(?P<building>[A-Z]?\d{{1,3}}[A-Z]?|[A-Z])(?:号楼|#楼|栋|幢|座|号|#)?[-,、/.·]+(?P<room>[A-Z]?\d{{3,4}}[A-Z]?)(?![0-9])"
)
_REVERSED = re.compile(
    rf"(?:(?P<room>[A-Z]?\d{{1,4}}[A-Z]?)[室房号])?{_GAP}(?:{_UNIT}(?:单元|门))?{_GAP}{_BUILDING}(?:号楼|栋|幢|座){_GAP}$"
)
_RANGE = re.compile(
    rf"{_GAP}(?P<building>\d{{1,3}})(?:号楼|栋|幢|座|号)?(?:[至到-]|[、,和及])(?P<until>\d{{1,3}})(?:号楼|栋|幢|座)(?![\d-])"
)
_RELATION = re.compile(r".{0,4}?(?:对面|对过|旁边|旁|附近|后面|前面|隔壁|东侧|西侧|南侧|北侧|路口|交叉口|交汇)")
_LOOK_AHEAD = 12
"""Characters after the parts in which a relation word still speaks of the place named."""


@lru_cache(maxsize=1 << 16)
def parse_tail(text: str, *, head: str = "") -> Parts:
    """Read what follows a known name; remembered, since the same doors follow many names.

    Parameters
    ----------
    text : normalised text after the name.
    head : normalised text before it, read from its end where an address is written backwards (402室1单元4幢X苑).

    Examples
    --------
    >>> parse_tail("3号楼2单元501室")
    Parts(estate='', building='3', until='', unit='2', floor='', room='501', road='', number='', relation=False)
    >>> parse_tail("3#-2-501").room, parse_tail("3-501").building, parse_tail("西单元201").unit
    ('501', '3', '西')
    >>> parse_tail("", head="402室1单元4幢").building
    '4'
    >>> parse_tail("5至7号楼").buildings
    ['5', '6', '7']
    """
    several = _RANGE.match(text)
    if several:
        return Parts(building=plain_number(several["building"]), until=plain_number(several["until"]))
    found = _COMPACT3.match(text) or _COMPACT2.match(text) or _WORDED.match(text)
    parts = _parts(found)
    if not (parts.building or parts.unit or parts.room or parts.floor):
        before = _REVERSED.search(head) if head else None
        if before:
            return _parts(before)
    end = found.end() if found else 0
    if parts.room and not _may_be_room(parts, text[:end]):
        parts = replace(parts, room="")
    return replace(parts, relation=True) if _RELATION.match(text, end, end + _LOOK_AHEAD) else parts


def _parts(found: re.Match[str] | None) -> Parts:
    """Take the groups of a pattern in the register's spelling."""
    groups = found.groupdict() if found else {}
    return Parts(
        building=plain_number(groups.get("building") or ""),
        unit=plain_number(groups.get("unit") or ""),
        floor=(groups.get("floor") or "").replace("负", "-").replace("顶", "top"),
        room=plain_room(groups.get("room") or ""),
    )


def _may_be_room(parts: Parts, text: str) -> bool:
    """Tell whether a number may be a room: one of one or two digits only with its word or after a unit."""
    digits = re.sub(r"\D", "", parts.room)
    return len(digits) >= 3 or "附" in parts.room or bool(parts.unit) or text.endswith(("室", "房", "户", "铺"))


_WORD_OF_BUILDING = re.compile(r"(?:号楼|#楼|号[栋幢座]|栋|幢|座|排|号|楼|#)$")
_WORD_OF_UNIT = re.compile(r"(?:号?单元|号?门|梯|#)$")
_WORD_OF_ROOM = re.compile(r"(?:[号#]?[室房户铺]|号)$")


def plain_number(text: str) -> str:
    """Drop leading zeros of a number, keep letters and names.

    Examples
    --------
    >>> plain_number("03"), plain_number("A座"), plain_number("12B")
    ('3', 'A座', '12B')
    """
    return text.lstrip("0") or text[-1:]


def plain_room(text: str) -> str:
    """Drop a room's hyphen after its letter: B-101 is B101.

    Examples
    --------
    >>> plain_room("B-101"), plain_room("2-301")
    ('B101', '2-301')
    """
    return plain_number(re.sub(r"(?<=[A-Z])-", "", text).lstrip("-"))


def building_key(name: str) -> str:
    """Return a register building's name without its word.

    Examples
    --------
    >>> building_key("3号楼"), building_key("B座"), building_key("46号"), building_key("07幢")
    ('3', 'B', '46', '7')
    """
    return plain_number(_WORD_OF_BUILDING.sub("", name)) if name else ""


def unit_key(unit: str) -> str:
    """Return a register unit without its word: 2单元 and 2 are one.

    Examples
    --------
    >>> unit_key("2单元"), unit_key("东单元")
    ('2', '东')
    """
    return plain_number(_WORD_OF_UNIT.sub("", unit)) if unit else ""


def room_key(room: str) -> str:
    """Return a register room without its word.

    Examples
    --------
    >>> room_key("501室"), room_key("附3号"), room_key("B-101")
    ('501', '附3', 'B101')
    """
    return plain_room(_WORD_OF_ROOM.sub("", room)) if room else ""


_PREFIX = re.compile(
    r"^(?:[^\d,，。;；]{2,8}?(?:省|自治区))?(?:[^\d,，。;；省]{2,8}?市)?(?:[^\d,，。;；市]{1,6}?(?:区|县|旗)(?!域))?"
    r"(?:[^\d,，。;；]{1,7}?(?:街道办事处|街道|镇|乡))?(?:[^\d,，。;；]{1,7}?(?:社区居委会|社区|居委会|村委会))?"
)
_ROAD = re.compile(
    r"^(?P<road>[^\d,，。;；]{1,9}?(?:大道|大街|路|街|巷|胡同|弄|道))(?P<number>\d{1,5}(?:-\d{1,3})?)号(?!楼)"
)
_ESTATE_END = re.compile(
    rf"(?=(?:[A-Z]?\d{{1,4}}[A-Z]?|[A-Z甲乙丙丁]){_BUILDING_WORD}|\d{{1,3}}-\d|[A-Z]座|[{_SIDE}]?单元|\d{{1,2}}单元|\d{{3,4}}[室房])"
)
_NAME_END = re.compile(
    r"(?:小区|花园|家园|公寓|新村|新城|佳苑|苑|庭|坊|里|城|府|大院|大厦|广场|名都|雅居|宿舍|家属院|\d期)(?=[,，。;；]|$)"
)


def parse(text: str) -> Parts:
    """Read the parts of a normalised address without a register.

    Examples
    --------
    >>> parts = parse("江岸区丹水池街道江北社区汉黄路12号丹江家园3栋2单元501室")
    >>> parts.road, parts.number, parts.estate, parts.building, parts.unit, parts.room
    ('汉黄路', '12', '丹江家园', '3', '2', '501')
    """
    prefix = _PREFIX.match(text)
    rest = text[prefix.end() :] if prefix else text
    road = _ROAD.match(rest)
    said = Parts(road=road["road"], number=road["number"]) if road else Parts()
    rest = rest[road.end() :] if road else rest
    end = _ESTATE_END.search(rest) or _NAME_END.search(rest)
    name_end = 0 if end is None else end.end()
    estate = rest[:name_end].strip(",，。;；- ")
    parts = parse_tail(rest[name_end:])
    return replace(parts, estate=estate, road=said.road, number=said.number)
