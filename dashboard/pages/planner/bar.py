"""The bar: which area, which draft, how the map shows it, what goes out, and the way to the plan in force."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from dash import html
from dash.development.base_component import Component

from dashboard.pages.planner.address import State, View
from dashboard.pages.planner.book import Book
from dashboard.pages.planner.parts import act_button
from dashboard.view import format
from dashboard.view.markup import wild
from geo.i18n import N_, _, ngettext

VIEW_NAMES = {View.OVERLAY: N_("Overlay"), View.SWIPE: N_("Swipe"), View.DRAFT: N_("Draft only")}
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
        words = ngettext("{plan} · {n} draft", "{plan} · {n} drafts", len(drafts), plan=words)
    summary = html.Summary(words, className="button menu-summary", **wild({"data-testid": "drafts"}))
    return html.Details([summary, html.Ul([html.Li(one) for one in entries], className="menu-panel")], className="menu")


def plans_menu(plans: Sequence[Mapping[str, Any]], may: Mapping[str, bool]) -> Component | None:
    """Build the menu of the plans there were, the one in force first; a reviewer can bring an earlier one back."""
    if len(plans) < 2:
        return None
    entries = [html.Li(_plan(plan, may["rollback"] and not plan["in_force"])) for plan in plans]
    words = ngettext("{n} plan so far", "{n} plans so far", len(plans))
    summary = html.Summary(words, className="button menu-summary", **wild({"data-testid": "plans"}))
    return html.Details([summary, html.Ul(entries, className="menu-panel")], className="menu")


def _plan(plan: Mapping[str, Any], backwards: bool) -> Component:
    days = [format.day(dt.date.fromisoformat(day[:10])) for day in (plan["valid_from"], plan["valid_to"]) if day]
    name = plan["name"] or _("Plan {n}", n=plan["plan_id"])
    said = [html.Strong(name), html.Span(" – ".join(days), className="caption")]
    said.append(html.Span(ngettext("{n} grid", "{n} grids", plan["grids"]), className="caption"))
    if plan["in_force"]:
        said.append(html.Span(_("in force"), className="caption"))
    if not backwards:
        return html.P(said, className="plan-entry")
    warning = _(
        "The plan in force ends and this one applies again: open cases move to its grids, closed ones and past"
        " figures stay."
    )
    reason = html.Textarea(name="reason", className="field", rows=2, maxLength=500, required=True)
    form = html.Form(
        [
            html.P(warning),
            html.Label([html.Span(_("Why? Write no names.")), reason]),
            act_button(
                _("Put it into force again"), "rollback", "button button-main", value=str(plan["plan_id"]),
                testid="rollback",
            ),
        ],
        className="menu-form",
    )  # fmt: skip
    fold = html.Summary([*said, html.Span(_("Bring it back…"), className="fold-word")], className="fold plan-entry")
    return html.Details([fold, form], **wild({"data-plan": str(plan["plan_id"])}))


def _pressed(on: bool) -> dict[str, str]:
    return {"aria-pressed": str(on).lower()}


def views(book: Book, state: State) -> list[Component]:
    """Build the three ways to look at the draft; without one there is nothing to choose."""
    if book["draft"] is None:
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
    left = html.Span(ngettext("{n} step", "{n} steps", steps), className="tool-steps") if steps else None
    said = (
        what["sentence"]
        if what
        else _("There is nothing to undo.")
        if kind == "undo"
        else _("There is nothing to redo.")
    )
    off = {} if editable and what else {"aria-disabled": "true"}
    return act_button([icon, html.Span(word), left], kind, "tool", testid=kind, extra={"title": said, **off})
