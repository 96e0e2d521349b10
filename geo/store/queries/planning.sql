-- plan_in_force: The plan in force.
SELECT plan_id, name, provisional, valid_from, standards FROM plan WHERE status = 'published' AND valid_to IS NULL;

-- city: What lengths are measured in and the day figures are of.
SELECT metric_epsg, local_day(COALESCE(as_of, now())) AS today FROM city;

-- versions: Data version of every layer.
SELECT layer, version FROM data_version;

-- areas: Divisions down to a level, for choosing one.
SELECT code, name, level, parent_code AS parent FROM area ORDER BY code;

-- area: One division.
SELECT code, name, level FROM area WHERE code = %(code)s;

-- above: A division and those it lies in, the top first.
SELECT code, name, level FROM area WHERE starts_with(%(code)s, code) ORDER BY length(code);

-- communities: Communities of an area.
SELECT code, name FROM area WHERE level = 'community' AND starts_with(code, %(area)s) ORDER BY code;

-- outline: A community's polygon.
SELECT ST_AsBinary(geom) FROM area WHERE code = %(community)s AND level = 'community';

-- fingerprint: What a community's cells are made of.
SELECT md5(concat_ws('|',
  (SELECT md5(ST_AsBinary(geom)) FROM area WHERE code = %(community)s),
  (SELECT md5(string_agg(building_id || md5(ST_AsBinary(geom)), '' ORDER BY building_id))
   FROM building WHERE community_code = %(community)s),
  (SELECT md5(string_agg(r.road_id || r.class || md5(ST_AsBinary(r.geom)), '' ORDER BY r.road_id))
   FROM road AS r, area AS a WHERE a.code = %(community)s AND ST_Intersects(r.geom, a.geom)),
  (SELECT md5(string_agg(w.water_id, '' ORDER BY w.water_id))
   FROM water AS w, area AS a WHERE a.code = %(community)s AND ST_Intersects(w.geom, a.geom)),
  (SELECT metric_epsg FROM city)
)) AS fingerprint;

-- cells: The cells kept of a community.
SELECT cells FROM community_cells WHERE community_code = %(community)s AND fingerprint = %(fingerprint)s;

-- keep_cells: Keep a community's cells.
INSERT INTO community_cells (community_code, fingerprint, cells) VALUES (%(community)s, %(fingerprint)s, %(cells)s)
ON CONFLICT (community_code) DO UPDATE SET fingerprint = excluded.fingerprint, cells = excluded.cells;

-- buildings: Buildings of communities, with their stock.
SELECT b.building_id, b.community_code, b.name, b.estate, COALESCE(f.households, b.households, 0) AS households,
       COALESCE(f.residents, 0) AS persons, ST_AsBinary(b.geom) AS geom
FROM building AS b LEFT JOIN building_figure AS f USING (county_code, building_id)
WHERE b.community_code = ANY (%(communities)s)
ORDER BY b.building_id;

-- roads: Streets of communities.
SELECT DISTINCT r.road_id, r.name, r.class, ST_AsBinary(r.geom) AS geom
FROM road AS r JOIN area AS a ON a.code = ANY (%(communities)s) AND ST_Intersects(r.geom, a.geom)
ORDER BY r.road_id;

-- streets_known: Whether any street of a community is known.
SELECT EXISTS (
  SELECT FROM road AS r JOIN area AS a ON ST_Intersects(r.geom, a.geom) WHERE a.code = %(community)s
) AS known;

-- water: Water and railways of communities.
SELECT DISTINCT w.water_id, w.name, w.kind, ST_AsBinary(w.geom) AS geom
FROM water AS w JOIN area AS a ON a.code = ANY (%(communities)s) AND ST_Intersects(w.geom, a.geom)
ORDER BY w.water_id;

-- stock: Households and persons of a community's buildings.
SELECT b.building_id, COALESCE(f.households, b.households, 0) AS households, COALESCE(f.residents, 0) AS persons
FROM building AS b LEFT JOIN building_figure AS f USING (county_code, building_id)
WHERE b.community_code = %(community)s;

-- open_cases: Open cases of a community by their building or their point; no text, no key.
SELECT COALESCE(building_id, '') AS building_id, ST_X(geom) AS lon, ST_Y(geom) AS lat
FROM case_record WHERE community_code = %(community)s AND state <> 'closed' AND grid_code <> '';

