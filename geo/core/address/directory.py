"""The register's places by name: what a clerk is offered while typing, and what a place's key stands for.

A name is found by its beginning, by a piece of it, by its pinyin or by its initials (tty for 听涛苑); what follows a
name (3-2-501) is read by the matcher, so that there is one reading of doors.
"""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import islice, product
from pathlib import Path

import geopandas as gpd
import pandas as pd

from geo.core.address.normalise import normalise
from geo.core.floors import natural_key
from geo.core.geocode import Register

MOST = 8
"""Places offered at once: what fits under the field without scrolling."""
NEVER = 9
"""Rank of a name that does not fit."""
MOST_NAMES = 12
"""Names whose doors are looked up at once."""
MOST_WAYS = 8
"""Ways a name of characters with several readings is spelled."""
READINGS = Path(__file__).parents[3] / "data" / "address" / "readings.csv"
_DOOR = re.compile(r"^(?P<name>[^\d#]*?)(?P<door>(?:(?<=[\u4e00-\u9fff])[A-Z])?[\d#].*)?$")
_PHASE = re.compile(r"[一二三四五1-5]期$")
_LATIN = re.compile(r"^[A-Z]+")


@dataclass(frozen=True, slots=True)
class Place:
    """A place that can be chosen.

    Attributes
    ----------
    kind : `dwelling`, `building` or `grid` (the part of an estate that lies in one grid).
    key : dwelling id, building id or grid code.
    """

    kind: str
    key: str
    estate: str
    building: str
    unit: str
    room: str
    address: str
    building_id: str
    community_code: str
    grid_code: str

    @property
    def token(self) -> str:
        """The place as a page sends it back."""
        return f"{self.kind}:{self.key}"


@dataclass(frozen=True, slots=True)
class _Name:
    """A name with its readings and the buildings it stands for."""

    name: str
    shown: str
    initials: tuple[str, ...]
    pinyin: tuple[str, ...]
    buildings: tuple[int, ...]
    road: bool


