"""What the units are cut from: the exchange tables as plain arrays in one metric system."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from geo.errors import CrsMismatch, InputError
from geo.i18n import _

LINE_HALF_WIDTH_M = 0.5
"""A barrier given as a line (a railway, a brook) is this wide on either side of it."""
Shapes = NDArray[Any]


def _none() -> Shapes:
    return np.empty(0, dtype=object)


@dataclass(frozen=True, slots=True)
class Layers:
    """Communities, buildings, roads and water; arrays of one table have one length, geometries are metric.

    Attributes
    ----------
    crs : the metric system, as pyproj reads it (`EPSG:4544`).
    community_code, community : 12-digit code and polygon of each community (社区).
    building_id, footprint : id and polygon or point of each building (楼栋).
    building_community : stated community code, `""` where the location decides.
    households, persons : counts a building.
    workload : hours, cases or any other measure of work a building, 0 where none is known.
    road, arterial : street lines, and which of them are arterials.
    water : rivers and lakes as polygons, brooks and railways as lines; never crossed by a grid.
    """

    crs: str
    community_code: NDArray[Any]
    community: Shapes
    building_id: NDArray[Any]
    footprint: Shapes
    building_community: NDArray[Any]
    households: NDArray[np.int64]
    persons: NDArray[np.int64]
    workload: NDArray[np.float64]
    road: Shapes = field(default_factory=_none)
    arterial: NDArray[np.bool_] = field(default_factory=lambda: np.zeros(0, dtype=bool))
    water: Shapes = field(default_factory=_none)

    def of_buildings(self, keep: NDArray[Any]) -> Layers:
        """Return the layers with only the buildings an index or mask names."""
        names = ("building_id", "footprint", "building_community", "households", "persons", "workload")
        return replace(self, **{name: getattr(self, name)[keep] for name in names})


def from_frames(
    areas: gpd.GeoDataFrame,
    buildings: gpd.GeoDataFrame,
    roads: gpd.GeoDataFrame | None = None,
    water: gpd.GeoDataFrame | None = None,
    *,
    crs: str,
) -> Layers:
    """Bring exchange tables to layers.

    Parameters
    ----------
    areas : code, level, geometry; only communities are taken.
    buildings : building_id, geometry; community_code, households, persons, workload where there are such columns.
    roads, water : class, geometry; geometry.
    crs : the metric system everything is brought to.

    Raises
    ------
    CrsMismatch   a table states no CRS.
    InputError    no community, no building, or a building id twice.
    """
    frames = [frame for frame in (areas, buildings, roads, water) if frame is not None]
    if any(frame.crs is None for frame in frames):
        raise CrsMismatch(_("A table states no coordinate system."))
    communities = areas[areas["level"].astype(str) == "community"].to_crs(crs)
    communities = communities.sort_values("code", kind="stable")
    if len(communities) == 0:
        raise InputError(
            _("There is no community to divide."), hint=_("The areas table needs rows of level community.")
        )
    if len(buildings) == 0:
        raise InputError(_("There is no building to divide."))
    ids = _texts(buildings, "building_id")
    order = np.argsort(ids.astype(str), kind="stable")
    ids = ids[order]
    if (twice := ids[1:] == ids[:-1]).any():
        raise InputError(_("The building {building} is listed twice.", building=ids[1:][twice][0]))
    lines = _shapes(roads, crs) if roads is not None and len(roads) else _none()
    classes = _texts(roads, "class") if roads is not None and len(roads) else _none()
    households = _numbers(buildings, "households")[order].astype(np.int64)
    persons = _numbers(buildings, "persons")[order].astype(np.int64)
    return Layers(
        crs=crs,
        community_code=_texts(communities, "code"),
        community=_polygons(communities.geometry.to_numpy()),
        building_id=ids,
        footprint=_shapes(buildings, crs)[order],
        building_community=_texts(buildings, "community_code")[order],
        households=households,
        persons=persons,
        workload=_numbers(buildings, "workload")[order],
        road=lines,
        arterial=classes == "arterial",
        water=_shapes(water, crs) if water is not None and len(water) else _none(),
    )


def _texts(frame: gpd.GeoDataFrame, name: str) -> NDArray[np.object_]:
    if name not in frame:
        return np.full(len(frame), "", dtype=object)
    return frame[name].fillna("").astype(str).to_numpy(dtype=object)


def _numbers(frame: gpd.GeoDataFrame, name: str) -> NDArray[np.float64]:
    if name not in frame:
        return np.zeros(len(frame))
    return frame[name].astype(float).fillna(0.0).to_numpy(dtype=float)


def _shapes(frame: gpd.GeoDataFrame, crs: str) -> Shapes:
    shapes = shapely.force_2d(frame.to_crs(crs).geometry.to_numpy())
    broken = ~shapely.is_valid(shapes)
    shapes[broken] = shapely.make_valid(shapes[broken])
    return shapes


def _polygons(shapes: Shapes) -> Shapes:
    return np.array([polygonal(shape) for shape in shapely.make_valid(shapely.force_2d(shapes))], dtype=object)


def polygonal(shape: shapely.Geometry) -> shapely.Geometry:
    """Return the polygonal part of a geometry."""
    if shapely.get_type_id(shape) in (3, 6):
        return shape
    parts = shapely.get_parts(shape)
    return shapely.union_all(parts[np.isin(shapely.get_type_id(parts), [3, 6])])


def barrier(water: Shapes) -> Shapes:
    """Return what no grid crosses, as polygons: water surfaces, and lines widened by `LINE_HALF_WIDTH_M`."""
    if len(water) == 0:
        return water
    line = shapely.get_dimensions(water) < 2
    wide = water.copy()
    wide[line] = shapely.buffer(water[line], LINE_HALF_WIDTH_M, cap_style="flat")
    return wide[~shapely.is_empty(wide)]
