"""Names in a text with the door beside each: the register's own names (`named`) and names one edit away (`near`)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from geo.core.address.doors import GAP_MARK, NOTHING, Read, read_after, read_before
from geo.core.address.names import Found, Mention, Names, Site
from geo.core.address.numerals import DIGITS, POWERS
from geo.core.address.own_words import in_usual_words, read_at, read_backwards_at, words_of
from geo.core.address.tables import either, words
from geo.core.address.typos import Guess, Typos


class Hit(NamedTuple):
    """A name in a text with the door read beside it.

    Attributes
    ----------
    start, end : of the name and the door together; name_start, name_end : of the name.
    how : the evidence's first word: `name`, `alias`, `number`, or the kind of a corrected error.
    sites : what the name stands for; building : position where it is a building's own name, else -1.
    corrected : what was read as what.
    """

    start: int
    end: int
    name_start: int
    name_end: int
    how: str
    sites: tuple[Site, ...]
    building: int
    read: Read
    corrected: str = ""


_WORD = either((*words("building"), *words("unit"), "号", "#", "楼"))
NUMERALS = f"[{DIGITS}{POWERS}]{{1,4}}"
_ANCHOR = re.compile(
    rf"(?<=[\u4e00-\u9fff])(?=第?(?:[A-Z]?\d{{1,4}}[A-Z]?(?:{_WORD}|{GAP_MARK}+\d)|{NUMERALS}{_WORD}|[A-Z](?:{_WORD}|\d)"
    rf"|[甲乙丙丁]{_WORD}|[东西中]单元|\d{{3,4}}))"
)
_BEHIND_REVERSED = re.compile(rf"(?:\d|[A-Z])(?:{either(words('building'))}) ?(?=[\u4e00-\u9fff])")
_MOST_ANCHORS = 4
_FILLER = re.compile(rf"{either(words('filler'))}$")
_WHOLE_CLAUSE = re.compile(r"[\u4e00-\u9fff]{2,9}(?=$|[,，。;； (])")


def anchors(text: str) -> list[int]:
    """Return where a door may begin behind Chinese characters, whether or not they are a known name.

    Examples
    --------
    >>> anchors("亭苑3栋2单元,百步十二号楼")
    [2, 4, 10, 11]
    """
    return [found.start() for found in _ANCHOR.finditer(text)]


def last_end(found: Found, start: int) -> int:
    """Return where the last known area, road or house number before a position ends; 0 where there is none."""
    last = 0
    for mention in found.areas:
        if last < mention.end <= start:
            last = mention.end
    for mention in found.roads:
        if last < mention.end <= start:
            last = mention.end
    for number in found.numbers:
        if last < number.end <= start:
            last = number.end
    return last


def named(text: str, found: Found, names: Names) -> list[Hit]:
    """Read the door beside each name of an estate or a building that the register has."""
    hits: list[Hit] = []
    for mention in found.places:
        hits.append(_beside(text, found, names, mention, hits[-1].end if hits else 0))
    return hits


def _beside(text: str, found: Found, names: Names, mention: Mention, floor: int) -> Hit:
    start, end, entry = mention
    if text[end : end + 1] == text[end - 1] > "\u4e00":
        end += 1  # its last character twice
    sites = tuple(names.estates.get(entry.estate, ())) if entry.estate else ()
    read = read_at(text, end, sites, names.ceiling(found, end))
    if not read.doors:
        behind = _behind_own_road(text, found, end, sites)
        read = read_at(text, behind, sites, names.ceiling(found, behind)) if behind else read
        end = behind if read.doors else end
    first, last = start, end + read.length
    if not read.doors and start > floor:
        backwards = read_backwards_at(text, start, sites, max(floor, last_end(found, start)))
        if backwards.doors:
            read, first = backwards, start - backwards.length
        else:
            at, ahead = _ahead(text, start, sites, max(floor, last_end(found, start)))
            read, first = (ahead, at) if ahead.doors else (read, first)
    how = "alias" if entry.alias else "name"
    return Hit(first, last, start, end, how, sites, -1 if sites else entry.building, read)


_INTO_ROAD = re.compile(r"[(,](?:位于|地址|在|即)?[为是:]?\Z")


def _behind_own_road(text: str, found: Found, end: int, sites: Sequence[Site]) -> int:
    """Return where a name's own road and house number end that are put in behind it: X苑(汉黄路12号)3栋; 0 = none."""
    for road in found.roads:
        if end < road.start <= end + 4 and _INTO_ROAD.match(text, end, road.start):
            number = next((one for one in found.numbers if one.mention == road), None)
            if number is None:
                return road.end if any(road.entry.road in site.roads for site in sites) else 0
            own = any((road.entry.road, number.number) in site.numbers for site in sites)
            return number.end if own else 0
    return 0


