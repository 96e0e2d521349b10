"""Callbacks of the building's page: unpack, call the service, pack."""

from __future__ import annotations

from typing import Any

from dash import ClientsideFunction, Dash, Input, Output, State, ctx
from dash.development.base_component import Component

from dashboard.pages.building import household, picked
from dashboard.pages.building.address import building_key
from dashboard.pages.building.address import picked as read_place
from dashboard.pages.building.ids import Ids
from dashboard.services import Services
from dashboard.web import session


def register(app: Dash, services: Services) -> None:
    """Add the page's callbacks."""

    @app.callback(
        Output(Ids.PICKED, "children"),
        Input(Ids.PLACE, "search"),
        State(Ids.PLACE, "pathname"),
        prevent_initial_call=True,
    )
    def show_picked(search: str, path: str) -> list[Component]:
        page = services.linkage.building(session.viewer(), building_key(path))
        place = read_place(search)
        return picked.box(page, page.cell(*place) if place else None)

    @app.callback(
        Output(Ids.HOUSEHOLD, "children"),
        Input(Ids.OPENING, "data"),
        Input(Ids.PLACE, "search"),
        State(Ids.PLACE, "pathname"),
        prevent_initial_call=True,
    )
    def show_household(opening: dict[str, Any] | None, search: str, path: str) -> Component | None:
        place = read_place(search)
        if ctx.triggered_id != Ids.OPENING or not opening or not place:
            return None
        reason = str(opening.get("kind", "")), str(opening.get("words", ""))
        opened = services.linkage.open_household(session.viewer(), building_key(path), place, reason)
        return household.panel(opened, place)

    app.clientside_callback(ClientsideFunction("drill", "picked"), Input(Ids.PLACE, "search"))
    app.clientside_callback(ClientsideFunction("drill", "opened"), Input(Ids.HOUSEHOLD, "children"))
