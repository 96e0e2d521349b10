"""Residents (人口): households of plausible kinds, ages of a city of north-west China in the 2020s, invented names.

Every phone number starts with 100, which no Chinese subscriber number does (those start with 13 to 19).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from geo.core.democity import words

KINDS: dict[str, tuple[float, int]] = {
    "elder": (0.055, 1),
    "single": (0.105, 1),
    "elder_couple": (0.170, 2),
    "couple": (0.115, 2),
    "parent_child": (0.030, 2),
    "elder_grandchild": (0.004, 3),
    "family3": (0.280, 3),
    "family4": (0.165, 4),
    "grown_child": (0.050, 3),
    "three_generations": (0.038, 5),
    "three_generations_two": (0.008, 6),
}
"""Kinds of household: share and people. Shares are this project's own, chosen so that the mean household (about 2.6),
the shares of over-60s (about a fifth) and of under-15s (about a seventh) are those of an ageing industrial city of the
north-west."""

CARE_SHARE = {"disabled": 0.006, "low_income": 0.007}
"""Shares of residents and of households with these needs; the other two follow from age and household."""

ELDER_ALONE_AGE = 65
PHONE_PREFIX = "100"
"""Residents' numbers go on with 0 to 8, workers' with 9."""


@dataclass
class People:
    """All residents; arrays of one length.

    Attributes
    ----------
    household : index of the household, ascending.
    age : whole years.
    female : sex.
    kind : index into KINDS of the household.
    place : number within the household, 0 = its head.
    """

    household: np.ndarray
    age: np.ndarray
    female: np.ndarray
    kind: np.ndarray
    place: np.ndarray


def populate(count: int, rng: np.random.Generator) -> People:
    """Draw the people of so many households."""
    share = np.array([s for s, _ in KINDS.values()])
    size = np.array([n for _, n in KINDS.values()])
    kind = rng.choice(len(KINDS), count, p=share / share.sum())
    household = np.repeat(np.arange(count), size[kind])
    place = np.arange(len(household)) - np.repeat(np.cumsum(size[kind]) - size[kind], size[kind])
    age, female = np.zeros(len(household), int), np.zeros(len(household), bool)
    start = np.cumsum(size[kind]) - size[kind]
    for k, name in enumerate(KINDS):
        first = start[kind == k]
        ages, sexes = _members(name, len(first), rng)
        for j in range(size[k]):
            age[first + j], female[first + j] = ages[j], sexes[j]
    return People(household, np.clip(age, 0, 101), female, kind[household], place)


def _members(name: str, n: int, rng: np.random.Generator) -> tuple[list[np.ndarray], list[np.ndarray]]:
    """Draw ages and sexes (true = female) of the members of n households of one kind, the head first."""

    def spouse(of: np.ndarray) -> np.ndarray:
        return of - np.rint(rng.normal(2, 2.2, n)).astype(int)

    def child(mother: np.ndarray, least: int = 21, most: int = 33) -> np.ndarray:
        return np.maximum(mother - rng.integers(least, most, n), 0)

    def parents(of: np.ndarray) -> np.ndarray:
        return of + rng.integers(22, 31, n)

    def either() -> np.ndarray:
        return rng.random(n) < 0.49

    man, woman = np.zeros(n, bool), np.ones(n, bool)
    if name == "elder":
        return [65 + np.minimum(rng.gamma(2.2, 4.2, n), 34).astype(int)], [rng.random(n) < 0.66]
    if name == "single":
        young = rng.random(n) < 0.45
        return [np.where(young, rng.integers(20, 36, n), rng.integers(36, 65, n))], [rng.random(n) < 0.42]
    if name == "elder_couple":
        head = 60 + np.minimum(rng.gamma(2.2, 4.4, n), 33).astype(int)
        return [head, np.maximum(spouse(head), 55)], [man, woman]
    if name == "couple":
        head = np.where(rng.random(n) < 0.3, rng.integers(24, 36, n), rng.integers(46, 60, n))
        return [head, np.maximum(spouse(head), 22)], [man, woman]
    if name == "parent_child":
        head = rng.integers(28, 56, n)
        return [head, child(head)], [rng.random(n) < 0.7, either()]
    if name == "elder_grandchild":
        head = rng.integers(58, 74, n)
        return [head, spouse(head), rng.integers(3, 15, n)], [man, woman, either()]
    if name == "grown_child":
        head = rng.integers(50, 66, n)
        wife = spouse(head)
        return [head, wife, child(wife)], [man, woman, either()]
    head = rng.integers(27, 52, n)
    wife = np.maximum(spouse(head), 23)
    ages, sexes = [head, wife, child(wife)], [man, woman, either()]
    if name in ("family4", "three_generations_two"):
        ages.append(np.maximum(ages[2] - rng.integers(2, 7, n), 0))
        sexes.append(either())
    if name.startswith("three_generations"):
        grandfather = parents(head)
        ages += [grandfather, np.maximum(spouse(grandfather), 45)]
        sexes += [man, woman]
    return ages, sexes


def by_household(people: People, flag: np.ndarray) -> np.ndarray:
    """Tell for each household whether any of its people has a flag."""
    return np.bincount(people.household, flag) > 0


def care_flags(people: People, rng: np.random.Generator) -> np.ndarray:
    """Return the care flags of each resident as text; only needs for service, and only the four kinds."""
    names = list(KINDS)
    alone = (people.kind == names.index("elder")) & (people.age >= ELDER_ALONE_AGE)
    disabled = rng.random(len(people.age)) < CARE_SHARE["disabled"] * np.where(people.age > 55, 2.0, 0.7)
    poor = rng.random(int(people.household[-1]) + 1) < CARE_SHARE["low_income"]
    low = poor[people.household] & (people.place == 0)
    left = (people.kind == names.index("elder_grandchild")) & (people.age < 16)
    code = alone + 2 * disabled + 4 * low + 8 * left
    flags = ("elder_alone", "disabled", "low_income", "left_behind_child")
    text = [";".join(f for k, f in enumerate(flags) if c >> k & 1) for c in range(16)]
    return np.array(text, dtype=object)[code]


def names(people: People, rng: np.random.Generator) -> np.ndarray:
    """Invent names: members carry the head's surname, a spouse and her parents do not."""
    given = {}
    for female, letters in ((True, words.GIVEN_F), (False, words.GIVEN_M)):
        given[female] = [*letters, *(a + b for a in letters for b in letters)]
    weight = 1 / (np.arange(len(words.SURNAMES)) + 6.0)
    own = rng.choice(len(words.SURNAMES), int(people.household[-1]) + 1, p=weight / weight.sum())
    partner = rng.choice(len(words.SURNAMES), len(people.age), p=weight / weight.sum())
    married = (people.place == 1) & (people.age >= 20) & people.female
    surname = np.where(married, partner, own[people.household])
    out = np.empty(len(people.age), dtype=object)
    for female, pool in given.items():
        at = np.flatnonzero(people.female == female)
        whole = np.array([s + g for s in words.SURNAMES for g in pool], dtype=object)
        short = rng.random(len(at)) < 0.18
        pick = np.where(short, rng.integers(0, 40, len(at)), rng.integers(40, len(pool), len(at)))
        out[at] = whole[surname[at] * len(pool) + pick]
    return out


def phones(count: int, has: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Return numbers nobody can have been given, for those that have one."""
    out = np.full(count, "", dtype=object)
    digits = rng.permutation(9 * 10**6)[: int(has.sum())] * 10 + rng.integers(0, 10, int(has.sum()))
    out[has] = [f"{PHONE_PREFIX}{d:08d}" for d in digits.tolist()]
    return out


def residents(people: People, household_id: np.ndarray, year: int, rng: np.random.Generator) -> pd.DataFrame:
    """Return the table residents; year is the one ages are counted at."""
    count = len(people.age)
    has_phone = (people.age >= 13) & (people.age < 86) & (rng.random(count) < 0.82)
    return pd.DataFrame(
        {
            "resident_id": np.array([f"P{i:07d}" for i in range(1, count + 1)], dtype=object),
            "household_id": household_id[people.household],
            "name": names(people, rng),
            "sex": np.array(["m", "f"], dtype=object)[people.female.astype(int)],
            "birth_year": year - people.age,
            "phone": phones(count, has_phone, rng),
            "care": care_flags(people, rng),
        }
    )
