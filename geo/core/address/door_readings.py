"""What the tokens of a door may stand for: building (楼栋), unit (单元), floor (楼层), room (室), in this order.

3-501 is building and room, or unit and room: all readings are given, the most usual first (`slots`, `readings`).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from itertools import combinations
from typing import NamedTuple

MOST_DOORS = 8
"""Readings that are given."""
Ways = tuple[tuple[int, ...], ...]
"""For building, unit, floor, room and the number passed over the place of the token, -1 = none; last whether the room
is counted on its floor (12层3室 is 1203)."""
_PARTS = ("building", "unit", "floor", "room", "passed")
_ORDER = ("passed", "building", "unit", "floor", "room")


class Door(NamedTuple):
    """One reading; a part not said is empty.

    Attributes
    ----------
    floor : storey, `top` for the top one, negative below the ground.
    several : the buildings of a range or a list, then `building` is empty.
    passed : a number before the building's (8号3栋): the estate's own house number, if it is no building of it.
    """

    building: str = ""
    unit: str = ""
    floor: str = ""
    room: str = ""
    several: tuple[str, ...] = ()
    passed: str = ""


class Token(NamedTuple):
    """One number, letter or word of a door, and the kind of the word behind it.

    Attributes
    ----------
    kind : building, unit, room, number (号, # and the like: building or room), bare, top, basement, shop,
        passed (the estate's own house number).
    joined : stands right behind a hyphen.
    shorter : the value without its last character, where that may already be speech (五〇一一直).
    cuts : where the value stands in the text; two for one that is joined by a hyphen.
    """

    value: str
    kind: str
    joined: bool = False
    shorter: str = ""
    cuts: tuple[Cut, ...] = ()


class Cut(NamedTuple):
    """Where a value stands in a text, and what makes it of what is written there."""

    start: int
    end: int
    spelling: Callable[[str], str]


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


def slots(form: Form, *, first: bool, last: bool, behind: str = "") -> tuple[str, ...]:
    """Return what a token may stand for, the most usual first; `behind` is the kind of the token before it.

    Examples
    --------
    >>> slots(Form.of("3", "number"), first=True, last=False)
    ('building', 'unit')
    >>> slots(Form.of("501", "bare"), first=False, last=True, behind="unit")
    ('building', 'room')
    """
    kind = form.kind
    if kind in ("top", "basement"):
        return ("floor",)
    if kind == "passed":
        return ("passed",)
    if kind in ("shop", "room", "count"):
        return ("room",)
    if kind == "building":
        return ("unit",) if behind == "building" and form.short else ("building",)  # 3号楼2座501
    if kind == "unit":
        return ("unit",) if form.short else ("room",) if last else ()  # 501门
    if kind == "floor":
        if not form.plain:
            return ("building",)
        return ("floor", "building") if last or not first else ("building", "floor")
    room = form.digits >= 3 or (form.digits == 2 and not form.plain) or (last and behind in _HOLDS)
    building = form.digits <= 3 or (kind == "number" and first)
    unit = form.digits <= 2 and (form.short or kind == "number")
    room = room or (kind == "number" and not first)
    may = zip(("building", "unit", "room"), (building, unit, room), strict=True)
    return tuple(part for part, fits in may if fits)


def readings(listed: list[Token]) -> tuple[Door, ...]:
    """Give every token one part so that the order building, unit, floor, room is kept; all ways to do so.

    Examples
    --------
    >>> [door[:4] for door in readings([Token("A1003", "bare", cuts=(Cut(0, 5, str),))])]
    [('A', '', '', '1003'), ('', '', '', 'A1003')]
    """
    found: list[Door] = []
    for variant in variants(listed):
        assign([token.value for token in variant], ways_of(variant), found)
    return tuple(found[:MOST_DOORS])


def variants(listed: list[Token]) -> list[list[Token]]:
    """Return the tokens as they are, split where a letter clings to a room, and with a hyphened pair as one room.

    Examples
    --------
    >>> joined = Token("501", "bare", True, cuts=(Cut(2, 5, str),))
    >>> [[token.value for token in way] for way in variants([Token("3", "bare", cuts=(Cut(0, 1, str),)), joined])]
    [['3', '501'], ['3-501']]
    """
    if not listed:
        return []
    found: list[list[Token]] = []
    if len(listed) > 1 and listed[0].kind == "number" and listed[1].kind == "building":
        listed = [listed[0]._replace(kind="passed"), *listed[1:]]
    for k, token in enumerate(listed):
        split = _TWO_IN_ONE.match(token.value) if token.kind in ("bare", "room") else None
        if split and k == 0:
            start, end, _spelling = token.cuts[0]
            letter = Token(split[1], "building", cuts=(Cut(start, start + 1, str),))
            room = token._replace(value=split[2], cuts=(Cut(end - len(split[2]), end, str),))
            found.append([letter, room, *listed[k + 1 :]])
    found.append(listed)
    last = listed[-1]
    if last.shorter:
        start, end, spelling = last.cuts[0]
        shorter = last._replace(value=last.shorter, shorter="", cuts=(Cut(start, end - 1, spelling),))
        found.append([*listed[:-1], shorter])
    if len(listed) > 1 and last.joined and last.kind in ("bare", "room") and listed[-2].kind == "bare":
        first = listed[-2]
        found.append([*listed[:-2], Token(f"{first.value}-{last.value}", "room", cuts=first.cuts + last.cuts)])
    return found


def assign(values: list[str], ways: Ways, found: list[Door]) -> None:
    """Add the doors that the ways make of the values, each once.

    Examples
    --------
    >>> found = []
    >>> assign(["3", "501"], ((0, -1, -1, 1, -1, 0), (-1, 0, -1, 1, -1, 0)), found)
    >>> [door[:4] for door in found]
    [('3', '', '', '501'), ('', '3', '', '501')]
    """
    values.append("")
    for b, u, f, r, passed, on_floor in ways:
        room = f"{values[f]}{values[r]:0>2}" if on_floor else values[r]
        door = Door(values[b], values[u], values[f], room, (), values[passed])
        if door not in found:
            found.append(door)


def ways_of(listed: list[Token]) -> Ways:
    """Return the ways to assign tokens to parts; where not all fit, the first ones that do.

    Examples
    --------
    >>> ways_of([Token("3", "bare"), Token("501", "bare")])
    ((0, -1, -1, 1, -1, 0), (-1, 0, -1, 1, -1, 0))
    >>> ways_of([Token("12", "floor"), Token("3", "room")])
    ((0, -1, -1, 1, -1, 0), (-1, -1, 0, 1, -1, 1), (-1, -1, 0, 1, -1, 0))
    """
    return _ways(tuple([Form.of(token.value, token.kind) for token in listed]))


@lru_cache(maxsize=4096)
def _ways(forms: tuple[Form, ...]) -> Ways:
    """Return the ways to read tokens: the token's place of each part (`_PARTS`), -1 = none."""
    for count in range(len(forms), 0, -1):
        allowed = [
            slots(form, first=k == 0, last=k == count - 1, behind=forms[k - 1].kind if k else "")
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
            return tuple(way for chosen in at for way in _each_way(forms, [chosen.get(part, -1) for part in _PARTS]))
    return ()


_HOLDS = ("unit", "floor")
"""What a short number behind it may be a room of."""


def _each_way(forms: tuple[Form, ...], places: list[int]) -> list[tuple[int, ...]]:
    """Return one way, and before it the one that counts a short room on its floor."""
    _building, _unit, floor, room, _passed = places
    counted = floor >= 0 and room >= 0 and forms[floor].kind == "floor" and forms[room].kind != "count"
    counted = counted and forms[room].plain and forms[room].digits <= 2
    return [(*places, 1), (*places, 0)] if counted else [(*places, 0)]
