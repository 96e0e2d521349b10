"""What the map of one grid (网格) shows of its buildings (楼栋): class, marks, names, and the legend of it.

Fill is the share of households without a visit for over 30 days; a building where that is not to be seen is a plain
footprint.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dash import html
from dash.development.base_component import Component

from dashboard.view import places
from dashboard.view.markup import wild
from geo.i18n import _, ngettext
from geo.service.drill import Building
from geo.service.linkage import UNVISITED_DAYS

SHARE_BREAKS = (0.0, 0.05, 0.12, 0.25)
"""Upper ends of the first four classes of the share of long unvisited households; the fifth is open."""


def share_class(building: Building) -> int | None:
    """Class 1 (none) to 5 (over 25 %) of a building; None where there is nobody or it is not to be seen."""
    if not building.households or building.unvisited is None:
        return None
    share = building.unvisited / building.households
    return 1 + sum(share > upper for upper in SHARE_BREAKS)


def features(buildings: Sequence[Building], chosen: str | None = None) -> dict[str, Any]:
    """Build the buildings' GeoJSON: place names, class and marks, never a household."""
    return {"type": "FeatureCollection", "features": [_feature(item, item.building_id == chosen) for item in buildings]}


def _feature(item: Building, chosen: bool) -> dict[str, Any]:
    act = bool(item.care_overdue)
    properties = {
        "id": item.building_id,
        "name": item.name,
        "label": places.of(item),
        "class": share_class(item) or 0,
        "mark": "act" if act else "watch" if item.care_today else "",
        "chosen": chosen,
    }
    return {"type": "Feature", "id": item.building_id, "properties": properties, "geometry": item.geometry}


def legend(buildings: Sequence[Building]) -> Component:
    """Explain the fill: numerator, denominator, classes with the number of buildings, and what is not filled."""
    found = [share_class(item) for item in buildings]
    if not any(found):
        words = html.Span(ngettext("{n} building", "{n} buildings", len(buildings)), className="caption")
        return html.Div(words, className="map-legend", **wild({"data-testid": "legend"}))
    names = ("0%", "1–5%", "6–12%", "13–25%", ">25%")
    items = [
        html.Span(
            [
                html.Span(className=f"swatch ramp-{number}", **wild({"aria-hidden": "true"})),
                html.Strong(name),
                html.Span(_("{n} bldg", n=found.count(number)), className="caption"),
            ],
            className="legend-item",
        )
        for number, name in enumerate(names, 1)
    ]
    title = html.P(
        [
            html.Strong(_("Long unvisited")),
            " ",
            html.Span(
                ngettext("no visit in {n} day ÷ households", "no visit in {n} days ÷ households", UNVISITED_DAYS),
                className="caption",
            ),
        ]
    )
    return html.Div(
        [title, html.Div(items, className="legend-items")], className="map-legend", **wild({"data-testid": "legend"})
    )
