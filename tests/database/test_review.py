"""The review queue on a drawn city: who may, what waits, what a decision writes, and what undoes and outlives it."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import psycopg
import pytest

from geo.errors import Conflict, InputError, NotAllowed, NotFound, Unavailable
from geo.model import Level, Scope
from geo.service.access import ROLES, Role, Viewer
from geo.service.addresses import Addresses
from geo.service.linking import adopt_grids, link
from geo.service.review import BY_PERSON, Review
from geo.service.waiting import Position
from geo.store.cluster import Urls
from geo.store.database import Database, owner_connection
from tests.fixtures import city

A, B = city.COMMUNITIES.values()
A1, A2, B1 = f"{A}001", f"{A}002", f"{B}001"
CLERK = Viewer("clerk", "clerk", Role.CLERK, Level.CITY)
OTHER = Viewer("command", "command", Role.COMMAND, Level.CITY)
PLACE = "county_code, community_code, grid_code, match_status, match_level, dwelling_id, building_id, reviewed"


@pytest.fixture
def urls(database: Urls) -> Urls:
    """Give the drawn city: an estate over two grids, and cases the matcher can't place alone."""
    with owner_connection(database.owner_url) as conn:
        city.put_whole_city(conn)
        city.put_case(conn, "wide", address="青竹佳苑", **{"match_status": "matched", "match_level": "estate"})
        city.put_case(conn, "nick", address="红砖楼1栋")
        city.put_case(conn, "nick2", address="红砖楼2栋101", state="closed", closed_at="2026-01-04 10:00+08")
        city.put_case(conn, "silent", state="closed", closed_at="2026-01-04 10:00+08")
        link(conn)
    return database


@pytest.fixture
def review(urls: Urls) -> Iterator[Review]:
    db = Database(urls.app_url, max_size=4)
    yield Review(db, Addresses(db))
    db.close()


def ask(urls: Urls, query: str, *params: object) -> list[tuple]:
    with owner_connection(urls.owner_url) as conn:
        return conn.execute(query, params).fetchall()  # type: ignore[arg-type]


def place(urls: Urls, number: str) -> tuple:
    return ask(urls, f"SELECT {PLACE} FROM case_record WHERE case_no = %s", number)[0]


def key(number: str) -> tuple[str, str]:
    return "hotline", number


def waiting(review: Review, viewer: Viewer = CLERK, **given: str) -> list[str]:
    return [line.case_no for line in review.queue(viewer, Position(**given)).lines]  # type: ignore[arg-type]


def counts_balance(urls: Urls) -> None:
    """Hold the daily counts against the cases themselves."""
    counted = "SELECT grid_code, sum(reported) FROM daily_count GROUP BY 1 HAVING sum(reported) <> 0 ORDER BY 1"
    assert ask(urls, counted) == ask(urls, "SELECT grid_code, count(*) FROM case_record GROUP BY 1 ORDER BY 1")


def test_open_cases_wait_first_and_the_figures_add_up(review: Review) -> None:
    assert waiting(review) == ["nick", "wide", "nick2", "silent"]
    assert waiting(review, kind="unknown") == ["nick", "nick2"]
    assert waiting(review, kind="narrow") == ["wide"]
    assert waiting(review, area="none") == ["nick", "nick2", "silent"]
    queue = review.queue(CLERK, Position(channel="hotline", case_no="wide"))
    assert (queue.waiting, queue.before, queue.unplaced) == (4, 1, 4)
    whole, *parts = queue.counters
    assert (whole.waiting, whole.open) == (4, 2)
    assert sum(part.waiting for part in parts) == whole.waiting


def test_the_counters_tell_how_old_what_waits_is(review: Review, urls: Urls) -> None:
    ask(urls, "UPDATE case_record SET reported_at = '2025-12-01 10:00+08' WHERE case_no = 'nick' RETURNING 1")
    queue = review.queue(CLERK, Position())
    asked = "SELECT min(reported_at), percentile_disc(0.5) WITHIN GROUP (ORDER BY reported_at) FROM case_record"
    waiting_ones = f"{asked} WHERE case_no IN ('nick', 'wide', 'nick2', 'silent')"
    assert [(queue.counters[0].oldest, queue.counters[0].median)] == ask(urls, waiting_ones)
    narrow = next(counter for counter in queue.counters if counter.kind == "narrow")
    assert [(narrow.oldest, narrow.median)] == ask(urls, f"{asked} WHERE case_no = 'wide'")


