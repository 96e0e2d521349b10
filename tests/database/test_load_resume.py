"""A load may be killed at any point; run again, the tables equal those of one clean run."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geo.errors import StoreError
from geo.store import ingest
from geo.store.cluster import Cluster, Urls
from geo.store.database import owner_connection
from loaders import csvfile, geofile
from loaders.pipeline import load
from loaders.write import write_folder
from tests.fixtures.canonical import Rows, canonical
from tests.fixtures.database import clone

Tables = dict[str, pd.DataFrame]
CHUNK = 40

# A load in a process of its own that kills itself (-9) at its N-th step: before or after a chunk is written, at the
# linking, at the figures, while the rejects are written. Chunks are small, so that every table has several.
PROGRAM = f"""
import os, signal, sys
from pathlib import Path
from geo.service import ingest
from geo.store import ingest as store
from loaders import csvfile, geofile, report
from loaders.pipeline import load
folder, url, at, fill = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
csvfile.CHUNK_ROWS = geofile.CHUNK_ROWS = {CHUNK}
ingest.FILL_BYTES = fill
steps = 0
def die():
    global steps
    steps += 1
    if steps == at:
        os.kill(os.getpid(), signal.SIGKILL)
def mined(module, name):
    real = getattr(module, name)
    def run(*args, **options):
        die()
        answer = real(*args, **options)
        die()
        return answer
    setattr(module, name, run)
for module, name in ((store, "write_rows"), (store, "checkpoint"), (store, "finish_batch"), (store, "note_link"),
                     (store, "note_figures"), (store, "start_batch"), (report, "write_rejects")):
    mined(module, name)
load([Path(folder)], url)
print(steps)
"""


@pytest.fixture(scope="module")
def folder(small_city_tables: Tables, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the city as files, with some rows of every table that will be rejected."""
    tables = {name: frame.copy() for name, frame in small_city_tables.items()}
    tables["residents"].loc[::50, "sex"] = "x"
    tables["households"] = tables["households"].drop(index=[7, 90])
    tables["dwellings"] = pd.concat([tables["dwellings"], tables["dwellings"].iloc[[3]]])
    path = tmp_path_factory.mktemp("city")
    write_folder(tables, path)
    return path


@pytest.fixture(scope="module")
def clean(cluster: Cluster, template: str, folder: Path) -> tuple[dict[str, Rows], dict[str, bytes]]:
    """Give the tables and the rejects files of one clean run."""
    made = clone(cluster, template)
    urls = next(made)
    load([folder], urls.owner_url)
    rows, files = canonical(urls.owner_url), rejects(folder)
    made.close()
    assert set(files) == {"dwellings", "residents", "visits"}
    return rows, files


def rejects(folder: Path) -> dict[str, bytes]:
    return {path.name.split(".")[0]: path.read_bytes() for path in folder.glob("*.rejects.csv")}


def killed(folder: Path, urls: Urls, at: int, fill: int) -> int:
    """Load in a process of its own that dies at a step; return that process's answer, or minus the signal."""
    run = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(folder), urls.owner_url, str(at), str(fill)],
        cwd=Path(__file__).parents[2],
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
        capture_output=True,
        text=True,
    )
    assert run.returncode in (0, -signal.SIGKILL), run.stderr
    return int(run.stdout) if run.returncode == 0 else run.returncode


BY_CHUNK, BY_TABLE = 0, 1 << 30


