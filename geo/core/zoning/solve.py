"""One connected piece of land divided: prices set, numbers of grids tried, the search run, the best kept."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from geo.core.zoning import possible
from geo.core.zoning.arrays import sums
from geo.core.zoning.growth import grow
from geo.core.zoning.options import Options, Profile
from geo.core.zoning.search import Graph, Prices, anneal, open_grid, total_cost
from geo.core.zoning.units import Units


class _Effort(NamedTuple):
    """How long a search runs.

    Attributes
    ----------
    starts, rounds, hot, cold : how often it starts, recombinations a grid, first and last temperature.
    kept, polish, warm : how many of the states found are improved once more at most (until the best end comes up a
        second time), how long, and from which temperature on.
    """

    starts: int
    rounds: int
    hot: float
    cold: float
    kept: int = 0
    polish: int = 0
    warm: float = 0.2


FIRST = _Effort(starts=12, rounds=30, hot=1.0, cold=0.1, kept=8, polish=300)
ROUND = _Effort(starts=12, rounds=60, hot=1.0, cold=0.1, kept=6, polish=300)
HARD = _Effort(starts=2, rounds=2000, hot=1.0, cold=0.01, kept=1, polish=400, warm=0.3)
AGAIN = _Effort(starts=3, rounds=80, hot=0.3, cold=0.01)
"""Effort a number of grids: of a first division, of one that puts the shape first, of one whose totals allow more than
was found, of a re-division. Many short starts and a longer end of the best beat few long ones: at equal time the cost
above the best known is half as much."""
SAME = 1e-6
"""Costs that are no further apart are one division's."""
SHIFTS = 12
"""Unit moves after each recombination."""
COLD = 0.01
"""Temperature at the end."""
HARD_SHAPE, HARD_MISS, HARD_SLOPE = 0.05, 0.25, 15.0
"""Shares of the prices of shape and of a miss in the search for the count alone, and what a target's households outside
the band cost there: a way that leads downhill to the count."""
TOLL = 4.0
"""How much rarer a random tree crosses an arterial: cuts then fall on arterials."""
MISS: dict[Profile, float] = {"balanced": 2.0, "middle": 0.7, "compact": 0.24}
"""What a grid outside the band costs, in grids of the worst shape instead of the best."""
BEYOND = 10.0
"""What a grid beyond the outer limit costs on top in a first division, in every profile."""
STREET = 0.25
"""What a grid costs that spans an arterial."""
EVEN = 0.03
"""What a grid costs that misses the mean by a whole target, per price of one outside the band: a mild pull."""
KEPT_BEYOND = 1.5
"""The same in a re-division: a grid somewhat beyond the limit stays where mending it would move a grid's residents."""
STAY = 3.0
"""What moving a target's households costs at stability 1, per price of a grid outside the band."""
KEPT_SHAPE = 0.3
"""Share of the shape's price in a re-division: a plan in force is not redrawn for its looks."""
UNIT_PRICE = 0.03
"""What moving a building costs beside its households: empty houses and land stay too."""
GRID_SHAPE = 0.4
"""1 minus the usual Polsby-Popper score: what a further grid costs for being there; taken off to compare counts."""
NEVER = 1e6


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


