"""Finds the register's names in a text: estates (小区) and their aliases, roads with house numbers, areas.

One automaton (Aho-Corasick) holds every name; the longest name at each place counts, so 新亭苑 is never read as 亭苑.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import NamedTuple

import ahocorasick

from geo.core.address.parse import Parts, parse_tail


@dataclass(frozen=True, slots=True)
class Site:
    """Buildings that share a name and a community: an estate (小区), or a house number of a road.

    Attributes
    ----------
    level : `estate` or `road`.
    buildings : positions in the register by building key (`3` of 3号楼).
    roads : road names of the buildings' addresses.
    grid : the grid of all buildings, empty where they lie in several.
    lon, lat : middle of the buildings, EPSG:4326 degrees.
    """

    name: str
    level: str
    community: str
    buildings: dict[str, list[int]]
    roads: frozenset[str]
    grid: str
    lon: float
    lat: float

    @property
    def members(self) -> list[int]:
        """Positions of all buildings."""
        return [position for positions in self.buildings.values() for position in positions]


class Entry(NamedTuple):
    """What one name stands for; several at once where a village is also an estate."""

    estate: str = ""
    building: int = -1
    road: str = ""
    areas: tuple[str, ...] = ()


@dataclass(slots=True)
class Reading:
    """What a text says, in the register's terms.

    Attributes
    ----------
    sites : estates or house numbers that fit; more than one = undecided.
    doubt : `several` different places are named, or the name stands `inside` a longer one; empty = none.
    building : position of a building an alias names, -1 = none.
    """

    parts: Parts = field(default_factory=Parts)
    sites: list[Site] = field(default_factory=list)
    doubt: str = ""
    building: int = -1
    community: str = ""
    other_city: bool = False
    corrected: str = ""


_NUMBER = re.compile(r"(\d{1,5}(?:-\d{1,3})?)号?(?!楼)")
_MAY_PRECEDE = frozenset(
    "市区县旗盟州道镇乡村社会路街巷弄里号院口,，。.、;；:：()\"'?!|/-在住于从到是去往至和与及的映诉报称我们家给位有个栋幢座排楼室房元门面旁侧边近"
)
"""Characters a name may follow; another Han character before it may belong to a longer name."""
_MAY_FOLLOW_NAME = re.compile(r"(?:\d期|[东西南北中]区|[A-Z]区|新村|新区|花园|家园|小区)")
_CITY = re.compile(r"^(?:[\u4e00-\u9fff]{2,8}?(?:省|自治区))?([\u4e00-\u9fff]{2,7}?)市(?![场区])")


class Names:
    """The automaton and what its names stand for.

    Parameters
    ----------
    entries : by normalised name.
    estates : sites by estate name; a name without its phase stands for all phases where there is no plain one.
    numbers : sites by road name and house number.
    cities : names of the register's cities and counties without their suffix; empty = unknown.
    grids_of, middle_of : grid codes and middle (lon, lat) by community code.
    """

    def __init__(
        self,
        entries: dict[str, Entry],
        estates: dict[str, list[Site]],
        numbers: dict[tuple[str, str], list[Site]],
        cities: frozenset[str],
        grids_of: dict[str, list[str]],
        middle_of: dict[str, tuple[float, float]],
    ) -> None:
        self._estates, self._numbers, self._cities = estates, numbers, cities
        self.grids_of, self.middle_of = grids_of, middle_of
        self._automaton = ahocorasick.Automaton()
        for name, entry in entries.items():
            self._automaton.add_word(name, (len(name), entry))
        self._automaton.make_automaton()

    def read(self, text: str) -> Reading:
        """Read a normalised text."""
        if not text or len(self._automaton) == 0:
            return Reading()
        reading = Reading(other_city=self._names_other_city(text))
        areas: list[str] = []
        roads: list[tuple[int, str]] = []
        named: list[tuple[int, int, Entry]] = []
        for last, (length, entry) in self._automaton.iter_long(text):
            if entry.areas:
                areas += entry.areas
            if entry.road:
                roads.append((last + 1, entry.road))
            if entry.estate or entry.building >= 0:
                named.append((last + 1 - length, last + 1, entry))
        if named:
            self._read_estate(reading, text, named, areas, {road for _end, road in roads})
        else:
            self._read_number(reading, text, roads, areas)
        if not reading.sites and reading.building < 0:
            reading.community = self._only_community(areas)
        return reading

    def _read_estate(
        self, reading: Reading, text: str, named: list[tuple[int, int, Entry]], areas: list[str], roads: set[str]
    ) -> None:
        """Take the estate or the alias of a building that the text names."""
        start, end, entry = named[0] if len(named) == 1 else self._best_mention(text, named)
        places = {(entry.estate, entry.building) for _start, _end, entry in named}
        reading.parts = parse_tail(text[end:])
        if not reading.parts.building and not reading.parts.room:
            reading.parts = parse_tail(text[end:], head=text[:start])
        if len(places) > 1:
            reading.doubt = "several"
        elif (start and _inside_name(text, start)) or _MAY_FOLLOW_NAME.match(text, end):
            reading.doubt = "inside"
        if entry.building >= 0 and not reading.doubt:
            reading.building = entry.building
            return
        sites = [site for name, _building in sorted(places) for site in self._estates.get(name, [])]
        reading.sites = sites if len(sites) < 2 or reading.doubt else _in_context(sites, areas, roads)
        if len(reading.sites) == 1 and roads and reading.sites[0].roads and not roads & reading.sites[0].roads:
            reading.corrected = "、".join(sorted(reading.sites[0].roads))

    @staticmethod
    def _best_mention(text: str, named: list[tuple[int, int, Entry]]) -> tuple[int, int, Entry]:
        """Prefer the mention that a building follows: the first may only be in passing."""
        for mention in named:
            if parse_tail(text[mention[1] :]).building:
                return mention
        return named[0]

    def _read_number(self, reading: Reading, text: str, roads: list[tuple[int, str]], areas: list[str]) -> None:
        """Take the house number of a road."""
        for end, road in roads:
            number = _NUMBER.match(text, end)
            sites = self._numbers.get((road, number[1]), []) if number else []
            if number and sites:
                reading.sites = _in_context(sites, areas, set())
                reading.parts = parse_tail(text[number.end() :])
                return

    def _only_community(self, areas: list[str]) -> str:
        """Return the one community the areas in a text agree on."""
        communities = {code for code in areas if len(code) == 12}
        larger = [code for code in areas if len(code) < 12]
        fitting = {code for code in communities if all(code.startswith(other) for other in larger)} or communities
        return fitting.pop() if len(fitting) == 1 else ""

    def _names_other_city(self, text: str) -> bool:
        """Tell whether the text opens with a city that is not the register's."""
        found = _CITY.match(text) if self._cities else None
        return bool(found) and not any(found[1].endswith(city) for city in self._cities)


def _inside_name(text: str, start: int) -> bool:
    """Tell whether the character before a name may make it a longer one the register does not hold."""
    before = text[start - 1]
    return "\u4e00" <= before <= "\u9fff" and before not in _MAY_PRECEDE


def _in_context(sites: list[Site], areas: list[str], roads: set[str]) -> list[Site]:
    """Keep the sites that the areas and roads of the text fit best; all where none fits (the context is then wrong)."""
    if len(sites) < 2:
        return sites
    fits = [
        sum(len(code) for code in set(areas) if site.community.startswith(code)) + 10 * bool(roads & site.roads)
        for site in sites
    ]
    best = max(fits)
    return [site for site, fit in zip(sites, fits, strict=True) if fit == best]
