"""scripts/setup.sh for a user who may not install: one line to run as root, and nothing else is tried.

The script runs in a copy with a PATH of stand-ins: a machine without PostGIS and Chromium, whose user is not root.
"""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TOOLS = ("bash", "dirname", "cat", "sha256sum", "cut")


def machine(folder: Path, *, user: int, debian: bool) -> Path:
    """Make a folder of commands: the shell's own, an `id` that says who runs it, an apt-get that must not be called."""
    commands = folder / "bin"
    commands.mkdir()
    for tool in TOOLS:
        (commands / tool).symlink_to(shutil.which(tool) or tool)
    stand_ins = {"id": f"echo {user}", "pg_config": "echo /nowhere", "python3": "exit 1"}
    if debian:
        stand_ins["apt-get"] = f"touch {folder}/called"
    for name, body in stand_ins.items():
        (commands / name).write_text(f"#!/bin/sh\n{body}\n")
        (commands / name).chmod(0o755)
    return commands


def run_setup(folder: Path, purpose: str, commands: Path) -> subprocess.CompletedProcess[str]:
    """Run a copy of the script that looks for PostGIS where there is none."""
    scripts = folder / "scripts"
    scripts.mkdir()
    text = (ROOT / "scripts/setup.sh").read_text("utf-8")
    assert "/usr/lib/postgresql/" in text
    (scripts / "setup.sh").write_text(text.replace("/usr/lib/postgresql/", f"{folder}/none/"), "utf-8")
    script = [str(commands / "bash"), str(scripts / "setup.sh"), purpose]
    return subprocess.run(script, env={"PATH": str(commands)}, capture_output=True, text=True, check=False, timeout=60)


@pytest.mark.parametrize(("purpose", "browser"), [("run", False), ("test", True)])
def test_without_root_it_says_the_one_line_to_run(tmp_path: Path, purpose: str, browser: bool) -> None:
    found = run_setup(tmp_path, purpose, machine(tmp_path, user=1000, debian=True))
    assert found.returncode != 0
    lines = [line for line in found.stderr.splitlines() if "sudo" in line]
    assert len(lines) == 1
    command = lines[0].split("gridmap setup:")[1].strip()
    assert command.startswith("sudo sh -c 'apt-get update && apt-get install -y --no-install-recommends ")
    assert "postgresql-postgis" in command
    assert ("chromium" in command) == browser
    assert not (tmp_path / "called").exists()
    assert not (tmp_path / ".venv").exists()


def test_without_apt_it_names_what_is_missing_and_the_other_way(tmp_path: Path) -> None:
    found = run_setup(tmp_path, "run", machine(tmp_path, user=0, debian=False))
    assert found.returncode != 0
    assert "postgresql-postgis" in found.stderr
    assert "environment.yml" in found.stderr
