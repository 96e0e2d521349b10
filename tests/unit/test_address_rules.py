"""The examples beside each rule of the address matcher hold: a newcomer reads them where the rule is decided."""

from __future__ import annotations

import csv
import doctest
import importlib
import pkgutil
from types import ModuleType

import pytest

from geo.core import address
from geo.core.address import scores
from geo.core.address.tables import FOLDER

MODULES = [
    importlib.import_module(f"{address.__name__}.{found.name}") for found in pkgutil.iter_modules(address.__path__)
]


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.__name__)
def test_the_examples_of_every_rule_hold(module: ModuleType) -> None:
    assert doctest.testmod(module).failed == 0


def test_every_rule_of_reading_has_an_example() -> None:
    """Each public function of the modules that decide how a text is read shows what it does."""
    rules = {"normalise", "numerals", "doors", "door_readings", "roles", "typos", "keys", "parse"}
    without = [
        f"{module.__name__}.{name}"
        for module in MODULES
        if module.__name__.rpartition(".")[2] in rules
        for name, value in vars(module).items()
        if callable(value) and getattr(value, "__module__", "") == module.__name__ and not name.startswith("_")
        if not isinstance(value, type) and ">>>" not in (value.__doc__ or "")
    ]
    assert without == []


def test_the_threshold_has_its_measured_precision_beside_it() -> None:
    """The table people read is the one that was measured, and the usual threshold keeps what was promised of it."""
    with (FOLDER / "thresholds.csv").open(encoding="utf-8", newline="") as file:
        rows = [*csv.DictReader(file)]
    shown = (FOLDER / "README.md").read_text(encoding="utf-8")
    for row in rows:
        cells = (row["threshold"], f"{int(row['answered']):,}", row["share"], row["precision"])
        assert f"| {' | '.join(cells)} | {row['low_95']} - {row['high_95']} |" in shown
    usual = next(row for row in rows if float(row["threshold"]) == scores.THRESHOLD)
    assert int(usual["answered"]) > 50_000
    assert float(usual["low_95"]) >= 0.998
    precise = [float(row["precision"]) for row in rows]
    assert precise == sorted(precise)
    assert precise[0] < precise[-1], "a threshold that changes nothing was measured on texts that are too easy"


def test_evidence_never_measured_is_doubted_more_than_either_half() -> None:
    measured = scores.table()
    for how, level in (("shape", "no-room"), ("misread", "estate"), ("swap", "road")):
        assert f"{how}/{level}" not in measured
        halves = [measured[half] for half in (f"{how}/", f"/{level}")]
        assert scores.probability(f"{how}/{level}") < min((right + 1) / (every + 2) for right, every in halves)
    assert scores.probability("never/measured") < 0.5
    right, every = measured["name/door"]
    assert 0.99 < right / every < 1.0
