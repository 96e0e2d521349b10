"""Names with one wrong character: found by what is left when one is left out, judged by sound and shape.

Two words are one edit apart (a character wrong, missing, doubled, or two swapped: optimal string alignment distance 1)
only if they are equal after leaving out at most one character of each. So the register's names are indexed by all that
remains of them, and a piece of text is looked up by all that remains of it. Two edits are never corrected.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from functools import lru_cache
from itertools import chain, islice, product
from typing import NamedTuple

from geo.core.address.numerals import COUNTED, DIGITS, POWERS
from geo.core.address.tables import readings, shapes

SHORTEST = 3
"""Characters of a name that may be corrected: of two, one wrong one leaves too little."""
_MOST_READINGS = 16
MOST_PIECES = 1 << 16
"""Pieces of text that are remembered while a file is read."""


class Guess(NamedTuple):
    """A name of the register one edit away from a piece of text.

    Attributes
    ----------
    start, end : the piece in the text.
    kind : `sound`, `shape`, `double`, `drop`, `swap`, `pinyin`; `other` = a character that is like neither in sound nor
        shape; `extra` = one too many; `word` = it makes another kind of place (花园 for 家园).
    """

    name: str
    start: int
    end: int
    kind: str


class Typos:
    """The index of names.

    Parameters
    ----------
    names : normalised names of estates and aliases.
    """

    def __init__(self, names: Iterable[str]) -> None:
        self._names = [name for name in names if len(name) >= SHORTEST]
        self._tails = common_tails(self._names)
        index: dict[str, list[str]] = defaultdict(list)
        for name in self._names:
            for rest in {name, *without_one(name)}:
                index[rest].append(name)
        self._index = dict(index)
        self._lengths = range(
            max(2, min(map(len, self._names), default=2) - 1), max(map(len, self._names), default=2) + 2
        )
        self._by_reading: dict[str, list[str]] = defaultdict(list)
        for name in self._names:
            for reading in spoken(name):
                self._by_reading[reading].append(name)
        self._reading_lengths = sorted({len(reading) for reading in self._by_reading}, reverse=True)

    def near(self, piece: str) -> list[tuple[str, str]]:
        """Return the names one edit away from a piece of text, each with the kind of the edit.

        Examples
        --------
        >>> typos = Typos(["丹江家园", "后湖花园"])
        >>> typos.near("单江家园"), typos.near("江家园"), typos.near("江丹家园")
        ([('丹江家园', 'sound')], [('丹江家园', 'drop')], [('丹江家园', 'swap')])
        """
        listed = [names for rest in (piece, *without_one(piece)) if (names := self._index.get(rest))]
        hits = dict.fromkeys(chain.from_iterable(listed))
        return [(name, kind) for name in hits if (kind := edit(piece, name, self._tails))]

    def ending_at(self, text: str, end: int, floor: int) -> list[Guess]:
        """Return the names one edit away from pieces of a text that end at `end` and begin at or behind `floor`."""
        found = []
        for length in self._lengths:
            start = end - length
            if start < floor:
                break
            piece = text[start:end]
            if not is_han(piece):
                break  # nor is a longer one
            if piece not in self._tails:
                found += [Guess(name, start, end, kind) for name, kind in self.near(piece)]
        return found

    def starting_at(self, text: str, start: int, ceiling: int) -> list[Guess]:
        """Return the names one edit away from pieces of a text that begin at `start` and end at or before `ceiling`."""
        found = []
        for length in self._lengths:
            end = start + length
            if end > ceiling:
                break
            piece = text[start:end]
            if not is_han(piece):
                break  # nor is a longer one
            if piece not in self._tails:
                found += [Guess(name, start, end, kind) for name, kind in self.near(piece)]
        return found

    def read_aloud(self, text: str) -> list[Guess]:
        """Return the names that a run of Latin letters spells (hexinyaju, He Xin Ya Ju)."""
        found = []
        for run in _LATIN.finditer(text):
            letters = run.group().replace(" ", "").replace("'", "")
            for length in self._reading_lengths:
                if 4 <= length <= len(letters) and (names := self._by_reading.get(letters[len(letters) - length :])):
                    found += [Guess(name, run.start(), run.end(), "pinyin") for name in dict.fromkeys(names)]
                    break
        return found


class Remembering(Typos):
    """The same index for one file: what was found of a piece of text is remembered, so let it go with the file."""

    def __init__(self, index: Typos) -> None:
        vars(self).update(vars(index))
        self.near = lru_cache(MOST_PIECES)(index.near)


_LATIN = re.compile(r"[A-Z](?:[A-Z' ]{2,}[A-Z])")
_HAN = re.compile("[\u4e00-\u9fff〇]*")


def is_han(piece: str) -> bool:
    """Tell whether a piece of text is Chinese characters only.

    Examples
    --------
    >>> is_han("亭苑"), is_han("亭苑3")
    (True, False)
    """
    return _HAN.fullmatch(piece) is not None


def without_one(text: str) -> list[str]:
    """Return a text with each one of its characters left out.

    Examples
    --------
    >>> without_one("丹江园")
    ['江园', '丹园', '丹江']
    """
    return [text[:k] + text[k + 1 :] for k in range(len(text))]


def edit(piece: str, name: str, tails: frozenset[str] = frozenset()) -> str:
    """Return the kind of the one edit between two texts; empty where there are none or more.

    Examples
    --------
    >>> [edit(piece, "丹江家园") for piece in ("单江家园", "舟江家园", "丹丹江家园", "吉江家园")]
    ['sound', 'shape', 'double', 'other']
    >>> edit("丹江花园", "丹江家园", frozenset(["花园", "家园"])), edit("双河家园", "丹江家园")
    ('word', '')
    >>> edit("许厝四组", "许厝三组"), edit("许厝二组", "许厝十二组"), edit("丹江三期", "丹江二期")
    ('', '', '')
    """
    if len(piece) == len(name):
        differ = [k for k in range(len(name)) if piece[k] != name[k]]
        if len(differ) == 2 and differ[1] == differ[0] + 1:
            first, second = differ
            return "swap" if (piece[first], piece[second]) == (name[second], name[first]) else ""
        if len(differ) != 1 or (piece[differ[0]] in _NUMERAL and name[differ[0]] in _NUMERAL):
            return ""
        return _wrong_character(piece, name, differ[0], tails)
    shorter, longer = sorted((piece, name), key=len)
    if len(longer) != len(shorter) + 1:
        return ""
    at = next((k for k in range(len(shorter)) if shorter[k] != longer[k]), len(shorter))
    if shorter[at:] != longer[at + 1 :] or _COUNTS.match(longer, at):
        return ""
    if longer is name:
        return "drop"
    return (
        "double" if (at and longer[at] == longer[at - 1]) or longer[at : at + 1] == longer[at + 1 : at + 2] else "extra"
    )


_KINDS = frozenset("巷弄里坊街路村庄湾苑府庭城埕屯堡营组队")
"""Last characters that say what kind of place it is: 镇邦巷 and 镇邦弄 are two."""
_NUMERAL = frozenset(f"0123456789{DIGITS}{POWERS}")
_COUNTS = re.compile(f"[0-9{DIGITS}{POWERS}]{{1,2}}[{COUNTED}]")
"""A numeral that counts: what differs in it is another place, not a slip."""


def _wrong_character(piece: str, name: str, at: int, tails: frozenset[str]) -> str:
    wrong, right = piece[at], name[at]
    if sounds_alike(wrong, right):
        return "sound"
    if at == len(name) - 1 and wrong in _KINDS and right in _KINDS:
        return "word"
    other_kind = any(piece[-n:] in tails and name[-n:] in tails for n in (1, 2) if at >= len(name) - n)
    if other_kind:
        return "word"
    return "shape" if wrong in shapes().get(right, ()) or right in shapes().get(wrong, ()) else "other"


def sounds_alike(one: str, other: str) -> bool:
    """Tell whether two characters share a reading, tones and the usual mergers (z/zh, n/l, in/ing, h/f) aside.

    Examples
    --------
    >>> sounds_alike("锦", "景"), sounds_alike("璟", "景"), sounds_alike("丹", "江")
    (True, True, False)
    """
    table = readings()
    return not {merged(r) for r in table.get(one, ())}.isdisjoint(merged(r) for r in table.get(other, ()))


def merged(reading: str) -> str:
    """Write sounds alike that many speakers do not tell apart.

    Examples
    --------
    >>> merged("zhang"), merged("lin"), merged("ning")
    ('zan', 'lin', 'lin')
    """
    for pair, one in (("zh", "z"), ("ch", "c"), ("sh", "s")):
        if reading.startswith(pair):
            reading = one + reading[2:]
    if reading.endswith("ng"):
        reading = reading[:-1]
    return "l" + reading[1:] if reading.startswith("n") else reading


def spoken(name: str) -> list[str]:
    """Return the ways a name may be read aloud, in capital Latin letters without tones; empty where one is unknown.

    Examples
    --------
    >>> spoken("和馨雅居"), spoken("长江2期")
    (['HEXINYAJU'], ['CHANGJIANG2QI', 'ZHANGJIANG2QI'])
    """
    table = readings()
    parts = [table.get(c, ()) or ((c,) if c.isascii() else ()) for c in name]
    return ["".join(way).upper() for way in islice(product(*parts), _MOST_READINGS)]


def common_tails(names: Iterable[str]) -> frozenset[str]:
    """Return the endings of one or two characters that name kinds of places (家园, 苑): shared by several names.

    Examples
    --------
    >>> sorted(common_tails(["丹江家园", "后湖家园", "百步家园", "金桥府"]))
    ['园', '家园']
    """
    counted = Counter(name[-n:] for name in set(names) for n in (1, 2) if len(name) > n + 1)
    return frozenset(tail for tail, count in counted.items() if count >= 3)
