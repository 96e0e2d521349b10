"""What a situation service answers with: figures that know whether they may be shown.

Frozen values only, so that a page can be built and tested against them without a database.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from geo.model import Level, Measure

NO_DATA = -1
"""Class of a polygon without data (45° hatch and 缺)."""
WITHHELD = -2
"""Class of a polygon whose figure is not shown (dotted)."""


class State(StrEnum):
    """How much of a figure is shown.

    exact : `low == high` is the figure; a true zero is an exact 0.
    hidden : between 1 and 4 (`standards.SMALL_COUNT` - 1), shown as "1–4" and dotted.
    band : between `low` and `high`, both included.
    merged : only known together with its neighbours, between `low` and `high`; dotted.
    no_data : there is nothing to measure (no households, no worker on duty); hatched.
    """

    EXACT = "exact"
    HIDDEN = "hidden"
    BAND = "band"
    MERGED = "merged"
    NO_DATA = "no_data"


@dataclass(frozen=True, slots=True)
class Value:
    """One figure, or the range it is known to lie in.

    Attributes
    ----------
    state : see `State`.
    low, high : bounds, both included; None without data.
    """

    state: State
    low: float | None
    high: float | None

    @property
    def amount(self) -> float | None:
        """The figure itself where it is exact, else None."""
        return self.low if self.state is State.EXACT else None

    @property
    def middle(self) -> float | None:
        """The middle of the range, for a bar's length or a colour; None without data."""
        return None if self.low is None or self.high is None else (self.low + self.high) / 2


def exact(amount: float) -> Value:
    """Make a figure that is shown as it is."""
    return Value(State.EXACT, amount, amount)


MISSING = Value(State.NO_DATA, None, None)
"""No data."""


@dataclass(frozen=True, slots=True)
class Rate:
    """A share with its n/N.

    Attributes
    ----------
    n, of : numerator and denominator.
    """

    n: Value
    of: Value

    @property
    def share(self) -> float | None:
        """n/N as a share; None where N is 0 (printed —) or either is not exact."""
        if self.n.amount is None or not self.of.amount:
            return None
        return self.n.amount / self.of.amount

    @property
    def doubtful(self) -> bool:
        """Whether n exceeds N: above 100 % is flagged 数据存疑, never drawn as a normal rate."""
        return self.n.amount is not None and self.of.amount is not None and self.n.amount > self.of.amount


@dataclass(frozen=True, slots=True)
class Place:
    """A code with its name and level."""

    code: str
    name: str
    level: Level


@dataclass(frozen=True, slots=True)
class Age:
    """How old the data is.

    Attributes
    ----------
    as_of : the moment figures are of (the demo's own, else now), Asia/Shanghai.
    changed_at : when the cases were last written, Asia/Shanghai.
    version : rises with every committed change of any layer; a cache key and an ETag.
    live : whether `as_of` is the clock.
    """

    as_of: dt.datetime
    changed_at: dt.datetime
    version: str
    live: bool

    @property
    def today(self) -> dt.date:
        """The day figures are of."""
        return self.as_of.date()


@dataclass(frozen=True, slots=True)
class Plan:
    """The grid plan in force, for the legend."""

    name: str
    provisional: bool
    valid_from: dt.datetime | None
    grids: int


@dataclass(frozen=True, slots=True)
class Layer:
    """Geometry that is sent once: a GeoJSON FeatureCollection as text.

    Attributes
    ----------
    text : UTF-8 JSON, EPSG:4326, 6 decimals.
    version : opaque; the same version is the same text for this viewer, so it goes into the URL or an ETag.
    """

    text: str
    version: str


@dataclass(frozen=True, slots=True)
class Classes:
    """A classification, complete enough for a legend.

    Attributes
    ----------
    bounds : rounded upper bounds, ascending, at most five; class i holds values <= bounds[i] (and > bounds[i - 1]).
    counts : polygons per class, as many as bounds.
    no_data, withheld : polygons outside every class.
    lowest : smallest value, rounded like the bounds, for the first class's label.
    """

    bounds: tuple[float, ...]
    counts: tuple[int, ...]
    no_data: int
    withheld: int
    lowest: float


