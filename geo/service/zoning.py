"""A division from the tables to the answer: units cut, the plan in force brought to them, divided, checked, listed.

What is written in which file is the caller's; where the tables come from too (`stored_tables.py`, a folder in loaders).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from geo import crs
from geo.core import zoning
from geo.core.assign import grid_of_footprint
from geo.core.zoning import Options, Units
from geo.core.zoning.layers import Layers
from geo.core.zoning.rules import Breach, breaches
from geo.errors import InputError
from geo.i18n import _

Tell = Callable[[str, float, int], None]
"""Told of every step: what is being done, the share of it done, and how many."""


@dataclass(frozen=True, slots=True)
class Tables:
    """Exchange tables, EPSG:4326; `grids` is the plan in force, None where there is none.

    Attributes
    ----------
    metric_epsg : the metric system to compute in.
    used : further grid codes that were ever used.
    """

    areas: gpd.GeoDataFrame
    buildings: gpd.GeoDataFrame
    roads: gpd.GeoDataFrame | None
    water: gpd.GeoDataFrame | None
    grids: gpd.GeoDataFrame | None
    metric_epsg: int
    used: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Outcome:
    """The layers of exchange.md, and what breaks a hard rule (nothing, ever)."""

    grids: gpd.GeoDataFrame
    assignment: pd.DataFrame
    feasibility: pd.DataFrame
    changes: pd.DataFrame
    broken: tuple[Breach, ...]
    good: float


def run(tables: Tables, options: Options, *, from_plan: bool | None, tell: Tell) -> Outcome:
    """Divide what the tables hold.

    Parameters
    ----------
    from_plan : start from the plan in force; None does so where there is one.
    tell : progress.

    Raises
    ------
    InputError   no plan to start from, nobody to count, or what `divide` refuses.
    """
    if from_plan and tables.grids is None:
        raise InputError(
            _("There is no plan in force to start from."),
            hint=_("Leave --from-plan out, or bring the plan as the table grids; provisional grids do not count."),
        )
    layers = zoning.from_frames(
        tables.areas, tables.buildings, tables.roads, tables.water, crs=f"EPSG:{tables.metric_epsg}"
    )
    if options.unit == "persons" and layers.persons.sum() == 0:
        raise InputError(
            _("No persons are known, so they cannot be counted."),
            hint=_("Bring the tables dwellings, households and residents, or count households."),
        )
    if options.workload > 0 and layers.workload.sum() == 0:
        raise InputError(
            _("No work is known, so it cannot be balanced."),
            hint=_("Work is open cases and care visits due of the stored city: load cases, residents and visits."),
        )
    units = zoning.build(layers, progress=_told(tell, _("Cutting units")))
    plan = tables.grids if from_plan is not False else None
    before = np.full(len(layers.building_id), "", dtype=object) if plan is None else in_force(layers, tables)
    found = zoning.divide(
        units,
        options,
        previous=zoning.units_from_buildings(units, before),
        used=tables.used,
        progress=_told(tell, _("Dividing")),
    )
    return _outcome(units, options, found.grid_code, before, plan, _cut_off(units, tables.water))


def _told(tell: Tell, what: str) -> Callable[[int, int], None]:
    return lambda done, total: tell(what, done / max(total, 1), done)


def in_force(layers: Layers, tables: Tables) -> NDArray[Any]:
    """Return the code each building has in the plan in force: the stored one, else that of the polygon holding it."""
    assert tables.grids is not None  # asked where there is a plan
    order = np.argsort(tables.buildings["building_id"].astype(str).to_numpy(), kind="stable")
    if "grid_code" in tables.buildings:
        return tables.buildings["grid_code"].astype(str).to_numpy(dtype=object)[order]
    polygons = tables.grids.to_crs(layers.crs).geometry.to_numpy()
    return grid_of_footprint(layers.footprint, tables.grids["grid_code"].astype(str).to_numpy(dtype=object), polygons)


def _cut_off(units: Units, water: gpd.GeoDataFrame | None) -> dict[int, tuple[str, ...]]:
    """Return the names of what cuts pieces off from their community."""
    if water is None or len(water) == 0:
        return zoning.severed(units, np.empty(0, dtype=object), [])
    said = (water[name].fillna("").astype(str) if name in water else [""] * len(water) for name in ("name", "kind"))
    names = [zoning.barrier_name(name, kind) for name, kind in zip(*said, strict=True)]
    return zoning.severed(units, water.to_crs(units.crs).geometry.to_numpy(), names)


def _outcome(
    units: Units, options: Options, grid_code: NDArray[Any], before: NDArray[Any], plan: gpd.GeoDataFrame | None,
    cut_off: Mapping[int, tuple[str, ...]],
) -> Outcome:  # fmt: skip
    quality = zoning.measure(units, grid_code)
    shapes = zoning.outlines(units, grid_code)
    polygons = _degrees(np.array([shapes[code] for code in quality.grid_code], dtype=object), units.crs)
    columns: dict[str, Any] = {
        "grid_code": quality.grid_code,
        "community_code": [code[:12] for code in quality.grid_code],
        "households": quality.households,
        "buildings": quality.buildings,
        "polsby_popper": np.round(quality.polsby_popper, 4),
    }
    if options.unit == "persons":
        columns["persons"] = quality.persons
    if options.workload > 0:
        columns["workload"] = quality.workload
    after = grid_code[units.unit_of]
    closed = [] if plan is None else sorted(set(plan["grid_code"].astype(str)) - set(before.tolist()))
    rows = zoning.changes(before, after, units.building_households, closed) if plan is not None else []
    return Outcome(
        grids=gpd.GeoDataFrame(columns, geometry=gpd.array.from_shapely(polygons), crs="EPSG:4326"),
        assignment=pd.DataFrame({"building_id": units.building_id, "grid_code": after}),
        feasibility=_possible(units, options, cut_off),
        changes=pd.DataFrame(
            [(row.old_grid_code, row.new_grid_code, row.change, row.households_moved) for row in rows],
            columns=["old_grid_code", "new_grid_code", "change", "households_moved"],
        ),
        broken=tuple(breaches(units, grid_code, dict(zip(quality.grid_code.tolist(), polygons, strict=True)))),
        good=float(quality.good(options).mean()) if len(quality.grid_code) else 1.0,
    )


def _degrees(shapes: NDArray[Any], metric: str) -> NDArray[Any]:
    """Bring polygons to EPSG:4326; equal corners stay equal, so the coverage stays one."""
    return shapely.transform(shapes, lambda xy: np.column_stack(crs.transform(metric, "EPSG:4326", xy[:, 0], xy[:, 1])))


def _possible(units: Units, options: Options, cut_off: Mapping[int, tuple[str, ...]]) -> pd.DataFrame:
    """Lay the feasibility of every piece out as the layer of exchange.md; pieces are numbered within the community."""
    households = np.bincount(units.piece, units.households).astype(int)
    number: dict[str, int] = {}
    rows = []
    for found in zoning.feasibility(units, options):
        number[found.community_code] = number.get(found.community_code, 0) + 1
        rows.append(
            (
                found.community_code,
                number[found.community_code],
                int(households[found.piece]),
                found.grids,
                round(found.best_deviation, 4),
                zoning.cut_off(zoning.sentence(found, options), cut_off.get(found.piece)),
            )
        )
    return pd.DataFrame(rows, columns=["community_code", "piece", "households", "grids", "best_deviation", "reason"])
