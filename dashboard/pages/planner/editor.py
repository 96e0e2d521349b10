"""What the map's editor is told: values only; outlines travel once and then as a stroke changes them."""

from __future__ import annotations

from typing import Any

from dash.development.base_component import Component

from dashboard.components.own import declare
from dashboard.pages.planner import book as books
from dashboard.pages.planner.address import NEW_GRID, State
from dashboard.pages.planner.book import Book, breached, spoken_of
from dashboard.pages.planner.table import HALF_SCALE
from geo.core.planning.standard import Standard
from geo.i18n import _, forms, ngettext


class PlanEditor(Component):
    """The editing layer of the map (assets/planner-edit.js).

    Keyword arguments
    -----------------
    id : component id.
    inForce : URL of the outlines in force.
    plan : values of the draft (assets/planner-map.js).
    picture : {shapes, moves, whole}, see `book.Picture`.
    words : sentences said beside the finger.
    """

    _children_props: list[str] = []  # noqa: RUF012  (Dash's own attribute of a component class)
    _base_nodes: list[str] = ["children"]  # noqa: RUF012
    _namespace = "gridmap"
    _type = "PlanEditor"
    _properties = ("id", "inForce", "plan", "picture", "words")

    def __init__(self, **properties: Any) -> None:
        declare(self)
        super().__init__(**properties)


class MiniMap(Component):
    """A proposal as a small map (assets/planner-mini.js).

    Keyword arguments
    -----------------
    box : viewBox of the drawing.
    grids : [colour 1-6, SVG path] of each grid.
    label : what it shows, for those who hear it.
    """

    _children_props: list[str] = []  # noqa: RUF012
    _base_nodes: list[str] = ["children"]  # noqa: RUF012
    _namespace = "gridmap"
    _type = "MiniMap"
    _properties = ("id", "box", "grids", "label")

    def __init__(self, **properties: Any) -> None:
        declare(self)
        super().__init__(**properties)


def words() -> dict[str, Any]:
    """Return what is said beside the finger; what is counted in both its forms."""
    return {
        "effect": _("{buildings} {households} → {grid}", **_places("buildings", "households", "grid")),
        "buildings": forms("{n} building", "{n} buildings"),
        "households": forms("{n} household", "{n} households"),
        "same": _("already in {grid}", **_places("grid")),
        "locked": _("Locked: unlock it first."),
        "far": _("Another community: grids never cross its border."),
        "cut": _("Draw from border to border."),
        "cutTap": _("Draw a line through the grid, from border to border."),
        "mergeWith": _("{grid}: now touch the grid to merge it with.", **_places("grid")),
        "start": _("Start a draft to redraw it: New draft."),
        "failed": _("The server did not answer: this edit may not be kept. Please try again."),
    }


def _places(*names: str) -> dict[str, str]:
    """Leave the places to the script, which fills them while the finger moves."""
    return {name: f"{{{name}}}" for name in names}


def plan(book: Book, state: State, editable: bool) -> dict[str, Any]:
    """Return what the map shows of a book."""
    draft, rows = book["draft"], book["rows"]
    locks = draft["locks"] if draft else {"grids": [], "buildings": []}
    breach = spoken_of(book)
    standard = Standard.of((draft or {}).get("options"))
    at_hand = draft is not None and book["community"] is not None
    return {
        "area": book["area"]["code"],
        "scope": [book["area"]["code"]],
        "editable": editable and at_hand,
        "colours": {code: row["colour"] + 1 for code, row in rows.items() if row.get("colour") is not None},
        "names": {code: row["name"] or code for code, row in rows.items()} | {NEW_GRID: _("a new grid")},
        "texts": {code: ngettext("{n} household", "{n} households", row["households"]) for code, row in rows.items()},
        "counts": {code: row["households"] for code, row in rows.items()},
        "aim": standard.aim if standard.unit == "households" else None,
        "scale": HALF_SCALE,
        "n": None,
        "locked": locks["grids"],
        "pinned": locks["buildings"],
        "breaches": breached(book),
        "repair": list(breach["buildings"] or []) if breach else [],
        "groups": _groups(book),
        "only": state.view.value if draft else "force",
        "picked": state.grid,
        "look": book["look"],
    }


def _groups(book: Book) -> dict[str, list[str]]:
    """Return name and text of each area below, over a wide area: a grid is too small there for a label of its own."""
    digits = books.groups(book)
    if not digits:
        return {}
    found = {}
    for code, rows in books.grouped(book, digits).items():
        within = sum(row["state"] == "ok" for row in rows)
        found[code] = [book["areas"].get(code, code), f"{within}/{len(rows)}"]
    return found
