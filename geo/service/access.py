"""Who is asking: a viewer with a role and a scope, and what each role may do.

Every call of a service takes a viewer. The database enforces the scope (row-level security under the scope's
role); what is decided here is which scope a viewer gets, and what is cut from memory (`sees`, `shown_codes`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from geo.errors import NotAllowed
from geo.i18n import N_, _
from geo.model import Level, Scope, level_of

AUTH_SCOPE = Scope("scope_auth")
"""Sees accounts, sessions and sign-in attempts, nothing of the city."""


class Role(StrEnum):
    """Duties an account can have; the same set is a constraint of the `account` table."""

    WALL = "wall"
    COMMAND = "command"
    PLANNER = "planner"
    REVIEWER = "reviewer"
    CAPTAIN = "captain"
    WORKER = "worker"
    CLERK = "clerk"
    AUDITOR = "auditor"
    ADMIN = "admin"


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a role may do within its scope.

    Attributes
    ----------
    exact : sees exact counts; otherwise small ones are banded (`geo.core.density`).
    persons : may open a household, with a reason and an audit row.
    cases : reads single cases, not only their counts.
    checks : decides in the review queue (待核实地址) where a case lies whose address the matcher could not settle: the
        clerk whose daily work it is, and the command centre, which stands in at night. Not the planner and the
        reviewer, whose duty are grid plans, nor captains and workers, whose scope holds no case without a grid.
    audit : reads the audit log.
    accounts : manages accounts and loads.
    drafts : sees drafts of the grid plan.
    draws : draws them.
    publishes : reviews and publishes them.
    """

    exact: bool = True
    persons: bool = False
    cases: bool = True
    checks: bool = False
    audit: bool = False
    accounts: bool = False
    drafts: bool = False
    draws: bool = False
    publishes: bool = False


ROLES: dict[Role, Capabilities] = {
    Role.WALL: Capabilities(exact=False, cases=False),
    Role.COMMAND: Capabilities(persons=True, checks=True, drafts=True),
    Role.PLANNER: Capabilities(drafts=True, draws=True),
    Role.REVIEWER: Capabilities(drafts=True, publishes=True),
    Role.CAPTAIN: Capabilities(persons=True),
    Role.WORKER: Capabilities(persons=True),
    Role.CLERK: Capabilities(checks=True),
    Role.AUDITOR: Capabilities(cases=False, audit=True),
    Role.ADMIN: Capabilities(cases=False, accounts=True),
}

ROLE_NAMES: dict[Role, str] = {
    Role.WALL: N_("Wall"),
    Role.COMMAND: N_("Command centre"),
    Role.PLANNER: N_("Planner"),
    Role.REVIEWER: N_("Reviewer"),
    Role.CAPTAIN: N_("Grid captain"),
    Role.WORKER: N_("Grid worker"),
    Role.CLERK: N_("Clerk"),
    Role.AUDITOR: N_("Auditor"),
    Role.ADMIN: N_("Administrator"),
}


@dataclass(frozen=True, slots=True)
class Viewer:
    """A signed-in account as every service sees it.

    Attributes
    ----------
    username, display_name : the account.
    role : its duty.
    level : the level of `codes`.
    codes : area or grid codes the account is cut to; empty at city level.
    locale : `zh` or `en`.
    """

    username: str
    display_name: str
    role: Role
    level: Level
    codes: tuple[str, ...] = ()
    locale: str = "zh"

    @property
    def may(self) -> Capabilities:
        """What the role may do."""
        return ROLES[self.role]

    @property
    def exact(self) -> bool:
        """Whether counts are shown as they are; False means bands."""
        return self.may.exact

    @property
    def may_open_household(self) -> bool:
        """Whether a household (户) can be opened at all; it still needs a reason."""
        return self.may.persons

    @property
    def scope(self) -> Scope:
        """The database scope of every ordinary query: no household, resident or visit row."""
        if self.role is Role.WALL:
            return Scope("scope_wall")
        return Scope(f"scope_{self.level.value}", self.codes)

    @property
    def person_scope(self) -> Scope:
        """The database scope that adds household, resident and visit rows.

        Raises
        ------
        NotAllowed   the role sees no person.
        """
        if not self.may.persons:
            raise NotAllowed(_("This account does not see households or people."))
        return Scope(f"person_{self.level.value}", self.codes)

    @property
    def plan_scope(self) -> Scope:
        """The database scope that adds drafts of the grid plan: a planner's writes them.

        Raises
        ------
        NotAllowed   the role sees no draft, or the account is cut to grids.
        """
        if not self.may.drafts or self.level is Level.GRID:
            raise NotAllowed(_("This account does not plan grids."))
        return Scope(f"{'plan' if self.may.draws else 'review'}_{self.level.value}", self.codes)

    @property
    def may_check(self) -> bool:
        """Whether the review queue is open to the viewer; a grid's scope holds no case that waits for a grid."""
        return self.may.checks and self.may.cases and self.level is not Level.GRID

    @property
    def check_scope(self) -> Scope:
        """The database scope that may also write where a case lies.

        Raises
        ------
        NotAllowed   the role or its level has no review queue.
        """
        if not self.may_check:
            raise NotAllowed(_("This account does not check addresses."))
        return Scope(f"check_{self.level.value}", self.codes)

    @property
    def home(self) -> str:
        """Path the viewer lands on: their own grid where they have one, else the wall page."""
        return f"/grid/{self.codes[0]}" if self.level is Level.GRID and self.codes else "/"

    def sees(self, code: str) -> bool:
        """Tell whether an area or grid lies within the viewer's codes."""
        return level_of(code) is not None and (
            self.level is Level.CITY or any(code.startswith(own) for own in self.codes if own)
        )

    def visible(self, codes: Iterable[str]) -> list[str]:
        """Cut codes answered from memory (cube, tiles, events) to the viewer's own."""
        return [code for code in codes if self.sees(code)]
