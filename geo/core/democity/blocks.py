"""Buildings on blocks: estates of slabs and towers, row houses, village houses, shops, schools, works."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely

from geo.core.democity.fabric import Fabric
from geo.core.democity.footprints import Items, fill_rows, polygons, row_spans, turned
from geo.core.democity.landuse import Use
from geo.core.democity.recipe import SOUTH_LEAN
from geo.core.democity.terrain import Terrain

HOMES = (Use.SLAB, Use.MIXED, Use.TOWER, Use.OLD, Use.VILLAGE)
"""Uses people live in."""

APART_M = 0.9
"""Metres that lie between any two footprints at least."""


MOST_HOMES = 330
"""Dwellings on one block at most, so that whole blocks can make grids of about 500 households."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """How rows of one building kind are laid; pairs are the ends of a uniform draw, metres.

    Attributes
    ----------
    depth, lane : depth of a building, free space to the next row.
    length, gap : length along the row, free space to the next building.
    least : shortest building that may take what is left of a row; 0 = a full one only.
    skip : share left out (gardens, yards).
    outlines : (outline, weight) to draw from; "slab" takes the outline with the right number of stair bays.
    floors : (storeys, weight) to draw from, one draw a face.
    module : metres of frontage a stair unit or a door takes.
    homes : dwellings a floor and unit (or door).
    stagger : every second row is moved by half a step.
    """

    depth: tuple[float, float]
    lane: tuple[float, float]
    length: tuple[float, float]
    gap: tuple[float, float]
    least: float
    skip: float
    outlines: tuple[tuple[str, float], ...]
    floors: tuple[tuple[int, float], ...]
    module: float = 0.0
    homes: int = 0
    stagger: bool = False


PATTERNS: dict[str, Pattern] = {
    "slab": Pattern((11.5, 13.5), (24, 31), (46, 68), (9, 14), 29, 0.04, (("slab", 1),),
                    ((5, 2), (6, 7), (7, 1)), module=15.5, homes=2),
    "midrise": Pattern((13, 15), (36, 44), (44, 62), (12, 18), 30, 0.05, (("slab", 1),),
                       ((9, 1), (11, 3)), module=17.0, homes=2),
    "tower": Pattern((18, 24), (32, 44), (25, 32), (22, 32), 0, 0.08,
                     (("butterfly", 3), ("cross", 1), ("tee", 2), ("step", 1)),
                     ((16, 1), (18, 4), (24, 2), (27, 2), (32, 1)), module=60, homes=4, stagger=True),
    "old": Pattern((6.6, 8.2), (7, 9.5), (38, 72), (3, 5), 16, 0.04, (("box", 2), ("porch", 1), ("notch", 3)),
                   ((1, 1),), module=8.6, homes=1),
    "village": Pattern((9.5, 12.5), (5, 9), (11, 15), (1.6, 4.5), 8.5, 0.12,
                       (("box", 3), ("ell", 3), ("ell2", 2), ("porch", 2)), ((1, 4), (2, 3), (3, 1)),
                       module=60, homes=1),
    "centre": Pattern((20, 30), (14, 22), (34, 72), (10, 16), 24, 0.08,
                      (("box", 2), ("ell", 2), ("ell2", 2), ("you", 2), ("step", 2), ("comb", 1)),
                      ((2, 3), (4, 3), (6, 2), (12, 1), (20, 1))),
    "school": Pattern((26, 40), (30, 52), (48, 78), (22, 34), 0, 0.42,
                      (("comb", 2), ("you", 2), ("ell", 2), ("step", 1)), ((3, 1), (4, 3), (5, 2))),
    "works": Pattern((26, 46), (16, 26), (48, 110), (12, 20), 30, 0.16,
                     (("box", 4), ("step", 2), ("ell2", 1)), ((1, 3), (2, 1))),
    "park": Pattern((9, 16), (90, 140), (10, 22), (90, 160), 0, 0.6, (("cross", 1), ("box", 1)), ((1, 1),)),
}  # fmt: skip

SETBACK_M = {"slab": 9.0, "midrise": 11.0, "tower": 14.0, "old": 4.2, "village": 3.8, "centre": 8.0, "school": 12.0,
             "works": 10.0, "park": 16.0}  # fmt: skip


@dataclass
class Buildings:
    """All buildings of the city; arrays of one length, metres.

    Attributes
    ----------
    shape : footprints.
    face : index of the face each stands on.
    pattern : key of PATTERNS, or "shops" for a strip along a street.
    units, floors, homes : stair units (or doors), storeys, dwellings a floor and unit.
    """

    shape: np.ndarray
    face: np.ndarray
    pattern: np.ndarray
    units: np.ndarray
    floors: np.ndarray
    homes: np.ndarray

    @property
    def dwellings(self) -> np.ndarray:
        """Dwellings people can live in, by building."""
        return self.units * self.floors * self.homes

    def take(self, keep: np.ndarray) -> Buildings:
        """Return the buildings an index or mask names."""
        return Buildings(*(getattr(self, name)[keep] for name in self.__dataclass_fields__))

    @classmethod
    def join(cls, parts: list[Buildings]) -> Buildings:
        """Return all parts in one."""
        return cls(*(np.concatenate([getattr(p, name) for p in parts]) for name in cls.__dataclass_fields__))


def row_angles(fabric: Fabric, rng: np.random.Generator) -> np.ndarray:
    """Return the bearing of each face's rows, radians: flats face south, the rest follows the street."""
    box = shapely.oriented_envelope(fabric.parcels)
    xy = shapely.get_coordinates(shapely.get_exterior_ring(box)).reshape(-1, 5, 2)
    side = np.where((np.hypot(*(xy[:, 1] - xy[:, 0]).T) > np.hypot(*(xy[:, 2] - xy[:, 1]).T))[:, None],
                    xy[:, 1] - xy[:, 0], xy[:, 2] - xy[:, 1])  # fmt: skip
    street = np.round((np.arctan2(side[:, 1], side[:, 0]) + np.pi / 4) % (np.pi / 2) - np.pi / 4, 9)
    flats = np.isin(fabric.uses, [Use.SLAB, Use.MIXED, Use.TOWER])
    lean = np.sign(street) * np.radians(rng.uniform(0, 9, len(street)))
    angle = np.where(flats & (np.abs(street) > SOUTH_LEAN), lean, street)
    return angle[fabric.parcel]


