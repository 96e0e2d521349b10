"""A load from end to end: files found and judged, rows read, checked, prepared, written, and what follows from them.

While one chunk is written the next is read and prepared in a second thread. The order is that of the tables'
dependencies; linking runs once areas, buildings and grids are in, so that workers and cases find their grids.
"""

from __future__ import annotations

import contextvars
import queue
import threading
import time
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import closing
from pathlib import Path

from geo.core.address import scores
from geo.errors import GridError, InputError
from geo.i18n import _
from geo.service import ingest
from geo.service.drafts import Draft
from geo.service.ingest import Batch, Intake
from geo.service.prepare import Surroundings
from loaders import checks, geometry, headers, report
from loaders.report import LoadReport, TableReport
from loaders.rows import Reader
from loaders.source import StatedCrs, discover, open_source
from loaders.tables import LINK_AFTER, LINKED, TABLES

VERSION = "2"
"""Version of the checks: a new one makes files that were loaded before be loaded again."""
_AHEAD = 2

Progress = Callable[[str, float, int], None]
"""Told of each chunk: what is being done, the share of it done, and the rows read so far."""


def load(
    paths: Iterable[Path | str],
    owner_url: str,
    *,
    crs: str | None = None,
    dry_run: bool = False,
    threshold: float = scores.THRESHOLD,
    progress: Progress | None = None,
) -> LoadReport:
    """Load folders and files in the exchange format.

    Parameters
    ----------
    paths : folders or files; one folder is one city or a part of one.
    owner_url : the owner's connection.
    crs : what holds for files and rows that state no system: `4490`, `gcj02`; for one table whatever it states:
        `buildings=gcj02`; several joined by commas.
    dry_run : check everything, say everything, write nothing but the rejects files.
    threshold : least probability of an address answer given without a person.

    Raises
    ------
    InputError, CrsMismatch   a file can't be used; all such files are named, and nothing was loaded.
    StoreError                the database refused or went away; run the same load again and it is completed.
    """
    begun = time.monotonic()
    stated = StatedCrs(crs)
    tell = progress or (lambda _what, _share, _rows: None)
    readers = _open(paths, stated)
    tables: list[TableReport] = []
    with ingest.intake(owner_url, rehearsal=dry_run, threshold=threshold) as intake:
        intake.seed_categories(headers.rows("categories.csv"))
        linked = False
        for reader in readers:
            if not linked and _position(reader.source.table.name) > _position(LINK_AFTER):
                linked = _link(intake, tell)
            tables.append(_load_table(intake, reader, stated, tell))
        if not linked:
            _link(intake, tell)
        _finish(intake, tell)
        _audit(intake, tables)
        notes = intake.area_notes() if any(table.table == "areas" for table in tables) else []
    return LoadReport(tuple(tables), dry_run, time.monotonic() - begun, tuple(notes))


def _position(table: str) -> int:
    return [*TABLES].index(table)


def _open(paths: Iterable[Path | str], stated: StatedCrs) -> list[Reader]:
    """Open every source before a row is read, so that a bad file is told before anything is written."""
    readers: list[Reader] = []
    faults: list[GridError] = []
    for source in discover(Path(path) for path in paths):
        try:
            readers.append(open_source(source, stated))
        except GridError as error:
            said = str(error)
            error.args = (said if source.path.name in said else _("{name}: {said}", name=source.title, said=said),)
            faults.append(error)
    if len(faults) == 1:
        raise faults[0]
    if faults:
        raise InputError(
            "\n".join(str(fault) for fault in faults), hint="\n".join(dict.fromkeys(f.hint for f in faults if f.hint))
        )
    return readers


def _link(intake: Intake, tell: Progress) -> bool:
    intake.link(LINKED, lambda step, done, total: tell(step, done / total, 0))
    return True


def _finish(intake: Intake, tell: Progress) -> None:
    intake.refresh_figures(lambda: tell(_("Figures"), 0.0, 0))


def _audit(intake: Intake, tables: list[TableReport]) -> None:
    """Leave a row in the audit log where anything was loaded."""
    names = ("read", "accepted", "updated", "rejected")
    counts = {table.source: {name: getattr(table, name) for name in names} for table in tables if not table.again}
    if counts:
        intake.note(report.user(), counts)


