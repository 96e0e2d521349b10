"""The queue beside the case: figures, filters, the next cases; and what the last decision did."""

from __future__ import annotations

import datetime as dt

from dash import html
from dash.development.base_component import Component

from dashboard.view import drill, format, states
from dashboard.view.marks import Status, mark
from dashboard.view.markup import wild
from geo.i18n import _, locale, ngettext
from geo.service.waiting import KINDS, Counter, Done, Learned, Queue, Waiting

DAY_S = 86_400


def figures(queue: Queue) -> list[Component]:
    """Build the figures: waiting and how old, cases without a grid in all, the data's age."""
    whole = queue.counters[0]
    items = [
        (_("Waiting"), format.count(whole.waiting), _("open: {n}", n=format.count(whole.open))),
        (_("Oldest"), *_age(whole.oldest, queue.now)),
        (_("Median age"), *_age(whole.median, queue.now)),
        (_("Not placed"), format.count(queue.unplaced), _("{n} not in the register", n=format.count(queue.not_here))),
    ]
    return [drill.figure_row(items), states.read_at(queue.read_at)]


def _age(moment: dt.datetime | None, now: dt.datetime) -> tuple[str, str]:
    if moment is None:
        return format.NOTHING, ""
    days = max(0, int((now - moment).total_seconds() // DAY_S))
    return format.count(days), ngettext("day", "days", days)


def panel(queue: Queue) -> list[Component]:
    """Build filters, the position and the lines."""
    at = min(queue.before + 1, queue.waiting)
    head = [
        html.H2(_("Queue")),
        html.Span(
            _("{at} of {n}", at=format.count(at), n=format.count(queue.waiting)),
            className="caption",
            **wild({"data-testid": "position"}),
        ),
    ]
    lines = [_line(line, queue) for line in queue.lines] or [
        html.Li(_("This was the last one of the round."), className="caption")
    ]
    return [
        html.Div(head, className="panel-head"),
        _filters(queue),
        html.H3(_("Next"), className="list-title"),
        html.Ol(lines, className="review-lines", **wild({"data-testid": "lines"})),
        _reasons(queue),
        *_learned(queue),
    ]


def _filters(queue: Queue) -> Component:
    position = queue.position
    kinds = [("", _("All kinds")), *((code, _(name)) for code, name in KINDS.items())]
    areas = [("", _("All areas")), ("none", _("area unknown"))]
    areas += [(area.code, f"{area.name} · {format.count(area.waiting)}") for area in queue.areas]
    orders = [("", _("Most urgent first")), ("oldest", _("Oldest first"))]
    return html.Div(
        [
            _select("kind", _("Kind"), kinds, position.kind),
            _select("area", _("Area"), areas, position.area),
            _select("order", _("Order"), orders, "oldest" if position.oldest else ""),
        ],
        className="review-filters",
    )


def _select(name: str, label: str, options: list[tuple[str, str]], chosen: str) -> Component:
    """Build a choice; assets/review.js sends it."""
    made = [html.Option(words, value=value, selected=value == chosen) for value, words in options]
    return html.Label(
        [
            html.Span(label, className="caption"),
            html.Select(made, name=name, **wild({"data-filter": name})),
        ]
    )


def _line(line: Waiting, queue: Queue) -> Component:
    category = line.name_zh if locale() == "zh" else line.name_en
    age, unit = _age(line.reported_at, queue.now)
    words = [
        html.Strong(line.address or _("no address")),
        html.Span(f"{category} · {_(KINDS[line.kind])} · {age} {unit}", className="caption"),
    ]
    held = [mark(Status.WATCH, line.holder)] if line.holder else []
    button = html.Button(
        [html.Span(words, className="row-main"), html.Span(held, className="row-side")],
        type="button",
        className="review-line",
        **wild({"data-open": f"{line.channel}/{line.case_no}"}),
    )
    return html.Li(button)


def _reasons(queue: Queue) -> Component:
    """Count the waiting by reason, with the oldest and the median age in days."""
    heads = (_("Reason"), _("Waiting"), _("Oldest"), _("Median"))
    head = html.Thead(html.Tr([html.Th(words, scope="col") for words in heads]))
    rows = [_reason(counter, queue.now) for counter in queue.counters if counter.kind]
    caption = html.Caption(_("By reason, ages in days"), className="caption")
    return html.Table([caption, head, html.Tbody(rows)], className="review-reasons", **wild({"data-testid": "reasons"}))


def _reason(counter: Counter, now: dt.datetime) -> Component:
    cells = [format.count(counter.waiting), _age(counter.oldest, now)[0], _age(counter.median, now)[0]]
    words = [html.Span(_(KINDS[counter.kind])), html.Span(_(counter.reason), className="caption")]
    return html.Tr([html.Th(words, scope="row"), *(html.Td(cell) for cell in cells)])


def _learned(queue: Queue) -> list[Component]:
    """List the aliases people have taught: who, when, and the way back."""
    if not queue.learned:
        return []
    title = _("Learned aliases: {n}", n=format.count(queue.learned_count))
    rows = [_lesson(one, queue.now) for one in queue.learned]
    parts = [html.Summary(title, className="review-summary"), html.Ul(rows, className="review-learned")]
    return [html.Details(parts, **wild({"data-testid": "learned"}))]


def _lesson(one: Learned, now: dt.datetime) -> Component:
    words = [
        html.Strong(_("{alias} = {target}", alias=one.alias, target=one.target)),
        html.Span(f"{one.actor} · {format.moment(one.at.astimezone(now.tzinfo), now)}", className="caption"),
    ]
    back = html.Button(
        _("Take it back"),
        type="button",
        className="button",
        **wild({"data-forget": str(one.act_id), "aria-label": _("Take back {alias}", alias=one.alias)}),
    )
    return html.Li([html.Span(words, className="row-main"), back if one.mine else None])


def said(done: Done | None, fault: str, undo: str | None) -> list[Component]:
    """Say what the last decision did, or why it did nothing, with the button that takes it back."""
    words: Component | None = None
    if fault:
        words = mark(Status.ACT, fault)
    elif done:
        words = mark(Status.GOOD, _done(done))
    button = html.Button(
        [_("Take it back"), html.Kbd("U")],
        type="button",
        className="button",
        disabled=undo is None,
        **wild({"data-do": "undo", "data-testid": "undo"}),
    )
    return [html.P(words, className="review-words", role="status", **wild({"data-testid": "said"})), button]


def _done(done: Done) -> str:
    if done.kind == "placed":
        return _("Placed: {place}", place=done.place)
    if done.kind == "not_here":
        return _("Marked as not in the register; it stays counted as not placed.")
    if done.kind == "taught":
        return _("Learned for {place}; waiting cases placed: {n}.", place=done.place, n=done.resolved)
    if done.kind == "forgotten":
        return _("{alias} is no alias any more; waiting again: {n}.", alias=done.place, n=done.resolved)
    return _("Taken back; waiting again: {n}.", n=done.resolved)