-- visits_due: Care visits due of a community's buildings.
SELECT building_id, due FROM visits_due(%(community)s, %(since)s);

-- base_grids: Grids of a plan in communities.
SELECT grid_code, community_code, name, provisional, ST_AsBinary(geom) AS geom
FROM grid WHERE plan_id = %(plan_id)s AND community_code = ANY (%(communities)s) ORDER BY grid_code;

-- base_places: Grids of a community's buildings in a plan.
SELECT b.building_id, a.grid_code
FROM building AS b JOIN assignment AS a ON a.plan_id = %(plan_id)s AND a.building_id = b.building_id
WHERE b.community_code = %(community)s;

-- used_numbers: Numbers of grid codes a community ever had in a plan.
SELECT DISTINCT right(grid_code, 3)::int AS number FROM grid WHERE community_code = %(community)s;

-- known_names: Names grids of a community had in the plans before.
SELECT DISTINCT ON (grid_code) grid_code, name FROM grid
WHERE community_code = %(community)s ORDER BY grid_code, plan_id DESC;

-- duties: Captains and workers on duty of an area's grids on a day.
SELECT w.grid_code, w.worker_id, w.name, w.role FROM worker AS w
WHERE w.role IN ('captain', 'worker') AND starts_with(w.grid_code, %(area)s)
  AND COALESCE(w.from_on, '-infinity') <= %(today)s AND COALESCE(w.to_on, 'infinity') >= %(today)s
ORDER BY w.grid_code, w.role, w.worker_id;

-- overview: Grids in force of an area, with their stock, work and shape.
SELECT g.grid_code, g.name, g.community_code, COALESCE(f.buildings, 0) AS buildings,
       COALESCE(f.households, 0) AS households, COALESCE(f.residents, 0) AS persons,
       COALESCE(o.open, 0) AS open_cases, COALESCE(v.due, 0) AS visits_due,
       ST_Area(m.geom) AS area_m2, ST_Perimeter(m.geom) AS perimeter_m
FROM grid AS g
CROSS JOIN LATERAL (SELECT ST_Transform(g.geom, %(epsg)s::int) AS geom) AS m
LEFT JOIN grid_figure AS f USING (grid_code, community_code)
LEFT JOIN (SELECT grid_code, sum(open)::int AS open FROM open_due_count GROUP BY 1) AS o USING (grid_code)
LEFT JOIN (
  SELECT grid_code, sum(households)::int AS due FROM visit_day
  WHERE care AND COALESCE(last_visit_on, '-infinity') <= %(since)s GROUP BY 1
) AS v USING (grid_code)
WHERE g.plan_id = %(plan_id)s AND starts_with(g.community_code, %(area)s)
ORDER BY g.grid_code;

-- add_draft: A new draft on the plan in force.
INSERT INTO draft (name, area_code, base_plan_id, options, created_by)
VALUES (%(name)s, %(area)s, %(plan_id)s, %(options)s, %(actor)s) RETURNING draft_id;

-- drafts: Drafts within an area that are not done with, newest first.
SELECT draft_id, name, area_code, status, base_plan_id, options, revision, head_seq, redo_seq, undo_steps, redo_steps,
       created_by, created_at, changed_at, submitted_by, note, plan_id
FROM draft WHERE starts_with(area_code, %(area)s) AND status <> 'discarded' ORDER BY draft_id DESC LIMIT 200;

-- draft: One draft.
SELECT draft_id, name, area_code, status, base_plan_id, options, revision, head_seq, redo_seq, undo_steps, redo_steps,
       created_by, created_at, changed_at, submitted_by, note, plan_id
FROM draft WHERE draft_id = %(draft_id)s;

-- lock_draft: One draft, held until the transaction ends.
SELECT draft_id, name, area_code, status, base_plan_id, options, revision, head_seq, redo_seq, undo_steps, redo_steps,
       created_by, created_at, changed_at, submitted_by, note, plan_id
FROM draft WHERE draft_id = %(draft_id)s FOR UPDATE;

-- move_draft: A stroke was drawn.
UPDATE draft SET revision = %(seq)s, head_seq = %(head_seq)s, redo_seq = %(redo_seq)s, undo_steps = %(undo_steps)s,
  redo_steps = %(redo_steps)s, changed_at = clock_timestamp()
WHERE draft_id = %(draft_id)s;

-- set_status: A draft goes on its way.
UPDATE draft SET status = %(status)s, note = %(note)s, changed_at = clock_timestamp() WHERE draft_id = %(draft_id)s;

