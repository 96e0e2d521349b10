"""The way from a draft to the plan in force: review by a second person, then publishing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from dashboard.pages.planner.address import State
from dashboard.pages.planner.book import Book
from dashboard.pages.planner.edits import Edit, Outcome, draft_of, read_again
from geo.i18n import _, ngettext

if TYPE_CHECKING:
    from geo.service.access import Viewer
    from geo.service.planning import Planning


def _submit(planning: Planning, viewer: Viewer, _edit: Edit, state: State, book: Book) -> Outcome:
    planning.submit(viewer, draft_of(state), book["revision"])
    return read_again(planning, viewer, state, _("Sent to review. Another person checks and publishes it."))


def _withdraw(planning: Planning, viewer: Viewer, _edit: Edit, state: State, _book: Book) -> Outcome:
    planning.withdraw(viewer, draft_of(state))
    return read_again(planning, viewer, state, _("The draft is yours again."))


def _send_back(planning: Planning, viewer: Viewer, edit: Edit, state: State, _book: Book) -> Outcome:
    planning.send_back(viewer, draft_of(state), str(edit.get("note") or ""))
    return read_again(planning, viewer, state, _("Sent back with your note."))


def _publish(planning: Planning, viewer: Viewer, _edit: Edit, state: State, _book: Book) -> Outcome:
    done = planning.publish(viewer, draft_of(state))
    grids = ngettext("{n} grid", "{n} grids", done["grids"])
    said = _("Published: {grids}, {cases}.", grids=grids, cases=_cases_moved(done))
    return read_again(planning, viewer, replace(state, draft=None, grid=None), said)


def _rollback(planning: Planning, viewer: Viewer, edit: Edit, state: State, _book: Book) -> Outcome:
    done = planning.rollback(viewer, int(edit["value"]), str(edit.get("reason") or ""))
    said = _("The earlier plan is in force again: {cases}.", cases=_cases_moved(done))
    return read_again(planning, viewer, replace(state, draft=None, grid=None), said)


def _cases_moved(done: Mapping[str, Any]) -> str:
    return ngettext("{n} open case moved", "{n} open cases moved", done["cases_moved"])


EDITS: dict[str, Callable[..., Outcome]] = {
    "submit": _submit,
    "withdraw": _withdraw,
    "send_back": _send_back,
    "publish": _publish,
    "rollback": _rollback,
}
"""What is asked of a draft's review, by kind."""
