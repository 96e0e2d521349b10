"""The choice of the map's one filled layer: four measures of the grids, or H3 cells of disputes."""

from __future__ import annotations

from dataclasses import replace

from dash.development.base_component import Component

from dashboard.pages.wall.context import Context
from dashboard.view.url import Layer
from geo.i18n import _
from geo.model import Measure


def measures(context: Context) -> list[Component]:
    """Build the choices; exactly one is chosen, so two layers are never filled at once."""
    state = context.state
    grids = [
        (name, replace(state, layer=Layer.GRIDS, measure=measure), state.measure is measure)
        for measure, name in _names().items()
    ]
    cells = [
        (_("Heat per 1,000"), replace(state, layer=Layer.DENSITY), Layer.DENSITY),
        (_("Heat count"), replace(state, layer=Layer.COUNT), Layer.COUNT),
    ]
    on_grids = state.layer is Layer.GRIDS
    return [
        *(context.link(name, target, "button", current=on_grids and same) for name, target, same in grids),
        *(context.link(name, target, "button", current=state.layer is layer) for name, target, layer in cells),
    ]


def _names() -> dict[Measure, str]:
    return {
        Measure.HOUSEHOLDS: _("Households"),
        Measure.OPEN_CASES: _("Open cases"),
        Measure.DISPUTE_DENSITY: _("Disputes per 1,000"),
        Measure.WORKLOAD: _("Workload"),
    }
