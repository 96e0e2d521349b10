"""What a load says: the balance of each table, its notes in sentences, and the rejects file for the clerk."""

from __future__ import annotations

import csv
import getpass
import os
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from geo.core.spreadsheet import safe_cell
from geo.i18n import N_, _, listed, locale, ngettext, ngettext_noop
from geo.service.drafts import Reject
from loaders import headers
from loaders.rows import Source
from loaders.source import REJECTS
from loaders.tables import Table

REASONS = {
    "identity_number": N_(
        "This is an identity-card number, and none is kept here; write the register's own number, or a name, instead."
    ),
    "bad_row": N_("The row has more or fewer cells than the header."),
    "missing": N_("This cell must be filled."),
    "number_code": N_("A spreadsheet has turned this code into a number and lost digits; format the column as text."),
    "bad_code": N_("This is no code of the right number of digits."),
    "code_level": N_("The number of digits does not fit the level (city 4, county 6, sub-district 9, community 12)."),
    "grid_community": N_("A grid code begins with the code of its community."),
    "bad_value": N_("This value is not one of those the column may have: {values}."),
    "unknown_category": N_("This category is not in the category table."),
    "bad_number": N_("This is no number."),
    "bad_count": N_("This is no whole number from {low} to {high}."),
    "bad_date": N_("This is no date or time; write it like 2024-01-08 09:32:33."),
    "bad_order": N_("This time lies before the one it has to follow."),
    "duplicate_key": N_("An earlier row of the file has the same key; the first one counts."),
    "unknown_parent": N_(
        "What this row belongs to is not there; load it first, and look for leading zeros that were lost."
    ),
    "no_geometry": N_("The row has no geometry."),
    "bad_geometry": N_("The geometry is broken beyond mending."),
    "geometry_kind": N_("The geometry is of a kind this table does not have."),
    "bad_coordinate": N_("These are no coordinates, or one of the two is missing."),
    "swapped_lonlat": N_("Longitude and latitude are exchanged."),
    "outside_city": N_("The building lies outside every community."),
}
"""A sentence a reject code, in English; shown in the user's language (`reason`)."""

NOTES = {
    "unknown_columns": N_("Columns that mean nothing here were not read: {names}."),
    "looks_shifted": N_(
        "The coordinates are declared as WGS-84, but {share} of them fall better when read as {system}. "
        "If that is what they are, load again with --crs {table}={system}."
    ),
    "overlap": N_(
        "The communities {first} ({first_code}) and {second} ({second_code}) overlap by {area_m2} m²,"
        " about {width_m} m wide."
    ),
    "hole": N_("There is a hole of {area_m2} m² between the communities, beside {first} ({first_code})."),
}
COUNTED_NOTES = {
    "mended_geometry": ngettext_noop("{n} invalid geometry was mended.", "{n} invalid geometries were mended."),
    "other_community": ngettext_noop(
        "{n} building lies in another community than the one stated; the stated one counts.",
        "{n} buildings lie in another community than the one stated; the stated one counts.",
    ),
    "point_without_crs": ngettext_noop(
        "{n} point was left out: neither the row nor --crs says its coordinate system.",
        "{n} points were left out: neither the row nor --crs says their coordinate system.",
    ),
    "unknown_key": ngettext_noop(
        "{n} case names a dwelling or building that is not in the register.",
        "{n} cases name a dwelling or building that is not in the register.",
    ),
    "unplaced": ngettext_noop(
        "{n} case has no grid: the register does not know its address and no grid holds its point.",
        "{n} cases have no grid: the register does not know their address and no grid holds their point.",
    ),
}
"""Notes that begin with how many."""


@dataclass(frozen=True, slots=True)
class TableReport:
    """What became of one table of one file.

    Attributes
    ----------
    read, accepted, updated, unchanged, rejected : rows; the first is the sum of the others, always.
    again : the same content had been loaded before; nothing was done.
    rejects_path : where the rejected rows are told, None where there are none.
    notes : code and values of what was mended or seen; `sentences` words them.
    """

    table: str
    source: str
    read: int = 0
    accepted: int = 0
    updated: int = 0
    unchanged: int = 0
    rejected: int = 0
    again: bool = False
    rejects_path: Path | None = None
    notes: tuple[dict[str, object], ...] = ()

    @property
    def balanced(self) -> bool:
        """Whether every row read is accounted for."""
        return self.read == self.accepted + self.updated + self.unchanged + self.rejected

    def sentences(self) -> list[str]:
        """Word the notes in the user's language."""
        return [sentence(note) for note in self.notes]


