"""Panels as plain markup: one Dash component a panel instead of one an element.

Dash gives every component a wrapper that is asked again at every change of anything on the page. A wall has over a
thousand elements, and only about thirty of them are read or written by a callback. `folded` keeps those as they are
and puts everything between them into `Markup`, which draws the same elements without wrappers (assets/markup.js).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dash import dcc, html
from dash.development.base_component import Component

from dashboard.components.own import declare

OWN_AFFAIRS = frozenset({"id", "n_clicks", "disable_n_clicks"})
"""Properties that only a Dash component of its own can have."""

Node = str | int | float | list[Any]


class Markup(Component):
    """Elements without ids and without callbacks.

    Keyword arguments
    -----------------
    tree : nodes; a text, or `[tag, attributes, *children]` with the tag `link` for a `dcc.Link`.
    """

    _children_props: list[str] = []  # noqa: RUF012  (Dash's own attribute of a component class)
    _base_nodes: list[str] = ["children"]  # noqa: RUF012
    _namespace = "gridmap"
    _type = "Markup"
    _properties = ("id", "tree")
    tree: list[Node]

    def __init__(self, **properties: Any) -> None:
        declare(self)
        super().__init__(**properties)


def folded(part: Any) -> Any:
    """Put what needs no component of its own into markup.

    Parameters
    ----------
    part : a component, a text, nothing, or a sequence of those.

    Returns
    -------
    The same, drawn the same; components that stay keep their identity, their children are folded too.
    """
    if isinstance(part, list | tuple):
        return _row(part)
    node = _plain(part)
    if node is not None:
        return Markup(tree=[node]) if isinstance(node, list) else part
    if isinstance(part, Component) and getattr(part, "children", None) is not None:
        part.children = folded(part.children)  # type: ignore[attr-defined]
    return part


def _row(parts: Sequence[Any]) -> list[Any]:
    """Fold a row of siblings; neighbours share one markup."""
    row: list[Any] = []
    for part in parts:
        node = _plain(part)
        if node is None:
            row.append(folded(part))
        elif row and isinstance(row[-1], Markup):
            row[-1].tree.append(node)
        else:
            row.append(Markup(tree=[node]))
    return row


def _plain(part: Any) -> Node | None:
    """Write a component as a node; None for nothing and for what must stay a component."""
    if isinstance(part, str | int | float):
        return part
    tag = _tag(part)
    if tag is None:
        return None
    # As Component.to_plotly_json collects them, for a tenth of its time: a page has a thousand elements.
    given = vars(part).items()
    attributes = {name: value for name, value in given if not name.startswith(("_", "available_"))}
    children = attributes.pop("children", None)
    if not OWN_AFFAIRS.isdisjoint(attributes):
        return None
    nodes = [_plain(child) for child in _listed(children)]
    return None if None in nodes else [tag, attributes, *nodes]


def _listed(children: Any) -> list[Any]:
    """Return an element's children as a list, without those that are nothing."""
    several = children if isinstance(children, list | tuple) else [children]
    return [child for child in several if child is not None]


def _tag(part: Any) -> str | None:
    """Return the tag of an element or of a link within the site."""
    if isinstance(part, dcc.Link):
        return "link"
    if isinstance(part, Component) and part._namespace == html.Div._namespace:  # type: ignore[attr-defined]
        return part._type.lower()  # type: ignore[attr-defined]
    return None
