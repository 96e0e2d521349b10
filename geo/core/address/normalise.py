"""One spelling for addresses: width, case, script, numerals, brackets and blanks.

The same function is used on the register's names and on what citizens write, so that both meet.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

import cn2an

LONGEST = 300
"""Characters of a text that are read: an address is shorter, and a complaint names its place near the start."""

_TRADITIONAL = (
    "區棟單號樓層園莊廣場東門灣嶺龍華鄉鎮縣陽興業學麗寧錦馬萬國際達橋澤濱豐雲長開電紅綠藍銀鐵鋼機廠車頭舊後裏島榮慶義勞"
)
_SIMPLIFIED = (
    "区栋单号楼层园庄广场东门湾岭龙华乡镇县阳兴业学丽宁锦马万国际达桥泽滨丰云长开电红绿蓝银铁钢机厂车头旧后里岛荣庆义劳"
)
_DASHES = "‐‑‒–—―−－﹣~～_"
_SPELLING = str.maketrans(_TRADITIONAL + "【〔[［】〕]］" + _DASHES, _SIMPLIFIED + "(((())))" + "-" * len(_DASHES))
_DIGIT = "〇零一二三四五六七八九十百两廿卅○"
_ANY_NUMERAL = re.compile(f"[{_DIGIT}]")
_BEFORE_WORD = re.compile(rf"负?[{_DIGIT}]+(?=号楼|号|栋|幢|座|排|单元|层|楼|室|房|梯|门|期|弄|户|-)")
_AFTER_WORD = re.compile(rf"(?<=[楼栋幢座元层#梯门附-])[{_DIGIT}]{{2,4}}(?![{_DIGIT}家\u4e00-\u9fff])")
_BLANK = re.compile(r"\s+")
_BLANK_BETWEEN_NUMBERS = re.compile(r"(?<=[0-9A-Z]) (?=[0-9A-Z])")
_PHASE = re.compile(r"\(?第?(\d{1,2})期\)?")
_TENS = {"廿": "二十", "卅": "三十"}


def normalise(text: str) -> str:
    """Bring an address to one spelling.

    Examples
    --------
    >>> normalise("丹江家园３号楼 二单元五〇一室")
    '丹江家园3号楼2单元501室'
    >>> normalise("三里河公寓（二期）十二栋一单元一〇三")
    '三里河公寓2期12栋1单元103'
    >>> normalise("X苑 4 2 1701")
    'X苑4-2-1701'
    """
    text = unicodedata.normalize("NFKC", text[:LONGEST])[:LONGEST].translate(_SPELLING).upper()
    if not text.isprintable():
        text = "".join(character if character.isprintable() else " " for character in text)
    if " " in text:
        text = _BLANK_BETWEEN_NUMBERS.sub("-", _BLANK.sub(" ", text.strip())).replace(" ", "")
    if _ANY_NUMERAL.search(text):
        text = _AFTER_WORD.sub(_number, _BEFORE_WORD.sub(_number, text))
    return _PHASE.sub(r"\1期", text) if "期" in text else text


def _number(found: re.Match[str]) -> str:
    return _arabic(found.group())


@lru_cache(maxsize=8192)
def _arabic(numeral: str) -> str:
    """Write a Chinese numeral in digits; what is no numeral stays.

    Examples
    --------
    >>> _arabic("一二〇三"), _arabic("廿三"), _arabic("二百零三"), _arabic("负一")
    ('1203', '23', '203', '-1')
    """
    spelled = numeral.replace("○", "〇")
    for short, long in _TENS.items():
        spelled = spelled.replace(short, long)
    try:
        return str(int(cn2an.cn2an(spelled, "smart")))
    except ValueError:
        return numeral
