"""Divide and re-divide: every connected piece of land on its own, with a seed of its community's code.

A first division grows several starts and anneals each; a re-division starts from the plan in force, adds or dissolves
grids where the count asks for it, and pays for every household that changes its grid. One engine does both (search.py).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from geo.core.zoning import codes, solve
from geo.core.zoning.options import Options
from geo.core.zoning.units import Cancelled, Progress, Units
from geo.errors import InputError
from geo.i18n import _


@dataclass(frozen=True, slots=True)
class Division:
    """An answer: the grid of every unit.

    Attributes
    ----------
    grid_code : a code a unit; `""` in communities that were not asked for and had no plan.
    previous : code each unit had, `""` for none.
    """

    grid_code: NDArray[Any]
    previous: NDArray[Any]

    def of_buildings(self, units: Units) -> NDArray[Any]:
        """Return the code of each building, in the order of `units.building_id`."""
        return self.grid_code[units.unit_of]


def divide(
    units: Units,
    options: Options,
    *,
    previous: NDArray[Any] | None = None,
    used: Collection[str] = (),
    communities: Collection[str] | None = None,
    workers: int = 2,
    progress: Progress | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> Division:
    """Divide communities into grids, or re-divide them.

    Parameters
    ----------
    units : of one community or a whole city; a community's answer does not depend on the others.
    previous : code each unit has in the plan it starts from, `""` for none (see `units_from_buildings`).
    used : further codes that were ever used in these communities; none is used again.
    communities : codes to divide, None for all; the others keep what they had.
    workers : threads; they change nothing in the answer.
    progress : told how many pieces of how many are done.
    cancelled : asked before every piece.

    Raises
    ------
    InputError   a locked grid or building is not there, or locks are given without a plan to start from.
    Cancelled    `cancelled` said so.
    """
    before = np.full(len(units), "", dtype=object) if previous is None else np.asarray(previous, dtype=object).copy()
    before = _own(units, before)
    locked = _locks(units, options, before)
    wanted = np.ones(len(units), dtype=bool)
    if communities is not None:
        wanted = np.isin(units.community_code[units.community].astype(str), [str(c) for c in communities])
    old_codes, old = np.unique(before.astype(str), return_inverse=True)
    old = np.where(before == "", -1, old)
    fixed = wanted & np.isin(before.astype(str), [*options.locked_grids])
    parts = _parts(units, wanted & ~fixed)
    stiff = locked & ~fixed

    def solved(members: NDArray[np.intp]) -> NDArray[np.int64]:
        if cancelled is not None and cancelled():
            raise Cancelled
        return solve.piece(units, members, options, old[members], stiff[members], _seed(units, members))

    label = np.full(len(units), -1, dtype=np.intp)
    kept = ~wanted | fixed
    label[kept] = old[kept]
    following = len(old_codes)
    with ThreadPoolExecutor(max_workers=workers) as pool:
        for number, (members, found) in enumerate(zip(parts, pool.map(solved, parts), strict=True), start=1):
            label[members] = following + found
            following += int(found.max()) + 1
            if progress is not None:
                progress(number, len(parts))
    if options.renumber:
        return Division(np.where(wanted, codes.number_anew(units, np.where(wanted, label, -1)), before), before)
    if (old < 0).all():
        return Division(
            codes.number_anew(units, label) if not used else codes.continued(units, label, before, used), before
        )
    return Division(codes.continued(units, label, before, used, locked | fixed), before)


def _own(units: Units, before: NDArray[Any]) -> NDArray[Any]:
    """Forget codes of another community: a grid never leaves its own."""
    prefix = units.community_code[units.community].astype(str)
    return np.where(np.char.startswith(before.astype(str), prefix), before, "")


def _locks(units: Units, options: Options, before: NDArray[Any]) -> NDArray[np.bool_]:
    """Return the units of locked buildings.

    Raises
    ------
    InputError   a lock names what is not there.
    """
    missing = sorted(options.locked_grids - set(before.tolist()))
    if missing:
        raise InputError(
            _("The locked grid {grid} is not in the plan that is started from.", grid=missing[0]),
            hint=_("Only grids of the plan in force can be locked; look at its code, or start from it."),
        )
    names = sorted(options.locked_buildings)
    at = units.units_of(names)
    for name, unit in zip(names, at.tolist(), strict=True):
        if unit < 0:
            raise InputError(
                _("The locked building {building} does not exist.", building=name),
                hint=_("Look its building_id up in the table buildings; it must lie in the areas divided."),
            )
        if before[unit] == "":
            raise InputError(
                _("The locked building {building} is in no grid it could stay in.", building=name),
                hint=_("Buildings can be locked where there is a plan to start from."),
            )
    locked = np.zeros(len(units), dtype=bool)
    locked[at] = True
    return locked


def _parts(units: Units, free: NDArray[np.bool_]) -> list[NDArray[np.intp]]:
    """Return the connected pieces of the free land: of whole pieces, less locked grids."""
    rows = units.rows
    firm = units.passable & free[rows] & free[units.indices]
    graph = coo_matrix((np.ones(firm.sum()), (rows[firm], units.indices[firm])), shape=(len(units), len(units)))
    part = connected_components(graph, directed=False)[1]
    members = np.flatnonzero(free)
    order = members[np.argsort(part[members], kind="stable")]
    ends = np.flatnonzero(np.diff(part[order])) + 1
    return [np.sort(p) for p in np.split(order, ends)] if len(order) else []


def _seed(units: Units, members: NDArray[np.intp]) -> int:
    """Return a seed of the community's code and the place of the piece in it."""
    community = units.community[members[0]]
    first = members[0] - np.searchsorted(units.community, community)
    text = f"{units.community_code[community]}/{first}"
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:7], "little")


def units_from_buildings(units: Units, building_grid: NDArray[Any]) -> NDArray[Any]:
    """Bring a plan's assignment of buildings to units.

    Parameters
    ----------
    building_grid : code of each building, in the order of `units.building_id`, `""` for none.

    Returns
    -------
    A code a unit: that of most of its households (then of most buildings, then the lower code); land without buildings
    has none until it is divided.
    """
    code, label = np.unique(np.asarray(building_grid, dtype=object).astype(str), return_inverse=True)
    weight = units.building_households + 1e-6
    held = coo_matrix((weight, (units.unit_of, label)), shape=(len(units), len(code))).tocsr()
    out = np.full(len(units), "", dtype=object)
    single = np.diff(held.indptr) > 0
    for u in np.flatnonzero(single).tolist():
        at = slice(held.indptr[u], held.indptr[u + 1])
        named = [(-w, code[c]) for w, c in zip(held.data[at], held.indices[at], strict=True) if code[c]]
        if named:
            out[u] = str(min(named)[1])
    return out
