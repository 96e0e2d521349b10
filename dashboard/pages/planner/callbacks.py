"""The page's callbacks. One owns what a stroke or the address changes; the slower panels follow it on their own."""

from __future__ import annotations

from typing import Any

from dash import ClientsideFunction, Dash, Input, Output, State, ctx, no_update

from dashboard.components import failure
from dashboard.components.markup import folded
from dashboard.pages.planner import address, edits, feasible, jobs, proposals, render, review, way
from dashboard.pages.planner.ids import Ids
from dashboard.services import Services
from dashboard.web import session

MAIN = {
    "search": Output(Ids.URL, "search"),
    "answered": Output(Ids.ANSWERED, "data"),
    "book": Output(Ids.BOOK, "data"),
    "plan": Output(Ids.EDITOR, "plan"),
    "picture": Output(Ids.EDITOR, "picture"),
    "in_force": Output(Ids.EDITOR, "inForce"),
    "buildings": Output(Ids.BUILDINGS, "url"),
    "force": Output(Ids.FORCE, "url"),
    "edges": Output(Ids.EDGES, "hideout"),
    "where": Output(Ids.WHERE, "children"),
    "status": Output(Ids.STATUS, "children"),
    "views": Output(Ids.VIEWS, "children"),
    "export": Output(Ids.EXPORT, "children"),
    "tools": Output(Ids.TOOLS, "children"),
    "callout": Output(Ids.CALLOUT, "children"),
    "legend": Output(Ids.LEGEND, "children"),
    "heads": Output(Ids.HEADS, "children"),
    "table": Output(Ids.TABLE, "children"),
}

HANDLERS = jobs.EDITS | way.EDITS
"""Edits that are none of the map's, by kind."""


def register(app: Dash, services: Services) -> None:
    """Add the page's callbacks."""
    planning = services.planning

    @app.callback(
        MAIN,
        Input(Ids.URL, "search"),
        Input(Ids.ACTION, "data"),
        State(Ids.BOOK, "data"),
        State(Ids.ANSWERED, "data"),
        on_error=refused,
    )
    def main(search: str | None, edit: Any, book: Any, answered: Any) -> dict[str, Any]:
        viewer, state = session.viewer(), address.read(search)
        if ctx.triggered_id != Ids.ACTION or not edit or not book:
            if answered and answered["search"] == address.write(state) and book:
                return dict.fromkeys(MAIN, no_update)
            return render.panels(services, viewer, edits.read_again(planning, viewer, state), None)
        handle = HANDLERS.get(edit["kind"], edits.act)
        outcome = handle(planning, viewer, edit, state, book)
        found = render.panels(services, viewer, outcome, book)
        found["plan"]["n"] = edit["n"]
        return found | {"answered": render.answer(edit["n"], outcome[0])}

    # What follows an answer is asked for once the answer is on the screen: SHOWN repeats ANSWERED then.
    app.clientside_callback(ClientsideFunction("planner", "answered"), Input(Ids.ANSWERED, "data"))

    @app.callback(
        Output(Ids.COMPARE, "children"),
        Output(Ids.REVIEW, "children"),
        Input(Ids.SHOWN, "data"),
        State(Ids.BOOK, "data"),
        prevent_initial_call=True,
    )
    def follow(_shown: Any, book: Any) -> Any:
        compared, way_on = review.followed(planning, session.viewer(), book)
        return folded(compared), folded(way_on)

    @app.callback(
        Output(Ids.FEASIBLE, "children"),
        Output(Ids.SURVEY, "data"),
        Input(Ids.SURVEY_STEP, "data"),
        Input(Ids.SHOWN, "data"),
        State(Ids.BOOK, "data"),
        State(Ids.SURVEY, "data"),
        prevent_initial_call=True,
    )
    def possible(_step: Any, _shown: Any, book: Any, known: Any) -> Any:
        survey = feasible.surveyed(planning, session.viewer(), book, known) if book else None
        if survey is None:
            return no_update, no_update
        return folded(feasible.sentences(survey)), survey

    # The next step of a survey is asked for when the one before has been answered.
    app.clientside_callback(ClientsideFunction("planner", "surveyed"), Input(Ids.SURVEY, "data"))

    @app.callback(
        Output(Ids.PROPOSALS, "children"),
        Output(Ids.TICK, "disabled"),
        Output(Ids.JOB, "data"),
        Input(Ids.TICK, "n_intervals"),
        Input(Ids.SHOWN, "data"),
        State(Ids.BOOK, "data"),
        State(Ids.JOB, "data"),
        prevent_initial_call=True,
    )
    def proposed(_ticks: Any, _shown: Any, book: Any, known: Any) -> Any:
        if not book:
            return no_update, True, no_update
        viewer = session.viewer()
        token, job = jobs.newest(planning, viewer, book)
        waiting = job is not None and job["status"] in proposals.UNDER_WAY
        if token == known:
            return no_update, not waiting, no_update
        if job is not None and job["status"] == "done":
            job = planning.job(viewer, job["job_id"])
        return folded(proposals.panel(book, job, planning.may(viewer)["edit"])), not waiting, token

    @app.callback(
        Output(Ids.NEWS, "children"),
        Input(Ids.BEAT, "n_intervals"),
        Input(Ids.SHOWN, "data"),
        State(Ids.BOOK, "data"),
        prevent_initial_call=True,
    )
    def news(_beats: Any, _shown: Any, book: Any) -> Any:
        return render.told(planning, session.viewer(), book)


def refused(error: Exception) -> dict[str, Any]:
    """Say why an edit was not done, and let the page go on as it was."""
    failure.show(error)
    edit = ctx.inputs.get(f"{Ids.ACTION}.data") or {}
    state = address.read(ctx.inputs.get(f"{Ids.URL}.search"))
    return dict.fromkeys(MAIN, no_update) | {"answered": render.answer(edit.get("n"), state)}
