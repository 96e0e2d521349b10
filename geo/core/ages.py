"""Age structure (年龄结构): people by five-year band and sex, from birth years. Pure: the year is an argument."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace

from geo.standards import AGE_BAND_YEARS

ELDER_AGE = 60
"""From this age on people count as elderly (老年人). Source: 老年人权益保障法 article 2."""

OLDEST_BAND = 100
"""Lower end of the last, open band; everybody older is in it."""


@dataclass(frozen=True, slots=True)
class Band:
    """People of one age band; `high` is the last age in it, None where the band is open."""

    low: int
    high: int | None
    male: int = 0
    female: int = 0

    @property
    def total(self) -> int:
        """People of the band."""
        return self.male + self.female


@dataclass(frozen=True, slots=True)
class Ages:
    """Age structure of any set of people, youngest band first.

    Attributes
    ----------
    bands : without gaps, from birth to the oldest band that holds somebody.
    unknown : people without a birth year or a sex, counted and not drawn.
    elders : people of 60 and more, those without a sex included; None where the bands can't tell.
    """

    bands: tuple[Band, ...]
    unknown: int
    elders: int | None

    @property
    def male(self) -> int:
        """Men and boys in the bands."""
        return sum(band.male for band in self.bands)

    @property
    def female(self) -> int:
        """Women and girls in the bands."""
        return sum(band.female for band in self.bands)

    @property
    def total(self) -> int:
        """Everybody, the unknown included."""
        return self.male + self.female + self.unknown

    @property
    def widest(self) -> int:
        """Largest count of one sex in one band: what the bars are drawn against."""
        return max((max(band.male, band.female) for band in self.bands), default=0)


def ages(counts: Iterable[tuple[int | None, str | None, int]], year: int, width: int = AGE_BAND_YEARS) -> Ages:
    """Count people into age bands.

    Parameters
    ----------
    counts : (birth year, sex f or m, people); an unknown year is None or 0, an unknown sex None or empty.
    year : the year ages are of. Only birth years are stored, so an age is right to within a year.
    width : years a band holds.

    Examples
    --------
    >>> ages([(1960, "f", 2), (2020, "m", 1), (None, "f", 1)], 2026).bands[-1]
    Band(low=65, high=69, male=0, female=2)
    """
    people: dict[tuple[int, str], int] = defaultdict(int)
    unknown = elders = 0
    for birth_year, sex, count in counts:
        age = None if not birth_year else max(0, year - birth_year)
        elders += count if age is not None and age >= ELDER_AGE else 0
        if age is None or sex not in ("f", "m"):
            unknown += count
        else:
            people[min(age // width * width, OLDEST_BAND), sex] += count
    top = max((low for (low, _sex), count in people.items() if count), default=-width)
    bands = tuple(
        Band(low, None if low == OLDEST_BAND else low + width - 1, people[low, "m"], people[low, "f"])
        for low in range(0, top + 1, width)
    )
    return Ages(bands, unknown, elders)


def merged(structure: Ages, smallest: int) -> Ages:
    """Merge neighbouring bands until no sex of a band holds 1 to `smallest`-1 people (an empty one may stand).

    Merging keeps every sum exact and hides nothing that a subtraction could bring back. Where even one band for
    everybody is too small, no band is left and the people are `unknown`.
    """
    bands: list[Band] = []  # oldest first
    for band in reversed(structure.bands):
        bands.append(band)
        while len(bands) > 1 and _small(bands[-2], smallest):
            bands[-2:] = [_joined(bands[-1], bands[-2])]
    while len(bands) > 1 and _small(bands[-1], smallest):
        bands[-2:] = [_joined(bands[-1], bands[-2])]
    unknown = structure.unknown
    if bands and (_small(bands[0], smallest) or 0 < unknown < smallest):
        return Ages((), structure.total, None)
    kept = tuple(reversed(bands))
    split = any(band.low < ELDER_AGE and (band.high is None or band.high >= ELDER_AGE) for band in kept)
    return replace(structure, bands=kept, elders=None if split else structure.elders)


def _small(band: Band, smallest: int) -> bool:
    return 0 < band.male < smallest or 0 < band.female < smallest


def _joined(younger: Band, older: Band) -> Band:
    return Band(younger.low, older.high, younger.male + older.male, younger.female + older.female)
