"""Who sees what: each role on each table, no scope no rows, nothing left on a pooled connection."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest
from psycopg import sql

from geo.errors import Conflict, GridError, NotAllowed, StoreError
from geo.model import NO_SCOPE, Scope
from geo.store.cluster import Urls
from geo.store.database import LEVELS, SCOPE_ROLES, Database, connect, owner_connection
from tests.fixtures import places

# How each table may be read; a table missing here fails `test_every_table_is_classified`. A migration that makes one
# calls secure_table() with the kind written here.
KINDS = {
    "open": ["city", "data_version", "category", "road", "water", "alias", "count_day"],
    "plan": ["plan"],
    "area": ["area"],
    "place": [
        *("building", "grid", "assignment", "worker", "dwelling", "device", "count_cell", "daily_event"),
        *("daily_count", "population_count", "grid_figure", "visit_day", "open_due_count"),
    ],
    "case": ["case_record", "case_step", "building_figure", "case_move"],
    "person": ["household", "resident", "visit"],
    "auth": ["account", "session", "login_attempt", "tile_secret"],
    "audit": ["audit_log"],
    "draft": [
        *("draft", "draft_stroke", "draft_place", "draft_lock", "draft_presence", "draft_grid"),
        *("community_cells", "planning_job", "planning_proposal"),
    ],
    "check": ["review_claim", "review_act", "review_change"],
    "owner": [
        *(
            "migration",
            "audit_head",
            "load_batch",
            "load_chunk",
            "load_reject",
            "load_state",
            "duty_end",
            "regeocode_job",
        ),
        *("stage_area", "stage_road", "stage_water", "stage_building", "stage_alias", "stage_dwelling"),
        *("stage_household", "stage_resident", "stage_worker", "stage_case", "stage_visit", "stage_device"),
    ],
}
TABLES = {table: kind for kind, tables in KINDS.items() for table in tables}
# The column that says which place a row is of; the grid scope sees a row only by its grid.
PLACE = {"assignment": "building_id", "worker": "grid_code", "case_record": "case_no", "case_step": "case_no"}
PLACE |= {"case_move": "case_no"}
PLACE |= {"grid": "grid_code", "building": "building_id", "dwelling": "dwelling_id", "device": "device_id"}
PLACE |= {"household": "household_id", "resident": "resident_id", "visit": "visit_id", "building_figure": "building_id"}

CODES = {
    "county": ("640202",),
    "subdistrict": ("640202001",),
    "community": ("640202001001",),
    "grid": ("640202001001002",),
}
SCOPES = [
    *(Scope(role, CODES.get(role.split("_")[1], ())) for role in sorted(SCOPE_ROLES)),
    Scope("scope_county", places.COUNTIES),
    Scope("scope_grid", ("640202001001002", "640205001001001")),
    Scope("scope_county"),
    Scope("scope_grid"),
    Scope("person_grid"),
    Scope("scope_grid", ("640299001001001",)),
]


@pytest.fixture(scope="module")
def filled(module_database: Urls) -> Urls:
    with owner_connection(module_database.owner_url) as conn:
        places.fill(conn)
    return module_database


@pytest.fixture(scope="module")
def db(filled: Urls) -> Iterator[Database]:
    """One connection for all tests: whatever one scope left on it the next one would find."""
    pool = Database(filled.app_url, max_size=1)
    yield pool
    pool.close()


def places_seen(conn: psycopg.Connection, table: str) -> list[str]:
    """Return the place of each row the connection sees."""
    column = sql.SQL("COALESCE(NULLIF({grid}, ''), {community})")
    names = {"grid": sql.Identifier("grid_code"), "community": sql.Identifier("community_code")}
    place = sql.Identifier(PLACE[table]) if table in PLACE else column.format(**names)
    source = sql.Identifier(table)
    if table == "daily_event":  # its place is its cell's, left open here so that hidden cells would show
        source = sql.SQL("daily_event LEFT JOIN count_cell USING (cell_id)")
    query = sql.SQL("SELECT {place} FROM {table}").format(place=place, table=source)
    return sorted(row[0] for row in conn.execute(query))


def expected(scope: Scope, table: str, everything: list[str]) -> list[str] | None:
    """Say what a scope sees of a table: the places, or None for refused."""
    kind, family = TABLES[table], scope.role.split("_")[0]
    special = {"scope_auth": "auth", "scope_audit": "audit"}.get(scope.role)
    if kind == "draft":
        if family not in ("plan", "review"):
            return None
        # One draft, one job and one community's cells are of 640202001001; each row's place is that community.
        return (
            everything if scope.role.endswith("_city") or any("640202001001".startswith(c) for c in scope.codes) else []
        )
    if special or kind in ("auth", "audit", "owner"):
        return everything if special == kind else None
    if kind == "check" and family != "check":
        return None
    if kind == "person" and family != "person":
        return None
    if kind == "case" and (scope.role == "scope_wall" or (scope == NO_SCOPE and table != "building_figure")):
        return None
    if scope == NO_SCOPE:
        return []
    if kind in ("open", "plan", "area"):
        return everything
    return [place for place in everything if places.seen(scope, place)]


@pytest.mark.parametrize(
    "table", sorted(table for table, kind in TABLES.items() if kind in ("place", "case", "person"))
)
@pytest.mark.parametrize("scope", SCOPES, ids=lambda scope: f"{scope.role}:{'+'.join(scope.codes)}")
def test_each_role_sees_its_own_places_of_each_table(filled: Urls, db: Database, scope: Scope, table: str) -> None:
    with connect(filled.owner_url) as owner:
        everything = places_seen(owner, table)
    assert len(set(everything)) >= 5
    wanted = expected(scope, table, everything)
    if wanted is None:
        with pytest.raises(NotAllowed), db.transaction(scope) as conn:
            places_seen(conn, table)
    else:
        with db.transaction(scope) as conn:
            assert places_seen(conn, table) == wanted


@pytest.mark.parametrize(
    "table",
    sorted(table for table, kind in TABLES.items() if kind in ("open", "auth", "audit", "owner", "draft", "check")),
)
@pytest.mark.parametrize("scope", SCOPES, ids=lambda scope: f"{scope.role}:{'+'.join(scope.codes)}")
def test_each_role_on_each_table_without_a_place(filled: Urls, db: Database, scope: Scope, table: str) -> None:
    count = sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(table))
    with connect(filled.owner_url) as owner:
        row = owner.execute(count).fetchone()
    everything = ["row"] * (row[0] if row else 0)
    wanted = expected(scope, table, everything)
    if wanted is None:
        with pytest.raises(NotAllowed), db.transaction(scope) as conn:
            conn.execute(count)
    else:
        with db.transaction(scope) as conn:
            assert conn.execute(count).fetchone() == (len(wanted),)


@pytest.mark.parametrize(
    ("scope", "codes"),
    [
        (Scope("scope_grid", ("640205001001001",)), ["6402", "640205", "640205001", "640205001001"]),
        (Scope("scope_subdistrict", ("640202002",)), ["6402", "640202", "640202002", "640202002001"]),
        (Scope("scope_community"), []),
        (NO_SCOPE, []),
    ],
    ids=["grid", "subdistrict", "no codes", "no scope"],
)
def test_areas_are_those_inside_and_those_around(db: Database, scope: Scope, codes: list[str]) -> None:
    with db.transaction(scope) as conn:
        assert [row[0] for row in conn.execute("SELECT code FROM area ORDER BY code")] == codes


def test_a_draft_plan_is_the_citys_alone(db: Database) -> None:
    for role, wanted in {"scope_city": 2, "scope_wall": 1, "scope_none": 0}.items():
        with db.transaction(Scope(role)) as conn:
            assert conn.execute("SELECT count(*) FROM plan").fetchone() == (wanted,)
    with db.transaction(Scope("scope_grid", CODES["grid"])) as conn:
        assert conn.execute("SELECT status FROM plan").fetchall() == [("published",)]


def test_every_table_is_classified(owner: psycopg.Connection) -> None:
    tables = owner.execute("""
        SELECT c.relname, c.relrowsecurity, c.relforcerowsecurity FROM pg_class AS c
        WHERE c.relnamespace = 'gridmap'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
    """).fetchall()
    assert {name for name, _, _ in tables} == set(TABLES) - {"daily_count"}  # a view
    assert [name for name, secured, _ in tables if not secured] == []
    # Tables the load COPYs into can't be forced; nobody but the owner has a right to them.
    assert {name for name, _, forced in tables if not forced} == set(KINDS["owner"])


def test_partitions_and_policies(filled: Urls) -> None:
    with connect(filled.owner_url) as owner:
        grants = owner.execute("""
            SELECT c.relname, c.relacl FROM pg_class AS c
            WHERE c.relnamespace = 'gridmap'::regnamespace AND c.relispartition AND c.relkind = 'r'
        """).fetchall()
        assert len(grants) == 6 * len(places.COUNTIES) + 1
        assert [name for name, acl in grants if acl is not None] == []
        assert owner.execute("SELECT policyname FROM pg_policies WHERE qual ILIKE '%case when%'").fetchall() == []
        views = owner.execute("""
            SELECT relname FROM pg_class WHERE relnamespace = 'gridmap'::regnamespace AND relkind IN ('v', 'm')
            AND NOT COALESCE(reloptions, '{}') @> '{security_invoker=true}'
        """).fetchall()
        assert views == []


def test_a_partition_is_nobodys(db: Database) -> None:
    with pytest.raises(NotAllowed), db.transaction(Scope("scope_city")) as conn:
        conn.execute("SELECT * FROM building_640202")


def test_functions_are_nobodys_unless_granted(owner: psycopg.Connection) -> None:
    public = owner.execute("""
        SELECT p.proname FROM pg_proc AS p
        WHERE p.pronamespace = 'gridmap'::regnamespace AND has_function_privilege('scope_none', p.oid, 'EXECUTE')
    """).fetchall()
    assert {name for (name,) in public} <= {"scope_codes", "local_day", "case_events", "publish_refuse", "staged_grid"}
    unsafe = owner.execute("""
        SELECT proname FROM pg_proc WHERE pronamespace = 'gridmap'::regnamespace AND prosecdef
        AND NOT COALESCE(array_to_string(proconfig, ','), '') LIKE '%search_path=%'
    """).fetchall()
    assert unsafe == []


def test_the_application_login_is_nobody_by_itself(filled: Urls) -> None:
    with connect(filled.app_url) as conn:
        attributes = conn.execute("""
            SELECT rolsuper, rolbypassrls, rolinherit, rolcreaterole, rolcreatedb, rolreplication,
              (SELECT count(*) FROM pg_class WHERE relowner = r.oid)
              + (SELECT count(*) FROM pg_proc WHERE proowner = r.oid)
            FROM pg_roles AS r WHERE rolname = current_user
        """).fetchone()
        assert attributes == (False, False, False, False, False, False, 0)
        assert conn.execute("SHOW statement_timeout").fetchone() == ("15s",)
    for table in TABLES:
        with pytest.raises(psycopg.errors.InsufficientPrivilege), connect(filled.app_url) as conn:
            conn.execute(sql.SQL("SELECT FROM gridmap.{}").format(sql.Identifier(table)))


@pytest.mark.parametrize("role", ["gridmap_owner", "postgres", "pg_read_all_data"])
def test_the_application_login_cannot_become_another(filled: Urls, role: str) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege), connect(filled.app_url) as conn:
        conn.execute(sql.SQL("SET ROLE {}").format(sql.Identifier(role)))
    with pytest.raises(StoreError):
        connect(filled.app_url.replace("//gridmap_app:", f"//{role}:"))


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO road (road_id, class, geom) VALUES ('x', 'street', 'SRID=4326;MULTILINESTRING((0 0, 1 1))')",
        "UPDATE building SET name = 'x'",
        "DELETE FROM case_record",
        "TRUNCATE daily_event",
        "ALTER TABLE building DISABLE ROW LEVEL SECURITY",
        "CREATE POLICY mine ON building USING (true)",
        "GRANT SELECT ON resident TO scope_city",
        "CREATE TABLE mine (x integer)",
        "SELECT secure_table('building', 'open')",
        "SELECT create_county('640299')",
        "SELECT name FROM resident",
        "SELECT phone FROM resident",
        "SELECT * FROM resident",
        "SELECT password_hash FROM account",
    ],
)
def test_no_city_role_writes_or_reads_names(db: Database, statement: str) -> None:
    with pytest.raises(NotAllowed), db.transaction(Scope("person_city")) as conn:
        conn.execute(statement)  # type: ignore[arg-type]


def test_a_scope_ends_with_its_transaction(db: Database) -> None:
    """The pool holds one connection, so each step runs on the one before's."""
    with db.transaction(Scope("scope_city")) as conn:
        pid = conn.info.backend_pid
    with pytest.raises(ZeroDivisionError), db.transaction(Scope("scope_county", ("640202",))):
        raise ZeroDivisionError
    with pytest.raises(GridError), db.transaction(Scope("scope_grid", CODES["grid"])) as conn:
        conn.execute("SELECT 1 / 0")
    with db._pool.connection() as raw:
        assert raw.info.backend_pid == pid
        assert raw.execute("SELECT current_user, current_setting('gridmap.codes', true)").fetchone() == (
            "gridmap_app",
            "",
        )
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            raw.execute("SELECT FROM gridmap.building")
    with db.transaction(Scope("scope_grid")) as conn:
        assert conn.execute("SELECT count(*) FROM building").fetchone() == (0,)


