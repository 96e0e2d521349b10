"""Where a touch leads: handles of the scrubber, dates of the calendar, polygons of the map, each to its next state.

Dash calls back not only when a finger moves a control but also when the page draws it anew, and by then the address
may already be another (Back, pressed twice). A control therefore carries in its name what it was drawn with: a value
equal to it is nobody's wish, and the handles' days are counted from the day they were drawn for.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dashboard.components.map import BUILDINGS_REPLACE_GRIDS_FROM_ZOOM
from dashboard.pages.wall.context import Context
from dashboard.pages.wall.ids import Ids
from dashboard.view import url
from geo.model import CODE_DIGITS, Level


@dataclass(frozen=True, slots=True)
class Touch:
    """Everything that can be touched without being a link, as the browser sends it.

    Attributes
    ----------
    handles, handles_drawn : days of the two handles from the trend's first; what `drawn_handles` gave them.
    dates, dates_drawn : the calendar's two days; what `drawn_dates` gave them.
    grid, building : the touched polygon of the map.
    cell : the touched H3 cell.
    zoom : of the map; below the one where buildings take the grids' place, a touch on a building means its grid.
    """

    handles: Sequence[int] | None = None
    handles_drawn: str | None = None
    dates: Sequence[str | None] | None = None
    dates_drawn: str | None = None
    grid: Mapping[str, Any] | None = None
    building: Mapping[str, Any] | None = None
    cell: Mapping[str, Any] | None = None
    zoom: float | None = None


def drawn_handles(first: dt.date, handles: Sequence[int]) -> str:
    """Write what the scrubber is drawn with: the trend's first day and the handles."""
    return f"{first.isoformat()}/{handles[0]}/{handles[1]}"


def drawn_dates(start: dt.date, end: dt.date) -> str:
    """Write what the calendar is drawn with."""
    return f"{start.isoformat()}/{end.isoformat()}"


def scrubbed(here: Context, touch: Touch) -> url.State | None:
    """Return the state of the days between the handles; the trend keeps its length. None where nothing was moved."""
    if not touch.handles or not touch.handles_drawn:
        return None
    first = dt.date.fromisoformat(touch.handles_drawn.split("/")[0])
    low, high = sorted(touch.handles)
    if drawn_handles(first, (low, high)) == touch.handles_drawn:
        return None
    start, end = first + dt.timedelta(days=low), min(first + dt.timedelta(days=high), here.today)
    return here.period(start, end, (here.today - first).days + 1)


def dated(here: Context, touch: Touch) -> url.State | None:
    """Return the state of the calendar's period once both of its days are picked; None where nothing was picked."""
    if not touch.dates or not all(touch.dates):
        return None
    start, end = sorted(dt.date.fromisoformat(str(day)[:10]) for day in touch.dates)
    return None if drawn_dates(start, end) == touch.dates_drawn else here.period(start, end)


def tapped(here: Context, feature: Mapping[str, Any] | None, *, near: bool = False) -> url.State | None:
    """Return the state of a touched polygon: a grid is picked, from nearby a building with its grid; again: let go.

    The ground beside a picked building lets only the building go, its grid stays.
    """
    properties = _properties(feature)
    grid = str(properties.get("grid_code") or properties.get("code") or "")
    if len(grid) != CODE_DIGITS[Level.GRID]:
        return None
    building = str(properties.get("building_id") or "") if near else ""
    if building:
        return url.picked(here.state, grid, None if building == here.state.building else building)
    again = grid == here.state.grid and not here.state.building
    return url.picked(here.state, None if again else grid)


def celled(here: Context, feature: Mapping[str, Any] | None) -> url.State | None:
    """Return the state of a touched H3 cell; again: let go. None where the map shows grids."""
    cell = str(_properties(feature).get("cell") or "")
    if not cell or here.state.layer is url.Layer.GRIDS:
        return None
    return url.celled(here.state, None if cell == here.state.cell else cell)


def _properties(feature: Mapping[str, Any] | None) -> Mapping[str, Any]:
    return (feature or {}).get("properties", feature or {})


def next_state(here: Context, trigger: str, touch: Touch) -> url.State | None:
    """Return the state a touch leads to, None where it leads nowhere; `trigger` is the id of what was touched."""
    if trigger == Ids.RANGE:
        return scrubbed(here, touch)
    if trigger == Ids.PERIOD:
        return dated(here, touch)
    if trigger == Ids.CELLS:
        return celled(here, touch.cell)
    near = (touch.zoom or 0) >= BUILDINGS_REPLACE_GRIDS_FROM_ZOOM
    return tapped(here, touch.building, near=near) if trigger == Ids.BUILDINGS else tapped(here, touch.grid)
