"""Connected grids of a piece of land whose counts all lie in a range: found, or proven not to exist.

A search over all connected sets of units, in sets of bits: exact for small pieces, and it says when it gave up. It
stands in a file of its own: compiled code on disk is renewed when its own file changes, and only then.
"""

from __future__ import annotations

import numpy as np
from numba import njit

MOST_UNITS = 62
"""Units a set of bits holds (an int64 without its sign)."""
NONE, FOUND, GIVEN_UP = 0, 1, 2
"""Answers of `parted`."""


@njit(cache=True, nogil=True)
def _reached(start, allowed, near):
    """Return the units of `allowed` that hang together with `start`."""
    found, fresh = start, start
    while fresh != 0:
        beyond, i = 0, 0
        while fresh != 0:
            if fresh & 1:
                beyond |= near[i]
            fresh >>= 1
            i += 1
        fresh = beyond & allowed & ~found
        found |= fresh
    return found


@njit(cache=True, nogil=True)
def _place(unit):
    """Return the number of a set's only unit."""
    i = 0
    while (unit >> i) & 1 == 0:
        i += 1
    return i


@njit(cache=True, nogil=True)
def _sum(members, weight):
    total, i = 0, 0
    while members != 0:
        if members & 1:
            total += weight[i]
        members >>= 1
        i += 1
    return total


@njit(cache=True, nogil=True)
def parted(near, weight, every, grids, low, high, left):
    """Look for connected grids of low to high households each that hold every unit.

    Parameters
    ----------
    near : neighbours of each unit as a set of bits, at most `MOST_UNITS` units.
    weight : households of each, whole numbers above 0.
    every : the units to be parted, as a set of bits.
    left : sets that may still be looked at; counted down.

    Returns
    -------
    NONE (proven: there are no such grids), FOUND or GIVEN_UP.

    Notes
    -----
    Every connected set around the first unit is built in one way only: of the units beside it the first is taken in,
    and then left out for good. A set is not followed further where it can't become heavy enough, or where what was left
    out can't be connected any more.
    """
    total = _sum(every, weight)
    if grids == 1:
        whole = _reached(every & -every, every, near) == every
        return FOUND if whole and low <= total <= high else NONE
    least, most = max(low, total - (grids - 1) * high), min(high, total - (grids - 1) * low)
    n = len(weight)
    sets = np.empty((4, 2 * n + 4), np.int64)  # inside, outside, neighbours of the inside, its sum
    first = every & -every
    at = _place(first)
    if weight[at] > most or least > most:
        return NONE
    sets[0, 0], sets[1, 0], sets[2, 0], sets[3, 0] = first, 0, near[at], weight[at]
    depth = 1
    while depth > 0:
        depth -= 1
        left[0] -= 1
        if left[0] < 0:
            return GIVEN_UP
        inside, outside, around, held = sets[0, depth], sets[1, depth], sets[2, depth], sets[3, depth]
        rest = every & ~inside
        if least <= held <= most and rest != 0:
            found = parted(near, weight, rest, grids - 1, low, high, left)
            if found != NONE:
                return found
        border = around & every & ~inside & ~outside
        if border == 0:
            continue
        if grids == 2 and outside & ~_reached(outside & -outside, rest, near) != 0:
            continue
        if _sum(_reached(inside, every & ~outside, near), weight) < least:
            continue
        unit = border & -border
        i = _place(unit)
        sets[0, depth], sets[1, depth], sets[2, depth], sets[3, depth] = inside, outside | unit, around, held
        depth += 1
        if held + weight[i] <= most:
            sets[0, depth], sets[1, depth] = inside | unit, outside
            sets[2, depth], sets[3, depth] = around | near[i], held + weight[i]
            depth += 1
    return NONE
