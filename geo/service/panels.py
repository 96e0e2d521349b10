"""The wall's panels: key figures, daily series, categories, ledgers and the drill-down table of one cut."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.core.ages import ages
from geo.core.figures import (
    AgeGroup,
    AreaRow,
    AreaTable,
    CategoryRow,
    KeyFigures,
    LedgerRow,
    Overdue,
    Place,
    Rate,
    Series,
    Value,
    exact,
)
from geo.core.situation import Event
from geo.model import CODE_DIGITS, Level, level_of
from geo.service.cut import Counts, Cut, previous, same_weekday_mean
from geo.standards import LEDGERS

_WEEKS = 8
_TREND_DAYS = 14
_DAY = dt.timedelta(days=1)
_STOCK = ("households", "residents", "workers")
"""Figures no filter can cut."""


def key_figures(cut: Cut) -> KeyFigures:
    """Return the key figures."""
    start, end = cut.filters.start, cut.filters.end
    stock = cut.snapshot.stock
    open_now = cut.open(end)
    return KeyFigures(
        open=cut.total(open_now),
        open_change=None if cut.guarded else int((open_now - cut.open(end - _DAY))[cut.places].sum()),
        reported_today=cut.total(cut.by_place(Event.REPORTED, end, end)),
        usual=_usual(cut),
        overdue=_overdue(cut),
        on_time=_on_time(cut),
        resolved=cut.rate(cut.by_place(Event.RESOLVED, start, end), cut.by_place(Event.ACCEPTED, start, end)),
        care_visited=cut.rate(stock.care_visited, stock.care),
        received=cut.total(cut.received()),
        closed=cut.total(cut.by_place(Event.CLOSED, start, end)),
        trends={} if cut.guarded else _trends(cut),
    )


def _on_time(cut: Cut) -> Rate:
    """Return what was closed on time of what was closed in the period."""
    start, end = cut.filters.start, cut.filters.end
    return cut.rate(cut.by_place(Event.CLOSED_ON_TIME, start, end), cut.by_place(Event.CLOSED, start, end))


def _usual(cut: Cut) -> float | None:
    """Return the mean of the eight same weekdays before the period's last day."""
    span, end = cut.snapshot.cube.span, cut.filters.end
    first = end - dt.timedelta(weeks=_WEEKS)
    if cut.guarded or span is None or span[0] > first:
        return None
    return same_weekday_mean(cut.daily(Event.REPORTED, first, end - dt.timedelta(weeks=1)).tolist())


def _overdue(cut: Cut) -> Overdue:
    """Return the overdue cases, and how late the oldest is where the period ends today."""
    count = cut.total(cut.overdue(cut.filters.end))
    today, rows = cut.snapshot.today, cut.snapshot.open_due
    if cut.filters.end < today:
        return Overdue(count, None, None)
    due = rows["due"].to_numpy()
    late = (due < today.toordinal()) & cut.places[rows["place"]] & cut.pairs[rows["pair"]]
    if not late.any():
        return Overdue(count, None, None)
    oldest = int(due[late].min())
    key = min(cut.snapshot.axes.places[place] for place in rows["place"].to_numpy()[late & (due == oldest)])
    shown = key if cut.viewer.exact else key[: CODE_DIGITS[Level.COMMUNITY]]
    where = cut.place(shown) if level_of(shown) else None
    return Overdue(count, today.toordinal() - oldest, where)


def _trends(cut: Cut) -> dict[str, tuple[float | None, ...]]:
    """Return the last fortnight of the key figures."""
    end = cut.filters.end
    first = end - (_TREND_DAYS - 1) * _DAY
    daily = {event: cut.daily(event, first, end) for event in Event}
    return {
        "open": _stock_before(cut.open(end), daily[Event.REPORTED] - daily[Event.CLOSED], cut),
        "reported": tuple(daily[Event.REPORTED].tolist()),
        "overdue": _stock_before(cut.overdue(end), daily[Event.FELL_OVERDUE] - daily[Event.CLOSED_LATE], cut),
        "on_time": _shares(daily[Event.CLOSED_ON_TIME], daily[Event.CLOSED]),
        "resolved": _shares(daily[Event.RESOLVED], daily[Event.ACCEPTED]),
    }


def _stock_before(last: Counts, change: NDArray[np.int64], cut: Cut) -> tuple[float | None, ...]:
    """Return a stock per day from its last day and the changes of each."""
    after = np.append(np.cumsum(change[::-1])[::-1][1:], 0)
    return tuple((int(last[cut.places].sum()) - after).tolist())


