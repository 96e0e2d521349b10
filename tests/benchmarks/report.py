"""RESULTS.md: one section a benchmark, replaced by each run."""

from __future__ import annotations

import datetime as dt
import os
import platform
import re
import sys
from pathlib import Path

RESULTS = Path(__file__).with_name("RESULTS.md")
_HEAD = "# Benchmarks\n\nWritten by `make bench`; each section by its own command.\n"


def load_before() -> str:
    """Say how busy the machine is; read before anything is run that is measured."""
    return f"load of the machine before the first run {os.getloadavg()[1]:.1f} (0 is an idle machine)"


def record(title: str, command: str, markdown: str) -> None:
    """Write a section in the place of the one with the same title, and print it.

    Parameters
    ----------
    title : the section's heading.
    command : how to run it again.
    markdown : what was measured, a table mostly.
    """
    day = dt.datetime.now(dt.UTC).date().isoformat()
    section = f"## {title}\n\n`{command}`, {day}, Python {platform.python_version()}\n\n{markdown.strip()}\n"
    text = RESULTS.read_text("utf-8") if RESULTS.exists() else _HEAD
    sections: dict[str, str] = dict(re.findall(r"^(## .+)\n((?:(?!## ).*\n)*)", text, re.MULTILINE))
    head, _, body = section.partition("\n")
    sections[head] = body
    parts = [f"{name}\n{lines.rstrip()}\n" for name, lines in sorted(sections.items())]
    RESULTS.write_text("\n".join([_HEAD, *parts]), "utf-8")
    sys.stdout.write(f"{section}\n")
