"""The age structure (年龄结构) as two rows of bars back to back: a table, so that every figure is read and printed."""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component

from dashboard.view import format
from dashboard.view.markup import wild
from geo.core.ages import ELDER_AGE, Ages, Band
from geo.i18n import _, ngettext


def pyramid(structure: Ages, *, label: str) -> Component:
    """Build the bars, oldest first; both sexes share one scale that starts at 0."""
    if not structure.bands:
        return html.P(_("There is nobody to show here."), className="empty")
    rows = [_row(band, structure.widest) for band in reversed(structure.bands)]
    return html.Table([_head(structure), html.Tbody(rows)], className="pyramid", **wild({"aria-label": label}))


def headline(structure: Ages) -> str:
    """Say how many people there are and how many are 60 or older: 163 人 · 60 岁以上 46 人 (28%)."""
    people = ngettext("{n} person", "{n} people", structure.total)
    if structure.elders is None or not structure.total:
        return people
    share = format.rate(structure.elders, structure.total)
    elders = _("{age} and older {n} ({share})", age=ELDER_AGE, n=format.count(structure.elders), share=str(share))
    return f"{people} · {elders}"


def note(structure: Ages) -> str:
    """Say what colours and bands mean, and who is missing."""
    parts = [_("coloured = {age} and older", age=ELDER_AGE)]
    if structure.unknown:
        parts.append(_("{n} without a birth year or sex", n=format.count(structure.unknown)))
    return " · ".join(parts)


def _head(structure: Ages) -> Component:
    return html.Thead(
        html.Tr(
            [
                html.Th(_("Male {n}", n=format.count(structure.male)), scope="col", className="pyramid-male"),
                html.Th(_("Age"), scope="col"),
                html.Th(_("Female {n}", n=format.count(structure.female)), scope="col", className="pyramid-female"),
            ]
        )
    )


def _row(band: Band, widest: int) -> Component:
    name = f"{band.low}+" if band.high is None else f"{band.low}–{band.high}"
    return html.Tr(
        [
            html.Td(_bar(band.male, widest), className="pyramid-male"),
            html.Th(name, scope="row"),
            html.Td(_bar(band.female, widest), className="pyramid-female"),
        ],
        className="pyramid-elder" if band.low >= ELDER_AGE else "",
    )


def _bar(people: int, widest: int) -> Component:
    share = 100 * people / widest if widest else 0
    bar = html.Span(className="pyramid-bar", style={"width": f"{share:.1f}%"}, **wild({"aria-hidden": "true"}))
    return html.Div([bar, html.Span(format.count(people), className="pyramid-count")], className="pyramid-line")
