"""`gridmap geocode` and `gridmap parse-address`: a CSV of addresses or points in, a CSV of answers out, row by row.

Every row of the input is answered once and in order, whatever it holds: an empty text, ten thousand characters, a
coordinate that is none. Texts are read in memory only; what goes to the log or the screen are counts and times.
"""

from __future__ import annotations

import csv
import gc
import multiprocessing
import os
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain, islice
from pathlib import Path

import numpy as np
import pandas as pd

from geo import crs
from geo.core.address import scores
from geo.core.address.normalise import normalise
from geo.core.address.parse import Parts, parse
from geo.core.geocode import Register
from geo.errors import BadHeader, BadSource, CrsMismatch, InputError
from geo.i18n import _
from geo.model import CODE_DIGITS
from geo.service.geocoding import city_register
from geo.store.database import owner_connection
from loaders import csvfile

ANSWER = [
    *("id", "status", "level", "dwelling_id", "building_id", "estate", "grid_code", "lon", "lat", "score", "reason"),
    *("corrected", "candidates"),
]
PARSED = ["id", "estate", "building", "unit", "floor", "room"]
BATCH = 5_000
"""Rows answered at a time, so that memory does not grow with the file; small, so that processes end together."""
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
    reader = _Rows(source)
    answer = _answer_texts if "text" in reader.header else _answer_points
    reader.need(("id", "text") if "text" in reader.header else ("id", "lon", "lat"))
    begun = time.monotonic()
    with owner_connection(owner_url) as conn:
        register = city_register(conn, area or "", threshold)
    ready = time.monotonic()
    count = _write(target, ANSWER, _answered(reader.batches(), register, answer))
    spent = time.monotonic() - ready
    return _(
        "{count} rows answered in {spent:.1f} s, {speed} a second; index {index:.1f} s.",
        count=f"{count:,}",
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
    reader = _Rows(source)
    reader.need(("id", "text"))
    begun = time.monotonic()
    rows = (_parsed(row["id"], parse(normalise(row["text"]))) for batch in reader.batches() for row in batch)
    count = _write(target, PARSED, rows)
    return _("{count} rows read in {spent:.1f} s.", count=f"{count:,}", spent=time.monotonic() - begun)


def _parsed(key: str, parts: Parts) -> Sequence[str]:
    return [key, parts.estate, parts.building, parts.unit, parts.floor, parts.room]


class _Rows:
    """A CSV's rows by header, made to fit: a missing cell is empty, one too many is dropped."""

    def __init__(self, path: Path) -> None:
        self._path, self._encoding = path, csvfile.scan(path).encoding
        with self._open() as file:
            self.header = [name.strip().lower() for name in next(csv.reader(file), [])]

    def _open(self):
        return self._path.open(encoding="utf-8-sig" if self._encoding == "utf-8" else self._encoding, newline="")

    def need(self, names: Sequence[str]) -> None:
        """Refuse a header that lacks a column.

        Raises
        ------
        BadHeader
        """
        lacking = [name for name in names if name not in self.header]
        if lacking:
            raise BadHeader(
                _("{file} has no column {names}.", file=self._path.name, names=", ".join(lacking)),
                hint=_("The first row names the columns: id,text or id,lon,lat and, if needed, crs."),
            )

    def batches(self) -> Iterator[list[dict[str, str]]]:
        """Yield rows by `BATCH`; a blank line is no row."""
        csv.field_size_limit(_FIELD)
        batch: list[dict[str, str]] = []
        with self._open() as file:
            lines = csv.reader(file)
            next(lines, None)
            try:
                for cells in lines:
                    if cells:
                        row = dict(zip(self.header, cells, strict=False))
                        batch.append({name: row.get(name, "") for name in self.header})
                    if len(batch) == BATCH:
                        yield batch
                        batch = []
            except csv.Error as error:
                raise BadSource(
                    _("{file}, line {line}: {why}.", file=self._path.name, line=lines.line_num, why=str(error))
                ) from error
        yield batch


Answering = Callable[[Register, list[dict[str, str]]], Iterator[Sequence[str]]]


def _answered(
    batches: Iterator[list[dict[str, str]]], register: Register, answer: Answering
) -> Iterator[Sequence[str]]:
    """Answer the batches in order; of several batches, side by side in processes forked from this one.

    The index is not copied: a forked process reads its parent's memory. No connection is open while they live.
    """
    first = next(batches)
    if len(first) < BATCH or PROCESSES == 1:
        for batch in (first, *batches):
            yield from answer(register, batch)
        return
    context = multiprocessing.get_context("fork")
    with context.Pool(PROCESSES, initializer=_share, initargs=(register, answer)) as pool:
        waiting = chain([first], batches)
        while window := [*islice(waiting, 16 * PROCESSES)]:  # a pool would read the whole file at once
            for rows in pool.imap(_answer_batch, window):
                yield from rows


_shared: list[tuple[Register, Answering]] = []
"""What a forked process answers with; empty in the process that forks."""


def _share(register: Register, answer: Answering) -> None:
    _shared[:] = [(register, answer)]
    gc.freeze()  # the register stays: looking through it for garbage again and again took a fifth of the time


def _answer_batch(batch: list[dict[str, str]]) -> list[Sequence[str]]:
    register, answer = _shared[0]
    return [*answer(register, batch)]


def _answer_texts(register: Register, batch: list[dict[str, str]]) -> Iterator[Sequence[str]]:
    found = register.place(pd.DataFrame({"address": pd.Series([row["text"] for row in batch], dtype=object)}))
    return _answers(batch, found)


def _answer_points(register: Register, batch: list[dict[str, str]]) -> Iterator[Sequence[str]]:
    lon, lat = (
        pd.to_numeric(pd.Series([row[name] for row in batch], dtype=object), errors="coerce") for name in ("lon", "lat")
    )
    x, y = np.array(lon, dtype=float), np.array(lat, dtype=float)
    broken = ~(np.isfinite(x) & np.isfinite(y))
    stated = np.array([row.get("crs", "").strip() or "wgs84" for row in batch], dtype=object)
    for name in set(stated.tolist()):
        rows = np.flatnonzero((stated == name) & ~broken)
        try:
            x[rows], y[rows] = crs.to_storage(crs.parse(name), x[rows], y[rows])
        except CrsMismatch:
            broken[rows] = True
    x[broken] = y[broken] = np.nan
    found = register.place_points(x, y)
    return _answers(batch, found.assign(level=found["level"].replace("point", "community")))


def _answers(batch: list[dict[str, str]], found: pd.DataFrame) -> Iterator[Sequence[str]]:
    """Yield the answers in the exchange format; reasons in the user's language."""
    columns = [found[name].tolist() for name in ANSWER[1:]]
    for row, (*place, lon, lat, score, reason, corrected, candidates) in zip(
        batch, zip(*columns, strict=True), strict=True
    ):
        point = ("", "") if np.isnan(lon) else (f"{lon:.7f}", f"{lat:.7f}")
        yield [row["id"], *place, *point, f"{score:.3f}", _(reason), corrected, candidates]


def _write(target: Path, header: Sequence[str], rows: Iterable[Sequence[str]]) -> int:
    """Write a CSV beside the target and put it in its place at the end; answers say where people live, so mode 0600."""
    beside = target.with_name(f".{target.name}.part")
    count = 0
    try:
        with os.fdopen(
            os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8", newline=""
        ) as file:
            out = csv.writer(file, lineterminator="\n")
            out.writerow(header)
            for count, row in enumerate(rows, start=1):  # noqa: B007  (the count outlives the loop)
                out.writerow(row)
        beside.replace(target)
    except OSError as error:
        raise InputError(_("{file} can't be written: {why}.", file=target.name, why=error.strerror or "")) from error
    finally:
        beside.unlink(missing_ok=True)
    return count
