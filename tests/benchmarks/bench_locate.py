"""A million points to the grids of the demo city: Locator against geopandas.sjoin and PostGIS, with equal answers.

python -m tests.benchmarks.bench_locate

Ours includes laying the lattice. The peers get what costs them time for nothing: sjoin its points as geometries,
PostGIS its points and grids in indexed tables, its answer kept in the server. Points on the grids' own corners, where
two or more grids meet, are answered by all three with the same rule (the lower code) and compared besides.
"""

from __future__ import annotations

import datetime as dt
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import psycopg
import shapely

from geo.core import democity
from geo.core.locate import Locator
from geo.store.cluster import Cluster
from tests.benchmarks.report import record

POINTS, ROUNDS, SEED = 1_000_000, 5, 7
JOIN = "CREATE TABLE answer AS SELECT p.id, g.code FROM point AS p JOIN place AS g ON ST_Contains(g.geom, p.geom)"
TOUCH = """
SELECT p.id, min(g.code) FROM corner AS p JOIN place AS g ON ST_Intersects(g.geom, p.geom) GROUP BY p.id
"""


def timed(run: Callable[[], object]) -> list[float]:
    """Seconds of each of `ROUNDS` runs, after one that is not counted."""
    run()
    seconds = []
    for _ in range(ROUNDS):
        begun = time.perf_counter()
        run()
        seconds.append(time.perf_counter() - begun)
    return seconds


def fill(conn: psycopg.Connection, grids: gpd.GeoDataFrame, tables: dict[str, np.ndarray]) -> None:
    """Put grids and points into indexed tables."""
    conn.execute("CREATE SCHEMA bench")
    conn.execute("SET search_path = bench, public")
    conn.execute("CREATE TABLE place (code text, geom geometry(Geometry, 4326))")
    shapes = shapely.to_wkb(shapely.set_srid(grids.geometry.to_numpy(), 4326), hex=True, include_srid=True)
    with conn.cursor() as cursor, cursor.copy("COPY place FROM STDIN") as copy:
        for row in zip(grids["grid_code"], shapes, strict=True):
            copy.write_row(row)
    for name, points in tables.items():
        conn.execute(f"CREATE TABLE {name} (id integer, x float8, y float8)".encode())
        with conn.cursor() as cursor, cursor.copy(f"COPY {name} FROM STDIN".encode()) as copy:
            for number, (x, y) in enumerate(points.tolist()):
                copy.write_row((number, x, y))
        conn.execute(f"ALTER TABLE {name} ADD COLUMN geom geometry(Point, 4326)".encode())
        conn.execute(f"UPDATE {name} SET geom = ST_SetSRID(ST_MakePoint(x, y), 4326)".encode())
        conn.execute(f"CREATE INDEX ON {name} USING gist (geom)".encode())
    conn.execute("CREATE INDEX ON place USING gist (geom)")
    conn.execute("VACUUM ANALYZE point, corner, place")


def bench_database(server: Cluster) -> psycopg.Connection:
    """Make a database with PostGIS and connect to it."""
    server.create_database("bench")
    return psycopg.connect(server.urls("bench").owner_url, autocommit=True, options="-c jit=off")


def answers(rows: list[tuple[int, str]], count: int) -> list[str]:
    """Codes by point number, empty where there is none."""
    return pd.Series(dict(rows)).reindex(range(count), fill_value="").tolist()


def main() -> None:
    """Measure, compare the answers, write the section."""
    grids = democity.make("city", seed=SEED, until=dt.date(2026, 1, 31))["grids"]
    assert isinstance(grids, gpd.GeoDataFrame)
    codes, shapes = grids["grid_code"].to_numpy(dtype=object), grids.geometry.to_numpy()
    west, south, east, north = grids.total_bounds
    points = np.random.default_rng(SEED).uniform((west, south), (east, north), (POINTS, 2))
    corners = np.unique(shapely.get_coordinates(shapes), axis=0)
    frame = gpd.GeoDataFrame(geometry=gpd.points_from_xy(*points.T), crs=4326)
    known = grids[["grid_code", "geometry"]].set_crs(4326, allow_override=True)

    def ours() -> np.ndarray:
        return Locator(codes, shapes).codes_at(*points.T)

    def sjoin() -> gpd.GeoDataFrame:
        return gpd.sjoin(frame, known, predicate="within")

    seconds = {"Locator, lattice laid anew": timed(ours)}
    laid = Locator(codes, shapes)
    seconds["Locator, lattice there already"] = timed(lambda: laid.codes_at(*points.T))
    seconds["geopandas.sjoin"] = timed(sjoin)
    with tempfile.TemporaryDirectory(prefix="gm-") as home:
        server = Cluster(Path(home), {"shared_buffers": "512MB", "work_mem": "64MB"})
        with server.shared(), bench_database(server) as conn:
            fill(conn, grids, {"point": points, "corner": corners})

            def postgis() -> None:
                conn.execute("DROP TABLE IF EXISTS answer")
                conn.execute(JOIN)

            seconds["PostGIS ST_Contains"] = timed(postgis)
            stored = answers(conn.execute("SELECT id, code FROM answer").fetchall(), POINTS)
            touched = answers(conn.execute(TOUCH).fetchall(), len(corners))

    found = ours().tolist()
    joined = sjoin().groupby(level=0)["grid_code"].min().reindex(range(POINTS), fill_value="").tolist()
    assert found == joined == stored
    meeting = gpd.sjoin(gpd.GeoDataFrame(geometry=gpd.points_from_xy(*corners.T), crs=4326), known)
    lower = meeting.groupby(level=0)["grid_code"].min().reindex(range(len(corners)), fill_value="").tolist()
    assert Locator(codes, shapes).codes_at(*corners.T).tolist() == lower == touched

    medians = {name: statistics.median(runs) for name, runs in seconds.items()}
    first = medians["Locator, lattice laid anew"]
    peer = min(medians["geopandas.sjoin"], medians["PostGIS ST_Contains"])
    lines = ["| | median s | range s | against ours |", "|---|---|---|---|"]
    for name, runs in seconds.items():
        lines.append(
            f"| {name} | {medians[name]:.2f} | {min(runs):.2f} - {max(runs):.2f} | {medians[name] / first:.1f} |"
        )
    lines += [
        "",
        f"{POINTS:,} random points x {len(grids)} grids ({shapely.get_num_coordinates(shapes).sum():,} corners), "
        f"{ROUNDS} runs each; {peer / first:.1f} times the faster peer.",
        f"Same answers for all points, and for {len(corners):,} points on the grids' corners (lower code).",
    ]
    record("Point to grid", "python -m tests.benchmarks.bench_locate", "\n".join(lines))


if __name__ == "__main__":
    main()
