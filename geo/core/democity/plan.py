"""Counties, sub-districts, communities and grids of the demo city: which face belongs to what."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely

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


def apportion(total: int, weights: np.ndarray, least: int = 1) -> np.ndarray:
    """Share out a whole number in proportion to weights, each at least some."""
    exact = weights / weights.sum() * total
    share = np.maximum(least, np.floor(exact)).astype(int)
    while share.sum() != total:
        step = 1 if share.sum() < total else -1
        gap = (exact - share) * step
        gap[(share <= least) & (step < 0)] = -np.inf
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
    """Give each piece of land its communities: big pieces from north to south one county each, small ones the middle's."""
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


def draw(layout: Layout, xy: np.ndarray, piece: np.ndarray, ground: Ground, rng: np.random.Generator) -> Plan:
    """Divide the land into areas and grids, households in proportion."""
    weight = np.bincount(piece, ground.weight)
    lived = np.flatnonzero(weight > 0.5 * ground.weight.sum() / layout.grids)
    share = apportion(layout.grids, weight[lived])
    grids = dict(zip(lived.tolist(), share.tolist(), strict=True))
    community = np.full(len(xy), "", dtype=object)
    grid = np.full(len(xy), "", dtype=object)
    for p, codes in communities_of_pieces(layout, xy, piece, grids).items():
        wanted = dict(zip(codes, grids_per_community(len(codes), grids[p], rng), strict=True))
        for code, members in _communities(ground, np.flatnonzero(piece == p), wanted).items():
            community[members] = code
            for number, part in enumerate(_grids(ground, members, wanted[code], xy), 1):
                grid[part] = f"{code}{number:03d}"
    return Plan(np.flatnonzero(community != ""), community, grid)


def _communities(ground: Ground, members: np.ndarray, wanted: dict[str, int]) -> dict[str, np.ndarray]:
    """Cut a piece of land into sub-districts, and those into communities."""
    by_street: dict[str, list[str]] = {}
    for code in wanted:
        by_street.setdefault(code[:9], []).append(code)
    streets = divide(ground, members, [sum(wanted[c] for c in codes) for codes in by_street.values()], 0.03)
    out = {}
    for codes, part in zip(by_street.values(), streets, strict=True):
        out.update(zip(codes, divide(ground, part, [wanted[c] for c in codes], 0.03), strict=True))
    return out


def _grids(ground: Ground, members: np.ndarray, count: int, xy: np.ndarray) -> list[np.ndarray]:
    """Cut a community into grids, numbered from west to east, then north to south."""
    parts = even_out(ground, divide(ground, members, [1] * count, 0.03))
    middle = [np.average(xy[g], axis=0, weights=ground.weight[g]) for g in parts]
    order = sorted(range(count), key=lambda k: (round(middle[k][0] / 90), -middle[k][1]))
    return [parts[k] for k in order]


def outlines(faces: np.ndarray, label: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the distinct labels and the union of each one's faces; faces must be a coverage."""
    names, group = np.unique(label, return_inverse=True)
    order = np.argsort(group, kind="stable")
    ends = np.cumsum(np.bincount(group))
    shapes = [shapely.coverage_union_all(faces[part]) for part in np.split(order, ends[:-1])]
    return names, np.array(shapes, dtype=object)
