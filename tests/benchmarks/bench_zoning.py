"""Zoning beside METIS, GerryChain and KaHIP: one run, judged by the kit's own checker (`make bench`).

The kit lies outside the repository; `GRIDMAP_ZONING_KIT` names it (default: shared/bench/zoning beside the tree) and
`GRIDMAP_ZONING_PYTHON` a Python with the kit's requirements. Instances are made on the fly: the kit's own, twenty small
cities of unseen seeds in every pattern the kit draws, and one of 1,000,000 households. Without the kit nothing is
measured and nothing written.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, NamedTuple

from tests.benchmarks.report import record

ROOT = Path(__file__).parents[2]
KIT = Path(os.environ.get("GRIDMAP_ZONING_KIT", ROOT.parent / "shared" / "bench" / "zoning"))
KIT_PYTHON = os.environ.get("GRIDMAP_ZONING_PYTHON", sys.executable)
NAMES = tuple(os.environ.get("GRIDMAP_ZONING_INSTANCES", "community subdistrict city bubenec helsinki").split())
PEERS = ("metis", "gerrychain", "kahip")
FIGURES = ("grids", "p10", "p10_bound", "p10_where_possible", "beyond_outer_avoidable", "in_range", "polsby_popper")
HEAD = [
    *("instance", "way"),
    *FIGURES,
    *("arterials", "moved %", "moved by code %", "broken", "seconds", "CPU s", "MB"),
]
RUNS = 5
SEEDS = range(301, 321)
SMALL = ("--households", "27600", "--communities", "12")
MILLION = ("--seed", "900", "--households", "1000000", "--communities", "420", "--rivers", "1")


class Cost(NamedTuple):
    """What a way took: seconds of every run, processor seconds (None: unknown), peak memory."""

    seconds: list[float]
    cpu: float | None
    megabytes: float

    def cells(self) -> list[str]:
        """Write it: median and range where there are several runs."""
        said = f"{statistics.median(self.seconds):.1f}"
        if len(self.seconds) > 1:
            said += f" ({min(self.seconds):.1f}-{max(self.seconds):.1f})"
        return [said, "" if self.cpu is None else f"{self.cpu:.1f}", f"{self.megabytes:.0f}"]


def kit(script: str, *words: object) -> str:
    """Run a script of the kit and return what it prints; the checker's 1 (a broken rule) is an answer."""
    command = [KIT_PYTHON, str(KIT / script), *map(str, words)]
    return subprocess.run(command, check=False, capture_output=True, text=True, timeout=3600).stdout


def ours(folder: Path, out: Path, *options: str) -> Cost:
    """Divide by the command."""
    command = [sys.executable, "-m", "gridmap", "divide", "--folder", str(folder), "--out", str(out), *options]
    begun = time.perf_counter()
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        raise SystemExit(f"gridmap divide failed on {folder.name}")
    return Cost([time.perf_counter() - begun], usage.ru_utime + usage.ru_stime, usage.ru_maxrss // 1024)


def often(folder: Path, out: Path, *options: str) -> Cost:
    """Divide some times: the answer is the same each time, the seconds are not."""
    runs = [ours(folder, out, *options) for _ in range(RUNS)]
    cpu = statistics.median(run.cpu or 0.0 for run in runs)
    return Cost([second for run in runs for second in run.seconds], cpu, max(run.megabytes for run in runs))


def line(name: str, way: str, folder: Path, out: Path, cost: Cost, *check: object) -> str:
    """Judge a result and write its row."""
    found: dict[str, Any] = json.loads(kit("check.py", folder, out, *check))
    change = found.get("change", {})
    cells = [name, way, *(found[key] for key in FIGURES), found["arterials_spanned"]]
    cells += [change.get("households_moved_percent", ""), change.get("households_moved_by_code_percent", "")]
    cells += [", ".join(found["broken"]) or "0", *cost.cells()]
    return "| " + " | ".join(map(str, cells)) + " |"


def peers(name: str, folder: Path, work: Path, *options: str, check: tuple[object, ...] = ()) -> list[str]:
    """Run the peers and write their rows."""
    rows = []
    results = work / f"peers {name}"
    for text in kit("peers.py", folder, results, *options).splitlines():
        said = json.loads(text)
        cost = Cost([said["seconds_total"]], None, said["peak_mb"])
        rows.append(line(name, said["method"], folder, results / f"{said['method']}.gpkg", cost, *check))
    return rows


def rows_of(name: str, work: Path) -> list[str]:
    """Make an instance, run all ways on it, and for the city the band, the compact profile and the re-division."""
    if name in ("bubenec", "helsinki"):
        kit("real.py", work)
    else:
        kit("make_instance.py", name, work / name)
    folder, out = work / name, work / f"{name}.gpkg"
    rows = [line(name, "ours", folder, out, often(folder, out)), *peers(name, folder, work)]
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
        before = work / "peers city" / f"{peer}.gpkg"
        said = json.loads(kit("peers.py", changed, work / "after", "--methods", peer))
        cost = Cost([said["seconds_total"]], None, said["peak_mb"])
        rows.append(line("city changed", peer, changed, work / "after" / f"{peer}.gpkg", cost, "--against", before))
    return rows


def pattern(number: int) -> list[str]:
    """Return the kit's options of one of the small cities: every pattern, and most pairs of them, come up."""
    words = ["--rivers", str(number % 3)]
    words += ["--pattern", "organic"] if number % 2 else []
    words += ["--rail"] if number % 4 in (1, 2) else []
    words += ["--areas-over-water"] if number % 5 in (0, 1) else []
    words += ["--no-community-codes"] if number % 5 in (1, 2) else []
    words += ["--aspect", "3"] if number % 7 in (2, 5) else []
    return words


def unseen(work: Path) -> list[str]:
    """Divide cities of other seeds and patterns, and one of a million households."""
    rows = []
    for number, seed in enumerate(SEEDS):
        words, folder = pattern(number), work / f"seed {seed}"
        kit("make_instance.py", "--seed", seed, *SMALL, *words, folder)
        out = work / f"{seed}.gpkg"
        rows.append(line(f"{seed} {' '.join(words)}", "ours", folder, out, ours(folder, out)))
    folder, out = work / "million", work / "million.gpkg"
    kit("make_instance.py", *MILLION, folder)
    rows.append(line("1,000,000 households, 420 communities", "ours", folder, out, ours(folder, out)))
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
        before = os.getloadavg()[0]
        rows = [row for name in NAMES for row in rows_of(name, Path(work))]
        rows += unseen(Path(work))
    table = ["| " + " | ".join(HEAD) + " |", "|" + "---|" * len(HEAD), *rows]
    load = f"{before:.1f} at the start, {os.getloadavg()[0]:.1f} at the end, on {os.cpu_count()} processors"
    note = (
        "Judged by the kit's checker on the layers written. Seconds: ours the whole command from a new process, the"
        f" peers without the start of theirs, one run; median and range of five runs where a range is given. CPU s:"
        f" processor time of our process. Load of the machine {load}."
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
