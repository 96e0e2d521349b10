"""Tables written in the exchange format: the demo city, an export, and the test city in every dress."""

from __future__ import annotations

import json
import os
import tempfile
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any, Literal

import geopandas as gpd
import numpy as np
import openpyxl
import pandas as pd
import pyarrow as pa
import pyarrow.compute
import pyarrow.csv as pacsv
import pyogrio
import shapely

from geo import crs as crs_module
from geo.core.spreadsheet import safe_cell
from geo.crs import WGS84, Crs
from geo.errors import InputError
from geo.i18n import _
from loaders import headers
from loaders.rows import cell_text
from loaders.tables import TABLES, Kind, Table

pc: Any = pyarrow.compute
"""Its functions are made when it is imported, which no type checker sees."""

GeoFormat = Literal["geoparquet", "gpkg", "geojson", "shp"]
TextFormat = Literal["csv", "xlsx"]
_SUFFIX = {"geoparquet": ".parquet", "gpkg": ".gpkg", "geojson": ".geojson", "shp": ".shp"}
_KINDS = {2: "Polygon", 1: "LineString", 0: "Point"}
_PRIVATE = 0o600


def write_folder(
    tables: Mapping[str, pd.DataFrame],
    folder: Path,
    *,
    geo_format: GeoFormat = "geoparquet",
    text_format: TextFormat = "csv",
    csv_encoding: str = "utf-8",
    language: str = "en",
    crs: str = "wgs84",
    title: str = "",
    spreadsheet: bool = False,
) -> list[Path]:
    """Write tables of the exchange format as files.

    Parameters
    ----------
    tables : frames by table name, headers in English; geometry and points in EPSG:4326.
    csv_encoding : `utf-8`, `utf-8-sig` or `gb18030`; also of a Shapefile's .dbf.
    language : of the headers: `en` or `zh`.
    crs : of the geometry, as `--crs` takes it. GCJ-02 and BD-09 have no code: only GeoJSON can state them.
    title : a title row above the header (CSV, XLSX).
    spreadsheet : text that a spreadsheet would run as a formula gets an apostrophe before it; only for files that are
        meant for one, since it changes the text. XLSX always has it: there text cells can't be told otherwise.

    Returns
    -------
    The files, each of mode 0600.
    """
    folder.mkdir(parents=True, exist_ok=True)
    target = crs_module.parse(crs)
    written: list[Path] = []
    for name, frame in tables.items():
        table = TABLES[name]
        frame = frame[[c for c in frame.columns if c in table.names or c == "geometry"]]
        stem = headers.chinese_table(name) if language == "zh" else name
        if table.geometry:
            path = folder / f"{stem}{_SUFFIX[geo_format]}"
            _write_geometry(
                gpd.GeoDataFrame(frame, geometry="geometry"), table, path, geo_format, target, language, csv_encoding
            )
        else:
            path = folder / f"{stem}.{text_format}"
            texts = _texts(table, frame, target)
            names = _headers(table, texts.column_names, language)
            if text_format == "xlsx":
                _write_workbook(path, texts, names, title)
            else:
                _write_csv(path, _safe(texts) if spreadsheet else texts, names, csv_encoding, title)
        sides = [*folder.glob(f"{stem}.*"), *folder.glob(f"{stem}-*.*")] if table.geometry else [path]
        written += sorted(side for side in sides if side.suffix != ".csv") if table.geometry else sides
    for path in written:
        path.chmod(_PRIVATE)
    return written


def _headers(table: Table, columns: list[str], language: str) -> list[str]:
    return [headers.chinese(table.name).get(column, column) for column in columns] if language == "zh" else columns


def _texts(table: Table, frame: Any, target: Crs) -> pa.Table:
    """Write every column as text; points in the target system, which the row states."""
    if "lon" in frame and not target.degrees:
        target = WGS84  # lon and lat are degrees; a projected system is for geometry
    if "lon" in frame and target.shifted:
        lon, lat = crs_module.from_storage(
            target, frame["lon"].to_numpy(dtype=float), frame["lat"].to_numpy(dtype=float)
        )
        frame = frame.assign(lon=lon, lat=lat, crs=np.where(np.isnan(lon), "", target.name))
    return pa.table({name: _text(frame[name], table.names[name].kind) for name in frame.columns})


