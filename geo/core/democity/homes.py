"""Dwellings (房屋) with unit, floor and room as Chinese buildings number them, and the households (户) in them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import shapely

from geo.core.democity.ground import City
from geo.core.democity.landuse import Use
from geo.core.democity.recipe import RENTED_SHARE

SHOP_FRONT = 0.30
"""Share of the flats' buildings beside a street whose ground floor is let to shops (底商)."""
FRONT_M = 26.0
"""Metres from a street within which a building has a shop front."""
OFFICES_A_FLOOR = 3


@dataclass
class Homes:
    """All dwellings; arrays of one length.

    Attributes
    ----------
    building : index of the building.
    unit, floor, number : stair unit (0 where the building has none), storey, and door on the floor, from 1.
    use : home, shop, office or other.
    lived : a household lives there.
    rented : let to somebody.
    household : index of the household, -1 where there is none.
    """

    building: np.ndarray
    unit: np.ndarray
    floor: np.ndarray
    number: np.ndarray
    use: np.ndarray
    lived: np.ndarray
    rented: np.ndarray
    household: np.ndarray


def settle(city: City, rng: np.random.Generator) -> Homes:
    """Lay out all dwellings and choose which are lived in, exactly as many as the layout asks for."""
    b = city.buildings
    flats = b.homes > 0
    floor_homes = np.where(flats, b.homes, np.where(np.isin(b.pattern, ["centre"]), OFFICES_A_FLOOR, 1))
    floors = np.where(b.pattern == "shops", 1, b.floors)
    floors = np.where(np.isin(b.pattern, ["school", "works", "park"]), 0, floors)
    count = b.units * floors * floor_homes
    building = np.repeat(np.arange(len(count)), count)
    serial = np.arange(len(building)) - np.repeat(np.cumsum(count) - count, count)
    a_floor, a_unit = floor_homes[building], (floors * floor_homes)[building]
    number, floor, unit = serial % a_floor + 1, serial % a_unit // a_floor + 1, serial // a_unit + 1
    front = flats & np.isin(b.pattern, ["slab", "midrise", "tower"]) & beside_street(city)
    front &= rng.random(len(front)) < SHOP_FRONT
    shop = (front[building] & (floor == 1)) | (~flats[building] & (floor == 1))
    use = np.where(shop, "shop", np.where(flats[building], "home", "office")).astype(object)
    lived = choose(city, building, use == "home", rng)
    rented = rng.random(len(building)) < np.where(use == "home", RENTED_SHARE, 0.6)
    household = np.where(lived, np.cumsum(lived) - 1, -1)
    return Homes(building, unit, floor, number, use, lived, rented, household)


def beside_street(city: City) -> np.ndarray:
    """Tell which buildings stand within FRONT_M of a street."""
    lines = np.array([line for _, kind, line in city.fabric.roads if kind != "path"], dtype=object)
    near = shapely.STRtree(lines).query(city.buildings.shape, predicate="dwithin", distance=FRONT_M)[0]
    return np.isin(np.arange(len(city.buildings.shape)), near)


def choose(city: City, building: np.ndarray, home: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Choose the homes that are lived in; new towers and old row houses stand empty more often than slabs."""
    wanted = city.layout.households
    if home.sum() < wanted:
        raise ValueError(f"{home.sum()} homes are too few for {wanted} households")
    use = city.fabric.uses[city.fabric.parcel[city.buildings.face]]
    estate = rng.normal(0, 0.05, len(city.fabric.parcels))[city.fabric.parcel[city.buildings.face]]
    empty = np.where(use == Use.TOWER, 0.07, np.where(use == Use.OLD, 0.05, np.where(use == Use.VILLAGE, 0.03, 0.0)))
    score = rng.random(len(building)) - (empty + estate)[building]
    score[~home] = -9
    lived = np.zeros(len(building), bool)
    lived[np.argpartition(-score, wanted - 1)[:wanted]] = True
    return lived


def room_names(city: City, homes: Homes) -> np.ndarray:
    """Return each dwelling's room: floor and door (302), the door alone in row houses, nothing for a one-door house."""
    pattern = city.buildings.pattern[homes.building]
    single = np.bincount(homes.building, minlength=len(city.building_id))[homes.building] == 1
    row = np.isin(pattern, ["old", "shops"])
    value = np.where(row, homes.unit, homes.floor * 100 + homes.number)
    text = np.array([str(v) for v in range(int(value.max()) + 1)], dtype=object)[value]
    return np.where((pattern == "village") & single, "", text)


def dwelling_ids(city: City, homes: Homes) -> np.ndarray:
    """Return ids: building id and two digits each for unit, floor and door."""
    codes = (homes.unit * 10_000 + homes.floor * 100 + homes.number).tolist()
    bids = city.building_id[homes.building].tolist()
    return np.array([f"{b}{c:06d}" for b, c in zip(bids, codes, strict=True)], dtype=object)


def dwellings(city: City, homes: Homes, ids: np.ndarray) -> pd.DataFrame:
    """Return the table dwellings; ids as dwelling_ids gives them."""
    pattern = city.buildings.pattern[homes.building]
    units = np.array(["", *map(str, range(1, 100))], dtype=object)
    in_units = np.isin(pattern, ["slab", "midrise"])
    occupancy = np.where(homes.rented, "rented", "owner")
    empty = (homes.use == "home") & ~homes.lived
    return pd.DataFrame(
        {
            "dwelling_id": ids,
            "building_id": city.building_id[homes.building],
            "unit": units[np.where(in_units, homes.unit, 0)],
            "floor": homes.floor,
            "room": room_names(city, homes),
            "use": homes.use,
            "occupancy": np.where(empty, "vacant", occupancy).astype(object),
        }
    )


def household_ids(homes: Homes) -> np.ndarray:
    """Return one id a household, in the dwellings' order."""
    return np.array([f"H{i:07d}" for i in range(1, int(homes.lived.sum()) + 1)], dtype=object)


def households(homes: Homes, dwelling_id: np.ndarray, household_id: np.ndarray) -> pd.DataFrame:
    """Return the table households: one in every dwelling that is lived in."""
    return pd.DataFrame({"household_id": household_id, "dwelling_id": dwelling_id[homes.lived]})
