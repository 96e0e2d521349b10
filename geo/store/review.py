"""Rows of the review queue: named queries under the caller's scope, nothing decided here."""

from __future__ import annotations

from typing import Any

import psycopg
from psycopg.rows import dict_row

from geo.store.sql import queries


def rows(conn: psycopg.Connection, query: str, **params: Any) -> list[dict[str, Any]]:
    """Run a query of queries/review.sql and return its rows."""
    with conn.cursor(row_factory=dict_row) as cursor:
        return cursor.execute(queries("review")[query], params).fetchall()


def row(conn: psycopg.Connection, query: str, **params: Any) -> dict[str, Any] | None:
    """Return the first row of a query of queries/review.sql, None where there is none."""
    return next(iter(rows(conn, query, **params)), None)


def write(conn: psycopg.Connection, query: str, **params: Any) -> int:
    """Run a statement of queries/review.sql and return how many rows it wrote."""
    return conn.execute(queries("review")[query], params).rowcount
