"""The tables of the exchange format as data: columns, kinds, keys, parents and the order they load in.

One `Table` is what every other module of this package asks: the reader which columns to look for, the checks what a
value must be, the writer what to write. Headers and values in Chinese are in `data/headers.csv` and `data/values.csv`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class Kind(StrEnum):
    """What a column's text must be."""

    TEXT = "text"
    KEY = "key"
    AREA = "area"
    COMMUNITY = "community"
    GRID = "grid"
    ENUM = "enum"
    ENUMS = "enums"
    CATEGORY = "category"
    INTEGER = "integer"
    NUMBER = "number"
    TIME = "time"
    DATE = "date"
    CRS = "crs"


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its English header, its kind, whether it must be filled.

    Attributes
    ----------
    choices : name of the value set in `data/values.csv` (ENUM, ENUMS).
    low, high : bounds of a number, both included.
    default : what an empty value means; None leaves it empty.
    personal : it names a person: an identity-card number in it is refused.
    """

    name: str
    kind: Kind = Kind.TEXT
    required: bool = False
    choices: str = ""
    low: int | None = None
    high: int | None = None
    default: str | None = None
    personal: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """One table of the exchange format.

    Attributes
    ----------
    geometry : shapely type names the table's geometry may have; empty = the table has none.
    parents : the tables whose rows its keys name: a change of theirs can make a rejected row good.
    kept : columns that stay as they are stored where a file has no column of their group: a list of new phone numbers
        takes nobody's name away. A ledger or a community follows from what the file does say, and a place is told
        whole, so they are no part of it or one group.
    """

    name: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    geometry: tuple[str, ...] = ()
    parents: tuple[str, ...] = ()
    kept: tuple[tuple[str, ...], ...] = ()
    names: dict[str, Column] = field(init=False, repr=False, compare=False, hash=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "names", {column.name: column for column in self.columns})


def _key(name: str) -> Column:
    return Column(name, Kind.KEY, required=True)


POLYGON = ("Polygon", "MultiPolygon")
LINE = ("LineString", "MultiLineString")

_TABLES = (
    Table(
        "areas",
        (
            Column("code", Kind.AREA, required=True),
            Column("name", required=True),
            Column("level", Kind.ENUM, required=True, choices="level"),
            Column("parent_code", Kind.AREA),
        ),
        key=("code",),
        geometry=POLYGON,
        kept=(("parent_code",),),
    ),
    Table(
        "roads",
        (_key("road_id"), Column("name"), Column("class", Kind.ENUM, required=True, choices="class")),
        key=("road_id",),
        geometry=LINE,
        kept=(("name",),),
    ),
    Table(
        "water",
        (Column("name"), Column("kind", Kind.ENUM, choices="water_kind", default="other")),
        key=("water_id",),
        geometry=(*POLYGON, *LINE),
    ),
    Table(
        "buildings",
        (
            _key("building_id"),
            Column("community_code", Kind.COMMUNITY),
            Column("estate"),
            Column("name"),
            Column("address"),
            Column("floors", Kind.INTEGER, low=0, high=200),
            Column("households", Kind.INTEGER, low=0, high=100_000),
        ),
        key=("building_id",),
        geometry=(*POLYGON, "Point", "MultiPoint"),
        parents=("areas",),
        kept=(("estate",), ("name",), ("address",), ("floors",), ("households",)),
    ),
    Table(
        "aliases",
        (Column("alias", required=True), Column("estate"), Column("building_id", Kind.KEY), Column("note")),
        key=("alias", "estate", "building_id"),
        kept=(("note",),),
    ),
    Table(
        "dwellings",
        (
            _key("dwelling_id"),
            _key("building_id"),
            Column("unit"),
            Column("floor", Kind.INTEGER, low=-10, high=200),
            Column("room"),
            Column("use", Kind.ENUM, choices="use", default="home"),
            Column("occupancy", Kind.ENUM, choices="occupancy"),
        ),
        key=("dwelling_id",),
        parents=("areas", "buildings"),
        kept=(("unit",), ("floor",), ("room",), ("use",), ("occupancy",)),
    ),
    Table(
        "households",
        (_key("household_id"), _key("dwelling_id")),
        key=("household_id",),
        parents=("areas", "buildings", "dwellings"),
    ),
    Table(
        "residents",
        (
            Column("resident_id", Kind.KEY, required=True, personal=True),
            _key("household_id"),
            Column("name", personal=True),
            Column("sex", Kind.ENUM, choices="sex"),
            Column("birth_year", Kind.INTEGER, low=1880, high=2200),
            Column("phone", Kind.KEY),
            Column("care", Kind.ENUMS, choices="care"),
        ),
        key=("resident_id",),
        parents=("areas", "buildings", "dwellings", "households"),
        kept=(("name",), ("sex",), ("birth_year",), ("phone",), ("care",)),
    ),
    Table(
        "grids",
        (
            Column("grid_code", Kind.GRID, required=True),
            Column("name"),
            Column("community_code", Kind.COMMUNITY, required=True),
        ),
        key=("grid_code",),
        geometry=POLYGON,
        parents=("areas",),
        kept=(("name",),),
    ),
    Table(
        "workers",
        (
            Column("worker_id", Kind.KEY, required=True, personal=True),
            Column("name", required=True, personal=True),
            Column("phone", Kind.KEY),
            Column("role", Kind.ENUM, required=True, choices="role"),
            Column("grid_code", Kind.GRID, required=True),
            Column("from", Kind.DATE),
            Column("to", Kind.DATE),
        ),
        key=("worker_id", "grid_code"),
        parents=("areas", "grids"),
        kept=(("phone",), ("from",), ("to",)),
    ),
    Table(
        "cases",
        (
            _key("case_no"),
            Column("channel", Kind.ENUM, required=True, choices="channel"),
            Column("category", Kind.CATEGORY, required=True),
            Column("title"),
            Column("description"),
            Column("address"),
            Column("lon", Kind.NUMBER),
            Column("lat", Kind.NUMBER),
            Column("crs", Kind.CRS),
            Column("reported_at", Kind.TIME, required=True),
            Column("accepted_at", Kind.TIME),
            Column("resolved_at", Kind.TIME),
            Column("closed_at", Kind.TIME),
            Column("ledger", Kind.ENUM, choices="ledger"),
            Column("satisfaction", Kind.INTEGER, low=1, high=5),
            Column("dwelling_id", Kind.KEY),
            Column("building_id", Kind.KEY),
        ),
        key=("channel", "case_no"),
        parents=("areas", "buildings", "aliases", "dwellings", "grids"),
        kept=(
            ("title",),
            ("description",),
            ("address", "lon", "lat", "crs", "dwelling_id", "building_id"),
            ("accepted_at",),
            ("resolved_at",),
            ("closed_at",),
            ("satisfaction",),
        ),
    ),
    Table(
        "visits",
        (
            _key("visit_id"),
            _key("household_id"),
            Column("worker_id", Kind.KEY),
            Column("visited_at", Kind.TIME, required=True),
            Column("kind", Kind.ENUM, choices="visit_kind", default="sweep"),
            Column("note"),
        ),
        key=("visit_id",),
        parents=("areas", "buildings", "dwellings", "households"),
        kept=(("worker_id",), ("kind",), ("note",)),
    ),
    Table(
        "devices",
        (
            _key("device_id"),
            Column("kind", Kind.ENUM, required=True, choices="device_kind"),
            Column("dwelling_id", Kind.KEY),
            Column("building_id", Kind.KEY),
            Column("lon", Kind.NUMBER),
            Column("lat", Kind.NUMBER),
            Column("crs", Kind.CRS),
            Column("status"),
        ),
        key=("device_id",),
        parents=("areas", "buildings", "dwellings"),
        kept=(("dwelling_id", "building_id"), ("lon", "lat", "crs"), ("status",)),
    ),
)

TABLES: dict[str, Table] = {table.name: table for table in _TABLES}
"""Every table, in the order of their dependencies: a row's parents are written before it."""

LINK_AFTER = "grids"
"""Linking runs once the tables up to this one are in: cases and workers need grids."""
LINKED = ("areas", "buildings", "grids")
"""Tables whose change makes linking necessary."""
