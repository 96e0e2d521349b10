"""Makes the look-up tables of geocode.Register from frames: sites, names, building and dwelling keys."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable

import geopandas as gpd
import pandas as pd
import shapely

from geo.core.address.keys import building_key, own_word, room_key, unit_key
from geo.core.address.names import Entry, Names, Site
from geo.core.address.normalise import normalise
from geo.core.assign import grid_of_footprint
from geo.core.locate import Locator

_ADDRESS = re.compile(r"^(?P<road>.*?[\u4e00-\u9fff])(?P<number>\d{1,5}(?:-\d{1,3})?)号")
_PHASE = re.compile(r"[一二三四五六七八九十]{1,3}期$")
_OFFICE = re.compile(r"(?:社区居委会|社区居民委员会|居民委员会|村民委员会|居委会|村委会|社区)$")
_AREA_SPELLINGS = {"街道": ("街道", "街道办事处", "街道办", "街")}


def build_parts(
    areas: gpd.GeoDataFrame,
    buildings: gpd.GeoDataFrame,
    dwellings: pd.DataFrame,
    grids: gpd.GeoDataFrame,
    aliases: pd.DataFrame,
) -> tuple[pd.DataFrame, pd.DataFrame, Names, Locator, Locator]:
    """Return the parts of a Register in the order of its constructor; see `geocode.Register.build` for the frames."""
    houses = _buildings(buildings, grids)
    doors = _dwellings(dwellings, houses)
    communities = areas.loc[(areas["level"] == "community") & areas.geometry.notna()].set_geometry(areas.geometry.name)
    names = _names(areas, communities, houses, grids, aliases)
    return houses, doors, names, _locator(grids, "grid_code"), _locator(communities, "code")


def _locator(frame: gpd.GeoDataFrame, code: str) -> Locator:
    return Locator(frame[code].to_numpy(dtype=object), frame.geometry.to_numpy())


def _text(frame: pd.DataFrame, column: str) -> list[str]:
    if column not in frame:
        return [""] * len(frame)
    values: list[object] = frame[column].tolist()
    return [
        value if isinstance(value, str) else "" if value is None or value != value else str(value) for value in values
    ]


def _buildings(buildings: gpd.GeoDataFrame, grids: gpd.GeoDataFrame) -> pd.DataFrame:
    """Return building_id, community_code, grid_code, estate, key, address, lon, lat, geometry."""
    shapes = buildings.geometry.to_numpy()
    grid = _text(buildings, "grid_code")
    if "grid_code" not in buildings:
        grid = grid_of_footprint(shapes, grids["grid_code"].to_numpy(dtype=object), grids.geometry.to_numpy()).tolist()
    middle = shapely.point_on_surface(shapes)
    houses = pd.DataFrame(
        {
            "building_id": _text(buildings, "building_id"),
            "community_code": _text(buildings, "community_code"),
            "grid_code": grid,
            "estate": _text(buildings, "estate"),
            "name": [normalise(name) for name in _text(buildings, "name")],
            "key": [building_key(normalise(name)) for name in _text(buildings, "name")],
            "address": [normalise(address) for address in _text(buildings, "address")],
            "lon": shapely.get_x(middle),
            "lat": shapely.get_y(middle),
            "geometry": shapes,
        }
    )
    return houses.drop_duplicates(["building_id"], ignore_index=True)


def _dwellings(dwellings: pd.DataFrame, houses: pd.DataFrame) -> pd.DataFrame:
    """Return dwelling_id, building (position), unit and room keys, ordered by building."""
    building = pd.Index(houses["building_id"]).get_indexer(pd.Index(_text(dwellings, "building_id")))
    keys = {
        text: (unit_key(normalise(text)), room_key(normalise(text)))
        for text in {*_text(dwellings, "unit"), *_text(dwellings, "room")}
    }
    doors = pd.DataFrame(
        {
            "dwelling_id": _text(dwellings, "dwelling_id"),
            "building": building,
            "unit": [keys[unit][0] for unit in _text(dwellings, "unit")],
            "room": [keys[room][1] for room in _text(dwellings, "room")],
        }
    )
    doors = doors.loc[doors["building"] >= 0].drop_duplicates(["dwelling_id"])
    return doors.sort_values("building", kind="stable", ignore_index=True)


def _names(
    areas: gpd.GeoDataFrame,
    communities: gpd.GeoDataFrame,
    houses: pd.DataFrame,
    grids: gpd.GeoDataFrame,
    aliases: pd.DataFrame,
) -> Names:
    """Gather every name the register knows and what it stands for."""
    split = [_ADDRESS.match(address) for address in houses["address"]]
    roads = [found["road"] if found else "" for found in split]
    numbers = [found["number"] if found else "" for found in split]
    estates = _estates(houses, roads, numbers)
    by_number = _by_number(houses, roads, numbers)
    entries: dict[str, Entry] = {}
    for name, codes in _area_names(areas).items():
        entries[name] = Entry(areas=tuple(codes))
    for name, codes in _community_stems(areas).items():
        entries[name] = entries.get(name, Entry())._replace(hints=tuple(codes))
    for road in {road for road, _number in by_number}:
        for spelling in _spellings(road):
            entries[spelling] = entries.get(spelling, Entry())._replace(road=road)
    for name in estates:
        for spelling in _spellings(name):
            if spelling == name or spelling not in estates:
                entries[spelling] = entries.get(spelling, Entry())._replace(estate=name)
    for name, entry in (*_aliases(aliases, houses, estates), *_named_buildings(houses)):
        entries.setdefault(name, entry)
    grids_of: dict[str, list[str]] = defaultdict(list)
    for grid in _text(grids, "grid_code"):
        grids_of[grid[:12]].append(grid)
    middle = shapely.point_on_surface(communities.geometry.to_numpy())
    middles = zip(shapely.get_x(middle).tolist(), shapely.get_y(middle).tolist(), strict=True)
    return Names(
        {name: entry for name, entry in entries.items() if len(name) > 1},
        *(
            estates,
            by_number,
            _cities(areas),
            dict(grids_of),
            dict(zip(_text(communities, "code"), middles, strict=True)),
        ),
    )


def _estates(houses: pd.DataFrame, roads: list[str], numbers: list[str]) -> dict[str, list[Site]]:
    """Group buildings into estates by name and community.

    A bare name stands for its phases (一期, 二期) where there is no plain estate of that name.
    """
    spelled = {estate: normalise(estate) for estate in set(houses["estate"])}
    groups: dict[tuple[str, str], list[int]] = defaultdict(list)
    for position, (estate, community) in enumerate(zip(houses["estate"], houses["community_code"], strict=True)):
        if estate:
            groups[spelled[estate], community].append(position)
    sites: dict[str, list[Site]] = defaultdict(list)
    columns = _Columns(houses, roads, numbers)
    for name, community in sorted(groups):
        sites[name].append(columns.site(name, "estate", groups[name, community]))
    for name in sorted(sites):
        bare = _PHASE.sub("", name)
        if bare != name and len(bare) > 1 and not any(site.name == bare for site in sites.get(bare, [])):
            sites[bare] += sites[name]
    return dict(sites)


def _by_number(houses: pd.DataFrame, roads: list[str], numbers: list[str]) -> dict[tuple[str, str], list[Site]]:
    """Group buildings by road, house number and community."""
    groups: dict[tuple[str, str, str], list[int]] = defaultdict(list)
    for position, (road, number, community) in enumerate(zip(roads, numbers, houses["community_code"], strict=True)):
        if road:
            groups[road, number, community].append(position)
    sites: dict[tuple[str, str], list[Site]] = defaultdict(list)
    columns = _Columns(houses, roads, numbers)
    for road, number, community in sorted(groups):
        sites[road, number].append(columns.site(f"{road}{number}号", "road", groups[road, number, community]))
    return dict(sites)


class _Columns:
    """The buildings' columns as lists: a city has as many sites as some thousand, each a few buildings."""

    def __init__(self, houses: pd.DataFrame, roads: list[str], numbers: list[str]) -> None:
        self._keys, self._grids = houses["key"].tolist(), houses["grid_code"].tolist()
        self._words = [*map(own_word, houses["name"])]
        self._communities, self._roads, self._numbers = houses["community_code"].tolist(), roads, numbers
        self._lon, self._lat = houses["lon"].tolist(), houses["lat"].tolist()

    def site(self, name: str, level: str, positions: list[int]) -> Site:
        """Make the site of some buildings of one community."""
        buildings: dict[str, list[int]] = defaultdict(list)
        for position in positions:
            buildings[self._keys[position]].append(position)
        grids = {self._grids[position] for position in positions}
        with_road = [position for position in positions if self._roads[position]]
        return Site(
            *(name, level, self._communities[positions[0]], dict(buildings)),
            roads=frozenset(self._roads[position] for position in with_road),
            numbers=frozenset((self._roads[position], self._numbers[position]) for position in with_road),
            grid=grids.pop() if len(grids) == 1 else "",
            lon=sum(self._lon[position] for position in positions) / len(positions),
            lat=sum(self._lat[position] for position in positions) / len(positions),
            word=next((word for position in positions if (word := self._words[position])), ""),
        )


