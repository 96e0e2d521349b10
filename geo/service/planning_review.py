"""Review and publishing: a draft handed in, sent back, put into force by a second person, an old plan published again.

Publishing is one transaction: polygons of the changed communities are drawn from their cells, then the database's own
function makes the plan of them (`functions/publish.sql`), which holds every rule again. A kill leaves the old plan.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import psycopg
import shapely

from geo.core.planning.ground import LAND
from geo.core.planning.rules import facts, violations
from geo.errors import Conflict, InputError, NotAllowed, NotFound, PlanConflict, PlanError, PlanInvalid
from geo.i18n import N_, _, ngettext
from geo.service import planning_view as view
from geo.service.access import Viewer
from geo.service.planning_view import Json
from geo.service.planning_work import Work
from geo.store import planning as store

log = logging.getLogger(__name__)

REFUSALS: dict[str, str] = {
    "publish_scope": N_("This account reviews another area."),
    "publish_reviewer": N_("Only a reviewer publishes."),
    "plan_second_person": N_("Publishing needs a second person: who drew a draft does not publish it."),
    "draft_in_review": N_("This draft has not been handed in for review."),
    "draft_empty": N_("This draft changes nothing."),
    "draft_building_without_grid": N_("Buildings have come in since it was handed in: send it back."),
    "plan_unknown": N_("There is no such plan."),
    "plan_is_in_force": N_("This plan is in force already."),
}
"""Rules of the database by name, as sentences."""


@contextmanager
def refusals() -> Iterator[None]:
    """Turn the publishing function's refusals into sentences.

    Raises
    ------
    PlanConflict, PlanError
    """
    try:
        yield
    except psycopg.errors.CheckViolation as error:
        raise _refusal(error.diag.constraint_name or "") from error


def _refusal(rule: str) -> Exception:
    if rule == "draft_base":
        return stale()
    if rule in REFUSALS:
        sentence = REFUSALS[rule]
        return PlanError(_(sentence))
    return Conflict(_("A rule of the database was broken."), constraint=rule)


def stale() -> PlanConflict:
    """Say that a draft's base is no longer in force."""
    return PlanConflict(
        _("Another plan has come into force since this draft was begun."),
        hint=_("Start a new draft on the plan in force."),
    )


def hard(work: Work) -> list[str]:
    """Return the hard breaches of the changed communities, as sentences."""
    found = []
    for community in store.names(work.conn, "changed_communities", draft_id=work.draft.draft_id):
        sheet, _base = work.sheet(community)
        named = view.names(work.conn, community)
        found += [
            view.sentence(one, named[one.grid_code], work.standard)
            for one in violations(facts(sheet), work.standard)
            if one.hard
        ]
    return found


def ready(work: Work) -> Json:
    """Tell whether a draft can be handed in, and why not."""
    plan = store.one(work.conn, "plan_in_force")
    breaches = hard(work)
    changed = store.names(work.conn, "changed_communities", draft_id=work.draft.draft_id)
    why = ""
    if work.draft.status not in ("open", "sent_back"):
        why = _("This draft is under review or published and is not drawn on.")
    elif plan is None or plan["plan_id"] != work.draft.base_plan_id:
        why = str(stale())
    elif not changed:
        sentence = REFUSALS["draft_empty"]
        why = _(sentence)
    elif breaches:
        why = ngettext(
            "{n} hard breach is left: {first}", "{n} hard breaches are left: {first}", len(breaches), first=breaches[0]
        )
    return {"can": not why, "why": why, "hard": len(breaches)}


def submit(work: Work, revision: int) -> None:
    """Hand a draft in for review.

    Raises
    ------
    PlanConflict, PlanInvalid, InputError, NotAllowed
    """
    if not work.viewer.may.draws:
        raise NotAllowed(_("Only a planner draws."))
    if revision != work.draft.revision:
        raise InputError(_("The draft was changed in the meantime: look at it again and hand it in then."))
    state = ready(work)
    if state["can"]:
        store.run(work.conn, "hand_in", draft_id=work.draft.draft_id, actor=work.viewer.username)
        store.audit(work.conn, work.viewer.username, "draft.submitted", work.draft.draft_id, revision=revision)
        return
    if state["hard"]:
        raise PlanInvalid(state["why"], violations=hard(work), hint=_("Mend them: next problem leads to each."))
    plan = store.one(work.conn, "plan_in_force")
    if plan is None or plan["plan_id"] != work.draft.base_plan_id:
        raise stale()
    raise InputError(state["why"])


