"""The examples beside each rule of the address matcher hold: a newcomer reads them where the rule is decided."""

from __future__ import annotations

import doctest
import importlib
import pkgutil
from types import ModuleType

import pytest

from geo.core import address

MODULES = [
    importlib.import_module(f"{address.__name__}.{found.name}") for found in pkgutil.iter_modules(address.__path__)
]


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.__name__)
def test_the_examples_of_every_rule_hold(module: ModuleType) -> None:
    assert doctest.testmod(module).failed == 0


def test_every_rule_of_reading_has_an_example() -> None:
    """Each public function of the modules that decide how a text is read shows what it does."""
    rules = {"normalise", "numerals", "doors", "roles", "typos", "keys", "parse"}
    without = [
        f"{module.__name__}.{name}"
        for module in MODULES
        if module.__name__.rpartition(".")[2] in rules
        for name, value in vars(module).items()
        if callable(value) and getattr(value, "__module__", "") == module.__name__ and not name.startswith("_")
        if not isinstance(value, type) and ">>>" not in (value.__doc__ or "")
    ]
    assert without == []
