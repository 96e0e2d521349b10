"""The wall page `/`: the whole city at a glance, filtered by touching anything; its state is its address."""

from dashboard.pages import Page
from dashboard.pages.wall.callbacks import register
from dashboard.pages.wall.layout import layout
from geo.i18n import N_

PAGE = Page(name="wall", path="/", title=N_("Grids of the city"), layout=layout, register=register)
