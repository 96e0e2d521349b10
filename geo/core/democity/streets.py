"""Streets: a smooth field of bearings, and land divided along it again and again, arterials first.

Each division is a line that follows the field through a piece of land. It starts from a street that already
ends at the piece's edge where there is one, so crossings of four arise beside the T-junctions, as in real towns.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import shapely
from shapely import LineString, Point, Polygon

from geo.core.democity import steady
from geo.core.democity.recipe import Layout

CELL_M = 50.0
STEP_M = 38.0
HASH_M = 250.0
QUARTER = math.pi / 2
TRIES = 9
REACH_M = 45.0
"""Metres within which a new street swings over to meet one on the other side."""
REGULAR = 0.5
"""Share of the lines that are drawn with care: nearly straight and square."""
DRIFT = {"arterial": 0.022, "street": 0.032, "path": 0.026}
"""Radians a line turns off the field with each step, standard deviation."""
LEAST_PART = 0.24
"""A cut is fair when the smaller part has this share of the piece."""


class Field:
    """Bearings (radians, modulo a right angle) on a raster; zones blend into each other over some hundred metres."""

    def __init__(self, layout: Layout, rng: np.random.Generator):
        nx, ny = int(layout.width_m / CELL_M) + 9, int(layout.height_m / CELL_M) + 9
        x, y = np.meshgrid((np.arange(nx) - 4) * CELL_M, (np.arange(ny) - 4) * CELL_M)
        at = np.array([(z.x * layout.width_m, z.y * layout.height_m) for z in layout.zones])
        turn = np.exp(4j * np.radians([z.angle for z in layout.zones]))
        d2 = (x[..., None] - at[:, 0]) ** 2 + (y[..., None] - at[:, 1]) ** 2
        reach = 0.11 * math.hypot(layout.width_m, layout.height_m) / math.sqrt(len(at) / 6)
        weight = np.exp(-(np.sqrt(d2) - np.sqrt(d2.min(-1, keepdims=True))) / (0.35 * reach))
        angle = np.angle((weight * turn).sum(-1)) / 4
        for k in (1.3, 2.7, 5.1):
            phase = rng.uniform(0, 2 * np.pi, 3)
            wave = np.sin(2 * np.pi * k * x / 6000 + phase[0]) * np.cos(2 * np.pi * k * y / 6000 + phase[1])
            angle += math.radians(7.5) / k**0.6 * wave
        self._angle = np.round(angle, 9).tolist()
        self._nx, self._ny = nx, ny

    def at(self, x: float, y: float) -> float:
        """Return the bearing at a place given in metres."""
        i = min(max(int(y / CELL_M + 4.5), 0), self._ny - 1)
        j = min(max(int(x / CELL_M + 4.5), 0), self._nx - 1)
        return self._angle[i][j]


@dataclass
class Street:
    """One division line: its road group (streets that continue each other share it), class and shape in metres."""

    group: int
    kind: str
    line: LineString


def overshoot(before: Sequence[float], tip: Sequence[float]) -> tuple[float, float]:
    """Return the tip moved on by 3 cm, so that a cut reaches its edge in spite of rounding; snapping heals it."""
    dx, dy = tip[0] - before[0], tip[1] - before[1]
    share = 0.03 / max(math.hypot(dx, dy), 1e-9)
    return tip[0] + dx * share, tip[1] + dy * share


@dataclass
class Web:
    """All division lines drawn so far and the ends that later ones may continue."""

    bearings: Field
    rng: np.random.Generator
    streets: list[Street] = field(default_factory=list)
    _ends: dict[tuple[int, int], list[tuple[float, float, int, float]]] = field(
        default_factory=lambda: defaultdict(list)
    )
    groups: int = 0
    drift: float = 0.0

    def trace(
        self, x: float, y: float, heading: float, bounds: tuple[float, float, float, float]
    ) -> list[tuple[float, float]]:
        """Follow the field from a place until the bounds (metres) are left.

        The line keeps the angle at which it left the field, changing it a little with every step.
        """
        x0, y0, x1, y1 = bounds
        points = []
        lean = (heading - self.bearings.at(x, y) + QUARTER / 2) % QUARTER - QUARTER / 2
        for bend in (self.rng.normal(0, self.drift, 400) if self.drift else np.zeros(400)).tolist():
            angle = self.bearings.at(x, y) + lean
            heading = round((heading - angle) / QUARTER) * QUARTER + angle
            x, y = x + STEP_M * math.cos(heading), y + STEP_M * math.sin(heading)
            points.append((x, y))
            if not (x0 - 5 < x < x1 + 5 and y0 - 5 < y < y1 + 5):
                break
            lean = 0.94 * lean + bend
        return points

    def ends_on(self, piece: Polygon) -> list[tuple[float, float, int, float]]:
        """Return street ends (x, y, group, heading) that touch the piece's edge from outside."""
        x0, y0, x1, y1 = piece.bounds
        near = [
            end
            for i in range(int(x0 // HASH_M), int(x1 // HASH_M) + 1)
            for j in range(int(y0 // HASH_M), int(y1 // HASH_M) + 1)
            for end in self._ends.get((i, j), ())
            if x0 - 1 < end[0] < x1 + 1 and y0 - 1 < end[1] < y1 + 1
        ]
        if not near:
            return []
        close = shapely.distance(piece.exterior, shapely.points([end[:2] for end in near])) < 0.3
        return [end for end, ok in zip(near, close, strict=True) if ok]

    def remember(self, line: LineString, group: int) -> None:
        """Note both ends of a line, with the heading a continuation would take."""
        c = line.coords
        for (x, y), (px, py) in ((c[0], c[1]), (c[-1], c[-2])):
            self._ends[int(x // HASH_M), int(y // HASH_M)].append((x, y, group, math.atan2(y - py, x - px)))

    def divide(
        self, piece: Polygon, kind: str, *, join: float, wander: float, elbow: float = 0.0
    ) -> list[Polygon] | None:
        """Cut a piece in two along the field; None where no fair cut was found.

        Parameters
        ----------
        piece : polygon, metres.
        kind : class of the new street: arterial, street or path.
        join : chance of continuing a street that ends at the piece's edge.
        wander : standard deviation of the line's own deviation from the field, radians.
        elbow : chance that the line turns off at a right angle half-way.
        """
        cx, cy = piece.centroid.coords[0]
        for attempt in range(TRIES):
            start, heading, group = self._start(piece, cx, cy, join if attempt < 2 else 0.0)
            free = 0.2 if self.rng.random() < REGULAR else 1.2
            self.drift = DRIFT[kind] * free
            bent = self.rng.random() < elbow and attempt < 3
            line = self._line(piece, start, heading + self.rng.normal(0, wander) * free * (0.4 if group else 1.0), bent)
            if line is None:
                continue
            merged = shapely.union(piece.boundary, line)
            parts = [p for p in shapely.get_parts(shapely.polygonize([merged])) if p.area > 1.0]
            if len(parts) == 2 and min(p.area for p in parts) > LEAST_PART * piece.area:
                if group is None:
                    group = self.groups
                    self.groups += 1
                self.streets.append(Street(group, kind, line))
                self.remember(line, group)
                return parts
        return None

    def _start(
        self, piece: Polygon, cx: float, cy: float, join: float
    ) -> tuple[tuple[float, float], float, int | None]:
        """Choose where a cut begins and which way it goes: across the longer side, from a waiting end if possible."""
        angle = self.bearings.at(cx, cy)
        c = shapely.get_coordinates(piece.exterior) - (cx, cy)
        along = steady.along(c, angle)
        across = steady.along(c, angle + QUARTER)
        if np.ptp(along) * self.rng.uniform(0.85, 1.15) < np.ptp(across):
            angle, along = angle + QUARTER, across
        heading = angle + QUARTER
        low, high = along.min(), along.max()
        if self.rng.random() < join:
            fitting = []
            for x, y, group, bearing in self.ends_on(piece):
                share = ((x - cx) * math.cos(angle) + (y - cy) * math.sin(angle) - low) / (high - low)
                if 0.22 < share < 0.78 and abs(math.cos(bearing - heading)) > 0.8:
                    fitting.append((abs(share - 0.5), (x, y), bearing, group))
            if fitting:
                _, at, bearing, group = min(fitting)
                return at, bearing, group
        share = self.rng.uniform(0.40, 0.60)
        offset = low + share * (high - low)
        return (cx + offset * math.cos(angle), cy + offset * math.sin(angle)), heading, None

    def _turned_off(
        self, piece: Polygon, ahead: list[tuple[float, float]], heading: float
    ) -> list[tuple[float, float]]:
        """Follow a trace to about the middle of the piece, then turn off to one side."""
        x0, y0, x1, y1 = piece.bounds
        reach = self.rng.uniform(0.42, 0.58) * min(x1 - x0, y1 - y0)
        c = piece.centroid
        count = max(1, round(reach / STEP_M))
        near = [math.hypot(px - c.x, py - c.y) for px, py in ahead[: 2 * count + 2]]
        stop = near.index(min(near))
        x, y = ahead[stop]
        side = QUARTER if self.rng.random() < 0.5 else -QUARTER
        return [*ahead[: stop + 1], *self.trace(x, y, heading + side, piece.bounds)]

    def _line(self, piece: Polygon, start: tuple[float, float], heading: float, elbow: bool) -> LineString | None:
        """Trace both ways from a start and keep the part inside the piece; its far end joins a street end close by."""
        x, y = start
        ahead = self.trace(x, y, heading, piece.bounds)
        if elbow:
            ahead = self._turned_off(piece, ahead, heading)
        inside = piece.exterior.distance(Point(x, y)) > 0.5
        back = (
            self.trace(x, y, heading + math.pi, piece.bounds)[::-1]
            if inside
            else [(x - 0.4 * math.cos(heading), y - 0.4 * math.sin(heading))]
        )
        whole = LineString([*back, (x, y), *ahead])
        parts = [p for p in shapely.get_parts(whole.intersection(piece)) if p.length > 20]
        if not parts:
            return None
        line = min(parts, key=lambda p: p.distance(Point(x, y)))
        c = np.array(line.coords)
        if not elbow:
            c = self._joined(piece, c)
        return LineString([overshoot(c[1], c[0]), *c[1:-1], overshoot(c[-2], c[-1])])

    def _joined(self, piece: Polygon, c: np.ndarray) -> np.ndarray:
        """Swing a line (n x 2, metres) so that each end meets a street that ends close by on the other side."""
        ends = np.array([end[:2] for end in self.ends_on(piece)]).reshape(-1, 2)
        if not len(ends):
            return c
        run = np.concatenate([[0], np.cumsum(np.hypot(*np.diff(c, axis=0).T))])
        for tip, share in ((0, 1 - run / run[-1]), (-1, run / run[-1])):
            gap = ends - c[tip]
            size = np.hypot(*gap.T)
            k = int(np.argmin(size))
            if 0.01 < size[k] < min(REACH_M, 0.24 * run[-1]):
                swung = c + share[:, None] * gap[k]
                if piece.buffer(0.05).covers(LineString(swung)):
                    c = swung
        return c
