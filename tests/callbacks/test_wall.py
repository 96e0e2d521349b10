"""The wall's callbacks over HTTP, on a loaded city: one state, one answer, cut to whoever asks."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from dashboard.app import all_pages
from geo.service.linkage import Linkage
from geo.service.memory import SHANGHAI
from geo.service.situation import Situation
from geo.service.tiles import Tiles
from geo.settings import Settings
from geo.store.cluster import Urls
from geo.store.database import Database, owner_connection
from loaders.pipeline import load
from loaders.write import write_folder
from tests.fixtures.app import Site, build_site, put_accounts, run_callback
from tests.fixtures.small_city import EAST, WEST

OWN, OTHER = f"{WEST}001", f"{EAST}001"
EVERYTHING = "?from=2016-12-01&to=2026-11-22"


@pytest.fixture(scope="module")
def wall_site(module_database: Urls, small_city_tables: dict[str, Any], tmp_path_factory: Any) -> Iterator[Site]:
    """Give the product's pages on the small city; the captain's grid is the first one in the west."""
    folder: Path = tmp_path_factory.mktemp("files")
    write_folder(small_city_tables, folder)
    load([folder], module_database.owner_url)
    put_accounts(module_database, captain_grid=OWN)
    db = Database(module_database.app_url, max_size=4)
    settings = Settings(home=folder, _env_file=None)  # pyright: ignore[reportCallIssue]
    yield build_site(db, settings, all_pages(), situation=Situation(db), linkage=Linkage(db), tiles=Tiles(db))
    db.close()


def browser(site: Site, username: str) -> FlaskClient:
    fresh = site.fresh_client()
    assert site.sign_in(username, client=fresh).status_code == 303
    return fresh


def ask(client: FlaskClient, output: str, given: dict[str, Any], changed: str | None = None) -> dict[str, Any] | None:
    """Post the callback that owns an output with the values given; None where it changes nothing."""
    known = client.get("/_dash-dependencies").get_json()
    callback = next(one for one in known if output in one["output"].strip(".").split("..."))
    inputs = {f"{part['id']}.{part['property']}": None for part in callback["inputs"]}
    state = {f"{part['id']}.{part['property']}": None for part in callback["state"]}
    inputs |= {name: value for name, value in given.items() if name in inputs}
    state |= {name: value for name, value in given.items() if name in state}
    answer = run_callback(client, callback["output"], inputs, state, changed=changed)
    assert answer.status_code in (200, 204), answer.get_data(as_text=True)
    return answer.get_json()["response"] if answer.status_code == 200 else None


def panels(client: FlaskClient, search: str) -> dict[str, Any]:
    answer = ask(client, "wall-figures.children", {"wall-url.search": search})
    assert answer is not None
    return answer


def fill(client: FlaskClient, search: str, zoom: int | None = None) -> dict[str, Any]:
    answer = ask(client, "wall-legend.children", {"wall-view.data": {"search": search, "zoom": zoom}})
    assert answer is not None
    return answer


def touched(client: FlaskClient, changed: str, **given: Any) -> str | None:
    answer = ask(client, "wall-url.search", {name.replace("__", "."): value for name, value in given.items()}, changed)
    return answer["wall-url"]["search"] if answer else None


def words(tree: Any) -> str:
    """Join the text of components as they go over the wire; a markup's nodes are `[tag, attributes, *children]`."""
    if isinstance(tree, dict):
        props = tree.get("props", {})
        return words([words_of(node) for node in props["tree"]] if "tree" in props else props.get("children"))
    return " ".join(filter(None, map(words, tree))) if isinstance(tree, list) else str(tree or "")


def words_of(node: Any) -> str:
    """Join the text of a markup's node."""
    return " ".join(filter(None, map(words_of, node[2:]))) if isinstance(node, list) else str(node)


def text(answer: Any) -> str:
    return json.dumps(answer, ensure_ascii=False)


def open_cases(answer: dict[str, Any]) -> int:
    found = re.search(r"在办事件 *([\d,]+)", words(answer["wall-figures"]["children"]))
    assert found
    return int(found.group(1).replace(",", ""))


def painted(answer: dict[str, Any]) -> dict[str, str]:
    return answer["wall-grids"]["hideout"]["text"]


