"""Where a touch leads: handles of the scrubber, dates of the calendar, polygons of the map, each to its next state."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from dashboard.pages.wall.context import Context
from dashboard.pages.wall.ids import Ids
from dashboard.view import url
from geo.model import CODE_DIGITS, Level


def scrubbed(here: Context, handles: Sequence[int] | None) -> url.State | None:
    """Return the state of the days between the handles; the trend keeps its length. None where nothing changes."""
    if not handles or len(handles) != 2:
        return None
    span = here.state.trend_days(here.today)
    first = here.today - dt.timedelta(days=span - 1)
    start, end = (first + dt.timedelta(days=int(step)) for step in sorted(handles))
    return _changed(here, here.period(start, min(end, here.today), span))


def dated(here: Context, dates: Sequence[str | None] | None) -> url.State | None:
    """Return the state of the calendar's period once both of its days are picked; None where nothing changes."""
    if not dates or len(dates) != 2 or not all(dates):
        return None
    start, end = sorted(dt.date.fromisoformat(str(day)[:10]) for day in dates)
    return _changed(here, here.period(start, end))


def tapped(here: Context, feature: Mapping[str, Any] | None) -> url.State | None:
    """Return the state of a touched polygon: a grid is picked (again: let go), a building with its grid."""
    properties = (feature or {}).get("properties", feature or {})
    grid = str(properties.get("grid_code") or properties.get("code") or "")
    if len(grid) != CODE_DIGITS[Level.GRID]:
        return None
    building = properties.get("building_id")
    if building is None and grid == here.state.grid:
        return url.picked(here.state, None)
    return url.picked(here.state, grid, str(building) if building else None)


def _changed(here: Context, target: url.State) -> url.State | None:
    same = (target.filters.start, target.filters.end) == (here.state.filters.start, here.state.filters.end)
    return None if same else target


def next_state(here: Context, trigger: str, values: Mapping[str, Any]) -> url.State | None:
    """Return the state a touch leads to, None where it leads nowhere.

    Parameters
    ----------
    here : the state in sight.
    trigger : id of what was touched.
    values : its value, by id.
    """
    value = values.get(trigger)
    if trigger == Ids.RANGE:
        return scrubbed(here, value)
    return dated(here, value) if trigger == Ids.PERIOD else tapped(here, value)
