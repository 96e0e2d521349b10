"""What the map of the wall is drawn from: shapes that are sent once, and values that travel with every filter."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from geo.core.density import cells as hexes
from geo.core.density.classes import classify
from geo.core.density.disclosure import Tree, publish, scaled
from geo.core.figures import MISSING, Layer, MapValues, State, Value, exact
from geo.core.situation import Mask
from geo.errors import NotFound
from geo.i18n import N_, _
from geo.model import CODE_DIGITS, Filters, Level, Measure
from geo.service.access import Viewer
from geo.service.cut import Counts, Cut
from geo.service.memory import Snapshot
from geo.standards import SMALL_COUNT

MOST_CELLS = 3000
"""Hexagons a browser draws at ease; above, the next coarser resolution is taken."""
DEEPEST_ZOOM = 20
"""Where the finest cells are drawn."""
_TOLERANCE_DEGREES = 1.5e-5
"""Simplification of outlines, about 1.5 m: below a pixel at the zooms where whole grids are drawn."""
_METHOD = N_("natural breaks")


@dataclass(frozen=True)
class Wording:
    """Message ids of a measure: its title, what is divided by what, and the unit."""

    title: str
    numerator: str
    denominator: str
    unit: str


WORDS: dict[Measure, Wording] = {
    Measure.HOUSEHOLDS: Wording(N_("Households"), N_("Households"), "", N_("households")),
    Measure.OPEN_CASES: Wording(N_("Open cases"), N_("Open cases"), "", N_("cases")),
    Measure.DISPUTE_DENSITY: Wording(
        N_("Dispute density"), N_("Disputes received"), N_("1,000 households"), N_("per 1,000 households")
    ),
    Measure.WORKLOAD: Wording(
        N_("Workload"), N_("Open cases + care visits due"), N_("workers on duty"), N_("per worker")
    ),
}
CHOSEN = N_("Cases of the chosen categories")
"""Numerator of a density where the filter names no dispute."""
CELL_COUNT = Wording(N_("Disputes per cell"), N_("Disputes received"), "", N_("cases"))
CELL_RATE = WORDS[Measure.DISPUTE_DENSITY]


# Shapes --------------------------------------------------------------------------------------------------------------


def grid_layer(snapshot: Snapshot, viewer: Viewer) -> Layer:
    """Return the viewer's grids with what their label and card say."""
    city = snapshot.city
    grids = _chosen(city.grids, [viewer.sees(code) for code in city.grids["grid_code"]])
    cut = Cut(snapshot, viewer, Filters(snapshot.today, snapshot.today))
    households = cut.shown(snapshot.stock.households, stock=True)
    names = city.areas["name"]
    digits = CODE_DIGITS[Level.SUBDISTRICT]
    properties: list[dict[str, object]] = [
        {
            "code": row["grid_code"],
            "name": row["name"],
            "community": names.get(row["community_code"], ""),
            "community_code": row["community_code"],
            "subdistrict": names.get(row["community_code"][:digits], ""),
            "households": households[row["grid_code"]].amount,
            "captain": row["captain"],
            "phone": row["phone"],
            "lon": round(row["lon"], 6),
            "lat": round(row["lat"], 6),
        }
        for row in _records(grids)
    ]
    return _layer(grids, properties)


def community_layer(snapshot: Snapshot, viewer: Viewer) -> Layer:
    """Return the outlines of the communities the viewer's codes touch."""
    city = snapshot.city
    codes = city.communities["code"]
    mine = [viewer.sees(code) or any(own.startswith(code) for own in viewer.codes) for code in codes]
    communities = _chosen(city.communities, mine)
    names, digits = city.areas["name"], CODE_DIGITS[Level.SUBDISTRICT]
    properties: list[dict[str, object]] = [
        {
            "code": row["code"],
            "name": row["name"],
            "subdistrict": names.get(row["code"][:digits], ""),
            "lon": round(row["lon"], 6),
            "lat": round(row["lat"], 6),
        }
        for row in _records(communities)
    ]
    return _layer(communities, properties)


def _chosen(frame: gpd.GeoDataFrame, rows: list[bool]) -> gpd.GeoDataFrame:
    return frame.iloc[np.flatnonzero(rows)]


def _records(frame: gpd.GeoDataFrame) -> list[dict[str, Any]]:
    """Return a frame's rows without their geometry."""
    return pd.DataFrame(frame.drop(columns="geom")).to_dict("records")  # pyright: ignore[reportReturnType]


