"""Numbers, dates and deadlines in both locales, by the table of the look (section 4)."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from dashboard.view import format
from geo import i18n

ZONE = ZoneInfo("Asia/Shanghai")
NOW = dt.datetime(2026, 11, 22, 14, 32, tzinfo=ZONE)


@pytest.mark.parametrize(
    ("number", "zh", "en"),
    [
        (0, "0", "0"),
        (1_062, "1,062", "1,062"),
        (9_999, "9,999", "9,999"),
        (10_000, "1.00万", "10.0k"),
        (61_300, "6.13万", "61.3k"),
        (158_249, "15.8万", "158k"),
        (270_431, "27.0万", "270k"),
        (999_999, "100万", "1.00M"),
        (12_345_678, "1,230万", "12.3M"),
        (99_999_999, "1.00亿", "100M"),
        (123_456_789, "1.23亿", "123M"),
    ],
)
def test_large_counts_have_three_figures_and_the_unit_of_the_locale(number, zh, en):
    with i18n.using("zh"):
        assert format.large(number) == zh
    with i18n.using("en"):
        assert format.large(number) == en


@pytest.mark.parametrize(
    ("part", "whole", "text"),
    [
        (3_625, 3_651, "99.3%"),  # the hotline's own figure, source city 2
        (3_212, 5_356, "60.0%"),  # resolved of accepted at district level, source city 0
        (859, 973, "88.3%"),
        (3_281, 3_582, "91.6%"),
        (0, 12, "0.0%"),
        (12, 12, "100.0%"),
        (99_999, 100_000, ">99.9%"),
        (1, 100_000, "<0.1%"),
    ],
)
def test_a_rate_is_printed_with_what_it_is_made_of(part, whole, text):
    rate = format.rate(part, whole)
    assert str(rate) == text
    assert rate.detail == f"{part:,}/{whole:,}"
    assert not rate.doubtful


def test_nothing_of_nothing_is_a_dash_not_a_rate():
    assert str(format.rate(0, 0)) == "—"
    assert not format.rate(0, 0).doubtful
    assert format.rate(3, 0).doubtful


@pytest.mark.parametrize(("part", "whole"), [(1_463, 1_313), (100_001, 100_000)])
def test_a_rate_above_one_hundred_is_flagged(part, whole):
    assert format.rate(part, whole).doubtful
    assert str(format.rate(part, whole)) != "100.0%"


def test_changes_carry_their_sign_and_the_minus_proper():
    assert [format.change(38), format.change(-12), format.change(0), format.change(-1_200)] == [
        "+38",
        "\u221212",
        "0",
        "\u22121,200",
    ]


@pytest.mark.parametrize(("number", "text"), [(0, "0"), (1, "1–4"), (4, "1–4"), (5, "5"), (1_204, "1,204")])
def test_small_counts_become_one_band_and_zero_stays_zero(number, text):
    assert format.banded(number) == text


@pytest.mark.parametrize(("value", "text"), [(None, "—"), (0.0, "0.0"), (12.345, "12.3"), (1_234.56, "1,234.6")])
def test_computed_values(value, text):
    assert format.decimal(value) == text


@pytest.mark.parametrize(
    ("at", "zh", "en"),
    [
        (NOW, "今天 14:32", "today 14:32"),
        (NOW.replace(hour=18, minute=0), "今天 18:00", "today 18:00"),
        (NOW - dt.timedelta(days=1), "昨天 14:32", "yesterday 14:32"),
        (NOW + dt.timedelta(hours=12), "明天 02:32", "tomorrow 02:32"),
        (NOW - dt.timedelta(days=3), "3 天前", "3 days ago"),
        (NOW - dt.timedelta(days=14), "11月8日 周日", "Sun 8 Nov"),
        (NOW - dt.timedelta(days=400), "2025年10月18日", "2025-10-18"),
        (NOW + dt.timedelta(days=3), "11月25日 周三", "Wed 25 Nov"),
    ],
)
def test_moments_are_said_as_people_say_them(at, zh, en):
    with i18n.using("zh"):
        assert format.moment(at, NOW) == zh
    with i18n.using("en"):
        assert format.moment(at, NOW) == en


@pytest.mark.parametrize(
    ("hours", "zh", "en"),
    [
        (-30, "超期 1 天", "1 day overdue"),
        (-1, "超期 1 天", "1 day overdue"),
        (-75, "超期 3 天", "3 days overdue"),
        (3, "今天到期", "due today"),
        (24, "还有 1 天", "1 day left"),
        (72, "还有 3 天", "3 days left"),
    ],
)
def test_deadlines(hours, zh, en):
    due = NOW + dt.timedelta(hours=hours)
    with i18n.using("zh"):
        assert format.deadline(due, NOW) == zh
    with i18n.using("en"):
        assert format.deadline(due, NOW) == en


@pytest.mark.parametrize(
    ("seconds", "zh", "en"),
    [
        (-3, "0 秒前", "0 s ago"),
        (8, "8 秒前", "8 s ago"),
        (185, "3 分钟前", "3 min ago"),
        (7_300, "2 小时前", "2 h ago"),
        (200_000, "2 天前", "2 d ago"),
    ],
)
def test_ages(seconds, zh, en):
    with i18n.using("zh"):
        assert format.age(seconds) == zh
    with i18n.using("en"):
        assert format.age(seconds) == en


def test_periods_are_named_where_they_have_a_name():
    today = NOW.date()
    with i18n.using("zh"):
        assert format.period(today - dt.timedelta(days=29), today, today) == "近 30 天"
        assert format.period(dt.date(2026, 10, 1), dt.date(2026, 10, 7), today) == "10月1日 – 10月7日"
        assert format.period(dt.date(2025, 12, 1), dt.date(2026, 1, 7), today) == "2025年12月1日 – 2026年1月7日"
        assert format.period(today, today, today) == "11月22日 周日"
    with i18n.using("en"):
        assert format.period(today - dt.timedelta(days=6), today, today) == "last 7 days"
        assert format.period(dt.date(2026, 10, 1), dt.date(2026, 10, 7), today) == "1 Oct – 7 Oct"
