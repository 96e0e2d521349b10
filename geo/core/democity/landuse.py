"""What each parcel is used for, and how finely it is divided."""

from __future__ import annotations

import math
from enum import StrEnum

import numpy as np
from shapely import Polygon

from geo.core.democity.recipe import Layout


class Use(StrEnum):
    """Land uses of a parcel."""

    SLAB = "slab"  # walled estate (小区) of slabs, mostly six storeys
    TOWER = "tower"  # walled estate of towers
    MIXED = "mixed"  # slabs with some towers
    OLD = "old"  # old lanes of row houses (平房)
    VILLAGE = "village"  # village inside the city (城中村)
    CENTRE = "centre"  # shops and offices
    SCHOOL = "school"
    WORKS = "works"
    PARK = "park"


FACE_M2 = {
    Use.SLAB: 15_500,
    Use.MIXED: 16_500,
    Use.TOWER: 18_500,
    Use.OLD: 10_500,
    Use.VILLAGE: 10_000,
    Use.CENTRE: 12_500,
    Use.SCHOOL: 32_000,
    Use.WORKS: 38_000,
    Use.PARK: 45_000,
}
"""Mean size of a block by use, m2."""


def face_size(use: Use) -> float:
    """Return the block size a parcel of this use is divided to, m2."""
    return FACE_M2[use] * 1.25


def use_of(parcel: Polygon, layout: Layout, rng: np.random.Generator) -> Use:
    """Draw a parcel's use: shops towards the middle, works and villages at the edge, estates everywhere."""
    x, y = parcel.centroid.coords[0]
    u, v = 2 * x / layout.width_m - 1, 2 * y / layout.height_m - 1
    edge = max(abs(u), abs(v))
    near = min(math.hypot((u - cx) * 1.8, v - cy) for cx, cy in ((-0.12, 0.18), (-0.35, 0.72), (0.35, -0.72)))
    core = math.exp(-((near / 0.42) ** 2))
    wild = edge**6
    share = {
        Use.SLAB: 0.36,
        Use.MIXED: 0.17,
        Use.TOWER: 0.10 + 0.06 * edge,
        Use.OLD: 0.08 + 0.10 * core,
        Use.VILLAGE: 0.03 + 0.22 * wild,
        Use.CENTRE: 0.04 + 0.22 * core,
        Use.SCHOOL: 0.055,
        Use.WORKS: 0.035 + 0.22 * wild,
        Use.PARK: 0.045,
    }
    if parcel.area < 25_000:
        share[Use.WORKS] = share[Use.SCHOOL] = 0.0
        share[Use.PARK] += 0.1
    weight = np.array([*share.values()])
    return list(share)[int(rng.choice(len(weight), p=weight / weight.sum()))]
