"""When things happen: seasons, weekdays, holidays, hours."""

from __future__ import annotations

import datetime as dt

import numpy as np

NEW_YEAR = {2022: (2, 1), 2023: (1, 22), 2024: (2, 10), 2025: (1, 29), 2026: (2, 17), 2027: (2, 6), 2028: (1, 26),
            2029: (2, 13), 2030: (2, 3), 2031: (1, 23), 2032: (2, 11)}  # fmt: skip
"""First day of the Spring Festival (春节), Gregorian month and day."""

WEEKDAY = np.array([1.16, 1.10, 1.06, 1.04, 1.02, 0.84, 0.78])
"""Weight of Monday to Sunday."""

SEASON: dict[str, tuple[float, ...]] = {
    "facility": (1.35, 1.1, 1.0, 0.85, 0.8, 0.85, 0.9, 0.9, 0.85, 1.2, 1.6, 1.45),
    "noise": (0.7, 0.7, 0.9, 1.0, 1.15, 1.3, 1.4, 1.35, 1.1, 0.95, 0.75, 0.7),
    "sanitation": (0.8, 0.85, 1.2, 1.25, 1.05, 1.1, 1.15, 1.1, 1.0, 0.95, 0.85, 0.8),
    "safety": (1.25, 1.2, 1.0, 0.9, 0.9, 1.0, 1.05, 1.0, 0.9, 0.9, 1.05, 1.2),
    "labour": (1.9, 1.1, 0.8, 0.8, 0.85, 0.9, 0.9, 0.9, 0.9, 0.9, 1.15, 1.6),
    "environment": (0.9, 0.9, 1.1, 1.2, 1.1, 1.15, 1.15, 1.1, 1.0, 0.9, 0.8, 0.8),
    "family": (0.95, 1.35, 1.05, 0.95, 0.95, 0.95, 1.0, 1.0, 1.05, 1.1, 0.95, 0.9),
    "land": (0.5, 0.7, 1.3, 1.5, 1.4, 1.1, 1.0, 0.9, 1.1, 1.0, 0.7, 0.5),
}
"""Weight of January to December by category; 1 where a category has none. Heating starts on 1 November in Ningxia."""

OFFICE = (0, 0, 0, 0, 0, 0, 0, 0, 3, 9, 10, 7, 1, 1, 6, 9, 8, 5, 1, 0, 0, 0, 0, 0)
DAYTIME = (0, 0, 0, 0, 0, 0, 1, 3, 7, 10, 10, 8, 5, 5, 7, 9, 9, 8, 7, 6, 5, 3, 1, 0)
ALL_DAY = (2, 1, 1, 1, 1, 1, 2, 4, 7, 9, 9, 8, 6, 6, 7, 8, 8, 8, 8, 8, 8, 7, 5, 3)
EVEN = (1,) * 24
HOURS = {"hotline": ALL_DAY, "captain": DAYTIME, "counter": OFFICE, "app": ALL_DAY, "letter": OFFICE, "device": EVEN,
         "batch": OFFICE}  # fmt: skip
"""Weight of the hours of a day by channel."""


def holiday(day: dt.date) -> float:
    """Return the weight of a public holiday, 1 on other days."""
    if day.year in NEW_YEAR:
        since = (day - dt.date(day.year, *NEW_YEAR[day.year])).days
        if -1 <= since < 7:
            return 0.32
        if 7 <= since < 14:
            return 0.8
    if (day.month == 10 and day.day <= 7) or (day.month == 5 and day.day <= 5):
        return 0.5
    return 0.6 if (day.month, day.day) == (1, 1) else 1.0


def day_weights(start: dt.date, days: int, category: str, noise: np.ndarray) -> np.ndarray:
    """Return the relative number of reports of a category on each day; noise is shared by all categories."""
    dates = [start + dt.timedelta(days=k) for k in range(days)]
    season = SEASON.get(category, (1.0,) * 12)
    weight = np.array([season[d.month - 1] * WEEKDAY[d.weekday()] * holiday(d) for d in dates])
    growth = 1 + 0.12 * np.arange(days) / max(days, 1)
    return weight * growth * noise


def seconds_of_day(channel: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Draw the second of the day each report comes in, by its channel."""
    out = np.zeros(len(channel), np.int64)
    for name, hours in HOURS.items():
        at = np.flatnonzero(channel == name)
        weight = np.array(hours, float)
        out[at] = rng.choice(24, len(at), p=weight / weight.sum()) * 3600 + rng.integers(0, 3600, len(at))
    return out


def iso(seconds: np.ndarray) -> np.ndarray:
    """Write local epoch seconds (Asia/Shanghai wall clock) as ISO 8601 text with offset; negative is empty."""
    known = seconds >= 0
    out = np.full(len(seconds), "", dtype=object)
    text = np.datetime_as_string(seconds[known].astype("datetime64[s]"))
    out[known] = np.char.add(text, "+08:00").astype(object)
    return out


def epoch(day: dt.date) -> int:
    """Return the first second of a day as local epoch seconds.

    Examples
    --------
    >>> epoch(dt.date(1970, 1, 2))
    86400
    """
    return (day - dt.date(1970, 1, 1)).days * 86_400
