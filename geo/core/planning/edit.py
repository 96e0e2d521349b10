"""The strokes of a redraw: each takes the labels of a community's units and returns new ones, or says why not.

Nothing is decided about the plan as a whole here: a stroke that leaves a grid in two parts is drawn and reported as a
breach (`rules`), because half of redrawing is passing through such states. What a lock protects is never changed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from geo.core.planning.ground import Ground, components
from geo.errors import GridError, InputError
from geo.i18n import N_, _, ngettext

NEW = "new"
"""Instead of a grid's code: a grid that is not there yet."""
LAST_NUMBER = 999
"""A grid's number has three digits."""
REACH_M = 60.0
"""A cut that ends this far inside the grid is carried on to its border."""
NO_CUT = N_("The line does not divide {grid}: begin and end it outside the grid.")


class Locked(GridError):
    """A lock protects what the stroke would change."""

    def __init__(self, message: str, codes: Sequence[str], *, hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.codes = [*codes]


@dataclass(frozen=True)
class Sheet:
    """One community of a draft as a stroke sees it.

    Attributes
    ----------
    ground : its land.
    label : grid code of each unit.
    locked_grids, locked_units : what no stroke changes.
    used : numbers of grid codes that were ever given in this community.
    """

    ground: Ground
    label: NDArray[Any]
    locked_grids: frozenset[str] = frozenset()
    locked_units: frozenset[int] = frozenset()
    used: frozenset[int] = field(default_factory=frozenset)

    def grids(self) -> list[str]:
        """Return the grids' codes, sorted."""
        return sorted(set(self.label.tolist()))

    def units(self, grid: str) -> list[int]:
        """Return the units of a grid.

        Raises
        ------
        InputError   the draft has no such grid.
        """
        found = np.flatnonzero(self.label == grid).tolist()
        if not found:
            raise InputError(_("There is no grid {grid} in this draft any more.", grid=grid))
        return found

    def next_code(self, beyond: Iterable[str] = ()) -> str:
        """Return the next number never used in this community.

        Raises
        ------
        InputError   all numbers are used.
        """
        taken = self.used | {int(code[12:]) for code in [*self.grids(), *beyond]}
        number = max(taken, default=0) + 1
        if number > LAST_NUMBER:
            number = next((free for free in range(1, LAST_NUMBER + 1) if free not in taken), 0)
        if number == 0:
            raise InputError(
                ngettext(
                    "This community has used all its {n} grid number.",
                    "This community has used all its {n} grid numbers.",
                    LAST_NUMBER,
                )
            )
        return f"{self.ground.community}{number:03d}"

    def moved(self, label: NDArray[Any]) -> dict[str, tuple[str, str]]:
        """Return the places whose grid differs: before and after.

        Raises
        ------
        Locked   one of them is locked, or its grid is.
        """
        units = np.flatnonzero(label != self.label).tolist()
        for unit in units:
            for grid in (self.label[unit], label[unit]):
                if grid in self.locked_grids:
                    raise Locked(_("{grid} is locked.", grid=grid), [grid], hint=_("Unlock it, or draw around it."))
            if unit in self.locked_units:
                place = self.ground.land.places[self.ground.members[unit][0]]
                raise Locked(
                    _("The building {building} is locked.", building=place),
                    [place],
                    hint=_("Unlock it, or draw around it."),
                )
        return {
            self.ground.land.places[place]: (self.label[unit], label[unit])
            for unit in units
            for place in self.ground.members[unit]
        }


def pick(sheet: Sheet, shape: shapely.Geometry) -> list[int]:
    """Return the units whose buildings a shape (metric CRS) takes hold of.

    A lasso (polygon) takes the buildings whose middle it encloses; a brush or a tap (any other shape, already as wide
    as it is drawn) the cells it touches.
    """
    land = sheet.ground.land
    shapely.prepare(shape)
    middle = shapely.contains_xy(shape, land.spot[:, 0], land.spot[:, 1])
    return sorted({int(unit) for unit in land.unit_of[middle]})


def brush(sheet: Sheet, line: shapely.Geometry, width_m: float) -> list[int]:
    """Return the units a brush of a width (m) passed over: their cell's middle part, or their building's middle."""
    land = sheet.ground.land
    touched = np.flatnonzero(shapely.intersects(land.cell, line))
    wide = pick(sheet, shapely.buffer(line, width_m / 2)) if width_m > 0 else []
    return sorted({*touched.tolist(), *wide})


def assign(sheet: Sheet, units: Sequence[int], to_grid: str) -> tuple[NDArray[Any], list[int]]:
    """Give units to a grid (NEW makes one); locked ones stay and are returned.

    Raises
    ------
    InputError   nothing would change, or the grid is not there.
    Locked       the grid itself is locked.
    """
    grid = sheet.next_code() if to_grid == NEW else to_grid
    if to_grid != NEW:
        sheet.units(grid)
    if grid in sheet.locked_grids:
        raise Locked(_("{grid} is locked.", grid=grid), [grid], hint=_("Unlock it, or draw around it."))
    kept = [unit for unit in units if unit in sheet.locked_units or sheet.label[unit] in sheet.locked_grids]
    label = sheet.label.copy()
    label[[unit for unit in units if unit not in kept]] = grid
    if not (label != sheet.label).any():
        if kept:
            raise Locked(_("All of these buildings are locked."), [], hint=_("Unlock them, or draw around them."))
        raise InputError(_("Nothing there changes its grid."))
    return label, kept


def cut(sheet: Sheet, grid: str, line: shapely.Geometry) -> NDArray[Any]:
    """Split a grid along a line (metric CRS): the part with most households keeps the code.

    Raises
    ------
    InputError   the line does not part its buildings.
    """
    units = sheet.units(grid)
    cells = sheet.ground.land.cell[units]
    whole = shapely.union_all(cells)
    parts = shapely.get_parts(shapely.polygonize([shapely.union_all([shapely.boundary(whole), _prolonged(line)])]))
    parts = parts[shapely.contains(whole, shapely.point_on_surface(parts))] if len(parts) else parts
    if len(parts) < 2:
        raise InputError(_(NO_CUT, grid=grid))
    unit, part = shapely.STRtree(parts).query(cells, predicate="intersects")
    area = shapely.area(shapely.intersection(cells[unit], parts[part]))
    order = np.lexsort((part, -area, unit))
    first = np.unique(unit[order], return_index=True)[1]
    side = part[order][first]
    groups = _whole_groups(sheet.ground, units, side.tolist())
    if len(groups) < 2:
        raise InputError(_(NO_CUT, grid=grid))
    label, made = sheet.label.copy(), []
    for group in groups[1:]:
        made.append(sheet.next_code(made))
        label[group] = made[-1]
    return label


def _prolonged(line: shapely.Geometry) -> shapely.Geometry:
    """Carry both ends of a line on in their direction."""
    xy = shapely.get_coordinates(line)
    ends = []
    for end, before in ((xy[0], xy[1]), (xy[-1], xy[-2])):
        step = end - before
        length = float(np.hypot(*step)) or 1.0
        ends.append(end + step / length * REACH_M)
    return shapely.LineString(np.vstack([ends[0], xy, ends[1]]))


def _whole_groups(ground: Ground, units: Sequence[int], side: Sequence[int]) -> list[list[int]]:
    """Turn sides of a cut into connected groups with buildings, the one with most households first."""
    pieces: list[list[int]] = []
    for number in sorted(set(side)):
        pieces += components(ground, [unit for unit, own in zip(units, side, strict=True) if own == number])
    pieces.sort(key=lambda part: (-int(ground.households[part].sum()), -int(ground.built[part].sum()), part))
    group = {unit: at for at, part in enumerate(pieces) for unit in part}
    kept = [at for at, part in enumerate(pieces) if ground.built[part].any()]
    for at, part in enumerate(pieces):
        if at in kept:
            continue
        # A scrap without a building follows the part it shares most border with.
        border: dict[int, float] = {}
        for unit in part:
            for other, length in ground.near[unit]:
                if group.get(other, at) in kept:
                    border[group[other]] = border.get(group[other], 0.0) + length
        home = max(border, key=lambda one: (border[one], -one)) if border else (kept or [0])[0]
        group |= dict.fromkeys(part, home)
    return [sorted(unit for unit, own in group.items() if own == at) for at in kept]


def merge(sheet: Sheet, grids: Sequence[str]) -> NDArray[Any]:
    """Make one grid of several neighbours; the code of the one with most households stays.

    Raises
    ------
    InputError   they are not two or more, or not neighbours.
    """
    wanted = [*dict.fromkeys(grids)]
    if len(wanted) < 2:
        raise InputError(_("Choose two grids to merge."))
    units = {grid: sheet.units(grid) for grid in wanted}
    together = [unit for own in units.values() for unit in own]
    apart = sum(len(components(sheet.ground, own)) for own in units.values())
    if len(components(sheet.ground, together)) > apart - len(wanted) + 1:
        raise InputError(
            _("These grids are not neighbours."), hint=_("Water, a railway or another grid lies between them.")
        )
    keep = min(wanted, key=lambda grid: (-int(sheet.ground.households[units[grid]].sum()), grid))
    label = sheet.label.copy()
    label[together] = keep
    return label


def grown(sheet: Sheet, units: Sequence[int], *, avoid: Iterable[str] = ()) -> NDArray[Any]:
    """Give units away to the grids around them, one by one: each to the lightest neighbour it touches.

    Raises
    ------
    InputError   no open grid lies around them.
    """
    ground, label = sheet.ground, sheet.label.copy()
    barred = {*avoid, *sheet.locked_grids}
    households = {grid: int(ground.households[label == grid].sum()) for grid in sheet.grids()}
    left = set(units)
    label[units] = ""
    while left:
        best: tuple[float, float, int, str] | None = None
        for unit in left:
            border: dict[str, float] = {}
            for other, length in ground.near[unit]:
                grid = label[other]
                if grid and grid not in barred:
                    border[grid] = border.get(grid, 0.0) + length
            for grid, length in border.items():
                candidate = (households[grid] - 2.0 * length, -length, unit, grid)
                if best is None or candidate < best:
                    best = candidate
        if best is None:
            raise InputError(
                _("No open grid lies beside it that could take its buildings."),
                hint=_("Unlock a neighbour, or merge across the border by hand."),
            )
        unit, grid = best[2], best[3]
        label[unit] = grid
        households[grid] += int(ground.households[unit])
        left.discard(unit)
    return label


def dissolve(sheet: Sheet, grid: str) -> NDArray[Any]:
    """Close a grid: its buildings go to the best neighbours."""
    if grid in sheet.locked_grids:
        raise Locked(_("{grid} is locked.", grid=grid), [grid], hint=_("Unlock it, or draw around it."))
    return grown(sheet, sheet.units(grid), avoid=[grid])


def strip(sheet: Sheet, giver: str, taker: str) -> NDArray[Any]:
    """Give the buildings along the common border to the neighbour, as long as the giver stays in one part.

    Raises
    ------
    InputError   the two share no border a grid may pass, or nothing can be given.
    """
    ground = sheet.ground
    own, other = sheet.units(giver), set(sheet.units(taker))
    length = {unit: sum(m for near, m in ground.near[unit] if near in other) for unit in own}
    row = sorted((unit for unit in own if length[unit] > 0), key=lambda unit: (-length[unit], unit))
    if not row:
        raise InputError(_("These grids are not neighbours."))
    left, parts = set(own), len(components(ground, own))
    label = sheet.label.copy()
    for unit in row:
        rest = left - {unit}
        if unit in sheet.locked_units or not ground.built[sorted(rest)].any():
            continue
        if len(components(ground, sorted(rest))) <= parts:
            left = rest
            label[unit] = taker
    if not (label != sheet.label).any():
        raise InputError(_("Nothing can be given without leaving {grid} in two parts.", grid=giver))
    return label


def cut_in_two(sheet: Sheet, grid: str, counts: NDArray[np.int64]) -> NDArray[Any] | None:
    """Split a grid into two of about equal count, across its longer side; None where it can't be parted.

    Of sixteen directions the most even cut is taken, then the one with the shorter new border.
    """
    ground, units = sheet.ground, sheet.units(grid)
    if len(units) < 2:
        return None
    middle = shapely.get_coordinates(shapely.centroid(ground.land.cell[units]))
    weight = counts[units].astype(float)
    best: tuple[float, float, list[int]] | None = None
    for angle in np.arange(16) * np.pi / 16:
        order = np.argsort(middle @ np.array([np.cos(angle), np.sin(angle)]), kind="stable")
        half = int(np.argmin(np.abs(np.cumsum(weight[order])[:-1] - weight.sum() / 2))) + 1
        groups = _whole_groups(ground, units, np.isin(np.arange(len(units)), order[:half]).astype(int).tolist())
        if len(groups) != 2:
            continue
        one = set(groups[1])
        border = sum(
            m for unit in one for other, m in ground.near[unit] if other not in one and other in set(groups[0])
        )
        uneven = abs(float(counts[groups[0]].sum()) - float(counts[groups[1]].sum()))
        if best is None or (uneven, border) < best[:2]:
            best = (uneven, border, groups[1])
    if best is None:
        return None
    label = sheet.label.copy()
    label[best[2]] = sheet.next_code()
    return label
