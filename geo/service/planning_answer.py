"""What a stroke is answered with: the touched grids, sums, and what breaks a rule, with the repair that mends it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import psycopg
import shapely
from numpy.typing import NDArray

from geo.core.planning import rules
from geo.core.planning.edit import Sheet
from geo.core.planning.ground import LAND
from geo.i18n import _, listed, ngettext
from geo.service import planning_view as view
from geo.service.planning_view import Json
from geo.service.planning_work import Work
from geo.store import planning as store
from geo.store.planning import DraftRow


def told(row: store.Row) -> Json:
    """Return a stroke of another planner as news."""
    return {
        "revision": row["seq"],
        "kind": row["kind"],
        "by": row["actor"],
        "at": row["at"].isoformat(),
        "sentence": view.kind_name(row["kind"]),
        "communities": row["communities"],
    }


def many(work: Work, kind: str, communities: Sequence[str], moved: int, behind: Sequence[store.Row]) -> Json:
    """Answer a stroke over several communities: the page opens anew what it shows."""
    draft = store.draft(work.conn, work.draft.draft_id)
    assert draft is not None
    return {
        "revision": draft.revision,
        "seq": draft.revision,
        "kind": kind,
        "by": work.viewer.username,
        "sentence": _(
            "{buildings} in {communities}",
            buildings=ngettext("{n} building", "{n} buildings", moved),
            communities=ngettext("{n} community", "{n} communities", len(communities)),
        ),
        "note": "",
        "rows": [], "closed": [], "moved": {}, "community": "", "communities": [*communities], "totals": None,
        "breaches": [], "draft": state(work.conn, draft), "behind": [told(row) for row in behind],
    }  # fmt: skip


def change(
    work: Work, before: Sheet, label: NDArray[Any], kind: str, moves: Mapping[str, Sequence[str]], note: str,
    behind: Sequence[store.Row], touched: Sequence[str] | None = None,
) -> Json:  # fmt: skip
    """Answer a stroke in one community: touched grids, totals, breaches."""
    community = before.ground.community
    after = Sheet(before.ground, label, before.locked_grids, before.locked_units, before.used)
    if touched is None:
        moved_units = np.flatnonzero(label != before.label)
        touched = sorted({*label[moved_units].tolist(), *before.label[moved_units].tolist()})
    draft = store.draft(work.conn, work.draft.draft_id)
    assert draft is not None  # it was held by this transaction
    named = view.names(work.conn, community)
    table = table_of(work, after, named, touched)
    there = {*after.grids()}
    return {
        "revision": draft.revision,
        "seq": draft.revision,
        "kind": kind,
        "by": work.viewer.username,
        "sentence": effect(after, moves, named, kind),
        "note": note,
        "rows": [entry for entry in table if "geometry" in entry],
        "all_rows": [{key: value for key, value in entry.items() if key != "geometry"} for entry in table],
        "closed": sorted({*touched} - there),
        "moved": {place: pair[1] for place, pair in moves.items() if not place.startswith(LAND)},
        "community": community,
        "communities": [community],
        "totals": view.totals(table, work.standard.unit),
        "breaches": breaches(work, after, named),
        "draft": state(work.conn, draft),
        "behind": [told(row) for row in behind],
    }


def effect(sheet: Sheet, moves: Mapping[str, Sequence[str]], named: view.Names, kind: str) -> str:
    """Say what a stroke did: 2 栋 41 户 → 柳岸07."""
    if not moves:
        return view.kind_name(kind)
    ground = sheet.ground
    buildings = [place for place in moves if not place.startswith(LAND)]
    households = sum(int(ground.place_households[ground.number[place]]) for place in buildings)
    targets = sorted({pair[1] for pair in moves.values() if pair[1]})
    to = listed(named[grid] for grid in targets[:3]) + ("…" if len(targets) > 3 else "")
    return _(
        "{buildings}, {households} → {to}",
        buildings=ngettext("{n} building", "{n} buildings", len(buildings)),
        households=ngettext("{n} household", "{n} households", households),
        to=to,
    )


def table_of(work: Work, sheet: Sheet, named: view.Names, drawn_grids: Sequence[str] | None = None) -> list[Json]:
    """Return the rows of a community's grids, with shape, label and colour of some (all) of them."""
    table = rules.facts(sheet)
    duties = view.Duties(work.conn, work.city, sheet.ground.community)
    wanted = sheet.grids() if drawn_grids is None else [grid for grid in drawn_grids if grid in table]
    metric = view.outlines(sheet.ground, sheet.label, wanted)
    shapes = dict(zip(metric, work.city.degrees(np.array([*metric.values()], dtype=object)), strict=True))
    colour = view.colours(sheet)
    rows = []
    for grid in sheet.grids():
        entry = view.row(table[grid], named[grid], work.standard, duties, locked=grid in sheet.locked_grids)
        entry["colour"] = colour[grid]
        if grid in shapes:
            spot = shapely.get_coordinates(shapely.point_on_surface(shapes[grid]))[0]
            entry |= {"geometry": view.geojson(shapes[grid]), "label": [round(float(v), view.DIGITS) for v in spot]}
        rows.append(entry)
    return rows


