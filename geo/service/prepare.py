"""What a checked row still needs before it is written: rules across its columns, and columns that follow from others.

No database here: what is asked of it was fetched before (`Surroundings`), so a chunk can be prepared while the one
before it is being written.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute
import shapely
from pandas.core.util.hashing import hash_array

from geo import standards
from geo.core.geocode import Register
from geo.core.locate import Locator
from geo.crs import Crs
from geo.model import CODE_DIGITS, Level
from geo.service import points
from geo.service.drafts import Draft

pc: Any = pyarrow.compute
"""Its functions are made when it is imported, which no type checker sees."""


@dataclass
class Surroundings:
    """What the database holds around the rows to come.

    Attributes
    ----------
    community_codes, community_shapes : the communities (社区), EPSG:4326.
    footprints : buildings with an extent, for telling whether points fall into them.
    ledgers : each category's ledger (台账).
    register : the register cases are placed by; None for tables that need none.
    crs : what holds for points whose row states no system; None = nothing is known.
    declared : whether a file's geometry came in degrees that may be a shift in disguise.
    """

    community_codes: np.ndarray = field(default_factory=lambda: np.array([], dtype=object))
    community_shapes: np.ndarray = field(default_factory=lambda: np.array([], dtype=object))
    footprints: np.ndarray = field(default_factory=lambda: np.array([], dtype=object))
    ledgers: dict[str, str] = field(default_factory=dict)
    register: Register | None = None
    crs: Crs | None = None
    declared: bool = False
    trial: points.ShiftTrial = field(default_factory=points.ShiftTrial)
    seen: Seen = field(default_factory=lambda: Seen())

    @cached_property
    def communities(self) -> Locator:
        """Finds the community around a point."""
        return Locator(self.community_codes, self.community_shapes)

    @cached_property
    def houses(self) -> Locator:
        """Finds the footprint around a point."""
        return Locator(np.arange(len(self.footprints)).astype(str), self.footprints)

    @property
    def bounds(self) -> tuple[float, float, float, float] | None:
        """West, south, east, north of the communities, None where there is none."""
        if len(self.community_shapes) == 0:
            return None
        west, south, east, north = shapely.total_bounds(self.community_shapes)
        return float(west), float(south), float(east), float(north)


class Seen:
    """The keys a file has brought so far, as 64-bit hashes: 8 bytes a row whatever the keys look like.

    Two different keys share a hash once in 370,000 files of ten million rows; the second then counts as a duplicate.
    """

    def __init__(self) -> None:
        self._hashes: list[np.ndarray] = []

    def repeated(self, keys: np.ndarray) -> np.ndarray:
        """Tell which keys came before, in this call or an earlier one; remember all."""
        hashes = hash_array(keys, categorize=False)
        again = pd.Series(hashes).duplicated().to_numpy(copy=True)
        for earlier in self._hashes:
            place = np.minimum(np.searchsorted(earlier, hashes), len(earlier) - 1)
            again |= earlier[place] == hashes
        fresh = np.sort(hashes[~again])
        while self._hashes and len(self._hashes[-1]) <= 2 * len(
            fresh
        ):  # few, growing runs: each key is merged log n times
            fresh = np.sort(np.concatenate([self._hashes.pop(), fresh]))
        if len(fresh):
            self._hashes.append(fresh)
        return again


def prepare(table: str, key: tuple[str, ...], draft: Draft, around: Surroundings) -> None:
    """Complete a chunk in place: rows that break a rule are rejected, the rest can be staged."""
    if rule := _RULES.get(table):
        rule(draft, around)
    _drop_repeated(key, draft, around.seen)
    if finish := _FINISH.get(table):
        finish(draft, around)


def _drop_repeated(key: tuple[str, ...], draft: Draft, seen: Seen) -> None:
    """Keep the first row of a key."""
    parts = [draft.columns[name] for name in key]
    keys = parts[0] if len(parts) == 1 else pc.binary_join_element_wise(*parts, "\x1f")
    again = seen.repeated(keys.to_numpy(zero_copy_only=False)) if len(draft) else np.zeros(0, dtype=bool)
    draft.drop(again, key[-1], "duplicate_key")


def _areas(draft: Draft, around: Surroundings) -> None:
    digits = {level.value: CODE_DIGITS[level] for level in Level}
    wanted = np.array([digits[level] for level in draft.texts("level")], dtype=int)
    draft.drop(wanted != pc.utf8_length(draft.columns["code"]).to_numpy(), "code", "code_level")
    assert draft.geometry is not None  # areas are read from files with geometry only
    empty = shapely.is_missing(draft.geometry)
    draft.drop(empty & (draft.texts("level") == Level.COMMUNITY), "geometry", "no_geometry")


def _water(draft: Draft, around: Surroundings) -> None:
    """Give water a key made of all it says: the exchange format has none."""
    assert draft.geometry is not None  # water is read from files with geometry only
    names, kinds = draft.texts("name"), draft.texts("kind")
    shapes = shapely.to_wkb(shapely.normalize(draft.geometry))
    keys = [
        hashlib.sha256(f"{name}\x1f{kind}\x1f".encode() + shape).hexdigest()[:32]
        for name, kind, shape in zip(names, kinds, shapes, strict=True)
    ]
    draft.columns["water_id"] = pa.array(keys, pa.string())


def _buildings(draft: Draft, around: Surroundings) -> None:
    """Find each building's community where it is not stated; reject what lies outside every community."""
    assert draft.geometry is not None  # buildings are read from files with geometry only
    if len(around.community_shapes) == 0:
        return
    spot = shapely.point_on_surface(draft.geometry)
    x, y = shapely.get_x(spot), shapely.get_y(spot)
    stated = draft.texts("community_code")
    if around.declared:
        around.trial.add_areas(x, y, stated, around.communities)
    found = around.communities.codes_at(x, y)
    for row in np.flatnonzero(found == ""):
        found[row] = _most_of(draft.geometry[row], around)
    draft.columns["community_code"] = pa.array(np.where(stated == "", found, stated), pa.string())
    draft.note("other_community", int(((stated != "") & (found != "") & (stated != found)).sum()))
    place = [f"{lon:.6f},{lat:.6f}" for lon, lat in zip(x, y, strict=True)]
    draft.drop(found == "", "geometry", "outside_city", place)


