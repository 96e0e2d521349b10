"""Classes of a choropleth: natural, rounded, complete, and calm on odd values."""

from __future__ import annotations

import mapclassify
import numpy as np
import pytest

from geo.core.density.classes import classify, fisher_jenks, natural_breaks
from geo.core.figures import MISSING, NO_DATA, WITHHELD, State, Value, exact


def test_groups_that_lie_apart_are_the_classes() -> None:
    values = [1, 2, 3, 21, 22, 23, 41, 42, 43, 61, 62, 63, 81, 82, 83]
    classes, legend = classify({str(value): exact(value) for value in values})
    assert [classes[str(value)] for value in values] == [number for number in range(5) for _ in range(3)]
    assert legend.bounds == (3, 23, 43, 63, 83)
    assert legend.counts == (3, 3, 3, 3, 3)
    assert legend.lowest == 1


@pytest.mark.parametrize(
    "values", [[], [0], [7, 7, 7], [0, 0, 0, 3], [0.1 + n * 1e-9 for n in range(40)], [1e-7, 1e9] * 9]
)
def test_few_or_equal_values_do_not_crash(values: list[float]) -> None:
    classes, legend = classify({str(number): exact(value) for number, value in enumerate(values)})
    assert sum(legend.counts) == len(values)
    assert len(legend.bounds) == len(legend.counts) <= 5
    assert all(count > 0 for count in legend.counts)
    assert all(value <= legend.bounds[classes[str(number)]] for number, value in enumerate(values))


@pytest.mark.parametrize("seed", range(6))
def test_bounds_are_rounded_and_every_value_is_in_its_class(seed: int) -> None:
    rng = np.random.default_rng(seed)
    numbers = rng.gamma(2, 20, 547).round(2)
    classes, legend = classify({str(at): exact(value) for at, value in enumerate(numbers.tolist())})
    assert all(float(f"{bound:.3g}") == bound for bound in legend.bounds)
    edges = (-np.inf, *legend.bounds)
    for at, value in enumerate(numbers):
        assert edges[classes[str(at)]] < value <= edges[classes[str(at)] + 1]
    assert legend.counts == tuple(np.bincount([*classes.values()], minlength=5))


def test_natural_breaks_are_tighter_than_equal_intervals() -> None:
    numbers = np.sort(np.random.default_rng(1).gamma(1, 30, 300)).round()

    def spread(bounds: tuple[float, ...]) -> float:
        groups = np.searchsorted(bounds, numbers)
        return sum(((part - part.mean()) ** 2).sum() for part in (numbers[groups == g] for g in range(5)) if len(part))

    assert spread(natural_breaks(tuple(numbers.tolist()))) < spread(tuple(np.linspace(0, numbers[-1], 6)[1:])) * 0.8


def test_what_is_not_shown_is_in_no_class() -> None:
    values = {
        "a": exact(0),
        "b": Value(State.HIDDEN, 1, 4),
        "c": Value(State.MERGED, 0, 9),
        "d": MISSING,
        "e": Value(State.BAND, 5, 9),
    }
    classes, legend = classify(values)
    assert classes == {"a": 0, "b": WITHHELD, "c": WITHHELD, "d": NO_DATA, "e": 1}
    assert (legend.no_data, legend.withheld, sum(legend.counts)) == (1, 2, 2)


def test_given_bounds_stand_while_time_plays() -> None:
    classes, legend = classify({"a": exact(3), "b": exact(12), "c": exact(99)}, bounds=(5, 10, 20))
    assert (classes, legend.bounds, legend.counts) == ({"a": 0, "b": 2, "c": 2}, (5, 10, 20), (1, 0, 2))


def test_thousands_of_values_are_sampled_without_losing_the_largest() -> None:
    values = {str(number): exact(number % 1500) for number in range(6000)}
    _classes, legend = classify(values)
    assert legend.bounds[-1] >= 1499
    assert sum(legend.counts) == 6000


@pytest.mark.parametrize("seed", range(8))
def test_breaks_are_as_good_as_mapclassifys(seed: int) -> None:
    rng = np.random.default_rng(seed)
    numbers = [rng.gamma(2, 20, 300), rng.poisson(6, 400).astype(float), rng.normal(0, 1, 200)][seed % 3]

    def spread(bounds: np.ndarray) -> float:
        groups = np.searchsorted(bounds, numbers)
        return sum(((part - part.mean()) ** 2).sum() for part in (numbers[groups == g] for g in range(5)))

    ours = fisher_jenks(numbers, 5)
    assert len(ours) == 5
    assert spread(ours) == pytest.approx(spread(mapclassify.FisherJenks(numbers, k=5).bins), rel=1e-6)
