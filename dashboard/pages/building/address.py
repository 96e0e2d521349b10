"""What the page keeps in its address: the building's key in the path, the picked dwelling's unit and room in the query.

A household or a person never stands in an address, nor does whether one is open.
"""

from __future__ import annotations

from urllib.parse import parse_qs, unquote

LONGEST_QUERY = 500
MOST_TWINS = 99


def building_key(path: str) -> str:
    """Read the building's key from a path `/building/<key>`."""
    return unquote(path.rsplit("/", 1)[-1])


def picked(search: str | None) -> tuple[str, str, int] | None:
    """Read unit, room and twin from a query string; None where no dwelling is named."""
    parts = {key: values[-1] for key, values in parse_qs((search or "").lstrip("?")[:LONGEST_QUERY]).items()}
    if "unit" not in parts and "room" not in parts and "twin" not in parts:
        return None
    twin = parts.get("twin", "0")
    return (
        parts.get("unit", ""),
        parts.get("room", ""),
        int(twin) if twin.isascii() and twin.isdigit() and len(twin) < 3 else 0,
    )
