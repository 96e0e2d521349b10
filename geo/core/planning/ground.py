"""The ground a draft is drawn on: one community's units of land, what lives on them, who is neighbour to whom.

A unit is the cell of land around a building (or around several that can't be told apart). Land that no building
reaches is a unit too; it has a place id of its own (`~0`, `~1`, ...), so that a draft can say whose it is.
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

LAND = "~"
"""How the place id of land without a building begins; no building of the exchange format may."""


@dataclass(frozen=True, slots=True)
class Land:
    """The cells of one community and their borders: all that follows from geometry alone.

    Attributes
    ----------
    places : place ids: the buildings, sorted, then the land units.
    unit_of : unit of each place.
    cell, piece : polygon of each unit, metric CRS; the connected piece of land it belongs to.
    spot : a point inside each place's footprint (or land unit), metric, shape (places, 2).
    exterior, inside : m of border with the community's edge or water; m of arterial within the unit.
    indptr, indices : neighbours of unit i are `indices[indptr[i]:indptr[i + 1]]` (CSR).
    shared, arterial : m of each common border, and how much of it runs along an arterial.
    passable : whether a grid may pass there.
    """

    places: NDArray[Any]
    unit_of: NDArray[np.intp]
    cell: NDArray[Any]
    piece: NDArray[np.intp]
    spot: NDArray[np.float64]
    exterior: NDArray[np.float64]
    inside: NDArray[np.float64]
    indptr: NDArray[np.intp]
    indices: NDArray[np.intp]
    shared: NDArray[np.float64]
    arterial: NDArray[np.float64]
    passable: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.cell)

    def dump(self) -> bytes:
        """Return the land as bytes; `load` reads them."""
        values = {one.name: getattr(self, one.name) for one in fields(self)}
        cells = shapely.to_wkb(self.cell)
        sizes = np.array([len(one) for one in cells], dtype=np.int64)
        values |= {
            "places": self.places.astype(str),
            "cell": np.frombuffer(b"".join(cells), dtype=np.uint8),
            "cell_sizes": sizes,
        }
        file = io.BytesIO()
        np.savez(file, **values)
        return file.getvalue()

    @classmethod
    def load(cls, data: bytes) -> Land:
        """Read what `dump` wrote; never any code, whoever wrote it."""
        with np.load(io.BytesIO(data), allow_pickle=False) as file:
            values = {name: file[name] for name in file.files}
        ends = np.cumsum(values.pop("cell_sizes")).tolist()
        raw = values["cell"].tobytes()
        cells = [raw[start:end] for start, end in zip([0, *ends[:-1]], ends, strict=True)]
        values["cell"] = shapely.from_wkb(np.array(cells, dtype=object))
        values["places"] = values["places"].astype(object)
        return cls(**values)


@dataclass(frozen=True)
class Ground:
    """A community's land and what is on it.

    Attributes
    ----------
    community : 12-digit code.
    land : cells and borders.
    households, persons : counts a unit.
    open_cases, visits_due : work a unit.
    place_households, place_persons : counts a place.
    """

    community: str
    land: Land
    households: NDArray[np.int64]
    persons: NDArray[np.int64]
    open_cases: NDArray[np.int64]
    visits_due: NDArray[np.int64]
    place_households: NDArray[np.int64]
    place_persons: NDArray[np.int64]
    near: list[list[tuple[int, float]]] = field(init=False, repr=False)
    """Neighbours of each unit a grid may pass to, with the length (m) of the border."""
    number: dict[str, int] = field(init=False, repr=False)
    """Position of each place id."""
    built: NDArray[np.bool_] = field(init=False, repr=False)
    """Units with a building."""
    members: list[list[int]] = field(init=False, repr=False)
    """Places of each unit."""

    def __post_init__(self) -> None:
        neighbours = [
            self.land.indices[start:end].tolist()
            for start, end in zip(self.land.indptr[:-1].tolist(), self.land.indptr[1:].tolist(), strict=True)
        ]
        borders = [*zip(self.land.shared.tolist(), self.land.passable.tolist(), strict=True)]
        starts = self.land.indptr.tolist()
        near: list[list[tuple[int, float]]] = [
            [(other, borders[starts[unit] + at][0]) for at, other in enumerate(others) if borders[starts[unit] + at][1]]
            for unit, others in enumerate(neighbours)
        ]
        number = {place: at for at, place in enumerate(self.land.places.tolist())}
        with_building = np.zeros(len(self.land), dtype=bool)
        built = [at for at, place in enumerate(self.land.places.tolist()) if not place.startswith(LAND)]
        with_building[self.land.unit_of[built]] = True
        members: list[list[int]] = [[] for _ in range(len(self.land))]
        for at, unit in enumerate(self.land.unit_of.tolist()):
            members[unit].append(at)
        for name, value in {"near": near, "number": number, "built": with_building, "members": members}.items():
            object.__setattr__(self, name, value)

    def labels(self, grid_of: Mapping[str, str]) -> NDArray[Any]:
        """Give every unit a grid.

        Parameters
        ----------
        grid_of : grid code of each place; missing or empty where none is known.

        Returns
        -------
        Where a unit's buildings disagree the grid with most households (then most buildings, then the lower code);
        a unit without any follows the neighbour it shares most border with.
        """
        label = np.full(len(self.land), "", dtype=object)
        for unit, places in enumerate(self.members):
            weight: dict[str, tuple[int, int]] = {}
            for place in places:
                if grid := grid_of.get(self.land.places[place], ""):
                    homes, count = weight.get(grid, (0, 0))
                    weight[grid] = (homes + int(self.place_households[place]), count + 1)
            if weight:
                label[unit] = min(weight, key=lambda grid: (-weight[grid][0], -weight[grid][1], grid))
        return self._filled(label)

    def _filled(self, label: NDArray[Any]) -> NDArray[Any]:
        """Let units without a grid follow their neighbours, at last the nearest one anywhere."""
        while True:
            best: tuple[float, int, str] | None = None
            for unit in np.flatnonzero(label == "").tolist():
                border: dict[str, float] = {}
                for other, length in self.near[unit]:
                    if label[other]:
                        border[label[other]] = border.get(label[other], 0.0) + length
                for grid, length in border.items():
                    if best is None or (-length, unit, grid) < (-best[0], best[1], best[2]):
                        best = (length, unit, grid)
            if best is None:
                break
            label[best[1]] = best[2]
        known = np.flatnonzero(label != "")
        lost = np.flatnonzero(label == "")
        if len(known) and len(lost):
            nearest = shapely.STRtree(self.land.cell[known]).nearest(self.land.cell[lost])
            label[lost] = label[known[nearest]]
        return label

    def grid_of(self, label: NDArray[Any]) -> dict[str, str]:
        """Return the grid of each place."""
        return dict(zip(self.land.places.tolist(), label[self.land.unit_of].tolist(), strict=True))

    def units(self, places: Sequence[str]) -> list[int]:
        """Return the units of places, sorted; unknown ones are left out."""
        found = {int(self.land.unit_of[self.number[place]]) for place in places if place in self.number}
        return sorted(found)


def components(ground: Ground, units: Sequence[int]) -> list[list[int]]:
    """Return the connected parts of a set of units, the one with most households (then most units) first."""
    left, parts = set(units), []
    while left:
        stack = [min(left)]
        left.discard(stack[0])
        part = []
        while stack:
            unit = stack.pop()
            part.append(unit)
            for other, _length in ground.near[unit]:
                if other in left:
                    left.discard(other)
                    stack.append(other)
        parts.append(sorted(part))
    households, built = ground.households, ground.built
    return sorted(parts, key=lambda part: (-int(households[part].sum()), -int(built[part].sum()), -len(part), part))


def connected_without(ground: Ground, units: set[int], unit: int) -> bool:
    """Tell whether a connected set of units stays connected when one leaves it."""
    left = units - {unit}
    if not left:
        return False
    start = next((other for other, _length in ground.near[unit] if other in left), None)
    if start is None:
        return True
    stack, seen = [start], {start}
    while stack:
        for other, _length in ground.near[stack.pop()]:
            if other in left and other not in seen:
                seen.add(other)
                stack.append(other)
    return len(seen) == len(left)
