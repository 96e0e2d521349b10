"""Geometries of a file: brought to EPSG:4326, judged, mended where that is certain, rejected where not."""

from __future__ import annotations

import numpy as np
import shapely

from geo import crs as crs_module
from geo.crs import Crs
from geo.errors import CrsMismatch
from geo.i18n import _
from geo.service.drafts import Draft
from loaders.tables import Table

_CHINA = (73.0, 3.0, 136.0, 54.0)
"""West, south, east, north: in China longitude and latitude can be told apart, whichever comes first."""
_DIMENSION = {"Polygon": 2, "MultiPolygon": 2, "LineString": 1, "MultiLineString": 1, "Point": 0, "MultiPoint": 0}


def settle(table: Table, draft: Draft, crs: Crs, title: str) -> None:
    """Bring a chunk's geometries to storage form in place.

    Parameters
    ----------
    crs : the system the file states, or the person does.
    title : the file's name, for the refusal.

    Raises
    ------
    CrsMismatch   the coordinates can't be of that system: longitude and latitude exchanged, metres for degrees.

    Notes
    -----
    Rejected are rows without geometry (areas above the communities may have none), of another kind, or beyond mending.
    """
    assert draft.geometry is not None  # asked for tables with geometry only
    draft.geometry = shapely.force_2d(draft.geometry)
    draft.geometry = _converted(draft.geometry, crs, title)
    missing = shapely.is_missing(draft.geometry) | shapely.is_empty(draft.geometry)
    draft.geometry[missing] = None
    if table.name != "areas":
        draft.drop(missing, "geometry", "no_geometry")
    wanted = {_DIMENSION[kind] for kind in table.geometry}
    _mend(draft, wanted)
    draft.drop(~_of_kind(draft.geometry, wanted), "geometry", "geometry_kind", _kinds(draft.geometry))
    draft.geometry = _stored(table, draft.geometry)


def _converted(shapes: np.ndarray, crs: Crs, title: str) -> np.ndarray:
    """Transform all coordinates; refuse the file where they can't be of the stated system."""
    points = shapely.get_coordinates(shapes)
    if len(points) == 0:
        return shapes
    x, y = points[:, 0], points[:, 1]
    if crs.degrees and not _plausible(x, y):
        if _plausible(y, x):
            raise _exchanged(title)
        raise CrsMismatch(
            _(
                "{file}: the coordinates are no degrees, but its coordinate system {crs} says so.",
                file=title,
                crs=crs.name,
            ),
            hint=_("State the system they are in, for example --crs 4547."),
        )
    if crs.degrees and _in_china(y, x) and not _in_china(x, y):
        raise _exchanged(title)
    lon, lat = crs_module.to_storage(crs, x, y)
    if not _plausible(lon, lat):
        raise CrsMismatch(
            _("{file}: the coordinates do not fit the coordinate system {crs}.", file=title, crs=crs.name),
            hint=_(
                "Look up the zone; with the zone number before the easting the codes are 4513-4533, else 4534-4554."
            ),
        )
    return shapely.set_coordinates(shapes.copy(), np.column_stack([lon, lat]))


def _plausible(lon: np.ndarray, lat: np.ndarray) -> bool:
    with np.errstate(invalid="ignore"):
        return bool(np.all((np.abs(lon) <= 180) & (np.abs(lat) <= 90)))


def _in_china(lon: np.ndarray, lat: np.ndarray) -> bool:
    west, south, east, north = _CHINA
    return bool(np.all((lon > west) & (lon < east) & (lat > south) & (lat < north)))


def _exchanged(title: str) -> CrsMismatch:
    return CrsMismatch(
        _("{file}: longitude and latitude are exchanged.", file=title),
        hint=_("Export the layer again with longitude (x) first; nothing of this file was loaded."),
    )


def _mend(draft: Draft, wanted: set[int]) -> None:
    """Mend invalid geometries, keeping the parts of the wanted kind; what has none left is rejected."""
    assert draft.geometry is not None  # as in settle
    broken = np.flatnonzero(~shapely.is_missing(draft.geometry) & ~shapely.is_valid(draft.geometry))
    if len(broken) == 0:
        return
    before = np.array([shapely.get_type_id(shape) for shape in draft.geometry[broken]])
    mended = shapely.make_valid(draft.geometry[broken], method="structure", keep_collapsed=False)
    draft.geometry[broken] = [_parts(shape, wanted) for shape in mended]
    lost = np.zeros(len(draft), dtype=bool)
    lost[broken] = shapely.is_missing(draft.geometry[broken])
    draft.note("mended_geometry", int(len(broken) - lost.sum()))
    draft.drop(lost, "geometry", "bad_geometry", [str(kind) for kind in _names(before, broken, len(draft))])


def _names(kinds: np.ndarray, rows: np.ndarray, count: int) -> np.ndarray:
    """Write the kind of each broken geometry at its row."""
    names = np.full(count, "", dtype=object)
    names[rows] = [shapely.GeometryType(kind).name.title() for kind in kinds]
    return names


def _parts(shape: shapely.Geometry, wanted: set[int]) -> shapely.Geometry | None:
    parts = [part for part in shapely.get_parts(shape, return_index=False) if shapely.get_dimensions(part) in wanted]
    flat = [inner for part in parts for inner in shapely.get_parts(part) if not shapely.is_empty(inner)]
    if not flat:
        return None
    return flat[0] if len(flat) == 1 else shapely.union_all(flat)


def _of_kind(shapes: np.ndarray, wanted: set[int]) -> np.ndarray:
    collection = shapely.get_type_id(shapes) == shapely.GeometryType.GEOMETRYCOLLECTION
    return shapely.is_missing(shapes) | (np.isin(shapely.get_dimensions(shapes), [*wanted]) & ~collection)


def _kinds(shapes: np.ndarray) -> list[str]:
    return ["" if shape is None else shape.geom_type for shape in shapes]


def _stored(table: Table, shapes: np.ndarray) -> np.ndarray:
    """Give areas and roads their columns' multi form, and single-part multi geometries elsewhere their single one."""
    kind = {"areas": shapely.multipolygons, "roads": shapely.multilinestrings}.get(table.name)
    stored = shapes.copy()
    for row in np.flatnonzero(~shapely.is_missing(shapes)):
        parts = shapely.get_parts(shapes[row])
        if kind:
            stored[row] = kind(parts)
        elif len(parts) == 1:
            stored[row] = parts[0]
    return stored
