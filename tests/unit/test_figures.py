"""Figures that know whether they may be shown, and rates with their n/N."""

from __future__ import annotations

import pytest

from geo.core.density.disclosure import band
from geo.core.figures import MISSING, Rate, exact


@pytest.mark.parametrize(
    ("n", "of", "printed"), [(3625, 3651, "99.3"), (3212, 5356, "60.0"), (859, 973, "88.3"), (1463, 1313, "111.4")]
)
def test_the_rates_of_the_source_cities(n: int, of: int, printed: str) -> None:
    rate = Rate(exact(n), exact(of))
    assert rate.share is not None
    assert f"{rate.share * 100:.1f}" == printed
    assert rate.doubtful == (n > of)


def test_nothing_of_nothing_has_no_share_and_a_band_gives_none_away() -> None:
    assert Rate(exact(0), exact(0)).share is None
    assert Rate(band(3), exact(10)).share is None
    assert Rate(exact(3), band(12)).share is None
    assert not Rate(band(30), band(3)).doubtful


def test_a_figure_without_data_has_no_middle() -> None:
    assert (MISSING.amount, MISSING.middle) == (None, None)
    assert (band(7).amount, band(7).middle) == (None, 7)
