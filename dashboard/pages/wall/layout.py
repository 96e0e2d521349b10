"""The wall's frame: every panel stands at once with its title, and fills as the first answer comes."""

from __future__ import annotations

from typing import Any

from dash import dcc, html
from dash.development.base_component import Component

from dashboard.components import frame
from dashboard.pages.wall import city
from dashboard.pages.wall.ids import Ids
from dashboard.services import Services
from dashboard.view import states
from dashboard.view.markup import wild
from geo.i18n import _
from geo.service.access import Viewer

BEAT_MS = 30_000
"""How often the wall asks whether the data has changed."""


def layout(services: Services, viewer: Viewer, _search: str = "") -> Component:
    """Build the page."""
    name, demo = services.situation.city()
    title = _("{city} grids", city=name) if name else _("Grids of the city")
    middle = html.Div(states.waiting("24em"), id=Ids.WHERE, className="where")
    return html.Main(
        [
            dcc.Location(id=Ids.URL, refresh="callback-nav"),
            dcc.Interval(id=Ids.BEAT, interval=BEAT_MS),
            dcc.Store(id=Ids.VERSION, data=services.situation.age().version),
            dcc.Store(id=Ids.VIEW),
            frame.bar(title, viewer, demo=demo, middle=middle, actions=_actions()),
            html.Div(id=Ids.NOTES, className="notes", role="status"),
            html.Dl(_six(), id=Ids.FIGURES, className="keys", **_testid("key-figures")),
            city.frame(services, viewer),
            _side(),
            _trend(),
        ],
        className="wall",
    )


def _testid(name: str) -> dict[str, Any]:
    return wild({"data-testid": name})


def _actions() -> list[Component]:
    return [
        html.Div(id=Ids.FORCE, className="force"),
        html.Div(id=Ids.AGE, className="force"),
        html.Span(className="clock", **wild({"data-clock": "Asia/Shanghai"})),
    ]


def _six() -> list[Component]:
    stock = (_("Open cases"), _("Received today"), _("Overdue"))
    rates = (_("Closed on time"), _("Resolved of accepted"), _("Care visits"))
    return [html.Div(_empty_key(title), className="key") for title in (*stock, *rates)]


def _empty_key(title: str) -> list[Component]:
    return [html.Dt(title, className="key-title"), html.Dd(states.waiting(), className="key-dd")]


def _waiting(title: str, rows: int) -> list[Component]:
    return [html.H2(title, className="panel-title"), states.waiting_rows(rows)]


def _side() -> Component:
    areas, five, kinds = _("Areas"), _("Five ledgers"), _("Categories")
    return html.Aside(
        [
            html.Section(_waiting(areas, 7), id=Ids.TABLE, className="panel-table", **_testid("grid-table")),
            html.Section(id=Ids.AGES, className="panel-ages"),
            html.Section(_waiting(five, 6), id=Ids.LEDGERS, className="panel-ledgers", **_testid("ledgers")),
            html.Section(_waiting(kinds, 6), id=Ids.CATEGORIES, className="panel-bars", **_testid("filter-category")),
        ],
        className="side",
        **wild({"aria-label": _("Areas, ledgers and categories")}),
    )


def _trend() -> Component:
    title = html.Div(html.H2(_("Received per day"), className="panel-title"), id=Ids.TREND_TITLE)
    periods = html.Div(id=Ids.PERIODS, className="periods", role="group", **_testid("filter-time"))
    return html.Section(
        [
            html.Div([title, periods], className="trend-head"),
            html.Div(states.waiting_rows(2), id=Ids.TREND, className="trend-body"),
        ],
        className="trend",
        **wild({"aria-label": _("Received per day")}),
    )
