"""Is everything there that the dashboard needs? Asked before it starts, by `/readyz`, and by its own pages."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from geo.errors import NotAllowed, StoreError, Unavailable
from geo.i18n import N_, _
from geo.model import Scope
from geo.store import health as store
from geo.store.database import Database
from geo.store.health import City

__all__ = ["City", "Fault", "Health"]

PROBE = Scope("scope_wall")
"""The least of the scopes that see the city at all; no person, no case text."""
LEAST_DISK_BYTES = 200 * 1024 * 1024
"""Free space below which the server is not ready: PostgreSQL stops writing when the disk is full."""
CITY_TTL_S = 30.0


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that keeps the dashboard from serving.

    Attributes
    ----------
    check : `database`, `schema`, `city`, `disk`.
    sentence : what it is, message id; the hint says how to mend it.
    fatal : the server refuses to start with it; an empty city is no such thing, it can be loaded later.
    """

    check: str
    sentence: str
    hint: str = ""
    fatal: bool = True


UNREACHABLE = Fault(
    "database", N_("The database can't be reached."), N_("See whether the server is up: gridmap check.")
)
OUTDATED = Fault(
    "schema",
    N_("The database's schema is not this version's."),
    N_("Run gridmap load or gridmap check to bring it up to date."),
)
EMPTY = Fault("city", N_("No city is loaded."), N_("Load one: gridmap load FOLDER."), fatal=False)
FULL = Fault("disk", N_("The disk is almost full."), N_("Free some space in the folder of GRIDMAP_HOME."), fatal=False)


class Health:
    """The state of what the dashboard stands on.

    Parameters
    ----------
    db : the application's pool.
    home : folder whose disk must have room.
    clock : seconds, monotonic.
    """

    def __init__(self, db: Database, home: Path, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._db = db
        self._home = home
        self._clock = clock
        self._city: tuple[float, City] | None = None

    def faults(self) -> list[Fault]:
        """List what keeps the dashboard from serving; empty means ready."""
        found = [*self._database_faults()]
        if shutil.disk_usage(_existing(self._home)).free < LEAST_DISK_BYTES:
            found.append(FULL)
        return found

    def _database_faults(self) -> list[Fault]:
        try:
            with self._db.transaction(PROBE) as conn:
                if not store.current(conn):
                    return [OUTDATED]
                return [] if store.loaded(conn) else [EMPTY]
        except Unavailable:
            return [UNREACHABLE]
        except (StoreError, NotAllowed):
            # No schema, no function or no right to it: a database that was never migrated, or is another version's.
            return [OUTDATED]

    def city(self) -> City:
        """Say what the city is called, whether it is the demo's, and of when its figures are.

        Raises
        ------
        Unavailable
        """
        now = self._clock()
        if self._city is None or now - self._city[0] > CITY_TTL_S:
            with self._db.transaction(PROBE) as conn:
                self._city = (now, store.city(conn))
        return self._city[1]


def sentence(fault: Fault) -> str:
    """Say a fault and how to mend it in the current language."""
    return " ".join(part for part in (_(fault.sentence), _(fault.hint) if fault.hint else "") if part)


def _existing(path: Path) -> Path:
    """Return the path or its nearest folder that exists."""
    path = path.absolute()
    return path if path.exists() else _existing(path.parent)
