"""Everything one user action changes, read once: the address becomes a state, the state becomes figures."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from dashboard.pages.wall.context import Context
from dashboard.view import url
from geo.core.figures import AgeGroup, AreaTable, MapValues, Overview, Series
from geo.errors import NotFound
from geo.i18n import _
from geo.model import Level, parent_code
from geo.service.access import Viewer

if TYPE_CHECKING:
    from geo.service.situation import Situation


@dataclass(frozen=True, slots=True)
class Reading:
    """The figures of one state.

    Attributes
    ----------
    context : the state and the day.
    notes : what of the address could not be used.
    overview : figures, ledgers, categories, way down, of the state's filters.
    table : children of the area in sight; of a grid, its community's grids.
    window : the trend's days, longer than the period.
    ages : people by age, of a community or a grid; empty above.
    grid : properties of the chosen grid (captain, phone, names), empty without one.
    """

    context: Context
    notes: tuple[str, ...]
    overview: Overview
    table: AreaTable
    window: Series
    ages: tuple[AgeGroup, ...]
    grid: dict[str, Any]


def context(situation: Situation, viewer: Viewer, search: str) -> tuple[Context, tuple[str, ...]]:
    """Read the address; what is not known or outside the viewer's area falls back, with a sentence."""
    today = situation.age().today
    state, notes = url.read(search, today, situation.category_codes())
    if state.figures.area and not _within(situation, viewer, state.figures.area):
        notes = (*notes, _("The area in the address does not exist or is outside your area; the whole area is shown."))
        state = url.moved(state, area=None)
    return Context(state, today), notes


def _within(situation: Situation, viewer: Viewer, area: str) -> bool:
    try:
        situation.path(viewer, area)
    except NotFound:
        return False
    return True


def read(situation: Situation, viewer: Viewer, search: str) -> Reading:
    """Read everything that stands beside the map."""
    here, notes = context(situation, viewer, search)
    filters = here.state.figures
    overview = situation.overview(viewer, filters)
    area = filters.area
    people = area if area and len(area) >= 12 else None
    return Reading(
        context=here,
        notes=notes,
        overview=overview,
        table=_siblings(situation, viewer, here.state) or overview.table,
        window=situation.series(viewer, replace(filters, start=_first(here), end=here.today)),
        ages=situation.pyramid(viewer, people) if people else (),
        grid=_properties(situation, viewer).get(here.state.grid or "", {}),
    )


def _first(here: Context) -> dt.date:
    return here.today - dt.timedelta(days=here.state.trend_days(here.today) - 1)


def _siblings(situation: Situation, viewer: Viewer, state: url.State) -> AreaTable | None:
    """Return a grid's community's grids, so that the list stays while the figures follow the grid."""
    community = parent_code(state.grid) if state.grid else None
    if community is None or viewer.level is Level.GRID:
        return None
    return situation.table(viewer, replace(state.filters, area=community))


def fill(situation: Situation, viewer: Viewer, here: Context, zoom: int) -> MapValues:
    """Read the values of the map's one filled layer, within the area in sight; a picked grid leaves them alone."""
    cells = here.state.layer is url.Layer.DENSITY
    return grid_values(situation, viewer, here) or situation.cells(viewer, here.state.filters, zoom, rate=cells)


def grid_values(situation: Situation, viewer: Viewer, here: Context) -> MapValues | None:
    """Read the values of the grids where the map shows them, for the swatches that tie rows to polygons."""
    return (
        situation.measure(viewer, here.state.filters, here.state.measure)
        if here.state.layer is url.Layer.GRIDS
        else None
    )


def _properties(situation: Situation, viewer: Viewer) -> dict[str, dict[str, Any]]:
    layer = situation.grids(viewer)
    return _parsed(layer.version, layer.text)


@lru_cache(maxsize=8)
def _parsed(version: str, text: str) -> dict[str, dict[str, Any]]:
    """Read a layer's properties; its version is opaque and of one scope, so nothing passes from viewer to viewer."""
    found = (feature["properties"] for feature in json.loads(text)["features"])
    return {properties["code"]: properties for properties in found}
