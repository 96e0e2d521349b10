"""What every builder of the wall needs to know beside its own figures: the state, the day, and where a touch leads."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import Any

from dash import dcc, html
from dash.development.base_component import Component

from dashboard.view import url
from geo.i18n import _
from geo.model import Level, Measure, level_of

PATH = "/"


@dataclass(frozen=True, slots=True)
class Context:
    """The page's state as its builders see it.

    Attributes
    ----------
    state : what the address asks for.
    today : the day figures are of.
    usual : the measure a bare address shows.
    """

    state: url.State
    today: dt.date
    usual: Measure = Measure.WORKLOAD

    def href(self, state: url.State) -> str:
        """Return the address of another state."""
        return PATH + self.search(state)

    def search(self, state: url.State) -> str:
        """Return the query string of another state."""
        return url.write(state, self.today, self.usual)

    def link(self, children: Any, state: url.State, class_name: str = "", *, current: bool = False) -> Component:
        """Build a touchable thing that leads to another state; a chosen one says so in words too."""
        said = [html.Span(_("chosen"), className="visually-hidden")] if current else []
        names = f"{class_name} {'chosen' if current else ''}".strip()
        shown = children if isinstance(children, list) else [children]
        return dcc.Link([*shown, *said], href=self.href(state), className=names)

    def area(self, code: str | None) -> url.State:
        """Return the state cut to an area, or to a grid; None is the whole scope."""
        if code and level_of(code) is Level.GRID:
            return url.picked(self.state, code)
        return url.moved(self.state, area=code)

    def period(self, start: dt.date, end: dt.date, span: int | None = None) -> url.State:
        """Return the state of another period."""
        return replace(url.moved(self.state, start=start, end=end), span=span)

    def without_filters(self) -> url.State:
        """Return the same place, measure and layer with the usual period, all categories and all ledgers."""
        usual = url.default(self.today).filters
        return replace(self.state, filters=replace(usual, area=self.state.filters.area), span=None)

    @property
    def filtered(self) -> bool:
        """Whether any filter is in force."""
        return self.without_filters().filters != self.state.filters
