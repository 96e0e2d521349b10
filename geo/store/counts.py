"""Counts and stock figures: what roles without case and person rows may sum.

The daily counts need no call: triggers on `case_record` move them with every write (migration 0030), in the
writer's own transaction. The stock figures follow a load: `refresh_figures` once the tables and their linkage stand.
"""

from __future__ import annotations

import logging

import psycopg

from geo.store.sql import queries

logger = logging.getLogger(__name__)

FIGURES = ("building_figures", "grid_figures", "population", "visit_days")
"""In this order: the others are summed by the buildings' figures."""


def refresh_figures(conn: psycopg.Connection) -> None:
    """Compute the stock of buildings and grids, the age structure and the visit clocks anew.

    Parameters
    ----------
    conn : the owner's connection; everything happens in its transaction, readers see the old figures until it ends.
    """
    sql = queries("counts")
    for figures in FIGURES:
        conn.execute(sql[f"clear_{figures}"])
        rows = conn.execute(sql[f"fill_{figures}"]).rowcount
        logger.info("figures computed", extra={"action": "counts.refresh", "figures": figures, "rows": rows})
    conn.execute(sql["analyse"])
    for layer in ("buildings", "grids", "visits"):
        bump(conn, layer)


def rebuild_daily_counts(conn: psycopg.Connection) -> None:
    """Count every case anew; the result equals what the triggers have kept.

    For a table that was written without its triggers (a restore with them disabled, a partition written directly).
    """
    conn.execute(queries("counts")["rebuild_daily_counts"])


def bump(conn: psycopg.Connection, layer: str) -> None:
    """Raise a layer's data version; listeners hear `gridmap_data` when the transaction commits."""
    conn.execute(queries("counts")["bump"], {"layer": layer})
