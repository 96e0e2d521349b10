"""The signed-in viewer of a request, and the cookie that names their server-side session.

The cookie holds an opaque random token; only its hash is stored, in the `session` table, so that every worker and
every restart knows the same sessions and a sign-out ends them everywhere.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Flask, Request, g, has_request_context
from flask_login import LoginManager, UserMixin, current_user
from werkzeug.wrappers import Response

from geo.errors import NotAllowed
from geo.i18n import _
from geo.service.access import Viewer
from geo.settings import Settings

if TYPE_CHECKING:
    from geo.service.accounts import Accounts


class SignedIn(UserMixin):
    """A viewer as Flask-Login knows one."""

    def __init__(self, viewer: Viewer) -> None:
        self.viewer = viewer

    def get_id(self) -> str:
        """Return the account's name."""
        return self.viewer.username


def viewer() -> Viewer:
    """Return who is asking in this request.

    Raises
    ------
    NotAllowed   nobody is signed in.
    """
    user = maybe_viewer()
    if user is None:
        raise NotAllowed(_("Please sign in."))
    return user


def maybe_viewer() -> Viewer | None:
    """Return who is asking, None for nobody."""
    if not has_request_context():
        return None
    user = current_user
    return user.viewer if user and user.is_authenticated else None


def cookie_name(settings: Settings) -> str:
    """Name the session cookie; the port is in it because browsers share cookies between the ports of a host."""
    return f"{'__Host-' if settings.https else ''}gridmap_{settings.port}"


def token(request: Request, settings: Settings) -> str:
    """Return the session token the browser sent, empty where it sent none."""
    return request.cookies.get(cookie_name(settings), "")


def set_cookie(response: Response, value: str, settings: Settings) -> None:
    """Give the browser its session token; it ends with the browser, the server's own timeouts end it earlier."""
    response.set_cookie(cookie_name(settings), value, path="/", secure=settings.https, httponly=True, samesite="Lax")


def drop_cookie(response: Response, settings: Settings) -> None:
    """Take the session token back."""
    response.delete_cookie(cookie_name(settings), path="/", secure=settings.https, httponly=True, samesite="Lax")


def install(server: Flask, accounts: Accounts, settings: Settings) -> None:
    """Make Flask-Login read our server-side sessions."""
    manager = LoginManager()
    # Its template variable would load the viewer on every page, the one that says the database is gone included.
    manager.init_app(server, add_context_processor=False)

    @manager.request_loader
    def load(request: Request) -> SignedIn | None:
        if "viewer" not in g:
            g.viewer = accounts.viewer(token(request, settings))
        return SignedIn(g.viewer) if g.viewer else None
