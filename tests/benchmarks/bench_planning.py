"""A stroke on a draft at city size: the whole answer of the service, against dissolving and counting the plan anew.

The city is 119 communities of 70 buildings, 476 grids. Ours is `Planning.stroke` from call to answer: one transaction,
its row and inverse written, touched grids' shapes, sums, breaches with repairs. The peer does what editors do that
validate a saved plan: dissolve all cells by grid with geopandas and sum them. Equal households a grid are asserted.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from pathlib import Path

import geopandas as gpd
import numpy as np
import psycopg

from geo.service.planning import Planning
from geo.store.cluster import Cluster
from geo.store.database import Database, owner_connection
from geo.store.migrate import migrate
from tests.benchmarks.report import load_before, record
from tests.fixtures.planning_town import PLANNER, build_city

COMMUNITIES, WIDTH, HEIGHT = 119, 10, 7
ROUNDS = 7
OPTIONS = {"target": 438, "tolerance": 0.1, "outer": 0.2}


def strokes(community: str, letter: str) -> list[dict[str, object]]:
    """Return a planner's minute of work in one community."""
    grid = [f"{community}{number:03d}" for number in (1, 2, 3, 4)]
    column = [f"{letter}-2-{y}" for y in range(HEIGHT)]
    return [
        {"kind": "assign", "community": community, "to": grid[1], "buildings": [f"{letter}-4-0"]},
        {"kind": "assign", "community": community, "to": grid[0], "buildings": column},
        {"kind": "merge", "grids": [grid[2], grid[3]]},
        {"kind": "undo"},
        {"kind": "strip", "from": grid[2], "to": grid[0]},
        {"kind": "lock", "grid": grid[3]},
        {"kind": "unlock", "grid": grid[3]},
        {"kind": "undo"},
        {"kind": "redo"},
        {"kind": "repair", "grid": grid[0], "breach": "outer_over"},
    ]


def main() -> None:
    """Measure and write the section."""
    busy = load_before()
    ours: dict[str, list[float]] = {}
    peer: list[float] = []
    processor: list[float] = []
    with tempfile.TemporaryDirectory(prefix="gm-") as home:
        server = Cluster(Path(home), {"shared_buffers": "256MB"})
        with server.shared():
            urls = server.urls()
            with psycopg.connect(urls.owner_url) as conn:
                migrate(conn)
            with owner_connection(urls.owner_url) as conn:
                codes = build_city(conn, COMMUNITIES, WIDTH, HEIGHT)
            pool = Database(urls.app_url)
            planning = Planning(pool)
            draft, revision = planning.start(PLANNER, "6402", options=OPTIONS), 0
            cold = time.perf_counter()
            planning.open(PLANNER, draft, codes[0])
            cold = time.perf_counter() - cold
            for number in range(ROUNDS):
                planning.open(PLANNER, draft, codes[number])
                for asked in strokes(codes[number], f"C{number}"):
                    begun, worked = time.perf_counter(), time.process_time()
                    change = planning.stroke(PLANNER, draft, revision, asked)
                    ours.setdefault(str(asked["kind"]), []).append(time.perf_counter() - begun)
                    processor.append(time.process_time() - worked)
                    revision = change["revision"]
                opened = planning.open(PLANNER, draft, codes[number])
                told = {row["grid_code"]: row["households"] for row in opened["rows"]}
                peer.append(_dissolved(planning, draft, codes, codes[number], told))
            pool.close()
    every = [seconds for runs in ours.values() for seconds in runs]
    lines = ["| stroke | median ms | worst ms |", "|---|---|---|"]
    lines += [
        f"| {kind} | {1000 * statistics.median(runs):.0f} | {1000 * max(runs):.0f} |" for kind, runs in ours.items()
    ]
    lines += [
        f"| **all** | {1000 * statistics.median(every):.0f} | {1000 * max(every):.0f} |",
        f"| dissolving and counting the plan anew (geopandas) | {1000 * statistics.median(peer):.0f} |"
        f" {1000 * max(peer):.0f} |",
        "",
        f"{COMMUNITIES} communities, {COMMUNITIES * WIDTH * HEIGHT:,} buildings, {ROUNDS} communities redrawn,"
        f" {len(every)} strokes; target 50 ms. Processor time of the service a stroke:"
        f" {1000 * statistics.median(processor):.0f} ms median, {1000 * max(processor):.0f} worst."
        f" First opening of a community, cells cut: {1000 * cold:.0f} ms. {busy}.",
    ]
    record("A stroke of the planner", "python -m tests.benchmarks.bench_planning", "\n".join(lines))


def _dissolved(planning: Planning, draft: int, codes: list[str], community: str, told: dict[str, int]) -> float:
    """Dissolve the whole city's footprints by grid and sum them; return the seconds."""
    parts = [planning.open(PLANNER, draft, code)["buildings"]["features"] for code in codes[:: len(codes) // 8]]
    mine = planning.open(PLANNER, draft, community)["buildings"]["features"]
    copies = int(np.ceil(len(codes) / (len(parts) + 1)))
    frame = gpd.GeoDataFrame.from_features([*mine, *(one for part in parts for one in part)] * copies, crs=4326)
    begun = time.perf_counter()
    plan = frame.dissolve("grid", aggfunc={"households": "sum"})
    seconds = time.perf_counter() - begun
    counted = gpd.GeoDataFrame.from_features(mine).groupby("grid")["households"].sum().to_dict()
    assert counted == told
    assert len(plan)
    return seconds


if __name__ == "__main__":
    main()
