"""What the demo city is made to: sizes, layout and the figures it is modelled on, each with its source.

The city is synthetic. Real are the names and codes of its divisions (data/demo/README.md) and the figures it is
scaled to; streets, buildings, people and cases are drawn from a seed.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

ANCHOR_LONLAT = (106.312, 38.992)
"""South-west corner of the drawing, degrees EPSG:4326: beside Dawukou (大武口), Shizuishan's seat."""

METRIC_EPSG = 4544
"""CGCS2000 / 3-degree Gauss-Kruger CM 105E, metres: what the city is drawn in. The city reaches beyond 106.5 E,
the zone's edge, as the real one does; one zone is kept for all of it."""

SNAP_M = 0.1
"""Metres of the lattice every vertex of the coverage is rounded to while streets are noded (snap rounding)."""

DEGREE_DECIMALS = 7
"""Digits of the degrees written: about 1 cm, far below SNAP_M, so rounding cannot make neighbours part."""

COMMUNITIES = 119
"""Urban communities (社区). Source: the Shizuishan article, "全市119个城镇社区调整划分了547个网格"."""

GRIDS = 547
"""Grids (网格). Source: as above."""

HOUSEHOLDS = 270_000
"""Households: 547 grids of "500户左右" (same source), a little under the 273,500 of exactly 500 each."""

VACANT_SHARE = 0.12
RENTED_SHARE = 0.15
"""Shares of dwellings that stand empty or are let: this project's own assumption for a shrinking industrial city."""

LEFT_OUT = ("640202007003", "640202007005", "640205202001")
"""Three of the 122 urban communities of the division codes left out to have the article's 119: two mining
settlements in the Helan mountains and one in a rural township, the farthest from any urban fabric."""


@dataclass(frozen=True, slots=True)
class Zone:
    """A quarter whose streets share an orientation: centre as shares of width and height, angle in degrees."""

    x: float
    y: float
    angle: float


@dataclass(frozen=True, slots=True)
class Layout:
    """One size of the city.

    Attributes
    ----------
    width_m, height_m : extent of the built-up area, metres.
    households : to be reached within 1 %.
    grids : exactly.
    zones : orientations of the street field.
    river, rail : centre lines as shares of width and height, west to east; empty for none.
    river_width_m : mean width between the banks.
    island : (position along the river 0-1, length m, width m) of the inhabited island; None for none.
    lakes : (x, y, radius m) with shares for x and y.
    counties : division code prefixes, one group a bank, north to south.
    """

    width_m: float
    height_m: float
    households: int
    grids: int
    zones: tuple[Zone, ...]
    river: tuple[tuple[float, float], ...] = ()
    river_width_m: float = 0.0
    island: tuple[float, float, float] | None = None
    rail: tuple[tuple[float, float], ...] = ()
    lakes: tuple[tuple[float, float, float], ...] = ()
    prefixes: tuple[str, ...] = ("6402",)


CITY = Layout(
    width_m=11_400,
    height_m=6_400,
    households=HOUSEHOLDS,
    grids=GRIDS,
    zones=(
        Zone(0.08, 0.85, 24),
        Zone(0.33, 0.88, -6),
        Zone(0.62, 0.90, 14),
        Zone(0.92, 0.80, -22),
        Zone(0.06, 0.48, 8),
        Zone(0.27, 0.52, -13),
        Zone(0.50, 0.60, 3),
        Zone(0.73, 0.50, 31),
        Zone(0.95, 0.42, 10),
        Zone(0.12, 0.10, -28),
        Zone(0.40, 0.12, 16),
        Zone(0.66, 0.15, -9),
        Zone(0.92, 0.08, 22),
    ),
    river=((-0.06, 0.26), (0.08, 0.24), (0.20, 0.33), (0.33, 0.37), (0.46, 0.28), (0.60, 0.20), (0.74, 0.30),
           (0.87, 0.33), (1.06, 0.20)),
    river_width_m=190,
    island=(0.395, 1500, 480),
    rail=((-0.05, 0.60), (0.15, 0.63), (0.35, 0.71), (0.55, 0.73), (0.78, 0.68), (1.05, 0.74)),
    lakes=((0.57, 0.46, 420), (0.86, 0.87, 190)),
    prefixes=("640205", "640202", "640221"),
)  # fmt: skip

SUBDISTRICT = Layout(
    width_m=3_300,
    height_m=1_850,
    households=20_200,
    grids=41,
    zones=(Zone(0.15, 0.7, -12), Zone(0.55, 0.75, 9), Zone(0.9, 0.6, 27), Zone(0.3, 0.1, 20), Zone(0.8, 0.1, -8)),
    river=((-0.1, 0.26), (0.15, 0.24), (0.38, 0.36), (0.62, 0.22), (0.85, 0.30), (1.1, 0.24)),
    river_width_m=85,
    rail=((-0.1, 0.80), (0.3, 0.84), (0.6, 0.80), (1.1, 0.88)),
    lakes=((0.66, 0.55, 120),),
    prefixes=("640202002",),
)

COMMUNITY = Layout(
    width_m=1_180,
    height_m=680,
    households=2_450,
    grids=5,
    zones=(Zone(0.2, 0.5, -9), Zone(0.8, 0.5, 14)),
    lakes=((0.55, 0.45, 55),),
    prefixes=("640202002005",),
)

LAYOUTS: dict[str, Layout] = {"community": COMMUNITY, "subdistrict": SUBDISTRICT, "city": CITY}

SUPERBLOCK_M2 = 520_000.0
"""Arterials stop dividing below this: meshes of some 600-700 m, as Chinese cities lay them."""

PARCEL_M2 = 115_000.0
"""Streets stop dividing below this: a walled estate (小区), a works, a school or a park."""

MIN_FACE_M2 = 2_600.0
"""Smaller pieces of land join a neighbour."""

SOUTH_LEAN = math.radians(17)
"""Rows of flats may turn this far from due south (南向); beyond it they ignore the street's bearing."""
