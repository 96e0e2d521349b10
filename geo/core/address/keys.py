"""How the register's own columns are compared with what citizens write: 3号楼 is 3, 2单元 is 2, 501室 is 501."""

from __future__ import annotations

import re

from geo.core.address.numerals import DIGITS, POWERS, number
from geo.core.address.tables import either, words

_NUMERAL = f"[{DIGITS}{POWERS}]+"
_BUILDING = re.compile(
    rf"^第?(?P<value>[A-Z]{{0,2}}\d+(?:-\d+)?[A-Z]?|[A-Z]{{1,2}}|{_NUMERAL}|.+?)(?:{either(words('building'))}|号|#|楼)?$"
)
_OWN_WORD = re.compile(r"^第?\d+(?P<word>[\u4e00-\u9fff]{1,2})$")
_USUAL_WORDS = frozenset((*words("building"), "号", "楼"))
_UNIT = re.compile(rf"^第?(?P<value>.+?)(?:{either(words('unit'))}|#)?$")
_ROOM = re.compile(rf"^(?P<value>.+?)(?:[号#]?{either(words('room'))}|号)?$")


def building_key(name: str) -> str:
    """Return a register building's name without its word.

    Examples
    --------
    >>> building_key("3号楼"), building_key("B座"), building_key("46号"), building_key("07幢"), building_key("十二栋")
    ('3', 'B', '46', '7', '12')
    >>> building_key("综合楼"), building_key("")
    ('综合', '')
    """
    word = own_word(name)
    return _key(_BUILDING, name.removesuffix(word) if word else name)


def own_word(name: str) -> str:
    """Return the word of a numbered building where it is none of the usual ones; else nothing.

    Examples
    --------
    >>> own_word("3梯"), own_word("3号楼"), own_word("综合楼"), building_key("3梯")
    ('梯', '', '', '3')
    """
    found = _OWN_WORD.match(name)
    return found["word"] if found and found["word"] not in _USUAL_WORDS else ""


def unit_key(unit: str) -> str:
    """Return a register unit without its word: 2单元 and 2 are one.

    Examples
    --------
    >>> unit_key("2单元"), unit_key("东单元"), unit_key("一单元"), unit_key("无")
    ('2', '东', '1', '')
    """
    return "" if unit in ("无", "-", "0") else _key(_UNIT, unit)


def room_key(room: str) -> str:
    """Return a register room without its word.

    Examples
    --------
    >>> room_key("501室"), room_key("附3号"), room_key("B-101"), room_key("2-301"), room_key("0301")
    ('501', '附3', 'B101', '2-301', '301')
    """
    key = _key(_ROOM, "" if room == "无" else room)
    return re.sub(r"(?<=[A-Z])-", "", key)


def _key(pattern: re.Pattern[str], text: str) -> str:
    found = pattern.match(text)
    if not found:
        return ""
    value = found["value"]
    spelled = number(value) if re.fullmatch(_NUMERAL, value) else value
    return spelled.lstrip("0") or spelled[-1:]
