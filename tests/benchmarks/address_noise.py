"""Texts a matcher may well get wrong, and how its scores are held against what was right.

The published kit keeps a misspelt name only where the true one is strictly the nearest of all names. People do not:
`confused` changes one or two characters of a name whatever it then spells (another estate of the city included), and
names the wrong street before it. What was meant stays the truth.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from random import Random
from typing import Any

from scipy.stats import binomtest

from geo.core.address.answer import Answer
from geo.core.geocode import Register
from tests.benchmarks.address_kit import City, judged, part

Row = tuple[str, str, str, Any]
BINS = (0.0, 0.5, 0.9, 0.95, 0.98, 0.99, 0.995, 0.999, 1.0)
CONFIDENCE = 0.95


@dataclass(frozen=True)
class Judged:
    """One answer given without a person (threshold 0): what it rests on, its probability, and whether it is right."""

    evidence: str
    score: float
    right: bool


def confused(city: City, per_class: int, seed: int) -> list[Row]:
    """Return texts of the easy set whose estate's name is misspelt at random, or whose street is another one."""
    rng = Random(seed)
    streets = sorted({*part("register_io").Register(city.folder).area_names.values()} - {""})
    rows = []
    for key, text, _class, truth in city.queries("easy", per_class, seed):
        if truth.estate and text.count(truth.estate) == 1:
            kind = rng.choice(sorted(EDITS))
            said = text.replace(truth.estate, EDITS[kind](truth.estate, city.vocabulary, rng))
            if kind == "street":
                said = f"{rng.choice(streets)}{truth.estate}{text.partition(truth.estate)[2]}"
            rows.append((f"c{key}", said, f"20.{kind}", truth))
    return rows


def _letter(name: str, words: Any, rng: Random) -> str:
    at = rng.randrange(len(name))
    return name[:at] + rng.choice(words.name_characters) + name[at + 1 :]


def _by(table: str) -> Callable[[str, Any, Random], str]:
    def edit(name: str, words: Any, rng: Random) -> str:
        at = rng.randrange(len(name))
        return name[:at] + getattr(words, table)(name[at], rng) + name[at + 1 :]

    return edit


def _drop(name: str, _words: Any, rng: Random) -> str:
    at = rng.randrange(len(name))
    return name[:at] + name[at + 1 :]


def _more(name: str, words: Any, rng: Random) -> str:
    at = rng.randrange(len(name) + 1)
    return name[:at] + rng.choice(words.name_characters) + name[at:]


def _swap(name: str, _words: Any, rng: Random) -> str:
    at = rng.randrange(max(1, len(name) - 1))
    return name[:at] + name[at : at + 2][::-1] + name[at + 2 :]


def _two(name: str, words: Any, rng: Random) -> str:
    first, second = rng.sample((_letter, _drop, _more, _swap, _by("homophone")), 2)
    return second(first(name, words, rng), words, rng)


EDITS: dict[str, Callable[[str, Any, Random], str]] = {
    "letter": _letter,
    "sound": _by("homophone"),
    "shape": _by("lookalike"),
    "drop": _drop,
    "more": _more,
    "swap": _swap,
    "two": _two,
    "street": lambda name, _words, _rng: name,
}


def mixed(city: City, register: Register, sizes: dict[str, int], seed: int) -> tuple[list[Judged], int]:
    """Ask easy, hard and confused texts; return the answers given, and how many texts were asked.

    Parameters
    ----------
    register : made with threshold 0, so that every answer is given.
    sizes : texts a class of `easy`, `hard` and `confused`.
    """
    rows = [row for which in ("easy", "hard") for row in city.queries(which, sizes[which], seed)]
    rows += confused(city, sizes["confused"], seed)
    answers: list[Answer] = [register.matcher.match(text) for _key, text, *_ in rows]
    truths, given = judged(rows, register.frame(answers))
    outcome = part("score").outcome
    return [
        Judged(answer.evidence, answer.score, outcome(truth, row) != "wrong_auto")
        for truth, row, answer in zip(truths, given, answers, strict=True)
        if row["status"] == "matched"
    ], len(rows)


def bounds(right: int, every: int) -> tuple[float, float]:
    """Return the exact (Clopper-Pearson) two-sided 95 % bounds of a share."""
    found = binomtest(right, every).proportion_ci(CONFIDENCE, method="exact") if every else None
    return (float(found.low), float(found.high)) if found else (0.0, 1.0)


def reliability(found: Sequence[Judged]) -> list[str]:
    """Return the lines of a table: score from, to, answers, mean score, share right, its bounds."""
    lines = []
    for low, high in pairwise(BINS):
        held = [one for one in found if low <= one.score < high or one.score == high == 1.0]
        if held:
            right = sum(one.right for one in held)
            low_bound, high_bound = bounds(right, len(held))
            mean = sum(one.score for one in held) / len(held)
            cells = (f"{low:g} - {high:g}", f"{len(held):,}", f"{mean:.4f}", f"{right / len(held):.4f}")
            lines.append(f"| {' | '.join(cells)} | {low_bound:.4f} - {high_bound:.4f} |")
    return lines
