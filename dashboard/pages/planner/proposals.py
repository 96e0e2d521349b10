"""Propose: what to divide by, a progress bar with cancel, then three profiles side by side with six figures each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dash import html
from dash.development.base_component import Component

from dashboard.pages.planner import proposal_form
from dashboard.pages.planner.book import Book
from dashboard.pages.planner.editor import MiniMap
from dashboard.pages.planner.parts import act_button
from dashboard.view import format, minimap
from dashboard.view.marks import Status, mark
from dashboard.view.markup import wild
from geo.i18n import N_, _, listed
from geo.model import Level, level_of

Job = Mapping[str, Any]
UNDER_WAY = ("queued", "running")
PROFILES = {
    "balanced": (N_("Balanced"), N_("closest to the target")),
    "middle": (N_("Middle"), N_("between balance and shape")),
    "compact": (N_("Compact"), N_("the tidiest shapes")),
}


def panel(book: Book, job: Job | None, editable: bool) -> list[Component]:
    """Build the panel for the area's newest job."""
    parts: list[Component | None] = [_head(book, job, editable)]
    if job and job["status"] in UNDER_WAY:
        parts.append(_progress(job, editable))
    elif job and job["status"] == "done":
        parts.append(html.Div([_card(book, job, one, editable) for one in job["profiles"]], className="profiles"))
    else:
        parts.append(_nothing(job, editable))
    return [part for part in parts if part is not None]


def _head(book: Book, job: Job | None, editable: bool) -> Component:
    busy = job is not None and job["status"] in UNDER_WAY
    form = proposal_form.form(job["options"] if job else {}) if editable and not busy else None
    wider = _wider(book, job)
    of = html.Span(_("for {area}", area=wider), className="caption") if wider else None
    return html.Div([html.H2([_("Proposals"), " ", of]), form], className="panel-head")


def _wider(book: Book, job: Job | None) -> str | None:
    """Return the name of the job's area where that is wider than the one in hand."""
    if job is None or job["area"] == book["area"]["code"]:
        return None
    return next((area["name"] for area in book["area"]["path"] if area["code"] == job["area"]), str(job["area"]))


def _progress(job: Job, editable: bool) -> Component:
    share = round(100 * float(job["progress"] or 0))
    told = {"role": "progressbar", "aria-valuemin": "0", "aria-valuemax": "100", "aria-valuenow": str(share)}
    track = html.Div(
        html.Span(className="progress-fill", style={"width": f"{share}%"}),
        className="progress",
        **wild({**told, "aria-label": _("Progress of the proposal")}),
    )
    cancel = act_button(_("Cancel"), "cancel", value=str(job["job_id"]), testid="cancel") if editable else None
    words = job["step"] or _("Waiting for its turn…")
    return html.Div([html.P(f"{words} {share}%", className="progress-words"), track, cancel], className="progress-box")


def _nothing(job: Job | None, editable: bool) -> Component:
    if job and job["status"] == "cancelled":
        said = _("The last proposal was cancelled.")
    elif job and job["status"] in ("failed", "interrupted"):
        said = job["message"] or _("The last proposal was interrupted. Please start it again.")
        return html.P([mark(Status.ACT, _("Not finished")), " ", said], className="proposal-note")
    elif editable:
        said = _("Three plans are worked out side by side: balanced, middle and compact.")
    else:
        said = _("There is no proposal for this area.")
    return html.P(said, className="caption proposal-note")


def _card(book: Book, job: Job, proposal: Mapping[str, Any], editable: bool) -> Component:
    title, says = PROFILES[proposal["profile"]]
    shapes = {one["properties"]["grid_code"]: one["geometry"] for one in proposal["geometry"]["features"]}
    colours = {
        one["properties"]["grid_code"]: one["properties"]["colour"] + 1 for one in proposal["geometry"]["features"]
    }
    picture = MiniMap(
        box=f"0 0 {minimap.WIDTH} {minimap.HEIGHT}",
        grids=minimap.paths(shapes, colours),
        label=_("Map of the proposal: {profile}", profile=_(title)),
    )
    head = html.H3([_(title), _says(proposal["same"], _(says))], className="profile-title")
    return html.Article(
        [head, picture, _figures(proposal["figures"]), *_adopt(book, job, proposal, editable)],
        className="profile",
        **wild({"data-profile": proposal["profile"]}),
    )


def _says(same: Sequence[str], says: str) -> Component:
    """Say what a profile is, or which others are the very same plan."""
    if not same:
        return html.Span(says, className="caption")
    return html.Span(
        _("= the same plan as {profiles}", profiles=listed(_(PROFILES[one][0]) for one in same)),
        className="caption same-plan",
    )


def _figures(figures: Mapping[str, Any]) -> Component:
    grids = figures["grids"]
    entries = [
        (_("Grids"), format.count(grids)),
        (_("Within the band"), f"{figures['within']}/{grids}"),
        (_("Largest deviation"), f"{figures['worst']:.1%}"),
        (_("Compactness"), format.decimal(figures["polsby_popper"], 2)),
        (_("Households that change grid"), format.count(figures["households_moved"])),
        (_("Across main roads"), format.count(figures["arterials"])),
    ]
    rows = [html.Div([html.Dt(name), html.Dd(value)]) for name, value in entries]
    return html.Dl(rows, className="profile-figures")


def _adopt(book: Book, job: Job, proposal: Mapping[str, Any], editable: bool) -> list[Component]:
    if not editable:
        return []
    profile = proposal["profile"]
    told: dict[str, Any] = {"value": profile, "other": str(job["job_id"]), "testid": "adopt"}
    last = (book["draft"] or {}).get("undo") or {}
    if last.get("proposal") in [[job["job_id"], one] for one in (profile, *proposal["same"])]:
        return [html.P(mark(Status.GOOD, _("the draft as it stands")), className="adopted")]
    if job["base_plan_id"] != (book["draft"] or {}).get("base_plan_id", book["plan"]["plan_id"]):
        return [html.P(_("Made from another plan: propose anew."), className="caption")]
    area, wide = book["area"]["code"], level_of(str(job["area"])) is not Level.COMMUNITY
    if wide and level_of(area) is Level.COMMUNITY:
        return [act_button(_("For this community only"), "adopt", "button button-main", grid=area, **told)]
    whole = _wider(book, job)
    word = _("Adopt for the whole of {area}", area=whole) if whole else _("Adopt")
    return [act_button(word, "adopt", "button button-main", **told)]
