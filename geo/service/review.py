"""The review queue (待核实地址): a person settles where a case lies that the matcher could not place alone.

Every call is one transaction under the viewer's check scope, so row-level security decides which cases are there and
where they may be moved. A decision goes the way of the linking: the matcher is asked by the key or the point that was
chosen, and the answer is written by the linking's own statements; counts, data version and notice follow in the same
transaction. `case_record.reviewed` keeps it from being overwritten. The history names the decision, the audit log who.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

import pandas as pd
import psycopg
from psycopg.types.json import Jsonb

from geo.core.address.normalise import normalise
from geo.core.address.places import Place
from geo.errors import Conflict, InputError, NotFound
from geo.i18n import N_, _
from geo.service.access import Viewer
from geo.service.addresses import Addresses, Index
from geo.service.geocoding import city_register
from geo.service.linking import write_places
from geo.service.memory import SHANGHAI
from geo.service.waiting import (
    NOT_HERE,
    AreaCount,
    Candidate,
    CaseInReview,
    Counter,
    Done,
    Learned,
    Lesson,
    Position,
    Queue,
    Waiting,
)
from geo.store import audit
from geo.store.database import Database
from geo.store.linkage import row as linkage_row
from geo.store.review import row, rows, write

Key = tuple[str, str]
"""Channel and number of a case."""

CLAIM_MINUTES = 5
"""How long a case on somebody's screen is kept from being handed to another."""
LINES = 12
"""Lines of the queue shown beside the case."""
MOST_CANDIDATES = 5
SHORTEST_ALIAS, LONGEST_ALIAS = 2, 30
PLACEABLE, TEACHABLE = ("dwelling", "building", "grid"), ("estate", "building")
"""Kinds of a place a case can be placed at, and of one that can bear an alias."""
BY_PERSON = N_("a person chose the place")


