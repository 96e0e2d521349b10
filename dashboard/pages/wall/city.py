"""The map of the wall: one filled layer, what stands over it, and what a touch on it says."""

from __future__ import annotations

from typing import Any

from dash import Output, html, no_update
from dash.development.base_component import Component

from dashboard.components import map as city_map
from dashboard.pages.wall.context import Context
from dashboard.pages.wall.ids import Ids
from dashboard.services import Services
from dashboard.view import states, values
from dashboard.view.markup import wild
from dashboard.view.url import Layer
from geo.core.figures import MapValues, State, Value
from geo.i18n import _, forms
from geo.service.access import Viewer

FIRST_ZOOM = 12
"""Zoom whose cells are shown until the map has said its own."""

FILL = {
    "grids": Output(Ids.GRIDS, "hideout"),
    "cells": Output(Ids.CELLS, "hideout"),
    "cells_url": Output(Ids.CELLS, "url"),
    "edges": Output(Ids.EDGES, "hideout"),
    "communities": Output(Ids.COMMUNITIES, "hideout"),
    "buildings": Output(Ids.BUILDINGS, "hideout"),
    "legend": Output(Ids.LEGEND, "children"),
}


def frame(services: Services, viewer: Viewer) -> Component:
    """Build the map with its legend, the choice of the fill, the card and the tools."""
    chosen = html.Div(id=Ids.MEASURES, className="measures", role="group", **_named("measure", _("Colour the map by")))
    key = html.Div(id=Ids.LEGEND, role="group", **_named("legend", _("Legend")))
    fault = states.fault([Ids.LEGEND, Ids.CARD, Ids.MEASURES], Ids.RETRY)
    card = html.Div(id=Ids.CARD, className="card float", role="status")
    return html.Section(
        [
            city_map.city_map(Ids.MAP, _layers(services, viewer), label=_("Map of the city"), whole=_("All")),
            html.Div([card, html.Div([chosen, key, fault], className="legend float")], className="floats"),
        ],
        className="map-frame",
        **wild({"aria-label": _("Map")}),
    )


def _named(testid: str, label: str) -> dict[str, Any]:
    return wild({"data-testid": testid, "aria-label": label})


def _layers(services: Services, viewer: Viewer) -> list[Component]:
    grids = f"/outlines/grids/{services.situation.grids(viewer).version}.json"
    communities = f"/outlines/communities/{services.situation.communities(viewer).version}.json"
    return [
        *city_map.ground(_tiles(services, viewer, "roads"), _tiles(services, viewer, "water")),
        city_map.fill(Ids.GRIDS, grids),
        city_map.fill(Ids.CELLS, None, {"key": "cell"}, over=True),
        city_map.grid_outlines(Ids.EDGES, grids),
        city_map.community_outlines(Ids.COMMUNITIES, communities),
        city_map.buildings(Ids.BUILDINGS, _tiles(services, viewer, "buildings")),
    ]


def _tiles(services: Services, viewer: Viewer, layer: str) -> str:
    return f"/tiles/{layer}/{services.tiles.version(viewer, layer)}/{{z}}/{{x}}/{{y}}.pbf"


def painted(services: Services, viewer: Viewer, here: Context, shown: MapValues, zoom: int) -> dict[str, Any]:
    """Return what the map's layers change to: values, never geometry."""
    digits = 1 if shown.denominator else 0
    on_grids = here.state.layer is Layer.GRIDS
    fill = {"classes": shown.classes, "text": {code: printed(value, digits) for code, value in shown.values.items()}}
    nothing: dict[str, Any] = {"classes": {}, "text": {}}
    view = {
        "selected": here.state.grid,
        "focus": here.state.filters.area,
        "detail": forms(
            "{households} household\n{captain} {phone}\n{code}", "{households} households\n{captain} {phone}\n{code}"
        ),
    }
    grids = {"key": "code", **(fill if on_grids else nothing)}
    return {
        "grids": grids,
        "cells": {"key": "cell", **_cell_words(services, here), **(nothing if on_grids else fill)},
        "cells_url": no_update if on_grids else _cells_url(services, viewer, zoom),
        "edges": {**grids, **view},
        "communities": {"key": "code", "selected": _community(here)},
        "buildings": {"selected": here.state.building, "grids": grids["classes"]},
    }


def _cell_words(services: Services, here: Context) -> dict[str, Any]:
    """Name the cells, which have no name, and give the outline of the picked one."""
    outline = services.situation.hexagon(here.state.cell) if here.state.cell else None
    return {"name": _("Hexagon"), "mark": outline and outline["geometry"]}


def _cells_url(services: Services, viewer: Viewer, zoom: int) -> str:
    return f"/outlines/cells/{services.situation.cell_layer(viewer, zoom).version}.json?zoom={zoom}"


def _community(here: Context) -> str | None:
    """Return the area to outline: the one in sight, unless a grid in it is picked and outlined itself."""
    return None if here.state.grid else here.state.filters.area


def printed(value: Value, digits: int) -> str:
    """Print a value as short as a polygon needs it; no data is one mark."""
    return _("none") if value.state is State.NO_DATA else values.text(value, digits)
