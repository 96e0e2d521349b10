"""The seeded city is the same on every machine: no last bit of a BLAS kernel decides where a street ends."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

_DIGEST = """
import hashlib
from geo.core import democity
from tests.fixtures.demo import UNTIL
ground = democity.make("community", until=UNTIL)
for name in ("areas", "roads", "buildings", "grids"):
    shapes = ground[name].geometry.to_wkb()
    print(name, len(shapes), hashlib.sha256(b"".join(shapes)).hexdigest())
"""
ROOT = Path(__file__).parents[2]


def drawn_with(**environment: str) -> str:
    """Return the digest of the ground, drawn in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-c", _DIGEST],
        cwd=ROOT,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


@pytest.mark.parametrize(
    "machine",
    [{"OPENBLAS_CORETYPE": "Prescott"}, {"NPY_DISABLE_CPU_FEATURES": "X86_V3"}],
    ids=lambda machine: " ".join(machine.values()),
)
def test_another_processor_draws_the_same_city(machine: dict[str, str]) -> None:
    assert drawn_with(**machine) == drawn_with()
