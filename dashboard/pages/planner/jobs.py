"""Proposals asked for, cancelled and adopted."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from dashboard.pages.planner.address import State
from dashboard.pages.planner.book import Book
from dashboard.pages.planner.edits import Edit, Outcome, read_again
from geo.errors import InputError
from geo.i18n import _
from geo.standards import HOUSEHOLDS_PER_GRID

if TYPE_CHECKING:
    from geo.service.access import Viewer
    from geo.service.planning import Planning

NUMBER = re.compile(r"\d{1,6}(\.\d{1,4})?")
PRESETS: dict[str, dict[str, Any]] = {
    "500": {"target": HOUSEHOLDS_PER_GRID, "tolerance": 0.1, "outer": 0.2, "band": None},
    "300-500": {"target": 400, "tolerance": 0.1, "outer": 0.2, "band": [300, 500]},
}
"""Sizes a grid may be asked to have, by name; another is given in numbers (`custom`)."""
WORKLOADS = ("0", "0.5", "1")
"""How much equal work counts beside equal counts: not at all, half as much, as much."""


def options(edit: Edit) -> dict[str, Any]:
    """Read the engine's options from the form; a choice it does not offer is the usual one.

    Raises
    ------
    InputError   a number can't be read or makes no sense.
    """
    rule = str(edit.get("rule", "500"))
    size = _custom(edit) if rule == "custom" else {**PRESETS.get(rule, PRESETS["500"]), "unit": "households"}
    workload = str(edit.get("workload", "0"))
    return {
        **size,
        "from_plan": "none" if edit.get("from_plan") == "none" else "in-force",
        "stability": _number(edit.get("stability", "1"), _("Weight of the boundaries in force")),
        "workload": float(workload) if workload in WORKLOADS else 0.0,
    }


def _custom(edit: Edit) -> dict[str, Any]:
    tolerance = _number(edit.get("tolerance"), _("Tolerance, %")) / 100
    outer = _number(edit.get("outer"), _("Outer limit, %")) / 100
    if not 0 < tolerance < 1 or not tolerance <= outer < 1:
        raise InputError(
            _("The tolerance lies between 0 and 100 %, and the outer limit is not below it."),
            hint=_("For example ±10 % and ±20 %."),
        )
    unit = "persons" if edit.get("unit") == "persons" else "households"
    target = _number(edit.get("target"), _("Target"))
    return {"target": target, "tolerance": tolerance, "outer": outer, "band": None, "unit": unit}


def _number(written: Any, name: str) -> float:
    """Read a number that is not below zero, as it was written by hand (NFKC: full-width digits count)."""
    text = unicodedata.normalize("NFKC", str(written or "")).replace(",", "").strip(" %")
    if not NUMBER.fullmatch(text):
        raise InputError(_("{name}: {text} is no number.", name=name, text=text or "–"), hint=_("For example 500."))
    return float(text)


def _adopt(planning: Planning, viewer: Viewer, edit: Edit, state: State, book: Book) -> Outcome:
    community = edit.get("grid") or None
    adopted = planning.adopt(
        viewer, int(edit["other"]), edit["value"], community=community, draft_id=state.draft, revision=book["revision"]
    )
    return read_again(planning, viewer, replace(state, draft=adopted["draft_id"], grid=None), adopted["sentence"])


def _propose(planning: Planning, viewer: Viewer, edit: Edit, state: State, book: Book) -> Outcome:
    planning.propose(viewer, book["area"]["code"], options(edit), state.draft)
    return state, book, None, ""


def _cancel(planning: Planning, viewer: Viewer, edit: Edit, state: State, book: Book) -> Outcome:
    planning.cancel(viewer, int(edit["value"]))
    return state, book, None, ""


EDITS: dict[str, Callable[..., Outcome]] = {"adopt": _adopt, "propose": _propose, "cancel": _cancel}
"""What is asked of proposals, by kind."""


def newest(planning: Planning, viewer: Viewer, book: Book) -> tuple[list[Any], Mapping[str, Any] | None]:
    """Return the newest job that covers the area, without its plans, with a token that changes when its panel must."""
    area, draft = book["area"]["code"], book["draft"]
    number, status = (draft["draft_id"], draft["status"]) if draft else (None, "")
    adopted = (draft.get("undo") or {}).get("proposal") if draft else None
    found = next((job for job in planning.jobs(viewer) if area.startswith(job["area"])), None)
    if found is None:
        return [area, number, status, adopted], None
    return [area, number, status, adopted, found["job_id"], found["status"], found["progress"], found["step"]], found
