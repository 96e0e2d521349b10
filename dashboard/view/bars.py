"""Bars: of a list (one row each) and of a sequence (one column each). Every bar starts at 0."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dash import html
from dash.development.base_component import Component


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a sequence.

    Attributes
    ----------
    parts : heights stacked from 0, each with its class.
    title : what a screen reader and the table alternative say of it.
    class_name : weekend, outside the period, still running.
    """

    parts: tuple[tuple[float, str], ...]
    title: str
    class_name: str = ""


def row_bar(amount: float | None, largest: float) -> Component:
    """Build a row's bar in proportion to the largest; nothing known, no bar."""
    width = 0.0 if not amount or not largest else 100 * amount / largest
    return html.Span(html.Span(className="bar-fill", style={"width": f"{width:.1f}%"}), className="bar-track")


def columns(entries: Sequence[Column], largest: float, class_name: str = "") -> Component:
    """Build columns against a common largest value."""
    return html.Div([_column(entry, largest) for entry in entries], className=f"columns {class_name}".strip())


def _column(entry: Column, largest: float) -> Component:
    parts = [
        html.Span(
            className=f"column-part {name}".strip(),
            style={"height": f"{100 * amount / largest if largest else 0:.2f}%"},
        )
        for amount, name in entry.parts
    ]
    return html.Span(parts[::-1], className=f"column {entry.class_name}".strip(), title=entry.title)


def ceiling(largest: float) -> int:
    """Round up to the next 1, 2 or 5 times a power of ten, for the top of an axis.

    Examples
    --------
    >>> [ceiling(n) for n in (0, 3, 12, 151, 740)]
    [1, 5, 20, 200, 1000]
    """
    power = 1
    while True:
        for step in (1, 2, 5):
            if step * power >= largest:
                return step * power
        power *= 10
