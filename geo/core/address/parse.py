"""The parts of a Chinese address read without a register: estate (小区), building, unit, floor, room, road, number.

The name's end has to be found by itself here; with a register, names.py finds it. Doors are read by the same rules.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from geo.core.address.doors import Door, read_after, read_before
from geo.core.address.numerals import DIGITS, POWERS, number
from geo.core.address.tables import either, words


@dataclass(frozen=True, slots=True)
class Parts:
    """What an address says; empty = not said.

    Attributes
    ----------
    building : of a range its buildings, joined by a hyphen: 3-5.
    floor : storey, `top` for the top one.
    """

    estate: str = ""
    building: str = ""
    unit: str = ""
    floor: str = ""
    room: str = ""
    road: str = ""
    number: str = ""


_PREFIX = re.compile(
    r"^(?:[^\d,，。;；]{2,8}?(?:省|自治区))?(?:[^\d,，。;；省]{2,8}?市)?(?:[^\d,，。;；市]{1,6}?(?:区|县|旗)(?!域))?"
    r"(?:[^\d,，。;；]{1,7}?(?:街道办事处|街道|镇|乡))?(?:[^\d,，。;；]{1,7}?(?:社区居委会|社区|居委会|村委会))?"
)
_ROAD = re.compile(
    r"^(?P<road>[^\d,，。;；]{1,9}?(?:大道|大街|路|街|巷|胡同|弄|道))"
    rf"(?P<number>\d{{1,5}}(?:-\d{{1,3}})?|[{DIGITS}{POWERS}]{{1,6}})号(?!楼)"
)
_WORD = either((*words("building"), "号", "#"))
_DOOR = re.compile(
    rf"(?=(?:[A-Z]?\d{{1,4}}[A-Z]?|[{DIGITS}{POWERS}]{{1,4}}|[A-Z甲乙丙丁]){_WORD}|\d{{1,3}}[-#、/. ]+\d|[A-Z]座"
    rf"|[东西南北中]单元|(?:\d{{1,2}}|[{DIGITS}{POWERS}]{{1,2}})单元|[{DIGITS}\d]{{3,4}}[室房]|\d{{3,4}}$)"
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
    rest = rest[road.end() :] if road else rest
    begins = _DOOR.search(rest)
    at = begins.start() if begins else -1
    if at < 0:
        ends = _NAME_END.search(rest)
        at = ends.end() if ends else 0
    read = read_after(rest, at)
    if at == 0 and not read.doors:
        read = read_before(rest, len(rest))
    door = read.doors[0] if read.doors else Door()
    building = "-".join((door.several[0], door.several[-1])) if door.several else door.building
    return Parts(
        *(rest[:at].strip(",，。;；- "), building, door.unit, door.floor, door.room),
        road=road["road"] if road else "",
        number=number(road["number"]) if road else "",
    )
