"""The legend of the map's one filled layer: name, numerator ÷ denominator, classes with ranges and counts, method."""

from __future__ import annotations

import datetime as dt

from dash import html
from dash.development.base_component import Component

from dashboard.view import format, values
from dashboard.view.markup import wild
from geo.core.figures import Classes, MapValues, Plan
from geo.i18n import _, ngettext


def legend(
    shown: MapValues, plan: Plan | None, data_at: dt.datetime, polygons: tuple[str, str]
) -> list[Component | None]:
    """Build a legend.

    Parameters
    ----------
    shown : the values on the map.
    plan : the grid plan in force; a provisional one is said to be so.
    data_at : the moment the values are of.
    polygons : what polygons are called, for one and for several, with a place for how many, as `{n} grids`.
    """
    return [
        html.P([html.Strong(_(shown.title)), html.Span(formula(shown), className="caption")], className="legend-head"),
        html.Ul([*_classes(shown, polygons), *_apart(shown.legend, polygons)], className="legend-classes"),
        html.P(_foot(shown, plan, data_at), className="caption legend-foot"),
        _provisional(plan),
    ]


def formula(shown: MapValues) -> str:
    """Say what is counted, over what, in which unit; the space before it is its own."""
    if not shown.denominator:
        return _(" ({unit})", unit=_(shown.unit))
    parts = {"numerator": _(shown.numerator), "denominator": _(shown.denominator), "unit": _(shown.unit)}
    return _(" {numerator} ÷ {denominator} ({unit})", **parts)


def ranges(classes: Classes, digits: int) -> list[str]:
    """Print each class's range: counts as 0–12, 13–21; others as 0.0–2.4, >2.4–5.1, whole ones without decimals."""
    counted = digits == 0
    if all(float(edge).is_integer() for edge in (classes.lowest, *classes.bounds)):
        digits = 0
    said: list[str] = []
    before: float | None = None
    for bound in classes.bounds:
        if before is None:
            low = values.number(classes.lowest, digits)
        elif counted:
            low = values.number(before + 1)
        else:
            low = f">{values.number(before, digits)}"
        high = values.number(bound, digits)
        said.append(high if low == high else f"{low}–{high}")
        before = bound
    return said


def decimals(shown: MapValues) -> int:
    """Tell how many decimals the values need: none for a count."""
    return 1 if shown.denominator else 0


def _classes(shown: MapValues, polygons: tuple[str, str]) -> list[Component]:
    said = ranges(shown.legend, decimals(shown))
    entries = zip(said, shown.legend.counts, strict=True)
    return [_entry(f"class-{index}", text, ngettext(*polygons, count)) for index, (text, count) in enumerate(entries)]


def _apart(classes: Classes, polygons: tuple[str, str]) -> list[Component]:
    entries = [("no-data", _("no data"), classes.no_data), ("withheld", _("1–4, not shown exactly"), classes.withheld)]
    return [_entry(name, text, ngettext(*polygons, count)) for name, text, count in entries if count]


def _entry(name: str, text: str, count: str) -> Component:
    swatch = html.Span(className=f"swatch {name}", **wild({"aria-hidden": "true"}))
    return html.Li([swatch, html.Span([html.Strong(text), html.Span(f" {count}", className="caption")])])


def _foot(shown: MapValues, plan: Plan | None, data_at: dt.datetime) -> str:
    parts = [_(shown.method)]
    if plan:
        parts += [ngettext("plan of {n} grid", "plan of {n} grids", plan.grids), plan.name]
    parts.append(_("data {moment}", moment=f"{format.day(data_at.date())} {format.clock(data_at)}"))
    if shown.unplaced is not None:
        parts.append(_("not placed {n}", n=values.text(shown.unplaced)))
    return " · ".join(part for part in parts if part)


def _provisional(plan: Plan | None) -> Component | None:
    if plan is None or not plan.provisional:
        return None
    return html.P(_("Provisional grids: one per community, until it is divided."), className="legend-provisional")
