"""What leaves the planner's room: the list of changes, the plan as map layers, a printable sheet a grid.

No person is in any of it: counts, codes, street names, and the captain's name, which is public.
"""

from __future__ import annotations

import io
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import openpyxl
import pandas as pd
import pyogrio
import shapely
from openpyxl.styles import Font

from geo.core.planning.edit import Sheet
from geo.core.planning.ground import LAND
from geo.core.spreadsheet import safe_cell
from geo.core.zoning import CHANGES
from geo.errors import InputError
from geo.i18n import N_, _
from geo.service import planning_answer as answer
from geo.service import planning_compare as comparing
from geo.service import planning_view as view
from geo.service.planning_compare import Pair
from geo.service.planning_view import Json
from geo.service.planning_work import Work
from geo.store import planning as store

FORMS = ("xlsx", "gpkg", "geojson", "shp", "pdf")
_MEDIA = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "gpkg": "application/geopackage+sqlite3",
    "geojson": "application/geo+json",
    "zip": "application/zip",
    "pdf": "application/pdf",
}
_POLYGONS: Any = {"geometry_type": "MultiPolygon", "promote_to_multi": True}
COLUMNS: dict[str, str] = {
    "old_grid_code": N_("Old code"),
    "old_name": N_("Old grid"),
    "new_grid_code": N_("New code"),
    "new_name": N_("New grid"),
    "change": N_("Change"),
    "households_moved": N_("Households that change their grid"),
    "persons_moved": N_("Persons that change their grid"),
}
"""Columns of the list of changes, with their headings."""
BUILDING_COLUMNS: dict[str, str] = {
    "building_id": N_("Building"),
    "name": N_("Name of the building"),
    "households": N_("Households"),
    "old_name": N_("Old grid"),
    "new_name": N_("New grid"),
    "captain": N_("Captain from now on"),
}


@dataclass(frozen=True, slots=True)
class File:
    """An answer that is saved: its name, what it is, its bytes."""

    name: str
    media_type: str
    body: bytes


def export(work: Work, in_force: list[Json], form: str) -> File:
    """Write a draft as a file.

    Parameters
    ----------
    in_force : rows of the draft's area in the plan in force.
    form : `xlsx` the list of changes; `gpkg`, `geojson`, `shp` (zipped) the plan; `pdf` a sheet a changed grid.

    Raises
    ------
    InputError   there is no such form.
    """
    name = f"gridmap-draft-{work.draft.draft_id}-{work.draft.area_code}"
    if form == "xlsx":
        return File(f"{name}.xlsx", _MEDIA["xlsx"], _workbook(work))
    if form in ("gpkg", "geojson", "shp"):
        return _layers(work, in_force, name, form)
    if form == "pdf":
        from geo.service.planning_sheet import book

        return File(f"{name}.pdf", _MEDIA["pdf"], book(work, comparing.pairs(work)))
    raise InputError(_("There is no form {form}: xlsx, gpkg, geojson, shp or pdf.", form=form))


def _workbook(work: Work) -> bytes:
    """Write the list of changes, and of the buildings that change their grid."""
    changed = comparing.pairs(work)
    rows = [row | {"change": _name_of(row["change"])} for row in comparing.changes(work, changed)]
    book = openpyxl.Workbook()
    first = book.active
    assert first is not None  # a new workbook has one sheet
    _fill(first, _("Changes"), COLUMNS, rows)
    _fill(book.create_sheet(), _("Buildings"), BUILDING_COLUMNS, _buildings(work, changed))
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _name_of(change: str) -> str:
    name = CHANGES[change]
    return _(name)


def _fill(sheet: Any, title: str, columns: dict[str, str], rows: list[Json]) -> None:
    """Write a table; text that a spreadsheet would run as a formula is kept text."""
    sheet.title = title
    headings = [*columns.values()]
    sheet.append([_(heading) for heading in headings])
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    for row in rows:
        sheet.append([safe_cell(row[key]) if isinstance(row[key], str) else row[key] for key in columns])
    sheet.freeze_panes = "A2"
    for column in sheet.columns:
        width = max(sum(2 if ord(letter) > 0x2E80 else 1 for letter in str(cell.value or "")) for cell in column)
        sheet.column_dimensions[column[0].column_letter].width = min(60, width + 2)


