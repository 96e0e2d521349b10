"""The ground drafts are drawn on, remembered by the process: cells of land, households, work. Nothing of a draft.

Cells follow from geometry alone. They are kept in the database under a fingerprint of what they were cut from, so that
no stroke and no other worker cuts them again; households, persons and work are read anew when their layer has changed.
"""

from __future__ import annotations

import datetime as dt
import threading
import time
from collections import OrderedDict
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import psycopg
import shapely
from numpy.typing import NDArray

from geo.core.planning.ground import LAND, Ground, Land
from geo.core.zoning import layers as zoning_layers
from geo.core.zoning import units as zoning_units
from geo.core.zoning.islands import barrier_name
from geo.core.zoning.units import Units
from geo.crs import transform
from geo.errors import NotFound
from geo.i18n import _
from geo.standards import CARE_VISIT_DAYS
from geo.store import planning as store

CUT = 3
"""How cells are cut: raised whenever the same ground gives other cells or borders, so that kept ones are cut anew."""
KEPT = 400
"""Communities remembered, some 300 kB each."""
WORK_S = 60.0
"""Seconds after which open cases and visits due are counted anew; they change all day long."""
_GEOMETRY = ("areas", "buildings", "roads", "water")
_STOCK = ("buildings", "households", "residents")


@dataclass(frozen=True, slots=True)
class CityFrame:
    """What a transaction needs of the city: metric system, day, data versions."""

    epsg: int
    today: dt.date
    versions: dict[str, int]

    @property
    def crs(self) -> str:
        """The metric system, as pyproj reads it."""
        return f"EPSG:{self.epsg}"

    @property
    def visited_since(self) -> dt.date:
        """The last day that makes a care visit due again today."""
        return self.today - dt.timedelta(days=CARE_VISIT_DAYS)

    def metric(self, lonlat: list[list[float]]) -> NDArray[np.float64]:
        """Bring points (lon, lat) to metres."""
        xy = np.asarray(lonlat, dtype=float).reshape(-1, 2)
        return np.column_stack(transform("EPSG:4326", self.crs, xy[:, 0], xy[:, 1]))

    def degrees(self, shapes: Any) -> Any:
        """Bring metric shapes to lon, lat; equal corners stay equal."""
        return shapely.transform(
            shapes, lambda xy: np.column_stack(transform(self.crs, "EPSG:4326", xy[:, 0], xy[:, 1]))
        )


def city_frame(conn: psycopg.Connection) -> CityFrame:
    """Read what a transaction needs of the city.

    Raises
    ------
    NotFound   no city is loaded.
    """
    row = store.one(conn, "city")
    if row is None or row["metric_epsg"] is None:
        raise NotFound(_("There is no city to plan yet."), hint=_("Load areas and buildings first: gridmap load."))
    return CityFrame(row["metric_epsg"], row["today"], store.versions(conn))


@dataclass(slots=True)
class _Kept:
    geometry: tuple[int, ...]
    fingerprint: str
    land: Land
    stock: tuple[int, ...]
    work: tuple[int, int]
    worked_at: float
    ground: Ground


class Grounds:
    """Communities a process has read; made anew piece by piece as the data changes."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, _Kept] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, conn: psycopg.Connection, city: CityFrame, community: str) -> Ground:
        """Return a community's ground.

        Raises
        ------
        NotFound   there is no such community within the scope of the transaction.
        """
        with self._lock:
            kept = self._kept.get(community)
        geometry = tuple(city.versions[layer] for layer in _GEOMETRY)
        stock = tuple(city.versions[layer] for layer in _STOCK)
        work = (city.versions["cases"], city.versions["visits"])
        fresh_work = kept is not None and (work == kept.work or time.monotonic() - kept.worked_at < WORK_S)
        if kept is not None and (geometry, stock) == (kept.geometry, kept.stock) and fresh_work:
            # What is remembered is shared by all scopes: whether this one may see it is asked of the database.
            self._must_see(conn, community)
            return kept.ground
        fingerprint = self._fingerprint(conn, community)
        land = kept.land if kept and kept.fingerprint == fingerprint else _land(conn, city, community, fingerprint)
        ground = _ground(conn, city, community, land)
        with self._lock:
            self._kept[community] = _Kept(geometry, fingerprint, land, stock, work, time.monotonic(), ground)
            self._kept.move_to_end(community)
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        return ground

    @staticmethod
    def _must_see(conn: psycopg.Connection, community: str) -> None:
        if store.one(conn, "area", code=community) is None:
            raise NotFound(_("There is no such area within what this account sees."))

    def _fingerprint(self, conn: psycopg.Connection, community: str) -> str:
        self._must_see(conn, community)
        row = store.one(conn, "fingerprint", community=community)
        return f"{CUT}/{row['fingerprint']}" if row else ""


def _land(conn: psycopg.Connection, city: CityFrame, community: str, fingerprint: str) -> Land:
    """Read a community's cells, or cut them and keep them."""
    row = store.one(conn, "cells", community=community, fingerprint=fingerprint)
    if row is not None:
        return Land.load(bytes(row["cells"]))
    layers = read_layers(conn, city, [community])
    land = land_of(zoning_units.build(layers, workers=1), layers.footprint)
    store.run(conn, "keep_cells", community=community, fingerprint=fingerprint, cells=land.dump())
    return land


