"""The city read out for an export: the owner's own right, and a row of the audit log that says it was used."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import geopandas as gpd
import psycopg

from geo.errors import NotFound
from geo.i18n import _
from geo.model import level_of
from geo.store import audit
from geo.store import export as store
from geo.store.database import owner_connection


class Outlet:
    """One export, all its tables from the same moment; made by `outlet`."""

    def __init__(self, conn: psycopg.Connection, area: str) -> None:
        self._conn, self._area = conn, area

    def geometry(self, table: str) -> gpd.GeoDataFrame:
        """Return a geometry table, EPSG:4326."""
        return store.geometry_table(self._conn, table, self._area)

    def rows(self, table: str) -> Iterator[tuple[list[str], list[tuple]]]:
        """Stream a table without geometry: its columns and some thousand rows at a time."""
        return store.row_table(self._conn, table, self._area)

    def note(self, actor: str, counts: Mapping[str, int]) -> None:
        """Write the audit row: who took out how many rows of what."""
        audit.append(self._conn, actor, "export", object_kind="area", object_id=self._area, detail=dict(counts))


@contextmanager
def outlet(owner_url: str, area: str | None = None) -> Iterator[Outlet]:
    """Open the city for an export.

    Parameters
    ----------
    area : an area or grid code; None = everything.

    Raises
    ------
    NotFound   the code is none, or none of this city.
    """
    if area and (not area.isdigit() or level_of(area) is None):
        raise NotFound(_("{area} is no area or grid code.", area=area), hint=_("Codes have 4, 6, 9, 12 or 15 digits."))
    with owner_connection(owner_url) as conn, conn.transaction():
        conn.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        if area and not store.holds(conn, area):
            raise NotFound(_("There is no area or grid with the code {code}.", code=area))
        yield Outlet(conn, area or "")
