"""Nobody gets past the guard without a session, on any route of the server, Dash's own included."""

from __future__ import annotations

from dataclasses import replace

import pytest
from werkzeug.routing import Rule

from dashboard.web.guard import is_foreign, local_path
from tests.fixtures.app import Site, run_callback

ROUTER = "..shell-page.children...shell-title.data.."
OPEN = {"/login", "/healthz", "/readyz"}


@pytest.fixture
def site(standing_site: Site) -> Site:
    """Give each test a browser of its own."""
    return replace(standing_site, client=standing_site.fresh_client())


def example(rule: Rule) -> str:
    """Fill a route's variables with something that fits."""
    path = rule.rule
    for name, converter in rule._converters.items():
        value = "1" if converter.__class__.__name__ == "IntegerConverter" else "grids"
        for form in (f"<{name}>", f"<int:{name}>", f"<path:{name}>", f"<string:{name}>"):
            path = path.replace(form, value)
    return path


def test_every_route_is_closed_to_nobody(site: Site) -> None:
    swept = 0
    for rule in site.app.server.url_map.iter_rules():
        path = example(rule)
        assert "<" not in path
        for method in sorted((rule.methods or set()) | {"POST"}):
            answer = site.fresh_client().open(path, method=method, headers={"Accept": "application/json"})
            if path in OPEN and method in (rule.methods or set()):
                continue
            swept += 1
            expected = {302} if path == "/" and method == "GET" else {401, 405} if path in OPEN else {401}
            assert answer.status_code in expected, (method, path)
            assert "Set-Cookie" not in answer.headers
    assert swept > 25


@pytest.mark.parametrize(
    "path", ["/_dash-layout", "/_dash-dependencies", "/_reload-hash", "/assets/shell.js", "/nowhere"]
)
def test_what_is_no_page_is_401(site: Site, path: str) -> None:
    assert site.client.get(path).status_code == 401


@pytest.mark.parametrize(
    "path",
    [
        "/assets/fonts/../shell.js",
        "/assets/login/../../shell.js",
        "/assets/tokens.css/../shell.js",
        "/login/",
        "/assets/fonts/OFL.txt",
    ],
)
def test_the_open_list_matches_whole_names_only(site: Site, path: str) -> None:
    assert site.client.get(path).status_code in (401, 404)


@pytest.mark.parametrize(
    "path",
    [
        "/assets/tokens.css",
        "/assets/base.css",
        "/assets/favicon.svg",
        "/assets/login/login.css",
        "/assets/fonts/notosans-sc-bold.woff2",
    ],
)
def test_the_form_gets_what_it_needs(site: Site, path: str) -> None:
    with site.client.get(path) as answer:
        assert answer.status_code == 200


def test_a_page_leads_to_the_form_and_back(site: Site) -> None:
    answer = site.client.get("/?from=2026-11-01&to=2026-11-22")
    assert answer.status_code == 302
    assert answer.headers["Location"] == "/login?next=%2F%3Ffrom%3D2026-11-01%26to%3D2026-11-22"


def test_a_replayed_callback_without_session_is_401(site: Site) -> None:
    inputs, state = {"shell-url.pathname": "/"}, {"shell-url.search": ""}
    assert run_callback(site.client, ROUTER, inputs, state).status_code == 401
    assert site.sign_in("command").status_code == 303
    assert run_callback(site.client, ROUTER, inputs, state).status_code == 200
    site.client.post("/logout", headers={"Origin": "http://localhost"})
    assert run_callback(site.client, ROUTER, inputs, state).status_code == 401


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://localhost.evil.example"},
        {"Origin": "http://localhost:81"},
        {"Origin": ""},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "http://localhost", "Sec-Fetch-Site": "cross-site"},
    ],
)
@pytest.mark.parametrize("path", ["/login", "/logout", "/locale", "/_dash-update-component"])
def test_a_foreign_post_is_403_and_sets_no_cookie(site: Site, path: str, headers: dict[str, str]) -> None:
    signed_in = site.fresh_client()
    site.sign_in("command", client=signed_in)
    for client in (site.fresh_client(), signed_in):
        answer = client.post(path, data={"username": "command", "password": "x"}, headers=headers)
        assert answer.status_code == 403
        assert "Set-Cookie" not in answer.headers


def test_the_sites_own_post_is_not_foreign(site: Site) -> None:
    for headers in ({"Origin": "http://localhost", "Sec-Fetch-Site": "same-origin"}, {"Sec-Fetch-Site": "none"}, {}):
        with site.app.server.test_request_context("/login", method="POST", headers=headers) as context:
            assert not is_foreign(context.request)


def test_a_callback_as_plain_text_is_refused(site: Site) -> None:
    site.sign_in("command")
    answer = site.client.post("/_dash-update-component", data="{}", content_type="text/plain")
    assert answer.status_code == 415


def test_a_body_too_large_is_refused(site: Site) -> None:
    site.sign_in("command")
    answer = site.client.post("/_dash-update-component", data="x" * 5_000_000, content_type="application/json")
    assert answer.status_code == 413


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "javascript:alert(1)",
        "evil",
        "",
        "/\x0devil",
        "/a\\b",
    ],
)
def test_next_never_leaves_the_site(target: str) -> None:
    assert local_path(target) == "/"


@pytest.mark.parametrize("target", ["/", "/grid/640202001005003?from=2026-11-01", "/building/B-1"])
def test_next_keeps_the_sites_own_paths(target: str) -> None:
    assert local_path(target) == target


def test_every_answer_carries_the_headers(site: Site) -> None:
    for client in (site.fresh_client(), site.client):
        for path in ("/", "/login", "/healthz", "/nowhere", "/_dash-layout"):
            headers = client.get(path).headers
            policy = headers["Content-Security-Policy"]
            assert "default-src 'self'" in policy
            assert "frame-ancestors 'none'" in policy
            assert "unsafe-eval" not in policy
            assert "'unsafe-inline'" not in policy.split("script-src")[1].split(";")[0]
            assert "http" not in policy
            assert headers["X-Content-Type-Options"] == "nosniff"
            assert headers["Referrer-Policy"] == "same-origin"
            assert headers["Cache-Control"] == "no-store"
        site.sign_in("command")


def test_errors_tell_nothing(site: Site) -> None:
    site.sign_in("command")
    answer = site.client.post("/_dash-update-component", data="{broken", content_type="application/json")
    assert answer.status_code == 400
    assert set(answer.json or {}) == {"error"}
    for path in ("/_dash-component-suites/os/environ.js", "/_dash-component-suites/dash/../../etc/passwd"):
        answer = site.client.get(path)
        assert answer.status_code in (404, 500)
        assert b"egistered" not in answer.data
        assert b"Traceback" not in answer.data