def test_an_estate_over_two_grids_offers_its_parts(review: Review) -> None:
    found = review.case(CLERK, key("wide"))
    assert [(one.place.token, one.grid_name) for one in found.candidates] == [
        (f"grid:{A1}", "网格a"),
        (f"grid:{A2}", "网格b"),
    ]
    assert [(part.text, part.kind) for part in found.marks] == [("青竹佳苑", "estate")]


def test_an_accepted_building_is_placed_as_the_linking_would(review: Review, urls: Urls) -> None:
    with owner_connection(urls.owner_url) as conn:
        city.put_case(conn, "told", building_id="y", key_given="building")
        conn.execute("UPDATE city SET linked_version = 0")
        link(conn)
    version = ask(urls, "SELECT version FROM data_version WHERE layer = 'cases'")
    done = review.accept(CLERK, key("nick"), "building:y")
    assert done.place == "青竹佳苑 2栋 网格b"
    assert place(urls, "nick")[:-1] == place(urls, "told")[:-1]
    assert place(urls, "nick")[-1] == "placed"
    geometry = "SELECT DISTINCT geom FROM case_record WHERE case_no IN ('nick', 'told')"
    assert len(ask(urls, geometry)) == 1
    assert ask(urls, "SELECT match_reason FROM case_record WHERE case_no = 'nick'") == [(BY_PERSON,)]
    assert ask(urls, "SELECT version FROM data_version WHERE layer = 'cases'") > version
    steps = ask(urls, "SELECT from_state, to_state, actor, note FROM case_step WHERE case_no = 'nick'")
    assert steps == [("accepted", "accepted", "clerk", "address.placed building:y")]
    assert ask(urls, "SELECT actor, role, object_id FROM audit_log WHERE action = 'review.placed'") == [
        ("clerk", "check_city", "hotline/nick")
    ]
    counts_balance(urls)
    assert "nick" not in waiting(review)


def test_an_accepted_door_and_an_accepted_part_of_an_estate(review: Review, urls: Urls) -> None:
    review.accept(CLERK, key("nick"), "dwelling:D-x-2")
    assert place(urls, "nick")[2:] == (A1, "matched", "dwelling", "D-x-2", "x", "placed")
    review.accept(CLERK, key("wide"), f"grid:{A2}")
    assert place(urls, "wide")[2:] == (A2, "matched", "estate", None, None, "placed")
    counts_balance(urls)


def test_a_persons_answer_survives_linking_and_a_new_plan(review: Review, urls: Urls) -> None:
    review.accept(CLERK, key("nick"), "building:y")
    review.accept(CLERK, key("wide"), f"grid:{A2}")
    review.not_here(CLERK, key("nick2"), "elsewhere")
    before = [place(urls, number) for number in ("nick", "wide", "nick2")]
    with owner_connection(urls.owner_url) as conn:
        city.put(conn, "alias", alias="红砖楼", estate="北叶新村")
        conn.execute("UPDATE data_version SET version = version + 1 WHERE layer = 'aliases'")
        link(conn)
    assert [place(urls, number) for number in ("nick", "wide", "nick2")] == before
    with owner_connection(urls.owner_url) as conn:
        adopt_grids(conn, city.grids(("aaaccc",) * 3, {"a": A1, "c": B1}))
        link(conn)
    assert [place(urls, number)[2] for number in ("nick", "wide", "nick2")] == [A1, A1, ""]
    assert [place(urls, number)[3:] for number in ("nick", "wide")] == [row[3:] for row in before[:2]]
    # A plan moves open cases and leaves the past: they are counted as reported where they were, as open where they are.
    opened = "SELECT grid_code, sum(reported - closed + moved) FROM daily_count GROUP BY 1 ORDER BY 1"
    now = "SELECT grid_code, count(*) FROM case_record WHERE state <> 'closed' GROUP BY 1 ORDER BY 1"
    assert [row for row in ask(urls, opened) if row[1]] == ask(urls, now)


def test_not_here_leaves_the_queue_and_stays_unplaced(review: Review, urls: Urls) -> None:
    review.not_here(CLERK, key("silent"), "too_vague")
    queue = review.queue(CLERK, Position())
    assert (queue.waiting, queue.unplaced, queue.not_here) == (3, 4, 1)
    with pytest.raises(InputError):
        review.not_here(CLERK, key("nick"), "because")


