"""One spelling for addresses: width, case, script, brackets, blanks; and what is no address (phones, markup) taken out.

The same function is used on the register's names and on what citizens write, so that both meet. Numbers stay as they
are written (numerals.py reads them where a door is read), for 二七 and 四季 are also names.
"""

from __future__ import annotations

import re
import unicodedata

from geo.core.address.numerals import chinese, number
from geo.core.address.tables import either, simplified, words

LONGEST = 400
"""Characters of a text that are read: an address is shorter, and a complaint names its place near the start."""

_DASHES = "‐‑‒–—―−－﹣~～_"
_OPENING, _CLOSING = "【〔[［〈《“‘「『", "】〕]］〉》”’」』"
_SPELLING = (
    simplified()
    | str.maketrans(_OPENING + _CLOSING + _DASHES, "(" * len(_OPENING) + ")" * len(_CLOSING) + "-" * len(_DASHES))
    | dict.fromkeys(map(ord, "•‧∙・"), "·")
)
_TO_SPELL = re.compile(f"[{re.escape(''.join(map(chr, _SPELLING)))}]")
"""What `_SPELLING` changes; most texts hold none of it, and to look is quicker than to translate."""
_MARKUP = re.compile(r"<[^<>]{0,200}>|&[a-z]{2,6};|&#\d{1,6};", re.IGNORECASE)
_LONG_NUMBER = re.compile(
    r"(?<![0-9A-Z-])(?:\+?86-?)?(?:0\d{2,3}[- ]?\d{7,8}(?:-\d{1,5})?|\d{7,}|1\d{2}[- ]\d{4}[- ]\d{4})[0-9X]*"
)
_MAY_BE_LONG = re.compile(r"\d(?:\d{6}|[- ]\d{4}[- ]\d)")
_PHONE_WORDS = re.compile(either(words("not_a_room")))
_BESIDE_A_PHONE = re.compile(rf"{either(words('not_a_room'))}[为是:号]?[ :]?[0-9A-Z-]{{2,}}")
_BLANKS = re.compile(r"\s+")
_HAN = "\u4e00-\u9fff〇"
_WORD_AFTER_NUMBER = either(w for kind in ("building", "unit", "floor", "room", "number") for w in words(kind))
_IDLE_BLANK = re.compile(rf" (?=[{_HAN}(#])(?:(?<=[{_HAN})] )|(?={_WORD_AFTER_NUMBER}))|(?<=[{_HAN})]) (?=[0-9A-Z])")
_COUNT = r"第?(\d{1,2}|[一二三四五六七八九十]{1,3}|I{1,3}|IV|V)"
_PHASE = re.compile(rf"\(?{_COUNT}期\)?")
_TEAM = re.compile(rf"{_COUNT}(?:(?P<group>村民小组|小组|组(?![团织装合成件员长]))|(?:生产队|小队|队(?![伍员长列友])))")
_ROMAN_SIGN = re.compile("[Ⅰ-Ⅻⅰ-ⅻ]")
_ROMAN = {"I": "1", "II": "2", "III": "3", "IV": "4", "V": "5"}


def normalise(text: str) -> str:
    """Bring an address to one spelling.

    Examples
    --------
    >>> normalise("丹江家園３號樓 二單元501室")
    '丹江家园3号楼二单元501室'
    >>> normalise("三里河公寓（二期）12栋")
    '三里河公寓二期12栋'
    >>> normalise("<b>丹江 家园</b>4 2 1701,电话13800000000")
    '丹江家园4 2 1701,电话'
    """
    text = one_width(text[:LONGEST])
    text = without_markup(text)
    text = without_phones(text)
    text = without_idle_blanks(text)
    return one_count(text)


def one_width(text: str) -> str:
    """Take one width, one script and one case; what can't be printed becomes a blank.

    Examples
    --------
    >>> one_width("Ａ座１０３－棟")
    'A座103-栋'
    >>> one_width("③栋Ⅱ单元")
    '3栋2单元'
    """
    if not text.isascii():
        if _ROMAN_SIGN.search(text):
            text = _ROMAN_SIGN.sub(lambda found: str(ord(found[0]) % 16 + 1), text)
        text = unicodedata.normalize("NFKC", text)[:LONGEST]
        text = text.translate(_SPELLING) if _TO_SPELL.search(text) else text
    text = text.upper()
    return text if text.isprintable() else "".join(c if c.isprintable() else " " for c in text)


def without_markup(text: str) -> str:
    """Take out tags.

    Examples
    --------
    >>> without_markup("<p>A座</p>")
    ' A座 '
    """
    return _MARKUP.sub(" ", text) if "<" in text or "&" in text else text


def without_phones(text: str) -> str:
    """Take out phone and card numbers, and short numbers beside a word for them: none is a room.

    Examples
    --------
    >>> without_phones("3栋501,027-82900000,分机8201")
    '3栋501,,'
    """
    if _MAY_BE_LONG.search(text):
        text = _LONG_NUMBER.sub("", text)
    return _BESIDE_A_PHONE.sub("", text) if _PHONE_WORDS.search(text) else text


def without_idle_blanks(text: str) -> str:
    """Keep only the blanks that part numbers.

    Examples
    --------
    >>> without_idle_blanks("X苑  4 2 1701 王"), without_idle_blanks("X苑 3 栋 2单元 ")
    ('X苑4 2 1701 王', 'X苑3栋2单元')
    """
    if " " not in text and text.isprintable():
        return text
    return _IDLE_BLANK.sub("", _BLANKS.sub(" ", text.strip()))


def one_count(text: str) -> str:
    """Write phases (期), and the groups and teams of a village (组, 队), alike: in Chinese numerals.

    Examples
    --------
    >>> one_count("X苑(2期)"), one_count("X苑II期"), one_count("X村第3村民小组"), one_count("X村12生产队")
    ('X苑二期', 'X苑二期', 'X村三组', 'X村十二队')
    """
    if "期" in text:
        text = _PHASE.sub(lambda found: f"{_count(found[1])}期", text)
    if "组" in text or "队" in text:
        text = _TEAM.sub(lambda found: _count(found[1]) + ("组" if found["group"] else "队"), text)
    return text


def _count(said: str) -> str:
    value = _ROMAN.get(said) or number(said)
    return chinese(int(value)) if value.isdecimal() else said
