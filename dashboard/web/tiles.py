"""Vector tiles and outlines, cut to the viewer: integers, enumerations and the version token only.

A version token stands for a state of the data and a scope. An answer under the token the server itself gives for this
viewer may be kept by the browser for good; any other token (an older one, another scope's, `0`) is answered with what
the viewer may see now, and not kept.
"""

from __future__ import annotations

from flask import Flask, Response, make_response, request

from dashboard.services import Services
from dashboard.web import session
from geo.core.figures import Layer
from geo.errors import NotFound
from geo.service.access import Viewer

YEAR_S = 31_536_000
VECTOR_TILE = "application/vnd.mapbox-vector-tile"


def install(server: Flask, services: Services) -> None:
    """Add /tiles/<layer>/<version>/<z>/<x>/<y>.pbf and /outlines/<layer>/<version>.json."""

    @server.get("/tiles/<layer>/<version>/<int:z>/<int:x>/<int:y>.pbf")
    def tile(layer: str, version: str, z: int, x: int, y: int) -> Response:
        viewer = session.viewer()
        answer = services.tiles.tile(viewer, layer, z, x, y)
        response = make_response(answer.body, 200 if answer.body else 204)
        response.content_type = VECTOR_TILE
        if answer.body:
            response.headers["Content-Encoding"] = "gzip"
        return cached(response, version == answer.version)

    @server.get("/outlines/<layer>/<version>.json")
    def outlines(layer: str, version: str) -> Response:
        answer = outline(services, session.viewer(), layer, request.args.get("zoom", "12"))
        response = make_response(answer.text, 200)
        response.content_type = "application/geo+json"
        return cached(response, version == answer.version)


def outline(services: Services, viewer: Viewer, layer: str, zoom: str) -> Layer:
    """Make an outline layer.

    Raises
    ------
    NotFound   no such layer, or a zoom that is no small whole number.
    """
    if not zoom.isascii() or not zoom.isdigit() or len(zoom) > 2:
        raise NotFound
    if layer == "grids":
        return services.situation.grids(viewer)
    if layer == "communities":
        return services.situation.communities(viewer)
    if layer == "cells":
        return services.situation.cell_layer(viewer, int(zoom))
    raise NotFound


def cached(response: Response, current: bool) -> Response:
    """Let the browser that was given a current token keep the answer; nobody else keeps it."""
    response.headers["Cache-Control"] = f"private, max-age={YEAR_S}, immutable" if current else "private, no-store"
    response.headers["Vary"] = "Cookie"
    return response
