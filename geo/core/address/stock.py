"""The register's buildings and doors as columns, made to be asked door by door."""

from __future__ import annotations

import numpy as np
import pandas as pd

Rooms = dict[str, tuple[int, ...]]
"""The doors (positions) of a building that bear a room's number, one a unit."""


class Stock:
    """Buildings (楼栋) and dwellings (房屋) by position.

    Parameters
    ----------
    buildings : building_id, community_code, grid_code, estate, name, address, lon, lat; one row a building.
    dwellings : dwelling_id, building (position), unit, room (keys), ordered by building.
    """

    def __init__(self, buildings: pd.DataFrame, dwellings: pd.DataFrame) -> None:
        self.ids: list[str] = buildings["building_id"].tolist()
        self.estate: list[str] = buildings["estate"].tolist()
        self.name: list[str] = buildings["name"].tolist()
        self.address: list[str] = buildings["address"].tolist()
        self.community: list[str] = buildings["community_code"].tolist()
        self.grid: list[str] = buildings["grid_code"].tolist()
        self.lon: list[float] = buildings["lon"].tolist()
        self.lat: list[float] = buildings["lat"].tolist()
        self.door_ids: list[str] = dwellings["dwelling_id"].tolist()
        self.building_of = dwellings["building"].to_numpy()
        self.units: list[str] = dwellings["unit"].tolist()
        self.door_rooms: list[str] = dwellings["room"].tolist()
        counts = np.bincount(self.building_of, minlength=len(buildings))
        self.first: list[int] = np.concatenate([[0], np.cumsum(counts)]).tolist()
        self._rooms: list[Rooms] = [self._by_room(building) for building in range(len(buildings))]

    def doors(self, building: int) -> range:
        """Return the positions of a building's doors."""
        return range(self.first[building], self.first[building + 1])

    def _by_room(self, building: int) -> Rooms:
        rooms: Rooms = {}
        first, last = self.first[building], self.first[building + 1]
        for door, room in enumerate(self.door_rooms[first:last], start=first):
            others = rooms.get(room)
            rooms[room] = (*others, door) if others else (door,)
        return rooms

    def find(self, building: int, unit: str, room: str) -> tuple[int, ...]:
        """Return a building's doors with a room, in the unit or, where none is said, in any; none is an empty tuple."""
        doors = self._rooms[building].get(room, ())
        if not unit or not doors:
            return doors
        if len(doors) == 1:  # most often
            return doors if self.units[doors[0]] == unit else ()
        return tuple([door for door in doors if self.units[door] == unit])
