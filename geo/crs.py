"""Coordinate systems: what input may state, the shifts of GCJ-02 and BD-09, and the city's one metric system.

Everything is stored in EPSG:4326, treated as equal to CGCS2000 (EPSG:4490) at map accuracy: PROJ knows only a
ballpark no-op between them. GCJ-02 (国测局坐标, "Mars coordinates") and BD-09 (百度坐标) are no projections but
published distortions of WGS-84; they are undone here, before anything is joined to a grid, since the shift is
270-1,340 m. The forward formulas are the ones in public use; the inverse is found by iteration, so a round trip
stays within 1 mm. All functions take and return arrays of degrees, longitude first.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from geo.errors import CrsMismatch

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray
    from pyproj import Transformer

STORAGE_EPSG = 4326
SHIFTED = ("gcj02", "bd09")
"""Systems no EPSG code stands for: a file can't carry them, so they are stated beside it."""
ZONES = range(4534, 4555)
"""CGCS2000 / 3-degree Gauss-Kruger by central meridian: 4534 = 75E ... 4554 = 135E."""
ZONES_WITH_NUMBER = range(4513, 4534)
"""The same zones with the zone number before the easting: 4513 = zone 25 (75E) ... 4533 = zone 45 (135E)."""

_AXIS_M = 6378245.0
_ECCENTRICITY2 = 0.00669342162296594323
_BD_PI = np.pi * 3000.0 / 180.0
_CHINA = (72.004, 0.8293, 137.8347, 55.8271)
_ROUNDS = 30


@dataclass(frozen=True, slots=True)
class Crs:
    """A stated coordinate system.

    Attributes
    ----------
    name : what it is called in messages: one of `SHIFTED`, `epsg:4547`, or the name inside a definition.
    definition : what PROJ is told; empty for `SHIFTED`.
    """

    name: str
    definition: str = ""

    @property
    def shifted(self) -> bool:
        """Whether the coordinates are GCJ-02 or BD-09."""
        return not self.definition

    @property
    def degrees(self) -> bool:
        """Whether coordinates are degrees of WGS-84 or CGCS2000 (taken as equal), or a shift of them."""
        return self.shifted or self.definition in ("EPSG:4326", "EPSG:4490")


WGS84 = Crs("wgs84", "EPSG:4326")


def parse(text: str) -> Crs:
    """Read what a person or a file states: `wgs84`, `cgcs2000`, `gcj02`, `bd09`, `4547`, `EPSG:4547`, an OGC URN.

    Raises
    ------
    CrsMismatch
        The words name no system this product reads.

    Examples
    --------
    >>> parse("EPSG:4490").definition, parse("GCJ-02").shifted
    ('EPSG:4490', True)
    """
    folded = re.sub(r"[\s_-]", "", text).lower()
    named = {"wgs84": 4326, "crs84": 4326, "cgcs2000": 4490, "国家2000": 4490, "2000国家大地坐标系": 4490}
    if folded.endswith("crs84"):
        folded = "crs84"
    if folded in named:
        return Crs(folded, f"EPSG:{named[folded]}")
    if folded in {*SHIFTED, "gcj", "火星坐标", "国测局坐标", "高德", "bd", "bd09ll", "百度坐标", "百度"}:
        return Crs("bd09") if folded.startswith(("bd", "百度")) else Crs("gcj02")
    if match := re.search(r"(?:^|epsg[:/]*(?:[\d.]*[:/])?)(\d{4,6})$", folded):
        return _known(f"epsg:{match[1]}", f"EPSG:{match[1]}")
    raise CrsMismatch(text)


def from_definition(text: str) -> Crs:
    """Read the definition a file carries (WKT, an authority code, PROJ JSON).

    Raises
    ------
    CrsMismatch
        PROJ does not know it.
    """
    from pyproj import CRS
    from pyproj.exceptions import CRSError

    try:
        crs = CRS.from_user_input(text)
    except CRSError as error:
        raise CrsMismatch(text.splitlines()[0][:80]) from error
    horizontal = crs.sub_crs_list[0] if crs.is_compound else crs
    epsg = horizontal.to_epsg(min_confidence=60)
    if horizontal.name in ("WGS 84 (CRS84)", "WGS 84 longitude-latitude"):
        epsg = STORAGE_EPSG
    return Crs(f"epsg:{epsg}", f"EPSG:{epsg}") if epsg else Crs(horizontal.name, horizontal.to_wkt())


def _known(name: str, definition: str) -> Crs:
    """Make sure PROJ knows a stated code."""
    from pyproj import CRS
    from pyproj.exceptions import CRSError

    try:
        CRS.from_user_input(definition)
    except CRSError as error:
        raise CrsMismatch(name) from error
    return Crs(name, definition)


