"""From one reading to every panel of the wall, each built on its own: one that fails blanks no other."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable
from typing import Any

from dash import no_update
from dash.development.base_component import Component

from dashboard.components.markup import folded
from dashboard.pages.wall import card, categories, figures, measures, tables, trend, where
from dashboard.pages.wall.context import Context
from dashboard.pages.wall.reading import Reading
from dashboard.view import format, legend, places, states
from dashboard.view.url import Layer
from geo.core.figures import Age, MapValues, Plan
from geo.i18n import _, ngettext_noop

log = logging.getLogger(__name__)

GRIDS_COUNTED = ngettext_noop("{n} grid", "{n} grids")
CELLS_COUNTED = ngettext_noop("{n} cell", "{n} cells")


def panels(reading: Reading) -> dict[str, Any]:
    """Build what one user action changes beside the map's fill; keys are those of `callbacks.PANELS`."""
    here = reading.context
    builders: dict[str, Callable[[], Any]] = {
        "where": lambda: where.where(here, reading.overview.path, reading.overview.table.total, _house(reading)),
        "force": lambda: where.in_force(here, reading.overview.categories),
        "notes": lambda: where.notes(reading.notes),
        "figures": lambda: figures.figures(here, reading.overview.figures),
        "table": lambda: tables.children_table(here, reading.table, _classes(reading), reading.overview.unplaced),
        "ages": lambda: categories.ages(reading.ages, reading.overview.table.total.residents),
        "ledgers": lambda: tables.ledgers_table(here, reading.overview.ledgers),
        "categories": lambda: _categories(reading),
        "trend": lambda: trend.trend(here, reading.window),
        "trend_title": lambda: trend.title(reading.window),
        "periods": lambda: trend.periods(here),
        "card": lambda: card.card(reading),
        "measures": lambda: measures.measures(here),
    }
    return {name: built(name, build) for name, build in builders.items()}


def built(name: str, build: Callable[[], Any]) -> Any:
    """Build one panel; one that fails keeps what it shows, and assets/panels.js says so in it with a way to retry."""
    try:
        return folded(build())
    except Exception as error:
        kind = type(error).__name__
        log.error("panel failed", extra={"action": "panel.failed", "panel": name, "kind": kind}, exc_info=error)
        return no_update


def _house(reading: Reading) -> str:
    house = reading.house
    return places.building(house.estate, house.name, house.address or house.building_id) if house else ""


def _classes(reading: Reading) -> dict[str, int]:
    return reading.shown.classes if reading.shown else {}


def _categories(reading: Reading) -> list[Component]:
    overview = reading.overview
    return categories.categories(reading.context, overview.categories, overview.figures.received)


def key(here: Context, shown: MapValues, plan: Plan | None, age: Age) -> list[Component | None]:
    """Build the legend of the fill in sight."""
    counted = GRIDS_COUNTED if here.state.layer is Layer.GRIDS else CELLS_COUNTED
    return legend.legend(shown, plan, age.as_of, counted)


def read_at(age: Age, now: dt.datetime) -> list[Component | str]:
    """Build the data's age: when the page last asked, and the moment figures are of where that is not now."""
    if age.live:
        return [states.read_at(now)]
    of = f"{format.month_day(age.as_of.date())} {format.clock(age.as_of)}"
    return [_("as of {moment}", moment=of), states.read_at(now)]
