"""What makes a database the demo's: its mark, its frozen clock, its accounts; and how it is emptied."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

from geo.service.accounts import ensure_demo_accounts
from geo.store import audit
from geo.store import demo as store
from geo.store.database import owner_connection
from geo.store.migrate import migrate

CITY_TIME = ZoneInfo("Asia/Shanghai")


@dataclass(frozen=True, slots=True)
class Held:
    """What the database holds.

    Attributes
    ----------
    foreign : a city that is not the demo's.
    started : size of the demo city whose load began; empty where none did.
    size : the same, once it was loaded whole.
    """

    foreign: bool
    started: str
    size: str


def held(owner_url: str) -> Held:
    """Tell what the database holds before the demo touches it."""
    with owner_connection(owner_url) as conn:
        demo, size, as_of, areas = store.state(conn)
    return Held(foreign=areas and not demo, started=size, size=size if as_of else "")


def begin(owner_url: str, size: str) -> None:
    """Mark the database as the demo's before its first row."""
    with owner_connection(owner_url) as conn:
        store.begin(conn, size)


def finish(owner_url: str, size: str, until: dt.date) -> None:
    """Set the demo's clock to the end of its last day: figures are of then, whatever today is."""
    with owner_connection(owner_url) as conn:
        store.finish(conn, size, dt.datetime.combine(until, dt.time(23, 59, 59), CITY_TIME))


def renew_accounts(owner_url: str, password: str) -> list[str]:
    """Give every demo account this start's password; captain and worker get the grid with the most open cases."""
    with owner_connection(owner_url) as conn:
        return ensure_demo_accounts(conn, password, store.busiest_grid(conn))


def wipe(owner_url: str, home: Path) -> None:
    """Empty the demo's database and lay the schema anew; its audit log and the notes of its heads go too."""
    with owner_connection(owner_url) as conn:
        audit.heads_file(conn, home).unlink(missing_ok=True)
        store.drop_schema(conn)
    with owner_connection(owner_url) as conn:
        migrate(conn)
