"""Strokes on a draft: one transaction each, written as a row with its inverse, answered with what changed.

A draft's state is its rows and nothing else, so any worker goes on where another was killed. A stroke names the
revision it was drawn on. Where others have changed other communities since, it is applied on top and told; where they
have changed its own, it is refused as a whole (`DraftMoved`) and nobody's stroke is lost.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import psycopg
import shapely
from numpy.typing import NDArray

from geo.core.planning import edit, rules
from geo.core.planning.edit import Locked, Sheet
from geo.core.planning.ground import LAND
from geo.errors import DraftMoved, InputError, NotAllowed, NotFound, PlanConflict
from geo.i18n import _, listed, ngettext
from geo.model import Level, level_of
from geo.service import planning_answer as answer
from geo.service import planning_view as view
from geo.service.access import Viewer
from geo.service.planning_ground import Grounds, city_frame
from geo.service.planning_view import Json
from geo.service.planning_work import Work
from geo.store import planning as store
from geo.store.planning import StrokeRow

DEFAULT_WIDTH_M = 12.0
"""How wide a brush is where the page does not say."""
WIDEST_M = 500.0
MOST_POINTS = 5_000
"""Points a lasso or a line may have."""
LOCKS = ("lock", "unlock")


def begin(conn: psycopg.Connection, grounds: Grounds, viewer: Viewer, draft_id: int, *, hold: bool = False) -> Work:
    """Open a draft in a transaction.

    Raises
    ------
    NotFound   there is no such draft within the viewer's scope.
    """
    draft = store.draft(conn, draft_id, hold=hold)
    if draft is None or draft.status == "discarded":
        raise NotFound(_("There is no such draft within what this account sees."))
    return Work(conn, city_frame(conn), grounds, viewer, draft)


def drawable(work: Work) -> None:
    """See that a draft may be drawn on.

    Raises
    ------
    NotAllowed     the viewer does not draw, or the draft is under review or done with.
    PlanConflict   another plan has come into force since.
    """
    if not work.viewer.may.draws:
        raise NotAllowed(_("Only a planner draws."))
    if work.draft.status not in ("open", "sent_back"):
        raise NotAllowed(
            _("This draft is under review or published and is not drawn on."),
            hint=_("Withdraw it, or start a new one."),
        )
    in_force = store.one(work.conn, "plan_in_force")
    if in_force is None or in_force["plan_id"] != work.draft.base_plan_id:
        raise PlanConflict(
            _("Another plan has come into force since this draft was begun."),
            hint=_("Start a new draft on the plan in force."),
        )


def stroke(work: Work, revision: int, asked: Mapping[str, Any]) -> Json:
    """Draw one stroke; `asked` as the page sends it.

    Raises
    ------
    InputError, Locked, DraftMoved, NotAllowed, PlanConflict
    """
    drawable(work)
    kind = str(asked.get("kind", ""))
    behind = store.strokes_since(work.conn, work.draft.draft_id, revision)
    if kind in ("undo", "redo"):
        return _step(work, kind, behind)
    community = community_of(work, asked)
    refuse_overlap(work, behind, [community])
    if kind in LOCKS:
        return _lock(work, kind, asked, community, behind)
    sheet, base = work.sheet(community)
    label, note = drawn(work, sheet, asked)
    return _write(work, sheet, base, label, kind, _plain(asked), note, behind)


def _plain(asked: Mapping[str, Any]) -> Json:
    """Keep of a stroke what tells it from others: no long lists."""
    return {name: value for name, value in asked.items() if isinstance(value, str | int | float)}


def community_of(work: Work, asked: Mapping[str, Any]) -> str:
    """Return the community a stroke is in.

    Raises
    ------
    InputError   the stroke names none.
    NotFound     it lies outside the draft's area.
    """
    grids = [asked.get("grid"), asked.get("from"), asked.get("to"), *(asked.get("grids") or [])]
    named = [str(grid)[:12] for grid in grids if isinstance(grid, str) and level_of(grid) is Level.GRID]
    communities = {*named, *([str(asked["community"])] if asked.get("community") else [])}
    if not communities and asked.get("building"):
        found = store.rows(work.conn, "community_of_building", building_id=str(asked["building"]))
        communities = {row["community_code"] for row in found}
    if len(communities) > 1:
        raise InputError(_("A grid lies in one community; these lie in several."))
    if not communities:
        raise InputError(_("The stroke names no grid and no community."))
    community = communities.pop()
    if not community.startswith(work.draft.area_code):
        raise NotFound(_("This place lies outside the draft's area."))
    return community


def drawn(work: Work, sheet: Sheet, asked: Mapping[str, Any]) -> tuple[NDArray[Any], str]:
    """Return the labels after a stroke, and what it left out.

    Raises
    ------
    InputError, Locked
    """
    kind, grid = asked.get("kind"), str(asked.get("grid", ""))
    if kind == "assign":
        units, note = chosen(work, sheet, asked)
        to_grid = str(asked.get("to", ""))
        label, kept = edit.assign(sheet, units, to_grid)
        locked = ngettext("{n} locked one stays.", "{n} locked ones stay.", len(kept)) if kept else ""
        return label, " ".join(filter(None, [note, locked]))
    if kind == "cut":
        return edit.cut(sheet, grid, _line(work, asked)), ""
    if kind == "merge":
        return edit.merge(sheet, [str(one) for one in asked.get("grids") or []]), ""
    if kind == "dissolve":
        return edit.dissolve(sheet, grid), ""
    if kind == "strip":
        return edit.strip(sheet, str(asked.get("from", "")), str(asked.get("to", ""))), ""
    if kind == "repair":
        sheet.units(grid)
        label = rules.repaired(sheet, grid, str(asked.get("breach", "")), work.standard)
        if label is None:
            raise InputError(_("Nothing this tool does mends it: redraw by hand, or unlock a neighbour."))
        return label, ""
    raise InputError(_("There is no stroke of this kind."))


def chosen(work: Work, sheet: Sheet, asked: Mapping[str, Any]) -> tuple[list[int], str]:
    """Return the units an assign stroke takes hold of, and what it leaves out."""
    if asked.get("buildings"):
        wanted = [str(building) for building in asked["buildings"]]
        missing = sum(building not in sheet.ground.number for building in wanted)
        note = (
            ngettext("{n} lies in another community and stays.", "{n} lie in another community and stay.", missing)
            if missing
            else ""
        )
        return sheet.ground.units(wanted), note
    if asked.get("point"):
        return edit.brush(sheet, shapely.Point(_points(work, [asked["point"]], 1)[0]), 0.0), ""
    if asked.get("line"):
        width = min(max(float(asked.get("width_m") or DEFAULT_WIDTH_M), 0.0), WIDEST_M)
        return edit.brush(sheet, _line(work, asked), width), ""
    if asked.get("polygon"):
        ring = _points(work, asked["polygon"], 3)
        return edit.pick(sheet, shapely.make_valid(shapely.Polygon(ring))), ""
    raise InputError(_("The stroke names no building."))


def _line(work: Work, asked: Mapping[str, Any]) -> shapely.Geometry:
    points = asked.get("line") or []
    if len(points) == 1:
        points = [points[0], points[0]]
    return shapely.LineString(_points(work, points, 2))


def _points(work: Work, lonlat: Any, least: int) -> NDArray[np.float64]:
    """Read a drawn line; a place on earth or none."""
    try:
        xy = np.asarray(lonlat, dtype=float).reshape(-1, 2)
    except (TypeError, ValueError) as error:
        raise InputError(_("The line can't be read.")) from error
    inside = bool(np.isfinite(xy).all() and (np.abs(xy) <= [180.0, 90.0]).all()) if len(xy) else False
    if not least <= len(xy) <= MOST_POINTS or not inside:
        raise InputError(_("The line can't be read."))
    return work.city.metric(xy.tolist())


def refuse_overlap(work: Work, behind: Sequence[store.Row], communities: Sequence[str]) -> None:
    """Refuse a stroke where others have changed its communities since it was drawn."""
    met = [row for row in behind if {*row["communities"]} & {*communities}]
    if met:
        names = listed(sorted({row["actor"] for row in met}))
        raise DraftMoved(
            _("{names} changed the same community in the meantime; your stroke was not drawn.", names=names),
            revision=work.draft.revision,
            strokes=[answer.told(row) for row in behind],
            hint=_("Look at the change and draw it again."),
        )


def _write(
    work: Work, sheet: Sheet, base: Mapping[str, str], label: NDArray[Any], kind: str, detail: Json, note: str,
    behind: Sequence[store.Row],
) -> Json:  # fmt: skip
    """Write a stroke and say what changed."""
    sheet.moved(label)  # says what is locked
    before, after = work.written(sheet, base), sheet.ground.grid_of(label)
    # A unit's buildings go together, so what the base had apart is put together by the first stroke that moves it.
    moves = {
        place: [before.get(place, ""), grid]
        for place, grid in after.items()
        if before.get(place, "") != grid
        and (label[sheet.ground.land.unit_of[sheet.ground.number[place]]]
             != sheet.label[sheet.ground.land.unit_of[sheet.ground.number[place]]])
    }  # fmt: skip
    if not moves:
        raise InputError(_("Nothing there changes its grid."))
    commit(
        work, kind, {place: (old, new) for place, (old, new) in moves.items()}, detail, {sheet.ground.community: base}
    )
    return answer.change(work, sheet, label, kind, moves, note, behind)


def commit(
    work: Work, kind: str, moves: Mapping[str, tuple[str, str]], detail: Json, bases: Mapping[str, Mapping[str, str]]
) -> None:
    """Write a new stroke's rows; what could be done again before it can no longer."""
    draft = work.draft
    seq = draft.revision + 1
    row = StrokeRow(
        seq, kind, work.viewer.username, draft.changed_at, draft.head_seq, None, None, [*bases], detail,
        {place: [old, new] for place, (old, new) in moves.items()},
    )  # fmt: skip
    store.add_stroke(work.conn, draft.draft_id, row)
    merged = {place: grid for base in bases.values() for place, grid in base.items()}
    store.put_places(work.conn, draft.draft_id, {place: new for place, (_old, new) in moves.items()}, merged)
    _advance(work, seq, head=seq, redo=None, undo_steps=draft.undo_steps + 1, redo_steps=0)


