"""The two tables of the wall: the area's children (the map's keyboard route) and the five ledgers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dash import html
from dash.development.base_component import Component

from dashboard.pages.wall.context import Context
from dashboard.pages.wall.where import ledger_name
from dashboard.view import format, url, values
from dashboard.view.marks import Status, mark
from dashboard.view.markup import wild
from geo.core.figures import AreaRow, AreaTable, LedgerRow, Value
from geo.i18n import _
from geo.model import Level


def children_table(context: Context, table: AreaTable, classes: Mapping[str, int], unplaced: Value) -> list[Component]:
    """Build the table of the current area's children; each name leads one level down, a grid's filters to it.

    Parameters
    ----------
    context : the page's state.
    table : rows and their total.
    classes : class of each grid on the map, for the swatch that ties a row to its polygon.
    unplaced : filtered cases in no grid, said always: they are in the figures and on no map.
    """
    level = next((row.place.level for row in table.rows if row.place.code), None)
    head = [_level_name(level), _("Households"), _("Received"), _("Open"), _("Overdue")]
    nowhere = _("Not placed") if level is Level.GRID else _("Area unknown")
    rows = [_child(context, row, classes.get(row.place.code), nowhere) for row in table.rows]
    aside = html.Span(_sums(context, table, unplaced), className="caption")
    return [
        html.H2([_heading(level), aside], className="panel-title"),
        html.Div(
            html.Table([_caption(_heading(level)), _head(head), html.Tbody(rows), html.Tfoot(_total(table.total))]),
            className="rows",
            tabIndex="0",
            role="region",
            **wild({"aria-label": _heading(level)}),
        ),
    ]


def _heading(level: Level | None) -> str:
    return {
        Level.COUNTY: _("Counties"),
        Level.SUBDISTRICT: _("Sub-districts"),
        Level.COMMUNITY: _("Communities"),
        Level.GRID: _("Grids"),
    }.get(level, _("Areas"))  # type: ignore[call-overload]


def _level_name(level: Level | None) -> str:
    return {
        Level.COUNTY: _("County"),
        Level.SUBDISTRICT: _("Sub-district"),
        Level.COMMUNITY: _("Community"),
        Level.GRID: _("Grid"),
    }.get(level, _("Area"))  # type: ignore[call-overload]


def _sums(context: Context, table: AreaTable, unplaced: Value) -> str:
    filters = context.state.filters
    named = sum(1 for row in table.rows if row.place.code)
    period = format.period(filters.start, filters.end, context.today)
    beside = _("not placed {n}", n=values.text(unplaced))
    return f" {named} · {period} · {beside}"


def _caption(text: str) -> Component:
    return html.Caption(text, className="visually-hidden")


def _head(names: Sequence[str]) -> Component:
    return html.Thead(html.Tr([html.Th(name, scope="col") for name in names]))


def _child(context: Context, row: AreaRow, map_class: int | None, nowhere: str) -> Component:
    """Build a child's row; what is in none of them is fewer than what is in no grid, so it has a name of its own."""
    place = row.place
    if place.code:
        chosen = context.state.figures.area == place.code
        swatch = (
            []
            if map_class is None
            else [html.Span(className=f"swatch class-{map_class}", **wild({"aria-hidden": "true"}))]
        )
        name: Component = context.link([*swatch, place.name], context.area(place.code), "cover", current=chosen)
    else:
        chosen, name = False, mark(Status.NONE, nowhere)
    cells = [html.Th(name, scope="row"), *_figures(row)]
    return html.Tr(cells, className="row chosen-row" if chosen else "row", **wild({"data-code": place.code}))


def _figures(row: AreaRow) -> list[Component]:
    return [
        html.Td(values.figure(row.households)),
        html.Td(values.figure(row.received)),
        html.Td(values.figure(row.open)),
        html.Td(late(row.overdue)),
    ]


def _total(total: AreaRow) -> Component:
    return html.Tr([html.Th(_("Total"), scope="row"), *_figures(total)])


def late(value: Value) -> Component:
    """Build an overdue count: a warm mark only where there is something to act on."""
    return mark(Status.ACT, values.text(value), class_name="late") if values.positive(value) else values.figure(value)


def ledgers_table(context: Context, rows: Sequence[LedgerRow]) -> list[Component]:
    """Build the five ledgers; a row filters everything to its ledger, and back."""
    head = [_("Ledger"), _("Received"), _("Open"), _("Overdue"), _("n/N"), _("On time")]
    return [
        html.H2([_("Five ledgers"), html.Span(_ledger_caption(context), className="caption")], className="panel-title"),
        html.Table([_caption(_("Five ledgers")), _head(head), html.Tbody([_ledger(context, row) for row in rows])]),
    ]


def _ledger_caption(context: Context) -> str:
    filters = context.state.filters
    return " " + format.period(filters.start, filters.end, context.today)


def _ledger(context: Context, row: LedgerRow) -> Component:
    chosen = context.state.filters.ledger == row.code
    target = url.moved(context.state, ledger=None if chosen else row.code)
    rate = values.share(row.on_time)
    text = [mark(Status.ACT, _("check data")), " ", str(rate)] if rate.doubtful else str(rate)
    return html.Tr(
        [
            html.Th(context.link(ledger_name(row.code), target, "cover", current=chosen), scope="row"),
            html.Td(values.figure(row.received)),
            html.Td(values.figure(row.open)),
            html.Td(late(row.overdue)),
            html.Td(rate.detail.replace("/", "/\u200b"), className="caption"),  # may break there on a phone
            html.Td(text, className="strong"),
        ],
        className="row chosen-row" if chosen else "row",
        **wild({"data-ledger": row.code}),
    )