@pytest.mark.parametrize(
    "scope",
    [
        Scope("gridmap_owner"),
        Scope("scope_city; RESET ROLE"),
        Scope("scope_grid", ("640202001001001' OR true --",)),
        Scope("scope_grid", ("640202001001001,640205001001001",)),
        Scope("scope_grid", ("640202001001",)),
        Scope("scope_county", ("6402",)),
        Scope("scope_county", ("640201", "640202", "640203", "640204", "640205")),
    ],
)
def test_a_scope_that_is_none_is_refused(db: Database, scope: Scope) -> None:
    with pytest.raises(ValueError, match="scope"), db.transaction(scope):
        raise AssertionError


@pytest.mark.parametrize("level", LEVELS[1:])
def test_a_tiles_query_leaves_other_counties_out(db: Database, level: str) -> None:
    """A county's partitions alone are read by its scope; the others by their indexes."""
    with db.transaction(Scope(f"scope_{level}", CODES[level])) as conn:
        rows = conn.execute(
            "EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF, SUMMARY OFF)"
            " SELECT building_id FROM building WHERE geom && ST_MakeEnvelope(106, 38, 107, 40, 4326)"
        )
        plan = "\n".join(row[0] for row in rows)
    if level == "county":
        assert "Subplans Removed: 1" in plan
        assert "building_640205" not in plan
    assert "building_640202" in plan


