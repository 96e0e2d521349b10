"""One case in review: its text with coloured parts, why it waits, and the places it may be."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from dash import html
from dash.development.base_component import Component

from dashboard.view import format, places
from dashboard.view.marks import Status, mark
from dashboard.view.markup import wild
from geo.core.address.marks import Mark
from geo.i18n import N_, _, locale
from geo.service.waiting import KINDS, Candidate, CaseInReview

PART_NAMES = {
    "area": N_("area"),
    "road": N_("road"),
    "number": N_("house number"),
    "estate": N_("estate"),
    "unknown": N_("name not in the register"),
    "building": N_("building no."),
    "unit": N_("unit"),
    "floor": N_("floor"),
    "room": N_("room"),
    "relation": N_("beside"),
}
CHANNEL_NAMES = {
    "hotline": N_("Hotline"),
    "captain": N_("Grid captain"),
    "counter": N_("Counter"),
    "app": N_("App"),
    "letter": N_("Letter"),
    "device": N_("Device"),
    "batch": N_("Batch"),
}


def panel(case: CaseInReview, now: dt.datetime) -> list[Component | None]:
    """Build the case: what and when, the text, why it waits, the candidates."""
    return [
        html.Div([html.H2(_category(case), className="review-what"), _facts(case, now)], className="panel-head"),
        *_notices(case, now),
        _text(case.marks),
        _legend(case.marks),
        _body(case),
        html.P([mark(Status.WATCH, _(KINDS[case.kind])), " · ", _(case.reason)], className="review-why"),
        offered(case.candidates),
    ]


def nothing() -> list[Component]:
    """Say that nothing waits, and the next step."""
    return [
        html.Div(
            [
                html.P(_("No addresses to check."), className="review-none"),
                html.P(_("Clear the filters, or come back when new cases have arrived."), className="caption"),
                html.Button(_("Clear filters"), type="button", className="button", **wild({"data-filter": "clear"})),
            ],
            className="empty",
            **wild({"data-testid": "empty"}),
        )
    ]


def _category(case: CaseInReview) -> str:
    return case.name_zh if locale() == "zh" else case.name_en


def _facts(case: CaseInReview, now: dt.datetime) -> Component:
    """Say channel, time and deadline: nothing of a person."""
    due = _("closed") if case.closed else format.deadline(case.due_at.astimezone(now.tzinfo), now)
    late = not case.closed and case.due_at < now
    said = [
        _(CHANNEL_NAMES.get(case.channel, case.channel)),
        case.case_no,
        format.moment(case.reported_at.astimezone(now.tzinfo), now),
    ]
    return html.P(
        [html.Span(" · ".join(said)), " · ", mark(Status.ACT, due) if late else html.Span(due)], className="caption"
    )


def _notices(case: CaseInReview, now: dt.datetime) -> list[Component]:
    """Tell of somebody else at the case, or of its decision."""
    notices = []
    if case.holder:
        name, since = case.holder
        said = _(
            "{name} has had this case on the screen since {time}.",
            name=name,
            time=format.clock(since.astimezone(now.tzinfo)),
        )
        notices.append(html.P(mark(Status.WATCH, said), className="review-notice", **wild({"data-testid": "held"})))
    if not case.waits:
        said = _("This case no longer waits.")
        if case.decided:
            name, at = case.decided
            said = _("{name} decided this case {time}.", name=name, time=format.moment(at.astimezone(now.tzinfo), now))
        notices.append(html.P(mark(Status.GOOD, said), className="review-notice", **wild({"data-testid": "decided"})))
    return notices


def _text(marks: Sequence[Mark]) -> Component:
    """Build the address, its parts coloured and underlined by kind; each says its kind to those who hear it."""
    if not marks:
        return html.P(_("No address was given."), className="review-text review-silent")
    return html.P([_part(part) for part in marks], className="review-text", **wild({"data-testid": "address"}))


def _part(part: Mark) -> Component:
    if not part.kind:
        return html.Span(part.text)
    said = html.Span(_(" ({kind}) ", kind=_(PART_NAMES[part.kind])), className="visually-hidden")
    return html.Mark([part.text, said], className=f"part part-{part.kind}")


def _legend(marks: Sequence[Mark]) -> Component | None:
    """Name the kinds that occur, in their order."""
    kinds = [*dict.fromkeys(part.kind for part in marks if part.kind)]
    if not kinds:
        return None
    items = [html.Li(html.Span(_(PART_NAMES[kind]), className=f"part part-{kind}")) for kind in kinds]
    return html.Ul(items, className="review-legend", **wild({"aria-hidden": "true"}))


def _body(case: CaseInReview) -> Component | None:
    said = " ".join(part for part in (case.title, case.text) if part)
    return html.P(said, className="caption review-body") if said else None


def offered(candidates: Sequence[Candidate]) -> Component:
    """Build the candidates: numbered as on the map, each one touch."""
    if not candidates:
        words = _("The matcher has no candidate. Search for the place, or say that it is not here.")
        return html.P(words, className="empty", **wild({"data-testid": "no-candidates"}))
    return html.Ol(
        [html.Li(row(number, candidate)) for number, candidate in enumerate(candidates, 1)],
        className="review-choices",
        **wild({"data-testid": "candidates"}),
    )


def row(number: int, candidate: Candidate, letter: str = "") -> Component:
    """Build one place: its number or letter, name, where it lies, why it is offered."""
    place = candidate.place
    sign = html.Span(letter or str(number), className="review-sign", **wild({"aria-hidden": "true"}))
    words = [html.Strong(name(candidate)), html.Span(where(candidate), className="caption")]
    side = (
        []
        if candidate.score is None
        else [html.Strong(format.decimal(candidate.score, 2)), html.Span(_("found of the text"), className="caption")]
    )
    attributes = {
        "data-choice": place.token,
        "data-teach": f"estate:{place.estate}" if place.estate else f"building:{place.building_id}",
        "data-name": place.estate or place.building,
    }
    return html.Button(
        [sign, html.Span(words, className="row-main"), html.Span(side, className="row-side")],
        type="button",
        className="review-choice",
        **wild(attributes),
    )


def name(candidate: Candidate) -> str:
    """Name a place: 听涛苑 6栋 2单元 501室; the part of an estate with its grid."""
    place = candidate.place
    if place.kind == "grid":
        return _("{estate}, part in {grid}", estate=place.estate, grid=candidate.grid_name or place.grid_code)
    said = places.building(place.estate, place.building, place.address or place.building_id)
    return f"{said} {places.dwelling(place.unit, place.room)}" if place.kind == "dwelling" else said


def where(candidate: Candidate) -> str:
    """Say where a place lies and why it is offered."""
    place = candidate.place
    grid = candidate.grid_name if place.kind != "grid" else place.building
    reason = _(candidate.reason) if candidate.reason else ""
    return " · ".join(part for part in (candidate.community_name, grid, place.address, reason) if part)


def features(candidates: Sequence[Candidate], *, letters: bool = False) -> dict[str, Any]:
    """Build the GeoJSON of places: outline, number and name, nothing else."""
    return {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "properties": {
                    "sign": letter(number) if letters else str(number),
                    "token": candidate.place.token,
                    "kind": candidate.place.kind,
                },
                "geometry": candidate.geometry,
            }
            for number, candidate in enumerate(candidates, 1)
        ],
    }


def letter(number: int) -> str:
    """Letter of a found place: a, b, c; candidates have numbers."""
    return "abcdefgh"[number - 1]