_NUMERALS = str.maketrans("一二三四五六七八九", "123456789")
_COUNTED_NAME = re.compile(r"[一二三四五六七八九](?=[路街巷道村区里坊弄院组])|[一二三四五六七八九]$")


def _spellings(name: str) -> set[str]:
    """Return a name and its spelling with digits where it counts: 球场一路 and 球场1路."""
    return {name, _COUNTED_NAME.sub(lambda found: found.group().translate(_NUMERALS), name)}


_OWN_NAME = re.compile(r"[\u4e00-\u9fff]{4,}$")


def _named_buildings(houses: pd.DataFrame) -> Iterable[tuple[str, Entry]]:
    """Yield buildings that bear a name of their own and belong to no estate (朝阳购物广场), where it is unique."""
    columns = (houses["name"].tolist(), houses["estate"].tolist())
    named = [
        (name, k) for k, (name, estate) in enumerate(zip(*columns, strict=True)) if not estate and _OWN_NAME.match(name)
    ]
    counted = Counter(name for name, _k in named)
    for name, position in named:
        if counted[name] == 1:
            yield name, Entry(building=position)


def _area_names(areas: pd.DataFrame) -> dict[str, list[str]]:
    """Return area codes by every spelling that keeps the kind: 江北社区居委会 and 江北社区, 丹水池街道 and 丹水池街."""
    names: dict[str, list[str]] = defaultdict(list)
    for code, name, level in zip(
        _text(areas, "code"), map(normalise, _text(areas, "name")), _text(areas, "level"), strict=True
    ):
        spellings = {name}
        if level == "community" and _OFFICE.search(name):
            stem = _OFFICE.sub("", name)
            spellings |= {stem + word for word in ("社区", "居委会", "村委会", "社区居委会", "村") if stem}
        if level == "subdistrict" and name.endswith("街道"):
            spellings |= {name.removesuffix("街道") + word for word in _AREA_SPELLINGS["街道"]}
        for spelling in spellings:
            names[spelling].append(code)
    return names


