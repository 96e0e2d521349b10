"""What the wall shows of one address: built into the page when it opens, sent alone at every action after that."""

from __future__ import annotations

import datetime as dt
from typing import Any

from dash import Output, no_update
from dash.development.base_component import Component

from dashboard.components.markup import folded
from dashboard.pages.wall import city, reading, render
from dashboard.pages.wall.ids import Ids
from dashboard.services import Services
from dashboard.view.url import Layer
from geo.service.access import Viewer

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


def panels(services: Services, viewer: Viewer, search: str) -> dict[str, Any]:
    """Answer what stands beside the map; keys are those of `PANELS`."""
    return render.panels(reading.read(services.situation, viewer, search))


def fill(services: Services, viewer: Viewer, view: dict[str, Any]) -> dict[str, Any]:
    """Answer what the map's layers change to, and its legend; keys are those of `city.FILL`.

    Parameters
    ----------
    view : `search`, and the `zoom` where cells are shown, as assets/wall.js keeps it.
    """
    situation = services.situation
    here, _notes = reading.context(situation, viewer, view["search"])
    zoom = int(view["zoom"] or city.FIRST_ZOOM)
    shown = reading.fill(situation, viewer, here, zoom)
    legend = folded(render.key(here, shown, situation.plan(), situation.age()))
    return city.painted(services, viewer, here, shown, zoom) | {"legend": legend}


def age(services: Services) -> list[Component | str]:
    """Answer how old the data is."""
    found = services.situation.age()
    return folded(render.read_at(found, dt.datetime.now(found.as_of.tzinfo)))


def first_view(services: Services, viewer: Viewer, search: str) -> dict[str, Any]:
    """Return the view of an address before the map has said its zoom."""
    here, _notes = reading.context(services.situation, viewer, search)
    return {"search": search, "zoom": None if here.state.layer is Layer.GRIDS else city.FIRST_ZOOM}


def put(page: Component, services: Services, viewer: Viewer, view: dict[str, Any]) -> None:
    """Put the answers of a view into a page that has just been built, so that opening it takes no further request."""
    answers = ((PANELS, panels(services, viewer, view["search"])), (city.FILL, fill(services, viewer, view)))
    for outputs, values in answers:
        for name, output in outputs.items():
            if values[name] is not no_update:
                setattr(page[output.component_id], output.component_property, values[name])
            elif name in PANELS:
                _own_up(page, str(output.component_id))


def _own_up(page: Component, panel: str) -> None:
    """Show the line of a panel that could not be built: it stays empty, and can be asked for again."""
    for part in page._traverse():  # type: ignore[attr-defined]
        if panel in getattr(part, "data-faults", "").split():
            part.hidden = False  # type: ignore[attr-defined]
