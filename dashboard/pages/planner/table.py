"""The grids of the area: households, persons, deviation with the band drawn, workload, shape, captain."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dash import html
from dash.development.base_component import Component

from dashboard.pages.planner import book as books
from dashboard.pages.planner.address import NEW_GRID, State
from dashboard.pages.planner.book import Book, Row
from dashboard.pages.planner.parts import act_button
from dashboard.view import format
from dashboard.view.marks import Status, mark
from dashboard.view.markup import wild
from geo.i18n import _

HALF_SCALE = 0.3
"""Deviation at either end of a bar's track; what lies beyond ends in an arrow."""
STATES = {"ok": Status.GOOD, "watch": Status.WATCH, "act": Status.ACT}


def table(book: Book, state: State, editable: bool) -> list[Component]:
    """Build the table: the grids themselves, or over a wide area the areas below with what is in them."""
    digits = books.groups(book)
    band = _band(book)
    if digits:
        body = _areas(book, digits)
        return [_heads(_area_heads(), _("Areas and their grids")), html.Tbody(body), _foot(book, wide=True)]
    rows = [part for row in book["rows"].values() for part in _grid(book, row, state, editable, band)]
    return [_heads(_grid_heads(band), _("Grids")), html.Tbody(rows), _foot(book, wide=False)]


def _band(book: Book) -> float:
    given = (book["draft"] or {}).get("options") or book["plan"].get("standards") or {}
    return float(given.get("tolerance") or 0.1)


def target(book: Book) -> int:
    """Return how many households a grid should have."""
    given = (book["draft"] or {}).get("options") or book["plan"].get("standards") or {}
    return int(given.get("target") or 500)


def _heads(words: Sequence[tuple[str, str]], caption: str) -> Component:
    cells = [html.Th(text, scope="col", className=name) for text, name in words]
    return html.Thead(html.Tr(cells), **wild({"aria-label": caption}))


def _grid_heads(band: float) -> list[tuple[str, str]]:
    return [
        (_("Grid"), ""),
        (_("Households"), "number"),
        (_("Persons"), "number persons"),
        (_("Deviation (grey band = ±{share}%)", share=f"{100 * band:g}"), "dev-col"),
        (_("Tasks per worker"), "number"),
        (_("Shape (0–1)"), "number"),
        (_("Captain"), "captain"),
    ]


def _area_heads() -> list[tuple[str, str]]:
    return [
        (_("Area"), ""),
        (_("Grids"), "number"),
        (_("Households"), "number"),
        (_("Persons"), "number"),
        (_("Within the band"), "number"),
        (_("Largest deviation"), "number"),
    ]


def signed(share: float) -> str:
    """Print a deviation with its sign: +14.8%, −2.6%."""
    return f"{share:+.1%}".replace("-", format.MINUS)


def bar(deviation: float, state: str, band: float) -> Component:
    """Build a deviation's bar from the middle, on the track with the band drawn."""
    shown = max(-HALF_SCALE, min(HALF_SCALE, deviation))
    left, width = 50 + 50 * min(0.0, shown) / HALF_SCALE, 50 * abs(shown) / HALF_SCALE
    half = 50 * min(band, HALF_SCALE) / HALF_SCALE
    beyond = "" if abs(deviation) <= HALF_SCALE else " beyond-more" if deviation > 0 else " beyond-less"
    return html.Span(
        [
            html.Span(className="dev-band", style={"left": f"{50 - half:.1f}%", "width": f"{2 * half:.1f}%"}),
            html.Span(className="dev-fill", style={"left": f"{left:.1f}%", "width": f"{width:.1f}%"}),
            html.Span(className="dev-zero"),
        ],
        className=f"dev dev-{state}{beyond}",
        **wild({"aria-hidden": "true"}),
    )


def _grid(book: Book, row: Row, state: State, editable: bool, band: float) -> list[Component]:
    code, picked = row["grid_code"], row["grid_code"] == state.grid
    locked = bool(book["draft"]) and code in book["draft"]["locks"]["grids"]
    colour = row.get("colour")
    swatch = html.Span(className=f"plan-swatch plan-bar-{0 if colour is None else colour + 1}")
    name = act_button(
        [swatch, _name(row["name"] or code), *([_lock()] if locked else [])],
        "pick",
        "grid-pick",
        grid="" if picked else code,
        extra={"aria-pressed": str(picked).lower(), "title": f"{row['name']} {code}".strip()},
    )
    flagged = row["state"] == "act"
    households: list[Any] = [mark(Status.ACT, ""), " "] if flagged else []
    cells = [
        html.Th(name, scope="row"),
        html.Td([*households, html.Strong(format.count(row["households"]))], className="number households"),
        html.Td(format.count(row["persons"]), className="number persons"),
        html.Td(
            html.Span(
                [bar(row["deviation"], row["state"], band), html.Span(signed(row["deviation"]))], className="dev-cell"
            ),
            className="dev-col",
        ),
        html.Td(format.decimal(row["workload"], 0), className="number"),
        html.Td(_compact(row), className="number"),
        _captain(row["captain"]),
    ]
    classes = " ".join(part for part in (f"is-{row['state']}", "chosen-row" if picked else "") if part)
    shown = html.Tr(cells, className=classes, **wild({"data-code": code}))
    if not picked or book["draft"] is None:
        return [shown]
    return [shown, _tools(row, locked, book["draft"]["draft_id"], editable)]


