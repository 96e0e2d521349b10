"""The map of one grid (网格): its buildings, a few dozen polygons and so plain GeoJSON, on the city's own ground.

Buildings outside the grid are grey footprints from the vector tiles, which hold only what the viewer may see. Marks,
names and colours are drawn by assets/buildingmap.js.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import dash_leaflet as dl
from dash import html
from dash.development.base_component import Component

from dashboard.components import map as city_map
from dashboard.services import Services
from dashboard.view import buildingmap
from dashboard.view.markup import wild
from geo.i18n import _
from geo.service.access import Viewer
from geo.service.drill import Building, GridFacts

FIRST_CENTER: Any = [39.0, 106.4]
"""Where the map stands until its script has moved it onto the grid."""
NOBODYS = "-"
"""A scope no building lies in: every building of the tiles is then a neighbour, drawn grey."""


def grid_map(
    map_id: str,
    services: Services,
    viewer: Viewer,
    grid: GridFacts,
    buildings: Sequence[Building],
    chosen: str | None = None,
) -> Component:
    """Build the map; its first view is the grid.

    Parameters
    ----------
    buildings : of the grid, with the counts the viewer may see.
    chosen : key of the building that is selected.
    """
    edge = {"type": "Feature", "properties": {}, "geometry": grid.geometry}
    own = dl.GeoJSON(
        id=f"{map_id}-buildings",
        data=buildingmap.features(buildings, chosen),
        pane="gm-buildings",
        style={"variable": "buildingmap.style"},
        onEachFeature={"variable": "buildingmap.each"},
        pointToLayer={"variable": "buildingmap.point"},
    )
    layers = [
        *city_map.ground(_tiles(services, viewer, "roads"), _tiles(services, viewer, "water")),
        city_map.TileOverlay(
            url=_tiles(services, viewer, "buildings"),
            layer="buildings",
            pane="gm-buildings",
            minZoom=city_map.BUILDINGS_FROM_ZOOM,
            maxNativeZoom=18,
            touchable=False,
            hideout={"scope": NOBODYS},
        ),
        _line(edge, "edgeCasing"),
        _line(edge, "edge"),
        own,
    ]
    view = dl.Map(
        [*layers, city_map.scale()],
        id=map_id,
        center=FIRST_CENTER,
        zoom=16,
        minZoom=city_map.MIN_ZOOM,
        maxZoom=city_map.MAX_ZOOM,
        zoomControl=False,
        attributionControl=False,
        zoomSnap=0.25,
    )
    tools = [
        city_map.tool("in", "+", _("Zoom in")),
        city_map.tool("out", "−", _("Zoom out")),
        city_map.tool("home", _("All"), _("Show the whole grid")),
    ]
    label = _("Map of {grid}", grid=grid.name)
    return html.Div(
        [view, html.Div(tools, className="map-tools")],
        className="map-box map-waits drill-map",
        role="group",
        **wild({"aria-label": label, "data-testid": "map"}),
    )


def _line(edge: dict, name: str) -> Component:
    """Draw the grid's edge once; the two tones of an edge are two lines, the wider one below."""
    each = {"variable": "buildingmap.home"}
    style = {"variable": f"buildingmap.{name}"}
    return dl.GeoJSON(data=edge, pane="gm-edges", style=style, onEachFeature=each, interactive=False)


def _tiles(services: Services, viewer: Viewer, layer: str) -> str:
    return f"/tiles/{layer}/{services.tiles.version(viewer, layer)}/{{z}}/{{x}}/{{y}}.pbf"
