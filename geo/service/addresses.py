"""Addresses for whoever is signed in: match a text, a batch, what is still being typed; one matcher, cut to the viewer.

Each process keeps one index of the whole city and looks at the layers' versions at most once a second. Where areas,
buildings, dwellings, grids or aliases have changed, a new index is made beside the old one, which answers until then:
an edit of the register needs no restart. Nothing a text says is kept or logged.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from geo.core.address import places, scores
from geo.core.address.answer import MATCHED, OUTSIDE, REVIEW, UNMATCHED, Answer
from geo.core.address.explain import Explained, explain
from geo.core.address.marks import Marker
from geo.core.address.places import Place
from geo.core.address.suggest import Suggester, Suggestion
from geo.core.geocode import Register
from geo.errors import GridError
from geo.service.access import Viewer
from geo.service.memory import RECHECK_S, WHOLE_CITY
from geo.store import situation as store
from geo.store.database import Database
from geo.store.register import register_frames

log = logging.getLogger(__name__)

LAYERS = ("areas", "buildings", "dwellings", "grids", "aliases")
"""What the index is made of."""
LONGEST_TYPED = 60
"""Characters of what is being typed that are read."""
Versions = tuple[int, ...]


@dataclass(frozen=True)
class Index:
    """The city's register and its names at one state of the data; `marker` colours the parts of a text."""

    versions: Versions
    register: Register
    suggester: Suggester
    marker: Marker

    @classmethod
    def of(cls, register: Register, versions: Versions = ()) -> Index:
        """Make everything that stands on one register."""
        names = register.matcher.names
        return cls(versions, register, Suggester(register.stock, names), Marker(names.kinds(register.stock.estate)))

    def knows(self, name: str) -> bool:
        """Tell whether a name stands for something already: it then can't become an alias of something else."""
        return self.register.matcher.names.knows(name)

    def offered(self, viewer: Viewer, text: str) -> tuple[Answer, list[Place]]:
        """Answer a text and return what it leaves to choose from, within the viewer's codes."""
        answer = self.register.matcher.match(text)
        found = places.offered(self.register, answer)
        return answer, [place for place in found if viewer.sees(place.grid_code or place.community_code)]


@dataclass(frozen=True, slots=True)
class Matched:
    """What became of a text.

    Attributes
    ----------
    status : `matched`, `review` or `unmatched`; reason : a message id (translate it with `geo.i18n._`).
    score : probability that the place is right; threshold : least one that is given without a person.
    spans : parts of the text for colouring (start, end, kind: area, road, name, door).
    parts : building, unit, floor, room as they were read; empty = not said.
    candidates : at most five, best first.
    """

    status: str
    reason: str
    score: float
    threshold: float
    corrected: str
    place: Place
    candidates: tuple[Place, ...]
    spans: tuple[tuple[int, int, str], ...]
    parts: dict[str, str]


