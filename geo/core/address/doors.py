"""Reads a door in normalised text: building (楼栋), unit (单元), floor (楼层), room (室), however they are written.

What is written often allows several readings (3-501: building and room, or unit and room). All are given, the most
usual first; the register decides (resolve.py), so nothing is guessed here.

The rules, in the order they are asked: several buildings (`several_buildings`), the words of one door (`tokens`), what
each may stand for (`slots`), and the readings that keep the order building, unit, floor, room (`readings`).
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import combinations
from typing import NamedTuple

from geo.core.address.numerals import DIGITS, POWERS, number
from geo.core.address.tables import either, misread, words


class Door(NamedTuple):
    """One reading; a part not said is empty.

    Attributes
    ----------
    floor : storey, `top` for the top one, negative below the ground.
    several : the buildings of a range or a list, then `building` is empty.
    """

    building: str = ""
    unit: str = ""
    floor: str = ""
    room: str = ""
    several: tuple[str, ...] = ()


class Read(NamedTuple):
    """The readings of what follows (or stands before) a name, and how many characters of the text they took."""

    doors: tuple[Door, ...]
    length: int


class Token(NamedTuple):
    """One number, letter or word of a door, and the kind of the word behind it.

    Attributes
    ----------
    kind : building, unit, floor, room, number (号, # and the like: building or room), bare, top, basement, shop.
    joined : stands right behind a hyphen.
    shorter : the value without its last character, where that may already be speech (五〇一一直).
    """

    value: str
    kind: str
    joined: bool = False
    shorter: str = ""


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
_ORDER = ("building", "unit", "floor", "room")


def read_after(text: str, start: int, end: int | None = None) -> Read:
    """Read the door that follows a name ending at `start`; not beyond `end`.

    Examples
    --------
    >>> read_after("亭苑3号楼2单元501室,漏水", 2).doors[0]
    Door(building='3', unit='2', floor='', room='501', several=())
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
    Door(building='4', unit='1', floor='', room='402', several=())
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
    if _MAY_BE_SEVERAL.search(span):
        found = several_buildings(span)
        if found:
            return found
    listed, length = tokens(span)
    return Read(readings(listed), length)


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


_B_WORD = either((*_WORDS["building"], "号"))
_PLAIN_NUMBER = rf"(?:\d{{1,3}}|[{_NUMERAL}]{{1,3}})"
_RANGE = re.compile(
    rf"{_GAP}第?(?P<low>{_PLAIN_NUMBER}){_B_WORD}?(?:-|至|到)第?(?P<high>{_PLAIN_NUMBER}){_B_WORD}(?![-0-9{_NUMERAL}])"
)
_MAY_BE_SEVERAL = re.compile(r"[-至到、,和与及跟以 ]")
_AND = r"(?:[、,和与及跟 ]|以及){1,2}"
_LIST = re.compile(
    rf"{_GAP}(?P<all>第?{_PLAIN_NUMBER}{_B_WORD}?(?:{_AND}第?{_PLAIN_NUMBER}{_B_WORD}?)*{_AND}第?{_PLAIN_NUMBER})"
    rf"{either(_WORDS['building'])}(?![-0-9{_NUMERAL}])"
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
        if token is None:
            break
        found.append(token)
        at = match.end()
        if token.kind in ("room", "shop", "top", "basement") and not whole:
            break
        at += 1 if span.startswith("的", at) and _TOKEN.match(span, at + 1) else 0
    return found, at if found else 0


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
        return Token(f"附{number(shop)}", "shop")
    said = mixed or sandwich or spelled
    value = number(said) if said else plain(simple or letter or sign)
    kind = _BY_WORD[word] if word else "bare"
    end = match.end()
    after = span[end : end + 1]
    if (
        after
        and not word
        and (after in _MEASURE or (after in _LOOSE_MEASURE and (len(value) < 3 or match.start() == 0)))
    ):
        return None
    if not said:
        return Token(value, kind, joined)
    if not value.isdecimal() or (spelled and not word and len(said) < 3 and after > "\u4e00"):
        return None
    trimmed = number(said[:-1]) if kind == "bare" and len(said) > 2 and after and spelled else ""
    return Token(value, kind, joined, trimmed)


def plain(value: str) -> str:
    """Drop leading zeros and the hyphen behind a letter.

    Examples
    --------
    >>> plain("0301"), plain("B-101"), plain("A")
    ('301', 'B101', 'A')
    """
    return value.replace("-", "").lstrip("0") or value[-1:]


_TWO_IN_ONE = re.compile(r"([A-Z])(\d{3,4})$")


class Form(NamedTuple):
    """What of a token decides which parts it may stand for: doors of one form are read alike, the ways remembered."""

    kind: str
    digits: int
    short: bool
    plain: bool

    @classmethod
    @lru_cache(maxsize=1 << 14)
    def of(cls, value: str, kind: str) -> Form:
        """Take the form of a token; remembered, for a city's rooms are numbered alike."""
        if value.isdecimal():
            return cls(kind, min(len(value), 4), len(value) <= 2, True)
        return cls(kind, min(sum(map(str.isdecimal, value)), 4), len(value) <= 2, False)


def slots(form: Form, *, first: bool, last: bool, behind_unit: bool) -> tuple[str, ...]:
    """Return what a token may stand for, the most usual first.

    Examples
    --------
    >>> slots(Form.of("3", "number"), first=True, last=False, behind_unit=False)
    ('building', 'unit')
    >>> slots(Form.of("501", "bare"), first=False, last=True, behind_unit=True)
    ('building', 'room')
    """
    kind = form.kind
    if kind in ("top", "basement"):
        return ("floor",)
    if kind in ("shop", "room"):
        return ("room",)
    if kind == "building":
        return ("building",)
    if kind == "unit":
        return ("unit",) if form.short else ()
    if kind == "floor":
        if not form.plain:
            return ("building",)
        return ("floor", "building") if last or not first else ("building", "floor")
    room = form.digits >= 3 or (form.digits == 2 and not form.plain) or (last and behind_unit)
    building = form.digits <= 3 or (kind == "number" and first)
    unit = form.digits <= 2 and (form.short or kind == "number")
    room = room or (kind == "number" and not first)
    may = zip(("building", "unit", "room"), (building, unit, room), strict=True)
    return tuple(part for part, fits in may if fits)


def readings(listed: list[Token]) -> tuple[Door, ...]:
    """Give every token one part so that the order building, unit, floor, room is kept; all ways to do so.

    Examples
    --------
    >>> [door[:4] for door in readings([Token("A1003", "bare")])]
    [('A', '', '', '1003'), ('', '', '', 'A1003')]
    """
    found: list[Door] = []
    for variant in _variants(listed):
        for door in _in_order(variant):
            if door not in found:
                found.append(door)
    return tuple(found[:8])


def _variants(listed: list[Token]) -> list[list[Token]]:
    """Return the tokens as they are, split where a letter clings to a room, and with a hyphened pair as one room."""
    if not listed:
        return []
    variants: list[list[Token]] = []
    if len(listed) > 1 and listed[0].kind == "number" and listed[1].kind == "building":
        listed = listed[1:]  # the estate's own house number
    for k, token in enumerate(listed):
        split = _TWO_IN_ONE.match(token.value) if token.kind in ("bare", "room") else None
        if split and k == 0:
            variants.append([Token(split[1], "building"), token._replace(value=split[2]), *listed[k + 1 :]])
    variants.append(listed)
    last = listed[-1]
    if last.shorter:
        variants.append([*listed[:-1], last._replace(value=last.shorter, shorter="")])
    if len(listed) > 1 and last.joined and last.kind in ("bare", "room") and listed[-2].kind == "bare":
        variants.append([*listed[:-2], Token(f"{listed[-2].value}-{last.value}", "room")])
    return variants


def _in_order(listed: list[Token]) -> list[Door]:
    """Assign tokens to parts; where not all fit, the first ones that do."""
    values = [token.value for token in listed]
    ways = _ways(tuple([Form.of(token.value, token.kind) for token in listed]))
    values.append("")
    return [Door(values[b], values[u], values[f], values[r]) for b, u, f, r in ways]


@lru_cache(maxsize=4096)
def _ways(forms: tuple[Form, ...]) -> tuple[tuple[int, int, int, int], ...]:
    """Return the ways to read tokens: for building, unit, floor and room the token's place, -1 = none."""
    for count in range(len(forms), 0, -1):
        allowed = [
            slots(form, first=k == 0, last=k == count - 1, behind_unit=k > 0 and forms[k - 1].kind == "unit")
            for k, form in enumerate(forms[:count])
        ]
        found = [
            chosen
            for chosen in combinations(_ORDER, count)
            if all(part in may for part, may in zip(chosen, allowed, strict=True))
        ]
        if found:
            found.sort(key=lambda chosen: [may.index(part) for part, may in zip(chosen, allowed, strict=True)])
            at = [{part: k for k, part in enumerate(chosen)} for chosen in found]
            return tuple((p.get("building", -1), p.get("unit", -1), p.get("floor", -1), p.get("room", -1)) for p in at)
    return ()


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