def test_undo_puts_the_case_back_as_it_was(review: Review, urls: Urls) -> None:
    before = ask(urls, "SELECT * FROM case_record WHERE case_no = 'nick'")
    review.accept(CLERK, key("nick"), "building:z")
    assert place(urls, "nick")[1] == B
    assert review.undo(CLERK).case == key("nick")
    assert ask(urls, "SELECT * FROM case_record WHERE case_no = 'nick'") == before
    counts_balance(urls)
    with pytest.raises(NotFound):
        review.undo(CLERK)
    with pytest.raises(NotFound):
        review.undo(OTHER)


def test_teaching_says_first_what_it_does_and_the_matcher_then_knows(review: Review, urls: Urls) -> None:
    told = review.lesson(CLERK, "红砖楼", "estate:青竹佳苑")
    assert (told.naming, told.resolved) == (2, 2)
    assert place(urls, "nick")[2] == ""
    done = review.teach(CLERK, key("nick"), "红砖楼", "estate:青竹佳苑")
    assert done.resolved == 2
    assert [place(urls, number)[2:4] for number in ("nick", "nick2")] == [(A1, "matched"), (A2, "matched")]
    note = ask(urls, "SELECT estate, note FROM alias WHERE alias = '红砖楼'")
    assert note[0][0] == "青竹佳苑"
    assert note[0][1].startswith("review clerk 20")
    counts_balance(urls)
    places = [place(urls, number) for number in ("nick", "nick2")]
    with owner_connection(urls.owner_url) as conn:
        assert link(conn).cases_changed == 0
        city.put_case(conn, "later", address="红砖楼2栋")
        conn.execute("UPDATE city SET linked_version = 0")
        link(conn)
    assert place(urls, "later")[2] == A2
    assert [place(urls, number) for number in ("nick", "nick2")] == places
    assert review.undo(CLERK).resolved == 2
    assert ask(urls, "SELECT * FROM alias WHERE alias = '红砖楼'") == []
    assert [place(urls, number)[2] for number in ("nick", "nick2")] == ["", ""]
    counts_balance(urls)


@pytest.mark.parametrize("alias", ["", "红", "青竹佳苑", "12345", "红" * 31])
def test_what_cannot_be_taught_is_refused_with_a_sentence(review: Review, urls: Urls, alias: str) -> None:
    with pytest.raises(InputError):
        review.teach(CLERK, key("nick"), alias, "estate:青竹佳苑")
    assert len(ask(urls, "SELECT * FROM alias")) == 1


def test_a_case_on_one_screen_is_not_handed_to_another(review: Review, urls: Urls) -> None:
    first = review.next_after(CLERK, Position())
    assert first == key("nick")
    assert review.case(CLERK, first).holder is None
    assert review.next_after(OTHER, Position()) == key("wide")
    held = review.case(OTHER, first).holder
    assert held is not None
    assert held[0] == "clerk"
    assert review.case(CLERK, first).holder is None, "the second's look takes nothing from the first"
    ask(urls, "UPDATE review_claim SET expires_at = now() - interval '1 s' RETURNING 1")
    assert review.next_after(OTHER, Position()) == key("nick")
    assert review.case(OTHER, first).holder is None


def test_a_case_somebody_else_decided_is_refused(review: Review, urls: Urls) -> None:
    review.accept(OTHER, key("nick"), "building:x")
    with pytest.raises(Conflict, match="command"):
        review.accept(CLERK, key("nick"), "building:y")
    with pytest.raises(Conflict, match="command"):
        review.not_here(CLERK, key("nick"), "elsewhere")
    assert place(urls, "nick")[6] == "x"
    found = review.case(CLERK, key("nick"))
    assert not found.waits
    assert found.decided is not None


