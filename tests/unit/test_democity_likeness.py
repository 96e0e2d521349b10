"""The demo city beside two real places: it must not look more regular, nor wilder, than they do."""

from __future__ import annotations

import pandas as pd
import pytest
import shapely

from tests.fixtures import likeness
from tests.fixtures.demo import tables

METRIC = 4544


@pytest.fixture(scope="module")
def compared() -> pd.DataFrame:
    """Return real places and demo side by side, and print them (pytest -s shows it)."""
    t = tables("city")
    table = likeness.real_places()
    table["demo"] = pd.Series(likeness.measures(t["areas"], t["roads"], t["buildings"]))
    with pd.option_context("display.max_rows", None, "display.width", 120):
        print(table.round(3))  # noqa: T201
    return table


def spread(table: pd.DataFrame, name: str) -> tuple[float, float]:
    """Return the lowest and highest tenth-quantile the real places have of a measure."""
    real = table.drop(columns="demo")
    return real.loc[f"{name} p10"].min(), real.loc[f"{name} p90"].max()


SHAPES = [
    f"{what} {how}" for what in ("block", "footprint") for how in ("area", "compactness", "rectangularity")
]  # fmt: skip


@pytest.mark.parametrize("quantile", [25, 50, 75])
@pytest.mark.parametrize("name", SHAPES)
def test_blocks_and_footprints_lie_within_the_spread_of_real_ones(
    compared: pd.DataFrame, name: str, quantile: int
) -> None:
    low, high = spread(compared, name)
    assert low <= compared.loc[f"{name} p{quantile}", "demo"] <= high


@pytest.mark.parametrize("name", ["bearing entropy of a community", "crossings of 4+ in a community"])
def test_streets_lie_within_the_spread_of_real_ones(compared: pd.DataFrame, name: str) -> None:
    low, high = spread(compared, name)
    assert low <= compared.loc[f"{name} p50", "demo"] <= high


def test_quarters_differ_in_orientation(compared: pd.DataFrame) -> None:
    whole, part = compared.loc["bearing entropy", "demo"], compared.loc["bearing entropy of a community p50", "demo"]
    assert whole > part + 0.15, "a chessboard has the same bearings everywhere"


def test_communities_are_no_rectangles() -> None:
    areas = tables("city")["areas"]
    shapes = areas[areas["level"] == "community"].to_crs(METRIC).geometry.to_numpy()
    filled = shapely.area(shapes) / shapely.area(shapely.oriented_envelope(shapes))
    assert (filled > 0.95).mean() < 0.10
    assert pd.Series(filled).median() < 0.85
