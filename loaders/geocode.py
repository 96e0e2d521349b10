"""`gridmap geocode` and `gridmap parse-address`: a CSV of addresses or points in, a CSV of answers out, row by row.

Every row of the input is answered once and in order, whatever it holds: an empty text, ten thousand characters, a
coordinate that is none. Texts are read in memory only; what goes to the log or the screen are counts and times.
"""

from __future__ import annotations

import csv
import gc
import io
import math
import multiprocessing
import os
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from functools import cache, lru_cache, partial
from itertools import islice
from operator import itemgetter
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from geo import crs
from geo.core.address import scores
from geo.core.address.normalise import normalise
from geo.core.address.parse import Parts, parse
from geo.core.geocode import COLUMNS, Register
from geo.errors import BadHeader, BadSource, CrsMismatch, InputError
from geo.i18n import _, listed, ngettext
from geo.model import CODE_DIGITS
from geo.service.geocoding import city_register
from geo.store.database import owner_connection
from loaders import csvfile, headers
from loaders.source import check_target

ANSWER = [
    *("id", "status", "level", "dwelling_id", "building_id", "estate", "grid_code", "lon", "lat", "score", "reason"),
    *("corrected", "candidates"),
]
PARSED = ["id", "estate", "building", "unit", "floor", "room"]
BATCH = 2_000
"""Rows answered at a time, so that memory does not grow with the file; small, so that processes end together."""
AHEAD = 4
"""Batches read ahead for each process, so that none waits for the file."""
PROCESSES = max(1, min(4, os.cpu_count() or 1))
"""Processes that answer a file of more than one batch; they share one index."""
_FIELD = 1 << 24
"""Longest cell read (characters): longer than any complaint, short of the memory of the machine."""


def geocode_file(
    source: Path, target: Path, owner_url: str, area: str | None = None, threshold: float = scores.THRESHOLD
) -> str:
    """Answer the addresses (id,text) or the points (id,lon,lat[,crs]) of a CSV.

    Parameters
    ----------
    source, target : CSV; the target is replaced when all rows are answered and is readable by its owner only.
    owner_url : the city's database.
    area : an area or grid code; only places within it are answered.
    threshold : least probability of an answer given without a person.

    Returns
    -------
    A sentence with the index time and the batch speed.

    Raises
    ------
    InputError   the source can't be read, its header names neither text nor lon and lat, or the area is no code.
    """
    if area is not None and not (area.isascii() and area.isdigit() and len(area) in CODE_DIGITS.values()):
        raise InputError(
            _("{area} is no area or grid code.", area=area),
            hint=_("City 4 digits, county 6, sub-district 9, community 12, grid 15."),
        )
    check_target(target, source)
    reader = _Rows(source)
    points = "text" not in reader.header and "lon" in reader.header
    batches = reader.batches(("id", "lon", "lat"), "crs") if points else reader.batches(("id", "text"))
    begun = time.monotonic()
    with owner_connection(owner_url) as conn:
        register = city_register(conn, area or "", threshold)
    answer = partial(_answer_points, register) if points else _texts(register)
    ready = time.monotonic()
    count = _write(target, ANSWER, _answered(batches, answer))
    spent = time.monotonic() - ready
    return ngettext(
        "{n} row answered in {spent:.1f} s, {speed} a second; index {index:.1f} s.",
        "{n} rows answered in {spent:.1f} s, {speed} a second; index {index:.1f} s.",
        count,
        spent=spent,
        speed=f"{count / max(spent, 1e-6):,.0f}",
        index=ready - begun,
    )


def parse_file(source: Path, target: Path) -> str:
    """Split the addresses (id,text) of a CSV into their parts, without a register.

    Raises
    ------
    InputError   the source can't be read, or its header lacks id or text.
    """
    check_target(target, source)
    batches = _Rows(source).batches(("id", "text"))
    begun = time.monotonic()
    parsed = (_lines([_parsed(key, parse(normalise(text))) for key, text in batch]) for batch in batches)
    count = _write(target, PARSED, parsed)
    return ngettext(
        "{n} row read in {spent:.1f} s.", "{n} rows read in {spent:.1f} s.", count, spent=time.monotonic() - begun
    )


def _parsed(key: str, parts: Parts) -> Sequence[str]:
    return [key, parts.estate, parts.building, parts.unit, parts.floor, parts.room]


class _Rows:
    """A CSV's rows by header, made to fit: a missing cell is empty, one too many is dropped."""

    def __init__(self, path: Path) -> None:
        self._path, self._encoding = path, csvfile.scan(path).encoding
        with self._open() as file:
            self.header = _header(next(csv.reader(file), []))

    def _open(self):
        return self._path.open(encoding="utf-8-sig" if self._encoding == "utf-8" else self._encoding, newline="")

    def batches(self, names: Sequence[str], *optional: str) -> Iterator[Batch]:
        """Yield the cells of the named columns by `BATCH` rows; a blank line is no row.

        Raises
        ------
        BadHeader   a column is lacking that is not optional; at once, not when the first batch is asked for.
        BadSource   a row can't be read.
        """
        lacking = [name for name in names if name not in self.header]
        if lacking:
            raise BadHeader(
                _("{file} has no column {names}.", file=self._path.name, names=listed(lacking)),
                hint=_("The first row names the columns: id,text or id,lon,lat and, if needed, crs."),
            )
        place = {name: k for k, name in enumerate(self.header)}
        return self._batches([place.get(name, len(self.header)) for name in (*names, *optional)])

    def _batches(self, places: Sequence[int]) -> Iterator[Batch]:
        csv.field_size_limit(_FIELD)
        width = len(self.header)
        lacking = [""] * width
        with self._open() as file:
            lines = csv.reader(file)
            next(lines, None)
            pick = itemgetter(*places)
            rows = (pick([*(cells + lacking)[:width], ""]) for cells in lines if cells)
            try:
                while batch := [*islice(rows, BATCH)]:
                    yield batch
            except csv.Error as error:
                raise BadSource(
                    _("{file}, line {line}: {why}.", file=self._path.name, line=lines.line_num, why=str(error))
                ) from error


