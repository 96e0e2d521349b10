"""Proposals: the zoning engine run as a job in a process of its own, told of by rows.

A job belongs to the process that took it up; that process says every moment that it lives (`heartbeat_at`), and only
it may write the job's end. A process that has been silent for too long has lost its job: everybody is told it was
interrupted, and should it wake up again its next word finds no row and it ends. Cancelling is one update, so it holds
at once for everybody; the process finds its job gone at its next heartbeat and exits, whatever it is computing.
"""

from __future__ import annotations

import json
import logging
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import psycopg
from psycopg.types.json import Jsonb

from geo.core.planning.edit import Sheet
from geo.errors import InputError, NotAllowed, NotFound, PlanConflict
from geo.i18n import _
from geo.model import Level
from geo.service import planning_answer as answer
from geo.service import planning_strokes as strokes
from geo.service import planning_view as view
from geo.service.access import Role, Viewer
from geo.service.planning_ground import Grounds
from geo.service.planning_view import Json
from geo.service.planning_work import Work
from geo.store import planning as store

log = logging.getLogger(__name__)

ROOT = Path(__file__).parents[2]
PROFILES = ("balanced", "middle", "compact")
DRAFT = "draft"
"""Option of a job: the draft whose locks its proposals keep, and the revision they were read at."""


def locks_of(conn: psycopg.Connection, grounds: Grounds, viewer: Viewer, draft_id: int | None) -> Json:
    """Return the option that makes a job keep a draft's locks; nothing where there is no draft or lock."""
    if draft_id is None:
        return {}
    work = strokes.begin(conn, grounds, viewer, draft_id)
    return {DRAFT: [draft_id, work.draft.revision]} if any(work.locks().values()) else {}


def start(conn: psycopg.Connection, viewer: Viewer, area: str, plan_id: int, options: Mapping[str, Any]) -> int:
    """Write a job down and return its number; an equal one that is under way is joined.

    Raises
    ------
    NotAllowed   the viewer does not draw.
    InputError   an option makes no sense.
    """
    if not viewer.may.draws:
        raise NotAllowed(_("Only a planner draws."))
    view.options_of(options)
    values: Json = {"area": area, "plan_id": plan_id, "options": Jsonb(dict(options))}
    row = store.one(conn, "same_job", **values) or store.one(conn, "add_job", actor=viewer.username, **values)
    assert row is not None  # RETURNING of one inserted row
    return int(row["job_id"])


def launch(url: str, viewer: Viewer, job_id: int) -> subprocess.Popen[bytes]:
    """Start the process that takes a job up; what it needs to know goes through its standard input."""
    process = subprocess.Popen(
        [sys.executable, "-m", "geo.service.planning_worker"],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        cwd=ROOT,
        start_new_session=True,
    )
    order = {
        "url": url,
        "job_id": job_id,
        "username": viewer.username,
        "role": viewer.role.value,
        "level": viewer.level.value,
        "codes": list(viewer.codes),
        "locale": viewer.locale,
    }
    assert process.stdin is not None
    process.stdin.write(json.dumps(order).encode())
    process.stdin.close()
    log.info("job started", extra={"action": "planning.job", "job_id": job_id})
    return process


def viewer_of(order: Mapping[str, Any]) -> Viewer:
    """Return the account a job is done for."""
    return Viewer(
        order["username"], order["username"], Role(order["role"]), Level(order["level"]), tuple(order["codes"]),
        order["locale"],
    )  # fmt: skip


def told(row: store.Row, profiles: Sequence[Json] = ()) -> Json:
    """Return a job as the page shows it."""
    return {
        "job_id": row["job_id"],
        "area": row["area_code"],
        "base_plan_id": row["base_plan_id"],
        "status": row["status"],
        "progress": round(float(row["progress"]), 3),
        "step": row["step"],
        "message": row["message"]
        or (_("The process ended before its time.") if row["status"] == "interrupted" else ""),
        "created_by": row["created_by"],
        "created_at": row["created_at"].isoformat(),
        "options": row["options"],
        "profiles": [*profiles],
    }


def job(conn: psycopg.Connection, job_id: int) -> Json:
    """Return a job, with its proposals when it is done.

    Raises
    ------
    NotFound   there is none within the viewer's scope.
    """
    row = store.one(conn, "job", job_id=job_id)
    if row is None:
        raise NotFound(_("There is no such job."))
    found = store.rows(conn, "proposals", job_id=job_id) if row["status"] == "done" else []
    order = {profile: place for place, profile in enumerate(PROFILES)}
    found = [one | {"same": sorted(one["same"], key=order.__getitem__)} for one in found]
    return told(row, sorted(found, key=lambda one: order[one["profile"]]))


def cancel(conn: psycopg.Connection, viewer: Viewer, job_id: int) -> None:
    """Cancel a job; nothing where it has ended.

    Raises
    ------
    NotAllowed   the viewer does not draw.
    NotFound     there is none within the viewer's scope.
    """
    if not viewer.may.draws:
        raise NotAllowed(_("Only a planner draws."))
    if store.one(conn, "job", job_id=job_id) is None:
        raise NotFound(_("There is no such job."))
    store.run(conn, "cancel_job", job_id=job_id)


def adopt(work: Work, job_id: int, profile: str, community: str | None, revision: int) -> Json:
    """Take a proposal over into a draft, as one stroke: of all its communities, or of one.

    Raises
    ------
    PlanConflict   the proposal was made from another plan.
    InputError     it holds no such community, or changes nothing.
    Locked, DraftMoved, NotFound
    """
    strokes.drawable(work)
    row = store.one(work.conn, "job", job_id=job_id)
    found = store.one(work.conn, "proposal", job_id=job_id, profile=profile)
    if row is None or found is None:
        raise NotFound(_("There is no such proposal."))
    if row["base_plan_id"] != work.draft.base_plan_id:
        raise PlanConflict(
            _("This proposal was made from another plan than the draft."),
            hint=_("Propose anew, on a draft of the plan in force."),
        )
    wanted = {
        code: places
        for code, places in found["places"].items()
        if code.startswith(community or work.draft.area_code) and code.startswith(work.draft.area_code)
    }
    if not wanted:
        raise InputError(_("The proposal holds nothing of this place."))
    behind = store.strokes_since(work.conn, work.draft.draft_id, revision)
    strokes.refuse_overlap(work, behind, [*wanted])
    moves: dict[str, tuple[str, str]] = {}
    bases: dict[str, dict[str, str]] = {}
    for code, places in wanted.items():
        sheet, base = work.sheet(code)
        label = sheet.ground.labels(places)
        if sheet.moved(label):
            before = work.written(sheet, base)
            moves |= _moves(sheet, label, before)
            bases[code] = base
    if not moves:
        raise InputError(_("The draft is like this proposal already."))
    strokes.commit(work, "adopt", moves, {"job": job_id, "profile": profile}, bases)
    told_ = answer.many(work, "adopt", [*bases], len(moves), behind)
    return told_ | {"draft_id": work.draft.draft_id}


def _moves(sheet: Sheet, label: Any, before: Mapping[str, str]) -> dict[str, tuple[str, str]]:
    after = sheet.ground.grid_of(label)
    return {place: (before.get(place, ""), grid) for place, grid in after.items() if before.get(place, "") != grid}
