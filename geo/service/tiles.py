"""Vector tiles for a viewer: made under the viewer's scope, kept under a token of data version and scope.

The token is an HMAC of both under the installation's secret, so nobody can guess another scope's, and a tile that was
made for one scope is never found by another: the token is part of the key it is kept under.
"""

from __future__ import annotations

import datetime as dt
import gzip
import hmac
import threading
import time
from collections import OrderedDict
from dataclasses import dataclass

from geo.errors import NotAllowed, NotFound
from geo.i18n import _
from geo.model import Scope
from geo.service.access import AUTH_SCOPE, Viewer
from geo.store import tiles as store
from geo.store.database import Database

DEEPEST_ZOOM = 22
KEPT_BYTES = 64 * 2**20
"""Tiles a process remembers, as sent (gzip)."""
RECHECK_S = 1.0
"""Seconds between two looks at the data versions."""
_GZIP_LEVEL = 4


@dataclass(frozen=True, slots=True)
class TileLayer:
    """How a layer is answered.

    Attributes
    ----------
    first_zoom : tiles above (smaller zoom) are empty; a 512 px tile of zoom z is drawn at the map's zoom z + 1.
    made_of : data layers whose change changes a tile.
    daily : whether a tile also changes with the day.
    """

    first_zoom: int
    made_of: tuple[str, ...]
    daily: bool = False


LAYERS: dict[str, TileLayer] = {
    "grids": TileLayer(8, ("grids",)),
    "buildings": TileLayer(13, ("buildings", "grids", "households")),
    "dwellings": TileLayer(14, ("buildings", "grids", "dwellings")),
    "cases": TileLayer(15, ("cases", "buildings"), daily=True),
    "devices": TileLayer(14, ("devices", "buildings")),
    "roads": TileLayer(8, ("roads",)),
    "water": TileLayer(8, ("water",)),
}


@dataclass(frozen=True, slots=True)
class Tile:
    """One answer.

    Attributes
    ----------
    body : the vector tile, gzip; empty where nothing lies in it.
    version : the token this answer is of, for this viewer.
    """

    body: bytes
    version: str


class Tiles:
    """The one door to vector tiles.

    Parameters
    ----------
    db : the application's pool.
    kept_bytes : how much is remembered.
    recheck_s : seconds between two looks at the data versions.
    """

    def __init__(self, db: Database, kept_bytes: int = KEPT_BYTES, recheck_s: float = RECHECK_S) -> None:
        self._db = db
        self._kept: OrderedDict[tuple[str, str, int, int, int], bytes] = OrderedDict()
        self._kept_bytes = 0
        self._most_bytes = kept_bytes
        self._recheck_s = recheck_s
        self._lock = threading.Lock()
        self._state: tuple[float, dict[str, int], dt.date] | None = None
        self._secret: bytes | None = None

    def version(self, viewer: Viewer, layer: str) -> str:
        """Return the token of a layer's present state for a viewer.

        Raises
        ------
        NotFound     no such layer.
        NotAllowed   the viewer's role does not see it.
        """
        return self._token(viewer, layer, self._versions())

    def tile(self, viewer: Viewer, layer: str, z: int, x: int, y: int) -> Tile:
        """Return one tile of a layer as the viewer may see it now.

        Raises
        ------
        NotFound     no such layer or tile.
        NotAllowed   the viewer's role does not see the layer.
        """
        state = self._versions()
        token = self._token(viewer, layer, state)
        if not (0 <= z <= DEEPEST_ZOOM and 0 <= x < 2**z and 0 <= y < 2**z):
            raise NotFound(_("There is no such tile."))
        if z < LAYERS[layer].first_zoom:
            return Tile(b"", token)
        key = (layer, token, z, x, y)
        body = self._recall(key)
        if body is None:
            body = self._make(viewer, layer, (z, x, y), state[1])
            self._remember(key, body)
        return Tile(body, token)

    @property
    def remembered_bytes(self) -> int:
        """How many bytes of tiles are remembered."""
        return self._kept_bytes

    def _make(self, viewer: Viewer, layer: str, place: tuple[int, int, int], today: dt.date) -> bytes:
        query = "buildings_banded" if layer == "buildings" and not viewer.exact else layer
        with self._db.transaction(viewer.scope) as conn:
            body = store.tile(conn, query, *place, today)
        # Without a time in its header, so that the same tile is the same bytes.
        return gzip.compress(body, _GZIP_LEVEL, mtime=0) if body else b""

    def _token(self, viewer: Viewer, layer: str, state: tuple[dict[str, int], dt.date]) -> str:
        if layer not in LAYERS:
            raise NotFound(_("There is no such layer."))
        if layer == "cases" and not viewer.may.cases:
            raise NotAllowed(_("This account does not see single cases."))
        versions, today = state
        scope = viewer.scope
        parts = [layer, *(str(versions[name]) for name in LAYERS[layer].made_of)]
        parts += [today.isoformat()] if LAYERS[layer].daily else []
        parts += [scope.role, str(viewer.exact), *scope.codes]
        return hmac.digest(self._key(), "\n".join(parts).encode(), "sha256").hex()[:32]

    def _key(self) -> bytes:
        """Return the installation's secret, read once."""
        if self._secret is None:
            with self._db.transaction(AUTH_SCOPE) as conn:
                self._secret = store.secret(conn)
        return self._secret

    def _versions(self) -> tuple[dict[str, int], dt.date]:
        """Return how far the layers have changed, at most `recheck_s` seconds old."""
        state = self._state
        if state is None or time.monotonic() - state[0] >= self._recheck_s:
            asked = time.monotonic()
            # data_version and city are the same for every scope.
            with self._db.transaction(Scope("scope_wall")) as conn:
                state = (asked, *store.versions(conn))
            self._state = state
        return state[1], state[2]

    def _recall(self, key: tuple[str, str, int, int, int]) -> bytes | None:
        with self._lock:
            if key not in self._kept:
                return None
            self._kept.move_to_end(key)
            return self._kept[key]

    def _remember(self, key: tuple[str, str, int, int, int], body: bytes) -> None:
        with self._lock:
            self._kept_bytes += len(body) - len(self._kept.pop(key, b""))
            self._kept[key] = body
            while self._kept_bytes > self._most_bytes:
                _oldest, dropped = self._kept.popitem(last=False)
                self._kept_bytes -= len(dropped)