def wgs84_to_gcj02(lon: ArrayLike, lat: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Shift WGS-84 degrees to GCJ-02; points outside the rectangle around China stay where they are."""
    lon, lat = np.asarray(lon, dtype=float), np.asarray(lat, dtype=float)
    x, y = lon - 105.0, lat - 35.0
    wave = 20.0 * np.sin(6.0 * np.pi * x) + 20.0 * np.sin(2.0 * np.pi * x)
    root = np.sqrt(np.abs(x))
    dy = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root
    dy += wave * 2.0 / 3.0
    dy += (20.0 * np.sin(np.pi * y) + 40.0 * np.sin(np.pi / 3.0 * y)) * 2.0 / 3.0
    dy += (160.0 * np.sin(np.pi / 12.0 * y) + 320.0 * np.sin(np.pi / 30.0 * y)) * 2.0 / 3.0
    dx = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root
    dx += wave * 2.0 / 3.0
    dx += (20.0 * np.sin(np.pi * x) + 40.0 * np.sin(np.pi / 3.0 * x)) * 2.0 / 3.0
    dx += (150.0 * np.sin(np.pi / 12.0 * x) + 300.0 * np.sin(np.pi / 30.0 * x)) * 2.0 / 3.0
    angle = np.radians(lat)
    magic = 1.0 - _ECCENTRICITY2 * np.sin(angle) ** 2
    dy *= 180.0 / (_AXIS_M * (1.0 - _ECCENTRICITY2) / (magic * np.sqrt(magic)) * np.pi)
    dx *= 180.0 / (_AXIS_M / np.sqrt(magic) * np.cos(angle) * np.pi)
    inside = (lon > _CHINA[0]) & (lat > _CHINA[1]) & (lon < _CHINA[2]) & (lat < _CHINA[3])
    return np.where(inside, lon + dx, lon), np.where(inside, lat + dy, lat)


def gcj02_to_bd09(lon: ArrayLike, lat: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Shift GCJ-02 degrees to BD-09."""
    lon, lat = np.asarray(lon, dtype=float), np.asarray(lat, dtype=float)
    radius = np.hypot(lon, lat) + 2e-5 * np.sin(lat * _BD_PI)
    theta = np.arctan2(lat, lon) + 3e-6 * np.cos(lon * _BD_PI)
    return radius * np.cos(theta) + 0.0065, radius * np.sin(theta) + 0.006


def wgs84_to_bd09(lon: ArrayLike, lat: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Shift WGS-84 degrees to BD-09."""
    return gcj02_to_bd09(*wgs84_to_gcj02(lon, lat))


def _undo(forward, lon: ArrayLike, lat: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Find the point whose forward shift is the given one; the error shrinks each round."""
    target_x, target_y = np.asarray(lon, dtype=float), np.asarray(lat, dtype=float)
    x, y = target_x.copy(), target_y.copy()
    for _ in range(_ROUNDS):
        shifted_x, shifted_y = forward(x, y)
        step_x, step_y = target_x - shifted_x, target_y - shifted_y
        x, y = x + step_x, y + step_y
        if not np.any(np.maximum(np.abs(step_x), np.abs(step_y)) > 1e-12):  # 1e-12 degrees are 0.1 micrometres
            break
    return x, y


def gcj02_to_wgs84(lon: ArrayLike, lat: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Undo GCJ-02 (within 1 mm)."""
    return _undo(wgs84_to_gcj02, lon, lat)


def bd09_to_gcj02(lon: ArrayLike, lat: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Undo BD-09's own step (within 1 mm)."""
    return _undo(gcj02_to_bd09, lon, lat)


def bd09_to_wgs84(lon: ArrayLike, lat: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Undo BD-09 and GCJ-02 (within 1 mm)."""
    return gcj02_to_wgs84(*bd09_to_gcj02(lon, lat))


def to_storage(crs: Crs, x: ArrayLike, y: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Bring coordinates of a stated system to EPSG:4326 degrees, x = longitude or easting; infinite where none."""
    if crs.shifted:
        return gcj02_to_wgs84(x, y) if crs.name == "gcj02" else bd09_to_wgs84(x, y)
    x, y = np.asarray(x, dtype=float), np.asarray(y, dtype=float)
    return (x, y) if crs.degrees else transform(crs.definition, f"EPSG:{STORAGE_EPSG}", x, y)


def from_storage(crs: Crs, lon: ArrayLike, lat: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Bring EPSG:4326 degrees to a stated system: what `to_storage` undoes."""
    if crs.shifted:
        return wgs84_to_gcj02(lon, lat) if crs.name == "gcj02" else wgs84_to_bd09(lon, lat)
    lon, lat = np.asarray(lon, dtype=float), np.asarray(lat, dtype=float)
    return (lon, lat) if crs.degrees else transform(f"EPSG:{STORAGE_EPSG}", crs.definition, lon, lat)


def transform(
    source: str, target: str, x: NDArray[np.float64], y: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Transform coordinates by PROJ, longitude or easting first on both sides."""
    return _transformer(source, target).transform(x, y)


@cache
def _transformer(source: str, target: str) -> Transformer:
    """Look a pipeline up once: that takes longer than a stroke of the planner may."""
    from pyproj import Transformer

    return Transformer.from_crs(source, target, always_xy=True)


def metric_epsg_for(bounds: tuple[float, float, float, float]) -> int:
    """Choose the one metric system of a city: the 3-degree CGCS2000 zone, or the UTM zone abroad, of its middle.

    Parameters
    ----------
    bounds : west, south, east, north of the city's areas, degrees.

    Notes
    -----
    Asked once, at the first load, and stored: a city that straddles two zones (Shizuishan) is measured in one.
    """
    lon, lat = (bounds[0] + bounds[2]) / 2, (bounds[1] + bounds[3]) / 2
    if 73.5 <= lon < 136.5 and 16.0 <= lat <= 56.0:
        return ZONES.start + round((lon - 75.0) / 3.0)
    return (32600 if lat >= 0 else 32700) + min(60, int((lon + 180) // 6) + 1)
