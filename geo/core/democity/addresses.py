"""Addresses of cases as citizens, captains and clerks write them: mostly a spelling of a place in the register."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from geo.core.democity import words
from geo.core.democity.case_words import FORM_SHARE, FORMS, door
from geo.core.democity.ground import City

if TYPE_CHECKING:
    from geo.core.democity.cases import Draft

PREFIXES = ("province", "city", "county", "street", "community", "road", "none")
PREFIX_SHARE = (0.06, 0.10, 0.12, 0.12, 0.12, 0.13, 0.35)
CLEAR = (0, 1)
"""Forms used where the address is all there is: whole and in order."""


def prefixes(city: City) -> tuple[np.ndarray, np.ndarray]:
    """Return, by kind of prefix and community, what people write before the estate; and each building's community."""
    name = {r["code"]: r["name"] for r in words.divisions()}
    codes, at = np.unique(city.community.astype(str), return_inverse=True)
    table = np.full((len(PREFIXES), len(codes)), "", dtype=object)
    for k, code in enumerate(codes.tolist()):
        county, street = name[code[:6]], name[code[:9]]
        short = words.short_name(name[code])
        table[:5, k] = (
            f"宁夏回族自治区石嘴山市{county}{street}{short}社区",
            f"石嘴山市{county}",
            county,
            street,
            f"{short}社区",
        )
    return table, at


def written(
    city: City, dwellings: pd.DataFrame, draft: Draft, *, needs_register: np.ndarray, rng: np.random.Generator
) -> np.ndarray:
    """Write the address of each case.

    Parameters
    ----------
    dwellings : the table dwellings, in the order draft.dwelling counts.
    needs_register : cases without a point: their address is whole and names the community.
    """
    count = len(draft.building)
    form = rng.choice(len(FORMS), count, p=FORM_SHARE)
    form[needs_register] = rng.choice(np.array(CLEAR), int(needs_register.sum()))
    prefix = rng.choice(len(PREFIXES), count, p=PREFIX_SHARE)
    prefix[needs_register] = rng.choice([0, 4], int(needs_register.sum()))
    table, community = prefixes(city)
    b, d = draft.building, draft.dwelling
    head = table[prefix, community[b]]
    road = city.names.address[b]
    head = np.where(PREFIXES.index("road") == prefix, road, head)
    unit, room = (np.where(d >= 0, dwellings[c].to_numpy()[d], "") for c in ("unit", "room"))
    floor = np.where(d >= 0, dwellings["floor"].to_numpy()[d], 0)
    estate, name = city.names.estate[b], city.names.building[b]
    bare = np.array([f"{a}{n}" for a, n in zip(road, name, strict=True)], dtype=object)
    loose = ~needs_register & (d < 0) & (rng.random(count) < 0.35)
    rows = zip(
        form.tolist(), head, estate, bare, name, city.names.number[b].tolist(), unit, floor.tolist(), room,
        (d >= 0).tolist(), loose.tolist(), strict=True,
    )  # fmt: skip
    return np.array([_one(*row) for row in rows], dtype=object)


def _one(
    form: int, head: str, estate: str, bare: str, name: str, number: int, unit: str, floor: int, room: str, own: bool,
    loose: bool,
) -> str:  # fmt: skip
    """Write one address."""
    if not estate:
        return bare if head and bare.startswith(head) else head + bare
    if not own:
        return head + estate + ("" if loose else name)
    return head + estate + door(FORMS[form], number, name, unit, floor, room)
