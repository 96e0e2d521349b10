"""Which tables a folder or a list of files holds, in the order they load, and the reader of each."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from geo import crs as crs_module
from geo.crs import Crs
from geo.errors import BadSource, CrsMismatch, InputError
from geo.i18n import _, listed
from loaders import csvfile, geofile, headers, workbook
from loaders.rows import Reader, Source
from loaders.tables import TABLES

_TEXT = (".csv", ".txt")
_BOOK = (".xlsx", ".xlsm")
REJECTS = ".rejects.csv"


class StatedCrs:
    """What the person says of coordinate systems: one for files that state none, or one for a table by name.

    Parameters
    ----------
    text : `gcj02`, `4547`, `buildings=gcj02,cases=bd09`, or both kinds joined by commas; None says nothing.

    Raises
    ------
    CrsMismatch   a system or a table is not known.
    """

    def __init__(self, text: str | None = None) -> None:
        self.general: Crs | None = None
        self.tables: dict[str, Crs] = {}
        for part in (text or "").split(","):
            table, equals, system = part.rpartition("=")
            if not part.strip():
                continue
            name = headers.table_of(table) if equals else None
            if equals and name is None:
                raise CrsMismatch(_("--crs names a table that does not exist: {table}.", table=table))
            try:
                crs = crs_module.parse(system)
            except CrsMismatch as error:
                raise CrsMismatch(
                    _("--crs names a coordinate system that is not known: {text}.", text=system.strip()),
                    hint=_("Known are wgs84, cgcs2000, gcj02, bd09 and EPSG codes such as 4490 or 4547."),
                ) from error
            if name:
                self.tables[name] = crs
            else:
                self.general = crs
        self.text = text or ""

    def of(self, table: str) -> Crs | None:
        """Return what holds for a table's rows that state none themselves."""
        return self.tables.get(table) or self.general


def discover(paths: Iterable[Path]) -> list[Source]:
    """Find the tables in folders and files.

    Returns
    -------
    Sources in the order of their tables' dependencies, then of their names.

    Raises
    ------
    InputError   a path is not there, a named file is no table, or a folder holds none.
    """
    found: list[Source] = []
    for path in paths:
        if path.is_dir():
            files = sorted(file for file in path.iterdir() if _readable(file))
            inside = [source for file in files for source in _sources(file, strict=False)]
            if not inside:
                raise InputError(
                    _("The folder {folder} holds no table of the exchange format.", folder=path.name or str(path)),
                    hint=_("Files are named by their table: {tables}.", tables=listed(TABLES)),
                )
            found += inside
        elif path.is_file():
            found += _sources(path, strict=True)
        else:
            raise InputError(_("There is no file or folder {path}.", path=str(path)))
    order = {name: position for position, name in enumerate(TABLES)}
    return sorted(dict.fromkeys(found), key=lambda source: (order[source.table.name], source.title))


def _readable(path: Path) -> bool:
    suffix = path.suffix.lower()
    hidden = path.name.startswith((".", "~$")) or path.name.endswith(REJECTS)
    return path.is_file() and not hidden and suffix in (*_TEXT, *_BOOK, *geofile.SUFFIXES)


def _sources(path: Path, *, strict: bool) -> list[Source]:
    """List the tables of one file: by its name, else by the names of its layers or sheets."""
    own = headers.table_of(path.stem)
    suffix = path.suffix.lower()
    if suffix not in (*_TEXT, *_BOOK, *geofile.SUFFIXES):
        raise BadSource(
            _("{file} is of a kind that is not read.", file=path.name),
            hint=_("Read are CSV, XLSX, GeoPackage, GeoJSON, GeoParquet and Shapefile."),
        )
    if own and (suffix in _TEXT or (suffix in geofile.SUFFIXES and suffix != ".gpkg")):
        return [Source(TABLES[own], path)]
    if suffix in _TEXT or (suffix not in _BOOK and suffix != ".gpkg"):
        inner: list[str] = []
    elif path.stat().st_size == 0:
        raise BadSource(_("{file} is empty.", file=path.name), hint=_("Take it out of the folder or fill it."))
    else:
        inner = [name for name in (workbook.sheets(path) if suffix in _BOOK else geofile.layers(path)) if name]
    named = [Source(TABLES[table], path, name) for name in inner if (table := headers.table_of(name))]
    if own and inner and (len(inner) == 1 or not named):
        return [Source(TABLES[own], path, inner[0])]
    if not named and strict:
        raise BadSource(
            _("{file} is no table of the exchange format by its name.", file=path.name),
            hint=_("Files are named by their table: {tables}.", tables=listed(TABLES)),
        )
    return named


def open_source(source: Source, stated: StatedCrs) -> Reader:
    """Open a source: its header and coordinate system are checked, no row is read.

    Raises
    ------
    BadSource, BadHeader, CrsMismatch   with the file's name and how to mend it.
    """
    suffix = source.path.suffix.lower()
    if suffix in geofile.SUFFIXES:
        return geofile.open_vector(source, stated.general, stated.tables.get(source.table.name))
    if source.table.geometry:
        raise BadSource(
            _("{file} has no geometry; the table {table} needs one.", file=source.title, table=source.table.name),
            hint=_("Load it as GeoPackage, GeoJSON, GeoParquet or Shapefile."),
        )
    return workbook.open_workbook(source) if suffix in _BOOK else csvfile.open_csv(source)


def check_target(target: Path, source: Path | None = None) -> None:
    """Refuse a file that can't be written before any work is done for it.

    Raises
    ------
    InputError   its folder is not there, it is a folder itself, or it is the file that is to be read.
    """
    if not target.parent.is_dir():
        raise InputError(_("There is no file or folder {path}.", path=str(target.parent)))
    if target.is_dir():
        raise InputError(_("{file} is a folder; name the file to write.", file=str(target)))
    if source is not None and target.exists() and source.exists() and target.samefile(source):
        raise InputError(
            _("{file} would be written over itself.", file=target.name), hint=_("Name another file for the answers.")
        )
