"""What somebody who is still typing may mean: 丹江, 丹江家园3-2-5, djjy3, danjiang; places of the register only."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice

from geo.core.address.names import Names, Site
from geo.core.address.normalise import normalise
from geo.core.address.numerals import DIGITS, POWERS, number
from geo.core.address.stock import Stock
from geo.core.address.tables import readings
from geo.core.address.typos import spoken

_PARTED = re.compile(
    rf"^(?P<name>.*?)(?P<door>(?:第?(?:\d|[{DIGITS}{POWERS}]+(?=[号栋幢座]))|(?<=[\u4e00-\u9fff])[A-Z](?![A-Z])).*)?$"
)
_SAID = re.compile(rf"附?\d+|[{DIGITS}{POWERS}]+|[A-Z]\d*|[东西南北中](?=单元)")
_MOST_SITES = 40


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A place somebody may mean.

    Attributes
    ----------
    level : `dwelling`, `building` or `estate` (or `road` for a house number).
    label : how it is written.
    lon, lat : EPSG:4326 degrees.
    buildings : positions of the buildings it stands for; door : position of the dwelling, -1 = none.
    """

    level: str
    label: str
    dwelling_id: str
    building_id: str
    estate: str
    community_code: str
    grid_code: str
    lon: float
    lat: float
    buildings: tuple[int, ...] = ()
    door: int = -1


@dataclass(frozen=True, slots=True)
class _Name:
    """A name and the ways to begin typing it: itself, its initials, its readings."""

    text: str
    initials: tuple[str, ...]
    readings: tuple[str, ...]
    sites: tuple[Site, ...]
    building: int


Seen = Callable[[int], bool]
"""Tells whether a building (by position) may be shown."""


class Suggester:
    """Suggests places; made from the same index as the matcher."""

    def __init__(self, stock: Stock, names: Names) -> None:
        self._stock = stock
        self._names: list[_Name] = []
        for text, entry in names.entries.items():
            if entry.is_place:
                sites = tuple(names.estates.get(entry.estate, ()))
                building = -1 if sites else entry.building
                self._names.append(_Name(text, tuple(initials(text)), tuple(spoken(text)), sites, building))
        for (road, house), sites in names.numbers.items():
            text = f"{road}{house}号"
            self._names.append(_Name(text, (), (), tuple(sites), -1))
        self._names.sort(key=lambda name: (len(name.text), name.text))

    def suggest(self, text: str, limit: int = 8, seen: Seen = lambda _building: True) -> list[Suggestion]:
        """Return what the typed text may become, the likeliest first.

        Parameters
        ----------
        seen : which buildings the asker may see; others are not suggested.
        """
        typed = normalise(text.replace("'", "")).replace(" ", "")
        parted = _PARTED.match(typed)
        if not typed or parted is None:
            return []
        ways = [(typed, "")] if not parted["door"] else [(typed, ""), (parted["name"], parted["door"])]
        found: dict[tuple[str, str, str], Suggestion] = {}
        for name, door in ways:
            if not name:
                continue
            for one in islice(self._ranked(name), _MOST_SITES):
                for suggestion in self._of(one, _SAID.findall(door), seen):
                    found.setdefault((suggestion.label, suggestion.building_id, suggestion.dwelling_id), suggestion)
                    if len(found) == limit:
                        return [*found.values()]
        return [*found.values()]

    def _ranked(self, typed: str) -> Iterator[_Name]:
        """Yield the names that begin with, contain, or are abbreviated or spelled by what was typed."""
        latin = typed.isascii()
        tests: tuple[Callable[[_Name], bool], ...] = (
            lambda name: name.text.startswith(typed),
            lambda name: latin and any(short.startswith(typed) for short in name.initials),
            lambda name: latin and any(reading.startswith(typed) for reading in name.readings),
            lambda name: typed in name.text,
            lambda name: latin and any(typed in short for short in name.initials),
        )
        given: set[str] = set()
        for test in tests:
            for name in self._names:
                if name.text not in given and test(name):
                    given.add(name.text)
                    yield name

    def _of(self, name: _Name, said: list[str], seen: Seen) -> Iterator[Suggestion]:
        """Yield the estate itself, or its buildings and doors that begin with the numbers said."""
        if name.building >= 0:
            if seen(name.building):
                yield from self._in_building(name.building, name.text, [number(part) for part in said])
            return
        for site in name.sites:
            if not any(seen(building) for building in site.members):
                continue
            label = site.name if site.level == "estate" else name.text
            if not said:
                estate = site.name if site.level == "estate" else ""
                where = (estate, site.community, site.grid, site.lon, site.lat, tuple(filter(seen, site.members)))
                yield Suggestion(site.level, label, "", "", *where)
                continue
            first, *rest = [number(part) for part in said]
            for key, buildings in sorted(
                site.buildings.items(), key=lambda item: (item[0] != first, len(item[0]), item[0])
            ):
                if key == first or (not rest and key.startswith(first)):
                    for building in buildings:
                        if seen(building):
                            yield from self._in_building(building, label + self._stock.name[building], rest)

    def _in_building(self, building: int, label: str, said: list[str]) -> Iterator[Suggestion]:
        stock = self._stock
        where = (
            stock.estate[building],
            stock.community[building],
            stock.grid[building],
            stock.lon[building],
            stock.lat[building],
        )
        if not said:
            yield Suggestion("building", label, "", stock.ids[building], *where, (building,))
            return
        for door in stock.doors(building):
            unit, room = stock.units[door], stock.door_rooms[door]
            fits = room.startswith(said[-1]) if len(said) == 1 else unit == said[0] and room.startswith(said[1])
            if fits or (len(said) == 1 and unit == said[0]):
                written = f"{label}{f'{unit}单元' if unit else ''}{room}"
                ids = (stock.door_ids[door], stock.ids[building])
                yield Suggestion("dwelling", written, *ids, *where, (building,), door)


def initials(name: str) -> list[str]:
    """Return the first letters of a name's readings.

    Examples
    --------
    >>> initials("丹江家园")
    ['DJJY']
    """
    table = readings()
    ways = [""]
    for character in name:
        letters = {reading[0] for reading in table.get(character, ())} or {character}
        ways = [way + letter for way in ways for letter in sorted(letters)][:8]
    return [way.upper() for way in ways]
