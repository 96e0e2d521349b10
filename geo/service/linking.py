"""After a load: people, dwellings, buildings, grids and cases joined (人进户、户进房、房进网格、网格进图).

A loaded plan keeps its polygons and is in force at once; a changed one is a new version, the old one gets its end.
A community without any grid gets one provisional grid, the community itself, until it is divided. Every step is safe
to repeat and changes nothing the second time. The caller owns the transaction.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import NamedTuple

import geopandas as gpd
import numpy as np
import pandas as pd
import psycopg
from numpy.typing import NDArray

from geo import standards
from geo.core.address import scores
from geo.core.assign import grid_of_footprint
from geo.i18n import N_, _
from geo.model import UNPLACED_COUNTY
from geo.service import geocoding
from geo.store import linking

log = logging.getLogger(__name__)

Progress = Callable[[str, int, int], None]
"""Told of each step: its name in the user's language, steps done, steps in all."""

STEPS = (N_("Plan in force"), N_("Buildings to grids"), N_("Cases to grids"))


class Counts(NamedTuple):
    """The balance of loaded grids: read = accepted (new) + updated + unchanged."""

    read: int
    accepted: int
    updated: int
    unchanged: int


class Linked(NamedTuple):
    """What a linking changed.

    Attributes
    ----------
    plan_id : the plan in force afterwards; None where there is neither a grid nor a community.
    provisional_grids : grids made or adapted because a community had none.
    buildings_changed : buildings whose grid differs from before.
    buildings_without_grid : buildings no grid holds; the check lists them.
    cases_changed : cases whose place differs from before.
    """

    plan_id: int | None
    provisional_grids: int
    buildings_changed: int
    buildings_without_grid: int
    cases_changed: int


def adopt_grids(conn: psycopg.Connection, grids: gpd.GeoDataFrame) -> Counts:
    """Take loaded grids (网格) as the plan in force.

    Parameters
    ----------
    conn : the owner's connection, in a transaction; several calls in one transaction are allowed.
    grids : grid_code, community_code, geometry (valid polygons, EPSG:4326), name where there is one; codes unique.

    Returns
    -------
    Counts against the plan in force. Where nothing differs nothing is written; else a new version is published with
    these grids and with those of the old one that they neither name nor cover for the most part: so a load of one
    community leaves the others alone, a re-division closes the grids it replaces, and a rejected row leaves no hole.
    A provisional grid ends when its community gets a grid of its own. Run `link` afterwards.
    """
    if grids.empty:
        return Counts(0, 0, 0, 0)
    linking.stage_grids(conn, grids)
    base = linking.plan_in_force(conn)
    found = linking.compare_grids(conn, base.plan_id if base else None)
    if found.accepted or found.updated:
        plan_id = linking.start_plan(conn, base, _standards())
        linking.fill_plan(conn, plan_id, base)
        linking.bump(conn, ["grids"])
        log.info("plan published", extra={"action": "linking.adopt", "plan_id": plan_id, "grids": len(grids)})
    linking.drop_staged_grids(conn)
    return Counts(len(grids), *found)


def link(conn: psycopg.Connection, progress: Progress | None = None, threshold: float = scores.THRESHOLD) -> Linked:
    """Join buildings and cases to the plan in force, with a provisional grid for each community that has none.

    Parameters
    ----------
    conn : the owner's connection, in a transaction; several calls in one transaction are allowed.
    progress : told of each step.
    threshold : least probability of an address answer given without a person.

    Notes
    -----
    A second call on unchanged data takes the time of reading the footprints. Run it before cases are placed, so that
    buildings carry their grids, and after aliases or buildings grew, so that cases without a place get one.
    """
    tell = progress or (lambda _step, _done, _total: None)
    tell(_(STEPS[0]), 0, len(STEPS))
    plan_id, provisional = _plan(conn)
    if plan_id is None:
        return Linked(None, 0, 0, 0, 0)
    tell(_(STEPS[1]), 1, len(STEPS))
    changed, without = _assign(conn, plan_id)
    tell(_(STEPS[2]), 2, len(STEPS))
    moved = _place_cases(conn, plan_id, threshold)
    tell(_(STEPS[2]), 3, len(STEPS))
    linked = Linked(plan_id, provisional, changed, without, moved)
    log.info("linked", extra={"action": "linking.link", **linked._asdict()})
    return linked


