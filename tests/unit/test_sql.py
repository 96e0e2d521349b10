"""The parser of named queries, and the files it reads."""

from __future__ import annotations

import re

import pytest

from geo.store.sql import FOLDER, parse, queries

TWO = """-- one: The number one,
-- which is a comment of two lines.
SELECT 1 -- not the end
WHERE %(a)s > 0;

-- two: The number two.
SELECT 2

  -- a remark
  + 0
"""


def test_queries_are_split_by_their_headers() -> None:
    assert parse(TWO) == {"one": "SELECT 1 -- not the end\nWHERE %(a)s > 0", "two": "SELECT 2\n  + 0"}


@pytest.mark.parametrize(
    "text",
    [
        "SELECT 1;\n",
        "-- one: a\nSELECT 1;\n\n-- one: b\nSELECT 2;\n",
        "-- one: a\n\n-- two: b\nSELECT 2;\n",
        "-- one: a\n",
    ],
    ids=["no header", "twice", "empty", "empty last"],
)
def test_a_file_that_is_not_plain_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"query|line"):
        parse(text)


def test_an_empty_file_has_no_query() -> None:
    assert parse("\n") == {}


@pytest.mark.parametrize("noun", sorted(path.stem for path in FOLDER.glob("*.sql")))
def test_every_file_parses_and_names_its_parameters(noun: str) -> None:
    found = queries(noun)
    assert found
    for name, text in found.items():
        # A lone % is an error of the driver's as soon as parameters are given; %s would depend on their order.
        assert re.findall(r"%(?!\(\w+\)s|%)", text) == [], name
