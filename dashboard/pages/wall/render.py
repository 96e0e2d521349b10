"""From one reading to every panel of the wall; nothing here asks a service or a clock."""

from __future__ import annotations

import datetime as dt
from typing import Any

from dash.development.base_component import Component

from dashboard.pages.wall import card, categories, figures, measures, tables, trend, where
from dashboard.pages.wall.context import Context
from dashboard.pages.wall.reading import Reading
from dashboard.view import format, legend, states
from dashboard.view.url import Layer
from geo.core.figures import Age, MapValues, Plan
from geo.i18n import N_, _

GRIDS_COUNTED = N_("{n} grids")
CELLS_COUNTED = N_("{n} cells")


def panels(reading: Reading, shown: MapValues | None) -> dict[str, Any]:
    """Build what one user action changes beside the map's fill; keys are those of `callbacks.PANELS`."""
    here, overview = reading.context, reading.overview
    classes = shown.classes if shown else {}
    return {
        "where": where.where(here, overview.path, overview.table.total),
        "force": where.in_force(here, overview.categories),
        "notes": where.notes(reading.notes),
        "figures": figures.figures(here, overview.figures),
        "table": tables.children_table(here, reading.table, classes, overview.unplaced),
        "ages": categories.ages(reading.ages, overview.table.total.residents),
        "ledgers": tables.ledgers_table(here, overview.ledgers),
        "categories": categories.categories(here, overview.categories, overview.figures.received),
        "trend": trend.trend(here, reading.window),
        "trend_title": trend.title(reading.window),
        "periods": trend.periods(here),
        "card": card.card(here, overview, reading.grid, shown),
        "measures": measures.measures(here),
    }


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
