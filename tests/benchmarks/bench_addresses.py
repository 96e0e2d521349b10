"""Addresses beside plain methods: the published bench's words and our own, judged by the kit (`make bench`).

The kit lies outside the repository (../shared/bench/addresses); without it nothing is measured and nothing written.
`GRIDMAP_ADDRESS_PYTHON` names a Python with the kit's requirements for its peers.
"""

from __future__ import annotations

import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from geo.core.geocode import Register
from tests.benchmarks import address_words
from tests.benchmarks.address_kit import KIT, PUBLIC, City, judged, part
from tests.benchmarks.report import record

KIT_PYTHON = os.environ.get("GRIDMAP_ADDRESS_PYTHON", sys.executable)
REGISTER_SEED, QUERY_SEED = 7, 11
"""Those of the kit's own table."""
DWELLINGS = {PUBLIC: 300_000} | dict.fromkeys(address_words.NAMES, 100_000)
PER_CLASS = {PUBLIC: 200} | dict.fromkeys(address_words.NAMES, 150)
PEERS = {"naive": 0, "tfidf": 2_000}
"""Queries asked of a peer, 0 for all: tfidf answers 90 a second."""
FIGURES = ("right_rate", "wrong_auto_rate", "precision_of_matched", "top3_recall", "right_grid")
DISTINCT_PER_CLASS = {"easy": 3_200, "hard": 750}
"""Gives some 50,000 texts, few of them twice, for the speed of one process."""
RUNS = 5


def row(city: str, which: str, way: str, total: dict[str, Any]) -> str:
    """Write a line of the table."""
    return "| " + " | ".join([city, which, way, str(total["n"]), *(str(total[key]) for key in FIGURES)]) + " |"


def peers_of(city: City, which: str, work: Path) -> list[str]:
    """Ask the kit's plain methods the same texts, which its own command writes."""
    queries = work / f"{which}.csv"
    asked = ["--seed", QUERY_SEED, "--set", which, "--per-class", PER_CLASS[city.name]]
    kit("make_queries.py", city.folder, queries, *asked)
    found = []
    for peer, limit in PEERS.items():
        said = json.loads(kit("peers.py", city.folder, queries, "--peers", peer, "--limit", limit, "--json"))
        found.append(row(city.name, which, peer, said["total"]))
    return found


def kit(script: str, *words: object) -> str:
    """Run a script of the kit and return what it prints."""
    command = [KIT_PYTHON, str(KIT / script), *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def quality(city: City, register: Register, which: str, work: Path) -> tuple[list[str], list[str]]:
    """Return the lines of all ways, and the classes of ours that are not wholly right."""
    rows = city.queries(which, PER_CLASS[city.name], QUERY_SEED)
    truths, answers = judged(rows, register.frame([register.matcher.match(text) for _id, text, *_ in rows]))
    report = part("score").score(truths, answers)
    lines = [row(city.name, which, "ours", report["total"])]
    if city.name == PUBLIC:
        lines += peers_of(city, which, work)
    classes = [
        f"| {city.name} | {which} | {name} | {of['n']} | {of['right_rate']} | {of['wrong_auto']} |"
        for name, of in report["classes"].items()
        if of["right_rate"] < 1 or of["wrong_auto"]
    ]
    return lines, classes


def speed(city: City, register: Register) -> list[str]:
    """Return texts a second of one process on distinct texts, and the 95th percentile of one call."""
    lines = []
    for which, per_class in DISTINCT_PER_CLASS.items():
        texts = [text for _id, text, *_ in city.queries(which, per_class, QUERY_SEED + 1)]
        took, single = [], []
        for _run in range(RUNS):
            begun = time.process_time()
            for text in texts:
                called = time.perf_counter()
                register.matcher.match(text)
                single.append(time.perf_counter() - called)
            took.append(len(texts) / (time.process_time() - begun))
        p95 = statistics.quantiles(single, n=20)[-1] * 1000
        pace = f"{statistics.median(took):,.0f} | {min(took):,.0f} - {max(took):,.0f}"
        lines.append(f"| {which} | {len(texts):,} | {len(set(texts)):,} | {pace} | {p95:.2f} |")
    return lines


def main() -> int:
    """Measure and write the section."""
    if not (KIT / "score.py").exists():
        sys.stderr.write(f"the address kit is not at {KIT}: nothing measured\n")
        return 0
    table, classes, fast, built = [], [], [], []
    for name in (PUBLIC, *address_words.NAMES):
        with tempfile.TemporaryDirectory() as folder:
            city = City.make(name, Path(folder) / "register", REGISTER_SEED, DWELLINGS[name])
            before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
            begun = time.process_time()
            register = city.register()
            grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024
            built.append(f"{name}: {time.process_time() - begun:.1f} s of processor time, {grown} MB more")
            for which in ("easy", "hard"):
                lines, weak = quality(city, register, which, Path(folder))
                table += lines
                classes += weak
            if name == PUBLIC:
                fast = speed(city, register)
    head = ["| city | set | way | n | " + " | ".join(FIGURES) + " |", "|" + "---|" * (len(FIGURES) + 4)]
    record(
        "Addresses against plain methods",
        "python -m tests.benchmarks.bench_addresses",
        "\n".join(
            [
                *head,
                *table,
                "",
                "Classes of ours that are not wholly right:",
                "",
                "| city | set | class | n | right_rate | wrong |",
                "|---|---|---|---|---|---|",
                *classes,
                "",
                "| set | texts | distinct | texts/s of one processor, median | range | p95 of one call, ms |",
                "|---|---|---|---|---|---|",
                *fast,
                "",
                f"Reading and index: {'; '.join(built)}.",
                f"Registers seed {REGISTER_SEED}, queries seed {QUERY_SEED}; speed on seed {QUERY_SEED + 1},",
                f"{RUNS} runs of one process, processor time. public: the kit's own words; the others: ours.",
                f"The matcher was tuned on the public words (seed {QUERY_SEED}), after a first look on ours too.",
            ]
        ),
    )
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
