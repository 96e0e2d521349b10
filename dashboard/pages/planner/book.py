"""The page's book: what the panels show, kept in the browser between strokes so that a stroke's answer stays small.

A book holds no geometry; shapes and who lies where go to the map's editor, whole once and then only what a stroke
changed. Nothing here draws and nothing here asks a database: the planning service answers, the book is written on.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from dashboard.pages.planner.address import State
from geo.model import Level, level_of

if TYPE_CHECKING:
    from geo.service.access import Viewer
    from geo.service.planning import Planning

Book = dict[str, Any]
Row = dict[str, Any]

FAR = frozenset({"outer_over", "outer_under"})
"""Breaches beyond the outer limit; with the hard ones they are to be acted on, the others to be watched."""
_DRAWN = frozenset({"geometry", "label"})
_IN_ROWS = frozenset({"undo", "redo", "undo_steps", "redo_steps", "locks"})


@dataclass(frozen=True, slots=True)
class Picture:
    """What the map's editor is told beside the book.

    Attributes
    ----------
    shapes : grid code to GeoJSON geometry (EPSG:4326), None for a grid that is gone.
    moves : building to grid.
    whole : forget what was told before.
    """

    shapes: dict[str, Any] = field(default_factory=dict)
    moves: dict[str, str] = field(default_factory=dict)
    whole: bool = False

    def sent(self) -> dict[str, Any]:
        """Return it as it travels."""
        return {"shapes": self.shapes, "moves": self.moves, "whole": self.whole}


def read(planning: Planning, viewer: Viewer, state: State) -> tuple[Book, Picture]:
    """Read the page anew: a community of a draft to work on, else an overview.

    Raises
    ------
    NotFound   the area or the draft does not exist or lies outside the viewer's scope.
    """
    area = state.area or home(planning, viewer)
    if state.draft is not None and level_of(area) is Level.COMMUNITY:
        return _opened(planning, viewer, area, planning.open(viewer, state.draft, area))
    found = planning.overview(viewer, area, state.draft)
    draft = planning.draft(viewer, state.draft) if state.draft is not None else None
    book = {
        "area": found["area"],
        "community": area if level_of(area) is Level.COMMUNITY else None,
        "plan": found["plan"],
        "draft": draft,
        "revision": draft["revision"] if draft else None,
        "rows": {row["grid_code"]: plain(row) for row in found["rows"]},
        "areas": _areas(planning, viewer, area),
        "totals": found["totals"],
        "breaches": [],
        "problem": None,
        "look": look(area),
    }
    return book, Picture(found["shapes"], found["moved"], whole=True)


def _areas(planning: Planning, viewer: Viewer, area: str) -> dict[str, str]:
    """Return the names of the areas a wide area's table is grouped by."""
    digits = _digits(area)
    return {one["code"]: one["name"] for one in planning.areas(viewer) if len(one["code"]) == digits}


def home(planning: Planning, viewer: Viewer) -> str:
    """Return the widest area the viewer plans for."""
    return min((area["code"] for area in planning.areas(viewer)), key=len)


def _opened(planning: Planning, viewer: Viewer, area: str, opened: Mapping[str, Any]) -> tuple[Book, Picture]:
    found = planning.overview(viewer, area)
    buildings = [feature["properties"] for feature in opened["buildings"]["features"]]
    book = {
        "area": found["area"],
        "community": area,
        "plan": found["plan"],
        "draft": opened["draft"],
        "revision": opened["revision"],
        "rows": {row["grid_code"]: plain(row) for row in opened["rows"]},
        "areas": {},
        "totals": opened["totals"],
        "breaches": opened["breaches"],
        "problem": None,
        "look": look(area),
    }
    shapes = {row["grid_code"]: row["geometry"] for row in opened["rows"]}
    return book, Picture(shapes, {one["id"]: one["grid"] for one in buildings}, whole=True)