def prices_of(options: Options, graph: Graph, count: int, *, again: bool = False) -> Prices:
    """Set what faults cost for a number of grids, in a first division or a re-division."""
    total, work = float(graph.weight.sum()), float(graph.work.sum())
    low, high = possible.limits(total, options)
    miss, beyond = MISS[options.profile], KEPT_BEYOND if again else BEYOND
    return Prices(
        low=float(options.low),
        high=float(options.high),
        outer_low=float(low),
        outer_high=float(high),
        aim=float(options.aim),
        mean=total / count,
        miss=miss,
        miss_slope=2 * miss,
        beyond=beyond,
        beyond_slope=6 * beyond,
        even=EVEN * miss,
        shape=KEPT_SHAPE if again else 1.0,
        street=STREET,
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

    Notes
    -----
    A first division ends where a re-division of it would change nothing, so dividing an unchanged community again gives
    the plan it has.
    """
    graph = graph_of(units, members, units.count(options.unit))
    if (old >= 0).any() and (options.stability > 0 or locked.any()):
        return again(graph, options, old, locked, seed)
    label = first(graph, options, seed)
    free = np.zeros(len(members), dtype=bool)
    for _ in range(3):
        settled = again(graph, options, label, free, seed)
        if (canonical(settled) == canonical(label)).all():
            break
        label = settled
    return label


def first(graph: Graph, options: Options, seed: int) -> NDArray[np.int64]:
    """Divide a piece from nothing: the most promising number of grids, others and longer where that was not enough."""
    n = len(graph.weight)
    total = float(graph.weight.sum())
    low, high = possible.limits(total, options)
    best, found = np.inf, np.zeros(n, dtype=np.int64)
    tries = (FIRST, HARD) if options.profile == "balanced" else (ROUND,)
    for effort in tries:
        for rank, count in enumerate(possible.counts(total, options, n)[:2]):
            hopeless = count - possible.most_inside(total, count, options, low, high) >= bad(graph, found, options)
            if effort is HARD and hopeless and _keeps_limits(graph, found, options):
                continue
            label, cost = _annealed(graph, options, count, seed + 1009 * rank, effort)
            worth = cost - GRID_SHAPE * count
            if worth < best:
                best, found = worth, label
            if _best_possible(graph, found, options):
                return found
    return found


def _keeps_limits(graph: Graph, label: NDArray[np.int64], options: Options) -> bool:
    """Tell whether all grids keep the outer limits that the total allows."""
    low, high = possible.limits(float(graph.weight.sum()), options)
    size = np.bincount(label, graph.weight)
    return bool((size >= low - 1e-9).all() and (size <= high + 1e-9).all())


def _best_possible(graph: Graph, label: NDArray[np.int64], options: Options) -> bool:
    """Tell whether no division could have fewer grids outside the band, and all keep the outer limits."""
    fewest = _fewest_bad(float(graph.weight.sum()), options, len(label))
    return _keeps_limits(graph, label, options) and bad(graph, label, options) <= fewest


def _annealed(
    graph: Graph, options: Options, count: int, seed: int, effort: _Effort
) -> tuple[NDArray[np.int64], float]:
    """Grow and anneal several starts of one number of grids; the cost is that at the full prices."""
    n = len(graph.weight)
    prices = prices_of(options, graph, count)
    nothing, free = np.full(n, -1, dtype=np.int64), np.zeros(n)
    if count == 1:
        label = np.zeros(n, dtype=np.int64)
        return label, total_cost(graph, label, 1, nothing, free, prices)
    counting = prices._replace(
        shape=HARD_SHAPE * prices.shape, street=0.0, miss=HARD_MISS * prices.miss, miss_slope=HARD_SLOPE
    )
    states: list[tuple[float, int, NDArray[np.int64]]] = []

    def run(label: NDArray[np.int64], prices: Prices, rounds: int, hot: float, cold: float, at: int) -> None:
        anneal(graph, label, count, nothing, free, prices, rounds * count, SHIFTS, hot, cold, TOLL, at)

    for start in range(effort.starts):
        label, at = grow(graph, count, seed + 2 * start), seed + 2 * start + 1
        run(label, counting if effort is HARD else prices, effort.rounds, effort.hot, effort.cold, at)
        states.append((total_cost(graph, label, count, nothing, free, prices), start, label))
        if effort is HARD and _best_possible(graph, label, options):
            break
    states.sort(key=lambda state: state[:2])
    ends = []
    for _cost, start, label in states[: effort.kept]:
        run(label, prices, effort.polish, effort.warm, COLD, seed + 2 * start + 1)
        ends.append((total_cost(graph, label, count, nothing, free, prices), start, label))
        least = min(end[0] for end in ends)
        if sum(end[0] < least + SAME for end in ends) == 2:
            break
    cost, _start, label = min(ends, key=lambda state: state[:2])
    return label, cost


def bad(graph: Graph, label: NDArray[np.int64], options: Options) -> int:
    """Count the grids outside the band."""
    size = np.bincount(label, graph.weight)
    return int(((size < options.low - 1e-9) | (size > options.high + 1e-9)).sum())


def canonical(label: NDArray[np.int64]) -> NDArray[np.int64]:
    """Give labels the order of their first units, so that nothing depends on how a plan is coded; -1 stays."""
    known = label >= 0
    _, start, inverse = np.unique(label[known], return_index=True, return_inverse=True)
    rank = np.empty(len(start), dtype=np.int64)
    rank[np.argsort(start)] = np.arange(len(start))
    out = np.full(len(label), -1, dtype=np.int64)
    out[known] = rank[inverse]
    return out


def again(
    graph: Graph, options: Options, old: NDArray[np.intp], locked: NDArray[np.bool_], seed: int
) -> NDArray[np.int64]:
    """Divide a piece anew from what it has: as few households as possible change their grid.

    Notes
    -----
    Nothing is touched where no other division has more grids in the band. Otherwise grids are dissolved (the smallest)
    or opened (in the largest), and every state is annealed from there with a price on each move; the cheapest wins.
    """
    held = canonical(old.astype(np.int64))
    label = _connected(graph, held)
    count = int(label.max()) + 1
    home = np.where(held < 0, label, held)  # a unit without a grid moves for nothing to the one it was given
    stay = np.where(
        held < 0, 0.0, options.stability * STAY * MISS[options.profile] * graph.weight / options.aim + UNIT_PRICE
    )
    stay[locked] = NEVER
    kept = not locked.any() or bool((label[locked] == held[locked]).all())
    if kept and _best_possible(graph, label, options):
        return label
    prices = prices_of(options, graph, count, again=True)
    best, found = total_cost(graph, label, count, home, stay, prices) - GRID_SHAPE * KEPT_SHAPE * count - 1e-6, label
    for more in (0, -1, 1, -2, 2):
        if not 1 <= count + more <= len(label):
            continue
        for start in range(AGAIN.starts):
            state = _State(graph, label.copy(), count, home.copy(), stay)
            if not _resized(state, options, more, seed + 31 * start):
                break
            k = state.count
            if k > 1:
                anneal(
                    graph,
                    state.label,
                    k,
                    state.home,
                    stay,
                    prices_of(options, graph, k, again=True),
                    AGAIN.rounds * k,
                    SHIFTS,
                    AGAIN.hot,
                    AGAIN.cold,
                    TOLL,
                    seed + 31 * start + 7 * more + 101,
                )
            prices = prices_of(options, graph, k, again=True)
            worth = total_cost(graph, state.label, k, state.home, stay, prices) - GRID_SHAPE * KEPT_SHAPE * k
            if worth < best:
                best, found = worth, state.label
    return found


@dataclass(slots=True)
class _State:
    """A division on the way: labels, how many, and the grid each unit had in the same numbers (-2: a closed one)."""

    graph: Graph
    label: NDArray[np.int64]
    count: int
    home: NDArray[np.int64]
    stay: NDArray[np.float64]


def _fewest_bad(total: float, options: Options, units: int) -> int:
    """Return how few grids outside the band the total allows, of any number of grids."""
    low, high = possible.limits(total, options)
    best = units
    for count in possible.counts(total, options, units):
        if (inside := possible.most_inside(total, count, options, low, high)) >= 0:
            best = min(best, count - inside)
    return best


def _connected(graph: Graph, held: NDArray[np.int64]) -> NDArray[np.int64]:
    """Make a plan one that may be started from: of a grid in parts the heaviest stays; the rest joins neighbours."""
    n = len(held)
    row = np.repeat(np.arange(n), np.diff(graph.indptr))
    same = graph.passable & (held[row] == held[graph.indices]) & (held[row] >= 0)
    links = coo_matrix((np.ones(same.sum()), (row[same], graph.indices[same])), shape=(n, n))
    part = connected_components(links, directed=False)[1]
    weight = np.bincount(part, graph.weight + 1e-6)
    label = np.full(n, -1, dtype=np.int64)
    order = np.lexsort((part, -weight[part], held))
    order = order[held[order] >= 0]
    first_of = order[np.unique(held[order], return_index=True)[1]]
    main = np.zeros(part.max() + 1, dtype=bool)
    main[part[first_of]] = True
    label[main[part] & (held >= 0)] = held[main[part] & (held >= 0)]
    while (label < 0).any():
        loose = graph.passable & (label[row] < 0) & (label[graph.indices] >= 0)
        if not loose.any():
            break
        unit, grid, length = row[loose], label[graph.indices[loose]], graph.shared[loose]
        pull = coo_matrix((length, (unit, grid)), shape=(n, int(label.max()) + 1)).tocsr()
        for u in np.unique(unit).tolist():
            at = slice(pull.indptr[u], pull.indptr[u + 1])
            label[u] = pull.indices[at][np.argmax(pull.data[at])]
    label[label < 0] = 0  # no grid at all was there
    return canonical(label)


def _resized(state: _State, options: Options, more: int, seed: int) -> bool:
    """Open or dissolve some grids; tells whether that was possible."""
    for step in range(abs(more)):
        if not (_opened(state, options, seed + step) if more > 0 else _dissolved(state)):
            return False
    return True


def _opened(state: _State, options: Options, seed: int) -> bool:
    """Split the largest grid that has two units."""
    units = np.bincount(state.label, minlength=state.count)
    size = np.where(units > 1, np.bincount(state.label, state.graph.weight, minlength=state.count), -1.0)
    largest = int(np.argmax(size))
    if size[largest] < 0:
        return False
    prices = prices_of(options, state.graph, state.count + 1, again=True)
    open_grid(state.graph, state.label, state.count, largest, state.home, state.stay, prices, TOLL, seed, 20)
    state.count += 1
    return True


def _dissolved(state: _State) -> bool:
    """Give the smallest grid to its lightest neighbour; the search shares it out."""
    if state.count < 2:
        return False
    size = np.bincount(state.label, state.graph.weight, minlength=state.count)
    row = np.repeat(np.arange(len(state.label)), np.diff(state.graph.indptr))
    a, b = state.label[row], state.label[state.graph.indices]
    smallest = int(np.argmin(size))
    near = np.unique(b[state.graph.passable & (a == smallest) & (b != smallest)])
    if len(near) == 0:
        return False
    to = int(near[np.argmin(size[near])])
    state.label[state.label == smallest] = to
    state.home[state.home == smallest] = -2
    state.label[state.label > smallest] -= 1
    state.home[state.home > smallest] -= 1
    state.count -= 1
    return True
