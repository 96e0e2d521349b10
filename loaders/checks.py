"""Text to values: what each kind of column accepts, column by column for a whole chunk at once.

A value that can't be read rejects its row, with line, column, value and a code; the first breach of a row is the one
named. Nothing here knows the database: that a parent exists is asked when the rows are written.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute

from geo.service.drafts import VALUE_CHARS, Draft, Recall
from loaders import headers, times
from loaders.rows import Raw, cell_text
from loaders.tables import Column, Kind, Table

pc: Any = pyarrow.compute
"""Its functions are made when it is imported, which no type checker sees."""


def check(table: Table, raw: Raw, categories: Mapping[str, str], recall: Recall | None = None) -> Draft:
    """Check a chunk's text columns.

    Parameters
    ----------
    categories : category code by each folded spelling (code, Chinese and English name).
    recall : tells what is stored of rows; columns the file leaves out are then what they were (`Table.kept`).
    """
    draft = Draft(raw.number, raw.read, raw.lines, {}, raw.geometry, done=raw.done)
    draft.rejects += [(line, "", text[:VALUE_CHARS], "bad_row") for line, text in raw.broken]
    draft.columns = {column.name: _trimmed(raw, column.name) for column in table.columns}
    for column in table.columns:
        if column.name in raw.columns:
            _read(draft, column, categories)
    if recall and len(draft):
        draft.columns |= _recalled(table, raw, draft, recall)
    for column in table.columns:
        if column.name not in raw.columns:
            _read(draft, column, categories)
    return draft


def _read(draft: Draft, column: Column, categories: Mapping[str, str]) -> None:
    """Read one column's texts in place."""
    if column.required:
        draft.drop(_empty(draft.columns[column.name]), column.name, "missing")
    texts = draft.columns[column.name]
    values, bad, code = _READ[column.kind](texts, column, categories)
    draft.columns[column.name] = values
    draft.drop(bad, column.name, code, texts)
    if column.personal:
        texts = draft.columns[column.name]
        # The number itself is not repeated: rejects are stored until the load ends.
        draft.drop(_identities(texts, column), column.name, "identity_number", [""] * len(texts))


_WEIGHTS = [2 ** (17 - place) % 11 for place in range(17)]
"""Of the first 17 digits of a citizen's number; with the last one the sum leaves 1 when divided by 11 (GB 11643)."""


def _identities(texts: pa.Array, column: Column) -> np.ndarray:
    """Tell which values are identity-card numbers: the region, a day of birth, an order and the check digit.

    No name looks like one, with or without a slip in it. A key of a register that writes its own days alike passes by
    chance once in eleven; it is taken for one only where more than half of a chunk pass.
    """
    found = _fits(texts, r"^[1-9]\d{5}(19|20)\d{2}(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])\d{3}[\dXx]$")
    if column.kind is Kind.TEXT:
        return found
    for place in np.flatnonzero(found):
        *digits, last = texts[int(place)].as_py()
        total = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, digits, strict=True))
        found[place] = (total + (10 if last in "Xx" else int(last))) % 11 == 1
    return found & (found.sum() > len(texts) / 2)


def _recalled(table: Table, raw: Raw, draft: Draft, recall: Recall) -> dict[str, pa.Array]:
    """Return the stored texts of the columns that are kept, where the file has none of their group."""
    absent = {name for group in table.kept if raw.columns.keys().isdisjoint(group) for name in group}
    if not absent:
        return {}
    stored = recall({name: draft.columns[name] for name in table.key})
    return {name: pa.array([cell_text(value) for value in stored[name]], pa.string()) for name in absent}


def _trimmed(raw: Raw, name: str) -> pa.Array:
    """Return a column without blanks around its values and without NUL, which the database can't hold."""
    texts = raw.columns.get(name)
    if texts is None:
        return pa.array([""] * len(raw.lines), pa.string())
    if texts.null_count:
        texts = pc.fill_null(texts, "")
    if pc.any(pc.match_substring(texts, "\0")).as_py():
        texts = pc.replace_substring(texts, "\0", "")
    if _fits(texts, _APOSTROPHE).any():
        texts = pc.replace_substring_regex(texts, _APOSTROPHE, r"\1")
    return pc.utf8_trim_whitespace(texts)


