"""The Dash application: the frame around the pages, the router, the error handler. Nothing is fetched from outside."""

from __future__ import annotations

import hashlib
import html as text
import logging
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from urllib.parse import urlsplit

import dash_mantine_components as dmc
from dash import ClientsideFunction, Dash, Input, Output, State, dcc, html
from dash.development.base_component import Component
from flask import has_request_context, request

from dashboard.components import failure, frame
from dashboard.components.markup import folded
from dashboard.pages import Page, building, grid, open_for, planner, review, wall
from dashboard.services import Services
from dashboard.web import compress, guard, login, plans, session, status, tiles
from geo import i18n
from geo.errors import GridError, NotAllowed, NotFound
from geo.i18n import _
from geo.service.access import Viewer
from geo.settings import Settings

log = logging.getLogger(__name__)

ASSETS = Path(__file__).parent / "assets"


def _kept(path: str) -> str:
    """Return an asset's address, with its content in it: the browser keeps it until it is another."""
    return f"/assets/{path}?m={hashlib.sha256((ASSETS / path).read_bytes()).hexdigest()[:12]}"


EARLY = _kept("first/early.js")
FONTS = "\n".join(
    f'<link rel="preload" as="font" type="font/woff2" crossorigin href="{_kept(f"fonts/notosans-sc-{weight}.woff2")}">'
    for weight in ("regular", "bold")
)
"""Both weights are on every page; found in the style sheet only, they would come after the scripts."""
UNUSED = ("/polyfill@", "/dash_table/")
"""Scripts Dash sends to every page that ours have no use for: the language of 2018 for browsers without it (our own
scripts ask for a newer one), and a table no page has."""
HTML_LANG = {"zh": "zh-CN", "en": "en"}


class Ids(StrEnum):
    """Ids of the shell; a page's ids begin with the page's name."""

    URL = "shell-url"
    PAGE = "shell-page"
    TITLE = "shell-title"
    TOAST = frame.TOAST


class Shell(Dash):
    """Dash with a page head of our own: language, title, no favicon request, dark before the first script runs."""

    def interpolate_index(self, **parts: str) -> str:  # pyright: ignore[reportIncompatibleMethodOverride]
        """Build the index page; called once a full page load."""
        scripts = "\n".join(line for line in parts["scripts"].splitlines() if not any(name in line for name in UNUSED))
        return f"""<!DOCTYPE html>
<html lang="{HTML_LANG[i18n.locale()]}" data-mantine-color-scheme="dark">
<head>
{parts["metas"]}
<script src="{EARLY}"></script>
{FONTS}
<title>{text.escape(_("GridMap"))}</title>
<link rel="icon" type="image/svg+xml" href="/assets/favicon.svg">
{parts["css"]}
</head>
<body>
{parts["app_entry"]}
<footer hidden>{parts["config"]}{scripts}{parts["renderer"]}</footer>
</body>
</html>"""


def create_app(services: Services, settings: Settings, pages: Sequence[Page] | None = None) -> Dash:
    """Build the dashboard.

    Parameters
    ----------
    services : the worker's use cases.
    settings : cookie flags.
    pages : the pages to serve; the product's own where not given.
    """
    pages = all_pages() if pages is None else pages
    app = Shell(
        "dashboard",
        assets_folder=str(ASSETS),
        assets_path_ignore=["^first$", "^fonts$", "^login$"],
        pages_folder="",
        use_pages=False,
        suppress_callback_exceptions=True,
        update_title="",
        add_log_handler=False,
        on_error=failure.show,
    )
    app.layout = lambda: layout(services, pages)
    compress.install(app.server)
    guard.install(app, services, settings, pages)
    login.install(app.server, services, settings)
    status.install(app.server, services)
    tiles.install(app.server, services)
    plans.install(app.server, services)
    register(app, services, pages)
    for page in pages:
        page.register(app, services)
    return app


def all_pages() -> list[Page]:
    """List the product's pages; a new page is added here and nowhere else."""
    return [wall.PAGE, grid.PAGE, building.PAGE, planner.PAGE, review.PAGE]


def layout(services: Services, pages: Sequence[Page]) -> Component:
    """Build what stands around every page, and in it the page whose browser asks; else the router fills it in."""
    place = asked_from()
    page, title = opened(services, pages, *place) if place else (None, None)
    at = {"pathname": place[0], "search": place[1]} if place and page is not None else {}
    return dmc.MantineProvider(
        [
            dcc.Location(id=Ids.URL, refresh="callback-nav", **at),
            html.Div(frame.loading() if page is None else page, id=Ids.PAGE, className="shell"),
            dcc.Store(id=Ids.TITLE, data=title),
            frame.toast(),
        ],
        forceColorScheme="dark",
        theme={"fontFamily": "var(--font)", "primaryColor": "blue"},
    )


def asked_from() -> tuple[str, str] | None:
    """Return path and query string of the page that asks for its layout, None where the browser does not say."""
    if not has_request_context() or session.maybe_viewer() is None:
        return None
    place = urlsplit(request.referrer or "")
    return (place.path, f"?{place.query}" if place.query else "") if place.netloc == request.host else None


def opened(services: Services, pages: Sequence[Page], path: str, search: str) -> tuple[Component | None, str | None]:
    """Build the page of a path; nothing where that fails, so that the router asks again and says what is wrong."""
    try:
        return page_for(services, session.viewer(), pages, path, search)
    except GridError as error:
        log.warning("page not built", extra={"action": "page.not_built", "kind": type(error).__name__})
        return None, None


def register(app: Dash, services: Services, pages: Sequence[Page]) -> None:
    """Add the router: one callback on the path; the query string belongs to the pages."""
    app.clientside_callback(
        ClientsideFunction("gridmap_shell", "title"), Output(Ids.TITLE, "modified_timestamp"), Input(Ids.TITLE, "data")
    )

    @app.callback(
        Output(Ids.PAGE, "children"),
        Output(Ids.TITLE, "data"),
        Input(Ids.URL, "pathname"),
        State(Ids.URL, "search"),
        prevent_initial_call=True,
    )
    def show(path: str, search: str) -> tuple[Component, str]:
        return page_for(services, session.viewer(), pages, path, search or "")


def page_for(
    services: Services, viewer: Viewer, pages: Sequence[Page], path: str, search: str
) -> tuple[Component, str]:
    """Build the page of a path and its title; a place outside the viewer's scope answers as one that isn't there."""
    sentence = _("There is no such page, or it is outside your area.")
    if found := open_for(viewer, pages, path):
        page, variables = found
        try:
            return folded(page.layout(services, viewer, search, **variables)), f"{_(page.title)} · {_('GridMap')}"
        except (NotAllowed, NotFound) as error:
            log.warning("page refused", extra={"action": "page.refused", "kind": type(error).__name__})
            sentence = _(str(error))
    return frame.refusal(sentence, viewer.home), _("GridMap")
