"""H3 cells: cases and households counted in hexagons, from columns in memory.

A point is kept as the number of its cell at the finest resolution; coarser cells are its parents. `cell` here is
always an H3 hexagon, a grid is a 网格.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import h3.api.numpy_int as h3
import numpy as np
from numpy.typing import NDArray

from geo.core.situation import Mask, Splice

FINEST = 10
"""Resolution points are kept at: an edge of about 66 m."""
COARSEST = 8
"""Coarsest resolution drawn, for the whole city: an edge of about 460 m."""
PUBLIC_FINEST = 9
"""Finest resolution for viewers who see bands (edge about 170 m): never household by household."""
NOWHERE = -1
"""Number of a point that has no cell."""
_DIGITS = 5
"""Decimals of a degree a point is rounded to before it is put into a cell, about 1 m: points at one door become one."""


def resolution(zoom: int, *, public: bool = False) -> int:
    """Choose the resolution for a map's zoom: hexagons of some 30 to 80 px.

    Examples
    --------
    >>> [resolution(zoom) for zoom in (10, 12, 13, 14, 15, 18)], resolution(18, public=True)
    ([8, 8, 9, 9, 10, 10], 9)
    """
    wanted = COARSEST if zoom <= 12 else 9 if zoom <= 14 else FINEST
    return min(wanted, PUBLIC_FINEST) if public else wanted


@dataclass(frozen=True)
class Cells:
    """The finest cells of a city, numbered; new ones are added at the end."""

    ids: NDArray[np.uint64]
    _parents: dict[int, tuple[NDArray[np.uint64], NDArray[np.int32]]] = field(default_factory=dict, repr=False)

    def number(self, lon: NDArray[np.float64], lat: NDArray[np.float64]) -> tuple[Cells, NDArray[np.int32]]:
        """Give every point the number of its cell.

        Parameters
        ----------
        lon, lat : degrees, EPSG:4326; NaN for a point that is nowhere.

        Returns
        -------
        Cells that include the points', and each point's number (`NOWHERE` for a NaN).
        """
        numbers = np.full(len(lon), NOWHERE, dtype=np.int32)
        known = np.isfinite(lon) & np.isfinite(lat)
        if not known.any():
            return self, numbers
        scale = 10**_DIGITS
        # One integer a door: np.unique on pairs takes ten times as long.
        north, east = np.rint(lat[known] * scale).astype(np.int64), np.rint(lon[known] * scale).astype(np.int64)
        doors, door = np.unique(north * (1 << 32) + east + (1 << 31), return_inverse=True)
        points = zip((doors >> 32) / scale, ((doors & 0xFFFFFFFF) - (1 << 31)) / scale, strict=True)
        ids = np.fromiter((h3.latlng_to_cell(*point, FINEST) for point in points), np.uint64, len(doors))
        new = np.setdiff1d(ids, self.ids)
        cells = Cells(np.concatenate([self.ids, new])) if len(new) else self
        order = np.argsort(cells.ids)
        numbers[known] = order[np.searchsorted(cells.ids, ids, sorter=order)][door]
        return cells, numbers

    def parents(self, resolution: int) -> tuple[NDArray[np.uint64], NDArray[np.int32]]:
        """Return the cells of a coarser resolution and, per finest cell, the position of its parent among them."""
        if resolution not in self._parents:
            parents = (h3.cell_to_parent(cell, resolution) for cell in self.ids.tolist())
            ids, position = np.unique(np.fromiter(parents, np.uint64, len(self.ids)), return_inverse=True)
            self._parents[resolution] = ids, position.astype(np.int32)
        return self._parents[resolution]


def no_cells() -> Cells:
    """Return the cells of an empty city."""
    return Cells(np.empty(0, dtype=np.uint64))


@dataclass(frozen=True)
class Points:
    """Points with a weight: reported cases by day and pair, or buildings with their households.

    Attributes
    ----------
    day : ordinal, ascending; 0 where it means nothing.
    place, pair : positions on the cube's axes.
    cell : number of the finest cell, or `NOWHERE`.
    weight : cases or households.
    """

    day: NDArray[np.int32]
    place: NDArray[np.int32]
    pair: NDArray[np.int32]
    cell: NDArray[np.int32]
    weight: NDArray[np.int32]

    def merged(self, newer: Points, days: NDArray[np.int32]) -> Points:
        """Replace the points of some days by newer ones, sorted by day."""
        join = Splice.of(self.day, newer.day, days)
        names = ("day", "place", "pair", "cell", "weight")
        return Points(**{name: join(getattr(self, name), getattr(newer, name)) for name in names})

    def between(self, first: int, last: int) -> Points:
        """Return the points of a period (ordinals, both included)."""
        # In the column's own type: another one would copy the column first.
        low, high = np.searchsorted(self.day, np.array([first, last + 1], dtype=np.int32))
        part = slice(int(low), int(high))
        return Points(self.day[part], self.place[part], self.pair[part], self.cell[part], self.weight[part])

    def count(
        self, parent: NDArray[np.int32], cells: int, places: Mask, pairs: Mask | None
    ) -> tuple[NDArray[np.int64], int]:
        """Add up the weights of chosen points by cell.

        Parameters
        ----------
        parent, cells : position per finest cell, and how many cells there are (`Cells.parents`).
        places, pairs : what is chosen; None takes every pair.

        Returns
        -------
        Sum per cell, and the sum of the points that have no cell.
        """
        chosen = places[self.place] if pairs is None else places[self.place] & pairs[self.pair]
        cell, weight = self.cell[chosen], self.weight[chosen]
        inside = cell != NOWHERE
        summed = np.bincount(parent[cell[inside]], weights=weight[inside], minlength=cells).astype(np.int64)
        return summed, int(weight[~inside].sum())


def no_points() -> Points:
    """Return the points of an empty city."""
    none = np.empty(0, dtype=np.int32)
    return Points(none, none, none, none, none)


def hexagons(ids: Iterable[int]) -> str:
    """Return cells as a GeoJSON FeatureCollection: `cell` is the H3 index in hexadecimal, EPSG:4326, 6 decimals."""
    features = [
        {
            "type": "Feature",
            "properties": {"cell": name(cell)},
            "geometry": {"type": "Polygon", "coordinates": [_ring(cell)]},
        }
        for cell in ids
    ]
    return json.dumps({"type": "FeatureCollection", "features": features}, separators=(",", ":"))


def hexagon(cell: str) -> dict[str, Any] | None:
    """Return one cell as a GeoJSON feature, None where it is no cell.

    Examples
    --------
    >>> hexagon("8a2a1072b59ffff")["geometry"]["type"], hexagon("ffffffffffffffff")
    ('Polygon', None)
    """
    index = number(cell)
    return None if index is None else json.loads(hexagons([index]))["features"][0]


def number(cell: str) -> int | None:
    """Return the index of a cell written in hexadecimal, None where it is no cell."""
    index = int(cell, 16)
    return index if index < 2**63 and h3.is_valid_cell(index) else None


def resolution_of(cell: int) -> int:
    """Return the resolution of a cell."""
    return h3.get_resolution(cell)


def name(cell: int) -> str:
    """Return a cell's index as H3 writes it.

    Examples
    --------
    >>> name(0x8A2A1072B59FFFF)
    '8a2a1072b59ffff'
    """
    return f"{int(cell):x}"


def _ring(cell: int) -> list[list[float]]:
    """Return a closed ring of lon, lat."""
    corners = [[round(lon, 6), round(lat, 6)] for lat, lon in h3.cell_to_boundary(int(cell))]
    return [*corners, corners[0]]
