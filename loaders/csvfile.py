"""CSV: encoding found by reading the whole file once, header found among the first rows, rows streamed by pyarrow.

Memory does not grow with the file. Rows that pyarrow can't fit to the header are looked at one by one: blank ones are
skipped, ones that only lack or exceed by empty cells are mended, the rest is handed on as broken.
"""

from __future__ import annotations

import codecs
import csv
import hashlib
import io
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute
import pyarrow.csv as pacsv

from geo.errors import BadSource
from geo.i18n import _
from loaders.rows import CHUNK_BYTES, CHUNK_ROWS, Opened, Raw, Source, find_header

pc: Any = pyarrow.compute
"""Its functions are made when it is imported, which no type checker sees."""

_BLOCK = 4 << 20
_SAMPLE = 256 << 10
_ENCODINGS = ("utf-8", "gb18030")
"""Tried in this order: text in GB18030 (which holds GBK) practically never decodes as UTF-8."""
_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


@dataclass(frozen=True, slots=True)
class Scan:
    """What one pass over a file tells: its sha256 and its encoding."""

    sha256: str
    encoding: str
    bom: int


def scan(path: Path) -> Scan:
    """Read a file once for its sha256 and the first encoding of `_ENCODINGS` that fits all of it.

    Raises
    ------
    BadSource   the file can't be opened, is empty, or fits none.
    """
    if not path.exists():
        raise BadSource(_("There is no file or folder {path}.", path=str(path)))
    digest, decoders, first = hashlib.sha256(), {name: codecs.getincrementaldecoder(name)() for name in _ENCODINGS}, b""
    try:
        with path.open("rb") as file:
            while block := file.read(_BLOCK):
                first = first or block[:4]
                digest.update(block)
                for name in [*decoders]:
                    if not _decodes(decoders[name], block, final=False):
                        del decoders[name]
    except OSError as error:
        raise BadSource(_("{file} can't be read: {why}.", file=path.name, why=error.strerror or "")) from error
    if not first:
        raise BadSource(_("{file} is empty.", file=path.name), hint=_("Take it out of the folder or fill it."))
    fitting = [name for name, decoder in decoders.items() if _decodes(decoder, b"", final=True)]
    if not fitting or first.startswith(_UTF16):
        raise BadSource(
            _("{file} is neither UTF-8 nor GB18030 text.", file=path.name),
            hint=_("In the spreadsheet choose “Save as” and “CSV UTF-8”."),
        )
    return Scan(digest.hexdigest(), fitting[0], 3 if first.startswith(codecs.BOM_UTF8) else 0)


def _decodes(decoder: codecs.IncrementalDecoder, block: bytes, *, final: bool) -> bool:
    try:
        decoder.decode(block, final)
    except UnicodeDecodeError:
        return False
    return True


@dataclass(slots=True)
class CsvReader(Opened):
    """An opened CSV file."""

    scan: Scan = Scan("", "utf-8", 0)
    width: int = 0
    offset: int = 0
    header_lines: int = 0

    def chunks(self) -> Iterator[Raw]:
        """Stream the rows; see `Reader`."""
        size = self.source.path.stat().st_size
        with self.source.path.open("rb") as file:
            file.seek(self.offset)
            if self.offset >= size:
                return
            odd: list[tuple[int, str]] = []
            number, ordinal, line = 0, 0, self.header_lines
            for rows in _pieces(self._batches(file, odd)):
                ordinals, broken, ordinal = _ordinals(len(rows), odd, ordinal)
                breaks = _line_breaks(rows)
                lines, line = _lines(ordinals, breaks, broken, line)
                yield self._raw(number, rows, lines, broken, min(1.0, file.tell() / size))
                number += 1
            rest = [row for row in odd if row[1].strip()]
            if rest:
                lines, _line = _lines(np.array([], dtype=np.int64), np.array([], dtype=np.int64), odd, line)
                yield self._raw(number, None, lines, odd, 1.0)

    def _batches(self, file: io.BufferedReader, odd: list[tuple[int, str]]) -> Iterator[pa.RecordBatch]:
        names = [f"c{position}" for position in range(self.width)]

        def keep(row: pacsv.InvalidRow) -> str:
            odd.append((row.number, row.text))
            return "skip"

        try:
            reader = pacsv.open_csv(
                file,
                read_options=pacsv.ReadOptions(
                    column_names=names, use_threads=False, block_size=_BLOCK, encoding=self.scan.encoding
                ),
                parse_options=pacsv.ParseOptions(
                    newlines_in_values=True, ignore_empty_lines=False, invalid_row_handler=keep
                ),
                convert_options=pacsv.ConvertOptions(
                    column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False
                ),
            )
            yield from reader
        except pa.ArrowInvalid as error:
            raise BadSource(
                _("{file} can't be read as CSV: {why}", file=self.source.title, why=str(error).splitlines()[0]),
                hint=_("Look for a quotation mark that is opened and not closed."),
            ) from error

    def _raw(
        self, number: int, rows: pa.Table | None, lines: np.ndarray, odd: list[tuple[int, str]], done: float
    ) -> Raw:
        """Choose the known columns, mend what can be mended of the odd rows, drop rows of empty cells."""
        at = self.header.columns
        columns = {name: _column(rows, position) for name, position in at.items()}
        mended, broken = _mend(odd, self.width)
        if mended:
            for name, position in at.items():
                columns[name] = pa.concat_arrays([columns[name], pa.array([cells[position] for _l, cells in mended])])
            lines = np.append(lines, [line for line, _cells in mended])
        filled = np.zeros(len(lines), dtype=bool)
        for column in columns.values():
            filled |= pc.greater(pc.utf8_length(pc.utf8_trim_whitespace(column)), 0).to_numpy(zero_copy_only=False)
        if mended or not filled.all():
            order = np.argsort(lines, kind="stable")
            order = order[filled[order]]
            lines, columns = lines[order], {name: column.take(pa.array(order)) for name, column in columns.items()}
        return Raw(number, lines, columns, broken=tuple(broken), done=done)


