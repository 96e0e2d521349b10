"""Random numbers of the compiled search: a xorshift64* of a seed, the same on every machine and in every thread."""

from __future__ import annotations

import numpy as np
from numba import njit

GUMBEL = np.log(-np.log((np.arange(1024) + 0.5) / 1024))
"""Quantiles of the Gumbel distribution of minima: where values each get one of these times a heat added, each is the
least of them with the Boltzmann chance of that heat (the Gumbel-max trick). None is below -8."""


@njit(cache=True, nogil=True)
def random(state):
    """Draw from [0, 1); `state` is one uint64, never 0."""
    x = state[0]
    x ^= x >> np.uint64(12)
    x ^= x << np.uint64(25)
    x ^= x >> np.uint64(27)
    state[0] = x
    return ((x * np.uint64(2685821657736338717)) >> np.uint64(11)) * (1.0 / 9007199254740992.0)


@njit(cache=True, nogil=True)
def seeded(seed):
    """Return a state for `random`."""
    state = np.empty(1, np.uint64)
    state[0] = np.uint64(seed) * np.uint64(11400714819323198485) ^ np.uint64(88172645463325252)
    if state[0] == 0:
        state[0] = np.uint64(1)
    for _ in range(8):
        random(state)
    return state


@njit(cache=True, nogil=True)
def below(state, n):
    """Draw a whole number from 0 to n - 1."""
    return min(n - 1, int(random(state) * n))