def _text(column: Any, kind: Kind) -> pa.Array:
    if pd.api.types.is_datetime64_any_dtype(column.dtype):
        return _stamps(column, kind)
    if pd.api.types.is_float_dtype(column.dtype) or pd.api.types.is_integer_dtype(column.dtype):
        values = pa.array(column, from_pandas=True)
        if kind is Kind.INTEGER and pa.types.is_floating(values.type):
            values = values.cast(pa.int64())
        return values.cast(pa.string()).fill_null("")
    with suppress(pa.ArrowTypeError, pa.ArrowInvalid):  # not all of it is text
        return pa.array(column, pa.string(), from_pandas=True).fill_null("")
    return pa.array([cell_text(None if _missing(value) else value) for value in column.array], pa.string())


def _missing(value: object) -> bool:
    return value is None or value is pd.NA or value is pd.NaT or value != value


def _stamps(column: pd.Series, kind: Kind) -> pa.Array:
    """Write times in ISO 8601 with offset, days alone as days."""
    local = column.dt.tz_localize("Asia/Shanghai") if column.dt.tz is None else column.dt.tz_convert("Asia/Shanghai")
    stamps = pa.array(local, from_pandas=True).cast(pa.timestamp("us", "Asia/Shanghai"))
    if kind is Kind.DATE:
        return pc.strftime(stamps, "%Y-%m-%d").fill_null("")
    if not (local.dt.microsecond.fillna(0) != 0).any():  # arrow writes as many digits of a second as the type holds
        stamps = stamps.cast(pa.timestamp("s", "Asia/Shanghai"))
    return pc.strftime(stamps, "%Y-%m-%dT%H:%M:%S%z").fill_null("")


def _safe(texts: pa.Table) -> pa.Table:
    columns = {
        name: pa.array([safe_cell(value) for value in texts[name].to_pylist()], pa.string())
        for name in texts.column_names
    }
    return pa.table(columns)


def _write_csv(path: Path, texts: pa.Table, names: list[str], encoding: str, title: str) -> None:
    """Write RFC 4180 text; pyarrow writes UTF-8, other encodings are recoded block by block."""
    bom = b"\xef\xbb\xbf" if encoding == "utf-8-sig" else b""
    plain = "utf-8" if encoding == "utf-8-sig" else encoding
    with private(path) as file:
        file.write(bom)
        if title:
            file.write((title + "," * (len(names) - 1) + "\n").encode(plain))
        file.write((",".join(names) + "\n").encode(plain))
        for start in range(0, len(texts), 100_000):
            sink = pa.BufferOutputStream()
            options = pacsv.WriteOptions(include_header=False, quoting_style="needed")
            pacsv.write_csv(texts.slice(start, 100_000), sink, options)
            block = sink.getvalue().to_pybytes()
            file.write(block if plain == "utf-8" else block.decode("utf-8").encode(plain))


def _write_workbook(path: Path, texts: pa.Table, names: list[str], title: str) -> None:
    """Write a workbook of text cells: a code in a number cell would lose its zeros."""
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("Sheet1")
    if title:
        sheet.append([title])
    sheet.append(names)
    for row in zip(*(texts[name].to_pylist() for name in texts.column_names), strict=True):
        sheet.append([safe_cell(value) if value else None for value in row])
    with private(path) as file:
        book.save(file)


