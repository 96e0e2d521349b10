"""Connections: the application's pool, one transaction per scope, and the owner's connection.

The application's login owns nothing and inherits nothing; it acts as one scope role for one transaction. The role
and the codes are set locally, so the end of the transaction takes them away, however it ends. Driver errors leave
this module as `StoreError` and its kin.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from psycopg import errors as pg
from psycopg_pool import ConnectionPool, PoolClosed, PoolTimeout, TooManyRequests

from geo.errors import Conflict, NotAllowed, StoreError, Unavailable
from geo.i18n import _
from geo.model import CODE_DIGITS, Level, Scope

logger = logging.getLogger(__name__)

OWNER_ROLE = "gridmap_owner"
APP_LOGIN = "gridmap_app"
LEVELS = tuple(level.value for level in Level)
SCOPE_ROLES = frozenset(
    {"scope_none", "scope_wall", "scope_auth", "scope_audit"}
    | {f"{kind}_{level}" for kind in ("scope", "person") for level in LEVELS}
    | {f"{kind}_{level}" for kind in ("plan", "review", "check") for level in LEVELS if level != Level.GRID}
)
MAX_COUNTIES = 4
"""Codes a county scope may hold: its policy names each one, since only then are other counties' partitions pruned."""

CONNECT_TIMEOUT_S = 10
HOLD_WAIT = "5s"
"""How long a lock is waited for: the server takes a lock from a closed or killed connection a moment after its end."""
_OPTIONS = "-c search_path=gridmap,public -c jit=off -c timezone=Asia/Shanghai"
# A tile of 2 ms took 20 ms where the planner started a second process for it, so the server's queries run alone.
_APP_OPTIONS = f"{_OPTIONS} -c max_parallel_workers_per_gather=0"


@contextmanager
def store_errors() -> Iterator[None]:
    """Turn the driver's errors into the product's own, with the driver's as cause.

    Raises
    ------
    Conflict      a constraint was broken; carries its name.
    NotAllowed    the role has no right to the table, column or function.
    Unavailable   the server can't be reached, went away, or no connection came free in time.
    StoreError    anything else the database refused.
    """
    try:
        yield
    except psycopg.Error as error:
        raise _translate(error) from error


def _translate(error: psycopg.Error) -> Exception:
    """Choose the product's error for a driver's one; texts of rows are left out, they may name a person."""
    if isinstance(error, psycopg.IntegrityError):
        return Conflict(_("A rule of the database was broken."), constraint=error.diag.constraint_name or "")
    if isinstance(error, pg.InsufficientPrivilege):
        return NotAllowed(_("This scope has no right to what was asked."))
    if isinstance(error, pg.DiskFull):
        return StoreError(_("The database's disk is full."), hint=_("Free some space and run the same command again."))
    if isinstance(error, pg.QueryCanceled):
        return StoreError(_("The database stopped a query that took too long."))
    if isinstance(error, pg.SerializationFailure | pg.DeadlockDetected | pg.LockNotAvailable):
        return StoreError(_("Another change was under way at the same place; try again."))
    if isinstance(error, psycopg.OperationalError | PoolTimeout | PoolClosed | TooManyRequests):
        return Unavailable(_("The database can't be reached."), hint=_("See whether the server is up: gridmap check."))
    return StoreError(_("The database refused: {said}", said=error.diag.message_primary or type(error).__name__))


