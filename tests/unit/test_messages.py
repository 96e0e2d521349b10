"""Every message has its Chinese, no Chinese has lost its message, and the places to fill are the same in both.

A message of two forms is known by its form for 1, as in the catalogue.
"""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from typing import Any

from babel.messages.extract import extract_from_dir, extract_from_file
from babel.messages.pofile import read_po
from typer.main import get_command

import gridmap
from geo.i18n import FOLDER, _, catalogue, forms, ngettext, using

ROOT = Path(__file__).parents[2]
PLACE = re.compile(r"\{(\w+)[^}]*\}")


COUNTING = ("ngettext", "ngettext_noop", "forms", "ntext")
KEYWORDS: dict[str, Any] = {"_": None, "N_": None} | dict.fromkeys(COUNTING, (1, 2))
COUNTED = re.compile(
    r"(?<!–)\{(\w+)[^}]*\} (?:open |hard |other |grid )?(?!(?:is|has|says)\b)(\w+s|people|women|men)\b"
)
"""A number and what there are so many of; the end of a range counts nothing (`{low}–{high} households`)."""
NAMES = {
    "alias",
    "building",
    "city",
    "estate",
    "file",
    "folder",
    "grid",
    "login",
    "name",
    "names",
    "range",
    "table",
    "who",
}
"""Places for a name, not for a number: what follows is a verb."""
CHINESE = r"[\u3400-\u9fff\u3001-\u3011\uff01-\uff5e“”…\ufffc]"
HALF_WIDTH = re.compile(rf"{CHINESE} ?[,:;?!()]|[,:;?!()] ?{CHINESE}|[,;:?!] |[，：；？！（）] | [（）]")
"""Half-width punctuation beside Chinese or a place to fill, or that ends a clause; a space beside full width.

GB/T 15834: punctuation in Chinese is full-width, brackets too. Half-width stays inside numbers, times, codes and
commands (`1,742`, `12:30`, `id,text`, `{host}:{port}`), which have Chinese on neither side.
"""


def messages() -> set[tuple[str, ...]]:
    """Message ids that the code uses: one form, or the one for 1 and the one for several."""
    found: set[Any] = set()
    for part in ("geo", "loaders", "dashboard"):
        method = [("**.py", "python")]
        for _file, _line, message, _c, _x in extract_from_dir(ROOT / part, method_map=method, keywords=KEYWORDS):
            found.add(message)
    command_line = extract_from_file("python", ROOT / "gridmap.py", keywords=KEYWORDS)
    found |= {message for _line, message, _comments, _context in command_line}
    found |= described(get_command(gridmap.app))
    return {(message,) if isinstance(message, str) else tuple(message) for message in found}


def described(command: Any) -> set[str]:
    """Message ids of a command's help and of all below it."""
    options = command.get_params(command.make_context("gridmap", [], resilient_parsing=True))
    own = {each.help for each in (command, *options) if each.help}
    return own.union(*(described(below) for below in getattr(command, "commands", {}).values()))


def extracted() -> set[str]:
    """Message ids as the catalogue knows them."""
    return {message[0] for message in messages()}


def test_what_is_counted_has_a_form_for_one() -> None:
    single = [message[0] for message in messages() if len(message) == 1]
    found = [(message, noun) for message in single for place, noun in COUNTED.findall(message) if place not in NAMES]
    assert found == []


def test_the_two_forms_differ_and_are_the_same_everywhere() -> None:
    pairs = [message for message in messages() if len(message) == 2]
    assert [pair for pair in pairs if pair[0] == pair[1]] == []
    firsts = Counter(message[0] for message in messages())
    assert [first for first, often in firsts.items() if often > 1] == []
    assert [pair for pair in pairs if Counter(PLACE.findall(pair[0])) != Counter(PLACE.findall(pair[1]))] == []


def test_the_catalogue_has_both_forms_of_what_is_counted() -> None:
    written: set[tuple[str, ...]] = set()
    for path in (FOLDER / "zh").glob("*.po"):
        with path.open("rb") as file:
            ids = [message.id for message in read_po(file, locale="zh") if message.id]
        written |= {(one,) if isinstance(one, str) else tuple(one) for one in ids}
    assert written == messages()


def test_a_number_chooses_its_form() -> None:
    with using("en"):
        assert [ngettext("{n} grid", "{n} grids", n) for n in (0, 1, 2, 1062)] == [
            "0 grids", "1 grid", "2 grids", "1,062 grids",
        ]  # fmt: skip
        assert ngettext("{n} grid", "{n} grids", 61_300, n="61.3k") == "61.3k grids"
        assert forms("{n} grid", "{n} grids") == ("{n} grid", "{n} grids")
    with using("zh"):
        assert [ngettext("{n} grid", "{n} grids", n) for n in (1, 2)] == ["1 格", "2 格"]
        assert forms("{n} grid", "{n} grids") == ("{n} 格", "{n} 格")


def test_every_message_has_its_chinese() -> None:
    assert sorted(extracted() - set(catalogue("zh"))) == []


def test_no_translation_is_left_over() -> None:
    assert sorted(set(catalogue("zh")) - extracted()) == []


def test_no_message_is_translated_twice_differently() -> None:
    seen: dict[str, set[str]] = {}
    for path in (FOLDER / "zh").glob("*.po"):
        with path.open("rb") as file:
            written = read_po(file, locale="zh")
        for message in written:
            if message.id:
                seen.setdefault(str(message.id), set()).add(str(message.string))
    assert {message: texts for message, texts in seen.items() if len(texts) > 1} == {}


def test_places_to_fill_are_the_same() -> None:
    assert {k: v for k, v in catalogue("zh").items() if Counter(PLACE.findall(k)) != Counter(PLACE.findall(v))} == {}


def test_punctuation_beside_chinese_is_full_width() -> None:
    address = "{host}:{port}"
    plain = {k: PLACE.sub("\ufffc", v.replace(address, "")) for k, v in catalogue("zh").items()}
    assert {k: v for k, v in plain.items() if HALF_WIDTH.search(v)} == {}


def test_a_case_has_one_name() -> None:
    assert {k: v for k, v in catalogue("zh").items() if "案件" in v} == {}


def test_no_message_id_is_chinese() -> None:
    assert [message for message in extracted() if re.search(r"[\u3400-\u9fff]", message)] == []


def test_locale_is_chosen_for_a_block_only() -> None:
    with using("en"):
        assert _("no such message {n}", n=3) == "no such message 3"
    with using("nonsense"):
        assert _("no such message") == "no such message"
