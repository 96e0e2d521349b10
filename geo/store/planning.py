"""Rows of the planner: drafts, strokes, locks, and the ground they are drawn on. The caller owns the transaction."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg.rows import class_row, dict_row
from psycopg.types.json import Jsonb

from geo.store.sql import queries

_SQL = queries("planning")
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class DraftRow:
    """A draft as stored; see migration 0040."""

    draft_id: int
    name: str
    area_code: str
    status: str
    base_plan_id: int
    options: dict[str, Any]
    revision: int
    head_seq: int | None
    redo_seq: int | None
    undo_steps: int
    redo_steps: int
    created_by: str
    created_at: dt.datetime
    changed_at: dt.datetime
    submitted_by: str | None
    note: str
    plan_id: int | None


@dataclass(frozen=True, slots=True)
class StrokeRow:
    """A stroke as stored."""

    seq: int
    kind: str
    actor: str
    at: dt.datetime
    parent_seq: int | None
    of_seq: int | None
    redo_after: int | None
    communities: list[str]
    detail: dict[str, Any]
    moves: dict[str, list[str]]


def rows(conn: psycopg.Connection, query: str, **values: object) -> list[Row]:
    """Run a named query and return its rows as dictionaries."""
    with conn.cursor(row_factory=dict_row) as cursor:
        return cursor.execute(_SQL[query], values).fetchall()


def one(conn: psycopg.Connection, query: str, **values: object) -> Row | None:
    """Run a named query and return its first row."""
    with conn.cursor(row_factory=dict_row) as cursor:
        return cursor.execute(_SQL[query], values).fetchone()


def run(conn: psycopg.Connection, query: str, **values: object) -> int:
    """Run a named statement and return how many rows it touched."""
    return conn.execute(_SQL[query], values).rowcount


def versions(conn: psycopg.Connection) -> dict[str, int]:
    """Return the data version of every layer."""
    return dict(conn.execute(_SQL["versions"]).fetchall())


def add_draft(
    conn: psycopg.Connection, name: str, area: str, plan_id: int, options: Mapping[str, object], actor: str
) -> int:
    """Start a draft and return its number."""
    values = {"name": name, "area": area, "plan_id": plan_id, "options": Jsonb(dict(options)), "actor": actor}
    row = conn.execute(_SQL["add_draft"], values).fetchone()
    assert row is not None  # RETURNING of one inserted row
    return int(row[0])


def draft(conn: psycopg.Connection, draft_id: int, *, hold: bool = False) -> DraftRow | None:
    """Return a draft; `hold` keeps others from changing it until the transaction ends."""
    with conn.cursor(row_factory=class_row(DraftRow)) as cursor:
        return cursor.execute(_SQL["lock_draft" if hold else "draft"], {"draft_id": draft_id}).fetchone()


def drafts(conn: psycopg.Connection, area: str) -> list[DraftRow]:
    """Return the drafts within an area, newest first."""
    with conn.cursor(row_factory=class_row(DraftRow)) as cursor:
        return cursor.execute(_SQL["drafts"], {"area": area}).fetchall()


def stroke(conn: psycopg.Connection, draft_id: int, seq: int) -> StrokeRow | None:
    """Return one stroke."""
    with conn.cursor(row_factory=class_row(StrokeRow)) as cursor:
        return cursor.execute(_SQL["stroke"], {"draft_id": draft_id, "seq": seq}).fetchone()


def add_stroke(conn: psycopg.Connection, draft_id: int, stroke: StrokeRow) -> None:
    """Write one stroke; its time is the database's."""
    values = {
        "draft_id": draft_id,
        "seq": stroke.seq,
        "kind": stroke.kind,
        "actor": stroke.actor,
        "parent_seq": stroke.parent_seq,
        "of_seq": stroke.of_seq,
        "redo_after": stroke.redo_after,
        "communities": stroke.communities,
        "detail": Jsonb(stroke.detail),
        "moves": Jsonb(stroke.moves),
    }
    conn.execute(_SQL["add_stroke"], values)


def places(conn: psycopg.Connection, draft_id: int, community: str = "") -> dict[str, str]:
    """Return the places that differ from the base, of one community or of all."""
    found = conn.execute(_SQL["places"], {"draft_id": draft_id, "community": community}).fetchall()
    return {place: grid for place, _community, grid in found}


def put_places(conn: psycopg.Connection, draft_id: int, grid_of: Mapping[str, str], base: Mapping[str, str]) -> None:
    """Write the grids of places; those that are as in the base need no row."""
    differing = {place: grid for place, grid in grid_of.items() if base.get(place, "") != grid}
    same = [place for place in grid_of if place not in differing]
    if differing:
        values = {"draft_id": draft_id, "places": [*differing], "grids": [*differing.values()]}
        conn.execute(_SQL["put_places"], values)
    if same:
        conn.execute(_SQL["drop_places"], {"draft_id": draft_id, "places": same})


def names(conn: psycopg.Connection, query: str, **values: object) -> list[Any]:
    """Return the first column of a named query."""
    return [row[0] for row in conn.execute(_SQL[query], values).fetchall()]


def audit(conn: psycopg.Connection, actor: str, action: str, draft_id: int, reason: str = "", **detail: object) -> None:
    """Write down what happened to a draft."""
    values = {"actor": actor, "action": action, "object_id": str(draft_id), "reason": reason, "detail": Jsonb(detail)}
    conn.execute(_SQL["audit"], values)


def strokes_since(conn: psycopg.Connection, draft_id: int, revision: int) -> Sequence[Row]:
    """Return the strokes after a revision."""
    return rows(conn, "strokes_since", draft_id=draft_id, revision=revision)
