"""States of a panel: loading, empty, failed, stale. A panel keeps its place and its last good content."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from dash import html
from dash.development.base_component import Component

from dashboard.view.marks import Status, mark
from dashboard.view.markup import wild
from geo.i18n import _


def waiting(width: str = "60%") -> Component:
    """Build a grey bar of a value's final width, shown until the first answer."""
    return html.Span(_("Reading…"), className="waiting", style={"width": width})


def waiting_rows(rows: int) -> Component:
    """Build the frame of a list that is being read."""
    return html.Div(
        [html.Div(waiting("100%"), className="waiting-row") for _row in range(rows)], **wild({"aria-busy": "true"})
    )


def empty(sentence: str, step: Component | None = None) -> Component:
    """Say in a sentence that there is nothing, with the next step beside it; never a bare chart."""
    return html.Div([html.P(sentence), step], className="empty")


def fault(panels: Sequence[str], retry: str) -> Component:
    """Build the line of a panel whose answer failed; it is hidden until assets/panels.js has something to say.

    Parameters
    ----------
    panels : ids of what the line speaks for.
    retry : id of the store that asks again when it changes.
    """
    words = {"data-time": _("data of {time}"), "data-faults": " ".join(panels), "data-retry": retry}
    again = html.Button(_("Retry"), type="button", className="button")
    said = [html.Span(_("Reading failed")), html.Span(className="fault-time"), again]
    return html.P(said, className="fault", hidden=True, role="alert", **wild(words))


def reading() -> Component:
    """Build the line that says after a second that an answer is still on its way."""
    return html.Span(_("Reading…"), className="reading", hidden=True, role="status", **wild({"data-reading": "1"}))


def read_at(at: dt.datetime) -> Component:
    """Build a panel's age. assets/age.js keeps it current and turns it from a tick to ◆ (60 s) and ▲ (5 min)."""
    messages = {"s": _("{n} s ago"), "min": _("{n} min ago"), "h": _("{n} h ago"), "d": _("{n} d ago")}
    data = {f"data-{unit}": message for unit, message in messages.items()}
    said = html.Span(
        _("{n} s ago", n=0), className="age-text", **wild({"data-read-at": str(int(at.timestamp())), **data})
    )
    return html.Span([mark(Status.GOOD, _("Read"), class_name="age-mark"), " ", said], className="age")
