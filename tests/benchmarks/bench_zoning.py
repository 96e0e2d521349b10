"""Zoning beside METIS, GerryChain and KaHIP: one run, judged by the kit's own checker (`make bench`).

The kit lies outside the repository; `GRIDMAP_ZONING_KIT` names it (default: shared/bench/zoning beside the tree) and
`GRIDMAP_ZONING_PYTHON` a Python with the kit's requirements. Instances are made on the fly. Without the kit nothing is
measured and nothing written.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from tests.benchmarks.report import record

ROOT = Path(__file__).parents[2]
KIT = Path(os.environ.get("GRIDMAP_ZONING_KIT", ROOT.parent / "shared" / "bench" / "zoning"))
KIT_PYTHON = os.environ.get("GRIDMAP_ZONING_PYTHON", sys.executable)
NAMES = tuple(os.environ.get("GRIDMAP_ZONING_INSTANCES", "community subdistrict city bubenec helsinki").split())
PEERS = ("metis", "gerrychain", "kahip")
FIGURES = ("grids", "p10", "p10_bound", "p10_where_possible", "beyond_outer_avoidable", "in_range", "polsby_popper")
HEAD = [*("instance", "way"), *FIGURES, *("arterials", "moved %", "moved by code %", "broken", "seconds", "MB")]


def kit(script: str, *words: object) -> str:
    """Run a script of the kit and return what it prints; the checker's 1 (a broken rule) is an answer."""
    command = [KIT_PYTHON, str(KIT / script), *map(str, words)]
    return subprocess.run(command, check=False, capture_output=True, text=True, timeout=3600).stdout


def ours(folder: Path, out: Path, *options: str) -> tuple[float, int]:
    """Divide by the command; seconds from start to end and peak memory (MB) of the process."""
    command = [sys.executable, "-m", "gridmap", "divide", "--folder", str(folder), "--out", str(out), *options]
    begun = time.perf_counter()
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        raise SystemExit(f"gridmap divide failed on {folder.name}")
    return time.perf_counter() - begun, usage.ru_maxrss // 1024


def line(name: str, way: str, folder: Path, out: Path, cost: tuple[float, float], *check: object) -> str:
    """Judge a result and write its row."""
    found: dict[str, Any] = json.loads(kit("check.py", folder, out, *check))
    change = found.get("change", {})
    cells = [name, way, *(found[key] for key in FIGURES), found["arterials_spanned"]]
    cells += [change.get("households_moved_percent", ""), change.get("households_moved_by_code_percent", "")]
    cells += [", ".join(found["broken"]) or "0", f"{cost[0]:.1f}", f"{cost[1]:.0f}"]
    return "| " + " | ".join(map(str, cells)) + " |"


def peers(name: str, folder: Path, work: Path, *options: str, check: tuple[object, ...] = ()) -> list[str]:
    """Run the peers and write their rows."""
    rows = []
    for text in kit("peers.py", folder, work / "peers", *options).splitlines():
        said = json.loads(text)
        out = work / "peers" / f"{said['method']}.gpkg"
        rows.append(line(name, said["method"], folder, out, (said["seconds_total"], said["peak_mb"]), *check))
    return rows


def rows_of(name: str, work: Path) -> list[str]:
    """Make an instance, run all ways on it, and for the city the band, the compact profile and the re-division."""
    if name in ("bubenec", "helsinki"):
        kit("real.py", work)
    else:
        kit("make_instance.py", name, work / name)
    folder, out = work / name, work / f"{name}.gpkg"
    rows = [line(name, "ours", folder, out, ours(folder, out)), *peers(name, folder, work)]
    if name != "city":
        return rows
    shape = work / "compact.gpkg"
    rows.append(line(name, "ours, compact", folder, shape, ours(folder, shape, "--profile", "compact")))
    band, wide = work / "band.gpkg", ("--target", 400)
    rows.append(line("city 300-500", "ours", folder, band, ours(folder, band, "--band", "300", "500"), *wide))
    rows += peers("city 300-500", folder, work, "--target", "400", check=wide)
    changed, again = work / "changed", work / "again.gpkg"
    kit("perturb.py", folder, changed, "--seed", 1, "--plan", out)
    rows.append(line("city changed", "ours", changed, again, ours(changed, again), "--against", out))
    for peer in PEERS:
        before = work / f"{peer}-before.gpkg"
        kit("peers.py", folder, work / "before", "--methods", peer)
        (work / "before" / f"{peer}.gpkg").rename(before)
        said = json.loads(kit("peers.py", changed, work / "after", "--methods", peer))
        cost = (said["seconds_total"], said["peak_mb"])
        rows.append(line("city changed", peer, changed, work / "after" / f"{peer}.gpkg", cost, "--against", before))
    return rows


def main() -> int:
    """Measure and write the section."""
    if not (KIT / "check.py").exists():
        sys.stderr.write(f"the zoning kit is not at {KIT}: nothing measured\n")
        return 0
    with tempfile.TemporaryDirectory() as work:
        warm = Path(work) / "warm"
        kit("make_instance.py", "community", warm)
        ours(warm, Path(work) / "warm.gpkg")  # so that compiled code is on disk
        rows = [row for name in NAMES for row in rows_of(name, Path(work))]
    table = ["| " + " | ".join(HEAD) + " |", "|" + "---|" * len(HEAD), *rows]
    load = os.getloadavg()[0]
    note = (
        "Judged by the kit's checker on the layers written. Seconds: ours the whole command from a new process, the"
        f" peers without the start of theirs; one run each, load of the machine {load:.1f}."
        " p10: per cent of grids within 10 % of 500, p10_bound what totals allow."
    )
    record(
        "Zoning against METIS, GerryChain and KaHIP",
        "python -m tests.benchmarks.bench_zoning",
        "\n".join([*table, "", note]),
    )
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
