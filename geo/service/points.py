"""Points of rows (lon, lat, crs) brought to EPSG:4326, and the trial whether a file's WGS-84 is a shift in disguise."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa

from geo import crs as crs_module
from geo.core.locate import Locator
from geo.crs import Crs
from geo.service.drafts import Draft

_MARGIN = 0.2
"""Degrees around the city within which a point is taken for a place near it, not for exchanged coordinates."""
_SAMPLE = 5_000
_ENOUGH = 20
_BETTER = 0.1
"""Share of the points that must fall better after undoing a shift before it is said."""


def read(draft: Draft, stated: Crs | None, bounds: tuple[float, float, float, float] | None) -> None:
    """Bring a chunk's lon and lat to EPSG:4326 in place.

    Parameters
    ----------
    stated : what holds for rows that state no system; None: their point is left out and counted.
    bounds : of the city, for telling exchanged coordinates; None where there is no city yet.

    Notes
    -----
    lon and lat are degrees by name. Where `stated` is a projected system, numbers that can be degrees are taken for
    degrees of its datum, others for easting and northing.
    """
    lon, lat = draft.numbers("lon"), draft.numbers("lat")
    half = np.isnan(lon) != np.isnan(lat)
    if half.any():
        draft.drop(half, "lon", "bad_coordinate", _shown(lon, lat))
        lon, lat = lon[~half], lat[~half]
    own = draft.texts("crs")
    for name in np.unique(own):
        rows = (own == name) & ~np.isnan(lon)
        crs = crs_module.parse(name) if name else stated
        if crs is None:
            draft.note("point_without_crs", int(rows.sum()))
            lon[rows] = lat[rows] = np.nan
        elif rows.any():
            _convert(crs, lon, lat, rows)
    _judge(draft, lon, lat, bounds)


def _convert(crs: Crs, lon: np.ndarray, lat: np.ndarray, rows: np.ndarray) -> None:
    if not crs.degrees:
        rows = rows & ~((np.abs(lon) <= 180) & (np.abs(lat) <= 180))
    lon[rows], lat[rows] = crs_module.to_storage(crs, lon[rows], lat[rows])


def _judge(draft: Draft, lon: np.ndarray, lat: np.ndarray, bounds: tuple[float, float, float, float] | None) -> None:
    """Reject points that are none, and points whose exchange lies in the city while they themselves do not."""
    none = np.isnan(lon)
    impossible = ~none & ~((np.abs(lon) <= 180) & (np.abs(lat) <= 90))
    swapped = impossible & (np.abs(lat) <= 180) & (np.abs(lon) <= 90)
    if bounds is not None:
        swapped |= ~none & ~_within(lon, lat, bounds) & _within(lat, lon, bounds)
    draft.columns |= {"lon": pa.array(lon, mask=none), "lat": pa.array(lat, mask=none)}
    shown = _shown(lon, lat)
    broken = impossible & ~swapped
    draft.drop(swapped, "lon", "swapped_lonlat", shown)
    draft.drop(
        broken[~swapped], "lon", "bad_coordinate", [text for text, out in zip(shown, swapped, strict=True) if not out]
    )


def _within(x: np.ndarray, y: np.ndarray, bounds: tuple[float, float, float, float]) -> np.ndarray:
    west, south, east, north = bounds
    return (x > west - _MARGIN) & (x < east + _MARGIN) & (y > south - _MARGIN) & (y < north + _MARGIN)


def _shown(lon: np.ndarray, lat: np.ndarray) -> list[str]:
    return [f"{x:.9g},{y:.9g}" for x, y in zip(lon, lat, strict=True)]


@dataclass(slots=True)
class ShiftTrial:
    """Counts how many points fall where they belong as they are, and after undoing GCJ-02 or BD-09.

    Attributes
    ----------
    tried : points tried; at most some thousands of a file.
    good : points that fall well, by the system undone; "" is as they are.
    """

    tried: int = 0
    good: dict[str, int] = field(default_factory=lambda: {"": 0, "gcj02": 0, "bd09": 0})

    def add_areas(self, x: np.ndarray, y: np.ndarray, stated: np.ndarray, communities: Locator) -> None:
        """Try buildings: they belong into their stated community, or into any."""
        self._add(x, y, lambda lon, lat, part: _hits(communities.codes_at(lon, lat), stated[part]))

    def add_points(self, x: np.ndarray, y: np.ndarray, houses: Locator) -> None:
        """Try points of cases: more of them lie in a footprint when they are where they should be."""
        self._add(x, y, lambda lon, lat, _part: houses.codes_at(lon, lat) != "")

    def _add(
        self, x: np.ndarray, y: np.ndarray, good: Callable[[np.ndarray, np.ndarray, np.ndarray], np.ndarray]
    ) -> None:
        part = np.arange(min(len(x), _SAMPLE - self.tried))
        if len(part) == 0:
            return
        self.tried += len(part)
        lon, lat = x[part], y[part]
        for name in self.good:
            moved = crs_module.to_storage(Crs(name), lon, lat) if name else (lon, lat)
            self.good[name] += int(good(*moved, part).sum())

    @property
    def verdict(self) -> str:
        """Return the system the points seem to be in, empty where they fit best as they are."""
        best = max(self.good, key=lambda name: self.good[name])
        gain = self.good[best] - self.good[""]
        return best if self.tried >= _ENOUGH and gain > _BETTER * self.tried else ""


def _hits(found: np.ndarray, stated: np.ndarray) -> np.ndarray:
    return np.where(stated == "", found != "", found == stated)
