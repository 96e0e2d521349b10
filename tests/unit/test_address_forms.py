"""Forms of writing met in cities nobody had thought of: the register's own words, village groups, speech."""

from __future__ import annotations

import pytest

from tests.unit.test_geocode import REGISTER

MATCHER = REGISTER.matcher


def text(address: str) -> tuple[object, object, object]:
    row = REGISTER.frame([MATCHER.match(address)]).iloc[0]
    return row["status"], row["level"], row["dwelling_id"] or row["building_id"]


@pytest.mark.parametrize(
    ("address", "door"),
    [
        ("南里大院3梯2单元501室", "s3-501"),
        ("南里大院三梯2单元501室", "s3-501"),
        ("南里大院3栋2梯501室", "s3-501"),
        ("501室2单元3梯南里大院", "s3-501"),
        ("南李大院3梯2单元501室", "s3-501"),
        ("工农路11号4梯2单元501室", "s4-501"),
    ],
)
def test_a_word_only_this_register_has_for_its_buildings_is_read(address: str, door: str) -> None:
    assert text(address) == ("matched", "dwelling", door)


def test_a_range_in_the_registers_own_word_is_asked() -> None:
    answer = MATCHER.match("南里大院3梯到4梯")
    assert (answer.status, answer.candidates) == ("review", ("s3", "s4"))
