"""The process of one job: `python -m geo.service.planning_worker`, its order as JSON on standard input."""

from __future__ import annotations

import json
import logging
import os
import secrets
import sys
import threading
import time
from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import copy_context
from typing import Any, NamedTuple

import numpy as np
import psycopg
import shapely
from numpy.typing import NDArray
from psycopg.types.json import Jsonb

from geo import i18n
from geo.core import zoning
from geo.core.planning.edit import Sheet
from geo.core.planning.ground import LAND, Ground
from geo.core.planning.rules import STREET_M, facts
from geo.core.planning.standard import Standard
from geo.errors import GridError
from geo.i18n import _
from geo.service import planning_strokes as strokes
from geo.service import planning_view as view
from geo.service.access import Viewer
from geo.service.planning_ground import CityFrame, Grounds, city_frame, units_of
from geo.service.planning_jobs import DRAFT, PROFILES, viewer_of
from geo.service.planning_work import base_places
from geo.store import planning as store
from geo.store.database import Database

log = logging.getLogger(__name__)

BEAT_S = 0.3
"""Seconds between two words of life: how long a cancelled job's process goes on at most."""
THREADS = 2
"""Divisions under way at once: the engine's compiled code runs beside Python; a division is the same in any thread."""
LOST = 3
"""Exit status of a process whose job is no longer its own."""
SIMPLER_M = 3.0
"""Small maps need no finer outlines."""


class Job:
    """A job under way, and the thread that says so.

    Parameters
    ----------
    order : as `planning_jobs.launch` writes it.
    """

    def __init__(self, order: dict[str, Any]) -> None:
        self.job_id = int(order["job_id"])
        self.viewer = viewer_of(order)
        self.db = Database(order["url"], min_size=1, max_size=2)
        self.worker = f"{os.getpid()}-{secrets.token_hex(4)}"
        self.progress, self.step = 0.0, ""
        self._ended = threading.Event()

    def claim(self) -> store.Row | None:
        """Take the job up; None where another process has, or it was cancelled."""
        with self.db.transaction(self.viewer.plan_scope) as conn:
            return store.one(conn, "claim_job", job_id=self.job_id, worker=self.worker)

    def beat(self) -> None:
        """Say again and again that the job lives; end the process where it is no longer its own."""
        while not self._ended.wait(BEAT_S):
            try:
                with self.db.transaction(self.viewer.plan_scope) as conn:
                    mine = store.run(
                        conn, "beat_job", job_id=self.job_id, worker=self.worker, progress=self.progress, step=self.step
                    )
            except GridError:
                continue  # the database may come back; if not, the job is said to be interrupted
            if not mine and not self._ended.is_set():
                os._exit(LOST)

    def end(self, status: str, message: str, proposals: list[dict[str, Any]]) -> None:
        """Write the end, with the proposals, in one transaction."""
        self._ended.set()
        with self.db.transaction(self.viewer.plan_scope) as conn:
            if not store.run(conn, "end_job", job_id=self.job_id, worker=self.worker, status=status, message=message):
                os._exit(LOST)
            for one in proposals:
                store.run(conn, "add_proposal", job_id=self.job_id, **{**one, **{k: Jsonb(one[k]) for k in _STORED}})


_STORED = ("figures", "places", "geometry")


def propose(job: Job, row: store.Row) -> list[dict[str, Any]]:
    """Divide every community of the job's area three times; what is read already is divided while the rest is read."""
    options = row["options"]
    grounds = Grounds()
    with job.db.transaction(job.viewer.plan_scope) as conn:
        codes = [one["code"] for one in store.rows(conn, "communities", area=row["area_code"])]
    told = _Told(job, len(codes) * len(PROFILES))
    asked: list[tuple[Ground, dict[str, str], CityFrame, list[Future[Any]]]] = []
    pool = ThreadPoolExecutor(THREADS)
    try:
        for community in codes:
            with job.db.transaction(job.viewer.plan_scope) as conn:
                city = city_frame(conn)
                ground = grounds.get(conn, city, community)
                base = base_places(conn, city, grounds, row["base_plan_id"], community)
                used = {f"{community}{n:03d}" for n in store.names(conn, "used_numbers", community=community)}
                held = locked(conn, grounds, job.viewer, options, ground)
            # A thread speaks the language of the one that asks it only if it is given its context.
            labels = [
                pool.submit(copy_context().run, divided, ground, city, base, used, options, profile, held)
                for profile in PROFILES
            ]
            for label in labels:
                label.add_done_callback(told.one_more)
            asked.append((ground, base, city, labels))
        sheets = [[(Sheet(ground, one.result()), base, city) for one in labels] for ground, base, city, labels in asked]
    finally:
        pool.shutdown(cancel_futures=True)
    return [
        proposal(profile, [three[at] for three in sheets], Standard.of(options)) for at, profile in enumerate(PROFILES)
    ]