def lay(name: str, faces: np.ndarray, ground: np.ndarray, angle: np.ndarray, rng: np.random.Generator) -> Buildings:
    """Lay one pattern over the ground of some faces.

    Parameters
    ----------
    name : key of PATTERNS.
    faces : indices of the faces to build on.
    ground : free ground of every face of the city, metres.
    angle : row bearing of every face, radians.
    """
    p, n = PATTERNS[name], len(faces)
    frame = turned(ground[faces], angle[faces])
    depth, lane = rng.uniform(*p.depth, n), rng.uniform(*p.lane, n)
    storeys, weight = (np.array(v) for v in zip(*p.floors, strict=True))
    floors = rng.choice(storeys, n, p=weight / weight.sum())
    lane = lane + np.where(floors >= 20, 8.0, 0.0)
    face, y0, low, high, order = row_spans(frame, depth, depth + lane, rng.uniform(0, 0.5, n))
    length = rng.uniform(*p.length, n)[face] * rng.uniform(0.9, 1.1, len(face))
    if p.module < 50 and p.module > 0:
        length = np.maximum(2, np.rint(length / p.module)) * p.module
    gap = rng.uniform(*p.gap, n)[face]
    if p.stagger:
        low = low + np.where(order % 2 == 1, (length + gap) / 2, 0)
    least = np.full(len(face), p.least if p.least else np.inf)
    row, x0, x1 = fill_rows(low, high, length, gap, least)
    keep = rng.random(len(row)) >= p.skip
    row, x0, x1 = row[keep], x0[keep], x1[keep]
    at = face[row]
    units = np.maximum(1, np.floor((x1 - x0) / p.module + 0.01)).astype(int) if p.module else np.ones(len(row), int)
    if p.module and p.module < 50:
        units = np.minimum(units, 12)
        x1 = x0 + units * p.module
    kinds, share = zip(*p.outlines, strict=True)
    kind = np.array(kinds, dtype=object)[rng.choice(len(kinds), len(row), p=np.array(share) / sum(share))]
    if name in ("slab", "midrise"):
        kind = np.array([f"slab{min(u, 6)}" for u in units], dtype=object)
    floors = floors[at]
    if name in ("village", "centre", "works"):
        floors = storeys[rng.choice(len(storeys), len(row), p=weight / weight.sum())]
    items = Items(at, x0, x1, y0[row], y0[row] + depth[at], kind, units, floors, np.full(len(row), p.homes))
    if name == "village":
        items.y0 = items.y0 + rng.uniform(0, 1.6, len(row))
    shape = polygons(items, angle[faces])
    inside = shapely.contains_properly(ground[faces][at], shape)
    found = Buildings(shape, faces[at], np.full(len(row), name, dtype=object), units, floors, items.homes)
    return found.take(inside)


