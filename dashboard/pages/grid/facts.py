"""The grid at a glance: stock, load, who serves it, which plan drew it."""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component

from dashboard.view import drill, format, values
from geo.i18n import _, ngettext
from geo.service.drill import GridPage, Worker
from geo.standards import HOUSEHOLDS_PER_GRID

LEADING = ("captain", "worker")
"""Roles that carry the grid's work; the others help."""


def panel(page: GridPage) -> Component:
    """Build the panel."""
    head = html.Div(
        [html.H2(_("The grid")), html.Span(_("code {code}", code=page.facts.code), className="caption")],
        className="panel-head",
    )
    body = [head, _stock(page), _load(page), html.H3(_("Who serves it"), className="list-title"), _workers(page)]
    plan = html.P(drill.plan_words(page.facts), className="caption")
    return html.Section([*body, plan], className="panel grid-panel")


def _stock(page: GridPage) -> Component:
    stock = page.facts.stock
    items = [
        (_("Households"), values.text(stock.households), _("/{n} standard", n=HOUSEHOLDS_PER_GRID)),
        (_("People"), values.text(stock.residents), ""),
        (_("Dwellings"), format.count(stock.dwellings), ""),
        (_("Buildings"), format.count(stock.buildings), ""),
    ]
    if stock.care_households is not None:
        items.append((_("Care households"), format.count(stock.care_households), ""))
    return drill.figure_row(items)


def _load(page: GridPage) -> Component | None:
    """Say the load a head: open cases and care visits due, per captain or grid worker."""
    facts = page.facts
    if facts.clocks is None or facts.open_cases.amount is None:
        return None
    due = facts.clocks.overdue + facts.clocks.due_today
    sum_of = _("open cases {cases} + visits due {visits}", cases=values.text(facts.open_cases), visits=due)
    hands = ngettext("{n} captain or worker", "{n} captains and workers", facts.hands)
    made = _(" ({sum}) ÷ {hands}", sum=sum_of, hands=hands)
    figure = html.Strong(format.decimal(facts.load))
    return html.P([_("Workload a head"), " ", figure, html.Span(made, className="caption")], className="load")


def _workers(page: GridPage) -> Component:
    """List captain and workers; assistants and volunteers fold away behind their number."""
    first = [_worker(worker) for worker in page.facts.workers if worker.role in LEADING]
    others = [_worker(worker) for worker in page.facts.workers if worker.role not in LEADING]
    if not first and not others:
        return html.P(_("Nobody serves this grid yet."), className="empty")
    parts: list[Component] = [html.Ul(first, className="rows")]
    if others:
        said = ngettext("{n} assistant or volunteer", "{n} assistants and volunteers", len(others))
        words = html.Summary(said, className="fold")
        parts.append(html.Details([words, html.Ul(others, className="rows")]))
    return html.Div(parts)


def _worker(worker: Worker) -> Component:
    name = html.Span(
        [html.Strong(worker.name), html.Span(_(drill.WORKER_NAMES[worker.role]), className="caption")],
        className="row-main",
    )
    phone = html.A(worker.phone, href=f"tel:{worker.phone}", className="phone-link") if worker.phone else None
    return html.Li([name, html.Span(phone, className="row-side")], className="row")
