"""Classes of a choropleth: natural breaks (Fisher-Jenks), rounded, and never a crash on equal values."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from geo.core.figures import NO_DATA, WITHHELD, Classes, State, Value

CLASSES = 5
_MOST = 1000
"""Distinct values classified at most: time grows with their square. Beyond, every n-th stands for its neighbours."""


def classify(values: Mapping[str, Value], bounds: tuple[float, ...] | None = None) -> tuple[dict[str, int], Classes]:
    """Put figures into at most five classes.

    Parameters
    ----------
    values : figures; hidden, merged and missing ones are left out of the classes, a band counts by its middle.
    bounds : upper bounds to use instead of finding them (a legend that must not move while time plays); values above
        the last one are put into the last class.

    Returns
    -------
    class : 0-4, `NO_DATA` or `WITHHELD`, per key.
    legend : bounds and counts.
    """
    known = {key: value.middle for key, value in values.items() if value.state in (State.EXACT, State.BAND)}
    numbers = np.array([*known.values()], dtype=float)
    if bounds is None:
        bounds = natural_breaks(tuple(np.sort(numbers).tolist()))
    found = np.minimum(np.searchsorted(bounds, numbers, side="left"), max(len(bounds) - 1, 0)).tolist()
    classes = {key: _outside(value) for key, value in values.items()} | dict(zip(known, found, strict=True))
    states = [value.state for value in values.values()]
    return classes, Classes(
        bounds=bounds,
        counts=tuple(np.bincount(found, minlength=len(bounds)).tolist()) if found else (0,) * len(bounds),
        no_data=states.count(State.NO_DATA),
        withheld=sum(state in (State.HIDDEN, State.MERGED) for state in states),
        lowest=_round(float(numbers.min()), 2, math.floor) if len(numbers) else 0.0,
    )


def _outside(value: Value) -> int:
    """Return the class of a figure that is in none."""
    return NO_DATA if value.state is State.NO_DATA else WITHHELD


@lru_cache(maxsize=256)
def natural_breaks(values: tuple[float, ...], classes: int = CLASSES) -> tuple[float, ...]:
    """Find upper bounds of natural classes, rounded to as few digits as keep every class occupied.

    Parameters
    ----------
    values : ascending.

    Returns
    -------
    At most `classes` ascending bounds, the last at or above the largest value; none for no values.
    """
    numbers = np.array(values, dtype=float)
    distinct = np.unique(numbers)
    if len(distinct) <= classes:
        return _rounded(distinct, distinct)
    if len(distinct) > _MOST:
        distinct_sample = distinct[np.linspace(0, len(distinct) - 1, _MOST).astype(int)]
        numbers = distinct_sample[np.searchsorted(distinct_sample, numbers)]
    bins = fisher_jenks(numbers, classes)
    return _rounded(np.append(bins[:-1], distinct[-1]), distinct)


def fisher_jenks(numbers: NDArray[np.float64], classes: int) -> NDArray[np.float64]:
    """Find the classes with the least sum of squared deviations from their means (Fisher 1958), exactly.

    Parameters
    ----------
    numbers : any order, with more distinct values than classes.

    Returns
    -------
    The largest value of each class, ascending.

    Notes
    -----
    The same breaks as mapclassify's, which a test holds; its import takes seconds and would be the first thing a
    started server makes its first viewer wait for.
    """
    values, weights = np.unique(numbers, return_counts=True)
    # Shifted, so that large values with small differences keep their digits in the squares.
    shifted = values - values.mean()
    count, first, second = (
        np.concatenate([[0.0], np.cumsum(weights * part)]) for part in (np.ones(len(values)), shifted, shifted**2)
    )
    # cost[i, j]: spread of the class of values i to j - 1.
    size = count[None, :] - count[:, None]
    mean_part = np.divide((first[None, :] - first[:, None]) ** 2, size, where=size > 0, out=np.zeros_like(size))
    cost = np.where(size > 0, second[None, :] - second[:, None] - mean_part, np.inf)
    best, starts = cost[0], []
    for _ in range(classes - 1):
        total = best[:, None] + cost
        starts.append(total.argmin(axis=0))
        best = total.min(axis=0)
    end, ends = len(values), []
    for start in reversed(starts):
        ends.append(end)
        end = int(start[end])
    return values[np.array([*ends, end])[::-1] - 1]


def _rounded(bounds: NDArray[np.float64], distinct: NDArray[np.float64]) -> tuple[float, ...]:
    """Round bounds to the fewest significant digits (two at least) that leave no class empty."""
    for digits in range(2, 16):
        # Upwards, so that the value a bound was found at stays below it.
        rounded = [_round(bound, digits, math.ceil) for bound in bounds]
        classes = np.searchsorted(rounded, distinct, side="left")
        if len(np.unique(classes)) == len(bounds) and classes.max(initial=0) < len(bounds):
            return tuple(rounded)
    return tuple(bounds.tolist())


def _round(number: float, digits: int, how: Callable[[float], int]) -> float:
    """Round to significant digits; whole numbers stay whole."""
    if number == 0:
        return 0.0
    unit = 10.0 ** (math.floor(math.log10(abs(number))) - digits + 1)
    if number == int(number):
        unit = max(unit, 1.0)
    rounded = how(number / unit) * unit
    return float(f"{rounded:.12g}")
