"""The buildings (楼栋) of a grid as a table: the map's counts in words, and the keyboard's way into each building."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import quote

from dash import dcc, html
from dash.development.base_component import Component

from dashboard.view import format, places
from dashboard.view.buildingmap import share_class
from dashboard.view.marks import Status, mark
from dashboard.view.markup import wild
from geo.i18n import _
from geo.service.drill import Building


def table(buildings: Sequence[Building]) -> Component:
    """Build the table; columns a viewer has no right to are left out."""
    if not buildings:
        return html.P(_("No building lies in this grid yet."), className="empty")
    columns = [column for column in _columns() if any(column[1](item) is not None for item in buildings)]
    names = [html.Th(name, scope="col", className=wide) for name, _read, wide in columns]
    rows = [_row(item, [(read(item), wide) for _name, read, wide in columns]) for item in buildings]
    head = html.Tr([html.Th(_("Building"), scope="col"), *names])
    return html.Table(
        [html.Thead(head), html.Tbody(rows)], className="building-table", **wild({"data-testid": "building-table"})
    )


def _columns() -> list[tuple[str, Callable[[Building], Any], str]]:
    """List name, reading and class; a phone leaves out the columns that only wide screens have room for."""
    return [
        (_("Floors"), lambda item: item.floors, "wide"),
        (_("Dwellings"), lambda item: item.dwellings, "wide"),
        (_("Households"), lambda item: item.households, ""),
        (_("People"), lambda item: item.residents, "wide"),
        (_("Care"), lambda item: item.care_households, "wide"),
        (_("Care visits due"), _due, ""),
        (_("Long unvisited"), _unvisited, ""),
        (_("Open cases"), lambda item: item.cases, ""),
    ]


def _due(item: Building) -> Component | int | None:
    if item.care_overdue is None or item.care_today is None:
        return None
    due = item.care_overdue + item.care_today
    if not due:
        return 0
    return mark(Status.ACT if item.care_overdue else Status.WATCH, str(due))


def _unvisited(item: Building) -> Component | None:
    if item.unvisited is None or not item.households:
        return None
    swatch = html.Span(className=f"swatch ramp-{share_class(item)}", **wild({"aria-hidden": "true"}))
    return html.Span([swatch, f"{item.unvisited}/{item.households}"])


def _row(item: Building, found: Sequence[tuple[Any, str]]) -> Component:
    link = dcc.Link(places.of(item), href=f"/building/{quote(item.building_id, safe='')}", className="table-link")
    return html.Tr([html.Th(link, scope="row"), *(html.Td(_printed(value), className=wide) for value, wide in found)])


def _printed(value: Component | str | int | None) -> Component | str:
    if value is None:
        return "—"
    return format.count(value) if isinstance(value, int) else value
