"""Buildings, residents and cases of the demo city into PostGIS: ours against two peers, with equal rows; a whole city.

python -m tests.benchmarks.bench_load [compare] [city] [whole]    (without a name: all)

ogr2ogr (Debian package gdal-bin) copies the files as they are into tables without a key, text columns from CSV, with
an index on the geometry. geopandas reads a file into a frame and writes the frame with `to_postgis`; a table without
geometry goes the way to_postgis goes too, `pandas.to_sql` with geopandas' own COPY. Ours checks every cell, finds
parents and building of every person, places every case, keeps keys, indexes and counts, and can be killed and run
again. So ours is the longer way; the table says by how much.
The server has the settings it serves with: nothing of its durability is given up, for either.
"""

from __future__ import annotations

import datetime as dt
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import psycopg
from geopandas.io.sql import _psql_insert_copy
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from sqlalchemy import create_engine
from sqlalchemy.engine import URL

from geo.core import democity
from geo.store.cluster import Cluster, Urls
from geo.store.database import owner_connection
from geo.store.migrate import migrate
from loaders.pipeline import load
from loaders.write import write_folder
from tests.benchmarks.report import load_before, record
from tests.fixtures.database import clone

ROUNDS, UNTIL = 5, dt.date(2026, 9, 30)
RESIDENTS, CASES = 750_000, 1_000_000
TARGET_S, TARGET_GB = 240, 1.5
ROOT = Path(__file__).parents[2]
COMMAND = "python -m tests.benchmarks.bench_load"

STEPS = {
    "buildings.gpkg": ["areas.gpkg", "roads.gpkg", "water.gpkg"],
    "residents.csv": ["grids.gpkg", "aliases.csv", "dwellings.csv", "households.csv"],
    "cases.csv": [],
}
"""The files compared, each with what has to be in before it; that is loaded unmeasured."""
SUMS = {
    "buildings.gpkg": (
        "SELECT count(*), sum(floors) FROM building",
        "SELECT count(*), sum(floors::integer) FROM {schema}.buildings",
    ),
    "residents.csv": (
        "SELECT count(*), sum(birth_year) FROM resident",
        "SELECT count(*), sum(NULLIF(birth_year, '')::integer) FROM {schema}.residents",
    ),
    "cases.csv": (
        "SELECT count(*), sum(extract(epoch FROM reported_at)) FROM case_record",
        "SELECT count(*), sum(extract(epoch FROM reported_at::timestamptz)) FROM {schema}.cases",
    ),
}
"""Rows and the sum of a column, of ours and of a peer's: of floors, of years of birth, of moments."""
CSV_POINTS = ["-oo", "X_POSSIBLE_NAMES=lon", "-oo", "Y_POSSIBLE_NAMES=lat", "-a_srs", "EPSG:4326"]

WHOLE, ALONE = "ours, the whole command", "ours, the table alone"
OGR, FRAMES = "ogr2ogr", "geopandas.to_postgis"
SCHEMAS = {OGR: "peer", FRAMES: "frames"}
NAMES = {"subdistrict": "compare", "city": "city"}
"""Size of the demo city, and the name its comparison is run by."""
Seconds = dict[tuple[str, str], list[float]]


class Clock:
    """Takes the time a load spends on one file, from the progress it tells."""

    def __init__(self) -> None:
        self.told: list[tuple[float, str]] = [(time.perf_counter(), "")]

    def tell(self, what: str, _share: float, _rows: int) -> None:
        """Note that a chunk of `what` is done, or that a step begins."""
        self.told.append((time.perf_counter(), what))

    def spent(self, title: str) -> float:
        """Seconds between what was told before the file and what was told after it."""
        own = [number for number, (_at, what) in enumerate(self.told) if what == title]
        return self.told[min(own[-1] + 1, len(self.told) - 1)][0] - self.told[own[0] - 1][0]


def ours(owner_url: str, file: Path) -> tuple[float, float]:
    """Load one file; seconds of the command and of the table in it."""
    clock = Clock()
    begun = time.perf_counter()
    report = load([file], owner_url, progress=clock.tell)
    spent = time.perf_counter() - begun
    clock.tell("", 1.0, 0)
    assert all(table.read == table.accepted for table in report.tables), report.lines()
    return spent, clock.spent(report.tables[0].source)


