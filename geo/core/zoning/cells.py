"""One community (社区) cut into units: a cell of land around every building, along streets, water and half-way lines.

All linework of a community is noded once on a grid of millimetres, so the cells are an exact coverage: every segment
belongs to one cell (the community's edge, water) or to two. Footprints stay whole. A strip of land without buildings
is shared out along half-way lines among the buildings it lies before; wide land (a park) stays whole, and like scraps
joins the neighbour it shares most border with, across an arterial only where nothing else is near.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components
from scipy.spatial import KDTree

from geo.core.zoning import borders
from geo.core.zoning.arrays import sums
from geo.core.zoning.layers import polygonal
from geo.core.zoning.voronoi import outline_points, separating_lines

NODE_M = 0.001
"""Grid all linework is noded on: a line that meets a long border moves it by less than this."""
NECK_M = 0.4
"""A passage narrower than this connects nothing."""
LEAST_M2 = 1.0
"""Smaller scraps of land are rounding."""
STRIP_M2 = 100.0
"""Less land without buildings between streets is not worth sharing out."""
WIDE_M = 40.0
"""Land without buildings is wide where a circle of this radius fits in: its edges are seen on the ground, so it stays
whole. A strip that went whole to one house would lie before its neighbours too, and stick out of its grid."""
STREET_COST = 0.9
"""Share of an arterial's length that does not count when land without buildings looks for its neighbour."""
_CUT = 0.05
"""A line may run this deep (m) into a footprint before the footprint's outline is put back."""
_SHARED_AREA = 0.01
"""Footprints that overlap by more than this share of the smaller one can't be divided: they are one unit."""
_STRADDLE = 1e-3
"""A footprint with more than this share of its area across a street joins the blocks on both sides."""


class NoLand(Exception):
    """A community with buildings has no land."""


@dataclass(frozen=True, slots=True)
class Cells:
    """The units of one community.

    Attributes
    ----------
    cell : polygon of each unit, metric CRS; an exact coverage of the community without its water.
    unit : unit of each building, in the order given.
    edges : pairs of units with a common border (n, 2), lower index first, sorted.
    shared : length of each common border, m.
    arterial : how much of it runs along an arterial, m.
    exterior : border of each unit with the community's edge or water, m.
    inside : arterial within each unit, m.
    """

    cell: NDArray[Any]
    unit: NDArray[np.intp]
    edges: NDArray[np.intp]
    shared: NDArray[np.float64]
    arterial: NDArray[np.float64]
    exterior: NDArray[np.float64]
    inside: NDArray[np.float64]


def cut(
    polygon: shapely.Geometry,
    barriers: NDArray[Any],
    footprints: NDArray[Any],
    roads: NDArray[Any],
    arterial: NDArray[np.bool_],
) -> Cells:
    """Cut a community into the cells of its buildings.

    Parameters
    ----------
    polygon : the community, metric CRS.
    barriers : water and railways near it, polygons.
    footprints : polygons or points of its buildings, in the order of their ids.
    roads, arterial : street lines near it, and which are arterials.

    Returns
    -------
    Units: first those with buildings, in the order of their first building, then land that no building reaches.

    Raises
    ------
    NoLand   there are buildings, and nothing but water for them to stand on.
    """
    land = polygon
    if len(barriers):
        land = polygonal(shapely.difference(polygon, shapely.union_all(barriers, grid_size=NODE_M)))
    if len(footprints) and shapely.area(land) < LEAST_M2:
        raise NoLand
    spots = shapely.point_on_surface(footprints)
    near = shapely.clip_by_rect(roads, *_around(land))
    some = ~shapely.is_empty(near)
    streets, main = near[some], near[some & arterial]
    block = _blocks(land, streets, footprints, spots)
    points = _points(block, footprints, main)
    lines, outlined = _lines(block, footprints, points)
    face = _faces(land, [*shapely.boundary(block.shape), *lines, *shapely.boundary(footprints[outlined])])
    owner, unit, heart = _owners(face, block, footprints, spots, outlined, points)
    border = borders.of(face, main)
    owner = _whole(face, owner, heart, border, len(footprints))
    return _units(face, owner, unit, border, main)