def unplaced(answer: dict[str, Any]) -> int:
    found = re.search(r"未落格 ([\d,]+)", words(answer["wall-legend"]["children"]))
    assert found
    return int(found.group(1).replace(",", ""))


def test_one_grid_is_one_grid_in_english(wall_site: Site):
    client = browser(wall_site, "captain")
    own = {"Origin": "http://localhost"}
    client.post("/locale", data={"locale": "en"}, headers=own)
    said = words(panels(client, EVERYTHING)["wall-where"]["children"])
    client.post("/locale", data={"locale": "zh"}, headers=own)
    assert "1 grid ·" in said


@pytest.mark.parametrize(
    "search",
    ["", EVERYTHING, f"{EVERYTHING}&kind=noise,neighbour", f"{EVERYTHING}&ledger=special", f"{EVERYTHING}&area=640205"],
)
def test_the_grids_on_the_map_and_the_unplaced_are_the_key_figure(wall_site: Site, search: str):
    client = browser(wall_site, "command")
    search = f"{search or '?'}&measure=open_cases"
    map_answer = fill(client, search)
    on_map = sum(int(value.replace(",", "")) for value in painted(map_answer).values())
    assert on_map + unplaced(map_answer) == open_cases(panels(client, search))


def test_values_travel_and_geometry_does_not(wall_site: Site):
    answer = fill(browser(wall_site, "command"), EVERYTHING)
    assert "coordinates" not in text(answer)
    assert set(painted(answer)) == {f"{WEST}001", f"{WEST}002", f"{EAST}001", f"{EAST}002"}


def test_only_one_layer_is_filled(wall_site: Site):
    client = browser(wall_site, "command")
    grids = fill(client, EVERYTHING)
    assert grids["wall-cells"]["hideout"]["classes"] == {}
    cells = fill(client, f"{EVERYTHING}&layer=density", 14)
    assert cells["wall-grids"]["hideout"]["classes"] == {}
    assert cells["wall-cells"]["hideout"]["classes"]
    assert re.fullmatch(r"/outlines/cells/\w+\.json\?zoom=14", cells["wall-cells"]["url"])
    assert client.get(cells["wall-cells"]["url"]).status_code == 200


def test_a_captain_who_replays_the_wall_sees_their_own_grid_only(wall_site: Site):
    client = browser(wall_site, "captain")
    own = panels(client, EVERYTHING)
    assert OTHER not in text(own)
    assert "北街街道" not in text(own)
    assert set(painted(fill(client, EVERYTHING))) == {OWN}
    foreign = panels(client, f"{EVERYTHING}&grid={OTHER}")
    assert "不存在或不在您的范围内" in text(foreign["wall-notes"])
    assert open_cases(foreign) == open_cases(own)


def test_the_wall_account_gets_no_small_count_of_a_grid(wall_site: Site):
    exact = painted(fill(browser(wall_site, "command"), ""))
    shown = painted(fill(browser(wall_site, "wall"), ""))
    assert exact.keys() == shown.keys()
    assert not [value for value in shown.values() if value in {"1", "2", "3", "4"}]


def test_no_person_is_in_any_answer(wall_site: Site):
    client = browser(wall_site, "command")
    said = text([panels(client, f"{EVERYTHING}&grid={OWN}"), fill(client, f"{EVERYTHING}&layer=count", 16)])
    assert "1391111" not in said


def test_a_touch_on_a_grid_becomes_the_address_and_leads_back(wall_site: Site):
    client = browser(wall_site, "command")
    touch = {"wall-grids__n_clicks": 1, "wall-grids__clickData": {"properties": {"code": OWN}}}
    assert touched(client, "wall-grids.n_clicks", **touch, **{"wall-url__search": "?kind=noise"}) == (
        f"?kind=noise&grid={OWN}"
    )
    assert touched(client, "wall-grids.n_clicks", **touch, **{"wall-url__search": f"?grid={OWN}"}) == ""


def test_a_redrawn_scrubber_leaves_the_address_alone(wall_site: Site):
    client = browser(wall_site, "command")
    drawn = {"wall-range__value": [0, 29], "wall-range__name": "2026-10-24/0/29", "wall-url__search": ""}
    assert touched(client, "wall-range.value", **drawn) is None
    moved = touched(client, "wall-range.value", **(drawn | {"wall-range__value": [3, 9]}))
    assert moved
    assert moved.startswith("?from=2026-10-27&to=2026-11-02&span=")


