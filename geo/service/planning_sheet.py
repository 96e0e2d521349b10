"""The printable A3 sheet of a grid (公开栏): its map, code, boundary by streets, captain; no resident data."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Any

import numpy as np
import shapely

from geo.core.planning.edit import Sheet
from geo.core.planning.labels import Labels
from geo.core.planning.rules import facts
from geo.i18n import N_, _
from geo.service import planning_view as view
from geo.service.planning_compare import Pair
from geo.service.planning_work import Work
from geo.store import planning as store

FONTS = Path(__file__).parents[2] / "dashboard" / "assets" / "fonts"
"""The product's one face, Noto Sans CJK SC, cut to GB 2312 (scripts/fonts.py); only the letters used are embedded."""
WIDTH_MM, HEIGHT_MM, MARGIN_MM, SIDE_MM = 420.0, 297.0, 15.0, 120.0
ALONG_M = 15.0
"""A boundary this near a street's middle runs along it."""
LEAST_SHARE = 0.3
"""Share of a side that a street must run along to name it."""
SIDES: dict[str, str] = {"east": N_("East"), "south": N_("South"), "west": N_("West"), "north": N_("North")}
"""In the order in which a boundary is told (四至)."""
STREET_PT, NEIGHBOUR_PT, LINE = 11.0, 12.0, 0.45
"""Sizes of names on the map, and mm of a line's height a point of type."""
_INK, _GREY, _LINE = (23, 33, 43), (91, 106, 119), (150, 160, 170)
_FILL, _HOUSE, _WATER, _WET = (219, 233, 248), (143, 163, 179), (207, 224, 234), (53, 105, 140)


def book(work: Work, changed: list[Pair], only: str = "") -> bytes:
    """Write a sheet for every grid of the changed communities that differs, or for one grid."""
    pdf = _document()
    for pair in changed:
        moved = pair.old.label != pair.new.label
        grids = sorted({*pair.new.label[moved].tolist(), *pair.old.label[moved].tolist()} & {*pair.new.grids()})
        for grid in [only] if only else grids:
            _page(pdf, work, pair.new, pair.named, grid)
    return bytes(pdf.output())


def single(work: Work, sheet: Sheet, named: view.Names, grid: str) -> bytes:
    """Write the sheet of one grid."""
    pdf = _document()
    _page(pdf, work, sheet, named, grid)
    return bytes(pdf.output())


def _document() -> Any:
    # Imported here: only who prints waits for it.
    pdf = importlib.import_module("fpdf").FPDF(orientation="L", unit="mm", format="A3")
    pdf.add_font("noto", fname=str(FONTS / "notosans-sc-regular.woff2"))
    pdf.add_font("noto", style="B", fname=str(FONTS / "notosans-sc-bold.woff2"))
    pdf.set_auto_page_break(False)
    return pdf


def boundary(work: Work, sheet: Sheet, named: view.Names, grid: str) -> dict[str, str]:
    """Describe a grid's boundary by streets: what it runs along on each side (四至).

    Returns
    -------
    A name by side (`SIDES`): the street that runs along at least `LEAST_SHARE` of the side, else the water, else the
    neighbouring grid, else the community's edge.
    """
    community = sheet.ground.community
    outline = view.outlines(sheet.ground, sheet.label, [grid])[grid]
    roads = _lines(work, "roads", community)
    water = _lines(work, "water", community)
    others = view.outlines(sheet.ground, sheet.label, [one for one in sheet.grids() if one != grid])
    found = {}
    for side, line in _sides(outline).items():
        length = line.length or 1.0
        street = _longest(line, roads, ALONG_M)
        wet = _longest(line, water, ALONG_M)
        beside = _longest(line, [(named[code], shape) for code, shape in others.items()], 1.0)
        if street and street[1] >= LEAST_SHARE * length:
            found[side] = street[0]
        elif wet and wet[1] >= LEAST_SHARE * length:
            found[side] = wet[0]
        elif beside and beside[1] >= LEAST_SHARE * length:
            found[side] = beside[0]
        else:
            found[side] = _("edge of the community")
    return found


def _lines(work: Work, query: str, community: str) -> list[tuple[str, Any]]:
    rows = [row for row in store.rows(work.conn, query, communities=[community]) if row["name"]]
    shapes: dict[str, list[Any]] = {}
    for row in rows:
        shapes.setdefault(row["name"], []).append(shapely.from_wkb(bytes(row["geom"])))
    return [(name, _metric(work, shapely.union_all(parts))) for name, parts in shapes.items()]


def _metric(work: Work, shape: Any) -> Any:
    return shapely.transform(shape, lambda xy: work.city.metric(xy.tolist()))


