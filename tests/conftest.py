"""What every test shares: no settings of the caller, and the fixtures by theme."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from hypothesis import settings

from geo import i18n

pytest_plugins = [
    "tests.fixtures.database",
    "tests.fixtures.app",
    "tests.fixtures.browser",
    "tests.fixtures.drill",
    "tests.fixtures.small_city",
    "tests.fixtures.planning_town",
]

# A test depends on nothing the developer's shell happens to hold.
for name in [name for name in os.environ if name.startswith(("GRIDMAP_", "PG"))]:
    del os.environ[name]

# How long an example takes is the machine's affair: no test is timed.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")


@pytest.fixture(autouse=True)
def chinese() -> Iterator[None]:
    """Begin every test in the default locale: a command or request of another test may have set its own."""
    with i18n.using("zh"):
        yield
