"""The planner's one door: the plan in force, drafts and their strokes, review, comparison, proposals, exports.

Every method takes the viewer first and runs as one transaction under the viewer's planning scope. What comes back are
plain values of JSON. Drafts, their history and jobs are rows; a process remembers only the ground they are drawn on.
"""

from __future__ import annotations

import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import psycopg
import shapely

from geo.core.planning.standard import Standard
from geo.errors import GridError, NotAllowed, NotFound
from geo.i18n import _
from geo.model import Level, level_of
from geo.service import planning_answer as answer
from geo.service import planning_compare as comparing
from geo.service import planning_export as exporting
from geo.service import planning_jobs as jobs
from geo.service import planning_review as review
from geo.service import planning_sheet as printing
from geo.service import planning_strokes as strokes
from geo.service import planning_view as view
from geo.service import planning_wide as wide
from geo.service.access import Viewer
from geo.service.planning_export import File
from geo.service.planning_ground import CityFrame, Grounds, city_frame
from geo.service.planning_view import Json
from geo.service.planning_work import Work
from geo.store import planning as store
from geo.store.database import Database
from geo.store.planning import DraftRow

MOST_AT_ONCE = 12
"""Communities whose breaches are all looked for; of a wider area those of the changed communities."""
LONGEST_NAME = 80


