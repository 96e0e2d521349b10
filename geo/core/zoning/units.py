"""The units of a city: what a grid (网格) is put together from, who is whose neighbour, how long the borders are."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from geo.core.zoning import cells
from geo.core.zoning.arrays import sums
from geo.core.zoning.layers import Layers, barrier
from geo.errors import InputError
from geo.i18n import _

MIN_SHARED_M = 2.0
"""Common border that makes two units neighbours a grid may pass between; touching corners never do."""
LEAST_SHARED_M = 0.8
"""Common border that will do where two parts of a community hang together by nothing wider."""
Progress = Callable[[int, int], None]
"""Told how many of how many communities (or pieces) are done."""


class Cancelled(Exception):
    """The caller's `cancelled` said so."""


@dataclass(frozen=True, slots=True)
class Units:
    """Cells of land around whole buildings, and their neighbours.

    Attributes
    ----------
    crs : the metric system of the cells.
    community_code : 12-digit codes, sorted.
    building_id : ids of all buildings, sorted.
    unit_of : unit of each building. Most units are one building; buildings that can't be told apart on the map
        (points at one place, footprints over one another) share one; land that no building reaches has none.
    cell : polygon of each unit. The cells of a community tile it exactly, water left out.
    community : each unit's position in `community_code`.
    piece : connected piece of land of each unit, numbered through the city. No grid leaves a piece.
    households, persons, workload : sums of a unit's buildings.
    area, exterior : m2, and metres of border with the community's edge or water.
    inside : metres of arterial within a unit.
    indptr, indices : neighbours of unit i are `indices[indptr[i]:indptr[i + 1]]` (CSR), corner contacts included.
    shared, arterial : metres of each common border, and how much of it runs along an arterial.
    passable : whether a grid may pass there.
    """

    crs: str
    community_code: NDArray[Any]
    building_id: NDArray[Any]
    unit_of: NDArray[np.intp]
    cell: NDArray[Any]
    community: NDArray[np.intp]
    piece: NDArray[np.intp]
    households: NDArray[np.int64]
    persons: NDArray[np.int64]
    workload: NDArray[np.float64]
    area: NDArray[np.float64]
    exterior: NDArray[np.float64]
    inside: NDArray[np.float64]
    indptr: NDArray[np.intp]
    indices: NDArray[np.intp]
    shared: NDArray[np.float64]
    arterial: NDArray[np.float64]
    passable: NDArray[np.bool_]
    building_households: NDArray[np.int64] = field(repr=False)
    building_persons: NDArray[np.int64] = field(repr=False)

    @property
    def middle(self) -> NDArray[np.float64]:
        """Centroid of each cell (n, 2), m."""
        at = shapely.centroid(self.cell)
        return np.column_stack([shapely.get_x(at), shapely.get_y(at)])

    def __len__(self) -> int:
        return len(self.cell)

    @property
    def rows(self) -> NDArray[np.intp]:
        """The unit each entry of `indices` is a neighbour of."""
        return np.repeat(np.arange(len(self)), np.diff(self.indptr))

    def count(self, unit: str) -> NDArray[np.int64]:
        """Return what is counted, `households` or `persons`, by unit."""
        return self.persons if unit == "persons" else self.households

    def units_of(self, building_ids: Any) -> NDArray[np.intp]:
        """Return the unit of each building id, -1 for an unknown one."""
        wanted = np.asarray(building_ids, dtype=object)
        at = np.searchsorted(self.building_id.astype(str), wanted.astype(str))
        at = np.minimum(at, max(0, len(self.building_id) - 1))
        known = self.building_id[at] == wanted if len(self.building_id) else np.zeros(len(wanted), dtype=bool)
        return np.where(known, self.unit_of[at], -1)


