"""Names of roads and estates, building names and house numbers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely

from geo.core.democity import words
from geo.core.democity.blocks import HOMES, Buildings
from geo.core.democity.fabric import Fabric
from geo.core.democity.landuse import Use

PHASED, HOMONYM, NESTED = 0.14, 0.05, 0.05
"""Shares of estates that are a phase of a neighbour, carry the name of one elsewhere, or extend a neighbour's name."""


@dataclass
class Names:
    """Names by road group, parcel and building.

    Attributes
    ----------
    roads : name of each road group ('' for lanes inside estates).
    estate : estate (小区) of each building ('' where there is none).
    building : building name, e.g. 3号楼.
    address : road and number, e.g. 朝阳街12号.
    number : number of the building in its estate, 0 where it has none.
    """

    roads: dict[int, str]
    estate: np.ndarray
    building: np.ndarray
    address: np.ndarray
    number: np.ndarray


def road_names(fabric: Fabric, rng: np.random.Generator) -> dict[int, str]:
    """Name each street: 街 for west-east, 路 for south-north, as Shizuishan does; 大道 for a few; 巷 for short ones."""
    length: dict[int, float] = {}
    turn: dict[int, np.ndarray] = {}
    wide: set[int] = set()
    for group, kind, line in fabric.roads:
        if kind == "path":
            continue
        xy = shapely.get_coordinates(line)
        length[group] = length.get(group, 0.0) + line.length
        turn[group] = turn.get(group, np.zeros(2)) + np.abs(xy[-1] - xy[0])
        if kind == "arterial":
            wide.add(group)
    order = sorted(length, key=lambda g: (g not in wide, -length[g]))
    supply = [s for s in words.stems(1500, rng) if s not in words.ROAD_STEMS]
    stems = [*words.ROAD_STEMS, *supply]
    names = {}
    for k, group in enumerate(order):
        if group < 0:
            names[group] = "滨河路" if group == -1 else "铁路街"
            continue
        east = turn[group][0] > turn[group][1]
        if k % 9 == 0 and group in wide:
            tail = "大道"
        elif length[group] < 320 and group not in wide:
            tail = "巷"
        else:
            tail = "街" if east else "路"
        names[group] = stems[k % len(stems)] + tail
    return names


