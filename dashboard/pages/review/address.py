"""What the page keeps in its address: the filters, the order and the case on the screen; never a text or a person."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlencode

from geo.service.waiting import KINDS, Position

LONGEST_QUERY = 500
_CASE = re.compile(r"^(?P<channel>[a-z]{2,12})/(?P<case_no>[^/\x00-\x1f]{1,80})$")
_AREA = re.compile(r"^(none|\d{6}|\d{9}|\d{12})$")


def read(search: str | None) -> Position:
    """Read a position; what can't be read counts as not given.

    Examples
    --------
    >>> read("?kind=choice&case=hotline/202601010001")
    Position(area='', kind='choice', oldest=False, channel='hotline', case_no='202601010001')
    >>> read("?kind=x&area=1&case=nonsense")
    Position(area='', kind='', oldest=False, channel='', case_no='')
    """
    parts = {key: values[-1] for key, values in parse_qs((search or "").lstrip("?")[:LONGEST_QUERY]).items()}
    kind, area = parts.get("kind", ""), parts.get("area", "")
    return Position(
        area=area if _AREA.match(area) else "",
        kind=kind if kind in KINDS else "",
        oldest=parts.get("order") == "oldest",
        **split(parts.get("case", "")),
    )


def split(key: str) -> dict[str, str]:
    """Read a case's key `channel/number`; empty where it is none."""
    found = _CASE.match(key)
    return found.groupdict() if found else {"channel": "", "case_no": ""}


def joined(case: tuple[str, str]) -> str:
    """Write a case's key."""
    return "/".join(case) if case[0] else ""


def write(position: Position) -> str:
    """Write a position as a query string with its `?`, empty for the queue's beginning.

    Examples
    --------
    >>> write(Position(kind="choice", channel="app", case_no="7"))
    '?kind=choice&case=app%2F7'
    """
    parts = {
        "area": position.area,
        "kind": position.kind,
        "order": "oldest" if position.oldest else "",
        "case": joined(position.case),
    }
    given = {name: value for name, value in parts.items() if value}
    return f"?{urlencode(given)}" if given else ""
