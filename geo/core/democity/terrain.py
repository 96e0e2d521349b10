"""River, islands, lakes, railway and the outline of the city, as polygons and lines in metres."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import shapely
from shapely import LineString, Polygon, affinity
from shapely.geometry.base import BaseGeometry

from geo.core.democity.recipe import Layout

ISLET_MIN_M = 40.0
BANK_STEP_M = 35.0


@dataclass(frozen=True)
class Terrain:
    """Where nobody can build, metres.

    Attributes
    ----------
    outline : the built-up area with its water.
    water : (name, polygon) of every water body, islands cut out.
    wet : union of the water.
    rail : the railway's line, None where there is none.
    islets : uninhabited islands: no community's land.
    """

    outline: Polygon
    water: tuple[tuple[str, BaseGeometry], ...]
    wet: BaseGeometry
    rail: BaseGeometry | None
    islets: tuple[BaseGeometry, ...]


def smooth(points: np.ndarray, step: float) -> np.ndarray:
    """Return a Catmull-Rom curve through points (n x 2, metres), a vertex about every step metres."""
    p = np.vstack([2 * points[0] - points[1], points, 2 * points[-1] - points[-2]])
    out = []
    for i in range(1, len(p) - 2):
        a, b, c, d = p[i - 1], p[i], p[i + 1], p[i + 2]
        count = max(2, int(np.hypot(*(c - b)) / step))
        t = np.linspace(0, 1, count, endpoint=False)[:, None]
        out.append(0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - 3 * c + d - a) * t**3))
    return np.vstack([*out, points[-1:]])


def blob(
    x: float, y: float, radius: float, rng: np.random.Generator, squash: float = 0.7, rough: float = 0.16
) -> Polygon:
    """Return a rounded, irregular shape about a point; radius in metres."""
    angle = np.linspace(0, 2 * np.pi, max(24, int(radius / 6)), endpoint=False)
    size = np.ones_like(angle)
    for k in range(2, 6):
        size += rough / k * 1.6 * np.cos(k * angle + rng.uniform(0, 2 * np.pi))
    shape = np.column_stack([x + radius * size * np.cos(angle), y + radius * size * squash * np.sin(angle)])
    return Polygon(np.round(shape, 3))


def outline_of(layout: Layout, rng: np.random.Generator) -> Polygon:
    """Return a rounded, slightly ragged frame that fills the layout's extent."""
    w, h = layout.width_m, layout.height_m
    angle = np.linspace(0, 2 * np.pi, 240, endpoint=False)
    power = 7.0
    radius = (np.abs(np.cos(angle)) ** power + np.abs(np.sin(angle)) ** power) ** (-1 / power)
    ragged = np.ones_like(angle)
    for k in (3, 5, 8, 13, 21):
        ragged += rng.uniform(0.004, 0.012) * np.cos(k * angle + rng.uniform(0, 2 * np.pi))
    x = w / 2 * (1 + 0.985 * radius * ragged * np.cos(angle))
    y = h / 2 * (1 + 0.985 * radius * ragged * np.sin(angle))
    return Polygon(np.round(np.column_stack([x, y]), 3))


def ribbon(line: np.ndarray, half_width: np.ndarray) -> BaseGeometry:
    """Return the polygon along a line whose half width (metres) varies from vertex to vertex."""
    tangent = np.gradient(line, axis=0)
    tangent /= np.hypot(*tangent.T)[:, None]
    normal = np.column_stack([-tangent[:, 1], tangent[:, 0]])
    left, right = line + normal * half_width[:, None], line - normal * half_width[:, None]
    return shapely.make_valid(Polygon(np.vstack([left, right[::-1]])).buffer(0))


def river_of(layout: Layout, rng: np.random.Generator) -> tuple[BaseGeometry, list[BaseGeometry]]:
    """Return the river without its islands, and the uninhabited islets."""
    scale = np.array([layout.width_m, layout.height_m])
    line = smooth(np.array(layout.river) * scale, BANK_STEP_M)
    along = np.linspace(0, 1, len(line))
    half = np.full(len(line), layout.river_width_m / 2)
    for k in (5, 11, 19):
        half *= 1 + 0.10 * np.cos(2 * np.pi * k * along + rng.uniform(0, 2 * np.pi))
    inhabited: list[BaseGeometry] = []
    if layout.island:
        at, length, width = layout.island
        span = length / shapely.length(LineString(line))
        swell = np.clip(1 - ((along - at) / (0.75 * span)) ** 2, 0, None) ** 0.8
        half = half * (1 - 0.25 * swell) + swell * (width / 2 + layout.river_width_m * 0.16)
        core = (np.abs(along - at) < span / 2).nonzero()[0]
        body = (1 - (2 * (along[core] - at) / span) ** 2) ** 0.45
        inhabited.append(ribbon(line[core], np.maximum(body * width / 2, 1.0)))
    islets: list[BaseGeometry] = []
    for at in (0.16, 0.62, 0.80):
        if layout.river_width_m > 2.5 * ISLET_MIN_M:
            i = int(at * len(line))
            heading = math.degrees(math.atan2(*(line[i + 1] - line[i])[::-1]))
            islet = blob(float(line[i, 0]), float(line[i, 1]), rng.uniform(60, 110), rng, squash=0.3)
            islets.append(affinity.rotate(islet, heading))
            reach = np.clip(1 - ((along - at) / 0.03) ** 2, 0, None)
            half = half + reach * 30
    river = ribbon(line, np.round(half, 3))
    for island in (*inhabited, *islets):
        river = river.difference(island)
    return river, islets


def draw(layout: Layout, rng: np.random.Generator) -> Terrain:
    """Draw the terrain of a layout."""
    outline = outline_of(layout, rng)
    water: list[tuple[str, BaseGeometry]] = []
    islets: list[BaseGeometry] = []
    if layout.river:
        river, islets = river_of(layout, rng)
        water.append(("翠柳河", river.intersection(outline)))
    for i, (x, y, radius) in enumerate(layout.lakes):
        lake: BaseGeometry = blob(x * layout.width_m, y * layout.height_m, radius, rng)
        islet = blob(x * layout.width_m + radius * 0.2, y * layout.height_m, radius * 0.12, rng)
        if radius > 300:
            islets.append(islet)
            lake = lake.difference(islet)
        water.append((("星海湖", "镇朔湖", "沙湖")[i % 3], lake))
    rail = None
    if layout.rail:
        scale = np.array([layout.width_m, layout.height_m])
        rail = LineString(smooth(np.array(layout.rail) * scale, 60.0)).intersection(outline)
    snapped = [(name, shapely.set_precision(shape, 0.1)) for name, shape in water]
    wet = shapely.union_all([shape for _, shape in snapped]) if snapped else Polygon()
    return Terrain(outline, tuple(snapped), wet, rail, tuple(islets))
