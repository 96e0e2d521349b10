"""Fail when a file of ours has over 500 lines: two ideas in one file."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

LIMIT = 500
KINDS = {".py", ".js", ".css", ".sql", ".sh", ".md"}
NOT_OURS = ("dashboard/assets/vendor/", "geo/store/schema.sql")
"""Vendored bundles, and the generated snapshot of the schema."""


def tracked() -> list[Path]:
    """List the files under version control."""
    names = subprocess.run(["git", "ls-files"], capture_output=True, text=True, check=True).stdout.splitlines()
    return [Path(name) for name in names if Path(name).suffix in KINDS and not name.startswith(NOT_OURS)]


def main() -> int:
    """Print the files over the limit; 1 where there are any."""
    sizes = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in tracked() if path.exists()}
    over = {path: lines for path, lines in sizes.items() if lines > LIMIT}
    for path, lines in sorted(over.items()):
        sys.stderr.write(f"{path}: {lines} lines, the limit is {LIMIT}\n")
    return 1 if over else 0


if __name__ == "__main__":
    raise SystemExit(main())