class Planning:
    """Use cases of the planner.

    Parameters
    ----------
    db : the application's pool.
    """

    def __init__(self, db: Database) -> None:
        self._db = db
        self._grounds = Grounds()
        self._colours = wide.PlanColours()
        self._processes: dict[int, subprocess.Popen[bytes]] = {}

    @contextmanager
    def _transaction(self, viewer: Viewer) -> Iterator[psycopg.Connection]:
        with self._db.transaction(viewer.plan_scope) as conn:
            yield conn

    @contextmanager
    def _work(self, viewer: Viewer, draft_id: int, *, hold: bool = False) -> Iterator[Work]:
        with self._transaction(viewer) as conn:
            yield strokes.begin(conn, self._grounds, viewer, draft_id, hold=hold)

    def may(self, viewer: Viewer) -> dict[str, bool]:
        """Tell what the viewer may do here; all False where the page is not theirs."""
        here = viewer.may.drafts and viewer.level is not Level.GRID
        review = here and viewer.may.publishes
        return {
            "look": here,
            "edit": here and viewer.may.draws,
            "review": review,
            "rollback": review and viewer.level is Level.CITY,
        }

    # Look ---------------------------------------------------------------------------------------------------------

    def areas(self, viewer: Viewer) -> list[Json]:
        """Return the divisions that can be planned."""
        with self._transaction(viewer) as conn:
            return [row for row in store.rows(conn, "areas") if viewer.sees(row["code"])]

    def overview(self, viewer: Viewer, area: str, draft_id: int | None = None) -> Json:
        """Return an area of the plan in force, or of a draft: a row a grid and sums; of a draft what it moves, too.

        Raises
        ------
        NotFound   the area lies outside the viewer's codes, or there is no such draft, or no plan is in force.
        """
        with self._transaction(viewer) as conn:
            city, plan = city_frame(conn), _in_force(conn)
            place = _area(conn, viewer, area)
            if draft_id is None:
                standard, base = Standard.of(None), plan["plan_id"]
                found: Json = {"rows": wide.in_force(conn, city, base, area, standard), "shapes": {}, "moved": {}}
            else:
                work = strokes.begin(conn, self._grounds, viewer, draft_id)
                standard, base = work.standard, work.draft.base_plan_id
                found = wide.drafted(work, area)
            communities = [row["code"] for row in store.rows(conn, "communities", area=area)]
            colours = self._colours.of(conn, base, communities)
            for row in found["rows"]:
                row.setdefault("colour", colours.get(row["grid_code"], 0))
            return found | {
                "area": place
                | {"path": [row for row in store.rows(conn, "above", code=area) if viewer.sees(row["code"])]},
                "plan": {
                    "plan_id": plan["plan_id"],
                    "name": plan["name"],
                    "valid_from": plan["valid_from"].isoformat(),
                    "provisional": plan["provisional"],
                    "standards": plan["standards"],
                },
                "totals": view.totals(found["rows"], standard.unit),
            }

    def feasibility(self, viewer: Viewer, area: str, draft_id: int | None = None, begin: int = 0) -> Json:
        """Say what the land of an area allows, from its `begin`-th community on, for as long as a request may take.

        Returns
        -------
        `found` (sentences, one a piece of land), `done` communities of `count`: ask on with `begin=done`.
        """
        with self._transaction(viewer) as conn:
            _area(conn, viewer, area)
            draft = strokes.begin(conn, self._grounds, viewer, draft_id).draft if draft_id is not None else None
            codes = [row["code"] for row in store.rows(conn, "communities", area=area)]
            options = draft.options if draft else {}
            told = wide.survey(conn, self._grounds, city_frame(conn), codes[begin:], options)
            return {"found": told["found"], "done": begin + told["done"], "count": len(codes)}

    # Drafts -------------------------------------------------------------------------------------------------------

    def start(self, viewer: Viewer, area: str, name: str = "", options: Mapping[str, Any] | None = None) -> int:
        """Start a draft of an area on the plan in force and return its number.

        Raises
        ------
        NotAllowed, NotFound, InputError
        """
        _draws(viewer)
        with self._transaction(viewer) as conn:
            _area(conn, viewer, area)
            view.options_of(options or {})
            draft_id = store.add_draft(
                conn, name[:LONGEST_NAME], area, _in_force(conn)["plan_id"], dict(options or {}), viewer.username
            )
            store.audit(conn, viewer.username, "draft.started", draft_id, area=area)
            return draft_id

    def drafts(self, viewer: Viewer, area: str | None = None) -> list[Json]:
        """Return the drafts within an area (all of the viewer's), newest first."""
        with self._transaction(viewer) as conn:
            return [self._draft(conn, viewer, row) for row in store.drafts(conn, area or "")]

    def draft(self, viewer: Viewer, draft_id: int) -> Json:
        """Return one draft."""
        with self._work(viewer, draft_id) as work:
            return self._draft(work.conn, viewer, work.draft)

    def discard(self, viewer: Viewer, draft_id: int) -> None:
        """Throw a draft away; its strokes stay in the database."""
        with self._work(viewer, draft_id, hold=True) as work:
            if not viewer.may.draws or work.draft.status == "published":
                raise NotAllowed(_("This draft can't be thrown away."))
            store.run(work.conn, "set_status", draft_id=draft_id, status="discarded", note=work.draft.note)
            store.audit(work.conn, viewer.username, "draft.discarded", draft_id)

    def _draft(self, conn: psycopg.Connection, viewer: Viewer, row: DraftRow) -> Json:
        plan = store.one(conn, "plan_in_force")
        return {
            "draft_id": row.draft_id,
            "name": row.name,
            "area": row.area_code,
            "status": row.status,
            "base_plan_id": row.base_plan_id,
            "stale": row.status != "published" and (plan is None or plan["plan_id"] != row.base_plan_id),
            "revision": row.revision,
            "created_by": row.created_by,
            "created_at": row.created_at.isoformat(),
            "changed_at": row.changed_at.isoformat(),
            "submitted_by": row.submitted_by,
            "note": row.note,
            "plan_id": row.plan_id,
            "options": row.options,
            "communities_changed": store.names(conn, "changed_communities", draft_id=row.draft_id),
            "others": store.names(conn, "others", draft_id=row.draft_id, username=viewer.username),
            **answer.state(conn, row),
        }

    def open(self, viewer: Viewer, draft_id: int, community: str) -> Json:
        """Return a community of a draft: grids with shapes, buildings, breaches."""
        with self._work(viewer, draft_id) as work:
            conn = work.conn
            if not community.startswith(work.draft.area_code):
                raise NotFound(_("This place lies outside the draft's area."))
            place = _area(conn, viewer, community)
            sheet, _base = work.sheet(community)
            named = view.names(conn, community)
            table = answer.table_of(work, sheet, named)
            grids = store.rows(conn, "base_grids", plan_id=work.draft.base_plan_id, communities=[community])
            outline = shapely.from_wkb(bytes(store.names(conn, "outline", community=community)[0]))
            return {
                "draft": self._draft(conn, viewer, work.draft),
                "revision": work.draft.revision,
                "community": {"code": community, "name": place["name"], "geometry": view.geojson(outline)},
                "rows": table,
                "totals": view.totals(table, work.standard.unit),
                "in_force": [
                    {
                        "grid_code": row["grid_code"],
                        "name": row["name"],
                        "geometry": view.geojson(shapely.from_wkb(bytes(row["geom"]))),
                    }
                    for row in grids
                ],
                "buildings": _buildings(work, sheet, community),
                "breaches": answer.breaches(work, sheet, named),
            }

    def news(self, viewer: Viewer, draft_id: int, revision: int) -> Json:
        """Return what others drew since a revision and who else looks on; notes that the viewer does."""
        with self._work(viewer, draft_id) as work:
            store.run(work.conn, "seen", draft_id=draft_id, username=viewer.username, display_name=viewer.display_name)
            return {
                "revision": work.draft.revision,
                "status": work.draft.status,
                "strokes": [answer.told(row) for row in store.strokes_since(work.conn, draft_id, revision)],
                "others": store.names(work.conn, "others", draft_id=draft_id, username=viewer.username),
            }

    # Strokes ------------------------------------------------------------------------------------------------------

    def stroke(self, viewer: Viewer, draft_id: int, revision: int, stroke: Mapping[str, Any]) -> Json:
        """Draw one stroke and return what changed.

        Raises
        ------
        InputError     nothing would change, or the stroke can't be read.
        Locked         it would change what is locked.
        DraftMoved     another planner changed the same community since `revision`; nothing was drawn.
        NotAllowed, NotFound, PlanConflict
        """
        with self._work(viewer, draft_id, hold=True) as work:
            return strokes.stroke(work, revision, stroke)

    def preview(self, viewer: Viewer, draft_id: int, stroke: Mapping[str, Any]) -> Json:
        """Say what a stroke would do, for the words beside the finger."""
        with self._work(viewer, draft_id) as work:
            return strokes.preview(work, stroke)

    def problems(self, viewer: Viewer, draft_id: int) -> list[Json]:
        """Return every breach of the changed communities (of a small area: of all), hard ones first."""
        with self._work(viewer, draft_id) as work:
            return problems(work)

    # Compare and export -------------------------------------------------------------------------------------------

    def compare(self, viewer: Viewer, draft_id: int) -> Json:
        """Compare a draft with the plan it was drawn on."""
        with self._work(viewer, draft_id) as work:
            return comparing.compare(work, _rows_in_force(work.conn, work.city, work.draft))

    def export(self, viewer: Viewer, draft_id: int, form: str) -> File:
        """Write a draft as a file: xlsx, gpkg, geojson, shp or pdf; a row of the audit log says so."""
        with self._work(viewer, draft_id) as work:
            file = exporting.export(work, _rows_in_force(work.conn, work.city, work.draft), form)
            store.audit(work.conn, viewer.username, "draft.exported", draft_id, form=form)
            return file

    def sheet(self, viewer: Viewer, draft_id: int, grid: str) -> File:
        """Write the printable A3 sheet of one grid of a draft."""
        with self._work(viewer, draft_id) as work:
            sheet, named = exporting.sheet_of(work, grid)
            return File(f"gridmap-{grid}.pdf", "application/pdf", printing.single(work, sheet, named, grid))

    def boundary(self, viewer: Viewer, draft_id: int, grid: str) -> dict[str, str]:
        """Describe a grid's boundary by streets, a name for each side."""
        with self._work(viewer, draft_id) as work:
            sheet, named = exporting.sheet_of(work, grid)
            return printing.boundary(work, sheet, named, grid)

    # Review and publish -------------------------------------------------------------------------------------------

    def ready(self, viewer: Viewer, draft_id: int) -> Json:
        """Tell whether a draft can be handed in, and why not."""
        with self._work(viewer, draft_id) as work:
            return review.ready(work)

    def submit(self, viewer: Viewer, draft_id: int, revision: int) -> None:
        """Hand a draft in for review; see `planning_review.submit`."""
        with self._work(viewer, draft_id, hold=True) as work:
            review.submit(work, revision)

    def withdraw(self, viewer: Viewer, draft_id: int) -> None:
        """Take a draft back from review."""
        with self._work(viewer, draft_id, hold=True) as work:
            review.withdraw(work)

    def send_back(self, viewer: Viewer, draft_id: int, note: str) -> None:
        """Send a draft back to its planner with a note."""
        with self._work(viewer, draft_id, hold=True) as work:
            review.send_back(work, note)

    def publish(self, viewer: Viewer, draft_id: int) -> Json:
        """Put a draft into force, in one transaction; see `planning_review.publish`."""
        with self._work(viewer, draft_id, hold=True) as work:
            return review.publish(work)

    def plans(self, viewer: Viewer) -> list[Json]:
        """Return every published plan, newest first."""
        with self._transaction(viewer) as conn:
            return review.plans(conn)

    def rollback(self, viewer: Viewer, plan_id: int, reason: str) -> Json:
        """Publish an earlier plan again, in one transaction."""
        with self._transaction(viewer) as conn:
            return review.rollback(conn, viewer, plan_id, reason)

    # Proposals ----------------------------------------------------------------------------------------------------

    def propose(
        self, viewer: Viewer, area: str, options: Mapping[str, Any] | None = None, draft_id: int | None = None
    ) -> int:
        """Start the job that proposes a division of an area in three profiles; return its number.

        Parameters
        ----------
        draft_id : a draft whose locks the proposals keep.
        """
        with self._transaction(viewer) as conn:
            _area(conn, viewer, area)
            wishes = {**(options or {}), **jobs.locks_of(conn, self._grounds, viewer, draft_id)}
            job_id = jobs.start(conn, viewer, area, _in_force(conn)["plan_id"], wishes)
        self._launch(viewer, job_id)
        return job_id

    def _launch(self, viewer: Viewer, job_id: int) -> None:
        """Start a job's process where none has taken it up; those that have ended are let go of."""
        for ended in [number for number, one in self._processes.items() if one.poll() is not None]:
            del self._processes[ended]
        if job_id not in self._processes:
            self._processes[job_id] = jobs.launch(self._db.url, viewer, job_id)

    def job(self, viewer: Viewer, job_id: int) -> Json:
        """Return a job: status, progress, and when it is done its three proposals."""
        with self._transaction(viewer) as conn:
            return jobs.job(conn, job_id)

    def jobs(self, viewer: Viewer, area: str | None = None) -> list[Json]:
        """Return the jobs of an area, newest first."""
        with self._transaction(viewer) as conn:
            return [jobs.told(row) for row in store.rows(conn, "jobs", area=area or "")]

    def cancel(self, viewer: Viewer, job_id: int) -> None:
        """Cancel a job: told at once, its process gone within a second."""
        with self._transaction(viewer) as conn:
            jobs.cancel(conn, viewer, job_id)

    def adopt(
        self,
        viewer: Viewer,
        job_id: int,
        profile: str,
        community: str | None = None,
        draft_id: int | None = None,
        revision: int | None = None,
    ) -> Json:
        """Take a proposal over, whole or of one community, as one stroke of a draft; a new one where none is named.

        A new draft that can't take it over is thrown away again.
        """
        if draft_id is None:
            with self._transaction(viewer) as conn:
                row = jobs.job(conn, job_id)
            wishes = {name: value for name, value in row["options"].items() if name != jobs.DRAFT}
            fresh = self.start(viewer, row["area"], options=wishes)
            try:
                return self.adopt(viewer, job_id, profile, community, fresh, 0)
            except GridError:
                self.discard(viewer, fresh)
                raise
        with self._work(viewer, draft_id, hold=True) as work:
            return jobs.adopt(work, job_id, profile, community, revision or 0)


