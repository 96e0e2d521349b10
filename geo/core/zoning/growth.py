"""A first division to start the search from: seeds far apart, the lightest grid takes the next unit."""

from __future__ import annotations

import numpy as np
from numba import njit

from geo.core.zoning.chance import below, random, seeded


@njit(cache=True, nogil=True)
def grow(g, k, seed):
    """Start: seeds far apart (in steps), then the lightest grid takes a neighbour, until every unit has one."""
    state = seeded(seed)
    n = len(g.weight)
    label = np.full(n, -1, np.int64)
    away = np.full(n, np.int64(1 << 30), np.int64)
    queue = np.empty(n, np.int64)
    seed = below(state, n)
    total = np.zeros(k)
    for c in range(k):
        if c > 0:
            far = 0.0
            for i in range(n):
                if label[i] < 0:
                    far += away[i] * away[i]
            pick = random(state) * far
            seed = -1
            for i in range(n):
                if label[i] < 0:
                    seed = i
                    pick -= away[i] * away[i]
                    if pick <= 0:
                        break
        label[seed] = c
        total[c] = g.weight[seed]
        away[seed] = 0
        queue[0] = seed
        head, tail = 0, 1
        while head < tail:
            u = queue[head]
            head += 1
            for e in range(g.indptr[u], g.indptr[u + 1]):
                v = g.indices[e]
                if g.passable[e] and away[v] > away[u] + 1:
                    away[v] = away[u] + 1
                    if tail < n:
                        queue[tail] = v
                        tail += 1
    closed = np.zeros(k, np.bool_)
    for _ in range(n * k):
        c = -1
        for x in range(k):
            if not closed[x] and (c < 0 or total[x] < total[c]):
                c = x
        if c < 0:
            break
        best, take = -1.0, -1
        for u in range(n):
            if label[u] >= 0:
                continue
            length = 0.0
            for e in range(g.indptr[u], g.indptr[u + 1]):
                if g.passable[e] and label[g.indices[e]] == c:
                    length += g.shared[e] - 0.8 * g.arterial[e] + 0.01
            if length > 0:
                length = length / g.full[u] * (0.5 + random(state))
                if length > best:
                    best, take = length, u
        if take < 0:
            closed[c] = True
        else:
            label[take] = c
            total[c] += g.weight[take]
    return label
