"""Proposals as jobs: a process of its own, rows that never lie about it, adopted as one stroke."""

from __future__ import annotations

import time
from collections.abc import Iterator
from itertools import product
from typing import Any

import pytest

from dashboard.pages.planner.jobs import options
from geo.errors import InputError, NotAllowed, NotFound, PlanConflict
from geo.model import Level
from geo.service import planning_jobs
from geo.service.access import Role
from geo.service.planning import Planning
from geo.service.planning_worker import LOST
from geo.store.cluster import Urls
from geo.store.database import owner_connection
from tests.fixtures.city import put_case
from tests.fixtures.planning_town import PLANNER, REVIEWER, A, B, rows, viewer

WAIT_S = 240
"""A process that has not ended by then never will; the machine may be busy."""
HALVES = {"target": 100, "tolerance": 0.1, "outer": 0.2}


@pytest.fixture
def processes(planning: Planning) -> Iterator[dict[int, Any]]:
    yield planning._processes
    for process in planning._processes.values():
        process.kill()
        process.wait()


def finished(planning: Planning, job: int) -> dict[str, Any]:
    planning._processes[job].wait(WAIT_S)
    return planning.job(PLANNER, job)


def test_three_profiles_are_proposed_and_one_is_adopted(planning: Planning, processes: dict[int, Any]) -> None:
    job = planning.propose(PLANNER, "640202001", HALVES)
    assert planning.propose(PLANNER, "640202001", HALVES) == job
    done = finished(planning, job)
    assert (done["status"], done["progress"]) == ("done", 1)
    assert [one["profile"] for one in done["profiles"]] == ["balanced", "middle", "compact"]
    for one in done["profiles"]:
        drawn = [feature["properties"]["households"] for feature in one["geometry"]["features"]]
        assert (one["figures"]["grids"], sum(drawn)) == (len(drawn), 1200)
        assert one["figures"]["within"] == sum(90 <= households <= 110 for households in drawn)
        assert one["figures"]["worst"] == max(abs(households - 100) for households in drawn) / 100
        assert 0 < one["figures"]["households_moved"] <= 800
    where = {one["profile"]: {row["properties"]["grid_code"]: row["geometry"] for row in one["geometry"]["features"]}
             for one in done["profiles"]}  # fmt: skip
    for one in done["profiles"]:
        assert one["same"] == [
            name for name in where if name != one["profile"] and where[name] == where[one["profile"]]
        ]
    adopted = planning.adopt(PLANNER, job, "compact")
    draft = adopted["draft_id"]
    assert planning.draft(PLANNER, draft)["communities_changed"] == [A, B]
    proposed = {
        feature["properties"]["grid_code"]: feature["properties"]["households"]
        for feature in done["profiles"][2]["geometry"]["features"]
        if feature["properties"]["grid_code"].startswith(A)
    }
    opened = planning.open(PLANNER, draft, A)
    assert {row["grid_code"]: row["households"] for row in opened["rows"]} == proposed
    assert {*proposed} >= {f"{A}00{number}" for number in (1, 2, 3, 4)}
    with pytest.raises(InputError):
        planning.adopt(PLANNER, job, "compact", draft_id=draft, revision=1)
    planning.stroke(PLANNER, draft, 1, {"kind": "undo"})
    assert planning.draft(PLANNER, draft)["communities_changed"] == []
    planning.adopt(PLANNER, job, "balanced", community=B, draft_id=draft, revision=2)
    assert planning.draft(PLANNER, draft)["communities_changed"] == [B]
    outside = viewer(Role.PLANNER, "outside", Level.COMMUNITY, (A,))
    for ask in (lambda: planning.job(outside, job), lambda: planning.cancel(outside, job)):
        with pytest.raises(NotFound):
            ask()


def test_a_proposal_that_cannot_be_taken_over_leaves_no_draft(
    planning: Planning, processes: dict[int, Any], town: Urls
) -> None:
    with owner_connection(town.owner_url) as conn:
        add = "INSERT INTO account (username, password_hash, role, level) VALUES ('reviewer', 'x', 'reviewer', 'city')"
        conn.execute(add)
    job = planning.propose(PLANNER, A, HALVES)
    assert finished(planning, job)["status"] == "done"
    draft = planning.start(PLANNER, A)
    planning.stroke(PLANNER, draft, 0, {"kind": "merge", "community": A, "grids": [f"{A}001", f"{A}002"]})
    planning.submit(PLANNER, draft, 1)
    planning.publish(REVIEWER, draft)
    before = planning.drafts(PLANNER)
    with pytest.raises(PlanConflict, match="不是出自同一份"):
        planning.adopt(PLANNER, job, "balanced")
    assert planning.drafts(PLANNER) == before


