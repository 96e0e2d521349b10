"""A register's own words for its buildings (3梯, 5舍): beside an estate that has one it is read as a usual word."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from geo.core.address.doors import Read, read_after, read_before
from geo.core.address.names import Site
from geo.core.address.numerals import DIGITS, POWERS

_NUMERAL = f"[0-9{DIGITS}{POWERS}]"
_ONE_OF_SEVERAL = re.compile(rf"[-至到、,和与及跟]第?{_NUMERAL}{{1,3}}\Z")


_NONE = frozenset[str]()


def words_of(sites: Sequence[Site]) -> frozenset[str]:
    """Return the own words of some places' buildings."""
    for site in sites:
        if site.word:  # most registers have none
            return frozenset([site.word for site in sites if site.word])
    return _NONE


def in_usual_words(text: str, words: frozenset[str]) -> str:
    """Write all own words behind numbers as usual ones of the same length, so that a door is seen.

    Examples
    --------
    >>> in_usual_words("亭苑3舍2单元", frozenset(["舍"])), in_usual_words("亭苑3号院2单元", frozenset(["舍", "号院"]))
    ('亭苑3栋2单元', '亭苑3号楼2单元')
    """
    return _numbered(words).sub(lambda found: _USUAL[len(found[0])], text) if words else text


def read_at(text: str, start: int, sites: Sequence[Site], end: int | None = None) -> Read:
    """Read the door behind a name; the first own word of its buildings is a building's, for 梯 may be a unit's too."""
    words = words_of(sites)
    if words:
        found = [*_numbered(words).finditer(text, start)]
        for one in found[:1] + [one for one in found[1:] if _ONE_OF_SEVERAL.search(text, start, one.start())]:
            text = _as_usual(text, one)
    return read_after(text, start, end)


def read_backwards_at(text: str, end: int, sites: Sequence[Site], floor: int) -> Read:
    """Read the door before a name (`read_before`); the last own word is a building's."""
    words = words_of(sites)
    found = [*_numbered(words).finditer(text, floor, end)] if words else []
    return read_before(_as_usual(text, found[-1]) if found else text, end, floor)


_USUAL = ("", "栋", "号楼")


@lru_cache(maxsize=64)
def _numbered(words: frozenset[str]) -> re.Pattern[str]:
    return re.compile(rf"(?<={_NUMERAL})(?:{'|'.join(sorted(words, key=lambda word: (-len(word), word)))})")


def _as_usual(text: str, word: re.Match[str]) -> str:
    return text[: word.start()] + _USUAL[len(word[0])] + text[word.end() :]
