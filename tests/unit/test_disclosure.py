"""What the wall publishes, attacked: no small count can be worked out from everything that is shown."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import linprog

from geo.core.density.disclosure import Ranges, Tree, band, parts, publish, scaled, tighten, value
from geo.core.figures import MISSING, State, Value, exact
from geo.standards import SMALL_COUNT


def random_tree(rng: np.random.Generator) -> Tree:
    """Draw sub-districts of one to four communities of one to six grids."""
    communities = [int(rng.integers(1, 5)) for _ in range(int(rng.integers(1, 4)))]
    subdistrict = np.repeat(np.arange(len(communities)), communities)
    grids = rng.integers(1, 7, len(subdistrict))
    return Tree(np.repeat(np.arange(len(subdistrict)), grids), subdistrict)


def attack(shown: Ranges, above: Ranges, totals: np.ndarray, tree: Tree) -> tuple[np.ndarray, np.ndarray]:
    """Find each leaf's least and largest value that agree with everything published, by linear programming."""
    leaves, communities = len(shown.low), len(above.low)
    member = np.zeros((communities, leaves))
    member[tree.community, np.arange(leaves)] = 1
    belongs = np.zeros((len(totals), communities))
    belongs[tree.subdistrict, np.arange(communities)] = 1
    bounds = [*zip(shown.low, shown.high, strict=True)]
    limits = np.vstack([member, -member])
    right = np.concatenate([above.high, -above.low])
    ends = []
    for leaf in range(leaves):
        cost = np.zeros(leaves)
        cost[leaf] = 1
        pair = [
            linprog(
                sign * cost, A_ub=limits, b_ub=right, A_eq=belongs @ member, b_eq=totals, bounds=bounds, method="highs"
            )
            for sign in (1, -1)
        ]
        assert all(result.status == 0 for result in pair)
        ends.append((round(pair[0].fun), round(-pair[1].fun)))
    return np.array([end[0] for end in ends]), np.array([end[1] for end in ends])


@pytest.mark.parametrize("bands", [True, False])
@pytest.mark.parametrize("seed", range(25))
def test_no_small_count_is_recovered_and_every_true_count_is_in_its_range(seed: int, bands: bool) -> None:
    rng = np.random.default_rng(seed)
    tree = random_tree(rng)
    leaves = rng.negative_binomial(1, rng.choice([0.1, 0.3, 0.6]), len(tree.community)).astype(np.int64)
    communities = tree.communities(leaves)
    totals = tree.subdistricts(communities)
    shown, above = publish(leaves, tree, bands=bands)
    assert ((shown.low <= leaves) & (leaves <= shown.high)).all()
    assert ((above.low <= communities) & (communities <= above.high)).all()

    low, high = attack(shown, above, totals, tree)
    inner, _outer = tighten(shown, above, totals, tree)
    assert (inner.low == low).all()
    assert (inner.high == high).all()

    # A sub-district of one single grid publishes it, whatever is done below: figures are exact from there up.
    alone = np.bincount(tree.subdistrict[tree.community], minlength=len(totals))[tree.subdistrict[tree.community]] == 1
    small = (leaves > 0) & (leaves < SMALL_COUNT) & ~alone
    few = totals[tree.subdistrict[tree.community]]
    assert not (small & (low == high) & (few > 0)).any()


@pytest.mark.parametrize("seed", range(10))
def test_two_overlapping_filters_give_no_small_difference_away(seed: int) -> None:
    rng = np.random.default_rng(100 + seed)
    tree = Tree(np.repeat(np.arange(4), 5), np.array([0, 0, 1, 1]))
    narrow = rng.poisson(12, 20).astype(np.int64)
    extra = rng.integers(1, SMALL_COUNT, 20)
    published = []
    for leaves in (narrow, narrow + extra):
        shown, above = publish(leaves, tree)
        published.append(tighten(shown, above, tree.subdistricts(tree.communities(leaves)), tree)[0])
    difference_low = np.maximum(published[1].low - published[0].high, 0)
    difference_high = published[1].high - published[0].low
    # The community's own difference is exact and its grids share it.
    total = tree.communities(extra)[tree.community]
    most = np.bincount(tree.community, weights=difference_high)[tree.community] - difference_high
    least = np.bincount(tree.community, weights=difference_low)[tree.community] - difference_low
    low = np.maximum(difference_low, total - most)
    high = np.minimum(difference_high, total - least)
    assert (low < high).all()


def test_hiding_one_cell_alone_would_give_it_away() -> None:
    tree = Tree(np.array([0, 0, 0]), np.array([0]))
    shown, above = publish(np.array([3, 12, 40]), tree)
    assert above.values() == [exact(55)]
    assert [figure.state for figure in shown.values()] == [State.HIDDEN, State.BAND, State.BAND]
    inner, _outer = tighten(shown, above, np.array([55]), tree)
    assert (inner.low[0], inner.high[0]) == (1, 4)


