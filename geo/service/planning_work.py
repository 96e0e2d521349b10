"""One transaction on a draft: its base, its rows, its locks, a community of it as a sheet to draw on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import psycopg
import shapely

from geo.core.planning.edit import Sheet
from geo.core.planning.ground import LAND
from geo.core.planning.standard import Standard
from geo.service.access import Viewer
from geo.service.planning_ground import CityFrame, Grounds
from geo.store import planning as store
from geo.store.planning import DraftRow


@dataclass(frozen=True)
class Work:
    """One transaction on a draft.

    Attributes
    ----------
    conn, city : the transaction and what it knows of the city.
    viewer, draft : who draws on what.
    """

    conn: psycopg.Connection
    city: CityFrame
    grounds: Grounds
    viewer: Viewer
    draft: DraftRow

    @property
    def standard(self) -> Standard:
        """What the draft is held to."""
        return Standard.of(self.draft.options)

    def base(self, community: str) -> dict[str, str]:
        """Return the grid of each place of a community in the plan the draft is drawn on."""
        return base_places(self.conn, self.city, self.grounds, self.draft.base_plan_id, community)

    def sheet(self, community: str) -> tuple[Sheet, dict[str, str]]:
        """Return a community of the draft as it stands, and the base's grid of each place."""
        ground = self.grounds.get(self.conn, self.city, community)
        base = self.base(community)
        places = base | store.places(self.conn, self.draft.draft_id, community)
        locks = self.locks()
        return Sheet(
            ground,
            ground.labels(places),
            frozenset(locks["grids"]),
            frozenset(ground.units(locks["buildings"])),
            frozenset(store.names(self.conn, "used_numbers", community=community)),
        ), base

    def locks(self) -> dict[str, list[str]]:
        """Return what is locked."""
        rows = store.rows(self.conn, "locks", draft_id=self.draft.draft_id)
        return {f"{kind}s": [row["code"] for row in rows if row["kind"] == kind] for kind in ("grid", "building")}

    def written(self, sheet: Sheet, base: Mapping[str, str]) -> dict[str, str]:
        """Return the grid of each place as it is in rows: the draft's, else the base's."""
        return {**base, **store.places(self.conn, self.draft.draft_id, sheet.ground.community)}


def base_places(
    conn: psycopg.Connection, city: CityFrame, grounds: Grounds, plan_id: int, community: str
) -> dict[str, str]:
    """Return the grid of each place of a community in a plan: of land without a building by the plan's polygons."""
    ground = grounds.get(conn, city, community)
    base = {
        row["building_id"]: row["grid_code"]
        for row in store.rows(conn, "base_places", plan_id=plan_id, community=community)
        if row["grid_code"].startswith(community)
    }
    bare = [place for place in ground.land.places.tolist() if place.startswith(LAND)]
    rows = store.rows(conn, "base_grids", plan_id=plan_id, communities=[community]) if bare else []
    if rows:
        shapes = shapely.from_wkb(np.array([bytes(row["geom"]) for row in rows], dtype=object))
        spots = city.degrees(shapely.points(ground.land.spot[[ground.number[place] for place in bare]]))
        nearest = shapely.STRtree(shapes).nearest(spots)
        base |= {place: rows[at]["grid_code"] for place, at in zip(bare, nearest.tolist(), strict=True)}
    return base
