"""The hard rules of a division, checked on what is written: polygons and codes. None may ever be broken."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from geo.core.zoning.quality import labels, measure
from geo.core.zoning.units import Units
from geo.i18n import N_, _

RULES = {
    "left_out": N_("Building {name} is in no grid."),
    "parts": N_("Grid {name} is in several parts."),
    "enclosed": N_("Grid {name} encloses land of another grid."),
    "community": N_("Grid {name} holds land of several communities."),
    "piece": N_("Grid {name} lies on both sides of water or a railway."),
    "shape": N_("The outline of grid {name} is not one valid polygon."),
}
"""A sentence for every rule."""


@dataclass(frozen=True, slots=True)
class Breach:
    """A rule that is broken, and the grid (or building) that breaks it."""

    rule: str
    name: str

    def sentence(self) -> str:
        """Say it in the user's language."""
        return _(RULES[self.rule], name=self.name)


def breaches(units: Units, grid_code: NDArray[Any], polygons: dict[str, shapely.Geometry]) -> list[Breach]:
    """Find every broken hard rule of a division.

    Parameters
    ----------
    grid_code : a code a unit; units with `""` are judged as left out where they hold a building.
    polygons : outline of each grid, in the units' CRS or any other.
    """
    codes, label = labels(grid_code)
    quality = measure(units, grid_code)
    left = units.building_id[label[units.unit_of] < 0]
    found = [Breach("left_out", str(name)) for name in left]
    found += [Breach("parts", str(code)) for code in codes[quality.parts != 1]]
    for rule, of in (("community", units.community), ("piece", units.piece)):
        pairs = np.unique(np.column_stack([label, of])[label >= 0], axis=0)
        found += [Breach(rule, str(code)) for code in codes[np.bincount(pairs[:, 0], minlength=len(codes)) > 1]]
    for code, shape in polygons.items():
        if shapely.get_type_id(shape) != shapely.GeometryType.POLYGON or not shapely.is_valid(shape):
            found.append(Breach("shape", code))
    found += [Breach("enclosed", str(codes[c])) for c in np.flatnonzero(enclosing(units, label, len(codes)))]
    return found


def enclosing(units: Units, label: NDArray[np.intp], count: int) -> NDArray[np.bool_]:
    """Tell which grids have land of the same community in a hole of theirs.

    Parameters
    ----------
    label : grid of each unit, 0 to count - 1, -1 for none.

    Notes
    -----
    A hole that holds water or another community is none: no other grid could lie there.
    """
    found = np.zeros(count, dtype=bool)
    order = np.argsort(label, kind="stable")
    starts = np.searchsorted(label[order], np.arange(count + 1))
    for c in range(count):
        members = order[starts[c] : starts[c + 1]]
        shape = shapely.coverage_union_all(units.cell[members])
        if shapely.get_num_interior_rings(shape) > 0:
            rings = shapely.get_rings(shape)[1:]
            near = np.flatnonzero((units.community == units.community[members[0]]) & (label != c))
            inside = shapely.point_on_surface(units.cell[near])
            found[c] = any(shapely.contains(shapely.Polygon(ring), inside).any() for ring in rings)
    return found
