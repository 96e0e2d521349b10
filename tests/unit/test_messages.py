"""Every message has its Chinese, no Chinese has lost its message, and the places to fill are the same in both."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

from babel.messages.extract import extract_from_dir, extract_from_file
from babel.messages.pofile import read_po

from geo.i18n import FOLDER, _, catalogue, using

ROOT = Path(__file__).parents[2]
PLACE = re.compile(r"\{(\w+)[^}]*\}")


def extracted() -> set[str]:
    """Message ids that the code uses."""
    found: set[str] = set()
    for part in ("geo", "loaders", "dashboard"):
        for _file, _line, message, _comments, _context in extract_from_dir(
            ROOT / part, method_map=[("**.py", "python")], keywords={"_": None, "N_": None}
        ):
            found.add(message if isinstance(message, str) else message[0])
    command_line = extract_from_file("python", ROOT / "gridmap.py", keywords={"_": None, "N_": None})
    return found | {str(message) for _line, message, _comments, _context in command_line}


def test_every_message_has_its_chinese() -> None:
    assert sorted(extracted() - set(catalogue("zh"))) == []


def test_no_translation_is_left_over() -> None:
    assert sorted(set(catalogue("zh")) - extracted()) == []


def test_no_message_is_translated_twice_differently() -> None:
    seen: dict[str, set[str]] = {}
    for path in (FOLDER / "zh").glob("*.po"):
        with path.open("rb") as file:
            messages = read_po(file)
        for message in messages:
            if message.id:
                seen.setdefault(str(message.id), set()).add(str(message.string))
    assert {message: texts for message, texts in seen.items() if len(texts) > 1} == {}


def test_places_to_fill_are_the_same() -> None:
    assert {k: v for k, v in catalogue("zh").items() if Counter(PLACE.findall(k)) != Counter(PLACE.findall(v))} == {}


def test_no_message_id_is_chinese() -> None:
    assert [message for message in extracted() if re.search(r"[\u3400-\u9fff]", message)] == []


def test_locale_is_chosen_for_a_block_only() -> None:
    with using("en"):
        assert _("no such message {n}", n=3) == "no such message 3"
    with using("nonsense"):
        assert _("no such message") == "no such message"
