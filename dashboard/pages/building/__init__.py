"""The building's page `/building/<id>`: where it stands, its unit-by-floor chart (楼盘表), who lives there."""

from __future__ import annotations

from dashboard.pages import Page
from dashboard.pages.building.callbacks import register
from dashboard.pages.building.layout import layout
from geo.i18n import N_

PAGE = Page(name="building", path="/building/<key>", title=N_("Building"), layout=layout, register=register)
