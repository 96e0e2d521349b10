"""How often an answer is right that rests on a kind of evidence, as measured; and the threshold for asking a person.

data/address/scores.csv is made by `python -m tests.benchmarks.calibrate_addresses` on cities, names and noise of
its own (not those of the published bench). A probability is the share of right answers, drawn towards what is known of
the evidence's two halves (how the name was found, what was found of the door) where such answers are few.
"""

from __future__ import annotations

import csv
from functools import cache
from math import prod

from geo.core.address.tables import FOLDER

THRESHOLD = 0.98
"""Least probability of an answer given without a person. data/address/thresholds.csv has the precision measured at this
and other thresholds, and the share of texts answered; a site sets its own with GRIDMAP_MATCH_THRESHOLD."""
UNSEEN = 0.5
"""Probability of a question: what is not known is as likely as not."""


FEW = 10
"""So many answers' worth is given to what is known of the evidence's two halves: rare evidence leans on them."""


@cache
def table() -> dict[str, tuple[int, int]]:
    """Return (right, all) by kind of evidence, and by its halves: `name/` for every level, `/door` for every name."""
    found: dict[str, tuple[int, int]] = {}
    with (FOLDER / "scores.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            how, _slash, level = row["evidence"].partition("/")
            for key in (row["evidence"], f"{how}/", f"/{level}"):
                right, every = found.get(key, (0, 0))
                found[key] = right + int(row["right"]), every + int(row["all"])
    return found


@cache
def probability(evidence: str) -> float:
    """Return how probably an answer with this evidence is right.

    Rare evidence leans on its halves as if they erred independently of each other: what was never measured is then
    doubted at least as much as the worse half.

    Examples
    --------
    >>> probability("name/door") > 0.99, probability("never/measured")
    (True, 0.25)
    """
    how, _slash, level = evidence.partition("/")
    halves = [table().get(key, (0, 0)) for key in (f"{how}/", f"/{level}")]
    expected = prod((right + 1) / (every + 2) for right, every in halves)
    right, every = table().get(evidence, (0, 0))
    return (right + FEW * expected) / (every + FEW)
