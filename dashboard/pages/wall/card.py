"""The card of what is picked: a grid or a building with its figures and the ways on, or an H3 cell with its value."""

from __future__ import annotations

from typing import Any

from dash import dcc, html
from dash.development.base_component import Component

from dashboard.pages.wall.context import Context
from dashboard.pages.wall.reading import Reading
from dashboard.view import legend, places, url, values
from geo.core.figures import MapValues, State, Value
from geo.i18n import _
from geo.model import Level


def card(reading: Reading) -> list[Component]:
    """Build the card; nothing is picked, no card."""
    here = reading.context
    if here.state.cell and reading.cell:
        return _cell(here, here.state.cell, reading.cell)
    if here.state.grid is None and reading.house is None:
        return []
    return [
        html.P([html.Span(_title(reading), className="card-title"), html.Span(_who(reading), className="caption")]),
        html.Dl([_part(title, value) for title, value in _parts(reading)], className="card-parts"),
        html.Div(_ways(here), className="card-buttons"),
    ]


def _title(reading: Reading) -> str:
    if house := reading.house:
        return places.building(house.estate, house.name, house.address or house.building_id)
    return _grid_name(reading)


def _grid_name(reading: Reading) -> str:
    named = (place.name for place in reading.overview.path if place.level is Level.GRID)
    return next(named, reading.context.state.grid or "")


def _who(reading: Reading) -> str:
    properties: dict[str, Any] = reading.grid
    captain, phone = properties.get("captain") or "", properties.get("phone") or ""
    said = _("captain {name}", name=f"{captain} {phone}".strip()) if captain else _("no captain on duty")
    places_ = [properties.get("subdistrict") or "", properties.get("community") or ""]
    places_ += [_grid_name(reading)] if reading.house else []
    return " " + " · ".join(place for place in (*places_, said) if place)


def _parts(reading: Reading) -> list[tuple[str, Component]]:
    total = reading.overview.table.total
    figures = reading.overview.figures
    parts = [
        (_("Households"), values.figure(total.households)),
        (_("Open cases"), values.figure(figures.open)),
        (_("Workers on duty"), html.Span(str(total.workers))),
    ]
    shown, value = reading.shown, _measured(reading)
    if reading.house:
        parts.insert(2, (_("Received"), values.figure(figures.received)))
    elif shown is not None and value is not None:
        parts.insert(0, (_(shown.title), values.figure(value, legend.decimals(shown))))
    return parts


def _measured(reading: Reading) -> Value | None:
    shown = reading.shown
    return shown.values.get(reading.context.state.grid or "") if shown and shown.denominator else None


def _part(title: str, value: Component) -> Component:
    return html.Div([html.Dt(title), html.Dd(value)])


def _ways(context: Context) -> list[Component]:
    grid, building = context.state.grid, context.state.building
    ways: list[Component] = []
    if building:
        ways.append(dcc.Link(_("Open the building"), href=f"/building/{building}", className="button button-main"))
    if grid:
        ways.append(dcc.Link(_("Open the grid"), href=f"/grid/{grid}", className="button button-main"))
    up = url.picked(context.state, grid if building else None)
    return [*ways, context.link(_("Close"), up, "button")]


# An H3 cell ----------------------------------------------------------------------------------------------------------


def _cell(context: Context, cell: str, shown: MapValues) -> list[Component]:
    """Build a cell's card: its value, what was counted, over what, and how much of it is shown."""
    value, counted = shown.values[cell], shown.numerators[cell]
    parts = [_part(_(shown.numerator), values.figure(counted))]
    if of := shown.denominators.get(cell):
        parts.append(_part(_("Households"), values.figure(of)))
        rate = html.Dd(
            [values.figure(value, legend.decimals(shown)), html.Span(f" {_(shown.unit)}", className="caption")]
        )
        parts.insert(0, html.Div([html.Dt(_(shown.title)), rate]))
    close = context.link(_("Close"), url.celled(context.state, None), "button")
    return [
        html.P([html.Span(_("Hexagon"), className="card-title"), html.Span(f" {_state(value)}", className="caption")]),
        html.Dl(parts, className="card-parts"),
        html.Div(close, className="card-buttons"),
    ]


def _state(value: Value) -> str:
    """Say in words what kind of value it is: no data, hidden, merged, a band, zero and a figure never look alike."""
    if value.state is State.NO_DATA:
        return _("nobody lives here, so there is nothing to divide by")
    if value.state is State.HIDDEN:
        return _("fewer than 5, not shown exactly")
    if value.state is State.MERGED:
        return _("only known together with the hexagons around it")
    if value.state is State.BAND:
        return _("shown as a range")
    return _("no case in the period") if value.amount == 0 else _("exact")
