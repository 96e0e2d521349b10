"""The unit-by-floor chart (楼盘表) as a table that touch, keyboard and screen reader can walk.

One cell is in the tab order at a time (roving tabindex); assets/floors.js moves it by the arrow keys. Fill, text and
marks come from the same `Cell`, so that colour never stands alone.
"""

from __future__ import annotations

from collections.abc import Iterable

from dash import html
from dash.development.base_component import Component

from dashboard.view import places
from dashboard.view.marks import Status, mark
from dashboard.view.markup import wild
from geo.core.floors import DAY_BREAKS, Cell, FloorChart, FloorRow, Unit
from geo.i18n import N_, _, listed, ngettext
from geo.standards import CARE_VISIT_DAYS

CARE_NAMES = {
    "elder_alone": N_("Elderly, alone"),
    "disabled": N_("Disabled"),
    "low_income": N_("Low income"),
    "left_behind_child": N_("Left-behind child"),
}
CARE_SIGNS = {
    "elder_alone": N_("E"),
    "disabled": N_("D"),
    "low_income": N_("L"),
    "left_behind_child": N_("C"),
}
"""One character in a circle for each care flag, as the legend explains it."""
USE_NAMES = {"home": N_("Dwelling"), "shop": N_("Shop"), "office": N_("Office"), "other": N_("Other use")}


def chart(plan: FloorChart, selected: Cell | None = None, *, label: str = "") -> Component:
    """Build the chart.

    Parameters
    ----------
    plan : the arrangement; without a dwelling a sentence stands in its place.
    selected : the dwelling picked, marked and in the tab order; else the first one is in it.
    label : what the table is called for a screen reader.
    """
    cells = plan.cells()
    if not cells:
        return html.P(_("No dwelling of this building is registered yet."), className="empty")
    home = selected or cells[0]
    width = 1 + sum(unit.columns for unit in plan.units)
    return html.Div(
        html.Table(
            [
                html.Thead(html.Tr([_corner(), *(_unit_head(unit) for unit in plan.units)])),
                html.Tbody([_row(plan, row, home, selected) for row in plan.rows]),
            ],
            className="floors",
            role="grid",
            **wild({"aria-label": label, "aria-colcount": str(width), "aria-rowcount": str(1 + len(plan.rows))}),
        ),
        className="floors-scroll",
    )


def _corner() -> Component:
    return html.Th(html.Span(_("Floor"), className="visually-hidden"), scope="col", className="floor-name")


def _unit_head(unit: Unit) -> Component:
    name = places.unit(unit.label) or html.Span(_("Without a unit"), className="visually-hidden")
    return html.Th(name, colSpan=str(unit.columns), scope="colgroup", className="unit-name")


def _row(plan: FloorChart, row: FloorRow, home: Cell, selected: Cell | None) -> Component:
    """Build one floor; the first door of each unit after the first carries the gap between units."""
    places_in_row: list[Component] = []
    for number, doors in enumerate(row.units):
        for column, cell in enumerate(doors):
            gap = "unit-start" if number and not column else ""
            places_in_row.append(_place(cell, gap, home is cell, selected is cell))
    return html.Tr([html.Th(places.floor(row.floor), scope="row", className="floor-name"), *places_in_row])


def _place(cell: Cell | None, gap: str, home: bool, chosen: bool) -> Component:
    if cell is None:
        return html.Td(className=gap, role="gridcell")
    return html.Td(
        html.Div(_content(cell), className=f"cell {_fill(cell)}"),
        className=gap,
        role="gridcell",
        tabIndex=0 if home else -1,
        **wild(
            {
                "aria-selected": "true" if chosen else "false",
                "aria-label": spoken(cell),
                "data-cell": "1",
                "data-unit": cell.unit,
                "data-room": cell.room,
                "data-twin": str(cell.twin),
            }
        ),
    )


def _fill(cell: Cell) -> str:
    if cell.households is None:
        return "cell-plain"
    return "cell-vacant" if not cell.households else f"ramp-{cell.day_class}"


