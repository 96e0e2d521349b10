"""From a touch to the planning service: each kind of edit as the page sends it, and the stroke the service takes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from dashboard.pages.planner import book as books
from dashboard.pages.planner.address import NEW_GRID, State, View
from dashboard.pages.planner.book import Book, Picture
from geo.errors import DraftMoved, InputError, NotFound
from geo.i18n import _

if TYPE_CHECKING:
    from geo.service.access import Viewer
    from geo.service.planning import Planning

Edit = Mapping[str, Any]
Outcome = tuple[State, Book, Picture | None, str]
"""The page's next state, the book, what the map is told beside it (None: nothing), and a sentence to say."""


def stroke(edit: Edit, book: Book) -> dict[str, Any] | None:
    """Return the service's stroke of an edit, None where the edit is no stroke."""
    grid, other, kind = edit.get("grid"), edit.get("other"), edit["kind"]
    on = "lock" if edit.get("on", edit.get("value") == "on") else "unlock"
    made: dict[str, Callable[[], dict[str, Any]]] = {
        "assign": lambda: {
            "kind": "assign",
            "community": book["community"],
            "to": grid,
            "buildings": list(edit["buildings"]),
        },
        "cut": lambda: {"kind": "cut", "grid": grid, "line": edit["line"]},
        "merge": lambda: {"kind": "merge", "grids": [grid, other]},
        "dissolve": lambda: {"kind": "dissolve", "grid": grid},
        "strip": lambda: {"kind": "strip", "from": grid, "to": other},
        "lock": lambda: {"kind": on, "grid": grid},
        "lock_building": lambda: {"kind": on, "building": edit["building"]},
        "repair": lambda: {"kind": "repair", "grid": grid, "breach": edit["value"]},
        "undo": lambda: {"kind": "undo"},
        "redo": lambda: {"kind": "redo"},
    }
    return made[kind]() if kind in made else None


def act(planning: Planning, viewer: Viewer, edit: Edit, state: State, book: Book) -> Outcome:
    """Do one edit of the map.

    Raises
    ------
    GridError   the service refused it; its sentence is ready to be shown.
    """
    if asked := stroke(edit, book):
        try:
            return _drawn(planning, viewer, asked, state, book)
        except DraftMoved as moved:
            # Nobody's stroke is lost: the page shows what the other drew, and offers this one again.
            state, found, picture, _said = read_again(planning, viewer, state)
            return state, found | {"again": dict(edit)}, picture, str(moved)
    return OTHERS[edit["kind"]](planning, viewer, edit, state, book)


def _drawn(planning: Planning, viewer: Viewer, asked: dict[str, Any], state: State, book: Book) -> Outcome:
    draft = draft_of(state)
    change = planning.stroke(viewer, draft, book["revision"], asked)
    said = " ".join(part for part in (change["sentence"], change["note"]) if part)
    communities = {code for behind in change["behind"] for code in behind["communities"]}
    if change["community"] != book["community"] or book["community"] in communities:
        found, picture = books.read(planning, viewer, replace(state, area=change["community"] or state.area))
        return replace(state, area=found["area"]["code"]), found, picture, said
    found, picture = books.changed(book, change)
    new = [row["grid_code"] for row in change["rows"] if row["grid_code"] not in book["rows"]]
    if state.grid == NEW_GRID and new:
        state = replace(state, grid=new[0])
    elif state.grid in change["closed"]:
        state = replace(state, grid=None)
    return state, found, picture, said


def draft_of(state: State) -> int:
    """Return the draft in hand.

    Raises
    ------
    InputError   there is none.
    """
    if state.draft is None:
        raise InputError(_("There is no draft yet."), hint=_("Start one with New draft."))
    return state.draft


def _pick(_planning: Planning, _viewer: Viewer, edit: Edit, state: State, book: Book) -> Outcome:
    grid = edit.get("grid") or None
    return replace(state, grid=grid), book, None, ""


def _view(_planning: Planning, _viewer: Viewer, edit: Edit, state: State, book: Book) -> Outcome:
    return replace(state, view=View(edit["value"])), book, None, ""


def _go(planning: Planning, viewer: Viewer, edit: Edit, state: State, _book: Book) -> Outcome:
    return read_again(planning, viewer, state.at(edit["value"] or None))


def _once_more(planning: Planning, viewer: Viewer, _edit: Edit, state: State, book: Book) -> Outcome:
    return act(planning, viewer, book["again"], state, book)


def _reload(planning: Planning, viewer: Viewer, _edit: Edit, state: State, _book: Book) -> Outcome:
    return read_again(planning, viewer, state)


def read_again(planning: Planning, viewer: Viewer, state: State, said: str = "") -> Outcome:
    """Read the page anew in a state, with a sentence to say; what is not there, or not theirs, is left out and said."""
    try:
        book, picture = books.read(planning, viewer, state)
    except NotFound as missing:
        if state == State():
            raise
        return read_again(planning, viewer, State(), str(missing))
    return state, book, picture, said


def _start(planning: Planning, viewer: Viewer, _edit: Edit, state: State, book: Book) -> Outcome:
    draft = planning.start(viewer, book["area"]["code"])
    return read_again(planning, viewer, replace(state, area=book["area"]["code"], draft=draft))


def _open(planning: Planning, viewer: Viewer, edit: Edit, state: State, _book: Book) -> Outcome:
    draft = int(edit["value"]) if edit["value"] else None
    return read_again(planning, viewer, replace(state, draft=draft, grid=None))


def _discard(planning: Planning, viewer: Viewer, _edit: Edit, state: State, _book: Book) -> Outcome:
    planning.discard(viewer, draft_of(state))
    return read_again(planning, viewer, replace(state, draft=None, grid=None), _("The draft was discarded."))


def _next(planning: Planning, viewer: Viewer, _edit: Edit, state: State, book: Book) -> Outcome:
    breach = books.next_problem(book, planning.problems(viewer, draft_of(state)))
    if breach is None:
        return state, book | {"problem": None}, None, _("No breach is left.")
    picture = None
    if breach["community_code"] != book["community"]:
        state = state.at(breach["community_code"])
        book, picture = books.read(planning, viewer, state)
    found = book | {"problem": books.name(breach), "look": books.look(breach["grid_code"], book["look"])}
    return replace(state, grid=breach["grid_code"]), found, picture, ""


OTHERS: dict[str, Callable[..., Outcome]] = {
    "pick": _pick,
    "view": _view,
    "go": _go,
    "reload": _reload,
    "again": _once_more,
    "start": _start,
    "open": _open,
    "discard": _discard,
    "next": _next,
}
"""What is asked beside strokes, by kind."""