def read_layers(conn: psycopg.Connection, city: CityFrame, communities: list[str]) -> zoning_layers.Layers:
    """Read what the zoning engine cuts cells from."""
    buildings = store.rows(conn, "buildings", communities=communities)
    areas = [
        {"code": code, "level": "community", "geom": bytes(store.names(conn, "outline", community=code)[0])}
        for code in communities
    ]
    columns = {"building_id": "", "community_code": "", "households": 0, "persons": 0}
    return zoning_layers.from_frames(
        _frame(areas, {"code": "", "level": ""}),
        _frame(buildings, columns),
        _frame(store.rows(conn, "roads", communities=communities), {"class": ""}),
        _frame(store.rows(conn, "water", communities=communities), {"kind": ""}),
        crs=city.crs,
    )


def _frame(rows: list[store.Row], columns: dict[str, object]) -> gpd.GeoDataFrame:
    """Lay rows with a WKB column `geom` out as a frame in EPSG:4326."""
    shapes = shapely.from_wkb(np.array([bytes(row["geom"]) for row in rows], dtype=object))
    return gpd.GeoDataFrame(
        {name: [row[name] for row in rows] for name in columns},
        geometry=gpd.array.from_shapely(shapes),
        crs="EPSG:4326",
    )


def barriers(conn: psycopg.Connection, city: CityFrame, community: str) -> list[tuple[str, Any]]:
    """Return name and metric shape of each water and railway of a community."""
    rows = store.rows(conn, "water", communities=[community])
    shapes = _frame(rows, {}).to_crs(city.crs).geometry.to_numpy()
    return [(barrier_name(row["name"], row["kind"]), shape) for row, shape in zip(rows, shapes, strict=True)]


def land_of(units: Units, footprints: NDArray[Any]) -> Land:
    """Keep of the engine's units of one community what follows from geometry alone."""
    built = np.zeros(len(units), dtype=bool)
    built[units.unit_of] = True
    bare = np.flatnonzero(~built)
    places = [*units.building_id.tolist(), *(f"{LAND}{units.community_code[0]}-{n}" for n in range(len(bare)))]
    spots = np.concatenate([shapely.point_on_surface(footprints), shapely.point_on_surface(units.cell[bare])])
    return Land(
        places=np.array(places, dtype=object),
        unit_of=np.concatenate([units.unit_of, bare]).astype(np.intp),
        cell=units.cell,
        piece=units.piece,
        spot=shapely.get_coordinates(spots).reshape(-1, 2),
        exterior=units.exterior,
        inside=units.inside,
        indptr=units.indptr,
        indices=units.indices,
        shared=units.shared,
        arterial=units.arterial,
        passable=units.passable,
    )


def units_of(ground: Ground, crs: str) -> Units:
    """Return the zoning engine's view of a ground."""
    land, built = ground.land, len([place for place in ground.land.places if not place.startswith(LAND)])
    return Units(
        crs=crs,
        community_code=np.array([ground.community], dtype=object),
        building_id=land.places[:built],
        unit_of=land.unit_of[:built],
        cell=land.cell,
        community=np.zeros(len(land), dtype=np.intp),
        piece=land.piece,
        households=ground.households,
        persons=ground.persons,
        workload=(ground.open_cases + ground.visits_due).astype(float),
        area=shapely.area(land.cell),
        exterior=land.exterior,
        inside=land.inside,
        indptr=land.indptr,
        indices=land.indices,
        shared=land.shared,
        arterial=land.arterial,
        passable=land.passable,
        building_households=ground.place_households[:built],
        building_persons=ground.place_persons[:built],
    )


def _ground(conn: psycopg.Connection, city: CityFrame, community: str, land: Land) -> Ground:
    """Count what lives and is to be done on a land."""
    stock = {row["building_id"]: row for row in store.rows(conn, "stock", community=community)}
    none: store.Row = {"households": 0, "persons": 0}
    households, persons = (
        np.array([stock.get(place, none)[name] for place in land.places.tolist()], dtype=np.int64)
        for name in ("households", "persons")
    )
    number = {place: at for at, place in enumerate(land.places.tolist())}
    visits = np.zeros(len(land.places), dtype=np.int64)
    for row in store.rows(conn, "visits_due", community=community, since=city.visited_since):
        if row["building_id"] in number:
            visits[number[row["building_id"]]] += row["due"]
    return Ground(
        community=community,
        land=land,
        households=_summed(land, households),
        persons=_summed(land, persons),
        open_cases=_open_cases(conn, city, community, land, number),
        visits_due=_summed(land, visits),
        place_households=households,
        place_persons=persons,
    )


def _summed(land: Land, values: NDArray[np.int64]) -> NDArray[np.int64]:
    return np.bincount(land.unit_of, values, minlength=len(land)).astype(np.int64)


def _open_cases(
    conn: psycopg.Connection, city: CityFrame, community: str, land: Land, number: dict[str, int]
) -> NDArray[np.int64]:
    """Count open cases a unit: by their building, else by their point."""
    count = np.zeros(len(land), dtype=np.int64)
    points = []
    for row in store.rows(conn, "open_cases", community=community):
        if row["building_id"] in number:
            count[land.unit_of[number[row["building_id"]]]] += 1
        elif row["lon"] is not None:
            points.append([row["lon"], row["lat"]])
    if points and len(land):
        nearest = shapely.STRtree(land.cell).nearest(shapely.points(city.metric(points)))
        np.add.at(count, nearest, 1)
    return count
