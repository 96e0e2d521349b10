"""The draft against the plan in force: the same figures of both, who is affected, and how the sizes are spread."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

from dash import html
from dash.development.base_component import Component

from dashboard.view import format
from dashboard.view.bars import ceiling
from dashboard.view.markup import wild
from geo.i18n import N_, _, ngettext

Compared = Mapping[str, Any]
CHANGES = {
    "unchanged": N_("unchanged"),
    "changed": N_("changed"),
    "split": N_("split"),
    "merged": N_("merged"),
    "new": N_("new"),
    "closed": N_("grid closed"),
}


def panels(compared: Compared | None) -> list[Component]:
    """Build the three panels; the table of changes unfolds from the second."""
    if compared is None:
        return [
            html.P(_("A draft is compared here with the plan in force, figure by figure."), className="panel caption")
        ]
    return [_figures(compared), _affected(compared), _histogram(compared)]


def _panel(title: str, says: str, *children: Component | None, name: str) -> Component:
    head = html.Div([html.H2(title), html.Span(says, className="caption")], className="panel-head")
    return html.Section([head, *children], className=f"panel compare-{name}", **wild({"aria-label": title}))


def _figures(compared: Compared) -> Component:
    now, draft = compared["figures"]["now"], compared["figures"]["draft"]
    moved = compared["moved"]
    pairs = [
        (_("Grids"), format.count(now["grids"]), format.count(draft["grids"])),
        (_("Within the band"), f"{now['within']}/{now['grids']}", f"{draft['within']}/{draft['grids']}"),
        (_("Gini of households"), _two(now["gini_households"]), _two(draft["gini_households"])),
        (_("Gini of workload"), _two(now["gini_workload"]), _two(draft["gini_workload"])),
        (_("Mean compactness"), _two(now["polsby_popper"]), _two(draft["polsby_popper"])),
        (_("Households that change grid"), format.NOTHING, format.count(moved["households"])),
    ]
    rows = [html.Tr([html.Th(name, scope="row"), html.Td(old), html.Td(html.Strong(new))]) for name, old, new in pairs]
    head = html.Thead(html.Tr([html.Td(), html.Th(_("now"), scope="col"), html.Th(_("draft"), scope="col")]))
    shown = html.Table([head, html.Tbody(rows)], className="compare-table")
    return _panel(_("Against the plan in force"), _("the whole draft"), shown, name="figures")


def _two(value: float | None) -> str:
    return format.decimal(value, 2)


def _affected(compared: Compared) -> Component:
    captains, codes, moved = compared["captains"], compared["codes"], compared["moved"]
    entries = [
        (_("Persons who change grid"), moved["persons"]),
        (_("Captains with other households"), len(captains["changed"])),
        (_("Grids without a captain"), len(captains["vacant"])),
        (_("Open cases that move"), moved["open_cases"]),
        (_("New codes"), len(codes["new"])),
        (_("Retired codes"), len(codes["retired"])),
    ]
    rows = [html.Tr([html.Th(name, scope="row"), html.Td(html.Strong(format.count(n)))]) for name, n in entries]
    shown = html.Table(html.Tbody(rows), className="compare-table")
    return _panel(_("Affected"), _("once published"), shown, _changes(compared["changes"]), name="affected")


def _histogram(compared: Compared) -> Component:
    """Draw the sizes of both plans, one pair of columns a class: hollow the plan in force, solid the draft."""
    found = compared["histogram"]
    most = max([*found["now"], *found["draft"], 1])
    top = ceiling(most)
    edges = found["edges"]
    pairs = zip(edges, edges[1:], found["now"], found["draft"], strict=False)
    columns = [_column(low, high, now, draft, top, found["band"]) for low, high, now, draft in pairs]
    # The middle of every other class is printed, the target's among them; all of them would run into each other.
    middles = [f"{(low + high) / 2:g}" if at % 2 else "" for at, (low, high) in enumerate(pairwise(edges))]
    axis = html.Div([html.Span(text) for text in middles], className="histogram-axis")
    key = html.P(
        [
            *(html.Span(className="key-hollow"), _("in force")),
            *(html.Span(className="key-solid"), _("draft")),
            *(html.Span(className="key-band"), _("band")),
        ],
        className="caption histogram-key",
    )
    plot = html.Div(
        [html.Span(format.count(top), className="histogram-top"), html.Div(columns, className="histogram-columns")],
        className="histogram",
    )
    title = _("Grids by persons") if found["unit"] == "persons" else _("Grids by households")
    return _panel(title, "", key, plot, axis, name="histogram")


def _column(low: float, high: float, now: int, draft: int, top: int, band: Sequence[float]) -> Component:
    said = _(
        "{low}–{high} households: {now} now, {draft} in the draft",
        low=f"{low:g}",
        high=f"{high:g}",
        now=now,
        draft=draft,
    )
    bars = [
        html.Span(className=name, style={"height": f"{100 * n / top:.1f}%"})
        for name, n in (("bar-now", now), ("bar-draft", draft))
        if n
    ]
    inside = " in-band" if band[0] <= (low + high) / 2 <= band[1] else ""
    return html.Span(bars, className=f"histogram-pair{inside}", role="img", title=said, **wild({"aria-label": said}))


def _changes(changes: Sequence[Mapping[str, Any]]) -> Component | None:
    seen = [one for one in changes if one["old_grid_code"] != one["new_grid_code"]]
    if not seen:
        return None
    same = sum(one["change"] == "unchanged" for one in changes)
    heads = (_("In force"), _("Draft"), _("Change"), _("Households moved"), _("Persons moved"))
    head = html.Thead(html.Tr([html.Th(text, scope="col") for text in heads]))
    words = [CHANGES[one["change"]] for one in seen]
    rows = [
        html.Tr(
            [
                html.Td(_grid(one["old_grid_code"], one["old_name"])),
                html.Td(_grid(one["new_grid_code"], one["new_name"])),
                html.Td(_(word)),
                html.Td(format.count(one["households_moved"]), className="number"),
                html.Td(format.count(one["persons_moved"]), className="number"),
            ]
        )
        for one, word in zip(seen, words, strict=True)
    ]
    title = _(
        "Table of changes: {lines}, {same}",
        lines=ngettext("{n} line", "{n} lines", len(seen)),
        same=ngettext("{n} grid stays as it is", "{n} grids stay as they are", same),
    )
    listed = html.Div(
        html.Table([head, html.Tbody(rows)], className="changes-table"), className="changes-scroll", tabIndex=0
    )
    return html.Details([html.Summary(title, className="fold"), listed], className="changes")


def _grid(code: str | None, name: str | None) -> list[Any]:
    if not code:
        return [format.NOTHING]
    return [name or code, html.Span(f" {code}", className="caption")]