def _advance(work: Work, seq: int, *, head: int | None, redo: int | None, undo_steps: int, redo_steps: int) -> None:
    store.run(
        work.conn, "move_draft", draft_id=work.draft.draft_id, seq=seq, head_seq=head, redo_seq=redo,
        undo_steps=undo_steps, redo_steps=redo_steps,
    )  # fmt: skip


def _step(work: Work, kind: str, behind: Sequence[store.Row]) -> Json:
    """Undo or redo one stroke."""
    draft, undo = work.draft, kind == "undo"
    target = draft.head_seq if undo else draft.redo_seq
    if target is None:
        raise InputError(_("There is nothing to undo.") if undo else _("There is nothing to redo."))
    if behind:
        refuse_overlap(work, behind, [code for row in behind for code in row["communities"]])
    done = store.stroke(work.conn, draft.draft_id, target)
    assert done is not None  # the draft names it
    moves = {place: ((new, old) if undo else (old, new)) for place, (old, new) in done.moves.items()}
    sheets = {community: work.sheet(community) for community in done.communities}
    _respect_locks(work, sheets, moves)
    seq = draft.revision + 1
    redo_after = draft.redo_seq if undo else None
    row = StrokeRow(
        seq, kind, work.viewer.username, draft.changed_at, draft.head_seq, target, redo_after, done.communities,
        {"of": done.kind}, {place: [old, new] for place, (old, new) in moves.items()},
    )  # fmt: skip
    if undo:
        head, redo, undo_steps, redo_steps = done.parent_seq, target, draft.undo_steps - 1, draft.redo_steps + 1
    else:
        undone = store.one(work.conn, "undone", draft_id=draft.draft_id, seq=target)
        head, redo = target, undone["redo_after"] if undone else None
        undo_steps, redo_steps = draft.undo_steps + 1, draft.redo_steps - 1
    store.add_stroke(work.conn, draft.draft_id, row)
    merged = {place: grid for _sheet, base in sheets.values() for place, grid in base.items()}
    # A place the base has in no grid goes back to having no row.
    back = {place: new for place, (_old, new) in moves.items()}
    store.put_places(work.conn, draft.draft_id, back, merged)
    _advance(work, seq, head=head, redo=redo, undo_steps=undo_steps, redo_steps=redo_steps)
    if len(done.communities) > 1:
        return answer.many(work, kind, done.communities, len(moves), behind)
    sheet, base = sheets[done.communities[0]]
    label = sheet.ground.labels(base | store.places(work.conn, draft.draft_id, done.communities[0]))
    return answer.change(work, sheet, label, kind, {place: [*pair] for place, pair in moves.items()}, "", behind)


