"""What a command shows of its progress."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

import gridmap


def test_every_step_ends_at_a_hundred_percent_and_a_broken_one_does_not(monkeypatch: pytest.MonkeyPatch) -> None:
    shown = io.StringIO()
    monkeypatch.setattr(gridmap, "progress_console", Console(file=shown, width=100))
    with gridmap.load_bar() as tell:
        tell("buildings.csv", 0.4, 7)
        tell("figures", 0.0, 0)
    assert [line.split("%")[0].split()[-1] for line in shown.getvalue().splitlines()] == ["100", "100"]
    shown.seek(0)
    shown.truncate()
    with pytest.raises(ValueError, match="broken"):
        _break_off()
    assert "40 %" in shown.getvalue()


def _break_off() -> None:
    with gridmap.load_bar() as tell:
        tell("buildings.csv", 0.4, 7)
        raise ValueError("broken")
