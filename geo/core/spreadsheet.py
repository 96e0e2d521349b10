"""Text in a spreadsheet's cells: never run as a formula."""

from __future__ import annotations

import re

_FORMULA = re.compile(r"'*[=+\-@\t\r\n]")
_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?$")


def safe_cell(text: str) -> str:
    """Put an apostrophe before text that a spreadsheet would run as a formula; numbers stay. `checks` takes it off.

    Examples
    --------
    >>> safe_cell("=1+1"), safe_cell("-101"), safe_cell("'=1+1")
    ("'=1+1", '-101', "''=1+1")
    """
    return f"'{text}" if _FORMULA.match(text) and not _NUMBER.match(text) else text