class Review:
    """The one door to the review queue.

    Every method raises NotAllowed where the viewer's role has no such duty, NotFound where a case is outside the scope.
    """

    def __init__(self, db: Database, addresses: Addresses) -> None:
        self._db, self._addresses = db, addresses

    # ---- reading

    def queue(self, viewer: Viewer, position: Position) -> Queue:
        """Return the queue around a position."""
        with self._db.transaction(viewer.check_scope) as conn:
            given = _given(viewer, position)
            counted = row(conn, "position", **given) or {"waiting": 0, "before": 0}
            unplaced = row(conn, "unplaced") or {"unplaced": 0, "not_here": 0}
            last = row(conn, "last_act", actor=viewer.username)
            learned = rows(conn, "learned", rows=LINES)
            return Queue(
                position=position,
                lines=tuple(Waiting(**line) for line in rows(conn, "queue", **given, rows=LINES)),
                counters=tuple(_counter(found) for found in rows(conn, "counters")),
                areas=tuple(AreaCount(**found) for found in rows(conn, "areas")),
                learned=tuple(_learned(found, viewer) for found in learned),
                learned_count=learned[0]["total"] if learned else 0,
                undo=last["kind"] if last else None,
                read_at=dt.datetime.now(dt.UTC),
                now=_now(conn),
                **counted,
                **unplaced,
            )

    def case(self, viewer: Viewer, key: Key) -> CaseInReview:
        """Put a case on the viewer's screen; a claim of somebody else is told, not broken."""
        index = self._addresses.current()
        with self._db.transaction(viewer.check_scope) as conn:
            found = row(conn, "case", **_named(key))
            if found is None:
                raise NotFound(_("There is no such case in your area."))
            holder = _claim(conn, viewer, key) if found["waits"] else None
            decided = None if found["waits"] else row(conn, "decided_by", **_named(key))
            answer, offered = index.offered(viewer, found["address"])
            reasons = [(answer.score, answer.reason)] * len(offered)
            candidates = _candidates(conn, offered[:MOST_CANDIDATES], reasons[:MOST_CANDIDATES])
            return _in_review(viewer, index, found, candidates, holder, decided, _now(conn))

    def next_after(self, viewer: Viewer, position: Position) -> Key | None:
        """Return the next waiting case nobody else has on the screen; from the beginning again after the last one."""
        with self._db.transaction(viewer.check_scope) as conn:
            free = _free(conn, viewer, position)
            if not free and position.case != ("", ""):
                start = Position(position.area, position.kind, position.oldest)
                free = [key for key in _free(conn, viewer, start) if key != position.case]
            return free[0] if free else None

    def search(self, viewer: Viewer, typed: str) -> list[Candidate]:
        """Offer places for what was typed so far, those of the viewer's area only."""
        if not viewer.may_check or not typed.strip():
            return []
        places = self._addresses.choices(viewer, typed)
        with self._db.transaction(viewer.check_scope) as conn:
            return _candidates(conn, places, [(None, "")] * len(places))

    def lesson(self, viewer: Viewer, alias: str, token: str) -> Lesson:
        """Tell what teaching an alias would do, without doing it.

        Raises
        ------
        InputError   the alias is too short or long, or stands for a place of the register already.
        """
        index = self._addresses.current()
        with self._db.transaction(viewer.check_scope) as conn:
            target = _chosen(conn, token, TEACHABLE)
            spelled = _alias(conn, index, alias)
            naming, placed = _taught(conn, index, spelled, target)
            return Lesson(alias.strip(), target.estate or target.building, naming, len(placed))

    # ---- deciding

    def accept(self, viewer: Viewer, key: Key, token: str) -> Done:
        """Place a case where the viewer says it lies.

        Parameters
        ----------
        token : `dwelling:ID`, `building:ID` or `grid:CODE` (PLACEABLE).

        Raises
        ------
        Conflict    somebody has decided the case meanwhile.
        NotFound    the place lies outside the viewer's area or is not in the register.
        """
        with self._db.transaction(viewer.check_scope) as conn:
            before = _lock(conn, key)
            place = _chosen(conn, token, PLACEABLE)
            _write(conn, key, before, place)
            write(conn, "mark", reviewed="placed", **_named(key))
            _record(conn, viewer, "placed", [(key, before)], building_id=place.building_id)
            _note(conn, viewer, key, f"address.placed {place.token}", place=place.token)
            return Done("placed", key, _words(conn, place))

    def not_here(self, viewer: Viewer, key: Key, reason: str) -> Done:
        """Say that a case lies nowhere in the register: it leaves the queue and stays counted as unplaced.

        Raises
        ------
        InputError  an unknown reason.     Conflict    somebody has decided the case meanwhile.
        """
        if reason not in NOT_HERE:
            raise InputError(_("Please choose a reason."))
        with self._db.transaction(viewer.check_scope) as conn:
            before = _lock(conn, key)
            write(conn, "mark", reviewed="not_here", **_named(key))
            _record(conn, viewer, "not_here", [(key, before)], reason=reason)
            _note(conn, viewer, key, f"address.not_here {reason}", reason=reason)
            return Done("not_here", key)

    def teach(self, viewer: Viewer, key: Key, alias: str, token: str) -> Done:
        """Teach an alias: from now on the matcher reads it, and waiting cases it settles are placed at once.

        Raises
        ------
        InputError  see `lesson`.     Conflict    somebody has decided the case meanwhile.
        """
        index = self._addresses.current()
        with self._db.transaction(viewer.check_scope) as conn:
            _lock(conn, key)
            target = _chosen(conn, token, TEACHABLE)
            spelled = _alias(conn, index, alias)
            _naming, placed = _taught(conn, index, spelled, target)
            named = {
                "alias": spelled,
                "estate": target.estate,
                "building_id": "" if target.estate else target.building_id,
            }
            note = f"review {viewer.username} {dt.datetime.now(dt.UTC).astimezone():%Y-%m-%d %H:%M}"
            write(conn, "add_alias", note=note, actor=viewer.username, **named)
            write(conn, "note_aliases")
            moved = [(case, _place_now(conn, case)) for case in _keys(placed)]
            if len(placed):
                write_places(conn, placed, pd.DataFrame(placed[ANSWERS]))
            _record(conn, viewer, "taught", moved, **named)
            for case, _before in moved:
                write(conn, "step", actor=viewer.username, note="address.alias", **_named(case))
            write(conn, "release", actor=viewer.username, **_named(key))
            audit.append(conn, viewer.username, "review.taught", object_kind="alias", detail={"resolved": len(moved)})
        return Done("taught", key, target.estate or target.building, len(moved))

    def undo(self, viewer: Viewer) -> Done:
        """Take back the viewer's last decision; its cases wait again as they did.

        Raises
        ------
        NotFound    there is nothing to take back.
        Conflict    a case of it was decided anew since.
        """
        with self._db.transaction(viewer.check_scope) as conn:
            last = row(conn, "last_act", actor=viewer.username)
            if last is None:
                raise NotFound(_("There is no decision of yours to take back."))
            act, kind = last["act_id"], last["kind"]
            cases = [(found["channel"], found["case_no"]) for found in rows(conn, "changed", act_id=act)]
            for case in cases:
                write(conn, "one_at_a_time", **_named(case))
            back = write(conn, "put_back", act_id=act, reviewed="" if kind == "taught" else kind)
            if back != len(cases):
                raise Conflict(_("It can't be taken back: the case was changed since."))
            if kind == "taught":
                _unlearn(conn, last)
            _undone(conn, viewer, act, cases)
        return Done("undone", cases[0] if cases else ("", ""), resolved=len(cases))

    def forget(self, viewer: Viewer, act_id: int) -> Done:
        """Take an alias back that was taught, however long ago; the cases it placed at once wait again.

        Those a person has decided since stay as that person said. Whoever sees the whole city may take back anybody's.

        Raises
        ------
        NotFound    it was taken back meanwhile, or somebody else's is not this viewer's to take back.
        """
        with self._db.transaction(viewer.check_scope) as conn:
            lesson = row(conn, "taught_act", act_id=act_id)
            if lesson is None or not _may_forget(lesson["actor"], viewer):
                raise NotFound(_("There is no such alias for you to take back."))
            cases = [(found["channel"], found["case_no"]) for found in rows(conn, "changed", act_id=act_id)]
            for case in cases:
                write(conn, "one_at_a_time", **_named(case))
            back = write(conn, "put_back", act_id=act_id, reviewed="")
            _unlearn(conn, lesson)
            _undone(conn, viewer, act_id, cases)
        return Done("forgotten", ("", ""), lesson["alias"], back)

    def release(self, viewer: Viewer, key: Key) -> None:
        """Take a case off the viewer's screen, so that another may be handed it at once."""
        with self._db.transaction(viewer.check_scope) as conn:
            write(conn, "release", actor=viewer.username, **_named(key))