def test_a_bad_address_gets_a_sentence_for_each_part_and_an_answer(wall_site: Site):
    answer = panels(browser(wall_site, "command"), "?from=soon&kind=volcano&area=1&measure=luck&grid=x")
    assert len(answer["wall-notes"]["children"][0]["props"]["tree"]) == 5
    assert open_cases(answer) >= 0


def test_the_same_state_in_english(wall_site: Site):
    client = browser(wall_site, "command")
    client.post("/locale", data={"locale": "en"}, headers={"Origin": "http://localhost"})
    said = words(panels(client, EVERYTHING)["wall-figures"]["children"])
    client.post("/locale", data={"locale": "zh"}, headers={"Origin": "http://localhost"})
    assert "Open cases" in said
    assert not re.search(r"[\u3400-\u9fff]", said.replace("第一网格", "").replace("第二网格", ""))


def test_the_beat_says_the_datas_age_and_leaves_a_known_version_alone(wall_site: Site):
    client = browser(wall_site, "command")
    first = ask(client, "wall-version.data", {"wall-beat.n_intervals": 1})
    assert first
    version = first["wall-version"]["data"]
    again = ask(client, "wall-version.data", {"wall-beat.n_intervals": 2, "wall-version.data": version})
    assert again
    assert "wall-version" not in again
    assert "已读取" in words(again["wall-age"]["children"])


def test_the_page_opens_with_its_figures_in_place(wall_site: Site, monkeypatch: pytest.MonkeyPatch):
    now = dt.datetime.now(SHANGHAI)
    monkeypatch.setattr("geo.service.situation.moment", lambda _versions: now)  # the minute turns for nobody
    client = browser(wall_site, "command")
    headers = {"Referer": f"http://localhost/{EVERYTHING}&measure=open_cases"}
    opened = client.get("/_dash-layout", headers=headers).get_json()
    asked, drawn = panels(client, f"{EVERYTHING}&measure=open_cases"), fill(client, f"{EVERYTHING}&measure=open_cases")
    parts = by_id(opened)
    for part, props in (asked | drawn).items():
        for name, value in props.items():
            assert parts[part][name] == value, part
    assert parts["shell-url"]["pathname"] == "/"
    assert parts["wall-url"]["search"] == f"{EVERYTHING}&measure=open_cases"


def test_a_page_is_built_for_nobodys_address_but_the_viewers_own(wall_site: Site):
    captain = browser(wall_site, "captain")
    for referrer in (f"http://localhost/grid/{OTHER}", "http://localhost/"):
        layout = captain.get("/_dash-layout", headers={"Referer": referrer})
        assert layout.status_code == 200
        assert OTHER not in text(by_id(layout.get_json())["shell-page"])
        assert "没有这个页面" in text(layout.get_json())
    elsewhere = captain.get("/_dash-layout", headers={"Referer": f"http://elsewhere/grid/{OWN}"}).get_json()
    assert "pathname" not in by_id(elsewhere)["shell-url"]


def by_id(tree: Any) -> dict[str, dict[str, Any]]:
    """Collect the properties of every component with an id, as they go over the wire."""
    if isinstance(tree, list):
        return {name: props for part in tree for name, props in by_id(part).items()}
    if not isinstance(tree, dict):
        return {}
    props = tree.get("props", {})
    own = {props["id"]: props} if isinstance(props, dict) and isinstance(props.get("id"), str) else {}
    return own | by_id(props.get("children") if isinstance(props, dict) else None)


def test_a_touched_building_filters_every_panel_to_it(wall_site: Site, module_database: Urls):
    client = browser(wall_site, "command")
    grid = open_cases(panels(client, f"{EVERYTHING}&grid={OWN}"))
    seen = []
    for building, wanted in open_by_building(module_database, OWN).items():
        answer = panels(client, f"{EVERYTHING}&grid={OWN}&building={building}")
        assert open_cases(answer) == wanted
        assert words(answer["wall-card"]["children"]).split()[0] in words(answer["wall-where"]["children"])
        seen.append(wanted)
    assert seen
    assert sum(seen) <= grid