def test_zeros_stay_zeros_unless_they_would_give_a_neighbour_away() -> None:
    two = Tree(np.array([0, 0]), np.array([0]))
    three = Tree(np.array([0, 0, 0]), np.array([0]))
    shown, _above = publish(np.array([0, 30, 8]), three)
    assert shown.values() == [exact(0), Value(State.BAND, 30, 34), Value(State.BAND, 5, 9)]
    # 3 of a sub-district's 3: with the zero shown, the other is known. Only their sum is.
    merged, _above = publish(np.array([0, 3]), two)
    assert [figure.state for figure in merged.values()] == [State.MERGED, State.MERGED]


def test_a_grid_that_is_all_of_its_community_is_not_known_by_subtracting_two_filters() -> None:
    # Last month 40 cases, all of them in the first grid; without its last day 37. The community's counts are exact.
    tree = Tree(np.array([0, 0, 0, 1, 1]), np.array([0, 0]))
    month, shorter = np.array([40, 0, 0, 9, 12]), np.array([37, 0, 0, 9, 12])
    published = [publish(leaves, tree) for leaves in (month, shorter)]
    before, after = (above.values()[0].amount for _leaves, above in published)
    assert (before, after) == (40, 37)
    wide, narrow = (shown for shown, _above in published)
    # The three cases of the last day: what each grid can have of them, as far as both maps tell.
    most = np.minimum(wide.high - narrow.low, 3)
    least = np.maximum(wide.low - narrow.high, 0)
    assert [*most[:3]] == [3, 3, 3]
    assert [*least[:3]] == [0, 0, 0]


@pytest.mark.parametrize("seed", range(15))
def test_whoever_knows_a_communitys_count_still_knows_no_grids(seed: int) -> None:
    rng = np.random.default_rng(200 + seed)
    tree = random_tree(rng)
    leaves = rng.negative_binomial(1, 0.4, len(tree.community)) * rng.integers(0, 2, len(tree.community))
    communities = tree.communities(leaves)
    shown, _above = publish(leaves, tree)
    known = Ranges(communities, communities, np.zeros(len(communities), dtype=bool))
    inner, _outer = tighten(shown, known, tree.subdistricts(communities), tree)
    assert not ((leaves > 0) & (inner.low == inner.high) & (tree.siblings > 1)).any()


@pytest.mark.parametrize("seed", range(20))
def test_parts_of_a_known_whole_give_no_part_away(seed: int) -> None:
    rng = np.random.default_rng(300 + seed)
    counts = rng.negative_binomial(1, rng.choice([0.2, 0.5, 0.8]), int(rng.integers(2, 22))).astype(np.int64)
    shown = parts(counts)
    assert ((shown.low <= counts) & (counts <= shown.high)).all()
    total = counts.sum()
    low = np.maximum(shown.low, total - (shown.high.sum() - shown.high))
    high = np.minimum(shown.high, total - (shown.low.sum() - shown.low))
    assert not ((counts > 0) & (low == high)).any()


def test_parts_that_are_merged_do_not_tell_their_whole() -> None:
    assert {(figure.low, figure.high) for figure in parts(np.array([0, 7, 0])).values()} == {(0, 9)}
    assert [figure.amount for figure in parts(np.array([0, 0])).values()] == [0, 0]
    assert parts(np.array([3])).values() == [Value(State.MERGED, 0, 4)]


def test_a_stock_is_exact_but_for_small_ones() -> None:
    tree = Tree(np.array([0, 0, 0, 0]), np.array([0]))
    shown, _above = publish(np.array([2, 3, 512, 480]), tree, bands=False)
    assert [figure.amount for figure in shown.values()] == [None, None, 512, 480]


@pytest.mark.parametrize(
    ("count", "wanted"),
    [(0, exact(0)), (1, Value(State.HIDDEN, 1, 4)), (4, Value(State.HIDDEN, 1, 4)), (5, Value(State.BAND, 5, 9))],
)
def test_a_count_alone_is_shown_as_its_band(count: int, wanted: Value) -> None:
    assert band(count) == wanted
    assert value(7, 7) == exact(7)


def test_a_rate_keeps_what_is_known_of_its_numerator() -> None:
    assert scaled(exact(3), 1000, 600) == exact(5.0)
    assert scaled(band(3), 1000, 500) == Value(State.HIDDEN, 2.0, 8.0)
    assert scaled(exact(3), 1000, 0) == MISSING
    assert scaled(MISSING, 1000, 500) == MISSING
