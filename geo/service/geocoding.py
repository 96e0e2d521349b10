"""The city's register of places, made from the database: for loads, the linking and the command line."""

from __future__ import annotations

import psycopg

from geo.core.address import scores
from geo.core.geocode import Register
from geo.store.register import register_frames


def city_register(conn: psycopg.Connection, area: str = "", threshold: float = scores.THRESHOLD) -> Register:
    """Return the register of the plan in force, ready to be asked.

    Parameters
    ----------
    conn : a connection that sees the rows to be matched against; the owner's, or a transaction under a scope.
    area : an area or grid code the register is cut to; empty = everything.
    threshold : least probability of an answer given without a person.

    Notes
    -----
    Run the linking first, so that buildings carry their grids. A city of 300,000 dwellings takes a few seconds; keep it
    for as long as the data versions of areas, buildings, dwellings, grids and aliases stay the same.
    """
    return Register.build(*register_frames(conn, area), threshold=threshold)
