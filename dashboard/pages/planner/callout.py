"""The call-out beside a breach: what is wrong, the figure and the limit, the way out, and one touch that takes it."""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component

from dashboard.pages.planner import book as books
from dashboard.pages.planner.book import Book
from dashboard.pages.planner.parts import act_button
from dashboard.view.marks import Status, mark
from dashboard.view.markup import wild
from geo.i18n import N_, _

TITLES = {
    "split": N_("{grid} is in parts"),
    "over": N_("{grid} has many households"),
    "under": N_("{grid} has few households"),
    "outer_over": N_("{grid} has too many households"),
    "outer_under": N_("{grid} has too few households"),
    "arterial": N_("{grid} crosses a main road"),
    "empty": N_("{grid} is empty"),
}
ANY_TITLE = N_("{grid} breaks a rule")


def callout(book: Book, editable: bool) -> list[Component]:
    """Build the call-out of the breach spoken of; nothing where there is none."""
    breach = books.spoken_of(book)
    if breach is None:
        return []
    code, kind = breach["grid_code"], breach["kind"]
    name = book["rows"].get(code, {}).get("name") or code
    status = Status.ACT if books.acts(breach) else Status.WATCH
    title = _(TITLES.get(kind, ANY_TITLE), grid=name)
    buttons = [act_button(_("Next one"), "next", "button")]
    if editable and breach["repair"]:
        words = [html.Span(_("Repair")), html.Span(breach["repair_label"], className="caption reason")]
        buttons.insert(0, act_button(words, "repair", "button button-main", grid=code, value=kind, testid="repair"))
    parts = [
        html.H2(mark(status, title), className="callout-title", **wild({"data-plan-about": code})),
        html.P(breach["sentence"]),
        html.P(breach["way_out"], className="caption") if breach["way_out"] else None,
        html.Div(buttons, className="callout-buttons"),
    ]
    return [part for part in parts if part is not None]
