"""A wide area at once: every grid of the plan in force or of a draft with its colour, and what the land allows."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np
import psycopg
import shapely

from geo.core.planning.ground import LAND
from geo.core.planning.rules import GridFacts
from geo.core.planning.standard import Standard
from geo.service import planning_answer as answer
from geo.service import planning_view as view
from geo.service.planning_ground import CityFrame, Grounds, barriers
from geo.service.planning_view import Json
from geo.service.planning_work import Work
from geo.store import planning as store

PATIENCE_S = 1.0
"""Seconds after which a survey of a wide area answers with what it has: cells that were never cut take their time."""


class PlanColours:
    """Colours of published plans' grids; a plan never changes, so each community is coloured once a process."""

    def __init__(self) -> None:
        self._known: dict[tuple[int, str], dict[str, int]] = {}

    def of(self, conn: psycopg.Connection, plan_id: int, communities: Iterable[str]) -> dict[str, int]:
        """Return the colour (0-5) of each grid of communities that the transaction sees."""
        wanted = [*communities]
        fresh = [code for code in wanted if (plan_id, code) not in self._known]
        shapes: dict[str, dict[str, Any]] = {code: {} for code in fresh}
        for row in store.rows(conn, "base_grids", plan_id=plan_id, communities=fresh) if fresh else []:
            shapes[row["community_code"]][row["grid_code"]] = shapely.from_wkb(bytes(row["geom"]))
        for code, grids in shapes.items():
            self._known[plan_id, code] = view.coloured(_beside(grids))
        return {grid: colour for code in wanted for grid, colour in self._known[plan_id, code].items()}


def _beside(grids: Mapping[str, Any]) -> dict[str, set[str]]:
    """Return the neighbours of each grid: those it shares a stretch of border with, not a corner."""
    codes, shapes = [*grids], np.array([*grids.values()], dtype=object)
    found: dict[str, set[str]] = {code: set() for code in codes}
    one, other = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    shared = shapely.length(shapely.intersection(shapes[one], shapes[other]))
    for a, b, length in zip(one.tolist(), other.tolist(), shared.tolist(), strict=True):
        if a != b and length > 0:
            found[codes[a]].add(codes[b])
    return found


def in_force(conn: psycopg.Connection, city: CityFrame, plan_id: int, area: str, standard: Standard) -> list[Json]:
    """Return the grids of a published plan in an area as rows of the table."""
    duties = view.Duties(conn, city, area)
    rows = store.rows(conn, "overview", plan_id=plan_id, area=area, epsg=city.epsg, since=city.visited_since)
    return [_row(row, standard, duties) for row in rows]


def _row(row: store.Row, standard: Standard, duties: view.Duties) -> Json:
    """Return a grid of the plan in force as a row of the table."""
    perimeter = max(row["perimeter_m"], 1e-9)
    facts = GridFacts(
        grid_code=row["grid_code"],
        buildings=row["buildings"],
        households=row["households"],
        persons=row["persons"],
        open_cases=row["open_cases"],
        visits_due=row["visits_due"],
        parts=1,
        polsby_popper=float(4 * np.pi * row["area_m2"] / perimeter**2),
        arterial_m=0.0,
    )
    return view.row(facts, row["name"], standard, duties) | {"contiguous": None, "arterial": None}


def drafted(work: Work, area: str) -> Json:
    """Return an area with a draft in it: rows, shapes and moved buildings of what the draft changes there."""
    changed = [
        code
        for code in store.names(work.conn, "changed_communities", draft_id=work.draft.draft_id)
        if code.startswith(area)
    ]
    base = work.draft.base_plan_id
    rows = [
        row for row in in_force(work.conn, work.city, base, area, work.standard) if row["community_code"] not in changed
    ]
    shapes: dict[str, Json] = {}
    moved: dict[str, str] = {}
    for community in changed:
        sheet, _base = work.sheet(community)
        table = answer.table_of(work, sheet, view.names(work.conn, community))
        shapes |= {row["grid_code"]: row.pop("geometry") for row in table}
        moved |= store.places(work.conn, work.draft.draft_id, community)
        rows += table
    return {
        "rows": sorted(rows, key=lambda row: row["grid_code"]),
        "shapes": shapes,
        "moved": {place: grid for place, grid in moved.items() if not place.startswith(LAND)},
    }


def survey(
    conn: psycopg.Connection, grounds: Grounds, city: CityFrame, codes: Sequence[str], options: Mapping[str, Any]
) -> Json:
    """Say what communities allow, one after the other, until `PATIENCE_S` is over.

    Returns
    -------
    `found`, sentences as `planning_view.feasibility`; `done`, how many communities they are of: at least one.
    """
    begun, found, done = time.monotonic(), [], 0
    for code in codes:
        streets = bool(store.names(conn, "streets_known", community=code)[0])
        water = partial(barriers, conn, city, code)
        found += view.feasibility(grounds.get(conn, city, code), city, options, water, streets=streets)
        done += 1
        if time.monotonic() - begun > PATIENCE_S:
            break
    return {"found": found, "done": done}
