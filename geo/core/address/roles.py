"""Which of several places in a text the case is about: the place of the event, not where the caller lives.

市民家住B,反映A噪音扰民 is about A; so is 投诉人(住B)称A养鸡, and B居民来电,A漏水.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from geo.core.address.tables import either, words

_CUE = re.compile(f"(?P<home>{either(words('home_before'))})|(?P<event>{either(words('event_before'))})")
_HOME_AFTER = re.compile(rf"[的)]?{either(words('home_after'))}")
RELATION = re.compile(rf"[室房]?(?:的|小区)?(?:正|斜)?{either((*words('relation'), *words('crossing')))}")
"""A word that makes a place a mere landmark of another one."""
_REACH = 14
"""Characters before a place in which a word still speaks of it."""


class Span(NamedTuple):
    """A place in a text: where its name begins and its door ends."""

    start: int
    end: int


def event(text: str, spans: Sequence[Span]) -> int:
    """Return which of the places is the event's, -1 where the text leaves it open.

    Examples
    --------
    >>> event("家住丹江家园1栋,反映金桥小区2栋噪音", [Span(2, 8), Span(11, 17)])
    1
    >>> event("丹江家园1栋居民来电,金桥小区2栋漏水", [Span(0, 6), Span(11, 17)])
    1
    >>> event("丹江家园1栋对面金桥小区2栋漏水", [Span(0, 6), Span(8, 14)])
    1
    >>> event("丹江家园1栋金桥小区2栋漏水", [Span(0, 6), Span(6, 12)])
    -1
    """
    roles = [role(text, span, spans[k - 1].end if k else 0) for k, span in enumerate(spans)]
    for wanted in (lambda role: role == "event", lambda role: role not in ("home", "landmark")):
        fitting = [k for k, one in enumerate(roles) if wanted(one)]
        if len(fitting) == 1:
            return fitting[0]
    return -1


def role(text: str, span: Span, floor: int) -> str:
    """Return `home`, `event`, `landmark`, or nothing for one place.

    Parameters
    ----------
    floor : where the place before it ends.

    Examples
    --------
    >>> role("家住亭苑1栋", Span(2, 6), 0), role("反映亭苑1栋", Span(2, 6), 0), role("亭苑1栋对面", Span(0, 4), 0)
    ('home', 'event', 'landmark')
    """
    head = text[max(floor, span.start - _REACH - 12) : span.start]
    cues = [cue for cue in _CUE.finditer(head) if len(head) - cue.end() <= _REACH]
    last = cues[-1] if cues else None
    if last and last["event"] and not _parted(head[last.end() :]):
        return "event"
    if last and last["home"] and not _parted(head[last.end() :]):
        return "home"
    if _HOME_AFTER.match(text, span.end):
        return "home"
    return "landmark" if RELATION.match(text, span.end) else ""


def _parted(between: str) -> bool:
    """Tell whether a new sentence begins between a word and a place."""
    return any(mark in between for mark in ",。;!?")
