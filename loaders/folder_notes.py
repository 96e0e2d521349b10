"""What a division of a folder has to say of its tables: rows that count once, lie elsewhere or mean nothing here.

A division takes what it can place; what it takes otherwise than it is written is told, with the rows and the way out.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
import shapely

from geo.core import tiling
from geo.i18n import _, listed, ngettext
from loaders.report import sentence

_NAMED = 5
"""Rows named one by one, a sentence."""


def named(names: Any) -> str:
    """List some names, the first of them where they are many."""
    different = [*dict.fromkeys(map(str, names))]
    return listed(different[:_NAMED]) + ("…" if len(different) > _NAMED else "")


def repeated(frame: Any, key: str, table: str) -> Iterator[str]:
    """Tell rows whose key an earlier row has."""
    again = frame[key][frame[key].duplicated()]
    if len(again):
        yield ngettext(
            "{table}: {n} row repeats a {key} of an earlier row, and the earlier one counts: {names}.",
            "{table}: {n} rows repeat a {key} of an earlier row, and the earlier one counts: {names}.",
            len(again),
            table=table,
            key=key,
            names=named(again),
        )


def shapeless(communities: Any) -> Iterator[str]:
    """Tell communities without a polygon."""
    bare = communities["code"][communities.geometry.isna()]
    if len(bare):
        yield ngettext(
            "areas: {n} community has no polygon and was left out: {names}.",
            "areas: {n} communities have no polygon and were left out: {names}.",
            len(bare),
            names=named(bare),
        )


def misplaced(buildings: Any, communities: Any) -> Iterator[str]:
    """Tell buildings that name a community that is not there, lie in another one than they name, or lie in none."""
    spots = buildings.geometry.representative_point().to_numpy()
    spot, found = shapely.STRtree(communities.geometry.to_numpy()).query(spots, predicate="intersects")
    codes = communities["code"].to_numpy(dtype=object)
    stated = buildings["community_code"].astype(str)
    unknown = (stated != "") & ~stated.isin(codes.tolist())
    if unknown.any():
        yield ngettext(
            "{n} building names a community that areas does not have ({codes}); where it lies decides.",
            "{n} buildings name a community that areas does not have ({codes}); where they lie decides.",
            int(unknown.sum()),
            codes=named(stated[unknown]),
        )
    inside = np.isin(np.arange(len(spots)), spot)
    own = pd.Series(codes[found] == stated.to_numpy()[spot]).groupby(spot).any()
    elsewhere = int((~own[(stated.to_numpy() != "")[own.index] & ~unknown.to_numpy()[own.index]]).sum())
    if elsewhere:
        yield sentence({"code": "other_community", "count": elsewhere})
    if not inside.all():
        lost = buildings["building_id"][~inside]
        yield ngettext(
            "{n} building lies outside every community ({names}); it goes to the one it names, else to the nearest."
            " Look at its place, the community's border and the coordinate systems.",
            "{n} buildings lie outside every community ({names}); each goes to the one it names, else to the nearest."
            " Look at their places, the communities' borders and the coordinate systems.",
            len(lost),
            names=named(lost),
        )


def overlapping(communities: Any, epsg: int) -> Iterator[str]:
    """Tell communities that lie over one another: their grids will, too."""
    shapes = communities.to_crs(epsg).geometry.to_numpy()
    for first, second, area_m2, width_m in tiling.overlaps(shapely.make_valid(shapes)):
        one, other = communities.iloc[first], communities.iloc[second]
        values = {
            "first": one["name"],
            "first_code": one["code"],
            "second": other["name"],
            "second_code": other["code"],
        }
        yield sentence({"code": "overlap", "area_m2": round(area_m2, 1), "width_m": round(width_m, 1), **values})


def foreign(grids: Any, communities: Any) -> tuple[Any, list[str]]:
    """Take the grids of communities that are not there out of a plan.

    Returns
    -------
    The plan, None where nothing of it is left, and what there is to say.
    """
    own = grids["grid_code"].astype(str).str[:12].isin(communities["code"].tolist())
    if own.all():
        return grids, []
    codes = grids["grid_code"][~own].astype(str).str[:12]
    said = ngettext(
        "grids: {n} grid is of a community that areas does not have ({codes}) and was left out.",
        "grids: {n} grids are of communities that areas does not have ({codes}) and were left out.",
        int((~own).sum()),
        codes=named(codes),
    )
    return (grids[own].reset_index(drop=True) if own.any() else None), [said]


def uninhabited(buildings: Any) -> Iterator[str]:
    """Tell that nobody is counted anywhere."""
    if buildings["households"].fillna(0).sum() == 0:
        yield _(
            "No building has a household, so every piece of land becomes one grid: fill the column households of"
            " buildings, or bring the tables dwellings and households."
        )
