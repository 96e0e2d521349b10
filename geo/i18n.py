"""The words a person reads, in Simplified Chinese (default) or English.

Message ids are English. The Chinese catalogue is `geo/locale/zh/*.po`, one fragment a part of the product; the
fragments are read as they are, so there is nothing to compile. Domain words (categories, ledgers) are data with a
label in each language, not messages. The command line and the dashboard use this one mechanism: a command sets the
locale once, a request for its own duration.

`_()` is called inside functions only; a constant is marked with `N_()` and translated where it is shown.
"""

from __future__ import annotations

from collections.abc import Iterator
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
    """Read a locale's fragments; English has none, since message ids are English."""
    messages: dict[str, str] = {}
    for path in sorted((FOLDER / name).glob("*.po")):
        with path.open("rb") as file:
            messages |= {
                str(message.id): str(message.string) for message in read_po(file) if message.id and message.string
            }
    return messages


def _(message: str, **values: object) -> str:
    """Translate a message id and fill its `{named}` places."""
    text = message if locale() == "en" else catalogue(locale()).get(message, message)
    return text.format(**values) if values else text


def N_(message: str) -> str:  # noqa: N802  (gettext's own name)
    """Mark a constant for the catalogue; it is translated by `_()` where it is shown."""
    return message