class Database:
    """The application's door to the database: a pool that only hands out transactions under a scope.

    Parameters
    ----------
    url : connection string of the application's login.
    min_size, max_size : connections kept and at most open.

    Notes
    -----
    Make it after a fork, never before: connections can't be shared between processes.
    """

    def __init__(self, url: str, min_size: int = 1, max_size: int = 8, *, timeout_s: float = CONNECT_TIMEOUT_S) -> None:
        self._pool = ConnectionPool(
            url,
            min_size=min_size,
            max_size=max_size,
            timeout=timeout_s,
            kwargs={"options": _APP_OPTIONS, "connect_timeout": CONNECT_TIMEOUT_S, "application_name": "gridmap"},
            # A connection that died with its server is replaced before it is handed out, not after a failed request.
            check=ConnectionPool.check_connection,
            open=True,
        )

    @property
    def url(self) -> str:
        """The login's connection string, for a process of one's own; never to be logged."""
        return str(self._pool.conninfo)

    @contextmanager
    def transaction(self, scope: Scope) -> Iterator[psycopg.Connection]:
        """Run one transaction as the scope's role; commit at the end, roll back on any error.

        Raises
        ------
        ValueError   the scope names no scope role, or a code is no code.
        StoreError   see `store_errors`.
        """
        codes = scope_setting(scope)
        with store_errors(), self._pool.connection() as conn, conn.transaction():
            conn.execute(
                "SELECT set_config('role', %(role)s, true), set_config('gridmap.codes', %(codes)s, true)",
                {"role": scope.role, "codes": codes},
            )
            yield conn

    def close(self) -> None:
        """Close every connection."""
        self._pool.close()


def scope_setting(scope: Scope) -> str:
    """Check a scope and return its codes as the setting `gridmap.codes` holds them.

    Raises
    ------
    ValueError   unknown role, a code that is no code of the role's level, or more counties than the policy reads.
    """
    if scope.role not in SCOPE_ROLES:
        raise ValueError(f"{scope.role} is no scope role")
    level = scope.role.split("_")[1]
    if not all(code.isascii() and code.isdigit() for code in scope.codes):
        raise ValueError("a scope's codes are digits")
    if level in LEVELS and any(len(code) != CODE_DIGITS[Level(level)] for code in scope.codes):
        raise ValueError("a scope's codes are of its role's level")
    if level == Level.COUNTY and len(scope.codes) > MAX_COUNTIES:
        raise ValueError(f"a county scope holds at most {MAX_COUNTIES} codes")
    return ",".join(scope.codes)


def connect(url: str, *, autocommit: bool = False) -> psycopg.Connection:
    """Open a plain connection with the project's settings.

    Raises
    ------
    Unavailable   the server can't be reached or refuses the login.
    """
    with store_errors():
        return psycopg.connect(
            url, autocommit=autocommit, options=_OPTIONS, connect_timeout=CONNECT_TIMEOUT_S, application_name="gridmap"
        )


def become_owner(conn: psycopg.Connection) -> None:
    """Act as the role that owns the tables, whatever login opened the connection; nothing where it is not there yet."""
    conn.execute(
        "SELECT set_config('role', rolname, false) FROM pg_roles WHERE rolname = %(role)s AND rolname <> current_user",
        {"role": OWNER_ROLE},
    )


@contextmanager
def owner_connection(url: str) -> Iterator[psycopg.Connection]:
    """Open the owner's connection: commit at the end, roll back on an error.

    The owner sees every row. Only the command line uses it (load, check, migrations), never the server.
    """
    with store_errors(), connect(url) as conn:
        become_owner(conn)
        conn.commit()
        yield conn


def hold(conn: psycopg.Connection, name: str) -> bool:
    """Take a lock until `release` or the connection's end; False where another connection keeps it.

    Parameters
    ----------
    conn : outside a transaction.
    name : of the lock.
    """
    try:
        with conn.transaction():
            conn.execute("SELECT set_config('lock_timeout', %(wait)s, true)", {"wait": HOLD_WAIT})
            conn.execute("SELECT pg_advisory_lock(hashtextextended(%(name)s, 0))", {"name": name})
    except pg.LockNotAvailable:
        return False
    return True


def release(conn: psycopg.Connection, name: str) -> None:
    """Give a lock back."""
    conn.execute("SELECT pg_advisory_unlock(hashtextextended(%(name)s, 0))", {"name": name})
