"""Parts the grid's and the building's page share: the way down, the lists of cases and visits, their words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from urllib.parse import quote, urlencode

from dash import dcc, html
from dash.development.base_component import Component

from dashboard.view import floors, format, places
from dashboard.view.marks import Status, mark
from dashboard.view.markup import wild
from geo.i18n import N_, _, locale, ngettext
from geo.model import Level
from geo.service.access import Viewer
from geo.service.drill import Crumb, GridFacts, Moment, OpenCase, VisitDue

LEDGER_NAMES = {
    "immediate": N_("Immediate"),
    "time_limited": N_("Time-limited"),
    "special": N_("Special"),
    "promised": N_("Promised"),
    "agency": N_("On behalf"),
}
STATE_NAMES = {
    "reported": N_("Reported"),
    "accepted": N_("In work"),
    "resolved": N_("Feedback"),
    "closed": N_("Closed"),
}
VISIT_NAMES = {"care": N_("Care visit"), "sweep": N_("Sweep visit"), "other": N_("Visit")}
WORKER_NAMES = {
    "captain": N_("Captain"),
    "worker": N_("Grid worker"),
    "assistant": N_("Assistant"),
    "volunteer": N_("Volunteer"),
}


def trail(steps: Sequence[Crumb], *, last: str, reach: Sequence[str]) -> Component:
    """Build the way down 市 › 区 › 街道 › 社区 › 网格 › 楼栋 › 户.

    Parameters
    ----------
    steps : from the city down; the last one is the page itself.
    last : words for the step below the page (the household not opened), empty for none.
    reach : codes above which the viewer sees nothing; steps outside are words, not links.
    """
    items = [_step(step, current=step is steps[-1], open_to=_reaches(step, reach)) for step in steps]
    if last:
        items.append(html.Li([_kind("household"), html.Span(last, className="crumb-none")], className="crumb"))
    return html.Nav(html.Ol(items, className="trail"), **wild({"aria-label": _("Way down")}))


def _reaches(step: Crumb, reach: Sequence[str]) -> bool:
    return step.kind == "building" or not reach or any(step.code.startswith(own) for own in reach)


def _step(step: Crumb, *, current: bool, open_to: bool) -> Component:
    words = [_kind(step.kind), html.Span(step.name, className="crumb-name")]
    if current:
        return html.Li(
            html.Span(words, className="crumb-link crumb-current", **wild({"aria-current": "page"})), className="crumb"
        )
    inner = (
        dcc.Link(words, href=href(step), className="crumb-link")
        if open_to
        else html.Span(words, className="crumb-still")
    )
    return html.Li(inner, className="crumb")


def _kind(kind: str) -> Component:
    return html.Span(_(places.LEVEL_NAMES[kind]), className="crumb-kind")


def href(step: Crumb) -> str:
    """Return the path of a step: the wall cut to an area, or the page of a grid or building."""
    if step.kind in ("grid", "building"):
        return f"/{step.kind}/{quote(step.code, safe='')}"
    return "/" if step.kind == "city" else f"/?area={step.code}"


def dwelling_href(building_id: str, unit: str | None, room: str | None) -> str:
    """Return the path of a building with one dwelling picked; places only, never a household or a person."""
    picked = {key: value for key, value in (("unit", unit), ("room", room)) if value}
    return f"/building/{quote(building_id, safe='')}" + (f"?{urlencode(picked)}" if picked else "")


def case_status(case: OpenCase, moment: Moment) -> Status:
    """Tell how a case's deadline stands; by days, as the wall counts: overdue is from the day after the due day on."""
    if case.due_at.date() < moment.today:
        return Status.ACT
    return Status.WATCH if case.due_at.date() == moment.today else Status.OPEN


def deadline(case: OpenCase, moment: Moment) -> str:
    """Print a case's deadline by days: 超期 1 天, 今天到期, 还有 3 天."""
    return format.deadline(case.due_at, moment.at.replace(hour=0, minute=0, second=0, microsecond=0))


