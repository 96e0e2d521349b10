"""What a Dash component without a build step has in common with a generated one."""

from __future__ import annotations

from typing import Any


def declare(component: Any) -> None:
    """Tell Dash which properties a component of ours has; it asks generated classes the same way."""
    component._prop_names = [*component._properties]
    component._valid_wildcard_attributes = []
    component.available_properties = [*component._properties]
    component.available_wildcard_properties = []
