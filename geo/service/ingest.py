"""The door for loaders: batches that can be killed and resumed, chunks and their checkpoints, what follows a load.

A batch is one table of one file's content. A chunk's rows, its rejects and its checkpoint are one transaction, so a
load that dies is taken up where it was, and a finished one is not done twice. Nothing is read from files here, and
nobody's name is logged.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field

import geopandas as gpd
import numpy as np
import psycopg
import pyarrow as pa
import shapely

from geo.core import tiling
from geo.core.address import scores
from geo.crs import metric_epsg_for, transform
from geo.errors import StoreError
from geo.i18n import _
from geo.service import geocoding, linking, prepare
from geo.service.drafts import Draft, Recall, Reject
from geo.service.prepare import Surroundings
from geo.store import audit, counts
from geo.store import ingest as store
from geo.store.database import owner_connection
from geo.store.ingest import Chunk

log = logging.getLogger(__name__)

POINTS = ("cases", "devices")
"""Tables whose rows carry points of their own."""

FILLED = ("dwellings", "households", "residents", "cases", "visits")
"""Tables large enough for filling them while they are empty to be worth a transaction of its own."""
FILL_BYTES = 512 << 20
"""A larger file is loaded chunk by chunk even into an empty table: a kill then costs one chunk and not the file."""


@dataclass(slots=True)
class Batch:
    """A load of one table from one file.

    Attributes
    ----------
    done : checkpoints by chunk number, those of an earlier attempt included.
    finished : the same content was loaded before and nothing it stands on has changed since.
    empty : the table was empty when this transaction began (see `Intake.filling`).
    notes : what was said when it was finished.
    """

    batch_id: int
    table: str
    done: dict[int, Chunk]
    finished: bool = False
    empty: bool = False
    notes: list[dict[str, object]] = field(default_factory=list)


class Intake:
    """One load on the owner's connection; made by `intake`."""

    def __init__(
        self, conn: psycopg.Connection, owner_url: str, *, rehearsal: bool = False, threshold: float = scores.THRESHOLD
    ) -> None:
        self._conn, self._owner_url, self._threshold = conn, owner_url, threshold
        self.rehearsal = rehearsal

    def seed_categories(self, rows: Iterable[Mapping[str, object]]) -> None:
        """Bring the category table in where it lacks a category; `rows` as data/categories.csv."""
        with self._conn.transaction():
            store.seed_categories(self._conn, [dict(row) | {"sort_order": place} for place, row in enumerate(rows)])

    def categories(self) -> list[tuple[str, str, str, str]]:
        """Return every category: code, Chinese name, English name, ledger."""
        with self._conn.transaction():
            return store.categories(self._conn)

    def open_batch(self, table: str, source: str, fingerprint: str, upstream: Sequence[str]) -> Batch:
        """Take up the batch of this content, or start one.

        Parameters
        ----------
        upstream : the table and those whose rows its keys name; a change of theirs since makes a new batch.
        """
        with self._conn.transaction():
            found = store.find_batch(self._conn, table, source, fingerprint, upstream)
            if found and not found[2]:
                chunks = {chunk.number: chunk for chunk in store.chunks_done(self._conn, found[0])}
                notes = store.batch_notes(self._conn, found[0])
                return Batch(found[0], table, chunks, finished=found[1] == "done", notes=notes)
            return Batch(store.start_batch(self._conn, table, source, fingerprint), table, {})

    def surroundings(self, table: str) -> Surroundings:
        """Fetch what preparing a table's rows asks of the database."""
        around = Surroundings()
        with self._conn.transaction():
            if table in ("buildings", "grids", *POINTS):
                rows = store.communities(self._conn)
                around.community_codes = np.array([row[0] for row in rows], dtype=object)
                around.community_shapes = shapely.from_wkb(np.array([row[2] for row in rows], dtype=object))
            if table == "cases":
                around.ledgers = {row[0]: row[3] for row in store.categories(self._conn)}
                around.footprints = shapely.from_wkb(np.array(store.footprints(self._conn), dtype=object))
                around.register = geocoding.city_register(self._conn, threshold=self._threshold)
        return around

    @contextmanager
    def filling(self, batch: Batch, size: int) -> Iterator[None]:
        """Fill an empty table in one transaction where its file is small enough to be read again after a kill.

        Parameters
        ----------
        size : of the file, bytes.
        """
        if batch.table not in FILLED or batch.done or size > FILL_BYTES:
            yield
            return
        with self._conn.transaction(), store.filling(self._conn, batch.table) as batch.empty:
            yield
        batch.empty = False

    @contextmanager
    def recalling(self, batch: Batch) -> Iterator[Recall | None]:
        """Give what tells what is stored of a table's rows, for columns their file leaves out.

        It has a connection of its own, so that a chunk can be checked while the one before it is written; in a
        rehearsal the one it all runs on, whose locks would keep another waiting. None where nothing is stored yet.
        """
        if batch.empty:
            yield None
            return
        with nullcontext(self._conn) if self.rehearsal else owner_connection(self._owner_url) as conn:

            def recall(keys: Mapping[str, pa.Array]) -> dict[str, list[object]]:
                with conn.transaction():
                    asked = {name: values.to_pylist() for name, values in keys.items()}
                    names, rows = store.stored(conn, batch.table, asked)
                return dict(zip(names, map(list, zip(*rows, strict=True)), strict=False))

            yield recall

    def write(self, batch: Batch, draft: Draft) -> Chunk:
        """Write a prepared chunk and its checkpoint in one transaction."""
        with self._conn.transaction():
            if batch.table == "grids":
                plan = linking.adopt_grids(self._conn, _grid_frame(draft)) if len(draft) else linking.Counts(0, 0, 0, 0)
                written = store.Written(plan.accepted, plan.updated, plan.unchanged, [])
            else:
                written = store.write_rows(
                    self._conn, batch.table, _rows(draft, store.columns_of(batch.table)), empty=batch.empty
                )
                if written.accepted + written.updated:
                    store.bump(self._conn, batch.table)
            rejects: list[Reject] = [*draft.rejects, *((*orphan, "unknown_parent") for orphan in written.orphans)]
            chunk = Chunk(draft.number, draft.read, *written[:3], len(rejects), draft.notes)
            store.checkpoint(self._conn, batch.batch_id, chunk, rejects)
            if batch.table == "areas":
                self._settle_city()
        batch.done[chunk.number] = chunk
        return chunk

    def _settle_city(self) -> None:
        """Fix what follows from the areas: metric system, name, partitions of their counties."""
        shapes = shapely.from_wkb([row[2] for row in store.communities(self._conn)])
        if len(shapes):
            west, south, east, north = shapely.total_bounds(shapes)
            store.settle_city(self._conn, metric_epsg_for((west, south, east, north)))

    def rejects(self, batch: Batch) -> Iterator[Reject]:
        """Stream a batch's rejects in the order of the file."""
        with self._conn.transaction():
            yield from store.rejects(self._conn, batch.batch_id)

    def finish(self, batch: Batch, notes: Sequence[dict[str, object]]) -> None:
        """Close a batch whose rejects file is written."""
        with self._conn.transaction():
            if any(chunk.accepted + chunk.updated for chunk in batch.done.values()) and batch.table != "grids":
                store.analyse(self._conn, batch.table)
            store.finish_batch(self._conn, batch.batch_id, notes)
        batch.finished, batch.notes = True, [*notes]
        counts = {"read": sum(chunk.read for chunk in batch.done.values())}
        log.info("table loaded", extra={"action": "ingest.finish", "table": batch.table, **counts})

    def link(self, tables: Sequence[str], progress: linking.Progress | None = None) -> bool:
        """Run the linking where any of the tables has changed since it last ran; tell whether it ran."""
        with self._conn.transaction():
            if not store.needs_link(self._conn, tables):
                return False
            linking.link(self._conn, progress, self._threshold)
            store.note_link(self._conn)
        return True

    def refresh_figures(self, tell: Callable[[], None]) -> bool:
        """Make the figures of grids anew where rows have come in since they were made; tell whether they were."""
        with self._conn.transaction():
            if not store.needs_figures(self._conn):
                return False
            tell()
            counts.refresh_figures(self._conn)
            store.note_figures(self._conn)
        return True

    def note(self, actor: str, counts: Mapping[str, Mapping[str, int]]) -> None:
        """Write the audit row: who brought in how many rows of what."""
        with self._conn.transaction():
            audit.append(self._conn, actor, "load", object_kind="tables", detail=dict(counts))

    def area_notes(self) -> list[dict[str, object]]:
        """Tell overlaps of communities and holes between them."""
        with self._conn.transaction():
            rows, wet = store.communities(self._conn), store.water_areas(self._conn)
            epsg = store.metric_epsg(self._conn)
        if not rows or epsg is None:
            return []
        shapes, water = _metric([row[2] for row in rows], epsg), _metric(wet, epsg)
        notes: list[dict[str, object]] = []
        for first, second, area_m2, width_m in tiling.overlaps(shapes):
            pair: dict[str, object] = {
                "first": rows[first][1],
                "first_code": rows[first][0],
                "second": rows[second][1],
                "second_code": rows[second][0],
            }
            notes.append({"code": "overlap", "area_m2": round(area_m2, 1), "width_m": round(width_m, 1)} | pair)
        for near, area_m2 in tiling.holes(shapes, water):
            notes.append(
                {"code": "hole", "area_m2": round(area_m2, 1), "first": rows[near][1], "first_code": rows[near][0]}
            )
        return notes