def _shares(n: NDArray[np.int64], of: NDArray[np.int64]) -> tuple[float | None, ...]:
    """Return n/N per day, None where N is 0."""
    return tuple(part / whole if whole else None for part, whole in zip(n.tolist(), of.tolist(), strict=True))


def age_groups(people: pd.DataFrame, year: int, show: Callable[[int], Value]) -> tuple[AgeGroup, ...]:
    """Return people by age band and sex, the unknown in a group of their own.

    Parameters
    ----------
    people : columns birth_year, sex, residents.
    year : the one ages are of.
    show : how much of a count is shown.
    """
    columns = (people[name].tolist() for name in ("birth_year", "sex", "residents"))
    structure = ages(zip(*columns, strict=True), year)
    nobody = exact(0)
    groups = [AgeGroup(b.low, show(b.female), show(b.male), nobody) for b in structure.bands]
    return (*groups, *([AgeGroup(None, nobody, nobody, show(structure.unknown))] if structure.unknown else []))


def series(cut: Cut) -> Series:
    """Return cases reported and closed per day of the period."""
    start, end = cut.filters.start, cut.filters.end
    days = tuple(start + number * _DAY for number in range((end - start).days + 1))
    return Series(
        days=days,
        weekend=tuple(day.weekday() >= 5 for day in days),
        reported=cut.parts(cut.daily(Event.REPORTED, start, end).tolist()),
        closed=cut.parts(cut.daily(Event.CLOSED, start, end).tolist()),
    )


def categories(cut: Cut) -> tuple[CategoryRow, ...]:
    """Return every category, the most frequent first."""
    axes, cube, filters = cut.snapshot.axes, cut.snapshot.cube, cut.filters
    now = cube.counts(Event.REPORTED, filters.start, filters.end)[:, cut.places].sum(axis=1)
    before = cube.counts(Event.REPORTED, *previous(filters))[:, cut.places].sum(axis=1)
    known = cut.snapshot.city.category_rows
    pairs = [axes.matching([row["code"]], filters.ledger) for row in known]
    counts, changes = ([int(events[mine].sum()) for mine in pairs] for events in (now, now - before))
    rows = [
        CategoryRow(
            row["code"], row["name_zh"], row["name_en"], bool(row["dispute"]), shown, None if cut.guarded else change
        )
        for row, shown, change in zip(known, cut.parts(counts), changes, strict=True)
    ]
    # In the order of what is shown: the order of what is not would give it away.
    return tuple(sorted(rows, key=lambda row: -(row.received.middle or 0)))


def ledgers(cut: Cut) -> tuple[LedgerRow, ...]:
    """Return the five ledgers (五本台账) in their order."""
    pairs = [cut.snapshot.axes.matching(cut.filters.categories, code) for code in LEDGERS]
    start, end = cut.filters.start, cut.filters.end
    received, on_time, closed = (
        cut.parts([cut.own_sum(cut.by_place(event, start, end, mine)) for mine in pairs])
        for event in (Event.REPORTED, Event.CLOSED_ON_TIME, Event.CLOSED)
    )
    opened, overdue = (
        cut.parts([cut.own_sum(stock(end, mine)) for mine in pairs]) for stock in (cut.open, cut.overdue)
    )
    rates = [Rate(n, of) for n, of in zip(on_time, closed, strict=True)]
    rows = zip(LEDGERS, received, opened, overdue, rates, strict=True)
    return tuple(LedgerRow(*row) for row in rows)


# The drill-down table ------------------------------------------------------------------------------------------------


def path(cut: Cut) -> tuple[Place, ...]:
    """Return the way from the viewer's top down to the area; without an area of city level it begins nameless."""
    area, viewer = cut.filters.area, cut.viewer
    known = cut.snapshot.city.areas.index
    tops = [code for code in known if level_of(code) is Level.CITY][:1]
    if viewer.level is not Level.CITY:
        tops = [own for own in viewer.codes if area is None or area.startswith(own)][:1]
    codes = {*tops}
    if area is not None:
        lengths = [CODE_DIGITS[level] for level in Level if CODE_DIGITS[level] <= len(area)]
        above = {area[:length] for length in lengths if viewer.sees(area[:length])}
        codes |= {code for code in above if code in known or code == area}
    whole = (Place("", "", Level.CITY),) if viewer.level is Level.CITY and not tops else ()
    return (*whole, *(cut.place(code) for code in sorted(codes, key=len)))


