"""Callbacks of the review page: unpack, call the service, pack."""

from __future__ import annotations

from typing import Any

from dash import ClientsideFunction, Dash, Input, Output, ctx, html
from dash.development.base_component import Component

from dashboard.pages.review import case, steps
from dashboard.pages.review.ids import Ids
from dashboard.services import Services
from dashboard.view import format
from dashboard.view.markup import wild
from dashboard.web import session
from geo.errors import InputError, NotFound
from geo.i18n import _

OUTPUTS = {
    "now": Output(Ids.NOW, "data"),
    "next": Output(Ids.NEXT, "data"),
    "queue": Output(Ids.QUEUE, "children"),
    "figures": Output(Ids.FIGURES, "children"),
    "said": Output(Ids.SAID, "children"),
}


def register(app: Dash, services: Services) -> None:
    """Add the page's callbacks."""

    @app.callback(
        output=OUTPUTS,
        inputs={"act": Input(Ids.ACT, "data"), "search": Input(Ids.PLACE, "search")},
        prevent_initial_call=True,
    )
    def step(act: dict[str, Any] | None, search: str | None) -> dict[str, Any]:
        viewer, review = session.viewer(), services.review
        acted = ctx.triggered_id == Ids.ACT and act
        outcome = steps.take(review, viewer, act) if acted and act else steps.arrive(review, viewer, search)
        return steps.shown(review, viewer, outcome)

    @app.callback(
        Output(Ids.FOUND, "children"),
        Output(Ids.FOUND_MAP, "data"),
        Input(Ids.SEARCH, "value"),
        prevent_initial_call=True,
    )
    def search(typed: str | None) -> tuple[Component | None, dict[str, Any]]:
        found = services.review.search(session.viewer(), typed or "")
        return results(found, typed or ""), case.features(found, letters=True)

    @app.callback(Output(Ids.LESSON, "children"), Input(Ids.ASK, "data"), prevent_initial_call=True)
    def lesson(asked: dict[str, Any] | None) -> Component | None:
        return preview(services, asked or {})

    app.clientside_callback(
        ClientsideFunction("review", "show"),
        Output(Ids.CASE, "children"),
        Output(Ids.OFFERED, "data"),
        Input(Ids.NOW, "data"),
    )
    app.clientside_callback(ClientsideFunction("review", "ready"), Input(Ids.NEXT, "data"))


def results(found: list[Any], typed: str) -> Component | None:
    """Build what the search found."""
    if not typed.strip():
        return None
    if not found:
        return html.P(_("Nothing in the register of your area is called so."), className="empty")
    rows = [html.Li(case.row(number, one, letter=case.letter(number))) for number, one in enumerate(found, 1)]
    return html.Ol(rows, className="review-choices", **wild({"data-testid": "found"}))


def preview(services: Services, asked: dict[str, Any]) -> Component | None:
    """Say what teaching would do, and offer it; or say why it can't be done."""
    alias, token = str(asked.get("alias") or ""), str(asked.get("choice") or "")
    if not alias or not token:
        return None
    try:
        told = services.review.lesson(session.viewer(), alias, token)
    except (InputError, NotFound) as error:
        return html.P(str(error), className="status-act")
    words = _(
        "{alias} will be read as {target} from now on. Waiting cases that name it: {n}; placed at once: {resolved}.",
        alias=told.alias,
        target=told.target,
        n=format.count(told.naming),
        resolved=format.count(told.resolved),
    )
    button = html.Button(
        _("Teach this alias"), type="submit", className="button button-main", **wild({"data-testid": "teach-now"})
    )
    return html.Div([html.P(words, **wild({"data-testid": "lesson"})), button], className="review-lesson")
