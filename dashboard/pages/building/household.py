"""An opened household: it lives in this one answer; Back or Close takes it away and nothing remembers it."""

from __future__ import annotations

from collections.abc import Sequence

from dash import html
from dash.development.base_component import Component

from dashboard.view import floors, places
from dashboard.view.markup import wild
from geo.i18n import N_, _
from geo.service.drill import OpenedHousehold, Person

SEX_NAMES = {"m": N_("male"), "f": N_("female")}


def panel(opened: Sequence[OpenedHousehold], place: tuple[str, str, int]) -> Component:
    """Build the panel of a dwelling's households."""
    unit, room, _twin = place
    title = html.H2(places.dwelling(unit, room), className="panel-title", tabIndex=-1, id="building-household-title")
    close = html.Button(_("Close"), type="button", className="button", **wild({"data-close-household": "1"}))
    logged = html.P(_("This opening was logged. Back or Close hides it again."), className="caption")
    return html.Section(
        [html.Div([title, close], className="panel-head"), logged, *(_household(one) for one in opened)],
        className="panel household",
        **wild({"data-testid": "household", "aria-labelledby": "building-household-title"}),
    )


def _household(opened: OpenedHousehold) -> Component:
    if not opened.people:
        return html.P(_("Nobody is registered in this household."), className="empty")
    heads = (_("Name"), _("Sex"), _("Age"), _("Phone"), _("Care"))
    head = html.Thead(html.Tr([html.Th(text, scope="col") for text in heads]))
    return html.Table([head, html.Tbody([_person(person) for person in opened.people])], className="people")


def _person(person: Person) -> Component:
    sex = _(SEX_NAMES[person.sex]) if person.sex else _("not stated")
    age = _("not stated") if person.age is None else str(person.age)
    return html.Tr(
        [
            html.Th(person.name or _("not stated"), scope="row"),
            html.Td(sex),
            html.Td(age),
            html.Td(_phone(person.phone)),
            html.Td(floors.care_words(person.care)),
        ]
    )


def _phone(phone: str) -> Component | str:
    """Mask a phone number until it is touched, against eyes over the shoulder; the opening covers showing it."""
    if not phone:
        return _("not stated")
    hidden = f"{phone[:3]}****{phone[-4:]}" if len(phone) > 7 else "****"
    whole = html.Summary([html.Span(hidden, className="masked"), html.Span(_("show"), className="phone-show")])
    return html.Details([whole, html.Span(phone, className="phone-whole")], className="phone")