@dataclass(frozen=True, slots=True)
class LoadReport:
    """What became of a load."""

    tables: tuple[TableReport, ...] = ()
    dry_run: bool = False
    seconds: float = 0.0
    notes: tuple[dict[str, object], ...] = field(default=())

    @property
    def rejected(self) -> int:
        """Rows rejected in all tables."""
        return sum(table.rejected for table in self.tables)

    def lines(self) -> list[str]:
        """Word the report: one line a table, its notes beneath, then what was seen of the city as a whole."""
        rows: list[str] = []
        for table in self.tables:
            text = _(
                "{source}: read {read} = accepted {accepted} + updated {updated} + unchanged {unchanged} +"
                " rejected {rejected}",
                source=table.source,
                **{
                    name: f"{getattr(table, name):,}"
                    for name in ("read", "accepted", "updated", "unchanged", "rejected")
                },
            )
            rows.append(text + (_(" (loaded before, nothing to do)") if table.again else ""))
            rows += [f"  {line}" for line in table.sentences()]
            if table.rejects_path:
                rows.append("  " + _("Rejected rows: {path}", path=str(table.rejects_path)))
        rows += [sentence(note) for note in self.notes]
        if self.dry_run:
            rows.append(_("This was a rehearsal: nothing was written to the database."))
        return rows


def sentence(note: dict[str, object]) -> str:
    """Word a note."""
    code = str(note["code"])
    if code in COUNTED_NOTES:
        return ngettext(*COUNTED_NOTES[code], int(str(note["count"])))
    return _(NOTES[code], **{name: _written(value) for name, value in note.items() if name != "code"})


def _written(value: object) -> object:
    if isinstance(value, int | float):
        return f"{value:,}"
    return listed(map(str, value)) if isinstance(value, list) else value


def user() -> str:
    """Name the user of this computer, for the audit log; a container may run under a number alone."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return f"uid {os.getuid()}"


def rejects_path(source: Source) -> Path:
    """Tell where a source's rejects go: beside the file, or in the current folder where that can't be written."""
    name = source.table.name
    stem = name if source.layer or source.path.stem == name else source.path.stem
    folder = source.path.parent
    return (folder if os.access(folder, os.W_OK) else Path.cwd()) / f"{stem}{REJECTS}"


def reason(table: Table, column: str, code: str) -> str:
    """Say why a value was rejected, with what the column may have where that is a set or a range."""
    known = table.names.get(column)
    if code == "bad_value" and known:
        values = headers.choices(known.choices or known.kind.value, locale())
        return _(REASONS[code], values=listed(values))
    if code == "bad_count" and known:
        return _(REASONS[code], low=str(known.low), high=str(known.high))
    return _(REASONS[code])


def write_rejects(path: Path, table: Table, rejects: Iterable[Reject]) -> bool:
    """Write a rejects file (mode 0600, replaced whole) and tell whether there was anything to write.

    Notes
    -----
    The file is opened in spreadsheets, so a value that one would run as a formula gets an apostrophe before it.
    """
    written = False
    handle, temporary = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)  # mkstemp makes it 0600
    try:
        with open(handle, "w", encoding="utf-8-sig", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(["line", "column", "value", "code", "reason"])
            for row in _worded(table, rejects):
                writer.writerow(row)
                written = True
        if written:
            os.replace(temporary, path)
        else:
            path.unlink(missing_ok=True)
    finally:
        with suppress(FileNotFoundError):
            os.unlink(temporary)
    return written


def _worded(table: Table, rejects: Iterable[Reject]) -> Iterator[tuple[int, str, str, str, str]]:
    for line, column, value, code in rejects:
        yield line, column, safe_cell(value), code, reason(table, column, code)