class Directory:
    """Places of the whole city by key and by name; holds no person. Answers are cut to a viewer by `sees`.

    Parameters
    ----------
    register : the matcher on the same frames.
    areas, buildings, dwellings, aliases : as `Register.build` takes them.
    """

    def __init__(
        self,
        register: Register,
        areas: gpd.GeoDataFrame,
        buildings: gpd.GeoDataFrame,
        dwellings: pd.DataFrame,
        aliases: pd.DataFrame,
    ) -> None:
        self.register = register
        texts = {name: buildings[name].fillna("").astype(str).tolist() for name in ("estate", "name", "address")}
        self._estate, self._name, self._address = texts["estate"], texts["name"], texts["address"]
        self._ids = buildings["building_id"].astype(str).tolist()
        self._community = buildings["community_code"].fillna("").astype(str).tolist()
        self._grid = buildings["grid_code"].fillna("").astype(str).tolist()
        self._at = {key: position for position, key in enumerate(self._ids)}
        self._doors = dwellings.set_index("dwelling_id")[["building_id", "unit", "room"]]
        self._areas = [(str(name), str(code)) for name, code in zip(areas["name"], areas["code"], strict=True)]
        self._names = self._index(aliases)
        self._known = {entry.name for entry in self._names} | {normalise(name) for name, _code in self._areas}

    def _index(self, aliases: pd.DataFrame) -> list[_Name]:
        """Gather estates, aliases and roads with their house numbers, each with its readings."""
        estates: dict[str, list[int]] = defaultdict(list)
        roads: dict[str, list[int]] = defaultdict(list)
        for position, (estate, address) in enumerate(zip(self._estate, self._address, strict=True)):
            if estate:
                estates[estate].append(position)
            if road := re.match(r"^(.*?[\u4e00-\u9fff])\d", address):
                roads[road[1]].append(position)
        named = [(name, name, found) for name, found in estates.items()]
        for alias, estate, key in zip(aliases["alias"], aliases["estate"], aliases["building_id"], strict=True):
            found = estates.get(estate) or ([self._at[key]] if key in self._at else [])
            if found:
                named.append((alias, f"{alias} = {estate or self._name[found[0]]}", found))
        named += [(name, name, found) for name, found in roads.items()]
        return [
            _Name(normalise(name), shown, *_readings(name), tuple(found), name in roads) for name, shown, found in named
        ]

    def kinds(self) -> list[tuple[str, str]]:
        """Return every name of the register with its kind, for marking texts (marks.Marker)."""
        roads = {match[1] for address in self._address if (match := re.match(r"^(.*?[\u4e00-\u9fff])\d", address))}
        return [
            *((name, "area") for name, _code in self._areas),
            *((re.sub(r"(居委会|村委会)$", "", name), "area") for name, _code in self._areas),
            *((name, "road") for name in roads),
            *((entry.name, "estate") for entry in self._names if entry.name not in roads),
            *((estate, "estate") for estate in {*self._estate} if estate),
            *((_PHASE.sub("", estate), "estate") for estate in {*self._estate} if _PHASE.search(estate)),
        ]

    def knows(self, name: str) -> bool:
        """Tell whether a name stands for something already: it then can't become an alias of something else."""
        return normalise(name) in self._known

    def place(self, kind: str, key: str) -> Place | None:
        """Return the place of a key, None where the register has none."""
        if kind == "dwelling" and key in self._doors.index:
            building, unit, room = self._doors.loc[key].tolist()
            return self._at_building(self._at[building], "dwelling", key, unit, room) if building in self._at else None
        return self._at_building(self._at[key], "building", key) if kind == "building" and key in self._at else None

    def candidate(self, key: str) -> Place | None:
        """Return the place of one of the matcher's candidates: a dwelling id, else a building id."""
        return self.place("dwelling", key) or self.place("building", key)

    def parts(self, estate: str, community: str = "") -> list[Place]:
        """Return the parts of an estate by the grid they lie in, with the names of their buildings, largest first."""
        by_grid: dict[str, list[int]] = defaultdict(list)
        for position, (name, code) in enumerate(zip(self._estate, self._community, strict=True)):
            if name == estate and self._grid[position] and (not community or code == community):
                by_grid[self._grid[position]].append(position)
        return [
            self._part(estate, grid, found) for grid, found in sorted(by_grid.items(), key=lambda item: -len(item[1]))
        ]

    def _part(self, estate: str, grid: str, found: Sequence[int]) -> Place:
        ordered = sorted((self._name[position] for position in found), key=natural_key)
        names = "、".join(ordered[:4]) + ("…" if len(found) > 4 else "")
        return Place("grid", grid, estate, names, "", "", "", "", self._community[found[0]], grid)

    def _at_building(self, position: int, kind: str, key: str, unit: str = "", room: str = "") -> Place:
        return Place(
            *(kind, key, self._estate[position], self._name[position], unit or "", room or ""),
            *(self._address[position], self._ids[position], self._community[position], self._grid[position]),
        )

    def suggest(self, typed: str, sees: Callable[[str], bool], most: int = MOST) -> list[Place]:
        """Offer places for what was typed so far.

        Parameters
        ----------
        typed : a name, its beginning, its pinyin or initials; then perhaps a door (`tty 3-2-501`).
        sees : whether the asker sees a community or grid code; other places are left out.
        """
        text = normalise(typed).replace("-", " ", 1) if _LATIN.match(typed.upper()) else normalise(typed)
        split = _DOOR.match(text.replace(" ", ""))
        head, door = (split["name"], split["door"] or "") if split else (text, "")
        if not head:
            return []
        named = self._ranked(head)[:MOST_NAMES]
        found = self._doors_of(named, door) if door else [self._whole(entry) for entry in named]
        offered: dict[str, Place] = {}
        for place in (place for places in found for place in places):
            if sees(place.grid_code or place.community_code):
                offered.setdefault(place.token, place)
        return [*offered.values()][:most]

    def _ranked(self, head: str) -> list[_Name]:
        """Return names that fit, the nearest first: the same, beginning so, initials, pinyin, containing."""
        latin = head.isascii()
        ranked: list[tuple[int, bool, int, str, _Name]] = []
        for entry in self._names:
            if latin:
                rank = min(
                    *(_rank(reading, head) for reading in entry.initials),
                    *(2 + _rank(reading, head) for reading in entry.pinyin),
                )
            else:
                rank = _rank(entry.name, head)
                rank = 4 if rank == NEVER and head in entry.name else rank
            if rank < NEVER:
                ranked.append((rank, entry.road, len(entry.name), entry.name, entry))
        return [entry for *_rest, entry in sorted(ranked, key=lambda item: item[:4])]

    def _whole(self, entry: _Name) -> list[Place]:
        """Return what a name alone stands for: its only building, or the parts of an estate or road by grid."""
        if len(entry.buildings) == 1:
            return [self._at_building(entry.buildings[0], "building", self._ids[entry.buildings[0]])]
        grids: dict[str, list[int]] = defaultdict(list)
        for position in entry.buildings:
            if self._grid[position]:
                grids[self._grid[position]].append(position)
        ordered = sorted(grids.items(), key=lambda item: (-len(item[1]), item[0]))
        return [self._part(entry.shown, grid, found) for grid, found in ordered]

    def _doors_of(self, named: Sequence[_Name], door: str) -> list[list[Place]]:
        """Return what each name with a door stands for: the door or building, else buildings that begin so."""
        answers = self.register.place(pd.DataFrame({"address": [entry.name + door for entry in named]}))
        columns = (answers["dwelling_id"], answers["building_id"], answers["candidates"])
        number = re.match(r"\d+", door)
        found: list[list[Place]] = []
        for entry, dwelling, building, candidates in zip(named, *columns, strict=True):
            keys = [key for key in (dwelling or building, *candidates.split(";")) if key]
            near = [at for at in entry.buildings if number and self._name[at].startswith(number[0])]
            places = [place for key in keys if (place := self.candidate(key))]
            found.append(places or [self._at_building(at, "building", self._ids[at]) for at in near])
        return found


def _rank(reading: str, head: str) -> int:
    return 0 if reading == head else 1 if reading.startswith(head) else NEVER


def _readings(name: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return a name's initials and whole pinyin in capitals, each way its characters can be read.

    Examples
    --------
    >>> _readings("听涛苑")
    (('TTY',), ('TINGTAOYUAN',))
    """
    ways = list(islice(product(*(_syllables().get(one, (one,)) for one in name)), MOST_WAYS))
    initials = dict.fromkeys("".join(syllable[0] for syllable in way).upper() for way in ways)
    return tuple(initials), tuple(dict.fromkeys("".join(way).upper() for way in ways))


@cache
def _syllables() -> dict[str, tuple[str, ...]]:
    """Return the syllables of each character (data/address/readings.csv), without tones."""
    found: dict[str, tuple[str, ...]] = {}
    with READINGS.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            for character in row["characters"]:
                found[character] = (*found.get(character, ()), row["reading"])
    return found
