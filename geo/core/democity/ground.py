"""The ground tables: areas, roads, water, buildings, grids, in degrees and under their exchange names."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import shapely
from pyproj import Transformer

from geo.core.democity import words
from geo.core.democity.blocks import Buildings, build
from geo.core.democity.fabric import Fabric, weave
from geo.core.democity.naming import Names, name_all
from geo.core.democity.partition import Ground
from geo.core.democity.plan import Plan, draw, outlines
from geo.core.democity.recipe import ANCHOR_LONLAT, DEGREE_DECIMALS, METRIC_EPSG, VACANT_SHARE, Layout
from geo.core.democity.terrain import Terrain
from geo.core.democity.terrain import draw as draw_terrain

EPSG = 4326
TRIES = 30
SHOP_FRONTS = 1.022
"""Homes to build for each one wanted: ground floors that become shops make up for the rest."""


@dataclass
class City:
    """The city's ground in metres, before anybody lives in it.

    Attributes
    ----------
    building_id : of each building; the community's code and five digits.
    community, grid : codes of each building.
    """

    layout: Layout
    terrain: Terrain
    fabric: Fabric
    plan: Plan
    buildings: Buildings
    names: Names
    building_id: np.ndarray
    community: np.ndarray
    grid: np.ndarray


def raise_buildings(layout: Layout, seed: int) -> tuple[Terrain, Fabric, Buildings, np.random.Generator]:
    """Draw terrain, streets and buildings; drawn again where the land has too few homes for the households.

    Raises
    ------
    ValueError
        Where TRIES drawings had too few: the layout is too small for its households.
    """
    wanted = round(layout.households / (1 - VACANT_SHARE) * SHOP_FRONTS)
    for attempt in range(TRIES):
        rng = np.random.default_rng([seed, attempt])
        terrain = draw_terrain(layout, rng)
        fabric = weave(layout, terrain, rng)
        buildings = build(fabric, terrain, wanted, rng)
        if buildings.dwellings.sum() > 0.96 * wanted:
            return terrain, fabric, buildings, rng
    raise ValueError(f"{layout.households} households do not fit {layout.width_m:.0f} x {layout.height_m:.0f} m")


def found_city(layout: Layout, seed: int) -> City:
    """Draw terrain, streets, buildings, areas, grids and names of a layout."""
    terrain, fabric, buildings, rng = raise_buildings(layout, seed)
    homes = np.bincount(buildings.face, buildings.dwellings, len(fabric.faces))
    xy = shapely.get_coordinates(shapely.centroid(fabric.faces))
    ground = Ground(xy, homes + 0.3, fabric.edges, fabric.edge_cost)
    plan = draw(layout, fabric.parcel, fabric.piece, ground, rng)
    buildings = buildings.take(plan.community[buildings.face] != "")
    order = np.lexsort((buildings.face, plan.grid[buildings.face].astype(str)))
    buildings = buildings.take(order)
    names = name_all(fabric, buildings, np.array([c[:9] for c in plan.community], dtype=object), rng)
    community = plan.community[buildings.face]
    _, first, inverse = np.unique(community.astype(str), return_index=True, return_inverse=True)
    serial = np.arange(len(community)) - first[inverse] + 1
    ids = np.array([f"{c}{n:05d}" for c, n in zip(community, serial.tolist(), strict=True)], dtype=object)
    return City(layout, terrain, fabric, plan, buildings, names, ids, community, plan.grid[buildings.face])


def degrees(shapes: np.ndarray) -> np.ndarray:
    """Return shapes drawn in metres from the anchor in degrees, rounded; the same vertex always gives the same one."""
    forth = Transformer.from_crs(EPSG, METRIC_EPSG, always_xy=True)
    east, north = forth.transform(*ANCHOR_LONLAT)
    back = Transformer.from_crs(METRIC_EPSG, EPSG, always_xy=True)
    xy = shapely.get_coordinates(shapes)
    lon, lat = back.transform(np.round(xy[:, 0], 2) + east, np.round(xy[:, 1], 2) + north)
    lonlat = np.column_stack([lon, lat]).round(DEGREE_DECIMALS)
    return shapely.set_coordinates(np.array(shapes, dtype=object, copy=True), lonlat)


def frame(columns: dict[str, object], shapes: np.ndarray) -> gpd.GeoDataFrame:
    """Return a geometry table."""
    return gpd.GeoDataFrame(columns, geometry=degrees(shapes), crs=EPSG)


def areas(city: City) -> gpd.GeoDataFrame:
    """Return the areas (区划) of all four levels; communities tile the land, upper levels are their unions."""
    faces, code = city.fabric.faces[city.plan.faces], city.plan.community[city.plan.faces]
    rows, shapes = [], []
    known = {r["code"]: r for r in words.divisions()}
    for digits, level in ((4, "city"), (6, "county"), (9, "subdistrict"), (12, "community")):
        codes, outline = outlines(faces, np.array([c[:digits] for c in code]))
        for c, shape in zip(codes.tolist(), outline, strict=True):
            name = words.CITY_NAME if level == "city" else known[c]["name"]
            rows.append((c, name, level, "" if level == "city" else known[c]["parent_code"]))
            shapes.append(shape)
    columns = zip(("code", "name", "level", "parent_code"), zip(*rows, strict=True), strict=True)
    return frame({k: list(v) for k, v in columns}, np.array(shapes, dtype=object))


def grids(city: City) -> gpd.GeoDataFrame:
    """Return the grids (网格): 15-digit codes, named after the community."""
    codes, shapes = outlines(city.fabric.faces[city.plan.faces], city.plan.grid[city.plan.faces].astype(str))
    known = {r["code"]: words.short_name(r["name"]) for r in words.divisions()}
    communities = [c[:12] for c in codes]
    names = [f"{known[c[:12]]}{int(c[12:]):02d}" for c in codes]
    return frame({"grid_code": codes.astype(object), "name": names, "community_code": communities}, shapes)


def roads(city: City) -> gpd.GeoDataFrame:
    """Return the roads (道路), one row a piece."""
    rows = city.fabric.roads
    return frame(
        {
            "road_id": [f"R{i:05d}" for i in range(1, len(rows) + 1)],
            "name": ["" if kind == "path" else city.names.roads.get(group, "") for group, kind, _ in rows],
            "class": [kind for _, kind, _ in rows],
        },
        np.array([line for _, _, line in rows], dtype=object),
    )


def water(city: City) -> gpd.GeoDataFrame:
    """Return water (水系) and the railway."""
    rows: list[tuple[str, str, shapely.Geometry]] = [
        (name, "river" if "河" in name else "other", shape) for name, shape in city.fabric.water
    ]
    if city.terrain.rail is not None:
        rows.append(("平汝铁路", "rail", city.terrain.rail))
    return frame(
        {"name": [r[0] for r in rows], "kind": [r[1] for r in rows]}, np.array([r[2] for r in rows], dtype=object)
    )


def buildings(city: City) -> gpd.GeoDataFrame:
    """Return the buildings (楼栋); households are in their own table."""
    b = city.buildings
    return frame(
        {
            "building_id": city.building_id,
            "community_code": city.community,
            "estate": city.names.estate,
            "name": city.names.building,
            "address": city.names.address,
            "floors": b.floors.astype(int),
        },
        b.shape,
    )
