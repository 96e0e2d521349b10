"""The map of the wall: one filled layer, what stands over it, and what a touch on it says."""

from __future__ import annotations

from typing import Any

from dash import Output, html
from dash.development.base_component import Component

from dashboard.pages.wall.context import Context
from dashboard.pages.wall.ids import Ids
from dashboard.services import Services
from dashboard.view.markup import wild
from geo.core.figures import MapValues
from geo.i18n import _
from geo.service.access import Viewer

FIRST_ZOOM = 12

FILL = {"legend": Output(Ids.LEGEND, "children")}


def frame(services: Services, viewer: Viewer) -> Component:
    """Build the map with its legend, the choice of the fill, the card and the tools."""
    return html.Section(
        [
            html.Div(id=Ids.MAP),
            html.Div(id=Ids.CARD, className="card float", role="status"),
            html.Div(
                [
                    html.Div(id=Ids.MEASURES, className="measures", **wild({"data-testid": "measure"})),
                    html.Div(id=Ids.LEGEND, **wild({"data-testid": "legend"})),
                ],
                className="legend float",
            ),
        ],
        className="map-frame",
        **wild({"aria-label": _("Map")}),
    )


def painted(services: Services, viewer: Viewer, here: Context, shown: MapValues, zoom: int) -> dict[str, Any]:
    """Return the map's values."""
    return {}
