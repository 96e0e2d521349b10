"""The dwelling a finger rests on: counts and marks only, and the way to open it, which asks for a reason."""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component

from dashboard.view import floors, places
from dashboard.view.markup import wild
from geo.core.floors import Cell
from geo.i18n import _, ngettext
from geo.service.drill import BuildingPage
from geo.service.linkage import LONGEST_REASON, OPEN_REASONS, SHORTEST_REASON


def box(page: BuildingPage, cell: Cell | None) -> list[Component]:
    """Build what stands below the chart."""
    if cell is None:
        return [html.P(_("Touch a dwelling to see its counts and marks."), className="caption")]
    head = html.Strong(f"{places.dwelling(cell.unit, cell.room)} · {floors.summary(cell)}", className="picked-name")
    return [
        html.Div([head, html.Span(_rights(page, cell), className="caption")], className="picked-words"),
        *_open(page, cell),
    ]


def _rights(page: BuildingPage, cell: Cell) -> str:
    if not page.may_open:
        return _("Households and people are shown to duty roles only.")
    if not cell.households:
        return _("Nobody is registered here, so there is nothing to open.")
    return _("Names and phones are not shown. Opening asks for a reason and is logged.")


def _open(page: BuildingPage, cell: Cell) -> list[Component]:
    if not page.may_open or not cell.households:
        return []
    label = _("Open with a reason")
    return [html.Button(label, type="button", className="button button-main", **wild({"data-open-reason": "1"}))]


def reason_dialog() -> Component:
    """Build the dialog that asks why; assets/drill.js shows it and sends what was entered."""
    options = [html.Option(_(name), value=code) for code, name in OPEN_REASONS.items()]
    kind = html.Label([html.Span(_("Reason")), html.Select(options, name="kind", className="field")])
    words = html.Textarea(
        name="words",
        className="field",
        required=True,
        minLength=SHORTEST_REASON,
        maxLength=LONGEST_REASON,
        rows=2,
        **wild({"data-testid": "reason"}),
    )
    buttons = [
        html.Button(_("Cancel"), type="button", className="button", **wild({"data-close-reason": "1"})),
        html.Button(_("Open and log"), type="submit", className="button button-main"),
    ]
    said = ngettext(
        "In your own words, at least {n} character", "In your own words, at least {n} characters", SHORTEST_REASON
    )
    form = html.Form(
        [
            html.H2(_("Open this household?"), id="building-reason-title"),
            html.P(_("Who opens it, when and why is written to the audit log. Write no names.")),
            kind,
            html.Label([html.Span(said), words]),
            html.Div(buttons, className="dialog-buttons"),
        ],
        className="dialog-form",
    )
    return html.Dialog(
        form,
        id="building-reason",
        className="dialog",
        **wild({"aria-labelledby": "building-reason-title", "data-testid": "reason-dialog"}),
    )
