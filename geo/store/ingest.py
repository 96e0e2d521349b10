"""Writing a load: COPY to a staging table, then set by set into the tables, with a checkpoint in the same transaction.

The caller owns the transaction. Rows whose parent is not there come back as orphans; the others are told apart as
accepted (new), updated and unchanged by comparing every column.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import LiteralString, NamedTuple, cast

import psycopg
import pyarrow as pa
import pyarrow.csv as pacsv
from psycopg import sql
from psycopg.types.json import Jsonb

from geo.store.database import hold
from geo.store.sql import queries

_SQL = queries("ingest")
_ROWS = queries("ingest_city") | queries("ingest_people")
_STORED = queries("stored")
_STAGE = {
    name: re.match(r"COPY (\w+)", _ROWS[f"{name}_copy"]) for name in (q[:-5] for q in _ROWS if q.endswith("_copy"))
}
_COPY_BLOCK = 1 << 20

Orphan = tuple[int, str, str]
"""Line, column and value of a row whose parent is not there."""


class Written(NamedTuple):
    """What became of a chunk's rows."""

    accepted: int
    updated: int
    unchanged: int
    orphans: list[Orphan]


class Chunk(NamedTuple):
    """A checkpoint."""

    number: int
    read: int
    accepted: int
    updated: int
    unchanged: int
    rejected: int
    notes: dict[str, int]


def columns_of(table: str) -> list[str]:
    """Name the columns a table's rows are staged with, in order, the line first."""
    listed = re.search(r"\(([^)]*)\)", _ROWS[f"{table}_copy"])
    return [name.strip() for name in listed[1].split(",")] if listed else []


def lock(conn: psycopg.Connection) -> bool:
    """Take the one place for a load, as long as its connection lives; False where another load holds it."""
    return hold(conn, "gridmap load")


def prepare(conn: psycopg.Connection) -> None:
    """Set what a bulk load wants of this session."""
    conn.execute(_SQL["settings"])


def seed_categories(conn: psycopg.Connection, rows: Iterable[Mapping[str, object]]) -> None:
    """Bring the category table in where it lacks a category."""
    with conn.cursor() as cursor:
        cursor.executemany(_SQL["seed_category"], [*rows])


def categories(conn: psycopg.Connection) -> list[tuple[str, str, str, str]]:
    """Return every category: code, Chinese name, English name, ledger."""
    return conn.execute(_SQL["categories"]).fetchall()


def write_rows(conn: psycopg.Connection, table: str, rows: pa.Table, *, empty: bool = False) -> Written:
    """Write a chunk.

    Parameters
    ----------
    table : a table of the exchange format.
    rows : the columns of `columns_of`; geometry as hexadecimal EWKB.
    empty : the table was empty before this transaction, and every key of the rows is new in it.
    """
    _stage(conn, table, rows)
    orphans = conn.execute(_ROWS[f"{table}_orphans"]).fetchall() if f"{table}_orphans" in _ROWS else []
    for name in (f"{table}_settle_moves", f"{table}_settle"):
        if name in _ROWS:
            conn.execute(_ROWS[name])
    if empty:
        # The clause that tells new rows from known ones is the last of every insert.
        plain = _ROWS[f"{table}_insert"].partition("\nWHERE NOT EXISTS")[0]
        accepted = conn.execute(cast("LiteralString", plain)).rowcount
        return Written(accepted, 0, len(rows) - len(orphans) - accepted, orphans)
    updated = conn.execute(_ROWS[f"{table}_update"]).rowcount
    if updated:
        for name in (name for name in _ROWS if name.startswith(f"{table}_follow_")):
            conn.execute(_ROWS[name])
    accepted = conn.execute(_ROWS[f"{table}_insert"]).rowcount
    return Written(accepted, updated, len(rows) - len(orphans) - updated - accepted, orphans)


