"""What the page keeps in its address, so that a colleague can be sent it: area, draft, picked grid, the map's view."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from urllib.parse import parse_qs, urlencode

from geo.model import Level, level_of

LONGEST_QUERY = 500
NEW_GRID = "new"
"""Stands for the grid the next stroke will make."""


class View(StrEnum):
    """How the map shows draft and plan in force: one over the other, side by side under a handle, the draft alone."""

    OVERLAY = "overlay"
    SWIPE = "swipe"
    DRAFT = "draft"


@dataclass(frozen=True, slots=True)
class State:
    """The page's state.

    Attributes
    ----------
    area : code of a city, county, sub-district or community; None is the whole of the viewer's scope.
    draft : draft's number; None shows the plan in force.
    grid : picked grid, or `NEW_GRID`.
    """

    area: str | None = None
    draft: int | None = None
    grid: str | None = None
    view: View = View.OVERLAY

    def at(self, area: str | None) -> State:
        """Return the state of another area; a grid picked elsewhere is let go."""
        return replace(self, area=area, grid=None)


def read(search: str | None) -> State:
    """Read a query string; what can't be read is left out."""
    parts = {key: values[-1] for key, values in parse_qs((search or "").lstrip("?")[:LONGEST_QUERY]).items()}
    area, draft, grid = parts.get("area", ""), parts.get("draft", ""), parts.get("grid", "")
    wide = level_of(area) if area.isascii() and area.isdigit() else None
    return State(
        area=area if wide not in (None, Level.GRID) else None,
        draft=int(draft) if draft.isascii() and draft.isdigit() and len(draft) < 10 else None,
        grid=grid if grid == NEW_GRID or (grid.isdigit() and level_of(grid) is Level.GRID) else None,
        view=View(parts["view"]) if parts.get("view") in list(View) else View.OVERLAY,
    )


def write(state: State) -> str:
    """Write a query string; what is usual is left out."""
    view = None if state.view is View.OVERLAY else state.view.value
    parts = {"area": state.area, "draft": state.draft, "grid": state.grid, "view": view}
    said = urlencode({key: value for key, value in parts.items() if value is not None})
    return f"?{said}" if said else ""
