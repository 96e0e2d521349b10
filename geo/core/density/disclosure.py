"""What a screen that anybody can read may say about small counts (披露控制).

A count of people or cases below `standards.SMALL_COUNT` (k = 5) below community (社区) level is not shown. Hiding it
alone is no protection while totals are published: the community's total less its other grids gives it back. So

- grids are published as bands of k (0, 1-4, 5-9, 10-14, ...) whatever their size: two overlapping filters whose exact
  counts could be subtracted from each other only give a range of nine;
- a community's total is exact, but hidden (1-4) where it is small itself, and then its neighbours in the
  sub-district (街道) are banded too if they would give it away;
- what would still be pinned to one number by the totals around it is merged: the grids of that community are then
  only known together;
- two filters subtracted from each other give a community's exact count of what lies between them, however small. So a
  grid must not be tied to its community's count either: where all of a community's cases lie in one grid, its grids
  are merged, and nobody learns in which grid they lie.

What one grid or building is divided into (its categories, days, ledgers, or a grid into its buildings) is published by
`parts`, which also keeps to a whole that is known.

`tighten` is the attacker: the tightest range of every figure that all published ones imply. Sums over a tree need no
more than one pass up and one down for that; a test compares it with a linear programme. From the sub-district up,
figures are exact.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from geo.core.figures import MISSING, State, Value, exact
from geo.standards import SMALL_COUNT

Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

_SHOWN, _BANDED, _MERGED = 0, 1, 2
"""How much a group of siblings shows: small ones hidden, all banded, only their sum."""


@dataclass(frozen=True)
class Ranges:
    """Published figures: `low` to `high`, both included; `merged` where only the siblings' sum is known."""

    low: Ints
    high: Ints
    merged: Flags

    def values(self) -> list[Value]:
        """Return the figures as a page shows them."""
        return [value(*row) for row in zip(self.low.tolist(), self.high.tolist(), self.merged.tolist(), strict=True)]


@dataclass(frozen=True)
class Tree:
    """Who belongs to whom.

    Attributes
    ----------
    community : position of the community of every leaf (grid, or what is in no grid of its community).
    subdistrict : position of the sub-district of every community.
    """

    community: NDArray[np.intp]
    subdistrict: NDArray[np.intp]

    @property
    def siblings(self) -> Ints:
        """How many leaves the community of every leaf has."""
        return np.bincount(self.community)[self.community].astype(np.int64)

    def communities(self, leaves: Ints) -> Ints:
        """Add up leaves to communities."""
        return _sums(self.community, leaves, len(self.subdistrict))

    def subdistricts(self, communities: Ints) -> Ints:
        """Add up communities to sub-districts."""
        return _sums(self.subdistrict, communities, int(self.subdistrict.max(initial=-1)) + 1)


def value(low: int, high: int, merged: bool = False) -> Value:
    """Return a figure of the state its range stands for."""
    if low == high:
        return exact(low)
    if merged:
        return Value(State.MERGED, low, high)
    return Value(State.HIDDEN if (low, high) == (1, SMALL_COUNT - 1) else State.BAND, low, high)


def band(count: int) -> Value:
    """Return one count as its band, for a figure that stands alone.

    Examples
    --------
    >>> band(3), band(12).low, band(0).amount
    (Value(state=<State.HIDDEN: 'hidden'>, low=1, high=4), 10, 0)
    """
    low, high = _bands(np.array([count], dtype=np.int64))
    return value(int(low[0]), int(high[0]))


def scaled(figure: Value, per: float, of: float) -> Value:
    """Return `per` x figure / of, a rate with the range of its numerator; no data where `of` is 0."""
    if figure.low is None or figure.high is None or of <= 0:
        return MISSING
    return Value(figure.state, figure.low * per / of, figure.high * per / of)


def publish(leaves: Ints, tree: Tree, *, bands: bool = True) -> tuple[Ranges, Ranges]:
    """Choose what may be shown of a count in grids and communities.

    Parameters
    ----------
    leaves : the count per leaf.
    bands : whether large leaves are banded too; False for a stock that no filter can cut (households), where only
        small ones and what would give them away are.

    Returns
    -------
    Ranges of the leaves and of the communities; every true count lies in its range.
    """
    communities = tree.communities(leaves)
    leaf_level = np.full(len(communities), _BANDED if bands else _SHOWN)
    community_level = np.full(len(tree.subdistricts(communities)), _SHOWN)
    while True:
        shown = _show(leaves, leaf_level[tree.community], communities[tree.community])
        above = _show(communities, community_level[tree.subdistrict], tree.subdistricts(communities)[tree.subdistrict])
        if not _widen(leaves, communities, tree, (shown, above), leaf_level, community_level):
            return shown, above


