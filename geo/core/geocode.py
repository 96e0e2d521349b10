"""From what a case says of its place to dwelling (房屋), building (楼栋) and grid (网格); one door: `Register.place`.

Three ways, in this order: a key of the register; the address by its structured parts against the register
(geo/core/address/match.py); the point by the grid's polygon. What is not in the register is answered at a coarser
level, never with an invented door, and what may be two places is left to a person.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import shapely

from geo.core.address import scores
from geo.core.address.answer import (
    BY_KEY,
    BY_POINT,
    BY_POINT_OUTSIDE,
    MATCHED,
    NOTHING_SAID,
    UNKNOWN_KEY,
    UNMATCHED,
    Answer,
)
from geo.core.address.file_match import FileMatcher
from geo.core.address.match import Matcher
from geo.core.address.names import Names
from geo.core.address.register import build_parts
from geo.core.address.stock import Stock
from geo.core.locate import Locator

if TYPE_CHECKING:
    import geopandas as gpd
    from numpy.typing import ArrayLike, NDArray

COLUMNS = [
    *("status", "level", "dwelling_id", "building_id", "estate", "community_code", "grid_code", "lon", "lat"),
    *("score", "reason", "corrected", "candidates"),
]
"""Of an answer. `candidates`: ids joined by `;`, best first. `reason`: a message id, translated where it is shown."""


class Register:
    """The city's register of areas, buildings and dwellings, made to be asked many times.

    Made by `Register.build`; holds no person. Cut the frames to an area to ask within it only.
    """

    def __init__(
        self,
        buildings: pd.DataFrame,
        dwellings: pd.DataFrame,
        names: Names,
        grids: Locator,
        communities: Locator,
        threshold: float = scores.THRESHOLD,
    ) -> None:
        self.stock = Stock(buildings, dwellings)
        self.matcher = Matcher(self.stock, names, threshold)
        self._shapes = buildings["geometry"].to_numpy()
        self._grids, self._communities = grids, communities
        self._building_index = pd.Index(buildings["building_id"])
        self._dwelling_index = pd.Index(dwellings["dwelling_id"])

    @classmethod
    def build(
        cls,
        areas: gpd.GeoDataFrame,
        buildings: gpd.GeoDataFrame,
        dwellings: pd.DataFrame,
        grids: gpd.GeoDataFrame,
        aliases: pd.DataFrame,
        threshold: float = scores.THRESHOLD,
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
        threshold : least probability of an answer that is given without a person.

        Notes
        -----
        All geometry in EPSG:4326. Dwellings of unknown buildings are left out: a door needs a building.
        """
        return cls(*build_parts(areas, buildings, dwellings, grids, aliases), threshold=threshold)

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
        return self.frame(answers, frame.index)

    def place_points(self, lon: ArrayLike, lat: ArrayLike) -> pd.DataFrame:
        """Answer points by the footprint they lie in, else by the grid's polygon.

        A building with a single dwelling answers with that dwelling; EPSG:4326 degrees; COLUMNS as of `place`.
        """
        east, north = np.asarray(lon, dtype=float), np.asarray(lat, dtype=float)
        answers = [Answer(reason=NOTHING_SAID) for _ in range(len(east))]
        self._by_point(answers, east, north)
        wide = np.flatnonzero(shapely.area(self._shapes) > 0)
        held = Locator(np.array(self.stock.ids, dtype=object)[wide], self._shapes[wide])
        for answer, position in zip(answers, held.positions_at(east, north).tolist(), strict=True):
            if position >= 0:
                self._fill(answer, int(wide[position]), BY_POINT, 1.0, alone=True)
        return self.frame(answers, pd.RangeIndex(len(east)))

    def door(self, key: str) -> int:
        """Return the position of a dwelling by its id, -1 where it is no dwelling's."""
        return int(self._dwelling_index.get_indexer(pd.Index([key]))[0])

    def building_of(self, key: str) -> int:
        """Return the position of the building that a dwelling's or a building's id means, -1 where there is none."""
        door = self.door(key)
        return int(self.stock.building_of[door] if door >= 0 else self._building_index.get_indexer(pd.Index([key]))[0])

    def label(self, building: int, door: int = -1) -> str:
        """Write a building, or one of its doors, as the register does: 青竹佳苑1栋1单元102."""
        stock = self.stock
        written = stock.estate[building] + stock.name[building] or stock.address[building]
        if door < 0:
            return written
        unit = stock.units[door]
        return f"{written}{f'{unit}单元' if unit else ''}{stock.door_rooms[door]}"

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
                self._fill(answer, int(self.stock.building_of[dwelling]), BY_KEY, 1.0)
                answer.level, answer.dwelling = "dwelling", dwelling
            elif building >= 0:
                self._fill(answer, building, BY_KEY, 1.0)
            answers.append(answer)
        return answers

    def _fill(self, answer: Answer, building: int, reason: str, score: float, *, alone: bool = False) -> None:
        """Make an answer the given building, with `alone` its dwelling where it has just one."""
        answer.status, answer.level, answer.building = MATCHED, "building", building
        answer.community, answer.grid = self.stock.community[building], self.stock.grid[building]
        answer.lon, answer.lat = self.stock.lon[building], self.stock.lat[building]
        answer.reason, answer.score = reason, score
        if alone and len(self.stock.doors(building)) == 1:
            answer.level, answer.dwelling = "dwelling", self.stock.first[building]

    # ---- by address

    def read(self, addresses: Iterable[str]) -> list[Answer]:
        """Answer texts."""
        return self.reader()(addresses)

    def reader(self) -> Callable[[Iterable[str]], list[Answer]]:
        """Return what answers the texts of one file, piece by piece; let it go with the file: it remembers them."""
        match = FileMatcher(self.matcher).match

        def read(addresses: Iterable[str]) -> list[Answer]:
            """Answer texts; each distinct one is read once."""
            known = {"": Answer(reason=NOTHING_SAID)}
            answers = []
            for address in addresses:
                answer = known.get(address)
                if answer is None:
                    answer = known[address] = match(address)
                answers.append(answer)
            return answers

        return read

    def _by_address(self, answers: list[Answer], addresses: Sequence[str]) -> None:
        """Answer rows without a key by their text."""
        rows = [row for row, address in enumerate(addresses) if address and answers[row].status != MATCHED]
        for row, answer in zip(rows, self.read([addresses[row] for row in rows]), strict=True):
            answers[row] = answer

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

    def row(self, answer: Answer) -> tuple[Any, ...]:
        """Lay an answer out as COLUMNS."""
        stock, building, dwelling = self.stock, answer.building, answer.dwelling
        known = building >= 0
        return (
            *(answer.status, answer.level, stock.door_ids[dwelling] if dwelling >= 0 else ""),
            *(stock.ids[building] if known else "", (known and stock.estate[building]) or answer.estate),
            *(answer.community, answer.grid, answer.lon, answer.lat, answer.score, answer.reason, answer.corrected),
            ";".join(answer.candidates),
        )

    def frame(self, answers: Sequence[Answer], index: pd.Index | None = None) -> pd.DataFrame:
        """Lay answers out as COLUMNS, a row an answer."""
        columns = [*zip(*map(self.row, answers), strict=True)] or [()] * len(COLUMNS)
        laid = dict(zip(COLUMNS, map(list, columns), strict=True))
        return pd.DataFrame(laid, index=pd.RangeIndex(len(answers)) if index is None else index, columns=COLUMNS)


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
