"""Buttons of the planner's page: what a touch does stands in their data attributes (assets/planner.js)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dash import html
from dash.development.base_component import Component

from dashboard.view.markup import wild


def act_button(
    children: Any,
    kind: str,
    class_name: str = "button",
    *,
    value: str = "",
    grid: str | None = None,
    other: str = "",
    testid: str = "",
    extra: Mapping[str, str] | None = None,
) -> Component:
    """Build a button that does one edit (`edits.act`).

    Parameters
    ----------
    kind : of the edit; value, grid, other : what it is told.
    extra : further aria and data attributes.
    """
    data = {"data-plan-act": kind}
    told = {"data-plan-value": value or None, "data-plan-grid": grid, "data-plan-other": other or None}
    named = {"data-testid": testid} if testid else {}
    given = {key: text for key, text in told.items() if text is not None}
    plain = dict(extra or {})
    title = {"title": plain.pop("title")} if "title" in plain else {}
    return html.Button(
        children, type="button", className=class_name, **title, **wild({**data, **given, **named, **plain})
    )


def reasoned(label: str, kind: str, reason: str, testid: str) -> Component:
    """Build a button that is off, with the reason below its word; a touch on it says the reason whole."""
    words = [html.Span(label), html.Span(reason, className="caption reason")]
    off = {"aria-disabled": "true", "title": reason}
    return act_button(words, kind, "button button-main", testid=testid, extra=off)
