"""Any filter over a million cases: the cube in memory against SQL, with equal answers.

python -m tests.benchmarks.bench_situation
"""

from __future__ import annotations

import datetime as dt
import random
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import numpy as np
import psycopg

from geo.core.situation import Event
from geo.model import Filters, Level, Measure
from geo.service.access import Role, Viewer
from geo.service.cut import Cut
from geo.service.memory import Memory
from geo.service.situation import Situation
from geo.store.cluster import Cluster
from geo.store.database import Database, owner_connection
from geo.store.migrate import migrate
from tests.benchmarks.report import record

CASES, GRIDS, DAYS, ROUNDS, FILTERS = 1_000_000, 547, 731, 5, 20
FIRST = dt.date(2024, 11, 23)
VIEWER = Viewer("command", "", Role.COMMAND, Level.CITY)
Answer = TypeVar("Answer")

AREAS = """
INSERT INTO category SELECT 'c' || n, 'c' || n, 'c' || n, n < 13, 'special', n FROM generate_series(0, 20) AS n;
INSERT INTO area (code, name, level) VALUES ('6402', 'city', 'city'), ('640202', 'county', 'county');
SELECT create_county('640202');
INSERT INTO plan (name, status, created_by, published_by, valid_from)
VALUES ('p', 'published', 'load', 'load', now());
INSERT INTO grid (plan_id, grid_code, community_code, geom)
SELECT plan_id, c || lpad((n %% 5 + 1)::text, 3, '0'), c,
       ST_Multi(ST_MakeEnvelope(x, y, x + 0.01, y + 0.01, 4326))
FROM plan, generate_series(0, %(grids)s - 1) AS n,
     LATERAL (SELECT '640202001' || lpad((n / 5)::text, 3, '0') AS c, 106 + n %% 24 * 0.01 AS x,
                     39 + n / 24 * 0.01 AS y) AS p;
INSERT INTO grid_figure (grid_code, community_code, households, workers)
SELECT grid_code, community_code, 500, 1 FROM grid;
"""
# Uneven over places and categories, even over time; a case lives some days and a few stay open.
FILL = """
INSERT INTO case_record (channel, case_no, county_code, community_code, grid_code, category, ledger, geom, reported_at,
                         accepted_at, resolved_at, closed_at, due_at, state)
SELECT 'hotline', n, '640202', left(g.grid_code, 12), g.grid_code, 'c' || (21 * power(random(), 2))::int %% 21,
       'special', ST_SetSRID(ST_MakePoint(ST_XMin(g.geom) + random() * 0.01, ST_YMin(g.geom) + random() * 0.01), 4326),
       t, t + interval '2 hours', t + d, CASE WHEN random() < 0.97 THEN t + d + interval '5 hours' END,
       t + interval '7 days', 'closed'
FROM (
  SELECT n, %(first)s::timestamp AT TIME ZONE 'Asia/Shanghai' + n::float / %(cases)s * %(days)s * interval '1 day' AS t,
         random() * interval '14 days' AS d, floor(%(grids)s * power(random(), 1.5))::int AS place
  FROM generate_series(0, %(cases)s - 1) AS n
) AS drawn
JOIN (SELECT *, row_number() OVER (ORDER BY grid_code) - 1 AS place FROM grid) AS g USING (place)
"""
BY_CASES = """
SELECT grid_code, count(*) FROM case_record
WHERE reported_at >= %(start)s::timestamp AT TIME ZONE 'Asia/Shanghai'
  AND reported_at < (%(end)s + 1)::timestamp AT TIME ZONE 'Asia/Shanghai'
  AND (%(all)s OR category = ANY(%(categories)s)) GROUP BY grid_code
"""
BY_COUNTS = """
SELECT grid_code, sum(reported) FROM daily_count
WHERE day BETWEEN %(start)s AND %(end)s AND (%(all)s OR category = ANY(%(categories)s)) GROUP BY grid_code
"""

QUERIES = {"SQL over the cases": BY_CASES, "SQL over the daily counts": BY_COUNTS}


def fill(conn: psycopg.Connection) -> float:
    """Make the city; return the seconds its counts took."""
    for statement in AREAS.split(";\n"):
        if statement.strip():
            conn.execute(statement, {"grids": GRIDS} if "%(" in statement else None)
    conn.execute("ALTER TABLE case_record DISABLE TRIGGER USER")
    conn.execute("SELECT setseed(0.5)")
    conn.execute(FILL, {"cases": CASES, "days": DAYS, "grids": GRIDS, "first": FIRST})
    conn.execute("ALTER TABLE case_record ENABLE TRIGGER USER")
    conn.execute(
        "UPDATE city SET as_of = %s", [dt.datetime.combine(FIRST, dt.time(4), dt.UTC) + dt.timedelta(days=730)]
    )
    start = time.perf_counter()
    conn.execute("SELECT rebuild_counts()")
    conn.commit()
    return time.perf_counter() - start


