"""What is possible, before anything is drawn: the feasibility sentence of each community, the worst first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dash import html
from dash.development.base_component import Component

from dashboard.pages.planner.book import Book
from dashboard.view import format
from dashboard.view.marks import Status, mark
from geo.i18n import _

SHOWN_AT_ONCE = 2
"""Sentences that stand open; further ones unfold."""


def sentences(book: Book) -> list[Component]:
    """Build the panel."""
    found = sorted(book["feasibility"], key=lambda one: (bool(one["possible"]), -float(one["best_deviation"] or 0)))
    if not found:
        return [html.P(_waiting(book), className="caption")]
    if len(found) > SHOWN_AT_ONCE:
        return _many(found)
    return [_sentence(one) for one in found]


def _waiting(book: Book) -> str:
    if book["pending"]:
        return _("What is possible here is worked out with the first proposal; a community says it at once.")
    return _("There is nothing to divide here.")


def _sentence(one: dict[str, Any]) -> Component:
    status, word = (Status.GOOD, _("Possible")) if one["possible"] else (Status.WATCH, _("Not within the band"))
    return html.P([mark(status, word, class_name="feasible-mark"), " ", one["sentence"]], className="feasible")


def _many(found: Sequence[dict[str, Any]]) -> list[Component]:
    hard = [one for one in found if not one["possible"]]
    said = _(
        "{possible} of {all} parts can be divided within the band; {hard} can't, whatever the boundaries.",
        possible=format.count(len(found) - len(hard)),
        all=format.count(len(found)),
        hard=format.count(len(hard)),
    )
    status = Status.WATCH if hard else Status.GOOD
    summary = html.P([mark(status, _("Feasible") if not hard else _("In part")), " ", said], className="feasible")
    if not hard:
        return [summary]
    listed = html.Ul([html.Li(_sentence(one)) for one in hard], className="feasible-list")
    return [summary, html.Details([html.Summary(_("Which, and why"), className="fold"), listed])]
