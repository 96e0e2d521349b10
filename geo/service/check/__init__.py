"""`gridmap check`: every invariant of 格不漏户、户不漏人, and what the product stands on, with a hint each.

A check lists breaches by their keys and mends nothing. FAIL breaks a promise (exit status 1), WARN is to be looked at
(exit status 0). The linkage is read from the base tables, never from figures or caches; those are compared with them.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping

import psycopg
from rich.console import Console
from rich.markup import escape

from geo.i18n import _, ngettext
from geo.service.check import environment, linkage, tiling
from geo.service.check.registry import Check, Context, Result, Status
from geo.settings import Settings
from geo.store import check as store

__all__ = ["CHECKS", "Check", "Result", "Status", "render", "run_checks"]

CHECKS: tuple[Check, ...] = (
    *linkage.PEOPLE,
    *linkage.DWELLINGS,
    *linkage.BUILDINGS,
    *linkage.AREAS,
    *linkage.PLANS,
    *tiling.CHECKS,
    *linkage.CASES,
    *linkage.FIGURES,
)

_INDENT = " " * 15
_SENTENCES = {"match_reason"}
"""Columns that hold a message, kept in English and said in the reader's language."""
_COLOUR = {Status.OK: "green", Status.WARN: "yellow", Status.FAIL: "red"}


def run_checks(
    conn: psycopg.Connection, settings: Settings, variables: Mapping[str, str] | None = None
) -> list[Result]:
    """Run every check.

    Parameters
    ----------
    conn : the owner's connection, which sees every row; nothing is written.
    settings : where the home folder is.
    variables : environment variables, the process's own where not given.
    """
    return [*results(Context(conn, settings, dict(os.environ if variables is None else variables)))]


def results(context: Context) -> Iterator[Result]:
    """Yield results one by one; where the schema is behind, the linkage can't be read and is left out."""
    complete = True
    store.more_memory(context.conn)
    for look in environment.CHECKS:
        result = look(context)
        complete &= result.name != "migrations" or result.status is Status.OK
        yield result
    if complete:
        for check in CHECKS:
            yield check.run(context)


def render(results: list[Result], console: Console | None = None) -> None:
    """Print results to standard output: a line each, breaches with their hint and first rows below it."""
    out = console or Console(highlight=False, soft_wrap=True)
    for result in results:
        title = _(result.title)
        said = _("{name}: {said}", name=title, said=result.detail) if result.detail else title
        count = f"{result.count:>9,}" if result.columns else " " * 9
        out.print(f"[{_COLOUR[result.status]}]{result.status:<4}[/]{count}  {escape(said)}")
        if result.status is not Status.OK:
            out.print(f"{_INDENT}{escape(_(result.hint))}")
            _print_rows(result, out)
    out.print(_summary(results))


def _print_rows(result: Result, out: Console) -> None:
    if result.rows:
        out.print(f"{_INDENT}[dim]{escape('  '.join(result.columns))}[/dim]")
    for row in result.rows:
        named = zip(result.columns, row, strict=True)
        values = [_(value) if value and column in _SENTENCES else value or "-" for column, value in named]
        out.print(f"{_INDENT}{escape('  '.join(values))}")
    if result.count > len(result.rows) > 0:
        more = _("and {count} more", count=f"{result.count - len(result.rows):,}")
        out.print(f"{_INDENT}[dim]{escape(more)}[/dim]")


def _summary(results: list[Result]) -> str:
    """Count the results by status."""
    counts = {status: sum(result.status is status for result in results) for status in Status}
    return ngettext(
        "{n} check fine, {warn} to look at, {fail} broken",
        "{n} checks fine, {warn} to look at, {fail} broken",
        counts[Status.OK],
        warn=counts[Status.WARN],
        fail=counts[Status.FAIL],
    )
