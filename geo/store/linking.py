"""Rows of the linkage: the plan in force, its grids (网格), the buildings (楼栋) and cases placed in them.

The caller decides what belongs where (geo.core.assign, geo.core.geocode) and owns the transaction.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import geopandas as gpd
import numpy as np
import pandas as pd
import psycopg
import shapely
from psycopg.types.json import Jsonb

from geo.store.database import hold, release
from geo.store.frames import read_frame, read_geoframe
from geo.store.sql import queries

_SQL = queries("linking")
_REGEOCODE = "gridmap regeocode"


class PlanRow(NamedTuple):
    """The plan in force: its number and whether one of its grids is provisional."""

    plan_id: int
    provisional: bool


class Compared(NamedTuple):
    """Staged grids against the plan in force: new, changed, the same."""

    accepted: int
    updated: int
    unchanged: int


class RegisterState(NamedTuple):
    """The register's data version now and at the last linking, and the plan of the last linking."""

    version: int
    linked_version: int
    linked_plan_id: int | None


def plan_in_force(conn: psycopg.Connection) -> PlanRow | None:
    """Return the plan in force, None where there is none yet."""
    row = conn.execute(_SQL["plan_in_force"]).fetchone()
    return PlanRow(*row) if row else None


def stage_grids(conn: psycopg.Connection, grids: gpd.GeoDataFrame) -> None:
    """Copy grids (grid_code, community_code, name, geometry in EPSG:4326) to a temporary table."""
    conn.execute(_SQL["stage_loaded_grids"])
    shapes = [shapely.multipolygons([shape]) if shape.geom_type == "Polygon" else shape for shape in grids.geometry]
    geometry = shapely.to_wkb(shapely.set_srid(np.asarray(shapes, dtype=object), 4326), hex=True, include_srid=True)
    names = grids["name"].fillna("").astype(str) if "name" in grids else [""] * len(grids)
    _copy(conn, "copy_loaded_grids", zip(grids["grid_code"], grids["community_code"], names, geometry, strict=True))


def compare_grids(conn: psycopg.Connection, plan_id: int | None) -> Compared:
    """Count the staged grids that are new to, differ from and equal those of a plan."""
    accepted, updated, unchanged = _one(conn, "count_loaded", plan_id=plan_id)
    return Compared(int(str(accepted)), int(str(updated)), int(str(unchanged)))


def drop_staged_grids(conn: psycopg.Connection) -> None:
    """Drop the temporary table of the loaded grids."""
    conn.execute(_SQL["drop_loaded_grids"])


def count_communities(conn: psycopg.Connection) -> int:
    """Count the communities (社区)."""
    return int(str(_one(conn, "communities")[0]))


def start_plan(conn: psycopg.Connection, base: PlanRow | None, standards: dict[str, object]) -> int:
    """End the plan in force and put a new, empty one in its place; return its number."""
    if base is not None:
        conn.execute(_SQL["end_plan"], {"plan_id": base.plan_id})
    base_plan_id = base.plan_id if base else None
    return int(str(_one(conn, "insert_plan", base_plan_id=base_plan_id, standards=Jsonb(standards))[0]))


def fill_plan(conn: psycopg.Connection, plan_id: int, base: PlanRow | None) -> None:
    """Give a plan the staged grids, and those of the plan before that they leave standing."""
    conn.execute(_SQL["insert_loaded_grids"], {"plan_id": plan_id})
    if base is not None:
        conn.execute(_SQL["keep_grids"], {"plan_id": plan_id, "base_plan_id": base.plan_id})
    conn.execute(_SQL["note_provisional"], {"plan_id": plan_id})


def stand_in(conn: psycopg.Connection, plan_id: int) -> int:
    """Give each community without a grid a provisional one and let those there are follow their communities.

    Returns the number of grids made or changed.
    """
    changed = conn.execute(_SQL["refresh_provisional_grids"], {"plan_id": plan_id}).rowcount
    made = conn.execute(_SQL["insert_provisional_grids"], {"plan_id": plan_id}).rowcount
    conn.execute(_SQL["note_provisional"], {"plan_id": plan_id})
    return changed + made


def plan_grids(conn: psycopg.Connection, plan_id: int) -> gpd.GeoDataFrame:
    """Return a plan's grids: grid_code, community_code, name, provisional, geom (EPSG:4326)."""
    return read_geoframe(conn, _SQL["plan_grids"], {"plan_id": plan_id})


def footprints(conn: psycopg.Connection) -> gpd.GeoDataFrame:
    """Return every building: building_id, county_code, geom (EPSG:4326)."""
    return read_geoframe(conn, _SQL["footprints"])


def write_assignment(conn: psycopg.Connection, plan_id: int, buildings: pd.DataFrame) -> int:
    """Write the grid of every building (building_id, county_code, grid_code; empty = none); return how many changed."""
    conn.execute(_SQL["stage_assignment"])
    _copy(conn, "copy_assignment", buildings[["building_id", "county_code", "grid_code"]].itertuples(index=False))
    changed = conn.execute(_SQL["drop_assignments"], {"plan_id": plan_id}).rowcount
    changed += conn.execute(_SQL["upsert_assignments"], {"plan_id": plan_id}).rowcount
    noted = conn.execute(_SQL["note_building_grids"]).rowcount
    conn.execute(_SQL["drop_assignment_staging"])
    return max(changed, noted)