def ogr2ogr(owner_url: str, file: Path) -> float:
    """Copy one file into a new table of the schema `peer` with the settings recommended for speed; seconds."""
    login = conninfo_to_dict(owner_url)
    with owner_connection(owner_url) as conn:
        conn.execute(f"DROP TABLE IF EXISTS {SCHEMAS[OGR]}.{file.stem}".encode())
    target = make_conninfo("", **{name: login[name] for name in ("host", "port", "dbname", "user")})
    # The password is left to the environment: arguments are for everybody to read.
    environment = os.environ | {"PGPASSWORD": str(login["password"])}
    command = [
        "ogr2ogr",
        "--config",
        "PG_USE_COPY",
        "YES",
        "-gt",
        "65536",
        "-lco",
        f"SCHEMA={SCHEMAS[OGR]}",
        "-lco",
        "FID=fid_",
    ]
    command += ["-f", "PostgreSQL", f"PG:{target}", str(file), "-nln", file.stem]
    command += CSV_POINTS if file.name == "cases.csv" else []
    begun = time.perf_counter()
    subprocess.run(command, env=environment, check=True)
    return time.perf_counter() - begun


def geopandas_frames(owner_url: str, file: Path) -> float:
    """Read one file and write it as a new table of the schema `frames`; seconds."""
    login = conninfo_to_dict(owner_url)
    user, password, database = (str(login[name]) for name in ("user", "password", "dbname"))
    where = {"host": str(login["host"]), "port": str(login["port"])}
    engine = create_engine(URL.create("postgresql+psycopg", user, password, database=database, query=where))
    into: dict[str, Any] = {"schema": SCHEMAS[FRAMES], "if_exists": "replace", "index": False}
    begun = time.perf_counter()
    if file.suffix == ".gpkg":
        gpd.read_file(file).to_postgis(file.stem, engine, **into)
    elif file.name == "cases.csv":
        rows = pd.read_csv(file, dtype=str, keep_default_na=False)
        points = gpd.points_from_xy(pd.to_numeric(rows["lon"]), pd.to_numeric(rows["lat"]))
        gpd.GeoDataFrame(rows, geometry=points, crs=4326).to_postgis(file.stem, engine, **into)
    else:
        rows = pd.read_csv(file, dtype=str, keep_default_na=False)
        rows.to_sql(file.stem, engine, method=_psql_insert_copy, **into)
    spent = time.perf_counter() - begun
    engine.dispose()
    return spent


PEERS = {OGR: ogr2ogr, FRAMES: geopandas_frames}


def compare(server: Cluster, folder: Path, size: str) -> None:
    """Load the same files in every way, in turn, each round into a database of its own."""
    busy = load_before()
    tables = democity.make(size, until=UNTIL)
    write_folder(tables, folder, geo_format="gpkg")
    seconds: Seconds = {}
    for _ in range(ROUNDS):
        with contextmanager(clone)(server, "template") as urls:
            compare_once(urls, folder, {name: len(table) for name, table in tables.items()}, seconds)
    head = "| file | way | rows | median s | range s | rows/s | times ogr2ogr's | times geopandas' | runs s |"
    lines = [head, "|" + "---|" * 9]
    for (file, way), runs in seconds.items():
        middle, rows = statistics.median(runs), len(tables[Path(file).stem])
        by_ogr, by_frames = (middle / statistics.median(seconds[file, peer]) for peer in PEERS)
        lines.append(
            f"| {file} | {way} | {rows:,} | {middle:.2f} | {min(runs):.2f} - {max(runs):.2f} | {rows / middle:,.0f} "
            f"| x {by_ogr:.1f} | x {by_frames:.1f} | {' '.join(f'{run:.2f}' for run in runs)} |"
        )
    version = subprocess.run(["ogr2ogr", "--version"], check=True, capture_output=True, text=True).stdout.split(",")[0]
    lines += [
        "",
        f"Demo city of size {size}, {ROUNDS} rounds, the ways in turn, {version} with PG_USE_COPY=YES -gt 65536, "
        f"geopandas {gpd.__version__}, same server with the settings it serves with; {busy}. Same "
        "number of rows in all and in the file, same sum of a column (floors, years of birth, moments of report), "
        "every round.",
        "The peers copy cells into a table without a key. Ours checks them, finds each row's parents and each case's "
        "address, keeps keys, indexes and counts; the whole command also links and makes the grids' figures anew. "
        "ogr2ogr's time includes the start of its program; ours is taken in a program that runs already.",
    ]
    record(f"Load against ogr2ogr and geopandas, a {size}", f"{COMMAND} {NAMES[size]}", "\n".join(lines))


def compare_once(urls: Urls, folder: Path, rows: dict[str, int], seconds: Seconds) -> None:
    """Measure one round and see that both databases hold the same."""
    with owner_connection(urls.owner_url) as conn:
        for schema in SCHEMAS.values():
            conn.execute(f"CREATE SCHEMA {schema}".encode())
    for name, before in STEPS.items():
        if before:
            load([folder / needed for needed in before], urls.owner_url)
        whole, alone = ours(urls.owner_url, folder / name)
        copied = {peer: load_it(urls.owner_url, folder / name) for peer, load_it in PEERS.items()}
        for way, spent in ((WHOLE, whole), (ALONE, alone), *copied.items()):
            seconds.setdefault((name, way), []).append(spent)
        same_rows(urls.owner_url, name, rows[Path(name).stem])


