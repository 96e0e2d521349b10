"""What is to be done: four figures, then care visits overdue and due today, then cases by deadline."""

from __future__ import annotations

from dash.development.base_component import Component

from dashboard.view import drill, format, values
from dashboard.view.states import empty
from geo.i18n import _, ngettext
from geo.service.drill import GridPage
from geo.standards import CARE_VISIT_DAYS, SWEEP_DAYS


def figures(page: GridPage) -> Component:
    """Build the four figures of the day; where clocks are not to be seen, the open cases alone."""
    clocks, cases = page.facts.clocks, values.text(page.facts.open_cases)
    if clocks is None:
        return drill.figure_row([(_("Open cases"), cases, "")])
    share = format.rate(clocks.swept, clocks.households)
    sweep = _("{days}-day sweep {detail}", days=SWEEP_DAYS, detail=share.detail)
    return drill.figure_row(
        [
            (_("Visits due"), str(clocks.overdue + clocks.due_today), ""),
            (_("overdue"), str(clocks.overdue), ""),
            (_("Open cases"), cases, ""),
            (sweep, str(share), ""),
        ]
    )


def lists(page: GridPage) -> list[Component]:
    """Build the lists in the order they are to be worked through."""
    found = [*_visits(page), _cases(page)]
    shown = [part for part in found if part is not None]
    if shown:
        return shown
    if page.visits is None and page.cases is None:
        return [empty(_("Single visits and cases are shown to duty roles only."))]
    return [empty(_("Nothing is due today: no visit, no open case."))]


def _visits(page: GridPage) -> list[Component | None]:
    due = page.visits or ()
    late = [drill.visit_row(visit) for visit in due if visit.overdue]
    today = [drill.visit_row(visit) for visit in due if not visit.overdue]
    overdue = ngettext("Care visits overdue · every {n} day", "Care visits overdue · every {n} days", CARE_VISIT_DAYS)
    now_due = ngettext(
        "Care visits due today · every {n} day", "Care visits due today · every {n} days", CARE_VISIT_DAYS
    )
    return [
        drill.listing(overdue, late, act=True, testid="visits-overdue"),
        drill.listing(now_due, today, testid="visits-today"),
    ]


def _cases(page: GridPage) -> Component | None:
    rows = [drill.case_row(case, page.moment, linked=True) for case in page.cases or ()]
    return drill.listing(_("Open cases by deadline"), rows, testid="open-cases")