_APOSTROPHE = r"^'('*[=+\-@\t\r\n])"
"""A spreadsheet's mark that what follows is text and no formula: it is not part of the text (report.safe_cell)."""


def _empty(texts: pa.Array) -> np.ndarray:
    return pc.equal(texts, "").to_numpy(zero_copy_only=False)


def _fits(texts: pa.Array, pattern: str) -> np.ndarray:
    return pc.match_substring_regex(texts, pattern).to_numpy(zero_copy_only=False)


def _half_width(texts: pa.Array) -> pa.Array:
    """Fold full-width digits and letters, where there is anything to fold."""
    if pc.all(pc.string_is_ascii(texts)).as_py() is not False:
        return texts
    return pc.utf8_normalize(texts, form="NFKC")


Answer = tuple[pa.Array, np.ndarray, str]


def _none(texts: pa.Array) -> np.ndarray:
    return np.zeros(len(texts), dtype=bool)


def _text(texts: pa.Array, column: Column, _categories: Mapping[str, str]) -> Answer:
    return texts, _none(texts), ""


def _key(texts: pa.Array, column: Column, _categories: Mapping[str, str]) -> Answer:
    """Read a key: as it is, full width folded; 12.0 is 12; 6.4E+11 has lost its digits and is refused."""
    texts = _half_width(texts)
    if _fits(texts, r"^\d+\.0+$").any():
        texts = pc.replace_substring_regex(texts, r"^(\d+)\.0+$", r"\1")
    return texts, _fits(texts, r"^\d(\.\d+)?[eE]\+?\d+$"), "number_code"


def _area(texts: pa.Array, column: Column, categories: Mapping[str, str]) -> Answer:
    """Read a division code: zeros that pad it to a lower level's length are taken off (6402000000 is 6402)."""
    texts, damaged, code = _key(texts, column, categories)
    if damaged.any():
        return texts, damaged, code
    padded = _fits(texts, r"^\d{4}(0{2}|0{5}|0{8})$|^\d{6}(0{3}|0{6})$|^\d{9}0{3}$|^\d{12}0{3}$")
    if padded.any():
        for pattern in (r"^(\d{12})0{3}$", r"^(\d{9})0{3}$", r"^(\d{6})0{3}$", r"^(\d{4})0{2}$"):
            texts = pc.replace_substring_regex(texts, pattern, r"\1")
    return texts, ~(_empty(texts) | _fits(texts, r"^(\d{2}|\d{4}|\d{6}|\d{9}|\d{12})$")), "bad_code"


def _digits(count: int) -> Callable[[pa.Array, Column, Mapping[str, str]], Answer]:
    """Read a code of exactly so many digits; only zeros may follow them."""

    def read(texts: pa.Array, column: Column, categories: Mapping[str, str]) -> Answer:
        texts, damaged, code = _key(texts, column, categories)
        if damaged.any():
            return texts, damaged, code
        if _fits(texts, rf"^\d{{{count}}}0+$").any():
            texts = pc.replace_substring_regex(texts, rf"^(\d{{{count}}})0+$", r"\1")
        return texts, ~(_empty(texts) | _fits(texts, rf"^\d{{{count}}}$")), "bad_code"

    return read


@cache
def _choices(name: str) -> dict[str, str]:
    """Map each folded spelling of a value set to its value."""
    known: dict[str, str] = {}
    for row in headers.rows("values.csv"):
        if row["set"] == name:
            known |= {headers.fold(spelling): row["value"] for spelling in (row["value"], *row["aliases"].split())}
    return known


def _mapped(texts: pa.Array, known: Callable[[str], str | None]) -> tuple[pa.Array, np.ndarray]:
    """Translate each different value once; bad where it is not known."""
    coded = texts.dictionary_encode()
    words = coded.dictionary.to_pylist()
    meant = [known(word) for word in words]
    values = pa.array(meant, pa.string()).take(coded.indices)
    return values, np.array([value is None for value in meant] or [False])[coded.indices.to_numpy()]


def _enum(texts: pa.Array, column: Column, _categories: Mapping[str, str]) -> Answer:
    known, default = _choices(column.choices), column.default or ""
    values, bad = _mapped(texts, lambda word: known.get(headers.fold(word)) if word else default)
    return _nulled(values) if column.default is None else values, bad, "bad_value"


