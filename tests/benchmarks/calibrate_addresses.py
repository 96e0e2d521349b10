"""Measure how often each kind of evidence is right: `python -m tests.benchmarks.calibrate_addresses`.

Writes data/address/scores.csv, and thresholds.csv on seeds that the scores were not measured on. Cities, names and
noise are those of address_words.CALIBRATING with the confounders of address_noise.py; the published words and the last
vocabulary take no part: the bench measures what was not calibrated on.
"""

from __future__ import annotations

import csv
import sys
import tempfile
from collections import Counter
from pathlib import Path

from geo.core.address import scores
from geo.core.address.tables import FOLDER
from tests.benchmarks.address_kit import City
from tests.benchmarks.address_noise import Judged, bounds, mixed
from tests.benchmarks.address_words import CALIBRATING

SEEDS = (101, 102, 104)
HELD_OUT = (103, 105)
"""Seeds of the registers and texts that thresholds are measured on."""
DWELLINGS = 100_000
SIZES = {"easy": 100, "hard": 150, "confused": 800}
THRESHOLDS = (0.5, 0.9, 0.95, 0.97, 0.98, 0.99, 0.995, 0.998)


def measure(seeds: tuple[int, ...]) -> tuple[list[Judged], int]:
    """Return the answers given, and how many texts were asked."""
    found: list[Judged] = []
    asked = 0
    for name in CALIBRATING:
        for seed in seeds:
            with tempfile.TemporaryDirectory() as folder:
                city = City.make(name, Path(folder), seed, DWELLINGS)
                given, texts = mixed(city, city.register(threshold=0.0), SIZES, seed)
                found, asked = found + given, asked + texts
                sys.stderr.write(f"{name} {seed}\n")
    return found, asked


def write_scores(found: list[Judged]) -> None:
    """Write right answers and all answers by evidence."""
    right, every = Counter(one.evidence for one in found if one.right), Counter(one.evidence for one in found)
    with (FOLDER / "scores.csv").open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(["evidence", "right", "all"])
        out.writerows([evidence, right[evidence], every[evidence]] for evidence in sorted(every))
    scores.table.cache_clear()
    scores.probability.cache_clear()


def write_thresholds(found: list[Judged], asked: int) -> None:
    """Write what is answered without a person at each threshold, and how much of it is right."""
    with (FOLDER / "thresholds.csv").open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(["threshold", "texts", "answered", "share", "right", "precision", "low_95", "high_95"])
        for threshold in THRESHOLDS:
            kept = [one for one in found if scores.probability(one.evidence) >= threshold]
            right = sum(one.right for one in kept)
            low, high = bounds(right, len(kept))
            shares = (f"{len(kept) / asked:.4f}", right, f"{right / max(len(kept), 1):.5f}")
            out.writerow([threshold, asked, len(kept), *shares, f"{low:.5f}", f"{high:.5f}"])


def main() -> None:
    """Write both tables."""
    write_scores(measure(SEEDS)[0])
    write_thresholds(*measure(HELD_OUT))


if __name__ == "__main__":
    main()
