"""The command line: the one file that knows the domain, the loaders and the dashboard.

Standard output is a command's result, standard error its progress. Exit status: 0 done, 1 a check failed or rows
were rejected under `--strict`, 2 wrong usage or input. Heavy imports stand inside the commands, so `--help` is quick.
"""

from __future__ import annotations

import datetime as dt
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from geo import i18n
from geo.errors import GridError
from geo.i18n import _

if TYPE_CHECKING:
    from geo.settings import Settings
    from geo.store.cluster import Urls

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help=__doc__)
progress_console = Console(stderr=True, highlight=False)


class Size(StrEnum):
    """How much of the demo city to make."""

    CITY = "city"
    SUBDISTRICT = "subdistrict"
    COMMUNITY = "community"


@contextmanager
def city() -> Iterator[tuple[Settings, Urls]]:
    """Open the city's database, started and migrated, for one command."""
    from geo.settings import Settings
    from geo.store import cluster, migrate

    settings = Settings()
    with cluster.running(settings) as urls:
        migrate.migrate_database(urls.owner_url, urls.app_password)
        yield settings, urls


@app.callback()
def choose_language(lang: Annotated[str, typer.Option(help="zh or en")] = os.environ.get("GRIDMAP_LANG", "zh")) -> None:
    """Speak Chinese or English."""
    i18n.use(lang)


def main() -> None:
    """Run the command; an error of ours is one sentence and its hint, not a stack trace."""
    try:
        app()
    except GridError as error:
        progress_console.print(f"[bold]{error}[/bold]")
        if error.hint:
            progress_console.print(error.hint)
        sys.exit(2)


if __name__ == "__main__":
    main()
