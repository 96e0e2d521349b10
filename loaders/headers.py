"""Headers and file names: which column of which table they mean, and which may not be there at all.

The aliases are data (`data/headers.csv`, `data/tables.csv`, `data/forbidden.csv`); a header is compared after folding:
full width to half width, lower case, without blanks, underscores, brackets and marks of being required.
"""

from __future__ import annotations

import csv
import itertools
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from geo.errors import BadHeader
from geo.i18n import _, listed
from loaders.tables import TABLES, Table

DATA = Path(__file__).parent.parent / "data"
DBF_BYTES = 10
"""A .dbf header holds 10 bytes: longer names arrive cut, in UTF-8 or GBK."""


def rows(name: str) -> list[dict[str, str]]:
    """Read a data file of this project."""
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def fold(text: str) -> str:
    """Fold a header for comparison.

    Examples
    --------
    >>> fold(" 楼栋编号（必填）*"), fold("Building_ID")
    ('楼栋编号', 'buildingid')
    """
    text = unicodedata.normalize("NFKC", text).lower().lstrip("\ufeff")
    bare = re.sub(r"\(.*?\)|\[.*?\]", "", text)
    return re.sub(r"[\s_\-*:.]", "", bare or text)


@cache
def _aliases(table: str) -> dict[str, str]:
    """Map each folded header of a table to its column."""
    known = {fold(column.name): column.name for column in TABLES[table].columns}
    for row in rows("headers.csv"):
        if row["table"] == table:
            for alias in row["aliases"].split():
                known.setdefault(fold(alias), row["column"])
    return known


def column(table: str, name: str) -> str | None:
    """Tell which column of a table a header means.

    Examples
    --------
    >>> column("cases", "经度"), column("cases", "备注")
    ('lon', None)
    """
    return _aliases(table).get(fold(name))


@cache
def chinese(table: str) -> dict[str, str]:
    """Map each column of a table to its Chinese header: the first alias."""
    return {row["column"]: row["aliases"].split()[0] for row in rows("headers.csv") if row["table"] == table}


@cache
def _table_names() -> dict[str, str]:
    known = {fold(name): name for name in TABLES}
    for row in rows("tables.csv"):
        known |= {fold(alias): row["table"] for alias in row["aliases"].split()}
    return known


def table_of(name: str) -> str | None:
    """Tell which table a file's stem, a layer or a sheet is: its name, alone or before a number, date or part.

    Examples
    --------
    >>> table_of("cases-2024"), table_of("楼栋"), table_of("notes")
    ('cases', 'buildings', None)
    """
    known = _table_names()
    if fold(name) in known:
        return known[fold(name)]
    head = re.split(r"[\W_]|(?<=\D)(?=\d)", unicodedata.normalize("NFKC", name).strip(), maxsplit=1)[0]
    return known.get(fold(head)) if head else None


def choices(name: str, language: str) -> list[str]:
    """Name the values of a set as a person of this language writes them: Chinese ones by their first spelling.

    Examples
    --------
    >>> choices("sex", "zh"), choices("sex", "en")
    (['女', '男'], ['f', 'm'])
    """
    found = [row for row in rows("values.csv") if row["set"] == name and row["value"]]
    return [row["aliases"].split()[0] if language == "zh" else row["value"] for row in found]


@dataclass(frozen=True, slots=True)
class Header:
    """A header row read.

    Attributes
    ----------
    columns : position of each known column.
    unknown : headers that mean nothing here; they are named in the report and not read.
    """

    columns: dict[str, int]
    unknown: tuple[str, ...]


