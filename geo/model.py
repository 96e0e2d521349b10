"""The nouns of the trade, as frozen values: codes, scopes, filters.

What is here is known to every floor; what only one floor needs lives there.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

UNPLACED_COUNTY = "000000"
"""County code of the partition that holds cases no area contains; no division code starts with 000000."""


class Level(StrEnum):
    """Administrative levels (五级): city 市, county 县区, sub-district 街道, community 社区, grid 网格."""

    CITY = "city"
    COUNTY = "county"
    SUBDISTRICT = "subdistrict"
    COMMUNITY = "community"
    GRID = "grid"


CODE_DIGITS: dict[Level, int] = {
    Level.CITY: 4,
    Level.COUNTY: 6,
    Level.SUBDISTRICT: 9,
    Level.COMMUNITY: 12,
    Level.GRID: 15,
}


def level_of(code: str) -> Level | None:
    """Tell the level of a division code by its length; None where no level has that length.

    Examples
    --------
    >>> level_of("640202001005")
    <Level.COMMUNITY: 'community'>
    """
    return next((level for level, digits in CODE_DIGITS.items() if digits == len(code)), None)


def parent_code(code: str) -> str | None:
    """Return the code one level up, None above the city or where the length fits no level.

    Examples
    --------
    >>> parent_code("640202001005003")
    '640202001005'
    """
    digits = [*CODE_DIGITS.values()]
    if len(code) not in digits or len(code) == digits[0]:
        return None
    return code[: digits[digits.index(len(code)) - 1]]


@dataclass(frozen=True, slots=True)
class Scope:
    """What one transaction may see: a database role and the codes it is cut to.

    Attributes
    ----------
    role : one of the database's scope roles (see migrations/0001_roles.sql).
    codes : area or grid codes of the role's level; empty for the city-wide roles.
    """

    role: str
    codes: tuple[str, ...] = ()


NO_SCOPE = Scope("scope_none")
"""Sees no row: what a request without an account runs under."""


class Measure(StrEnum):
    """What the grids of the wall can be coloured by."""

    HOUSEHOLDS = "households"
    OPEN_CASES = "open_cases"
    DISPUTE_DENSITY = "dispute_density"
    WORKLOAD = "workload"


@dataclass(frozen=True, slots=True)
class Filters:
    """What the viewer asked to see; one value, carried in the URL.

    Attributes
    ----------
    start, end : first and last day, both included, Asia/Shanghai.
    categories : category codes; empty means all.
    area : a division or grid code every figure is cut to; None means the viewer's whole scope.
    ledger : a ledger code, None means all.
    """

    start: dt.date
    end: dt.date
    categories: tuple[str, ...] = ()
    area: str | None = None
    ledger: str | None = None
