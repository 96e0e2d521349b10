"""The map: dash-leaflet with the panes of the design, one filled layer, outlines with labels, vector tiles.

Values travel, geometry does not: polygons and tiles are fetched once by URL, what an action changes comes in
`hideout`. `TileOverlay`, `Polygons` and `Outlines` are Dash components without a build step; their scripts are
`assets/map-*.js`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

# Before the components below: their scripts attach to the Leaflet that dash-leaflet brings.
import dash_leaflet as dl
from dash import html
from dash.development.base_component import Component

from dashboard.components.own import declare
from dashboard.view.markup import wild
from geo.i18n import _

FIRST_CENTRE: Any = [39.0, 106.4]
"""Where a map stands until its outlines have said where the city is."""
MIN_ZOOM = 8
MAX_ZOOM = 20
BUILDINGS_FROM_ZOOM = 14
BUILDINGS_REPLACE_GRIDS_FROM_ZOOM = 16
CASES_FROM_ZOOM = 16


class TileOverlay(Component):
    """Vector tiles drawn on canvas.

    Keyword arguments
    -----------------
    id : component id.
    url : address with `{z}/{x}/{y}`; the same address is the same tile (the version is in it).
    layer : `buildings`, `roads`, `water` or `cases` (assets/map-styles.js).
    pane : Leaflet pane; see assets/map-core.js.
    minZoom, maxNativeZoom : first zoom shown, last zoom fetched.
    hideout : what changes without a fetch: `classes` {id: 0-4, -1 no data, -2 withheld}, `grids` {grid code: the same,
        for buildings without a class of their own}, `selected` (id), `scope` (code prefix; others are grey).
    idKey : property that is the feature's id, where it is not the layer's usual one.
    touchable : a click or touch is answered with `clickData` {id, properties, lon, lat} and `n_clicks`.
    """

    _children_props: list[str] = []  # noqa: RUF012  (Dash's own attribute of a component class)
    _base_nodes: list[str] = ["children"]  # noqa: RUF012
    _namespace = "gridmap"
    _type = "TileOverlay"
    _properties = (
        "id",
        "url",
        "layer",
        "pane",
        "minZoom",
        "maxNativeZoom",
        "hideout",
        "idKey",
        "touchable",
        "clickData",
        "n_clicks",
    )

    def __init__(self, **properties: Any) -> None:
        declare(self)
        super().__init__(**properties)


class Polygons(Component):
    """Filled polygons, drawn once and coloured anew by every `hideout`.

    Keyword arguments
    -----------------
    id : component id.
    url : GeoJSON of the polygons.
    pane : `gm-fill` or `gm-cells`.
    kept : in the page without a colour too, for touches; else only while there are classes.
    hideout : see `fill`.

    Notes
    -----
    A touch, Enter or space is answered with `clickData` (the feature without its geometry) and `n_clicks`.
    """

    _children_props: list[str] = []  # noqa: RUF012  (Dash's own attribute of a component class)
    _base_nodes: list[str] = ["children"]  # noqa: RUF012
    _namespace = "gridmap"
    _type = "Polygons"
    _properties = ("id", "url", "pane", "kept", "hideout", "clickData", "n_clicks")

    def __init__(self, **properties: Any) -> None:
        declare(self)
        super().__init__(**properties)


class Outlines(Component):
    """Edges in two tones, selection and labels over polygons filled by another layer.

    Keyword arguments
    -----------------
    id : component id.
    url : GeoJSON of the polygons; properties `code`, `name`, `lon`, `lat` (label point), `households`, `captain`.
    pane : `gm-edges` or `gm-communities`.
    edge : `grid` or `community`.
    labels : draw names and values.
    first : the map's first view, and what the whole-area button shows, is this layer's extent.
    fillUntil : zoom from which the filled layer is hidden, because buildings are coloured instead.
    hideout : `key` (property that is the code), `selected`, `focus` (code, or its beginning, the camera goes to),
        `classes`, `text` {code: printed value}, `detail` (lines with {households}, {captain}, {phone}, {code}; as many
        as fit).
    """

    _children_props: list[str] = []  # noqa: RUF012  (Dash's own attribute of a component class)
    _base_nodes: list[str] = ["children"]  # noqa: RUF012
    _namespace = "gridmap"
    _type = "Outlines"
    _properties = ("id", "url", "pane", "edge", "labels", "first", "fillUntil", "hideout")

    def __init__(self, **properties: Any) -> None:
        declare(self)
        super().__init__(**properties)


def city_map(map_id: str, layers: Sequence[Component], *, label: str, whole: str | None = None) -> Component:
    """Build a map with its own zoom buttons.

    Parameters
    ----------
    map_id : id of the `dl.Map`; its `zoom` property follows the view.
    layers : from the functions below.
    label : what the map shows, for those who hear it.
    whole : words of the button that shows everything again.
    """
    return html.Div(
        [
            dl.Map(
                [*layers, scale()],
                id=map_id,
                center=FIRST_CENTRE,
                zoom=12,
                minZoom=MIN_ZOOM,
                maxZoom=MAX_ZOOM,
                zoomControl=False,
                attributionControl=False,
                trackViewport=True,
                zoomSnap=0.25,
            ),
            html.Div(
                [
                    tool("in", "+", _("Zoom in")),
                    tool("out", "−", _("Zoom out")),
                    tool("home", whole or _("All"), whole or _("Show all")),
                ],
                className="map-tools",
            ),
        ],
        # The tiles wait for the outlines that say where the city is.
        className="map-box map-waits" if any(getattr(layer, "first", False) for layer in layers) else "map-box",
        role="group",
        **wild({"aria-label": label, "data-testid": "map"}),
    )


def scale(position: Literal["bottomleft", "bottomright"] = "bottomleft") -> Component:
    """Build the bar that tells a length on the ground: long enough for its words in the large letters of 3840x2160."""
    return dl.ScaleControl(imperial=False, position=position, maxWidth=240)


def tool(action: str, text: str, label: str) -> Component:
    """Build one of the map's buttons; assets/map-core.js answers it."""
    return html.Button(
        text, className="button", type="button", title=label, **wild({"aria-label": label, "data-map-tool": action})
    )


