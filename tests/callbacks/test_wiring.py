"""Every id a callback names is on some page, and every page answers each role on a loaded city."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import psycopg
import pytest

from dashboard.app import all_pages
from geo.service.addresses import Addresses
from geo.service.linkage import Linkage
from geo.service.planning import Planning
from geo.service.review import Review
from geo.service.situation import Situation
from geo.service.tiles import Tiles
from geo.settings import Settings
from geo.store.cluster import Urls
from geo.store.database import Database
from loaders.pipeline import load
from loaders.write import write_folder
from tests.fixtures.app import Site, build_site, put_accounts, run_callback

ROUTER = "..shell-page.children...shell-title.data.."


@pytest.fixture(scope="module")
def whole_site(module_database: Urls, small_city_tables: dict[str, Any], tmp_path_factory: Any) -> Iterator[Site]:
    """Give the product's own pages on the small city, with the product's own services."""
    folder: Path = tmp_path_factory.mktemp("files")
    write_folder(small_city_tables, folder)
    load([folder], module_database.owner_url)
    put_accounts(module_database, captain_grid=small_city_tables["grids"]["grid_code"].iloc[0])
    db = Database(module_database.app_url, max_size=4)
    settings = Settings(home=folder, _env_file=None)  # pyright: ignore[reportCallIssue]
    services = {"situation": Situation(db), "linkage": Linkage(db), "planning": Planning(db), "tiles": Tiles(db)}
    services |= {"review": Review(db, Addresses(db))}
    yield build_site(db, settings, all_pages(), **services)
    db.close()


@pytest.fixture
def site(whole_site: Site) -> Site:
    """Give each test a browser of its own."""
    return replace(whole_site, client=whole_site.fresh_client())


def ids(tree: Any) -> set[str]:
    """Collect the ids in components as they go over the wire."""
    if isinstance(tree, dict):
        own = {tree["id"]} if isinstance(tree.get("id"), str) else set()
        return own.union(*(ids(part) for part in tree.values()))
    return set().union(*(ids(part) for part in tree)) if isinstance(tree, list) else set()


def named(callback: dict[str, Any]) -> set[str]:
    """Collect the plain ids a callback of `/_dash-dependencies` names; one without an output has a hash for a name."""
    outputs = [output for output in callback["output"].strip(".").split("...") if "." in output]
    parts = [part["id"] for part in [*callback["inputs"], *callback["state"]]]
    found = [output.rsplit(".", 1)[0] for output in outputs] + parts
    return {one for one in found if not one.startswith("{")}


def filled(site: Site, callback: dict[str, Any]) -> set[str]:
    """Collect the ids that a callback on a page's address fills in."""
    inputs = {f"{part['id']}.{part['property']}": None for part in callback["inputs"]}
    if callback["clientside_function"] or not any(name.endswith("-url.search") for name in inputs):
        return set()
    state = {f"{part['id']}.{part['property']}": None for part in callback["state"]}
    answer = run_callback(site.client, callback["output"], inputs, state)
    assert answer.status_code in (200, 204), callback["output"]
    return ids(answer.json) if answer.status_code == 200 else set()


def paths(site: Site, database: Urls) -> list[str]:
    """List one path of every page."""
    with psycopg.connect(database.owner_url, options="-c role=gridmap_owner -c search_path=gridmap,public") as owner:
        row = owner.execute(
            "SELECT grid_code, building_id FROM building WHERE grid_code <> '' ORDER BY 1, 2"
        ).fetchone()
    assert row is not None
    return ["/", f"/grid/{row[0]}", f"/building/{row[1]}", "/planner", "/review"]


def test_every_id_of_a_callback_is_on_some_page(site: Site, module_database: Urls) -> None:
    site.sign_in("planner")
    clerk = site.fresh_client()
    site.sign_in("clerk", client=clerk)  # the one page a planner has no duty on
    present = ids(site.client.get("/_dash-layout").json)
    for path in paths(site, module_database):
        browser = clerk if path == "/review" else site.client
        present |= ids(run_callback(browser, ROUTER, {"shell-url.pathname": path}, {"shell-url.search": ""}).json)
    callbacks = site.client.get("/_dash-dependencies").json or []
    assert len(callbacks) > 3
    present = present.union(*(filled(site, callback) for callback in callbacks))
    assert {one for callback in callbacks for one in named(callback)} - present == set()


@pytest.mark.parametrize(
    "role", ["wall", "command", "planner", "reviewer", "captain", "worker", "clerk", "auditor", "admin"]
)
def test_every_page_answers_every_role(site: Site, module_database: Urls, role: str) -> None:
    site.sign_in(role)
    for path in paths(site, module_database):
        answer = run_callback(site.client, ROUTER, {"shell-url.pathname": path}, {"shell-url.search": ""})
        assert answer.status_code == 200, path
        refused = "没有这个页面" in json.dumps(answer.json, ensure_ascii=False)
        not_theirs = {"/": role in ("captain", "worker"), "/planner": role not in ("planner", "reviewer", "command")}
        not_theirs |= {"/review": role not in ("command", "clerk")}
        assert refused == not_theirs.get(path, False), path


def test_one_output_has_one_owner(site: Site) -> None:
    site.sign_in("command")
    outputs = [callback["output"] for callback in site.client.get("/_dash-dependencies").json or []]
    parts = [part for output in outputs for part in output.strip(".").split("...")]
    assert sorted(parts) == sorted(set(parts))
    assert not [part for part in parts if "@" in part]
