"""Borders of an exact coverage: which polygons share which length, found by equal segments alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from geo.core.zoning.arrays import sums

ALONG_M = 0.5
"""A border whose middle is this close to an arterial runs along it."""
EDGE_M = 1.0
"""An arterial this close to the land's edge runs along the edge, and lies inside no grid."""
_UNIT = 0.0001
"""Corners are told apart by a tenth of a millimetre; they lie on a grid of millimetres (cells.NODE_M)."""


@dataclass(frozen=True, slots=True)
class Borders:
    """Common borders of polygons.

    Attributes
    ----------
    edges : pairs of polygons (n, 2), the lower index first, sorted.
    shared, arterial : length of each common border, and how much of it runs along an arterial, m.
    exterior : border of each polygon that it shares with none, m.
    inside : arterial between parts that were merged to one polygon, m; zeros before any merging.
    """

    edges: NDArray[np.intp]
    shared: NDArray[np.float64]
    arterial: NDArray[np.float64]
    exterior: NDArray[np.float64]
    inside: NDArray[np.float64]

    def merged(self, label: NDArray[np.intp], count: int) -> Borders:
        """Return the borders after polygons with one label are merged; those with a label below 0 are left out."""
        pair = np.sort(label[self.edges], axis=1)
        known = (pair >= 0).all(axis=1)
        same = known & (pair[:, 0] == pair[:, 1])
        apart = known & ~same
        exterior = sums(label[label >= 0], self.exterior[label >= 0], count)
        half = ~known & (pair[:, 1] >= 0)  # a scrap that was dropped leaves an outer border
        exterior += sums(pair[half, 1], self.shared[half], count)
        edges, inverse = np.unique(pair[apart], axis=0, return_inverse=True)
        inverse = inverse.ravel()
        return Borders(
            edges.reshape(-1, 2).astype(np.intp),
            sums(inverse, self.shared[apart], len(edges)),
            sums(inverse, self.arterial[apart], len(edges)),
            exterior,
            sums(pair[same, 0], self.arterial[same], count),
        )


def of(polygons: NDArray[Any], arterials: NDArray[Any]) -> Borders:
    """Find the common borders of a coverage.

    Parameters
    ----------
    polygons : an exact coverage, metric CRS: what two of them share is the same segments.
    arterials : lines; borders within `ALONG_M` of one run along it.
    """
    count = len(polygons)
    rings, of_ring = shapely.get_rings(polygons, return_index=True)
    xy, ring = shapely.get_coordinates(rings, return_index=True)
    follows = ring[:-1] == ring[1:]
    owner = of_ring[ring[:-1][follows]]
    start, end = xy[:-1][follows], xy[1:][follows]
    a, b = np.round(start / _UNIT).astype(np.int64), np.round(end / _UNIT).astype(np.int64)
    turn = (a[:, 0] > b[:, 0]) | ((a[:, 0] == b[:, 0]) & (a[:, 1] > b[:, 1]))
    key = np.where(turn[:, None], np.hstack([b, a]), np.hstack([a, b]))
    order = np.lexsort((owner, key[:, 3], key[:, 2], key[:, 1], key[:, 0]))
    key, owner = key[order], owner[order]
    middle, length = ((start + end) / 2)[order], np.hypot(*(end - start).T)[order]
    twin = np.zeros(len(key), dtype=bool)  # the segment is the next one's too
    twin[:-1] = (key[1:] == key[:-1]).all(axis=1) & (owner[1:] != owner[:-1])
    single = ~twin
    single[1:] &= ~twin[:-1]
    exterior = sums(owner[single], length[single], count)
    at = np.flatnonzero(twin)
    pair = np.column_stack([owner[at], owner[at + 1]])
    along = np.zeros(len(at))
    if len(arterials) and len(at):
        spots: Any = shapely.points(middle[at])
        near = np.unique(shapely.STRtree(arterials).query(spots, predicate="dwithin", distance=ALONG_M)[0])
        outside: Any = shapely.linestrings(np.stack([start[order][single], end[order][single]], axis=1))
        at_edge = shapely.STRtree(outside).query(spots[near], predicate="dwithin", distance=EDGE_M)[0]
        along[np.delete(near, np.unique(at_edge))] = 1.0
    edges, inverse = np.unique(pair, axis=0, return_inverse=True)
    inverse = inverse.ravel()
    return Borders(
        edges.reshape(-1, 2).astype(np.intp),
        sums(inverse, length[at], len(edges)),
        sums(inverse, along * length[at], len(edges)),
        exterior,
        np.zeros(count),
    )
