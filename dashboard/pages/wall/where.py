"""The bar's changing parts: where am I, how much is there, which filters are in force."""

from __future__ import annotations

from collections.abc import Sequence

from dash import html
from dash.development.base_component import Component

from dashboard.pages.wall.context import Context
from dashboard.view import format, values
from dashboard.view.markup import wild
from geo.core.figures import AreaRow, CategoryRow, Place
from geo.i18n import _, listed, locale, ngettext
from geo.model import Level


def where(context: Context, path: Sequence[Place], total: AreaRow, building: str = "") -> list[Component]:
    """Build the way down to the area (and the building) in sight, each part a link back, and the size of it."""
    codes = [None, *(place.code for place in path[1:])]
    names = [place.name or place.code or _("Whole city") for place in path]
    if path[0].level is Level.CITY and (building or len(path) > 1):
        names[0] = _("Whole city")  # its name is the page's title
    links = [context.link(name, context.area(code), "step") for name, code in zip(names, codes, strict=True)]
    last = html.Span(building or names[-1], className="step step-last", **wild({"aria-current": "location"}))
    steps = [html.Li(step) for step in (*(links if building else links[:-1]), last)]
    return [html.Nav(html.Ol(steps, className="steps"), **wild({"aria-label": _("Where am I")})), _size(total)]


def _size(total: AreaRow) -> Component:
    parts = [
        *([ngettext("{n} grid", "{n} grids", total.grids)] if total.grids else []),
        values.ntext("{n} household", "{n} households", total.households, short=True),
        values.ntext("{n} resident", "{n} residents", total.residents, short=True),
        ngettext("{n} grid worker", "{n} grid workers", total.workers),
    ]
    return html.P(" · ".join(parts), className="size")


def in_force(context: Context, categories: Sequence[CategoryRow]) -> list[Component]:
    """Build the filters in force, in words, and the one link that takes them all away."""
    filters = context.state.filters
    said = [html.Span(format.period(filters.start, filters.end, context.today), className="filter")]
    if filters.categories:
        said.append(html.Span(_chosen(filters.categories, categories), className="filter"))
    if filters.ledger:
        said.append(html.Span(ledger_name(filters.ledger), className="filter"))
    clear = [context.link(_("Clear filters"), context.without_filters(), "button clear")] if context.filtered else []
    return [*said, *clear]


def _chosen(codes: Sequence[str], categories: Sequence[CategoryRow]) -> str:
    names = {row.code: category_name(row) for row in categories}
    if len(codes) > 2:
        return ngettext("{n} category", "{n} categories", len(codes))
    return listed(names.get(code, code) for code in codes)


def category_name(row: CategoryRow) -> str:
    """Return a category's name in the locale in use."""
    return row.name_zh if locale() == "zh" else row.name_en


def ledger_name(code: str) -> str:
    """Return a ledger's name (即办 限时 特办 承诺 代办)."""
    names = {
        "immediate": _("Immediate"),
        "time_limited": _("Time-limited"),
        "special": _("Special"),
        "promised": _("Promised"),
        "agency": _("On behalf"),
    }
    return names.get(code, code)


def notes(sentences: Sequence[str]) -> list[Component]:
    """Build what the address could not be read as, one sentence each."""
    return [html.P(sentence) for sentence in sentences]
