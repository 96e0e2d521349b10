"""Sign-in, sessions and throttling, against the database two workers would share."""

from __future__ import annotations

import psycopg
import pytest
from flask.testing import FlaskClient

from geo.service.accounts import ABSOLUTE, IDLE, LIMIT_ADDRESS, LIMIT_PAIR, WINDOW, Accounts, SignInRefused
from geo.settings import Settings
from geo.store.database import Database
from tests.fixtures.app import CAPTAIN_GRID, FAST_HASHER, PASSWORD, Site, build_site

COOKIE = "gridmap_8050"


def signed_in(client: FlaskClient) -> bool:
    return client.get("/_dash-layout").status_code == 200


def cookie(client: FlaskClient) -> str:
    found = client.get_cookie(COOKIE)
    return found.value if found else ""


def test_the_form_is_in_the_language_asked_for(site: Site) -> None:
    chinese = site.client.get("/login").text
    assert "用户名" in chinese
    assert '<html lang="zh-CN">' in chinese
    english = site.client.get("/login?locale=en").text
    assert "User name" in english
    assert '<html lang="en">' in english


def test_the_demos_accounts_are_named_on_the_demo_only(site: Site, database) -> None:
    assert "<code>auditor</code>" in site.client.get("/login").text
    with psycopg.connect(database.owner_url) as owner:
        owner.execute("UPDATE gridmap.city SET demo = false")
    site.services.health._city = None
    page = site.client.get("/login").text
    assert "auditor" not in page
    assert "演示" not in page


def test_signing_in_opens_a_session_of_its_own(site: Site) -> None:
    answer = site.sign_in("command")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/")
    set_cookie = answer.headers["Set-Cookie"]
    assert all(part in set_cookie for part in (f"{COOKIE}=", "HttpOnly", "SameSite=Lax", "Path=/"))
    assert "Secure" not in set_cookie
    assert signed_in(site.client)
    assert not signed_in(site.fresh_client())


def test_behind_https_the_cookie_is_secure_and_bound_to_the_host(app_db: Database, site: Site, tmp_path) -> None:
    settings = Settings(home=tmp_path, https=True, _env_file=None)  # pyright: ignore[reportCallIssue]
    secure = build_site(app_db, settings)
    set_cookie = secure.sign_in("command").headers["Set-Cookie"]
    assert set_cookie.startswith(f"__Host-{COOKIE}=")
    assert "Secure" in set_cookie


def test_the_token_is_not_in_the_database(site: Site, database) -> None:
    site.sign_in("command")
    with psycopg.connect(database.owner_url, options="-c role=gridmap_owner") as owner:
        rows = owner.execute("SELECT token_hash FROM gridmap.session").fetchall()
    assert len(rows) == 1
    assert cookie(site.client).encode() not in bytes(rows[0][0])
    assert len(rows[0][0]) == 32


def test_a_session_given_before_sign_in_is_not_taken_over(site: Site) -> None:
    site.client.set_cookie(COOKIE, "planted")
    site.sign_in("command")
    assert cookie(site.client) != "planted"
    planted = site.fresh_client()
    planted.set_cookie(COOKIE, "planted")
    assert not signed_in(planted)


def test_signing_in_again_ends_the_session_before(site: Site) -> None:
    site.sign_in("command")
    first = cookie(site.client)
    site.sign_in("planner")
    assert cookie(site.client) != first
    old = site.fresh_client()
    old.set_cookie(COOKIE, first)
    assert not signed_in(old)


def test_signing_out_ends_the_session_on_the_server(site: Site) -> None:
    site.sign_in("command")
    kept = cookie(site.client)
    answer = site.client.post("/logout", headers={"Origin": "http://localhost"})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/login")
    assert cookie(site.client) == ""
    thief = site.fresh_client()
    thief.set_cookie(COOKIE, kept)
    assert not signed_in(thief)


def test_an_idle_session_ends(site: Site) -> None:
    site.sign_in("command")
    site.clock.turn(seconds=IDLE.total_seconds() - 1)
    assert signed_in(site.client)
    site.clock.turn(seconds=IDLE.total_seconds() - 1)
    assert signed_in(site.client)
    site.clock.turn(seconds=IDLE.total_seconds())
    assert not signed_in(site.client)


def test_a_busy_session_ends_too(site: Site) -> None:
    site.sign_in("wall")
    steps = int(ABSOLUTE / IDLE) * 2
    for step in range(steps):
        assert signed_in(site.client), step
        site.clock.turn(seconds=IDLE.total_seconds() / 2)
    assert not signed_in(site.client)


def test_a_disabled_account_is_out_at_once(site: Site, database) -> None:
    site.sign_in("command")
    with psycopg.connect(database.owner_url, options="-c role=gridmap_owner") as owner:
        owner.execute("UPDATE gridmap.account SET disabled = true WHERE username = 'command'")
    assert not signed_in(site.client)
    answer = site.sign_in("command")
    assert answer.status_code == 401
    assert "用户名或密码不正确" in answer.text