@dataclass(frozen=True, slots=True)
class MapValues:
    """Values of polygons for the map: they travel to `hideout`, geometry does not.

    Attributes
    ----------
    measure : what is shown, None for H3 cells.
    title, numerator, denominator, unit : message ids (translate with `_`); denominator empty for a count.
    method : message id of the classification's name.
    values : per grid code (or H3 cell id).
    classes : class per code: 0-4, `NO_DATA` or `WITHHELD`.
    legend : bounds and counts.
    numerators, denominators : the two parts of a ratio per code; denominators empty for a count.
    unplaced : filtered cases in none of the polygons shown; None where the measure counts no case.
    total : all filtered cases of the viewer's scope and area; polygons + unplaced = total.
    version : data version the values are of.
    """

    measure: Measure | None
    title: str
    numerator: str
    denominator: str
    unit: str
    method: str
    values: dict[str, Value]
    classes: dict[str, int]
    legend: Classes
    numerators: dict[str, Value]
    denominators: dict[str, Value]
    unplaced: Value | None
    total: Value | None
    version: str


@dataclass(frozen=True, slots=True)
class Overdue:
    """Open cases past their day.

    Attributes
    ----------
    open : how many.
    longest_days : days the oldest is late, None without any.
    where : its grid (or community where it has none), None where it is not shown or unplaced.
    """

    open: Value
    longest_days: int | None
    where: Place | None


@dataclass(frozen=True, slots=True)
class KeyFigures:
    """The six figures of the wall and what stands beside them.

    Attributes
    ----------
    open : open cases at the end of the period's last day; open_change : against the day before (signed).
    reported_today : received on the period's last day; usual : mean of the same weekday over the 8 weeks before
        (None where the data does not reach back or is not shown).
    overdue : open and past their day.
    on_time : closed on time of closed, in the period.
    resolved : resolved of accepted, in the period.
    care_visited : care households visited within 14 days of all (today's, whatever the period).
    received, closed : totals of the period.
    trends : last 14 days ending with the period's, for the sparklines: open, reported, overdue, on_time, resolved; a
        rate is None on a day with N = 0. Empty in and below a community where figures are banded.
    """

    open: Value
    open_change: int | None
    reported_today: Value
    usual: float | None
    overdue: Overdue
    on_time: Rate
    resolved: Rate
    care_visited: Rate
    received: Value
    closed: Value
    trends: dict[str, tuple[float | None, ...]]


@dataclass(frozen=True, slots=True)
class Series:
    """Daily counts, one entry a day, without gaps.

    Attributes
    ----------
    days : dates; weekend : Saturday or Sunday.
    reported, closed : per day.
    """

    days: tuple[dt.date, ...]
    weekend: tuple[bool, ...]
    reported: tuple[Value, ...]
    closed: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class CategoryRow:
    """A category's cases received in the period, and the change to the equal period before (None if not shown)."""

    code: str
    name_zh: str
    name_en: str
    dispute: bool
    received: Value
    change: int | None


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """One of the five ledgers (台账): received and on-time rate of the period, open and overdue at its end."""

    code: str
    received: Value
    open: Value
    overdue: Value
    on_time: Rate


@dataclass(frozen=True, slots=True)
class AreaRow:
    """An area or grid in the drill-down table.

    Attributes
    ----------
    place : the child; an empty code stands for what is in none of them (unplaced).
    grids, households, residents, workers : stock.
    received, open, overdue, on_time : as in the key figures.
    """

    place: Place
    grids: int
    households: Value
    residents: Value
    workers: int
    received: Value
    open: Value
    overdue: Value
    on_time: Rate


@dataclass(frozen=True, slots=True)
class AreaTable:
    """The children of an area, an `unplaced` row where there is one, and their total (the parent's own figures)."""

    path: tuple[Place, ...]
    rows: tuple[AreaRow, ...]
    total: AreaRow


@dataclass(frozen=True, slots=True)
class AgeGroup:
    """People of an age band: `first_age` to `first_age + AGE_BAND_YEARS - 1`; None for an unknown birth year."""

    first_age: int | None
    female: Value
    male: Value
    unknown: Value


@dataclass(frozen=True, slots=True)
class Overview:
    """Everything one user action changes, of one data version."""

    age: Age
    plan: Plan | None
    path: tuple[Place, ...]
    table: AreaTable
    figures: KeyFigures
    series: Series
    categories: tuple[CategoryRow, ...]
    ledgers: tuple[LedgerRow, ...]
    unplaced: Value