def bars(terrain: Terrain) -> list[shapely.Geometry]:
    """Return the strips along banks and tracks where nothing is built, prepared."""
    found = []
    if not shapely.is_empty(terrain.wet):
        found.append(shapely.buffer(terrain.wet, 38))
    if terrain.rail is not None:
        found.append(shapely.buffer(terrain.rail, 34, cap_style="flat"))
    for bar in found:
        shapely.prepare(bar)
    return found


def free_ground(fabric: Fabric, terrain: Terrain, setback: np.ndarray) -> np.ndarray:
    """Return the part of each face that may be built on: off its edges, the banks and the tracks."""
    ground = shapely.buffer(fabric.faces, -setback, join_style="mitre")
    for bar in bars(terrain):
        near = np.flatnonzero(shapely.intersects(bar, ground))
        ground[near] = shapely.difference(ground[near], bar)
    return largest(ground)


def largest(shapes: np.ndarray) -> np.ndarray:
    """Return the largest polygon of each shape."""
    multi = shapely.get_type_id(shapes) != 3
    shapes = shapes.copy()
    for i in np.flatnonzero(multi):
        parts = [p for p in shapely.get_parts(shapes[i]) if p.geom_type == "Polygon"]
        shapes[i] = max(parts, key=shapely.area, default=shapely.Polygon())
    return shapes


def drop_touching(found: Buildings) -> Buildings:
    """Drop the later of any two buildings that are closer than APART_M."""
    tree = shapely.STRtree(found.shape)
    a, b = tree.query(found.shape, predicate="dwithin", distance=APART_M)
    clash = a < b
    gone = np.zeros(len(found.shape), bool)
    for i, j in sorted(zip(a[clash].tolist(), b[clash].tolist(), strict=True)):
        if not gone[i]:
            gone[j] = True
    return found.take(~gone)


def patterns_of(fabric: Fabric, rng: np.random.Generator) -> np.ndarray:
    """Choose each face's pattern; a mixed estate has slabs, midrises and towers on different blocks."""
    use = fabric.uses[fabric.parcel]
    name = use.astype(object)
    mixed = use == Use.MIXED
    name[mixed] = rng.choice(np.array(["slab", "midrise", "tower"], dtype=object), mixed.sum(), p=[0.4, 0.38, 0.22])
    return name


def build(fabric: Fabric, terrain: Terrain, dwellings: int, rng: np.random.Generator) -> Buildings:
    """Put buildings on every face until there are about so many dwellings; spare parcels change their use."""
    angle = row_angles(fabric, rng)
    name = patterns_of(fabric, rng)
    setback = np.array([SETBACK_M[str(n)] for n in name])
    ground = free_ground(fabric, terrain, setback)
    homes = drop_touching(Buildings.join([
        lay(kind, np.flatnonzero(name == kind), ground, angle, rng)
        for kind in ("slab", "midrise", "tower", "old", "village")
    ]))  # fmt: skip
    homes = thin_out(homes)
    homes = homes.take(np.isin(homes.face, inhabited(fabric, homes, dwellings, rng)))
    use = fabric.uses[fabric.parcel]
    rest = [
        lay(kind, np.flatnonzero(use == kind), ground, angle, rng) for kind in ("centre", "school", "works", "park")
    ]
    shops = shop_strips(fabric, rng)
    near = shapely.STRtree(homes.shape).query(shops.shape, predicate="dwithin", distance=5.0)[0]
    shops = shops.take(~np.isin(np.arange(len(shops.shape)), near))
    shops = shops.take(shapely.contains_properly(shapely.buffer(fabric.faces, -2.5)[shops.face], shops.shape))
    for bar in bars(terrain):
        shops = shops.take(~shapely.intersects(bar, shops.shape))
    return drop_touching(Buildings.join([homes, *rest, shops]))


