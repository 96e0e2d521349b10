"""What the wall shows, as one value that travels in the query string: a colleague can be sent it, Back undoes it.

A query string is typed, cut and forwarded by people, so nothing in it is trusted: a part that can't be read falls
back to its default and leaves a sentence, never an error page.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any
from urllib.parse import parse_qs, urlencode

from geo.i18n import _, listed, ngettext
from geo.model import CODE_DIGITS, Filters, Level, Measure
from geo.standards import LEDGERS

DEFAULT_DAYS = 30
PRESETS = (7, 30, 90, 365)
LONGEST_DAYS = 3_660
"""Ten years: what a hand-typed period may span at most."""
LONGEST_QUERY = 2_000
"""Characters of a query string that are read."""
_BUILDING = re.compile(r"[0-9A-Za-z_.:-]{1,64}")
_CELL = re.compile(r"[0-9a-f]{15}")
_CATEGORY = re.compile(r"[a-z_]{1,32}")


class Layer(StrEnum):
    """The one filled layer of the map: the grids, or the H3 cells' count or rate of disputes."""

    GRIDS = "grids"
    DENSITY = "density"
    COUNT = "count"


@dataclass(frozen=True, slots=True)
class State:
    """Everything the wall's page depends on.

    Attributes
    ----------
    filters : period, categories, ledger, and the area in sight: what the map is coloured within.
    grid : a grid picked within it; every figure is then the grid's, while the map keeps its colours.
    measure : what the grids are coloured by.
    layer : the filled layer of the map.
    building : a building picked on the map; every figure is then the building's.
    cell : an H3 cell picked where the map shows cells; the card says its own value.
    span : days the trend shows, ending today; None takes the shortest that holds the period.
    """

    filters: Filters
    grid: str | None = None
    measure: Measure = Measure.WORKLOAD
    layer: Layer = Layer.GRIDS
    building: str | None = None
    span: int | None = None
    cell: str | None = None

    @property
    def figures(self) -> Filters:
        """What every figure beside the map is cut to: the grid where one is picked, else the area."""
        return replace(self.filters, area=self.grid) if self.grid else self.filters

    def trend_days(self, today: dt.date) -> int:
        """Tell how many days the trend shows: enough to hold the whole period."""
        needed = (today - self.filters.start).days + 1
        choices = [days for days in (30, 90, 365) if days >= needed]
        least = min(choices, default=min(needed, LONGEST_DAYS))
        return max(least, self.span or 0)


def default(today: dt.date, measure: Measure = Measure.WORKLOAD) -> State:
    """Return what the bare address shows: the whole scope, all categories, the last 30 days, the usual measure."""
    return State(Filters(today - dt.timedelta(days=DEFAULT_DAYS - 1), today), measure=measure)


def read(
    query: str, today: dt.date, categories: frozenset[str], usual: Measure = Measure.WORKLOAD
) -> tuple[State, tuple[str, ...]]:
    """Read a query string (`?from=&to=&kind=&ledger=&measure=&layer=&area=&grid=&building=&span=&cell=`).

    Parameters
    ----------
    query : as the address bar has it.
    today : the day figures are of.
    categories : the codes there are.
    usual : the measure where the address names none.

    Returns
    -------
    The state, and a sentence for each part that could not be used.
    """
    parts = {key: values[-1] for key, values in parse_qs(query.lstrip("?")[:LONGEST_QUERY]).items()}
    notes: list[str] = []
    start, end = _period(parts, today, notes)
    filters = Filters(
        start,
        end,
        _categories(parts.get("kind", ""), categories, notes),
        _code(parts, "area", notes),
        _choice(parts.get("ledger"), tuple(LEDGERS), _("ledger"), notes),
    )
    measure = _choice(parts.get("measure"), tuple(Measure), _("measure"), notes) or usual
    layer = _choice(parts.get("layer"), tuple(Layer), _("layer"), notes) or Layer.GRIDS
    building = _building(parts.get("building"), notes)
    grid = _code(parts, "grid", notes)
    if grid and filters.area and not grid.startswith(filters.area):
        filters = replace(filters, area=None)
    cell = None if layer == Layer.GRIDS else _cell(parts.get("cell"), notes)
    state = State(filters, grid, Measure(measure), Layer(layer), building, _span(parts, notes), cell)
    return state, tuple(notes)


