"""The demo city's ground: areas and grids tile, buildings stand inside and apart, in the city and on drawn seeds."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
import shapely

from geo.core import democity
from geo.core.democity import ground, recipe
from geo.core.tiling import holes
from tests.fixtures.demo import tables

METRIC = 4544


def metres(frame: gpd.GeoDataFrame) -> np.ndarray:
    """Return the shapes in metres."""
    return frame.geometry.to_crs(METRIC).to_numpy()


def level(areas: gpd.GeoDataFrame, name: str) -> gpd.GeoDataFrame:
    return areas[areas["level"] == name]


def check_tiling(areas: gpd.GeoDataFrame, grids: gpd.GeoDataFrame) -> None:
    """Hold grids and communities to one exact coverage: shared vertices, no gap, no overlap."""
    communities = level(areas, "community")
    for frame in (grids, communities):
        shapes = frame.geometry.to_numpy()
        assert shapely.is_valid(shapes).all()
        assert shapely.coverage_is_valid(shapes)
        assert (shapely.get_type_id(shapes) == 3).all(), "every grid and community is one piece"
    whole = dict(zip(communities["code"], communities.geometry, strict=True))
    for code, own in grids.groupby("community_code"):
        union = shapely.coverage_union_all(own.geometry.to_numpy())
        assert union.symmetric_difference(whole[code]).area == 0, code
    for upper in ("city", "county", "subdistrict"):
        assert shapely.is_valid(level(areas, upper).geometry.to_numpy()).all()


def check_no_land_is_left_out(areas: gpd.GeoDataFrame, water: gpd.GeoDataFrame) -> None:
    """Hold communities and water to leave no hole, as a load looks for it: an islet is a community's or water."""
    assert [*holes(metres(level(areas, "community")), metres(water))] == []


def check_buildings(tables: dict[str, gpd.GeoDataFrame]) -> None:
    """Hold every building to one grid of its own community, off the water, apart from every other."""
    buildings, grids = tables["buildings"], tables["grids"]
    shapes = buildings.geometry.to_numpy()
    assert shapely.is_valid(shapes).all()
    tree = shapely.STRtree(shapes)
    a, b = tree.query(shapes, predicate="intersects")
    assert (a == b).all(), "buildings never touch"
    held = shapely.STRtree(grids.geometry.to_numpy()).query(shapes, predicate="within")
    assert (held[0] == np.arange(len(shapes))).all(), "each within exactly one grid"
    assert (grids["community_code"].to_numpy()[held[1]] == buildings["community_code"].to_numpy()).all()
    wet = tables["water"].geometry.union_all()
    assert not len(tree.query(wet, predicate="intersects")), "no building in water or on the tracks"


def check_barriers(tables: dict[str, gpd.GeoDataFrame]) -> None:
    """Hold grids to one side of the river and the railway."""
    grids, water = metres(tables["grids"]), tables["water"]
    for shape, kind in zip(metres(water), water["kind"], strict=True):
        if kind == "rail":
            inner = shapely.buffer(grids, -1.0)
            assert not shapely.intersects(inner, shape).any(), "the railway runs along edges only"
        else:
            overlap = shapely.area(shapely.intersection(grids, shape))
            assert overlap.max() < 1.0, "water is nobody's grid"


@pytest.mark.parametrize("size", ["community", "subdistrict", "city"])
def test_ground_is_sound(size: str) -> None:
    t = tables(size)
    check_tiling(t["areas"], t["grids"])
    check_no_land_is_left_out(t["areas"], t["water"])
    check_buildings(t)
    check_barriers(t)


@pytest.mark.parametrize("seed", [1, 2, 3, 4, 5, 6])
def test_ground_is_sound_on_other_seeds(seed: int) -> None:
    city = ground.found_city(recipe.SUBDISTRICT, seed)
    t = {name: getattr(ground, name)(city) for name in ("areas", "grids", "buildings", "water")}
    check_tiling(t["areas"], t["grids"])
    check_no_land_is_left_out(t["areas"], t["water"])
    check_buildings(t)
    check_barriers(t)
    assert len(t["grids"]) == recipe.SUBDISTRICT.grids


def test_counts_are_those_of_shizuishan() -> None:
    t = tables("city")
    communities = level(t["areas"], "community")
    assert len(communities) == recipe.COMMUNITIES == 119
    assert len(t["grids"]) == recipe.GRIDS == 547
    assert t["grids"].groupby("community_code").size().between(1, 8).all()
    assert set(level(t["areas"], "county")["code"]) == {"640202", "640205", "640221"}


def test_grid_codes_run_from_west_to_east() -> None:
    grids = tables("city")["grids"]
    assert (grids["grid_code"].str[:12] == grids["community_code"]).all()
    for code, own in grids.sort_values("grid_code").groupby("community_code"):
        assert own["grid_code"].str[12:].tolist() == [f"{k:03d}" for k in range(1, len(own) + 1)], code
        x = own.geometry.representative_point().x.to_numpy()
        if len(own) > 3:
            assert np.corrcoef(x, np.arange(len(x)))[0, 1] > 0, code
    name = grids.set_index("grid_code")["name"]
    assert name["640202002003001"] == "怡心01"


def test_every_grid_has_about_five_hundred_households() -> None:
    t = tables("city")
    tree = shapely.STRtree(t["grids"].geometry.to_numpy())
    grid = tree.query(t["buildings"].geometry.to_numpy(), predicate="within")[1]
    of_building = dict(zip(t["buildings"]["building_id"], grid, strict=True))
    of_dwelling = t["dwellings"].set_index("dwelling_id")["building_id"].map(of_building)
    count = np.bincount(of_dwelling[t["households"]["dwelling_id"]], minlength=len(t["grids"]))
    assert count.sum() == recipe.HOUSEHOLDS
    assert ((count > 400) & (count < 600)).mean() > 0.9
    assert count.min() > 250
    assert count.max() < 800


def test_an_estate_lies_in_one_community_and_homonyms_in_several_subdistricts() -> None:
    buildings = tables("city")["buildings"]
    estates = buildings[buildings["estate"] != ""]
    codes = estates.groupby("estate")["community_code"].agg(["nunique", lambda c: c.str[:9].nunique()])
    codes.columns = ["communities", "subdistricts"]
    assert (codes["communities"] == codes["subdistricts"]).all()
    assert (codes["communities"] > 1).sum() >= 5, "some names occur twice"
    names = set(codes.index)
    assert any(name.endswith("二期") and name.removesuffix("二期") + "一期" in names for name in names)
    assert any(name.startswith("新") and name[1:] in names for name in names)
    one_name = estates.groupby(["estate", "community_code", "name"]).size()
    assert (one_name == 1).all(), "a building's name is its own within the estate"


def test_buildings_have_addresses_of_named_roads() -> None:
    t = tables("city")
    road = t["buildings"]["address"].str.extract(r"^(\D+)(\d+)号$")
    assert road.notna().all().all()
    assert set(road[0]) <= set(t["roads"]["name"])
    assert set(t["roads"]["class"]) == {"arterial", "street", "path"}


def test_the_same_seed_draws_the_same_city_and_another_seed_another() -> None:
    first = democity.make("community", seed=7, until=democity.UNTIL)
    again = democity.make("community", seed=7, until=democity.UNTIL)
    other = democity.make("community", seed=8, until=democity.UNTIL)
    for name, table in first.items():
        assert table.equals(again[name]), name
    assert not first["buildings"].geometry.equals(other["buildings"].geometry)


def test_unknown_size_is_refused() -> None:
    with pytest.raises(ValueError, match="community, subdistrict, city"):
        democity.make("province")