def _buildings(work: Work, changed: list[Pair]) -> list[Json]:
    rows = []
    for pair in changed:
        ground = pair.new.ground
        known = {row["building_id"]: row for row in store.rows(work.conn, "buildings", communities=[ground.community])}
        captain = view.Duties(work.conn, work.city, ground.community).captain
        for unit in np.flatnonzero(pair.old.label != pair.new.label).tolist():
            for at in ground.members[unit]:
                place = ground.land.places[at]
                if place.startswith(LAND):
                    continue
                house = known.get(place, {"name": "", "estate": ""})
                new = str(pair.new.label[unit])
                rows.append(
                    {
                        "building_id": place,
                        "name": f"{house['estate']}{house['name']}",
                        "households": int(ground.place_households[at]),
                        "old_name": pair.named[str(pair.old.label[unit])],
                        "new_name": pair.named[new],
                        "captain": captain.get(new, ""),
                    }
                )
    return rows


def frame(work: Work, in_force: list[Json]) -> gpd.GeoDataFrame:
    """Return the plan as drafted: every grid of the area with its code, name, counts and polygon, EPSG:4326."""
    changed = {pair.new.ground.community: pair for pair in comparing.pairs(work)}
    rows, shapes = [], []
    kept = [row for row in in_force if row["community_code"] not in changed]
    communities = sorted({row["community_code"] for row in kept})
    polygons = {
        row["grid_code"]: shapely.from_wkb(bytes(row["geom"]))
        for row in store.rows(work.conn, "base_grids", plan_id=work.draft.base_plan_id, communities=communities)
    }
    for row in kept:
        rows.append(row)
        shapes.append(polygons[row["grid_code"]])
    for pair in changed.values():
        metric = view.outlines(pair.new.ground, pair.new.label, pair.new.grids())
        degrees = dict(zip(metric, work.city.degrees(np.array([*metric.values()], dtype=object)), strict=True))
        for row in answer.table_of(work, pair.new, pair.named, []):
            rows.append(row)
            shapes.append(degrees[row["grid_code"]])
    columns = ("grid_code", "name", "community_code", "households", "persons", "buildings", "polsby_popper")
    table = {column: [row[column] for row in rows] for column in columns}
    order = np.argsort(np.array(table["grid_code"], dtype=str), kind="stable")
    return gpd.GeoDataFrame(table, geometry=shapes, crs="EPSG:4326").iloc[order].reset_index(drop=True)


def _assignment(work: Work) -> pd.DataFrame:
    """Return the grid of every building of the area."""
    base = store.rows(work.conn, "plan_places", plan_id=work.draft.base_plan_id, area=work.draft.area_code)
    grid_of = {row["building_id"]: row["grid_code"] for row in base}
    for pair in comparing.pairs(work):
        places = pair.new.ground.grid_of(pair.new.label)
        grid_of |= {place: grid for place, grid in places.items() if not place.startswith(LAND)}
    return pd.DataFrame({"building_id": [*grid_of], "grid_code": [*grid_of.values()]})


def _layers(work: Work, in_force: list[Json], name: str, form: str) -> File:
    """Write the plan as map layers."""
    plan = frame(work, in_force)
    with tempfile.TemporaryDirectory(prefix="gm-") as folder:
        path = Path(folder) / f"{name}.{form}"
        if form == "shp":
            short = plan.rename(columns={"community_code": "community", "polsby_popper": "compact"})
            pyogrio.write_dataframe(
                short,
                path,
                driver="ESRI Shapefile",
                encoding="UTF-8",
                geometry_type="MultiPolygon",
                promote_to_multi=True,
            )
            file = io.BytesIO()
            with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
                for part in sorted(Path(folder).iterdir()):
                    archive.write(part, part.name)
            return File(f"{name}.zip", _MEDIA["zip"], file.getvalue())
        if form == "geojson":
            pyogrio.write_dataframe(plan, path, driver="GeoJSON", layer_options={"RFC7946": "YES"})
        else:
            pyogrio.write_dataframe(
                plan, path, driver="GPKG", layer="grids", geometry_type="MultiPolygon", promote_to_multi=True
            )
            changes = pd.DataFrame(comparing.changes(work, comparing.pairs(work)), columns=[*COLUMNS])
            for layer, table in (("assignment", _assignment(work)), ("changes", changes)):
                pyogrio.write_dataframe(table, path, driver="GPKG", layer=layer, append=True)
        return File(path.name, _MEDIA[form], path.read_bytes())


def sheet_of(work: Work, grid: str) -> tuple[Sheet, view.Names]:
    """Return the community of a draft's grid.

    Raises
    ------
    InputError   the draft has no such grid.
    """
    sheet, _base = work.sheet(grid[:12])
    sheet.units(grid)
    return sheet, view.names(work.conn, grid[:12])