ANSWERS = [
    *("status", "level", "dwelling_id", "building_id", "estate", "community_code", "grid_code", "lon", "lat"),
    *("reason",),
]
"""What the linking needs of an answer."""


def _now(conn: psycopg.Connection) -> dt.datetime:
    """Return the moment figures are of, Asia/Shanghai; real time where no city is loaded."""
    found = linkage_row(conn, "moment")
    return found["at"].astimezone(SHANGHAI) if found else dt.datetime.now(SHANGHAI)


def _named(key: Key) -> dict[str, str]:
    return {"channel": key[0], "case_no": key[1]}


def _given(viewer: Viewer, position: Position) -> dict[str, Any]:
    return {
        "area": position.area,
        "kind": position.kind,
        "oldest": position.oldest,
        "actor": viewer.username,
        **_named(position.case),
    }


def _counter(found: dict[str, Any]) -> Counter:
    return Counter(
        found["kind"] or "",
        found.pop("match_reason") or "",
        **{k: found[k] for k in ("waiting", "open", "oldest", "median")},
    )


def _free(conn: psycopg.Connection, viewer: Viewer, position: Position) -> list[Key]:
    found = rows(conn, "queue", **_given(viewer, position), rows=LINES)
    return [(line["channel"], line["case_no"]) for line in found if not line["holder"]]


def _claim(conn: psycopg.Connection, viewer: Viewer, key: Key) -> tuple[str, dt.datetime] | None:
    """Claim a case; return who else has it."""
    if write(conn, "claim", actor=viewer.username, minutes=CLAIM_MINUTES, **_named(key)):
        return None
    holder = row(conn, "holder", **_named(key))
    return (holder["username"], holder["claimed_at"]) if holder else None


