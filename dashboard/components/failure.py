"""What a person is told when a callback could not do what was asked."""

from __future__ import annotations

import logging

from dash import set_props

from dashboard.components import frame
from geo.errors import GridError, NotAllowed, NotFound, StoreError
from geo.i18n import _

log = logging.getLogger(__name__)


def show(error: Exception) -> None:
    """Say in a toast what went wrong in a callback, with the way out where one is known; details go to the log only."""
    if isinstance(error, NotAllowed | NotFound):
        log.warning("callback refused", extra={"action": "callback.refused", "kind": type(error).__name__})
    elif isinstance(error, GridError) and not isinstance(error, StoreError):
        log.info("callback declined", extra={"action": "callback.declined", "kind": type(error).__name__})
    else:
        log.error("callback failed", extra={"action": "callback.failed", "kind": type(error).__name__}, exc_info=error)
    set_props(frame.TOAST, {"children": frame.toast_content(sentence(error))})


def sentence(error: Exception) -> str:
    """Return the sentence of an error of ours, with its hint; of any other a general one."""
    if not isinstance(error, GridError):
        return _("Something went wrong here. Please try again.")
    return " ".join(part for part in (_(str(error)), error.hint) if part)