_BUILDING_FIRST = re.compile(
    rf"(?<![0-9A-Z{DIGITS}{POWERS}#号栋幢座-])第?(?:[0-9]{{1,3}}|{NUMERALS}|[A-Z])(?:{either(words('building'))}|#|-\d{{1,2}}-\d{{3,4}})"
)
_TO_ITS_NAME = re.compile(
    r"(?:这里|这边)?的?(?:业主|住户|居民|租户)?[,。;:( ]+(?:我们|我家|我|本)?(?:小区|这里|地址|住址)?(?:名字|名称)?"
    r"(?:叫做?|是|在|为)?[:,( ]*\Z"
)


def _ahead(text: str, start: int, sites: Sequence[Site], floor: int) -> tuple[int, Read]:
    """Read a door that stands before its name, yet in the usual order: 3栋2单元501,X苑; also tell where it begins."""
    for begins in _BUILDING_FIRST.finditer(in_usual_words(text, words_of(sites)), floor, start):
        read = read_at(text, begins.start(), sites, start)
        end = begins.start() + read.length
        if read.doors and read.doors[0].room and _TO_ITS_NAME.match(text, end, start):
            return begins.start(), read
    return start, NOTHING


def near(text: str, found: Found, names: Names, typos: Typos) -> list[Hit]:
    """Read the door beside every near name; names spelled in Latin letters come first."""
    hits = [near_hit(text, guess, read_after(text, guess.end), names) for guess in typos.read_aloud(text)]
    if hits:
        return hits
    usual = in_usual_words(text, names.own_words)
    for anchor in anchors(usual)[:_MOST_ANCHORS]:
        filler = _FILLER.search(text, 0, anchor)
        for end in {anchor, filler.start() if filler else anchor}:
            guesses = typos.ending_at(text, end, last_end(found, end))
            hits += [near_hit(text, guess, read_after(text, anchor), names, anchor) for guess in guesses]
    if not hits:
        for behind in _BEHIND_REVERSED.finditer(usual):
            ceiling = names.ceiling(found, behind.end()) or len(text)
            read = read_before(usual, behind.end())
            guesses = typos.starting_at(text, behind.end(), ceiling)
            hits += [near_hit(text, guess, read, names, behind=True) for guess in guesses]
    if not hits and not found.places:
        start = last_end(found, len(text))
        piece = _WHOLE_CLAUSE.match(text, start)
        guesses = typos.near(piece.group()) if piece else []
        hits = [
            near_hit(text, Guess(name, start, start + len(piece[0]), kind), NOTHING, names)
            for name, kind in guesses
            if piece
        ]
    return hits


def near_hit(
    text: str, guess: Guess, read: Read, names: Names, door: int | None = None, *, behind: bool = False
) -> Hit:
    """Make the hit of a near name.

    Parameters
    ----------
    door : where its door begins if not right behind it; behind : the name stands behind its door.
    """
    entry = names.entries[guess.name]
    sites = tuple(names.estates.get(entry.estate, ())) if entry.estate else ()
    if words_of(sites) and not behind:
        read = read_at(text, guess.end if door is None else door, sites)
    end = (guess.end if door is None else door) + read.length
    corrected = f"{text[guess.start : guess.end]}→{entry.estate or guess.name}"
    building = -1 if sites else entry.building
    return Hit(guess.start, end, guess.start, guess.end, guess.kind, sites, building, read, corrected)