@contextmanager
def fresh_folder(folder: Path) -> Iterator[Path]:
    """Give a place to write the files of a new or an empty folder; they are in the folder once all are written.

    Raises
    ------
    InputError   the folder holds something, which might be replaced or taken for what is written; or it can't be
        written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if found := min((path.name for path in folder.iterdir()), default=None):
            raise InputError(
                _("{folder} already holds {name}.", folder=str(folder), name=found),
                hint=_("Name a new or an empty folder: no file is replaced."),
            )
        with tempfile.TemporaryDirectory(prefix=".part-", dir=folder) as part:
            yield Path(part)
            for path in Path(part).iterdir():
                path.replace(folder / path.name)
    except OSError as error:
        raise InputError(
            _("{folder} can't be written: {why}.", folder=str(folder), why=error.strerror or "")
        ) from error


def private(path: Path) -> IO[bytes]:
    """Open a file for writing that nobody else may read, from its first byte on."""
    path.unlink(missing_ok=True)
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _PRIVATE), "wb")


def _write_geometry(
    frame: gpd.GeoDataFrame, table: Table, path: Path, form: GeoFormat, target: Crs, language: str, encoding: str
) -> None:
    """Write a geometry table in its system."""
    shapes = shapely.transform(
        frame.geometry.to_numpy(), lambda xy: np.column_stack(crs_module.from_storage(target, xy[:, 0], xy[:, 1]))
    )
    columns = [name for name in frame.columns if name != "geometry"]
    names = _headers(table, columns, language)
    texts = {new: _attribute(frame[old], table.names[old].kind) for new, old in zip(names, columns, strict=True)}
    out = gpd.GeoDataFrame(texts, geometry=shapes, crs=target.definition or None)
    with private(path):
        pass
    if form == "geoparquet":
        out.to_parquet(path, compression="zstd")
        return
    if form == "geojson":
        path.unlink()
        _write_geojson(out, path, target)
        return
    path.unlink()
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="'crs' was not provided")
        warnings.filterwarnings("ignore", message="Normalized/laundered field name")
        warnings.filterwarnings("ignore", message="Column names longer than 10 characters")
        if form == "gpkg":
            out.to_file(path, layer=path.stem, driver="GPKG")
            return
        for part, rows, kind in _parts(out, path):
            encoding = "GB18030" if encoding.lower().startswith("gb") else "UTF-8"
            rows = rows.rename(columns={name: headers.cut(name, encoding) for name in names})
            rows.to_file(part, driver="ESRI Shapefile", encoding=encoding, geometry_type=kind)


def _parts(frame: Any, path: Path) -> list[tuple[Path, gpd.GeoDataFrame, str]]:
    """Split a table by dimension: a Shapefile holds one kind of geometry. Rows without any go with the largest."""
    dimension = shapely.get_dimensions(frame.geometry.to_numpy())
    found = [kind for kind in _KINDS if (dimension == kind).any()] or [2]
    dimension[~np.isin(dimension, found)] = found[0]
    return [
        (
            path if kind == found[0] else path.with_stem(f"{path.stem}-{_KINDS[kind].lower()}"),
            frame[dimension == kind],
            _KINDS[kind],
        )
        for kind in found
    ]


def _attribute(column: Any, kind: Kind) -> pd.Series:
    """Keep whole numbers as numbers, everything else as text."""
    if kind is Kind.INTEGER:
        numbers: Any = pd.to_numeric(column)
        return pd.Series(pd.array(numbers, dtype="Int64"))
    return pd.Series(_text(column, kind).to_pandas().to_numpy(), dtype="str")


def _write_geojson(frame: gpd.GeoDataFrame, path: Path, target: Crs) -> None:
    """Write GeoJSON: WGS-84 by its standard; any other system is named in the older `crs` member."""
    pyogrio.write_dataframe(frame.set_crs(4326, allow_override=True), path, driver="GeoJSON", COORDINATE_PRECISION=15)
    content = json.loads(path.read_bytes())
    content.pop("crs", None)
    if target != WGS84:
        name = target.name if target.shifted else f"urn:ogc:def:crs:EPSG::{target.definition.removeprefix('EPSG:')}"
        content = {"type": content["type"], "crs": {"type": "name", "properties": {"name": name}}} | content
    path.write_text(json.dumps(content, ensure_ascii=False), "utf-8")