-- hand_in: A draft is handed in for review.
UPDATE draft SET status = 'in_review', submitted_by = %(actor)s, submitted_at = clock_timestamp(),
  changed_at = clock_timestamp()
WHERE draft_id = %(draft_id)s;

-- add_stroke: One stroke.
INSERT INTO draft_stroke (draft_id, seq, kind, actor, parent_seq, of_seq, redo_after, communities, detail, moves)
VALUES (%(draft_id)s, %(seq)s, %(kind)s, %(actor)s, %(parent_seq)s, %(of_seq)s, %(redo_after)s, %(communities)s,
        %(detail)s, %(moves)s);

-- stroke: One stroke by its number.
SELECT seq, kind, actor, at, parent_seq, of_seq, redo_after, communities, detail, moves
FROM draft_stroke WHERE draft_id = %(draft_id)s AND seq = %(seq)s;

-- undone: The last time a stroke was taken back.
SELECT redo_after FROM draft_stroke
WHERE draft_id = %(draft_id)s AND kind = 'undo' AND of_seq = %(seq)s ORDER BY seq DESC LIMIT 1;

-- strokes_since: Strokes after a revision, without their moves.
SELECT seq, kind, actor, at, communities, detail FROM draft_stroke
WHERE draft_id = %(draft_id)s AND seq > %(revision)s ORDER BY seq;

-- places: Places of a draft that differ from its base.
SELECT place_id, community_code, grid_code FROM draft_place
WHERE draft_id = %(draft_id)s AND (%(community)s = '' OR community_code = %(community)s);

-- put_places: Write the grids of places.
INSERT INTO draft_place (draft_id, place_id, community_code, grid_code)
SELECT %(draft_id)s, place_id, left(grid_code, 12), grid_code
FROM unnest(%(places)s::text[], %(grids)s::text[]) AS moved (place_id, grid_code)
ON CONFLICT (draft_id, place_id) DO UPDATE SET grid_code = excluded.grid_code;

-- drop_places: Places that are again as in the base.
DELETE FROM draft_place WHERE draft_id = %(draft_id)s AND place_id = ANY (%(places)s);

-- changed_communities: Communities of a draft that differ from its base.
SELECT DISTINCT community_code FROM draft_place WHERE draft_id = %(draft_id)s ORDER BY 1;

-- locks: What is locked in a draft.
SELECT kind, code FROM draft_lock WHERE draft_id = %(draft_id)s ORDER BY kind, code;

-- add_lock: Lock a grid or a building.
INSERT INTO draft_lock (draft_id, kind, code, locked_by) VALUES (%(draft_id)s, %(kind)s, %(code)s, %(actor)s)
ON CONFLICT DO NOTHING;

-- drop_lock: Unlock a grid or a building.
DELETE FROM draft_lock WHERE draft_id = %(draft_id)s AND kind = %(kind)s AND code = %(code)s;

-- seen: Note who looks at a draft.
INSERT INTO draft_presence (draft_id, username, display_name) VALUES (%(draft_id)s, %(username)s, %(display_name)s)
ON CONFLICT (draft_id, username) DO UPDATE SET seen_at = clock_timestamp(), display_name = excluded.display_name;

-- others: Who else looks at a draft.
SELECT display_name FROM draft_presence
WHERE draft_id = %(draft_id)s AND username <> %(username)s AND seen_at > clock_timestamp() - interval '30 seconds'
ORDER BY display_name;

-- audit: Note in the audit log what happened to a draft.
SELECT audit_append(%(actor)s, %(action)s, 'draft', %(object_id)s, %(reason)s, %(detail)s);

-- community_of_building: The community of a building.
SELECT community_code FROM building WHERE building_id = %(building_id)s;

-- long_enough: Publishing a whole city takes longer than a request.
SELECT set_config('statement_timeout', '600s', true);

-- clear_draft_grids: Polygons of an earlier attempt.
DELETE FROM draft_grid WHERE draft_id = %(draft_id)s;

-- add_draft_grid: The polygon of a changed community's grid.
INSERT INTO draft_grid (draft_id, grid_code, community_code, name, geom)
VALUES (%(draft_id)s, %(grid_code)s, %(community)s, %(name)s, %(geom)s);

-- publish_draft: Put a reviewed draft into force.
SELECT plan_id, buildings_moved, cases_moved
FROM publish_draft(%(draft_id)s, %(actor)s, %(places)s::text[], %(grids)s::text[]);

