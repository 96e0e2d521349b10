"""The daily trend, which is also the time scrubber: columns, a line, two handles and the period's presets."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import dash_mantine_components as dmc
from dash import html
from dash.development.base_component import Component

from dashboard.pages.wall.context import Context
from dashboard.pages.wall.ids import Ids
from dashboard.pages.wall.steps import drawn_dates, drawn_handles
from dashboard.view import bars, format, values
from dashboard.view.markup import wild
from dashboard.view.spark import line
from dashboard.view.url import PRESETS
from geo.core.figures import Series, Value
from geo.i18n import _, locale

WEEKLY_FROM_DAYS = 120
"""Above so many days a column is a week: thinner ones could not be told apart."""


@dataclass(frozen=True, slots=True)
class Step:
    """One column: its days, what was received and closed in them, as far as shown; whole with all its days."""

    first: dt.date
    last: dt.date
    received: float
    closed: float
    said: str
    weekend: bool
    whole: bool


def steps(series: Series) -> list[Step]:
    """Put a series into columns, by day or by week of seven days counted from the end."""
    size = 7 if len(series.days) > WEEKLY_FROM_DAYS else 1
    ends = range(len(series.days), 0, -size)
    return [_step(series, slice(max(0, end - size), end), whole=end >= size) for end in reversed(ends)]


def _step(series: Series, part: slice, *, whole: bool) -> Step:
    days, received = series.days[part], series.reported[part]
    weekend = len(days) == 1 and series.weekend[part][0]
    said = values.text(received[0]) if len(received) == 1 else format.count(round(_sum(received)))
    return Step(days[0], days[-1], _sum(received), _sum(series.closed[part]), said, weekend, whole)


def _sum(parts: Sequence[Value]) -> float:
    return sum(value.middle or 0 for value in parts)


def trend(context: Context, series: Series) -> list[Component]:
    """Build the plot: axis, columns, the line of closed cases, handles, and its table for who can't see it."""
    shown = steps(series)
    top = bars.ceiling(max((max(step.received, step.closed) for step in shown), default=0))
    filters = context.state.filters
    entries = [_column(step, filters.start, filters.end, context.today) for step in shown]
    closed = line([step.closed for step in shown], 0, top, "trend-line", thickness=2.5)
    width = {"--columns": len(shown)}
    hidden = wild({"aria-hidden": "true"})
    drawn = html.Div([bars.columns(entries, top), closed], className="trend-columns", style=width, **hidden)
    plot = html.Div([_axis(top), drawn, _handles(context, series)], className="trend-plot")
    return [plot, html.Div(_days(shown), className="trend-days", **wild({"aria-hidden": "true"})), _table(shown)]


def _column(step: Step, start: dt.date, end: dt.date, today: dt.date) -> bars.Column:
    names = ["weekend" if step.weekend else "", "" if step.last >= start and step.first <= end else "outside"]
    names.append("running" if step.last == today or not step.whole else "")
    title = _("{name}: {said}", name=_span(step), said=step.said)
    return bars.Column(((step.received, ""),), title, " ".join(filter(None, names)))


def _span(step: Step) -> str:
    first = format.month_day(step.first)
    return first if step.first == step.last else f"{first} – {format.month_day(step.last)}"


def _axis(top: int) -> Component:
    marked = (0, top // 2, top) if top % 2 == 0 else (0, top)
    ticks = [html.Span(format.large(tick), style={"bottom": f"{100 * tick / top:.0f}%"}) for tick in marked]
    return html.Div(ticks, className="trend-axis", **wild({"aria-hidden": "true"}))


def _days(shown: Sequence[Step]) -> list[Component]:
    """Mark at most six days, the last among them; every other one gives way where the plot is narrow."""
    every = max(1, -(-len(shown) // 6))
    names = {index: "" if order % 2 == 0 else "minor" for order, index in enumerate(range(len(shown) - 1, -1, -every))}
    return [
        html.Span(format.month_day(step.last) if index in names else "", className=names.get(index, ""))
        for index, step in enumerate(shown)
    ]


def _handles(context: Context, series: Series) -> Component:
    first, last = series.days[0], len(series.days) - 1
    filters = context.state.filters
    chosen = [min(last, max(0, (day - first).days)) for day in (filters.start, filters.end)]
    said: Any = {"function": "gridmapDay", "options": {"first": first.isoformat(), "locale": locale()}}
    return dmc.RangeSlider(
        id=Ids.RANGE,
        min=0,
        max=last,
        minRange=0,
        step=1,
        value=chosen,
        name=drawn_handles(first, chosen),
        updatemode="mouseup",
        label=said,
        thumbFromLabel=_("First day"),
        thumbToLabel=_("Last day"),
        className="handles",
    )


def _table(shown: Sequence[Step]) -> Component:
    head = html.Thead(html.Tr([html.Th(name, scope="col") for name in (_("Day"), _("Received"), _("Closed"))]))
    rows = [
        html.Tr([html.Th(_span(s), scope="row"), html.Td(s.said), html.Td(format.count(round(s.closed)))])
        for s in shown
    ]
    table = html.Table([html.Caption(_("Cases received and closed")), head, html.Tbody(rows)])
    return html.Div(table, className="visually-hidden")


def title(series: Series) -> list[Component]:
    """Build the heading: what a column is, and the key to its looks."""
    weekly = len(series.days) > WEEKLY_FROM_DAYS
    key = [html.Span(className="key-bar"), _("received"), html.Span(className="key-stroke"), _("closed")]
    dark = _("dark: weekend") if not weekly else _("a column is 7 days")
    return [
        html.H2(_("Received per week") if weekly else _("Received per day"), className="panel-title"),
        html.P([*key, html.Span(f" · {dark}", className="caption")], className="caption trend-key"),
    ]


def periods(context: Context) -> list[Component]:
    """Build the usual periods, each ending today, and the calendar for one's own."""
    filters = context.state.filters
    days = (filters.end - filters.start).days + 1 if filters.end == context.today else 0
    usual = [_preset(context, preset, preset == days) for preset in PRESETS]
    return [html.Div(usual, className="presets"), _calendar(filters.start, filters.end, context.today)]


def _preset(context: Context, days: int, current: bool) -> Component:
    target = context.period(context.today - dt.timedelta(days=days - 1), context.today)
    names = {7: _("7 days"), 30: _("30 days"), 90: _("90 days"), 365: _("1 year")}
    return context.link(names[days], target, "button preset", current=current)


def _calendar(start: dt.date, end: dt.date, today: dt.date) -> Component:
    """Build the calendar; its month names follow the language."""
    zh = locale() == "zh"
    label = _("Own period")
    year = "" if start.year == end.year == today.year else " YY"
    return dmc.DatesProvider(
        dmc.DatePickerInput(
            id=Ids.PERIOD,
            type="range",
            value=[start.isoformat(), end.isoformat()],
            name=drawn_dates(start, end),
            maxDate=today.isoformat(),
            allowSingleDateInRange=True,
            valueFormat=f"{year and 'YY年'}M月D日" if zh else f"D MMM{year}",
            monthLabelFormat="YYYY年M月" if zh else "MMMM YYYY",
            className="calendar",
            **wild({"aria-label": label}),
        ),
        settings={"locale": "zh-cn" if zh else "en", "firstDayOfWeek": 1},
    )
