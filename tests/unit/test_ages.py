"""Age structure: sums by hand, and merging that gives no small count away."""

import random

from geo.core.ages import Ages, ages, merged


def test_people_by_band_and_sex():
    structure = ages([(2026, "f", 1), (2022, "m", 2), (2021, "m", 3), (1966, "f", 4), (1920, "m", 5)], 2026)
    assert [(band.low, band.male, band.female) for band in structure.bands if band.total] == [
        (0, 2, 1),
        (5, 3, 0),
        (60, 0, 4),
        (100, 5, 0),
    ]
    assert structure.bands[-1].high is None
    assert (structure.male, structure.female, structure.elders, structure.total, structure.widest) == (10, 5, 9, 15, 5)


def test_unknown_years_and_sexes_are_counted_and_not_drawn():
    structure = ages([(0, "f", 2), (None, None, 1), (1950, "", 4), (1990, "m", 1)], 2026)
    assert structure.unknown == 7
    assert structure.elders == 4
    assert structure.total == 8


def test_nobody():
    assert ages([], 2026) == Ages((), 0, 0)


def test_merging_keeps_sums_and_leaves_no_small_cell():
    draw = random.Random(11)
    for _ in range(200):
        people = [(draw.randint(1930, 2026), draw.choice("fm"), draw.randint(0, 6)) for _ in range(draw.randint(0, 30))]
        whole = ages(people, 2026)
        public = merged(whole, 5)
        assert public.total == whole.total
        counts = [count for band in public.bands for count in (band.male, band.female)]
        assert not [count for count in counts if 0 < count < 5]
        lows = [band.low for band in public.bands]
        assert lows == sorted(lows)


def test_a_band_over_the_line_says_nothing_of_the_elderly():
    public = merged(ages([(1968, "f", 3), (1964, "f", 3)], 2026), 5)
    assert [band.total for band in public.bands if band.total] == [6]
    assert public.elders is None
