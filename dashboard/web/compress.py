"""Answers compressed on their way to the browser (Flask-Compress): a page's scripts are 2.6 MB, 0.7 MB compressed.

What is the same for everybody, the scripts of component libraries, is compressed once a process and kept. Nothing that
depends on who asks is kept here, whatever its address: a tile's or an outline's is answered by scope.
"""

from __future__ import annotations

from flask import Flask, Request
from flask_compress import Compress

FOR_EVERYBODY = "/_dash-component-suites/"


class Kept:
    """Compressed answers by address, of the addresses that are the same for everybody."""

    def __init__(self) -> None:
        self._bodies: dict[str, bytes] = {}

    def get(self, key: str) -> bytes | None:
        """Return what was kept."""
        return self._bodies.get(key)

    def set(self, key: str, value: bytes) -> None:
        """Keep an answer; the address of one that may not be kept is empty."""
        if not key.endswith(";"):
            self._bodies[key] = value


def address(request: Request) -> str:
    """Return the address an answer may be kept under, empty where it may not."""
    return request.path if request.path.startswith(FOR_EVERYBODY) else ""


def install(server: Flask) -> None:
    """Compress every answer of text; tiles come compressed from the database's side."""
    server.config.update(COMPRESS_CACHE_BACKEND=Kept, COMPRESS_CACHE_KEY=address)
    types = ["text/html", "text/css", "text/javascript", "application/javascript", "application/json"]
    server.config["COMPRESS_MIMETYPES"] = [*types, "application/geo+json", "image/svg+xml"]
    Compress(server)
