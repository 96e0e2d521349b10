"""From division lines to the ground plan: parcels, faces that tile the land exactly, what borders what, road lines."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components
from shapely import LineString, Polygon
from shapely.geometry.base import BaseGeometry

from geo.core.democity.landuse import Use, face_size, use_of
from geo.core.democity.recipe import MIN_FACE_M2, PARCEL_M2, SNAP_M, SUPERBLOCK_M2, Layout
from geo.core.democity.streets import Field, Web
from geo.core.democity.terrain import Terrain

BANK_ROAD_M = 26.0
RAIL_ROAD_M = 22.0
BRIDGE_GAP_M = 520.0
LEAST_ROAD_M = 60.0
LONGEST_BRIDGE_M = 460.0
ESTATE_COST = 2.5
"""A boundary through an estate costs so many times that along a street."""
CROSSING_COST = {"path": 1.0, "street": 0.55, "arterial": 0.12}


@dataclass
class Fabric:
    """The ground plan, metres.

    Attributes
    ----------
    faces : polygons that tile the land; vertices on the snap lattice, shared borders share their vertices.
    parcel : index of each face's parcel.
    uses : land use of each parcel.
    parcels : polygons of the parcels.
    edges : (n x 2) pairs of faces that share a border that may be crossed.
    edge_length_m, edge_cost : length of the shared border, and what a grid boundary along it costs (arterials little).
    piece : index of the connected land (bank) of each face.
    roads : group, kind, line of every road piece.
    water : name and shape of each water body; shares its banks' vertices with the faces.
    """

    faces: np.ndarray
    parcel: np.ndarray
    uses: np.ndarray
    parcels: np.ndarray
    edges: np.ndarray
    edge_length_m: np.ndarray
    edge_cost: np.ndarray
    piece: np.ndarray
    roads: list[tuple[int, str, BaseGeometry]]
    water: list[tuple[str, BaseGeometry]]


def divide_until(web: Web, pieces: list[Polygon], size: float, kind: str, **how: float) -> list[Polygon]:
    """Divide pieces until each is below size (m2, varied a little) or can't be cut fairly."""
    done, open_ = [], list(pieces)
    while open_:
        piece = open_.pop(0)
        if piece.area < size * web.rng.uniform(0.75, 1.3):
            done.append(piece)
            continue
        parts = web.divide(piece, kind, **how)
        if parts is None:
            done.append(piece)
        else:
            open_.extend(parts)
    return done


def cut_by_terrain(pieces: list[Polygon], terrain: Terrain) -> list[Polygon]:
    """Take water out of the pieces and cut them at the railway."""
    out: list[Polygon] = []
    shapely.prepare(terrain.wet)
    for piece in pieces:
        dry = [piece]
        if terrain.wet.intersects(piece):
            dry = list(shapely.get_parts(piece.difference(terrain.wet)))
        for part in dry:
            if terrain.rail is not None and terrain.rail.intersects(part):
                net = shapely.union(part.boundary, terrain.rail)
                shapely.prepare(part)
                cut = [
                    p for p in shapely.get_parts(shapely.polygonize([net])) if part.contains(p.representative_point())
                ]
                out.extend(cut)
            else:
                out.append(part)
    return [Polygon(p.exterior) if not p.interiors else p for p in out if p.area > 1.0]


def islets_out(pieces: list[Polygon], terrain: Terrain) -> list[Polygon]:
    """Drop the uninhabited islands."""
    spots = [i.representative_point() for i in terrain.islets]
    return [p for p in pieces if not any(p.contains(s) for s in spots)]


def weave(layout: Layout, terrain: Terrain, rng: np.random.Generator) -> Fabric:
    """Draw the whole street plan of a layout."""
    web = Web(Field(layout, rng), rng)
    superblocks = divide_until(web, [terrain.outline], SUPERBLOCK_M2, "arterial", join=0.9, wander=0.09)
    land = islets_out(cut_by_terrain(superblocks, terrain), terrain)
    parcels = divide_until(web, land, PARCEL_M2, "street", join=0.95, wander=0.15, elbow=0.06)
    uses = np.array([use_of(p, layout, rng) for p in parcels])
    for parcel, use in zip(parcels, uses, strict=True):
        kind = "street" if use in (Use.OLD, Use.CENTRE, Use.VILLAGE) else "path"
        divide_until(web, [parcel], face_size(use), kind, join=1.0, wander=0.17, elbow=0.13)
    faces, water = tessellate(web, terrain)
    tree = shapely.STRtree(parcels)
    spots = shapely.point_on_surface(faces)
    home = tree.nearest(spots)
    faces, home = absorb_small(faces, home, terrain)
    edges, length, middle = borders(faces)
    kinds, blocked = classify(web, terrain, middle)
    open_ = ~blocked
    pair, total, cost = gather(edges[open_], length[open_], kinds[open_])
    keep = total > 4.0
    pair, total, cost = pair[keep], total[keep], cost[keep]
    home = whole_parcels(home, pair, total)
    cost = cost * np.where(home[pair[:, 0]] == home[pair[:, 1]], ESTATE_COST, 1.0)
    piece = components(len(faces), pair)
    return Fabric(
        faces, home, uses, np.array(parcels, dtype=object), pair, total, cost, piece, road_lines(web, terrain), water
    )


