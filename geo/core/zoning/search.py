"""The search for a division of one piece of land: compiled loops over plain arrays, nothing else.

A state is one label a unit. Two moves change it. **Recombine**: two neighbouring grids are merged, a random spanning
tree is drawn over their units, and the tree is cut where the two sides cost least; every cut of the tree is weighed
exactly, shape and streets included, by sums over subtrees. **Shift**: single units, alone or two in exchange, go over
a border. A grid is connected after every step, so it is never repaired afterwards. Worse states are accepted with a
chance that falls with the temperature (simulated annealing); the best state seen is the answer.

Spanning-tree recombination is DeFord, Duchin and Solomon's ReCom (2021); weighing all cuts of a tree and the two moves
in one annealing run are this project's. The same input gives the same answer on every machine and in every thread.

It stands in one file but for chance.py: compiled code on disk is renewed when its own file changes, and only then.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit

from geo.core.zoning.chance import GUMBEL, below, random, seeded

STREET_M = 10.0
"""Metres of arterial within a grid from which it spans the arterial."""


class Prices(NamedTuple):
    """What a grid's faults cost; counts in households (or persons), lengths in metres.

    Attributes
    ----------
    low, high, outer_low, outer_high, aim : see Options; the outer limits are those the piece's total allows.
    mean : total of the piece divided by its number of grids.
    miss, miss_slope : a grid outside the band, and by how much, per target; beyond, beyond_slope: the outer limit.
    even : distance from the mean, per target; work, work_mean: of the workload from its mean, per mean.
    shape, street : 1 minus the Polsby-Popper score; a grid that spans an arterial.
    """

    low: float
    high: float
    outer_low: float
    outer_high: float
    aim: float
    mean: float
    miss: float
    miss_slope: float
    beyond: float
    beyond_slope: float
    even: float
    shape: float
    street: float
    work: float
    work_mean: float


class Graph(NamedTuple):
    """One piece of land, its units numbered from 0 (see Units for the arrays).

    Attributes
    ----------
    full : whole border of each unit, m.
    """

    indptr: np.ndarray
    indices: np.ndarray
    shared: np.ndarray
    arterial: np.ndarray
    passable: np.ndarray
    weight: np.ndarray
    area: np.ndarray
    full: np.ndarray
    inside: np.ndarray
    work: np.ndarray


@njit(cache=True, nogil=True)
def count_cost(s, q):
    """Cost of the count of one grid."""
    cost = q.even * abs(s - q.mean) / q.aim
    x = max(q.low - s, s - q.high)
    if x > 1e-9:
        cost += q.miss + q.miss_slope * x / q.aim
    y = max(q.outer_low - s, s - q.outer_high)
    if y > 1e-9:
        cost += q.beyond + q.beyond_slope * y / q.aim
    return cost


@njit(cache=True, nogil=True)
def grid_cost(s, a, p, r, wk, q):
    """Cost of one grid: count s, area a, border p, arterial inside r, workload wk."""
    cost = count_cost(s, q)
    if p > 0:
        cost += q.shape * (1.0 - 4.0 * np.pi * a / (p * p))
    if r > STREET_M:
        cost += q.street
    if q.work > 0:
        cost += q.work * abs(wk / q.work_mean - 1.0)
    return cost


@njit(cache=True, nogil=True)
def totals(g, label, k):
    """Return count, area, border, arterial inside, workload and units of each grid, as rows of one array."""
    t = np.zeros((6, k))
    for i in range(len(label)):
        c = label[i]
        t[0, c] += g.weight[i]
        t[1, c] += g.area[i]
        t[2, c] += g.full[i]
        t[3, c] += g.inside[i]
        t[4, c] += g.work[i]
        t[5, c] += 1
        for e in range(g.indptr[i], g.indptr[i + 1]):
            if label[g.indices[e]] == c:
                t[2, c] -= g.shared[e]
                t[3, c] += 0.5 * g.arterial[e]
    return t


@njit(cache=True, nogil=True)
def total_cost(g, label, k, old, stay, q):
    """Cost of a whole state."""
    t = totals(g, label, k)
    cost = 0.0
    for c in range(k):
        cost += grid_cost(t[0, c], t[1, c], t[2, c], t[3, c], t[4, c], q)
    for i in range(len(label)):
        if label[i] != old[i]:
            cost += stay[i]
    return cost


@njit(cache=True, nogil=True)
def stays_whole(g, label, u, mark, stamp, queue):
    """Tell whether a unit's grid is still connected without it; a grid of one unit is not."""
    c = label[u]
    first, near = -1, 0
    for e in range(g.indptr[u], g.indptr[u + 1]):
        v = g.indices[e]
        if g.passable[e] and label[v] == c:
            near += 1
            first = v
    if near == 0:
        return False
    if near == 1:
        return True
    mark[u] = stamp
    mark[first] = stamp
    queue[0] = first
    head, tail, found = 0, 1, 1
    while head < tail:
        x = queue[head]
        head += 1
        for e in range(g.indptr[x], g.indptr[x + 1]):
            y = g.indices[e]
            if g.passable[e] and label[y] == c and mark[y] != stamp:
                mark[y] = stamp
                queue[tail] = y
                tail += 1
                for f in range(g.indptr[u], g.indptr[u + 1]):
                    if g.passable[f] and g.indices[f] == y:
                        found += 1
                        break
                if found == near:
                    return True
    return False


