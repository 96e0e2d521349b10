"""Checks of the map itself: grids tile their communities, buildings stand in the grid they belong to."""

from __future__ import annotations

from collections import defaultdict

import numpy as np
import shapely

from geo.core.assign import grid_of_footprint
from geo.core.coverage import cut_shares, gap_area, outside_area, overlaps
from geo.core.zoning.layers import barrier
from geo.i18n import N_
from geo.service.check.registry import Check, Context, Status, listed
from geo.store.check import Breaches

CUT_SHARE = 0.05
"""A building with less than this share in a second grid was drawn a little over the line."""


def _square_metres(area: float) -> str:
    return f"{area:.1f}"


def _grids_by_community(context: Context) -> dict[str, np.ndarray]:
    own: dict[str, list[int]] = defaultdict(list)
    for position, community in enumerate(context.grids["community_code"]):
        own[community].append(position)
    shapes = context.grids.geometry.to_numpy()
    return {community: shapes[positions] for community, positions in own.items()}


def community_overlap(context: Context) -> Breaches:
    """Find communities that lie over one another."""
    codes = context.communities["code"].tolist()
    found = overlaps(context.communities.geometry.to_numpy())
    rows = [(codes[one], codes[other], _square_metres(area)) for one, other, area in found]
    return listed(("community_code", "other", "area_m2"), rows)


def grid_gap(context: Context) -> Breaches:
    """Find communities that their grids do not cover, water left out; one without any grid is whole a gap."""
    grids = _grids_by_community(context)
    none = np.array([], dtype=object)
    wet = barrier(context.water.geometry.to_numpy())
    tree = shapely.STRtree(wet)
    rows = []
    for code, shape in zip(context.communities["code"], context.communities.geometry, strict=True):
        covered = [grids.get(code, none), wet[tree.query(shape, predicate="intersects")] if len(wet) else none]
        area = gap_area(shape, np.concatenate(covered))
        if area > 0:
            rows.append((code, _square_metres(area)))
    return listed(("community_code", "gap_m2"), rows)


def grid_overlap(context: Context) -> Breaches:
    """Find grids that lie over one another."""
    codes = context.grids["grid_code"].tolist()
    found = overlaps(context.grids.geometry.to_numpy())
    rows = [(codes[one], codes[other], _square_metres(area)) for one, other, area in found]
    return listed(("grid_code", "other", "area_m2"), rows)


def grid_outside(context: Context) -> Breaches:
    """Find grids that reach out of their community."""
    community = dict(zip(context.communities["code"], context.communities.geometry, strict=True))
    rows = []
    for code, own, shape in zip(
        context.grids["grid_code"], context.grids["community_code"], context.grids.geometry, strict=True
    ):
        area = outside_area(shape, community[own]) if own in community else 0.0
        if area > 0:
            rows.append((code, own, _square_metres(area)))
    return listed(("grid_code", "community_code", "outside_m2"), rows)


def building_outside_community(context: Context) -> Breaches:
    """Find buildings that stand for the most part in another community than stated, or in none."""
    codes = context.communities["code"].to_numpy(dtype=object)
    shapes = context.footprints.geometry.to_numpy()
    found = grid_of_footprint(shapes, codes, context.communities.geometry.to_numpy())
    known = np.isin(context.footprints["community_code"].to_numpy(dtype=object), codes)
    return _differing(context, found, "community_code", known)


def building_in_other_grid(context: Context) -> Breaches:
    """Find buildings that stand for the most part in another grid than they belong to."""
    codes = context.grids["grid_code"].to_numpy(dtype=object)
    found = grid_of_footprint(context.footprints.geometry.to_numpy(), codes, context.grids.geometry.to_numpy())
    assigned = (context.footprints["grid_code"] != "").to_numpy()
    return _differing(context, found, "grid_code", assigned)


def _differing(context: Context, found: np.ndarray, column: str, considered: np.ndarray) -> Breaches:
    """List buildings whose code differs from the one found on the map."""
    stated = context.footprints[column].to_numpy(dtype=object)
    buildings = context.footprints["building_id"].tolist()
    wrong = np.flatnonzero(considered & (found != stated)).tolist()
    rows = [(buildings[row], str(stated[row]), str(found[row])) for row in wrong]
    return listed(("building_id", column, "stands_in"), rows)


def building_cut(context: Context) -> Breaches:
    """Find buildings that a grid's boundary cuts."""
    share = cut_shares(context.footprints.geometry.to_numpy(), context.grids.geometry.to_numpy())
    buildings, own = context.footprints["building_id"].tolist(), context.footprints["grid_code"].tolist()
    rows = [(buildings[row], own[row], f"{share[row]:.0%}") for row in np.flatnonzero(share > CUT_SHARE).tolist()]
    return listed(("building_id", "grid_code", "share_outside"), rows)


CHECKS: tuple[Check, ...] = (
    Check(
        "community_overlap",
        Status.FAIL,
        N_("Communities that overlap"),
        N_("Correct the boundary between the two and load the areas again."),
        community_overlap,
    ),
    Check(
        "grid_gap",
        Status.FAIL,
        N_("Communities their grids do not cover"),
        N_("Extend the grids at the gap, or divide the community again."),
        grid_gap,
    ),
    Check(
        "grid_overlap",
        Status.FAIL,
        N_("Grids that overlap"),
        N_("Correct the boundary between the two and load the grids again."),
        grid_overlap,
    ),
    Check(
        "grid_outside",
        Status.FAIL,
        N_("Grids that reach out of their community"),
        N_("Cut the grid at the community's boundary and load the grids again."),
        grid_outside,
    ),
    Check(
        "building_outside_community",
        Status.FAIL,
        N_("Buildings outside their community"),
        N_("Correct community_code, leave it empty to have it found by place, or correct the community's boundary."),
        building_outside_community,
    ),
    Check(
        "building_in_other_grid",
        Status.FAIL,
        N_("Buildings that stand in another grid than they belong to"),
        N_("Load the grids again: the linking assigns each building to the grid holding most of it."),
        building_in_other_grid,
    ),
    Check(
        "building_cut",
        Status.WARN,
        N_("Buildings cut by a grid's boundary"),
        N_("Move the boundary around the building: a grid is made of whole buildings."),
        building_cut,
    ),
)
