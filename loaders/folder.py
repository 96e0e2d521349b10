"""An exchange folder read as tables, without a database: the same files, headers and checks as `gridmap load`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from geo import crs
from geo.errors import BadSource, InputError
from geo.i18n import _, ngettext
from geo.service.drafts import Draft
from geo.service.zoning import Tables
from loaders import checks, geofile, geometry
from loaders import folder_notes as notes
from loaders.report import reason, sentence
from loaders.source import StatedCrs, check_target, discover, open_source
from loaders.tables import TABLES

_LAYERS = ("areas", "roads", "water", "buildings", "grids")
_PEOPLE = ("dwellings", "households", "residents")
_TOLD = 5
"""Rejected rows named one by one, a table."""


def tables(
    folder: Path,
    areas: Sequence[str],
    say: Callable[[str], None],
    stated: str | None = None,
    out: Path | None = None,
) -> Tables:
    """Read what the zoning engine needs of a folder.

    Parameters
    ----------
    areas : codes of the divisions wanted, none for all.
    say : told of rows that were left out, and why.
    stated : coordinate system of files that state none (`--crs`).
    out : the answer's file; where it lies in the folder from an earlier division, it is no table of the city.

    Raises
    ------
    InputError    a required table is not there, no community has one of the codes, or `out` is a table itself.
    CrsMismatch   a file states no coordinate system.
    """
    drafts = _read(folder, StatedCrs(stated), say, out)
    for name in ("areas", "buildings"):
        if name not in drafts:
            raise BadSource(
                _("The folder {folder} has no table {table}.", folder=folder.name, table=name),
                hint=_("A division needs areas and buildings; roads, water and grids are read where they are."),
            )
        if not any(map(len, drafts[name])):
            raise BadSource(
                _("The table {table} has no row that can be used.", table=name),
                hint=_("Fill it, or mend the rows that were left out."),
            )
    drafts = {name: kept for name, parts in drafts.items() if (kept := [part for part in parts if len(part)])}
    frames: dict[str, Any] = {name: _frame(name, parts) for name, parts in drafts.items() if name in _LAYERS}
    communities = frames["areas"][frames["areas"]["level"] == "community"]
    said = [*notes.repeated(communities, "code", "areas"), *notes.shapeless(communities)]
    communities = communities[~communities.geometry.isna()].drop_duplicates("code").reset_index(drop=True)
    if len(communities) == 0:
        raise InputError(
            _("There is no community to divide."), hint=_("The areas table needs rows of level community.")
        )
    said += notes.repeated(frames["buildings"], "building_id", "buildings")
    buildings = frames["buildings"].drop_duplicates("building_id").reset_index(drop=True)
    buildings = _counted(buildings, drafts)
    west, south, east, north = communities.total_bounds.tolist()
    epsg = crs.metric_epsg_for((west, south, east, north))
    for area in areas:
        if not communities["code"].str.startswith(area).any():
            raise InputError(
                _("There is no community with the code {area}.", area=area),
                hint=_("The folder has {codes}.", codes=notes.named(communities["code"])),
            )
    said += [*notes.misplaced(buildings, communities), *notes.overlapping(communities, epsg)]
    said += notes.uninhabited(buildings)
    grids = frames.get("grids")
    if grids is not None:
        said += notes.repeated(grids, "grid_code", "grids")
        grids, strangers = notes.foreign(grids.drop_duplicates("grid_code").reset_index(drop=True), communities)
        said += strangers
    for line in said:
        say(line)
    whole = Tables(communities, buildings, frames.get("roads"), frames.get("water"), grids, epsg)
    return _only(whole, areas) if areas else whole


def _read(folder: Path, stated: StatedCrs, say: Callable[[str], None], out: Path | None) -> dict[str, list[Draft]]:
    """Read and check every table that matters; rejected rows are told."""
    if not folder.is_dir():
        raise InputError(_("There is no file or folder {path}.", path=str(folder)))
    found: dict[str, list[Draft]] = {}
    for source in discover([folder]):
        name = source.table.name
        if name not in (*_LAYERS, *_PEOPLE) or (out is not None and _answer(source.path, out)):
            continue
        if out is not None:
            check_target(out, source.path)
        reader = open_source(source, stated)
        found.setdefault(name, [])
        for raw in reader.chunks():
            draft = checks.check(TABLES[name], raw, {})
            if draft.geometry is not None and reader.crs is not None:
                geometry.settle(TABLES[name], draft, reader.crs, source.title)
            for line, column, value, code in draft.rejects[:_TOLD]:
                say(
                    _(
                        "{file}, row {line}, {what}: left out. {reason}",
                        file=source.title,
                        line=line,
                        what=f"{column} {value}".strip(),
                        reason=reason(TABLES[name], column, code),
                    )
                )
            for code, count in draft.notes.items():
                say(_("{file}: {said}", file=source.title, said=sentence({"code": code, "count": count})))
            if len(draft.rejects) > _TOLD:
                left_out = len(draft.rejects)
                say(
                    ngettext(
                        "{file}: {n} row was left out in all.", "{file}: {n} rows were left out in all.", left_out,
                        file=source.title,
                    )
                )  # fmt: skip
            found.setdefault(name, []).append(draft)
    return found


def _answer(path: Path, out: Path) -> bool:
    """Tell whether a file is the answer of an earlier division, which is to be replaced."""
    return out.exists() and path.samefile(out) and {"grids", "assignment"} <= {*geofile.layers(path)}


def _frame(name: str, drafts: list[Draft]) -> gpd.GeoDataFrame:
    """Lay a table's chunks out as one frame, EPSG:4326."""
    columns = {
        column: np.concatenate(
            [d.numbers(column) if column in ("households", "floors") else d.texts(column) for d in drafts]
        )
        for column in TABLES[name].names
    }
    shapes = np.concatenate([d.geometry for d in drafts if d.geometry is not None])
    return gpd.GeoDataFrame(columns, geometry=gpd.array.from_shapely(shapes), crs="EPSG:4326")


