"""A draft as files: the list of changes, the plan as map layers, the printable sheets."""

from __future__ import annotations

from urllib.parse import quote

from flask import Flask, Response, make_response

from dashboard.services import Services
from dashboard.web import session
from geo.service.planning_export import File


def install(server: Flask, services: Services) -> None:
    """Add /planner/files/<draft>/<form> and /planner/files/<draft>/sheet/<grid>."""

    @server.get("/planner/files/<int:draft>/<form>")
    def plan_file(draft: int, form: str) -> Response:
        return sent(services.planning.export(session.viewer(), draft, form))

    @server.get("/planner/files/<int:draft>/sheet/<grid>")
    def plan_sheet(draft: int, grid: str) -> Response:
        return sent(services.planning.sheet(session.viewer(), draft, grid))


def sent(file: File) -> Response:
    """Send a file to be saved under its name, which may be Chinese (RFC 6266)."""
    response = make_response(file.body)
    response.content_type = file.media_type
    name = quote(file.name)
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{name}"
    return response