def tessellate(web: Web, terrain: Terrain) -> tuple[np.ndarray, list[tuple[str, BaseGeometry]]]:
    """Node every line once on the snap lattice; return the land's faces, and each water body of the same vertices."""
    lines = [s.line for s in web.streets] + [terrain.outline.exterior]
    lines += [shapely.boundary(shape) for _, shape in terrain.water]
    if terrain.rail is not None:
        lines.append(terrain.rail)
    net = shapely.union_all(np.array(lines, dtype=object), grid_size=SNAP_M)
    faces = shapely.get_parts(shapely.polygonize([net]))
    spots = shapely.point_on_surface(faces)
    islet = np.asarray(shapely.intersects(shapely.union_all(terrain.islets), spots))
    # An uninhabited islet is drawn as water: as land of no community it would be a hole in the city.
    water = [(name, shapely.coverage_union_all(faces[around(shape, spots, islet)])) for name, shape in terrain.water]
    dry = ~shapely.intersects(terrain.wet, spots) & ~islet
    return np.asarray(shapely.normalize(faces[dry])), water


def around(water: BaseGeometry, spots: np.ndarray, islet: np.ndarray) -> np.ndarray:
    """Tell which faces, known by a spot in each, are of a water body or of an islet that it surrounds."""
    filled = shapely.polygons(shapely.get_exterior_ring(shapely.get_parts(water)))
    return np.asarray(shapely.intersects(water, spots) | islet & shapely.intersects(shapely.union_all(filled), spots))


