"""Places of the register that can be chosen: a door, a building, the part of an estate or a house number in one grid.

Read from the matcher's own index (Register), so that what is offered and what is answered can't differ.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from geo.core.address.answer import Answer
from geo.core.address.suggest import Suggestion
from geo.core.floors import natural_key

if TYPE_CHECKING:
    from geo.core.geocode import Register

MOST_NAMED = 4
"""Buildings named of a part of an estate."""


@dataclass(frozen=True, slots=True)
class Place:
    """A place as the register writes it.

    Attributes
    ----------
    kind : `dwelling`, `building` or `grid` (what of an estate or a house number lies in one grid); of an answer also
        `estate`, `road`, `community`, `none`.
    key : dwelling id, building id or grid code; of an estate its name, of a community its code.
    lon, lat : EPSG:4326 degrees, None where it has no single point.
    """

    kind: str
    key: str
    estate: str = ""
    building: str = ""
    unit: str = ""
    room: str = ""
    address: str = ""
    building_id: str = ""
    community_code: str = ""
    grid_code: str = ""
    lon: float | None = None
    lat: float | None = None

    @property
    def token(self) -> str:
        """The place as a page sends it back."""
        return f"{self.kind}:{self.key}"


def of_building(register: Register, building: int, door: int = -1) -> Place:
    """Return a building, or one of its doors, by position."""
    stock = register.stock
    where = (stock.address[building], stock.ids[building], stock.community[building], stock.grid[building])
    point = (stock.lon[building], stock.lat[building])
    named = (stock.estate[building], stock.name[building])
    if door < 0:
        return Place("building", stock.ids[building], *named, "", "", *where, *point)
    return Place("dwelling", stock.door_ids[door], *named, stock.units[door], stock.door_rooms[door], *where, *point)


def of_key(register: Register, key: str) -> Place | None:
    """Return the place of a dwelling's or a building's id, None where the register has none."""
    building = register.building_of(key)
    return of_building(register, building, register.door(key)) if building >= 0 else None


def by_grid(register: Register, buildings: Iterable[int], name: str = "") -> list[Place]:
    """Return the parts of an estate or a house number by the grid they lie in, the largest first.

    A single building is that building. Buildings no grid holds belong to no part.

    Parameters
    ----------
    buildings : positions.
    name : instead of the estate's own.
    """
    stock = register.stock
    found: dict[str, list[int]] = defaultdict(list)
    for building in buildings:
        found[stock.grid[building]].append(building)
    if sum(map(len, found.values())) == 1:
        return [of_building(register, next(iter(found.values()))[0])]
    ordered = sorted(((grid, part) for grid, part in found.items() if grid), key=lambda row: (-len(row[1]), row[0]))
    return [_part(register, grid, part, name or stock.estate[part[0]]) for grid, part in ordered]


def _part(register: Register, grid: str, part: Sequence[int], name: str) -> Place:
    names = sorted((register.stock.name[building] for building in part), key=natural_key)
    said = "、".join(names[:MOST_NAMED]) + ("…" if len(part) > MOST_NAMED else "")
    return Place("grid", grid, name, said, community_code=register.stock.community[part[0]], grid_code=grid)


def of_answer(register: Register, answer: Answer) -> Place:
    """Return an answer's own place."""
    if answer.building >= 0:
        return of_building(register, answer.building, answer.dwelling)
    lon, lat = (None, None) if answer.lon != answer.lon else (answer.lon, answer.lat)
    where = {"community_code": answer.community, "grid_code": answer.grid, "lon": lon, "lat": lat}
    return Place(answer.level, answer.estate or answer.community, answer.estate, **where)


def offered(register: Register, answer: Answer) -> list[Place]:
    """Return what an answer leaves to choose from: its candidates, else itself, else the estate's parts by grid."""
    found = [place for key in answer.candidates if (place := of_key(register, key))]
    if not found and answer.building >= 0:
        return [of_building(register, answer.building, answer.dwelling)]
    if not found and answer.estate:
        sites = register.matcher.names.estates.get(answer.estate, ())
        own = [site for site in sites if not answer.community or site.community == answer.community]
        return by_grid(register, [building for site in own for building in site.members])
    return found


def suggested(register: Register, suggestions: Iterable[Suggestion]) -> list[Place]:
    """Return what can be chosen of what was suggested, each place once."""
    found: dict[str, Place] = {}
    for one in suggestions:
        if one.door >= 0 or len(one.buildings) == 1:
            places = [of_building(register, one.buildings[0], one.door)]
        else:
            places = by_grid(register, one.buildings, "" if one.level == "estate" else one.label)
        for place in places:
            found.setdefault(place.token, place)
    return [*found.values()]