def _content(cell: Cell) -> list[Component | None]:
    """Fill a cell: room, rented sign and care signs above; people and days, or what it is used for, below."""
    above = [html.Span(cell.room or "—", className="cell-room"), _rented(cell), _signs(cell)]
    if not cell.households:
        return [html.Div(above, className="cell-line"), html.Div(_unlived(cell), className="cell-line cell-note")]
    below = [
        html.Span(_("{n} p", n=cell.residents)),
        html.Span([waited(cell.days), html.Span("▲", className="cell-due") if cell.care_overdue else None]),
    ]
    return [html.Div(above, className="cell-line"), html.Div(below, className="cell-line cell-note")]


def _rented(cell: Cell) -> Component | None:
    return html.Span(_("rent"), className="cell-rent") if cell.occupancy == "rented" and cell.households else None


def _signs(cell: Cell) -> Component | None:
    if not cell.care:
        return None
    return html.Span([care_sign(flag) for flag in cell.care[:2]], className="cell-care")


def care_sign(flag: str) -> Component:
    """Build the circle with a care flag's character."""
    return html.Span(_(CARE_SIGNS[flag]), className="care-sign", **wild({"aria-hidden": "true"}))


def _unlived(cell: Cell) -> str:
    """Say what a dwelling without a visible household is."""
    if cell.use != "home" or cell.households is None:
        return _(USE_NAMES[cell.use])
    return _("vacant") if cell.occupancy == "vacant" else _("nobody registered")


def waited(days: int | None) -> str:
    """Print the days since the last visit, short: 19天, never 未访."""
    return _("never") if days is None else _("{n} d", n=days)


def care_words(flags: Iterable[str]) -> str:
    """Name care flags in words."""
    return listed(_(CARE_NAMES[flag]) for flag in flags)


def summary(cell: Cell) -> str:
    """Describe a dwelling without a name: 1人 · 独居老人 · 19 天未访."""
    if not cell.households:
        return _unlived(cell)
    parts = [ngettext("{n} person", "{n} people", cell.residents or 0), care_words(cell.care), _since(cell)]
    if cell.occupancy == "rented":
        parts.insert(1, _("rented"))
    return " · ".join(part for part in parts if part)


def _since(cell: Cell) -> str:
    if cell.days is None:
        return _("never visited")
    if cell.days == 0:
        return _("visited today")
    return ngettext("{n} day without a visit", "{n} days without a visit", cell.days)


def spoken(cell: Cell) -> str:
    """Say a whole cell in one sentence, for a screen reader."""
    late = _("care visit overdue") if cell.care_overdue else ""
    return " · ".join(part for part in (places.dwelling(cell.unit, cell.room), summary(cell), late) if part)


def legend(plan: FloorChart) -> Component | None:
    """Explain fills and signs; None where the viewer sees none of them."""
    cells = plan.cells()
    if not any(cell.households for cell in cells):
        return None
    flags = [flag for flag in CARE_NAMES if any(flag in cell.care for cell in cells)]
    signs = [html.Span([care_sign(flag), _(CARE_NAMES[flag])], className="legend-item") for flag in flags]
    late = ngettext("care household over {n} day", "care household over {n} days", CARE_VISIT_DAYS)
    due = html.Span(mark(Status.ACT, late), className="legend-item")
    return html.Div([*day_classes(), *signs, due if flags else None], className="floors-legend")


def day_classes() -> list[Component]:
    """Build the five classes of days since the last visit, as every map and chart of them shows."""
    lows = (0, *(upper + 1 for upper in DAY_BREAKS))
    names = [f"{low}–{high}" for low, high in zip(lows, DAY_BREAKS, strict=False)] + [f">{DAY_BREAKS[-1]}"]
    names[0] = _("{range} days", range=names[0])
    return [
        html.Span(
            [html.Span(className=f"swatch ramp-{number}", **wild({"aria-hidden": "true"})), name],
            className="legend-item",
        )
        for number, name in enumerate(names, 1)
    ]
