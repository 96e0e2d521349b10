"""The unit-by-floor chart (楼盘表): a building's dwellings (房屋) as they lie, units left to right, top floor first.

Pure arrangement. Rooms are sorted by number (201 before 1202), and doors of one unit stand in one column wherever
the room numbers tell the door: 1202 is floor 12, door 2.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from geo.standards import CARE_VISIT_DAYS

DAY_BREAKS = (7, 14, 30, 60)
"""Upper ends of the first four classes of days since the last visit; the fifth is open."""

_HAN_DIGITS = {digit: value for value, digit in enumerate("〇一二三四五六七八九")}
_HAN_NUMBER = re.compile(r"([一二三四五六七八九]?)十([一二三四五六七八九]?)|([〇一二三四五六七八九])")


@dataclass(frozen=True, slots=True)
class Cell:
    """One dwelling of the chart.

    Attributes
    ----------
    use : home, shop, office or other.
    occupancy : owner, rented, vacant or None where nobody said.
    households, residents : counts; None where the viewer has no right to persons (户 and 人口 rows).
    care : care flags of the people in it, each once.
    days : whole days since the last visit; None where there was none.
    twin : 0, or the place among dwellings of the same unit and room (a fault of the register, still all shown).
    """

    unit: str
    floor: int | None
    room: str
    use: str = "home"
    occupancy: str | None = None
    households: int | None = None
    residents: int | None = None
    care: tuple[str, ...] = ()
    days: int | None = None
    twin: int = 0

    @property
    def day_class(self) -> int | None:
        """Class 1 to 5 of the days since the last visit; None where nobody lives or may be seen."""
        return day_class(self.days) if self.households else None

    @property
    def care_overdue(self) -> bool:
        """Whether a care household (关爱户) waits longer than its clock allows."""
        return bool(self.care and self.households) and (self.days is None or self.days > CARE_VISIT_DAYS)


@dataclass(frozen=True, slots=True)
class Unit:
    """One unit (单元): its label and the number of door columns it needs."""

    label: str
    columns: int


@dataclass(frozen=True, slots=True)
class FloorRow:
    """One floor: for each unit, one cell or None a door column."""

    floor: int | None
    units: tuple[tuple[Cell | None, ...], ...]


@dataclass(frozen=True, slots=True)
class FloorChart:
    """The whole chart, top floor first."""

    units: tuple[Unit, ...]
    rows: tuple[FloorRow, ...]

    def cells(self) -> list[Cell]:
        """List the dwellings in reading order."""
        return [cell for row in self.rows for unit in row.units for cell in unit if cell]


def day_class(days: int | None) -> int:
    """Class 1 (0-7 days) to 5 (over 60 days, or never) of the days since the last visit.

    Examples
    --------
    >>> [day_class(days) for days in (0, 7, 8, 14, 30, 31, 60, 61, None)]
    [1, 1, 2, 2, 3, 4, 4, 5, 5]
    """
    return 5 if days is None else 1 + bisect_left(DAY_BREAKS, days)


def natural_key(text: str) -> tuple[tuple[int, int, str], ...]:
    """Sort key that reads digits, and Chinese numerals up to 99, as numbers.

    Examples
    --------
    >>> sorted(["1202", "201", "B1"], key=natural_key), sorted(["十单元", "二单元"], key=natural_key)
    (['201', '1202', 'B1'], ['二单元', '十单元'])
    """
    parts = re.findall(r"\d+|\D+", _HAN_NUMBER.sub(_han_to_digits, text))
    return tuple((0, int(part), "") if part.isdigit() else (1, 0, part) for part in parts)


def floor_chart(cells: Iterable[Cell]) -> FloorChart:
    """Arrange dwellings as the building stands.

    Parameters
    ----------
    cells : the building's dwellings, in any order.

    Returns
    -------
    Units in natural order; floors from the top; unknown floors last. Every dwelling appears exactly once.
    """
    units: dict[str, list[Cell]] = defaultdict(list)
    for cell in cells:
        units[cell.unit].append(cell)
    labels = sorted(units, key=natural_key)
    placed = [_unit_grid(units[label]) for label in labels]
    floors = {floor for _columns, grid in placed for floor, _column in grid}
    order = sorted(floors, key=lambda floor: (floor is None, -(floor or 0)))
    return FloorChart(
        units=tuple(Unit(label, columns) for label, (columns, _grid) in zip(labels, placed, strict=True)),
        rows=tuple(FloorRow(floor, tuple(_row(floor, *unit) for unit in placed)) for floor in order),
    )


def _row(floor: int | None, columns: int, grid: dict[tuple[int | None, int], Cell]) -> tuple[Cell | None, ...]:
    return tuple(grid.get((floor, column)) for column in range(columns))


def floor_of(cell: Cell) -> int | None:
    """Tell the floor of a dwelling, from its room number where the register has none (1202: 12).

    Examples
    --------
    >>> floor_of(Cell("1", None, "1202")), floor_of(Cell("1", None, "02")), floor_of(Cell("1", 3, "B"))
    (12, None, 3)
    """
    if cell.floor is not None:
        return cell.floor
    return int(cell.room) // 100 if re.fullmatch(r"[1-9]\d{2,3}", cell.room) else None


def _unit_grid(cells: Sequence[Cell]) -> tuple[int, dict[tuple[int | None, int], Cell]]:
    """Give each dwelling of one unit a (floor, column); columns are doors where every room number tells its door."""
    ordered = sorted(cells, key=lambda cell: natural_key(cell.room))
    doors = {id(cell): _door(cell) for cell in ordered}
    slots: list[tuple[Cell, tuple[int, int]]] = []
    seen: Counter[tuple[int | None, int]] = Counter()
    for cell in ordered:
        floor, door = floor_of(cell), doors[id(cell)] if None not in doors.values() else 0
        slots.append((cell, (door or 0, seen[floor, door or 0])))
        seen[floor, door or 0] += 1
    columns = {slot: column for column, slot in enumerate(sorted({slot for _cell, slot in slots}))}
    return len(columns), {(floor_of(cell), columns[slot]): cell for cell, slot in slots}


def _door(cell: Cell) -> int | None:
    """Door number within the floor: 2 for room 1202 on floor 12; None where the room number doesn't tell."""
    floor = floor_of(cell)
    if floor is None or not cell.room.isdigit() or int(cell.room) // 100 != floor:
        return None
    return int(cell.room) % 100


def _han_to_digits(match: re.Match[str]) -> str:
    tens, ones, single = match.groups()
    if single:
        return str(_HAN_DIGITS[single])
    return str(10 * _HAN_DIGITS.get(tens, 1) + _HAN_DIGITS.get(ones, 0))
