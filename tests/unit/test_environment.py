"""environment.yml (conda) and pyproject.toml (pip) name the same dependencies with the same lower bounds."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import yaml
from packaging.requirements import Requirement

ROOT = Path(__file__).parents[2]
CONDA_NAME = {"h3": "h3-py", "brotli": "brotli-python"}
"""Packages conda-forge has under another name."""
CONDA_ONLY = {"python", "pip", "postgresql", "postgis", "nodefaults"}


def wanted() -> dict[str, str]:
    """Name (as conda knows it) -> lower bound, of pyproject.toml; psycopg's pool is a package of its own there."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    found: dict[str, str] = {}
    for text in project["dependencies"]:
        requirement = Requirement(text)
        name = CONDA_NAME.get(requirement.name, requirement.name)
        found[name] = str(requirement.specifier)
        if "pool" in requirement.extras:
            found[f"{name}-pool"] = str(requirement.specifier)
    return found


def given() -> dict[str, str]:
    """Name -> version condition, of environment.yml, the `pip:` part included."""
    entries = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))["dependencies"]
    lines = [line for entry in entries for line in (entry["pip"] if isinstance(entry, dict) else [entry])]
    return dict(re.match(r"([\w.-]+)(.*)", line).groups() for line in lines)  # type: ignore[union-attr]


def test_conda_lists_what_pip_lists() -> None:
    assert {name: spec for name, spec in given().items() if name not in CONDA_ONLY} == wanted()


def test_conda_brings_the_database() -> None:
    assert given()["postgresql"] == ">=15"
    assert given()["postgis"] == ">=3.3"


def test_python_is_the_same() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert given()["python"] == project["requires-python"]
