"""The bar: which area, which draft, how the map shows it, what goes out, and the way to the plan in force."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dash import html
from dash.development.base_component import Component

from dashboard.pages.planner.address import State, View
from dashboard.pages.planner.book import Book
from dashboard.pages.planner.parts import act_button
from dashboard.view import format
from dashboard.view.markup import wild
from geo.i18n import N_, _

VIEW_NAMES = {View.OVERLAY: N_("Over the plan in force"), View.SWIPE: N_("Swipe"), View.DRAFT: N_("Draft only")}
STATUS_NAMES = {
    "open": N_("being drawn"),
    "in_review": N_("in review"),
    "sent_back": N_("sent back"),
    "published": N_("published"),
    "discarded": N_("discarded"),
}
Draft = Mapping[str, Any]


def where(book: Book, areas: Sequence[Mapping[str, Any]]) -> list[Component]:
    """Build the area with the one above it, and the list to change it by."""
    path = [step for step in book["area"]["path"] if step["code"] != book["area"]["code"]]
    steps = [html.Li(act_button(step["name"], "go", "step", value=step["code"])) for step in path[-1:]]
    here = html.Li(html.Strong(book["area"]["name"], **wild({"aria-current": "location"})), className="step")
    trail = html.Nav(html.Ol([*steps, here], className="steps"), **wild({"aria-label": _("Where am I")}))
    return [trail, _below(book, areas)]


def _below(book: Book, areas: Sequence[Mapping[str, Any]]) -> Component:
    """Build the menu of areas: those below the one in hand, or its sisters where it has none."""
    code = book["area"]["code"]
    parents = {area["code"]: area["parent"] for area in areas}
    listed = [area for area in areas if area["parent"] == code] or [
        area for area in areas if area["parent"] == parents.get(code)
    ]
    listed = [*book["area"]["path"][:-1], *listed]
    items = [html.Li(act_button(area["name"], "go", "button", value=area["code"])) for area in listed]
    words = _("Change area")
    menu = html.Ul(items, className="menu-panel menu-areas")
    return html.Details([html.Summary(words, className="button menu-summary"), menu], className="menu")


def draft_words(draft: Draft | None) -> str:
    """Name a draft with how far it is."""
    if draft is None:
        return _("Plan in force")
    name = draft["name"] or _("Draft {n}", n=draft["draft_id"])
    return f"{name} · {_(STATUS_NAMES[draft['status']])}"


def drafts_menu(book: Book, drafts: Sequence[Draft], editable: bool) -> Component:
    """Build the menu of drafts of the area, and how to begin or end one."""
    chosen = book["draft"]["draft_id"] if book["draft"] else None
    entries = [act_button(_("Plan in force"), "open", "button", extra=_pressed(chosen is None))]
    for draft in drafts:
        said = f"{draft_words(draft)} · {draft['created_by']}"
        mine = draft["draft_id"] == chosen
        entries.append(act_button(said, "open", "button", value=str(draft["draft_id"]), extra=_pressed(mine)))
    if editable and book["draft"] and book["draft"]["status"] in ("open", "sent_back"):
        entries.append(act_button(_("Discard this draft"), "discard", "button"))
    words = draft_words(book["draft"])
    if book["draft"] is None and drafts:
        words = _("{plan} · {n} drafts", plan=words, n=format.count(len(drafts)))
    summary = html.Summary(words, className="button menu-summary", **wild({"data-testid": "drafts"}))
    return html.Details([summary, html.Ul([html.Li(one) for one in entries], className="menu-panel")], className="menu")


def _pressed(on: bool) -> dict[str, str]:
    return {"aria-pressed": str(on).lower()}


def views(book: Book, state: State) -> list[Component]:
    """Build the three ways to look at the draft; without one there is nothing to choose."""
    if book["draft"] is None or book["community"] is None:
        return []
    return [
        act_button(
            _(name),
            "view",
            "button",
            value=view.value,
            testid="compare" if view is View.SWIPE else "",
            extra=_pressed(view is state.view),
        )
        for view, name in VIEW_NAMES.items()
    ]


def undo_redo(book: Book, editable: bool) -> list[Component]:
    """Build undo and redo with how many steps are left and what each would do."""
    draft = book["draft"] or {}
    return [
        _step("undo", _("Undo"), draft.get("undo"), draft.get("undo_steps", 0), editable),
        _step("redo", _("Redo"), draft.get("redo"), draft.get("redo_steps", 0), editable),
    ]


def _step(kind: str, word: str, what: Mapping[str, Any] | None, steps: int, editable: bool) -> Component:
    icon = html.Span(className=f"tool-icon icon-{kind}", **wild({"aria-hidden": "true"}))
    left = html.Span(_("{n} steps", n=format.count(steps)), className="tool-steps") if steps else None
    said = (
        what["sentence"]
        if what
        else _("There is nothing to undo.")
        if kind == "undo"
        else _("There is nothing to redo.")
    )
    off = {} if editable and what else {"aria-disabled": "true"}
    return act_button([icon, html.Span(word), left], kind, "tool", testid=kind, extra={"title": said, **off})
