"""Proposals asked for, cancelled and adopted."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from dashboard.pages.planner.address import State
from dashboard.pages.planner.book import Book
from dashboard.pages.planner.edits import Edit, Outcome, read_again
from geo.standards import HOUSEHOLDS_PER_GRID

if TYPE_CHECKING:
    from geo.service.access import Viewer
    from geo.service.planning import Planning

PRESETS: dict[str, dict[str, Any]] = {
    "500": {"target": HOUSEHOLDS_PER_GRID, "tolerance": 0.1, "outer": 0.2, "band": None},
    "300-500": {"target": 400, "tolerance": 0.1, "outer": 0.2, "band": [300, 500]},
}


WORKLOAD_SHARE = 0.5
"""How much tasks count beside households where workload is balanced too."""


def options(edit: Edit) -> dict[str, Any]:
    """Read the engine's options from the form; a choice it does not offer is the usual one."""
    rule = PRESETS.get(str(edit.get("rule", "500")), PRESETS["500"])
    from_plan = "none" if edit.get("from_plan") == "none" else "in-force"
    unit = "persons" if edit.get("unit") == "persons" else "households"
    return {
        **rule,
        "unit": unit,
        "from_plan": from_plan,
        "stability": 1.0,
        "workload": float(edit.get("workload") or 0),
    }


def _adopt(planning: Planning, viewer: Viewer, edit: Edit, state: State, book: Book) -> Outcome:
    community = edit.get("grid") or None
    adopted = planning.adopt(
        viewer, int(edit["other"]), edit["value"], community=community, draft_id=state.draft, revision=book["revision"]
    )
    return read_again(planning, viewer, replace(state, draft=adopted["draft_id"], grid=None), adopted["sentence"])


def _propose(planning: Planning, viewer: Viewer, edit: Edit, state: State, book: Book) -> Outcome:
    planning.propose(viewer, book["area"]["code"], options(edit))
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
    found = next((job for job in planning.jobs(viewer) if area.startswith(job["area"])), None)
    if found is None:
        return [area, number, status], None
    return [area, number, status, found["job_id"], found["status"], found["progress"], found["step"]], found
