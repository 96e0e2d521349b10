"""The card of a picked grid: who is in charge, its figures, and the ways on."""

from __future__ import annotations

from typing import Any

from dash import dcc, html
from dash.development.base_component import Component

from dashboard.pages.wall.context import Context
from dashboard.view import url, values
from geo.core.figures import MapValues, Overview, Value
from geo.i18n import _
from geo.model import Level


def card(context: Context, overview: Overview, properties: dict[str, Any], shown: MapValues | None) -> list[Component]:
    """Build the card; nothing is picked, no card."""
    grid = context.state.grid
    if grid is None:
        return []
    name = next((place.name for place in overview.path if place.level is Level.GRID), grid)
    return [
        html.P([html.Span(name, className="card-title"), html.Span(_who(properties), className="caption")]),
        html.Dl([_part(title, value) for title, value in _parts(context, overview, shown)], className="card-parts"),
        html.Div(_ways(context, grid), className="card-buttons"),
    ]


def _who(properties: dict[str, Any]) -> str:
    captain, phone = properties.get("captain") or "", properties.get("phone") or ""
    said = _("captain {name}", name=f"{captain} {phone}".strip()) if captain else _("no captain on duty")
    places = [properties.get("subdistrict") or "", properties.get("community") or "", said]
    return " " + " · ".join(place for place in places if place)


def _parts(context: Context, overview: Overview, shown: MapValues | None) -> list[tuple[str, Component]]:
    total = overview.table.total
    parts = [
        (_("Households"), values.figure(total.households)),
        (_("Open cases"), values.figure(overview.figures.open)),
        (_("Workers on duty"), html.Span(str(total.workers))),
    ]
    value = _measured(context, shown)
    if shown is not None and value is not None:
        parts.insert(0, (_(shown.title), values.figure(value, 1 if shown.denominator else 0)))
    return parts


def _measured(context: Context, shown: MapValues | None) -> Value | None:
    return shown.values.get(context.state.grid or "") if shown and shown.denominator else None


def _part(title: str, value: Component) -> Component:
    return html.Div([html.Dt(title), html.Dd(value)])


def _ways(context: Context, grid: str) -> list[Component]:
    building = context.state.building
    ways: list[Component] = [dcc.Link(_("Open the grid"), href=f"/grid/{grid}", className="button button-main")]
    if building:
        ways.append(dcc.Link(_("Open the building"), href=f"/building/{building}", className="button button-main"))
    ways.append(context.link(_("Close"), url.picked(context.state, None), "button"))
    return ways
