"""Asks the register which of a door's readings exists at a place. What is not there is said so, never made up."""

from __future__ import annotations

from collections.abc import Sequence
from enum import IntEnum
from typing import NamedTuple

from geo.core.address.doors import Door
from geo.core.address.names import Site
from geo.core.address.stock import Stock


class Grade(IntEnum):
    """How much of what was said the register has; higher is more."""

    NOTHING = 0
    NO_BUILDING = 1
    """the building is not in the register"""
    PLACE = 2
    """neither building nor room was said"""
    NO_ROOM = 3
    """the building is there, the room is not"""
    SEVERAL = 4
    """several doors or buildings fit"""
    BUILDING = 5
    """the building is there and no room was said"""
    UNIT_FOUND = 6
    """the door is there, and the unit that was not said follows from it"""
    DOOR = 7
    """the door is there"""


class Resolved(NamedTuple):
    """One place and one reading against the register.

    Attributes
    ----------
    building, dwelling : positions, -1 = none; options : positions of doors, houses : of buildings, to choose from.
    dropped_unit : a unit that was said of a building without units.
    """

    grade: Grade
    site: Site | None = None
    door: Door = Door()
    building: int = -1
    dwelling: int = -1
    options: tuple[int, ...] = ()
    houses: tuple[int, ...] = ()
    dropped_unit: str = ""

    @property
    def has_door(self) -> bool:
        """Whether one door fits."""
        return self.grade >= Grade.UNIT_FOUND


MOST_OPTIONS = 40


def best_reading(stock: Stock, site: Site, doors: Sequence[Door]) -> Resolved:
    """Return the reading the register knows: the first with a door, else the most usual one."""
    first: Resolved | None = None
    better: Resolved | None = None
    for door in doors or (Door(),):
        found = at_site(stock, site, door)
        if found.grade == Grade.DOOR:
            return found
        if found.grade == Grade.UNIT_FOUND and better is None:
            better = found
        if first is None or first.grade <= Grade.NO_BUILDING < found.grade:
            first = found
    return better or first or Resolved(Grade.NOTHING, site)


def at_site(stock: Stock, site: Site, door: Door) -> Resolved:
    """Look one reading up at one place."""
    if door.several:
        houses = tuple(house for key in door.several for house in site.buildings.get(key, ()))
        return Resolved(Grade.SEVERAL if houses else Grade.NO_BUILDING, site, door, houses=houses)
    if door.building:
        houses = site.buildings.get(door.building)
        if not houses:
            return Resolved(Grade.NO_BUILDING, site, door)
        other = site.buildings.get(door.passed) if door.passed else None
        if other and other != houses and all(number != door.passed for _road, number in site.numbers):
            return Resolved(Grade.SEVERAL, site, door, houses=(*houses, *other))  # 8号3栋: it may be its building 8
    else:
        houses = site.members
        if len(houses) > 1:
            return _without_building(stock, site, door, houses)
    if len(houses) == 1:
        return in_building(stock, houses[0], door, site)
    found = [in_building(stock, house, door, site) for house in houses]
    doors = [one for one in found if one.has_door]
    if door.room and len(doors) == 1:
        return doors[0]
    return Resolved(Grade.SEVERAL, site, door, options=tuple(one.dwelling for one in doors), houses=tuple(houses))


def _without_building(stock: Stock, site: Site, door: Door, houses: Sequence[int]) -> Resolved:
    if not door.room:
        return Resolved(Grade.PLACE, site, door)
    options = [dwelling for house in houses for dwelling in stock.find(house, door.unit, door.room)]
    return Resolved(Grade.SEVERAL if options else Grade.NO_BUILDING, site, door, options=tuple(options[:MOST_OPTIONS]))


def in_building(stock: Stock, building: int, door: Door, site: Site | None = None) -> Resolved:
    """Look one reading up in one building."""
    if not door.room:
        if not door.unit and not door.floor and len(stock.doors(building)) == 1:
            return Resolved(Grade.DOOR, site, door, building, stock.first[building])
        return Resolved(Grade.BUILDING, site, door, building)
    found = stock.find(building, door.unit, door.room)
    dropped = ""
    if door.unit and not found:
        found = tuple([one for one in stock.find(building, "", door.room) if not stock.units[one]])
        dropped = door.unit if found else ""
    if len(found) == 1:
        said = not dropped and (door.unit or stock.units[found[0]] == "")
        return Resolved(Grade.DOOR if said else Grade.UNIT_FOUND, site, door, building, found[0], (), (), dropped)
    if found:
        return Resolved(Grade.SEVERAL, site, door, building, options=found)
    return Resolved(Grade.NO_ROOM, site, door, building)
