"""The rows of a file to be answered: every row once, its cells under their names, whatever they hold."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from loaders import geocode

CELL = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r"), max_size=12)
HEADERS = st.permutations(["id", "text", "more", "ID2"])


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(HEADERS, st.lists(st.lists(CELL, max_size=6), max_size=9))
def test_every_row_gives_its_cells_in_order(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, header: list[str], rows: list[list[str]]
) -> None:
    monkeypatch.setattr(geocode, "BATCH", 4)
    path = tmp_path / "in.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([header, *rows])
    with path.open(encoding="utf-8", newline="") as file:
        lines = [row for row in csv.reader(file) if row][1:]
    named = [dict(zip(header, line, strict=False)) for line in lines]
    batches = [*geocode._Rows(path).batches(("id", "text"), "crs")]
    assert [row for batch in batches for row in batch] == [
        (row.get("id", ""), row.get("text", ""), "") for row in named
    ]
    assert all(len(batch) == 4 for batch in batches[:-1])
