"""The command line's help and its refusals, in both languages, as a person at a terminal of 80 columns gets them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from typer.main import get_command

import gridmap
from geo.i18n import using

COMMANDS = [
    *sorted(get_command(gridmap.app).commands),  # type: ignore[attr-defined]
    *("user add", "user list", "user disable"),
]


def run(monkeypatch: pytest.MonkeyPatch, *line: str) -> int:
    """Run a line as the shell would; the exit status comes back."""
    monkeypatch.setattr("sys.argv", ["gridmap", *line])
    monkeypatch.setenv("COLUMNS", "80")
    with using("zh"), pytest.raises(SystemExit) as end:
        gridmap.main()
    return end.value.code if isinstance(end.value.code, int) else 0


@pytest.mark.parametrize("command", ["", *COMMANDS])
def test_the_help_is_chinese_and_whole(
    command: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, *command.split(), "--help") == 0
    said = capsys.readouterr().out
    assert "…" not in said
    assert all(words in said for words in ("用法：", "选项", "显示本说明并退出。"))
    # What is left in Latin letters: commands, options, types, formats, settings, columns of a file.
    assert not re.search(r"[a-z]+ [a-z]+ [a-z]+ [a-z]+", said)


@pytest.mark.parametrize("command", ["", *COMMANDS])
def test_the_help_is_english_by_the_switch(
    command: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, "--lang", "en", *command.split(), "--help") == 0
    said = capsys.readouterr().out
    assert all(words in said for words in ("Usage:", "Options", "Show this message"))
    assert not re.search(r"[\u3400-\u9fff]", said)


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        (["load"], "缺少 PATHS。"),
        (["lod"], "没有这个命令。"),
        (["divide", "--target", "abc"], "--target 的值不能用。"),
        (["divide", "--profile", "round"], "--profile 的值不能用。"),
        (["divide", "--band", "300"], "选项 --band 需要一个值。"),
        (["load", "--foo"], "没有选项 --foo。"),
        (["check", "640202"], "命令后面的内容多于它能接受的。"),
        (["--lang", "en", "load"], "PATHS is missing."),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else None,
)
def test_a_line_that_cannot_be_read_is_told_in_a_sentence(
    line: list[str], sentence: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, *line) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.splitlines()[0] == sentence
    assert "--help`" in err.splitlines()[1]


def test_the_command_alone_shows_its_help(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(monkeypatch) == 2
    assert "载入文件" in capsys.readouterr().out


def test_a_name_in_brackets_is_said_as_it_is(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    folder = tmp_path / "[red]楼栋[/]"
    assert run(monkeypatch, "divide", "--folder", str(folder)) == 2
    assert "[red]楼栋[/]" in capsys.readouterr().err.replace("\n", "")
