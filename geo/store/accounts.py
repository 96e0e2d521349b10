"""Accounts, sessions and sign-in attempts as rows. Every function runs in the caller's transaction."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from psycopg import Connection
from psycopg.rows import class_row

from geo.store.sql import queries

SQL = queries("accounts")


@dataclass(frozen=True, slots=True)
class AccountRow:
    """An account; `seen_at` is its session's last use where it was found by one."""

    username: str
    display_name: str
    password_hash: str
    role: str
    level: str
    codes: list[str]
    locale: str
    disabled: bool
    seen_at: dt.datetime | None


@dataclass(frozen=True, slots=True)
class Failures:
    """Failed attempts in the window, the present one included: of the account from the address, of each alone."""

    pair: int
    account: int
    address: int


def account(conn: Connection, username: str) -> AccountRow | None:
    """Read an account by its name."""
    with conn.cursor(row_factory=class_row(AccountRow)) as cursor:
        return cursor.execute(SQL["account"], {"username": username}).fetchone()


def save_account(
    conn: Connection,
    *,
    username: str,
    display_name: str,
    password_hash: str,
    role: str,
    level: str,
    codes: list[str],
    demo: bool = False,
) -> None:
    """Make an account, or renew everything of it but its language; a changed account loses its sessions."""
    conn.execute(
        SQL["save_account"],
        {
            "username": username,
            "display_name": display_name,
            "password_hash": password_hash,
            "role": role,
            "level": level,
            "codes": codes,
            "demo": demo,
        },
    )
    close_sessions(conn, username)


def set_locale(conn: Connection, username: str, locale: str) -> None:
    """Remember the language an account reads."""
    conn.execute(SQL["set_locale"], {"username": username, "locale": locale})


def demo_accounts(conn: Connection) -> bool:
    """Tell whether any account of the demo exists and could sign in."""
    row = conn.execute(SQL["demo_accounts"]).fetchone()
    return bool(row and row[0])


def open_session(conn: Connection, token_hash: bytes, username: str, now: dt.datetime, expires_at: dt.datetime) -> None:
    """Store a session by its token's hash."""
    values = {"token_hash": token_hash, "username": username, "now": now, "expires_at": expires_at}
    conn.execute(SQL["open_session"], values)


def session_account(
    conn: Connection, token_hash: bytes, now: dt.datetime, idle_since: dt.datetime
) -> AccountRow | None:
    """Read the account of a live session."""
    values = {"token_hash": token_hash, "now": now, "idle_since": idle_since}
    with conn.cursor(row_factory=class_row(AccountRow)) as cursor:
        return cursor.execute(SQL["session_account"], values).fetchone()


def touch_session(conn: Connection, token_hash: bytes, now: dt.datetime) -> None:
    """Note that a session was used."""
    conn.execute(SQL["touch_session"], {"token_hash": token_hash, "now": now})


def close_session(conn: Connection, token_hash: bytes) -> str:
    """End a session and return whose it was, empty where there was none."""
    row = conn.execute(SQL["close_session"], {"token_hash": token_hash}).fetchone()
    return row[0] if row else ""


def close_sessions(conn: Connection, username: str) -> None:
    """End every session of an account."""
    conn.execute(SQL["close_sessions"], {"username": username})


def forget_sessions(conn: Connection, now: dt.datetime, idle_since: dt.datetime) -> None:
    """Drop sessions that have ended anyway."""
    conn.execute(SQL["forget_sessions"], {"now": now, "idle_since": idle_since})


def add_attempt(conn: Connection, username: str, address: str, at: dt.datetime) -> None:
    """Count a sign-in attempt, failed until `accept_attempt` says otherwise."""
    conn.execute(SQL["add_attempt"], {"username": username, "address": address, "at": at})


def accept_attempt(conn: Connection, username: str, address: str, at: dt.datetime) -> None:
    """Mark an attempt as right."""
    conn.execute(SQL["accept_attempt"], {"username": username, "address": address, "at": at})


def failures(conn: Connection, username: str, address: str, since: dt.datetime) -> Failures:
    """Count failed attempts since a moment."""
    values = {"username": username, "address": address, "since": since}
    with conn.cursor(row_factory=class_row(Failures)) as cursor:
        return cursor.execute(SQL["failures"], values).fetchone() or Failures(0, 0, 0)


def forget_attempts(conn: Connection, before: dt.datetime) -> None:
    """Drop attempts that count no more."""
    conn.execute(SQL["forget_attempts"], {"before": before})


def audit(conn: Connection, actor: str, action: str, username: str) -> None:
    """Note in the audit log what happened to an account."""
    conn.execute(SQL["audit"], {"actor": actor, "action": action, "username": username})
