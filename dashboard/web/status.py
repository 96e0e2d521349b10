"""/healthz: the process answers. /readyz: all it needs is there. Open to everybody, and telling nothing of the city."""

from __future__ import annotations

from flask import Flask, Response, jsonify, make_response

from dashboard.services import Services


def install(server: Flask, services: Services) -> None:
    """Add both paths."""

    @server.get("/healthz")
    def healthz() -> Response:
        return jsonify(status="ok")

    @server.get("/readyz")
    def readyz() -> Response:
        faults = [fault.check for fault in services.health.faults()]
        return make_response(jsonify(status="not ready" if faults else "ready", faults=faults), 503 if faults else 200)
