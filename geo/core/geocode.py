"""From what a case says of its place to dwelling (房屋), building (楼栋) and grid (网格); one door: `Register.place`.

Three ways, in this order: a key of the register; the address by its structured parts against the register; the point
by the grid's polygon. Plain and honest: names are compared letter by letter after normalising, two places of one name
are told apart by the area or road in the text or left to a person, and what is not in the register is answered at a
coarser level, never with an invented door. Scores say how much of the address was found; they are no probabilities.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import shapely

from geo.core.address.names import Names, Site
from geo.core.address.normalise import normalise
from geo.core.address.parse import Parts
from geo.core.address.register import build_parts
from geo.core.locate import Locator
from geo.i18n import N_

if TYPE_CHECKING:
    import geopandas as gpd
    from numpy.typing import ArrayLike, NDArray

MATCHED, REVIEW, UNMATCHED = "matched", "review", "unmatched"
MOST_CANDIDATES = 5

COLUMNS = [
    *("status", "level", "dwelling_id", "building_id", "estate", "community_code", "grid_code", "lon", "lat"),
    *("score", "reason", "corrected", "candidates"),
]
"""Of an answer. `candidates`: ids joined by `;`, best first. `reason`: a message id, translated where it is shown."""

BY_KEY = N_("found by its key in the register")
BY_POINT = N_("placed by its point")
BY_POINT_OUTSIDE = N_("its point lies outside every grid")
UNKNOWN_KEY = N_("its key is not in the register")
NOTHING_SAID = N_("neither a key nor an address nor a point was given")
WHOLE = N_("the whole address was found")
NO_ROOM_SAID = N_("the building was found, no room was given")
ROOM_UNKNOWN = N_("the building was found, the room is not in the register")
ROOM_SEVERAL = N_("the building was found, the room exists in several units")
FLOOR_ONLY = N_("the building was found, only a floor was given")
NEARBY = N_("the text names a place beside it")
ESTATE_ONLY = N_("the estate was found, no building was given")
BUILDING_UNKNOWN = N_("the estate was found, the building is not in the register")
BUILDING_RANGE = N_("the text names a range of buildings")
BUILDING_SEVERAL = N_("several buildings answer to this address")
ROAD_ONLY = N_("the house number was found, it has several buildings")
HOMONYM = N_("several places bear this name, and nothing in the text tells them apart")
SEVERAL_PLACES = N_("the text names several places")
INSIDE_NAME = N_("the name stands inside a longer one")
OTHER_CITY = N_("the text names another city")
COMMUNITY_ONLY = N_("only the community was found")
NO_PLACE = N_("the text names no place of the register")


@dataclass(slots=True)
class Answer:
    """One answer, as positions in the register (-1 = none)."""

    status: str = UNMATCHED
    level: str = "none"
    dwelling: int = -1
    building: int = -1
    estate: str = ""
    community: str = ""
    grid: str = ""
    lon: float = np.nan
    lat: float = np.nan
    score: float = 0.0
    reason: str = NO_PLACE
    corrected: str = ""
    candidates: tuple[str, ...] = ()


class Register:
    """The city's register of areas, buildings and dwellings, made to be asked many times.

    Made by `Register.build`; holds no person. Cut the frames to an area to ask within it only.
    """

    def __init__(
        self, buildings: pd.DataFrame, dwellings: pd.DataFrame, names: Names, grids: Locator, communities: Locator
    ) -> None:
        self._buildings = buildings
        self._names = names
        self._grids, self._communities = grids, communities
        self._building_index = pd.Index(buildings["building_id"])
        self._dwelling_index = pd.Index(dwellings["dwelling_id"])
        self._building_of = dwellings["building"].to_numpy()
        self._ids = buildings["building_id"].tolist()
        self._dwelling_ids = dwellings["dwelling_id"].tolist()
        self._community = buildings["community_code"].tolist()
        self._grid = buildings["grid_code"].tolist()
        self._lon, self._lat = buildings["lon"].tolist(), buildings["lat"].tolist()
        self._units, self._door_rooms = dwellings["unit"].tolist(), dwellings["room"].tolist()
        counts = np.bincount(self._building_of, minlength=len(buildings))
        self._first = np.concatenate([[0], np.cumsum(counts)])
        self._rooms: dict[int, dict[tuple[str, str], list[int]]] = {}

    @classmethod
    def build(
        cls,
        areas: gpd.GeoDataFrame,
        buildings: gpd.GeoDataFrame,
        dwellings: pd.DataFrame,
        grids: gpd.GeoDataFrame,
        aliases: pd.DataFrame,
    ) -> Register:
        """Index the register.

        Parameters
        ----------
        areas : code, name, level and geometry (communities must have one).
        buildings : building_id, community_code, estate, name, address, geometry; grid_code where it is known, else the
            grid holding most of the footprint is taken.
        dwellings : dwelling_id, building_id, unit, room.
        grids : grid_code, geometry.
        aliases : alias, estate, building_id.

        Notes
        -----
        All geometry in EPSG:4326. Dwellings of unknown buildings are left out: a door needs a building.
        """
        return cls(*build_parts(areas, buildings, dwellings, grids, aliases))

    def place(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Answer each row of a frame.

        Parameters
        ----------
        frame : any of dwelling_id, building_id, address, lon, lat (EPSG:4326 degrees); missing values are allowed.

        Returns
        -------
        COLUMNS, one row a row of the frame, with the frame's index. grid_code is empty where no grid holds the place
        or the answer spans several; the community is then given all the same where it is known.
        """
        answers = self._by_key(_texts(frame, "dwelling_id"), _texts(frame, "building_id"))
        self._by_address(answers, _texts(frame, "address"))
        self._by_point(answers, _numbers(frame, "lon"), _numbers(frame, "lat"))
        return self._frame(answers, frame.index)

    def place_points(self, lon: ArrayLike, lat: ArrayLike) -> pd.DataFrame:
        """Answer points by the footprint they lie in, else by the grid's polygon.

        A building with a single dwelling answers with that dwelling; EPSG:4326 degrees; COLUMNS as of `place`.
        """
        east, north = np.asarray(lon, dtype=float), np.asarray(lat, dtype=float)
        answers = [Answer(reason=NOTHING_SAID) for _ in range(len(east))]
        self._by_point(answers, east, north)
        shapes = self._buildings["geometry"].to_numpy()
        wide = np.flatnonzero(shapely.area(shapes) > 0)
        held = Locator(self._buildings["building_id"].to_numpy(dtype=object)[wide], shapes[wide])
        for answer, position in zip(answers, held.positions_at(east, north).tolist(), strict=True):
            if position >= 0:
                self._fill(answer, int(wide[position]), BY_POINT, 1.0, alone=True)
        return self._frame(answers, pd.RangeIndex(len(east)))

    # ---- by key

    def _by_key(self, dwelling_ids: Sequence[str], building_ids: Sequence[str]) -> list[Answer]:
        dwellings = self._dwelling_index.get_indexer(pd.Index(dwelling_ids))
        buildings = self._building_index.get_indexer(pd.Index(building_ids))
        answers = []
        for key, dwelling, building in zip(
            map(bool, map(str.__add__, dwelling_ids, building_ids)), dwellings.tolist(), buildings.tolist(), strict=True
        ):
            answer = Answer(reason=UNKNOWN_KEY if key else NOTHING_SAID)
            if dwelling >= 0:
                self._fill(answer, int(self._building_of[dwelling]), BY_KEY, 1.0)
                answer.level, answer.dwelling = "dwelling", dwelling
            elif building >= 0:
                self._fill(answer, building, BY_KEY, 1.0)
            answers.append(answer)
        return answers

    def _fill(self, answer: Answer, building: int, reason: str, score: float, *, alone: bool = False) -> None:
        """Make an answer the given building, with `alone` its dwelling where it has just one."""
        answer.status, answer.level, answer.building = MATCHED, "building", building
        answer.community, answer.grid = self._community[building], self._grid[building]
        answer.lon, answer.lat = self._lon[building], self._lat[building]
        answer.reason, answer.score = reason, score
        if alone and self._first[building + 1] - self._first[building] == 1:
            answer.level, answer.dwelling = "dwelling", int(self._first[building])

    # ---- by address

    def _by_address(self, answers: list[Answer], addresses: Sequence[str]) -> None:
        """Answer rows without a key by their text; each distinct text is read once."""
        known: dict[str, Answer] = {}
        for row, address in enumerate(addresses):
            if not address or answers[row].status == MATCHED:
                continue
            answer = known.get(address)
            if answer is None:
                answer = known[address] = self._match(address)
            answers[row] = answer

    def _match(self, address: str) -> Answer:
        """Find one address in the register."""
        reading = self._names.read(normalise(address))
        if reading.other_city:
            return Answer(reason=OTHER_CITY)
        if reading.building >= 0:
            return self._in_building(reading.building, reading.parts)
        sites = reading.sites
        if len(sites) == 1 and not reading.doubt:
            return self._in_site(sites[0], reading.parts, reading.corrected)
        if sites:
            reason = {"several": SEVERAL_PLACES, "inside": INSIDE_NAME}.get(reading.doubt, HOMONYM)
            return self._undecided(sites, reading.parts, reason)
        if reading.community:
            return self._community_answer(reading.community)
        return Answer()

    def _in_site(self, site: Site, parts: Parts, corrected: str) -> Answer:
        """Go on from an estate or a house number to the building and the door."""
        if parts.until:
            return self._undecided([site], parts, BUILDING_RANGE)
        found = site.buildings.get(parts.building, []) if parts.building else []
        if not parts.building and len(site.members) == 1:
            found = site.members
        if len(found) == 1:
            answer = self._in_building(found[0], parts)
            answer.estate, answer.corrected = answer.estate or site.name, corrected
            return answer
        if len(found) > 1:
            return self._undecided([site], parts, BUILDING_SEVERAL)
        none_said = ROAD_ONLY if site.level == "road" else ESTATE_ONLY
        reason = BUILDING_UNKNOWN if parts.building else none_said
        return Answer(
            *(MATCHED, site.level, -1, -1, site.name if site.level == "estate" else "", site.community, site.grid),
            *(site.lon, site.lat, 0.8, reason, corrected, ()),
        )

    def _in_building(self, building: int, parts: Parts) -> Answer:
        """Find the door in a building that is certain; a door that is not there leaves the building."""
        answer = Answer()
        self._fill(answer, building, NO_ROOM_SAID, 0.9)
        if parts.relation:
            answer.reason, answer.score = NEARBY, 0.7
        elif parts.room:
            self._room(answer, building, parts)
        elif parts.floor:
            answer.reason = FLOOR_ONLY
        elif not parts.unit:
            self._fill(answer, building, NO_ROOM_SAID, 0.9, alone=True)
            answer.reason = WHOLE if answer.dwelling >= 0 else NO_ROOM_SAID
        return answer

    def _room(self, answer: Answer, building: int, parts: Parts) -> None:
        rooms = self._rooms_of(building)
        found = rooms.get((parts.unit, parts.room), []) if parts.unit else rooms.get(("*", parts.room), [])
        if parts.unit and not found and ("", parts.room) in rooms:
            found, answer.corrected = rooms["", parts.room], parts.unit
        if len(found) == 1:
            answer.level, answer.dwelling, answer.reason, answer.score = "dwelling", found[0], WHOLE, 0.98
        elif found:
            answer.reason = ROOM_SEVERAL
            answer.candidates = tuple(self._dwelling_ids[door] for door in found[:MOST_CANDIDATES])
        else:
            answer.reason, answer.score = ROOM_UNKNOWN, 0.8

    def _rooms_of(self, building: int) -> dict[tuple[str, str], list[int]]:
        """Index a building's doors by (unit, room) and, under `*`, by room alone; made when first asked."""
        rooms = self._rooms.get(building)
        if rooms is None:
            rooms = self._rooms[building] = {}
            for door in range(int(self._first[building]), int(self._first[building + 1])):
                room = self._door_rooms[door]
                rooms.setdefault((self._units[door], room), []).append(door)
                rooms.setdefault(("*", room), []).append(door)
        return rooms

    def _undecided(self, sites: Sequence[Site], parts: Parts, reason: str) -> Answer:
        """Leave the choice to a person, with the buildings or doors that fit, at most five."""
        keys = parts.buildings
        fitting = [building for site in sites for key in keys for building in site.buildings.get(key, [])]
        candidates: list[str] = []
        for building in fitting:
            doors = self._rooms_of(building).get((parts.unit or "*", parts.room), []) if parts.room else []
            candidates += [self._dwelling_ids[door] for door in doors] or [self._ids[building]]
        if not fitting:
            candidates = [self._ids[site.members[0]] for site in sites]
        grids = {self._grid[building] for building in fitting} or {site.grid for site in sites}
        communities = {site.community for site in sites}
        return Answer(
            status=REVIEW,
            level=sites[0].level,
            estate=sites[0].name if len({site.name for site in sites}) == 1 and sites[0].level == "estate" else "",
            community=communities.pop() if len(communities) == 1 else "",
            grid=grids.pop() if len(grids) == 1 and reason == BUILDING_SEVERAL else "",
            score=0.5,
            reason=reason,
            candidates=tuple(candidates[:MOST_CANDIDATES]),
        )

    def _community_answer(self, code: str) -> Answer:
        """Answer with a community; its grid only where it is a single one."""
        grids = self._names.grids_of.get(code, [])
        lon, lat = self._names.middle_of[code]
        grid = grids[0] if len(grids) == 1 else ""
        return Answer(
            MATCHED, "community", community=code, grid=grid, lon=lon, lat=lat, score=0.6, reason=COMMUNITY_ONLY
        )

    # ---- by point

    def _by_point(self, answers: list[Answer], lon: NDArray[np.float64], lat: NDArray[np.float64]) -> None:
        """Place by their points the rows that neither key nor text gave a grid."""
        waiting = np.array([answer.status != MATCHED or not answer.grid for answer in answers], dtype=bool)
        rows = np.flatnonzero(waiting & np.isfinite(lon) & np.isfinite(lat))
        grids = self._grids.codes_at(lon[rows], lat[rows])
        communities = self._communities.codes_at(lon[rows], lat[rows])
        for row, grid, community in zip(rows.tolist(), grids, communities, strict=True):
            before = answers[row]
            if before.status == MATCHED and before.level not in ("estate", "road", "community"):
                continue  # a building no grid holds: the check says so, its point would only hide it
            community = grid[:12] or community
            status = MATCHED if grid or community else UNMATCHED
            answers[row] = Answer(
                *(status, "point" if status == MATCHED else "none", -1, -1, before.estate, community, grid),
                *(
                    lon[row],
                    lat[row],
                    0.9 if grid else 0.3,
                    BY_POINT if grid else BY_POINT_OUTSIDE,
                    "",
                    before.candidates,
                ),
            )

    def _frame(self, answers: Sequence[Answer], index: pd.Index) -> pd.DataFrame:
        ids, doors = [*self._ids, ""], [*self._dwelling_ids, ""]
        estates = [*self._buildings["estate"].tolist(), ""]
        columns: dict[str, list[Any]] = {
            "status": [answer.status for answer in answers],
            "level": [answer.level for answer in answers],
            "dwelling_id": [doors[answer.dwelling] for answer in answers],
            "building_id": [ids[answer.building] for answer in answers],
            "estate": [estates[answer.building] or answer.estate for answer in answers],
            "community_code": [answer.community for answer in answers],
            "grid_code": [answer.grid for answer in answers],
            "lon": [answer.lon for answer in answers],
            "lat": [answer.lat for answer in answers],
            "score": [answer.score for answer in answers],
            "reason": [answer.reason for answer in answers],
            "corrected": [answer.corrected for answer in answers],
            "candidates": [";".join(answer.candidates) for answer in answers],
        }
        return pd.DataFrame(columns, index=index, columns=COLUMNS)


def _texts(frame: pd.DataFrame, column: str) -> list[str]:
    """Return a column as text, empty where it or a value is missing."""
    if column not in frame:
        return [""] * len(frame)
    values: Iterable[object] = frame[column].tolist()
    return [
        value if isinstance(value, str) else "" if value is None or value != value else str(value) for value in values
    ]


def _numbers(frame: pd.DataFrame, column: str) -> NDArray[np.float64]:
    """Return a column as numbers, NaN where it or a value is missing or no number."""
    if column not in frame:
        return np.full(len(frame), np.nan)
    values = pd.Series(pd.to_numeric(pd.Series(frame[column]), errors="coerce"))
    return values.astype("Float64").to_numpy(float, na_value=np.nan)