def _column(rows: pa.Table | None, position: int) -> pa.Array:
    if rows is None:
        return pa.array([], pa.string())
    column = rows.column(position).combine_chunks()
    return column if isinstance(column, pa.Array) else pa.concat_arrays(column.chunks)


def _pieces(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.Table]:
    """Cut a stream of batches into tables of CHUNK_ROWS rows, or of fewer where they fill CHUNK_BYTES before."""
    held: list[pa.RecordBatch] = []
    count = 0
    for batch in batches:
        held.append(batch)
        count += len(batch)
        while count >= CHUNK_ROWS or sum(part.nbytes for part in held) >= CHUNK_BYTES:
            table = pa.Table.from_batches(held)
            yield table.slice(0, CHUNK_ROWS)
            held = table.slice(CHUNK_ROWS).to_batches()
            count = max(0, count - CHUNK_ROWS)
    if count:
        yield pa.Table.from_batches(held)


def _ordinals(count: int, odd: list[tuple[int, str]], start: int) -> tuple[np.ndarray, list[tuple[int, str]], int]:
    """Tell which row of the file each good row is, given the odd rows among them; take those odd rows off the list."""
    place = np.array([number for number, _text in odd], dtype=np.int64) - 1 - start
    good = np.arange(count, dtype=np.int64)
    # an odd row moves every good row at or behind it by one
    ordinals = start + good + np.searchsorted(place - np.arange(len(place)), good, side="right")
    end = int(ordinals[-1]) + 1 if count else start
    taken = [row for row in odd if row[0] - 1 < end]
    del odd[: len(taken)]
    return ordinals, taken, end


def _line_breaks(rows: pa.Table) -> np.ndarray:
    """Count the line breaks inside each row's cells: they move every line after it."""
    total = np.zeros(len(rows), dtype=np.int64)
    for column in rows.columns:
        total += pc.count_substring(column, "\n").to_numpy()
    return total


def _lines(ordinals: np.ndarray, breaks: np.ndarray, odd: list[tuple[int, str]], start: int) -> tuple[np.ndarray, int]:
    """Turn ordinals into lines of the file, and the odd rows' numbers too (in place); return the last line used."""
    numbers = np.array([number - 1 for number, _text in odd], dtype=np.int64)
    odd_breaks = np.array([text.count("\n") for _number, text in odd], dtype=np.int64)
    every, height = np.append(ordinals, numbers), np.append(breaks, odd_breaks) + 1
    order = np.argsort(every, kind="stable")
    top = np.empty(len(every), dtype=np.int64)
    top[order] = start + np.cumsum(height[order]) - height[order] + 1
    odd[:] = [(int(top[len(ordinals) + index]), text) for index, (_number, text) in enumerate(odd)]
    return top[: len(ordinals)], start + int(height.sum())


def _mend(odd: list[tuple[int, str]], width: int) -> tuple[list[tuple[int, list[str]]], list[tuple[int, str]]]:
    """Sort odd rows: blank ones vanish, ones with empty cells too many are cut, the rest is broken."""
    mended, broken = [], []
    for line, text in odd:
        cells = next(csv.reader(io.StringIO(text, newline="")), [])
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) < width or any(cell.strip() for cell in cells[width:]):
            broken.append((line, text))
        else:
            mended.append((line, cells[:width]))
    return mended, broken


def open_csv(source: Source) -> CsvReader:
    """Open a CSV file as a table.

    Raises
    ------
    BadSource   unreadable, empty, or of another encoding.
    BadHeader   see `find_header`.
    """
    found = scan(source.path)
    with source.path.open("rb") as file:
        file.seek(found.bom)
        text = file.read(_SAMPLE).decode(found.encoding, "ignore")
    lines = io.StringIO(text, newline="").readlines()
    reader, cells, ends = csv.reader(lines), [], []
    for row in reader:
        cells.append(row)
        ends.append(reader.line_num)
        if len(cells) > 200:
            break
    index, header = find_header(source.table, cells, source.title)
    taken = lines[: ends[index]]
    widths = Counter(len(row) for row in cells[index + 1 : -1] if any(cell.strip() for cell in row))
    width = widths.most_common(1)[0][0] if widths else len(cells[index])
    return CsvReader(
        source=source,
        header=header,
        fingerprint=found.sha256,
        scan=found,
        width=max(width, 1 + max(header.columns.values())),
        offset=found.bom + len("".join(taken).encode(found.encoding)),
        header_lines=ends[index],
    )
