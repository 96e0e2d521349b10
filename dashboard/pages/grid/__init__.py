"""The grid's page `/grid/<code>`: what is to be done today, the map, the buildings; made for a phone first."""

from __future__ import annotations

from dashboard.pages import Page
from dashboard.pages.grid.callbacks import register
from dashboard.pages.grid.layout import layout
from geo.i18n import N_
from geo.service.access import Viewer


def may_open(viewer: Viewer, code: str) -> bool:
    """Let a viewer open the grids of their own codes only; the database says the same."""
    return viewer.sees(code)


PAGE = Page(name="grid", path="/grid/<code>", title=N_("Grid"), layout=layout, register=register, may_open=may_open)
