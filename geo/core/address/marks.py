"""Which characters of an address say what: what a clerk sees coloured while checking it.

The text is marked as it was written, never rewritten: every rule reads a spelling of the same length (full-width
digits, traditional characters). A mark says what a part looks like; what the register has is the matcher's business.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from geo.core.address.lookup import Lookup

PARTS = ("area", "road", "number", "estate", "unknown", "building", "unit", "floor", "room", "relation")
"""Kinds of a part; `unknown` is a name before a door that no register of the city holds."""
LONGEST = 300
"""Characters that are read, as many as the matcher reads."""

_N = r"[0-9〇零一二三四五六七八九十百两廿卅]"
_DOOR = rf"(?:[A-Z甲乙丙丁]|{_N}{{1,4}}[A-Z]?)(?:号楼|号栋|号幢|#楼|栋|幢|座|排|#)"
_RULES: tuple[tuple[str, re.Pattern[str]], ...] = (
    (
        "building",
        re.compile(
            rf"{_DOOR}|(?<![0-9-])\d{{1,3}}(?=-\d{{1,2}}-\d{{3,4}}|-\d{{3,4}})|\d{{1,3}}(?=[、,和至]\d{{1,3}}号楼)"
        ),
    ),
    ("unit", re.compile(rf"(?:{_N}{{1,2}}|[东西南北中A-Z甲乙丙丁])号?(?:单元|门洞|梯)|(?<=-)\d{{1,2}}(?=-\d{{3,4}})")),
    ("floor", re.compile(rf"(?:负?{_N}{{1,2}}|顶)(?:层|楼(?!栋))")),
    (
        "room",
        re.compile(
            rf"(?<![0-9])[A-Z]?{_N}{{3,4}}(?![0-9〇零一二三四五六七八九十])(?:室|房|户|号)?|{_N}{{1,4}}(?:室|房)"
        ),
    ),
    ("number", re.compile(r"\d{1,5}(?:-\d{1,3})?号(?![楼栋幢])")),
)
_RELATION = re.compile(r"对面|对过|旁边|旁|附近|后面|前面|隔壁|[东西南北]侧|路口|交叉口|门口")
_BEFORE_DOOR = re.compile(rf"[\u4e00-\u9fff]{{2,9}}(?={_DOOR}|\d{{1,3}}-\d)")
_FIRST_NUMERAL = re.compile(rf"{_N}+$")
_TALK = re.compile(r"^(?:.*(?:反映|来电|投诉|位于|住在|我家在|我住|我在))")


@dataclass(frozen=True, slots=True)
class Mark:
    """A part of a text: its characters from start to end, and what they say (PARTS; '' = nothing that is known)."""

    text: str
    kind: str = ""


class Marker:
    """Marks the parts of texts, with the names a register knows.

    Parameters
    ----------
    names : pairs of a name and its kind (`area`, `road`, `estate`).
    """

    def __init__(self, names: Iterable[tuple[str, str]]) -> None:
        self._names = Lookup({_same_length(name): kind for name, kind in names})

    def marks(self, text: str) -> list[Mark]:
        """Cut a text into its marked and unmarked parts, in order; joined they are the text.

        Examples
        --------
        >>> [(part.text, part.kind) for part in Marker([("听涛苑", "estate")]).marks("听涛苑３号楼2单元501对面")]
        [('听涛苑', 'estate'), ('３号楼', 'building'), ('2单元', 'unit'), ('501', 'room'), ('对面', 'relation')]
        """
        folded = _same_length(text[:LONGEST])
        taken: list[tuple[int, int, str]] = []
        for start, end, kind in self._names.find(folded):
            _take(taken, start, end, kind)
        for kind, rule in _RULES:
            for found in rule.finditer(folded):
                _take(taken, *found.span(), kind)
        for found in _BEFORE_DOOR.finditer(folded):
            _take(taken, *_name(found), "unknown")
        for found in _RELATION.finditer(folded):
            _take(taken, *found.span(), "relation")
        return _cut(text, sorted(taken))

    def unknown(self, text: str) -> str:
        """Return the name before a door that no register holds, '' where there is none: what may be taught."""
        return next((part.text for part in self.marks(text) if part.kind == "unknown"), "")


def _name(found: re.Match[str]) -> tuple[int, int]:
    """Leave out the talk before a name and the numeral behind it."""
    text = found.group()
    talk = _TALK.match(text)
    numeral = _FIRST_NUMERAL.search(text)
    start = found.start() + (talk.end() if talk else 0)
    return start, found.end() - (len(numeral.group()) if numeral else 0)


def _take(taken: list[tuple[int, int, str]], start: int, end: int, kind: str) -> None:
    """Take a part that no earlier rule has touched."""
    if end - start > 0 and all(end <= other or start >= until for other, until, _kind in taken):
        taken.append((start, end, kind))


def _cut(text: str, taken: list[tuple[int, int, str]]) -> list[Mark]:
    parts: list[Mark] = []
    at = 0
    for start, end, kind in taken:
        if start > at:
            parts.append(Mark(text[at:start]))
        parts.append(Mark(text[start:end], kind))
        at = end
    if at < len(text):
        parts.append(Mark(text[at:]))
    return parts


def _same_length(text: str) -> str:
    """Fold width and case character by character, so that positions stay."""
    folded = (unicodedata.normalize("NFKC", character).upper() for character in text)
    return "".join(new if len(new) == 1 else old for new, old in zip(folded, text, strict=True))
