"""Categories with their bars (each adds itself to the filter) and the age bands of the area in sight."""

from __future__ import annotations

from collections.abc import Sequence

from dash import html
from dash.development.base_component import Component

from dashboard.pages.wall.context import Context
from dashboard.pages.wall.where import category_name
from dashboard.view import bars, format, url, values
from dashboard.view.markup import wild
from geo.core.figures import AgeGroup, CategoryRow, Value
from geo.i18n import _, ngettext
from geo.standards import AGE_BAND_YEARS


def categories(context: Context, rows: Sequence[CategoryRow], received: Value) -> list[Component]:
    """Build the list of categories, largest first; several can be chosen."""
    largest = max((row.received.middle or 0 for row in rows), default=0)
    caption = _("received {n} · right: change", n=values.text(received))
    return [
        html.H2([_("Categories"), html.Span(f" {caption}", className="caption")], className="panel-title"),
        html.Ul([_category(context, row, largest) for row in rows], className="bar-rows"),
    ]


def _category(context: Context, row: CategoryRow, largest: float) -> Component:
    chosen = row.code in context.state.filters.categories
    target = url.moved(context.state, categories=url.toggled(context.state.filters.categories, row.code))
    change = "" if row.change is None else format.change(row.change)
    parts = [
        context.link(category_name(row), target, "cover bar-name", current=chosen),
        bars.row_bar(row.received.middle, largest),
        values.figure(row.received, class_name="bar-value"),
        html.Span(change, className="bar-change"),
    ]
    return html.Li(parts, className="bar-row chosen-row" if chosen else "bar-row", **wild({"data-category": row.code}))


def ages(groups: Sequence[AgeGroup], residents: Value) -> list[Component]:
    """Build the age bands of an area: men and women stacked, the unknown said in words."""
    known = [group for group in groups if group.first_age is not None]
    if not known:
        return []
    totals = [sum(value.middle or 0 for value in (group.female, group.male, group.unknown)) for group in known]
    entries = [_band(group) for group in known]
    ends = [html.Span(str(group.first_age)) for group in known[::2]]
    return [
        html.H2(
            [_("Age structure"), html.Span(f" {_people(groups, residents)}", className="caption")],
            className="panel-title",
        ),
        html.Div(bars.columns(entries, max(totals), "ages"), **wild({"aria-hidden": "true"})),
        html.Div(ends, className="ages-axis", **wild({"aria-hidden": "true"})),
        html.Ul([html.Li(entry.title) for entry in entries], className="visually-hidden"),
    ]


def _people(groups: Sequence[AgeGroup], residents: Value) -> str:
    unknown = [group for group in groups if group.first_age is None]
    said = values.ntext("{n} resident", "{n} residents", residents)
    key = ngettext("men below, women above, {n} year a bar", "men below, women above, {n} years a bar", AGE_BAND_YEARS)
    if not unknown:
        return f"{said} · {key}"
    parts = [value for group in unknown for value in (group.female, group.male, group.unknown)]
    missing = format.count(round(sum(value.middle or 0 for value in parts)))
    unknown_said = _("birth year unknown {n}", n=missing)
    return f"{said} · {unknown_said} · {key}"


def _band(group: AgeGroup) -> bars.Column:
    first = group.first_age or 0
    title = _(
        "{first}–{last}: {women}, {men}",
        first=first,
        last=first + AGE_BAND_YEARS - 1,
        women=values.ntext("{n} woman", "{n} women", group.female),
        men=values.ntext("{n} man", "{n} men", group.male),
    )
    parts = (
        (group.male.middle or 0, "men"),
        (group.female.middle or 0, "women"),
        (group.unknown.middle or 0, "unknown"),
    )
    return bars.Column(parts, title, "elder" if first >= 60 else "")
