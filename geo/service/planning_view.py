"""What the planner's page is given: rows, shapes and sentences, as plain values of JSON."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import psycopg
import shapely
from numpy.typing import NDArray

from geo.core.planning.edit import Sheet
from geo.core.planning.ground import Ground
from geo.core.planning.rules import GridFacts, Violation
from geo.core.planning.standard import Standard
from geo.core.zoning import islands, possible
from geo.core.zoning.options import Options
from geo.i18n import N_, _, ngettext
from geo.service.planning_ground import CityFrame, units_of
from geo.store import planning as store

COLOURS = 6
"""The planner's grid colours (LOOK.md section 1)."""
DIGITS = 7
"""Decimal places of a degree that are sent: a centimetre."""
Json = dict[str, Any]

KINDS = {
    "assign": N_("Assign"),
    "cut": N_("Cut"),
    "merge": N_("Merge"),
    "dissolve": N_("Dissolve"),
    "strip": N_("Give a strip"),
    "repair": N_("Repair"),
    "adopt": N_("Adopt a proposal"),
    "lock": N_("Lock"),
    "unlock": N_("Unlock"),
    "undo": N_("Undo"),
    "redo": N_("Redo"),
}
"""Strokes as they are called on the screen."""


def kind_name(kind: str) -> str:
    """Name a kind of stroke in the user's language."""
    name = KINDS[kind]
    return _(name)


def geojson(shape: shapely.Geometry) -> Json:
    """Return a shape in degrees as GeoJSON, rounded alike everywhere so that common corners stay common."""
    return json.loads(shapely.to_geojson(shapely.transform(shape, lambda xy: np.round(xy, DIGITS))))


def feature_collection(features: Sequence[tuple[shapely.Geometry, Json]]) -> Json:
    """Return shapes and their properties as a GeoJSON collection."""
    return {
        "type": "FeatureCollection",
        "features": [
            {"type": "Feature", "geometry": geojson(shape), "properties": properties} for shape, properties in features
        ],
    }


def outlines(ground: Ground, label: NDArray[Any], only: Sequence[str]) -> dict[str, shapely.Geometry]:
    """Return the polygons (metric) of grids: their cells dissolved as a coverage, so that neighbours fit exactly."""
    shapes = {}
    for grid in only:
        cells = ground.land.cell[np.flatnonzero(label == grid)]
        if len(cells):
            shapes[grid] = shapely.coverage_union_all(cells)
    return shapes


def colours(sheet: Sheet) -> dict[str, int]:
    """Give every grid of a sheet one of the planner's colours."""
    land, label = sheet.ground.land, sheet.label
    rows = np.repeat(np.arange(len(land)), np.diff(land.indptr))
    beside: dict[str, set[str]] = {grid: set() for grid in sheet.grids()}
    for one, other in zip(label[rows].tolist(), label[land.indices].tolist(), strict=True):
        if one != other:
            beside[one].add(other)
    return coloured(beside)


def coloured(beside: Mapping[str, set[str]]) -> dict[str, int]:
    """Colour grids by their neighbours: two of them never share a colour, a grid's own number comes first.

    Examples
    --------
    >>> coloured({"640202001001001": {"640202001001007"}, "640202001001007": {"640202001001001"}})
    {'640202001001001': 0, '640202001001007': 1}
    """
    found: dict[str, int] = {}
    for grid in sorted(beside):
        taken = {found[other] for other in beside[grid] if other in found}
        wish = (int(grid[12:]) - 1) % COLOURS
        free = [(wish + step) % COLOURS for step in range(COLOURS)]
        found[grid] = next((colour for colour in free if colour not in taken), wish)
    return found


class Names:
    """Names of a community's grids: those they have or had, else the next of the same kind (柳岸03 -> 柳岸08)."""

    def __init__(self, known: Mapping[str, str], community_name: str) -> None:
        self._known = dict(known)
        numbered = [re.fullmatch(r"(.*?)(\d{2,3})(\D*)", name) for name in known.values()]
        pattern = next((found for found in numbered if found), None)
        short = re.sub(r"(社区居民委员会|社区居委会|居委会|社区|村委会|村)$", "", community_name) or community_name
        self._before, self._width, self._after = (
            (pattern[1], len(pattern[2]), pattern[3]) if pattern else (short, 2, "")
        )

    def __getitem__(self, grid: str) -> str:
        return self._known.get(grid) or f"{self._before}{int(grid[12:]):0{self._width}d}{self._after}"