def breaches(work: Work, sheet: Sheet, named: view.Names) -> list[Json]:
    """Return what breaks a rule in a community, with the repair that mends it."""
    standard = work.standard
    found = []
    for one in rules.violations(rules.facts(sheet), standard):
        label = rules.repaired(sheet, one.grid_code, one.kind, standard)
        moved = [] if label is None else np.flatnonzero(label != sheet.label).tolist()
        places = [sheet.ground.land.places[place] for unit in moved for place in sheet.ground.members[unit]]
        cells = sheet.ground.land.cell[sheet.units(one.grid_code)]
        west, south, east, north = shapely.total_bounds(work.city.degrees(cells)).tolist()
        found.append(
            {
                "kind": one.kind,
                "hard": one.hard,
                "grid_code": one.grid_code,
                "name": named[one.grid_code],
                "community_code": sheet.ground.community,
                "sentence": view.sentence(one, named[one.grid_code], standard),
                "way_out": view.way_out(one, sheet, standard, mended=bool(moved)),
                "repair": {"kind": "repair", "grid": one.grid_code, "breach": one.kind} if moved else None,
                "repair_label": effect(sheet, pairs(sheet, label), named, "repair") if label is not None else "",
                "buildings": [place for place in places if not place.startswith(LAND)],
                "bounds": [round(value, view.DIGITS) for value in (west, south, east, north)],
            }
        )
    return found


def pairs(sheet: Sheet, label: NDArray[Any]) -> dict[str, list[str]]:
    """Return the places whose grid labels change: before and after."""
    return {
        sheet.ground.land.places[place]: [sheet.label[unit], label[unit]]
        for unit in np.flatnonzero(label != sheet.label).tolist()
        for place in sheet.ground.members[unit]
    }


def state(conn: psycopg.Connection, draft: DraftRow) -> Json:
    """Return what a page shows of a draft's history and locks."""

    def step(seq: int | None) -> Json | None:
        found = store.stroke(conn, draft.draft_id, seq) if seq is not None else None
        if found is None:
            return None
        return {
            "kind": found.kind,
            "by": found.actor,
            "sentence": view.kind_name(found.kind),
            "proposal": [found.detail["job"], found.detail["profile"]] if found.kind == "adopt" else None,
        }

    locks = store.rows(conn, "locks", draft_id=draft.draft_id)
    return {
        "undo": step(draft.head_seq),
        "redo": step(draft.redo_seq),
        "undo_steps": draft.undo_steps,
        "redo_steps": draft.redo_steps,
        "locks": {f"{kind}s": [row["code"] for row in locks if row["kind"] == kind] for kind in ("grid", "building")},
    }