def _metric(shapes: list[bytes], epsg: int) -> np.ndarray:
    """Read WKB in EPSG:4326 as shapes in the city's metric system."""
    return shapely.transform(
        shapely.from_wkb(np.array(shapes, dtype=object)),
        lambda xy: np.column_stack(transform("EPSG:4326", f"EPSG:{epsg}", xy[:, 0], xy[:, 1])),
    )


@contextmanager
def intake(owner_url: str, *, rehearsal: bool = False, threshold: float = scores.THRESHOLD) -> Iterator[Intake]:
    """Open the one place for a load.

    Parameters
    ----------
    rehearsal : do everything and undo it at the end.
    threshold : least probability of an address answer given without a person.

    Raises
    ------
    StoreError   another load is under way, or the database can't be reached.
    """
    with owner_connection(owner_url) as conn:
        if not store.lock(conn):
            raise StoreError(
                _("Another load is under way."), hint=_("Wait until it has ended and run the same command again.")
            )
        store.prepare(conn)
        conn.commit()
        with conn.transaction(force_rollback=True) if rehearsal else nullcontext():
            yield Intake(conn, owner_url, rehearsal=rehearsal, threshold=threshold)


def _rows(draft: Draft, names: Sequence[str]) -> pa.Table:
    """Lay a draft out as its staging table wants it."""
    columns = dict(draft.columns) | {"line": pa.array(draft.lines)}
    if draft.geometry is not None:
        shapes = shapely.set_srid(draft.geometry, 4326)
        columns["geom"] = pa.array(shapely.to_wkb(shapes, hex=True, include_srid=True), pa.string())
    return pa.table({name: columns[name] for name in names})


def _grid_frame(draft: Draft) -> gpd.GeoDataFrame:
    frame = {name: draft.texts(name) for name in ("grid_code", "community_code", "name")}
    return gpd.GeoDataFrame(frame, geometry=draft.geometry, crs="EPSG:4326")


def ready(table: str, key: tuple[str, ...], draft: Draft, around: Surroundings) -> Draft:
    """Complete a checked chunk (see `geo.service.prepare`); without a connection, so beside `Intake.write`."""
    prepare.prepare(table, key, draft, around)
    return draft