def _load_table(intake: Intake, reader: Reader, stated: StatedCrs, tell: Progress) -> TableReport:
    """Load one table from one file, or find that it is loaded."""
    table = reader.source.table
    fingerprint = ":".join((reader.fingerprint, VERSION, stated.text))
    batch = intake.open_batch(table.name, reader.source.title, fingerprint, [table.name, *table.parents])
    path = report.rejects_path(reader.source)
    if not batch.finished:
        around = intake.surroundings(table.name)
        around.crs = stated.of(table.name)
        around.declared = _declared(reader, around)
        categories = _categories(intake) if table.name == "cases" else {}
        rows = 0
        with intake.filling(batch, reader.source.path.stat().st_size):
            # A rehearsal is one transaction on one connection, which two threads can't share.
            ahead = iter if intake.rehearsal else _ahead
            for draft in ahead(_drafts(intake, batch, reader, around, categories)):
                rows += draft.read
                if draft.number not in batch.done:
                    intake.write(batch, draft)
                tell(reader.source.title, draft.done, rows)
        report.write_rejects(path, table, intake.rejects(batch))
        intake.finish(batch, _notes(reader, batch, around))
        return _report(reader, batch, path)
    tell(reader.source.title, 1.0, 0)
    return _report(reader, batch, path, again=True)


def _declared(reader: Reader, around: Surroundings) -> bool:
    """Tell whether points come in plain degrees, which a shift could hide behind."""
    crs = reader.crs or around.crs
    return crs is None or (crs.degrees and not crs.shifted)


def _categories(intake: Intake) -> dict[str, str]:
    """Map each folded spelling of a category to its code."""
    return {headers.fold(name): code for code, zh, en, _ledger in intake.categories() for name in (zh, en, code)}


def _drafts(
    intake: Intake, batch: Batch, reader: Reader, around: Surroundings, categories: dict[str, str]
) -> Generator[Draft]:
    """Read, check and prepare chunk by chunk."""
    table = reader.source.table
    with intake.recalling(batch) as recall:
        for raw in reader.chunks():
            draft = checks.check(table, raw, categories, recall)
            if draft.geometry is not None and reader.crs is not None:
                geometry.settle(table, draft, reader.crs, reader.source.title)
            yield ingest.ready(table.name, table.key, draft, around)


def _ahead(drafts: Generator[Draft]) -> Iterator[Draft]:
    """Run an iterator in a thread of its own, a few items ahead; its error is raised here."""
    line: queue.Queue[Draft | BaseException | None] = queue.Queue(maxsize=_AHEAD)
    stopped = threading.Event()

    def put(item: Draft | BaseException | None) -> bool:
        while not stopped.is_set():
            try:
                line.put(item, timeout=0.2)
            except queue.Full:
                continue
            return True
        return False

    def run() -> None:
        try:
            with closing(drafts):
                for draft in drafts:
                    if not put(draft):
                        return
            put(None)
        except BaseException as error:
            put(error)

    worker = threading.Thread(target=contextvars.copy_context().run, args=(run,), name="load-ahead", daemon=True)
    worker.start()
    try:
        while (item := line.get()) is not None:
            if isinstance(item, BaseException):
                raise item
            yield item
    finally:
        stopped.set()
        worker.join()


def _notes(reader: Reader, batch: Batch, around: Surroundings) -> list[dict[str, object]]:
    """Gather what is to be said of a table."""
    totals: dict[str, int] = {}
    for chunk in batch.done.values():
        for code, count in chunk.notes.items():
            totals[code] = totals.get(code, 0) + count
    notes: list[dict[str, object]] = [{"code": code, "count": count} for code, count in totals.items()]
    if reader.header.unknown:
        notes.insert(0, {"code": "unknown_columns", "names": [*reader.header.unknown]})
    if system := around.trial.verdict:
        gain = around.trial.good[system] / around.trial.tried
        notes.append({"code": "looks_shifted", "system": system, "share": f"{gain:.0%}", "table": batch.table})
    return notes


def _report(reader: Reader, batch: Batch, path: Path, *, again: bool = False) -> TableReport:
    counts = {
        name: sum(getattr(chunk, name) for chunk in batch.done.values())
        for name in ("read", "accepted", "updated", "unchanged", "rejected")
    }
    if again:  # nothing was written this time: what is in the file is in the database
        counts |= {
            "accepted": 0,
            "updated": 0,
            "unchanged": counts["accepted"] + counts["updated"] + counts["unchanged"],
        }
    found = path if counts["rejected"] and path.exists() else None
    return TableReport(
        batch.table, reader.source.title, **counts, again=again, rejects_path=found, notes=tuple(batch.notes)
    )