def _community_stems(areas: pd.DataFrame) -> dict[str, list[str]]:
    """Return community codes by their names without any word for their kind: 永胜 of 永胜居委会."""
    stems: dict[str, list[str]] = defaultdict(list)
    for code, name, level in zip(
        _text(areas, "code"), map(normalise, _text(areas, "name")), _text(areas, "level"), strict=True
    ):
        stem = _OFFICE.sub("", name)
        if level == "community" and stem != name and len(stem) > 1:
            stems[stem].append(code)
    return stems


def _aliases(
    aliases: pd.DataFrame, houses: pd.DataFrame, estates: dict[str, list[Site]]
) -> Iterable[tuple[str, Entry]]:
    """Yield aliases of buildings and of estates; one that names nothing of the register is left out."""
    position = dict(zip(houses["building_id"], range(len(houses)), strict=True))
    for alias, estate, building in zip(
        *(_text(aliases, name) for name in ("alias", "estate", "building_id")), strict=True
    ):
        name, target = normalise(alias), normalise(estate)
        if building in position:
            yield name, Entry(building=position[building], alias=True)
        elif target in estates:
            yield name, Entry(estate=target, alias=True)


def _cities(areas: pd.DataFrame) -> frozenset[str]:
    """Return the names of the register's cities and counties without suffix or remark; empty where no city is named."""
    names: dict[str, list[str]] = defaultdict(list)
    for name, level in zip(map(normalise, _text(areas, "name")), _text(areas, "level"), strict=True):
        names[level].append(name)
    if not any(names["city"]):
        return frozenset()
    return frozenset(name.split("(")[0].rstrip("市区县旗") for name in names["city"] + names["county"] if len(name) > 1)
