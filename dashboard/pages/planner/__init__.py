"""The planner's page `/planner`: grids proposed, redrawn by hand, compared, reviewed and published."""

from __future__ import annotations

from dashboard.pages import Page
from dashboard.pages.planner.callbacks import register
from dashboard.pages.planner.layout import layout, may_open
from geo.i18n import N_

PAGE = Page(
    name="planner", path="/planner", title=N_("Grid planning"), layout=layout, register=register, may_open=may_open
)
