"""What goes out of a draft, and the way to the plan in force; a button that can't be used says why."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from dash import html
from dash.development.base_component import Component

from dashboard.pages.planner import compare
from dashboard.pages.planner.book import Book
from dashboard.pages.planner.parts import act_button, reasoned
from dashboard.view.markup import wild
from geo.i18n import N_, _

if TYPE_CHECKING:
    from geo.service.access import Viewer
    from geo.service.planning import Planning

FORMS = {
    "xlsx": N_("List of changes (XLSX)"),
    "gpkg": N_("Plan (GeoPackage)"),
    "geojson": N_("Plan (GeoJSON)"),
    "shp": N_("Plan (Shapefile)"),
    "pdf": N_("A3 sheets (PDF)"),
}
Draft = Mapping[str, Any]


def followed(planning: Planning, viewer: Viewer, book: Book) -> tuple[list[Component], list[Any]]:
    """Build the comparison and the way to publishing."""
    if book["draft"] is None:
        return compare.panels(None), []
    number = book["draft"]["draft_id"]
    ready = planning.ready(viewer, number)
    way = review(book, viewer.username, planning.may(viewer), ready)
    return compare.panels(planning.compare(viewer, number)), way


def downloads(book: Book) -> Component | None:
    """Build the menu of files; it is of the draft and not of its strokes, so that no stroke closes it."""
    draft = book["draft"]
    if draft is None:
        return None
    number = draft["draft_id"]
    links = [
        html.Li(html.A(_(name), href=f"/planner/files/{number}/{form}", className="button", download=""))
        for form, name in FORMS.items()
    ]
    summary = html.Summary(_("Export"), className="button menu-summary", **wild({"data-testid": "export"}))
    return html.Details([summary, html.Ul(links, className="menu-panel")], className="menu")


def review(book: Book, username: str, may: Mapping[str, bool], ready: Mapping[str, Any] | None) -> list[Component]:
    """Build the way to the plan in force: send to review, then another person publishes or sends back.

    Parameters
    ----------
    ready : what the service says of sending it; None without a draft.
    """
    draft = book["draft"]
    if draft is None or ready is None:
        return []
    if draft["status"] in ("open", "sent_back"):
        return _send(draft, may, ready)
    if draft["status"] == "in_review":
        return _judge(draft, username, may)
    return []


def _send(draft: Draft, may: Mapping[str, bool], ready: Mapping[str, Any]) -> list[Component]:
    noted: list[Component] = (
        [html.P(_("Sent back: {note}", note=draft["note"]), className="caption note")] if draft["note"] else []
    )
    if not may["edit"]:
        return noted
    if not ready["can"]:
        return [*noted, reasoned(_("Send to review"), "submit", ready["why"], "review")]
    return [*noted, act_button(_("Send to review"), "submit", "button button-main", testid="review")]


def _judge(draft: Draft, username: str, may: Mapping[str, bool]) -> list[Component]:
    own = draft["submitted_by"] == username
    parts: list[Component] = []
    if may["edit"] and own:
        parts.append(act_button(_("Take back"), "withdraw", "button", testid="withdraw"))
    if may["review"] and not own:
        return [*parts, _send_back(), act_button(_("Publish"), "publish", "button button-main", testid="publish")]
    why = _("A second person publishes.") if may["review"] or own else _("A reviewer publishes.")
    return [*parts, reasoned(_("Publish"), "publish", why, "publish")]


def _send_back() -> Component:
    note = html.Textarea(name="note", className="field", rows=2, maxLength=500, required=True)
    form = html.Form(
        [
            html.Label([html.Span(_("What has to change? Write no names.")), note]),
            act_button(_("Send back"), "send_back", "button", testid="send-back"),
        ],
        className="menu-panel menu-form",
    )
    return html.Details([html.Summary(_("Send back"), className="button menu-summary"), form], className="menu")
