"""Panels as markup: what is folded, what stays a component, and that nothing of either is lost."""

from __future__ import annotations

from typing import Any

from dash import dcc, html

from dashboard.components.markup import Markup, folded
from dashboard.view.markup import wild


def trees(part: list[Any]) -> list[Any]:
    """Return the nodes of every markup in a row."""
    return [one.tree for one in part if isinstance(one, Markup)]


def children(part: Any) -> Any:
    """Return what stands in a component."""
    return part.children


def test_neighbours_without_ids_become_one_markup_in_their_order():
    row = folded([html.P("a"), None, html.P(["b", html.B(7)], className="c"), "d"])
    assert [type(part) for part in row] == [Markup, type(None), Markup]
    assert trees(row) == [[["p", {}, "a"]], [["p", {"className": "c"}, "b", ["b", {}, 7]], "d"]]


def test_what_a_callback_reads_or_writes_stays_and_its_children_are_folded():
    box: Any = folded(html.Div([html.P("a"), html.Div(html.P("b"), id="kept"), html.P("c")]))
    assert type(box) is html.Div
    first, kept, last = children(box)
    assert (first.tree, last.tree) == ([["p", {}, "a"]], [["p", {}, "c"]])
    assert type(kept) is html.Div
    assert kept.to_plotly_json()["props"]["id"] == "kept"
    assert children(kept).tree == [["p", {}, "b"]]


def test_controls_stay_components_wherever_they_are():
    row: Any = folded([html.Div(html.Section(dcc.Store(id="store")))])
    assert isinstance(row[0].children.children, dcc.Store)
    assert isinstance(folded(html.Button("press", n_clicks=0)), html.Button)


def test_attributes_links_and_empty_things_are_kept():
    link: Any = dcc.Link(["to ", html.B("there")], href="/?grid=1", className="cover")
    assert folded(link).tree == [["link", {"className": "cover", "href": "/?grid=1"}, "to ", ["b", {}, "there"]]]
    bar = html.Span(style={"width": "3%"}, tabIndex="0", **wild({"aria-hidden": "true", "data-code": "1"}))
    expected = {"style": {"width": "3%"}, "tabIndex": "0", "aria-hidden": "true", "data-code": "1"}
    assert folded(bar).tree == [["span", expected]]
    assert folded([]) == []
    assert folded(None) is None
    assert folded("words") == "words"
