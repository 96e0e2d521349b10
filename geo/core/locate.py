"""Points to polygons, exactly and fast: which grid (网格), community (社区) or building (楼栋) holds a point.

A lattice is laid over the polygons. Cells that no edge touches lie wholly inside the same polygons, and so does every
connected patch of them: one exact test answers a whole patch. Only points in cells that an edge runs through are
tested one by one (GEOS, robust predicates). So nearly all points cost one look-up, and no answer is approximate.

Not here: which of several grids a footprint belongs to (assign.py).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray

OUTSIDE = -1
_MIXED = -2
_SLACK = 1e-6
"""Cells: an edge also marks cells this close to it, far above the rounding of a cell number (1e-12)."""
Exact = Callable[[NDArray[np.float64], NDArray[np.float64]], NDArray[np.intp]]
_FEW = 2_000
"""Points below which the exact test alone is quicker than laying the lattice."""


class Locator:
    """Finds the polygon that holds a point; a point on a shared edge belongs to the lower code.

    Parameters
    ----------
    codes : one text a polygon, unique; their text order decides on edges and where polygons overlap.
    polygons : shapely Polygon or MultiPolygon, valid, in the CRS the points will come in (no CRS is known here).
    cells : cells of the lattice along its longer side; 2,048 take 16 MB.

    Examples
    --------
    >>> squares = [shapely.box(0, 0, 1, 1), shapely.box(1, 0, 2, 1)]
    >>> Locator(["b", "a"], squares).codes_at([0.5, 1.0, 5.0], [0.5, 0.5, 0.5]).tolist()
    ['b', 'a', '']
    """

    def __init__(self, codes: Sequence[str] | NDArray[Any], polygons: ArrayLike, cells: int = 2048) -> None:
        given = np.asarray(codes, dtype=object)
        self._order = np.argsort(given.astype(str), kind="stable")
        self.codes: NDArray[np.object_] = np.append(given[self._order], "")
        self._polygons = np.asarray(polygons, dtype=object)[self._order]
        shapely.prepare(self._polygons)
        self._tree = shapely.STRtree(self._polygons)
        self._cells = cells
        self._lattice: _Lattice | None = None

    def codes_at(self, x: ArrayLike, y: ArrayLike) -> NDArray[np.object_]:
        """Return the code of the polygon at each point, `""` outside every polygon and for a missing coordinate."""
        return self.codes[self._ranks_at(x, y)]

    def positions_at(self, x: ArrayLike, y: ArrayLike) -> NDArray[np.intp]:
        """Return each point's polygon as its position in the given order, -1 outside."""
        ranks = self._ranks_at(x, y)
        return np.append(self._order, OUTSIDE)[ranks]

    def _ranks_at(self, x: ArrayLike, y: ArrayLike) -> NDArray[np.intp]:
        east, north = np.asarray(x, dtype=float), np.asarray(y, dtype=float)
        if len(self._polygons) == 0:
            return np.full(east.shape, OUTSIDE, dtype=np.intp)
        if len(east) < _FEW and self._lattice is None:
            return self._exact(east, north)
        if self._lattice is None:
            self._lattice = _Lattice(self._polygons, self._cells, self._exact)
        ranks = self._lattice.look_up(east, north)
        mixed = np.flatnonzero(ranks == _MIXED)
        ranks[mixed] = self._exact(east[mixed], north[mixed])
        return ranks

    def _exact(self, x: NDArray[np.float64], y: NDArray[np.float64]) -> NDArray[np.intp]:
        """Rank of the lowest polygon that holds or touches each point, by GEOS."""
        ranks = np.full(len(x), len(self._polygons), dtype=np.intp)
        known = np.flatnonzero(np.isfinite(x) & np.isfinite(y))
        point, polygon = self._tree.query(shapely.points(x[known], y[known]), predicate="intersects")
        np.minimum.at(ranks, known[point], polygon)
        ranks[ranks == len(self._polygons)] = OUTSIDE
        return ranks


