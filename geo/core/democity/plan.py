"""Counties, sub-districts, communities and grids of the demo city: which face belongs to what."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from geo.core.democity import words
from geo.core.democity.partition import Ground, divide, even_out
from geo.core.democity.recipe import Layout

MOST_GRIDS = 8
SMALL_PIECE = 9
"""Grids below which a piece of land is an island or a strip and joins the middle county."""


@dataclass
class Plan:
    """Which grid each face belongs to.

    Attributes
    ----------
    faces : indices of the faces that belong to the city; the rest is empty land nobody lives on.
    community : 12-digit code of each face ('' where it is left out).
    grid : 15-digit code of each face.
    """

    faces: np.ndarray
    community: np.ndarray
    grid: np.ndarray


def apportion(total: int, weights: np.ndarray, least: int = 1, most: int | None = None) -> np.ndarray:
    """Share out a whole number in proportion to weights, each at least and at most some."""
    exact = weights / weights.sum() * total
    share = np.clip(np.floor(exact), least, most).astype(int)
    while share.sum() != total:
        step = 1 if share.sum() < total else -1
        gap = (exact - share) * step
        gap[(share <= least) & (step < 0)] = -np.inf
        if most is not None:
            gap[(share >= most) & (step > 0)] = -np.inf
        share[int(np.argmax(gap))] += step
    return share


def grids_per_community(count: int, total: int, rng: np.random.Generator) -> list[int]:
    """Draw how many grids each community has: 1 to MOST_GRIDS, summing to the total."""
    if not count <= total <= count * MOST_GRIDS:
        raise ValueError(f"{total} grids cannot be had from {count} communities")
    drawn = np.clip(np.rint(rng.normal(total / count, 1.5, count)), 1, MOST_GRIDS).astype(int)
    while drawn.sum() != total:
        i = int(rng.integers(count))
        step = 1 if drawn.sum() < total else -1
        if 1 <= drawn[i] + step <= MOST_GRIDS:
            drawn[i] += step
    return drawn.tolist()


def communities_of_pieces(
    layout: Layout, xy: np.ndarray, piece: np.ndarray, grids: dict[int, int]
) -> dict[int, list[str]]:
    """Give each piece of land its communities: big pieces, north to south, one county each; small ones the middle's."""
    north = sorted(grids, key=lambda p: -float(np.mean(xy[piece == p, 1])))
    groups: dict[str, list[int]] = {prefix: [] for prefix in layout.prefixes}
    big = [p for p in north if grids[p] >= SMALL_PIECE or len(layout.prefixes) == 1]
    for k, p in enumerate(big):
        groups[layout.prefixes[min(k, len(layout.prefixes) - 1)]].append(p)
    for p in north:
        if p not in big:
            groups[layout.prefixes[len(layout.prefixes) // 2]].append(p)
    out: dict[int, list[str]] = {}
    for prefix, pieces in groups.items():
        codes = words.communities(prefix)
        counts = apportion(len(codes), np.array([grids[p] for p in pieces], float))
        for p, n in zip(pieces, counts.tolist(), strict=True):
            out[p], codes = codes[:n], codes[n:]
    return out


def draw(layout: Layout, parcel: np.ndarray, piece: np.ndarray, ground: Ground, rng: np.random.Generator) -> Plan:
    """Divide the land into areas and grids, households in proportion; no estate is split between two communities.

    Parameters
    ----------
    parcel, piece : index of each face's parcel and connected piece of land.
    """
    weight = np.bincount(piece, ground.weight)
    lived = np.flatnonzero(weight > 0.5 * ground.weight.sum() / layout.grids)
    share = apportion(layout.grids, weight[lived])
    grids = dict(zip(lived.tolist(), share.tolist(), strict=True))
    unit, estates = contract(ground, parcel)
    unit_piece = np.zeros(len(estates.xy), int)
    unit_piece[unit] = piece
    members: dict[str, np.ndarray] = {}
    for p, codes in communities_of_pieces(layout, ground.xy, piece, grids).items():
        wanted = dict(zip(codes, grids_per_community(len(codes), grids[p], rng), strict=True))
        for code, units in _communities(estates, np.flatnonzero(unit_piece == p), wanted).items():
            members[code] = np.flatnonzero(np.isin(unit, units))
    sizes = np.array([ground.weight[m].sum() for m in members.values()])
    community = np.full(len(parcel), "", dtype=object)
    grid = np.full(len(parcel), "", dtype=object)
    for (code, own), count in zip(
        members.items(), apportion(layout.grids, sizes, most=MOST_GRIDS).tolist(), strict=True
    ):
        community[own] = code
        for number, part in enumerate(_grids(ground, own, count), 1):
            grid[part] = f"{code}{number:03d}"
    return Plan(np.flatnonzero(community != ""), community, grid)


def contract(ground: Ground, parcel: np.ndarray) -> tuple[np.ndarray, Ground]:
    """Join the faces of each parcel to one unit: the unit of each face, and the units as ground to divide."""
    a, b = ground.edges.T
    inner = parcel[a] == parcel[b]
    graph = coo_matrix((np.ones(inner.sum()), (a[inner], b[inner])), shape=(len(parcel), len(parcel)))
    count, unit = connected_components(graph, directed=False)
    size = np.bincount(unit)
    xy = np.column_stack([np.bincount(unit, ground.xy[:, k]) / size for k in (0, 1)])
    pairs = np.sort(unit[ground.edges[~inner]], axis=1)
    edges, inverse = np.unique(pairs, axis=0, return_inverse=True)
    cost = np.bincount(inverse.ravel(), ground.cost[~inner], len(edges))
    return unit, Ground(xy, np.bincount(unit, ground.weight, count), edges, cost)


def _communities(ground: Ground, members: np.ndarray, wanted: dict[str, int]) -> dict[str, np.ndarray]:
    """Cut a piece of land into sub-districts, and those into communities; wanted is grids by community code."""
    by_street: dict[str, list[str]] = {}
    for code in wanted:
        by_street.setdefault(code[:9], []).append(code)
    shares = [sum(wanted[c] for c in codes) for codes in by_street.values()]
    least = [len(codes) for codes in by_street.values()]
    out = {}
    for codes, part in zip(by_street.values(), divide(ground, members, shares, 0.03, least), strict=True):
        parts = divide(ground, part, [wanted[c] for c in codes], 0.03, [1] * len(codes))
        out.update(zip(codes, parts, strict=True))
    return out


def _grids(ground: Ground, members: np.ndarray, count: int) -> list[np.ndarray]:
    """Cut a community into grids, numbered from west to east, then north to south."""
    parts = even_out(ground, divide(ground, members, [1] * count, 0.03, [1] * count))
    middle = [np.average(ground.xy[g], axis=0, weights=ground.weight[g]) for g in parts]
    order = sorted(range(count), key=lambda k: (round(middle[k][0] / 90), -middle[k][1]))
    return [parts[k] for k in order]


def outlines(faces: np.ndarray, label: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the distinct labels and the union of each one's faces; faces must be a coverage."""
    names, group = np.unique(label, return_inverse=True)
    order = np.argsort(group, kind="stable")
    ends = np.cumsum(np.bincount(group))
    shapes = [shapely.coverage_union_all(faces[part]) for part in np.split(order, ends[:-1])]
    return names, np.array(shapes, dtype=object)
