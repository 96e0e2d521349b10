"""One guard before every route, Dash's own included, and the headers and errors of every answer.

Without a session there is the sign-in form and nothing else: a page redirects to it, all else is 401. A POST from
another site is 403. The rows a viewer may see are the database's business (row-level security); what is decided here
is who asks, and whether such a page exists for them.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Sequence
from urllib.parse import quote, urlsplit

from dash import Dash
from flask import Request, Response, g, jsonify, make_response, redirect, render_template, request
from werkzeug.exceptions import HTTPException
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.wrappers import Response as AnyResponse

from dashboard.pages import Page, find, open_for
from dashboard.services import Services
from dashboard.web import session
from geo import i18n
from geo.errors import GridError, NotAllowed, NotFound, Unavailable
from geo.i18n import _
from geo.settings import Settings

log = logging.getLogger(__name__)

OPEN_PATHS = frozenset({"/login", "/healthz", "/readyz"})
OPEN_ASSETS = re.compile(r"/assets/(tokens\.css|base\.css|favicon\.svg|(login|fonts)/[\w-]+\.(css|js|woff2))")
"""What the sign-in form itself needs; each name is matched whole, so no `..` gets through."""
READING = frozenset({"GET", "HEAD", "OPTIONS"})
LARGEST_BODY = 4 * 1024 * 1024
"""Bytes of a request; a callback's body is some kilobytes."""
YEAR_S = 31_536_000


def install(app: Dash, services: Services, settings: Settings, pages: Sequence[Page]) -> None:
    """Put the guard before, and the headers behind, every request of the application's server."""
    server = app.server
    server.config.update(MAX_CONTENT_LENGTH=LARGEST_BODY, MAX_FORM_MEMORY_SIZE=64 * 1024, MAX_FORM_PARTS=16)
    if settings.https:
        server.wsgi_app = ProxyFix(server.wsgi_app, x_for=1, x_proto=1)  # type: ignore[method-assign]
    session.install(server, services.accounts, settings)
    shell_routes = {f"{app.config.routes_pathname_prefix}", f"{app.config.routes_pathname_prefix}<path:path>"}

    @server.before_request
    def check() -> AnyResponse | None:
        i18n.use(request.args.get("locale", i18n.LOCALES[0]) if request.path == "/login" else i18n.LOCALES[0])
        if request.method not in READING and is_foreign(request):
            log.warning("foreign request refused", extra={"action": "request.foreign"})
            return refuse(403, _("This request came from another site."))
        if request.path in OPEN_PATHS or OPEN_ASSETS.fullmatch(request.path):
            return None
        viewer = session.maybe_viewer()
        if viewer is None:
            return to_sign_in(pages)
        i18n.use(viewer.locale)
        return wrong_page(pages) if request.endpoint in shell_routes else None

    server.after_request(headers(policy(app)))
    server.register_error_handler(Exception, explain)


def is_foreign(asked: Request) -> bool:
    """Tell whether a browser says that another site, or a page without an origin, sends this."""
    if asked.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
        return True
    origin = asked.headers.get("Origin")
    return origin is not None and urlsplit(origin).netloc != asked.host


def to_sign_in(pages: Sequence[Page]) -> AnyResponse:
    """Answer somebody without a session: pages lead to the form, everything else says 401."""
    if request.method == "GET" and find(pages, request.path):
        return redirect(f"/login?next={quote(local_path(request.full_path), safe='')}", 302)
    return refuse(401, _("Please sign in."))


def wrong_page(pages: Sequence[Page]) -> AnyResponse | None:
    """Answer a path that is no page, or none for this viewer; None lets the page's frame be sent."""
    viewer = session.viewer()
    if open_for(viewer, pages, request.path):
        return None
    if request.path == "/":
        return redirect(viewer.home, 302)
    return refuse(404, _("There is no such page, or it is outside your area."))