def write(state: State, today: dt.date, measure: Measure = Measure.WORKLOAD) -> str:
    """Write a state as a query string; what equals the default is left out, so the bare page has a bare address."""
    usual, filters = default(today, measure), state.filters
    parts: dict[str, str] = {}
    if (filters.start, filters.end) != (usual.filters.start, usual.filters.end):
        parts |= {"from": filters.start.isoformat(), "to": filters.end.isoformat()}
    if filters.categories:
        parts["kind"] = ",".join(sorted(filters.categories))
    if filters.ledger:
        parts["ledger"] = filters.ledger
    if state.measure != usual.measure:
        parts["measure"] = state.measure
    if state.layer != usual.layer:
        parts["layer"] = state.layer
    if filters.area:
        parts["area"] = filters.area
    if state.grid:
        parts["grid"] = state.grid
    if state.building:
        parts["building"] = state.building
    if state.span:
        parts["span"] = str(state.span)
    if state.cell and state.layer is not Layer.GRIDS:
        parts["cell"] = state.cell
    return f"?{urlencode(parts, safe=',')}" if parts else ""


def toggled(current: tuple[str, ...], code: str) -> tuple[str, ...]:
    """Add a category to the chosen ones, or take it out again."""
    return tuple(sorted(set(current) ^ {code}))


def moved(state: State, **changes: Any) -> State:
    """Return the state with some of its filters changed; another area drops what was picked in it."""
    filters = replace(state.filters, **changes)
    return (
        replace(state, filters=filters, grid=None, building=None, cell=None)
        if "area" in changes
        else replace(state, filters=filters)
    )


def picked(state: State, grid: str | None, building: str | None = None) -> State:
    """Return the state with a grid (and a building in it) picked, or with neither."""
    outside = grid and state.filters.area and not grid.startswith(state.filters.area)
    filters = replace(state.filters, area=None) if outside else state.filters
    return replace(state, filters=filters, grid=grid, building=building, cell=None)


def celled(state: State, cell: str | None) -> State:
    """Return the state with an H3 cell picked, or with none; figures beside the map are the area's again."""
    return replace(state, grid=None, building=None, cell=cell)


def _period(parts: dict[str, str], today: dt.date, notes: list[str]) -> tuple[dt.date, dt.date]:
    usual = default(today).filters
    if "from" not in parts and "to" not in parts:
        return usual.start, usual.end
    try:
        end = dt.date.fromisoformat(parts["to"]) if "to" in parts else today
        start = dt.date.fromisoformat(parts["from"]) if "from" in parts else end - dt.timedelta(days=DEFAULT_DAYS - 1)
    except (ValueError, OverflowError):
        notes.append(
            ngettext(
                "The period in the address is no date (YYYY-MM-DD); the last {n} day is shown.",
                "The period in the address is no date (YYYY-MM-DD); the last {n} days are shown.",
                DEFAULT_DAYS,
            )
        )
        return usual.start, usual.end
    if start > end:
        notes.append(_("The period in the address ended before it began; its days were swapped."))
        start, end = end, start
    if (end - start).days >= LONGEST_DAYS:
        notes.append(
            ngettext(
                "The period in the address is longer than ten years; the last {n} day is shown.",
                "The period in the address is longer than ten years; the last {n} days are shown.",
                DEFAULT_DAYS,
            )
        )
        return usual.start, usual.end
    return start, end


def _categories(text: str, known: frozenset[str], notes: list[str]) -> tuple[str, ...]:
    asked = {part for part in text.split(",") if part}
    unknown = sorted(asked - known)
    if unknown:
        shown = listed(part if _CATEGORY.fullmatch(part) else "?" for part in unknown[:3])
        notes.append(_("Category {codes} is not known and was left out.", codes=shown))
    return tuple(sorted(asked & known))


def _code(parts: dict[str, str], key: str, notes: list[str]) -> str | None:
    code = parts.get(key)
    grid = CODE_DIGITS[Level.GRID]
    lengths = {grid} if key == "grid" else {*CODE_DIGITS.values()} - {grid}
    if code is None or (code.isascii() and code.isdigit() and len(code) in lengths):
        return code
    names = {"grid": _("grid"), "area": _("area")}
    sentence = _("The code of the {what} in the address has the wrong form; the whole area is shown.", what=names[key])
    notes.append(sentence)
    return None


def _building(text: str | None, notes: list[str]) -> str | None:
    if text is None or _BUILDING.fullmatch(text):
        return text
    notes.append(_("The building in the address has the wrong form and was left out."))
    return None


def _cell(text: str | None, notes: list[str]) -> str | None:
    if text is None or _CELL.fullmatch(text):
        return text
    notes.append(_("The hexagon in the address has the wrong form and was left out."))
    return None


def _span(parts: dict[str, str], notes: list[str]) -> int | None:
    text = parts.get("span")
    if text is None:
        return None
    if text.isascii() and text.isdigit() and 0 < int(text[:6]) <= LONGEST_DAYS:
        return int(text)
    notes.append(_("The length of the trend in the address can't be used; it was left out."))
    return None


def _choice(value: str | None, choices: tuple[str, ...], what: str, notes: list[str]) -> str | None:
    if value is None or value in choices:
        return value
    notes.append(_("The {what} in the address is not known; the usual one is shown.", what=what))
    return None