def problems(work: Work) -> list[Json]:
    """Return the breaches of a draft's communities, hard ones first."""
    communities = [row["code"] for row in store.rows(work.conn, "communities", area=work.draft.area_code)]
    if len(communities) > MOST_AT_ONCE:
        communities = store.names(work.conn, "changed_communities", draft_id=work.draft.draft_id)
    found = []
    for community in communities:
        sheet, _base = work.sheet(community)
        found += answer.breaches(work, sheet, view.names(work.conn, community))
    return sorted(found, key=lambda one: (not one["hard"], one["community_code"], one["grid_code"]))


def _buildings(work: Work, sheet: Any, community: str) -> Json:
    """Return a community's buildings with their grid in the draft."""
    grid_of = sheet.ground.grid_of(sheet.label)
    locked = {*work.locks()["buildings"]}
    features = []
    for row in store.rows(work.conn, "buildings", communities=[community]):
        if row["building_id"] not in grid_of:
            continue
        properties = {
            "id": row["building_id"],
            "grid": grid_of[row["building_id"]],
            "households": row["households"],
            "persons": row["persons"],
            "name": row["name"],
            "estate": row["estate"],
            "locked": row["building_id"] in locked,
        }
        features.append((shapely.from_wkb(bytes(row["geom"])), properties))
    return view.feature_collection(features)


def _draws(viewer: Viewer) -> None:
    if not viewer.may.draws:
        raise NotAllowed(_("Only a planner draws."))


def _in_force(conn: psycopg.Connection) -> store.Row:
    """Return the plan in force."""
    plan = store.one(conn, "plan_in_force")
    if plan is None:
        raise NotFound(_("There is no plan in force yet."), hint=_("Load areas and buildings first: gridmap load."))
    return plan


def _area(conn: psycopg.Connection, viewer: Viewer, code: str) -> Json:
    """Return a division the viewer may plan."""
    level = level_of(code)
    row = store.one(conn, "area", code=code) if level and level is not Level.GRID and viewer.sees(code) else None
    if row is None:
        raise NotFound(_("There is no such area within what this account sees."))
    return row


def _rows_in_force(conn: psycopg.Connection, city: CityFrame, draft: DraftRow) -> list[Json]:
    """Return the grids of a draft's area in the plan it was drawn on, held to the draft's own standard."""
    return wide.in_force(conn, city, draft.base_plan_id, draft.area_code, Standard.of(draft.options))
