"""The wall's callbacks: the address is read by one, written by one; the rest only carries values to the map."""

from __future__ import annotations

import datetime as dt
from typing import Any

from dash import ClientsideFunction, Dash, Input, Output, State, ctx, no_update

from dashboard.components.markup import folded
from dashboard.pages.wall import city, reading, render, steps
from dashboard.pages.wall.ids import Ids
from dashboard.services import Services
from dashboard.view import url
from dashboard.web import session

PANELS = {
    "where": Output(Ids.WHERE, "children"),
    "force": Output(Ids.FORCE, "children"),
    "notes": Output(Ids.NOTES, "children"),
    "figures": Output(Ids.FIGURES, "children"),
    "table": Output(Ids.TABLE, "children"),
    "ages": Output(Ids.AGES, "children"),
    "ledgers": Output(Ids.LEDGERS, "children"),
    "categories": Output(Ids.CATEGORIES, "children"),
    "trend": Output(Ids.TREND, "children"),
    "trend_title": Output(Ids.TREND_TITLE, "children"),
    "periods": Output(Ids.PERIODS, "children"),
    "card": Output(Ids.CARD, "children"),
    "measures": Output(Ids.MEASURES, "children"),
}

TOUCHES = (
    Input(Ids.RANGE, "value"),
    Input(Ids.PERIOD, "value"),
    Input(Ids.GRIDS, "n_clicks"),
    Input(Ids.BUILDINGS, "n_clicks"),
)
TOUCH = {
    "handles": State(Ids.RANGE, "value"),
    "handles_drawn": State(Ids.RANGE, "name"),
    "dates": State(Ids.PERIOD, "value"),
    "dates_drawn": State(Ids.PERIOD, "name"),
    "grid": State(Ids.GRIDS, "clickData"),
    "building": State(Ids.BUILDINGS, "clickData"),
    "zoom": State(Ids.MAP, "zoom"),
}


def register(app: Dash, services: Services) -> None:
    """Add the wall's callbacks."""
    situation = services.situation

    @app.callback(PANELS, Input(Ids.URL, "search"), Input(Ids.VERSION, "data"))
    def panels(search: str | None, _version: str | None) -> dict[str, Any]:
        viewer = session.viewer()
        found = reading.read(situation, viewer, search or "")
        parts = render.panels(found, reading.grid_values(situation, viewer, found.context))
        return {name: folded(part) for name, part in parts.items()}

    app.clientside_callback(
        ClientsideFunction("gridmapWall", "view"),
        Output(Ids.VIEW, "data"),
        Input(Ids.URL, "search"),
        Input(Ids.MAP, "zoom"),
        State(Ids.VIEW, "data"),
    )

    @app.callback(city.FILL, Input(Ids.VIEW, "data"), Input(Ids.VERSION, "data"), prevent_initial_call=True)
    def fill(view: dict[str, Any], _version: str | None) -> dict[str, Any]:
        viewer = session.viewer()
        here, _notes = reading.context(situation, viewer, view["search"])
        zoom = int(view["zoom"] or city.FIRST_ZOOM)
        shown = reading.fill(situation, viewer, here, zoom)
        legend = folded(render.key(here, shown, situation.plan(), situation.age()))
        return city.painted(services, viewer, here, shown, zoom) | {"legend": legend}

    @app.callback(
        output=Output(Ids.URL, "search"),
        inputs={"told": TOUCHES, "touched": TOUCH, "search": State(Ids.URL, "search")},
        prevent_initial_call=True,
    )
    def touched(told: Any, touched: dict[str, Any], search: str | None) -> Any:
        here, _notes = reading.context(situation, session.viewer(), search or "")
        target = steps.next_state(here, str(ctx.triggered_id), steps.Touch(**touched))
        return no_update if target is None else url.write(target, here.today)

    @app.callback(
        Output(Ids.VERSION, "data"),
        Output(Ids.AGE, "children"),
        Input(Ids.BEAT, "n_intervals"),
        State(Ids.VERSION, "data"),
    )
    def beat(_beats: int | None, known: str | None) -> Any:
        age = situation.age()
        now = dt.datetime.now(age.as_of.tzinfo)
        return (no_update if known == age.version else age.version), folded(render.read_at(age, now))