-- republish_plan: Put an earlier plan into force again.
SELECT plan_id, buildings_moved, cases_moved FROM republish_plan(%(plan_id)s, %(actor)s, %(reason)s);

-- plans: Every published plan, newest first.
SELECT p.plan_id, p.name, p.valid_from, p.valid_to, p.created_by, p.published_by,
       (SELECT count(*) FROM grid AS g WHERE g.plan_id = p.plan_id)::int AS grids, p.valid_to IS NULL AS in_force
FROM plan AS p WHERE p.status = 'published' ORDER BY p.plan_id DESC;

-- same_job: A job for the same that is under way.
SELECT job_id FROM planning_job
WHERE area_code = %(area)s AND base_plan_id = %(plan_id)s AND options = %(options)s AND status IN ('queued', 'running')
  AND heartbeat_at > clock_timestamp() - CASE status WHEN 'queued' THEN interval '90 s' ELSE interval '20 s' END
ORDER BY job_id DESC LIMIT 1;

-- add_job: A new job.
INSERT INTO planning_job (area_code, base_plan_id, options, created_by)
VALUES (%(area)s, %(plan_id)s, %(options)s, %(actor)s) RETURNING job_id;

-- job: One job; a process that is silent for too long has lost it.
SELECT job_id, area_code, base_plan_id, options, progress, step, message, created_by, created_at,
       CASE WHEN status = 'queued' AND heartbeat_at < clock_timestamp() - interval '90 s'
              OR status = 'running' AND heartbeat_at < clock_timestamp() - interval '20 s'
            THEN 'interrupted' ELSE status END AS status
FROM planning_job WHERE job_id = %(job_id)s;

-- jobs: Jobs within an area, newest first.
SELECT job_id, area_code, base_plan_id, options, progress, step, message, created_by, created_at,
       CASE WHEN status = 'queued' AND heartbeat_at < clock_timestamp() - interval '90 s'
              OR status = 'running' AND heartbeat_at < clock_timestamp() - interval '20 s'
            THEN 'interrupted' ELSE status END AS status
FROM planning_job WHERE starts_with(area_code, %(area)s) ORDER BY job_id DESC LIMIT 50;

-- claim_job: Take a job up, once.
UPDATE planning_job SET status = 'running', worker = %(worker)s, heartbeat_at = clock_timestamp()
WHERE job_id = %(job_id)s AND status = 'queued' RETURNING area_code, base_plan_id, options;

-- beat_job: Say that a job lives.
UPDATE planning_job SET heartbeat_at = clock_timestamp(), progress = %(progress)s, step = %(step)s
WHERE job_id = %(job_id)s AND status = 'running' AND worker = %(worker)s
  AND heartbeat_at > clock_timestamp() - interval '20 s';

-- end_job: Write a job's end; only its own process may, and only while it is not lost.
UPDATE planning_job SET status = %(status)s, message = %(message)s, progress = 1, ended_at = clock_timestamp()
WHERE job_id = %(job_id)s AND status = 'running' AND worker = %(worker)s
  AND heartbeat_at > clock_timestamp() - interval '20 s';

-- cancel_job: Nobody goes on with a job.
UPDATE planning_job SET status = 'cancelled', ended_at = clock_timestamp()
WHERE job_id = %(job_id)s AND status IN ('queued', 'running');

-- add_proposal: One profile's answer.
INSERT INTO planning_proposal (job_id, profile, figures, places, geometry)
VALUES (%(job_id)s, %(profile)s, %(figures)s, %(places)s, %(geometry)s);

-- proposals: A job's answers, without their places; `same` names the other profiles that put every place in the same grid.
SELECT p.profile, p.figures, p.geometry,
       ARRAY(SELECT q.profile FROM planning_proposal AS q
             WHERE q.job_id = p.job_id AND q.profile <> p.profile AND q.places = p.places) AS same
FROM planning_proposal AS p WHERE p.job_id = %(job_id)s;

-- proposal: One answer's places.
SELECT places FROM planning_proposal WHERE job_id = %(job_id)s AND profile = %(profile)s;

-- plan_places: Grids of an area's buildings in a plan.
SELECT a.building_id, a.grid_code FROM assignment AS a
WHERE a.plan_id = %(plan_id)s AND starts_with(a.grid_code, %(area)s) ORDER BY a.building_id;