def thin_out(homes: Buildings) -> Buildings:
    """Leave a garden where one block would hold more than MOST_HOMES dwellings."""
    before = np.zeros(len(homes.face))
    order = np.argsort(homes.face, kind="stable")
    run = np.cumsum(homes.dwellings[order])
    first = np.r_[True, homes.face[order][1:] != homes.face[order][:-1]]
    base = np.maximum.accumulate(np.where(first, run - homes.dwellings[order], 0))
    before[order] = run - base
    return homes.take(before <= MOST_HOMES)


def inhabited(fabric: Fabric, homes: Buildings, dwellings: int, rng: np.random.Generator) -> np.ndarray:
    """Choose the faces that keep their homes, whole parcels until the count is reached; the others' use changes."""
    parcel = fabric.parcel[homes.face]
    total = np.bincount(parcel, homes.dwellings, len(fabric.parcels))
    lived = np.flatnonzero(total > 0)
    density = total[lived] / shapely.area(fabric.parcels[lived])
    order = lived[np.argsort(rng.random(len(lived)) - 0.35 * (density > np.quantile(density, 0.15)), kind="stable")]
    keep = order[np.cumsum(total[order]) <= dwellings]
    left = np.setdiff1d(np.flatnonzero(np.isin(fabric.uses, HOMES)), keep)
    fabric.uses[left] = rng.choice(np.array([Use.CENTRE, Use.SCHOOL, Use.WORKS, Use.PARK], dtype=object), len(left),
                                   p=[0.34, 0.12, 0.24, 0.30])  # fmt: skip
    return np.flatnonzero(np.isin(fabric.parcel, keep))


def shop_strips(fabric: Fabric, rng: np.random.Generator) -> Buildings:
    """Lay low shops (沿街商铺) along the outer edges of blocks, where the street side is straight for long enough."""
    faces = np.flatnonzero(np.isin(fabric.uses[fabric.parcel], [*HOMES, Use.CENTRE]))
    ring = shapely.get_exterior_ring(shapely.simplify(shapely.normalize(fabric.faces[faces]), 1.5))
    xy, owner = shapely.get_coordinates(ring, return_index=True)
    same = owner[:-1] == owner[1:]
    a, b, owner = xy[:-1][same], xy[1:][same], owner[:-1][same]
    size = np.hypot(*(b - a).T)
    outer = (
        shapely.distance(shapely.points((a + b) / 2), shapely.boundary(fabric.parcels)[fabric.parcel[faces]][owner])
        < 2.0
    )
    good = (size > 62) & outer & (rng.random(len(size)) < 0.62)
    a, b, owner, size = a[good], b[good], owner[good], size[good]
    along = (b - a) / size[:, None]
    inward = np.column_stack([along[:, 1], -along[:, 0]])
    off, depth = rng.uniform(4, 6, len(size)), rng.uniform(9, 13, len(size))
    length = np.minimum(size - 34, rng.uniform(26, 90, len(size)))
    begin = 17 + rng.random(len(size)) * (size - 34 - length)
    p0 = a + along * begin[:, None] + inward * off[:, None]
    p1 = p0 + along * length[:, None]
    taper = along * (length * rng.uniform(0.0, 0.08, len(size)))[:, None]
    deep = inward * depth[:, None]
    corners = np.stack([p0, p0 + taper + deep, p1 - taper + deep, p1], axis=1)
    n = len(size)
    kind, one = np.full(n, "shops", dtype=object), np.ones(n, int)
    return Buildings(np.asarray(shapely.polygons(corners)), faces[owner], kind, np.maximum(1, (length / 7).astype(int)),
                     rng.choice([1, 2, 2, 3], n), one * 0)  # fmt: skip
