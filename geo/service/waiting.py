"""The values of the review queue, as a page receives them: nothing here touches a database or a screen."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from geo.core.address.marks import Mark
from geo.core.address.places import Place
from geo.i18n import N_

KINDS: dict[str, str] = {
    "choice": N_("to choose"),
    "narrow": N_("to narrow"),
    "unknown": N_("not found"),
    "silent": N_("no address"),
}
"""Why a case waits: several places fit; the place is too wide for one grid; none fits; nothing was said."""

NOT_HERE: dict[str, str] = {
    "no_such_place": N_("No such place in the register"),
    "elsewhere": N_("Outside this city"),
    "too_vague": N_("Cannot be told from the text"),
    "not_built": N_("Built, but not registered yet"),
}
"""Reasons a case is marked as not in the register; the same set is a constraint of `review_act`."""


@dataclass(frozen=True, slots=True)
class Position:
    """Where a clerk is in the queue; one value, carried in the address.

    Attributes
    ----------
    area : code of a sub-district or community, `none` for cases without any, '' for all.
    kind : one of KINDS, '' for all.
    oldest : the oldest first; else by urgency: open cases by deadline, then closed ones.
    channel, case_no : the case on the screen, '' for the first.
    """

    area: str = ""
    kind: str = ""
    oldest: bool = False
    channel: str = ""
    case_no: str = ""

    @property
    def case(self) -> tuple[str, str]:
        """The key of the case."""
        return self.channel, self.case_no


@dataclass(frozen=True, slots=True)
class Waiting:
    """A line of the queue; `holder` has it on the screen now."""

    channel: str
    case_no: str
    kind: str
    address: str
    title: str
    match_reason: str
    reported_at: dt.datetime
    due_at: dt.datetime
    state: str
    community_code: str
    name_zh: str
    name_en: str
    holder: str | None

    @property
    def case(self) -> tuple[str, str]:
        """The key of the case."""
        return self.channel, self.case_no


@dataclass(frozen=True, slots=True)
class Candidate:
    """A place offered for a case: numbered, with its reason and on the map.

    Attributes
    ----------
    score : how much of the address was found, 0-1; None for one the clerk searched.
    grid_name, community_name : where it lies.
    geometry : GeoJSON, EPSG:4326.
    """

    place: Place
    score: float | None
    reason: str
    grid_name: str
    community_name: str
    geometry: dict[str, Any] = field(repr=False)


@dataclass(frozen=True, slots=True)
class CaseInReview:
    """One case with what the matcher says of its text.

    Attributes
    ----------
    text, title : '' where the viewer's role may not read the case.
    marks : the address cut into its parts.
    teachable : the name before the door that the register does not hold, '' for none.
    waits : False once somebody decided it.
    decided : who decided it and when.
    holder : somebody else who has it on the screen, and since when.
    now : the moment ages are counted to: the demo's own, else now.
    """

    channel: str
    case_no: str
    name_zh: str
    name_en: str
    title: str
    text: str = field(repr=False)
    address: str = field(repr=False)
    marks: tuple[Mark, ...]
    kind: str
    reason: str
    reported_at: dt.datetime
    due_at: dt.datetime
    closed: bool
    candidates: tuple[Candidate, ...]
    teachable: str
    waits: bool
    decided: tuple[str, dt.datetime] | None
    holder: tuple[str, dt.datetime] | None
    now: dt.datetime

    @property
    def case(self) -> tuple[str, str]:
        """The key of the case."""
        return self.channel, self.case_no


@dataclass(frozen=True, slots=True)
class Counter:
    """Waiting cases of one kind and reason with the age of the oldest and of the middle one; kind '' is all."""

    kind: str
    reason: str
    waiting: int
    open: int
    oldest: dt.datetime | None
    median: dt.datetime | None


@dataclass(frozen=True, slots=True)
class AreaCount:
    """Waiting cases whose sub-district or community is known."""

    code: str
    name: str
    level: str
    waiting: int


@dataclass(frozen=True, slots=True)
class Learned:
    """An alias that was taught in the review queue: what it stands for, by whom and when.

    Attributes
    ----------
    act_id : the lesson, to take it back by; mine : whether this viewer may.
    """

    act_id: int
    alias: str
    target: str
    actor: str
    at: dt.datetime
    mine: bool


@dataclass(frozen=True, slots=True)
class Queue:
    """The queue at one moment.

    Attributes
    ----------
    lines : the next waiting cases from the position on.
    waiting, before : filtered cases, and those of them before the case on the screen.
    unplaced, not_here : all cases without a grid, and those a person found in no register.
    learned, learned_count : the newest aliases that were taught, and how many there are in all.
    undo : the viewer's last decision, None where there is nothing to take back.
    now : the moment ages are counted to: the demo's own, else now.
    """

    position: Position
    lines: tuple[Waiting, ...]
    waiting: int
    before: int
    counters: tuple[Counter, ...]
    areas: tuple[AreaCount, ...]
    unplaced: int
    not_here: int
    learned: tuple[Learned, ...]
    learned_count: int
    undo: str | None
    read_at: dt.datetime
    now: dt.datetime


@dataclass(frozen=True, slots=True)
class Done:
    """What a decision did.

    Attributes
    ----------
    kind : placed, not_here, taught, undone, forgotten.
    case : the case decided; for an undo the one that waits again.
    place : words of the place; of an alias that is forgotten the alias.
    resolved : cases that have left the queue (or, undone, come back).
    """

    kind: str
    case: tuple[str, str]
    place: str = ""
    resolved: int = 1


@dataclass(frozen=True, slots=True)
class Lesson:
    """What teaching an alias would do: `naming` waiting cases say the name, `resolved` of them would be placed."""

    alias: str
    target: str
    naming: int
    resolved: int
