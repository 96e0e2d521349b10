"""The Dash application: the frame around the pages, the router, the error handler. Nothing is fetched from outside."""

from __future__ import annotations

import html as text
import logging
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path

import dash_mantine_components as dmc
from dash import ClientsideFunction, Dash, Input, Output, State, dcc, html, set_props
from dash.development.base_component import Component

from dashboard.components import frame
from dashboard.components.markup import folded
from dashboard.pages import Page, building, grid, open_for, wall
from dashboard.services import Services
from dashboard.web import guard, login, session, status, tiles
from geo import i18n
from geo.errors import GridError, NotAllowed, NotFound
from geo.i18n import _
from geo.service.access import Viewer
from geo.settings import Settings

log = logging.getLogger(__name__)

ASSETS = Path(__file__).parent / "assets"
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
        return f"""<!DOCTYPE html>
<html lang="{HTML_LANG[i18n.locale()]}" data-mantine-color-scheme="dark">
<head>
{parts["metas"]}
<title>{text.escape(_("GridMap"))}</title>
<link rel="icon" type="image/svg+xml" href="/assets/favicon.svg">
{parts["css"]}
</head>
<body>
{parts["app_entry"]}
<footer hidden>{parts["config"]}{parts["scripts"]}{parts["renderer"]}</footer>
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
        assets_path_ignore=["^fonts$", "^login$"],
        pages_folder="",
        use_pages=False,
        suppress_callback_exceptions=True,
        update_title="",
        add_log_handler=False,
        on_error=show_error,
    )
    app.layout = layout
    guard.install(app, services, settings, pages)
    login.install(app.server, services, settings)
    status.install(app.server, services)
    tiles.install(app.server, services)
    register(app, services, pages)
    for page in pages:
        page.register(app, services)
    return app


def all_pages() -> list[Page]:
    """List the product's pages; a new page is added here and nowhere else."""
    return [wall.PAGE, grid.PAGE, building.PAGE]


def layout() -> Component:
    """Build what stands around every page; the router fills the page in."""
    return dmc.MantineProvider(
        [
            dcc.Location(id=Ids.URL, refresh="callback-nav"),
            html.Div(frame.loading(), id=Ids.PAGE, className="shell"),
            dcc.Store(id=Ids.TITLE),
            frame.toast(),
        ],
        forceColorScheme="dark",
        theme={"fontFamily": "var(--font)", "primaryColor": "blue"},
    )


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


def show_error(error: Exception) -> None:
    """Say in a toast what went wrong in a callback; details go to the log only."""
    if isinstance(error, NotAllowed | NotFound):
        log.warning("callback refused", extra={"action": "callback.refused", "kind": type(error).__name__})
    else:
        log.error("callback failed", extra={"action": "callback.failed", "kind": type(error).__name__}, exc_info=error)
    sentence = _(str(error)) if isinstance(error, GridError) else _("Something went wrong here. Please try again.")
    set_props(Ids.TOAST, {"children": frame.toast_content(sentence)})
