"""What every test shares: no settings of the caller, and the fixtures by theme."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import settings
from xdist.scheduler import LoadScopeScheduling

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

TOGETHER = ("tests/browser/", "tests/unit/test_democity_")
"""Tests that need the whole city's server, tests that need the whole city's tables: each made once, in one process."""

# How long an example takes is the machine's affair: no test is timed.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")


class Shares(LoadScopeScheduling):
    """How several processes share the tests: by file, and what is `TOGETHER` by one."""

    def _split_scope(self, nodeid: str) -> str:
        return next((name for name in TOGETHER if nodeid.startswith(name)), nodeid.split("::")[0])


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Shares:
    """Let `Shares` decide who runs what."""
    return Shares(config, log)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the longest share."""
    items.sort(key=lambda item: not item.nodeid.startswith(TOGETHER[0]))


@pytest.fixture(autouse=True)
def chinese() -> Iterator[None]:
    """Begin every test in the default locale: a command or request of another test may have set its own."""
    with i18n.using("zh"):
        yield