def _most_of(shape: shapely.Geometry, around: Surroundings) -> str:
    """Return the community holding most of a footprint whose middle lies in none."""
    near = shapely.STRtree(around.community_shapes).query(shape, predicate="intersects")
    if len(near) == 0:
        return ""
    share = shapely.area(shapely.intersection(around.community_shapes[near], shape))
    return str(around.community_codes[near[int(np.argmax(share))]])


def _grids(draft: Draft, around: Surroundings) -> None:
    own = pc.utf8_slice_codeunits(draft.columns["grid_code"], 0, CODE_DIGITS[Level.COMMUNITY])
    draft.drop(
        pc.not_equal(own, draft.columns["community_code"]).to_numpy(zero_copy_only=False), "grid_code", "grid_community"
    )
    known = np.isin(draft.texts("community_code"), around.community_codes)
    draft.drop(~known, "community_code", "unknown_parent")


def _aliases(draft: Draft, around: Surroundings) -> None:
    draft.drop((draft.texts("estate") == "") & (draft.texts("building_id") == ""), "estate", "missing")


def _workers(draft: Draft, around: Surroundings) -> None:
    start, end = draft.columns["from"], draft.columns["to"]
    draft.drop(pc.fill_null(pc.less(end, start), False).to_numpy(zero_copy_only=False), "to", "bad_order")
    draft.columns |= {"from_on": draft.columns["from"], "to_on": draft.columns["to"]}


def _cases(draft: Draft, around: Surroundings) -> None:
    reported, resolved = draft.times("reported_at"), draft.times("resolved_at")
    early = {
        "accepted_at": draft.times("accepted_at") < reported,
        "resolved_at": resolved < reported,
        "closed_at": draft.times("closed_at") < resolved.fillna(reported),
    }
    wrong = {column: draft.lines[bad.to_numpy()] for column, bad in early.items()}
    for column, lines in wrong.items():  # by line: each drop moves the rows of the next
        draft.drop(np.isin(draft.lines, lines), column, "bad_order")
    points.read(draft, around.crs, around.bounds)