class _Lattice:
    """The look-up table: for each cell the polygon's rank, `OUTSIDE`, or `_MIXED` where an edge runs through."""

    def __init__(self, polygons: NDArray[Any], cells: int, exact: Exact) -> None:
        # 12 MB that a command which refuses its input (200 MB at most) never needs.
        from scipy import ndimage

        west, south, east, north = shapely.total_bounds(polygons)
        size = max(east - west, north - south, 1e-12) / cells
        self._origin, self._per_unit = (west, south), 1.0 / size
        # one ring of empty cells around: what lies outside needs no own test
        self._shape = (math.ceil((north - south) / size) + 3, math.ceil((east - west) / size) + 3)
        touched = self._touched(polygons)
        patch = np.empty(self._shape, dtype=np.int32)
        patches = int(str(ndimage.label(~touched, output=patch)))
        some_cell = np.zeros(patches + 1, dtype=np.intp)
        some_cell[patch.ravel()] = np.arange(patch.size)
        row, column = np.divmod(some_cell[1:], self._shape[1])
        rank = np.full(patches + 1, _MIXED, dtype=np.int32)
        # lattice coordinates start one cell outside the polygons, at the empty ring
        rank[1:] = exact(west + (column - 0.5) * size, south + (row - 0.5) * size)
        self._rank = rank[patch].ravel()

    def look_up(self, x: NDArray[np.float64], y: NDArray[np.float64]) -> NDArray[np.intp]:
        rows, columns = self._shape
        with np.errstate(invalid="ignore"):
            column = np.nan_to_num((x - self._origin[0]) * self._per_unit + 1.0, nan=0.0)
            row = np.nan_to_num((y - self._origin[1]) * self._per_unit + 1.0, nan=0.0)
        np.clip(column, 0, columns - 1, out=column)
        np.clip(row, 0, rows - 1, out=row)
        cell = row.astype(np.intp) * columns + column.astype(np.intp)
        # a missing coordinate falls into the empty corner cell
        return self._rank[cell].astype(np.intp)

    def _touched(self, polygons: NDArray[Any]) -> NDArray[np.bool_]:
        """Mark every cell an edge runs through: cut each edge at the columns, mark the rows each piece spans."""
        # get_rings answers nothing for a MultiPolygon, so parts first
        rings = shapely.get_rings(shapely.get_parts(polygons))
        points, ring = shapely.get_coordinates(rings, return_index=True)
        points = (points - np.asarray(self._origin)) * self._per_unit + 1.0
        same = ring[1:] == ring[:-1]
        start, end = points[:-1][same], points[1:][same]
        swap = start[:, 0] > end[:, 0]
        start[swap], end[swap] = end[swap], start[swap].copy()

        first = np.floor(start[:, 0] - _SLACK).astype(np.intp)
        count = np.floor(end[:, 0] + _SLACK).astype(np.intp) - first + 1
        edge = np.repeat(np.arange(len(count)), count)
        column = first[edge] + _within(count)
        run = end[edge, 0] - start[edge, 0]
        rise = end[edge, 1] - start[edge, 1]
        with np.errstate(divide="ignore", invalid="ignore"):
            low = np.clip((column - _SLACK - start[edge, 0]) / run, 0.0, 1.0)
            high = np.clip((column + 1 + _SLACK - start[edge, 0]) / run, 0.0, 1.0)
        steep = run < _SLACK
        low[steep], high[steep] = 0.0, 1.0
        y_a, y_b = start[edge, 1] + low * rise, start[edge, 1] + high * rise
        bottom = np.floor(np.minimum(y_a, y_b) - _SLACK).astype(np.intp)
        height = np.floor(np.maximum(y_a, y_b) + _SLACK).astype(np.intp) - bottom + 1
        piece = np.repeat(np.arange(len(height)), height)
        touched = np.zeros(self._shape, dtype=bool)
        touched[bottom[piece] + _within(height), column[piece]] = True
        return touched


def _within(count: NDArray[np.intp]) -> NDArray[np.intp]:
    """Return the place of each member in its run: counts 2, 3 give 0, 1, 0, 1, 2."""
    return np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count)