def _layer(frame: gpd.GeoDataFrame, properties: list[dict[str, object]]) -> Layer:
    """Write a FeatureCollection; neighbours keep their common edge when they are simplified."""
    shapes = frame.geometry.to_numpy()
    if len(shapes):
        shapes = shapely.coverage_simplify(shapes, _TOLERANCE_DEGREES)
    shapes = shapely.set_precision(shapes, 1e-6, mode="pointwise")
    features = [
        {"type": "Feature", "properties": row, "geometry": json.loads(text)}
        for row, text in zip(properties, shapely.to_geojson(shapes), strict=True)
    ]
    return layer(
        json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False, separators=(",", ":"))
    )


def layer(text: str) -> Layer:
    """Name a text by its content."""
    return Layer(text, hashlib.sha256(text.encode()).hexdigest()[:20])


# Grids ---------------------------------------------------------------------------------------------------------------


def grid_values(cut: Cut, measure: Measure) -> MapValues:
    """Value every grid of a cut."""
    words, stock = WORDS[measure], cut.snapshot.stock
    if measure is Measure.HOUSEHOLDS:
        values = cut.shown(stock.households, stock=True)
        return _map_values(cut, measure, words, (values, values, {}), None)
    if measure is Measure.OPEN_CASES:
        counts = cut.open(cut.filters.end)
        values = cut.shown(counts)
        return _map_values(cut, measure, words, (values, values, {}), counts)
    if measure is Measure.DISPUTE_DENSITY:
        pairs, words = dispute_pairs(cut, words)
        counts = cut.received(pairs)
        numerators, of = cut.shown(counts), cut.shown(stock.households, stock=True)
        return _map_values(cut, measure, words, (_ratios(numerators, of, 1000), numerators, of), counts)
    counts = cut.open(cut.filters.end)
    numerators = cut.shown(counts + stock.care - stock.care_visited)
    of = {code: exact(count) for code, count in _per_grid(cut, stock.workers).items()}
    return _map_values(cut, measure, words, (_ratios(numerators, of, 1), numerators, of), counts)


def dispute_pairs(cut: Cut, words: Wording) -> tuple[Mask, Wording]:
    """Choose what a density counts: the filter's disputes, all disputes without one, its cases where it names none."""
    categories = cut.snapshot.city.categories
    disputes = [code for code, dispute in zip(categories["code"], categories["dispute"], strict=True) if dispute]
    chosen = [code for code in disputes if code in cut.filters.categories] if cut.filters.categories else disputes
    if not chosen and cut.filters.categories:
        return cut.pairs, Wording(words.title, CHOSEN, words.denominator, words.unit)
    # No dispute category at all must match nothing, where an empty filter would match everything.
    return cut.snapshot.axes.matching(chosen or ["none"], cut.filters.ledger), words


def _per_grid(cut: Cut, counts: Counts) -> dict[str, int]:
    """Return a count per grid of the cut."""
    chosen = np.flatnonzero(cut.grids)
    return {cut.snapshot.axes.places[place]: int(counts[place]) for place in chosen}


def _ratios(numerators: Mapping[str, Value], of: Mapping[str, Value], per: float) -> dict[str, Value]:
    """Divide; a denominator that is not exact divides by the middle of its range."""
    return {code: scaled(figure, per, of[code].middle or 0) for code, figure in numerators.items()}


def _map_values(
    cut: Cut,
    measure: Measure,
    words: Wording,
    figures: tuple[dict[str, Value], dict[str, Value], dict[str, Value]],
    counts: Counts | None,
) -> MapValues:
    """Class the values and say how many cases are in none of the grids."""
    values, numerators, denominators = figures
    classes, legend = classify(values)
    return MapValues(
        measure=measure,
        title=words.title,
        numerator=words.numerator,
        denominator=words.denominator,
        unit=words.unit,
        method=_METHOD,
        values=values,
        classes=classes,
        legend=legend,
        numerators=numerators,
        denominators=denominators,
        unplaced=None if counts is None else cut.unplaced(counts),
        total=None if counts is None else cut.total(counts),
        version=cut.snapshot.version,
    )


# Cells ---------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class CellFrame:
    """The cells of one cut: ids, the parent of every finest cell, and which of them are drawn."""

    ids: NDArray[np.uint64]
    parent: NDArray[np.int32]
    drawn: NDArray[np.intp]


def cell_frame(cut: Cut, zoom: int) -> CellFrame:
    """Choose the cells of a zoom: those with a building or a case of the cut.

    The resolution is coarser where the viewer's whole city has too many; it does not follow the area, since the
    shapes were sent for all of it.
    """
    resolution = hexes.resolution(zoom, public=not cut.viewer.exact)
    while _occupied(cut, cut.own, resolution).sum() > MOST_CELLS and resolution > hexes.COARSEST:
        resolution -= 1
    return _frame(cut, resolution)


