"""The six key figures: stock, flow, overdue, and three rates with their n/N."""

from __future__ import annotations

from dataclasses import replace

from dash import html
from dash.development.base_component import Component

from dashboard.pages.wall.context import Context
from dashboard.view import format, keyfigure, values
from dashboard.view.markup import wild
from dashboard.view.url import Layer
from geo.core.figures import KeyFigures, Overdue, Value
from geo.i18n import _
from geo.model import Measure


def figures(context: Context, key: KeyFigures) -> list[Component]:
    """Build the row of six."""
    filters = context.state.filters
    period = format.period(filters.start, filters.end, context.today)
    trend = {name: tuple(line) for name, line in key.trends.items()}
    open_cases = keyfigure.counted(
        _("Open cases"), key.open, _cases(key.open), _open_change(key), trend.get("open", ())
    )
    flow = keyfigure.counted(
        _flow_title(context), key.reported_today, _cases(key.reported_today), _usual(key), trend.get("reported", ())
    )
    late = keyfigure.counted(
        _("Overdue"), key.overdue.open, _cases(key.overdue.open), _latest(key.overdue), trend.get("overdue", ()),
        act=values.positive(key.overdue.open),
    )  # fmt: skip
    rates = (
        keyfigure.shared(_("Closed on time"), key.on_time, period, trend.get("on_time", ())),
        keyfigure.shared(_("Resolved of accepted"), key.resolved, period, trend.get("resolved", ())),
        keyfigure.shared(_("Care visits"), key.care_visited, _("within 14 days"), trend.get("care_visited", ())),
    )
    named = zip(
        ("open", "reported", "overdue", "on-time", "resolved", "care"), (open_cases, flow, late, *rates), strict=True
    )
    return [
        html.Div(_touchable(context, name, parts), className="key", **wild({"data-key": name})) for name, parts in named
    ]


def _touchable(context: Context, name: str, parts: list[Component]) -> list[Component]:
    """Make a figure lead to the picture of itself, where the map or the trend has one."""
    state, end = context.state, context.state.filters.end
    targets = {
        "open": replace(state, measure=Measure.OPEN_CASES, layer=Layer.GRIDS),
        "reported": context.period(end, end, state.trend_days(context.today)),
        "care": replace(state, measure=Measure.WORKLOAD, layer=Layer.GRIDS),
    }
    if name not in targets:
        return parts
    title, *rest = parts
    return [html.Dt(context.link(title.children, targets[name], "cover"), className="key-title"), *rest]


def _cases(value: Value) -> str:
    return values.ntext("case", "cases", value)


def _flow_title(context: Context) -> str:
    end = context.state.filters.end
    return _("Received today") if end == context.today else _("Received on {day}", day=format.month_day(end))


def _open_change(key: KeyFigures) -> str:
    return "" if key.open_change is None else _("{change} on the day before", change=format.change(key.open_change))


def _usual(key: KeyFigures) -> str:
    return "" if key.usual is None else _("same weekday, 8 weeks: {mean}", mean=format.decimal(key.usual))


def _latest(overdue: Overdue) -> str:
    if overdue.longest_days is None:
        return "" if values.positive(overdue.open) else _("nothing is late")
    late = _("oldest {days} d", days=overdue.longest_days)
    return f"{late} · {overdue.where.name}" if overdue.where else late
