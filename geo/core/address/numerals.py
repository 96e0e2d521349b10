"""Numbers of addresses, however they are written: 501, 五〇一, 五百零一, 伍零壹, 廿三, 幺零二, 五0一."""

from __future__ import annotations

from functools import lru_cache

import cn2an

DIGITS = "〇零○一二三四五六七八九幺两壹贰叁肆伍陆柒捌玖"
"""Characters that stand for one digit."""
POWERS = "十百千拾佰仟廿卅"
"""Characters that stand for tens, hundreds and thousands."""
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
