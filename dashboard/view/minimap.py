"""A plan as a small picture: paths in a box, north up, both axes to one scale."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

WIDTH, HEIGHT = 300, 190
MARGIN = 4
Ring = Sequence[Sequence[float]]


def paths(shapes: Mapping[str, Mapping[str, Any]], colours: Mapping[str, int]) -> list[list[Any]]:
    """Draw grids as SVG paths in a box of `WIDTH` x `HEIGHT`.

    Parameters
    ----------
    shapes : grid code to GeoJSON Polygon or MultiPolygon, EPSG:4326 degrees.
    colours : grid code to 1-6.

    Returns
    -------
    list of [colour, path], the way `MiniMap` takes it.
    """
    rings = {code: _rings(shape) for code, shape in shapes.items()}
    places = [place for found in rings.values() for ring in found for place in ring]
    if not places:
        return []
    west, east = min(x for x, _y, *_z in places), max(x for x, _y, *_z in places)
    south, north = min(y for _x, y, *_z in places), max(y for _x, y, *_z in places)
    narrow = math.cos(math.radians((south + north) / 2))
    wide, high = max((east - west) * narrow, 1e-9), max(north - south, 1e-9)
    scale = min((WIDTH - 2 * MARGIN) / wide, (HEIGHT - 2 * MARGIN) / high)
    left, top = (WIDTH - wide * scale) / 2, (HEIGHT - high * scale) / 2

    def path(ring: Ring) -> str:
        steps = [f"{left + (x - west) * narrow * scale:.1f} {top + (north - y) * scale:.1f}" for x, y, *_z in ring]
        return f"M{'L'.join(steps)}Z"

    return [[colours.get(code, 0), "".join(path(ring) for ring in found)] for code, found in sorted(rings.items())]


def _rings(shape: Mapping[str, Any]) -> list[Ring]:
    polygons = [shape["coordinates"]] if shape["type"] == "Polygon" else shape["coordinates"]
    return [ring for polygon in polygons for ring in polygon]
