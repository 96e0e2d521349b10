"""Named SQL: `queries/<noun>.sql` read into a dictionary, so that SQL is reviewed as SQL.

A query starts with a line `-- name: what it does`, at the top of the file or after a blank line, and ends where the
next one starts. Comment lines are for the reader and are not sent. Parameters are written `%(name)s`.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import LiteralString, cast

FOLDER = Path(__file__).parent / "queries"
_HEADER = re.compile(r"(?:\A|\n[ \t]*\n)-- (?P<name>[a-z][a-z0-9_]*): [^\n]+(?=\n)")


def parse(text: str) -> dict[str, LiteralString]:
    r"""Split a file of named queries.

    Raises
    ------
    ValueError   a name is given twice, a query is empty, or text stands before the first header.

    Examples
    --------
    >>> parse("-- one: The number one.\nSELECT 1;\n")
    {'one': 'SELECT 1'}
    """
    heads = [*_HEADER.finditer(text)]
    ends = [head.start() for head in heads] + [len(text)]
    if text[: ends[0]].strip():
        raise ValueError("text before the first `-- name: description` line")
    queries: dict[str, LiteralString] = {}
    for head, end in zip(heads, ends[1:], strict=True):
        lines = [
            line for line in text[head.end() : end].splitlines() if line.strip() and not line.lstrip().startswith("--")
        ]
        body = "\n".join(lines).rstrip().removesuffix(";")
        if head["name"] in queries or not body:
            raise ValueError(f"query {head['name']} is empty or given twice")
        # The files are part of the program, so their text is as trusted as a literal in a module.
        queries[head["name"]] = cast("LiteralString", body)
    return queries


@cache
def queries(noun: str) -> dict[str, LiteralString]:
    """Return the queries of `queries/<noun>.sql` by name."""
    return parse((FOLDER / f"{noun}.sql").read_text("utf-8"))
