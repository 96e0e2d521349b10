"""Files with geometry: GeoPackage, GeoJSON, GeoParquet and Shapefile; and Parquet without any.

A file says its coordinate system or the person does (`--crs`); nobody guesses. GeoJSON without a `crs` member is
WGS-84 by RFC 7946. GCJ-02 and BD-09 have no code a file could carry: GeoJSON may name them in its `crs` member, other
formats leave theirs empty and `--crs` states it.
"""

from __future__ import annotations

import codecs
import hashlib
import json
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pyogrio
import shapely
from pyogrio.errors import DataLayerError, DataSourceError

from geo import crs as crs_module
from geo.crs import Crs
from geo.errors import BadSource, CrsMismatch
from geo.i18n import _
from loaders import headers
from loaders.rows import CHUNK_ROWS, Opened, Raw, Source, cell_text

SUFFIXES = (".gpkg", ".geojson", ".json", ".shp", ".parquet", ".geoparquet")
_PARQUET = (".parquet", ".geoparquet")
_SIDE_FILES = (".shp", ".dbf", ".shx", ".prj", ".cpg")
_GEOMETRY = "geometry"
_BYTES = "ISO-8859-1"
"""Every byte is a character of it, so text read in it can be turned back into its bytes."""


def layers(path: Path) -> list[str | None]:
    """Name a file's layers; a format without layers has one without a name.

    Raises
    ------
    BadSource   no such format inside.
    """
    if path.suffix.lower() != ".gpkg":
        return [None]
    try:
        return [str(name) for name, _kind in pyogrio.list_layers(path)]
    except DataSourceError as error:
        raise _unreadable(path) from error


def _unreadable(path: Path) -> BadSource:
    if path.stat().st_size == 0:
        return BadSource(_("{file} is empty.", file=path.name), hint=_("Take it out of the folder or fill it."))
    return BadSource(
        _("{file} can't be read: it is damaged, or it is not what its name says.", file=path.name),
        hint=_("A Shapefile needs its .shp, .shx and .dbf beside one another."),
    )


@dataclass(slots=True)
class VectorReader(Opened):
    """An opened layer."""

    encoding: str | None = None
    names: tuple[str, ...] = ()

    def chunks(self) -> Iterator[Raw]:
        """Hand out the features; see `Reader`. A layer is read whole: it is small beside people and cases."""
        frame: Any = _read(self.source, self.encoding)
        shapes = frame.geometry.to_numpy() if isinstance(frame, gpd.GeoDataFrame) else None
        texts = {name: _texts(frame[self.names[at]]) for name, at in self.header.columns.items()}
        if shapes is not None and not self.source.table.geometry:
            texts |= _points(self.source, texts, shapes, self.crs)
        for number, first in enumerate(range(0, len(frame), CHUNK_ROWS)):
            last = min(len(frame), first + CHUNK_ROWS)
            yield Raw(
                number,
                np.arange(first + 1, last + 1, dtype=np.int64),
                {name: column.slice(first, last - first) for name, column in texts.items()},
                None if shapes is None or not self.source.table.geometry else shapes[first:last],
                done=last / len(frame),
            )


def _texts(column: Any) -> pa.Array:
    """Write a typed column as text; numbers without a needless point, missing values empty."""
    if isinstance(column.dtype, pd.StringDtype):
        return pa.array(column.fillna(""), pa.string())
    if pd.api.types.is_integer_dtype(column.dtype) and not column.hasnans:
        return pa.array(column.astype("str"), pa.string())
    return pa.array([cell_text(None if pd.isna(value) else value) for value in column.array], pa.string())


def _points(source: Source, texts: dict[str, pa.Array], shapes: np.ndarray, crs: Crs | None) -> dict[str, pa.Array]:
    """Give a table with lon and lat columns its features' points where the file has no such columns."""
    if "lon" not in source.table.names or "lon" in texts or crs is None:
        return {}
    known = ~(shapely.is_missing(shapes) | shapely.is_empty(shapes))
    lon, lat = np.full(len(shapes), np.nan), np.full(len(shapes), np.nan)
    centre = shapely.centroid(shapes[known])
    lon[known], lat[known] = crs_module.to_storage(crs, shapely.get_x(centre), shapely.get_y(centre))
    number = [pa.array([cell_text(float(value)) for value in values], pa.string()) for values in (lon, lat)]
    return {"lon": number[0], "lat": number[1], "crs": pa.array(["wgs84"] * len(shapes), pa.string())}


def _read(source: Source, encoding: str | None) -> pd.DataFrame:
    path = source.path
    try:
        if path.suffix.lower() in _PARQUET:
            return gpd.read_parquet(path) if _geo_metadata(path) else pq.read_table(path).to_pandas()
        if encoding is None:
            return pyogrio.read_dataframe(path, layer=source.layer)
        return _recoded(pyogrio.read_dataframe(path, encoding=_BYTES), encoding)
    except (DataSourceError, DataLayerError, pa.ArrowInvalid, ValueError) as error:
        raise _unreadable(path) from error


def _recode(text: str, encoding: str) -> str:
    """Read a .dbf's bytes as the text they are; a character cut in two at the end of a field or header is left out."""
    return text.encode(_BYTES, "replace").decode(encoding, "ignore")


def _recoded(frame: pd.DataFrame, encoding: str) -> pd.DataFrame:
    frame = frame.rename(columns={name: _recode(name, encoding) for name in frame.columns})
    for name in frame.columns:
        if isinstance(frame[name].dtype, pd.StringDtype) or frame[name].dtype == object:
            frame[name] = [_recode(value, encoding) if isinstance(value, str) else None for value in frame[name].array]
    return frame


