"""Measure how often each kind of evidence is right: `python -m tests.benchmarks.calibrate_addresses`.

Writes data/address/scores.csv and thresholds.csv. Cities, names and noise are those of address_words.py, with seeds
that the bench does not use; the published words take no part: the bench measures what it was not calibrated on.
"""

from __future__ import annotations

import csv
import sys
import tempfile
from collections import Counter
from pathlib import Path

from geo.core.address import scores
from geo.core.address.tables import FOLDER
from tests.benchmarks import address_words
from tests.benchmarks.address_kit import City, judged, part

SEEDS = (101, 102)
DWELLINGS = 100_000
PER_CLASS = {"easy": 100, "hard": 200}
THRESHOLDS = (0.5, 0.9, 0.95, 0.98, 0.99, 0.995)


def measure() -> tuple[Counter[str], Counter[str], int]:
    """Return right answers and all answers by evidence, and how many texts were asked."""
    right: Counter[str] = Counter()
    every: Counter[str] = Counter()
    asked = 0
    outcome = part("score").outcome
    for name in address_words.NAMES:
        for seed in SEEDS:
            with tempfile.TemporaryDirectory() as folder:
                city = City.make(name, Path(folder), seed, DWELLINGS)
                register = city.register(threshold=0.0)
                for which, per_class in PER_CLASS.items():
                    rows = city.queries(which, per_class, seed)
                    answers = [register.matcher.match(text) for _id, text, _class, _truth in rows]
                    truths, given = judged(rows, register.frame(answers))
                    asked += len(rows)
                    for truth, row, answer in zip(truths, given, answers, strict=True):
                        if row["status"] == "matched":
                            every[answer.evidence] += 1
                            right[answer.evidence] += outcome(truth, row) != "wrong_auto"
                sys.stderr.write(f"{name} {seed}\n")
    return right, every, asked


def main() -> None:
    """Write both tables."""
    right, every, asked = measure()
    with (FOLDER / "scores.csv").open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(["evidence", "right", "all"])
        out.writerows([evidence, right[evidence], every[evidence]] for evidence in sorted(every))
    scores.table.cache_clear()
    with (FOLDER / "thresholds.csv").open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(["threshold", "precision", "answered", "texts"])
        for threshold in THRESHOLDS:
            kept = [evidence for evidence in every if scores.probability(evidence) >= threshold]
            given, good = sum(every[evidence] for evidence in kept), sum(right[evidence] for evidence in kept)
            out.writerow([threshold, f"{good / max(given, 1):.5f}", f"{given / asked:.4f}", asked])


if __name__ == "__main__":
    main()
