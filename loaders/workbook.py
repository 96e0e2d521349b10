"""XLSX: looked at from outside before a row is read, then read by calamine.

A workbook is a zip archive of XML; what it says of its own size may be a lie, so the sizes are counted while unpacking
into nothing. A workbook that is too large is refused at once, with the advice to save as CSV.
"""

from __future__ import annotations

import copy
import hashlib
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pyarrow as pa
import python_calamine

from geo.errors import BadSource
from geo.i18n import _, ngettext
from loaders.rows import CHUNK_ROWS, Opened, Raw, Source, cell_text, find_header

MAX_ROWS = 200_000
MAX_UNPACKED = 200 << 20
MAX_ENTRIES = 200
_HEAD = 4096
_BLOCK = 1 << 20
_TITLE_ROWS = 50
_ROW = re.compile(rb"<(?:\w+:)?row[\s>/]")
_DIMENSION = re.compile(rb'<(?:\w+:)?dimension[^>]*ref="[A-Z]+\d+:[A-Z]+(\d+)"')


def guard(path: Path) -> None:
    """Refuse a workbook that can't be read safely; see the module.

    Raises
    ------
    BadSource   no workbook, encrypted, macros, external links, too many rows, entries or bytes.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            _guard_directory(archive, path.name)
            for entry in archive.infolist():
                _guard_entry(archive, entry, path.name)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError) as error:
        raise BadSource(
            _("{file} is not a readable XLSX workbook.", file=path.name),
            hint=_("Open it in the spreadsheet and save it as CSV UTF-8; a password must be taken off first."),
        ) from error
    except OSError as error:
        raise BadSource(_("{file} can't be read: {why}.", file=path.name, why=error.strerror or "")) from error


def _too_large(name: str) -> BadSource:
    return BadSource(
        ngettext(
            "{file} is too large for a workbook: at most {n} row and {size} MB are read.",
            "{file} is too large for a workbook: at most {n} rows and {size} MB are read.",
            MAX_ROWS,
            file=name,
            size=MAX_UNPACKED >> 20,
        ),
        hint=_("Save the sheet as “CSV UTF-8” and load that file: it has no limit."),
    )


def _guard_directory(archive: zipfile.ZipFile, name: str) -> None:
    """Judge by the archive's directory alone: names, number and stated sizes."""
    entries = archive.infolist()
    if len(entries) > MAX_ENTRIES or sum(entry.file_size for entry in entries) > MAX_UNPACKED:
        raise _too_large(name)
    for entry in entries:
        inner = entry.filename.lower()
        if inner.endswith("vbaproject.bin") or "/macrosheets/" in inner:
            what = _("macros")
        elif "/externallinks/" in inner:
            what = _("links to other files")
        else:
            continue
        raise BadSource(
            _("{file} brings {what} and is not opened.", file=name, what=what),
            hint=_("Save the sheet as “CSV UTF-8” and load that file."),
        )


def _guard_entry(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, name: str) -> None:
    """Unpack an entry into nothing, whatever size it states, and stop where it grows too large."""
    honest = copy.copy(entry)
    honest.file_size = 1 << 40  # read to the true end, not to the stated one
    sheet = "/worksheets/" in entry.filename
    size = rows = 0
    rest = b""
    with archive.open(honest) as file:
        while block := file.read(_BLOCK):
            if size == 0:
                dimension = _DIMENSION.search(block[:_HEAD]) if sheet else None
                if dimension and int(dimension[1]) > MAX_ROWS + _TITLE_ROWS:
                    raise _too_large(name)
                if b"<!DOCTYPE" in block[:_HEAD] or b"<!ENTITY" in block[:_HEAD]:
                    raise BadSource(_("{file} is not a readable XLSX workbook.", file=name))
            size += len(block)
            if sheet:
                block = rest + block
                rows += len(_ROW.findall(block[: -16 or None]))
                rest = block[-16:]
            if size > MAX_UNPACKED or rows > MAX_ROWS + _TITLE_ROWS:
                raise _too_large(name)
    if size > entry.file_size:
        raise BadSource(_("{file} is not a readable XLSX workbook.", file=name))


def sheets(path: Path) -> list[str]:
    """Name a workbook's visible sheets, after `guard`."""
    guard(path)
    try:
        book = python_calamine.CalamineWorkbook.from_path(str(path))
    except python_calamine.CalamineError as error:
        raise BadSource(_("{file} is not a readable XLSX workbook.", file=path.name)) from error
    visible = python_calamine.SheetVisibleEnum.Visible
    return [sheet.name for sheet in book.sheets_metadata if sheet.visible == visible]


@dataclass(slots=True)
class WorkbookReader(Opened):
    """An opened sheet."""

    cells: list[list[str]] = field(default_factory=list)
    start: int = 0

    def chunks(self) -> Iterator[Raw]:
        """Hand out the rows that hold anything; see `Reader`."""
        at = self.header.columns
        filled = [index for index in range(self.start, len(self.cells)) if any(map(str.strip, self.cells[index]))]
        if len(filled) > MAX_ROWS:
            raise _too_large(self.source.title)
        for number, first in enumerate(range(0, len(filled), CHUNK_ROWS)):
            part = filled[first : first + CHUNK_ROWS]
            yield Raw(
                number,
                np.array(part, dtype=np.int64) + 1,
                {name: pa.array([self.cells[i][position] for i in part], pa.string()) for name, position in at.items()},
                done=min(1.0, (first + CHUNK_ROWS) / len(filled)),
            )


def open_workbook(source: Source) -> WorkbookReader:
    """Open one sheet of a workbook as a table; the first visible one where the source names none.

    Raises
    ------
    BadSource, BadHeader   see `guard` and `find_header`.
    """
    names = sheets(source.path)
    if not names:
        raise BadSource(_("{file} is empty.", file=source.title))
    try:
        sheet = python_calamine.CalamineWorkbook.from_path(str(source.path)).get_sheet_by_name(source.layer or names[0])
        cells = [[cell_text(value) for value in row] for row in sheet.iter_rows()]
    except python_calamine.CalamineError as error:
        raise BadSource(_("{file} is not a readable XLSX workbook.", file=source.path.name)) from error
    index, header = find_header(source.table, cells, source.title)
    _fill_merged(cells, sheet, index)
    return WorkbookReader(
        source=source,
        header=header,
        fingerprint=hashlib.sha256(source.path.read_bytes()).hexdigest(),
        cells=cells,
        start=index + 1,
    )


def _fill_merged(cells: list[list[str]], sheet: python_calamine.CalamineSheet, header: int) -> None:
    """Repeat a cell merged over several rows in each of them, as the reader of the sheet sees it."""
    left = sheet.start[1] if sheet.start else 0
    for (top, first), (bottom, _last) in sheet.merged_cell_ranges or []:
        column = first - left
        if top <= header or bottom == top:
            continue
        for row in range(top + 1, min(bottom, len(cells) - 1) + 1):
            cells[row][column] = cells[top][column]
