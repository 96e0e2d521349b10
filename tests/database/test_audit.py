"""The audit log: append-only, chained; each way of tampering is found at its row."""

from __future__ import annotations

import threading
from pathlib import Path

import psycopg
import pytest

from geo.errors import Conflict, NotAllowed
from geo.model import Scope
from geo.service.check import CHECKS, Status
from geo.service.check.registry import Context
from geo.settings import Settings
from geo.store import audit
from geo.store.audit import Breach
from geo.store.cluster import Urls
from geo.store.database import Database, owner_connection, store_errors


def write(conn: psycopg.Connection, count: int = 5) -> None:
    for number in range(1, count + 1):
        audit.append(
            conn,
            "审计员",
            "export.made",
            object_kind="area",
            object_id=f"64020{number}",
            detail={"rows": number, "筛选": "x"},
        )


def tamper(conn: psycopg.Connection, *statements: str) -> None:
    """Do what only somebody with the owner's rights can: switch the triggers off first."""
    conn.execute("ALTER TABLE audit_log DISABLE TRIGGER USER")
    for statement in statements:
        conn.execute(statement)  # type: ignore[arg-type]


def test_an_untouched_log_has_no_breach(owner: psycopg.Connection, tmp_path: Path) -> None:
    assert audit.breaches(owner) == []
    write(owner)
    heads = tmp_path / "heads"
    audit.note_head(owner, heads)
    audit.note_head(owner, heads)
    assert len(heads.read_text().splitlines()) == 1
    write(owner, 2)
    audit.note_head(owner, heads)
    owner.execute("SET timezone = 'UTC'")
    assert audit.breaches(owner, heads) == []
    newest = audit.entries(owner, limit=2)
    assert [entry.audit_id for entry in newest] == [7, 6]
    assert newest[0].detail == {"rows": 2, "筛选": "x"}
    assert [entry.audit_id for entry in audit.entries(owner, up_to=3)] == [3, 2, 1]


@pytest.mark.parametrize(
    ("statements", "found"),
    [
        (["UPDATE audit_log SET reason = '另一个' WHERE audit_id = 3"], [Breach(3, "edited")]),
        (["UPDATE audit_log SET actor = 'x' || actor WHERE audit_id = 5"], [Breach(5, "edited")]),
        (["DELETE FROM audit_log WHERE audit_id = 1"], [Breach(2, "rows before it are missing")]),
        (["DELETE FROM audit_log WHERE audit_id IN (2, 3)"], [Breach(4, "rows before it are missing")]),
        (["DELETE FROM audit_log WHERE audit_id = 5"], [Breach(5, "the end is cut off")]),
        (["DELETE FROM audit_log"], [Breach(5, "the end is cut off")]),
        (
            [
                "UPDATE audit_log SET audit_id = -audit_id WHERE audit_id IN (2, 3)",
                "UPDATE audit_log SET audit_id = 5 + audit_id WHERE audit_id < 0",
            ],
            [
                Breach(2, "does not follow the row before it"),
                Breach(2, "edited"),
                Breach(3, "does not follow the row before it"),
                Breach(3, "edited"),
                Breach(4, "does not follow the row before it"),
            ],
        ),
    ],
    ids=["edited", "edited last", "first removed", "removed", "last removed", "emptied", "reordered"],
)
def test_tampering_is_found(owner: psycopg.Connection, statements: list[str], found: list[Breach]) -> None:
    write(owner)
    tamper(owner, *statements)
    assert audit.breaches(owner) == found


def test_a_row_made_to_fit_is_found_by_the_next(owner: psycopg.Connection) -> None:
    write(owner)
    tamper(
        owner,
        """UPDATE audit_log SET actor = 'nobody', row_hash =
           audit_hash(prev_hash, audit_id, at, 'nobody', role, action, object_kind, object_id, reason, detail)
           WHERE audit_id = 3""",
    )
    assert audit.breaches(owner) == [Breach(4, "does not follow the row before it")]


def test_a_rewritten_end_is_found_by_the_noted_head(owner: psycopg.Connection, tmp_path: Path) -> None:
    heads = tmp_path / "heads"
    write(owner)
    audit.note_head(owner, heads)
    tamper(
        owner,
        "DELETE FROM audit_log WHERE audit_id > 3",
        "UPDATE audit_head SET audit_id = 3, row_hash = (SELECT row_hash FROM audit_log WHERE audit_id = 3)",
    )
    assert audit.breaches(owner) == []
    assert [breach.audit_id for breach in audit.breaches(owner, heads)] == [5]
    write(owner, 2)
    assert [breach.audit_id for breach in audit.breaches(owner, heads)] == [5]


def test_check_compares_the_log_with_the_noted_heads(owner: psycopg.Connection, tmp_path: Path) -> None:
    check = next(check for check in CHECKS if check.name == "audit_chain_broken")
    context = Context(owner, Settings(home=tmp_path), {})
    write(owner)
    audit.note_head(owner, audit.heads_file(owner, tmp_path))
    assert check.run(context).status is Status.OK
    tamper(
        owner,
        "DELETE FROM audit_log WHERE audit_id > 3",
        "UPDATE audit_head SET audit_id = 3, row_hash = (SELECT row_hash FROM audit_log WHERE audit_id = 3)",
    )
    found = check.run(context)
    assert (found.status, [row[0] for row in found.rows]) == (Status.FAIL, ["5"])


@pytest.mark.parametrize(
    "statement", ["UPDATE audit_log SET actor = 'x'", "DELETE FROM audit_log", "TRUNCATE audit_log"]
)
def test_not_even_the_owner_changes_it(owner: psycopg.Connection, statement: str) -> None:
    write(owner, 1)
    with pytest.raises(Conflict) as caught, store_errors():
        owner.execute(statement)  # type: ignore[arg-type]
    assert caught.value.constraint == "audit_log_append_only"


def test_writers_at_once_make_one_chain(database: Urls) -> None:
    pool = Database(database.app_url, max_size=4)

    def work(name: str) -> None:
        for _ in range(10):
            with pool.transaction(Scope("scope_city")) as conn:
                audit.append(conn, name, "page.opened")

    threads = [threading.Thread(target=work, args=(f"user-{number}",)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with pool.transaction(Scope("scope_audit")) as conn:
        assert audit.breaches(conn) == []
        assert [entry.audit_id for entry in audit.entries(conn)] == [*range(40, 0, -1)]
    pool.close()


def test_scopes_append_but_neither_read_nor_insert(app_db: Database, database: Urls) -> None:
    scope = Scope("scope_grid", ("640202001001001",))
    with app_db.transaction(scope) as conn:
        assert audit.append(conn, "captain", "page.opened") == 1
    for statement in ("SELECT FROM audit_log", "INSERT INTO audit_log DEFAULT VALUES", "SELECT audit_breaches()"):
        with pytest.raises(NotAllowed), app_db.transaction(scope) as conn:
            conn.execute(statement)  # type: ignore[arg-type]
    with owner_connection(database.owner_url) as conn:
        (entry,) = audit.entries(conn)
        assert (entry.actor, entry.role) == ("captain", "scope_grid 640202001001001")


@pytest.mark.parametrize(("actor", "action"), [("", "x"), ("x", " ")])
def test_a_row_names_who_and_what(owner: psycopg.Connection, actor: str, action: str) -> None:
    with pytest.raises(Conflict) as caught, store_errors():
        audit.append(owner, actor, action)
    assert caught.value.constraint == "audit_log_actor_action"
