"""Areas and grids out of blocks: connected groups of faces of given size, cut along arterials where that is cheap."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

DIRECTIONS = np.linspace(0, np.pi, 12, endpoint=False)
TRIES = 6
SLACK = 0.06
"""A cut may miss its share of the weight by this much of the whole for a better line."""


@dataclass(frozen=True)
class Ground:
    """What is divided: places (m), weight, and passable borders of the faces.

    Attributes
    ----------
    xy : centre of each face, metres.
    weight : households (or a trace where there are none).
    edges, cost : pairs of faces and the cost of a boundary between them (metres times a class factor).
    """

    xy: np.ndarray
    weight: np.ndarray
    edges: np.ndarray
    cost: np.ndarray


def split(
    ground: Ground, members: np.ndarray, share: float, slack: float = SLACK, least: tuple[int, int] = (1, 1)
) -> tuple[np.ndarray, np.ndarray]:
    """Cut connected faces in two connected parts, the first with about this share of the weight.

    Parameters
    ----------
    members : indices of the faces; connected.
    share : of the first part, 0-1.
    slack : see SLACK.
    least : faces each part keeps at least.

    Returns
    -------
    The members of the first and of the second part.
    """
    local = np.full(len(ground.xy), -1)
    local[members] = np.arange(len(members))
    inner = (local[ground.edges[:, 0]] >= 0) & (local[ground.edges[:, 1]] >= 0)
    edges, cost = local[ground.edges[inner]], ground.cost[inner]
    weight = ground.weight[members]
    goal = share * weight.sum()
    best, best_score = np.zeros(len(members), bool), np.inf
    for _, mask in _lines(ground.xy[members], weight, edges, cost, share, slack, least)[
        : TRIES if len(members) > 60 else 24
    ]:
        mask = _mend(mask, edges, weight)
        if mask.sum() < least[0] or (~mask).sum() < least[1]:
            continue
        mask = _level(mask, edges, weight, goal, least)
        off = abs(weight[mask].sum() - goal) / weight.sum()
        length = cost[mask[edges[:, 0]] != mask[edges[:, 1]]].sum()
        score = length / cost.sum() + 2.0 * max(0.0, off - slack * 0.35) + 0.4 * off
        if score < best_score:
            best, best_score = mask, score
    if not best.any():
        raise ValueError(f"{len(members)} faces cannot be cut at a share of {share:.2f}")
    return members[best], members[~best]


def _lines(
    xy: np.ndarray,
    weight: np.ndarray,
    edges: np.ndarray,
    cost: np.ndarray,
    share: float,
    slack: float,
    least: tuple[int, int],
) -> list[tuple[float, np.ndarray]]:
    """Return straight cuts in many directions, the cheapest first, each as a mask of the first part."""
    found = []
    total = weight.sum()
    for angle in (*DIRECTIONS, *(DIRECTIONS + np.pi)):
        order = np.argsort(xy @ (np.cos(angle), np.sin(angle)), kind="stable")
        rank = np.empty(len(order), int)
        rank[order] = np.arange(len(order))
        run = np.cumsum(weight[order]) / total
        ends = np.sort(rank[edges], axis=1)
        step = np.bincount(ends[:, 0], cost, len(order) + 1) - np.bincount(ends[:, 1], cost, len(order) + 1)
        price = np.cumsum(step)[: len(order)]
        off = np.abs(run - share)
        off[: least[0] - 1] = np.inf
        off[len(order) - least[1] :] = np.inf
        allowed = np.flatnonzero(np.isfinite(off) & (off <= max(slack, off.min() + 1e-9)))
        if not len(allowed):
            continue
        at = allowed[np.argmin(price[allowed] + cost.sum() * 0.6 * off[allowed])]
        found.append((float(price[at] + cost.sum() * 0.6 * off[at]), rank <= at))
    found.sort(key=lambda item: item[0])
    return found


def _parts(keep: np.ndarray, edges: np.ndarray) -> np.ndarray:
    """Label connected parts of the kept members; -1 elsewhere."""
    inner = keep[edges[:, 0]] & keep[edges[:, 1]]
    e = edges[inner]
    graph = coo_matrix((np.ones(len(e)), (e[:, 0], e[:, 1])), shape=(len(keep), len(keep)))
    _, label = connected_components(graph, directed=False)
    return np.where(keep, label, -1)


def _mend(mask: np.ndarray, edges: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """Make both sides connected: all but the heaviest part of a side go over, first one side, then the other."""
    for _ in range(6):
        changed = False
        for side in (True, False):
            label = _parts(mask == side, edges)
            if label.max() < 0:
                return mask
            size = np.bincount(label[label >= 0], weight[label >= 0])
            loose = (label >= 0) & (label != size.argmax())
            if loose.any():
                mask = mask ^ loose
                changed = True
        if not changed:
            break
    return mask


def _level(mask: np.ndarray, edges: np.ndarray, weight: np.ndarray, goal: float, least: tuple[int, int]) -> np.ndarray:
    """Move single faces across the cut while that brings the weights nearer to the goal and breaks nothing."""
    for _ in range(12):
        off = weight[mask].sum() - goal
        side = off > 0
        if (mask == side).sum() <= least[0 if side else 1]:
            break
        crossing = mask[edges[:, 0]] != mask[edges[:, 1]]
        ends = edges[crossing].ravel()
        movable = np.unique(ends[mask[ends] == side])
        gain = abs(off) - np.abs(abs(off) - weight[movable])
        order = movable[np.argsort(-gain, kind="stable")][:5]
        moved = False
        for i in order:
            if abs(off) - abs(abs(off) - weight[i]) < 0.02 * weight.sum():
                break
            trial = mask.copy()
            trial[i] = not side
            if _whole(trial == side, edges):
                mask, moved = trial, True
                break
        if not moved:
            break
    return mask


def _whole(keep: np.ndarray, edges: np.ndarray) -> bool:
    """Tell whether the kept members are connected."""
    label = _parts(keep, edges)
    return len(np.unique(label[label >= 0])) == 1


def divide(ground: Ground, members: np.ndarray, shares: list[float], slack: float = SLACK) -> list[np.ndarray]:
    """Cut connected faces into connected parts with weights in proportion to the shares, in the shares' order.

    Parameters
    ----------
    members : indices of the faces; connected.
    shares : whole numbers, the grids each part shall have; a part has at least as many faces.
    """
    if len(shares) == 1:
        return [members]
    half = np.cumsum(shares)
    at = int(np.argmin(np.abs(half[:-1] - half[-1] / 2))) + 1
    least = (int(half[at - 1]), int(half[-1] - half[at - 1]))
    first, second = split(ground, members, half[at - 1] / half[-1], slack, least)
    return [*divide(ground, first, shares[:at], slack), *divide(ground, second, shares[at:], slack)]


def even_out(ground: Ground, groups: list[np.ndarray], rounds: int = 6, tolerance: float = 0.10) -> list[np.ndarray]:
    """Bring connected groups nearer to equal weight: join two neighbours, cut them anew, keep what is better.

    Parameters
    ----------
    groups : face indices of each group; together connected.
    rounds : passes over all pairs.
    tolerance : deviation from the mean (share) below which a pair is left alone.
    """
    groups = list(groups)
    mean = sum(ground.weight[g].sum() for g in groups) / len(groups)
    for _ in range(rounds if len(groups) > 1 else 0):
        owner = np.full(len(ground.xy), -1)
        for k, g in enumerate(groups):
            owner[g] = k
        sizes = np.array([ground.weight[g].sum() for g in groups])
        a, b = owner[ground.edges[:, 0]], owner[ground.edges[:, 1]]
        touching = (a >= 0) & (b >= 0) & (a != b)
        pairs = np.unique(np.sort(np.column_stack([a, b])[touching], axis=1), axis=0)
        off = np.abs(sizes[pairs] - mean).max(axis=1)
        changed = False
        for k in np.argsort(-off, kind="stable"):
            i, j = pairs[k]
            if off[k] < tolerance * mean or len(groups[i]) + len(groups[j]) < 3:
                continue
            both = np.concatenate([groups[i], groups[j]])
            first, second = split(ground, both, 0.5, 0.02)
            new = np.array([ground.weight[first].sum(), ground.weight[second].sum()])
            old = np.array([ground.weight[groups[i]].sum(), ground.weight[groups[j]].sum()])
            if np.ptp(new) < np.ptp(old) - 1:
                groups[i], groups[j] = first, second
                changed = True
        if not changed:
            break
    return groups