def fill(layer_id: str, url: str | None, hideout: dict[str, Any] | None = None, *, over: bool = False) -> Component:
    """Build the filled polygons: grids, or H3 cells.

    Parameters
    ----------
    url : GeoJSON, `/outlines/<layer>/<version>.json`; None until there is something to draw.
    over : they lie over others, and are there only while they are coloured.
    hideout : `key` (property that is the code; `code` where not given), `classes` {code: 0-4, -1 no data, -2
        withheld}, `text` {code: printed value}, `labels` {code: what is spoken}, `name` (of those without one), `mark`
        (GeoJSON geometry to outline).

    Notes
    -----
    `clickData` is the touched feature without its geometry; Enter and space on a focused polygon are a touch.
    """
    return Polygons(id=layer_id, url=url, pane="gm-cells" if over else "gm-fill", kept=not over, hideout=hideout or {})


def grid_outlines(layer_id: str, url: str, hideout: dict[str, Any] | None = None, *, first: bool = True) -> Component:
    """Build the grids' edges, labels and selection."""
    return Outlines(
        id=layer_id,
        url=url,
        pane="gm-edges",
        edge="grid",
        labels=True,
        first=first,
        fillUntil=BUILDINGS_REPLACE_GRIDS_FROM_ZOOM,
        hideout=hideout or {},
    )


def community_outlines(layer_id: str, url: str, hideout: dict[str, Any] | None = None) -> Component:
    """Build the communities' edges and selection."""
    return Outlines(
        id=layer_id, url=url, pane="gm-communities", edge="community", labels=False, first=False, hideout=hideout or {}
    )


def buildings(
    layer_id: str, url: str, hideout: dict[str, Any] | None = None, *, from_zoom: int = BUILDINGS_FROM_ZOOM
) -> Component:
    """Build the buildings; touching one sets `clickData`."""
    return TileOverlay(
        id=layer_id,
        url=url,
        layer="buildings",
        pane="gm-buildings",
        minZoom=from_zoom,
        maxNativeZoom=18,
        touchable=True,
        hideout=hideout or {},
    )


def ground(roads_url: str, water_url: str) -> list[Component]:
    """Build the city's own base map: streets cut out of the fill, water with its bank, rail."""
    return [
        TileOverlay(url=roads_url, layer="roads", pane="gm-roads", minZoom=11, maxNativeZoom=16),
        TileOverlay(url=water_url, layer="water", pane="gm-water", minZoom=8, maxNativeZoom=15),
    ]


def cases(layer_id: str, url: str, hideout: dict[str, Any] | None = None) -> Component:
    """Build the open cases as marks; touching one sets `clickData`."""
    return TileOverlay(
        id=layer_id,
        url=url,
        layer="cases",
        pane="gm-dots",
        minZoom=CASES_FROM_ZOOM,
        maxNativeZoom=17,
        touchable=True,
        hideout=hideout or {},
    )