def _devices(draft: Draft, around: Surroundings) -> None:
    points.read(draft, around.crs, around.bounds)
    draft.columns |= {name: _nulled(draft.columns[name]) for name in ("dwelling_id", "building_id")}


def _nulled(texts: pa.Array) -> pa.Array:
    return pc.if_else(pc.equal(texts, ""), pa.scalar(None, pa.string()), texts)


def _complete_cases(draft: Draft, around: Surroundings) -> None:
    """Derive ledger, deadline and state, and place the cases on the register."""
    category = draft.columns["category"].dictionary_encode()
    usual = pa.array([around.ledgers.get(code, "") for code in category.dictionary.to_pylist()], pa.string())
    ledger = draft.columns["ledger"].fill_null("")
    ledger = pc.if_else(pc.equal(ledger, ""), usual.take(category.indices), ledger)
    hours = pd.Series(ledger.to_pandas()).map(standards.LEDGERS).astype("int64")
    begun = draft.times("accepted_at").fillna(draft.times("reported_at"))
    due = begun + pd.to_timedelta(hours, unit="h")
    state = np.full(len(draft), "reported", dtype=object)
    for column, name in (("accepted_at", "accepted"), ("resolved_at", "resolved"), ("closed_at", "closed")):
        state[pc.is_valid(draft.columns[column]).to_numpy(zero_copy_only=False)] = name
    draft.columns |= {"ledger": ledger, "due_at": pa.array(due), "state": pa.array(state, pa.string())}
    _place(draft, around)


def _place(draft: Draft, around: Surroundings) -> None:
    """Ask the register for each case's place; keep what the file itself said of it."""
    assert around.register is not None  # the caller fetches it for cases
    lon, lat = draft.numbers("lon"), draft.numbers("lat")
    given = ~np.isnan(lon)
    if around.declared and len(around.footprints):
        around.trial.add_points(lon[given], lat[given], around.houses)
    asked: Any = pd.DataFrame({name: draft.texts(name) for name in ("dwelling_id", "building_id", "address")})
    found: Any = around.register.place(asked.assign(lon=lon, lat=lat))
    dwelling, building = (_known(asked[name], found[name]) for name in ("dwelling_id", "building_id"))
    key = np.select([dwelling & building, dwelling, building], ["both", "dwelling", "building"], "")
    stated = asked[["dwelling_id", "building_id"]].ne("").to_numpy()
    draft.note("unknown_key", int((stated & ~np.column_stack([dwelling, building])).any(axis=1).sum()))
    draft.note("unplaced", int(found["grid_code"].fillna("").eq("").sum()))
    draft.columns |= {
        "point_given": pa.array(given),
        "key_given": pa.array(key, pa.string()),
        "lon": _point(np.where(given, lon, found["lon"].to_numpy(dtype=float))),
        "lat": _point(np.where(given, lat, found["lat"].to_numpy(dtype=float))),
        "match_status": _plain(found["status"]),
        "match_level": _plain(found["level"]),
        "match_reason": _plain(found["reason"]),
        "community_code": _plain(found["community_code"]),
        "grid_code": _plain(found["grid_code"]),
        "dwelling_id": _nulled(_plain(found["dwelling_id"])),
        "building_id": _nulled(_plain(found["building_id"])),
    }


def _known(stated: pd.Series, found: pd.Series) -> np.ndarray:
    """Tell where the register's answer is the stated key itself."""
    return (stated.ne("") & stated.eq(found.fillna(""))).to_numpy()


def _plain(column: pd.Series) -> pa.Array:
    return pa.array(column.fillna("").astype(str), pa.string())


def _point(values: np.ndarray) -> pa.Array:
    return pa.array(values, mask=np.isnan(values))


Rule = Callable[[Draft, Surroundings], None]
_RULES: dict[str, Rule] = {
    "areas": _areas,
    "water": _water,
    "buildings": _buildings,
    "grids": _grids,
    "aliases": _aliases,
    "workers": _workers,
    "cases": _cases,
    "devices": _devices,
}
_FINISH: dict[str, Rule] = {"cases": _complete_cases}
