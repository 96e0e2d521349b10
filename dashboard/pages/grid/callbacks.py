"""Callbacks of the grid's page. Which of its three views a phone shows stands in the address, so Back undoes it."""

from __future__ import annotations

from dash import ClientsideFunction, Dash, Input, Output

from dashboard.pages.grid.ids import Ids
from dashboard.services import Services


def register(app: Dash, services: Services) -> None:
    """Add the page's callbacks; all of them run in the browser, since the views hold the same data."""
    app.clientside_callback(
        ClientsideFunction("grid", "view"), Output(Ids.ROOT, "data-view"), Input(Ids.PLACE, "search")
    )