def _in_review(
    viewer: Viewer,
    index: Index,
    found: dict[str, Any],
    candidates: list[Candidate],
    holder: tuple[str, dt.datetime] | None,
    decided: dict[str, Any] | None,
    now: dt.datetime,
) -> CaseInReview:
    address = found["address"]
    may_read = viewer.may.cases
    return CaseInReview(
        **{
            name: found[name] for name in ("channel", "case_no", "name_zh", "name_en", "reported_at", "due_at", "waits")
        },
        title=found["title"] if may_read else "",
        text=found["description"] if may_read else "",
        address=address,
        marks=tuple(index.marker.marks(address)),
        kind=_kind(found),
        reason=found["match_reason"],
        closed=found["state"] == "closed",
        candidates=tuple(candidates),
        teachable=index.marker.unknown(address),
        decided=(decided["actor"], decided["at"]) if decided else None,
        holder=holder,
        now=now,
    )


def _kind(found: dict[str, Any]) -> str:
    """Say why a case waits, as the view waiting_case does."""
    if found["match_status"] == "unmatched":
        return "unknown" if found["address"] else "silent"
    return "choice" if found["match_status"] == "review" else "narrow"


def _candidates(
    conn: psycopg.Connection, places: Sequence[Place], reasons: Sequence[tuple[float | None, str]]
) -> list[Candidate]:
    """Add to places their outline and the names of where they lie; what the scope does not see is left out."""
    buildings = [place.building_id for place in places if place.building_id]
    grids = [place.grid_code for place in places if place.kind == "grid"]
    shapes = {(found["kind"], found["key"]): found for found in rows(conn, "places", buildings=buildings, grids=grids)}
    codes = [code for place in places for code in (place.grid_code, place.community_code) if code]
    names = {found["code"]: found["name"] for found in rows(conn, "names", codes=codes)}
    return [
        Candidate(
            *(place, score, reason, names.get(place.grid_code, ""), names.get(place.community_code, "")),
            shape["geometry"],
        )
        for place, (score, reason) in zip(places, reasons, strict=True)
        if (shape := shapes.get(("grid", place.key) if place.kind == "grid" else ("building", place.building_id)))
    ]


def _chosen(conn: psycopg.Connection, token: str, kinds: Sequence[str]) -> Place:
    """Read a chosen place from the register as the viewer may see it."""
    kind, _colon, key = token.partition(":")
    found = row(conn, "chosen", kind=kind, key=key) if kind in kinds else None
    if found is None:
        raise NotFound(_("This place is not in the register of your area."))
    return Place(**found)


def _place_now(conn: psycopg.Connection, key: Key) -> dict[str, Any]:
    found = row(conn, "place_now", **_named(key))
    if found is None:
        raise NotFound(_("There is no such case in your area."))
    return found


def _lock(conn: psycopg.Connection, key: Key) -> dict[str, Any]:
    """Return where a waiting case lies, kept from everybody else until the transaction ends."""
    write(conn, "one_at_a_time", **_named(key))
    found = _place_now(conn, key)
    before = found["before"]
    if before["reviewed"] or (before["match_status"] == "matched" and before["grid_code"]):
        by = row(conn, "decided_by", **_named(key))
        if by:
            raise Conflict(_("{name} has already decided this case.", name=by["actor"]))
        raise Conflict(_("This case no longer waits: the register has placed it."))
    return found


def _write(conn: psycopg.Connection, key: Key, now: dict[str, Any], place: Place) -> None:
    """Write the case's place by the linking's own way: the matcher is asked by the key or the point that was chosen."""
    area = place.community_code or place.grid_code
    asked = {"dwelling_id": "", "building_id": "", "lon": None, "lat": None}
    if place.kind == "grid":
        asked |= row(conn, "grid_point", code=place.grid_code) or {}
    else:
        asked |= {"building_id": place.building_id, "dwelling_id": place.key if place.kind == "dwelling" else ""}
    answer = city_register(conn, area).place(pd.DataFrame([asked])).assign(reason=BY_PERSON)
    if place.kind == "grid":
        level = now["before"]["match_level"]
        answer = answer.assign(
            level=level if level in ("estate", "road", "community") else "point", grid_code=place.grid_code
        )
    case = {"channel": [key[0]], "case_no": [key[1]], "county_code": [now["county_code"]], "match_status": [""]}
    write_places(conn, pd.DataFrame(case), answer)


def _learned(found: dict[str, Any], viewer: Viewer) -> Learned:
    said = {name: found[name] for name in ("act_id", "alias", "target", "actor", "at")}
    return Learned(**said, mine=_may_forget(found["actor"], viewer))


