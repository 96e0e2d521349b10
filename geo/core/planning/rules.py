"""What the grids of a community are like, what breaks a rule, and how one touch mends it.

Hard: a grid is one connected part; a grid has a building. Soft: the count lies in the band, or at least within the
outer limit (`standard`). A hard breach keeps a draft from being published, a soft one is said.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from geo.core.planning.edit import Sheet, cut_in_two, grown, merge
from geo.core.planning.ground import LAND, Ground, components, connected_without
from geo.core.planning.standard import Standard
from geo.errors import GridError

STREET_M = 10.0
"""Metres of arterial inside a grid from which it spans the arterial (the bench kit's rule)."""
_STEPS = 60
"""Shifts a repair may make."""


@dataclass(frozen=True, slots=True)
class GridFacts:
    """One grid (网格) of a community.

    Attributes
    ----------
    parts : connected parts that have buildings; more than one breaks a hard rule.
    polsby_popper : 4 pi area / perimeter squared of its land, 0-1.
    arterial_m : arterial that runs inside it.
    """

    grid_code: str
    buildings: int
    households: int
    persons: int
    open_cases: int
    visits_due: int
    parts: int
    polsby_popper: float
    arterial_m: float

    def count(self, unit: str) -> int:
        """Return what the standard counts."""
        return self.persons if unit == "persons" else self.households


@dataclass(frozen=True, slots=True)
class Violation:
    """A rule a grid breaks: `split`, `empty` (hard), `outer_over`, `outer_under`, `over`, `under`."""

    kind: str
    grid_code: str
    count: int
    parts: int = 1
    buildings: int = 1

    @property
    def hard(self) -> bool:
        """Whether it keeps a draft from being published."""
        return self.kind in ("split", "empty")


def facts(sheet: Sheet, only: Iterable[str] | None = None) -> dict[str, GridFacts]:
    """Return the facts of a community's grids, or of some of them."""
    ground, land = sheet.ground, sheet.ground.land
    codes, own = np.unique(sheet.label.astype(str), return_inverse=True)
    count = len(codes)
    rows = np.repeat(np.arange(len(land)), np.diff(land.indptr))
    same = own[rows] == own[land.indices]
    perimeter = np.bincount(own, land.exterior, minlength=count)
    perimeter += np.bincount(own[rows[~same]], land.shared[~same], minlength=count)
    area = np.bincount(own, _areas(ground), minlength=count)
    inner = np.bincount(own[rows[same]], land.arterial[same], minlength=count) / 2
    inner += np.bincount(own, land.inside, minlength=count)
    sums = {
        name: np.bincount(own, getattr(ground, name), minlength=count)
        for name in ("households", "persons", "open_cases", "visits_due")
    }
    buildings = np.bincount(own[land.unit_of[_buildings(ground)]], minlength=count)
    round_ = 4 * np.pi * area / np.maximum(perimeter, 1e-9) ** 2
    wanted = set(codes.tolist()) if only is None else {*only}
    return {
        code: GridFacts(
            grid_code=code,
            buildings=int(buildings[at]),
            households=int(sums["households"][at]),
            persons=int(sums["persons"][at]),
            open_cases=int(sums["open_cases"][at]),
            visits_due=int(sums["visits_due"][at]),
            parts=sum(
                bool(ground.built[part].any()) for part in components(ground, np.flatnonzero(own == at).tolist())
            ),
            polsby_popper=float(min(1.0, round_[at])),
            arterial_m=float(inner[at]),
        )
        for at, code in enumerate(codes.tolist())
        if code in wanted
    }


def _areas(ground: Ground) -> NDArray[np.float64]:
    return shapely.area(ground.land.cell)


def _buildings(ground: Ground) -> NDArray[np.intp]:
    return np.array([at for place, at in ground.number.items() if not place.startswith(LAND)], dtype=np.intp)


def violations(table: dict[str, GridFacts], standard: Standard) -> list[Violation]:
    """Return what breaks a rule, hard breaches first, then the farthest from the standard."""
    found = []
    for grid in table.values():
        count = grid.count(standard.unit)
        if grid.buildings == 0:
            found.append(Violation("empty", grid.grid_code, count, grid.parts, 0))
            continue
        if grid.parts > 1:
            found.append(Violation("split", grid.grid_code, count, grid.parts, grid.buildings))
        state = standard.state(count)
        if state != "ok":
            side = "over" if count > standard.aim else "under"
            kind = side if state == "watch" else f"outer_{side}"
            found.append(Violation(kind, grid.grid_code, count, grid.parts, grid.buildings))
    return sorted(found, key=lambda one: (not one.hard, -abs(standard.deviation(one.count)), one.grid_code))


def repaired(sheet: Sheet, grid: str, kind: str, standard: Standard) -> NDArray[Any] | None:
    """Return labels that mend a breach or make it smaller; None where nothing of ours does."""
    if kind in ("split", "empty"):
        parts = components(sheet.ground, sheet.units(grid))
        stray = parts if kind == "empty" else [part for part in parts[1:] if sheet.ground.built[part].any()]
        units = [unit for part in stray for unit in part]
        if not units or any(unit in sheet.locked_units for unit in units) or grid in sheet.locked_grids:
            return None
        try:
            return grown(sheet, units, avoid=[grid])
        except GridError:
            return _alone(sheet, stray) if kind == "split" else None
    return _best(sheet, grid, standard)


def _alone(sheet: Sheet, parts: list[list[int]]) -> NDArray[Any]:
    """Make every part a grid of its own: on an island (or behind a railway) there is no grid to take it."""
    label, made = sheet.label.copy(), []
    for part in parts:
        made.append(sheet.next_code(made))
        label[part] = made[-1]
    return label


def _best(sheet: Sheet, grid: str, standard: Standard) -> NDArray[Any] | None:
    """Shift buildings where that is enough, else choose what costs least: shifting, splitting or merging."""
    if grid in sheet.locked_grids:
        return None
    before = _cost(sheet.ground, sheet.label, standard)
    shifted = _shifted(sheet, grid, standard)
    own = float(_counts(sheet.ground, standard)[shifted == grid].sum())
    if standard.state(own) == "ok" and _cost(sheet.ground, shifted, standard) < before - 1e-9:
        return shifted
    best: tuple[float, NDArray[Any]] | None = None
    for label in (shifted, *_attempts(sheet, grid, standard)):
        cost = _cost(sheet.ground, label, standard)
        if cost < before - 1e-9 and (best is None or cost < best[0] - 1e-9):
            best = (cost, label)
    return best[1] if best else None


def _attempts(sheet: Sheet, grid: str, standard: Standard) -> Iterable[NDArray[Any]]:
    counts = _counts(sheet.ground, standard)
    units = sheet.units(grid)
    free = not any(unit in sheet.locked_units for unit in units)
    count = float(counts[units].sum())
    if free and count > standard.high:
        halves = cut_in_two(sheet, grid, counts)
        if halves is not None:
            yield halves
            after = Sheet(sheet.ground, halves, sheet.locked_grids, sheet.locked_units, sheet.used)
            yield _shifted(after, grid, standard)
    if free and count < standard.low:
        for other in _beside(sheet, grid):
            if other not in sheet.locked_grids and counts[sheet.label == other].sum() + count <= standard.outer_high:
                yield merge(sheet, [grid, other])


def _counts(ground: Ground, standard: Standard) -> NDArray[np.int64]:
    return ground.persons if standard.unit == "persons" else ground.households


def _cost(ground: Ground, label: NDArray[Any], standard: Standard) -> float:
    codes, own = np.unique(label.astype(str), return_inverse=True)
    sums = np.bincount(own, _counts(ground, standard), minlength=len(codes))
    return sum(standard.penalty(float(count)) for count in sums)


def _beside(sheet: Sheet, grid: str) -> list[str]:
    """Return the grids beside one, that with the longest common border first."""
    border: dict[str, float] = {}
    for unit in sheet.units(grid):
        for other, length in sheet.ground.near[unit]:
            if sheet.label[other] != grid:
                border[sheet.label[other]] = border.get(sheet.label[other], 0.0) + length
    return sorted(border, key=lambda one: (-border[one], one))


def _shifted(sheet: Sheet, grid: str, standard: Standard) -> NDArray[Any]:
    """Move single units between a grid and its neighbours as long as the sum of penalties falls."""
    ground, label = sheet.ground, sheet.label.tolist()
    counts = _counts(ground, standard).tolist()
    beside = [one for one in _beside(sheet, grid) if one not in sheet.locked_grids]
    members = {one: set(sheet.units(one)) for one in [grid, *beside]}
    sums = {one: sum(counts[unit] for unit in own) for one, own in members.items()}
    cost = {one: standard.penalty(value) for one, value in sums.items()}
    for _step in range(_STEPS):
        moves = []
        for giver in members:
            for unit in members[giver]:
                if unit in sheet.locked_units:
                    continue
                for taker in {label[other] for other, _m in ground.near[unit]} - {giver}:
                    if taker not in members or grid not in (giver, taker):
                        continue
                    gain = cost[giver] + cost[taker]
                    gain -= standard.penalty(sums[giver] - counts[unit]) + standard.penalty(sums[taker] + counts[unit])
                    if gain > 1e-6:
                        touch = sum(m for other, m in ground.near[unit] if label[other] == taker)
                        moves.append((-gain, -touch, unit, giver, taker))
        move = next((one for one in sorted(moves) if connected_without(ground, members[one[3]], one[2])), None)
        if move is None:
            break
        _gain, _touch, unit, giver, taker = move
        members[giver].discard(unit)
        members[taker].add(unit)
        label[unit] = taker
        for one, change in ((giver, -counts[unit]), (taker, counts[unit])):
            sums[one] += change
            cost[one] = standard.penalty(sums[one])
    return np.array(label, dtype=object)