def _around(land: shapely.Geometry) -> tuple[float, float, float, float]:
    x0, y0, x1, y1 = (float(v) for v in shapely.bounds(land)) if not shapely.is_empty(land) else (0.0,) * 4
    return x0 - 1, y0 - 1, x1 + 1, y1 + 1


@dataclass(slots=True)
class _Blocks:
    """Street blocks, and the block of each building."""

    shape: NDArray[Any]
    home: NDArray[np.intp]


def _faces(land: shapely.Geometry, lines: list[Any]) -> NDArray[Any]:
    """Node all lines and return the faces they enclose within the land."""
    net = shapely.union_all(np.array(lines, dtype=object), grid_size=NODE_M)
    faces = shapely.get_parts(shapely.polygonize([net]))
    if len(faces) == 0:
        return faces
    grown = shapely.buffer(land, 2 * NODE_M, join_style="mitre")
    shapely.prepare(grown)
    return faces[shapely.contains(grown, shapely.point_on_surface(faces))]


def _blocks(land: shapely.Geometry, streets: NDArray[Any], footprints: NDArray[Any], spots: NDArray[Any]) -> _Blocks:
    """Cut the land along its streets; blocks that one footprint lies on are one block."""
    faces = _faces(land, [shapely.boundary(land), *streets])
    if len(faces) == 0 or len(footprints) == 0:
        return _Blocks(faces, np.zeros(len(footprints), dtype=np.intp))
    tree = shapely.STRtree(faces)
    home = _nearest(tree, spots)
    building, face = tree.query(footprints, predicate="intersects")
    wide = (shapely.area(footprints)[building] > 0) & (face != home[building])
    building, face = building[wide], face[wide]
    part = shapely.area(shapely.intersection(footprints[building], faces[face])) / shapely.area(footprints[building])
    across = part > _STRADDLE
    group = _joined(len(faces), home[building[across]], face[across])
    if group.max() + 1 < len(faces):
        faces = np.array([shapely.coverage_union_all(faces[group == g]) for g in range(group.max() + 1)], dtype=object)
    return _Blocks(faces, group[home])


def _nearest(tree: shapely.STRtree, spots: NDArray[Any]) -> NDArray[np.intp]:
    """Return the face each spot lies in or is nearest to, the lowest where there are several."""
    spot, face = tree.query_nearest(spots, all_matches=True)
    found = np.full(len(spots), len(tree.geometries), dtype=np.intp)
    np.minimum.at(found, spot, face)
    return found


def _joined(count: int, first: NDArray[np.intp], second: NDArray[np.intp]) -> NDArray[np.intp]:
    """Return the group of each of some things when pairs of them are joined; groups are in the order of their first."""
    graph = coo_matrix((np.ones(len(first)), (first, second)), shape=(count, count))
    found = connected_components(graph, directed=False)[1]
    _, where, group = np.unique(found, return_index=True, return_inverse=True)
    rank = np.empty(len(where), dtype=np.intp)
    rank[np.argsort(where)] = np.arange(len(where))
    return rank[group]


@dataclass(slots=True)
class _Points:
    """Points along outlines: the building each stands for, and the block in which it does."""

    xy: NDArray[np.float64]
    owner: NDArray[np.intp]
    block: NDArray[np.intp]


def _points(block: _Blocks, footprints: NDArray[Any], main: NDArray[Any]) -> _Points:
    """Return the points of every building in its own block, and again in the strips its block lies at."""
    xy, owner = outline_points(footprints)
    home = block.home[owner]
    strip, beside = _strips(block, main)
    if len(strip):
        order = np.argsort(home, kind="stable")
        starts = np.searchsorted(home[order], np.stack([beside, beside + 1]))
        again = [order[first:last] for first, last in starts.T.tolist()]
        into = np.repeat(strip, [len(one) for one in again])
        at = np.concatenate([np.arange(len(home)), *again])
        xy, owner, home = xy[at], owner[at], np.concatenate([home, into])
    return _Points(xy, owner, home)