def match(table: Table, names: Sequence[str], *, cut: bool = False) -> Header:
    """Find a table's columns among headers.

    Parameters
    ----------
    cut : the headers come from a .dbf file and may be cut to 10 bytes.

    Raises
    ------
    BadHeader
        A forbidden column is there, a required one is missing, or two headers mean the same column.
    """
    refuse_forbidden(names)
    known = _aliases(table.name)
    columns: dict[str, int] = {}
    unknown: list[str] = []
    for position, name in enumerate(names):
        folded = fold(name)
        column = known.get(folded) or (_cut_column(table.name, name) if cut else None)
        if column is None:
            if folded and folded not in ("geometry", "geom", "fid", "ogcfid", "bbox"):
                unknown.append(name)
        elif column in columns:
            first = names[columns[column]]
            raise BadHeader(
                _("The columns “{first}” and “{second}” both mean {column}.", first=first, second=name, column=column),
                hint=_("Leave one of them out or rename it."),
            )
        else:
            columns[column] = position
    missing = [column.name for column in table.columns if column.required and column.name not in columns]
    if missing:
        raise BadHeader(
            _("The column {columns} is missing.", columns=listed(_both(table.name, column) for column in missing)),
            hint=_("The columns found are: {names}", names=listed(name for name in names if name.strip())),
        )
    return Header(columns, tuple(unknown))


def score(table: Table, names: Iterable[str]) -> int:
    """Count the columns of a table that a row of cells names: the header row is the one that names most."""
    known = _aliases(table.name)
    return len({known[folded] for folded in map(fold, names) if folded in known})


def _both(table: str, column: str) -> str:
    """Name a column as both header languages write it."""
    other = chinese(table).get(column)
    return _("{column} ({other})", column=column, other=other) if other else column


def _cut_column(table: str, name: str) -> str | None:
    """Find the one column whose header a .dbf cut to `name`; None where none or several could be meant."""
    stem = re.sub(r"_\d$", "", name)  # a driver numbers names that became equal: communit_1
    meant = set()
    for alias, column in _written(table):
        for encoding in ("utf-8", "gbk"):
            short = cut(alias, encoding)
            if short != alias and fold(short) == fold(name):
                meant.add(column)
        if stem != name and len(stem) == DBF_BYTES - 2 and fold(alias).startswith(fold(stem)):
            meant.add(column)
    return meant.pop() if len(meant) == 1 else None


def cut(name: str, encoding: str) -> str:
    """Cut a header to what a .dbf holds, between two characters."""
    return name.encode(encoding, "ignore")[:DBF_BYTES].decode(encoding, "ignore")


@cache
def _written(table: str) -> list[tuple[str, str]]:
    """List every spelling of a table's headers beside its column."""
    spelled = [(column.name, column.name) for column in TABLES[table].columns]
    for row in rows("headers.csv"):
        if row["table"] == table:
            spelled += [(alias, row["column"]) for alias in row["aliases"].split()]
    return spelled


def refuse_forbidden(names: Iterable[str]) -> None:
    """Refuse headers the product must never hold: Chinese words anywhere in them, English ones as whole words.

    Raises
    ------
    BadHeader
        Names the first such column.
    """
    for name in names:
        folded = fold(name)
        words = _words(name)
        for chinese_words, english_words in _forbidden():
            if any(word in folded for word in chinese_words) or words & english_words:
                raise BadHeader(
                    _("The column “{column}” may not be in a file: this product keeps no such thing.", column=name),
                    hint=_("Take the column out of the file; nothing of this file was loaded."),
                )


def _words(name: str) -> set[str]:
    """Split an English header into its words, and join neighbours: IDCard, id_card and ID card all give idcard."""
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", unicodedata.normalize("NFKC", name))
    parts = re.findall(r"[a-z]+", spaced.lower())
    return {*parts, *(first + second for first, second in itertools.pairwise(parts))}


@cache
def _forbidden() -> list[tuple[frozenset[str], frozenset[str]]]:
    """Return the words that mark a forbidden column; an English one also as a .dbf cuts it."""
    return [
        (
            frozenset(map(fold, row["chinese"].split())),
            frozenset(w[:n] for w in row["english"].split() for n in (99, DBF_BYTES)),
        )
        for row in rows("forbidden.csv")
    ]


@cache
def chinese_table(name: str) -> str:
    """Return a table's Chinese name: the first alias."""
    return next(row["aliases"].split()[0] for row in rows("tables.csv") if row["table"] == name)
