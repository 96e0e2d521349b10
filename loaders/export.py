"""Everything out again in the exchange format: load, export, and the tables are equal."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import openpyxl
import pandas as pd
import shapely

from geo.core.spreadsheet import safe_cell
from geo.errors import InputError
from geo.i18n import _, ngettext
from geo.service.export import Outlet, outlet
from loaders import headers
from loaders.report import user
from loaders.rows import cell_text
from loaders.tables import TABLES, Table
from loaders.workbook import MAX_ROWS
from loaders.write import GeoFormat, TextFormat, fresh_folder, private, write_folder

_SINGLE = {"areas", "roads", "grids"}
"""Tables stored with multi geometries; a single part is written as the single kind it most likely was."""


@dataclass(frozen=True, slots=True)
class ExportReport:
    """What was written: rows by table, and the files (mode 0600)."""

    rows: dict[str, int]
    files: tuple[Path, ...]


def export(
    owner_url: str,
    folder: Path,
    area: str | None = None,
    *,
    geo_format: GeoFormat = "gpkg",
    text_format: TextFormat = "csv",
    csv_encoding: str = "utf-8-sig",
    language: str = "en",
    actor: str = "",
    progress: Callable[[str, int], None] | None = None,
) -> ExportReport:
    """Write the city, or one area or grid of it, in the exchange format.

    Parameters
    ----------
    folder : is made where it is missing, and has to be empty: beside an older export's files, or a city's own, nobody
        could tell what belongs together. It stays empty until everything is written and noted in the audit log.
    csv_encoding : `utf-8-sig` opens well in every spreadsheet; `gb18030` in old ones.
    actor : who is named in the audit log; the user of this computer where it is empty.
    progress : told of each table: its name and the rows written.

    Raises
    ------
    NotFound     `area` is no code.
    InputError   a table is too long for a workbook, or the folder holds something or can't be written.

    Notes
    -----
    The files are opened in spreadsheets: text that one would run as a formula gets an apostrophe, which loading takes
    off again. Points are written as WGS-84.
    """
    tell = progress or (lambda _table, _rows: None)
    counts: dict[str, int] = {}
    files: list[Path] = []
    with fresh_folder(folder) as part, outlet(owner_url, area) as out:
        for name, table in TABLES.items():
            if table.geometry:
                frame = _geometry(out, name)
                counts[name] = len(frame)
                if len(frame):
                    one = {name: frame}
                    files += write_folder(
                        one, part, geo_format=geo_format, language=language, csv_encoding=csv_encoding
                    )
            else:
                stem = headers.chinese_table(name) if language == "zh" else name
                path = part / f"{stem}.{text_format}"
                write = _write_workbook if text_format == "xlsx" else _write_csv
                counts[name] = write(path, table, out.rows(name), language, csv_encoding)
                files.append(path)
            tell(name, counts[name])
        out.note(actor or user(), counts)
    return ExportReport(counts, tuple(folder / path.name for path in files))


def _geometry(out: Outlet, name: str) -> pd.DataFrame:
    frame = out.geometry(name)
    if name in _SINGLE:
        shapes = frame.geometry.to_numpy()
        single = shapely.get_num_geometries(shapes) == 1
        shapes[single] = shapely.get_geometry(shapes[single], 0)
        frame = frame.set_geometry(shapes, crs=frame.crs)
    return frame


Blocks = Iterator[tuple[list[str], list[tuple]]]


def _titles(table: Table, names: list[str], language: str) -> list[str]:
    return [headers.chinese(table.name).get(name, name) for name in names] if language == "zh" else names


def _write_csv(path: Path, table: Table, blocks: Blocks, language: str, encoding: str) -> int:
    """Write a table as it streams by; return its rows."""
    count = 0
    with private(path) as raw, io.TextIOWrapper(raw, encoding=encoding, newline="") as file:
        writer = csv.writer(file)
        for block, (names, rows) in enumerate(blocks):
            if block == 0:
                writer.writerow(_titles(table, names, language))
            writer.writerows([_cell(value) for value in row] for row in rows)
            count += len(rows)
    return count


def _write_workbook(path: Path, table: Table, blocks: Blocks, language: str, _encoding: str) -> int:
    count = 0
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet(table.name)
    for block, (names, rows) in enumerate(blocks):
        if block == 0:
            sheet.append(_titles(table, names, language))
        for row in rows:
            sheet.append([_cell(value) or None for value in row])
        count += len(rows)
        if count > MAX_ROWS:
            raise InputError(
                ngettext(
                    "{table} has more than {n} row, too many for a workbook.",
                    "{table} has more than {n} rows, too many for a workbook.",
                    MAX_ROWS,
                    table=table.name,
                ),
                hint=_("Export it as CSV."),
            )
    with private(path) as file:
        book.save(file)
    return count


def _cell(value: object) -> str:
    return safe_cell(value) if isinstance(value, str) else cell_text(value)
