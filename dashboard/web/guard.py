"""One guard before every route, Dash's own included: nobody passes without a session, no foreign page may post."""

from __future__ import annotations

from collections.abc import Sequence

from dash import Dash

from dashboard.pages import Page
from dashboard.services import Services
from dashboard.web import session
from geo.settings import Settings


def install(app: Dash, services: Services, settings: Settings, pages: Sequence[Page]) -> None:
    """Put the guard before every request of the application's server."""
    session.install(app.server, services.accounts, settings)
