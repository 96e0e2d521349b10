"""What the documents say is what the program does: columns, settings, commands."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.main import get_command

import gridmap
from geo.settings import Settings
from loaders.tables import TABLES, Table

ROOT = Path(__file__).parents[2]
READMES = ("README.md", "README.zh-CN.md")


def row_of(table: str) -> str:
    """Return the line of docs/exchange.md that describes a table."""
    lines = (ROOT / "docs/exchange.md").read_text(encoding="utf-8").splitlines()
    return next(line for line in lines if line.startswith(f"| `{table}`"))


@pytest.mark.parametrize("table", TABLES.values(), ids=lambda table: table.name)
def test_every_column_is_described(table: Table) -> None:
    row = row_of(table.name)
    assert [column.name for column in table.columns if column.name not in row] == []
    assert [column.name for column in table.columns if column.required and f"**{column.name}**" not in row] == []


@pytest.mark.parametrize("readme", READMES)
def test_every_setting_is_described(readme: str) -> None:
    text = (ROOT / readme).read_text(encoding="utf-8")
    told_elsewhere = {"demo_password"}
    missing = [f"GRIDMAP_{name.upper()}" for name in Settings.model_fields if name not in told_elsewhere]
    assert [name for name in missing if f"`{name}`" not in text] == []


@pytest.mark.parametrize("readme", READMES)
def test_every_command_a_readme_names_exists(readme: str) -> None:
    commands = set(get_command(gridmap.app).commands)  # type: ignore[attr-defined]
    text = (ROOT / readme).read_text(encoding="utf-8")
    named = {line.split()[1] for line in text.replace(".venv/bin/", "`").split("`") if line.startswith("gridmap ")}
    assert named <= commands


def test_the_two_readmes_are_in_step() -> None:
    def shape(readme: str) -> list[str]:
        lines = (ROOT / readme).read_text(encoding="utf-8").splitlines()
        return [line.split(" ")[0] for line in lines if line.startswith(("#", "|", "```"))]

    assert shape(READMES[0]) == shape(READMES[1])