def category(case: OpenCase) -> str:
    """Name a case's category in the locale in use."""
    return case.name_zh if locale() == "zh" else case.name_en


def case_row(case: OpenCase, moment: Moment, *, linked: bool) -> Component:
    """Build one open case: mark, category and place, deadline in words, ledger, state and day."""
    status = case_status(case, moment)
    where = [places.building(case.estate, case.building), places.unit(case.unit or ""), case.title]
    left = [html.Strong(category(case)), html.Span(" · ".join(part for part in where if part), className="caption")]
    steps = [_(LEDGER_NAMES[case.ledger]), _(STATE_NAMES[case.state]), format.moment(case.due_at, moment.at)]
    right = [
        html.Strong(deadline(case, moment), className=f"status-{status}"),
        html.Span(" · ".join(steps), className="caption"),
    ]
    cells = [mark(status), html.Span(left, className="row-main"), html.Span(right, className="row-side")]
    if linked and case.building_id:
        return html.Li(
            dcc.Link(cells, href=dwelling_href(case.building_id, case.unit, case.room), className="row row-link")
        )
    return html.Li(cells, className="row")


def visit_row(visit: VisitDue) -> Component:
    """Build one care visit due: mark, dwelling, need, days; a touch leads to the dwelling's cell."""
    status = Status.ACT if visit.overdue else Status.WATCH
    where = f"{places.building(visit.estate, visit.building)} {places.dwelling(visit.unit, visit.room)}"
    words = [html.Strong(where), html.Span(floors.care_words(visit.care), className="caption")]
    days = html.Span(html.Strong(waiting(visit), className=f"status-{status}"), className="row-side")
    cells = [mark(status), html.Span(words, className="row-main"), days]
    return html.Li(
        dcc.Link(cells, href=dwelling_href(visit.building_id, visit.unit, visit.room), className="row row-link")
    )


def waiting(visit: VisitDue) -> str:
    """Say how long a care household has waited."""
    return _("never visited") if visit.days is None else ngettext("{n} day", "{n} days", visit.days)


def listing(title: str, rows: Sequence[Component], *, act: bool = False, testid: str = "") -> Component | None:
    """Build a titled list with its length; None where it is empty."""
    if not rows:
        return None
    head = html.H3(
        [title, html.Span(str(len(rows)), className="list-count")], className="list-title" + " status-act" * act
    )
    return html.Div([head, html.Ul(rows, className="rows")], **wild({"data-testid": testid} if testid else {}))


def figure_row(items: Sequence[tuple[str, str, str]]) -> Component:
    """Build figures side by side: a name, the figure, what stands beside it (n/N, a unit)."""
    return html.Dl(
        [
            html.Div(
                [html.Dt(name), html.Dd([html.Span(value, className="figure"), html.Span(beside, className="caption")])]
            )
            for name, value, beside in items
        ],
        className="figure-row",
        **wild({"data-testid": "key-figures"}),
    )


def plan_words(grid: GridFacts) -> str:
    """Say which plan drew a grid."""
    if grid.provisional:
        return _("provisional grid, one per community")
    since = _("in force since {day}", day=format.day(grid.valid_from.date())) if grid.valid_from else ""
    return " ".join(part for part in (_("plan"), grid.plan_name, since) if part)


def data_age(moment: Moment) -> Component:
    """Say which moment the figures are of."""
    return html.Span(mark(Status.GOOD, _("data of {moment}", moment=_whole(moment.at))), className="data-age caption")


def _whole(at: dt.datetime) -> str:
    return f"{format.month_day(at.date())} {format.clock(at)}"


def theme(viewer: Viewer) -> str:
    """Choose the theme: light for those who walk their grid (sunlight), else dark at a desk and light on a phone."""
    return "light" if viewer.level is Level.GRID else "phone"
