"""Names on a printed map: beside their line, in their area, never over another or over what is drawn."""

from __future__ import annotations

import math
from itertools import combinations

import numpy as np
import pytest
import shapely
import shapely.affinity

from geo.core.planning.labels import Labels, Spot

FRAME = shapely.box(0, 0, 250, 240)
WIDTH, HEIGHT = 16.0, 5.0


def drawn(spot: Spot, width: float = WIDTH, height: float = HEIGHT) -> shapely.Polygon:
    """Return the box of a name as it is printed."""
    level = shapely.box(spot.x - width / 2, spot.y - height / 2, spot.x + width / 2, spot.y + height / 2)
    return shapely.affinity.rotate(level, spot.slope, origin=(spot.x, spot.y))


@pytest.mark.parametrize("seed", range(5))
def test_no_name_lies_over_another_over_a_building_or_over_the_edge(seed: int) -> None:
    random = np.random.default_rng(seed)
    corners = random.uniform(0, 230, (60, 2))
    houses = [shapely.box(x, y, x + 12, y + 6) for x, y in corners.tolist()]
    streets = [shapely.LineString(random.uniform(0, 240, (2, 2))) for _street in range(30)]
    labels = Labels(FRAME, houses, streets)
    found = [labels.along(street, WIDTH, HEIGHT) for street in streets]
    found += [labels.within(shapely.box(x, y, x + 60, y + 60), WIDTH, HEIGHT) for x in (0, 90) for y in (0, 120)]
    boxes = [drawn(spot) for spot in found if spot]
    assert len(boxes) > 8
    assert all(FRAME.contains(box) for box in boxes)
    assert not any(box.intersects(house) for box in boxes for house in houses)
    assert not any(one.intersects(other) for one, other in combinations(boxes, 2))


def test_a_name_stands_beside_its_line_and_is_never_upside_down() -> None:
    for angle in range(0, 360, 15):
        far = 80 * np.array([math.cos(math.radians(angle)), math.sin(math.radians(angle))])
        line = shapely.LineString([np.array([120, 120]) - far, np.array([120, 120]) + far])
        spot = Labels(FRAME, [], [line]).along(line, WIDTH, HEIGHT)
        assert spot
        assert -90 <= spot.slope < 90
        assert (spot.slope - angle) % 180 == pytest.approx(0, abs=1e-6) or (spot.slope - angle) % 180 > 180 - 1e-6
        assert HEIGHT / 2 < line.distance(shapely.Point(spot.x, spot.y)) < HEIGHT
        assert math.hypot(spot.x - 120, spot.y - 120) < HEIGHT


def test_who_asks_first_has_the_middle_and_who_finds_no_room_is_left_out() -> None:
    short = shapely.LineString([(100, 100), (120, 100)])
    labels = Labels(FRAME, [], [])
    first, second, third = (labels.along(short, WIDTH, HEIGHT) for _name in range(3))
    assert first
    assert second
    assert (first.x, second.x) == (110, 110)
    assert (first.y - 100) * (second.y - 100) < 0
    assert third is None
    assert labels.along(shapely.LineString([(0, 0), (5, 5)]), WIDTH, HEIGHT) is None
    assert labels.within(shapely.box(10, 10, 20, 12), WIDTH, HEIGHT) is None
    assert labels.within(shapely.Polygon(), WIDTH, HEIGHT) is None


def test_a_street_is_crossed_only_where_there_is_no_other_place() -> None:
    line = shapely.LineString([(20, 100), (140, 100)])
    crossing = shapely.LineString([(80, 20), (80, 200)])
    free = Labels(FRAME, [], [line, crossing]).along(line, WIDTH, HEIGHT)
    assert free
    assert not drawn(free).intersects(crossing)
    many = [shapely.LineString([(x, 20), (x, 200)]) for x in range(20, 141, 5)]
    forced = Labels(FRAME, [], many).along(line, WIDTH, HEIGHT)
    assert forced
    assert forced.x == 80
