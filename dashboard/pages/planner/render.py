"""From an outcome to every panel of the page."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from dash import html, no_update
from dash.development.base_component import Component

from dashboard.components.markup import folded
from dashboard.pages.planner import address, bar, callout, editor, review, table
from dashboard.pages.planner.address import State, View
from dashboard.pages.planner.book import Book
from dashboard.pages.planner.edits import Outcome
from dashboard.pages.planner.layout import tile_urls
from dashboard.pages.planner.parts import act_button
from dashboard.services import Services
from dashboard.view import format
from dashboard.view.marks import Status, mark
from geo.i18n import _, listed
from geo.service.access import Viewer

if TYPE_CHECKING:
    from geo.service.planning import Planning

CITY_TIME = ZoneInfo("Asia/Shanghai")
ALTERABLE = ("open", "sent_back")
"""States of a draft in which it can be drawn on."""


def answer(number: Any, state: State) -> dict[str, Any]:
    """Say which edit was answered, and the address the page then has."""
    return {"n": number, "search": address.write(state)}


def editable(planning: Planning, viewer: Viewer, book: Book) -> bool:
    """Tell whether the viewer can draw on the draft in hand."""
    return planning.may(viewer)["edit"] and (book["draft"] is None or book["draft"]["status"] in ALTERABLE)


def panels(services: Services, viewer: Viewer, outcome: Outcome, before: Book | None) -> dict[str, Any]:
    """Build everything a stroke or the address changes; what stays as it was is not sent again."""
    state, book, picture, said = outcome
    planning = services.planning
    may = editable(planning, viewer, book)
    drawing = may and book["draft"] is not None
    whole = picture is not None and picture.whole
    areas = planning.areas(viewer) if whole else []
    urls = tile_urls(services, viewer) if whole and before else {}
    drafts = planning.drafts(viewer, book["area"]["code"]) if whole else []
    rights = planning.may(viewer)
    plans = bar.plans_menu(planning.plans(viewer), rights) if whole and book["draft"] is None else None
    return {
        "search": address.write(state),
        "answered": answer(None, state),
        "book": no_update if book is before else book,
        "plan": editor.plan(book, state, may),
        "picture": picture.sent() if picture else no_update,
        **{name: urls.get(name, no_update) for name in ("in_force", "buildings", "force")},
        "edges": {"key": "code", "selected": book["community"]} if whole else no_update,
        "where": folded([*bar.where(book, areas), bar.drafts_menu(book, drafts, rights["edit"]), plans])
        if whole
        else no_update,
        "status": status(book, said),
        "views": bar.views(book, state),
        "export": folded([review.downloads(book)]) if whole else no_update,
        "tools": bar.undo_redo(book, drawing),
        "callout": callout.callout(book, drawing),
        "legend": legend(book, state, may),
        "heads": heads(book, state, may),
        "table": folded(table.table(book, state, drawing)) if whole or book["community"] else no_update,
    }


def status(book: Book, said: str) -> list[Component | str]:
    """Say that what was drawn is kept, and what the last stroke did."""
    if book["draft"] is None:
        return [said] if said else []
    if book["draft"]["stale"]:
        return [mark(Status.WATCH, _("Another plan has come into force: start a new draft."))]
    saved = _("saved {time}", time=f"{dt.datetime.now(CITY_TIME):%H:%M:%S}")
    words = html.Span([html.Span(saved, className="saved"), f" · {said}" if said else ""])
    if not book.get("again"):
        return [words]
    return [words, act_button(_("Draw it again"), "again", "button", testid="again")]


def legend(book: Book, state: State, may: bool) -> list[Component | None]:
    """Say what lines and colours mean, and to who may draw, how to begin."""
    hint = _hint(book) if may else None
    if book["draft"] is None:
        plan = book["plan"]
        name = plan["name"] or format.day(dt.date.fromisoformat(str(plan["valid_from"])[:10]))
        words = [html.Span(className="line-solid"), _("in force: {plan}", plan=name)]
        return [html.P(words, className="legend-line"), hint]
    colour = html.Span(_("building colour = its grid"))
    if state.view is View.SWIPE:
        said = html.Span(_("left of the handle: in force; right: draft"))
        return [html.P([html.Span(className="line-solid"), said, colour], className="legend-line"), hint]
    dotted = [html.Span(className="line-dotted"), _("in force")] if state.view is View.OVERLAY else []
    line = [*dotted, html.Span(className="line-solid"), _("draft"), colour]
    return [html.P(line, className="legend-line"), hint]


def heads(book: Book, state: State, drawing: bool) -> list[Component]:
    """Build what stands over the table: the way to the next breach, and to a grid of its own."""
    if book["draft"] is None:
        return [act_button(_("New draft"), "start", "button button-main", testid="new-draft")] if drawing else []
    n = len(book["breaches"])
    words = _("Next problem ({n})", n=n) if n else _("Next problem")
    buttons = [act_button(words, "next", "button", testid="next-problem")]
    if drawing and book["community"]:
        buttons.append(table.new_grid(state))
    return buttons


def _hint(book: Book) -> Component | None:
    if book["draft"] is None:
        return html.P(_("Start a draft to redraw it: New draft."), className="caption")
    return None if book["community"] else html.P(_("Choose a community to redraw it."), className="caption")


def told(planning: Planning, viewer: Viewer, book: Book) -> list[Component]:
    """Say who else is at the draft and what they changed since the page last read it."""
    if not book or book["draft"] is None:
        return []
    found = planning.news(viewer, book["draft"]["draft_id"], book["revision"])
    parts: list[Component] = []
    if found["others"]:
        parts.append(html.Span(mark(Status.OPEN, _("also here: {names}", names=listed(found["others"])))))
    others = [one for one in found["strokes"] if one["by"] != viewer.display_name and one["by"] != viewer.username]
    if found["revision"] > book["revision"] and found["strokes"]:
        last = (others or found["strokes"])[-1]
        said = _("{who} changed the draft: {what}", who=last["by"], what=last["sentence"])
        parts += [html.Span(mark(Status.WATCH, said)), act_button(_("Load it"), "reload", "button", testid="reload")]
    return parts