def _respect_locks(
    work: Work, sheets: Mapping[str, tuple[Sheet, dict[str, str]]], moves: Mapping[str, tuple[str, str]]
) -> None:
    """Refuse an undo or redo of what a lock protects; a lock is taken off by hand, never by history."""
    locks = work.locks()
    grids = {grid for pair in moves.values() for grid in pair} & {*locks["grids"]}
    buildings = {*moves} & {*locks["buildings"]}
    if grids or buildings:
        codes = sorted(grids | buildings)
        raise Locked(
            _("This step would change {codes}, which is locked.", codes=listed(codes[:3])),
            codes,
            hint=_("Unlock it first."),
        )


def _lock(work: Work, kind: str, asked: Mapping[str, Any], community: str, behind: Sequence[store.Row]) -> Json:
    """Lock or unlock a grid or a building; a row of its own, outside the history of undo."""
    what = "grid" if asked.get("grid") else "building"
    code = str(asked.get(what, ""))
    sheet, _base = work.sheet(community)
    if (what == "grid" and code not in sheet.grids()) or (what == "building" and code not in sheet.ground.number):
        raise InputError(_("There is no {code} in this draft.", code=code))
    query = "add_lock" if kind == "lock" else "drop_lock"
    values: Json = {"draft_id": work.draft.draft_id, "kind": what, "code": code}
    if store.run(work.conn, query, **values, **({"actor": work.viewer.username} if kind == "lock" else {})) == 0:
        raise InputError(
            _("{code} is locked already.", code=code) if kind == "lock" else _("{code} is not locked.", code=code)
        )
    seq, draft = work.draft.revision + 1, work.draft
    row = StrokeRow(
        seq, kind, work.viewer.username, draft.changed_at, draft.head_seq, None, None, [community], {what: code}, {}
    )
    store.add_stroke(work.conn, draft.draft_id, row)
    _advance(
        work, seq, head=draft.head_seq, redo=draft.redo_seq, undo_steps=draft.undo_steps, redo_steps=draft.redo_steps
    )
    sheet, _base = work.sheet(community)
    grids = [code] if what == "grid" else [str(sheet.label[sheet.ground.units([code])[0]])]
    return answer.change(work, sheet, sheet.label, kind, {}, "", behind, touched=grids)


def preview(work: Work, asked: Mapping[str, Any]) -> Json:
    """Say what a stroke would do, without doing it."""
    community = community_of(work, asked)
    sheet, _base = work.sheet(community)
    label, note = drawn(work, sheet, asked)
    moves = answer.pairs(sheet, label)
    ground = sheet.ground
    buildings = [place for place in moves if not place.startswith(LAND)]
    return {
        "buildings": buildings,
        "households": sum(int(ground.place_households[ground.number[place]]) for place in buildings),
        "persons": sum(int(ground.place_persons[ground.number[place]]) for place in buildings),
        "sentence": answer.effect(sheet, moves, view.names(work.conn, community), str(asked.get("kind"))),
        "note": note,
    }
