"""Layout of the grid's page: one document, arranged by the style sheet as a phone's three views or as a desk's columns.

The list comes first: care visits overdue, then due today, then cases by deadline. Reporting and logging visits have
no button yet; the bottom bar takes them as two more of `VIEWS`.
"""

from __future__ import annotations

from urllib.parse import parse_qs

from dash import dcc, html
from dash.development.base_component import Component

from dashboard.components import frame
from dashboard.components.gridmap import grid_map
from dashboard.pages.grid import facts, today
from dashboard.pages.grid.ids import Ids
from dashboard.services import Services
from dashboard.view import buildingmap, buildingtable, drill, format, pyramid, values
from dashboard.view.markup import wild
from geo.i18n import N_, _, ngettext
from geo.service.access import Viewer
from geo.service.drill import GridPage

VIEWS = {"today": N_("Today"), "map": N_("Map"), "buildings": N_("Buildings")}


def layout(services: Services, viewer: Viewer, search: str, code: str) -> Component:
    """Build the page for a viewer.

    Raises
    ------
    NotFound   the grid lies outside the viewer's scope or does not exist.
    """
    page = services.linkage.grid(viewer, code)
    asked = parse_qs(search.lstrip("?")[:200]).get("view", ["today"])[-1]
    return html.Div(
        [
            dcc.Location(id=Ids.PLACE, refresh=False),
            _bar(page, viewer),
            html.Main(
                [_today(page), _map(page, services, viewer), _buildings(page), _facts(page)],
                className="drill-columns grid-columns",
            ),
            _bottom(),
        ],
        id=Ids.ROOT,
        className="drill drill-grid",
        **wild({"data-theme": drill.theme(viewer), "data-view": asked if asked in VIEWS else "today"}),
    )


def _bar(page: GridPage, viewer: Viewer) -> Component:
    on = format.dated(page.moment.today, page.moment.today)
    households = values.ntext("{n} household", "{n} households", page.facts.stock.households)
    subtitle = html.P(f"{on} · {page.facts.name} · {households}", className="caption bar-subtitle")
    return frame.bar(
        page.facts.name,
        viewer,
        demo=page.moment.demo,
        middle=[drill.trail(page.trail, last="", reach=viewer.codes), subtitle],
        actions=drill.data_age(page.moment),
    )


def _today(page: GridPage) -> Component:
    return html.Section(
        [html.H2(_("Today"), className="visually-hidden"), today.figures(page), *today.lists(page)],
        className="panel today-panel",
        **wild({"aria-label": _("Today"), "data-testid": "today"}),
    )


def _map(page: GridPage, services: Services, viewer: Viewer) -> Component:
    title = html.Div([html.H2(_("Map")), html.Span(_provisional(page), className="caption")], className="panel-head")
    view = grid_map(Ids.MAP, services, viewer, page.facts, page.buildings)
    content = [title, view, buildingmap.legend(page.buildings)]
    return html.Section(content, className="panel map-panel")


def _provisional(page: GridPage) -> str:
    return (
        _("Provisional grid: the whole community, until it is divided.")
        if page.facts.provisional
        else page.facts.plan_name
    )


def _buildings(page: GridPage) -> Component:
    head = html.Div(
        [
            html.H2(_("Buildings")),
            html.Span(ngettext("{n} building", "{n} buildings", len(page.buildings)), className="caption"),
        ],
        className="panel-head",
    )
    return html.Section([head, buildingtable.table(page.buildings)], className="panel buildings-panel")


def _facts(page: GridPage) -> Component:
    structure = [
        html.Div(
            [html.H2(_("Age structure")), html.Span(pyramid.headline(page.ages), className="caption")],
            className="panel-head",
        ),
        pyramid.pyramid(page.ages, label=_("Age structure")),
        html.P(pyramid.note(page.ages), className="caption"),
    ]
    return html.Div(
        [facts.panel(page), html.Section(structure, className="panel ages-panel")], className="side-panels facts-panels"
    )


def _bottom() -> Component:
    buttons = [
        html.Button(_(name), type="button", className="bottom-button", **wild({"data-view-to": view}))
        for view, name in VIEWS.items()
    ]
    return html.Nav(buttons, className="bottom-bar", **wild({"aria-label": _("Views")}))
