"""The unit-by-floor chart: drawn small buildings, read back as they stand."""

import random

from geo.core.floors import Cell, FloorChart, day_class, floor_chart, floor_of


def rooms(chart: FloorChart) -> list[str]:
    """Draw a chart: one line a floor, units parted by |, a gap as a dot."""
    return [
        f"{row.floor}: " + " | ".join(" ".join(cell.room if cell else "." for cell in unit) for unit in row.units)
        for row in chart.rows
    ]


def test_top_floor_first_units_left_to_right_rooms_by_number():
    cells = [
        Cell(unit, floor, f"{floor}{door:02}") for unit in ("2", "10", "1") for floor in (2, 12, 1) for door in (2, 1)
    ]
    random.Random(7).shuffle(cells)
    chart = floor_chart(cells)
    assert [unit.label for unit in chart.units] == ["1", "2", "10"]
    assert rooms(chart) == [
        "12: 1201 1202 | 1201 1202 | 1201 1202",
        "2: 201 202 | 201 202 | 201 202",
        "1: 101 102 | 101 102 | 101 102",
    ]


def test_doors_stay_in_their_column_where_a_floor_lacks_one():
    chart = floor_chart([Cell("1", 2, "201"), Cell("1", 2, "203"), Cell("1", 1, "102"), Cell("1", 1, "103")])
    assert rooms(chart) == ["2: 201 . 203", "1: . 102 103"]


def test_rooms_that_tell_no_door_stand_in_reading_order():
    chart = floor_chart([Cell("1", 2, "西"), Cell("1", 2, "东"), Cell("1", 1, "门面2"), Cell("1", 1, "门面10")])
    assert rooms(chart) == ["2: 东 西", "1: 门面2 门面10"]


def test_floor_is_read_from_the_room_where_the_register_has_none():
    assert floor_of(Cell("1", None, "1202")) == 12
    chart = floor_chart([Cell("1", None, "1202"), Cell("1", None, "x"), Cell("1", -1, "车库")])
    assert rooms(chart) == ["12: 1202", "-1: 车库", "None: x"]


def test_a_house_with_one_door():
    assert rooms(floor_chart([Cell("", 1, "")])) == ["1: "]
    assert floor_chart([]).rows == ()


def test_twins_and_any_mess_keep_every_dwelling_exactly_once():
    draw = random.Random(3)
    cells = [
        Cell(
            draw.choice(["1", "2单元", "二单元", ""]),
            draw.choice([None, -1, 1, 2, 11]),
            draw.choice(["", "101", "201", "1101", "A", "东", "101"]),
        )
        for _ in range(200)
    ]
    shown = floor_chart(cells).cells()
    assert len(shown) == 200
    assert sorted(map(repr, shown)) == sorted(map(repr, cells))


def test_classes_of_days_since_the_last_visit():
    assert [day_class(days) for days in (0, 7, 8, 14, 15, 30, 31, 60, 61, None)] == [1, 1, 2, 2, 3, 3, 4, 4, 5, 5]
    assert Cell("1", 1, "101", households=0).day_class is None
    assert Cell("1", 1, "101").day_class is None
    assert Cell("1", 1, "101", households=1, days=9).day_class == 2


def test_the_care_clock_runs_for_care_households_only():
    assert Cell("1", 1, "101", households=1, care=("disabled",), days=15).care_overdue
    assert not Cell("1", 1, "101", households=1, care=("disabled",), days=14).care_overdue
    assert Cell("1", 1, "101", households=1, care=("disabled",), days=None).care_overdue
    assert not Cell("1", 1, "101", households=1, days=90).care_overdue
