"""What the matcher read in a text, for people: its parts with their places in the text as it was written."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import SequenceMatcher

from geo.core.address.answer import Answer
from geo.core.address.doors import Door
from geo.core.address.hits import named, near
from geo.core.address.match import Matcher
from geo.core.address.normalise import LONGEST, normalise


@dataclass(frozen=True, slots=True)
class Span:
    """A part of a text: `area`, `road` (with its house number), `name` (estate, alias or building) or `door`."""

    start: int
    end: int
    kind: str


@dataclass(frozen=True, slots=True)
class Explained:
    """An answer with what it was read from.

    Attributes
    ----------
    spans : in the order of the text, none inside another.
    door : the most usual reading of the first door, None where none was read.
    """

    answer: Answer
    spans: tuple[Span, ...]
    door: Door | None


def explain(matcher: Matcher, text: str) -> Explained:
    """Answer a text and tell its parts."""
    spelled = normalise(text)
    found = matcher.names.find(spelled)
    hits = named(spelled, found, matcher.names) or near(spelled, found, matcher.names, matcher.typos)[:1]
    spans = [Span(mention.start, mention.end, "area") for mention in found.areas]
    numbered = {number.mention: number.end for number in found.numbers}
    spans += [Span(mention.start, numbered.get(mention, mention.end), "road") for mention in found.roads]
    for hit in hits:
        spans.append(Span(hit.name_start, hit.name_end, "name"))
        if hit.start < hit.name_start:
            spans.append(Span(hit.start, hit.name_start, "door"))
        elif hit.end > hit.name_end:
            spans.append(Span(hit.name_end, hit.end, "door"))
    doors = [hit.read.doors[0] for hit in hits if hit.read.doors]
    return Explained(matcher.match(text), in_original(text, spelled, spans), doors[0] if doors else None)


def in_original(text: str, spelled: str, spans: list[Span]) -> tuple[Span, ...]:
    """Move spans of a normalised text to the text as it was written.

    Examples
    --------
    >>> in_original("亭苑３ 栋", "亭苑3栋", [Span(0, 2, "name"), Span(2, 4, "door")])
    (Span(start=0, end=2, kind='name'), Span(start=2, end=5, kind='door'))
    """
    begins, ends = {}, {}
    for _tag, i1, i2, j1, j2 in SequenceMatcher(None, text[:LONGEST], spelled, autojunk=False).get_opcodes():
        for k in range(j2 - j1):
            begins[j1 + k] = min(i1 + k, max(i2 - 1, i1))
            ends[j1 + k] = i2 if j1 + k == j2 - 1 else min(i1 + k + 1, i2)
    moved: list[Span] = []
    reach = 0
    for span in sorted(spans, key=lambda span: (span.start, -span.end)):
        start, end = begins.get(span.start, 0), ends.get(span.end - 1, 0)
        if end > start >= reach:
            moved.append(Span(start, end, span.kind))
            reach = end
    return tuple(moved)
