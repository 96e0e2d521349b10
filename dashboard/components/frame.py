"""What every page stands in: the top bar, the account's menu, the demo notice, toasts and refusals.

A page builds its own bar with `bar(...)`, so that the wall, the desk and the phone keep their own proportions.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dash import html
from dash.development.base_component import Component

from dashboard.view.markup import wild
from geo.i18n import N_, _
from geo.service.access import ROLE_NAMES, Role, Viewer

TOAST = "shell-toast"
PLACES: tuple[tuple[str, str, frozenset[Role]], ...] = (
    ("/planner", N_("Grid planning"), frozenset({Role.PLANNER, Role.REVIEWER, Role.COMMAND})),
)
"""Pages an account's menu leads to beside its own: path, words, and whose they are."""
LOCALE_NAMES = {"zh": "中文", "en": "English"}
"""Each language in its own words, as language switches are."""

Children = Component | str | Sequence[Any] | None


def bar(title: str, viewer: Viewer, *, demo: bool, middle: Children = None, actions: Children = None) -> Component:
    """Build a page's top bar.

    Parameters
    ----------
    title : the page's name in words, the page's only `h1`.
    viewer : whose menu stands at the end.
    demo : the city is the demo's, said so beside the title.
    middle : where am I, figures of the selection, filters in force.
    actions : buttons and the data's age, before the account's menu.
    """
    return html.Header(
        [
            html.H1(title, className="bar-title"),
            demo_notice() if demo else None,
            html.Div(middle, className="bar-middle"),
            html.Div(actions, className="bar-actions"),
            locale_switch(viewer),
            account_menu(viewer),
        ],
        className="bar",
    )


def demo_notice() -> Component:
    """Say that the city is synthetic."""
    return html.Span(_("Demo city, synthetic data"), className="demo-notice")


def locale_switch(viewer: Viewer) -> Component:
    """Build the language switch: one button that says the other language in its own words."""
    other = "en" if viewer.locale == "zh" else "zh"
    return _post("/locale", LOCALE_NAMES[other], name="locale", value=other, testid="locale")


def account_menu(viewer: Viewer) -> Component:
    """Build the account's menu: who, in which role, sign out. A plain form, so it works without a script."""
    return html.Details(
        [
            html.Summary(viewer.display_name or viewer.username, className="button menu-summary"),
            html.Div(
                [
                    html.P(_(ROLE_NAMES[viewer.role]), className="caption"),
                    *_places(viewer),
                    _post("/logout", _("Sign out"), testid="sign-out"),
                ],
                className="menu-panel",
            ),
        ],
        className="menu",
    )


def _places(viewer: Viewer) -> list[Component]:
    """Build the links to the pages of a role; who has one beside their own gets the way back too."""
    found = [html.A(_(words), href=path, className="button") for path, words, roles in PLACES if viewer.role in roles]
    return [html.A(_("Back to my page"), href=viewer.home, className="button"), *found] if found else []


def _post(action: str, label: str, *, name: str = "", value: str = "", testid: str) -> Component:
    sent = {"name": name, "value": value} if name else {}
    button = html.Button(label, type="submit", className="button", **sent, **wild({"data-testid": testid}))
    return html.Form(button, action=action, method="POST")


def toast() -> Component:
    """Build the place for messages; `set_props(TOAST, ...)` fills it (dashboard.components.failure)."""
    return html.Div(id=TOAST, className="toast", role="status", **wild({"aria-live": "polite"}))


def toast_content(sentence: str) -> Sequence[Component]:
    """Build a toast's content: the sentence; assets/shell.js closes it by its button or after a while."""
    return [
        html.P(sentence, className="toast-text"),
        html.Button(_("Close"), className="button toast-close", type="button", **wild({"data-close-toast": "1"})),
    ]


def refusal(sentence: str, home: str) -> Component:
    """Build the page shown where a path leads nowhere for this viewer."""
    return html.Main(
        [html.H1(sentence), html.A(_("Back to my page"), href=home, className="button button-main")],
        className="refusal",
    )


def loading() -> Component:
    """Build the first moment of a page."""
    return html.Div(html.P(_("Reading…"), className="caption"), className="page-loading", **wild({"aria-busy": "true"}))
