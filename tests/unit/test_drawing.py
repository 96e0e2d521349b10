"""Drawn neighbourhoods are what they look like."""

from __future__ import annotations

import pytest
import shapely

from tests.fixtures.drawing import EPSG, ORIGIN, draw, point


def test_letters_are_polygons_of_100_m_squares() -> None:
    grids = draw("AAB", "A.B", "CCC")
    assert list(grids["name"]) == ["A", "B", "C"]
    assert list(grids.area) == [30_000.0, 20_000.0, 30_000.0]
    assert grids.crs.to_epsg() == EPSG
    # North is up: A holds the north-western corner, C the south-western one.
    assert grids.geometry[0].bounds[3] == ORIGIN[1] + 300
    assert grids.geometry[2].bounds[:2] == ORIGIN
    gap = shapely.box(*grids.total_bounds).difference(shapely.unary_union(grids.geometry))
    assert gap.area == 10_000
    assert grids.attrs["drawing"] == "AAB\nA.B\nCCC"


def test_a_drawing_in_degrees() -> None:
    assert draw("A", epsg=4326).total_bounds == pytest.approx([117, 38.83, 117.001, 38.84], abs=0.01)


def test_a_point_lies_in_its_square() -> None:
    rows = ("AAB", "A.B", "CCC")
    for name, shape in zip("ABC", draw(*rows).geometry, strict=True):
        assert shape.contains(point(name, *rows))
    with pytest.raises(ValueError, match="not in the drawing"):
        point("X", *rows)


def test_rows_are_of_one_length() -> None:
    with pytest.raises(ValueError, match="one length"):
        draw("AA", "B")
