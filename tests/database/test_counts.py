"""The counts the database keeps itself: equal to counting anew after any history, and told to who listens."""

from __future__ import annotations

import random

import psycopg
import pytest

from geo.store import counts
from geo.store.cluster import Urls
from geo.store.database import connect, owner_connection
from tests.fixtures import busy_city as city

NOT_ZERO = "(reported, accepted, resolved, closed, closed_on_time, fell_overdue, closed_late) <> (0, 0, 0, 0, 0, 0, 0)"


def kept(conn: psycopg.Connection) -> tuple[list[tuple], list[tuple]]:
    """Read the counts without the rows of zeros that incremental counting leaves."""
    daily = conn.execute(f"SELECT * FROM daily_event WHERE {NOT_ZERO} ORDER BY 1, 2").fetchall()
    return daily, conn.execute("SELECT * FROM open_due_count WHERE open <> 0 ORDER BY 1, 2, 3, 4, 5, 6, 7").fetchall()


@pytest.mark.parametrize("seed", range(4))
def test_counts_kept_equal_counts_made_anew_after_any_history(owner: psycopg.Connection, seed: int) -> None:
    rng = random.Random(seed)
    city.build(owner)
    rows: dict[int, city.CaseRow] = {}
    for step in range(8):
        new = [city.draw_case(rng, step * 100 + number) for number in range(rng.randrange(1, 40))]
        city.put_cases(owner, new)
        rows |= {row.number: row for row in new}
        for row in rng.sample([*rows.values()], min(len(rows), 6)):
            other = city.changed(rng, row)
            owner.execute(
                "UPDATE case_record SET county_code = %(county)s, community_code = %(community)s, grid_code = %(grid)s,"
                " category = %(category)s, ledger = %(ledger)s, reported_at = %(reported)s, accepted_at = %(accepted)s,"
                " resolved_at = %(resolved)s, closed_at = %(closed)s, due_at = %(due)s"
                " WHERE case_no = %(number)s::text",
                vars(other),
            )
            rows[row.number] = other
        gone = rng.sample([*rows.values()], 2)
        city.remove_cases(owner, gone)
        rows = {number: row for number, row in rows.items() if row not in gone}
        before = kept(owner)
        assert sum(row[2] for row in before[0]) == len(rows)
        assert sum(row[-1] for row in before[1]) == sum(row.closed is None for row in rows.values())
    counts.rebuild_daily_counts(owner)
    assert kept(owner) == before


def test_an_event_counts_on_its_shanghai_day(owner: psycopg.Connection) -> None:
    city.build(owner)
    owner.execute("SET LOCAL timezone = 'UTC'")
    owner.execute("""
        INSERT INTO case_record (channel, case_no, category, ledger, reported_at, accepted_at, resolved_at, closed_at,
                                 due_at, state)
        VALUES ('hotline', '1', 'noise', 'immediate', '2026-03-01 00:30+08', '2026-03-01 23:59+08',
                '2026-03-02 00:01+08', '2026-03-04 00:10+08', '2026-03-02 09:00+08', 'closed')
    """)
    days = owner.execute(f"""
        SELECT to_char(day, 'DD'), reported, accepted, resolved, closed, closed_on_time, fell_overdue, closed_late
        FROM daily_count WHERE {NOT_ZERO} ORDER BY day
    """).fetchall()
    assert days == [
        ("01", 1, 1, 0, 0, 0, 0, 0),
        ("02", 0, 0, 1, 0, 0, 0, 0),
        ("03", 0, 0, 0, 0, 0, 1, 0),
        ("04", 0, 0, 0, 1, 0, 0, 1),
    ]


def test_a_statement_that_changes_no_row_leaves_the_version(owner: psycopg.Connection) -> None:
    city.build(owner)
    city.put_cases(owner, [city.draw_case(random.Random(1), 1)])
    version = owner.execute("SELECT version FROM data_version WHERE layer = 'cases'").fetchone()
    owner.execute("UPDATE case_record SET title = '' WHERE title <> ''")
    owner.execute("DELETE FROM case_record WHERE case_no = 'nobody'")
    owner.execute("""
        INSERT INTO case_record (channel, case_no, category, ledger, reported_at, due_at, state)
        SELECT channel, case_no, category, ledger, reported_at, due_at, state FROM case_record WHERE false
    """)
    assert owner.execute("SELECT version FROM data_version WHERE layer = 'cases'").fetchone() == version


def test_truncating_counts_nothing(owner: psycopg.Connection) -> None:
    city.build(owner)
    city.put_cases(owner, [city.draw_case(random.Random(1), number) for number in range(20)])
    owner.execute("TRUNCATE case_record CASCADE")
    assert kept(owner) == ([], [])


def test_a_change_is_told_when_it_is_committed(database: Urls) -> None:
    with connect(database.app_url, autocommit=True) as listener, owner_connection(database.owner_url) as writer:
        listener.execute("LISTEN gridmap_data")
        city.build(writer)
        city.put_cases(writer, [city.draw_case(random.Random(1), 1)])
        assert [*listener.notifies(timeout=0.1)] == []
        writer.commit()
        told = {note.payload.split()[0] for note in listener.notifies(timeout=10, stop_after=1)}
    assert told == {"cases"}


def test_stock_figures_by_hand(owner: psycopg.Connection) -> None:
    city.build(owner)
    city.fill_households(owner)
    counts.refresh_figures(owner)
    # Grid number 4 of eleven: 43 households in B4-0; B4-1 has none in the table, so its stated 2 count.
    grid = city.GRIDS[4]
    figures = owner.execute(
        "SELECT buildings, dwellings, households, residents, care_households, workers FROM grid_figure "
        "WHERE grid_code = %s",
        [grid],
    ).fetchone()
    care = len([number for number in range(1, 44) if str(number)[-1] in "05"])
    assert figures == (2, 43, 45, 86, care, 1)
    visits = owner.execute(
        "SELECT last_visit_on, care, households FROM visit_day WHERE grid_code = %s ORDER BY care, last_visit_on",
        [grid],
    ).fetchall()
    tens, fives = 4, 4
    assert [(str(day), flag, count) for day, flag, count in visits] == [
        ("None", False, 43 - tens - fives),
        ("2026-03-17", True, fives),
        ("2026-03-18", True, tens),
    ]
    assert owner.execute("SELECT sum(residents) FROM population_count").fetchone() == (
        sum(2 * (number * 10 + 3) for number in range(len(city.GRIDS))),
    )