def _strips(block: _Blocks, main: NDArray[Any]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return pairs of a block without buildings that is not wide, and a built one beside it across no arterial."""
    built = np.zeros(len(block.shape), dtype=bool)
    built[block.home] = True
    bare = np.flatnonzero(~built & (shapely.area(block.shape) >= STRIP_M2))
    bare = bare[shapely.is_empty(shapely.buffer(block.shape[bare], -WIDE_M))]
    if len(bare) == 0:
        return bare, bare
    border = borders.of(block.shape, main)
    near = border.edges[(border.shared >= NECK_M) & (border.arterial < NECK_M)]
    near = np.concatenate([near, near[:, ::-1]])
    near = near[np.isin(near[:, 0], bare) & built[near[:, 1]]]
    strip, beside = near[np.lexsort((near[:, 1], near[:, 0]))].T
    return strip, beside


def _lines(block: _Blocks, footprints: NDArray[Any], points: _Points) -> tuple[list[Any], NDArray[np.intp]]:
    """Return the half-way lines of every block, and the footprints they cut."""
    order = np.argsort(points.block, kind="stable")
    ends = np.cumsum(np.bincount(points.block, minlength=len(block.shape)))
    lines = []
    for number, at in enumerate(np.split(order, ends[:-1])):
        if (points.owner[at] != points.owner[at[:1]]).any():
            lines += [*separating_lines(points.xy[at], points.owner[at], block.shape[number])]
    if not lines:
        return lines, np.empty(0, dtype=np.intp)
    inner = shapely.buffer(footprints, -_CUT, join_style="mitre")
    return lines, np.unique(shapely.STRtree(lines).query(inner, predicate="intersects")[0])


def _owners(
    face: NDArray[Any],
    block: _Blocks,
    footprints: NDArray[Any],
    spots: NDArray[Any],
    outlined: NDArray[np.intp],
    points: _Points,
) -> tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.bool_]]:
    """Return the unit that owns each face (-1: none), the unit of each building, and the faces with a middle."""
    owner = np.full(len(face), -1, dtype=np.intp)
    heart = np.zeros(len(face), dtype=bool)
    if len(footprints) == 0 or len(face) == 0:
        return owner, np.zeros(len(footprints), dtype=np.intp), heart
    inside = shapely.point_on_surface(face)
    tree = shapely.STRtree(face)
    # what lies nearest in its own block
    where = _nearest(shapely.STRtree(block.shape), inside)
    lived = np.isin(where, np.unique(points.block))
    spread = 1e6 * np.arange(len(block.shape))  # blocks far apart: a nearest point is then one of the same block
    seek = KDTree(np.column_stack([points.xy, spread[points.block]]))
    at = np.column_stack([shapely.get_x(inside), shapely.get_y(inside), spread[where]])
    owner[lived] = points.owner[seek.query(at[lived])[1]]
    # what holds a building's middle, and what lies within a footprint that was put back
    spot, holder = tree.query(spots, predicate="within")
    owner[holder[::-1]] = spot[::-1]
    heart[holder] = True
    if len(outlined):
        piece, which = shapely.STRtree(footprints[outlined]).query(inside, predicate="intersects")
        owner[piece[::-1]] = outlined[which[::-1]]
    clash = owner[holder] != spot
    pairs = [_overlapping(footprints), np.column_stack([owner[holder[clash]], spot[clash]])]
    landless = np.setdiff1d(np.arange(len(spots)), owner)
    if len(landless):  # no face is its own: the building goes with the nearest cell that is some building's
        owned = np.flatnonzero(owner >= 0)
        pairs.append(np.column_stack([owner[owned[_nearest(shapely.STRtree(face[owned]), spots[landless])]], landless]))
    bound = np.concatenate(pairs)
    unit = _joined(len(footprints), bound[:, 0], bound[:, 1])
    return np.where(owner >= 0, unit[owner], -1), unit, heart


def _overlapping(footprints: NDArray[Any]) -> NDArray[np.intp]:
    """Return pairs of footprints that can't be told apart: they overlap, or a point lies in one or on another."""
    first, second = shapely.STRtree(footprints).query(footprints, predicate="intersects")
    once = first < second
    first, second = first[once], second[once]
    area = np.minimum(shapely.area(footprints[first]), shapely.area(footprints[second]))
    both = shapely.area(shapely.intersection(footprints[first], footprints[second]))
    kept = (area == 0) | (both > _SHARED_AREA * area)
    return np.column_stack([first[kept], second[kept]])


def _whole(
    face: NDArray[Any], owner: NDArray[np.intp], heart: NDArray[np.bool_], border: borders.Borders, buildings: int
) -> NDArray[np.intp]:
    """Keep one connected part of each unit; every other face joins the neighbour it shares most border with.

    Parameters
    ----------
    heart : faces with a building's middle: the part with one stays, the largest of several.
    buildings : how many there are; land that no building reaches gets owners from this number on.

    Returns
    -------
    Owner of each face, -1 for scraps that touch nothing.
    """
    a, b = border.edges.T
    firm = (owner[a] == owner[b]) & (owner[a] >= 0) & (border.shared >= NECK_M)
    part = _joined(len(face), a[firm], b[firm])
    size = np.bincount(part, shapely.area(face) + 1e9 * heart)
    order = np.lexsort((-size[part], owner))
    first = np.r_[True, np.diff(owner[order]) != 0] if len(order) else np.zeros(0, dtype=bool)
    kept = np.isin(part, part[order[first]]) & (owner >= 0)
    main = np.full(buildings + 1, -1, dtype=np.intp)  # the last is nobody's
    main[owner[order[first]]] = part[order[first]]
    owner = np.where(kept & (main[owner] == part), owner, -1)
    pull = border.shared - STREET_COST * border.arterial
    scrap = shapely.area(shapely.buffer(face, -NECK_M / 2, join_style="mitre")) <= LEAST_M2
    while True:
        left, right = owner[a] < 0, owner[b] < 0
        loose = np.concatenate([a[left & ~right], b[right & ~left]])
        to = np.concatenate([b[left & ~right], a[right & ~left]])
        weight = np.concatenate([pull[left & ~right], pull[right & ~left]])
        length = np.concatenate([border.shared[left & ~right], border.shared[right & ~left]])
        fit = (length >= NECK_M) | scrap[loose]
        loose, to, weight = loose[fit], to[fit], weight[fit]
        if len(loose) == 0:
            break
        pick = np.lexsort((to, -weight, loose))
        taken, first = np.unique(loose[pick], return_index=True)
        owner[taken] = owner[to[pick[first]]]
    alone = (owner < 0) & ~scrap
    if alone.any():
        both = alone[a] & alone[b] & (border.shared >= NECK_M)
        group = _joined(len(face), a[both], b[both])
        rank = np.unique(group[alone], return_inverse=True)[1]
        owner[alone] = buildings + rank
    return owner


def _units(
    face: NDArray[Any],
    owner: NDArray[np.intp],
    unit: NDArray[np.intp],
    border: borders.Borders,
    main: NDArray[Any],
) -> Cells:
    """Join the faces of each unit."""
    held, label = np.unique(owner, return_inverse=True)
    if len(held) and held[0] < 0:
        label = label - 1
        held = held[1:]
    count = len(held)
    number = np.full(int(max(owner.max(initial=-1), unit.max(initial=-1))) + 1, -1, dtype=np.intp)
    number[held] = np.arange(count)
    order = np.argsort(label, kind="stable")
    ends = np.cumsum(np.bincount(label[label >= 0], minlength=count))
    members = np.split(order[np.count_nonzero(label < 0) :], ends[:-1]) if count else []
    cell = np.array(
        [face[m[0]] if len(m) == 1 else shapely.coverage_union_all(face[m]) for m in members] + [None], dtype=object
    )[:-1]
    merged = border.merged(label, count)
    inside = merged.inside
    if len(main):
        core = shapely.buffer(cell, -1.0)
        which, line = shapely.STRtree(main).query(core, predicate="intersects")
        length = shapely.length(shapely.intersection(core[which], main[line]))
        inside = sums(which, length, count)
    return Cells(cell, number[unit], merged.edges, merged.shared, merged.arterial, merged.exterior, inside)
