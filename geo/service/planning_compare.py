"""A draft beside the plan in force: what changes, for whom, and whether the work is spread more evenly."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from geo.core import zoning
from geo.core.planning.edit import Sheet
from geo.core.planning.ground import LAND
from geo.service import planning_answer as answer
from geo.service import planning_view as view
from geo.service.planning_view import Json
from geo.service.planning_work import Work
from geo.store import planning as store

BINS = 12
"""Bars of the histogram, a tenth of the target wide, the last one open."""


@dataclass(frozen=True)
class Pair:
    """One changed community: as in force and as drafted.

    Attributes
    ----------
    old, new : the community's sheet with the labels of each.
    named : its grids' names.
    """

    old: Sheet
    new: Sheet
    named: view.Names


def pairs(work: Work) -> list[Pair]:
    """Return the changed communities of a draft."""
    found = []
    for community in store.names(work.conn, "changed_communities", draft_id=work.draft.draft_id):
        sheet, base = work.sheet(community)
        old = Sheet(sheet.ground, sheet.ground.labels(base), sheet.locked_grids, sheet.locked_units, sheet.used)
        found.append(Pair(old, sheet, view.names(work.conn, community)))
    return found


def compare(work: Work, in_force: list[Json]) -> Json:
    """Compare a draft with the plan it was drawn on.

    Parameters
    ----------
    in_force : rows of the draft's area in the plan in force.
    """
    changed = pairs(work)
    touched = {pair.new.ground.community for pair in changed}
    rest = [row for row in in_force if row["community_code"] not in touched]
    now, then = [*rest], [*rest]
    for pair in changed:
        for sheet, rows in ((pair.old, now), (pair.new, then)):
            rows += answer.table_of(work, sheet, pair.named, drawn_grids=[])
    rows = changes(work, changed)
    unit = work.standard.unit
    figures = {"now": view.totals(now, unit), "draft": view.totals(then, unit)}
    return {
        "figures": figures,
        "changes": rows,
        "moved": _moved(changed, rows),
        "captains": _captains(work, changed),
        "codes": {
            "new": sorted({row["grid_code"] for row in then} - {row["grid_code"] for row in now}),
            "retired": sorted({row["grid_code"] for row in now} - {row["grid_code"] for row in then}),
        },
        "histogram": histogram([row[unit] for row in now], [row[unit] for row in then], work.standard.aim)
        | {"band": [work.standard.low, work.standard.high], "unit": unit},
        "workload": {"gini_now": figures["now"]["gini_workload"], "gini_draft": figures["draft"]["gini_workload"]},
    }


def changes(work: Work, changed: list[Pair]) -> list[Json]:
    """Return what becomes of every grid of the changed communities: one row a pair of old and new."""
    found = []
    for pair in changed:
        ground = pair.new.ground
        places = [at for at, place in enumerate(ground.land.places.tolist()) if not place.startswith(LAND)]
        old, new = (sheet.label[ground.land.unit_of[places]] for sheet in (pair.old, pair.new))
        persons = ground.place_persons[places]
        for one in zoning.changes(old, new, ground.place_households[places]):
            both = (old == one.old_grid_code) & (new == one.new_grid_code)
            found.append(
                {
                    "old_grid_code": one.old_grid_code,
                    "old_name": pair.named[one.old_grid_code] if one.old_grid_code else "",
                    "new_grid_code": one.new_grid_code,
                    "new_name": pair.named[one.new_grid_code] if one.new_grid_code else "",
                    "change": one.change,
                    "households_moved": one.households_moved,
                    "persons_moved": 0 if one.old_grid_code == one.new_grid_code else int(persons[both].sum()),
                }
            )
    return found


def _moved(changed: list[Pair], rows: list[Json]) -> Json:
    """Sum what changes its grid."""
    buildings = cases = 0
    for pair in changed:
        units = np.flatnonzero(pair.old.label != pair.new.label).tolist()
        ground = pair.new.ground
        buildings += sum(not ground.land.places[at].startswith(LAND) for unit in units for at in ground.members[unit])
        cases += int(ground.open_cases[units].sum())
    return {
        "households": sum(row["households_moved"] for row in rows),
        "persons": sum(row["persons_moved"] for row in rows),
        "buildings": buildings,
        "open_cases": cases,
    }


def _captains(work: Work, changed: list[Pair]) -> Json:
    """Tell which captains get other households, and which grids have none."""
    affected, vacant = [], []
    for pair in changed:
        duties = view.Duties(work.conn, work.city, pair.new.ground.community)
        households, moved = pair.new.ground.households, pair.old.label != pair.new.label
        for grid in sorted({*pair.old.grids(), *pair.new.grids()}):
            out, into = (int(households[moved & (sheet.label == grid)].sum()) for sheet in (pair.old, pair.new))
            if grid not in duties.captain:
                if grid in pair.new.grids():
                    vacant.append(grid)
            elif out or into or grid not in pair.new.grids():
                affected.append(
                    {
                        "grid_code": grid,
                        "name": pair.named[grid],
                        "captain": duties.captain[grid],
                        "households_out": out,
                        "households_in": into,
                        "closed": grid not in pair.new.grids(),
                    }
                )
    return {"changed": affected, "vacant": vacant}


def histogram(now: list[int], then: list[int], aim: float) -> Json:
    """Count grids by size, in tenths of the target around it; the first and last bar are open.

    Examples
    --------
    >>> bars = histogram([500, 510], [450, 1200], 500)
    >>> sum(bars["now"]), sum(bars["draft"]), len(bars["edges"])
    (2, 2, 13)
    """
    step = aim / 10
    edges = [round(aim + step * (place - BINS / 2 + 0.5), 1) for place in range(BINS + 1)]
    inner = np.array(edges[1:-1])

    def bars(values: list[int]) -> list[int]:
        return np.bincount(np.searchsorted(inner, values), minlength=BINS).tolist()

    return {"edges": edges, "now": bars(now), "draft": bars(then)}
