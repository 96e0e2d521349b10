"""What is possible, before anything is drawn: the feasibility sentence of each piece of land, the worst first.

A wide area is surveyed in steps, each a request of about a second; what is known already stands while the rest comes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from dash import html
from dash.development.base_component import Component

from dashboard.pages.planner.book import Book
from dashboard.view import format
from dashboard.view.marks import Status, mark
from geo.i18n import _, ngettext

if TYPE_CHECKING:
    from geo.service.access import Viewer
    from geo.service.planning import Planning

SHOWN_AT_ONCE = 2
"""Sentences that stand open; further ones unfold."""
Survey = Mapping[str, Any]


def surveyed(planning: Planning, viewer: Viewer, book: Book, known: Survey | None) -> Survey | None:
    """Go on with the survey of the area in hand, or begin it; None where all of it is known already."""
    draft = book["draft"]["draft_id"] if book["draft"] else None
    of = [book["area"]["code"], draft]
    if not known or known["of"] != of:
        known = {"of": of, "found": [], "done": 0, "count": None}
    if known["done"] == known["count"]:
        return None
    told = planning.feasibility(viewer, book["area"]["code"], draft, known["done"])
    return {"of": of, "found": [*known["found"], *told["found"]], "done": told["done"], "count": told["count"]}


def sentences(survey: Survey) -> list[Component]:
    """Build the panel."""
    found = sorted(survey["found"], key=lambda one: (bool(one["possible"]), -float(one["best_deviation"] or 0)))
    if survey["done"] < survey["count"]:
        said = ngettext(
            "Looking at what is possible: {done} of {n} community…",
            "Looking at what is possible: {done} of {n} communities…",
            survey["count"],
            done=format.count(survey["done"]),
        )
        return [html.P(said, className="caption"), *(_many(found) if found else [])]
    if not found:
        return [html.P(_("There is nothing to divide here."), className="caption")]
    if len(found) > SHOWN_AT_ONCE:
        return _many(found)
    return [_sentence(one) for one in found]


def _sentence(one: dict[str, Any]) -> Component:
    status, word = (Status.GOOD, _("Possible")) if one["possible"] else (Status.WATCH, _("Not within the band"))
    return html.P([mark(status, word, class_name="feasible-mark"), " ", one["sentence"]], className="feasible")


def _many(found: Sequence[dict[str, Any]]) -> list[Component]:
    hard = [one for one in found if not one["possible"]]
    if not hard:
        all_fit = ngettext(
            "The {n} part can be divided within the band.", "All {n} parts can be divided within the band.", len(found)
        )
        return [html.P([mark(Status.GOOD, _("Feasible")), " ", all_fit], className="feasible")]
    said = ngettext(
        "{possible} of {n} part can be divided within the band; {hard} can't, whatever the boundaries.",
        "{possible} of {n} parts can be divided within the band; {hard} can't, whatever the boundaries.",
        len(found),
        possible=format.count(len(found) - len(hard)),
        hard=format.count(len(hard)),
    )
    summary = html.P([mark(Status.WATCH, _("In part")), " ", said], className="feasible")
    listed = html.Ul([html.Li(_sentence(one)) for one in hard], className="feasible-list")
    return [summary, html.Details([html.Summary(_("Which, and why"), className="fold"), listed])]