def _sides(outline: Any) -> dict[str, Any]:
    """Part an outline's edges by the direction they face."""
    largest = max(shapely.get_parts(outline), key=lambda part: part.area)
    ring = shapely.get_coordinates(largest.exterior)
    if shapely.is_ccw(shapely.linearrings(ring)):
        ring = ring[::-1]
    step = np.diff(ring, axis=0)
    outward = np.column_stack([-step[:, 1], step[:, 0]])  # left of a clockwise ring is outside
    angle = np.degrees(np.arctan2(outward[:, 1], outward[:, 0]))
    number = np.round(angle / 90.0).astype(int) % 4
    names = ("east", "north", "west", "south")
    edges = np.asarray(shapely.linestrings(np.stack([ring[:-1], ring[1:]], axis=1)))
    return {side: shapely.multilinestrings(edges[number == names.index(side)]) for side in SIDES}


def _longest(line: Any, named: list[tuple[str, Any]], near_m: float) -> tuple[str, float] | None:
    """Return which shape runs along most of a line, and how much of it, m."""
    along = [(name, float(shapely.intersection(line, shapely.buffer(shape, near_m)).length)) for name, shape in named]
    best = max(along, key=lambda one: one[1], default=None)
    return best if best and best[1] > 0 else None


class _Map:
    """The map's place on the page: metres to millimetres, north up, the grid in the middle of the whole frame."""

    def __init__(self, outline: Any) -> None:
        west, south, east, north = outline.buffer(40.0).bounds
        width, height = WIDTH_MM - 3 * MARGIN_MM - SIDE_MM, HEIGHT_MM - 2 * MARGIN_MM - 20
        self.scale = min(width / (east - west), height / (north - south))
        x, y = (west + east) / 2, (south + north) / 2
        far_x, far_y = width / self.scale / 2, height / self.scale / 2
        self.frame = shapely.box(x - far_x, y - far_y, x + far_x, y + far_y)
        self.sheet = shapely.box(MARGIN_MM, MARGIN_MM + 20, MARGIN_MM + width, MARGIN_MM + 20 + height)
        self._west, self._north = x - far_x, y + far_y

    def __call__(self, xy: np.ndarray) -> list[tuple[float, float]]:
        return [(x, y) for x, y in self._page(xy).tolist()]

    def on_page(self, shape: Any) -> Any:
        """Bring what lies in the frame to the page."""
        return shapely.transform(shapely.intersection(shape, self.frame), self._page)

    def _page(self, xy: np.ndarray) -> np.ndarray:
        x = MARGIN_MM + (xy[:, 0] - self._west) * self.scale
        return np.column_stack([x, MARGIN_MM + 20 + (self._north - xy[:, 1]) * self.scale])


def _page(pdf: Any, work: Work, sheet: Sheet, named: view.Names, grid: str) -> None:
    """Draw one grid's page."""
    community = sheet.ground.community
    outline = view.outlines(sheet.ground, sheet.label, [grid])[grid]
    pdf.add_page()
    place = _Map(outline)
    edges = boundary(work, sheet, named, grid)
    _draw_map(pdf, work, sheet, named, grid, outline, place, {*edges.values()})
    _scale(pdf, place)
    table, duties = facts(sheet, [grid])[grid], view.Duties(work.conn, work.city, community)
    path = " · ".join(row["name"] for row in store.rows(work.conn, "above", code=community))
    pdf.set_text_color(*_INK)
    _text(pdf, MARGIN_MM, MARGIN_MM, named[grid], 34, bold=True)
    _text(pdf, MARGIN_MM + pdf.get_string_width(named[grid]) + 10, MARGIN_MM + 5, path, 14)
    x, y = WIDTH_MM - MARGIN_MM - SIDE_MM, MARGIN_MM + 24.0
    names = [*SIDES.items()]
    lines = [
        (_("Grid code"), grid),
        (_("Captain"), duties.captain.get(grid, "") or _("not named yet")),
        (_("Households"), f"{table.households:,}"),
        (_("Buildings"), f"{table.buildings:,}"),
        *((_(title), edges[side]) for side, title in names),
    ]
    for title, value in lines:
        pdf.set_text_color(*_GREY)
        _text(pdf, x, y, title, 13)
        pdf.set_text_color(*_INK)
        pdf.set_xy(x, y + 6)
        pdf.set_font("noto", style="B", size=20)
        pdf.multi_cell(SIDE_MM, 9, value, align="L")
        y = pdf.get_y() + 5
    pdf.set_text_color(*_GREY)
    status = _("Draft {number}, not in force", number=work.draft.draft_id)
    _text(pdf, x, HEIGHT_MM - MARGIN_MM - 8, status if work.draft.status != "published" else work.draft.name, 12)


def _text(pdf: Any, x: float, y: float, text: str, size: float, *, bold: bool = False) -> None:
    pdf.set_font("noto", style="B" if bold else "", size=size)
    pdf.set_xy(x, y)
    pdf.cell(0, size * 0.45, text)


