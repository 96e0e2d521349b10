"""The review queue's page `/review`: cases whose address needs a person, one after the other, by touch or by key."""

from __future__ import annotations

from dashboard.pages import Page
from dashboard.pages.review.callbacks import register
from dashboard.pages.review.layout import layout
from geo.i18n import N_
from geo.service.access import Viewer


def may_open(viewer: Viewer) -> bool:
    """Let those open the queue whose duty it is."""
    return viewer.may_check


PAGE = Page(
    name="review", path="/review", title=N_("Addresses to check"), layout=layout, register=register, may_open=may_open
)
