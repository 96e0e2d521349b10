"""What a division begins with, read from the database.

Apart from the division: one of a folder runs without a database,
whose driver would be 10 MB of the 400 a city may take.
"""

from __future__ import annotations

from collections.abc import Sequence

import psycopg

from geo.errors import NotFound
from geo.i18n import _
from geo.service.zoning import Tables
from geo.store import zoning as store


def stored(conn: psycopg.Connection, areas: Sequence[str], *, work: bool = False) -> Tables:
    """Read the tables of some divisions from the database.

    Parameters
    ----------
    areas : codes of any level; none is the whole city.
    work : also the work of every building: its open cases and care visits due.

    Raises
    ------
    NotFound   nothing is loaded, or no community has one of the codes.
    """
    epsg = store.metric_epsg(conn)
    if epsg is None:
        raise NotFound(_("There is no city to divide yet."), hint=_("Load areas and buildings first: gridmap load."))
    found = store.frames(conn, list(areas) or [""])
    known = found["areas"]["code"].astype(str)
    for area in areas:
        if not known.str.startswith(area).any():
            raise NotFound(_("There is no community with the code {area}.", area=area))
    grids, buildings = found["grids"], found["buildings"]
    if work:
        known = store.work(conn, list(areas) or [""])
        buildings["workload"] = [known.get(name, 0) for name in buildings["building_id"]]
    return Tables(
        areas=found["areas"],
        buildings=buildings,
        roads=found["roads"],
        water=found["water"],
        grids=grids if len(grids) else None,
        metric_epsg=epsg,
        used=tuple(store.used_codes(conn, list(areas) or [""])),
    )