def test_an_account_moved_to_another_grid_loses_the_old_one_at_once(site: Site, database) -> None:
    site.sign_in("captain")
    assert site.client.get(f"/grid/{CAPTAIN_GRID}").status_code == 200
    with psycopg.connect(database.owner_url, options="-c role=gridmap_owner") as owner:
        owner.execute("UPDATE gridmap.account SET codes = '{640202001005004}' WHERE username = 'captain'")
    assert site.client.get(f"/grid/{CAPTAIN_GRID}").status_code == 404
    assert site.client.get("/grid/640202001005004").status_code == 200


@pytest.mark.parametrize(
    ("name", "password"),
    [
        ("command", "wrong"),
        ("nobody", PASSWORD),
        ("", ""),
        ("command\0", "x"),
        ("x" * 5000, "y" * 5000),
        ("' OR 1=1 --", "x"),
    ],
)
def test_a_wrong_name_or_password_is_told_the_same(site: Site, name: str, password: str) -> None:
    answer = site.sign_in(name, password)
    assert answer.status_code == 401
    assert "用户名或密码不正确" in answer.text
    assert "Set-Cookie" not in answer.headers


def test_an_account_is_throttled_over_all_workers(site: Site, app_db: Database) -> None:
    other_worker = build_site(app_db, site.settings)
    for attempt in range(LIMIT_PAIR):
        worker = (site, other_worker)[attempt % 2]
        assert worker.sign_in("command", "wrong").status_code == 401
    for worker in (site, other_worker):
        answer = worker.sign_in("command")
        assert answer.status_code == 429
        assert "15 分钟" in answer.text
    assert site.sign_in("planner").status_code == 303
    site.clock.turn(seconds=WINDOW.total_seconds() + 1)
    assert site.sign_in("command").status_code == 303


def test_getting_in_clears_the_accounts_failures(site: Site) -> None:
    for _round in range(3):
        for _attempt in range(LIMIT_PAIR - 1):
            site.clock.turn(seconds=1)
            assert site.sign_in("command", "wrong").status_code == 401
        site.clock.turn(seconds=1)
        assert site.sign_in("command").status_code == 303


def test_an_address_is_throttled_over_all_accounts(app_db: Database, site: Site) -> None:
    accounts = Accounts(app_db, hasher=FAST_HASHER, clock=site.clock)
    for attempt in range(LIMIT_ADDRESS):
        site.clock.turn(milliseconds=1)
        with pytest.raises(SignInRefused, match="不正确"):
            accounts.sign_in(f"guess{attempt}", "x", "10.0.0.9")
    with pytest.raises(SignInRefused, match="失败次数过多"):
        accounts.sign_in("command", PASSWORD, "10.0.0.9")
    assert accounts.sign_in("command", PASSWORD, "10.0.0.10")


def test_next_is_followed_within_the_site_only(site: Site) -> None:
    form = {"username": "command", "password": PASSWORD}
    own = {"Origin": "http://localhost"}
    inside = site.client.post("/login", data=form | {"next": "/grid/640202001005003?x=1"}, headers=own)
    assert inside.headers["Location"] == "/grid/640202001005003?x=1"
    outside = site.client.post("/login", data=form | {"next": "//evil.example/"}, headers=own)
    assert outside.headers["Location"] == "/"


def test_a_captain_lands_on_their_own_grid_and_nowhere_else(site: Site) -> None:
    site.sign_in("captain")
    answer = site.client.get("/")
    assert (answer.status_code, answer.headers["Location"]) == (302, f"/grid/{CAPTAIN_GRID}")
    assert site.client.get(f"/grid/{CAPTAIN_GRID}").status_code == 200
    other = site.client.get("/grid/640202001005004", headers={"Accept": "text/html"})
    assert other.status_code == 404
    assert "没有这个页面，或者它不在您的辖区内。" in other.text
    assert f'href="/grid/{CAPTAIN_GRID}"' in other.text


def test_the_language_is_the_accounts_own_and_stays(site: Site) -> None:
    site.sign_in("command")
    own = {"Origin": "http://localhost", "Referer": "http://localhost/grid/640202001005003?x=1"}
    answer = site.client.post("/locale", data={"locale": "en"}, headers=own)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/grid/640202001005003?x=1")
    assert '<html lang="en"' in site.client.get("/").text
    elsewhere = site.fresh_client()
    site.sign_in("command", client=elsewhere)
    assert '<html lang="en"' in elsewhere.get("/").text
    site.client.post("/locale", data={"locale": "xx"}, headers=own)
    assert '<html lang="en"' in site.client.get("/").text
    site.sign_in("planner", client=elsewhere)
    assert '<html lang="zh-CN"' in elsewhere.get("/").text


def test_what_happens_to_accounts_is_audited_without_what_was_typed(site: Site, database) -> None:
    site.sign_in("command")
    site.sign_in("command", "wrong")
    site.sign_in("my-secret-password", "x")
    site.client.post("/logout", headers={"Origin": "http://localhost"})
    with psycopg.connect(database.owner_url, options="-c role=gridmap_owner") as owner:
        rows = owner.execute("SELECT actor, action, object_id FROM gridmap.audit_log ORDER BY audit_id").fetchall()
    assert rows == [
        ("command", "account.signed_in", "command"),
        ("command", "account.refused", "command"),
        ("unknown", "account.refused", ""),
        ("command", "account.signed_out", "command"),
    ]