def withdraw(work: Work) -> None:
    """Take a draft back from review.

    Raises
    ------
    NotAllowed   the viewer does not draw, or it is not under review.
    """
    if not work.viewer.may.draws or work.draft.status != "in_review":
        raise NotAllowed(_("Only a draft under review is taken back, by a planner."))
    store.run(work.conn, "set_status", draft_id=work.draft.draft_id, status="open", note=work.draft.note)
    store.audit(work.conn, work.viewer.username, "draft.withdrawn", work.draft.draft_id)


def send_back(work: Work, note: str) -> None:
    """Send a draft back to its planner with a note.

    Raises
    ------
    NotAllowed   the viewer does not review it.
    InputError   the note is empty.
    """
    if not work.viewer.may.publishes or work.draft.status != "in_review":
        raise NotAllowed(_("Only a draft under review is sent back, by a reviewer."))
    if not note.strip():
        raise InputError(_("Write a note: the planner needs to know what to change."))
    store.run(work.conn, "set_status", draft_id=work.draft.draft_id, status="sent_back", note=note.strip()[:2000])
    store.audit(work.conn, work.viewer.username, "draft.sent_back", work.draft.draft_id)


def publish(work: Work) -> Json:
    """Put a draft into force.

    Raises
    ------
    NotAllowed     the viewer is no reviewer.
    PlanConflict   another plan has come into force.
    PlanInvalid    a hard rule is broken.
    PlanError      it is not under review, or its author publishes.
    """
    if not work.viewer.may.publishes:
        raise NotAllowed(_("Only a reviewer publishes."))
    draft = work.draft
    if breaches := hard(work):
        raise PlanInvalid(breaches[0], violations=breaches, hint=_("Send it back to be mended."))
    places: dict[str, str] = {}
    grids = 0
    store.run(work.conn, "clear_draft_grids", draft_id=draft.draft_id)
    for community in store.names(work.conn, "changed_communities", draft_id=draft.draft_id):
        sheet, _base = work.sheet(community)
        places |= {
            place: grid for place, grid in sheet.ground.grid_of(sheet.label).items() if not place.startswith(LAND)
        }
        grids += _draw(work, community, sheet)
    store.run(work.conn, "long_enough")
    with refusals():
        row = store.one(
            work.conn, "publish_draft", draft_id=draft.draft_id, actor=work.viewer.username,
            places=[*places], grids=[*places.values()],
        )  # fmt: skip
    assert row is not None  # the function gives one row or raises
    log.info("plan published", extra={"action": "planning.publish", **row})
    return row | {"grids": grids}


def _draw(work: Work, community: str, sheet: Any) -> int:
    """Write the polygons of a changed community's grids."""
    named = view.names(work.conn, community)
    metric = view.outlines(sheet.ground, sheet.label, sheet.grids())
    shapes = work.city.degrees(np.array([*metric.values()], dtype=object))
    for grid, shape in zip(metric, shapes, strict=True):
        whole = shapely.multipolygons([shape]) if shape.geom_type == "Polygon" else shape
        store.run(
            work.conn, "add_draft_grid", draft_id=work.draft.draft_id, grid_code=grid, community=community,
            name=named[grid], geom=shapely.to_wkb(shapely.set_srid(whole, 4326), hex=True, include_srid=True),
        )  # fmt: skip
    return len(metric)


def plans(conn: psycopg.Connection) -> list[Json]:
    """Return every published plan, newest first."""
    return [
        row | {name: row[name].isoformat() if row[name] else None for name in ("valid_from", "valid_to")}
        for row in store.rows(conn, "plans")
    ]


def rollback(conn: psycopg.Connection, viewer: Viewer, plan_id: int, reason: str) -> Json:
    """Publish an earlier plan again.

    Raises
    ------
    NotAllowed   the viewer is no reviewer of the whole city.
    InputError   no reason is given.
    NotFound     there is no such plan.
    """
    if not viewer.may.publishes:
        raise NotAllowed(_("Only a reviewer publishes."))
    if not reason.strip():
        raise InputError(_("Write why the earlier plan comes into force again."))
    if not any(row["plan_id"] == plan_id for row in store.rows(conn, "plans")):
        raise NotFound(_("There is no such plan."))
    store.run(conn, "long_enough")
    with refusals():
        row = store.one(conn, "republish_plan", plan_id=plan_id, actor=viewer.username, reason=reason.strip()[:2000])
    assert row is not None  # the function gives one row or raises
    log.info("plan published again", extra={"action": "planning.rollback", **row})
    return row
