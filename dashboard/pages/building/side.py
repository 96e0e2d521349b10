"""Panels beside the chart: the building's figures, its age structure, open cases and recent visits."""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component

from dashboard.view import drill, format, places, pyramid
from geo.i18n import _, ngettext
from geo.service.drill import Building, BuildingPage
from geo.service.linkage import RECENT_DAYS

SHOWN_VISITS = 8
"""Visits listed; the count beside the title says how many households there were."""


def figures(page: BuildingPage) -> Component:
    """Build the building's figures: households of dwellings, people, care households, rented dwellings."""
    found = page.building
    items = [(_("Dwellings"), format.count(found.dwellings), "")]
    if found.households is not None and found.residents is not None:
        whole = ngettext("/{n} dwelling", "/{n} dwellings", found.dwellings)
        items = [
            (_("Households"), format.count(found.households), whole),
            (_("People"), format.count(found.residents), ""),
        ]
    if found.care_households is not None:
        rented = sum(cell.occupancy == "rented" and bool(cell.households) for cell in page.chart.cells())
        items += [
            (_("Care households"), format.count(found.care_households), ""),
            (_("Rented"), format.count(rented), ""),
        ]
    return drill.figure_row(items)


def facts(page: BuildingPage) -> Component:
    """Say what the building is, who serves its grid and which plan drew it."""
    found, grid = page.building, page.grid
    lines = [" · ".join(part for part in (places.of(found), _size(found), found.address) if part)]
    if grid is None:
        lines.append(_("This building lies in no grid."))
    else:
        captain = _("captain {name}", name=grid.captain.name) if grid.captain else _("no captain")
        lines.append(" · ".join((captain, _("code {code}", code=grid.code), drill.plan_words(grid))))
    return html.Div([html.P(line) for line in lines], className="caption facts")


def _size(found: Building) -> str:
    parts = [
        ngettext("{n} floor", "{n} floors", found.floors) if found.floors else "",
        ngettext("{n} unit", "{n} units", found.units) if found.units > 1 else "",
    ]
    return " ".join(part for part in parts if part)


def age_structure(page: BuildingPage) -> Component | None:
    """Build the age structure: of the building's people, or of the grid's where persons are not to be seen."""
    if page.ages is None:
        return None
    title = _("Age structure of the grid") if page.ages_of_grid else _("Age structure")
    head = [html.H2(title), html.Span(pyramid.headline(page.ages), className="caption")]
    return html.Section(
        [
            html.Div(head, className="panel-head"),
            pyramid.pyramid(page.ages, label=title),
            html.P(pyramid.note(page.ages), className="caption"),
        ],
        className="panel ages-panel",
    )


def open_cases(page: BuildingPage) -> Component:
    """Build the building's open cases by deadline."""
    head: list[Component] = [html.H2(_("Open cases"))]
    if page.cases is None:
        body = html.P(_("Single cases are shown to duty roles only."), className="empty")
    else:
        counted = ngettext("{n} case · by deadline", "{n} cases · by deadline", len(page.cases))
        head.append(html.Span(counted, className="caption"))
        rows = [drill.case_row(case, page.moment, linked=False) for case in page.cases]
        body = (
            html.Ul(rows, className="rows") if rows else html.P(_("No open case in this building."), className="empty")
        )
    return html.Section([html.Div(head, className="panel-head"), body], className="panel cases-panel")


def recent_visits(page: BuildingPage) -> Component | None:
    """Build the last visits: when, where, which kind; never by name."""
    if page.visits is None or page.visited_households is None:
        return None
    counted = _(
        "{period} {households}",
        period=ngettext("last {n} day", "last {n} days", RECENT_DAYS),
        households=ngettext("{n} household", "{n} households", page.visited_households),
    )
    rows = [
        html.Li(
            " ".join(
                (
                    format.moment(visit.visited_at, page.moment.at),
                    places.dwelling(visit.unit, visit.room),
                    "·",
                    _(drill.VISIT_NAMES[visit.kind]),
                )
            )
        )
        for visit in page.visits[:SHOWN_VISITS]
    ]
    body = html.Ul(rows, className="visit-lines") if rows else html.P(_("No visit in these days."), className="empty")
    head = html.Div([html.H2(_("Recent visits")), html.Span(counted, className="caption")], className="panel-head")
    return html.Section([head, body], className="panel visits-panel")