def estate_names(fabric: Fabric, plan_street: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Name the parcels people live in.

    Parameters
    ----------
    plan_street : 9-digit sub-district of each parcel: estates of one name never lie in the same one.
    """
    count = len(fabric.parcels)
    names = np.full(count, "", dtype=object)
    lived = np.flatnonzero(np.isin(fabric.uses, HOMES) & (plan_street != ""))
    supply = iter(words.stems(len(lived), rng))
    for p in lived:
        tails = words.ESTATE_TAILS[str(fabric.uses[p])]
        names[p] = next(supply) + tails[int(rng.integers(len(tails)))]
    middle = shapely.centroid(fabric.parcels)
    flats = lived[np.isin(fabric.uses[lived], [Use.SLAB, Use.MIXED, Use.TOWER])]
    if len(flats) < 4:
        return names
    tree = shapely.STRtree(middle[flats])
    draw = rng.random(len(flats))
    taken: set[int] = set()
    for k, p in enumerate(flats):
        near = [flats[j] for j in tree.query(middle[p], predicate="dwithin", distance=520.0) if flats[j] != p]
        near = [q for q in near if q not in taken and plan_street[q] == plan_street[p]]
        if p in taken or not near:
            continue
        near.sort(key=lambda q: middle[p].distance(middle[q]))
        if draw[k] < PHASED / 2.3:
            group = [p, *near[: int(rng.integers(1, 3))]]
            for phase, q in zip(words.PHASES, group, strict=False):
                names[q] = str(names[p]).removesuffix("一期") + phase if phase != "一期" else names[p] + phase
            taken.update(int(q) for q in group)
        elif draw[k] < PHASED / 2.3 + NESTED:
            q = near[0]
            names[q] = "新" + names[p] if draw[k] * 1000 % 2 < 1 else names[p] + words.SIDES[int(rng.integers(4))]
            taken.update((int(p), int(q)))
        elif draw[k] > 1 - HOMONYM:
            other = [q for q in flats if plan_street[q] != plan_street[p] and q not in taken]
            same = [q for q in other if names[q] not in names[plan_street == plan_street[p]]]
            if same:
                q = same[int(rng.integers(len(same)))]
                names[p] = names[q]
                taken.update((int(p), int(q)))
    return names


def number_in_estate(found: Buildings, parcel: np.ndarray, named: np.ndarray) -> np.ndarray:
    """Return each building's number in its estate, from 1, row by row from the north-west; 0 where it has none."""
    xy = shapely.get_coordinates(shapely.centroid(found.shape))
    order = np.lexsort((xy[:, 0], -np.rint(xy[:, 1] / 22), parcel))
    order = order[named[order]]
    sorted_parcel = parcel[order]
    first = np.r_[True, sorted_parcel[1:] != sorted_parcel[:-1]] if len(order) else np.empty(0, bool)
    start = np.maximum.accumulate(np.where(first, np.arange(len(order)), 0)) if len(order) else np.empty(0, int)
    number = np.zeros(len(found.shape), int)
    number[order] = np.arange(len(order)) - start + 1
    return number


def building_names(found: Buildings, number: np.ndarray, parcel: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Name buildings: 3号楼 or 3栋 as the estate does it, 5排 for row houses, words for the rest."""
    style = rng.choice(np.array(["{}号楼", "{}栋", "{}幢"], dtype=object), parcel.max() + 1, p=[0.62, 0.28, 0.10])
    pick = rng.random(len(number))
    out = np.full(len(number), "", dtype=object)
    extra = {"centre": words.CENTRE_NAMES, "shops": words.SHOP_NAMES, "works": words.WORKS_NAMES}
    stems = words.stems(1200, rng)
    for i, (pattern, n) in enumerate(zip(found.pattern, number.tolist(), strict=True)):
        if n:
            out[i] = f"{n}排" if pattern == "old" else f"{n}号" if pattern == "village" else style[parcel[i]].format(n)
        elif pattern in extra:
            tails = extra[pattern]
            out[i] = stems[(i * 7) % len(stems)] + tails[int(pick[i] * len(tails))]
        elif pattern == "school":
            name = words.SCHOOL_NAMES[parcel[i] % len(words.SCHOOL_NAMES)]
            out[i] = (
                name.format(words.chinese_number(parcel[i] % 40 + 1)) + ("教学楼", "综合楼", "体育馆")[int(pick[i] * 3)]
            )
        else:
            out[i] = "公园管理房"
    return out


def addresses(
    fabric: Fabric,
    roads: dict[int, str],
    found: Buildings,
    parcel: np.ndarray,
    named: np.ndarray,
    rng: np.random.Generator,
) -> np.ndarray:
    """Give every estate one house number on the nearest street, and every other building its own, by sides."""
    lines = [(g, line) for g, kind, line in fabric.roads if roads.get(g)]
    if not lines:
        return np.full(len(parcel), "", dtype=object)
    gate = np.where(named, parcel, len(fabric.parcels) + np.arange(len(parcel)))
    keys, first, inverse = np.unique(gate, return_index=True, return_inverse=True)
    spots = shapely.centroid(found.shape[first])
    lived = keys < len(fabric.parcels)
    spots[lived] = shapely.centroid(fabric.parcels[keys[lived]])
    near = shapely.STRtree([line for _, line in lines]).nearest(spots)
    name = np.array([roads[lines[k][0]] for k in near], dtype=object)
    feet = shapely.get_coordinates([shapely.shortest_line(lines[k][1], s) for k, s in zip(near, spots, strict=True)])
    feet = feet.reshape(-1, 2, 2)
    out = np.full(len(keys), "", dtype=object)
    for road in np.unique(name):
        at = np.flatnonzero(name == road)
        span = np.ptp(feet[at, 0], axis=0)
        axis = int(span[1] > span[0])
        side = (feet[at, 1, 1 - axis] > feet[at, 0, 1 - axis]).astype(int)
        for s in (0, 1):
            mine = at[side == s]
            mine = mine[np.argsort(feet[mine, 0, axis], kind="stable")]
            numbers = np.cumsum(rng.integers(1, 4, len(mine))) * 2 - (1 - s)
            out[mine] = [f"{road}{n}号" for n in numbers.tolist()]
    return out[inverse]


def name_all(fabric: Fabric, found: Buildings, street: np.ndarray, rng: np.random.Generator) -> Names:
    """Name roads, estates and buildings; street is the 9-digit sub-district of each face ('' outside)."""
    parcel = fabric.parcel[found.face]
    of_parcel = np.full(len(fabric.parcels), "", dtype=object)
    of_parcel[fabric.parcel] = street
    roads = road_names(fabric, rng)
    estates = estate_names(fabric, of_parcel, rng)
    named = (found.homes > 0) & (estates[parcel] != "")
    number = number_in_estate(found, parcel, named)
    return Names(
        roads,
        np.where(named, estates[parcel], ""),
        building_names(found, number, parcel, rng),
        addresses(fabric, roads, found, parcel, named, rng),
        number,
    )
