"""What a proposal is asked for: the size of a grid, whether the boundaries in force count, equal work beside counts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dash import dcc, html
from dash.development.base_component import Component

from dashboard.pages.planner.jobs import PRESETS
from dashboard.pages.planner.parts import act_button
from dashboard.view.markup import wild
from geo.i18n import _
from geo.standards import HOUSEHOLDS_PER_GRID

Options = Mapping[str, Any]
USUAL = {"tolerance": 0.1, "outer": 0.2}


def form(asked: Options) -> Component:
    """Build the form with the one button that starts.

    Parameters
    ----------
    asked : options of the proposal before, which are the first choice again; empty where there was none.
    """
    rules = {"500": _("500 households ±10%"), "300-500": _("300 to 500 households"), "custom": _("another size…")}
    froms = {"in-force": _("stay near the plan in force"), "none": _("draw anew")}
    return html.Form(
        [
            _choice("rule", _("Size"), rules, rule_of(asked)),
            _choice("from_plan", _("Boundaries"), froms, str(asked.get("from_plan", "in-force"))),
            _more(asked),
            act_button(_("Propose"), "propose", "button button-main", testid="propose"),
            _custom(asked),
        ],
        className="propose-form",
    )


def rule_of(asked: Options) -> str:
    """Name the size asked for."""
    if not asked:
        return "500"
    size = {name: asked.get(name) for name in ("target", "tolerance", "outer", "band")}
    known = {} if asked.get("unit") == "persons" else PRESETS
    return next((name for name, preset in known.items() if preset == size), "custom")


def _custom(asked: Options) -> Component:
    """Build the fields of a size in numbers; the style sheet shows them where that size is chosen."""
    units = {"households": _("households"), "persons": _("persons")}
    own = rule_of(asked) == "custom"
    target = float(asked.get("target") or HOUSEHOLDS_PER_GRID) if own else float(HOUSEHOLDS_PER_GRID)
    tolerance, outer = (100 * float(asked.get(name) or usual) if own else 100 * usual for name, usual in USUAL.items())
    return html.Fieldset(
        [
            _field("target", _("Target"), f"{target:g}"),
            _choice("unit", _("Counted"), units, str(asked.get("unit", "households")), shown=True),
            _field("tolerance", _("Tolerance, %"), f"{tolerance:g}"),
            _field("outer", _("Outer limit, %"), f"{outer:g}"),
        ],
        className="propose-custom",
    )


def _more(asked: Options) -> Component:
    weights = {"0": _("counts only"), "0.5": _("work counts half"), "1": _("work counts as much")}
    fields = [
        _choice("workload", _("Tasks per grid"), weights, f"{float(asked.get('workload', 0)):g}", shown=True),
        html.P(_("Tasks are open cases and care visits due."), className="caption"),
        _field("stability", _("Weight of the boundaries in force"), f"{float(asked.get('stability', 1)):g}"),
        html.P(_("0 lets them go, 1 is usual, more keeps more households where they are."), className="caption"),
    ]
    summary = html.Summary(_("More"), className="button menu-summary", **wild({"data-testid": "propose-more"}))
    return html.Details([summary, html.Div(fields, className="menu-panel menu-form")], className="menu")


def _choice(name: str, label: str, options: Mapping[str, str], chosen: str, *, shown: bool = False) -> Component:
    listed = [html.Option(words, value=value, selected=value == chosen) for value, words in options.items()]
    said = html.Span(label, className="" if shown else "visually-hidden")
    return html.Label([said, html.Select(listed, name=name, className="field")], className="propose-label")


def _field(name: str, label: str, value: str) -> Component:
    # Dash's list of the attribute's values lacks "decimal", the only one whose keys hold a point on every phone.
    keys = wild({"inputMode": "decimal"})
    entry = dcc.Input(name=name, type="text", value=value, className="field", autoComplete="off", **keys)
    return html.Label([html.Span(label), entry], className="propose-label")
