"""Counts everything the figures are made of anew, where a table was written past its triggers."""

from __future__ import annotations

import psycopg

from geo.store import counts


def recount(conn: psycopg.Connection) -> None:
    """Make the daily counts of cases (事件), the stock of buildings and grids, ages and visit clocks from the tables.

    Parameters
    ----------
    conn : the owner's connection; all of it is one transaction, readers see the old figures until it ends.
    """
    with conn.transaction():
        counts.rebuild_daily_counts(conn)
        counts.refresh_figures(conn)
