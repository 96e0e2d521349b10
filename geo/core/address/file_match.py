"""The matcher for many texts of one file: what stands before a door is read once for all the doors behind it.

A city's addresses have many doors and few estates: 汉黄路12号丹江家园 stands before 3栋501 and before 4栋202. What is
remembered is what people wrote, so it lives as long as a file is read and is no part of the index.
"""

from __future__ import annotations

import re
from typing import NamedTuple, TypeVar

from geo.core.address.answer import Answer
from geo.core.address.doors import read_after
from geo.core.address.hits import named
from geo.core.address.match import SECOND_ROOM, Matcher, other_roads
from geo.core.address.names import Found, Names, Site, goes_on
from geo.core.address.normalise import normalise
from geo.core.address.numerals import DIGITS, POWERS
from geo.core.address.resolve import best_reading
from geo.core.address.roles import RELATION
from geo.core.address.tables import words
from geo.core.address.typos import Remembering

T = TypeVar("T")
MOST = 1 << 16
"""Pieces of texts that are remembered."""
_NUMERAL = f"0-9A-Z{DIGITS}{POWERS}"
_DOOR = re.escape("".join(sorted({*"".join(w for kind in ("building", "unit", "room", "floor") for w in words(kind))})))
_HEAD = re.compile(rf"(?s:.*)[^\x00-\x7f{_NUMERAL}{_DOOR}](?=[{_NUMERAL}])")
"""Up to the last place where a door may begin. Another place would be as right, only less often the same."""


class Opening(NamedTuple):
    """A head that ends with the one place a text may be about.

    Attributes
    ----------
    how : as of a Hit; corrected : the place's own roads where the head names others.
    """

    site: Site
    how: str
    corrected: str


class Head(NamedTuple):
    """What stands before a door: its names, and the place where it is sure."""

    found: Found
    opening: Opening | None


class FileMatcher(Matcher):
    """Answers as its matcher does, only faster.

    Notes
    -----
    A text may be read in two pieces where no name reaches from one to the other, the piece behind holds none, and no
    house number at the end of the first goes on in the second. Whatever else there is to be thought of (another city, a
    longer name, a place beside, a door that is not in the register) is left to the matcher.
    """

    def __init__(self, matcher: Matcher) -> None:
        vars(self).update(vars(matcher))
        self.typos = Remembering(matcher.typos)
        self._heads: dict[str, Head | None] = {}
        self._bare: dict[str, bool] = {}

    def match(self, text: str) -> Answer:
        """Answer one text."""
        spelled = normalise(text)
        cut = _HEAD.match(spelled)
        head = self._head(spelled, cut.end()) if cut else None
        if cut is None or head is None:
            return self.answer(text, spelled, self.names.find(spelled))
        answer = self._behind(head.opening, spelled, cut.end()) if head.opening else None
        return answer or self.answer(text, spelled, head.found)

    def _behind(self, opening: Opening, text: str, at: int) -> Answer | None:
        """Answer with the door behind an opening; None where that is not all there is to be thought of."""
        read = read_after(text, at)
        behind = at + read.length
        if not read.doors or goes_on(text, at) or RELATION.match(text, behind) or SECOND_ROOM.match(text, behind):
            return None
        one = best_reading(self.stock, opening.site, read.doors)
        return self.make.place(one, opening.how, "", opening.corrected) if one.has_door else None

    def _head(self, text: str, at: int) -> Head | None:
        """Return the head of a text that ends at a position, None where what is behind it may change its names."""
        tail = text[at:]
        bare = self._bare.get(tail)
        if bare is None:
            bare = _remember(self._bare, tail, "市" not in tail and not self.names.lookup.find(tail))
        if not bare or not self.names.lookup.parts(text, at):
            return None
        said = text[:at]
        if said in self._heads:
            return self._heads[said]
        return _remember(self._heads, said, self._read_head(said))

    def _read_head(self, text: str) -> Head | None:
        found = self.names.find(text)
        return Head(found, self._opening(text, found)) if Names.is_closed(text, found) else None

    def _opening(self, text: str, found: Found) -> Opening | None:
        """Return the place a head ends with, where it is sure."""
        if len(found.places) != 1 or found.places[0].end < len(text) or self._may_be_elsewhere(text, found):
            return None
        hit = named(text, found, self.names)[0]
        sites = self.told_apart(hit.sites, found)
        if len(sites) != 1 or sites[0].word or hit.read.doors or self.doubt(text, found, hit):
            return None
        return Opening(sites[0], hit.how, other_roads(found, sites[0]))

    def _may_be_elsewhere(self, text: str, found: Found) -> bool:
        """Tell whether a head may name another city; the matcher then looks at the whole text."""
        named = (bool(found.elsewhere) or "市" in text) and all(len(code) > 6 for code in found.codes)
        return named or self.names.may_be_abroad(text, found)


def _remember(known: dict[str, T], key: str, value: T) -> T:
    if len(known) >= MOST:
        known.clear()
    known[key] = value
    return value