@pytest.mark.parametrize(
    ("share", "fill"),
    [
        *((share, BY_CHUNK) for share in (0.05, 0.3, 0.5, 0.65, 0.8, 0.97)),
        *((share, BY_TABLE) for share in (0.45, 0.7, 0.9)),
    ],
)
def test_killed_anywhere_and_run_again_equals_one_clean_run(
    share: float,
    fill: int,
    folder: Path,
    clean: tuple[dict[str, Rows], dict[str, bytes]],
    database: Urls,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(csvfile, "CHUNK_ROWS", CHUNK)
    monkeypatch.setattr(geofile, "CHUNK_ROWS", CHUNK)
    steps = 150  # of a whole run, about; a kill that comes too late is a clean run, which the next assert would tell
    assert killed(folder, database, int(steps * share), fill) == -signal.SIGKILL
    report = load([folder], database.owner_url)
    assert all(table.balanced for table in report.tables)
    rows, files = clean
    assert canonical(database.owner_url) == rows
    assert rejects(folder) == files
    again = load([folder], database.owner_url)
    assert all(table.again for table in again.tables)
    assert [(t.read, t.rejected) for t in again.tables] == [(t.read, t.rejected) for t in report.tables]


def test_a_load_leaves_its_audit_row_and_a_repeated_one_none(
    database: Urls, small_city_tables: Tables, tmp_path: Path
) -> None:
    write_folder(small_city_tables, tmp_path)
    load([tmp_path], database.owner_url)
    load([tmp_path], database.owner_url)
    with owner_connection(database.owner_url) as conn:
        rows = conn.execute(
            "SELECT detail -> 'residents.csv' ->> 'accepted' FROM audit_log WHERE action = 'load'"
        ).fetchall()
    assert rows == [(str(len(small_city_tables["residents"])),)]


def test_a_second_load_at_the_same_time_is_refused_with_a_sentence(
    database: Urls, small_city_tables: Tables, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("geo.store.database.HOLD_WAIT", "50ms")
    write_folder(small_city_tables, tmp_path)
    with owner_connection(database.owner_url) as other:
        assert ingest.lock(other)
        with pytest.raises(StoreError, match="正在进行另一次导入"):
            load([tmp_path], database.owner_url)
    assert canonical(database.owner_url)["area"] == []
    monkeypatch.undo()
    assert all(table.balanced for table in load([tmp_path], database.owner_url).tables)


def test_chunks_that_were_in_are_not_written_again(
    folder: Path, database: Urls, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(csvfile, "CHUNK_ROWS", CHUNK)
    assert killed(folder, database, 100, 0) == -signal.SIGKILL
    with owner_connection(database.owner_url) as conn:
        before = conn.execute("SELECT batch_id, chunk_no FROM load_chunk").fetchall()
    seen: list[tuple[int, int]] = []
    real = ingest.checkpoint

    def note(conn, batch, chunk, rejected):
        seen.append((batch, chunk.number))
        real(conn, batch, chunk, rejected)

    monkeypatch.setattr(ingest, "checkpoint", note)
    load([folder], database.owner_url)
    assert before
    assert not set(before) & set(seen)


def test_a_file_that_changed_back_is_loaded_again(database: Urls, small_city_tables: Tables, tmp_path: Path) -> None:
    write_folder(small_city_tables, tmp_path)
    load([tmp_path], database.owner_url)
    first = canonical(database.owner_url)
    moved = small_city_tables["households"].copy()
    moved.loc[5, "dwelling_id"] = "D00160"
    write_folder({"households": moved}, tmp_path)
    report = next(t for t in load([tmp_path], database.owner_url).tables if t.table == "households")
    assert (report.updated, report.unchanged) == (1, len(moved) - 1)
    with owner_connection(database.owner_url) as conn:
        follows = conn.execute(
            "SELECT bool_and((r.county_code, r.building_id, r.community_code) = (d.county_code, d.building_id,"
            " d.community_code))"
            " FROM resident r JOIN household h USING (household_id) JOIN dwelling d USING (dwelling_id)"
        ).fetchone()
        county = conn.execute(
            "SELECT tableoid::regclass::text FROM household WHERE household_id = %s", [moved.loc[5, "household_id"]]
        )
        assert county.fetchone() == ("household_640205",)
    assert follows == (True,)
    write_folder({"households": small_city_tables["households"]}, tmp_path)
    load([tmp_path], database.owner_url)
    assert canonical(database.owner_url) == first


def test_a_building_that_moves_to_another_county_takes_everything_along(
    database: Urls, small_city_tables: Tables, tmp_path: Path
) -> None:
    import geopandas as gpd

    write_folder(small_city_tables, tmp_path)
    load([tmp_path], database.owner_url)
    frame = gpd.GeoDataFrame(small_city_tables["buildings"].copy())
    shapes = frame.geometry.to_numpy().copy()
    shapes[0] = shapes[15].buffer(-1e-5)
    frame = frame.set_geometry(shapes, crs=4326)
    frame.loc[0, "community_code"] = "640205001001"
    write_folder({"buildings": frame}, tmp_path)
    load([tmp_path], database.owner_url)
    with owner_connection(database.owner_url) as conn:
        for table in ("building", "dwelling", "household", "resident", "visit", "device"):
            places = conn.execute(
                f"SELECT DISTINCT county_code, community_code FROM {table} WHERE building_id = 'B001'"  # pyright: ignore[reportArgumentType]
            ).fetchall()
            assert places == [("640205", "640205001001")], table
        assert conn.execute("SELECT grid_code FROM building WHERE building_id = 'B001'").fetchone() == (
            "640205001001002",
        )


KEYS = st.sampled_from(["D00001", "D00002", "D00003", "D00004", "=D", "", "6.4E+11", "1.0"])
CELLS = st.sampled_from(
    ["", "1", "2", "x", "-3", "999", "home", "商铺", "owner", "B001", "B002", "B999", " B003 ", "=1+1"]
)
ROWS = st.lists(st.tuples(KEYS, CELLS, CELLS, CELLS, CELLS, CELLS, CELLS), max_size=60)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=ROWS, ragged=st.lists(st.integers(0, 3), max_size=60), chunk=st.sampled_from([1, 3, 1000]))
def test_the_balance_always_holds(
    rows: list[tuple[str, ...]],
    ragged: list[int],
    chunk: int,
    small_city_db: Urls,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(csvfile, "CHUNK_ROWS", chunk)
    lines = ["dwelling_id,building_id,unit,floor,room,use,occupancy"]
    for number, row in enumerate(rows):
        extra = ragged[number] if number < len(ragged) else 0
        lines.append(",".join([*row, *(["more"] * (extra == 2))][: 7 if extra != 3 else 4]))
    path = tmp_path / "dwellings.csv"
    path.write_text("\n".join(lines) + "\n", "utf-8")
    report = load([path], small_city_db.owner_url).tables[0]
    assert report.balanced
    assert report.read == sum(1 for line in lines[1:] if line.strip(", "))
    told = (tmp_path / "dwellings.rejects.csv").read_text("utf-8-sig").count("\n") - 1 if report.rejected else 0
    assert told == report.rejected
    if not report.again:
        again = load([path], small_city_db.owner_url).tables[0]
        assert (again.accepted, again.updated, again.rejected) == (0, 0, report.rejected)


def test_duplicates_are_found_across_chunks(
    small_city_db: Urls, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(csvfile, "CHUNK_ROWS", 7)
    keys = np.random.default_rng(5).integers(0, 40, 200)
    path = tmp_path / "dwellings.csv"
    path.write_text("dwelling_id,building_id\n" + "".join(f"N{key},B001\n" for key in keys), "utf-8")
    report = load([path], small_city_db.owner_url).tables[0]
    assert (report.accepted, report.rejected) == (len(set(keys)), 200 - len(set(keys)))
