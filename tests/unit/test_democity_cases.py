"""Cases of the demo city: shares, seasons, life cycle, planted months, places."""

from __future__ import annotations

import csv
import datetime as dt
from itertools import pairwise
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest

from geo.core.democity import cases as recipe
from geo.core.democity import doubts, ground, homes, planted
from geo.core.democity import recipe as recipe_layouts
from geo.core.democity.case_words import FORMS, ISSUES, door
from geo.core.geocode import Register
from geo.crs import gcj02_to_wgs84
from tests.fixtures.demo import UNTIL, tables

CATEGORIES = Path(__file__).parents[2] / "data" / "categories.csv"
STEPS = ("reported_at", "accepted_at", "resolved_at", "closed_at")


def located(frame: pd.DataFrame) -> pd.DataFrame:
    """Return cases with their points in WGS-84."""
    frame = frame.copy()
    shifted = (frame["crs"] == "gcj02").to_numpy()
    frame.loc[shifted, "lon"], frame.loc[shifted, "lat"] = gcj02_to_wgs84(
        frame.loc[shifted, "lon"], frame.loc[shifted, "lat"]
    )
    return frame


@pytest.fixture(scope="module")
def city() -> pd.DataFrame:
    """Return the city's cases with points in WGS-84."""
    return located(tables("city")["cases"])


def test_categories_are_the_shipped_ones() -> None:
    with CATEGORIES.open(encoding="utf-8") as file:
        shipped = {row["code"]: row["ledger"] for row in csv.DictReader(file)}
    assert {code: ledger for code, (_, ledger) in recipe.SHARES.items()} == shipped
    assert set(ISSUES) == set(shipped)


def test_dispute_shares_are_those_counted_in_linhai(city: pd.DataFrame) -> None:
    with CATEGORIES.open(encoding="utf-8") as file:
        disputes = {row["code"] for row in csv.DictReader(file) if row["dispute"] == "true"}
    share = city.loc[city["category"].isin(disputes), "category"].value_counts(normalize=True)
    for code, said in (("damage", 0.2518), ("contract", 0.1449), ("neighbour", 0.1199), ("family", 0.1005)):
        assert share[code] == pytest.approx(said, abs=0.01)


def test_number_and_span(city: pd.DataFrame) -> None:
    assert 330_000 < len(city) < 345_000
    assert city["reported_at"].min()[:10] == "2024-10-01"
    assert city["reported_at"].max()[:10] == UNTIL.isoformat()


def test_seasons_weekdays_and_holidays(city: pd.DataFrame) -> None:
    day = pd.to_datetime(city["reported_at"].str[:10])
    month = day.dt.month
    heat = city["category"] == "facility"
    assert (heat & month.isin([11, 12, 1])).sum() > 1.4 * (heat & month.isin([5, 6, 7])).sum()
    noise = city["category"] == "noise"
    assert (noise & month.isin([6, 7, 8])).sum() > 1.4 * (noise & month.isin([12, 1, 2])).sum()
    weekday = day.dt.day_of_week.value_counts()
    assert weekday[[0, 1, 2, 3, 4]].min() > 1.1 * weekday[[5, 6]].max()
    per_day = day.value_counts()
    festival = pd.date_range("2026-02-17", "2026-02-21")
    assert per_day[festival].mean() < 0.55 * per_day.mean()
    counter = city["channel"] == "counter"
    assert city.loc[counter, "reported_at"].str[11:13].astype(int).between(8, 18).all()


def test_some_places_have_far_more_than_others(city: pd.DataFrame) -> None:
    t = tables("city")
    buildings = gpd.GeoDataFrame(t["buildings"][["estate"]], geometry=t["buildings"].geometry, crs=4326)
    points = gpd.GeoDataFrame(geometry=gpd.points_from_xy(city["lon"], city["lat"]), crs=4326)[city["crs"] != ""]
    estate = gpd.sjoin(points, buildings, predicate="within")["estate"]
    per_estate = estate[estate != ""].value_counts()
    assert per_estate.quantile(0.98) > 4 * per_estate.median()


def test_steps_follow_each_other(city: pd.DataFrame) -> None:
    for before, after in pairwise(STEPS):
        known = city[city[after] != ""]
        assert (known[before] != "").all(), f"{after} without {before}"
        assert (known[after] >= known[before]).all()
    open_ = (city["closed_at"] == "").sum()
    assert 1_500 < open_ < 9_000
    rated = city["satisfaction"] != ""
    assert set(city.loc[rated, "satisfaction"]) == set("12345")
    assert (city.loc[rated, "closed_at"] != "").all()