class _Told:
    """How far a job is, told from the threads that do it.

    Parameters
    ----------
    count : divisions in all.
    """

    def __init__(self, job: Job, count: int) -> None:
        self._job, self._count, self._done = job, count, 0
        self._lock = threading.Lock()
        # Put into words here: the threads speak no language.
        communities = count // len(PROFILES)
        self._steps = [_("Community {done} of {count}", done=n + 1, count=communities) for n in range(communities)]

    def one_more(self, _division: Future[Any]) -> None:
        """Count a division that has ended."""
        with self._lock:
            self._done += 1
            self._job.progress = self._done / self._count * 0.97
            self._job.step = self._steps[min(self._done // len(PROFILES), len(self._steps) - 1)]


class Held(NamedTuple):
    """What a draft has locked in a community, and the community as the draft has it."""

    label: NDArray[Any]
    grids: frozenset[str]
    buildings: frozenset[str]


def locked(
    conn: psycopg.Connection, grounds: Grounds, viewer: Viewer, options: dict[str, Any], ground: Ground
) -> Held | None:
    """Return what the job's draft has locked in a community; None where nothing is."""
    if DRAFT not in options:
        return None
    work = strokes.begin(conn, grounds, viewer, options[DRAFT][0])
    locks = work.locks()
    grids = frozenset(grid for grid in locks["grids"] if grid.startswith(ground.community))
    buildings = frozenset(locks["buildings"]) & {*ground.number}
    if not grids and not buildings:
        return None
    label = work.sheet(ground.community)[0].label
    return Held(label, grids & {*label.tolist()}, buildings)


def divided(
    ground: Ground,
    city: CityFrame,
    base: dict[str, str],
    used: set[str],
    options: dict[str, Any],
    profile: str,
    held: Held | None = None,
) -> Any:
    """Divide one community; the answer does not depend on any other.

    Parameters
    ----------
    held : locks to be kept. The draft is the start then, not the plan in force: what is locked stands in the draft.
    """
    anew = options.get("from_plan") == "none"
    units = units_of(ground, city.crs)
    if held is not None:
        asked = {**options, "stability": 0.0} if anew else options
        wishes = view.options_of(asked, profile, locked_grids=held.grids, locked_buildings=held.buildings)
        return zoning.divide(units, wishes, previous=held.label, used=used, workers=1).grid_code
    wishes = view.options_of(options, profile)
    if anew or not any(base.values()):
        return zoning.divide(units, wishes, used=used, workers=1).grid_code
    return zoning.divide(units, wishes, previous=ground.labels(base), used=used, workers=1).grid_code


def proposal(profile: str, sheets: list[tuple[Sheet, dict[str, str], CityFrame]], standard: Standard) -> dict[str, Any]:
    """Return a profile's figures, places and small map."""
    counts, round_, arterials, moved = [], [], 0, 0
    features, places = [], {}
    for sheet, base, city in sheets:
        table = facts(sheet)
        counts += [grid.count(standard.unit) for grid in table.values()]
        round_ += [grid.polsby_popper for grid in table.values()]
        arterials += sum(grid.arterial_m > STREET_M for grid in table.values())
        grid_of = sheet.ground.grid_of(sheet.label)
        places[sheet.ground.community] = grid_of
        built = [place for place in grid_of if not place.startswith(LAND)]
        households = sheet.ground.place_households[[sheet.ground.number[place] for place in built]]
        old = np.array([base.get(place, "") for place in built], dtype=object)
        new = np.array([grid_of[place] for place in built], dtype=object)
        moved += sum(one.households_moved for one in zoning.changes(old, new, households)) if len(built) else 0
        features += _small(sheet, city, table)
    return {
        "profile": profile,
        "figures": {
            "grids": len(counts),
            "within": sum(standard.state(count) == "ok" for count in counts),
            "worst": round(max((abs(standard.deviation(count)) for count in counts), default=0.0), 4),
            "polsby_popper": round(float(np.mean(round_)) if round_ else 0.0, 3),
            "households_moved": int(moved),
            "arterials": int(arterials),
        },
        "places": places,
        "geometry": view.feature_collection(features),
    }


def _small(sheet: Sheet, city: CityFrame, table: Any) -> list[tuple[shapely.Geometry, dict[str, Any]]]:
    metric = view.outlines(sheet.ground, sheet.label, sheet.grids())
    simple = shapely.coverage_simplify(np.array([*metric.values()], dtype=object), SIMPLER_M)
    colour = view.colours(sheet)
    return [
        (shape, {"grid_code": grid, "households": table[grid].households, "colour": colour[grid]})
        for grid, shape in zip(metric, city.degrees(simple), strict=True)
    ]


def main() -> int:
    """Do the job named on standard input."""
    job = Job(json.load(sys.stdin))
    i18n.use(job.viewer.locale)
    row = job.claim()
    if row is None:
        return LOST
    threading.Thread(target=job.beat, daemon=True).start()
    try:
        job.end("done", "", propose(job, row))
    except GridError as error:
        job.end("failed", str(error), [])
    except (psycopg.Error, ArithmeticError, LookupError, ValueError, shapely.errors.ShapelyError):
        log.exception("job failed", extra={"action": "planning.job", "job_id": job.job_id})
        job.end("failed", _("The computation failed; the log of the server says why."), [])
    return 0


if __name__ == "__main__":
    begun = time.monotonic()
    status = main()
    log.info("job ended", extra={"action": "planning.job", "seconds": time.monotonic() - begun})
    sys.exit(status)