def _nulled(texts: pa.Array) -> pa.Array:
    """Write an empty value as missing."""
    return pc.if_else(pc.equal(texts, ""), pa.scalar(None, pa.string()), texts)


def _enums(texts: pa.Array, column: Column, _categories: Mapping[str, str]) -> Answer:
    """Read several values of a set, joined by ; into PostgreSQL's array notation."""
    known = _choices(column.choices)

    def read(word: str) -> str | None:
        parts = [part.strip() for part in word.replace("；", ";").replace("，", ";").replace("、", ";").split(";")]
        meant = [known.get(headers.fold(part)) for part in parts if part]
        return None if None in meant else "{" + ",".join(sorted({part for part in meant if part})) + "}"

    values, bad = _mapped(texts, read)
    return values, bad, "bad_value"


def _category(texts: pa.Array, column: Column, categories: Mapping[str, str]) -> Answer:
    values, bad = _mapped(texts, lambda word: categories.get(headers.fold(word)))
    return values, bad, "unknown_category"


def _number(texts: pa.Array) -> tuple[np.ndarray, np.ndarray]:
    """Return numbers (NaN where empty) and where there is text that is none."""
    texts = _half_width(texts)
    empty = _empty(texts)
    fits = _fits(texts, r"^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?$")
    bare = pc.replace_substring(texts, "+", "", max_replacements=1) if _fits(texts, r"^\+").any() else texts
    numbers = pc.if_else(pa.array(fits), bare, pa.scalar(None, pa.string())).cast(pa.float64())
    numbers = numbers.fill_null(np.nan).to_numpy(zero_copy_only=False)
    return numbers, ~(fits | empty)


def _integer(texts: pa.Array, column: Column, _categories: Mapping[str, str]) -> Answer:
    numbers, bad = _number(pc.replace_substring_regex(texts, r"[层楼户年]$", ""))
    with np.errstate(invalid="ignore"):
        bad |= numbers != np.round(numbers)
        bad &= ~np.isnan(numbers) | ~_empty(texts)
        if column.low is not None:
            bad |= numbers < column.low
        if column.high is not None:
            bad |= numbers > column.high
    missing = np.isnan(numbers) | bad
    return pa.array(np.where(missing, 0, numbers).astype(np.int64), mask=missing), bad, "bad_count"


def _float(texts: pa.Array, column: Column, _categories: Mapping[str, str]) -> Answer:
    numbers, bad = _number(texts)
    bad |= np.isinf(numbers)
    return pa.array(numbers, mask=np.isnan(numbers) | bad), bad, "bad_number"


def _time(texts: pa.Array, column: Column, _categories: Mapping[str, str]) -> Answer:
    found = times.parse(texts)
    return pa.array(found), found.isna().to_numpy() & ~_empty(texts), "bad_date"


def _date(texts: pa.Array, column: Column, _categories: Mapping[str, str]) -> Answer:
    found = times.parse(texts)
    days = pa.array(found.dt.tz_convert(times.ZONE).dt.tz_localize(None)).cast(pa.timestamp("us"))
    return pc.strftime(days, "%Y-%m-%d"), found.isna().to_numpy() & ~_empty(texts), "bad_date"


def _crs(texts: pa.Array, column: Column, _categories: Mapping[str, str]) -> Answer:
    known = _choices("crs")
    values, bad = _mapped(texts, lambda word: known.get(headers.fold(word)) if word else "")
    return values, bad, "bad_value"


_READ: dict[Kind, Callable[[pa.Array, Column, Mapping[str, str]], Answer]] = {
    Kind.TEXT: _text,
    Kind.KEY: _key,
    Kind.AREA: _area,
    Kind.COMMUNITY: _digits(12),
    Kind.GRID: _digits(15),
    Kind.ENUM: _enum,
    Kind.ENUMS: _enums,
    Kind.CATEGORY: _category,
    Kind.INTEGER: _integer,
    Kind.NUMBER: _float,
    Kind.TIME: _time,
    Kind.DATE: _date,
    Kind.CRS: _crs,
}
