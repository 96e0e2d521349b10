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
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, NamedTuple

import geopandas as gpd
import numpy as np
import pyogrio

from geo.core import zoning
from tests.benchmarks.report import record

ROOT = Path(__file__).parents[2]
KIT = Path(os.environ.get("GRIDMAP_ZONING_KIT", ROOT.parent / "shared" / "bench" / "zoning"))
KIT_PYTHON = os.environ.get("GRIDMAP_ZONING_PYTHON", sys.executable)
NAMES = tuple(os.environ.get("GRIDMAP_ZONING_INSTANCES", "community subdistrict city bubenec helsinki").split())
TARGET, OUTER = 500, 0.2
"""What the checker judges by: households a grid, and the share of them no grid shall miss it by."""
FIGURES = ("grids", "p10", "p10_bound", "p10_where_possible", "beyond_outer_avoidable", "in_range", "polsby_popper")
HEAD = [
    *("instance", "way"),
    *FIGURES[:5],
    "bound by whole buildings",
    *FIGURES[5:],
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


def layers_of(folder: Path) -> zoning.Layers:
    """Read an instance as the command does."""
    names = ("areas", "buildings", "roads", "water")
    tables = {name: gpd.read_file(path) for name in names for path in folder.glob(f"{name}.*")}
    metric = tables["areas"].estimate_utm_crs().to_string()
    return zoning.from_frames(tables["areas"], tables["buildings"], tables["roads"], tables.get("water"), crs=metric)


def one_community(folder: Path) -> str:
    """Cut and divide a place in this process, as the planner does for one community; say how long it took."""
    layers = layers_of(folder)
    taken = []
    for _ in range(1 + RUNS):
        begun = time.perf_counter(), time.process_time()
        zoning.divide(zoning.build(layers), zoning.STRICT)
        taken.append((time.perf_counter() - begun[0], time.process_time() - begun[1]))
    seconds, cpu = ([one[at] for one in taken[1:]] for at in range(2))  # the first one loads compiled code
    return (
        f"One community warm ({layers.households.sum():,} households, {len(layers.building_id)} buildings; cells and"
        f" division, library call in a warm process, {RUNS} runs): {statistics.median(seconds):.2f} s"
        f" ({min(seconds):.2f}-{max(seconds):.2f}), {statistics.median(cpu):.2f} s of processor; target <= 0.2 s."
    )


def proven_beyond(out: Path) -> int:
    """Count the pieces of land where our feasibility proves that a grid must lie beyond what the checker allows."""
    table = pyogrio.read_dataframe(out, layer="feasibility", read_geometry=False)
    counts = np.arange(1, table["households"].max() // TARGET + 3)
    by_total = np.abs(table["households"].to_numpy()[:, None] / counts - TARGET).min(axis=1) / TARGET
    allowed = np.maximum(OUTER, by_total + 1 / TARGET)
    return int((table["best_deviation"].to_numpy() > allowed + 1e-3).sum())


def line(name: str, way: str, folder: Path, out: Path, cost: Cost, *check: object, proof: Path | None = None) -> str:
    """Judge a result and write its row.

    Parameters
    ----------
    proof : a result of ours on the same instance, whose feasibility gives the bound; None: not asked.
    """
    found: dict[str, Any] = json.loads(kit("check.py", folder, out, *check))
    change = found.get("change", {})
    figures = [found[key] for key in FIGURES]
    cells = [name, way, *figures[:5], "" if proof is None else proven_beyond(proof), *figures[5:]]
    cells += [found["arterials_spanned"]]
    cells += [change.get("households_moved_percent", ""), change.get("households_moved_by_code_percent", "")]
    cells += [", ".join(found["broken"]) or "0", *cost.cells()]
    return "| " + " | ".join(map(str, cells)) + " |"


def peers(
    name: str, folder: Path, work: Path, *options: str, proof: Path | None = None, before: Path | None = None
) -> list[str]:
    """Run the peers and write their rows.

    Parameters
    ----------
    options : of the peers; the checker gets them as well.
    before : folder of the results of the peers that theirs are to be compared with.
    """
    rows = []
    results = work / f"peers {name}"
    for text in kit("peers.py", folder, results, *options).splitlines():
        said = json.loads(text)
        out = f"{said['method']}.gpkg"
        cost = Cost([said["seconds_total"]], None, said["peak_mb"])
        check = (*options, *(("--against", before / out) if before else ()))
        rows.append(line(name, said["method"], folder, results / out, cost, *check, proof=proof))
    return rows


def rows_of(name: str, work: Path) -> list[str]:
    """Make an instance, run all ways on it, and for the city the band, the compact profile and the re-division."""
    if name in ("bubenec", "helsinki"):
        kit("real.py", work)
    else:
        kit("make_instance.py", name, work / name)
    folder, out = work / name, work / f"{name}.gpkg"
    cost = often(folder, out)
    rows = [line(name, "ours", folder, out, cost, proof=out), *peers(name, folder, work, proof=out)]
    if name != "city":
        return rows
    shape = work / "compact.gpkg"
    cost = ours(folder, shape, "--profile", "compact")
    rows.append(line(name, "ours, compact", folder, shape, cost, proof=shape))
    band, wide = work / "band.gpkg", ("--target", "400")
    rows.append(line("city 300-500", "ours", folder, band, ours(folder, band, "--band", "300", "500"), *wide))
    rows += peers("city 300-500", folder, work, *wide)
    changed, again = work / "changed", work / "again.gpkg"
    kit("perturb.py", folder, changed, "--seed", 1, "--plan", out)
    cost = ours(changed, again)
    rows.append(line("city changed", "ours", changed, again, cost, "--against", out, proof=again))
    return rows + peers("city changed", changed, work, proof=again, before=work / "peers city")


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
    """Divide cities of other seeds and patterns, and one of a million households.

    Only dividing is timed and runs alone; making and judging go on two processors.
    """
    kinds: dict[str, tuple[object, ...]] = {
        f"{seed} {' '.join(pattern(at))}": ("--seed", seed, *SMALL, *pattern(at)) for at, seed in enumerate(SEEDS)
    }
    kinds["1,000,000 households, 420 communities"] = MILLION
    folders = {name: work / f"unseen {at}" for at, name in enumerate(kinds)}
    with ThreadPoolExecutor(max_workers=2) as pool:
        list(pool.map(lambda name: kit("make_instance.py", *kinds[name], folders[name]), kinds))
        outs = {name: folder.with_suffix(".gpkg") for name, folder in folders.items()}
        costs = {name: ours(folders[name], outs[name]) for name in kinds}
        return list(
            pool.map(lambda name: line(name, "ours", folders[name], outs[name], costs[name], proof=outs[name]), kinds)
        )


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
        warmed = one_community(warm)
        rows = [row for name in NAMES for row in rows_of(name, Path(work))]
        rows += unseen(Path(work))
    table = ["| " + " | ".join(HEAD) + " |", "|" + "---|" * len(HEAD), *rows]
    load = f"{before:.1f} at the start, {os.getloadavg()[0]:.1f} at the end, on {os.cpu_count()} processors"
    note = (
        "Judged by the kit's checker on the layers written. Seconds: ours the whole command from a new process, the"
        f" peers without the start of theirs, one run; median and range of five runs where a range is given. CPU s:"
        f" processor time of our process. Load of the machine {load}."
        " p10: per cent of grids within 10 % of 500, p10_bound what totals allow. bound by whole buildings: grids that"
        " no division into whole buildings keeps from being beyond the outer limit, proven by our feasibility."
    )
    record(
        "Zoning against METIS, GerryChain and KaHIP",
        "python -m tests.benchmarks.bench_zoning",
        "\n".join([*table, "", warmed, "", note]),
    )
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