def test_a_household_opens_with_a_reason_and_leaves_a_row(filled: Urls, db: Database) -> None:
    inside, outside = places.PLACES[1], places.PLACES[0]
    statement = "SELECT resident_id, name, phone FROM open_household(%s, %s, 'captain-1')"
    with db.transaction(Scope("person_grid", CODES["grid"])) as conn:
        assert conn.execute(statement, (inside, "上门走访")).fetchall() == [(inside, "张2", "13900000002")]
        assert conn.execute(statement, (outside, "好奇")).fetchall() == []
        assert conn.execute(statement, ("nobody", "好奇")).fetchall() == []
    with db.transaction(Scope("scope_audit")) as conn:
        log = conn.execute(
            "SELECT actor, role, action, object_id, reason FROM audit_log WHERE actor = 'captain-1' ORDER BY audit_id"
        ).fetchall()
    role = f"person_grid {CODES['grid'][0]}"
    assert log == [
        ("captain-1", role, "household.opened", inside, "上门走访"),
        ("captain-1", role, "household.refused", outside, "好奇"),
        ("captain-1", role, "household.refused", "nobody", "好奇"),
    ]


@pytest.mark.parametrize("scope", [scope for scope in SCOPES if scope.role.startswith("person_")])
def test_a_household_opens_within_every_scope_alike(db: Database, scope: Scope) -> None:
    for place in places.PLACES:
        with db.transaction(scope) as conn:
            found = conn.execute("SELECT count(*) FROM open_household(%s, 'why', 'who')", (place,)).fetchone()
        assert found == (1 if places.seen(scope, place) else 0,)


@pytest.mark.parametrize("reason", ["", "  \t", None])
def test_a_household_does_not_open_without_a_reason(db: Database, reason: str | None) -> None:
    with pytest.raises(Conflict) as caught, db.transaction(Scope("person_city")) as conn:
        conn.execute("SELECT * FROM open_household(%s, %s, 'who')", (places.PLACES[0], reason))
    assert caught.value.constraint == "open_household_reason"


def test_scopes_without_persons_do_not_open_a_household(db: Database) -> None:
    for role in sorted(role for role in SCOPE_ROLES if role.startswith("scope_")):
        with pytest.raises(NotAllowed), db.transaction(Scope(role)) as conn:
            conn.execute("SELECT * FROM open_household(%s, 'why', 'who')", (places.PLACES[0],))
