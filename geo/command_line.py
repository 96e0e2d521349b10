"""How the command line speaks: its help and its refusals, in the language of the screen.

Commands and options are described in English where they are written, in docstrings and `help=`. They are messages like
all others: their Chinese stands in the catalogue, and they are translated when they are shown.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import typer
from rich.text import Text
from typer import rich_utils
from typer.core import TyperCommand, TyperGroup

from geo.i18n import N_, _

Unreadable: type[Exception] = typer.BadParameter.__mro__[1]
"""A line that can't be read; of its kinds typer names only one to the outside."""
PANELS = {
    "ARGUMENTS_PANEL_TITLE": N_("Arguments"),
    "OPTIONS_PANEL_TITLE": N_("Options"),
    "COMMANDS_PANEL_TITLE": N_("Commands"),
    "DEFAULT_STRING": N_("[default: {}]"),
    "REQUIRED_LONG_STRING": N_("[required]"),
}
"""The words typer itself puts around a help, as it names them."""


class Folding(rich_utils.OptionHighlighter):
    """Colours options as typer does, and lets a line end within a word: Chinese has no blanks, and was cut off."""

    def __call__(self, text: str | Text) -> Text:
        """Colour a text."""
        coloured = super().__call__(text)
        coloured.overflow = "fold"
        return coloured


class Command(TyperCommand):
    """A command whose help is in the language in use."""

    def format_usage(self, ctx: Any, formatter: Any) -> None:
        """Write how the command is called."""
        formatter.write_usage(ctx.command_path, " ".join(self.collect_usage_pieces(ctx)), prefix=_("Usage: "))

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Write the help."""
        translate(self, ctx)
        super().format_help(ctx, formatter)


class Group(TyperGroup):
    """A command line, or a part of it with commands of its own, whose help is in the language in use."""

    format_usage = Command.format_usage

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Write the help."""
        translate(self, ctx)
        super().format_help(ctx, formatter)


class App(typer.Typer):
    """A command line that speaks the language in use."""

    def __init__(self, **options: Any) -> None:
        super().__init__(cls=Group, no_args_is_help=True, add_completion=False, **options)

    def command(self, name: str | None = None, **options: Any) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
        """Add a command."""
        return super().command(name, cls=Command, **options)


def translate(command: TyperCommand | TyperGroup, context: Any) -> None:
    """Put a command's help, its options' and its commands' into the language in use."""
    for name, words in PANELS.items():
        setattr(rich_utils, name, _(words))
    rich_utils.highlighter = Folding()
    below = command.commands.values() if isinstance(command, TyperGroup) else ()
    for described in (command, *below, *command.get_params(context)):
        described.help = _(described.help) if described.help else None  # type: ignore[union-attr]


def refusal(error: Exception) -> tuple[str, str]:
    """Say what is wrong with a line that can't be read, and where to look.

    Parameters
    ----------
    error : an `Unreadable`.

    Returns
    -------
    Sentence and hint; both empty where the command alone was given, which shows its help.
    """
    kind, context = type(error).__name__, getattr(error, "ctx", None)
    if kind == "NoArgsIsHelpError":
        return "", ""
    hint = _("`{command} --help` says what it takes.", command=context.command_path if context else "gridmap")
    name = _named(error)
    if kind == "MissingParameter":
        return _("{name} is missing.", name=name), hint
    if kind == "NoSuchOption":
        return _("There is no option {name}.", name=name), hint
    if kind == "BadOptionUsage":
        return _("The option {name} needs a value.", name=name), hint
    if name:
        return _("The value of {name} can't be used.", name=name), hint
    if context and isinstance(context.command, TyperGroup):
        return _("There is no such command."), hint
    return _("There is more on the line than the command takes."), hint


def _named(error: Exception) -> str:
    """Name the option or argument that an error is about, as it is written on the line."""
    parameter = getattr(error, "param", None)
    if parameter is None:
        return getattr(error, "option_name", "")
    written = max(parameter.opts, key=len)
    return written if written.startswith("-") else written.upper()
