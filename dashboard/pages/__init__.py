"""The pages and their paths. A page is a package with `PAGE: Page`; the shell routes paths to pages.

The shell's router looks at the path only. What a page keeps in the query string it reads and writes through a
`dcc.Location` of its own, so a changed filter never rebuilds the page.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from dash import Dash
from dash.development.base_component import Component

from dashboard.services import Services
from geo.service.access import Viewer


def everyone(_viewer: Viewer, **_variables: str) -> bool:
    """Let every signed-in viewer open the page."""
    return True


@dataclass(frozen=True, slots=True)
class Page:
    """One page of the dashboard.

    Attributes
    ----------
    name : short name, prefix of the page's ids.
    path : path with variables, as `/grid/<code>`.
    title : message id of the browser title.
    layout : `layout(services, viewer, search, **variables)` -> component; `search` is the query string with its `?`.
    register : `register(app, services)` adds the page's callbacks.
    may_open : `may_open(viewer, **variables)`; False answers "no such page" before any query is made.
    """

    name: str
    path: str
    title: str
    layout: Callable[..., Component]
    register: Callable[[Dash, Services], None]
    may_open: Callable[..., bool] = everyone
    pattern: re.Pattern[str] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        pattern = re.sub(r"<(\w+)>", r"(?P<\1>[^/]{1,80})", self.path)
        object.__setattr__(self, "pattern", re.compile(f"^{pattern}$"))


def find(pages: Sequence[Page], path: str) -> tuple[Page, dict[str, str]] | None:
    """Find the page of a path and its variables."""
    for page in pages:
        if match := page.pattern.match(path):
            return page, match.groupdict()
    return None


def open_for(viewer: Viewer, pages: Sequence[Page], path: str) -> tuple[Page, dict[str, str]] | None:
    """Find the page of a path, None where there is none for this viewer.

    Who has a page of their own for a home (a captain's grid) has no city page: `/` is theirs only where it is home.
    """
    found = find(pages, path)
    if found is None or (path == "/" and viewer.home != "/"):
        return None
    page, variables = found
    return found if page.may_open(viewer, **variables) else None
