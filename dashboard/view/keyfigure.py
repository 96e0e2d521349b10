"""A key figure: title, value with unit, what it is compared with or made of, and its line."""

from __future__ import annotations

from collections.abc import Sequence

from dash import html
from dash.development.base_component import Component

from dashboard.view import format, values
from dashboard.view.marks import Status, mark
from dashboard.view.spark import spark
from geo.core.figures import Rate, State, Value
from geo.i18n import _


def counted(
    title: str, value: Value, unit: str, caption: str, line: Sequence[float | None] = (), *, act: bool = False
) -> list[Component]:
    """Build a count: 1,062 件. `act` marks something someone must act on, in shape and colour."""
    shown = values.figure(value, short=False, class_name="key-value")
    sign = mark(Status.ACT, class_name="key-mark") if act else None
    return _put(title, [sign, shown, html.Span(unit, className="key-unit")], caption, line, act=act)


def shared(title: str, rate: Rate, caption: str, line: Sequence[float | None] = ()) -> list[Component]:
    """Build a rate with its n/N in the caption; above 100 % it is flagged, not drawn as an ordinary rate."""
    printed = values.share(rate)
    withheld = {rate.n.state, rate.of.state} == {State.NO_DATA}
    caption = _("not shown to this account") if withheld else f"{printed.detail} · {caption}"
    if printed.doubtful:
        caption = " · ".join((_("check data"), caption))
    sign = mark(Status.ACT, class_name="key-mark") if printed.doubtful else None
    unit = None if printed.text == format.NOTHING else html.Span("%", className="key-unit")
    value = html.Span(printed.text, className="value key-value")
    return _put(title, [sign, value, unit], caption, line, act=printed.doubtful)


def _put(
    title: str, value: list[Component | None], caption: str, line: Sequence[float | None], *, act: bool
) -> list[Component]:
    return [
        html.Dt(title, className="key-title"),
        html.Dd(
            [html.Span(value, className=f"key-line {'key-act' if act else ''}".strip()), spark(line)],
            className="key-dd",
        ),
        html.Dd(caption, className="key-caption"),
    ]
