"""Every error the product raises on purpose.

An error carries what a person needs as attributes (what, where, how to mend it); the sentence is made from
them at the edge, in the user's language. Bad rows and unmatched addresses are values, never exceptions.
"""

from __future__ import annotations

from collections.abc import Sequence


class GridError(Exception):
    """The product can't go on."""

    def __init__(self, message: str | None = None, *, hint: str = "") -> None:
        super().__init__(message or (self.__doc__ or "").splitlines()[0])
        self.hint = hint


class ConfigError(GridError):
    """A setting is missing or wrong."""


class InputError(GridError):
    """A file or an argument can't be used."""


class BadSource(InputError):
    """A file can't be read as the table it should hold."""


class BadHeader(InputError):
    """A file's header lacks a required column or brings a forbidden one."""


class GeometryError(GridError):
    """A geometry can't be used."""


class CrsMismatch(GeometryError):
    """Two layers differ in their coordinate reference system, or one has none."""


class StoreError(GridError):
    """The database refused."""


class Unavailable(StoreError):
    """The database can't be reached."""


class Conflict(StoreError):
    """A constraint of the database was broken."""

    def __init__(self, message: str | None = None, *, constraint: str = "", hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.constraint = constraint


class NotAllowed(GridError):
    """The viewer has no right to this."""


class NotFound(GridError):
    """The thing asked for does not exist within the viewer's scope."""


class PlanError(GridError):
    """A draft can't be changed or published as asked."""


class PlanInvalid(PlanError):
    """A draft breaks a hard rule."""

    def __init__(self, message: str | None = None, *, violations: Sequence[object] = (), hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.violations = [*violations]


class PlanConflict(PlanError):
    """The plan a draft was drawn on is no longer in force."""


class DraftMoved(PlanError):
    """Another planner changed the same place of the draft in the meantime."""

    def __init__(
        self, message: str | None = None, *, revision: int = 0, strokes: Sequence[object] = (), hint: str = ""
    ) -> None:
        super().__init__(message, hint=hint)
        self.revision, self.strokes = revision, [*strokes]