def test_two_at_the_same_moment_decide_once(review: Review, urls: Urls) -> None:
    outcomes: list[str] = []

    def decide(viewer: Viewer, token: str) -> None:
        try:
            outcomes.append(review.accept(viewer, key("nick"), token).kind)
        except Conflict:
            outcomes.append("refused")

    threads = [threading.Thread(target=decide, args=pair) for pair in ((CLERK, "building:x"), (OTHER, "building:y"))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["placed", "refused"]
    assert len(ask(urls, "SELECT * FROM review_change")) == 1
    counts_balance(urls)


def test_a_decision_that_is_cut_off_leaves_nothing(review: Review, urls: Urls, monkeypatch: pytest.MonkeyPatch) -> None:
    before = place(urls, "nick")

    def killed(*_args: object, **_more: object) -> int:
        raise psycopg.OperationalError("the connection was cut")

    monkeypatch.setattr("geo.store.audit.append", killed)
    with pytest.raises(Unavailable):
        review.accept(CLERK, key("nick"), "building:x")
    assert place(urls, "nick") == before
    assert ask(urls, "SELECT count(*) FROM review_act") == [(0,)]
    assert ask(urls, "SELECT count(*) FROM case_step") == [(0,)]
    counts_balance(urls)


@pytest.mark.parametrize("role", [role for role in Role if not ROLES[role].checks])
def test_no_other_role_has_a_queue(review: Review, role: Role) -> None:
    viewer = Viewer("who", "who", role, Level.CITY)
    assert not viewer.may_check
    for call in (
        lambda: review.queue(viewer, Position()),
        lambda: review.case(viewer, key("nick")),
        lambda: review.accept(viewer, key("nick"), "building:x"),
        lambda: review.teach(viewer, key("nick"), "红砖楼", "estate:青竹佳苑"),
        lambda: review.undo(viewer),
    ):
        with pytest.raises(NotAllowed):
            call()
    assert review.search(viewer, "青竹") == []


def test_a_grids_captain_has_no_queue_whatever_the_role() -> None:
    assert not Viewer("who", "who", Role.CLERK, Level.GRID, (A1,)).may_check


def test_a_community_sees_and_decides_its_own_cases_only(review: Review, urls: Urls) -> None:
    own = Viewer("own", "own", Role.CLERK, Level.COMMUNITY, (A,))
    foreign = Viewer("foreign", "foreign", Role.CLERK, Level.COMMUNITY, (B,))
    assert waiting(review, own) == ["wide"]
    assert waiting(review, foreign) == []
    with pytest.raises(NotFound):
        review.accept(foreign, key("wide"), "building:z")
    with pytest.raises(NotFound):
        review.accept(own, key("wide"), "building:z")
    assert [one.place.key for one in review.search(own, "北叶新村1栋")] == []
    assert [one.place.key for one in review.search(own, "qzjy2")] == ["y"]
    review.accept(own, key("wide"), "building:x")
    assert place(urls, "wide")[2] == A1


@pytest.mark.parametrize("table", ["review_claim", "review_act", "review_change", "waiting_case"])
@pytest.mark.parametrize("role", ["scope_city", "scope_wall", "scope_grid", "person_city", "scope_none"])
def test_ordinary_scopes_do_not_reach_the_reviews_rows(urls: Urls, table: str, role: str) -> None:
    db = Database(urls.app_url, max_size=1)
    codes = (A1,) if role.endswith("grid") else ()
    with pytest.raises(NotAllowed), db.transaction(Scope(role, codes)) as conn:
        conn.execute(f"SELECT * FROM {table}")
    with pytest.raises(NotAllowed), db.transaction(Scope(role, codes)) as conn:
        conn.execute("UPDATE case_record SET reviewed = 'not_here'")
    db.close()


def test_a_review_scope_writes_places_and_nothing_else(urls: Urls) -> None:
    db = Database(urls.app_url, max_size=1)
    foreign = Scope("check_community", (B,))
    with db.transaction(foreign) as conn:
        assert conn.execute("UPDATE case_record SET reviewed = 'not_here' WHERE case_no = 'wide'").rowcount == 0
        assert conn.execute("SELECT * FROM waiting_case").fetchall() == []
    for forbidden in (
        "UPDATE case_record SET state = 'closed'",
        "UPDATE case_record SET address = ''",
        "DELETE FROM case_record",
        "SELECT * FROM household",
        "UPDATE alias SET estate = 'x'",
        "DELETE FROM review_act",
    ):
        with pytest.raises(NotAllowed), db.transaction(Scope("check_city")) as conn:
            conn.execute(forbidden)
    with db.transaction(Scope("check_city")) as conn:
        assert conn.execute("DELETE FROM alias").rowcount == 0, "an alias that was loaded is not a clerk's to drop"
    db.close()