def test_a_proposal_keeps_what_the_draft_has_locked(planning: Planning, processes: dict[int, Any]) -> None:
    draft = planning.start(PLANNER, "640202001", "2026年草案", HALVES)
    grid, moved = f"{A}001", [f"A-2-{y}" for y in range(4)]
    planning.stroke(PLANNER, draft, 0, {"kind": "assign", "community": A, "to": grid, "buildings": moved})
    planning.stroke(PLANNER, draft, 1, {"kind": "lock", "grid": grid})
    planning.stroke(PLANNER, draft, 2, {"kind": "lock", "building": "A-7-0"})
    job = planning.propose(PLANNER, "640202001", HALVES, draft)
    assert finished(planning, job)["status"] == "done"
    revision = planning.draft(PLANNER, draft)["revision"]
    planning.adopt(PLANNER, job, "balanced", draft_id=draft, revision=revision)
    opened = planning.open(PLANNER, draft, A)
    of = {one["properties"]["id"]: one["properties"]["grid"] for one in opened["buildings"]["features"]}
    assert {name for name, code in of.items() if code == grid} == {f"A-{x}-{y}" for x in range(3) for y in range(4)}
    assert of["A-7-0"] == f"{A}004"
    assert {row["households"] for row in opened["rows"] if row["grid_code"] != grid} == {100}


def test_a_cancelled_job_is_told_at_once_and_its_process_goes(planning: Planning, processes: dict[int, Any]) -> None:
    job = planning.propose(PLANNER, A, HALVES)
    while planning.job(PLANNER, job)["status"] == "queued":
        time.sleep(0.05)
    planning.cancel(PLANNER, job)
    assert planning.job(PLANNER, job)["status"] in ("cancelled", "done")
    processes[job].wait(WAIT_S)
    told = planning.job(PLANNER, job)
    assert told["status"] in ("cancelled", "done")
    assert bool(told["profiles"]) == (told["status"] == "done")


def test_a_killed_process_is_said_to_be_interrupted_and_cannot_come_back(
    planning: Planning, processes: dict[int, Any], town: Urls
) -> None:
    job = planning.propose(PLANNER, A, HALVES)
    processes[job].kill()
    processes[job].wait(WAIT_S)
    with owner_connection(town.owner_url) as conn:  # the clock goes on
        conn.execute(
            "UPDATE planning_job SET status = 'running', worker = 'dead', heartbeat_at = now() - interval '1 minute'"
        )
    told = planning.job(PLANNER, job)
    assert told["status"] == "interrupted"
    assert told["message"] == "计算进程中途结束了。"
    again = planning_jobs.launch(planning._db.url, PLANNER, job)
    assert again.wait(WAIT_S) == LOST
    assert planning.propose(PLANNER, A, HALVES) != job


def test_a_job_is_taken_up_once(planning: Planning, processes: dict[int, Any], town: Urls) -> None:
    job = planning.propose(PLANNER, A, HALVES)
    second = planning_jobs.launch(planning._db.url, PLANNER, job)
    ends = sorted([processes[job].wait(WAIT_S), second.wait(WAIT_S)])
    assert ends == [0, LOST]
    assert rows(town.owner_url, "SELECT count(*), count(DISTINCT profile) FROM planning_proposal") == [(3, 3)]


def test_the_forms_weight_of_work_evens_the_tasks_out(
    planning: Planning, processes: dict[int, Any], town: Urls
) -> None:
    """All tasks lie in one corner: by counts alone it becomes one grid, with their weight parts of several."""
    with owner_connection(town.owner_url) as conn:
        for x, y in product(range(2), range(2)):
            for number in range(5):
                put_case(
                    conn, f"{x}-{y}-{number}", grid=f"{A}001", building_id=f"A-{x}-{y}",
                    reported_at="2026-01-10 09:00+08", due_at="2026-01-11 09:00+08",
                    match_status="matched", match_level="building",
                )  # fmt: skip
    form = {"rule": "custom", "target": "200", "tolerance": "10", "outer": "20", "from_plan": "none"}
    jobs = {weight: planning.propose(PLANNER, A, options({**form, "workload": weight})) for weight in ("0", "1")}
    assert len({*jobs.values()}) == 2
    most = {}
    for weight, job in jobs.items():
        assert finished(planning, job)["options"]["workload"] == float(weight)
        rows_ = planning.open(PLANNER, planning.adopt(PLANNER, job, "balanced")["draft_id"], A)["rows"]
        assert [row["households"] for row in rows_] == [200] * 4
        assert sum(row["open_cases"] for row in rows_) == 20
        most[weight] = max(row["open_cases"] for row in rows_)
    assert most["0"] == 20
    assert most["1"] <= 10


def test_who_may_propose(planning: Planning, processes: dict[int, Any]) -> None:
    with pytest.raises(NotAllowed):
        planning.propose(REVIEWER, A)
    with pytest.raises(InputError, match="数字"):
        planning.propose(PLANNER, A, {"target": "five hundred"})
    assert planning.jobs(REVIEWER) == []
