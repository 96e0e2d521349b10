"""The policy numbers, each with its source. Defaults: a plan stores the ones it used."""

from __future__ import annotations

HOUSEHOLDS_PER_GRID = 500
"""Target households (户) of a grid (网格). Source: Shizuishan's practice, "按500户左右基准划分一个网格"."""

HOUSEHOLD_BAND = (300, 500)
"""Alternative preset, "300-500户为一个基础网格单元" (general use; the text of GB/T 34300 was not seen)."""

PERSONS_PER_GRID = 1000
"""Target persons of a grid where these are counted, "1000人左右" (general use; GB/T 34300's text was not seen)."""

CARE_VISIT_DAYS = 14
"""A care household (关爱户) is visited every two weeks. Source: Dongsheng, 特殊群体每两周."""

SWEEP_DAYS = 60
"""Every household is visited every two months. Source: Dongsheng, 拉网式 every two months."""

LEDGERS: dict[str, int] = {
    "immediate": 24,
    "time_limited": 7 * 24,
    "special": 15 * 24,
    "promised": 30 * 24,
    "agency": 10 * 24,
}
"""Five ledgers (五本台账: 即办 限时 特办 承诺 代办) and the hours each allows from acceptance (else report).
Source: the names are Dongsheng's; the limits follow Beijing's draft norm of 2021-12 (24 h, 7 days, 15 days) and
Qinglong county's 10 days; 30 days for promised work is this project's own default. All are a site's to change."""

SMALL_COUNT = 5
"""Counts of people or cases below this are banded or merged for the wall, exports and reports (k of PIPL practice)."""

AGE_BAND_YEARS = 5
"""Width of an age band (years)."""

CODE_UNIQUE_DIGITS = 15
"""A grid code: 6 county + 3 sub-district + 3 community + 3 sequence. Source: DB6101/T 3185-2024, Beijing DB11."""