@njit(cache=True, nogil=True)
def _put(g, label, t, u, to):
    """Move one unit and bring the totals up to date."""
    c = label[u]
    from_len = from_art = to_len = to_art = 0.0
    for e in range(g.indptr[u], g.indptr[u + 1]):
        x = label[g.indices[e]]
        if x == c:
            from_len += g.shared[e]
            from_art += g.arterial[e]
        elif x == to:
            to_len += g.shared[e]
            to_art += g.arterial[e]
    t[0, c] -= g.weight[u]
    t[1, c] -= g.area[u]
    t[2, c] -= g.full[u] - 2 * from_len
    t[3, c] -= g.inside[u] + from_art
    t[4, c] -= g.work[u]
    t[5, c] -= 1
    t[0, to] += g.weight[u]
    t[1, to] += g.area[u]
    t[2, to] += g.full[u] - 2 * to_len
    t[3, to] += g.inside[u] + to_art
    t[4, to] += g.work[u]
    t[5, to] += 1
    label[u] = to


@njit(cache=True, nogil=True)
def _cost_of(t, c, q):
    return grid_cost(t[0, c], t[1, c], t[2, c], t[3, c], t[4, c], q)


@njit(cache=True, nogil=True)
def _other_side(g, label, u, state):
    """Return the label beyond a random border of a unit that a grid may pass, -1 where there is none."""
    c, seen, found = label[u], 0, -1
    for e in range(g.indptr[u], g.indptr[u + 1]):
        x = label[g.indices[e]]
        if g.passable[e] and x != c:
            seen += 1
            if below(state, seen) == 0:
                found = x
    return found


@njit(cache=True, nogil=True)
def _left(old, stay, u, label):
    return stay[u] if label != old[u] else 0.0


@njit(cache=True, nogil=True)
def _shift(g, label, t, cost, old, stay, q, heat, state, u, mark, stamp, queue):
    """Try to move a unit over a border, perhaps in exchange for another; return what the state's cost changed by."""
    a = label[u]
    b = _other_side(g, label, u, state)
    if b < 0 or t[5, a] < 2 or not stays_whole(g, label, u, mark, stamp, queue):
        return 0.0
    before = cost[a] + cost[b] + _left(old, stay, u, a)
    _put(g, label, t, u, b)
    one, other = _cost_of(t, a, q), _cost_of(t, b, q)
    change = one + other + _left(old, stay, u, b) - before
    if change <= 0 or random(state) < np.exp(-change / heat):
        cost[a], cost[b] = one, other
        return change
    # in exchange: a unit of the receiving grid, a few steps away, goes on to the giving grid or to a third
    v = u
    for _ in range(1 + below(state, 3)):
        seen, x = 0, -1
        for e in range(g.indptr[v], g.indptr[v + 1]):
            y = g.indices[e]
            if label[y] == b and y != u:
                seen += 1
                if below(state, seen) == 0:
                    x = y
        if x >= 0:
            v = x
    if v != u:
        d = _other_side(g, label, v, state)
        if d >= 0 and d != b and t[5, b] > 1 and stays_whole(g, label, v, mark, stamp + 1, queue):
            third = cost[d] if d != a else 0.0
            before_v = _left(old, stay, v, b)
            _put(g, label, t, v, d)
            one, other = _cost_of(t, a, q), _cost_of(t, b, q)
            last = _cost_of(t, d, q) if d != a else 0.0
            change = one + other + last + _left(old, stay, u, b) + _left(old, stay, v, d) - before - third - before_v
            if change <= 0 or random(state) < np.exp(-change / heat):
                cost[a], cost[b] = one, other
                if d != a:
                    cost[d] = last
                return change
            _put(g, label, t, v, b)
    _put(g, label, t, u, a)
    return 0.0