def names(conn: psycopg.Connection, community: str) -> Names:
    """Read the names of a community's grids."""
    area = store.one(conn, "area", code=community)
    known = {row["grid_code"]: row["name"] for row in store.rows(conn, "known_names", community=community)}
    return Names(known, area["name"] if area else "")


class Duties:
    """Captains (网格长) and workers on duty, by grid."""

    def __init__(self, conn: psycopg.Connection, city: CityFrame, area: str) -> None:
        self.captain: dict[str, str] = {}
        self._workers: dict[str, set[str]] = {}
        for row in store.rows(conn, "duties", area=area, today=city.today):
            self._workers.setdefault(row["grid_code"], set()).add(row["worker_id"])
            if row["role"] == "captain":
                self.captain.setdefault(row["grid_code"], row["name"])

    def workers(self, grid: str) -> int:
        """Count a grid's captain and workers."""
        return len(self._workers.get(grid, ()))


def row(facts: GridFacts, name: str, standard: Standard, duties: Duties, *, locked: bool = False) -> Json:
    """Return a grid as a row of the table."""
    count, workers = facts.count(standard.unit), duties.workers(facts.grid_code)
    work = facts.open_cases + facts.visits_due
    return {
        "grid_code": facts.grid_code,
        "name": name,
        "community_code": facts.grid_code[:12],
        "households": facts.households,
        "persons": facts.persons,
        "buildings": facts.buildings,
        "deviation": round(standard.deviation(count), 4),
        "state": standard.state(count),
        "open_cases": facts.open_cases,
        "visits_due": facts.visits_due,
        "workers": workers,
        "workload": round(work / workers, 1) if workers else None,
        "captain": duties.captain.get(facts.grid_code, ""),
        "polsby_popper": round(facts.polsby_popper, 3),
        "contiguous": facts.parts <= 1,
        "parts": facts.parts,
        "arterial": facts.arterial_m > 10.0,
        "locked": locked,
    }


def gini(values: Sequence[float]) -> float:
    """Return the Gini coefficient: 0 all alike, towards 1 all in one.

    Examples
    --------
    >>> gini([500, 500, 500]), gini([0, 0, 3])
    (0.0, 0.667)
    """
    sorted_ = np.sort(np.asarray(values, dtype=float))
    total = sorted_.sum()
    if len(sorted_) == 0 or total <= 0:
        return 0.0
    rank = np.arange(1, len(sorted_) + 1)
    return round(float((2 * rank - len(sorted_) - 1) @ sorted_ / (len(sorted_) * total)), 3)


def totals(rows: Sequence[Json], unit: str = "households") -> Json:
    """Sum rows up."""
    work = [entry["open_cases"] + entry["visits_due"] for entry in rows]
    return {
        "grids": len(rows),
        "households": sum(entry["households"] for entry in rows),
        "persons": sum(entry["persons"] for entry in rows),
        "within": sum(entry["state"] == "ok" for entry in rows),
        "worst": max((abs(entry["deviation"]) for entry in rows), default=0.0),
        "gini_households": gini([entry[unit] for entry in rows]),
        "gini_workload": gini(work),
        "polsby_popper": round(sum(entry["polsby_popper"] for entry in rows) / len(rows), 3) if rows else 0.0,
        "open_cases": sum(entry["open_cases"] for entry in rows),
        "visits_due": sum(entry["visits_due"] for entry in rows),
    }


def options_of(options: Mapping[str, Any], profile: Any = "balanced", **more: Any) -> Options:
    """Return the zoning engine's options for those a draft or a job stores.

    Raises
    ------
    InputError   a number makes no sense.
    """
    Standard.of(options)
    given: dict[str, Any] = {
        name: options[name] for name in ("target", "tolerance", "outer", "unit") if options.get(name)
    }
    given |= {name: float(options[name]) for name in ("stability", "workload") if options.get(name) is not None}
    if options.get("band"):
        given["band"] = (float(options["band"][0]), float(options["band"][1]))
    return Options(**{**given, "profile": profile, **more})


