"""Layout of the review page: the queue, the case with what can be done, the map."""

from __future__ import annotations

import dash_leaflet as dl
from dash import dcc, html
from dash.development.base_component import Component

from dashboard.components import frame
from dashboard.components import map as city_map
from dashboard.pages.review import steps
from dashboard.pages.review.ids import Ids
from dashboard.services import Services
from dashboard.view import drill, states
from dashboard.view.markup import wild
from geo.i18n import _
from geo.service.access import Viewer
from geo.service.waiting import NOT_HERE

NOBODYS = "-"
"""A scope no building lies in: every building of the tiles is drawn grey."""


def layout(services: Services, viewer: Viewer, search: str) -> Component:
    """Build the page for a viewer."""
    found = steps.shown(services.review, viewer, steps.arrive(services.review, viewer, search))
    name, demo = services.situation.city()
    back = dcc.Link(_("Back to the wall"), href="/", className="button back")
    return html.Div(
        [
            dcc.Location(id=Ids.PLACE, refresh=False, search=search),
            dcc.Store(id=Ids.ACT),
            dcc.Store(id=Ids.ASK),
            dcc.Store(id=Ids.NOW, data=found["now"]),
            dcc.Store(id=Ids.NEXT, data=found["next"]),
            frame.bar(
                _("Addresses to check"),
                viewer,
                demo=demo,
                middle=html.Span(f"{name} · {_('Addresses to check')}", className="review-title"),
                actions=[back],
            ),
            _figures(found),
            html.Main([_queue(found), _case(found), _map(services, viewer)], className="drill-columns review-columns"),
            _reasons(),
            _teaching(),
        ],
        className="drill drill-review",
        **wild({"data-theme": drill.theme(viewer)}),
    )


def _figures(found: dict) -> Component:
    return html.Section(
        found["figures"], id=Ids.FIGURES, className="review-figures", **wild({"aria-label": _("Figures")})
    )


def _queue(found: dict) -> Component:
    return html.Section(
        found["queue"], id=Ids.QUEUE, className="panel review-queue", **wild({"aria-label": _("Queue")})
    )


def _case(found: dict) -> Component:
    waits = [states.waiting("40%"), states.waiting_rows(4)]
    case = html.Div(waits, id=Ids.CASE, className="review-case", tabIndex=-1, **wild({"data-testid": "case"}))
    return html.Section(
        [
            html.Div(found["said"], id=Ids.SAID, className="review-said"),
            html.Div([case, _search()], className="review-scroll"),
            _tools(),
        ],
        className="panel review-panel",
        **wild({"aria-label": _("Case")}),
    )


def _search() -> Component:
    field = dcc.Input(
        id=Ids.SEARCH,
        type="search",
        value="",
        autoComplete="off",
        placeholder=_("Name or initials, door: tty 3-2-501"),
    )
    label = html.Span([_("Search the register"), html.Kbd("/")], className="review-label")
    return html.Div(
        [
            html.Label([label, field], className="review-field"),
            html.Div(id=Ids.FOUND, className="review-found", **wild({"aria-live": "polite"})),
        ],
        className="review-search",
    )


def _tools() -> Component:
    keys = (
        ("not-here", _("Not here"), "N"),
        ("teach", _("Teach an alias"), "T"),
        ("skip", _("Later"), "S"),
    )
    buttons = [
        html.Button([words, html.Kbd(key)], type="button", className="button", **wild({"data-do": act}))
        for act, words, key in keys
    ]
    hint = html.P(
        [html.Kbd("1"), "–", html.Kbd("5"), " ", _("accept"), "  ", html.Kbd("↑"), html.Kbd("↓"), " ", _("choose")],
        className="caption review-hint",
    )
    return html.Div([*buttons, hint], className="review-tools", role="group", **wild({"aria-label": _("Decide")}))


def _map(services: Services, viewer: Viewer) -> Component:
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
        _communities(services, viewer),
        _places(Ids.OFFERED, "offered"),
        _places(Ids.FOUND_MAP, "found"),
    ]
    shown = city_map.city_map(Ids.MAP, layers, label=_("Map of the candidates"), whole=_("All"))
    shown.className = "map-box map-waits drill-map"  # pyright: ignore[reportAttributeAccessIssue]
    return html.Section(shown, className="panel review-map", **wild({"aria-label": _("Map")}))


def _communities(services: Services, viewer: Viewer) -> Component:
    """Build the communities' edges; where there is no candidate the map shows them all."""
    url = f"/outlines/communities/{services.situation.communities(viewer).version}.json"
    return city_map.Outlines(
        id=f"{Ids.MAP}-communities", url=url, pane="gm-communities", edge="community", labels=False, first=True
    )


def _places(layer_id: str, kind: str) -> Component:
    """Build a layer of numbered places; assets/reviewmap.js draws them and moves the camera onto them."""
    return dl.GeoJSON(
        id=layer_id,
        data={"type": "FeatureCollection", "features": []},
        pane="gm-buildings",
        style={"variable": f"reviewmap.{kind}"},
        onEachFeature={"variable": "reviewmap.each"},
        pointToLayer={"variable": "reviewmap.point"},
    )


def _tiles(services: Services, viewer: Viewer, layer: str) -> str:
    return f"/tiles/{layer}/{services.tiles.version(viewer, layer)}/{{z}}/{{x}}/{{y}}.pbf"


def _reasons() -> Component:
    """Build the dialog of reasons; each is one touch or one key."""
    buttons = [
        html.Button([_(words), html.Kbd(str(number))], type="button", className="button", **wild({"data-reason": code}))
        for number, (code, words) in enumerate(NOT_HERE.items(), 1)
    ]
    return html.Dialog(
        html.Div(
            [
                html.H2(_("Why is it not here?"), id="review-reasons-title"),
                html.P(_("The case leaves the queue and stays counted as not placed."), className="caption"),
                *buttons,
                html.Button(
                    [_("Cancel"), html.Kbd("Esc")],
                    type="button",
                    className="button button-quiet",
                    **wild({"data-close-dialog": "1"}),
                ),
            ],
            className="dialog-form",
        ),
        id="review-reasons",
        className="dialog",
        **wild({"aria-labelledby": "review-reasons-title", "data-testid": "reasons-dialog"}),
    )


def _teaching() -> Component:
    """Build the dialog that teaches an alias; what it would do is said before it is done."""
    alias = html.Label(
        [
            html.Span(_("What people call the place")),
            dcc.Input(id="review-alias", type="text", maxLength=30, autoComplete="off"),
        ]
    )
    meant = html.P([_("It stands for: "), html.Strong("", **wild({"data-teach-name": "1"}))])
    buttons = [html.Button(_("Cancel"), type="button", className="button", **wild({"data-close-dialog": "1"}))]
    form = html.Form(
        [
            html.H2(_("Teach an alias"), id="review-teach-title"),
            alias,
            meant,
            html.P(
                _("Choose the place first: touch a candidate's name, or search for it."),
                className="caption",
                **wild({"data-teach-none": "1"}),
            ),
            html.Div(id=Ids.LESSON, **wild({"aria-live": "polite"})),
            html.Div(buttons, className="dialog-buttons"),
        ],
        className="dialog-form",
    )
    return html.Dialog(
        form,
        id="review-teach",
        className="dialog",
        **wild({"aria-labelledby": "review-teach-title", "data-testid": "teach-dialog"}),
    )
