"""What a draft is held to: the count a grid (网格) shall have, and how far it may miss it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from geo import standards
from geo.errors import InputError
from geo.i18n import _

TOLERANCE, OUTER = 0.10, 0.20
"""The strict preset of zoning.md section 1: 500 ±10 % is good, ±20 % the outer limit."""


@dataclass(frozen=True, slots=True)
class Standard:
    """The numbers of a draft.

    Attributes
    ----------
    aim : households (or persons) a grid shall have.
    low, high : a good grid lies between.
    outer_low, outer_high : beyond these a grid is an exception.
    unit : `households` or `persons`.
    """

    aim: float
    low: float
    high: float
    outer_low: float
    outer_high: float
    unit: str = "households"

    @classmethod
    def of(cls, options: Mapping[str, object] | None) -> Standard:
        """Read the options a draft stores (target, tolerance, outer, band, unit).

        Raises
        ------
        InputError   a number makes no sense.
        """
        given = dict(options or {})
        unit = str(given.get("unit") or "households")
        try:
            band = given.get("band")
            if isinstance(band, list | tuple) and len(band) == 2:
                low, high = float(str(band[0])), float(str(band[1]))
                aim, outer_low, outer_high = (low + high) / 2, low, high
            else:
                aim = float(str(given.get("target") or standards.HOUSEHOLDS_PER_GRID))
                tolerance = float(str(given.get("tolerance") or TOLERANCE))
                outer = max(float(str(given.get("outer") or OUTER)), tolerance)
                low, high = aim * (1 - tolerance), aim * (1 + tolerance)
                outer_low, outer_high = aim * (1 - outer), aim * (1 + outer)
        except ValueError as error:
            raise InputError(_("The target and the tolerance are numbers, for example 500 and 0.1.")) from error
        if not 0 <= low < high or unit not in ("households", "persons"):
            raise InputError(_("The target and the tolerance are numbers, for example 500 and 0.1."))
        return cls(aim, low, high, outer_low, outer_high, unit)

    def deviation(self, count: float) -> float:
        """Return how far a count misses the aim, as a share of it."""
        return (count - self.aim) / self.aim

    def state(self, count: float) -> str:
        """Name how a count stands: `ok` inside the tolerance, `watch` outside it, `act` beyond the outer limit."""
        # Shares of whole households leave rounding: 450 of 500 at 10 % is inside.
        slack = 1e-6 * self.aim
        if self.low - slack <= count <= self.high + slack:
            return "ok"
        return "watch" if self.outer_low - slack <= count <= self.outer_high + slack else "act"

    def penalty(self, count: float) -> float:
        """Weigh a count: 0.05 a share off the aim, 1 and more outside the tolerance, steeper beyond the limit."""
        off = max(0.0, self.low - count, count - self.high) / self.aim
        beyond = max(0.0, self.outer_low - count, count - self.outer_high) / self.aim
        return 0.05 * abs(self.deviation(count)) + (0.5 + off if off > 1e-9 else 0.0) + 4 * beyond
