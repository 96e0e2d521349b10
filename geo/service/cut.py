"""One viewer's cut of the city's snapshot: which places and cases a set of filters means, and what may be shown.

This is where figures answered from memory are cut to the viewer's codes and, for a viewer who sees bands, where
counts below community (社区) level become ranges.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from geo.core.density.disclosure import Ranges, Tree, band, parts, publish, value
from geo.core.figures import Place, Rate, Value, exact
from geo.core.situation import Event, Mask
from geo.errors import NotFound
from geo.i18n import _
from geo.model import CODE_DIGITS, Filters, Level, level_of
from geo.service.access import Viewer
from geo.service.memory import Snapshot
from geo.standards import SMALL_COUNT

Made = TypeVar("Made")
Counts = NDArray[np.int64]
"""One count a place of the axes."""
_COMMUNITY = CODE_DIGITS[Level.COMMUNITY]


@dataclass(frozen=True)
class Cut:
    """A snapshot as one viewer sees it under filters.

    Raises
    ------
    NotFound   the area asked for lies outside the viewer's codes or does not exist.
    """

    snapshot: Snapshot
    viewer: Viewer
    filters: Filters

    def __post_init__(self) -> None:
        area = self.filters.area
        if area is not None and not (self.viewer.sees(area) and self._exists(area)):
            raise NotFound(_("There is no such area within what this account sees."))

    def _exists(self, area: str) -> bool:
        return area in self.snapshot.city.areas.index or any(key.startswith(area) for key in self.snapshot.axes.places)

    @cached_property
    def own(self) -> tuple[str, ...]:
        """The viewer's codes; an empty one is the whole city."""
        # An account without codes sees nothing: no key starts like this.
        return ("",) if self.viewer.level is Level.CITY else self.viewer.codes or ("none",)

    @cached_property
    def areas(self) -> tuple[str, ...]:
        """The codes everything is cut to; an empty one is the whole city, unplaced cases included."""
        area = self.filters.area
        return self.own if area is None or level_of(area) is Level.CITY else (area,)

    @cached_property
    def places(self) -> Mask:
        """Places that count."""
        return self._known(("places", self.areas), lambda: self.snapshot.axes.within(self.areas))

    @cached_property
    def pairs(self) -> Mask:
        """Categories and ledgers that count."""
        return self.snapshot.axes.matching(self.filters.categories, self.filters.ledger)

    @cached_property
    def grids(self) -> Mask:
        """Grids of the plan in force that are shown."""
        return self.places & self.snapshot.stock.is_grid

    @property
    def banded(self) -> bool:
        """Whether the whole cut lies below community level for a viewer who sees bands."""
        return not self.viewer.exact and all(len(area) > _COMMUNITY for area in self.areas)

    @cached_property
    def tree(self) -> tuple[NDArray[np.intp], Tree]:
        """Places at or below community level, and the communities and sub-districts they belong to."""
        return self._known("tree", self._tree)

    def _tree(self) -> tuple[NDArray[np.intp], Tree]:
        keys = self.snapshot.axes.places
        leaves = np.array([number for number, key in enumerate(keys) if len(key) >= _COMMUNITY], dtype=np.intp)
        codes = [keys[leaf][:_COMMUNITY] for leaf in leaves]
        communities, community = np.unique(np.array(codes, dtype=str), return_inverse=True)
        digits = CODE_DIGITS[Level.SUBDISTRICT]
        _subdistricts, subdistrict = np.unique([code[:digits] for code in communities], return_inverse=True)
        return leaves, Tree(community.astype(np.intp), subdistrict.astype(np.intp))

    def _known(self, name: object, make: Callable[[], Made]) -> Made:
        """Work something out once for the snapshot; the name holds nothing of the viewer but codes."""
        if name not in self.snapshot.memo:
            self.snapshot.memo[name] = make()
        return self.snapshot.memo[name]

    # Counting -----------------------------------------------------------------------------------------------------

    def by_place(self, event: Event, first: dt.date, last: dt.date, pairs: Mask | None = None) -> Counts:
        """Count events of a period per place of the whole city; the pairs are the filter's unless given."""
        return self._add(self.snapshot.cube.counts(event, first, last), pairs)

    def received(self, pairs: Mask | None = None) -> Counts:
        """Count cases reported in the filter's period per place."""
        return self.by_place(Event.REPORTED, self.filters.start, self.filters.end, pairs)

    def open(self, day: dt.date, pairs: Mask | None = None) -> Counts:
        """Count cases open at the end of a day per place."""
        return self._add(self.snapshot.cube.open(day), pairs)

    def overdue(self, day: dt.date, pairs: Mask | None = None) -> Counts:
        """Count cases overdue on a day per place."""
        return self._add(self.snapshot.cube.overdue(day), pairs)

    def _add(self, table: NDArray[np.int32], pairs: Mask | None) -> Counts:
        return table[self.pairs if pairs is None else pairs].sum(axis=0, dtype=np.int64)

    def daily(self, event: Event, first: dt.date, last: dt.date) -> NDArray[np.int64]:
        """Count events of the cut per day."""
        return self.snapshot.cube.daily(event, first, last, self.pairs, self.places)

    # Showing ------------------------------------------------------------------------------------------------------

    def figure(self, count: float) -> Value:
        """Show a count of the whole cut: a band below community, in a community hidden where it is small."""
        if self.banded or (self._one_community and 0 < count < SMALL_COUNT):
            return band(int(count))
        return exact(count)

    def parts(self, counts: Sequence[int]) -> tuple[Value, ...]:
        """Show what the cut is divided into (its days, categories or ledgers), so that no part gives another away."""
        if not self.guarded:
            return tuple(exact(count) for count in counts)
        numbers = np.array(counts, dtype=np.int64)
        if self.banded:
            return tuple(parts(numbers).values())
        one = Tree(np.zeros(len(counts), dtype=np.intp), np.zeros(1, dtype=np.intp))
        return tuple(publish(numbers, one, bands=False)[0].values())

    def own_sum(self, counts: Counts) -> int:
        """Add up counts over the cut; for `parts`, which shows as much of it as may be."""
        return int(counts[self.places].sum())

    @property
    def guarded(self) -> bool:
        """Whether a change or a daily curve could give a small count of the cut away: in a community and below it."""
        return not self.viewer.exact and all(len(area) >= _COMMUNITY for area in self.areas)

    @property
    def _one_community(self) -> bool:
        return self.guarded and not self.banded

    def total(self, counts: Counts, *, stock: bool = False) -> Value:
        """Show the sum of counts over the cut, as the tables above and below it show it."""
        if self.viewer.exact or not (self.banded or self._one_community) or len(self.areas) > 1:
            return self.figure(int(counts[self.places].sum()))
        shown, above, position = self.published(counts, stock=stock)
        code = next(iter(self.areas))
        if code in position and self.banded:
            return shown.values()[position[code]]
        return above.values()[position[f"{code}*"]] if f"{code}*" in position else self.figure(0)

    def rate(self, n: Counts, of: Counts) -> Rate:
        """Show a rate of two counts over the cut."""
        return Rate(self.total(n), self.total(of))

    def published(self, counts: Counts, *, stock: bool = False) -> tuple[Ranges, Ranges, dict[str, int]]:
        """Return ranges of the leaves and communities of the whole city, and where each place or community is."""
        leaves, tree = self.tree
        shown, above = publish(counts[leaves], tree, bands=not stock)
        keys = self.snapshot.axes.places
        codes = sorted({keys[leaf][:_COMMUNITY] for leaf in leaves})
        position = {keys[leaf]: number for number, leaf in enumerate(leaves)}
        return shown, above, position | {f"{code}*": number for number, code in enumerate(codes)}

    def shown(self, counts: Counts, *, stock: bool = False) -> dict[str, Value]:
        """Show a count per grid of the cut; `stock` is a figure no filter can cut, so only small ones are ranges."""
        chosen = np.flatnonzero(self.grids)
        keys = self.snapshot.axes.places
        if self.viewer.exact:
            return {keys[place]: exact(count) for place, count in zip(chosen, counts[chosen].tolist(), strict=True)}
        ranges, _above, position = self.published(counts, stock=stock)
        values = ranges.values()
        return {keys[place]: values[position[keys[place]]] for place in chosen}

    def unplaced(self, counts: Counts) -> Value:
        """Show what the cut holds in none of its grids."""
        outside = np.flatnonzero(self.places & ~self.snapshot.stock.is_grid)
        if self.viewer.exact or not all(len(area) >= _COMMUNITY for area in self.areas):
            return exact(int(counts[outside].sum()))
        ranges, _above, position = self.published(counts)
        rows = [position[self.snapshot.axes.places[place]] for place in outside]
        return value(int(ranges.low[rows].sum()), int(ranges.high[rows].sum()), bool(ranges.merged[rows].any()))

    def place(self, code: str) -> Place:
        """Return the name and level of a code; an empty one is what lies in no child."""
        return Place(code, self.snapshot.city.names.get(code, ""), level_of(code) or Level.CITY)


def previous(filters: Filters) -> tuple[dt.date, dt.date]:
    """Return the equal period before the filter's."""
    days = (filters.end - filters.start).days + 1
    return filters.start - dt.timedelta(days=days), filters.start - dt.timedelta(days=1)


def same_weekday_mean(daily: Sequence[int]) -> float | None:
    """Return the mean of every seventh day, the last day's own weekday; None for no days."""
    days = [*daily][::-1][::7]
    return sum(days) / len(days) if days else None
