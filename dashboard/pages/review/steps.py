"""From what a clerk did to what the page shows next: the decision, the case now on the screen, the one after it."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import Any

from dash import no_update
from plotly.utils import PlotlyJSONEncoder

from dashboard.pages.review import address, case, queue
from geo.errors import GridError
from geo.i18n import _
from geo.service.access import Viewer
from geo.service.review import Key, Review
from geo.service.waiting import Done, Position


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a step led to.

    Attributes
    ----------
    position : where the clerk is now; its case is on the screen.
    keep : the page shows that case already.
    done, fault : what was done, or the sentence that says why not.
    """

    position: Position
    keep: bool = False
    done: Done | None = None
    fault: str = ""


def take(review: Review, viewer: Viewer, act: dict[str, Any]) -> Outcome:
    """Do what was asked for and find the case to show.

    Parameters
    ----------
    act : `kind` (accept, not_here, teach, skip, undo, forget, open, filter), `key` (the case on the screen), `shown`
        (the case the page has put in its place already), `search` (the address), and what the kind needs.
    """
    asked = address.read(str(act.get("search") or ""))
    at = replace(asked, **address.split(str(act.get("key") or "")))
    shown = address.split(str(act.get("shown") or ""))
    kind = str(act.get("kind") or "")
    if kind == "filter":
        return _first(review, viewer, address.read(str(act.get("filter") or "")))
    if kind == "open":
        return Outcome(replace(asked, **address.split(str(act.get("open") or ""))))
    try:
        done = _decide(review, viewer, at.case, kind, act)
    except GridError as error:
        # A refused decision is news for the clerk, not a fault of the page: the case is shown as it now is.
        return Outcome(at, fault=_(str(error)))
    if kind == "forget":
        return Outcome(at, done=done)
    if kind == "undo":
        # A lesson that had placed no case brings none back: the clerk stays where they are.
        channel, case_no = done.case if done and done.case[0] else at.case
        return Outcome(replace(at, channel=channel, case_no=case_no), done=done)
    if shown["channel"]:
        return Outcome(replace(at, **shown), keep=True, done=done)
    if kind == "teach" and review.case(viewer, at.case).waits:
        return Outcome(at, done=done)
    following = review.next_after(viewer, at) or ("", "")
    return Outcome(replace(at, channel=following[0], case_no=following[1]), done=done)


def _first(review: Review, viewer: Viewer, position: Position) -> Outcome:
    """Start a queue at its first free case."""
    first = review.next_after(viewer, replace(position, channel="", case_no="")) or ("", "")
    return Outcome(replace(position, channel=first[0], case_no=first[1]))


def arrive(review: Review, viewer: Viewer, search: str | None) -> Outcome:
    """Come to an address: its case, or the first of its queue."""
    position = address.read(search)
    return Outcome(position) if position.channel else _first(review, viewer, position)


def _decide(review: Review, viewer: Viewer, key: Key, kind: str, act: dict[str, Any]) -> Done | None:
    if kind == "accept":
        return review.accept(viewer, key, str(act.get("choice") or ""))
    if kind == "not_here":
        return review.not_here(viewer, key, str(act.get("reason") or ""))
    if kind == "teach":
        return review.teach(viewer, key, str(act.get("alias") or ""), str(act.get("choice") or ""))
    if kind == "undo":
        return review.undo(viewer)
    if kind == "forget":
        return review.forget(viewer, int(act.get("act") or 0))
    review.release(viewer, key)
    return None


def shown(review: Review, viewer: Viewer, outcome: Outcome) -> dict[str, Any]:
    """Build everything the page shows after a step; keys are those of callbacks.OUTPUTS."""
    position = outcome.position
    following = review.next_after(viewer, position) if position.channel else None
    after = following if following and following != position.case else None
    now = no_update if outcome.keep else packet(review, viewer, position)
    coming = packet(review, viewer, replace(position, channel=after[0], case_no=after[1])) if after else None
    found = review.queue(viewer, position)
    return {
        "now": now,
        "next": coming,
        "queue": queue.panel(found),
        "figures": queue.figures(found),
        "said": queue.said(outcome.done, outcome.fault, found.undo),
    }


def packet(review: Review, viewer: Viewer, position: Position) -> dict[str, Any]:
    """Build a case as the page's script puts it on the screen at once: its panel, its map, its address."""
    if not position.channel:
        return {"key": "", "search": address.write(position), "case": plain(case.nothing()), "map": case.features(())}
    found = review.case(viewer, position.case)
    return {
        "key": address.joined(position.case),
        "search": address.write(position),
        "case": plain(case.panel(found, found.now)),
        "map": case.features(found.candidates),
        "teachable": found.teachable,
    }


def plain(components: Any) -> Any:
    """Turn components into what travels in a store."""
    return json.loads(json.dumps(components, cls=PlotlyJSONEncoder))