def stored(
    conn: psycopg.Connection, table: str, keys: Mapping[str, list[str]]
) -> tuple[list[str], list[tuple[object, ...]]]:
    """Return the columns a file may leave out and what is stored in them: a row a key, nulls where nothing is stored.

    Parameters
    ----------
    keys : by column, the same number of each.
    """
    cursor = conn.execute(_STORED[table], keys)
    return [column.name for column in cursor.description or ()], cursor.fetchall()


def _stage(conn: psycopg.Connection, table: str, rows: pa.Table) -> None:
    """Replace the staging table's rows. pyarrow quotes every text and no null, which is how COPY tells them apart."""
    name = _STAGE[table]
    assert name is not None  # every `_copy` query starts with COPY
    conn.execute(cast("LiteralString", f"TRUNCATE {name[1]}"))
    sink = io.BytesIO()
    pacsv.write_csv(rows.select(columns_of(table)), sink, pacsv.WriteOptions(include_header=False))
    view = sink.getbuffer()
    with conn.cursor() as cursor, cursor.copy(_ROWS[f"{table}_copy"]) as copy:
        for start in range(0, len(view), _COPY_BLOCK):
            copy.write(view[start : start + _COPY_BLOCK])


def analyse(conn: psycopg.Connection, table: str) -> None:
    """Tell the planner about a table that has grown."""
    conn.execute(sql.SQL("ANALYZE {}").format(_target(table)))


def _target(table: str) -> sql.Identifier:
    """Return the database's own name of a table of the exchange format."""
    irregular = {"cases": "case_record", "aliases": "alias"}
    return sql.Identifier(irregular.get(table, table.removesuffix("s")))


@contextmanager
def filling(conn: psycopg.Connection, table: str) -> Iterator[bool]:
    """Fill an empty table in one transaction without its foreign keys, indexes and counting; put them back at the end.

    Yields whether the table was empty; where it was not, nothing is done. Checked row by row a foreign key costs as
    much as all else (13 of 28 microseconds a resident), at the end half a second for the table. Other sessions wait
    for the table meanwhile, which holds nothing they could read.
    """
    target = _target(table)
    name = {"table": target.as_string(conn)}
    row = conn.execute(sql.SQL(_SQL["holds_rows"]).format(table=target)).fetchone()
    if row is None or row[0]:
        yield False
        return
    keys = conn.execute(_SQL["foreign_keys"], name).fetchall()
    indexes = conn.execute(_SQL["plain_indexes"], name).fetchall()
    for key, _definition in keys:
        conn.execute(sql.SQL("ALTER TABLE {} DROP CONSTRAINT {}").format(target, sql.Identifier(key)))
    for index, _definition in indexes:
        conn.execute(sql.SQL("DROP INDEX {}").format(sql.Identifier(index)))
    conn.execute(sql.SQL("ALTER TABLE {} DISABLE TRIGGER USER").format(target))
    yield True
    conn.execute(sql.SQL("ALTER TABLE {} ENABLE TRIGGER USER").format(target))
    for _index, definition in indexes:
        conn.execute(cast("LiteralString", definition))
    for key, definition in keys:
        rule = sql.SQL(cast("LiteralString", definition))
        conn.execute(sql.SQL("ALTER TABLE {} ADD CONSTRAINT {} {}").format(target, sql.Identifier(key), rule))
    if table == "cases":
        conn.execute(_SQL["recount"])


def find_batch(
    conn: psycopg.Connection, table: str, source: str, fingerprint: str, upstream: Sequence[str]
) -> tuple[int, str, bool] | None:
    """Return the last batch of the same content: its number, its status, and whether what it stands on has changed."""
    values = {"table_name": table, "source": source, "fingerprint": fingerprint, "upstream": [*upstream]}
    return conn.execute(_SQL["find_batch"], values).fetchone()


def start_batch(conn: psycopg.Connection, table: str, source: str, fingerprint: str) -> int:
    """Start a batch and let go of earlier ones of the same file."""
    values = {"table_name": table, "source": source, "fingerprint": fingerprint}
    row = conn.execute(_SQL["start_batch"], values).fetchone()
    assert row is not None  # RETURNING of one inserted row
    conn.execute(_SQL["drop_batches"], {"table_name": table, "source": source, "keep": row[0]})
    conn.execute(_SQL["forget_rejects"])
    return row[0]


