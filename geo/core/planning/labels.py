"""Where names go on a printed map: none over another, over a building or over the edge; what finds no room is left out.

Pure geometry in the page's own millimetres, y downwards. Whoever places names asks for the most important first.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
import shapely.ops
from numpy.typing import NDArray

STEP_MM = 4.0
"""Places along a line or in an area are tried this far apart."""
BEND_MM = 1.2
"""A name lies beside a line that leaves its chord by no more than that; a name itself is never bent."""
STRAIGHT = 0.9
"""Least share of a name's width that the ends of its stretch of line lie apart."""
CLEAR_MM = 0.8
"""Least room between a name and whatever else is drawn."""


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a name stands: its middle, and its slope in degrees, clockwise on the page, never upside down."""

    x: float
    y: float
    slope: float


class Labels:
    """The room left on a map.

    Parameters
    ----------
    frame : polygon that every name lies in.
    taken : shapes no name may touch: buildings, the thick outline.
    thin : lines a name crosses only where there is no other place for it: streets.
    """

    def __init__(self, frame: shapely.Polygon, taken: list[Any], thin: list[Any]) -> None:
        self._frame = frame
        self._tree = shapely.STRtree(np.asarray(taken, dtype=object))
        self._thin = shapely.STRtree(np.asarray(thin, dtype=object))
        self._boxes: list[shapely.Polygon] = []

    def along(self, line: Any, width: float, height: float) -> Spot | None:
        """Place a name beside a line, as near to its middle as there is room; None where there is none.

        Parameters
        ----------
        line : (Multi)LineString; the longest part with room gets the name.
        width, height : of the name.
        """
        parts = [part for part in shapely.get_parts(shapely.line_merge(line)) if part.geom_type == "LineString"]
        for crossing in (False, True):
            for part in sorted(parts, key=lambda one: one.length, reverse=True):
                for middle in _from_the_middle(part.length - width):
                    for spot in _beside(part, middle + width / 2, width, height):
                        if self._take(_box(spot, width, height), crossing=crossing):
                            return spot
        return None

    def within(self, area: Any, width: float, height: float) -> Spot | None:
        """Place a level name in an area, as near to its widest place as there is room."""
        if area.is_empty:
            return None
        best = shapely.get_coordinates(shapely.maximum_inscribed_circle(area))[0]
        west, north, east, south = area.bounds
        across, down = np.arange(west, east, STEP_MM), np.arange(north, south, STEP_MM)
        tried = np.vstack([best[None], np.stack(np.meshgrid(across, down), axis=-1).reshape(-1, 2)])
        tried = tried[np.argsort(np.hypot(*(tried - best).T), kind="stable")]
        shapely.prepare(area)
        spots = [Spot(x, y, 0.0) for x, y in tried[shapely.contains_xy(area, tried)].tolist()]
        inside = [(spot, box) for spot in spots if area.contains(box := _box(spot, width, height))]
        for crossing in (False, True):
            for spot, box in inside:
                if self._take(box, crossing=crossing):
                    return spot
        return None

    def _take(self, box: shapely.Polygon, *, crossing: bool) -> bool:
        """Take a place if it is free."""
        room = box.buffer(CLEAR_MM)
        if not self._frame.contains(room) or len(self._tree.query(room, predicate="intersects")):
            return False
        if any(room.intersects(other) for other in self._boxes):
            return False
        if not crossing and len(self._thin.query(box, predicate="intersects")):
            return False
        self._boxes.append(box)
        return True


def _beside(line: Any, at: float, width: float, height: float) -> list[Spot]:
    """Return the places on both sides of a line; none where the line bends too much for a straight name."""
    ends = shapely.get_coordinates(shapely.line_interpolate_point(line, [at - width / 2, at + width / 2]))
    chord, piece = shapely.linestrings(ends), shapely.ops.substring(line, at - width / 2, at + width / 2)
    (dx, dy), middle = ends[1] - ends[0], ends.mean(axis=0)
    far = math.hypot(dx, dy)
    if far < width * STRAIGHT or shapely.hausdorff_distance(chord, piece) > BEND_MM:
        return []
    slope = (math.degrees(math.atan2(dy, dx)) + 90) % 180 - 90
    off = (height / 2 + CLEAR_MM + BEND_MM) * np.array([-dy, dx]) / far * (1 if dx >= 0 else -1)
    return [Spot(float(x), float(y), slope) for x, y in (middle - off, middle + off)]


def _from_the_middle(length: float) -> list[float]:
    """Return places from 0 to a length, the middle first and then outwards; none where there is no length."""
    if length < 0:
        return []
    steps = np.arange(0.0, length / 2 + 1e-9, STEP_MM)
    return [length / 2, *(length / 2 + sign * step for step in steps[1:].tolist() for sign in (-1, 1))]


def _box(spot: Spot, width: float, height: float) -> shapely.Polygon:
    angle = math.radians(spot.slope)
    along = np.array([math.cos(angle), math.sin(angle)]) * width / 2
    up: NDArray[np.float64] = np.array([-math.sin(angle), math.cos(angle)]) * height / 2
    middle = np.array([spot.x, spot.y])
    return shapely.Polygon([middle - along - up, middle + along - up, middle + along + up, middle - along + up])
