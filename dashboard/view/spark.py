"""Lines drawn as one clipped block: no script, no picture, its colour a token."""

from __future__ import annotations

from collections.abc import Sequence

from dash import html
from dash.development.base_component import Component

from dashboard.view.markup import wild

Points = list[tuple[float, float]]


def spark(amounts: Sequence[float | None]) -> Component | None:
    """Build the small line beside a key figure, from its least to its largest value."""
    known = [amount for amount in amounts if amount is not None]
    if len(known) < 2:
        return None
    low, high = min(known), max(known)
    return line(amounts, low, high, "spark") if high > low else line(amounts, low - 1, low + 1, "spark")


def line(
    amounts: Sequence[float | None], low: float, high: float, class_name: str, *, thickness: float = 7.0
) -> Component | None:
    """Build a line through values; a gap (None) is bridged, and fewer than two values give no line.

    Parameters
    ----------
    amounts : one per step, evenly spaced.
    low, high : values at the box's bottom and top.
    class_name : gives the line its place and colour.
    thickness : height of the line in per cent of its box.
    """
    room = 100 - thickness
    last = max(1, len(amounts) - 1)
    points = [(100 * i / last, room * (high - a) / (high - low)) for i, a in enumerate(amounts) if a is not None]
    if len(points) < 2:
        return None
    return html.Span(
        className=class_name, style={"clipPath": _polygon(points, thickness)}, **wild({"aria-hidden": "true"})
    )


def _polygon(points: Points, thickness: float) -> str:
    upper = [f"{x:.1f}% {y:.1f}%" for x, y in points]
    lower = [f"{x:.1f}% {y + thickness:.1f}%" for x, y in reversed(points)]
    return f"polygon({', '.join(upper + lower)})"