@njit(cache=True, nogil=True)
def _tree(g, label, a, b, root, toll, state, order, parent, depth, key, link, inside):
    """Draw a random spanning tree over two grids (Prim with random keys); returns how many units it holds.

    `order` lists the units from the root on, `parent` each one's position of the parent in `order`.
    """
    n = 0
    inside[root] = 0
    key[root] = 0.0
    link[root] = -1
    front = 1
    pool = order  # units in the tree stand before n, the fringe after it
    pool[0] = root
    while front > n:
        at, low = n, key[pool[n]]
        for i in range(n + 1, front):
            if key[pool[i]] < low:
                at, low = i, key[pool[i]]
        u = pool[at]
        pool[at], pool[n] = pool[n], u
        inside[u] = 2 + n
        p = link[u]
        parent[n] = p
        depth[n] = 0 if p < 0 else depth[p] + 1
        for e in range(g.indptr[u], g.indptr[u + 1]):
            v = g.indices[e]
            if not g.passable[e] or (label[v] != a and label[v] != b) or inside[v] >= 2:
                continue
            weight = random(state) * (1.0 + toll * g.arterial[e] / g.shared[e])
            if inside[v] < 0:
                inside[v] = 1
                key[v] = weight
                link[v] = n
                pool[front] = v
                front += 1
            elif weight < key[v]:
                key[v] = weight
                link[v] = n
        n += 1
    return n


@njit(cache=True, nogil=True)
def _balanced(g, n, order, parent, q, limit, value):
    """Write what the counts of every cut cost to `value`; tells whether one costs less than `limit`."""
    for i in range(n):
        value[i] = g.weight[order[i]]
    for i in range(n - 1, 0, -1):
        value[parent[i]] += value[i]
    found = False
    for i in range(1, n):
        value[i] = count_cost(value[i], q) + count_cost(value[0] - value[i], q)
        found |= value[i] < limit
    return found


@njit(cache=True, nogil=True)
def _subtrees(g, old, stay, a, b, n, order, parent, depth, inside, sums):
    """Sum over every subtree what the cost of its cut is made of (columns as named in `_recombine`)."""
    for i in range(n):
        v = order[i]
        sums[i, 0], sums[i, 1], sums[i, 4] = g.weight[v], g.area[v], g.work[v]
        sums[i, 2], sums[i, 3] = g.full[v], g.inside[v]
        sums[i, 5] = stay[v] if old[v] != a else 0.0
        sums[i, 6] = stay[v] if old[v] != b else 0.0
        sums[i, 7] = sums[i, 8] = sums[i, 9] = sums[i, 10] = 0.0
    for i in range(n):
        v = order[i]
        for e in range(g.indptr[v], g.indptr[v + 1]):
            j = inside[g.indices[e]] - 2
            if j < 0:
                continue
            sums[i, 7] += g.shared[e]
            sums[i, 8] += g.arterial[e]
            if j < i:  # each border once, at the lowest common ancestor of the two units
                x, y = i, j
                while x != y:
                    if depth[x] >= depth[y]:
                        x = parent[x]
                    else:
                        y = parent[y]
                sums[x, 9] += g.shared[e]
                sums[x, 10] += g.arterial[e]
    for i in range(n - 1, 0, -1):
        p = parent[i]
        for x in range(11):
            sums[p, x] += sums[i, x]


@njit(cache=True, nogil=True)
def _cut(n, sums, value, q, heat, state):
    """Choose a cut by cost and chance; returns where (-1: nowhere), whether the grids change sides, and its cost."""
    least, at, turned, exact = 1e30, -1, False, 0.0
    whole = sums[0]
    whole_border = whole[2] - 2 * whole[9]
    whole_street = whole[3] + whole[10]
    for i in range(1, n):
        if value[i] - 8.0 * heat > least:  # no chance can make it the least (see GUMBEL)
            continue
        part = sums[i]
        border, across = part[2] - 2 * part[9], part[7] - 2 * part[9]
        street, along = part[3] + part[10], part[8] - 2 * part[10]
        cost = grid_cost(part[0], part[1], border, street, part[4], q)
        cost += grid_cost(
            whole[0] - part[0],
            whole[1] - part[1],
            whole_border - border + 2 * across,
            whole_street - street - along,
            whole[4] - part[4],
            q,
        )
        way = part[5] + whole[6] - part[6]
        back = part[6] + whole[5] - part[5]
        cost += min(way, back)
        noisy = cost + heat * GUMBEL[below(state, 1024)]
        if noisy < least:
            least, at, turned, exact = noisy, i, back < way, cost
    return at, turned, exact