def same_rows(owner_url: str, name: str, rows: int) -> None:
    """See that ours, the peers' tables and the file hold the same."""
    own, peers = SUMS[name]
    with owner_connection(owner_url) as conn:
        held = conn.execute(own.encode()).fetchone()
        copied = [conn.execute(peers.format(schema=schema).encode()).fetchone() for schema in SCHEMAS.values()]
    assert held is not None
    assert copied == [held] * len(copied), (name, held, copied)
    assert held[0] == rows, (name, held)


def repeated(frame: pd.DataFrame, key: str, count: int) -> pd.DataFrame:
    """Bring a table to a number of rows by repeating its rows under new keys."""
    copies = -(-count // len(frame))
    parts = [frame] + [frame.assign(**{key: frame[key] + f"R{number}"}) for number in range(1, copies)]
    return pd.concat(parts, ignore_index=True).iloc[:count]


def peak_bytes(child: subprocess.Popen[bytes]) -> int:
    """Wait for a program; the most memory it had, as the kernel keeps it (read until shortly before its end)."""
    peak = 0
    while child.poll() is None:
        for line in Path(f"/proc/{child.pid}/status").read_text("ascii").splitlines():
            if line.startswith("VmHWM:"):
                peak = max(peak, int(line.split()[1]) * 1024)
        time.sleep(0.1)
    return peak


def whole(server: Cluster, folder: Path) -> None:
    """Load the whole city as a user does, with `gridmap load`, into the server's empty database."""
    busy = load_before()
    tables = democity.make("city", until=UNTIL)
    tables["residents"] = repeated(tables["residents"], "resident_id", RESIDENTS)
    tables["cases"] = repeated(tables["cases"], "case_no", CASES)
    counts = {name: len(table) for name, table in tables.items()}
    write_folder(tables, folder)
    tables.clear()
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GRIDMAP_")}
    environment |= {"GRIDMAP_HOME": str(server.home), "GRIDMAP_LANG": "en"}
    begun = time.perf_counter()
    child = subprocess.Popen([sys.executable, "gridmap.py", "load", str(folder)], cwd=ROOT, env=environment)
    peak = peak_bytes(child)
    spent = time.perf_counter() - begun
    assert child.returncode == 0, child.returncode
    with owner_connection(server.urls().owner_url) as conn:
        query = "SELECT (SELECT count(*) FROM household), (SELECT count(*) FROM resident), count(*) FROM case_record"
        held = conn.execute(query).fetchone()
    assert held == (counts["households"], RESIDENTS, CASES), held
    rows = sum(counts.values())
    lines = [
        "| | | target |",
        "|---|---|---|",
        f"| seconds | {spent:.0f} | under {TARGET_S}: {'met' if spent < TARGET_S else 'missed'} |",
        f"| peak memory of the loader (resident) | {peak / 1e9:.2f} GB "
        f"| under {TARGET_GB} GB: {'met' if peak < TARGET_GB * 1e9 else 'missed'} |",
        f"| rows/s | {rows / spent:,.0f} | |",
        "",
        f"One run of `gridmap load` into an empty database, program start to end, {busy}: {rows:,} rows, of them "
        f"{counts['buildings']:,} buildings, {counts['dwellings']:,} dwellings, {counts['households']:,} households, "
        f"{RESIDENTS:,} residents, {CASES:,} cases, {counts['visits']:,} visits. The demo city's residents and cases "
        "are repeated under new keys to these numbers.",
    ]
    record("Load of a whole city", f"{COMMAND} whole", "\n".join(lines))


RUNS: dict[str, Callable[[Cluster, Path], None]] = {
    **{name: partial(compare, size=size) for size, name in NAMES.items()},
    "whole": whole,
}


def main(names: list[str]) -> None:
    """Measure what is named, each in a server of its own."""
    if not shutil.which("ogr2ogr"):
        raise SystemExit("ogr2ogr is not here and nothing can be compared; install the Debian package gdal-bin.")
    for run in [RUNS[name] for name in names or RUNS]:
        with tempfile.TemporaryDirectory(prefix="gm-") as home:
            server = Cluster(Path(home))
            with server.shared():
                server.create_database("template")
                with psycopg.connect(server.urls("template").owner_url) as conn:
                    migrate(conn)
                run(server, Path(home) / "files")


if __name__ == "__main__":
    main(sys.argv[1:])
