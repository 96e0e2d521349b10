"""Checks of what the product stands on: server, encoding, migrations, rights, settings, disk."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

from geo.i18n import N_, _
from geo.service.check.registry import Context, Result, Status
from geo.settings import unknown_variables
from geo.store import check as store
from geo.store import migrate

OLDEST_SERVER = 150_000
OLDEST_POSTGIS = (3, 3)
DISK_WARN_GB, DISK_FAIL_GB = 5.0, 1.0
"""Free space (GB) under which a load of a city may not end, and under which the server may stop."""


def server_version(context: Context) -> Result:
    """Look at the versions of PostgreSQL and PostGIS."""
    found = store.server(context.conn)
    postgis = tuple(int(part) for part in found.postgis.split(".")[:2])
    old = found.version < OLDEST_SERVER or postgis < OLDEST_POSTGIS
    return Result(
        "server_version",
        Status.FAIL if old else Status.OK,
        N_("Database server"),
        N_("PostgreSQL 15 or newer with PostGIS 3.3 or newer is needed."),
        detail=f"PostgreSQL {found.version // 10_000}.{found.version % 10_000}, PostGIS {found.postgis}",
    )


def encoding(context: Context) -> Result:
    """Look for UTF-8 in encoding and character type: without it the server knows no Chinese letter as one."""
    found = store.server(context.conn)
    plain = found.encoding.upper() in ("UTF8", "UTF-8")
    lettered = found.ctype.upper().replace("-", "").endswith("UTF8")
    return Result(
        "encoding",
        Status.OK if plain and lettered else Status.FAIL,
        N_("Character encoding"),
        N_("Make the database anew with ENCODING 'UTF8' LC_CTYPE 'C.UTF-8' and load a backup into it."),
        detail=f"{found.encoding}, {found.ctype}",
    )


def migrations(context: Context) -> Result:
    """Look for schema steps the database lacks."""
    missing = migrate.pending(context.conn)
    return Result(
        "migrations",
        Status.FAIL if missing else Status.OK,
        N_("Schema up to date"),
        N_("Run any gridmap command that opens the city, for example gridmap load: it brings the schema up to date."),
        len(missing),
        ("migration",),
        [(name,) for name in missing],
    )


def app_login(context: Context) -> Result:
    """Look at the rights of the application's login, on which everybody's scope depends."""
    found = store.app_login(context.conn)
    unforced = store.breaches(context.conn, "unforced_tables", context.today, 50)
    wrong = found is None or any(found) or unforced.count > 0
    return Result(
        "app_login",
        Status.FAIL if wrong else Status.OK,
        N_("Rights of the application's login"),
        N_("gridmap_app must be no superuser, inherit nothing and bypass no row security; every table must force it."),
        unforced.count,
        ("table",),
        unforced.rows,
    )


def settings(context: Context) -> Result:
    """Look for GRIDMAP_ variables that no setting reads: a typo would be ignored without a word."""
    unknown = unknown_variables(context.environment)
    return Result(
        "settings",
        Status.WARN if unknown else Status.OK,
        N_("Settings"),
        N_("No setting has this name: correct it or take it out of the environment."),
        len(unknown),
        ("variable",),
        [(name,) for name in unknown],
    )


def disk_space(context: Context) -> Result:
    """Look at the free space where the embedded cluster and written files are."""
    free_gb = shutil.disk_usage(_existing(context.settings.home)).free / 1e9
    status = Status.FAIL if free_gb < DISK_FAIL_GB else Status.WARN if free_gb < DISK_WARN_GB else Status.OK
    return Result(
        "disk_space",
        status,
        N_("Disk space"),
        N_("Free some space, or set GRIDMAP_HOME to a larger disk: a city with two years of cases takes a few GB."),
        detail=_("{free:.1f} GB free", free=free_gb),
    )


def _existing(path: Path) -> Path:
    """Return the nearest folder that is there already."""
    whole = path.absolute()
    return next(folder for folder in (whole, *whole.parents) if folder.exists())


CHECKS: tuple[Callable[[Context], Result], ...] = (
    server_version,
    encoding,
    migrations,
    app_login,
    settings,
    disk_space,
)
