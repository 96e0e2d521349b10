"""The audit log: append, read, verify.

Rows hold who did what to which object and why: keys only, never a name, an address or a phone. The chain shows any
later edit, removal or reordering; a log cut off or rewritten from some row on is shown by heads noted outside the
database (`note_head`), which whoever can write to the database can't reach.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from psycopg import Connection
from psycopg.rows import class_row

from geo.store.sql import queries

SQL = queries("audit")


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """A row of the log; `role` is the database role it was written under and its codes."""

    audit_id: int
    at: dt.datetime
    actor: str
    role: str
    action: str
    object_kind: str
    object_id: str
    reason: str
    detail: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Breach:
    """A row at which the log is not what was once written, and in which way."""

    audit_id: int
    breach: str


def append(
    conn: Connection,
    actor: str,
    action: str,
    *,
    object_kind: str = "",
    object_id: str = "",
    reason: str = "",
    detail: Mapping[str, object] | None = None,
) -> int:
    """Write a row in the caller's transaction and return its number.

    Writers wait for each other until the transaction ends, so it is a short one.

    Raises
    ------
    Conflict   no actor or no action is given (constraint `audit_log_actor_action`).
    """
    values = {"actor": actor, "action": action, "object_kind": object_kind, "object_id": object_id, "reason": reason}
    row = conn.execute(
        SQL["append"], values | {"detail": json.dumps(dict(detail or {}), ensure_ascii=False)}
    ).fetchone()
    return int(row[0]) if row else 0


def entries(conn: Connection, *, up_to: int | None = None, limit: int = 100) -> list[AuditEntry]:
    """Read rows, newest first.

    Parameters
    ----------
    up_to : number of the newest row wanted, for the next page; None starts at the end.
    """
    with conn.cursor(row_factory=class_row(AuditEntry)) as cursor:
        return cursor.execute(SQL["entries"], {"up_to": up_to, "limit": limit}).fetchall()


def breaches(conn: Connection, heads: Path | None = None) -> list[Breach]:
    """Verify the whole chain, and the heads once noted outside; an untouched log has none.

    Parameters
    ----------
    conn : a connection of the owner or under `scope_audit`.
    heads : the file `note_head` writes.
    """
    with conn.cursor(row_factory=class_row(Breach)) as cursor:
        found = cursor.execute(SQL["breaches"]).fetchall()
    for audit_id, noted in _noted(heads) if heads else ():
        row = conn.execute(SQL["hash"], {"audit_id": audit_id}).fetchone()
        if row is None or row[0] != noted:
            found.append(Breach(audit_id, "differs from the head noted outside the database"))
    return found


def heads_file(conn: Connection, home: Path) -> Path:
    """Name the file outside the database that this database's heads are noted in."""
    row = conn.execute(SQL["database"]).fetchone()
    return home / f"audit-heads-{row[0] if row else ''}"


def note_head(conn: Connection, heads: Path) -> None:
    """Append the last row's number and hash to a file outside the database; nothing where it is noted already."""
    row = conn.execute(SQL["head"]).fetchone()
    if row is None or (int(row[0]), bytes(row[1])) in _noted(heads)[-1:]:
        return
    with heads.open("a", encoding="ascii") as file:
        file.write(f"{row[0]} {bytes(row[1]).hex()}\n")


def _noted(heads: Path) -> list[tuple[int, bytes]]:
    """Read the noted heads."""
    if not heads.exists():
        return []
    pairs = (line.split() for line in heads.read_text("ascii").splitlines() if line.strip())
    return [(int(number), bytes.fromhex(digest)) for number, digest in pairs]
