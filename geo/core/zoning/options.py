"""What a division is asked for: the standard, how strict it is, and what is dearer where not all can be had."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Literal

from geo import standards
from geo.errors import InputError
from geo.i18n import N_, _

Profile = Literal["balanced", "middle", "compact"]
Unit = Literal["households", "persons"]

PROFILES: dict[Profile, str] = {"balanced": N_("balanced"), "middle": N_("middle"), "compact": N_("compact")}
"""Profiles in the order they are shown, with their names."""


@dataclass(frozen=True, slots=True)
class Options:
    """The wishes of a planner; the defaults are the strict preset, 500 households ±10 %.

    Attributes
    ----------
    target : households (or persons) a grid (网格) shall have. Source: `standards.HOUSEHOLDS_PER_GRID`.
    tolerance : share of the target a grid may miss it by and still be good.
    outer : share of the target no grid shall miss it by, unless the total of its piece of land allows nothing better; a
        re-division weighs it against the residents that would move (a lower stability mends more).
    band : least and most a grid may have; replaces the three above (the target is then its middle).
    unit : what is counted.
    profile : `balanced` puts the count first, `compact` the shape, `middle` lies between.
    stability : how dear it is to move residents of the plan in force: at 1 those of one grid move where that brings
        three grids into the band (solve.STAY); 0 ignores the plan in force.
    workload : weight of the second balance: equal work (cases and visit duties) beside equal counts; 0 leaves it out.
    locked_grids : codes of grids of the plan in force that stay exactly as they are.
    locked_buildings : ids of buildings that stay in the grid they are in.
    renumber : number all grids of the communities asked for anew from 001, codes in force and retired ones included;
        without it a grid that goes on keeps its code and a retired code does not come back.

    Raises
    ------
    InputError   a number makes no sense; the sentence says which.
    """

    target: float = standards.HOUSEHOLDS_PER_GRID
    tolerance: float = 0.10
    outer: float = 0.20
    band: tuple[float, float] | None = None
    unit: Unit = "households"
    profile: Profile = "balanced"
    stability: float = 1.0
    workload: float = 0.0
    locked_grids: frozenset[str] = field(default_factory=frozenset)
    locked_buildings: frozenset[str] = field(default_factory=frozenset)
    renumber: bool = False

    def __post_init__(self) -> None:
        numbers = (self.target, self.tolerance, self.outer, self.stability, self.workload, *(self.band or ()))
        if not all(map(math.isfinite, numbers)):
            raise InputError(_("Target, band, tolerance and weights are plain numbers, not “nan” or “inf”."))
        if self.band is not None and not (0 <= self.band[0] < self.band[1] and self.band[1] >= 1):
            raise InputError(
                _("The band {low:g}-{high:g} is none.", low=self.band[0], high=self.band[1]),
                hint=_("The first number is the smaller and not below 0, for example 300 and 500."),
            )
        if self.target < 1:
            raise InputError(
                _("The target of a grid must be at least 1, not {target:g}.", target=self.target),
                hint=_("The standard is about 500 households a grid."),
            )
        if not 0 <= self.tolerance < 1 or not self.tolerance <= self.outer < 1:
            raise InputError(
                _("Tolerance and outer limit are shares: 0 <= tolerance <= outer < 1, for example 0.1 and 0.2.")
            )
        if self.stability < 0 or self.workload < 0:
            raise InputError(_("Stability and workload are weights, 0 or more."))
        if self.renumber and self.locked_grids:
            raise InputError(
                _("Locked grids keep their codes, so grids cannot be numbered anew beside them."),
                hint=_("Leave the locks of grids out, or --renumber."),
            )
        if self.profile not in PROFILES or self.unit not in ("households", "persons"):
            raise InputError(_("The profile is balanced, middle or compact; the unit households or persons."))

    @property
    def aim(self) -> float:
        """What a grid shall have: the target, or the middle of the band."""
        return float((self.band[0] + self.band[1]) / 2 if self.band else self.target)

    @property
    def low(self) -> float:
        """Least a good grid has."""
        return self.band[0] if self.band else self.target * (1 - self.tolerance)

    @property
    def high(self) -> float:
        """Most a good grid has."""
        return self.band[1] if self.band else self.target * (1 + self.tolerance)

    @property
    def outer_low(self) -> float:
        """Least a grid shall have at all."""
        return self.band[0] if self.band else self.target * (1 - self.outer)

    @property
    def outer_high(self) -> float:
        """Most a grid shall have at all."""
        return self.band[1] if self.band else self.target * (1 + self.outer)


STRICT = Options()
"""500 households, ±10 % good, ±20 % the limit."""
BAND = Options(band=standards.HOUSEHOLD_BAND)
"""300-500 households: nearly always possible, and the grids are rounder."""
