"""Figures with a disclosure state (`geo.core.figures.Value`) as text: exact, a band, merged, or nothing to measure."""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component

from dashboard.view import format
from geo.core.figures import Rate, State, Value
from geo.i18n import _, ngettext


def text(value: Value, digits: int = 0, *, short: bool = False) -> str:
    """Print a figure: 1,062, or the band it is known to lie in (1–4, 5–9), or that there is no data.

    Parameters
    ----------
    value : the figure.
    digits : decimals; 0 for counts.
    short : with 万 or k from 10,000 up (exact counts only).
    """
    if value.state is State.NO_DATA or value.low is None or value.high is None:
        return _("no data")
    if value.state is State.EXACT:
        return format.large(round(value.low)) if short and not digits else number(value.low, digits)
    return f"{number(value.low, digits)}–{number(value.high, digits)}"


def ntext(one: str, many: str, value: Value, *, short: bool = False) -> str:
    """Print a figure with what it counts, in the form its number asks for; a band counts several."""
    amount = value.low if value.state is State.EXACT and value.low is not None else 0
    return ngettext(one, many, amount, n=text(value, short=short))


def number(amount: float, digits: int = 0) -> str:
    """Print a plain number with so many decimals."""
    return format.decimal(amount, digits) if digits else format.count(round(amount))


def share(rate: Rate) -> format.Rate:
    """Print a share with its n/N; where one of the two is a band, the share is a range too."""
    if rate.n.amount is not None and rate.of.amount is not None:
        return format.rate(round(rate.n.amount), round(rate.of.amount))
    detail = f"{text(rate.n)}/{text(rate.of)}"
    low, high = _bounds(rate)
    if low is None or high is None:
        return format.Rate(format.NOTHING, detail)
    return format.Rate(f"{low:.0f}–{high:.0f}", detail)


def _bounds(rate: Rate) -> tuple[float | None, float | None]:
    n, of = rate.n, rate.of
    if n.low is None or n.high is None or not of.low or not of.high:
        return None, None
    return 100 * n.low / of.high, min(100.0, 100 * n.high / of.low)


def figure(value: Value, digits: int = 0, *, short: bool = False, class_name: str = "") -> Component:
    """Build a figure that shows how much of it is known: a band is dotted, no data is hatched, zero is plain."""
    marks = {State.HIDDEN: "withheld", State.MERGED: "withheld", State.BAND: "band", State.NO_DATA: "no-data"}
    names = f"value {marks.get(value.state, '')} {'zero' if value.amount == 0 else ''} {class_name}"
    return html.Span(text(value, digits, short=short), className=" ".join(names.split()))


def positive(value: Value) -> bool:
    """Tell whether there is anything to act on, shown or not."""
    return bool(value.high)