def _counted(buildings: Any, drafts: dict[str, list[Draft]]) -> Any:
    """Count households and persons of buildings from their tables; without a household row the stated count holds."""
    if not {"dwellings", "households"} <= drafts.keys():
        return buildings.assign(persons=0)
    building = _pairs(drafts["dwellings"], "dwelling_id", "building_id")
    dwelling = _pairs(drafts["households"], "household_id", "dwelling_id")
    household = dwelling.map(building).dropna()
    ids = buildings["building_id"]
    counted = ids.map(household.value_counts())
    buildings = buildings.assign(households=counted.fillna(buildings["households"]).fillna(0))
    if "residents" not in drafts:
        return buildings.assign(persons=0)
    persons = _pairs(drafts["residents"], "resident_id", "household_id").map(household)
    return buildings.assign(persons=ids.map(persons.value_counts()).fillna(0))


def _pairs(drafts: list[Draft], key: str, value: str) -> Any:
    """Return a column by its key, the first row of a key."""
    keys = np.concatenate([d.texts(key) for d in drafts])
    found = pd.Series(np.concatenate([d.texts(value) for d in drafts]), index=keys)
    return found[~found.index.duplicated()]


def _only(whole: Tables, areas: Sequence[str]) -> Tables:
    """Cut the tables to some divisions; a building without a stated community is looked for where it lies."""
    prefixes = tuple(areas)
    every: Any = whole.areas
    communities = every[every["code"].str.startswith(prefixes)].reset_index(drop=True)
    stated = whole.buildings["community_code"]
    spots = whole.buildings.geometry.representative_point()
    at, _area = whole.areas.sindex.nearest(spots, return_all=False)
    located = np.full(len(stated), "", dtype=object)
    located[at] = whole.areas["code"].to_numpy()[_area]
    known = stated.isin(every["code"].tolist())
    home = np.where(known, stated, located)
    buildings: Any = whole.buildings.assign(community_code=home)
    buildings = buildings[buildings["community_code"].str.startswith(prefixes)].reset_index(drop=True)
    grids: Any = whole.grids
    if grids is not None:
        grids = grids[grids["community_code"].str.startswith(prefixes)].reset_index(drop=True)
        grids = grids if len(grids) else None
    return Tables(communities, buildings, whole.roads, whole.water, grids, whole.metric_epsg)
