"""Reads a door in normalised text: building (楼栋), unit (单元), floor (楼层), room (室), however they are written.

What is written often allows several readings (3-501: building and room, or unit and room). All are given, the most
usual first; the register decides (resolve.py), so nothing is guessed here.

The rules, in the order they are asked: several buildings (`several_buildings`), the words of one door (`tokens`), and
what these may stand for (door_readings.py). Doors that differ in their numbers only are read alike (`shape_of`).
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from geo.core.address.door_readings import MOST_DOORS, Cut, Door, Token, Ways, assign, readings, variants, ways_of
from geo.core.address.numerals import DIGITS, POWERS, number
from geo.core.address.tables import either, misread, words


class Read(NamedTuple):
    """The readings of what follows (or stands before) a name, and how many characters of the text they took."""

    doors: tuple[Door, ...]
    length: int


NOTHING = Read((), 0)
LONGEST_RANGE = 30
"""Buildings: a longer range is taken as its two ends."""
MOST_TOKENS = 5

_NUMERAL = DIGITS + POWERS
_SIDES = "东西南北中"
_LETTERS = "甲乙丙丁戊己"
_KINDS = ("building", "unit", "room", "floor")
_WORDS = {kind: words(kind) for kind in _KINDS}
_BY_WORD = {word: kind for kind in _KINDS for word in _WORDS[kind]} | dict.fromkeys(
    (*words("number"), "#", "号"), "number"
)
_SURE_WORDS = sorted({*_BY_WORD} - {"楼", "门"}, key=len, reverse=True)
_ANY_WORD = rf"(?:{either(_SURE_WORDS)}|楼(?![道梯上下里内外顶体长组宇])|门(?![前口外厅卫店市禁铃锁诊]))"
_JOINT = either(words("joint"))
_FILLER = re.compile(either(words("filler")))
_NUMBERED = frozenset("车窗柜岗闸")
"""What bears a number of its own (3号车位, 2号窗口): that is no door."""
_MEASURE = frozenset("年月日天次点分秒%℃岁元")
"""What follows a number that counts or dates something: then it is no part of a door."""
_LOOSE_MEASURE = frozenset("人块条只时多几余级辆台件遍套期平米斤度路线倍个")
"""The same, but may also begin what is said of a room (501路灯不亮)."""
GAP_MARK = rf"(?:[-\s,、/.·:;|+=*~\\()#>]|{_JOINT})"
_GAP = rf"{GAP_MARK}{{0,3}}?"
_VALUE = (
    rf"(?P<mixed>[0-9{_NUMERAL}]{{1,8}})(?={_ANY_WORD})"
    rf"|(?P<sandwich>[{DIGITS}]\d{{1,3}}[{DIGITS}]?|\d[{DIGITS}]\d{{1,2}}|\d[{DIGITS}]{{2}})"
    r"|(?P<plain>(?:[A-Z]{1,2}-?)?\d{1,5}[A-Z]?(?![A-Z0-9]))"
    rf"|(?P<spelled>[{_NUMERAL}]{{1,7}})"
    r"|(?P<letter>[A-Z]{1,2}(?![A-Z]))"
    rf"|(?P<sign>[{_LETTERS}](?={_ANY_WORD}|\d)|[{_SIDES}](?=单元|门洞|门栋|门|梯|栋|幢|座|楼|户|\d))"
)
_TOKEN = re.compile(
    rf"(?P<gap>{_GAP})(?:(?P<top>{either(words('top'))})|(?P<basement>(?:负|-|地下|B)[1-5一二三四五](?:层|楼|F)|{either(words('basement'))})"
    rf"|附(?P<shop>[0-9{_NUMERAL}]{{1,4}})(?:号|室)?"
    rf"|第?(?:{_VALUE})(?P<word>{_ANY_WORD}|#)?)"
)
_SPAN_WORDS = (*_BY_WORD, *words("joint"), *words("filler"), *words("top"), *words("basement"))
_SPAN_CHARACTERS = re.escape(
    "".join(sorted({*"".join(_SPAN_WORDS), *_NUMERAL, *_SIDES, *_LETTERS, *"第附负地下到至和与及跟以"}))
)
_SPAN = re.compile(f"[-0-9A-Z#,、/.·:;|+=*~\\\\()> {_SPAN_CHARACTERS}]{{0,40}}")
_SPAN_BEFORE = re.compile(f"[-0-9A-Z# {_SPAN_CHARACTERS}]{{1,24}}$")
_COUNTS = re.compile(f"[{POWERS}]")


def _alike(numerals: str) -> dict[int, str]:
    """Write one numeral for all of its kind, but for those that are a part of a word (最上面一层)."""
    free = [numeral for numeral in numerals if numeral not in "".join(_SPAN_WORDS)]
    return dict.fromkeys(map(ord, free), free[0])


_SHAPE = _alike("123456789") | _alike(re.sub("[〇零○]", "", DIGITS))
"""Makes the shape of a door of its numbers. 0 stays, for it counts where it does not lead; what stands first in each
row is one of those that any rule takes (storeys below the ground end at 5)."""


def read_after(text: str, start: int, end: int | None = None) -> Read:
    """Read the door that follows a name ending at `start`; not beyond `end`.

    Examples
    --------
    >>> read_after("亭苑3号楼2单元501室,漏水", 2).doors[0]
    Door(building='3', unit='2', floor='', room='501', several=(), passed='')
    """
    span = _SPAN.match(text, start, len(text) if end is None else end)
    if span is None or span.end() == start:
        return NOTHING
    return read(text[start : span.end() + 1])  # with one character more: 3个 is no building


def read_before(text: str, end: int, start: int = 0) -> Read:
    """Read the door of an address written backwards, whose name begins at `end`.

    Examples
    --------
    >>> read_before("402室1单元4幢X苑", 9).doors[0]
    Door(building='4', unit='1', floor='', room='402', several=(), passed='')
    """
    span = _SPAN_BEFORE.search(text[max(start, end - 24) : end])
    return read_backwards(span.group()) if span else NOTHING


@lru_cache(maxsize=1 << 17)
def read(span: str) -> Read:
    """Read a door; remembered, since the same doors follow many names.

    Examples
    --------
    >>> read("3#-2-501").doors[0][:4], read("三栋二〇一").doors[0][:4], read("A座1003").doors[0][:4]
    (('3', '2', '', '501'), ('3', '', '', '201'), ('A', '', '', '1003'))
    >>> [door[:4] for door in read("3-501").doors]
    [('3', '', '', '501'), ('', '3', '', '501'), ('', '', '', '3-501')]
    >>> read("5至7号楼").doors[0].several
    ('5', '6', '7')
    """
    shape = shape_of(span.translate(_SHAPE))
    if shape is None:
        return read_anew(span)
    found: list[Door] = []
    for cuts, ways in shape.variants:
        values = ["-".join([spelling(span[start:end]) for start, end, spelling in cut]) for cut in cuts]
        assign(values, ways, found)
    return Read(tuple(found[:MOST_DOORS]), shape.length)


def read_anew(span: str) -> Read:
    """Read a door number by number.

    Examples
    --------
    >>> read_anew("5至7号楼").doors[0].several, read_anew("3栋十二楼").doors[0][:4]
    (('5', '6', '7'), ('3', '', '12', ''))
    """
    found = several_buildings(span) if _MAY_BE_SEVERAL.search(span) else None
    if found:
        return found
    listed, length = tokens(span)
    return Read(readings(listed), length)


class Shape(NamedTuple):
    """How doors are read that differ in their numbers only.

    Attributes
    ----------
    variants : for each variant of the tokens where their values stand, and the ways to assign them to parts.
    """

    variants: tuple[tuple[tuple[tuple[Cut, ...], ...], Ways], ...]
    length: int


@lru_cache(maxsize=1 << 14)
def shape_of(shape: str) -> Shape | None:
    """Tell how a door is read in which each number stands for all that look like it (`_SHAPE`).

    None where the numbers themselves decide: ranges, storeys below the ground, 十 and 百.

    Examples
    --------
    >>> [shape_of(written.translate(_SHAPE)) is None for written in ("3栋501", "3至7号楼", "3栋-1楼", "十二栋")]
    [False, True, True, True]
    """
    if _COUNTS.search(shape) or (_MAY_BE_SEVERAL.search(shape) and (_RANGE.match(shape) or _LIST.match(shape))):
        return None
    listed, length = tokens(shape)
    if any(token.kind in ("top", "basement") for token in listed):
        return None
    found = tuple((tuple(token.cuts for token in variant), ways_of(variant)) for variant in variants(listed))
    return Shape(found, length)


@lru_cache(maxsize=1 << 16)
def read_backwards(span: str) -> Read:
    """Read a door whose parts stand in reverse; only where each has its word: 4-2-501 may be either way round.

    Examples
    --------
    >>> read_backwards("402室1单元4幢").doors[0][:4], read_backwards("402-1-4").doors, read_backwards("一").doors
    (('4', '1', '', '402'), (), ())
    """
    listed, length = tokens(span, whole=True)
    if length < len(span.rstrip(" ,、")) or not listed or any(token.kind in ("bare", "top") for token in listed[1:]):
        return NOTHING
    if len(listed) == 1 and listed[0].kind == "bare" and not span.isascii():
        return NOTHING  # the last character of a name: 康品一
    return Read(readings(listed[::-1]), length)


_B_WORD = either((*_WORDS["building"], "号", "#"))
_PLAIN_NUMBER = rf"(?:\d{{1,3}}|[{_NUMERAL}]{{1,3}})"
_RANGE = re.compile(
    rf"{_GAP}第?(?P<low>{_PLAIN_NUMBER}){_B_WORD}?(?:-|至|到)第?(?P<high>{_PLAIN_NUMBER}){_B_WORD}(?![-0-9{_NUMERAL}])"
)
_MAY_BE_SEVERAL = re.compile(r"[-至到、,和与及跟以 ]")
_AND = r"(?:[、,和与及跟 ]|以及){1,2}"
_LIST = re.compile(
    rf"{_GAP}(?P<all>第?{_PLAIN_NUMBER}{_B_WORD}?(?:{_AND}第?{_PLAIN_NUMBER}{_B_WORD}?)*{_AND}第?{_PLAIN_NUMBER})"
    rf"{either((*_WORDS['building'], '#'))}(?![-0-9{_NUMERAL}])"
)


def several_buildings(span: str) -> Read | None:
    """Read a range or a list of buildings.

    Examples
    --------
    >>> several_buildings("3栋到5栋").doors[0].several, several_buildings("1、2和5号楼").doors[0].several
    (('3', '4', '5'), ('1', '2', '5'))
    >>> several_buildings("3-2单元501") is None
    True
    """
    found = _RANGE.match(span)
    if found:
        low, high = number(found["low"]), number(found["high"])
        if low.isdecimal() and high.isdecimal() and int(low) < int(high):
            between = range(int(low), int(high) + 1)
            named = tuple(map(str, between)) if len(between) <= LONGEST_RANGE else (low, high)
            return Read((Door(several=named),), found.end())
    found = _LIST.match(span)
    if found:
        named = tuple(map(number, re.findall(_PLAIN_NUMBER, found["all"])))
        return Read((Door(several=named),), found.end())
    return None


def tokens(span: str, *, whole: bool = False) -> tuple[list[Token], int]:
    """Split the beginning of a text into the tokens of one door; also tell where it ends.

    A door ends with its room; with `whole` what follows a room is read on, as an address written backwards wants it.

    Examples
    --------
    >>> [(token.value, token.kind) for token in tokens("3号楼2门501")[0]]
    [('3', 'building'), ('2', 'unit'), ('501', 'bare')]
    """
    filler = _FILLER.match(span)
    at = filler.end() if filler else 0
    found: list[Token] = []
    while len(found) < MOST_TOKENS:
        match = _TOKEN.match(span, at)
        if match is None:
            break
        token = _token(match, span)
        if token is None or (found and match["gap"] in ("、", ",") and _two_rooms(found[-1], token)):
            break
        found.append(token)
        at = match.end()
        if token.kind in ("room", "count", "shop", "top", "basement") and not whole:
            break
        at += 1 if span.startswith("的", at) and _TOKEN.match(span, at + 1) else 0
    return found, at if found else 0


def _two_rooms(first: Token, second: Token) -> bool:
    """Tell whether two numbers are rooms side by side (501、502), not the parts of one door."""
    return first.kind == "bare" and all(one.value.isdecimal() and len(one.value) > 2 for one in (first, second))


_COUNTED = frozenset("户间铺屋")
_GROUPS = ("gap", "top", "basement", "shop", "mixed", "sandwich", "spelled", "plain", "letter", "sign", "word")


def _token(match: re.Match[str], span: str) -> Token | None:
    gap, top, basement, shop, mixed, sandwich, spelled, simple, letter, sign, word = match.group(*_GROUPS)
    joined = "-" in gap
    if top:
        return Token("top", "top")
    if basement:
        digits = re.search(rf"[0-9{DIGITS}]", basement)
        return Token(f"-{number(digits[0])}" if digits else "-1", "basement")
    if shop:
        return Token(_shop(shop), "shop", cuts=(Cut(*match.span("shop"), _shop),))
    said = mixed or sandwich or spelled
    value = number(said) if said else plain(simple or letter or sign)
    kind = _BY_WORD[word] if word else "bare"
    if word in _COUNTED and len(value) == 1:
        kind = "count"  # 5楼2户 are two
    end = match.end()
    after = span[end : end + 1]
    if (
        after
        and not word
        and (after in _MEASURE or (after in _LOOSE_MEASURE and (len(value) < 3 or match.start() == 0)))
    ):
        return None
    if word and after in _NUMBERED and word.endswith(("号", "#")):
        return None
    start = match.end() - len(word or "") - len(said or simple or letter or sign)
    cuts = (Cut(start, match.end() - len(word or ""), number if said else plain),)
    if not said:
        return Token(value, kind, joined, cuts=cuts)
    if not value.isdecimal() or (spelled and not word and len(said) < 3 and after > "\u4e00"):
        return None
    trimmed = number(said[:-1]) if kind == "bare" and len(said) > 2 and after and spelled else ""
    return Token(value, kind, joined, trimmed, cuts)


def _shop(value: str) -> str:
    return f"附{number(value)}"


def plain(value: str) -> str:
    """Drop leading zeros and the hyphen behind a letter.

    Examples
    --------
    >>> plain("0301"), plain("B-101"), plain("A")
    ('301', 'B101', 'A')
    """
    return value.replace("-", "").lstrip("0") or value[-1:]


def repaired(text: str, start: int, written: str = "") -> list[Read]:
    """Read a door as if text recognition had taken its characters for similar ones: l拣2单无5Ol宝.

    Parameters
    ----------
    written : the text before it was brought to one spelling; a letter it has small and large is read both ways.

    Examples
    --------
    >>> [read.doors[0][:4] for read in repaired("亭苑L拣2单无5OL宝", 2)]
    [('1', '2', '', '501')]
    >>> [repaired("亭苑3栋BO2室", 2, written)[0].doors[0].room for written in ("亭苑3栋BO2室", "亭苑3栋bO2室")]
    ['802', '602']
    """
    usual, small = misread()
    letters = [letter for letter in map(chr, small) if letter.lower() in written]
    ways = [usual] if not letters or any(letter in written for letter in letters) else []
    ways += [usual | small] if letters else []
    piece = text[start : start + 24]
    meant = {piece.translate(way) for way in ways} - {piece}
    return [read_after(one, 0) for one in sorted(meant)]
