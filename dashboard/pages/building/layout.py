"""Layout of the building's page: where it is, the unit-by-floor chart, who lives there and what is open."""

from __future__ import annotations

from urllib.parse import unquote

from dash import dcc, html
from dash.development.base_component import Component

from dashboard.components import frame
from dashboard.components.gridmap import grid_map
from dashboard.pages.building import picked, side
from dashboard.pages.building.address import picked as read_place
from dashboard.pages.building.ids import Ids
from dashboard.services import Services
from dashboard.view import buildingmap, drill, floors, places
from dashboard.view.markup import wild
from geo.i18n import _
from geo.service.access import Viewer
from geo.service.drill import BuildingPage


def layout(services: Services, viewer: Viewer, search: str, key: str) -> Component:
    """Build the page for a viewer.

    Raises
    ------
    NotFound   the building lies outside the viewer's scope or does not exist.
    """
    page = services.linkage.building(viewer, unquote(key))
    return html.Div(
        [
            dcc.Location(id=Ids.PLACE, refresh=False),
            dcc.Store(id=Ids.OPENING),
            _bar(page, viewer),
            html.Main(
                [_where(page, services, viewer), _chart(page, search), _side(page)],
                className="drill-columns building-columns",
            ),
            picked.reason_dialog() if page.may_open else None,
        ],
        className="drill drill-building",
        **wild({"data-theme": drill.theme(viewer)}),
    )


def _bar(page: BuildingPage, viewer: Viewer) -> Component:
    last = _("not opened") if page.may_open else ""
    back = (
        dcc.Link(_("Back to the grid"), href=f"/grid/{page.grid.code}", className="button back") if page.grid else None
    )
    return frame.bar(
        places.of(page.building),
        viewer,
        demo=page.moment.demo,
        middle=drill.trail(page.trail, last=last, reach=viewer.codes),
        actions=[back, drill.data_age(page.moment)],
    )


def _where(page: BuildingPage, services: Services, viewer: Viewer) -> Component:
    """Build the left column: the grid's buildings with their legend, and the building's figures."""
    return html.Section(
        [
            html.H2(_("Where it stands"), className="visually-hidden"),
            grid_map(Ids.MAP, services, viewer, page.grid, page.neighbours, page.building.building_id)
            if page.grid
            else None,
            buildingmap.legend(page.neighbours),
            side.figures(page),
            side.facts(page),
        ],
        className="panel where-panel",
    )


def _chart(page: BuildingPage, search: str) -> Component:
    place = read_place(search)
    chosen = page.cell(*place) if place else None
    name = places.of(page.building)
    colours = _("colour = days since the last visit") if page.may_open else _("rooms and their use")
    title = _("Unit-by-floor chart")
    head = [html.H2(title), html.Span(f"{name} · {colours}", className="caption")]
    return html.Section(
        [
            html.Div(head, className="panel-head"),
            floors.chart(page.chart, chosen, label=f"{title} {name}"),
            floors.legend(page.chart),
            html.Div(picked.box(page, chosen), id=Ids.PICKED, className="picked", **wild({"aria-live": "polite"})),
        ],
        className="panel chart-panel",
    )


def _side(page: BuildingPage) -> Component:
    """Build the right column; an opened household lies over it."""
    return html.Div(
        [
            html.Div(id=Ids.HOUSEHOLD, className="household-place"),
            side.age_structure(page),
            side.open_cases(page),
            side.recent_visits(page),
        ],
        className="side-panels",
    )
