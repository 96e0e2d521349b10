"""Places of cases read anew from their texts, after the register or the matcher has become better.

Shows first what would change; writes only when told to. A run is a stored job: cases are taken in the order of their
key, each chunk is one transaction that also keeps how far the run is and what it counted. A run that was killed at any
moment is gone on with by the same command and ends as one that was not, unless the register or the threshold has
changed since: then it begins anew. A closed case keeps the place it was matched to, as does one whose door or building
the input named by its key, and one whose place a person has decided.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

import pandas as pd
import psycopg

from geo.core.address import scores
from geo.errors import StoreError
from geo.i18n import _
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


def regeocode(
    conn: psycopg.Connection,
    *,
    apply: bool = False,
    threshold: float = scores.THRESHOLD,
    progress: Progress | None = None,
    chunk: int = CHUNK,
) -> Changes:
    """Read the places of cases anew and compare; with `apply` write what differs.

    Parameters
    ----------
    conn : the owner's connection, outside a transaction.
    threshold : least probability of an answer given without a person.
    progress : told at the start and after each chunk; a run that is gone on with starts where it was.
    chunk : cases read, compared and written at a time.

    Raises
    ------
    StoreError   another run is under way.
    """
    if not linking.lock_regeocode(conn):
        raise StoreError(
            _("Places of cases are being read anew already."),
            hint=_("Wait until that has ended; it shows how far it is."),
        )
    try:
        return _run(conn, apply, threshold, progress or (lambda _done, _total: None), chunk)
    finally:
        if not conn.closed and not conn.broken:
            conn.rollback()
            linking.unlock_regeocode(conn)
            conn.commit()


def _run(conn: psycopg.Connection, apply: bool, threshold: float, tell: Progress, chunk: int) -> Changes:
    with conn.transaction():
        job = linking.open_regeocode_job(conn, writes=apply, threshold=threshold)
        register = city_register(conn, threshold=threshold)
    tell(job.cases, job.total)
    while True:
        with conn.transaction():
            cases = linking.regeocodable(conn, job, chunk)
            if cases.empty:
                linking.finish_regeocode_job(conn, job)
                break
            found = register.place(cases)
            if apply:
                _write(conn, cases, found)
            last = cases.iloc[-1]
            job = job._replace(
                cases=job.cases + len(cases),
                kinds=dict(Counter(job.kinds) + _counted(cases, found)),
                channel=str(last["channel"]),
                case_no=str(last["case_no"]),
            )
            linking.note_regeocode_job(conn, job)
        tell(job.cases, max(job.total, job.cases))
    changes = Changes(job.cases, Counter(job.kinds))
    log.info("regeocoded", extra={"action": "regeocode", "apply": apply, "cases": changes.cases, **changes.kinds})
    return changes


def _counted(cases: pd.DataFrame, found: pd.DataFrame) -> Counter[str]:
    """Count the kinds of change of a chunk."""
    kinds = Counter(_kind(old, new) for old, new in zip(_state(cases, "match_"), _state(found, ""), strict=True))
    grids = zip(cases["grid_code"].tolist(), found["grid_code"].tolist(), strict=True)
    kinds["other_grid"] = sum((old or "") != (new or "") for old, new in grids)
    return kinds


def _write(conn: psycopg.Connection, cases: pd.DataFrame, found: pd.DataFrame) -> None:
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
