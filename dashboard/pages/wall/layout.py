"""The wall's frame, and its figures put into it: one answer opens the page."""

from __future__ import annotations

from typing import Any

from dash import dcc, html
from dash.development.base_component import Component

from dashboard.components import frame
from dashboard.pages.wall import answers, city
from dashboard.pages.wall.ids import Ids
from dashboard.services import Services
from dashboard.view import states
from dashboard.view.markup import wild
from geo.i18n import _
from geo.service.access import Viewer

BEAT_MS = 30_000
"""How often the wall asks whether the data has changed."""


def layout(services: Services, viewer: Viewer, search: str = "") -> Component:
    """Build the page of an address."""
    view = answers.first_view(services, viewer, search)
    page = _frame(services, viewer, view)
    answers.put(page, services, viewer, view)
    return page


def _frame(services: Services, viewer: Viewer, view: dict[str, Any]) -> Component:
    name, demo = services.situation.city()
    title = _("{city} grids", city=name) if name else _("Grids of the city")
    middle = html.Div(id=Ids.WHERE, className="where")
    return html.Main(
        [
            dcc.Location(id=Ids.URL, refresh="callback-nav", search=view["search"]),
            dcc.Interval(id=Ids.BEAT, interval=BEAT_MS),
            dcc.Store(id=Ids.VERSION, data=services.situation.age().version),
            dcc.Store(id=Ids.VIEW, data=view),
            dcc.Store(id=Ids.RETRY),
            frame.bar(title, viewer, demo=demo, middle=middle, actions=_actions(services, viewer)),
            html.Div(id=Ids.NOTES, className="notes", role="status"),
            html.Dl(id=Ids.FIGURES, className="keys", **_testid("key-figures")),
            _fault(Ids.FIGURES, Ids.WHERE, Ids.FORCE, Ids.NOTES),
            city.frame(services, viewer),
            _side(),
            _trend(),
        ],
        className="wall",
    )


def _testid(name: str) -> dict[str, Any]:
    return wild({"data-testid": name})


def _fault(*panels: Ids) -> Component:
    return states.fault(panels, Ids.RETRY)


def _actions(services: Services, viewer: Viewer) -> list[Component | None]:
    review = dcc.Link(_("Addresses to check"), href="/review", className="button") if viewer.may_check else None
    return [
        review,
        html.Div(id=Ids.FORCE, className="force"),
        states.reading(),
        html.Div(answers.age(services), id=Ids.AGE, className="force"),
        html.Span(className="clock", **wild({"data-clock": "Asia/Shanghai"})),
    ]


def _side() -> Component:
    return html.Aside(
        [
            html.Section(id=Ids.TABLE, className="panel-table", **_testid("grid-table")),
            _fault(Ids.TABLE),
            html.Section(id=Ids.AGES, className="panel-ages"),
            _fault(Ids.AGES),
            html.Section(id=Ids.LEDGERS, className="panel-ledgers", **_testid("ledgers")),
            _fault(Ids.LEDGERS),
            html.Section(id=Ids.CATEGORIES, className="panel-bars", **_testid("filter-category")),
            _fault(Ids.CATEGORIES),
        ],
        className="side",
        **wild({"aria-label": _("Areas, ledgers and categories")}),
    )


def _trend() -> Component:
    periods = html.Div(id=Ids.PERIODS, className="periods", role="group", **_testid("filter-time"))
    return html.Section(
        [
            html.Div([html.Div(id=Ids.TREND_TITLE), periods], className="trend-head"),
            html.Div(id=Ids.TREND, className="trend-body"),
            _fault(Ids.TREND, Ids.TREND_TITLE, Ids.PERIODS),
        ],
        className="trend",
        **wild({"aria-label": _("Received per day")}),
    )