def open_vector(source: Source, stated: Crs | None, override: Crs | None) -> VectorReader:
    """Open a layer as a table.

    Parameters
    ----------
    stated : the system `--crs` gives for files that state none.
    override : the system `--crs TABLE=...` gives for this table, whatever its file states.

    Raises
    ------
    BadSource     unreadable.
    BadHeader     see `headers.match`.
    CrsMismatch   the file states no system and neither does the person.
    """
    path = source.path
    if path.stat().st_size == 0:
        raise _unreadable(path)
    encoding = _dbf_encoding(path) if path.suffix.lower() == ".shp" else None
    names, own, has_geometry = _describe(source, encoding)
    header = headers.match(source.table, names, cut=path.suffix.lower() == ".shp")
    crs = None
    if has_geometry:
        crs = override or own or stated
        if crs is None:
            raise CrsMismatch(
                _("{file} does not say its coordinate system.", file=source.title),
                hint=_(
                    "State it, for example --crs 4490 (CGCS2000 degrees), --crs 4547 (CGCS2000, 3-degree zone of 114E),"
                    " --crs gcj02, or for this table alone --crs {table}=gcj02; a Shapefile says it in its .prj file.",
                    table=source.table.name,
                ),
            )
    elif source.table.geometry:
        raise BadSource(
            _("{file} has no geometry; the table {table} needs one.", file=source.title, table=source.table.name),
            hint=_("Load it as GeoPackage, GeoJSON, GeoParquet or Shapefile."),
        )
    return VectorReader(
        source=source, header=header, fingerprint=_sha256(path), crs=crs, encoding=encoding, names=tuple(names)
    )


def _describe(source: Source, encoding: str | None) -> tuple[list[str], Crs | None, bool]:
    """Return a layer's column names, the system it states, and whether it has geometry."""
    path = source.path
    if path.suffix.lower() in _PARQUET:
        try:
            names = pq.read_schema(path).names
        except pa.ArrowInvalid as error:
            raise _unreadable(path) from error
        geo = _geo_metadata(path)
        if not geo:
            return names, None, False
        main = geo.get("primary_column", _GEOMETRY)
        column = geo.get("columns", {}).get(main, {})
        # GeoParquet: no `crs` member means longitude and latitude of WGS-84, null means unknown
        own = crs_module.WGS84 if "crs" not in column else None
        if column.get("crs"):
            own = crs_module.from_definition(json.dumps(column["crs"]))
        return [name for name in names if name != main], own, True
    try:
        info = pyogrio.read_info(path, layer=source.layer, encoding=_BYTES if encoding else None)
    except (DataSourceError, DataLayerError) as error:
        raise _unreadable(path) from error
    own = None
    if path.suffix.lower() in (".geojson", ".json"):
        own = _geojson_crs(path)
    elif info["crs"] and "undefined" not in info["crs"].lower():
        own = crs_module.from_definition(info["crs"])
    names = [str(name) for name in info["fields"]]
    return [_recode(name, encoding) for name in names] if encoding else names, own, bool(info["geometry_type"])


def _geo_metadata(path: Path) -> dict:
    """Return a Parquet file's geo metadata, empty where it has none."""
    try:
        return json.loads((pq.read_schema(path).metadata or {}).get(b"geo", b"{}"))
    except pa.ArrowInvalid as error:
        raise _unreadable(path) from error


def _geojson_crs(path: Path) -> Crs:
    """Read GeoJSON's `crs` member, at the head or the end of the file; without one it is WGS-84 (RFC 7946)."""
    with path.open("rb") as file:
        head = file.read(64 << 10)
        file.seek(max(0, path.stat().st_size - (4 << 10)))
        tail = file.read()
    member = re.compile(rb'"crs"\s*:\s*\{\s*"type"\s*:\s*"name"\s*,\s*"properties"\s*:\s*\{\s*"name"\s*:\s*"([^"]+)"')
    found = member.search(head) or member.search(tail)
    return crs_module.parse(found[1].decode("utf-8", "replace")) if found else crs_module.WGS84


def _dbf_encoding(path: Path) -> str:
    """Tell the encoding of a Shapefile's .dbf: what its .cpg states, else UTF-8 or GB18030, whichever garbles less."""
    sides = {side.suffix.lower(): side for side in path.parent.glob(f"{_escaped(path.stem)}.*")}
    if ".cpg" in sides:
        stated = sides[".cpg"].read_text("ascii", "replace").strip().lower()
        if re.search(r"gb|936", stated):
            return "gb18030"
        with suppress(LookupError):
            return codecs.lookup(stated).name
    if ".dbf" not in sides:
        raise _unreadable(path)
    raw = sides[".dbf"].read_bytes()
    start = int.from_bytes(raw[8:10], "little")
    names = b"".join(raw[at : at + 11] for at in range(32, max(32, start - 1), 32))
    garbled = {name: (names + raw[start:]).decode(name, "replace").count("\ufffd") for name in ("utf-8", "gb18030")}
    return "utf-8" if garbled["utf-8"] <= garbled["gb18030"] else "gb18030"


def _escaped(stem: str) -> str:
    return re.sub(r"([*?\[])", r"[\1]", stem)


def _sha256(path: Path) -> str:
    """Hash a file, a Shapefile with its side files."""
    digest = hashlib.sha256()
    parts = [path]
    if path.suffix.lower() == ".shp":
        beside = path.parent.glob(f"{_escaped(path.stem)}.*")
        parts = sorted(side for side in beside if side.suffix.lower() in _SIDE_FILES)
    for part in parts:
        with part.open("rb") as file:
            while block := file.read(4 << 20):
                digest.update(block)
    return digest.hexdigest()
