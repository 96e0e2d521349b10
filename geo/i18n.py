"""The words a person reads, in Simplified Chinese (default) or English.

Message ids are English. The Chinese catalogue is `geo/locale/zh/*.po`, one fragment a part of the product; the
fragments are read as they are, so there is nothing to compile. Domain words (categories, ledgers) are data with a
label in each language, not messages. The command line and the dashboard use this one mechanism: a command sets the
locale once, a request for its own duration.

`_()` is called inside functions only; a constant is marked with `N_()` and translated where it is shown. A message
with a number before a noun has two forms, one for 1 and one for every other number: `ngettext()`. Chinese has one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path

from babel.messages.pofile import read_po

LOCALES = ("zh", "en")
FOLDER = Path(__file__).parent / "locale"
_locale: ContextVar[str] = ContextVar("gridmap_locale", default="zh")


def locale() -> str:
    """Return the locale in use, `zh` or `en`."""
    return _locale.get()


def use(name: str) -> None:
    """Set the locale for the rest of this context (a command, a request); an unknown one means zh."""
    _locale.set(name if name in LOCALES else LOCALES[0])


@contextmanager
def using(name: str) -> Iterator[None]:
    """Set the locale for one block."""
    token = _locale.set(name if name in LOCALES else LOCALES[0])
    try:
        yield
    finally:
        _locale.reset(token)


@cache
def catalogue(name: str) -> dict[str, str]:
    """Read a locale's fragments, a message that counts under its form for 1; English has none: its ids are English."""
    messages: dict[str, str] = {}
    for path in sorted((FOLDER / name).glob("*.po")):
        with path.open("rb") as file:
            for message in read_po(file, locale=name):
                if message.id and message.string:
                    one, text = (each if isinstance(each, str) else each[0] for each in (message.id, message.string))
                    messages[one] = text
    return messages


def _(message: str, **values: object) -> str:
    """Translate a message id and fill its `{named}` places."""
    text = message if locale() == "en" else catalogue(locale()).get(message, message)
    return text.format(**values) if values else text


def ngettext(one: str, many: str, number: float, **values: object) -> str:
    """Translate a message that counts, in the form its number asks for, and fill its `{named}` places.

    Parameters
    ----------
    one, many : the message for 1 and for any other number, 0 among them.
    number : what is counted; printed at `{n}`, unless `n` is among the values in another print (6.13万, 1–4).

    Examples
    --------
    >>> use("en"), ngettext("{n} grid", "{n} grids", 1), ngettext("{n} grid", "{n} grids", 1062)
    (None, '1 grid', '1,062 grids')
    """
    return forms(one, many)[number != 1].format(**{"n": f"{number:,}", **values})


def forms(one: str, many: str) -> tuple[str, str]:
    """Translate both forms of a message that counts, for a script that fills them."""
    if locale() == "en":
        return one, many
    text = catalogue(locale()).get(one, many)
    return text, text


def listed(names: Iterable[str]) -> str:
    """Write names one after another as the locale does.

    Examples
    --------
    >>> use("zh"), listed(["areas", "buildings"])
    (None, 'areas、buildings')
    """
    return _(", ").join(names)


def N_(message: str) -> str:  # noqa: N802  (gettext's own name)
    """Mark a constant for the catalogue; it is translated by `_()` where it is shown."""
    return message


def ngettext_noop(one: str, many: str) -> tuple[str, str]:
    """Mark the two forms of a constant for the catalogue; `ngettext()` translates them where they are shown."""
    return one, many
