"""A text without what people say while they think: tried only where the text as it stands gave no door.

嗯, 那个 and doubled words are no part of an address, but in other texts they may be part of a name or a sentence. So
the plainer text counts only if the register has the whole door it then names.
"""

from __future__ import annotations

import re

from geo.core.address.numerals import DIGITS, POWERS
from geo.core.address.tables import either, words

_NUMBER = rf"(?=第?[0-9A-Z{DIGITS}{POWERS}])"
_MARKS = r"[,、。.…;:\- ]"
_THINKING = re.compile(rf"{_MARKS}*(?:{either(words('thinking'))}{_MARKS}*)+{_NUMBER}")
_SAME_MARKS = re.compile(rf"({_MARKS})(?: *[,、。.…;:\-])+ *")
_STOP = re.compile(r"(?<=\d)。(?=\d)")
_PLATE = re.compile(rf"门牌号?码?[是为:]?{_NUMBER}")
_KIND = re.compile(rf"(?<=[\u4e00-\u9fff]){either(words('kind_of_estate'))}{_NUMBER}")
_BUILDING = rf"(?:\d{{1,3}}|[{DIGITS}{POWERS}]{{1,3}})[\u4e00-\u9fff#]{{1,2}}"
_TWICE = re.compile(rf"([\u4e00-\u9fff]{{3,12}}|{_BUILDING})[,; ]?\1")
_APART = re.compile(r"(?<!\d)(?<!\d )\d(?: \d){2,3}(?!\d)(?! \d)")


def plainer(text: str) -> str:
    """Take out of a normalised text what is said while thinking, and what is said twice.

    Examples
    --------
    >>> plainer("亭苑,嗯,3栋那个2单元,501"), plainer("亭苑......3栋"), plainer("亭苑3。2。501")
    ('亭苑,3栋,2单元,501', '亭苑.3栋', '亭苑3.2.501')
    >>> plainer("丹江家园丹江家园3栋3栋501"), plainer("亭苑住宅区3栋"), plainer("亭苑3栋5 0 1")
    ('丹江家园3栋501', '亭苑小区3栋', '亭苑3栋501')
    >>> plainer("下厝村三组门牌号12"), plainer("'亭苑'3栋")
    ('下厝村三组12', '亭苑3栋')
    """
    text = text.replace("'", "").replace('"', "")
    text = _STOP.sub(".", _THINKING.sub(",", text))
    text = _SAME_MARKS.sub(r"\1", _TWICE.sub(r"\1", text))
    text = _PLATE.sub("", _KIND.sub("小区", text))
    return _APART.sub(lambda found: found.group().replace(" ", ""), text)
