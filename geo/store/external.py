"""A database of the site's own: `GRIDMAP_DATABASE_URL`, PostgreSQL 15 or newer with PostGIS 3.3 or newer.

What its login must be allowed is looked at before anything is changed, and said in one go: an administrator reads the
sentence once, not one refusal after the other.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from geo.errors import ConfigError, Unavailable
from geo.i18n import _
from geo.settings import Settings
from geo.store.database import APP_LOGIN, OWNER_ROLE, SCOPE_ROLES, connect, store_errors
from geo.store.migrate import make_roles
from geo.store.sql import queries

SQL = queries("external")

OLDEST_SERVER = 15
OLDEST_POSTGIS = (3, 3)


def logins(settings: Settings) -> tuple[str, str]:
    """Check an external database and return the owner's and the application's connection strings.

    Parameters
    ----------
    settings : `database_url` is the owner's login; `app_database_url` the application's. Without the latter the
        login `gridmap_app` gets a password of its own, kept in a file under `home`.

    Raises
    ------
    ConfigError   the server is too old or lacks PostGIS, a login lacks a right or has too many.
    Unavailable   the server can't be reached.
    """
    owner_url = settings.database_url.get_secret_value() if settings.database_url else ""
    with store_errors(), connect(owner_url, autocommit=True) as conn:
        check_server(conn)
        check_rights(conn)
        given = settings.app_database_url
        with _roles_of_others(conn.info.user):
            make_roles(conn)
            app_url = given.get_secret_value() if given else _own_app_url(conn, owner_url, settings.home)
    check_app_login(app_url)
    return owner_url, app_url


@contextmanager
def _roles_of_others(login: str) -> Iterator[None]:
    """Say what to do where the roles are there already and another login's (PostgreSQL 16 and newer)."""
    try:
        yield
    except psycopg.errors.InsufficientPrivilege as error:
        raise ConfigError(
            _("The roles of GridMap were made by another login; {login} may not use them.", login=login),
            hint=_(
                "Let the server's administrator run: {sql}",
                sql=f"GRANT {OWNER_ROLE}, {APP_LOGIN} TO {login} WITH ADMIN OPTION;",
            ),
        ) from error


def check_server(conn: psycopg.Connection) -> None:
    """Refuse a server that is too old, a database that is not UTF-8, a PostGIS that is too old or not to be had.

    Raises
    ------
    ConfigError
    """
    version = conn.info.server_version // 10_000
    if version < OLDEST_SERVER:
        raise ConfigError(
            _("The database server is PostgreSQL {version}; 15 or newer is needed.", version=version),
            hint=_("Name a newer server in GRIDMAP_DATABASE_URL, or leave it out: an embedded one is used."),
        )
    encoding = conn.info.parameter_status("server_encoding")
    if encoding != "UTF8":
        raise ConfigError(
            _("The database is encoded in {encoding}, not in UTF-8.", encoding=encoding),
            hint=_("Make one: CREATE DATABASE gridmap ENCODING 'UTF8' LC_CTYPE 'C.UTF-8' TEMPLATE template0;"),
        )
    row = conn.execute(SQL["postgis"]).fetchone()
    postgis = str(row[0]) if row else "0"
    if tuple(int(part) for part in postgis.split(".")[:2] if part.isdigit()) < OLDEST_POSTGIS:
        raise ConfigError(
            _("The database server has no PostGIS 3.3 or newer (found: {version}).", version=postgis),
            hint=_("Install it on the server, for example: apt-get install postgresql-15-postgis-3"),
        )


def check_rights(conn: psycopg.Connection) -> None:
    """Refuse a login that lacks a right the migrations need, with the statements that give all it lacks.

    Raises
    ------
    ConfigError
    """
    known = {"roles": [*SCOPE_ROLES, OWNER_ROLE, APP_LOGIN], "owner": OWNER_ROLE}
    roles, create, postgis = conn.execute(SQL["rights"], known).fetchone() or (False, False, False)
    login = sql.Identifier(conn.info.user).as_string(conn)
    database = sql.Identifier(conn.info.dbname).as_string(conn)
    missing = [
        *([] if roles else [f"ALTER ROLE {login} CREATEROLE;"]),
        *([] if create else [f"GRANT CREATE ON DATABASE {database} TO {login};"]),
        *([] if postgis else ["CREATE EXTENSION postgis;"]),
    ]
    if missing:
        raise ConfigError(
            _(
                "The login {login} lacks a right: it must be able to make roles (CREATEROLE) and a schema in its"
                " database (CREATE), and PostGIS must be installed there.",
                login=conn.info.user,
            ),
            hint=_("Let the server's administrator run in that database: {sql}", sql=" ".join(missing)),
        )


def _own_app_url(conn: psycopg.Connection, owner_url: str, home: Path) -> str:
    """Return the application's connection string, its password made at first use.

    A password that no longer fits is set anew: another installation on the same server may have changed it.
    """
    kept = home / "secrets" / f"{APP_LOGIN}@external"
    if kept.exists():
        url = _as_app(owner_url, kept.read_text("ascii"))
        try:
            connect(url).close()
        except Unavailable:
            kept.unlink()
        else:
            return url
    if not conn.execute(SQL["may_set_password"]).fetchone():
        raise ConfigError(
            _("The login {login} may not give the application's login a password.", login=conn.info.user),
            hint=_("Let the administrator give gridmap_app one, and name its connection in GRIDMAP_APP_DATABASE_URL."),
        )
    kept.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with os.fdopen(os.open(kept, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(secrets.token_hex(24))
    password = kept.read_text("ascii")
    statement = sql.SQL("ALTER ROLE {} PASSWORD {}").format(sql.Identifier(APP_LOGIN), sql.Literal(password))
    conn.execute(statement)
    return _as_app(owner_url, password)


def _as_app(owner_url: str, password: str) -> str:
    """Return the owner's connection string with the application's name and password in it."""
    return make_conninfo("", **(conninfo_to_dict(owner_url) | {"user": APP_LOGIN, "password": password}))


def check_app_login(app_url: str) -> None:
    """Refuse an application's login that could get round row-level security.

    Raises
    ------
    ConfigError   it can't sign in, or it is a superuser, bypasses row-level security, or can act as the owner.
    """
    try:
        conn = connect(app_url)
    except Unavailable as error:
        raise ConfigError(
            _("The application's login {login} can't sign in to the database.", login=APP_LOGIN),
            hint=_("Allow it in the server's pg_hba.conf, or give its own connection in GRIDMAP_APP_DATABASE_URL."),
        ) from error
    with store_errors(), conn:
        row = conn.execute(SQL["app_login"], {"owner": OWNER_ROLE}).fetchone()
    if row is None or row[0]:
        raise ConfigError(
            _("The application's login has rights it must not have."),
            hint=_("GRIDMAP_APP_DATABASE_URL names the login gridmap_app, not the owner's and not a superuser's."),
        )