def _draw_map(
    pdf: Any, work: Work, sheet: Sheet, named: view.Names, grid: str, outline: Any, place: _Map, told: set[str]
) -> None:
    """Draw water, streets, neighbours, the grid, its buildings, and the names there is room for."""
    community = sheet.ground.community
    pdf.set_line_width(0.2)
    water, roads = _lines(work, "water", community), _lines(work, "roads", community)
    for _name, shape in water:
        _area(pdf, place, shapely.intersection(shapely.buffer(shape, 1.0), place.frame), fill=_WATER, line=None)
    others = view.outlines(sheet.ground, sheet.label, [one for one in sheet.grids() if one != grid])
    _area(pdf, place, outline, fill=_FILL, line=None)
    for shape in others.values():
        _area(pdf, place, shapely.intersection(shape, place.frame), fill=None, line=_LINE)
    houses = []
    for row in store.rows(work.conn, "buildings", communities=[community]):
        house = shapely.intersection(_metric(work, shapely.from_wkb(bytes(row["geom"]))), place.frame)
        if not house.is_empty:
            houses.append(house if house.area else house.buffer(2.0))
            _area(pdf, place, houses[-1], fill=_HOUSE, line=None)
    pdf.set_draw_color(*_LINE)
    for _name, shape in roads:
        for part in shapely.get_parts(shapely.intersection(shape, place.frame)):
            if part.geom_type == "LineString":
                pdf.polyline(place(shapely.get_coordinates(part)))
    pdf.rect(*place.sheet.bounds[:2], place.sheet.bounds[2] - MARGIN_MM, place.sheet.bounds[3] - MARGIN_MM - 20)
    pdf.set_line_width(1.2)
    _area(pdf, place, outline, fill=None, line=_INK)
    edge = place.on_page(shapely.boundary(outline)).buffer(0.6)
    labels = Labels(place.sheet, [edge, *map(place.on_page, houses)], [place.on_page(shape) for _name, shape in roads])
    _names(pdf, place, labels, roads, water, {named[code]: shape for code, shape in others.items()}, told)


def _names(
    pdf: Any, place: _Map, labels: Labels, roads: Any, water: Any, neighbours: dict[str, Any], told: set[str]
) -> None:
    """Write the names there is room for: first those the boundary is told by, then neighbours, then long streets."""
    lines = [(name, place.on_page(shape), _WET) for name, shape in water]
    lines += [(name, place.on_page(shape), _GREY) for name, shape in roads]
    lines.sort(key=lambda one: (one[0] not in told, -one[1].length))
    areas = [(name, place.on_page(shape), _GREY) for name, shape in neighbours.items()]
    order = [(True, *one) for one in lines if one[0] in told]
    order += [(False, *one) for one in sorted(areas, key=lambda one: -one[1].area)]
    order += [(True, *one) for one in lines if one[0] not in told]
    for along, name, shape, colour in order:
        size = STREET_PT if along else NEIGHBOUR_PT
        pdf.set_font("noto", style="B" if name in told else "", size=size)
        width, height = pdf.get_string_width(name), size * LINE
        spot = (labels.along if along else labels.within)(shape, width, height)
        if spot is None:
            continue
        pdf.set_text_color(*colour)
        with pdf.rotation(-spot.slope, spot.x, spot.y):
            pdf.text(spot.x - width / 2, spot.y + height * 0.3, name)


def _area(pdf: Any, place: _Map, shape: Any, *, fill: tuple[int, int, int] | None, line: Any) -> None:
    style = ("D" if line else "") + ("F" if fill else "")
    if fill:
        pdf.set_fill_color(*fill)
    if line:
        pdf.set_draw_color(*line)
    for part in shapely.get_parts(shape):
        if part.geom_type == "Polygon" and not part.is_empty:
            pdf.polygon(place(shapely.get_coordinates(part.exterior)), style=style)


def _scale(pdf: Any, place: _Map) -> None:
    """Draw a bar of round length and an arrow to the north, under the facts."""
    length = next(m for m in (1000, 500, 200, 100, 50, 20) if m * place.scale < 70 or m == 20)
    x, y = WIDTH_MM - MARGIN_MM - SIDE_MM, HEIGHT_MM - MARGIN_MM - 20
    pdf.set_draw_color(*_INK)
    pdf.set_line_width(0.8)
    pdf.line(x, y, x + length * place.scale, y)
    pdf.set_text_color(*_INK)
    _text(pdf, x, y - 8, f"{length} m", 12)
    right = WIDTH_MM - MARGIN_MM - 8
    pdf.set_fill_color(*_INK)
    pdf.polygon([(right, y - 10), (right - 3, y), (right + 3, y)], style="F")
    _text(pdf, right - 2.6, y - 17, "N", 14, bold=True)
