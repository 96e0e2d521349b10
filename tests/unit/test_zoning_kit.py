"""The kit's independent checker on the sub-district instance: every hard rule on the polygons as written."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

import gridmap

KIT = Path(__file__).parents[3] / "shared" / "bench" / "zoning"


@pytest.mark.skipif(not (KIT / "check.py").exists(), reason="the zoning kit is not beside this tree")
def test_the_checker_finds_nothing_broken_on_the_subdistrict(tmp_path: Path) -> None:
    city, out = tmp_path / "city", tmp_path / "out.gpkg"
    subprocess.run([sys.executable, KIT / "make_instance.py", "subdistrict", city], check=True, capture_output=True)
    result = CliRunner().invoke(gridmap.app, ["divide", "--folder", str(city), "--out", str(out)])
    assert result.exit_code == 0, result.output
    said = subprocess.run([sys.executable, KIT / "check.py", city, out], capture_output=True, text=True, check=False)
    found = json.loads(said.stdout)
    assert found["broken"] == []
    assert found["p10"] >= 87.9
    assert found["p10_where_possible"] >= 98