def _frame(cut: Cut, resolution: int) -> CellFrame:
    ids, parent = cut.snapshot.cells.parents(resolution)
    return CellFrame(ids, parent, np.flatnonzero(_occupied(cut, cut.areas, resolution)))


def _frame_like(cut: Cut, cell: str) -> CellFrame | None:
    """Return the cells of the size of one that is drawn on a map of the viewer; None where it is on none."""
    index = hexes.number(cell)
    if index is None:
        return None
    resolution = hexes.resolution_of(index)
    finest = hexes.resolution(DEEPEST_ZOOM, public=not cut.viewer.exact)
    if not hexes.COARSEST <= resolution <= finest:
        return None
    frame = _frame(cut, resolution)
    return frame if np.isin(np.uint64(index), frame.ids[frame.drawn]) else None


def has_cell(cut: Cut, cell: str) -> bool:
    """Tell whether a cell is on a map of the viewer."""
    return _frame_like(cut, cell) is not None


def values_like(cut: Cut, cell: str, *, rate: bool) -> MapValues:
    """Value the cells of the size of one.

    Raises
    ------
    NotFound   it is on no map of the viewer.
    """
    frame = _frame_like(cut, cell)
    if frame is None:
        raise NotFound(_("There is no such hexagon within what this account sees."))
    return _cell_values(cut, frame, rate=rate)


def _occupied(cut: Cut, areas: tuple[str, ...], resolution: int) -> Mask:
    """Tell which cells hold a building or a case of some areas."""
    snapshot = cut.snapshot
    key = ("cells", areas, resolution)
    if key not in snapshot.memo:
        ids, parent = snapshot.cells.parents(resolution)
        places = snapshot.axes.within(areas)
        seen = np.zeros(len(ids), dtype=bool)
        for points in (snapshot.homes, snapshot.points):
            cell = points.cell[places[points.place]]
            seen[parent[cell[cell != hexes.NOWHERE]]] = True
        snapshot.memo[key] = seen
    return snapshot.memo[key]


def cell_layer(cut: Cut, zoom: int) -> Layer:
    """Return the hexagons of a cut."""
    frame = cell_frame(cut, zoom)
    return layer(hexes.hexagons(frame.ids[frame.drawn].tolist()))


def cell_values(cut: Cut, zoom: int, *, rate: bool) -> MapValues:
    """Value every cell of a cut: disputes per 1,000 households, or their count."""
    return _cell_values(cut, cell_frame(cut, zoom), rate=rate)


def _cell_values(cut: Cut, frame: CellFrame, *, rate: bool) -> MapValues:
    filters, snapshot = cut.filters, cut.snapshot
    pairs, words = dispute_pairs(cut, CELL_RATE if rate else CELL_COUNT)
    period = snapshot.points.between(filters.start.toordinal(), filters.end.toordinal())
    counts, nowhere = period.count(frame.parent, len(frame.ids), cut.places, pairs)
    homes, _none = snapshot.homes.count(frame.parent, len(frame.ids), cut.places, None)
    names = [hexes.name(cell) for cell in frame.ids[frame.drawn].tolist()]
    shown, unplaced, total = _shown_cells(cut, counts[frame.drawn], nowhere)
    numerators = dict(zip(names, shown, strict=True))
    of = {name: _home_figure(cut, count) for name, count in zip(names, homes[frame.drawn].tolist(), strict=True)}
    values = _ratios(numerators, of, 1000) if rate else numerators
    classes, legend = classify(values)
    return MapValues(
        measure=None,
        title=words.title,
        numerator=words.numerator,
        denominator=words.denominator,
        unit=words.unit,
        method=_METHOD,
        values=values,
        classes=classes,
        legend=legend,
        numerators=numerators,
        denominators=of if rate else {},
        unplaced=unplaced,
        total=total,
        version=snapshot.version,
    )


def _home_figure(cut: Cut, count: int) -> Value:
    """Show the households of a cell; a viewer who sees bands learns of a few households only that they are few."""
    if cut.viewer.exact or count == 0 or count >= SMALL_COUNT:
        return exact(count) if count else MISSING
    return Value(State.HIDDEN, 1, SMALL_COUNT - 1)


def _shown_cells(cut: Cut, counts: Counts, nowhere: int) -> tuple[list[Value], Value, Value]:
    """Show counts per cell, the cases that have no point, and their sum."""
    total = cut.figure(int(counts.sum()) + nowhere)
    if cut.viewer.exact:
        return [exact(count) for count in counts.tolist()], exact(nowhere), total
    leaves = np.append(counts, nowhere)
    tree = Tree(np.zeros(len(leaves), dtype=np.intp), np.zeros(1, dtype=np.intp))
    shown = publish(leaves, tree)[0].values()
    return shown[:-1], shown[-1], total