def build(
    layers: Layers,
    *,
    workers: int = 2,
    progress: Progress | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> Units:
    """Cut communities into units; each community is cut alone, so threads change nothing.

    Parameters
    ----------
    layers : the communities to cut, all their buildings, and the roads and water near them. To cut one community
        alone, give only that one and its buildings: its units are those it has in the whole city.
    workers : threads.

    Raises
    ------
    Cancelled    `cancelled` said so.
    InputError   a community with buildings lies wholly in water.
    """
    home = community_of(layers)
    barriers = barrier(layers.water)
    wet = shapely.STRtree(barriers)
    street = shapely.STRtree(layers.road)

    def cut(c: int) -> cells.Cells:
        if cancelled is not None and cancelled():
            raise Cancelled
        polygon = layers.community[c]
        near = np.sort(street.query(polygon)) if len(layers.road) else np.empty(0, dtype=np.intp)
        water = np.sort(wet.query(polygon, predicate="intersects")) if len(barriers) else near[:0]
        mine = np.flatnonzero(home == c)
        try:
            return cells.cut(polygon, barriers[water], layers.footprint[mine], layers.road[near], layers.arterial[near])
        except cells.NoLand as error:
            raise cells.NoLand(str(layers.community_code[c])) from error

    found: list[cells.Cells] = []
    try:
        with ThreadPoolExecutor(max_workers=workers) as pool:
            for number, one in enumerate(pool.map(cut, range(len(layers.community))), start=1):
                found.append(one)
                if progress is not None:
                    progress(number, len(layers.community))
    except cells.NoLand as error:  # worded here: the threads of the pool don't know the user's language
        raise InputError(
            _("The community {community} has buildings, but no land: water covers all of it.", community=str(error)),
            hint=_("Look at its border in areas, and at the surfaces and their coordinate system in water."),
        ) from error
    return _together(layers, home, found)


def community_of(layers: Layers) -> NDArray[np.intp]:
    """Return the community of each building: the stated one, else the one it lies in or nearest to."""
    order = np.argsort(layers.community_code.astype(str), kind="stable")
    codes = layers.community_code[order].astype(str)
    stated = layers.building_community.astype(str)
    at = np.minimum(np.searchsorted(codes, stated), len(codes) - 1)
    home = np.where(codes[at] == stated, order[at], -1)
    lost = np.flatnonzero(home < 0)
    if len(lost):
        spots = shapely.point_on_surface(layers.footprint[lost])
        spot, found = shapely.STRtree(layers.community).query_nearest(spots, all_matches=True)
        nearest = np.full(len(lost), len(codes), dtype=np.intp)
        np.minimum.at(nearest, spot, found)
        home[lost] = nearest
    return home


def _together(layers: Layers, home: NDArray[np.intp], found: list[cells.Cells]) -> Units:
    """Put the communities' units into one set of arrays."""
    sizes = np.array([len(one.cell) for one in found], dtype=np.intp)
    first = np.concatenate([[0], np.cumsum(sizes)])[:-1]
    total = int(sizes.sum())
    unit_of = np.full(len(home), -1, dtype=np.intp)
    for c, one in enumerate(found):
        unit_of[home == c] = one.unit + first[c]
    edges = np.concatenate([one.edges + at for one, at in zip(found, first, strict=True)])
    shared = np.concatenate([one.shared for one in found])
    arterial = np.concatenate([one.arterial for one in found])
    passable = _passable(total, edges, shared)
    graph = coo_matrix((np.ones(passable.sum()), tuple(edges[passable].T)), shape=(total, total))
    piece = connected_components(graph, directed=False)[1].astype(np.intp)
    both = np.concatenate([edges, edges[:, ::-1]])
    order = np.lexsort((both[:, 1], both[:, 0]))
    indptr = np.concatenate([[0], np.cumsum(np.bincount(both[:, 0], minlength=total))]).astype(np.intp)
    cell = np.concatenate([one.cell for one in found]) if found else np.empty(0, dtype=object)
    held = [sums(unit_of, values, total) for values in (layers.households, layers.persons, layers.workload)]
    return Units(
        crs=layers.crs,
        community_code=layers.community_code,
        building_id=layers.building_id,
        unit_of=unit_of,
        cell=cell,
        community=np.repeat(np.arange(len(found)), sizes),
        piece=piece,
        households=held[0].astype(np.int64),
        persons=held[1].astype(np.int64),
        workload=held[2],
        area=shapely.area(cell),
        exterior=np.concatenate([one.exterior for one in found]),
        inside=np.concatenate([one.inside for one in found]),
        indptr=indptr,
        indices=both[order, 1],
        shared=np.concatenate([shared, shared])[order],
        arterial=np.concatenate([arterial, arterial])[order],
        passable=np.concatenate([passable, passable])[order],
        building_households=layers.households,
        building_persons=layers.persons,
    )


def _passable(total: int, edges: NDArray[np.intp], shared: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Tell which borders a grid may pass: wide ones, and the widest narrow ones where a part hangs by nothing else."""
    wide = shared >= MIN_SHARED_M
    graph = coo_matrix((np.ones(wide.sum()), tuple(edges[wide].T)), shape=(total, total))
    part = connected_components(graph, directed=False)[1]
    narrow = np.flatnonzero(~wide & (shared >= LEAST_SHARED_M) & (part[edges[:, 0]] != part[edges[:, 1]]))
    for e in narrow[np.argsort(-shared[narrow], kind="stable")].tolist():
        a, b = part[edges[e]]
        if a != b:
            wide[e] = True
            part[part == b] = a
    return wide
