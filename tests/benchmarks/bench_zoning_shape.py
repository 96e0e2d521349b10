"""How round grids of a small place can be: a large pool of grids, put together anew by set partitioning.

The engine is run many times with other seeds and prices, and every grid within the band that comes up on the way is
kept. Integer programming (HiGHS) then finds the best division that can be put together from the pool, exactly. That is
the best known division, not a bound: a grid that never came up is not in the pool. Needs the kit, as bench_zoning does.
"""

from __future__ import annotations

import math
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csc_matrix

from geo.core import zoning
from geo.core.zoning import solve
from geo.core.zoning.growth import grow
from geo.core.zoning.search import Graph, anneal, totals
from tests.benchmarks import bench_zoning as kit
from tests.benchmarks.report import record

SEEDS = 320
SHAPES = (1.0, 2.0, 4.0, 8.0)
"""Prices of the shape, times the engine's own."""
BURSTS, ROUNDS = 40, 6
"""Looks at a search on its way, and recombinations a grid between two of them."""
HOT, COLD = 1.0, 0.01

Pool = dict[bytes, tuple[float, NDArray[np.bool_]]]


def read(folder: Path) -> tuple[Graph, float]:
    """Cut a place of one piece, as the command does; return its graph and the roundness of the engine's own answer."""
    units = zoning.build(kit.layers_of(folder))
    graph = solve.graph_of(units, np.arange(len(units)), units.households)
    answer = zoning.measure(units, zoning.divide(units, zoning.STRICT).grid_code)
    return graph, float(answer.polsby_popper.mean())


def searched(graph: Graph, seed: int, count: int, pool: Pool) -> tuple[float, int]:
    """Search once, putting every grid in the band that comes up into the pool.

    Returns
    -------
    The best mean score of a state with all grids in the band, and how many grids were looked at.
    """
    options = zoning.Options(profile=("balanced", "middle", "compact")[seed % 3])
    prices = solve.prices_of(options, graph, count)
    prices = prices._replace(shape=prices.shape * SHAPES[seed // 3 % len(SHAPES)], street=0.0)
    none, free = np.full(len(graph.weight), -1), np.zeros(len(graph.weight))
    label = grow(graph, count, seed)
    best, seen = 0.0, 0
    for burst in range(BURSTS):
        heat = HOT * (COLD / HOT) ** (burst / (BURSTS - 1))
        at = 100_003 * seed + burst
        anneal(graph, label, count, none, free, prices, ROUNDS * count, solve.SHIFTS, heat, heat, solve.TOLL, at)
        size, area, border = totals(graph, label, count)[:3]
        round_ = 4 * math.pi * area / border**2
        good = (size >= options.low) & (size <= options.high)
        for grid in np.flatnonzero(good).tolist():
            members = label == grid
            pool.setdefault(np.packbits(members).tobytes(), (float(round_[grid]), members))
        best, seen = max(best, float(round_.mean()) if good.all() else 0.0), seen + count
    return best, seen


def put_together(pool: Pool, count: int) -> tuple[float, float]:
    """Return the best mean score of grids of the pool that hold every unit once, and the linear relaxation's."""
    score = np.array([one[0] for one in pool.values()])
    cover = csc_matrix(np.column_stack([one[1] for one in pool.values()]).astype(float))
    rules = [LinearConstraint(cover, 1, 1), LinearConstraint(csc_matrix(np.ones((1, len(score)))), count, count)]

    def solved(whole: int) -> Any:
        return milp(-score, constraints=rules, bounds=Bounds(0, 1), integrality=np.full(len(score), whole))

    relaxed = solved(0)
    assert relaxed.x is not None  # one of the searches ended in a division whose grids are all there
    split = np.abs(relaxed.x - np.round(relaxed.x)).max() > 1e-6
    best = solved(1) if split else relaxed
    return -best.fun / count, -relaxed.fun / count


def main() -> int:
    """Measure and write the section."""
    if not (kit.KIT / "check.py").exists():
        sys.stderr.write(f"the zoning kit is not at {kit.KIT}: nothing measured\n")
        return 0
    with tempfile.TemporaryDirectory() as work:
        kit.kit("real.py", work)
        graph, ours = read(Path(work) / "bubenec")
    count = round(float(graph.weight.sum()) / zoning.STRICT.aim)
    pool: Pool = {}
    best, seen, rows = 0.0, 0, []
    for seed in range(SEEDS):
        found, looked = searched(graph, seed, count, pool)
        best, seen = max(best, found), seen + looked
        if seed + 1 in (SEEDS // 4, SEEDS // 2, SEEDS):
            together, relaxed = put_together(pool, count)
            rows.append(f"| {seed + 1} | {seen:,} | {len(pool):,} | {best:.4f} | {together:.4f} | {relaxed:.4f} |")
    note = (
        f"Mean Polsby-Popper score of {count} grids within 10 % of 500 households on the cells of bubenec; the"
        f" engine's own answer in one run: {ours:.4f}. Put together: the best division of all grids in the pool, found"
        " exactly (set partitioning, HiGHS). It is the best known one, no bound: a grid that never came up"
        " is not in the pool."
    )
    head = "| searches | grids looked at | different ones in the band | best of one search | put together | relaxed |"
    record(
        "Zoning: how round the grids of bubenec can be",
        "python -m tests.benchmarks.bench_zoning_shape",
        "\n".join([head, "|" + "---|" * 6, *rows, "", note]),
    )
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
