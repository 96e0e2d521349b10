"""Everything one user action changes, read once: the address becomes a state, the state becomes figures."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any

from dashboard.pages.wall.context import Context
from dashboard.view import url
from geo.core.figures import AgeGroup, AreaTable, MapValues, Overview, Series
from geo.errors import NotFound
from geo.i18n import _
from geo.model import CODE_DIGITS, Level, parent_code
from geo.service.access import Viewer

if TYPE_CHECKING:
    from geo.service.houses import House
    from geo.service.situation import Situation


@dataclass(frozen=True)
class Reading:
    """The figures of one state; each is read when its panel is built, so one that fails takes only its panel along.

    Attributes
    ----------
    situation, viewer : who is asked, and for whom.
    context : the state and the day.
    notes : what of the address could not be used.
    house : the picked building, None without one.
    """

    situation: Situation
    viewer: Viewer
    context: Context
    notes: tuple[str, ...]
    house: House | None = None

    @cached_property
    def overview(self) -> Overview:
        """Figures, ledgers, categories, way down, of the state's filters."""
        filters = self.context.state.figures
        if self.house:
            return self.situation.house_overview(self.viewer, filters, self.house)
        return self.situation.overview(self.viewer, filters)

    @cached_property
    def table(self) -> AreaTable:
        """The children of the area in sight; of a grid, its community's grids: the list stays, the figures follow."""
        state = self.context.state
        community = parent_code(state.grid) if state.grid else None
        if community is None or self.viewer.level is Level.GRID:
            return self.overview.table
        return self.situation.table(self.viewer, replace(state.filters, area=community))

    @cached_property
    def window(self) -> Series:
        """The trend's days, longer than the period."""
        here = self.context
        first = here.today - dt.timedelta(days=here.state.trend_days(here.today) - 1)
        filters = replace(here.state.figures, start=first, end=here.today)
        if self.house:
            return self.situation.house_series(self.viewer, filters, self.house)
        return self.situation.series(self.viewer, filters)

    @cached_property
    def ages(self) -> tuple[AgeGroup, ...]:
        """People by age, of a community, a grid or a building; empty above."""
        if self.house:
            return self.house.people
        area = self.context.state.figures.area
        return self.situation.pyramid(self.viewer, area) if area and len(area) >= CODE_DIGITS[Level.COMMUNITY] else ()

    @cached_property
    def grid(self) -> dict[str, Any]:
        """Properties of the picked grid (captain, phone, names), empty without one."""
        return _properties(self.situation, self.viewer).get(self.context.state.grid or "", {})

    @cached_property
    def shown(self) -> MapValues | None:
        """The values of the grids where the map shows them, for the swatches that tie rows to polygons."""
        return grid_values(self.situation, self.viewer, self.context)

    @cached_property
    def cell(self) -> MapValues | None:
        """The values of the H3 cells of the picked one's size, None without a picked one."""
        state = self.context.state
        if state.cell is None:
            return None
        rate = state.layer is url.Layer.DENSITY
        return self.situation.cells_like(self.viewer, state.filters, state.cell, rate=rate)


def context(situation: Situation, viewer: Viewer, search: str) -> tuple[Context, tuple[str, ...]]:
    """Read the address; what is not known or outside the viewer's area falls back, with a sentence."""
    today = situation.age().today
    usual = situation.usual_measure(viewer)
    state, notes = url.read(search, today, situation.category_codes(), usual)
    if state.figures.area and not _within(situation, viewer, state.figures.area):
        notes = (*notes, _("The area in the address does not exist or is outside your area; the whole area is shown."))
        state = url.moved(state, area=None)
    return Context(state, today, usual), notes


def _within(situation: Situation, viewer: Viewer, area: str) -> bool:
    try:
        situation.path(viewer, area)
    except NotFound:
        return False
    return True


def read(situation: Situation, viewer: Viewer, search: str) -> Reading:
    """Read the address for everything that stands beside the map."""
    here, notes = context(situation, viewer, search)
    state, house = here.state, None
    if state.building:
        try:
            house = situation.house(viewer, state.building)
            state = replace(state, grid=house.grid_code or None)
        except NotFound:
            notes = (*notes, _("The building in the address does not exist or is outside your area."))
            state = replace(state, building=None)
    if state.cell and not situation.has_cell(viewer, state.filters, state.cell):
        notes = (*notes, _("The hexagon in the address is not on this map; it was left out."))
        state = replace(state, cell=None)
    return Reading(situation, viewer, replace(here, state=state), notes, house)


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
