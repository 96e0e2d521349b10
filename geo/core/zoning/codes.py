"""Grid codes: who continues whom, which number a new grid takes, and what changed between two plans.

A grid code is the community's 12 digits and a number of three. A grid that continues an old one keeps its code; a new
one takes the next number never used in its community, so a retired code does not come back as another grid.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import min_weight_full_bipartite_matching

from geo.core.zoning.arrays import sums
from geo.core.zoning.units import Units
from geo.errors import InputError
from geo.i18n import N_, _, ngettext

CHANGES = {
    "unchanged": N_("unchanged"),
    "changed": N_("changed"),
    "split": N_("split"),
    "merged": N_("merged"),
    "new": N_("new"),
    "closed": N_("grid closed"),
}
"""What can become of a grid, with its name on the screen."""
_MOST = 999


@dataclass(frozen=True, slots=True)
class Change:
    """One row of the layer `changes`: an old and a new grid that share buildings, or one that has no counterpart.

    Attributes
    ----------
    change : `unchanged`: the same buildings under the same code; `changed`: the same code with other buildings, or
        buildings given from one lasting grid to another; `split`: given to a new grid; `merged`: given by a grid that
        is closed; `new`, `closed`: a grid without any old (new) counterpart.
    households_moved : of the pair, 0 where the code is the same.
    """

    old_grid_code: str
    new_grid_code: str
    change: str
    households_moved: int


def reading_order(x: NDArray[np.float64], y: NDArray[np.float64], area: NDArray[np.float64]) -> NDArray[np.intp]:
    """Return the order in which grids are numbered: row by row from the north, each row from west to east.

    Parameters
    ----------
    x, y : middle of each grid, m.
    area : m2; a row is as high as a square of the mean area.
    """
    height = float(np.sqrt(area.mean())) if len(area) else 1.0
    row = np.floor((y.max(initial=0.0) - y) / height).astype(int)
    return np.lexsort((-y, x, row))


def number_anew(units: Units, label: NDArray[np.intp]) -> NDArray[np.object_]:
    """Give the grids of every community numbers from 001 on, in reading order.

    Parameters
    ----------
    label : grid of each unit, any whole numbers, -1 for none; a grid lies in one community.

    Returns
    -------
    A code a unit, `""` where the label is -1.
    """
    return _numbered(units, label, {}, {})


def continued(
    units: Units,
    label: NDArray[np.intp],
    previous: NDArray[Any],
    used: Iterable[str] = (),
    locked: NDArray[np.bool_] | None = None,
) -> NDArray[np.object_]:
    """Code a division so that as few households as possible change their code.

    Parameters
    ----------
    label : grid of each unit, any whole numbers, -1 for none.
    previous : code each unit had, `""` for none.
    used : further codes that were ever used, so that none is used again for another grid.
    locked : units that keep their code whatever the others do.
    """
    before = np.asarray(previous, dtype=object).astype(str)
    kept: dict[int, str] = {}
    weight = units.households + 1e-3 + 1e-9 * units.area
    if locked is not None:
        weight = weight + 1e9 * locked
    for c in np.unique(units.community[label >= 0]).tolist():
        mine = np.flatnonzero((units.community == c) & (label >= 0) & (before != ""))
        mine = mine[np.char.startswith(before[mine], str(units.community_code[c]))]
        if len(mine) == 0:
            continue
        old, o = np.unique(before[mine], return_inverse=True)
        new, n = np.unique(label[mine], return_inverse=True)
        shared = np.zeros((len(old), len(new)))
        np.add.at(shared, (o, n), weight[mine])
        # one more of each pair: no entry is 0 (that would be none), and every full matching is worth the same more
        rows, columns = min_weight_full_bipartite_matching(csr_matrix(shared + 1.0), maximize=True)
        kept |= {int(new[j]): str(old[i]) for i, j in zip(rows, columns, strict=True) if shared[i, j] > 0}
    last: dict[str, int] = {}
    for code in {*before.tolist(), *used}:
        if len(code) == 15:
            last[code[:12]] = max(last.get(code[:12], 0), int(code[12:]))
    return _numbered(units, label, kept, last)


def _numbered(units: Units, label: NDArray[np.intp], kept: dict[int, str], last: dict[str, int]) -> NDArray[np.object_]:
    """Give the kept codes, then the next numbers in reading order."""
    known = np.flatnonzero(label >= 0)
    grids, first, inverse = np.unique(label[known], return_index=True, return_inverse=True)
    area = sums(inverse, units.area[known], len(grids))
    middle = units.middle[known]
    x, y = (sums(inverse, units.area[known] * middle[:, k], len(grids)) / area for k in (0, 1))
    community = units.community[known[first]]
    code = np.full(len(grids), "", dtype=object)
    for c in np.unique(community).tolist():
        mine = np.flatnonzero(community == c)
        prefix = str(units.community_code[c])
        number = last.get(prefix, 0)
        for i in mine[reading_order(x[mine], y[mine], area[mine])].tolist():
            if (name := kept.get(int(grids[i]))) is None:
                number += 1
                if number > _MOST:
                    raise InputError(
                        ngettext(
                            "Community {community} has used up its {n} grid number.",
                            "Community {community} has used up its {n} grid numbers.",
                            _MOST,
                            community=prefix,
                        ),
                        hint=_("Number its grids anew (divide --renumber), or ask for larger grids."),
                    )
                name = f"{prefix}{number:03d}"
            code[i] = name
    out = np.full(len(label), "", dtype=object)
    out[known] = code[inverse]
    return out


def changes(
    old: NDArray[Any], new: NDArray[Any], households: NDArray[np.int64], closed: Iterable[str] = ()
) -> list[Change]:
    """List what became of every grid.

    Parameters
    ----------
    old, new : code of each building before and after, `""` for none.
    households : of each building.
    closed : old grids that have no building any more.
    """
    before, after = np.asarray(old, dtype=object).astype(str), np.asarray(new, dtype=object).astype(str)
    pairs, inverse = np.unique(np.column_stack([before, after]), axis=0, return_inverse=True)
    moved = np.bincount(inverse.ravel(), households, minlength=len(pairs)).astype(int)
    lasting, newer = set(before.tolist()) | set(closed), set(after.tolist())
    partners: dict[str, int] = {}
    for a, b in pairs.tolist():
        if a and b:
            partners[b] = partners.get(b, 0) + 1
            partners[f"<{a}"] = partners.get(f"<{a}", 0) + 1
    rows = []
    for (a, b), count in zip(pairs.tolist(), moved.tolist(), strict=True):
        if a == b != "":
            same = partners[b] == 1 and partners[f"<{a}"] == 1 and ["", b] not in pairs.tolist()
            rows.append(Change(a, b, "unchanged" if same else "changed", 0))
        elif a and b:
            kind = "merged" if a not in newer else "split" if b not in lasting else "changed"
            rows.append(Change(a, b, kind, count))
        elif b and b not in partners:
            rows.append(Change("", b, "new", 0))
    gone = {a for a in lasting if a and a not in newer and f"<{a}" not in partners}
    rows += [Change(a, "", "closed", 0) for a in sorted(gone)]
    return sorted(rows, key=lambda row: (row.old_grid_code or row.new_grid_code, row.new_grid_code))