def _header(cells: Sequence[str]) -> list[str]:
    """Name the columns; where the file has none of a name, a spelling of the same in a table of cases stands for it."""
    names = [name.strip().lower() for name in cells]
    meant = [_MEANT.get(headers.column("cases", name) or "", name) for name in names]
    return [
        name if name in _MEANT.values() or other in names else other for name, other in zip(names, meant, strict=True)
    ]


_MEANT = {"case_no": "id", "address": "text", "lon": "lon", "lat": "lat", "crs": "crs"}
"""Columns of the exchange format whose spellings (data/headers.csv) are read here too."""
Batch = list[tuple[str, ...]]
"""Cells of rows."""
Lines = tuple[int, str]
"""How many rows, and they themselves as the text of a CSV."""
Answering = Callable[[Batch], Lines]


def _answered(batches: Iterator[Batch], answer: Answering) -> Iterator[Lines]:
    """Answer the batches in order; of several batches, side by side in processes forked from this one.

    The index is not copied: a forked process reads its parent's memory. No connection is open while they live. What
    goes to and fro are rows of text, so that this process only reads and writes.
    """
    first = next(batches, [])
    if len(first) < BATCH or PROCESSES == 1:
        yield answer(first)
        yield from map(answer, batches)
        return
    context = multiprocessing.get_context("fork")
    with ProcessPoolExecutor(PROCESSES, context, initializer=_share, initargs=(answer,)) as pool:
        waiting: deque[Future[Lines]] = deque([pool.submit(_answer_batch, first)])
        for batch in batches:
            waiting.append(pool.submit(_answer_batch, batch))
            if len(waiting) == AHEAD * PROCESSES:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


_shared: list[Answering] = []
"""What a forked process answers with; empty in the process that forks."""


def _share(answer: Answering) -> None:
    _shared[:] = [answer]
    gc.disable()  # answers hold no rings; looking through register and caches for some took a fifth of the time


def _answer_batch(batch: Batch) -> Lines:
    return _shared[0](batch)


def _texts(register: Register) -> Answering:
    """Return what answers the texts of one file."""
    read = register.reader()

    def answer(batch: Batch) -> Lines:
        return _answers(batch, map(register.row, read([text for _key, text in batch])))

    return answer


def _answer_points(register: Register, batch: Batch) -> Lines:
    _keys, east, north, systems = zip(*batch, strict=True) if batch else ([], [], [], [])
    x, y = (
        np.array(pd.to_numeric(pd.Series(cells, dtype=object), errors="coerce"), dtype=float) for cells in (east, north)
    )
    broken = ~(np.isfinite(x) & np.isfinite(y))
    stated = np.array([name.strip() or "wgs84" for name in systems], dtype=object)
    for name in set(stated.tolist()):
        rows = np.flatnonzero((stated == name) & ~broken)
        try:
            x[rows], y[rows] = crs.to_storage(crs.parse(name), x[rows], y[rows])
        except CrsMismatch:
            broken[rows] = True
    x[broken] = y[broken] = np.nan
    found = register.place_points(x, y)
    found = found.assign(level=found["level"].replace("point", "community"))
    return _answers(batch, zip(*(found[name].tolist() for name in COLUMNS), strict=True))


def _answers(batch: Batch, found: Iterable[Sequence[Any]]) -> Lines:
    """Write answers (COLUMNS) in the exchange format; reasons in the user's language."""
    rows, told = [], cache(_)
    for row, answer in zip(batch, found, strict=True):
        status, level, dwelling, building, estate, _area, grid, lon, lat, score, reason, corrected, candidates = answer
        place = (row[0], status, level, dwelling, building, estate, grid, *_point(lon, lat))
        rows.append((*place, _share_of_one(score), told(reason), corrected, candidates))
    return _lines(rows)


@lru_cache(maxsize=1 << 10)
def _share_of_one(score: float) -> str:
    """Write a probability; remembered, since there are few kinds of evidence."""
    return f"{score:.3f}"


@lru_cache(maxsize=1 << 16)
def _point(lon: float, lat: float) -> tuple[str, str]:
    """Write a place; remembered, since a building has many doors."""
    return ("", "") if math.isnan(lon) else (f"{lon:.7f}", f"{lat:.7f}")


def _lines(rows: Sequence[Sequence[str]]) -> Lines:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return len(rows), text.getvalue()


def _write(target: Path, header: Sequence[str], parts: Iterable[Lines]) -> int:
    """Write a CSV beside the target and put it in its place at the end; answers say where people live, so mode 0600."""
    beside = target.with_name(f".{target.name}.part")
    count = 0
    try:
        with os.fdopen(
            os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8", newline=""
        ) as file:
            file.write(",".join(header) + "\n")
            for rows, text in parts:
                file.write(text)
                count += rows
        beside.replace(target)
    except OSError as error:
        raise InputError(_("{file} can't be written: {why}.", file=target.name, why=error.strerror or "")) from error
    finally:
        beside.unlink(missing_ok=True)
    return count
