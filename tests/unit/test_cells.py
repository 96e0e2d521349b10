"""H3 cells: every point in the cell h3 says, and no point lost on the way to a coarser one."""

from __future__ import annotations

import json

import h3.api.numpy_int as h3
import numpy as np
import pytest

from geo.core.density.cells import FINEST, NOWHERE, Points, hexagons, name, no_cells, no_points


def random_points(seed: int, count: int = 300) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    return 106.3 + rng.normal(0, 0.02, count), 39.0 + rng.normal(0, 0.02, count)


@pytest.mark.parametrize("shift", [(0.0, 0.0), (-180.0, -78.0), (-106.3, -39.0)])
def test_points_lie_in_the_cell_h3_gives_them(shift: tuple[float, float]) -> None:
    lon, lat = random_points(1)
    lon, lat = (lon + shift[0]).round(5), (lat + shift[1]).round(5)
    cells, number = no_cells().number(lon, lat)
    assert [h3.latlng_to_cell(*at, FINEST) for at in zip(lat, lon, strict=True)] == cells.ids[number].tolist()


def test_cells_keep_their_number_when_new_ones_come() -> None:
    lon, lat = random_points(2)
    cells, first = no_cells().number(lon[:100], lat[:100])
    grown, second = cells.number(np.append(lon, np.nan), np.append(lat, 39.0))
    assert (second[:100] == first).all()
    assert second[-1] == NOWHERE
    assert (grown.ids[: len(cells.ids)] == cells.ids).all()
    assert len(np.unique(grown.ids)) == len(grown.ids)


@pytest.mark.parametrize("resolution", [8, 9, 10])
def test_counts_of_cells_and_nowhere_add_up(resolution: int) -> None:
    rng = np.random.default_rng(3)
    lon, lat = random_points(3)
    lon[rng.random(300) < 0.2] = np.nan
    cells, number = no_cells().number(lon, lat)
    place, pair = rng.integers(0, 4, 300).astype(np.int32), rng.integers(0, 3, 300).astype(np.int32)
    day, weight = rng.integers(10, 20, 300).astype(np.int32), rng.integers(1, 5, 300).astype(np.int32)
    points = no_points().merged(Points(day, place, pair, number, weight), np.unique(day))
    ids, parent = cells.parents(resolution)
    places, pairs = np.array([True, False, True, True]), np.array([True, False, True])
    counts, nowhere = points.between(12, 15).count(parent, len(ids), places, pairs)
    chosen = (day >= 12) & (day <= 15) & places[place] & pairs[pair]
    assert counts.sum() + nowhere == weight[chosen].sum()
    assert nowhere == weight[chosen & np.isnan(lon)].sum()
    one = int(np.argmax(counts))
    inside = [h3.cell_to_parent(int(cells.ids[at]), resolution) == ids[one] for at in number]
    assert counts[one] == weight[chosen & ~np.isnan(lon) & np.array(inside)].sum()


def test_points_of_changed_days_are_replaced() -> None:
    ones = np.ones(3, dtype=np.int32)
    old = Points(np.array([1, 2, 3], np.int32), ones, ones, ones, ones)
    new = Points(np.array([2, 2], np.int32), ones[:2], ones[:2], ones[:2] * 7, ones[:2])
    merged = old.merged(new, np.array([2, 3], np.int32))
    assert (merged.day.tolist(), merged.cell.tolist()) == ([1, 2, 2], [1, 7, 7])


def test_hexagons_are_closed_rings_of_lon_lat() -> None:
    cell = h3.latlng_to_cell(39.0, 106.3, 9)
    (feature,) = json.loads(hexagons([cell]))["features"]
    ring = feature["geometry"]["coordinates"][0]
    assert ring[0] == ring[-1]
    assert len(ring) == 7
    assert all(106 < lon < 107 and 38 < lat < 40 for lon, lat in ring)
    assert feature["properties"]["cell"] == name(int(cell)) == h3.int_to_str(int(cell))
