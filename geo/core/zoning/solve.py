"""One connected piece of land divided: prices set, numbers of grids tried, the search run, the best kept."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from geo.core.zoning import possible
from geo.core.zoning.arrays import sums
from geo.core.zoning.growth import grow
from geo.core.zoning.options import Options, Profile
from geo.core.zoning.search import Graph, Prices, anneal
from geo.core.zoning.units import Units


class _Effort(NamedTuple):
    """How long the search runs: starts, recombinations a grid, unit moves after each, temperatures."""

    starts: int
    rounds: int
    shifts: int
    hot: float
    cold: float


EFFORT = _Effort(2, 120, 12, 1.0, 0.02)
TOLL = 4.0
MISS: dict[Profile, float] = {"balanced": 3.0, "middle": 0.7, "compact": 0.3}


def graph_of(units: Units, members: NDArray[np.intp], weight: NDArray[np.int64]) -> Graph:
    """Cut one piece out of the city's units; borders with what is left out are outer ones."""
    local = np.full(len(units), -1, dtype=np.int64)
    local[members] = np.arange(len(members))
    degree = np.diff(units.indptr)[members]
    at = np.repeat(units.indptr[members] - np.concatenate([[0], np.cumsum(degree)[:-1]]), degree) + np.arange(
        degree.sum()
    )
    row = np.repeat(np.arange(len(members)), degree)
    full = units.exterior[members] + sums(row, units.shared[at], len(members))
    inner = local[units.indices[at]] >= 0
    at, row = at[inner], row[inner]
    indptr = np.concatenate([[0], np.cumsum(np.bincount(row, minlength=len(members)))])
    return Graph(
        indptr.astype(np.int64),
        local[units.indices[at]],
        units.shared[at],
        units.arterial[at],
        units.passable[at],
        weight[members].astype(np.float64),
        units.area[members],
        full,
        units.inside[members],
        units.workload[members],
    )


def prices_of(options: Options, graph: Graph, count: int) -> Prices:
    """Set what faults cost for a number of grids."""
    total, work = float(graph.weight.sum()), float(graph.work.sum())
    low, high = possible.limits(total, options)
    miss = MISS[options.profile]
    return Prices(
        low=float(options.low),
        high=float(options.high),
        outer_low=float(low),
        outer_high=float(high),
        aim=options.aim,
        mean=total / count,
        miss=miss,
        miss_slope=2 * miss,
        beyond=10.0,
        beyond_slope=60.0,
        even=0.2,
        shape=1.0,
        street=0.3,
        work=float(options.workload) if work > 0 else 0.0,
        work_mean=max(work / count, 1e-9),
    )


def piece(
    units: Units,
    members: NDArray[np.intp],
    options: Options,
    old: NDArray[np.intp],
    locked: NDArray[np.bool_],
    seed: int,
) -> NDArray[np.int64]:
    """Divide one connected piece.

    Parameters
    ----------
    members : its units.
    old : grid each had, -1 for none.
    locked : units that stay in the grid they had.
    seed : of the random numbers.

    Returns
    -------
    Labels from 0, each connected.
    """
    graph = graph_of(units, members, units.count(options.unit))
    count = possible.counts(float(graph.weight.sum()), options, len(members))[0]
    if count == 1:
        return np.zeros(len(members), dtype=np.int64)
    prices = prices_of(options, graph, count)
    nothing, free = np.full(len(members), -1, dtype=np.int64), np.zeros(len(members))
    best, found = np.inf, nothing
    for start in range(EFFORT.starts):
        label = grow(graph, count, seed + 2 * start)
        rounds = EFFORT.rounds * count
        cost = anneal(
            graph,
            label,
            count,
            nothing,
            free,
            prices,
            rounds,
            EFFORT.shifts,
            EFFORT.hot,
            EFFORT.cold,
            TOLL,
            seed + 2 * start + 1,
        )
        if cost < best:
            best, found = cost, label
    return found
