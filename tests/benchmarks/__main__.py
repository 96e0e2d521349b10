"""Run every benchmark, one process each; each replaces its own section of RESULTS.md (`make bench`)."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

FOLDER = Path(__file__).parent


def main(names: list[str]) -> int:
    """Run the named benchmarks (`locate`), or all of them; 1 where one failed."""
    chosen = names or sorted(path.stem.removeprefix("bench_") for path in FOLDER.glob("bench_*.py"))
    failed = [
        name for name in chosen if subprocess.run([sys.executable, "-m", f"tests.benchmarks.bench_{name}"]).returncode
    ]
    for name in failed:
        sys.stderr.write(f"benchmark failed: {name}\n")
    return 1 if failed else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
