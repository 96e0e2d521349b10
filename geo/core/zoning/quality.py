"""How good a division is: counts, shape, connection and streets of every grid, and its outline.

The whole city is measured in some milliseconds (sums over arrays, no geometry), so a planner's stroke needs nothing
cleverer: measure all, draw the outlines of the grids that changed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from geo.core.zoning.arrays import sums
from geo.core.zoning.options import Options
from geo.core.zoning.search import STREET_M
from geo.core.zoning.units import Units


@dataclass(frozen=True, slots=True)
class Quality:
    """Measures of a division, one entry a grid, in the order of the codes.

    Attributes
    ----------
    grid_code : sorted codes of the grids that have a unit.
    label : grid of each unit as a position in `grid_code`, -1 for a unit without one.
    households, persons, workload, buildings : sums.
    area_m2, border_m : of the dissolved grid.
    polsby_popper : 4 pi area / border squared, 1 for a circle.
    parts : connected parts; more than 1 breaks a hard rule.
    arterial_m : metres of arterial inside.
    """

    grid_code: NDArray[Any]
    label: NDArray[np.intp]
    households: NDArray[np.int64]
    persons: NDArray[np.int64]
    workload: NDArray[np.float64]
    buildings: NDArray[np.int64]
    area_m2: NDArray[np.float64]
    border_m: NDArray[np.float64]
    polsby_popper: NDArray[np.float64]
    parts: NDArray[np.int64]
    arterial_m: NDArray[np.float64]

    def deviation(self, options: Options) -> NDArray[np.float64]:
        """Return by how much of the target each grid misses it, signed."""
        count = self.persons if options.unit == "persons" else self.households
        return np.asarray((count - options.aim) / options.aim, dtype=np.float64)

    def good(self, options: Options) -> NDArray[np.bool_]:
        """Tell which grids are in the band."""
        count = self.persons if options.unit == "persons" else self.households
        return (count >= options.low - 1e-9) & (count <= options.high + 1e-9)

    @property
    def spans_arterial(self) -> NDArray[np.bool_]:
        """Which grids have an arterial inside."""
        return self.arterial_m > STREET_M


def labels(grid_code: NDArray[Any]) -> tuple[NDArray[Any], NDArray[np.intp]]:
    """Return the sorted codes of a division and each unit's position in them, -1 where it has none."""
    codes, label = np.unique(np.asarray(grid_code, dtype=object).astype(str), return_inverse=True)
    label = label.astype(np.intp)
    if len(codes) and codes[0] == "":
        codes, label = codes[1:], label - 1
    return codes.astype(object), label


def measure(units: Units, grid_code: NDArray[Any]) -> Quality:
    """Measure every grid of a division.

    Parameters
    ----------
    grid_code : a code a unit, `""` for none.
    """
    codes, label = labels(grid_code)
    count = len(codes)
    known = label >= 0

    def total(values: NDArray[Any]) -> NDArray[np.float64]:
        return sums(label[known], values[known], count)

    rows, columns = units.rows, units.indices
    same = (label[rows] == label[columns]) & (label[rows] >= 0)
    within = label[rows[same]]
    full = units.exterior + sums(rows, units.shared, len(units))
    border = total(full) - sums(within, units.shared[same], count)
    area = total(units.area)
    firm = same & units.passable
    graph = coo_matrix((np.ones(firm.sum()), (rows[firm], columns[firm])), shape=(len(units), len(units)))
    part = connected_components(graph, directed=False)[1]
    parts = np.bincount(label[known][np.unique(part[known], return_index=True)[1]], minlength=count)
    street = total(units.inside) + 0.5 * sums(within, units.arterial[same], count)
    buildings = np.bincount(units.unit_of, minlength=len(units))
    return Quality(
        grid_code=codes,
        label=label,
        households=total(units.households).astype(np.int64),
        persons=total(units.persons).astype(np.int64),
        workload=total(units.workload),
        buildings=total(buildings).astype(np.int64),
        area_m2=area,
        border_m=border,
        polsby_popper=4 * np.pi * area / np.maximum(border, 1e-9) ** 2,
        parts=parts,
        arterial_m=street,
    )


def outlines(units: Units, grid_code: NDArray[Any], only: Any = None) -> dict[str, shapely.Geometry]:
    """Return the polygon of each grid, metric CRS; together they tile what the units do.

    Parameters
    ----------
    grid_code : a code a unit, `""` for none.
    only : codes wanted; None for all.
    """
    codes, label = labels(grid_code)
    order = np.argsort(label, kind="stable")
    starts = np.searchsorted(label[order], np.arange(len(codes) + 1))
    wanted = range(len(codes)) if only is None else np.flatnonzero(np.isin(codes.astype(str), np.asarray(only, str)))
    return {str(codes[c]): shapely.coverage_union_all(units.cell[order[starts[c] : starts[c + 1]]]) for c in wanted}