def _name(name: str) -> Component:
    """Build a name of up to two lines; one that is a code breaks after its sub-district's nine digits."""
    coded = name[:12].isdigit() and len(name) >= 12
    return html.Span([name[:9], html.Wbr(), name[9:]] if coded else name, className="grid-name two-lines")


def _captain(name: str | None) -> Component:
    said = html.Span(name or _("vacant"), className="two-lines")
    return html.Td(said, title=name or "", className="captain" if name else "captain vacant")


def _compact(row: Row) -> list[Any]:
    shape = format.decimal(row["polsby_popper"], 2)
    return [shape] if row.get("contiguous") is not False else [mark(Status.ACT, _("in parts"))]


def _lock() -> Component:
    word = _("locked")
    said = html.Span(word, className="visually-hidden")
    return html.Span(said, title=word, className="lock-sign tool-icon icon-lock")


def _tools(row: Row, locked: bool, draft: int, editable: bool) -> Component:
    """Build what can be done with the picked grid, in a row of its own below it."""
    code = row["grid_code"]
    sheet = html.A(
        _("A3 sheet (PDF)"), href=f"/planner/files/{draft}/sheet/{code}", className="button", download="",
        **wild({"data-testid": "sheet"}),
    )  # fmt: skip
    lock = act_button(_("Unlock") if locked else _("Lock"), "lock", grid=code, value="off" if locked else "on")
    dissolve = act_button(_("Dissolve"), "dissolve", grid=code)
    touch = {"data-plan-then": _("Now touch the neighbour that gets the strip.")}
    strip = act_button(_("Give a strip to…"), "strip", grid=code, extra=touch)
    merge = act_button(
        _("Merge with…"), "merge", grid=code, extra={"data-plan-then": _("Now touch the grid to merge with.")}
    )
    edits = [lock, strip, merge, dissolve] if editable else []
    return html.Tr(
        html.Td(html.Div([*edits, sheet], className="row-tools"), colSpan=7),
        className="tools-row",
        **wild({"data-key": f"tools-{code}"}),
    )


def _areas(book: Book, digits: int) -> list[Component]:
    found = books.grouped(book, digits).items()
    return [_area(code, rows, book["areas"].get(code, code)) for code, rows in found]


def _area(code: str, rows: Sequence[Row], name: str) -> Component:
    within = sum(row["state"] == "ok" for row in rows)
    worst = max(rows, key=lambda row: abs(row["deviation"]))
    word = mark(STATES[worst["state"]], signed(worst["deviation"]))
    cells = [
        html.Th(act_button(_name(name), "go", "grid-pick", value=code, extra={"title": name}), scope="row"),
        html.Td(format.count(len(rows)), className="number"),
        html.Td(html.Strong(format.count(sum(row["households"] for row in rows))), className="number"),
        html.Td(format.count(sum(row["persons"] for row in rows)), className="number"),
        html.Td(f"{within}/{len(rows)}", className="number"),
        html.Td(word, className="number"),
    ]
    return html.Tr(cells, **wild({"data-code": code}))


def _foot(book: Book, *, wide: bool) -> Component:
    totals = book["totals"]
    within = _("{n}/{all} within the band", n=totals["within"], all=totals["grids"])
    gini = _("Gini {gini}", gini=format.decimal(totals["gini_households"], 2))
    workload = _("workload {gini}", gini=format.decimal(totals["gini_workload"], 2))
    cells = [
        html.Th(_("Total"), scope="row"),
        *([html.Td(format.count(totals["grids"]), className="number")] if wide else []),
        html.Td(html.Strong(format.count(totals["households"])), className="number"),
        html.Td(format.count(totals["persons"]), className="number" if wide else "number persons"),
        html.Td(f"{within} · {gini} · {workload}", className="caption total-words", colSpan=2),
    ]
    if not wide:
        cells += [html.Td(format.decimal(totals["polsby_popper"], 2), className="number"), html.Td()]
    return html.Tfoot(html.Tr(cells))


def new_grid(state: State) -> Component:
    """Build the button that makes the next stroke a grid of its own."""
    on = state.grid == NEW_GRID
    words = _("New grid from the next stroke")
    return act_button(words, "pick", "button", grid="" if on else NEW_GRID, extra={"aria-pressed": str(on).lower()})