def _may_forget(actor: str, viewer: Viewer) -> bool:
    return actor == viewer.username or not viewer.codes


def _unlearn(conn: psycopg.Connection, lesson: dict[str, Any]) -> None:
    write(conn, "drop_alias", **{name: lesson[name] for name in ("alias", "estate", "building_id")})
    write(conn, "note_aliases")


def _undone(conn: psycopg.Connection, viewer: Viewer, act: int, cases: Sequence[Key]) -> None:
    """Keep that a decision was taken back: the act, its cases' history, the audit log."""
    write(conn, "undone", act_id=act, actor=viewer.username)
    for case in cases:
        write(conn, "step", actor=viewer.username, note="address.undone", **_named(case))
    detail = {"act": act, "cases": len(cases)}
    audit.append(conn, viewer.username, "review.undone", object_kind="case", detail=detail)


def _record(
    conn: psycopg.Connection, viewer: Viewer, kind: str, changed: Sequence[tuple[Key, dict[str, Any]]], **said: str
) -> None:
    """Keep a decision with the places before it, so that it can be taken back."""
    words = {"reason": "", "alias": "", "estate": "", "building_id": ""} | said
    act = row(conn, "act", kind=kind, actor=viewer.username, **words)
    assert act is not None  # INSERT ... RETURNING
    for key, before in changed:
        # The case may have moved to another county's partition: the row there is the one to hang on to.
        county = _place_now(conn, key)["county_code"]
        write(conn, "change", act_id=act["act_id"], county_code=county, before=Jsonb(before["before"]), **_named(key))


def _note(conn: psycopg.Connection, viewer: Viewer, key: Key, note: str, **detail: str) -> None:
    """Write the case's history and the audit row, and take the case off the screen."""
    write(conn, "step", actor=viewer.username, note=note, **_named(key))
    write(conn, "release", actor=viewer.username, **_named(key))
    action, _space, _rest = note.partition(" ")
    audit.append(
        conn, viewer.username, action.replace("address.", "review."), object_kind="case", object_id="/".join(key),
        detail=detail,
    )  # fmt: skip


def _words(conn: psycopg.Connection, place: Place) -> str:
    """Name a place with its grid."""
    names = {found["code"]: found["name"] for found in rows(conn, "names", codes=[place.grid_code])}
    said = (place.estate, place.building if place.kind != "grid" else "", place.unit, place.room)
    return " ".join(part for part in (*said, names.get(place.grid_code, "")) if part)


def _alias(conn: psycopg.Connection, index: Index, alias: str) -> str:
    """Return an alias as it is stored.

    Raises
    ------
    InputError
    """
    said = "".join(alias.split())
    if not SHORTEST_ALIAS <= len(said) <= LONGEST_ALIAS:
        said_wrong = _("An alias is {low} to {high} long, in characters.", low=SHORTEST_ALIAS, high=LONGEST_ALIAS)
        raise InputError(said_wrong)
    if not any("\u4e00" <= character <= "\u9fff" for character in said):
        raise InputError(_("An alias is a name: it has at least one Chinese character."))
    if index.knows(said) or row(conn, "alias_known", alias=said):
        raise InputError(_("{alias} is a name of the register already.", alias=said))
    return said


def _taught(conn: psycopg.Connection, index: Index, alias: str, target: Place) -> tuple[int, pd.DataFrame]:
    """Return how many waiting cases name an alias, and those it would place with their answers.

    The alias is read as the name it stands for, which is what the matcher will do once it is in the register.
    """
    named = ["channel", "case_no", "county_code", "match_status", "address"]
    naming = pd.DataFrame(rows(conn, "naming", alias=alias), columns=named)
    meant = target.estate or f"{target.address}{target.building}"
    read = naming["address"].map(lambda address: normalise(address).replace(normalise(alias), normalise(meant), 1))
    answers = index.register.place(pd.DataFrame({"address": read}))
    settled = (answers["status"] == "matched") & (answers["grid_code"] != "")
    placed = naming.join(answers[ANSWERS]).loc[settled.to_numpy()]
    return len(naming), pd.DataFrame(placed).reset_index(drop=True)


def _keys(placed: pd.DataFrame) -> list[Key]:
    return [(str(channel), str(number)) for channel, number in zip(placed["channel"], placed["case_no"], strict=True)]
