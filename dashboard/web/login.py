"""The sign-in form, sign-out and the language switch: plain forms, so they work before any script has run."""

from __future__ import annotations

from urllib.parse import urlencode, urlsplit

from flask import Flask, Response, make_response, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from dashboard.services import Services
from dashboard.web import session
from dashboard.web.guard import local_path, message_words
from geo import i18n
from geo.errors import Unavailable
from geo.i18n import _
from geo.service.access import Role
from geo.service.accounts import SignInRefused
from geo.settings import Settings


def install(server: Flask, services: Services, settings: Settings) -> None:
    """Add /login, /logout and /locale."""

    @server.get("/login")
    def login_form() -> Response:
        return form(services, local_path(request.args.get("next", "/")))

    @server.post("/login")
    def login() -> AnyResponse:
        target = local_path(request.form.get("next", "/"))
        i18n.use(request.form.get("locale", i18n.locale()))
        username, password = request.form.get("username", ""), request.form.get("password", "")
        try:
            token = services.accounts.sign_in(username, password, request.remote_addr or "")
        except SignInRefused as refused:
            return form(services, target, problem=str(refused), username=username, status=refused.status)
        if old := session.token(request, settings):
            services.accounts.sign_out(old)
        answer = redirect(target, 303)
        session.set_cookie(answer, token, settings)
        return answer

    @server.post("/logout")
    def logout() -> AnyResponse:
        services.accounts.sign_out(session.token(request, settings))
        answer = redirect("/login", 303)
        session.drop_cookie(answer, settings)
        return answer

    @server.post("/locale")
    def locale() -> AnyResponse:
        chosen = request.form.get("locale", "")
        if chosen in i18n.LOCALES:
            services.accounts.set_locale(session.viewer().username, chosen)
        return redirect(came_from(), 303)


def came_from() -> str:
    """Return the path of the page the form stood on."""
    parts = urlsplit(request.referrer or "/")
    return local_path(parts.path + (f"?{parts.query}" if parts.query else ""))


def form(services: Services, target: str, *, problem: str = "", username: str = "", status: int = 200) -> Response:
    """Build the sign-in form; the city's name and the demo's accounts are named where the database can be asked."""
    try:
        city = services.health.city()
    except Unavailable:
        city, problem = None, problem or _("The database can't be reached. Please try again in a minute.")
    other = next(name for name in i18n.LOCALES if name != i18n.locale())
    page = render_template(
        "login.html",
        words=message_words() | form_words(),
        city=city,
        roles=[role.value for role in Role],
        problem=problem,
        username=username,
        target=target,
        locale=i18n.locale(),
        other_url="/login?" + urlencode({"next": target, "locale": other}),
    )
    return make_response(page, status)


def form_words() -> dict[str, str]:
    """Collect the form's words in the request's language."""
    return {
        "product": _("GridMap"),
        "motto": _("People in households, households in dwellings, dwellings in grids, grids on the map"),
        "username": _("User name"),
        "password": _("Password"),
        "sign_in": _("Sign in"),
        "other": "English" if i18n.locale() == "zh" else "中文",
        "demo": _("Demo city, synthetic data"),
        "demo_accounts": _("Accounts of the demo, all with the password that was printed when it started:"),
    }
