"""`gridmap divide`: tables in, a GeoPackage with grids, assignment, feasibility and changes out."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

import pyogrio
from pyogrio.errors import DataSourceError

from geo import standards
from geo.core.zoning import Options
from geo.core.zoning.options import Profile, Unit
from geo.errors import InputError
from geo.i18n import _, ngettext
from geo.service import zoning
from geo.service.zoning import Outcome, Tables, Tell
from loaders import folder
from loaders.source import check_target


def options(
    *,
    target: float | None,
    tolerance: float,
    outer: float,
    band: tuple[float, float] | None,
    unit: Unit,
    profile: Profile,
    stability: float,
    workload: float,
    locked_grids: Sequence[str],
    locked_buildings: Sequence[str],
    renumber: bool,
) -> Options:
    """Make the engine's options of the command's; without a target the unit's standard holds.

    Raises
    ------
    InputError   a number makes no sense.
    """
    standard = standards.PERSONS_PER_GRID if unit == "persons" else standards.HOUSEHOLDS_PER_GRID
    return Options(
        target=standard if target is None else target,
        tolerance=tolerance,
        outer=max(outer, tolerance),
        band=band,
        unit=unit,
        profile=profile,
        stability=stability,
        workload=workload,
        locked_grids=frozenset(locked_grids),
        locked_buildings=frozenset(locked_buildings),
        renumber=renumber,
    )


def divide_folder(
    path: Path,
    areas: Sequence[str],
    options: Options,
    out: Path,
    *,
    from_plan: bool | None,
    crs: str | None,
    say: Callable[[str], None],
    tell: Tell,
) -> Outcome:
    """Divide what an exchange folder holds; see `divide` and `folder.tables`."""
    _check(out)
    return divide(folder.tables(path, areas, say, crs, out), options, out, from_plan=from_plan, say=say, tell=tell)


def divide_stored(
    owner_url: str,
    areas: Sequence[str],
    options: Options,
    out: Path,
    *,
    from_plan: bool | None,
    say: Callable[[str], None],
    tell: Tell,
) -> Outcome:
    """Divide what the database holds; see `divide` and `stored`."""
    from geo.service.stored_tables import stored
    from geo.store.database import owner_connection

    with owner_connection(owner_url) as conn:
        tables = stored(conn, areas, work=options.workload > 0)
    return divide(tables, options, out, from_plan=from_plan, say=say, tell=tell)


def divide(
    tables: Tables, options: Options, out: Path, *, from_plan: bool | None, say: Callable[[str], None], tell: Tell
) -> Outcome:
    """Divide and write.

    Parameters
    ----------
    out : GeoPackage, replaced whole when everything is done.
    from_plan : see `zoning.run`.
    say, tell : sentences and progress.

    Returns
    -------
    What was written; its `broken` is empty where every hard rule holds.

    Raises
    ------
    InputError   what `zoning.run` refuses, or the file can't be written.
    """
    _check(out)
    found = zoning.run(tables, options, from_plan=from_plan, tell=tell)
    try:
        _write(found, out)
    except (OSError, DataSourceError) as error:
        raise InputError(_("{file} can't be written: {why}.", file=out.name, why=str(error))) from error
    for breach in found.broken:
        say(breach.sentence())
    return found


def _check(out: Path) -> None:
    if out.suffix.lower() != ".gpkg":
        raise InputError(_("{file} must be a GeoPackage, .gpkg.", file=out.name))
    check_target(out)


def summary(found: Outcome) -> str:
    """Say in one line what came out."""
    return _(
        "{grids}, {good:.1%} of them in the band, {moved}.",
        grids=ngettext("{n} grid", "{n} grids", len(found.grids)),
        good=found.good,
        moved=ngettext("{n} household moved", "{n} households moved", sum(found.changes["households_moved"].tolist())),
    )


def _write(found: Outcome, out: Path) -> None:
    """Write the layers beside the target and put the file in its place at the end."""
    with tempfile.TemporaryDirectory(prefix=".divide.", dir=out.parent) as beside:
        path = Path(beside) / "out.gpkg"
        pyogrio.write_dataframe(found.grids, path, layer="grids", driver="GPKG", geometry_type="Polygon")
        for layer in ("assignment", "feasibility", "changes"):
            pyogrio.write_dataframe(getattr(found, layer), path, layer=layer, driver="GPKG", append=True)
        os.replace(path, out)
