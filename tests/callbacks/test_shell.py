"""The frame around the pages: router, errors, readiness, tiles, and that every callback's ids exist."""

from __future__ import annotations

import json
import shutil
from typing import Any

import psycopg
import pytest

from geo.service.access import Role
from geo.store.database import Database
from tests.fixtures.app import CAPTAIN_GRID, OneTile, Site, build_site, run_callback

PAGE, URL, SEARCH = "shell-page.children", "shell-url.pathname", "shell-url.search"
ROUTER = "..shell-page.children...shell-title.data.."


def shown(site: Site, path: str) -> str:
    return json.dumps(run_callback(site.client, ROUTER, {URL: path}, {SEARCH: "?a=1"}).json, ensure_ascii=False)


def test_the_router_shows_the_page_of_a_path(site: Site) -> None:
    site.sign_in("command")
    assert "home command ?a=1 {}" in shown(site, "/")
    assert f"grid command ?a=1 {{'code': '{CAPTAIN_GRID}'}}" in shown(site, f"/grid/{CAPTAIN_GRID}")


@pytest.mark.parametrize("path", ["/", "/nowhere", "/grid/640202001005004", "/grid/6402", "/grid/", "/grid/a/b"])
def test_a_replayed_router_shows_a_captain_nothing_else(site: Site, path: str) -> None:
    site.sign_in("captain")
    answer = shown(site, path)
    assert "辖区" in answer
    assert "home captain" not in answer
    assert "grid captain" not in answer


def test_an_error_becomes_a_sentence_and_keeps_its_detail(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    site.sign_in("command")
    refused = run_callback(site.client, "plain-answer.children", {"plain-question.value": "refused"})
    assert refused.status_code == 200
    assert (
        "此账号不能查看户和人口" in refused.text.encode().decode("unicode_escape", "ignore") or "此账号" in refused.text
    )
    broken = run_callback(site.client, "plain-answer.children", {"plain-question.value": "broken"})
    assert broken.status_code == 200
    assert "secret" not in broken.text
    assert "shell-toast" in broken.text
    assert [record.message for record in caplog.records if record.name == "dashboard.components.failure"] == [
        "callback refused",
        "callback failed",
    ]


def test_ready_when_a_city_is_loaded(site: Site, database) -> None:
    answer = site.client.get("/readyz")
    assert (answer.status_code, answer.json) == (503, {"status": "not ready", "faults": ["city"]})
    with psycopg.connect(database.owner_url, options="-c role=gridmap_owner -c search_path=gridmap,public") as owner:
        owner.execute("INSERT INTO plan (status, valid_from) VALUES ('published', now())")
        owner.execute(
            "INSERT INTO grid_figure (grid_code, community_code) VALUES (%s, %s)", (CAPTAIN_GRID, CAPTAIN_GRID[:12])
        )
    answer = site.client.get("/readyz")
    assert (answer.status_code, answer.json) == (200, {"status": "ready", "faults": []})


def test_not_ready_on_an_older_schema(site: Site, database) -> None:
    with psycopg.connect(database.owner_url, options="-c role=gridmap_owner") as owner:
        owner.execute("DELETE FROM gridmap.migration WHERE name = '0005_accounts.sql'")
    assert site.client.get("/readyz").json == {"status": "not ready", "faults": ["schema"]}


def test_not_ready_on_a_full_disk(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    full = shutil.disk_usage("/")._replace(free=1000)
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: full)
    assert "disk" in (site.client.get("/readyz").json or {})["faults"]


@pytest.fixture
def severed(site: Site) -> Site:
    """Give a signed-in dashboard whose database has gone away."""
    site.sign_in("command")
    site.services.accounts._db.close()
    return site


def test_without_the_database_it_lives_and_says_so(severed: Site) -> None:
    assert severed.client.get("/healthz").status_code == 200
    assert severed.client.get("/readyz").json == {"status": "not ready", "faults": ["database"]}
    page = severed.client.get("/", headers={"Accept": "text/html"})
    assert page.status_code == 503
    assert "数据库" in page.text
    form = severed.fresh_client().get("/login")
    assert form.status_code == 200
    callback = run_callback(severed.client, ROUTER, {URL: "/"}, {SEARCH: ""})
    assert callback.status_code == 503
    assert set(callback.json or {}) == {"error"}


def test_a_tile_is_kept_by_the_browser_under_its_own_token_only(site: Site) -> None:
    site.sign_in("command")
    own = site.client.get("/tiles/buildings/v1-command/14/13050/6200.pbf")
    assert own.status_code == 200
    assert own.headers["Cache-Control"] == "private, max-age=31536000, immutable"
    assert own.headers["Content-Type"] == "application/vnd.mapbox-vector-tile"
    for token in ("0", "v1-captain", "v0-command"):
        other = site.client.get(f"/tiles/buildings/{token}/14/13050/6200.pbf")
        assert other.headers["Cache-Control"] == "private, no-store"


def test_an_outline_is_kept_by_the_browser_under_its_own_token_only(site: Site) -> None:
    site.sign_in("command")
    own = site.client.get("/outlines/grids/v1-command.json")
    assert own.headers["Cache-Control"] == "private, max-age=31536000, immutable"
    assert own.headers["Vary"] == "Cookie, Accept-Encoding"
    assert site.client.get("/outlines/grids/v1-captain.json").headers["Cache-Control"] == "private, no-store"
    for path in ("/outlines/residents/1.json", "/tiles/buildings/1/1/2.pbf"):
        assert site.client.get(path).headers["Cache-Control"] == "no-store"
    nobody = site.fresh_client().get("/outlines/grids/v1-command.json")
    assert (nobody.status_code, nobody.headers["Cache-Control"]) == (401, "no-store")


def test_a_tile_is_asked_for_under_who_is_signed_in(app_db: Database, site: Site) -> None:
    tiles = OneTile()
    other = build_site(app_db, site.settings, tiles=tiles)
    other.sign_in("captain")
    other.client.get("/tiles/cases/v1-command/14/1/2.pbf")
    assert tiles.asked == [("captain", "cases", 14, 1, 2)]


@pytest.mark.parametrize(
    "path",
    [
        "/tiles/buildings/1/14/1/-2.pbf",
        "/tiles/buildings/1/a/1/2.pbf",
        "/tiles/buildings/1/1/2.pbf",
        "/tiles/x';DROP/1/1/1.5/2.pbf",
        "/outlines/residents/1.json",
        "/outlines/grids/1.json?zoom=9;DROP",
        "/outlines/grids/1.json?zoom=",
        "/outlines/grids/1.json?zoom=%EF%BC%91",
    ],
)
def test_a_path_that_is_no_tile_is_404(site: Site, path: str) -> None:
    site.sign_in("command")
    assert site.client.get(path).status_code == 404


def ids(component: Any) -> set[str]:
    """Collect the ids of a layout."""
    if isinstance(component, list | tuple):
        return set().union(*(ids(part) for part in component)) if component else set()
    if not hasattr(component, "_traverse_ids"):
        return set()
    own = {str(component.id)} if getattr(component, "id", None) is not None else set()
    return own | {str(part.id) for part in component._traverse_ids()}


def test_roles_of_the_code_are_those_of_the_database(site: Site, database) -> None:
    with psycopg.connect(database.owner_url, options="-c role=gridmap_owner") as owner:
        rows = owner.execute("SELECT role FROM gridmap.account").fetchall()
    assert {role for (role,) in rows} == {role.value for role in Role}