def local_path(target: str) -> str:
    """Return a path of this site as given, `/` for anything that leads elsewhere."""
    parts = urlsplit(target)
    if parts.scheme or parts.netloc or not re.fullmatch(r"/(?![/\\])[^\\\x00-\x1f]*", target):
        return "/"
    return target.removesuffix("?")


def refuse(status: int, sentence: str) -> Response:
    """Build a refusal: a page for a person, a line of JSON for a script, never a detail of what went wrong."""
    wants_page = request.accept_mimetypes.best == "text/html" or "text/html" in request.headers.get("Accept", "")
    if not wants_page:
        return make_response(jsonify(error=sentence), status)
    viewer = g.get("viewer")
    home = viewer.home if viewer else "/login"
    return make_response(render_template("message.html", sentence=sentence, home=home, words=message_words()), status)


def message_words() -> dict[str, str]:
    """Collect the words of the message page in the request's language."""
    return {
        "lang": "zh-CN" if i18n.locale() == "zh" else "en",
        "title": _("GridMap"),
        "home": _("Back to my page"),
    }


def explain(error: Exception) -> Response:
    """Answer any error with its status and a general sentence; the log alone knows more."""
    if isinstance(error, HTTPException):
        status = error.code or 500
        return refuse(status, HTTP_SENTENCES.get(status, lambda: _("This request can't be answered."))())
    status, sentence = next(
        ((status, sentence()) for kind, status, sentence in ERRORS if isinstance(error, kind)),
        (500, _("Something went wrong here. Please try again.")),
    )
    if status >= 500:
        log.error("request failed", extra={"action": "request.failed", "status": status}, exc_info=error)
    return refuse(status, sentence)


HTTP_SENTENCES: dict[int, Callable[[], str]] = {
    404: lambda: _("There is no such page, or it is outside your area."),
    405: lambda: _("This address does not take that kind of request."),
    413: lambda: _("The request is too large."),
    415: lambda: _("This address does not take that kind of content."),
    500: lambda: _("Something went wrong here. Please try again."),
}
ERRORS: tuple[tuple[type[Exception], int, Callable[[], str]], ...] = (
    (NotFound, 404, lambda: _("There is no such page, or it is outside your area.")),
    (NotAllowed, 403, lambda: _("Your account has no right to this.")),
    (Unavailable, 503, lambda: _("The database can't be reached. Please try again in a minute.")),
    (GridError, 500, lambda: _("Something went wrong here. Please try again.")),
)


def policy(app: Dash) -> Callable[[], str]:
    """Make the content security policy: this host only."""
    known: list[str] = []

    def text() -> str:
        # Inline scripts are known once Dash has set itself up, which is at the first request.
        if not known:
            scripts = " ".join(["'self'", *app.csp_hashes()])
            known.append(
                f"default-src 'self'; script-src {scripts}; style-src 'self' 'unsafe-inline'; "
                "img-src 'self' data: blob:; font-src 'self'; connect-src 'self'; object-src 'none'; "
                "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
            )
        return known[0]

    return text


def headers(policy_text: Callable[[], str]) -> Callable[[Response], Response]:
    """Make the function that adds the security and caching headers to every answer."""

    def add(response: Response) -> Response:
        response.headers["Content-Security-Policy"] = policy_text()
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Referrer-Policy"] = "same-origin"
        response.headers["X-Frame-Options"] = "DENY"
        response.headers["Cross-Origin-Opener-Policy"] = "same-origin"
        response.headers["Permissions-Policy"] = "geolocation=(self), camera=(self), microphone=()"
        if request.path.startswith("/assets/") and response.status_code == 200 and request.args.get("m"):
            response.headers["Cache-Control"] = f"private, max-age={YEAR_S}, immutable"
        elif request.path.startswith(("/tiles/", "/outlines/")):
            # A tile or an outline says itself who may keep it; an error in its place is kept by nobody.
            response.headers.setdefault("Cache-Control", "no-store")
        elif not request.path.startswith(("/assets/", "/_dash-component-suites/")):
            response.headers["Cache-Control"] = "no-store"
        return response

    return add
