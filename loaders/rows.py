"""What every reader hands on: chunks of text columns with the line each row stands on.

A reader knows its format and nothing of what a value must be; the checks know values and nothing of formats.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import pyarrow as pa

from geo.crs import Crs
from geo.errors import BadHeader, BadSource
from geo.i18n import _, listed
from loaders import headers
from loaders.tables import Table

CHUNK_ROWS = 50_000
"""Rows of a chunk: one transaction, one checkpoint."""
CHUNK_BYTES = 32 << 20
"""A chunk of long texts ends earlier: 50,000 cases of 3 KB each would need over a gigabyte on their way in."""
_HEADER_WITHIN = 30
"""The header row is one of the first rows that hold anything; what stands above it is a title."""


@dataclass(frozen=True, slots=True)
class Raw:
    """One chunk as read.

    Attributes
    ----------
    number : position of the chunk in its source, from 0.
    lines : the line (or row, or feature number) of each row, from 1, as the person sees it in the file.
    columns : text of each known column, the table's English names; an absent column is not there.
    geometry : shapely geometries in the source's own system, None where the table or the source has none.
    broken : line and text of rows whose cells don't fit the header; they are read, and rejected.
    done : share of the source read so far.
    """

    number: int
    lines: np.ndarray
    columns: dict[str, pa.Array]
    geometry: np.ndarray | None = None
    broken: tuple[tuple[int, str], ...] = ()
    done: float = 0.0

    @property
    def read(self) -> int:
        """Rows read, the broken ones included."""
        return len(self.lines) + len(self.broken)


@dataclass(frozen=True, slots=True)
class Source:
    """One table in one file.

    Attributes
    ----------
    layer : layer of a GeoPackage or sheet of a workbook; None where the file is the table.
    """

    table: Table
    path: Path
    layer: str | None = None

    @property
    def title(self) -> str:
        """What a person calls it: the file's name and the layer."""
        return f"{self.path.name}[{self.layer}]" if self.layer else self.path.name


class Reader(Protocol):
    """An opened source: header and coordinate system are known and good, nothing else has been read."""

    source: Source
    header: headers.Header
    crs: Crs | None
    fingerprint: str

    def chunks(self) -> Iterator[Raw]:
        """Yield the rows in the file's order; the same file gives the same chunks every time."""
        ...


@dataclass(slots=True)
class Opened:
    """The common part of every reader."""

    source: Source
    header: headers.Header
    fingerprint: str
    crs: Crs | None = None
    notes: list[str] = field(default_factory=list)


def find_header(table: Table, cells: Sequence[Sequence[str]], where: str) -> tuple[int, headers.Header]:
    """Find the header among a file's first rows: the row that names most of the table's columns.

    Returns
    -------
    Index of the row, and the header.

    Raises
    ------
    BadSource   there is nothing in the file.
    BadHeader   no row names a column of the table, or the row that does lacks one or brings a forbidden one.
    """
    filled = [index for index, row in enumerate(cells) if any(cell.strip() for cell in row)][:_HEADER_WITHIN]
    if not filled:
        raise BadSource(_("{file} is empty.", file=where), hint=_("Take it out of the folder or fill it."))
    best = max(filled, key=lambda index: (headers.score(table, cells[index]), -index))
    if headers.score(table, cells[best]) == 0:
        for index in filled:
            headers.refuse_forbidden(cells[index])
        raise BadHeader(
            _("{file} has no header row of the table {table}.", file=where, table=table.name),
            hint=_separated(table, [cells[index] for index in filled])
            or _("Expected: {columns}", columns=listed(column.name for column in table.columns)),
        )
    return best, headers.match(table, cells[best])


def _separated(table: Table, rows: Sequence[Sequence[str]]) -> str:
    """Say so where the header would be found if its cells were parted at another mark than the comma."""
    for mark, name in ((";", _("semicolons")), ("\t", _("tabs")), ("|", "|"), ("，", "，")):
        if any(headers.score(table, ",".join(row).split(mark)) > 1 for row in rows):
            return _("Its cells are parted by {mark}; save it with commas between them.", mark=name)
    return ""


def cell_text(value: Any) -> str:
    """Write a typed cell as the text a person would have typed: whole numbers without a point, times in ISO 8601."""
    if value is None or value != value:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 2**53 else repr(value)
    if isinstance(value, dt.datetime | dt.date | dt.time):
        return value.isoformat()
    return str(value)
