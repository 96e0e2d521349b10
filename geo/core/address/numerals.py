"""Numbers of addresses, however they are written: 501, 五〇一, 五百零一, 伍零壹, 廿三, 幺零二, 五0一."""

from __future__ import annotations

from functools import lru_cache

import cn2an

DIGITS = "〇零○一二三四五六七八九幺两壹贰叁肆伍陆柒捌玖"
"""Characters that stand for one digit."""
POWERS = "十百千拾佰仟廿卅"
"""Characters that stand for tens, hundreds and thousands."""
COUNTED = "期组队区村里路街巷弄坊院条"
"""What a numeral before it counts: names that differ in it are different places (一期 and 二期)."""
_VALUE = str.maketrans(DIGITS, "00012345678912123456789")
_PLAIN = str.maketrans("○幺两壹贰叁肆伍陆柒捌玖拾佰仟", "〇一二一二三四五六七八九十百千")
_TENS = {"廿": "二十", "卅": "三十"}


@lru_cache(maxsize=1 << 14)
def number(text: str) -> str:
    """Write a number in digits, without leading zeros; what is none stays as it is.

    Examples
    --------
    >>> [number(text) for text in ("五〇一", "五百零一", "一二〇三", "廿三", "十", "0301", "五0一", "A", "〇十一")]
    ['501', '501', '1203', '23', '10', '301', '501', 'A', '〇十一']
    """
    spelled = text.translate(_VALUE)
    if not spelled.isdecimal():
        spoken = text.translate(_PLAIN).replace("零", "〇")
        for short, long in _TENS.items():
            spoken = spoken.replace(short, long)
        try:
            spelled = str(int(cn2an.cn2an(spoken.replace("〇", "零"), "smart")))
        except (ValueError, KeyError):  # the latter of a ten behind a zero: 〇十一, 廿〇
            return text
    return spelled.lstrip("0") or "0"


def chinese(value: int) -> str:
    """Write a number below 100 in Chinese characters.

    Examples
    --------
    >>> [chinese(value) for value in (0, 3, 10, 12, 20, 35)]
    ['〇', '三', '十', '十二', '二十', '三十五']
    """
    tens, ones = divmod(value, 10)
    last = "〇一二三四五六七八九"[ones]
    return ("" if tens == 1 else "〇一二三四五六七八九"[tens]) + "十" + (last if ones else "") if tens else last
