"""The wall's callbacks: the address is read by one, written by one; the rest only carries values to the map."""

from __future__ import annotations

from typing import Any

from dash import ClientsideFunction, Dash, Input, Output, State, ctx, no_update

from dashboard.pages.wall import answers, city, reading, steps
from dashboard.pages.wall.ids import Ids
from dashboard.services import Services
from dashboard.web import session

TOUCHES = (
    Input(Ids.RANGE, "value"),
    Input(Ids.PERIOD, "value"),
    Input(Ids.GRIDS, "n_clicks"),
    Input(Ids.BUILDINGS, "n_clicks"),
    Input(Ids.CELLS, "n_clicks"),
)
TOUCH = {
    "handles": State(Ids.RANGE, "value"),
    "handles_drawn": State(Ids.RANGE, "name"),
    "dates": State(Ids.PERIOD, "value"),
    "dates_drawn": State(Ids.PERIOD, "name"),
    "grid": State(Ids.GRIDS, "clickData"),
    "building": State(Ids.BUILDINGS, "clickData"),
    "cell": State(Ids.CELLS, "clickData"),
    "zoom": State(Ids.MAP, "zoom"),
}


def register(app: Dash, services: Services) -> None:
    """Add the wall's callbacks."""
    situation = services.situation
    again = (Input(Ids.VERSION, "data"), Input(Ids.RETRY, "data"))

    # The page is built with its figures in place (answers.put): nothing is asked again when it opens.
    @app.callback(answers.PANELS, Input(Ids.URL, "search"), *again, prevent_initial_call=True)
    def panels(search: str | None, *_again: Any) -> dict[str, Any]:
        return answers.panels(services, session.viewer(), search or "")

    app.clientside_callback(
        ClientsideFunction("gridmapWall", "view"),
        Output(Ids.VIEW, "data"),
        Input(Ids.URL, "search"),
        Input(Ids.MAP, "zoom"),
        State(Ids.VIEW, "data"),
    )

    @app.callback(city.FILL, Input(Ids.VIEW, "data"), *again, prevent_initial_call=True)
    def fill(view: dict[str, Any], *_again: Any) -> dict[str, Any]:
        return answers.fill(services, session.viewer(), view)

    @app.callback(
        output=Output(Ids.URL, "search"),
        inputs={"told": TOUCHES, "touched": TOUCH, "search": State(Ids.URL, "search")},
        prevent_initial_call=True,
    )
    def touched(told: Any, touched: dict[str, Any], search: str | None) -> Any:
        here, _notes = reading.context(situation, session.viewer(), search or "")
        target = steps.next_state(here, str(ctx.triggered_id), steps.Touch(**touched))
        return no_update if target is None else here.search(target)

    @app.callback(
        Output(Ids.VERSION, "data"),
        Output(Ids.AGE, "children"),
        Input(Ids.BEAT, "n_intervals"),
        State(Ids.VERSION, "data"),
        prevent_initial_call=True,
    )
    def beat(_beats: int | None, known: str | None) -> Any:
        version = situation.age().version
        return (no_update if known == version else version), answers.age(services)