@njit(cache=True, nogil=True)
def _recombine(g, label, t, cost, old, stay, q, heat, toll, state, a, b, u, floats, ints, sums):
    """Merge two grids, draw a tree, cut it where it costs least; return what the state's cost changed by.

    Columns of `sums`, over a subtree: 0 count, 1 area, 2 borders of its units, 3 arterial inside these, 4 workload, 5
    and 6 what it costs to be of grid a and of grid b, 7 and 8 borders of its units with units of both grids and
    arterial along these, 9 and 10 the same between two units of the subtree.
    """
    order, parent, depth, link, inside = ints[0], ints[1], ints[2], ints[3], ints[4]
    n = _tree(g, label, a, b, u, toll, state, order, parent, depth, floats[0], link, inside)
    before = cost[a] + cost[b]
    for i in range(n):
        before += _left(old, stay, order[i], label[order[i]])
    # whether it will be taken is drawn first: most trees have no cut whose counts alone could be cheap enough
    limit = before - heat * np.log(1.0 - random(state))
    at, turned, exact = -1, False, 0.0
    if _balanced(g, n, order, parent, q, limit, floats[1]):
        _subtrees(g, old, stay, a, b, n, order, parent, depth, inside, sums)
        at, turned, exact = _cut(n, sums, floats[1], q, heat, state)
    for i in range(n):
        inside[order[i]] = -1
    if at < 0 or exact > limit:
        return 0.0
    x, y = (b, a) if turned else (a, b)
    part, whole = sums[at], sums[0]
    for row in (0, 1, 4):
        t[row, x], t[row, y] = part[row], whole[row] - part[row]
    t[2, x] = part[2] - 2 * part[9]
    t[2, y] = whole[2] - 2 * whole[9] - t[2, x] + 2 * (part[7] - 2 * part[9])
    t[3, x] = part[3] + part[10]
    t[3, y] = whole[3] + whole[10] - t[3, x] - (part[8] - 2 * part[10])
    size = 0
    for i in range(n):
        link[i] = 1 if i == at or (i > at and link[parent[i]] == 1) else 0
        label[order[i]] = x if link[i] == 1 else y
        size += link[i]
    t[5, x], t[5, y] = size, n - size
    cost[x], cost[y] = _cost_of(t, x, q), _cost_of(t, y, q)
    return exact - before


@njit(cache=True, nogil=True)
def anneal(g, label, k, old, stay, q, rounds, shifts, hot, cold, toll, seed):
    """Improve a state; `label` is replaced by the best state seen, whose cost is returned.

    Parameters
    ----------
    g : Graph, connected over its passable borders (or at least within every grid of `label`).
    label : grid of each unit, 0 to k - 1; every grid connected.
    old, stay : grid each unit had (-1: none), and what it costs to leave it.
    rounds, shifts : recombinations, and unit moves after each.
    hot, cold : first and last temperature, in the cost's unit.
    toll : how much rarer a tree crosses an arterial.
    """
    n = len(label)
    state = seeded(seed)
    t = totals(g, label, k)
    cost = np.zeros(k)
    for c in range(k):
        cost[c] = _cost_of(t, c, q)
    now = total_cost(g, label, k, old, stay, q)
    best, kept = now, label.copy()
    ints = np.full((5, n), -1, np.int64)
    sums = np.zeros((n, 11))
    floats = np.zeros((2, n))
    mark = np.zeros(n, np.int64)
    queue = np.empty(n, np.int64)
    stamp = 0
    for step in range(rounds):
        heat = hot * (cold / hot) ** (step / max(1, rounds - 1))
        # of some units at borders, the one whose two grids cost most
        u, b, dear = -1, -1, -1.0
        for _ in range(3):
            v = below(state, n)
            x = _other_side(g, label, v, state)
            if x >= 0 and cost[x] + cost[label[v]] > dear:
                u, b, dear = v, x, cost[x] + cost[label[v]]
        if u >= 0:
            now += _recombine(g, label, t, cost, old, stay, q, heat, toll, state, label[u], b, u, floats, ints, sums)
            if now < best - 1e-9:
                best = now
                kept[:] = label
        for _ in range(shifts):
            stamp += 2
            v = below(state, n)
            now += _shift(g, label, t, cost, old, stay, q, heat, state, v, mark, stamp, queue)
            if now < best - 1e-9:
                best = now
                kept[:] = label
    label[:] = kept
    return total_cost(g, label, k, old, stay, q)


@njit(cache=True, nogil=True)
def open_grid(g, label, k, a, old, stay, q, toll, seed, tries):
    """Split grid `a` (two units at least) at the best of some random cuts; the new grid is number k."""
    n = len(label)
    state = seeded(seed)
    ints = np.full((5, n), -1, np.int64)
    sums = np.zeros((n, 11))
    floats = np.zeros((2, n))
    t = totals(g, label, k + 1)
    cost = np.zeros(k + 1)
    for c in range(k):
        cost[c] = _cost_of(t, c, q)
    cost[k] = 1e12  # nothing yet: any cut is better
    for _ in range(tries):
        skip = below(state, int(t[5, a]))
        for u in range(n):
            if label[u] == a:
                if skip == 0:
                    _recombine(g, label, t, cost, old, stay, q, 1e-3, toll, state, a, k, u, floats, ints, sums)
                    break
                skip -= 1
