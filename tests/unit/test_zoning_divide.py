"""A division holds every hard rule, whatever the neighbourhood, and is the same every time."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.core.zoning import BAND, STRICT, Options, build, divide, feasibility, measure, outlines, sentence
from geo.errors import InputError
from geo.i18n import using
from tests.fixtures.zoning import COMMUNITY, drawn, town


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10**6), st.sampled_from([STRICT, BAND, Options(profile="compact"), Options(target=250)]))
def test_hard_rules_hold(seed: int, options: Options) -> None:
    layers = town(seed)
    units = build(layers)
    quality = measure(units, divide(units, options).grid_code)
    assert quality.households.sum() == layers.households.sum()
    assert (quality.parts == 1).all()
    assert (quality.label >= 0).all()
    shapes = np.array([*outlines(units, quality.grid_code[quality.label]).values()], dtype=object)
    assert (shapely.get_type_id(shapes) == shapely.GeometryType.POLYGON).all()
    assert shapely.area(shapes).sum() == pytest.approx(shapely.area(layers.community).sum(), abs=2)
    assert shapely.area(shapes) == pytest.approx(quality.area_m2)
    assert shapely.length(shapes) == pytest.approx(quality.border_m)


def test_threads_and_repetition_change_nothing() -> None:
    units = build(drawn("ABCDEF", "GHIJKL", "MNOPQR", households=90), workers=1)
    once = divide(units, STRICT, workers=1).grid_code
    assert once.tolist() == divide(units, STRICT, workers=4).grid_code.tolist()


def test_what_is_possible_is_reached() -> None:
    units = build(drawn("ABCDE", "FGHIJ", "KLMNO", "PQRST", households=100))
    quality = measure(units, divide(units, STRICT).grid_code)
    assert quality.households.tolist() == [500, 500, 500, 500]


def test_first_codes_go_from_west_to_east_and_from_the_north() -> None:
    units = build(drawn("AB", "CD", households=500))
    codes = divide(units, STRICT).of_buildings(units)
    assert codes.tolist() == [f"{COMMUNITY}{n:03d}" for n in (1, 2, 3, 4)]


def test_a_tower_says_what_to_do() -> None:
    units = build(drawn("ABC", "DEF", households={"A": 900, "B": 100, "C": 100, "D": 100, "E": 100, "F": 100}))
    with using("en"):
        text = sentence(feasibility(units, STRICT)[0], STRICT)
    assert "Building A alone has 900 households" in text
    assert "stair unit" in text


def test_a_small_community_stays_one_grid() -> None:
    units = build(drawn("ABC", households=30))
    found = feasibility(units, STRICT)[0]
    assert measure(units, divide(units, STRICT).grid_code).households.tolist() == [90]
    assert found.best_deviation == pytest.approx(0.82)
    with using("en"):
        assert "too few for one grid" in sentence(found, STRICT)


def test_an_impossible_total_says_both_ways() -> None:
    units = build(
        drawn("ABCD", "EFGH", households=dict(zip("ABCDEFGH", [218, 218, 218, 218, 218, 218, 217, 217], strict=True)))
    )
    found = feasibility(units, STRICT)[0]
    with using("en"):
        text = sentence(found, STRICT)
    assert "1,742 households: no number of grids keeps all within 450-550" in text
    assert "of 581" in text
    assert "of 436" in text or "of 435" in text


def test_locks_need_a_plan() -> None:
    units = build(drawn("AB", households=400))
    with pytest.raises(InputError):
        divide(units, Options(locked_grids=frozenset({f"{COMMUNITY}001"})))
    with pytest.raises(InputError):
        divide(units, Options(locked_buildings=frozenset({"A"})))


@pytest.mark.parametrize(
    "wrong", [{"band": (500, 300)}, {"target": 0}, {"tolerance": 0.3, "outer": 0.2}, {"stability": -1}]
)
def test_wrong_options_are_refused(wrong: dict) -> None:
    with pytest.raises(InputError):
        Options(**wrong)
