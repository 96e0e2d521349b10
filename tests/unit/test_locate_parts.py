"""Multi-part polygons are found through the lattice as they are found one by one."""

from __future__ import annotations

import numpy as np
import shapely

from geo.core.locate import Locator


def test_lattice_knows_every_part_of_a_multipolygon() -> None:
    parts = shapely.MultiPolygon([shapely.box(0, 0, 1, 1), shapely.box(3, 0, 4, 1)])
    finder = Locator(["islands", "sea"], [parts, shapely.box(1, 0, 3, 1)])
    x = np.tile([0.5, 2.0, 3.5, 5.0], 1000)
    answers = finder.codes_at(x, np.full(len(x), 0.5))
    assert answers[:4].tolist() == ["islands", "sea", "islands", ""]
    assert finder._lattice is not None, "so few points that the lattice was not laid"