@pytest.fixture(scope="module")
def planted_months(city: pd.DataFrame) -> pd.DataFrame:
    """Return the cases of the planted months with the community the product finds for each."""
    months = [tuple(d.isoformat() for d in planted.month(UNTIL, f.months_back)) for f in planted.FIGURES]
    inside = pd.Series(False, index=city.index)
    for first, after in months:
        inside |= city["accepted_at"].between(first, after) | city["resolved_at"].between(first, after)
    some = city[inside].reset_index(drop=True)
    some["community"] = register(tables("city")).place(some[["address", "lon", "lat"]])["community_code"]
    return some


@pytest.mark.parametrize("figure", planted.FIGURES, ids=lambda f: f"{f.resolved} of {f.accepted}")
def test_planted_months(planted_months: pd.DataFrame, figure: planted.Figure) -> None:
    first, after = (d.isoformat() for d in planted.month(UNTIL, figure.months_back))
    mine = planted_months["community"].str.startswith(figure.prefix)
    if figure.channel:
        mine &= planted_months["channel"] == figure.channel
    accepted = mine & planted_months["accepted_at"].between(first, after)
    resolved = mine & planted_months["resolved_at"].between(first, after)
    assert int(accepted.sum()) == figure.accepted
    assert int(resolved.sum()) == figure.resolved
    assert (accepted[resolved]).all(), "what a planted month resolved, it had accepted"


@pytest.mark.parametrize("until", [dt.date(2026, 10, 15), dt.date(2026, 11, 22), dt.date(2027, 4, 1)])
def test_figures_are_planted_whenever_the_demo_is_made(until: dt.date) -> None:
    city = ground.found_city(recipe_layouts.SUBDISTRICT, 1)
    draft = recipe.happen(city, homes.settle(city, np.random.default_rng(1)), until, np.random.default_rng(2))
    assert int(draft.counted.sum()) == 973


def register(t: dict[str, pd.DataFrame]) -> Register:
    return Register.build(t["areas"], t["buildings"], t["dwellings"], t["grids"], t["aliases"])


def test_planted_month_at_year_start() -> None:
    assert planted.month(dt.date(2026, 2, 28), 3) == (dt.date(2025, 11, 1), dt.date(2025, 12, 1))


def test_points_and_addresses(city: pd.DataFrame) -> None:
    has_point = city["crs"] != ""
    assert has_point.eq(city["lon"].notna()).all()
    assert 0.90 < has_point.mean() < 0.93
    assert 0.3 < (city.loc[has_point, "crs"] == "gcj02").mean() < 0.4
    nowhere = ~has_point & (city["address"] == "")
    assert 0.004 < nowhere.mean() < 0.006


@pytest.mark.parametrize("size", ["community", "subdistrict"])
def test_every_case_with_a_place_is_placed(size: str) -> None:
    t = tables(size)
    frame = located(t["cases"])
    answer = register(t).place(frame[["address", "lon", "lat"]])
    said = (frame["address"] != "") | frame["lon"].notna()
    in_doubt = frame["lon"].isna() & (answer["grid_code"] == "") & said
    assert in_doubt.mean() < 3 * doubts.SHARE, "but for the few that are planted for a person to read"
    assert (answer.loc[said & ~in_doubt, "grid_code"] != "").all()
    assert (answer.loc[~said, "grid_code"] == "").all()
    assert (answer.loc[said, "level"] == "dwelling").mean() > 0.35, "most are spelled so that the door is found"


def test_a_person_has_something_to_decide() -> None:
    t = tables("subdistrict")
    answer = register(t).place(located(t["cases"])[["address", "lon", "lat"]])
    waits = (answer["status"] != "matched") | (answer["grid_code"] == "")
    said = t["cases"]["address"] != ""
    assert set(answer.loc[waits & said, "status"]) >= {"review", "unmatched"}
    repeated = t["cases"].loc[waits & said & (answer["status"] == "unmatched"), "address"].str.extract(r"^(\D+)")[0]
    assert repeated.value_counts().iloc[0] > 1, "a nickname comes more than once, so that teaching it pays"


def test_no_case_names_a_person() -> None:
    t = tables("subdistrict")
    people = set(t["residents"]["name"].str[:3][t["residents"]["name"].str.len() == 3])
    words = set(t["cases"]["title"])
    assert not {w for w in words if w[:3] in people}


@pytest.mark.parametrize("form", FORMS)
def test_a_door_is_written_with_its_number(form: str) -> None:
    text = door(form, 12, "12号楼", "3", 7, "702")
    assert any(spelling in text for spelling in ("12", "十二", "１２"))


def test_larger_numbers_of_the_smaller_sizes_are_left_out() -> None:
    frame = tables("subdistrict")["cases"]
    first, after = (d.isoformat() for d in planted.month(UNTIL, 2))
    assert int(frame["accepted_at"].between(first, after).sum()) == 973
    assert int(frame["resolved_at"].between(first, after).sum()) == 859
    assert np.isfinite(frame["lon"]).mean() > 0.9