def look(code: str, before: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Ask the camera onto an area or a grid; the same number is one and the same wish."""
    wishes = int(before["number"].rsplit("#", 1)[1]) + 1 if before else 0
    return {"code": code, "number": f"{code}#{wishes}"}


def plain(row: Mapping[str, Any]) -> Row:
    """Return a row without its geometry."""
    return {key: value for key, value in row.items() if key not in _DRAWN}


def changed(book: Book, change: Mapping[str, Any]) -> tuple[Book, Picture]:
    """Write a stroke's answer on."""
    rows = {code: row for code, row in book["rows"].items() if code not in change["closed"]}
    rows |= {row["grid_code"]: plain(row) for row in change["rows"]}
    draft = book["draft"] | {key: value for key, value in change["draft"].items() if key in _IN_ROWS}
    fresh = [row["grid_code"] for row in change["rows"]]
    found = book | {
        "again": None,
        "rows": dict(sorted(rows.items())),
        "draft": draft | {"revision": change["revision"]},
        "revision": change["revision"],
        "totals": change["totals"],
        "breaches": change["breaches"],
        "problem": problem_after(book, change["breaches"], fresh),
    }
    shapes = {row["grid_code"]: row["geometry"] for row in change["rows"]} | dict.fromkeys(change["closed"])
    return found, Picture(shapes, dict(change["moved"]))


def problem_after(book: Book, breaches: Sequence[Mapping[str, Any]], touched: Iterable[str]) -> list[str] | None:
    """Choose the breach to speak of after a stroke: the one spoken of while it stands, else a new one of the stroke."""
    names = [name(breach) for breach in breaches]
    if book["problem"] in names:
        return book["problem"]
    before = [name(breach) for breach in book["breaches"]]
    codes = set(touched)
    fresh = [one for one, breach in zip(names, breaches, strict=True) if breach["grid_code"] in codes and acts(breach)]
    return next((one for one in fresh if one not in before), None)


def name(breach: Mapping[str, Any]) -> list[str]:
    """Name a breach: its grid and its kind."""
    return [breach["grid_code"], breach["kind"]]


def acts(breach: Mapping[str, Any]) -> bool:
    """Tell whether a breach is to be acted on, not only watched."""
    return bool(breach["hard"]) or breach["kind"] in FAR


def spoken_of(book: Book) -> Mapping[str, Any] | None:
    """Return the breach the call-out speaks of."""
    return next((breach for breach in book["breaches"] if name(breach) == book["problem"]), None)


def next_problem(book: Book, problems: Sequence[Mapping[str, Any]]) -> Mapping[str, Any] | None:
    """Return the breach after the one spoken of, from the first again after the last; None where there is none."""
    if not problems:
        return None
    names = [name(breach) for breach in problems]
    at = names.index(book["problem"]) + 1 if book["problem"] in names else 0
    return problems[at % len(problems)]


def breached(book: Book) -> dict[str, str]:
    """Return the grids that are outlined, with the status of their worst breach; without a draft by their size."""
    if book["draft"] is None or book["community"] is None:
        told = ("act",) if groups(book) else ("act", "watch")
        return {code: row["state"] for code, row in book["rows"].items() if row["state"] in told}
    found: dict[str, str] = {}
    for breach in book["breaches"]:
        status = "act" if acts(breach) else "watch"
        if found.get(breach["grid_code"]) != "act":
            found[breach["grid_code"]] = status
    return found


def groups(book: Book) -> int | None:
    """Return how many digits of a code the table is grouped by; None lists the grids themselves."""
    return _digits(book["area"]["code"])


def _digits(area: str) -> int | None:
    level = level_of(area)
    return {Level.CITY: 9, Level.COUNTY: 9, Level.SUBDISTRICT: 12}.get(level) if level else None


def grouped(book: Book, digits: int) -> dict[str, list[Row]]:
    """Return the rows by the area below that they lie in."""
    found: dict[str, list[Row]] = {}
    for code, row in sorted(book["rows"].items()):
        found.setdefault(code[:digits], []).append(row)
    return found