def child_level(cut: Cut) -> Level | None:
    """Return the level of an area's children: the next one that has any; None below a grid."""
    lengths = {len(code) for code in cut.snapshot.city.areas.index if code.startswith(cut.areas)}
    above = max((len(area) for area in cut.areas if area), default=CODE_DIGITS[Level.CITY])
    if cut.filters.area is None and cut.viewer.level is not Level.CITY and len(cut.areas) > 1:
        above -= 1
    for level in (Level.COUNTY, Level.SUBDISTRICT, Level.COMMUNITY):
        if CODE_DIGITS[level] > above and CODE_DIGITS[level] in lengths:
            return level
    return Level.GRID if above < CODE_DIGITS[Level.GRID] else None


def table(cut: Cut) -> AreaTable:
    """Return the children of an area with their figures, what is in none of them, and their total."""
    level = child_level(cut)
    counts = _table_counts(cut)
    rows = [] if level is None else _child_rows(cut, level, counts)
    way = path(cut)
    own = way[-1] if way else Place("", "", Level.CITY)
    grids = int(cut.grids.sum())
    workers = int(counts["workers"][cut.places].sum())
    totals = {name: cut.total(numbers, stock=name in _STOCK) for name, numbers in counts.items()}
    return AreaTable(way, tuple(rows), _row(own, grids, workers, totals))


def house_table(cut: Cut, way: tuple[Place, ...]) -> AreaTable:
    """Return a building's table: no children, its own figures as the total."""
    counts = _table_counts(cut)
    totals = {name: cut.total(numbers) for name, numbers in counts.items()}
    return AreaTable(way, (), _row(way[-1], 0, int(counts["workers"][cut.places].sum()), totals))


def _table_counts(cut: Cut) -> dict[str, Counts]:
    """Return what the table shows, per place."""
    stock, filters = cut.snapshot.stock, cut.filters
    return {
        "households": stock.households,
        "residents": stock.residents,
        "workers": stock.workers,
        "received": cut.received(),
        "open": cut.open(filters.end),
        "overdue": cut.overdue(filters.end),
        "on_time": cut.by_place(Event.CLOSED_ON_TIME, filters.start, filters.end),
        "closed": cut.by_place(Event.CLOSED, filters.start, filters.end),
    }


def _child_rows(cut: Cut, level: Level, counts: dict[str, Counts]) -> list[AreaRow]:
    """Return a row for every child, and one for the rest where it holds anything."""
    digits, snapshot = CODE_DIGITS[level], cut.snapshot
    known = snapshot.city.grids["grid_code"] if level is Level.GRID else snapshot.city.areas.index
    codes = sorted(code for code in known if len(code) == digits and code.startswith(cut.areas))
    number = {code: position for position, code in enumerate(codes)}
    chosen = np.flatnonzero(cut.places)
    child = np.array([number.get(snapshot.axes.places[place][:digits], len(codes)) for place in chosen], dtype=np.intp)

    def sums(figures: Counts) -> list[int]:
        return np.bincount(child, weights=figures[chosen], minlength=len(codes) + 1).astype(int).tolist()

    grids, workers = sums(snapshot.stock.is_grid.astype(np.int64)), sums(counts["workers"])
    numbers = {name: sums(figures) for name, figures in counts.items()}
    values = {name: _shown(cut, level, codes, figures, counts[name], name) for name, figures in numbers.items()}
    rows = [
        _row(cut.place(code), grids[at], workers[at], {name: shown[at] for name, shown in values.items()})
        for at, code in enumerate(codes)
    ]
    if any(figures[-1] for figures in numbers.values()):
        rest = {name: shown[-1] for name, shown in values.items()}
        rows.append(_row(Place("", "", level), grids[-1], workers[-1], rest))
    return rows


def _shown(cut: Cut, level: Level, codes: list[str], numbers: list[int], counts: Counts, name: str) -> list[Value]:
    """Show a count per child, the rest last: exact, or in ranges where the viewer sees bands."""
    if cut.viewer.exact or level not in (Level.COMMUNITY, Level.GRID):
        return [exact(number) for number in numbers]
    leaves, above, position = cut.published(counts, stock=name in _STOCK)
    ranges = (leaves if level is Level.GRID else above).values()
    suffix = "" if level is Level.GRID else "*"
    found = [position.get(code + suffix) for code in codes]
    shown = [exact(0) if at is None else ranges[at] for at in found]
    return [*shown, cut.unplaced(counts) if level is Level.GRID else exact(numbers[-1])]


def _row(place: Place, grids: int, workers: int, values: dict[str, Value]) -> AreaRow:
    """Put a row together."""
    return AreaRow(
        place=place,
        grids=grids,
        households=values["households"],
        residents=values["residents"],
        workers=workers,
        received=values["received"],
        open=values["open"],
        overdue=values["overdue"],
        on_time=Rate(values["on_time"], values["closed"]),
    )