def parts(counts: Ints) -> Ranges:
    """Choose what may be shown of the parts of one whole below community level, such as a grid's cases by category.

    Each part is a band. Where the bands and the whole (which is granted to the attacker as an exact number) tie any
    part to one number, the parts are merged: each lies between 0 and the top of the whole's own band.

    Examples
    --------
    >>> parts(np.array([1, 1, 1, 1])).values()[0]
    Value(state=<State.MERGED: 'merged'>, low=0, high=4)
    """
    whole = counts.sum(keepdims=True)
    one = np.zeros(len(counts), dtype=np.intp)
    shown = _show(counts, np.full(len(counts), _BANDED), whole[one])
    low, high = _squeeze(shown.low, shown.high, whole, whole, one)
    if not ((counts > 0) & (low == high)).any():
        return shown
    top = _bands(whole)[1]
    return Ranges(np.zeros_like(counts), top[one], np.ones(len(counts), dtype=bool))


def tighten(leaves: Ranges, communities: Ranges, totals: Ints, tree: Tree) -> tuple[Ranges, Ranges]:
    """Return the tightest ranges an attacker can derive from published ranges and the sub-districts' exact totals."""
    low = np.maximum(communities.low, tree.communities(leaves.low))
    high = np.minimum(communities.high, tree.communities(leaves.high))
    low, high = _squeeze(low, high, totals, totals, tree.subdistrict)
    leaf_low, leaf_high = _squeeze(leaves.low, leaves.high, low, high, tree.community)
    return Ranges(leaf_low, leaf_high, leaves.merged), Ranges(low, high, communities.merged)


def _squeeze(low: Ints, high: Ints, sum_low: Ints, sum_high: Ints, parent: NDArray[np.intp]) -> tuple[Ints, Ints]:
    """Narrow children by their parent's range less the other children's."""
    least = _sums(parent, low, len(sum_low))
    most = _sums(parent, high, len(sum_high))
    new_low = np.maximum(low, sum_low[parent] - (most[parent] - high))
    new_high = np.minimum(high, sum_high[parent] - (least[parent] - low))
    return new_low, new_high


def _sums(group: NDArray[np.intp], numbers: Ints, groups: int) -> Ints:
    """Add up numbers by group."""
    return np.bincount(group, weights=numbers, minlength=groups).astype(np.int64)


def _small(counts: Ints) -> Flags:
    """Tell which counts must not be recovered."""
    return (counts > 0) & (counts < SMALL_COUNT)


def _bands(counts: Ints) -> tuple[Ints, Ints]:
    """Return the band of each count: 0, 1-4, then steps of k."""
    low = counts // SMALL_COUNT * SMALL_COUNT
    return np.where(_small(counts), 1, low), np.where(counts == 0, 0, low + SMALL_COUNT - 1)


def _show(counts: Ints, level: NDArray[np.int_], total: Ints) -> Ranges:
    """Return what is shown of counts at the level chosen for their group."""
    band_low, band_high = _bands(counts)
    banded = (level == _BANDED) | ((level == _SHOWN) & _small(counts))
    merged = level == _MERGED
    low = np.where(merged, 0, np.where(banded, band_low, counts))
    # The merged group's total is known at best; a small one is hidden as such.
    high = np.where(merged, np.where(_small(total), SMALL_COUNT - 1, total), np.where(banded, band_high, counts))
    return Ranges(low, high, merged)


def _widen(
    leaves: Ints,
    communities: Ints,
    tree: Tree,
    shown: tuple[Ranges, Ranges],
    leaf_level: NDArray[np.int_],
    community_level: NDArray[np.int_],
) -> bool:
    """Raise the level of the groups that give a small count away; tell whether any could be raised."""
    totals = tree.subdistricts(communities)
    inner, outer = tighten(*shown, totals, tree)
    pinned = _small(leaves) & (inner.low == inner.high)
    # Whoever subtracts two filters knows a community's count: a grid that is all of it is then known by both filters.
    # A community of one single grid is that grid, and its own count is all there is to protect.
    low, high = _squeeze(shown[0].low, shown[0].high, communities, communities, tree.community)
    tied = (leaves > 0) & (leaf_level[tree.community] != _SHOWN) & (low == high) & (tree.siblings > 1)
    guilty = np.unique(tree.community[pinned | tied])
    above = tree.subdistrict[_small(communities) & (outer.low == outer.high)]
    # A group that shows only its sum already can't hide more: the sum itself has to be hidden among its siblings.
    stuck = tree.subdistrict[guilty[leaf_level[guilty] == _MERGED]]
    raised = np.unique(np.concatenate([above, stuck]))
    raised = raised[community_level[raised] < _MERGED]
    guilty = guilty[leaf_level[guilty] < _MERGED]
    leaf_level[guilty] += 1
    community_level[raised] += 1
    return bool(len(guilty) or len(raised))
