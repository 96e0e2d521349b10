"""Finds the register's names in a text: estates (小区), their aliases, roads with house numbers, areas, other cities.

The longest name at each place counts, so 新亭苑 is never read as 亭苑, and an estate inside a longer road or community
name (百步亭花园社区) is not named.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from geo.core.address.lookup import Lookup
from geo.core.address.normalise import normalise
from geo.core.address.numerals import DIGITS, POWERS, number
from geo.core.address.tables import either, place_stems, places, words


@dataclass(frozen=True, slots=True, eq=False)
class Site:
    """Buildings that share a name and a community: an estate (小区), or a house number of a road.

    Attributes
    ----------
    level : `estate` or `road`.
    buildings : positions in the register by building key (`3` of 3号楼).
    roads : road names of the buildings' addresses; numbers : those with their house numbers.
    grid : the grid of all buildings, empty where they lie in several.
    lon, lat : middle of the buildings, EPSG:4326 degrees.
    word : the word of its buildings where it is not a usual one (梯 of 3梯).
    """

    name: str
    level: str
    community: str
    buildings: dict[str, list[int]]
    roads: frozenset[str]
    numbers: frozenset[tuple[str, str]]
    grid: str
    lon: float
    lat: float
    word: str = ""

    @property
    def members(self) -> list[int]:
        """Positions of all buildings."""
        return [position for positions in self.buildings.values() for position in positions]


class Entry(NamedTuple):
    """What one name stands for; several at once where a village is also an estate.

    Attributes
    ----------
    estate : name of an estate of the register; building : position of a building, -1 = none.
    alias : whether the name is another one than the register's own.
    road : a road of the register; areas : division codes; hints : communities by a short name that may be any word.
    elsewhere : a city or county that is not the register's.
    """

    estate: str = ""
    building: int = -1
    alias: bool = False
    road: str = ""
    areas: tuple[str, ...] = ()
    hints: tuple[str, ...] = ()
    elsewhere: str = ""

    @property
    def is_place(self) -> bool:
        """Whether it names an estate or a building."""
        return bool(self.estate) or self.building >= 0


class Mention(NamedTuple):
    """A name in a text, from `start` to `end`."""

    start: int
    end: int
    entry: Entry


class HouseNumber(NamedTuple):
    """A road with a house number in a text; `end` is behind the number, `mention` the road."""

    mention: Mention
    number: str
    end: int


@dataclass(slots=True)
class Found:
    """The names in a text, each list in the text's order."""

    places: list[Mention] = field(default_factory=list)
    roads: list[Mention] = field(default_factory=list)
    areas: list[Mention] = field(default_factory=list)
    elsewhere: list[Mention] = field(default_factory=list)
    numbers: list[HouseNumber] = field(default_factory=list)
    hints: list[Mention] = field(default_factory=list)
    """Communities by a short name that ends where a place begins."""

    @property
    def codes(self) -> list[str]:
        """Division codes of the areas named."""
        return [code for mention in self.areas for code in mention.entry.areas]

    @property
    def hint_codes(self) -> list[str]:
        """Division codes of the communities hinted at."""
        return [code for mention in self.hints for code in mention.entry.hints]

    @property
    def road_names(self) -> set[str]:
        """Roads named."""
        return {mention.entry.road for mention in self.roads}


_HOUSE_NUMBER = re.compile(
    rf"(\d{{1,5}}(?:-\d{{1,3}})?|[{DIGITS}{POWERS}]{{1,6}})(?:号(?![楼栋幢座])|(?![\d号楼栋幢座{DIGITS}{POWERS}]|单元|[至到-]\d))"
)
_TO_THE_END = re.compile(rf"[-\d号楼栋幢座单元至到{DIGITS}{POWERS}]*\Z")
"""Nothing but what `_HOUSE_NUMBER` looks at."""
_MAY_PRECEDE = frozenset(words("name_before")) | frozenset(
    "口,，。.、;；:：()\"'?!|/- 0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ栋幢座排楼室房元"
)
"""Characters a name may follow; another Han character before it may belong to a longer name."""
_MAY_OPEN = frozenset(words("name_opens"))
"""The characters of these that are no part of names: they part even where the name itself is not sure."""
_ADMIN = re.compile(either(words("admin")) + "$")
_CLAUSE = re.compile(r"[,，。;；:：!?\s()]")
_LONGER = re.compile(
    rf"(?:[{DIGITS}{POWERS}]{{1,3}}[期组队]|[东西南北中新老]区|[A-Z\d{DIGITS}]区|{either(words('name_after'))})"
)
_COUNTED = re.compile(f"[{DIGITS}{POWERS}]{{1,3}}(?=[期组队])")
_GREETING = re.compile(r"^(?:你好|您好|请问|领导好|市民来电|来电|反映|投诉|我|家|住|在|的|是|,|，|:|：|!|！|\s)*")
_STEM_LENGTHS = (4, 3, 2)
_GENERIC_COUNTIES = (
    "城区",
    "郊区",
    "矿区",
    "东区",
    "西区",
    "南区",
    "北区",
    "新区",
    "城关区",
    "新城区",
    "市中区",
    "桥东区",
    "桥西区",
)
_CITY = re.compile(
    r"^(?:[\u4e00-\u9fff]{2,8}?(?:省|自治区))?([\u4e00-\u9fff]{2,4})市[\u4e00-\u9fff]{1,5}?[区县旗](?!域)"
)