def _plan(conn: psycopg.Connection) -> tuple[int | None, int]:
    """Return the plan in force and how many provisional grids were made; no plan where there is no community."""
    base = linking.plan_in_force(conn)
    if base is None and linking.count_communities(conn) == 0:
        return None, 0
    plan_id = base.plan_id if base else linking.start_plan(conn, None, _standards())
    made = linking.stand_in(conn, plan_id)
    if made:
        linking.bump(conn, ["grids"])
    return plan_id, made


def _standards() -> dict[str, object]:
    """Return the policy numbers a plan stores as the ones in use when it was made."""
    return {"households_per_grid": standards.HOUSEHOLDS_PER_GRID, "household_band": list(standards.HOUSEHOLD_BAND)}


def _assign(conn: psycopg.Connection, plan_id: int) -> tuple[int, int]:
    """Assign every building; return how many changed and how many lie in no grid."""
    grids = linking.plan_grids(conn, plan_id)
    buildings = linking.footprints(conn)
    found = grid_of_footprint(
        buildings.geometry.to_numpy(), grids["grid_code"].to_numpy(dtype=object), grids.geometry.to_numpy()
    )
    changed = linking.write_assignment(conn, plan_id, buildings.assign(grid_code=found))
    if changed:
        linking.bump(conn, ["buildings", "dwellings"])
    return changed, int((found == "").sum())


def _place_cases(conn: psycopg.Connection, plan_id: int, threshold: float) -> int:
    """Place cases again that had no place, and after a change of plan those whose grid may differ.

    A closed case keeps the grid it had; one that lay in a provisional grid never had a real one and is placed anew. An
    open case moves from the day the plan is in force, as when a plan is published: the past is counted where it was.
    """
    state = linking.register_state(conn)
    new_plan = state.linked_plan_id != plan_id
    if not new_plan and state.version == state.linked_version:
        return 0
    cases = linking.cases_to_place(conn, new_plan=new_plan, old_plan_id=state.linked_plan_id)
    moved = 0
    if len(cases):
        found = geocoding.city_register(conn, threshold=threshold).place(cases)
        plans = (plan_id, state.linked_plan_id) if new_plan else None
        moved = write_places(conn, cases, found, plans)
    if moved:
        linking.bump(conn, ["cases"])
    linking.note_register_state(conn, plan_id)
    return moved


def write_places(
    conn: psycopg.Connection, cases: pd.DataFrame, found: pd.DataFrame, plans: tuple[int, int | None] | None = None
) -> int:
    """Write the register's answers where they differ; the daily counts follow in the same transaction.

    Parameters
    ----------
    cases : channel, case_no, county_code, match_status; an answer matched before stands and changes its grid only.
    found : the matcher's answers, row by row.
    plans : the new plan and the one before, where that is why cases are placed: open ones then move, with a trace; else
        a new place corrects the old one.

    Returns
    -------
    How many cases changed.
    """
    whole = (cases["match_status"] != "matched").to_numpy()
    linking.stage_places(conn, as_places(cases, found, whole=whole))
    if plans is not None:
        linking.note_moves(conn, *plans)
    moved = linking.move_cases(conn)
    linking.drop_places_staging(conn)
    return moved


def as_places(cases: pd.DataFrame, found: pd.DataFrame, *, whole: bool | NDArray[np.bool_]) -> pd.DataFrame:
    """Put the register's answers beside the cases' keys, as `geo.store.linking.stage_places` wants them.

    Parameters
    ----------
    whole : write the whole answer; where False one matched before stands, and only its grid may change.
    """
    community = found["community_code"].fillna("")
    return cases[["channel", "case_no", "county_code"]].assign(
        whole=whole,
        to_county=community.str[:6].where(community != "", UNPLACED_COUNTY).to_numpy(),
        community_code=community.to_numpy(),
        grid_code=found["grid_code"].to_numpy(),
        match_status=found["status"].to_numpy(),
        match_level=found["level"].to_numpy(),
        match_reason=found["reason"].to_numpy(),
        dwelling_id=_or_null(found["dwelling_id"].tolist()),
        building_id=_or_null(found["building_id"].tolist()),
        lon=_or_null(found["lon"].tolist()),
        lat=_or_null(found["lat"].tolist()),
    )


def _or_null(values: list[str] | list[float]) -> pd.Series:
    """Return values with None for empty and NaN; an object column, since any other would hold NaN instead."""
    return pd.Series([value if value and value == value else None for value in values], dtype=object)
