"""The schema as a newcomer reads it: `schema/*.sql`, dumped from a database the migrations made.

`python -m geo.store.snapshot` writes the files anew; a test holds that they and the migrations make the same schema.
They are for reading and comparing only: a database is always made by the migrations.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from pathlib import Path

import psycopg

from geo.store.cluster import Cluster
from geo.store.migrate import migrate
from geo.store.postgres import SUPERUSER, data_major, programs

FOLDER = Path(__file__).parent / "schema"
PLANNING = (
    r"publish_|republish_|put_in_force|regroup_|visits_due|secure_drafts|in_scope|case_grid_at|staged_grid|count_query"
)
"""Beginnings of the names of the planner's functions."""
PARTS = (
    ("1_functions", {"SCHEMA", "FUNCTION", "DEFAULT ACL"}, rf"(?!{PLANNING})"),
    ("1_functions_planning", {"FUNCTION"}, ""),
    ("2_tables_accounts", {"TABLE", "SEQUENCE"}, r"account|session|login_attempt|audit_|tile_secret"),
    (
        "2_tables_counts",
        {"TABLE", "SEQUENCE"},
        r"count_|daily_|open_due_|population_|grid_figure|building_figure|visit_day",
    ),
    ("2_tables_load", {"TABLE", "SEQUENCE"}, r"load_|stage_|migration"),
    ("2_tables_review", {"TABLE", "SEQUENCE"}, r"review_|regeocode_"),
    ("2_tables_planning", {"TABLE", "SEQUENCE"}, r"draft|planning_|community_cells"),
    ("3_tables", {"TABLE", "SEQUENCE", "VIEW"}, ""),
    ("4_keys", {"CONSTRAINT", "FK CONSTRAINT", "INDEX", "TABLE ATTACH", "INDEX ATTACH", "DEFAULT"}, ""),
    ("5_policies", {"TRIGGER", "POLICY", "ROW SECURITY"}, ""),
    ("6_grants", {"ACL"}, r"(?!(TABLE|COLUMN) (draft|planning_|community_cells))"),
    ("6_grants_planning", {"ACL"}, ""),
    ("7_comments", {"COMMENT"}, ""),
)
"""The files in the order in which they can be run: kinds of object in each, and the beginning of their names."""
_ENTRY = re.compile(r"^-- Name: (?P<name>.*?); Type: (?P<kind>[A-Z ]+); Schema: .*\n--\n", re.MULTILINE)


def dump(cluster: Cluster, database: str) -> dict[str, str]:
    """Dump the schema `gridmap` of a database, normalised, in parts.

    Returns
    -------
    Text by part; without versions, sessions' settings and blank lines, so that it depends on the schema alone.

    Raises
    ------
    ValueError   an object of a kind no part holds.
    """
    command = [programs(data_major(cluster.data)) / "pg_dump", "--schema-only", "--schema=gridmap", "--no-owner"]
    url = cluster.url(SUPERUSER, database)
    text = subprocess.run([*command, url], capture_output=True, text=True, check=True).stdout
    heads = [*_ENTRY.finditer(text)]
    parts: dict[str, list[str]] = {part: [] for part, _kinds, _name in PARTS}
    for head, end in zip(heads, [*(head.start() for head in heads[1:]), len(text)], strict=True):
        parts[_part(head["kind"], head["name"])] += _statements(text[head.end() : end])
    return {part: "\n".join(lines) + "\n" for part, lines in parts.items()}


def _part(kind: str, name: str) -> str:
    """Choose the file of an object."""
    for part, kinds, beginning in PARTS:
        if kind in kinds and re.match(beginning, name):
            return part
    raise ValueError(f"no part of the snapshot holds a {kind}")


def _statements(text: str) -> list[str]:
    """Keep the lines that say something about the schema."""
    noise = ("--", "SET default_", r"\restrict", r"\unrestrict")
    return [line.rstrip() for line in text.splitlines() if line.strip() and not line.startswith(noise)]


def read(folder: Path = FOLDER) -> dict[str, str]:
    """Return the snapshot kept with the program, by part."""
    return {path.stem: path.read_text("utf-8") for path in sorted(folder.glob("*.sql"))}


def write(folder: Path = FOLDER) -> None:
    """Make a database in a cluster of its own and write its schema to the folder."""
    with tempfile.TemporaryDirectory(prefix="gm-") as home:
        cluster = Cluster(Path(home), {"fsync": "off"})
        with cluster.shared():
            with psycopg.connect(cluster.urls().owner_url) as conn:
                migrate(conn)
            parts = dump(cluster, "gridmap")
    folder.mkdir(exist_ok=True)
    for old in folder.glob("*.sql"):
        old.unlink()
    for part, text in parts.items():
        (folder / f"{part}.sql").write_text(text, "utf-8")


if __name__ == "__main__":
    write()
    sys.exit(0)
