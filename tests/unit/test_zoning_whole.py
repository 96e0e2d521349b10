"""What whole buildings allow, against all divisions there are."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.core.zoning import STRICT, build, divide, feasibility, measure, parted, sentence, whole
from geo.i18n import using
from tests.fixtures.zoning import drawn


def hang_together(members: set[int], near: list[set[int]]) -> bool:
    found = {min(members)}
    while True:
        more = set().union(*(near[unit] for unit in found)) & members
        if more <= found:
            return found == members
        found |= more


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**6), st.integers(2, 3))
def test_the_proof_says_what_all_divisions_say(seed: int, grids: int) -> None:
    rng = np.random.default_rng(seed)
    count = int(rng.integers(grids, 7))
    weight = rng.integers(1, 9, count)
    near: list[set[int]] = [set() for _ in range(count)]
    for unit in range(1, count):  # a random tree, and an edge now and then
        for other in {int(rng.integers(unit)), *np.flatnonzero(rng.random(unit) < 0.2).tolist()}:
            near[unit].add(other)
            near[other].add(unit)
    low = int(weight.sum() // grids - rng.integers(0, 3))
    high = low + int(rng.integers(0, 4))
    possible = False
    for label in itertools.product(range(grids), repeat=count):
        sets = [{unit for unit in range(count) if label[unit] == grid} for grid in range(grids)]
        if all(one and low <= sum(weight[unit] for unit in one) <= high and hang_together(one, near) for one in sets):
            possible = True
    bits = np.array([sum(1 << other for other in beside) for beside in near], dtype=np.int64)
    found = parted.parted(
        bits, weight.astype(np.int64), np.int64((1 << count) - 1), grids, low, high, np.array([10**6])
    )
    assert found == (parted.FOUND if possible else parted.NONE)


def test_a_search_that_is_too_long_says_so() -> None:
    near, weight = np.array([0b010, 0b101, 0b010]), np.array([1, 1, 1])
    assert parted.parted(near, weight, np.int64(0b111), 2, 1, 2, np.array([0])) == parted.GIVEN_UP


def test_no_buildings_add_up() -> None:
    units = build(drawn("ABC", households={"A": 300, "B": 110, "C": 300}))
    found = feasibility(units, STRICT)[0]
    assert (found.outer.answer, found.outer.nearest, found.beyond) == ("sums", (300, 410), 1)
    assert found.best_deviation == pytest.approx(0.4)
    with using("en"):
        text = sentence(found, STRICT)
    assert "at best 40.0 % off. But no whole buildings add up to the 354-356 that one of two grids would need" in text
    assert "nothing is nearer than 300 and 410. Ways out: " in text
    sizes = measure(units, divide(units, STRICT).grid_code).households
    assert np.abs(sizes - 500).max() >= 0.4 * 500


def test_no_neighbouring_buildings_add_up() -> None:
    units = build(drawn("ABCD", households={"A": 155, "B": 155, "C": 200, "D": 200}))
    found = feasibility(units, STRICT)[0]
    assert (found.outer.answer, found.outer.nearest, found.beyond) == ("sets", (310, 400), 1)
    with using("en"):
        assert "no neighbouring whole buildings add up to the 354-356" in sentence(found, STRICT)
    with using("zh"):
        assert "相连的整栋楼" in sentence(found, STRICT)


def test_empty_houses_and_land_connect() -> None:
    homes = {"A": 155, "B": 155, "C": 200, "D": 200, "E": 0, "F": 0, "G": 0, "H": 0}
    found = feasibility(build(drawn("ABCD", "EFGH", households=homes)), STRICT)[0]
    assert found.beyond == 0


def test_a_total_that_promises_the_band_in_vain() -> None:
    units = build(drawn("ABC", households={"A": 400, "B": 150, "C": 400}))
    found = feasibility(units, STRICT)[0]
    assert found.inside == found.grids == 2
    assert not found.within_band()
    with using("en"):
        text = sentence(found, STRICT)
    assert "950 households: by the total 2 grids could all be within 450-550. But no whole buildings add up to" in text


def test_three_grids_that_no_row_of_houses_makes() -> None:
    units = build(drawn("ABCDEF", households={"A": 300, "B": 300, "C": 200, "D": 200, "E": 300, "F": 100}))
    found = feasibility(units, STRICT)[0]
    assert found.band.answer == "sets"
    assert found.band.grids == 3
    with using("en"):
        assert "no neighbouring whole buildings make up 3 grids of 450-500 each" in sentence(found, STRICT)


def test_many_buildings_are_left_open() -> None:
    piece = whole.Piece(np.empty(0, dtype=np.int64), np.full(100, 10))
    assert whole.fits(piece, 2, 495, 505).answer == "open"
    assert whole.fits(piece, 2, 496, 499).answer == "sums"
