"""What whole buildings allow: totals may promise a division that no sums, or no connected sets, of buildings keep.

Where it says no that is a proof: of sums of all subsets (dynamic programming over a set of bits) for two grids, else of
all ways to put connected buildings together (parted.py). What neither decides in a moment is left open and said so.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import breadth_first_order, connected_components

from geo.core.zoning import parted
from geo.core.zoning.units import Units

STEPS = 10_000
"""Sets of buildings looked at before a number of grids is left open: some milliseconds. Proofs need far fewer."""
NEAREST = 60
"""Pairs of halves looked at for the nearest ones."""


class Whole(NamedTuple):
    """Whether whole buildings can make grids that all lie in a range.

    Attributes
    ----------
    answer : `fits`: they can, as far as counts and neighbours go; `open`: not decided; `sums`: proven impossible, no
        buildings add up; `sets`: proven impossible, no connected buildings do.
    grids : the number of grids looked at last.
    low, high : least and most each of two grids must have for both to lie in the range.
    nearest : of two grids the households nearest to even, if known: nothing is nearer.
    """

    answer: Literal["fits", "open", "sums", "sets"]
    grids: int = 0
    low: int = 0
    high: int = 0
    nearest: tuple[int, ...] = ()

    @property
    def impossible(self) -> bool:
        """Whether it is proven that no division into whole buildings does it."""
        return self.answer in ("sums", "sets")


class Piece(NamedTuple):
    """Inhabited units of a piece of land, the heaviest first, then by steps from it.

    Attributes
    ----------
    near : neighbours of each as a set of bits, empty where there are too many units. Units are neighbours across empty
        land and houses too: more than the map allows, so that a no stays a proof.
    weight : households (or persons) of each.
    """

    near: NDArray[np.int64]
    weight: NDArray[np.int64]


def pieces(units: Units, weight: NDArray[np.int64]) -> Iterator[Piece]:
    """Return the pieces of land in their order.

    Parameters
    ----------
    weight : households or persons of each unit.
    """
    order = np.argsort(units.piece, kind="stable")
    ends = np.cumsum(np.bincount(units.piece)) if len(units) else np.empty(0, dtype=np.intp)
    return (_piece(units, members, weight[members]) for members in np.split(order, ends[:-1]) if len(members))


def _piece(units: Units, members: NDArray[np.intp], weight: NDArray[np.int64]) -> Piece:
    lived = np.flatnonzero(weight > 0)
    if not 0 < len(lived) <= parted.MOST_UNITS:
        return Piece(np.empty(0, dtype=np.int64), weight[lived])
    degree = units.indptr[members + 1] - units.indptr[members]
    row = np.repeat(np.arange(len(members)), degree)
    at = np.arange(len(row)) + np.repeat(units.indptr[members] - np.cumsum(degree) + degree, degree)
    firm = units.passable[at]
    row, column = row[firm], np.searchsorted(members, units.indices[at[firm]])
    beside = np.zeros((len(members), len(members)), dtype=bool)
    beside[row, column] = True
    bare = np.flatnonzero(weight == 0)
    group = connected_components(csr_matrix(beside[np.ix_(bare, bare)]), directed=False)[1]
    for number in np.unique(group):
        around = beside[bare[group == number]].any(axis=0)
        beside[np.ix_(around, around)] = True
    beside = beside[np.ix_(lived, lived)]
    order = breadth_first_order(
        csr_matrix(beside), int(np.argmax(weight[lived])), directed=False, return_predecessors=False
    )
    bits = np.left_shift(np.int64(1), np.arange(len(order), dtype=np.int64))
    near = np.where(beside[np.ix_(order, order)], bits, 0).sum(axis=1)
    return Piece(near & ~bits, weight[lived[order]])


def best_of(piece: Piece, counts: Iterable[int], low: float, high: float) -> Whole:
    """Tell whether whole buildings make any of some numbers of grids of low to high households each.

    Returns
    -------
    What the first number that is not impossible gives; else the last proof.
    """
    found = Whole("sums")
    for count in counts:
        found = fits(piece, count, low, high)
        if not found.impossible:
            break
    return found


def fits(piece: Piece, grids: int, low: float, high: float) -> Whole:
    """Tell whether whole buildings make a number of grids of low to high households each.

    Examples
    --------
    Three buildings of 40, 60 and 40 in a row make no two grids of 70; 60, 40 and 40 in a row make 60 and 80.

    >>> row = np.array([0b010, 0b101, 0b010])
    >>> fits(Piece(row, np.array([40, 60, 40])), 2, 70, 70)
    Whole(answer='sums', grids=2, low=70, high=70, nearest=(60, 80))
    >>> fits(Piece(row, np.array([60, 40, 40])), 2, 60, 80).answer
    'fits'
    """
    total = int(piece.weight.sum())
    least, most = math.ceil(low - 1e-9), math.floor(high + 1e-9)
    least, most = max(least, total - (grids - 1) * most), min(most, total - (grids - 1) * least)
    if least > most:
        return Whole("sums", grids, least, most)
    if grids == 1:
        return Whole("fits", grids, least, most)
    halves = _halves(piece.weight, total) if grids == 2 else []
    if grids == 2 and not any(least <= half for half in halves):
        return Whole("sums", grids, least, most, (halves[0], total - halves[0]) if halves else ())
    found = _looked(piece, grids, least, most)
    if found != parted.NONE:
        return Whole("fits" if found == parted.FOUND else "open", grids, least, most)
    nearer = (half for half in halves[:NEAREST] if half < least)
    connected = (half for half in nearer if _looked(piece, 2, half, total - half) != parted.NONE)
    half = next(connected, None) if grids == 2 else None
    return Whole("sets", grids, least, most, () if half is None else (half, total - half))


def _looked(piece: Piece, grids: int, low: int, high: int) -> int:
    if len(piece.near) == 0:
        return parted.GIVEN_UP
    every = np.int64((1 << len(piece.near)) - 1)
    return int(parted.parted(piece.near, piece.weight, every, grids, low, high, np.array([STEPS])))


def _halves(weight: NDArray[np.int64], total: int) -> list[int]:
    """Return the sums of all subsets that are at most half the total, the largest first; never nothing."""
    bits = 1
    for amount in weight.tolist():
        bits |= bits << amount
    return [half for half in range(total // 2, 0, -1) if bits >> half & 1]
