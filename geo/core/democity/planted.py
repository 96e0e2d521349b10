"""Months whose figures are those of the source articles, planted so that the product can be checked against them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from geo.core.democity.calendar import epoch

if TYPE_CHECKING:
    from geo.core.democity.cases import Draft


MONTHS_TRIED = 3
"""The months of two figures never meet: they are further apart than this (see months_back)."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One planted figure: of the cases of an area or channel accepted in a month, how many were resolved in it.

    Attributes
    ----------
    months_back : calendar months before the month of `until`.
    prefix : division code the community codes start with.
    channel : '' for all.
    accepted, resolved : counts; every case resolved in that month was accepted in it.
    source : where the figure is from.
    """

    months_back: int
    prefix: str
    channel: str
    accepted: int
    resolved: int
    source: str


FIGURES = (
    Figure(8, "640202", "", 5356, 3212, "Dongsheng, district level: 59.97 %, printed 60 %"),
    Figure(5, "6402", "hotline", 3651, 3625, "Shuanghe, 12345 hotline: 99.288 %, printed 99.3 %"),
    Figure(2, "640202002", "", 973, 859, "Dongsheng, street level: 88.28 %, printed 88 %"),
)
"""The articles' areas are elsewhere; here the figures stand in Dawukou district, the whole city and Chaoyang street."""


def month(until: dt.date, back: int) -> tuple[dt.date, dt.date]:
    """Return the first day of a month so many before that of until, and of the month after it.

    Examples
    --------
    >>> month(dt.date(2026, 3, 31), 3)
    (datetime.date(2025, 12, 1), datetime.date(2026, 1, 1))
    """
    first = until.year * 12 + until.month - 1 - back
    return dt.date(first // 12, first % 12 + 1, 1), dt.date((first + 1) // 12, (first + 1) % 12 + 1, 1)


def scope(figure: Figure, draft: Draft, community: np.ndarray) -> np.ndarray:
    """Tell which cases a figure counts, whatever their month."""
    inside = np.char.startswith(community.astype(str), figure.prefix)
    return inside & (draft.channel == figure.channel) if figure.channel else inside


def plant(draft: Draft, community: np.ndarray, until: dt.date, rng: np.random.Generator) -> Draft:
    """Plant every figure whose area has cases enough; the others (a smaller city) are left out.

    A figure goes to the month it names, or to one of the two before it if that month has too few cases. Planted cases
    are marked as counted: they must have a place, or the figure could not be found again.
    """
    for figure in FIGURES:
        for back in range(figure.months_back, figure.months_back + MONTHS_TRIED):
            first, after = (epoch(day) for day in month(until, back))
            mine = scope(figure, draft, community)
            there = np.flatnonzero(mine & (draft.accepted >= first) & (draft.accepted < after))
            if len(there) < figure.accepted:
                continue
            keep = np.ones(len(mine), bool)
            keep[rng.permutation(there)[figure.accepted :]] = False
            draft, community, mine = draft.take(keep), community[keep], mine[keep]
            _pace(draft, mine, first, after, figure.resolved, rng)
            draft.counted |= mine & (draft.accepted >= first) & (draft.accepted < after)
            break
    return draft


def in_a_planted_month(draft: Draft) -> np.ndarray:
    """Tell which cases, of any area, are accepted or resolved in a month that has a planted figure.

    One that is written so that it may be taken for another area's would make that area's figure another one.
    """
    accepted, resolved = (at.astype("datetime64[s]").astype("datetime64[M]") for at in (draft.accepted, draft.resolved))
    months = np.unique(accepted[draft.counted])
    return np.isin(accepted, months) | np.isin(resolved, months)


def _pace(draft: Draft, mine: np.ndarray, first: int, after: int, resolved: int, rng: np.random.Generator) -> None:
    """Make just so many cases be resolved in a month, all of them accepted in it; changes the draft's times."""
    older = np.flatnonzero(mine & (draft.accepted < first) & (draft.resolved >= first) & (draft.resolved < after))
    draft.resolved[older] = draft.accepted[older] + ((first - 1 - draft.accepted[older]) * 0.9).astype(np.int64)
    there = np.flatnonzero(mine & (draft.accepted >= first) & (draft.accepted < after))
    done = draft.resolved[there] < after
    in_time = there[np.argsort(np.where(done, 0, 1) + rng.random(len(there)) * 0.5, kind="stable")]
    yes, no = in_time[:resolved], in_time[resolved:]
    late = yes[draft.resolved[yes] >= after]
    draft.resolved[late] = draft.accepted[late] + ((after - 1 - draft.accepted[late]) * rng.random(len(late))).astype(
        int
    )
    early = no[draft.resolved[no] < after]
    draft.resolved[early] = after + rng.integers(3_600, 25 * 86_400, len(early))
    changed = np.concatenate([older, late, early])
    draft.closed[changed] = draft.resolved[changed] + rng.integers(600, 40 * 3_600, len(changed))
