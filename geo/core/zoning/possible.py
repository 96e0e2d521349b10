"""What is possible on a piece of land before anything is divided: totals first, then whole buildings.

A piece with H households and k grids has a grid that misses the target by |H / k - target| at least, whatever the
method. Where a total leaves hardly any room, whole buildings may not make what it promises: whole.py proves it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from geo.core.zoning import whole
from geo.core.zoning.arrays import sums
from geo.core.zoning.options import Options
from geo.core.zoning.units import Units
from geo.core.zoning.whole import Piece, Whole
from geo.i18n import _, ngettext


@dataclass(frozen=True, slots=True)
class Feasibility:
    """What one piece of land allows.

    Attributes
    ----------
    piece : its number in `Units.piece`.
    community_code : whose land it is.
    total : households (or persons) on it.
    grids : how many grids suit it best.
    inside : how many of these can be in the band at once while the others keep the outer limit, by the total alone.
    best_deviation : smallest possible largest deviation from the target of any number of grids, as a share; no division
        does better, and one into whole buildings may not reach it.
    outer_low, outer_high : limits that can be kept: the outer ones, or as near to the target as the total allows.
    largest_building : the most that one unit holds.
    largest_building_id : its (first) building.
    band, outer : whether whole buildings can keep all grids in the band, or within the outer limits, where the total
        says so.
    """

    piece: int
    community_code: str
    total: int
    grids: int
    inside: int
    best_deviation: float
    outer_low: float
    outer_high: float
    largest_building: int
    largest_building_id: str
    band: Whole
    outer: Whole

    def within_band(self) -> bool:
        """Tell whether all grids can be in the band, as far as is known."""
        return self.inside == self.grids and not self.band.impossible

    @property
    def beyond(self) -> int:
        """How many grids at least must lie beyond the outer limits: proven, 0 or 1."""
        return int(self.outer.impossible)


def most_inside(total: float, count: int, options: Options, low: float, high: float) -> int:
    """Return how many of `count` grids can be in the band while the others lie between low and high; -1: impossible.

    Examples
    --------
    1,742 households: of 4 grids two can have 450, the other two then have 421.

    >>> most_inside(1742, 4, Options(), 400, 600)
    2
    """
    best = -1
    for inside in range(count + 1):
        rest = count - inside
        if inside * options.low + rest * low <= total + 1e-9 <= inside * options.high + rest * high + 2e-9:
            best = inside
    return best


def limits(total: float, options: Options) -> tuple[float, float]:
    """Return the outer limits a piece can keep: the options' own, or the least its total allows, plus one household."""
    fewest, most = _counts(total, options)
    for count in range(fewest, most + 1):
        if count * options.outer_low <= total <= count * options.outer_high:
            return options.outer_low, options.outer_high
    off = min(abs(total / count - options.aim) for count in range(fewest, most + 1)) + 1.0
    return options.aim - max(off, options.aim - options.outer_low), options.aim + max(
        off, options.outer_high - options.aim
    )


def _counts(total: float, options: Options) -> tuple[int, int]:
    """Return the fewest and the most grids worth looking at."""
    return max(1, math.floor(total / max(options.high, 1e-9)) - 1), max(1, math.ceil(total / max(options.low, 1.0)) + 1)


def counts(total: float, options: Options, units: int) -> list[int]:
    """Return numbers of grids, the most promising first.

    Parameters
    ----------
    units : no more grids than that.

    Notes
    -----
    Promising is a high number of grids in the band less what that share costs elsewhere (a piece that needs three grids
    for two good ones is worth as much as one with one bad grid), then a high share of good ones, then a mean near the
    middle of the band: room to either side is what whole buildings need.
    """
    low, high = limits(total, options)
    fewest, most = _counts(total, options)
    middle = (options.low + options.high) / 2

    def worth(count: int) -> tuple[float, float, float]:
        inside = most_inside(total, count, options, low, high)
        if inside < 0:
            return (-1e6 - abs(total / count - middle), 0.0, 0.0)
        return (-(count - inside), inside / count, -abs(total / count - middle) * count)

    kept = range(min(fewest, units), min(most, units) + 1)
    return sorted(kept, key=worth, reverse=True)


def feasibility(units: Units, options: Options) -> list[Feasibility]:
    """Say what every piece allows.

    Parameters
    ----------
    units : of one community or a whole city.

    Returns
    -------
    One a piece, in the pieces' order.
    """
    weight = units.count(options.unit)
    count = int(units.piece.max()) + 1 if len(units) else 0
    total = sums(units.piece, weight, count)
    size = np.bincount(units.piece, minlength=count)
    order = np.lexsort((-weight, units.piece))
    first = order[np.unique(units.piece[order], return_index=True)[1]]
    building = np.full(len(units), -1, dtype=np.intp)
    building[units.unit_of[::-1]] = np.arange(len(units.unit_of))[::-1]
    found = []
    for piece, buildings in enumerate(whole.pieces(units, weight)):
        unit = int(first[piece])
        grids = counts(float(total[piece]), options, int(size[piece]))[0]
        low, high = limits(float(total[piece]), options)
        outer = _kept(buildings, options, low, high, int(size[piece]))
        off = best_deviation(float(total[piece]), options, int(size[piece]), float(weight[unit]))
        low, high = low, max(high, float(weight[unit]))
        found.append(
            Feasibility(
                piece=piece,
                community_code=str(units.community_code[units.community[unit]]),
                total=int(total[piece]),
                grids=grids,
                inside=max(0, most_inside(float(total[piece]), grids, options, low, high)),
                best_deviation=max(off, _forced(outer, float(total[piece]), options, low)),
                outer_low=low,
                outer_high=high,
                largest_building=int(weight[unit]),
                largest_building_id=str(units.building_id[building[unit]]) if building[unit] >= 0 else "",
                band=_kept(buildings, options, options.low, options.high, int(size[piece])),
                outer=outer,
            )
        )
    return found


