"""Status marks: colour, shape and word, always all three. The shapes are drawn in assets/base.css."""

from __future__ import annotations

from enum import StrEnum

from dash import html
from dash.development.base_component import Component

from dashboard.view.markup import wild


class Status(StrEnum):
    """What a mark says: act now ▲, due or watch ◆, in order (disc with a tick), open ○, no data (struck square)."""

    ACT = "act"
    WATCH = "watch"
    GOOD = "good"
    OPEN = "open"
    NONE = "none"


def mark(status: Status, word: str = "", *, class_name: str = "") -> Component:
    """Build a mark; the shape is decoration for a screen reader, the word is what is read."""
    alone = "" if word else " shape-alone"
    shape = html.Span(className=f"shape shape-{status}{alone}", **wild({"aria-hidden": "true"}))
    return html.Span([shape, word], className=f"mark status-{status} {class_name}".strip())
