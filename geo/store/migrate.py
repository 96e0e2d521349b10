"""Bring a database to this version's schema: roles, PostGIS, numbered migrations, then functions and views.

A migration is `migrations/NNNN_name.sql`, runs once, in its own transaction, and never changes after a release: its
SHA-256 is kept and compared. Functions and views (`functions/*.sql`) are made anew after the tables whenever their
text changes, so that they never need a numbered step. There is no way down: a backup is the way back.
"""

from __future__ import annotations

import hashlib
import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import LiteralString, cast

import psycopg
from psycopg import errors as pg

from geo.errors import StoreError
from geo.i18n import _
from geo.store.database import become_owner, store_errors

logger = logging.getLogger(__name__)

HERE = Path(__file__).parent
MIGRATIONS = HERE / "migrations"
FUNCTIONS = HERE / "functions"
_LOCK = 7_304_115_220_431
"""Key of the advisory lock that makes concurrent runs wait for each other."""
_NAME = re.compile(r"\d{4}_[a-z0-9_]+\.sql")
_JOURNAL: LiteralString = """
CREATE TABLE IF NOT EXISTS gridmap.migration (
  name text PRIMARY KEY,
  checksum text NOT NULL,
  applied_at timestamptz NOT NULL DEFAULT now()
)"""


class SchemaMismatch(StoreError):
    """The database's schema is not one this version knows how to continue."""


def migrate(conn: psycopg.Connection, folder: Path = MIGRATIONS, functions: Path = FUNCTIONS) -> list[str]:
    """Apply what is missing and return the names applied.

    Parameters
    ----------
    conn : an idle connection of a login that may make roles, a schema and (where PostGIS is missing) extensions;
        it acts as `gridmap_owner` afterwards.
    folder, functions : where the SQL is; other folders are for tests.

    Raises
    ------
    SchemaMismatch   an applied migration's file was changed, or the database is of a newer version.
    StoreError       a step failed; what it did is undone, earlier steps stay.
    """
    before, conn.autocommit = conn.autocommit, True
    try:
        with store_errors(), _locked(conn):
            _prepare(conn)
            applied = [*_apply_tables(conn, folder), *_apply_functions(conn, functions)]
    finally:
        conn.autocommit = before
    if applied:
        logger.info("schema brought up to date", extra={"action": "store.migrate", "applied": len(applied)})
    return applied


def pending(conn: psycopg.Connection, folder: Path = MIGRATIONS) -> list[str]:
    """Name the migrations a database lacks, without changing anything; all of them where it has no journal."""
    with store_errors():
        journal = conn.execute("SELECT to_regclass('gridmap.migration')").fetchone()
        done = _journal(conn) if journal and journal[0] else {}
    return [path.name for path in _files(folder) if path.name not in done]


@contextmanager
def _locked(conn: psycopg.Connection) -> Iterator[None]:
    """Wait for any other run on this database, and keep others waiting."""
    conn.execute("SELECT pg_advisory_lock(%(key)s)", {"key": _LOCK})
    try:
        yield
    finally:
        if not conn.closed:
            conn.execute("SELECT pg_advisory_unlock(%(key)s)", {"key": _LOCK})


def _prepare(conn: psycopg.Connection) -> None:
    """Make sure of roles, PostGIS and the schema, then act as the owner."""
    conn.execute("RESET ROLE")
    make_roles(conn)
    _extension(conn)
    conn.execute("CREATE SCHEMA IF NOT EXISTS gridmap AUTHORIZATION gridmap_owner")
    become_owner(conn)
    conn.execute("SELECT set_config('search_path', 'gridmap,public', false)")
    conn.execute(_JOURNAL)


def make_roles(conn: psycopg.Connection) -> None:
    """Make sure of the roles; nothing is changed where they are as they should be.

    They are the whole server's and the migrations' lock is one database's: the file copes with another run beside it.
    """
    with conn.transaction():
        _run_file(conn, HERE / "roles.sql")


def _extension(conn: psycopg.Connection) -> None:
    """Install PostGIS where it is missing; it goes to `public`, where other systems look for it."""
    if conn.execute("SELECT 1 FROM pg_extension WHERE extname = 'postgis'").fetchone():
        return
    try:
        conn.execute("CREATE EXTENSION postgis SCHEMA public")
    except (pg.InsufficientPrivilege, pg.UndefinedFile, pg.FeatureNotSupported) as error:
        raise StoreError(
            _("PostGIS is not installed in this database, and this login may not install it."),
            hint=_("Let the server's administrator run in this database: CREATE EXTENSION postgis;"),
        ) from error


def _files(folder: Path) -> list[Path]:
    """List a folder's migrations in order; numbers are unique."""
    paths = sorted(folder.glob("*.sql"))
    numbers = [path.name[:4] for path in paths]
    if not all(_NAME.fullmatch(path.name) for path in paths) or len(set(numbers)) < len(numbers):
        raise ValueError(f"migrations are named NNNN_name.sql, each number once: {folder}")
    return paths


def _journal(conn: psycopg.Connection) -> dict[str, str]:
    """Return the checksum of each applied step by its name."""
    return dict(conn.execute("SELECT name, checksum FROM gridmap.migration").fetchall())


def _checksum(*texts: str) -> str:
    return hashlib.sha256("\0".join(texts).encode()).hexdigest()


def _apply_tables(conn: psycopg.Connection, folder: Path) -> Iterator[str]:
    """Run each migration not yet applied; refuse a database whose past differs from the files."""
    done, paths = _journal(conn), _files(folder)
    unknown = sorted(name for name in done if _NAME.fullmatch(name) and name not in {path.name for path in paths})
    if unknown:
        raise SchemaMismatch(
            _("The database was made by a newer version: it has {name}.", name=unknown[0]),
            hint=_("Run that version, or restore a backup of this one."),
        )
    for path in paths:
        text = path.read_text("utf-8")
        if path.name in done:
            if done[path.name] != _checksum(text):
                raise SchemaMismatch(
                    _("{name} was changed after it had been applied to this database.", name=path.name),
                    hint=_("Put the file back as it was and add a new migration; a demo database may be made anew."),
                )
            continue
        _apply(conn, path.name, _checksum(text), [path])
        yield path.name


def _apply_functions(conn: psycopg.Connection, folder: Path) -> Iterator[str]:
    """Make functions and views anew, all in one transaction, where their text differs from the last time's."""
    paths = sorted(folder.glob("*.sql"))
    checksum = _checksum(*(path.read_text("utf-8") for path in paths))
    if paths and _journal(conn).get("functions") != checksum:
        _apply(conn, "functions", checksum, paths)
        yield "functions"


def _apply(conn: psycopg.Connection, name: str, checksum: str, paths: list[Path]) -> None:
    """Run one step and note it, in one transaction."""
    with conn.transaction():
        for path in paths:
            _run_file(conn, path)
        conn.execute(
            "INSERT INTO gridmap.migration (name, checksum) VALUES (%(name)s, %(checksum)s)"
            " ON CONFLICT (name) DO UPDATE SET checksum = excluded.checksum, applied_at = now()",
            {"name": name, "checksum": checksum},
        )


def _run_file(conn: psycopg.Connection, path: Path) -> None:
    """Run a file of statements; without parameters the driver sends it as it stands."""
    try:
        conn.execute(cast("LiteralString", path.read_text("utf-8")))
    except psycopg.Error as error:
        error.add_note(f"in {path.name}")
        raise