def filters(rng: random.Random) -> Filters:
    """Draw a period of a day to two years and some or all categories."""
    first, last = sorted(rng.randrange(DAYS) for _ in range(2))
    chosen = rng.sample([f"c{number}" for number in range(21)], rng.choice([0, 0, 1, 3, 8]))
    return Filters(FIRST + dt.timedelta(days=first), FIRST + dt.timedelta(days=last), tuple(chosen))


def timed(ask: Callable[[], Answer]) -> tuple[float, Answer]:
    """Return the milliseconds and the answer."""
    start = time.perf_counter()
    answer = ask()
    return (time.perf_counter() - start) * 1000, answer


def by_cube(cut: Cut) -> dict[str, int]:
    """Return cases per grid from memory, grids without one left out as SQL does."""
    table = cut.snapshot.cube.counts(Event.REPORTED, cut.filters.start, cut.filters.end)[cut.pairs].sum(axis=0)
    keys = cut.snapshot.axes.places
    return {keys[place]: int(table[place]) for place in np.flatnonzero(table)}


def by_sql(conn: psycopg.Connection, query: str, asked: Filters) -> dict[str, int]:
    """Return cases per grid from the database."""
    values = {"start": asked.start, "end": asked.end, "categories": [*asked.categories], "all": not asked.categories}
    return {code: int(count) for code, count in conn.execute(query, values).fetchall()}


def run(app_url: str, owner_url: str, counted_s: float) -> None:
    """Ask the same random filters in every way."""
    rng = random.Random(20261123)
    asked = [filters(rng) for _ in range(FILTERS)]
    pool = Database(app_url, max_size=4)
    memory = Memory(pool)
    load_ms, snapshot = timed(memory.current)
    situation = Situation(pool, recheck_s=3600)
    situation.overview(VIEWER, asked[0])
    services: dict[str, Callable[[Filters], object]] = {
        "service: dispute density of every grid, classed": lambda one: situation.measure(
            VIEWER, one, Measure.DISPUTE_DENSITY
        ),
        "service: H3 cells of the city, classed": lambda one: situation.cells(VIEWER, one, 12),
        "service: everything one action changes": lambda one: situation.overview(VIEWER, one),
    }
    ways: dict[str, list[float]] = {}
    for _ in range(ROUNDS):
        for one in asked:
            cut = Cut(snapshot, VIEWER, one)
            spent, wanted = timed(lambda cut=cut: by_cube(cut))
            note(ways, "cube: cases per grid", spent)
            with pool.transaction(VIEWER.scope) as conn:
                for name, query in QUERIES.items():
                    spent, answer = timed(lambda conn=conn, query=query, one=one: by_sql(conn, query, one))
                    note(ways, name, spent)
                    assert answer == wanted, (name, one)
            for name, ask in services.items():
                note(ways, name, timed(lambda ask=ask, one=one: ask(one))[0])
    fresh = Memory(pool, recheck_s=0)
    fresh.current()
    with owner_connection(owner_url) as conn:
        conn.execute("UPDATE case_record SET category = 'c1' WHERE case_no = '999999'")
    refresh_ms = timed(fresh.current)[0]
    pool.close()
    rows = [f"| {name} | {statistics.median(ms):,.2f} | {min(ms):,.2f} - {max(ms):,.2f} |" for name, ms in ways.items()]
    head = ["| way | median ms | range ms |", "|---|---|---|"]
    tail = [
        "",
        f"{CASES:,} cases, {GRIDS} grids, {DAYS} days, 21 categories; {FILTERS} random filters in {ROUNDS} rounds; "
        "every answer of the cube equals both SQL answers. Memory is filled in "
        f"{load_ms / 1000:.1f} s, brought up to date after one changed case in {refresh_ms:,.0f} ms; all counts are "
        f"made anew in {counted_s:.0f} s.",
    ]
    command = "python -m tests.benchmarks.bench_situation"
    record("Situation query for a random filter", command, "\n".join(head + rows + tail))


def note(ways: dict[str, list[float]], name: str, milliseconds: float) -> None:
    """Add one measurement."""
    ways.setdefault(name, []).append(milliseconds)


def main() -> None:
    """Make a server and a city of a million cases, and ask."""
    with tempfile.TemporaryDirectory(prefix="gm-") as folder:
        server = Cluster(Path(folder), {"fsync": "off", "shared_buffers": "512MB", "work_mem": "64MB"})
        with server.shared():
            server.create_database("bench")
            urls = server.urls("bench")
            with psycopg.connect(urls.owner_url) as conn:
                migrate(conn)
            with owner_connection(urls.owner_url) as conn:
                counted_s = fill(conn)
            with psycopg.connect(urls.owner_url, autocommit=True) as conn:
                conn.execute("VACUUM ANALYZE")
            run(urls.app_url, urls.owner_url, counted_s)


if __name__ == "__main__":
    main()
