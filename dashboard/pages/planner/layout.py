"""The page's frame: bar, tools, map, table and proposals; each panel stands at once and fills with the first answer."""

from __future__ import annotations

from typing import Any

import dash_leaflet as dl
from dash import dcc, html
from dash.development.base_component import Component

from dashboard.components import frame
from dashboard.components import map as city_map
from dashboard.pages.planner import editor
from dashboard.pages.planner.ids import Ids
from dashboard.services import Services
from dashboard.view import states
from dashboard.view.markup import wild
from geo.i18n import N_, _
from geo.service.access import Role, Viewer

BEAT_MS = 4_000
"""How often the page asks what others did to the draft."""
TICK_MS = 500
"""How often a proposal under way is looked at."""
BUILDINGS_FROM_ZOOM = 14
OPEN_FOR = frozenset({Role.PLANNER, Role.REVIEWER, Role.COMMAND})
TOOLS = (
    ("select", N_("Select")),
    ("brush", N_("Brush")),
    ("lasso", N_("Lasso")),
    ("cut", N_("Cut")),
    ("merge", N_("Merge")),
    ("lock", N_("Lock")),
)


def may_open(viewer: Viewer, **_variables: str) -> bool:
    """Tell who has the page: those who plan and review, and the command centre to look."""
    return viewer.role in OPEN_FOR


def layout(services: Services, viewer: Viewer, _search: str = "") -> Component:
    """Build the page."""
    _name, demo = services.situation.city()
    return html.Main(
        [
            dcc.Location(id=Ids.URL, refresh=False),
            dcc.Store(id=Ids.ACTION),
            dcc.Store(id=Ids.ANSWERED),
            dcc.Store(id=Ids.SHOWN),
            dcc.Store(id=Ids.BOOK),
            dcc.Store(id=Ids.JOB),
            dcc.Interval(id=Ids.BEAT, interval=BEAT_MS),
            dcc.Store(id=Ids.SURVEY),
            dcc.Store(id=Ids.SURVEY_STEP),
            dcc.Interval(id=Ids.TICK, interval=TICK_MS, disabled=True),
            frame.bar(_("Grid planning"), viewer, demo=demo, middle=_middle(), actions=_actions()),
            _tools(),
            _map(services, viewer),
            _side(),
            html.Div(states.waiting_rows(3), id=Ids.COMPARE, className="compare"),
        ],
        className="planner",
        **wild({"data-theme": "phone"}),
    )


def _middle() -> list[Component]:
    return [
        html.Div(states.waiting("16em"), id=Ids.WHERE, className="where"),
        html.Div(
            [
                html.Div(id=Ids.STATUS, className="plan-status", role="status", **wild({"aria-live": "polite"})),
                html.Div(id=Ids.NEWS, className="plan-news", role="status"),
            ],
            className="plan-said",
        ),
    ]


def _actions() -> list[Component]:
    return [
        html.Div(id=Ids.VIEWS, className="segmented", role="group", **wild({"aria-label": _("What the map shows")})),
        html.Div(id=Ids.EXPORT, className="review"),
        html.Div(id=Ids.REVIEW, className="review"),
    ]


def _tools() -> Component:
    buttons = [
        html.Button(
            [html.Span(className=f"tool-icon icon-{name}", **wild({"aria-hidden": "true"})), html.Span(_(word))],
            type="button",
            className="tool",
            **wild({"data-plan-tool": name, "data-testid": name, "aria-pressed": str(name == "select").lower()}),
        )
        for name, word in TOOLS
    ]
    return html.Div(
        [
            html.Div(buttons[:5], className="tool-group"),
            html.Div(buttons[5:], className="tool-group"),
            html.Div(id=Ids.TOOLS, className="tool-group"),
        ],
        className="plan-tools",
        role="toolbar",
        **wild({"aria-label": _("Tools")}),
    )


def tile_urls(services: Services, viewer: Viewer) -> dict[str, str]:
    """Return the addresses of the buildings and outlines as they are now; publishing changes them."""
    buildings = f"/tiles/buildings/{services.tiles.version(viewer, 'buildings')}/{{z}}/{{x}}/{{y}}.pbf"
    return {
        "buildings": buildings,
        "force": buildings,
        "in_force": f"/outlines/grids/{services.situation.grids(viewer).version}.json",
    }


def _tiles(services: Services, viewer: Viewer, layer: str) -> str:
    return f"/tiles/{layer}/{services.tiles.version(viewer, layer)}/{{z}}/{{x}}/{{y}}.pbf"


def _layers(services: Services, viewer: Viewer) -> list[Component]:
    urls = tile_urls(services, viewer)
    communities = f"/outlines/communities/{services.situation.communities(viewer).version}.json"
    tiles: dict[str, Any] = {"minZoom": BUILDINGS_FROM_ZOOM, "maxNativeZoom": 18, "touchable": False}
    return [
        *city_map.ground(_tiles(services, viewer, "roads"), _tiles(services, viewer, "water")),
        city_map.TileOverlay(id=Ids.BUILDINGS, url=urls["buildings"], layer="plan", pane="gm-buildings", **tiles),
        city_map.TileOverlay(id=Ids.FORCE, url=urls["force"], layer="force", pane="gm-force", **tiles),
        city_map.community_outlines(Ids.EDGES, communities),
        editor.PlanEditor(id=Ids.EDITOR, inForce=urls["in_force"], words=editor.words()),
        city_map.scale("bottomright"),
    ]


def _map(services: Services, viewer: Viewer) -> Component:
    view = dl.Map(
        _layers(services, viewer),
        id=Ids.MAP,
        center=city_map.FIRST_CENTRE,
        zoom=13,
        minZoom=city_map.MIN_ZOOM,
        maxZoom=city_map.MAX_ZOOM,
        zoomControl=False,
        attributionControl=False,
        zoomSnap=0.25,
    )
    tools = [
        city_map.tool("in", "+", _("Zoom in")),
        city_map.tool("out", "−", _("Zoom out")),
        city_map.tool("home", _("All"), _("Show the whole area")),
    ]
    label = _("Map of the draft: arrows move it under the cross in its middle, Enter is a touch there")
    box = html.Div(
        [view, html.Div(tools, className="map-tools")],
        className="map-box map-waits",
        role="group",
        **wild({"aria-label": label, "data-testid": "map"}),
    )
    swipe = html.Div(
        className="plan-swipe",
        role="slider",
        tabIndex=0,
        hidden=True,
        **wild(
            {"aria-label": _("Left the plan in force, right the draft"), "aria-valuemin": "0", "aria-valuemax": "100"}
        ),
    )
    return html.Section(
        [
            box,
            swipe,
            html.Div(id=Ids.CALLOUT, className="plan-callout float", role="status"),
            html.Div(id=Ids.LEGEND, className="plan-legend legend float", **wild({"data-testid": "legend"})),
        ],
        className="map-frame",
        **wild({"aria-label": _("Map")}),
    )


def _side() -> Component:
    table = html.Table(id=Ids.TABLE, className="plan-table", **wild({"data-testid": "grid-table"}))
    return html.Aside(
        [
            html.Section(states.waiting_rows(1), id=Ids.FEASIBLE, className="panel feasible-panel"),
            html.Section(
                [
                    html.Div(id=Ids.HEADS, className="table-heads"),
                    html.Div(table, className="table-scroll", tabIndex=0),
                ],
                className="panel table-panel",
            ),
            html.Section(id=Ids.PROPOSALS, className="panel proposals"),
        ],
        className="plan-side",
        **wild({"aria-label": _("Grids, what is possible, proposals")}),
    )
