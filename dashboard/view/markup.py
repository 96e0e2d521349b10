"""Attributes the component stubs don't declare: `html.Td(..., **wild({"aria-label": name}))`."""

from __future__ import annotations

from typing import Any


def wild(attributes: dict[str, str]) -> dict[str, Any]:
    """Return aria-* and data-* attributes as any keyword arguments, which is what the components take them for."""
    return dict(attributes)
