"""What every test shares: no settings of the caller, and the fixtures by theme."""

from __future__ import annotations

import os

pytest_plugins = [
    "tests.fixtures.database",
    "tests.fixtures.app",
    "tests.fixtures.browser",
    "tests.fixtures.drill",
    "tests.fixtures.small_city",
]

# A test depends on nothing the developer's shell happens to hold.
for name in [name for name in os.environ if name.startswith(("GRIDMAP_", "PG"))]:
    del os.environ[name]