def open_by_building(database: Urls, grid: str) -> dict[str, int]:
    """Count the open cases of every building of a grid."""
    with owner_connection(database.owner_url) as conn:
        query = """
          SELECT b.building_id, count(c.case_no) FILTER (WHERE c.closed_at IS NULL)
          FROM building AS b LEFT JOIN case_record AS c USING (building_id)
          WHERE b.grid_code = %s GROUP BY b.building_id ORDER BY b.building_id
        """
        return dict(conn.execute(query, [grid]).fetchall())


def test_a_building_of_another_scope_leaves_a_sentence(wall_site: Site, module_database: Urls):
    foreign = next(iter(open_by_building(module_database, OTHER)))
    client = browser(wall_site, "captain")
    answer = panels(client, f"{EVERYTHING}&building={foreign}")
    assert "楼栋不存在，或不在您的范围内" in text(answer["wall-notes"])
    assert open_cases(answer) == open_cases(panels(client, EVERYTHING))


def test_a_touched_hexagon_says_its_own_value(wall_site: Site):
    client = browser(wall_site, "command")
    search = f"{EVERYTHING}&layer=density"
    drawn = fill(client, search, 14)
    values = drawn["wall-cells"]["hideout"]["text"]
    for cell, printed in values.items():
        said = words(panels(client, f"{search}&cell={cell}")["wall-card"]["children"])
        assert printed in said or "没有住户" in said
        assert "矛盾纠纷受理件数" in said
        assert "户数" in said
    marked = fill(client, f"{search}&cell={cell}", 14)["wall-cells"]["hideout"]["mark"]
    assert len(marked["coordinates"][0]) == 7


def test_a_hexagon_that_is_on_no_map_of_an_account_leaves_a_sentence(wall_site: Site):
    search = f"{EVERYTHING}&layer=count"
    fine = next(iter(fill(browser(wall_site, "command"), search, 16)["wall-cells"]["hideout"]["text"]))
    for username, cell in (("wall", fine), ("command", "8a2a1072b59ffff"), ("command", "f" * 15)):
        answer = panels(browser(wall_site, username), f"{search}&cell={cell}")
        assert "不在这张地图上" in text(answer["wall-notes"])
        assert answer["wall-card"]["children"] == []


def test_a_touch_on_a_hexagon_becomes_the_address(wall_site: Site):
    client = browser(wall_site, "command")
    touch = {"wall-cells__n_clicks": 1, "wall-cells__clickData": {"properties": {"cell": "8a2a1072b59ffff"}}}
    heat = touched(client, "wall-cells.n_clicks", **touch, **{"wall-url__search": "?layer=count"})
    assert heat == "?layer=count&cell=8a2a1072b59ffff"
    assert touched(client, "wall-cells.n_clicks", **touch, **{"wall-url__search": ""}) is None


def test_a_panel_that_fails_keeps_quiet_and_blanks_no_other(wall_site: Site, monkeypatch: pytest.MonkeyPatch):
    def broken(*_: Any) -> Any:
        raise ZeroDivisionError("secret detail")

    client = browser(wall_site, "command")
    search = f"{EVERYTHING}&area={WEST}"
    whole = panels(client, search)
    monkeypatch.setattr("dashboard.pages.wall.tables.ledgers_table", broken)
    monkeypatch.setattr(Situation, "pyramid", broken)
    answer = panels(client, search)
    assert whole.keys() - answer.keys() == {"wall-ledgers", "wall-ages"}
    assert answer["wall-figures"] == whole["wall-figures"]
    assert "secret detail" not in text(answer)
    opened = client.get("/_dash-layout", headers={"Referer": f"http://localhost/{search}"}).get_json()
    lines = {line["data-faults"]: line["hidden"] for line in fault_lines(opened)}
    assert {panel for panel, hidden in lines.items() if not hidden} == {"wall-ledgers", "wall-ages"}
    assert len(lines) == 7


def fault_lines(tree: Any) -> list[dict[str, Any]]:
    """Find the attributes of every fault line of a layout, drawn as a component or as markup."""
    if isinstance(tree, dict):
        own = [tree] if "data-faults" in tree else []
        return own + [line for part in tree.values() for line in fault_lines(part)]
    return [line for part in tree for line in fault_lines(part)] if isinstance(tree, list) else []
