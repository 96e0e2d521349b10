"""The rule tables of data/address as Python values: what words mean what. Change a word there, not in the code.

data/address/README.md says where each table comes from.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parents[3] / "data" / "address"


def _rows(name: str) -> Iterator[dict[str, str]]:
    with (FOLDER / name).open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


@cache
def words(kind: str) -> tuple[str, ...]:
    """Return the words of a kind (words.csv), longest first, so that a pattern made of them takes the longest.

    Examples
    --------
    >>> words("joint")
    ('杠', '横', '之', '丿', 'の')
    """
    listed = {row["kind"]: row["words"].split() for row in _rows("words.csv")}
    return tuple(sorted(listed[kind], key=len, reverse=True))


def either(listed: Iterable[str]) -> str:
    """Return a pattern that takes one of the words.

    Examples
    --------
    >>> either(["号楼", "栋"])
    '(?:号楼|栋)'
    """
    return f"(?:{'|'.join(map(re.escape, listed))})"


@cache
def simplified() -> dict[int, str]:
    """Return a translation from traditional to simplified characters (traditional.csv)."""
    pairs = (pair for row in _rows("traditional.csv") for pair in row["traditional"].split())
    return {ord(old): pair[0] for pair in pairs for old in pair[1:]}


@cache
def readings() -> dict[str, tuple[str, ...]]:
    """Return the syllables (pinyin without tones) of each character (readings.csv)."""
    found: dict[str, tuple[str, ...]] = {}
    for row in _rows("readings.csv"):
        for character in row["characters"]:
            found[character] = (*found.get(character, ()), row["reading"])
    return found


@cache
def shapes() -> dict[str, frozenset[str]]:
    """Return the characters that look like a character (shapes.csv)."""
    groups = (group for row in _rows("shapes.csv") for group in row["alike"].split())
    return {group[0]: frozenset(group[1:]) for group in groups}


@cache
def misread() -> tuple[dict[int, str], dict[int, str]]:
    """Return translations of what text recognition takes numbers and door words for (ocr.csv), both of capitals.

    The second is of letters that mean another digit when they are small: B is 8, b is 6.
    """
    rows = [(row["read_as"], row["meant"]) for row in _rows("ocr.csv")]
    usual = {ord(read): meant for read, meant in rows if read == read.upper()}
    return usual, {ord(read.upper()): meant for read, meant in rows if read != read.upper()}


@cache
def places() -> tuple[frozenset[str], frozenset[str]]:
    """Return China's provinces and cities, and its counties (places.csv), by full name."""
    larger: set[str] = set()
    counties: set[str] = set()
    for row in _rows("places.csv"):
        names = row["names"].split()
        larger.add(names[0])
        for name in names[1:]:
            (larger if name.endswith(("市", "自治州", "盟", "地区")) else counties).add(name)
    return frozenset(larger), frozenset(counties)


@cache
def place_stems() -> tuple[frozenset[str], frozenset[str]]:
    """Return the names of provinces and cities, and of counties, as people say them: without their suffix.

    Examples
    --------
    >>> "厦门" in place_stems()[0], "思明" in place_stems()[1]
    (True, True)
    """
    larger, counties = places()
    return _stems(larger), _stems(counties)


_SUFFIX = re.compile("(?:省|市|区|县|地区|(?:壮族|回族|维吾尔)?自治区|特别行政区)$")


def _stems(names: Iterable[str]) -> frozenset[str]:
    return frozenset(stem for name in names if len(stem := _SUFFIX.sub("", name)) > 1)