class Names:
    """The names and what its names stand for.

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
        entries: Mapping[str, Entry],
        estates: dict[str, list[Site]],
        numbers: dict[tuple[str, str], list[Site]],
        cities: frozenset[str],
        grids_of: dict[str, list[str]],
        middle_of: dict[str, tuple[float, float]],
    ) -> None:
        self.entries = dict(entries)
        self.estates, self.numbers, self._cities = estates, numbers, cities
        self.grids_of, self.middle_of = grids_of, middle_of
        self.own_words = frozenset(
            site.word for named in (estates, numbers) for sites in named.values() for site in sites if site.word
        )
        self.lookup = Lookup(self._with_other_cities())
        larger, _counties = place_stems()
        fronts = {name[:length] for name in self.entries for length in _STEM_LENGTHS}
        self._abroad = larger - fronts - cities if cities else frozenset[str]()
        self._abroad_fronts = frozenset(name[:2] for name in self._abroad)

    def _with_other_cities(self) -> dict[str, Entry]:
        """Add the country's cities and counties that are not the register's; none where it names no city."""
        if not self._cities:
            return self.entries
        larger, counties = places()
        other = {name: name for name in (*larger, *counties) if name not in _GENERIC_COUNTIES}
        own = {name for name in other if name.rstrip("市区县旗") in self._cities}
        return {name: Entry(elsewhere=name) for name in other if len(name) > 2 and name not in own} | self.entries

    def knows(self, name: str) -> bool:
        """Tell whether the register has a name, whatever it stands for."""
        return normalise(name) in self.entries

    def kinds(self, estates: Iterable[str]) -> Iterator[tuple[str, str]]:
        """Yield every name with its kind for a reader: area, road or estate; 一期 also as people type it, 1期.

        Parameters
        ----------
        estates : names as the register writes them, which may differ from the one spelling used here.
        """
        for name, entry in self.entries.items():
            kind = "estate" if entry.is_place else "road" if entry.road else "area"
            yield name, kind
            if entry.is_place and (counted := _COUNTED.sub(lambda found: number(found.group()), name)) != name:
                yield counted, kind
        for name in {*estates} - {""}:
            yield name, "estate"

    def find(self, text: str) -> Found:
        """Find the names in a normalised text."""
        found = Found()
        hints: list[Mention] = []
        for start, end, entry in self.lookup.find(text):
            mention = Mention(start, end, entry)
            if entry.areas:
                found.areas.append(mention)
            if entry.road:
                found.roads.append(mention)
                self._house_number(text, mention, found)
            if entry.estate or entry.building >= 0:
                found.places.append(mention)
            if entry.elsewhere:
                found.elsewhere.append(mention)
            if entry.hints:
                hints.append(mention)
        if hints:
            begins = {mention.start for mention in found.places}
            found.hints = [mention for mention in hints if mention.end in begins]
        return found

    def _house_number(self, text: str, mention: Mention, found: Found) -> None:
        said = _HOUSE_NUMBER.match(text, mention.end)
        if said:
            key = "-".join(map(number, said[1].split("-")))
            found.numbers.append(HouseNumber(mention, key, said.end()))

    @staticmethod
    def is_closed(text: str, found: Found) -> bool:
        """Tell whether more text behind it would leave the names found in a text as they are: no house number goes on.

        That no name reaches over its end is for the caller to know (`Lookup.parts`).
        """
        return not any(_TO_THE_END.match(text, road.end) for road in found.roads)

    def ceiling(self, found: Found, end: int) -> int | None:
        """Return where the next known name behind a position begins, None where there is none."""
        first: int | None = None
        for listed in (found.places, found.roads, found.areas):
            for mention in listed:
                if mention.start >= end and (first is None or mention.start < first):
                    first = mention.start
        return first

    def only_community(self, codes: list[str]) -> str:
        """Return the one community the areas of a text agree on, empty where they do not."""
        communities = {code for code in codes if len(code) == 12}
        larger = [code for code in codes if len(code) < 12]
        fitting = {code for code in communities if all(code.startswith(other) for other in larger)} or communities
        return fitting.pop() if len(fitting) == 1 else ""

    def other_city(self, text: str, found: Found) -> bool:
        """Tell whether the place lies in another city or county: one is named before it, and none of the register's.

        A county alone counts at the beginning only, for 朝阳区 is also what people call a part of an estate.
        """
        if not self._cities or not (found.elsewhere or "市" in text):
            return False
        if found.areas and any(len(code) <= 6 for code in found.codes):
            return False
        place = found.places[0].start if found.places else len(text)
        larger, _counties = places()
        for mention in found.elsewhere:
            opening = _GREETING.match(text)
            begins = opening is not None and mention.start <= opening.end() + 4
            if mention.start < place and (mention.entry.elsewhere in larger or begins):
                return True
        named = _CITY.match(text)
        return bool(named) and named.start(1) < place and not any(named[1].endswith(city) for city in self._cities)

    def may_be_abroad(self, text: str, found: Found) -> bool:
        """Tell whether a text opens with another city's name as people say it (厦门, 浙江温州), a place right behind.

        A name that any name of the register begins with is none: 中山 may be short for 中山路.
        """
        opening = _GREETING.match(text)
        at = begins = opening.end() if opening else 0
        if text[at : at + 2] not in self._abroad_fronts or any(len(code) <= 6 for code in found.codes):
            return False
        _larger, counties = place_stems()
        while step := _said_at(text, at, self._abroad if at == begins else self._abroad | counties):
            at += step
        listed = (found.places, found.roads, found.areas)
        return at > begins and any(mention.start == at for mentions in listed for mention in mentions)


def _said_at(text: str, at: int, names: frozenset[str]) -> int:
    """Return the length of the longest of some names that begins at a position, 0 = none does."""
    return next((length for length in _STEM_LENGTHS if text[at : at + length] in names), 0)


def begins_inside_a_name(text: str, start: int, floor: int, *, sure: bool = True) -> str:
    """Return what before a name may make it a longer one that the register does not hold; empty = nothing.

    Parameters
    ----------
    floor : where the known name before it ends, 0 where there is none.
    sure : whether the name is the register's own letter by letter; else characters that are also found in names
        (和, 同, 站) do not part.

    Examples
    --------
    >>> begins_inside_a_name("大亭苑3栋", 1, 0), begins_inside_a_name("反映亭苑3栋", 2, 0)
    ('大', '')
    >>> begins_inside_a_name("红卫街道亭苑", 4, 0)
    ''
    >>> begins_inside_a_name("江岸区和亭苑", 4, 3), begins_inside_a_name("江岸区的亭苑", 4, 3)
    ('和', '')
    """
    if start <= floor or not "\u4e00" <= text[start - 1] <= "\u9fff":
        return ""
    before = text[start - 1]
    behind_known = bool(floor) and start - floor <= 2
    if before in (_MAY_PRECEDE if sure and not behind_known else _MAY_OPEN):
        return ""
    head = text[floor:start]
    marks = list(_CLAUSE.finditer(head))
    run = head[marks[-1].end() :] if marks else head
    return "" if len(run) > 1 and _ADMIN.search(run) else run


def goes_on(text: str, end: int) -> int:
    """Return where a word ends that makes a name a part of an estate the register does not hold (亭苑东区); 0 = none.

    Examples
    --------
    >>> goes_on("亭苑东区3栋", 2), goes_on("亭苑3栋", 2)
    (4, 0)
    """
    longer = _LONGER.match(text, end)
    return longer.end() if longer else 0


def in_context(sites: list[Site], codes: list[str], roads: set[str]) -> list[Site]:
    """Keep the sites that the areas and roads of the text fit best; all where none fits (the context is then wrong)."""
    if len(sites) < 2:
        return sites
    fits = [
        sum(len(code) for code in set(codes) if site.community.startswith(code)) + 20 * bool(roads & site.roads)
        for site in sites
    ]
    best = max(fits)
    return [site for site, fit in zip(sites, fits, strict=True) if fit == best]