def register_state(conn: psycopg.Connection) -> RegisterState:
    """Tell whether areas, buildings, dwellings, grids or aliases changed since cases were last placed."""
    row = conn.execute(_SQL["register_state"]).fetchone()
    assert row is not None  # migration 0002 fills both tables
    return RegisterState(*row)


def note_register_state(conn: psycopg.Connection, plan_id: int) -> None:
    """Remember that cases stand on the register and the plan as they are now."""
    conn.execute(_SQL["note_register_state"], {"plan_id": plan_id})


def bump(conn: psycopg.Connection, layers: Iterable[str]) -> None:
    """Raise the data version of layers, so that tiles and cubes made before are not used again."""
    for layer in layers:
        conn.execute(_SQL["bump"], {"layer": layer})


def cases_to_place(conn: psycopg.Connection, *, new_plan: bool, old_plan_id: int | None) -> pd.DataFrame:
    """Return cases whose place is open; after a change of plan also open cases and those of provisional grids."""
    return read_frame(conn, _SQL["cases_to_place"], {"new_plan": new_plan, "old_plan_id": old_plan_id})


def count_regeocodable(conn: psycopg.Connection) -> int:
    """Count the cases whose place may be read anew from their text."""
    return int(str(_one(conn, "count_regeocodable")[0]))


class RegeocodeJob(NamedTuple):
    """A run of re-geocoding: how many cases it has in all and has done, what it counted, the last case's key."""

    job_id: int
    total: int
    cases: int
    kinds: dict[str, int]
    channel: str
    case_no: str


def lock_regeocode(conn: psycopg.Connection) -> bool:
    """Keep other runs away until `unlock_regeocode` or the connection's end; False where there is one."""
    return hold(conn, _REGEOCODE)


def unlock_regeocode(conn: psycopg.Connection) -> None:
    """Let other runs begin."""
    release(conn, _REGEOCODE)


def open_regeocode_job(conn: psycopg.Connection, *, writes: bool, threshold: float) -> RegeocodeJob:
    """Return the run that was broken off on this state of the register, else a new one."""
    state = {"writes": writes, "version": register_state(conn).version, "threshold": threshold}
    conn.execute(_SQL["drop_regeocode_jobs"], state)
    found = conn.execute(_SQL["open_regeocode_job"], state | {"total": count_regeocodable(conn)}).fetchone()
    assert found is not None  # INSERT ... RETURNING
    return RegeocodeJob(*found)


def note_regeocode_job(conn: psycopg.Connection, job: RegeocodeJob) -> None:
    """Keep how far a run is; in the transaction that wrote its last chunk."""
    conn.execute(_SQL["note_regeocode_job"], job._asdict() | {"kinds": Jsonb(job.kinds)})


def finish_regeocode_job(conn: psycopg.Connection, job: RegeocodeJob) -> None:
    """Close a run."""
    conn.execute(_SQL["finish_regeocode_job"], {"job_id": job.job_id})


def regeocodable(conn: psycopg.Connection, job: RegeocodeJob, limit: int) -> pd.DataFrame:
    """Return the cases a run takes next, in the order of channel and number."""
    return read_frame(conn, _SQL["regeocodable"], {"channel": job.channel, "case_no": job.case_no, "limit": limit})


PLACE_COLUMNS = [
    *("channel", "case_no", "county_code", "whole", "to_county", "community_code", "grid_code"),
    *("match_status", "match_level", "match_reason", "dwelling_id", "building_id", "lon", "lat"),
]
"""Of a case's new place. `whole`: write the answer as well, not only the grid."""


def stage_places(conn: psycopg.Connection, places: pd.DataFrame) -> None:
    """Copy the cases' places (PLACE_COLUMNS) to a temporary table and drop those that change nothing."""
    conn.execute(_SQL["stage_places"])
    _copy(conn, "copy_places", places[PLACE_COLUMNS].itertuples(index=False))
    conn.execute(_SQL["drop_same_places"])


def note_moves(conn: psycopg.Connection, plan_id: int, old_plan_id: int | None) -> None:
    """Write down which open cases the staged places move from a grid of the old plan to one of the new."""
    conn.execute(_SQL["note_moves"], {"plan_id": plan_id, "old_plan_id": old_plan_id})


def move_cases(conn: psycopg.Connection) -> int:
    """Write the staged places; return how many cases changed."""
    return conn.execute(_SQL["move_cases"]).rowcount


def drop_places_staging(conn: psycopg.Connection) -> None:
    """Drop the temporary table of the cases' places."""
    conn.execute(_SQL["drop_places_staging"])


def _one(conn: psycopg.Connection, query: str, **params: object) -> tuple[object, ...]:
    """Run a query that always gives one row: an aggregate, or RETURNING of one inserted row."""
    row = conn.execute(_SQL[query], params).fetchone()
    assert row is not None
    return row


def _copy(conn: psycopg.Connection, query: str, rows: Iterable[Sequence[object]]) -> None:
    with conn.cursor() as cursor, cursor.copy(_SQL[query]) as copy:
        for row in rows:
            copy.write_row(row)
