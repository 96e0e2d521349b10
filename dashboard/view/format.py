"""Numbers, dates and deadlines as a person reads them, in the locale in use.

One place decides what 61,300 households, 3,625 of 3,651 or yesterday look like, in Chinese and in English. Nothing
here asks the clock: whoever formats a moment says what "now" is.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from geo.i18n import _, locale, ngettext
from geo.standards import SMALL_COUNT

NOTHING = "—"
"""Printed where there is nothing to divide: 0 of 0."""
MINUS = "\u2212"
"""The minus sign proper; a hyphen is narrower than + and reads as a range."""

_UNITS = {"zh": ((10**8, "亿"), (10**4, "万")), "en": ((10**6, "M"), (10**3, "k"))}
_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@dataclass(frozen=True, slots=True)
class Rate:
    """A share as it is printed: the per cent text, its n/N, and whether it can't be true.

    Attributes
    ----------
    text : per cent without its sign, or a dash for 0 of 0.
    detail : the numerator and denominator, always shown beside the text.
    doubtful : more than 100 %; the page flags it instead of drawing it as an ordinary rate.
    """

    text: str
    detail: str
    doubtful: bool = False

    def __str__(self) -> str:
        """Return the text with its per cent sign; a dash has none."""
        return self.text if self.text == NOTHING else f"{self.text}%"


def count(number: int) -> str:
    """Print a count in full, as tables do: 1,062."""
    return f"{number:,}".replace("-", MINUS)


def large(number: int) -> str:
    """Print a count with three figures and its locale's unit from 10,000 up: 6.13万, 61.3k.

    Examples
    --------
    >>> large(9_999)
    '9,999'
    >>> large(61_300)
    '6.13万'
    """
    return count(number) if number < 10_000 else _shortened(number)


def _shortened(number: int) -> str:
    rounded = round(number, 3 - len(str(number)))
    size, unit = next((size, unit) for size, unit in _UNITS[locale()] if rounded >= size)
    value = rounded / size
    return f"{value:,.{2 if value < 10 else 1 if value < 100 else 0}f}{unit}"


def decimal(value: float | None, digits: int = 1) -> str:
    """Print a computed value (per 1,000 households, per worker); a dash where there is none."""
    return NOTHING if value is None else f"{value:,.{digits}f}".replace("-", MINUS)


def banded(number: int) -> str:
    """Print a count for a role that must not see small ones: 1 to 4 become the band 1–4, zero stays zero."""
    return f"1–{SMALL_COUNT - 1}" if 0 < number < SMALL_COUNT else count(number)


def rate(part: int, whole: int) -> Rate:
    """Print a share to one decimal with its n/N; it says 100 % only where nothing is missing.

    Examples
    --------
    >>> rate(3625, 3651)
    Rate(text='99.3', detail='3,625/3,651', doubtful=False)
    >>> str(rate(0, 0))
    '—'
    """
    detail = f"{count(part)}/{count(whole)}"
    if whole == 0:
        return Rate(NOTHING, detail, doubtful=part > 0)
    share = 100 * part / whole
    text = f"{share:.1f}"
    if text == "100.0" and part < whole:
        text = ">99.9"
    elif text == "100.0" and part > whole:
        text = ">100"
    elif text == "0.0" and part > 0:
        text = "<0.1"
    return Rate(text, detail, doubtful=part > whole)


def change(difference: int) -> str:
    """Print a difference with its sign: +38, −12; no difference is 0."""
    return f"{'+' if difference > 0 else ''}{count(difference)}"


def clock(at: dt.datetime) -> str:
    """Print a time of day: 14:32."""
    return f"{at:%H:%M}"


def day(on: dt.date) -> str:
    """Print a date in full: 2026年11月22日, 2026-11-22."""
    return f"{on.year}年{on.month}月{on.day}日" if locale() == "zh" else on.isoformat()


def month_day(on: dt.date) -> str:
    """Print a date within the year in sight: 11月22日, 22 Nov."""
    return f"{on.month}月{on.day}日" if locale() == "zh" else f"{on.day} {_MONTHS[on.month - 1]}"


def weekday(on: dt.date) -> str:
    """Print the day of the week: 周日, Sun."""
    return f"周{'一二三四五六日'[on.weekday()]}" if locale() == "zh" else _WEEKDAYS[on.weekday()]


def dated(on: dt.date, today: dt.date) -> str:
    """Print a date as near as it is: 11月22日 周日 this year, in full before it."""
    if on.year != today.year:
        return day(on)
    return f"{month_day(on)} {weekday(on)}" if locale() == "zh" else f"{weekday(on)} {month_day(on)}"


def moment(at: dt.datetime, now: dt.datetime) -> str:
    """Print a past or coming moment as people say it: 今天 18:00, 昨天 16:45, 3 天前, 11月22日 周日."""
    days = (now.date() - at.date()).days
    words = {0: _("today"), 1: _("yesterday"), -1: _("tomorrow")}
    if days in words:
        return f"{words[days]} {clock(at)}"
    return ngettext("{n} day ago", "{n} days ago", days) if 1 < days < 7 else dated(at.date(), now.date())


def deadline(due: dt.datetime, now: dt.datetime) -> str:
    """Print how a deadline stands: 超期 1 天, 今天到期, 还有 3 天."""
    days = (due.date() - now.date()).days
    if due < now:
        return ngettext("{n} day overdue", "{n} days overdue", max(1, -days))
    return _("due today") if days == 0 else ngettext("{n} day left", "{n} days left", days)


def age(seconds: float) -> str:
    """Print how old something is: 8 秒前, 3 分钟前, 2 小时前, 5 天前."""
    whole = max(0, int(seconds))
    for size, message in ((86_400, _("{n} d ago")), (3_600, _("{n} h ago")), (60, _("{n} min ago"))):
        if whole >= size:
            return message.format(n=whole // size)
    return _("{n} s ago", n=whole)


def period(start: dt.date, end: dt.date, today: dt.date) -> str:
    """Print a span of days: 近 30 天 where it ends today, its first and last day else."""
    days = (end - start).days + 1
    if start == end:
        return dated(start, today)
    if end == today and days in (7, 30, 90, 365):
        return ngettext("last {n} day", "last {n} days", days)
    if start.year == end.year == today.year:
        return f"{month_day(start)} – {month_day(end)}"
    return f"{day(start)} – {day(end)}"