def best_deviation(total: float, options: Options, units: int, largest: float) -> float:
    """Return the largest deviation from the target that can't be avoided, as a share of it.

    Parameters
    ----------
    units, largest : how many units there are, and the most one of them holds.
    """
    fewest, most = _counts(total, options)
    shares = [abs(total / count - options.aim) for count in range(min(fewest, units), min(most, units) + 1)]
    return max(min(shares), largest - options.aim) / options.aim


def _kept(buildings: Piece, options: Options, low: float, high: float, units: int) -> Whole:
    """Tell whether whole buildings make grids of low to high, of any number of grids the total allows."""
    total = float(buildings.weight.sum())
    fewest, most = math.ceil(total / high - 1e-9), min(math.floor(total / max(low, 1.0) + 1e-9), units)
    allowed = range(max(1, fewest), most + 1)
    return whole.best_of(buildings, allowed, low, high) if allowed and total > 0 else Whole("fits")


def _forced(outer: Whole, total: float, options: Options, low: float) -> float:
    """Return the deviation that whole buildings force where they can't keep the outer limits, as a share; else 0."""
    if not outer.impossible:
        return 0.0
    beyond = options.aim - math.ceil(low - 1e-9) + 1
    if outer.grids == 2 and outer.nearest:
        fewest, most = _counts(total, options)
        others = [abs(total / count - options.aim) for count in range(fewest, most + 1) if count != 2]
        beyond = min(max(abs(half - options.aim) for half in outer.nearest), *others)
    return beyond / options.aim


def sentence(found: Feasibility, options: Options) -> str:
    """Say in the user's language what a piece allows, and the ways out where that is not enough."""
    values = {"total": counted(found.total, options.unit), "band": f"{options.low:g}-{options.high:g}"}
    if found.total == 0:
        return _("Nobody lives here: the land is one grid.")
    if found.largest_building > options.high:
        return _(
            "Building {building} alone has {size}, more than a grid of {band} may have: no division into whole"
            " buildings can keep that. Ways out: leave it as a grid of its own with more workers, or divide it by stair"
            " unit in the register.",
            building=found.largest_building_id,
            size=counted(found.largest_building, options.unit),
            **values,
        )
    if found.total < options.low:
        return _(
            "{total}: too few for one grid of {band}. It stays one grid; ways out: put it together with a"
            " neighbouring community, or accept a small grid.",
            **values,
        )
    if found.within_band():
        return ngettext(
            "{total}: {n} grid can be within {band}.",
            "{total}: {n} grids can all be within {band}.",
            found.grids,
            **values,
        )
    if found.inside == found.grids:
        said = ngettext(
            "{total}: by the total {n} grid could be within {band}.",
            "{total}: by the total {n} grids could all be within {band}.",
            found.grids,
            **values,
        )
        return _joined(said, _buildings(found.band), _ways_out())
    mean = found.total / found.grids
    other = _other_count(found, options)
    said = ngettext(
        "{total}: no number of grids keeps all within {band}; {n} grid of {mean:.0f} or {other} of {other_mean:.0f}, at"
        " best {off:.1f} % off.",
        "{total}: no number of grids keeps all within {band}; {n} grids of {mean:.0f} or {other} of {other_mean:.0f},"
        " at best {off:.1f} % off.",
        found.grids,
        mean=mean,
        other=other,
        other_mean=found.total / other,
        off=100 * found.best_deviation,
        **values,
    )
    return _joined(said, *([_buildings(found.outer)] if found.outer.impossible else []), _ways_out())


def counted(number: int, unit: str) -> str:
    """Print a number with the unit it counts: 1,742 households, 1 person."""
    if unit == "persons":
        return ngettext("{n} person", "{n} people", number)
    return ngettext("{n} household", "{n} households", number)


def _ways_out() -> str:
    return _("Ways out: a wider band, an exchange with a neighbouring community, or buildings divided by stair unit.")


def _joined(*sentences: str) -> str:
    """Put sentences one after another."""
    said = sentences[0]
    for following in sentences[1:]:
        said = _("{said} {following}", said=said, following=following)
    return said


def _buildings(proof: Whole) -> str:
    """Say what whole buildings don't make, though the total would."""
    values: dict[str, object] = {"range": _range(proof.low, proof.high)}
    if proof.nearest:
        values |= {"one": f"{proof.nearest[0]:,}", "other": f"{proof.nearest[1]:,}"}
        if proof.answer == "sums":
            return _(
                "But no whole buildings add up to the {range} that one of two grids would need: nothing is nearer than"
                " {one} and {other}.",
                **values,
            )
        return _(
            "But no neighbouring whole buildings add up to the {range} that one of two grids would need: nothing is"
            " nearer than {one} and {other}.",
            **values,
        )
    return ngettext(
        "But no neighbouring whole buildings make up {n} grid of {range}.",
        "But no neighbouring whole buildings make up {n} grids of {range} each.",
        proof.grids,
        **values,
    )


def _range(low: int, high: int) -> str:
    return f"{low:,}" if low == high else f"{low:,}-{high:,}"


def _other_count(found: Feasibility, options: Options) -> int:
    """Return the second choice of a number of grids."""
    by_mean = sorted(
        (abs(found.total / count - options.aim), count)
        for count in {max(1, found.grids - 1), found.grids + 1} - {found.grids}
    )
    return by_mean[0][1]
