"""Areas and grids out of blocks: connected groups of faces of given size, cut along arterials where that is cheap."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from geo.core.democity import steady

DIRECTIONS = np.linspace(0, np.pi, 12, endpoint=False)
TRIES = 6
"""Straight cuts mended and weighed where there are more than FEW faces; all directions where there are not."""
FEW = 60
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
    inside = np.zeros(len(ground.xy), bool)
    inside[members] = True
    inner = inside[ground.edges[:, 0]] & inside[ground.edges[:, 1]]
    local = np.empty(len(ground.xy), int)
    local[members] = np.arange(len(members))
    land = Land(ground.weight[members], local[ground.edges[inner]], ground.cost[inner])
    tries = TRIES if len(members) > FEW else 2 * len(DIRECTIONS)
    best, best_score = 0, np.inf
    for rough in _lines(ground.xy[members], land, share, slack, least)[:tries]:
        mask = land.mended(rough)
        if mask.bit_count() < least[0] or len(members) - mask.bit_count() < least[1]:
            continue
        mask = land.levelled(mask, share, least)
        score = land.score(mask, share, slack)
        if score < best_score:
            best, best_score = mask, score
    if not best:
        raise ValueError(f"{len(members)} faces cannot be cut at a share of {share:.2f}")
    first = flags(best, len(members))
    return members[first], members[~first]


def bits(mask: np.ndarray) -> int:
    """Return a boolean array as the bits of one whole number: on sets this small that is far faster to search."""
    return int.from_bytes(np.packbits(mask, bitorder="little").tobytes(), "little")


def flags(mask: int, count: int) -> np.ndarray:
    """Return the bits of a whole number as a boolean array."""
    raw = np.frombuffer(mask.to_bytes((count + 7) // 8, "little"), np.uint8)
    return np.unpackbits(raw, bitorder="little")[:count].astype(bool)


class Land:
    """Connected faces numbered from 0; sets of them are whole numbers, one bit a face."""

    def __init__(self, weight: np.ndarray, edges: np.ndarray, cost: np.ndarray):
        self.weight, self.edges, self.cost = weight, edges, cost
        self.total, self.price = float(weight.sum()), float(cost.sum())
        self.all = (1 << len(weight)) - 1
        self._weights: list[float] = weight.tolist()
        self._near = [0] * len(weight)
        for i, j in edges.tolist():
            self._near[i] |= 1 << j
            self._near[j] |= 1 << i

    def part(self, keep: int) -> int:
        """Return the connected part that holds the lowest face of a set."""
        found = front = keep & -keep
        while front:
            low = front & -front
            front ^= low
            new = self._near[low.bit_length() - 1] & keep & ~found
            found |= new
            front |= new
        return found

    def mass(self, keep: int) -> float:
        """Return the weight of a set."""
        total = 0.0
        while keep:
            low = keep & -keep
            total += self._weights[low.bit_length() - 1]
            keep ^= low
        return total

    def mended(self, mask: int) -> int:
        """Make both sides connected: all but the heaviest part of a side go over, first one side, then the other."""
        for _ in range(6):
            before = mask
            for side in (True, False):
                rest = mask if side else self.all ^ mask
                parts = []
                while rest:
                    parts.append(self.part(rest))
                    rest ^= parts[-1]
                if len(parts) > 1:
                    heaviest = max(parts, key=self.mass)
                    for loose in parts:
                        mask ^= loose if loose != heaviest else 0
            if mask == before:
                break
        return mask

    def levelled(self, mask: int, share: float, least: tuple[int, int]) -> int:
        """Move single faces across the cut while that brings the weights nearer to the share and breaks nothing."""
        off = self.mass(mask) - share * self.total
        for _ in range(12):
            side = off > 0
            own = mask if side else self.all ^ mask
            if own.bit_count() <= least[0 if side else 1]:
                break
            move = self._best_move(own, abs(off))
            if move < 0:
                break
            mask ^= 1 << move
            off += -self._weights[move] if side else self._weights[move]
        return mask

    def _best_move(self, own: int, off: float) -> int:
        """Return the face of a side whose leaving helps most and leaves that side whole; -1 for none."""
        gains = []
        rest = own
        while rest:
            low = rest & -rest
            rest ^= low
            i = low.bit_length() - 1
            gain = off - abs(off - self._weights[i])
            if gain > 0.02 * self.total and self._near[i] & ~own:
                gains.append((-gain, i))
        for _, i in sorted(gains)[:5]:
            left = own ^ (1 << i)
            if left and self.part(left) == left:
                return i
        return -1

    def score(self, mask: int, share: float, slack: float) -> float:
        """Return what a cut is worth: the price of its line and how far it misses its share; less is better."""
        side = flags(mask, len(self._weights))
        off = abs(float(self.weight[side].sum()) / self.total - share)
        line = self.cost[side[self.edges[:, 0]] != side[self.edges[:, 1]]].sum()
        return float(line) / self.price + 2.0 * max(0.0, off - slack * 0.35) + 0.4 * off


def _lines(xy: np.ndarray, land: Land, share: float, slack: float, least: tuple[int, int]) -> list[int]:
    """Return straight cuts in many directions, the cheapest first, each as the set of the first part."""
    found = []
    count = len(xy)
    for angle in (*DIRECTIONS, *(DIRECTIONS + np.pi)):
        order = np.argsort(steady.along(xy, angle), kind="stable")
        rank = np.empty(count, int)
        rank[order] = np.arange(count)
        ends = np.sort(rank[land.edges], axis=1)
        step = np.bincount(ends[:, 0], land.cost, count + 1) - np.bincount(ends[:, 1], land.cost, count + 1)
        off = np.abs(np.cumsum(land.weight[order]) / land.total - share)
        off[: least[0] - 1] = np.inf
        off[count - least[1] :] = np.inf
        price = np.cumsum(step)[:count] + land.price * 0.6 * np.where(np.isfinite(off), off, 0)
        allowed = np.flatnonzero(np.isfinite(off) & (off <= max(slack, off.min() + 1e-9)))
        if len(allowed):
            at = allowed[np.argmin(price[allowed])]
            found.append((float(price[at]), bits(rank <= at)))
    return [mask for _, mask in sorted(found)]


def divide(ground: Ground, members: np.ndarray, shares: list[int], slack: float, least: list[int]) -> list[np.ndarray]:
    """Cut connected faces into connected parts with weights in proportion to the shares, in the shares' order.

    Parameters
    ----------
    members : indices of the faces; connected.
    shares : what the parts' weights shall be in proportion to.
    slack : see SLACK.
    least : faces each part has at least.
    """
    if len(shares) == 1:
        return [members]
    half = np.cumsum(shares)
    at = int(np.argmin(np.abs(half[:-1] - half[-1] / 2))) + 1
    fewest = (sum(least[:at]), sum(least[at:]))
    first, second = split(ground, members, half[at - 1] / half[-1], slack, fewest)
    return [
        *divide(ground, first, shares[:at], slack, least[:at]),
        *divide(ground, second, shares[at:], slack, least[at:]),
    ]


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
