"""Managing accounts from the command line: what an administrator does before anybody can sign in."""

from __future__ import annotations

import re

import psycopg
from argon2 import PasswordHasher

from geo.errors import InputError
from geo.i18n import _, ngettext
from geo.model import Level, level_of
from geo.service.access import Role
from geo.store import account_admin as admin_store
from geo.store import accounts as store

LEAST_PASSWORD = 10
"""Characters. ASVS 5.0 6.2.1 asks for 8 and advises 15; no composition rules and no forced renewal (6.2.4, 6.2.10)."""
USERNAME = re.compile(r"[a-z0-9][a-z0-9._-]{1,39}")


def save(
    conn: psycopg.Connection, username: str, role: Role, area: str | None, display_name: str, password: str
) -> None:
    """Make an account or renew it; a renewed account loses its sessions.

    Parameters
    ----------
    conn : the owner's connection.
    area : division or grid code the account is cut to; None means the whole city.

    Raises
    ------
    InputError   with what is wrong and how to mend it.
    """
    if not USERNAME.fullmatch(username):
        raise InputError(
            _("The account name {name} can't be used.", name=username),
            hint=_("Use 2 to 40 of a-z, 0-9, dot, hyphen and underscore."),
        )
    if len(password) < LEAST_PASSWORD:
        raise InputError(
            ngettext(
                "The password is too short: at least {n} character.",
                "The password is too short: at least {n} characters.",
                LEAST_PASSWORD,
            )
        )
    store.save_account(
        conn,
        username=username,
        display_name=display_name or username,
        password_hash=PasswordHasher().hash(password),
        role=role.value,
        level=_level(conn, role, area).value,
        codes=[area] if area else [],
    )


def _level(conn: psycopg.Connection, role: Role, area: str | None) -> Level:
    """Level of an account's code; the code must exist, and a captain's must be a grid."""
    level = level_of(area) if area else Level.CITY
    if level is None or (area and not admin_store.code_exists(conn, area)):
        raise InputError(
            _("There is no area or grid with the code {code}.", code=area or ""),
            hint=_("Codes have 4 (city), 6, 9, 12 (community) or 15 (grid) digits; load the areas first."),
        )
    if role in (Role.CAPTAIN, Role.WORKER) and level is not Level.GRID:
        raise InputError(_("This role needs a grid: --area with a 15-digit grid code."))
    if role is Role.WALL and level is not Level.CITY:
        raise InputError(_("The wall shows the whole city: leave --area out."))
    return level


def listed(conn: psycopg.Connection) -> list[tuple[str, str, str, str, bool]]:
    """List accounts: name, role, level, codes, disabled."""
    return admin_store.listed(conn)


def disable(conn: psycopg.Connection, username: str) -> None:
    """Close an account and end its sessions.

    Raises
    ------
    InputError   there is no such account.
    """
    if not admin_store.disable(conn, username):
        raise InputError(_("There is no account {name}.", name=username))
    store.close_sessions(conn, username)
