"""Accounts made on the command line: what is refused, and that closing one ends its sessions."""

from __future__ import annotations

import datetime as dt

import psycopg
import pytest

from geo.errors import InputError
from geo.service import account_admin
from geo.service.access import Role
from geo.store import accounts as store

GRID = "640202001001001"


@pytest.fixture
def with_grid(owner: psycopg.Connection) -> psycopg.Connection:
    """Give a database with one community and one grid."""
    square = "SRID=4326;MULTIPOLYGON(((106 39, 106.01 39, 106.01 39.01, 106 39.01, 106 39)))"
    owner.execute("INSERT INTO area (code, name, level, geom) VALUES ('640202001001', 'A', 'community', %s)", (square,))
    owner.execute("INSERT INTO plan (status, valid_from) VALUES ('published', now())")
    owner.execute(
        "INSERT INTO grid (plan_id, grid_code, community_code, geom) SELECT plan_id, %s, left(%s, 12), %s FROM plan",
        (GRID, GRID, square),
    )
    return owner


def test_captain_of_a_grid(with_grid: psycopg.Connection) -> None:
    account_admin.save(with_grid, "li.na", Role.CAPTAIN, GRID, "", "correct horse battery")
    assert account_admin.listed(with_grid) == [("li.na", "captain", "grid", GRID, False)]


@pytest.mark.parametrize(
    ("name", "role", "area", "password", "said"),
    [
        ("li", Role.CAPTAIN, None, "correct horse", "网格"),
        ("li", Role.CAPTAIN, "640202001001", "correct horse", "网格"),
        ("li", Role.COMMAND, "640202999999", "correct horse", "640202999999"),
        ("li", Role.COMMAND, "12", "correct horse", "12"),
        ("li", Role.WALL, "640202001001", "correct horse", "--area"),
        ("Li Na", Role.COMMAND, None, "correct horse", "Li Na"),
        ("li", Role.COMMAND, None, "short", "10"),
    ],
)
def test_refusals_say_what_is_wrong(
    with_grid: psycopg.Connection, name: str, role: Role, area: str | None, password: str, said: str
) -> None:
    with pytest.raises(InputError, match=said):
        account_admin.save(with_grid, name, role, area, "", password)
    assert account_admin.listed(with_grid) == []


def test_disabling_ends_sessions(owner: psycopg.Connection) -> None:
    account_admin.save(owner, "li", Role.COMMAND, None, "", "correct horse battery")
    now = dt.datetime.now(dt.UTC)
    store.open_session(owner, b"hash", "li", now, now + dt.timedelta(hours=1))
    account_admin.disable(owner, "li")
    assert store.session_account(owner, b"hash", now, now - dt.timedelta(hours=1)) is None
    with pytest.raises(InputError, match="nobody"):
        account_admin.disable(owner, "nobody")
