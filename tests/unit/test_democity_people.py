"""Dwellings, households and residents of the demo city: keys, numbering, ages, care flags, phones."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from geo.core.democity import recipe
from tests.fixtures.demo import UNTIL, tables

CARE = {"elder_alone", "disabled", "low_income", "left_behind_child"}


@pytest.mark.parametrize("size", ["community", "subdistrict", "city"])
def test_keys_refer_to_rows_that_are_there(size: str) -> None:
    t = tables(size)
    for table, key in (
        ("areas", "code"), ("roads", "road_id"), ("buildings", "building_id"), ("dwellings", "dwelling_id"),
        ("households", "household_id"), ("residents", "resident_id"), ("grids", "grid_code"), ("visits", "visit_id"),
        ("devices", "device_id"),
    ):  # fmt: skip
        assert t[table][key].is_unique, table
        assert (t[table][key] != "").all(), table
    assert not t["cases"].duplicated(["channel", "case_no"]).any()
    for table, column, target in (
        ("dwellings", "building_id", "buildings"), ("households", "dwelling_id", "dwellings"),
        ("residents", "household_id", "households"), ("visits", "household_id", "households"),
        ("visits", "worker_id", "workers"), ("workers", "grid_code", "grids"),
    ):  # fmt: skip
        assert t[table][column].isin(t[target][column]).all(), (table, column)
    assert t["households"]["dwelling_id"].is_unique
    assert t["households"]["household_id"].isin(t["residents"]["household_id"]).all(), "nobody's household"
    known = t["devices"]["dwelling_id"].isin(t["dwellings"]["dwelling_id"])
    assert (known ^ t["devices"]["building_id"].isin(t["buildings"]["building_id"])).all()
    assert t["aliases"]["estate"].isin(t["buildings"]["estate"]).all()


def test_rooms_are_floor_and_door_without_a_gap() -> None:
    t = tables("subdistrict")
    flats = t["dwellings"][t["dwellings"]["unit"] != ""]
    number = flats["room"].astype(int)
    assert (number // 100 == flats["floor"]).all()
    doors = (number % 100).groupby([flats["building_id"], flats["unit"], flats["floor"]])
    assert (doors.min() == 1).all()
    assert (doors.max() == doors.size()).all()
    floors = flats.groupby(["building_id", "unit"])["floor"].nunique()
    storeys = t["buildings"].set_index("building_id")["floors"]
    assert (floors == storeys[floors.index.get_level_values(0)].to_numpy()).all()
    assert not t["dwellings"].duplicated(["building_id", "unit", "floor", "room"]).any()


def test_households_and_vacancy() -> None:
    t = tables("city")
    homes = t["dwellings"][t["dwellings"]["use"] == "home"]
    lived = homes["dwelling_id"].isin(t["households"]["dwelling_id"])
    assert len(t["households"]) == recipe.HOUSEHOLDS == int(lived.sum())
    assert ((homes["occupancy"] == "vacant") == ~lived).all()
    assert 0.10 < (~lived).mean() < 0.14
    assert 0.11 < (homes["occupancy"] == "rented").mean() < 0.16
    assert 690_000 <= len(t["residents"]) <= 750_000
    offices = t["buildings"]["building_id"].isin(homes["building_id"])
    assert (t["buildings"].loc[~offices, "estate"] == "").all()
    assert (~offices).sum() > 500, "shops, offices, schools and works have no household"


def test_ages_are_those_of_a_city() -> None:
    residents = tables("city")["residents"]
    age = UNTIL.year - residents["birth_year"]
    assert age.between(0, 101).all()
    assert 0.11 < (age < 15).mean() < 0.19
    assert 0.17 < (age >= 60).mean() < 0.27
    assert 0.47 < (residents["sex"] == "f").mean() < 0.53
    per_household = residents.groupby("household_id").size()
    assert 2.5 < per_household.mean() < 2.75
    adults = (age >= 18).groupby(residents["household_id"]).sum()
    assert (adults >= 1).all(), "no child lives alone"


def test_care_flags_follow_from_age_and_household() -> None:
    residents = tables("city")["residents"]
    flags = residents["care"].str.split(";").explode()
    assert set(flags[flags != ""]) == CARE
    age = UNTIL.year - residents["birth_year"]
    size = residents.groupby("household_id")["resident_id"].transform("size")
    alone = residents["care"].str.contains("elder_alone")
    assert (alone == ((age >= 65) & (size == 1))).all()
    left = residents["care"].str.contains("left_behind_child")
    assert (age[left] < 16).all()


def test_phones_can_be_nobodys() -> None:
    t = tables("city")
    phones = pd.concat([t["residents"]["phone"], t["workers"].drop_duplicates("worker_id")["phone"]])
    given = phones[phones != ""]
    assert given.str.fullmatch(r"100\d{8}").all(), "no Chinese subscriber number starts with 100"
    assert given.is_unique


def test_staff_and_visits() -> None:
    t = tables("city")
    workers = t["workers"]
    roles = workers.groupby("role").size()
    assert roles["captain"] == recipe.GRIDS
    assert round((roles["captain"] + roles["worker"]) / recipe.GRIDS, 2) == 1.28
    assert workers[workers["role"] == "captain"]["grid_code"].is_unique
    cared = t["residents"].loc[t["residents"]["care"] != "", "household_id"].unique()
    care = t["visits"][t["visits"]["kind"] == "care"]
    assert set(care["household_id"]) == set(cared)
    last = pd.to_datetime(care.groupby("household_id")["visited_at"].max())
    ago = (pd.Timestamp(UNTIL, tz="Asia/Shanghai") + pd.Timedelta(days=1) - last).dt.days
    assert 0.90 < (ago <= 14).mean() < 0.96
    assert (ago < 90).all()


def test_times_are_within_the_city_clock() -> None:
    t = tables("city")
    end = f"{UNTIL.isoformat()}T23:59:59+08:00"
    for column in ("reported_at", "accepted_at", "resolved_at", "closed_at"):
        said = t["cases"].loc[t["cases"][column] != "", column]
        assert said.max() <= end
    assert np.all(t["visits"]["visited_at"].to_numpy() <= end)
