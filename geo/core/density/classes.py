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
"""Values classified at most: the exact algorithm's time grows with their square. Beyond, every n-th stands in."""


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
    sample = numbers if len(numbers) <= _MOST else numbers[np.linspace(0, len(numbers) - 1, _MOST).astype(int)]
    distinct_sample = np.unique(sample)
    if len(distinct_sample) <= classes:
        return _rounded(np.unique(np.append(distinct_sample[:-1], distinct[-1])), distinct)
    # Imported where it is used: with scikit-learn behind it, it would be half of a command's start.
    from mapclassify import FisherJenks

    bins = FisherJenks(sample, k=classes).bins
    return _rounded(np.unique(np.append(bins[:-1], numbers[-1])), distinct)


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
