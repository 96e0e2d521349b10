"""The use cases a dashboard is built on, handed in from outside: pages import no database and build no service."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from geo.service.accounts import Accounts
    from geo.service.addresses import Addresses
    from geo.service.health import Health
    from geo.service.linkage import Linkage
    from geo.service.planning import Planning
    from geo.service.review import Review
    from geo.service.situation import Situation
    from geo.service.tiles import Tiles


def _nothing() -> None:
    """Release nothing."""


@dataclass(frozen=True, slots=True)
class Services:
    """One worker's use cases.

    Attributes
    ----------
    accounts : sign-in, sessions, locale.
    addresses : from a text, or from what is being typed, to a place of the register.
    health : readiness, and what the city is (name, demo, as-of time).
    situation : figures, counts and densities for a viewer's filters.
    linkage : the drill-down community, grid, building, dwelling, household.
    planning : drafts of the grid plan, from a proposal to publishing.
    review : the queue of cases whose address needs a person.
    tiles : vector tiles and their version tokens.
    close : releases connections and threads.
    """

    accounts: Accounts
    addresses: Addresses
    health: Health
    situation: Situation
    linkage: Linkage
    review: Review
    planning: Planning
    tiles: Tiles
    close: Callable[[], None] = _nothing