def chunks_done(conn: psycopg.Connection, batch: int) -> list[Chunk]:
    """Return a batch's checkpoints."""
    return [Chunk(*row) for row in conn.execute(_SQL["chunks_done"], {"batch_id": batch}).fetchall()]


def checkpoint(
    conn: psycopg.Connection, batch: int, chunk: Chunk, rejects: Iterable[tuple[int, str, str, str]]
) -> None:
    """Note a chunk as written, in the transaction that wrote it."""
    values = chunk._asdict() | {"batch_id": batch, "chunk_no": chunk.number, "notes": Jsonb(chunk.notes)}
    conn.execute(_SQL["checkpoint"], values)
    with conn.cursor() as cursor, cursor.copy(_SQL["copy_rejects"]) as copy:
        for line, column, value, code in rejects:
            copy.write_row((batch, chunk.number, line, column, value, code))


def rejects(conn: psycopg.Connection, batch: int, size: int = 5_000) -> Iterable[tuple[int, str, str, str]]:
    """Stream a batch's rejects in the order of the file."""
    with conn.cursor(name="load_rejects") as cursor:
        cursor.itersize = size
        yield from cursor.execute(_SQL["rejects"], {"batch_id": batch})


def finish_batch(conn: psycopg.Connection, batch: int, notes: Sequence[object]) -> None:
    """Note a batch as done and let go of its rejects."""
    conn.execute(_SQL["finish_batch"], {"batch_id": batch, "notes": Jsonb([*notes])})
    conn.execute(_SQL["forget_rejects"])


def batch_notes(conn: psycopg.Connection, batch: int) -> list[dict[str, object]]:
    """Return what was said of a batch when it was done."""
    row = conn.execute(_SQL["batch_notes"], {"batch_id": batch}).fetchone()
    return row[0] if row else []


def needs_link(conn: psycopg.Connection, tables: Sequence[str]) -> bool:
    """Tell whether any of the tables has changed since the last linking."""
    row = conn.execute(_SQL["needs_link"], {"tables": [*tables]}).fetchone()
    return bool(row and row[0])


def note_link(conn: psycopg.Connection) -> None:
    """Note that the linking has seen every chunk."""
    conn.execute(_SQL["note_link"])


def needs_figures(conn: psycopg.Connection) -> bool:
    """Tell whether any chunk has come in since the figures were last made."""
    row = conn.execute(_SQL["needs_figures"]).fetchone()
    return bool(row and row[0])


def note_figures(conn: psycopg.Connection) -> None:
    """Note that the figures have seen every chunk."""
    conn.execute(_SQL["note_figures"])


def bump(conn: psycopg.Connection, layer: str) -> None:
    """Raise a layer's data version."""
    conn.execute(_SQL["bump"], {"layer": layer})


def communities(conn: psycopg.Connection) -> list[tuple[str, str, bytes]]:
    """Return the communities: code, name, polygon as WKB."""
    return conn.execute(_SQL["communities"]).fetchall()


def water_areas(conn: psycopg.Connection) -> list[bytes]:
    """Return the water that has an extent, as WKB."""
    return [row[0] for row in conn.execute(_SQL["water_areas"]).fetchall()]


def footprints(conn: psycopg.Connection) -> list[bytes]:
    """Return the buildings that have an extent, as WKB."""
    return [row[0] for row in conn.execute(_SQL["footprints"]).fetchall()]


def metric_epsg(conn: psycopg.Connection) -> int | None:
    """Return the city's metric system, None before the first load."""
    row = conn.execute(_SQL["city"]).fetchone()
    return row[1] if row else None


def settle_city(conn: psycopg.Connection, epsg: int) -> None:
    """Fix what follows from the areas: name, metric system, partitions."""
    conn.execute(_SQL["set_metric"], {"epsg": epsg})
    conn.execute(_SQL["name_city"])
    conn.execute(_SQL["create_counties"])
