"""Places of cases read anew from their texts, after the register or the matcher has become better.

Shows first what would change; writes only when told to. Cases are taken in the order of their key, each chunk is one
transaction, and what is already as it should be is not written: a run that was killed is simply begun again, does
nothing twice and goes on where it was. A case that is closed keeps the place it was matched to, as does one whose door
or building the input named by its key.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pandas as pd
import psycopg

from geo.service.geocoding import city_register
from geo.service.linking import as_places
from geo.store import linking

log = logging.getLogger(__name__)

CHUNK = 20_000
"""Cases read, compared and written at a time."""
Progress = Callable[[int, int], None]
"""Told how many cases are done, and of how many."""
_FINENESS = {
    level: k for k, level in enumerate(("none", "community", "point", "road", "estate", "building", "dwelling"))
}


@dataclass
class Changes:
    """What re-geocoding changes, or would change.

    Attributes
    ----------
    kinds : cases by kind of change: unchanged, found (had no place), lost, asked (was matched, now a question),
        finer, coarser, moved (another place of the same level), other_grid (of all these: the grid differs too).
    """

    cases: int = 0
    kinds: Counter[str] = field(default_factory=Counter)

    @property
    def changed(self) -> int:
        """Cases whose place differs."""
        return self.cases - self.kinds["unchanged"]


def regeocode(conn: psycopg.Connection, *, apply: bool = False, progress: Progress | None = None) -> Changes:
    """Read the places of cases anew and compare; with `apply` write what differs.

    Parameters
    ----------
    conn : the owner's connection, outside a transaction.
    progress : told after each chunk.
    """
    with conn.transaction():
        register = city_register(conn)
        total = linking.count_regeocodable(conn)
    changes = Changes()
    for cases in _chunks(conn):
        found = register.place(cases)
        kinds = [_kind(old, new) for old, new in zip(_state(cases, "match_"), _state(found, ""), strict=True)]
        changes.cases += len(cases)
        changes.kinds.update(kinds)
        grids = zip(cases["grid_code"].tolist(), found["grid_code"].tolist(), strict=True)
        changes.kinds["other_grid"] += sum((old or "") != (new or "") for old, new in grids)
        if apply:
            _write(conn, cases, found)
        if progress:
            progress(changes.cases, total)
    log.info("regeocoded", extra={"action": "regeocode", "apply": apply, "cases": changes.cases, **changes.kinds})
    return changes


def _chunks(conn: psycopg.Connection) -> Iterator[pd.DataFrame]:
    """Yield the cases in the order of their key."""
    after = ("", "", "")
    while True:
        with conn.transaction():
            cases = linking.regeocodable(conn, after, CHUNK)
        if cases.empty:
            return
        yield cases
        last = cases.iloc[-1]
        after = (str(last["county_code"]), str(last["channel"]), str(last["case_no"]))


def _write(conn: psycopg.Connection, cases: pd.DataFrame, found: pd.DataFrame) -> None:
    with conn.transaction():
        linking.stage_places(conn, as_places(cases, found, whole=True))
        if linking.move_cases(conn):
            linking.bump(conn, ["cases"])
        linking.drop_places_staging(conn)


State = tuple[str, str, str, str]


def _state(frame: pd.DataFrame, prefix: str) -> list[State]:
    """Return status, level, dwelling and building of each row."""
    names = (f"{prefix}status", f"{prefix}level", "matched_dwelling", "matched_building")
    if not prefix:
        names = ("status", "level", "dwelling_id", "building_id")
    return [*zip(*(frame[name].fillna("").astype(str) for name in names), strict=True)]


def _kind(old: State, new: State) -> str:
    """Name what a new place means against the old one.

    Examples
    --------
    >>> _kind(("matched", "building", "", "b"), ("matched", "dwelling", "d", "b"))
    'finer'
    >>> _kind(("unmatched", "none", "", ""), ("matched", "estate", "", ""))
    'found'
    """
    if old == new:
        return "unchanged"
    if new[0] != old[0]:
        return "found" if new[0] == "matched" else "asked" if new[0] == "review" else "lost"
    finer = _FINENESS.get(new[1], 0) - _FINENESS.get(old[1], 0)
    return "finer" if finer > 0 else "coarser" if finer < 0 else "moved"
