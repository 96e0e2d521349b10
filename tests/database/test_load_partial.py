"""A file that leaves columns out says nothing about them: what is stored there stays."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from geo.store.cluster import Urls
from geo.store.database import owner_connection
from loaders.pipeline import load
from loaders.tables import TABLES
from loaders.write import write_folder
from tests.fixtures.canonical import canonical

Tables = dict[str, pd.DataFrame]


def required(name: str, frame: pd.DataFrame) -> pd.DataFrame:
    """Cut a table to the columns that are not kept where they are left out."""
    table = TABLES[name]
    kept = {column for group in table.kept for column in group}
    return frame.drop(columns=[column for column in kept if column in frame and column not in table.key])


@pytest.mark.parametrize("name", [name for name, table in TABLES.items() if table.kept])
def test_columns_that_are_left_out_stay_as_they_are_stored(
    name: str, small_city_db: Urls, small_city_tables: Tables, tmp_path: Path
) -> None:
    before = canonical(small_city_db.owner_url)
    short = required(name, small_city_tables[name])
    assert len(short.columns) < len(small_city_tables[name].columns)
    write_folder({name: short}, tmp_path)
    (table,) = load([tmp_path], small_city_db.owner_url).tables
    assert (table.read, table.unchanged) == (len(short), len(short))
    assert canonical(small_city_db.owner_url) == before


def test_a_list_of_new_numbers_changes_the_numbers_and_brings_new_people_without_the_rest(
    small_city_db: Urls, small_city_tables: Tables, tmp_path: Path
) -> None:
    people = small_city_tables["residents"][["resident_id", "household_id"]].head(3).assign(phone="10011112222")
    known = [*people["resident_id"].head(2)]
    people.loc[2, "resident_id"] = "R-NEW"
    said = "SELECT resident_id, name, sex, birth_year FROM resident WHERE resident_id = ANY(%s) ORDER BY resident_id"
    with owner_connection(small_city_db.owner_url) as conn:
        before = conn.execute(said, (known,)).fetchall()
    write_folder({"residents": people}, tmp_path)
    (table,) = load([tmp_path], small_city_db.owner_url).tables
    assert (table.accepted, table.updated, table.unchanged, table.rejected) == (1, 2, 0, 0)
    with owner_connection(small_city_db.owner_url) as conn:
        assert conn.execute(said, (known,)).fetchall() == before
        assert conn.execute(said, (["R-NEW"],)).fetchall() == [("R-NEW", "", None, None)]
        numbers = "SELECT count(*) FROM resident WHERE phone = '10011112222'"
        assert conn.execute(numbers).fetchone() == (3,)


def test_a_cases_place_is_told_whole(small_city_db: Urls, small_city_tables: Tables, tmp_path: Path) -> None:
    cases = small_city_tables["cases"]
    case = cases[cases["lon"].notna()].head(1).drop(columns=["lon", "lat", "crs", "dwelling_id", "building_id"])
    write_folder({"cases": case.assign(address="无此地址")}, tmp_path)
    load([tmp_path], small_city_db.owner_url)
    with owner_connection(small_city_db.owner_url) as conn:
        row = conn.execute(
            "SELECT point_given, geom, grid_code FROM case_record WHERE (channel, case_no) = (%s, %s)",
            (case["channel"].iloc[0], case["case_no"].iloc[0]),
        ).fetchone()
    assert row == (False, None, "")


def test_a_rehearsal_of_a_table_in_two_files_waits_for_nobody(
    database: Urls, small_city_tables: Tables, tmp_path: Path
) -> None:
    write_folder(small_city_tables, tmp_path)
    short = required("residents", small_city_tables["residents"])
    short.to_csv(tmp_path / "residents-2.csv", index=False)
    report = load([tmp_path], database.owner_url, dry_run=True)
    assert report.rejected == 0
    assert sum(table.read for table in report.tables if table.table == "residents") == 2 * len(short)
