"""What a process remembers of the register of places, kept up with the database; it holds no person.

The whole city is remembered once a process; what is answered from it is cut to the viewer by the caller. A change of
areas, buildings, dwellings, grids or aliases is seen at the next question, and the register is then read anew.
"""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass

from geo.core.address.directory import Directory
from geo.core.address.marks import Marker
from geo.core.geocode import Register
from geo.service.memory import WHOLE_CITY
from geo.store.database import Database
from geo.store.register import register_frames
from geo.store.review import row
from geo.store.situation import allow_long_reads

RECHECK_S = 1.0
"""Seconds between two looks at the register's versions."""


@dataclass(frozen=True)
class Book:
    """The register at one state of the city: the matcher, places by name and key, and the marking of texts."""

    state: str
    register: Register
    places: Directory
    marker: Marker


class AddressBook:
    """The book of a process.

    Parameters
    ----------
    db : the application's pool.
    """

    def __init__(self, db: Database) -> None:
        self._db = db
        self._lock = threading.Lock()
        self._book: Book | None = None
        self._checked = float("-inf")

    def current(self) -> Book:
        """Return the newest book; while another request reads a newer one, the last."""
        book = self._book
        if book is not None and time.monotonic() - self._checked < RECHECK_S:
            return book
        if not self._lock.acquire(blocking=book is None):
            return book or self.current()
        try:
            if self._book is None or time.monotonic() - self._checked >= RECHECK_S:
                self._book = self._read(self._book)
                self._checked = time.monotonic()
            return self._book
        finally:
            self._lock.release()

    def forget(self) -> None:
        """Look at the versions at the next question, however soon it comes."""
        self._checked = float("-inf")

    def _read(self, old: Book | None) -> Book:
        with self._db.transaction(WHOLE_CITY) as conn:
            found = row(conn, "versions")
            state = found["state"] if found else ""
            if old is not None and old.state == state:
                return old
            allow_long_reads(conn)
            frames = register_frames(conn)
        register = Register.build(*frames)
        places = Directory(register, frames.areas, frames.buildings, frames.dwellings, frames.aliases)
        return Book(state, register, places, Marker(places.kinds()))
