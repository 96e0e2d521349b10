"""What only the owner does with accounts: list them, close them, look whether a code exists."""

from __future__ import annotations

from psycopg import Connection

from geo.store.sql import queries

SQL = queries("account_admin")


def code_exists(conn: Connection, code: str) -> bool:
    """Tell whether an area or a grid of any plan has this code."""
    row = conn.execute(SQL["code_exists"], {"code": code}).fetchone()
    return bool(row and row[0])


def listed(conn: Connection) -> list[tuple[str, str, str, str, bool]]:
    """Return (name, role, level, codes, disabled) of every account."""
    return conn.execute(SQL["listed"]).fetchall()


def disable(conn: Connection, username: str) -> bool:
    """Close an account; False where there is none."""
    return conn.execute(SQL["disable"], {"username": username}).rowcount == 1
