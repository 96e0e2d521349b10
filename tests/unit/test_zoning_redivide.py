"""A re-division moves few, holds every hard rule and leaves alone what is good."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.core.zoning import STRICT, Options, build, changes, divide, measure
from tests.fixtures.zoning import COMMUNITY, town


@settings(max_examples=4, deadline=None)
@given(st.integers(0, 10**6))
def test_dividing_again_changes_nothing(seed: int) -> None:
    units = build(town(seed))
    plan = divide(units, STRICT).grid_code
    assert divide(units, STRICT, previous=plan).grid_code.tolist() == plan.tolist()


@settings(max_examples=4, deadline=None)
@given(st.integers(0, 10**6), st.integers(0, 59))
def test_a_new_tower_is_taken_in_within_every_rule(seed: int, tower: int) -> None:
    layers = town(seed)
    plan = divide(build(layers), STRICT).grid_code
    layers = replace(layers, households=layers.households + 150 * (np.arange(60) == tower))
    units = build(layers)
    quality = measure(units, divide(units, STRICT, previous=plan).grid_code)
    assert (quality.parts == 1).all()
    assert quality.households.sum() == layers.households.sum()
    dear = divide(units, Options(stability=1e4), previous=plan).grid_code
    assert units.households[dear != plan].sum() == 0


def test_codes_do_not_depend_on_how_the_plan_was_numbered() -> None:
    units = build(town(5))
    plan = divide(units, STRICT).grid_code
    turned = {code: f"{COMMUNITY}{900 - int(code[12:]):03d}" for code in set(plan.tolist())}
    other = np.array([turned[code] for code in plan], dtype=object)
    assert divide(units, STRICT, previous=other).grid_code.tolist() == other.tolist()


def test_zero_stability_forgets_the_plan_but_keeps_its_codes() -> None:
    units = build(town(7))
    one = np.full(len(units), f"{COMMUNITY}004", dtype=object)
    found = measure(units, divide(units, Options(stability=0), previous=one).grid_code)
    assert f"{COMMUNITY}004" in found.grid_code.tolist()
    assert f"{COMMUNITY}005" in found.grid_code.tolist()


def test_what_became_of_every_grid() -> None:
    old = np.array(["a", "a", "b", "b", "c", "", "d"], dtype=object)
    new = np.array(["a", "e", "b", "b", "b", "f", "d"], dtype=object)
    rows = {
        (r.old_grid_code, r.new_grid_code): (r.change, r.households_moved) for r in changes(old, new, np.full(7, 10))
    }
    assert rows == {
        ("a", "a"): ("changed", 0),
        ("a", "e"): ("split", 10),
        ("b", "b"): ("changed", 0),
        ("c", "b"): ("merged", 10),
        ("", "f"): ("new", 0),
        ("d", "d"): ("unchanged", 0),
    }