def feasibility(
    ground: Ground, city: CityFrame, options: Mapping[str, Any], water: Callable[[], Sequence[tuple[str, Any]]], *,
    streets: bool,
) -> list[Json]:  # fmt: skip
    """Say what a community's pieces of land allow, before anything is drawn.

    Parameters
    ----------
    water : gives name and metric shape of every water and railway there; asked where the community lies in pieces.
    streets : whether any street of the community is known; without one its borders follow the buildings.
    """
    wishes, units = options_of(options), units_of(ground, city.crs)
    barriers = water() if units.piece.max(initial=0) > 0 else []
    cut_off = islands.severed(
        units, np.array([shape for _name, shape in barriers], dtype=object), [name for name, _shape in barriers]
    )

    def said(found: possible.Feasibility) -> str:
        words = islands.cut_off(possible.sentence(found, wishes), cut_off.get(found.piece))
        if streets:
            return words
        note = _("No streets known: borders follow the buildings only.")
        return _("{said} {following}", said=words, following=note)

    return [
        {
            "community_code": found.community_code,
            "piece": found.piece,
            "households": found.total,
            "grids": found.grids,
            "best_deviation": round(found.best_deviation, 4),
            "possible": found.within_band(),
            "sentence": said(found),
        }
        for found in possible.feasibility(units, wishes)
    ]


def sentence(found: Violation, name: str, standard: Standard) -> str:
    """Say what a grid breaks: the figure, the limit."""
    share, count = f"{abs(standard.deviation(found.count)):.1%}", possible.counted(found.count, standard.unit)
    if found.kind == "split":
        return ngettext(
            "{grid} lies in {n} part; a grid is one part.", "{grid} lies in {n} parts; a grid is one part.",
            found.parts, grid=name,
        )  # fmt: skip
    if found.kind == "empty":
        return _("{grid} has no building.", grid=name)
    if found.kind.endswith("over"):
        limit = standard.outer_high if found.kind == "outer_over" else standard.high
        return _(
            "{grid} has {count}, {share} more than {aim}; the limit is {limit}.",
            grid=name, count=count, share=share, aim=f"{standard.aim:g}", limit=f"{limit:.0f}",
        )  # fmt: skip
    limit = standard.outer_low if found.kind == "outer_under" else standard.low
    return _(
        "{grid} has {count}, {share} fewer than {aim}; the least is {limit}.",
        grid=name, count=count, share=share, aim=f"{standard.aim:g}", limit=f"{limit:.0f}",
    )  # fmt: skip


def way_out(found: Violation, sheet: Sheet, standard: Standard, *, mended: bool) -> str:
    """Say what can be done about a breach."""
    if mended:
        return {
            "split": _("Its stray buildings go to the grid around them; where there is none they become a grid."),
            "empty": _("Its land goes to the grid beside it."),
        }.get(found.kind, _("Buildings on its border change over, or it is divided or merged."))
    if found.grid_code in sheet.locked_grids:
        return _("It is locked: unlock it, and it can be mended.")
    ground, units = sheet.ground, sheet.units(found.grid_code)
    counts = ground.persons if standard.unit == "persons" else ground.households
    if found.kind.endswith("over") and counts[units].max(initial=0) > standard.outer_high:
        return _(
            "One building alone holds {count}: no division into whole buildings mends it. Divide the building by its"
            " entrances into two buildings, or keep it as one grid with a second captain.",
            count=possible.counted(int(counts[units].max()), standard.unit),
        )
    if found.kind.endswith("under") and int(counts.sum()) < standard.outer_low:
        total = possible.counted(int(counts.sum()), standard.unit)
        return _("The whole community has only {count}: one grid is all it can be.", count=total)
    return _("No shift of whole buildings to a neighbour mends it: unlock a neighbour, or redraw by hand.")