def borders(faces: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Find the segments two faces share: pairs, lengths (m), midpoints."""
    xy, owner = shapely.get_coordinates(shapely.get_rings(faces, return_index=False)), None
    rings, ring_face = shapely.get_rings(faces, return_index=True)
    xy, ring = shapely.get_coordinates(rings, return_index=True)
    same = ring[:-1] == ring[1:]
    a, b, owner = xy[:-1][same], xy[1:][same], ring_face[ring[:-1][same]]
    ia, ib = np.rint(a / SNAP_M).astype(np.int64), np.rint(b / SNAP_M).astype(np.int64)
    ka, kb = (ia[:, 0] + 10**6) * 10**7 + ia[:, 1] + 10**6, (ib[:, 0] + 10**6) * 10**7 + ib[:, 1] + 10**6
    low, high = np.minimum(ka, kb), np.maximum(ka, kb)
    order = np.lexsort((owner, high, low))
    low, high, owner, a, b = low[order], high[order], owner[order], a[order], b[order]
    twin = np.flatnonzero((low[:-1] == low[1:]) & (high[:-1] == high[1:]))
    pairs = np.column_stack([owner[twin], owner[twin + 1]])
    return pairs, np.hypot(*(a[twin] - b[twin]).T), (a[twin] + b[twin]) / 2


def absorb_small(faces: np.ndarray, home: np.ndarray, terrain: Terrain) -> tuple[np.ndarray, np.ndarray]:
    """Give faces below the least size, or as thin as a needle, to the neighbour they border most."""
    for _ in range(4):
        area, around = shapely.area(faces), shapely.length(faces)
        small = (area < MIN_FACE_M2) | (4 * np.pi * area / around**2 < 0.14) & (area < 4 * MIN_FACE_M2)
        if not small.any():
            break
        pairs, length, middle = borders(faces)
        open_ = ~on_rail(middle, terrain)
        pairs, length = pairs[open_], length[open_]
        both = np.vstack([pairs, pairs[:, ::-1]])
        weight = np.concatenate([length, length])
        key = both[:, 0].astype(np.int64) * len(faces) + both[:, 1]
        unique, inverse = np.unique(key, return_inverse=True)
        total = np.bincount(inverse, weight)
        left, right = unique // len(faces), unique % len(faces)
        order = np.lexsort((total * np.where(home[left] == home[right], 3.0, 1.0), left))
        target = np.full(len(faces), -1)
        target[left[order]] = right[order]
        parent = np.arange(len(faces))
        for i in np.flatnonzero(small & (target >= 0))[np.argsort(area[small & (target >= 0)])]:
            if parent[i] == i and parent[target[i]] == target[i]:
                parent[i] = target[i]
        root = parent[parent]
        if (root == np.arange(len(faces))).all():
            break
        kept, group = np.unique(root, return_inverse=True)
        count = np.bincount(group)
        merged = faces[kept]
        members = np.argsort(group, kind="stable")
        starts = np.concatenate([[0], np.cumsum(count)])
        for g in np.flatnonzero(count > 1):
            merged[g] = shapely.coverage_union_all(faces[members[starts[g] : starts[g + 1]]])
        whole = shapely.get_type_id(merged) == 3
        if not whole.all():
            merged = np.array(
                [p if ok else max(shapely.get_parts(p), key=shapely.area) for p, ok in zip(merged, whole, strict=True)],
                dtype=object,
            )
        faces, home = merged, home[kept]
    return faces, home


def classify(web: Web, terrain: Terrain, middle: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Tell each shared segment's street class by its midpoint, and whether the railway runs along it."""
    lines = np.array([s.line for s in web.streets], dtype=object)
    kinds = np.array([CROSSING_COST[s.kind] for s in web.streets])
    spots = shapely.points(middle)
    nearest = shapely.STRtree(lines).nearest(spots)
    return kinds[nearest], on_rail(middle, terrain)


def on_rail(middle: np.ndarray, terrain: Terrain) -> np.ndarray:
    """Tell which border segments (by midpoint, metres) are the railway: no grid spans it."""
    if terrain.rail is None:
        return np.zeros(len(middle), bool)
    return np.asarray(shapely.dwithin(shapely.points(middle), terrain.rail, 0.3))


def gather(edges: np.ndarray, length: np.ndarray, cost: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Sum segments to one row a pair of faces."""
    if not len(edges):
        return edges.reshape(0, 2), length, cost
    edges = np.sort(edges, axis=1)
    unique, inverse = np.unique(edges, axis=0, return_inverse=True)
    inverse = inverse.ravel()
    return unique, np.bincount(inverse, length), np.bincount(inverse, length * cost)


def components(count: int, pairs: np.ndarray) -> np.ndarray:
    """Label connected land; labels by falling number of faces."""
    graph = coo_matrix((np.ones(len(pairs)), (pairs[:, 0], pairs[:, 1])), shape=(count, count))
    _, label = connected_components(graph, directed=False)
    rank = np.argsort(np.argsort(-np.bincount(label), kind="stable"), kind="stable")
    return rank[label]


def whole_parcels(home: np.ndarray, pairs: np.ndarray, length: np.ndarray) -> np.ndarray:
    """Give what hangs off the main part of a parcel to the neighbour it borders most: a parcel is connected land."""
    home = home.copy()
    for _ in range(3):
        part = components(len(home), pairs[home[pairs[:, 0]] == home[pairs[:, 1]]])
        main = np.full(home.max() + 1, -1)
        order = np.argsort(np.bincount(part)[part], kind="stable")
        main[home[order]] = part[order]
        loose = np.flatnonzero(part != main[home])
        if not len(loose):
            break
        for face in loose:
            own = np.flatnonzero((pairs == face).any(axis=1))
            own = own[home[pairs[own, 0]] != home[pairs[own, 1]]]
            if len(own):
                a, b = pairs[own[np.argmax(length[own])]]
                home[face] = home[b if a == face else a]
    return home


def road_lines(web: Web, terrain: Terrain) -> list[tuple[int, str, BaseGeometry]]:
    """Return the roads: division lines kept off the banks and the tracks, roads along those, and bridges."""
    off_water = shapely.buffer(terrain.wet, BANK_ROAD_M) if not shapely.is_empty(terrain.wet) else None
    off_rail = shapely.buffer(terrain.rail, RAIL_ROAD_M, cap_style="flat") if terrain.rail is not None else None
    barred = [z for z in (off_water, off_rail) if z is not None]
    bar = shapely.union_all(barred) if barred else None
    roads: list[tuple[int, str, BaseGeometry]] = []
    bridges: list[tuple[float, float]] = []
    for street in web.streets:
        line = street.line
        if bar is None or not bar.intersects(line):
            roads.append((street.group, street.kind, line))
            continue
        rest = [p for p in shapely.get_parts(line.difference(bar)) if p.length > 12]
        roads.extend((street.group, street.kind, p) for p in rest)
        if street.kind != "arterial":
            continue
        for over in shapely.get_parts(line.intersection(bar)):
            if over.length < LONGEST_BRIDGE_M and is_bridge(over, bar, terrain, bridges):
                bridges.append(over.interpolate(0.5, normalized=True).coords[0])
                roads.append((street.group, "arterial", over))
    inner = shapely.buffer(terrain.outline, -40)
    for group, zone in enumerate(barred):
        ring = shapely.boundary(zone).intersection(inner)
        if group == 0 and off_rail is not None:
            ring = ring.difference(off_rail)
        elif off_water is not None:
            ring = ring.difference(off_water)
        parts = shapely.get_parts(shapely.line_merge(ring) if ring.geom_type != "LineString" else ring)
        roads.extend((-1 - group, "street", part) for part in parts if part.length > LEAST_ROAD_M)
    return roads


def is_bridge(over: LineString, bar: BaseGeometry, terrain: Terrain, bridges: list[tuple[float, float]]) -> bool:
    """Tell whether a line over water or tracks may be built: bank to bank, off islets and other bridges."""
    tips = [shapely.Point(c) for c in (over.coords[0], over.coords[-1])]
    if any(bar.boundary.distance(tip) > 0.01 for tip in tips) or over.length > 1.25 * tips[0].distance(tips[1]) + 1:
        return False
    if any(islet.distance(over) < 30 for islet in terrain.islets):
        return False
    x, y = over.interpolate(0.5, normalized=True).coords[0]
    return all((x - bx) ** 2 + (y - by) ** 2 > BRIDGE_GAP_M**2 for bx, by in bridges)