class Addresses:
    """The one door to address matching for pages, forms and the API.

    Parameters
    ----------
    db : the application's pool.
    threshold : least probability of an answer given without a person (GRIDMAP_MATCH_THRESHOLD).
    recheck_s : seconds between two looks at the data versions.
    """

    def __init__(self, db: Database, threshold: float = scores.THRESHOLD, recheck_s: float = RECHECK_S) -> None:
        self._db, self._threshold, self._recheck_s = db, threshold, recheck_s
        self._lock = threading.Lock()
        self._index: Index | None = None
        self._checked = float("-inf")
        self._making: threading.Thread | None = None

    def match(self, viewer: Viewer, text: str) -> Matched:
        """Answer one text with everything a page shows of it."""
        index = self.current()
        explained = explain(index.register.matcher, text)
        return self._told(index, viewer, explained)

    def match_many(self, viewer: Viewer, texts: Sequence[str]) -> list[Answer]:
        """Answer many texts; answers outside the viewer's codes say so and nothing else."""
        register = self.current().register
        sees = _sees(register, viewer)
        return [_cut(register.matcher.match(text), viewer, sees, register) for text in texts]

    def suggest(self, viewer: Viewer, typed: str, limit: int = 8) -> list[Suggestion]:
        """Return what a text that is still being typed may become, pinyin initials included."""
        index = self.current()
        return index.suggester.suggest(typed[:LONGEST_TYPED], limit, _sees(index.register, viewer))

    def choices(self, viewer: Viewer, typed: str, limit: int = 8) -> list[Place]:
        """Return the places that can be chosen of what is suggested: of an estate over several grids its parts."""
        return places.suggested(self.current().register, self.suggest(viewer, typed, limit))[:limit]

    def warm(self) -> None:
        """Make the index beside what is being served, so that the first search does not wait for it."""
        with self._lock:
            if self._index is None and self._making is None:
                self._start(self._first)

    def current(self) -> Index:
        """Return the newest index; while a newer one is being made, the last."""
        index = self._index
        if index is not None and time.monotonic() - self._checked < self._recheck_s:
            return index
        first = self._making
        if index is None and first is not None:
            first.join()
        with self._lock:
            if self._index is None:
                self._index = self._make(self._versions())
            elif time.monotonic() - self._checked >= self._recheck_s:
                self._renew(self._index)
            self._checked = time.monotonic()
            return self._index

    def close(self) -> None:
        """Wait for an index that is being made; call it before the pool is closed."""
        if self._making is not None:
            self._making.join()

    def _renew(self, index: Index) -> None:
        """Make a new index beside the old one where the data has changed."""
        if self._making is not None and self._making.is_alive():
            return
        versions = self._versions()
        if versions != index.versions:
            self._start(lambda: self._replace(versions))

    def _start(self, work: Callable[[], None]) -> None:
        self._making = threading.Thread(target=self._safely, args=(work,), name="address-index", daemon=True)
        self._making.start()

    @staticmethod
    def _safely(work: Callable[[], None]) -> None:
        """Keep the old index where a new one can't be made now; the next look tries again."""
        try:
            work()
        except GridError as error:
            log.warning("no address index", extra={"action": "addresses.index", "error": type(error).__name__})

    def _first(self) -> None:
        self._replace(self._versions())

    def _replace(self, versions: Versions) -> None:
        self._index = self._make(versions)

    def _versions(self) -> Versions:
        with self._db.transaction(WHOLE_CITY) as conn:
            layers = store.versions(conn).layers
        return tuple(layers[layer] for layer in LAYERS)

    def _make(self, versions: Versions) -> Index:
        begun = time.monotonic()
        with self._db.transaction(WHOLE_CITY) as conn:
            store.allow_long_reads(conn)
            frames = register_frames(conn)
        index = Index.of(Register.build(*frames, threshold=self._threshold), versions)
        seconds = round(time.monotonic() - begun, 2)
        log.info("address index made", extra={"action": "addresses.index", "seconds": seconds})
        return index

    def _told(self, index: Index, viewer: Viewer, explained: Explained) -> Matched:
        register = index.register
        answer = _cut(explained.answer, viewer, _sees(register, viewer), register)
        door = explained.door
        parts = dict(zip(("building", "unit", "floor", "room"), door[:4], strict=True)) if door else {}
        if door and door.several:
            parts["building"] = "、".join(door.several)
        candidates = (places.of_key(register, key) for key in answer.candidates)
        return Matched(
            answer.status,
            answer.reason,
            answer.score,
            self._threshold,
            answer.corrected,
            places.of_answer(register, answer),
            tuple(place for place in candidates if place),
            tuple((span.start, span.end, span.kind) for span in explained.spans),
            {name: str(value) for name, value in parts.items()},
        )


def _sees(register: Register, viewer: Viewer) -> Callable[[int], bool]:
    """Return a test whether a building (by position) lies within the viewer's codes."""
    if not viewer.codes:
        return lambda _building: True
    stock = register.stock
    return lambda building: (stock.grid[building] or stock.community[building]).startswith(viewer.codes)


def _cut(answer: Answer, viewer: Viewer, sees: Callable[[int], bool], register: Register) -> Answer:
    """Leave of an answer what the viewer may see; a place outside is said to be outside, not which one."""
    if not viewer.codes:
        return answer
    candidates = tuple(key for key in answer.candidates if sees(register.building_of(key)))
    code = answer.grid or answer.community
    inside = sees(answer.building) if answer.building >= 0 else code.startswith(viewer.codes)
    if answer.status == MATCHED and not inside:
        return Answer(UNMATCHED, reason=OUTSIDE)
    if answer.status == REVIEW and not candidates and not inside:
        return Answer(UNMATCHED, reason=OUTSIDE)
    return replace(answer, candidates=candidates)
