-- plan_in_force: The plan in force, if there is one.
SELECT plan_id, provisional FROM plan WHERE status = 'published' AND valid_to IS NULL;

-- stage_loaded_grids: Where loaded grids wait for the comparison with the plan in force.
CREATE TEMPORARY TABLE loaded_grid (
  grid_code text PRIMARY KEY,
  community_code text NOT NULL,
  name text NOT NULL,
  geom geometry(MultiPolygon, 4326) NOT NULL
);

-- copy_loaded_grids: Bring the loaded grids in.
COPY loaded_grid (grid_code, community_code, name, geom) FROM STDIN;

-- drop_loaded_grids: The loaded grids are taken up.
DROP TABLE loaded_grid;

-- count_loaded: How many loaded grids are new, changed and the same as in the plan in force.
SELECT count(*) FILTER (WHERE g.grid_code IS NULL) AS accepted,
       count(*) FILTER (WHERE NOT same.same) AS updated,
       count(*) FILTER (WHERE same.same) AS unchanged
FROM loaded_grid AS l
LEFT JOIN grid AS g ON g.plan_id = %(plan_id)s AND g.grid_code = l.grid_code AND NOT g.provisional
LEFT JOIN LATERAL (
  SELECT g.name = l.name AND (ST_OrderingEquals(g.geom, l.geom) OR ST_Equals(g.geom, l.geom)) AS same
  WHERE g.grid_code IS NOT NULL
) AS same ON true;

-- insert_plan: A plan that comes into force now; cases belong to the first real one since ever.
INSERT INTO plan (
  name, status, provisional, base_plan_id, standards, created_by, published_by, valid_from, in_force_from
)
SELECT '', 'published', false, %(base_plan_id)s, %(standards)s, 'load', 'load', clock_timestamp(),
       CASE WHEN EXISTS (SELECT FROM grid WHERE plan_id = %(base_plan_id)s AND NOT provisional)
         THEN COALESCE((SELECT as_of FROM city), clock_timestamp()) END
RETURNING plan_id;

-- end_plan: A plan that is replaced now.
UPDATE plan SET valid_to = clock_timestamp() WHERE plan_id = %(plan_id)s;

-- insert_loaded_grids: The loaded grids become the plan's.
INSERT INTO grid (plan_id, grid_code, community_code, name, geom)
SELECT %(plan_id)s, grid_code, community_code, name, geom FROM loaded_grid;

-- keep_grids: Grids the load did not name stay, unless it covers most of their place or they only stood in for its own.
INSERT INTO grid (plan_id, grid_code, community_code, name, geom, provisional)
SELECT %(plan_id)s, g.grid_code, g.community_code, g.name, g.geom, g.provisional
FROM grid AS g
WHERE g.plan_id = %(base_plan_id)s
  AND NOT EXISTS (SELECT FROM loaded_grid AS l WHERE l.grid_code = g.grid_code)
  AND NOT (g.provisional
           AND EXISTS (SELECT FROM loaded_grid AS l WHERE l.community_code = g.community_code))
  AND COALESCE((
    SELECT sum(ST_Area(ST_Intersection(l.geom, g.geom)))
    FROM loaded_grid AS l
    WHERE ST_Intersects(l.geom, g.geom)
  ), 0) <= 0.5 * ST_Area(g.geom);

-- insert_provisional_grids: One grid for each community that has none, the community itself.
INSERT INTO grid (plan_id, grid_code, community_code, name, geom, provisional)
SELECT %(plan_id)s, a.code || '001', a.code, a.name, a.geom, true
FROM area AS a
WHERE a.level = 'community'
  AND NOT EXISTS (SELECT FROM grid AS g WHERE g.plan_id = %(plan_id)s AND g.community_code = a.code);

-- communities: How many communities there are.
SELECT count(*) FROM area WHERE level = 'community';

-- refresh_provisional_grids: A provisional grid follows its community's boundary.
UPDATE grid AS g
SET geom = a.geom, name = a.name
FROM area AS a
WHERE g.plan_id = %(plan_id)s
  AND g.provisional
  AND a.code = g.community_code
  AND (g.name <> a.name OR NOT ST_OrderingEquals(g.geom, a.geom));

-- note_provisional: A plan is provisional as long as one of its grids is.
UPDATE plan AS p
SET provisional = has.provisional
FROM (SELECT COALESCE(bool_or(provisional), false) AS provisional FROM grid WHERE plan_id = %(plan_id)s) AS has
WHERE p.plan_id = %(plan_id)s AND p.provisional <> has.provisional;

-- plan_grids: The grids of a plan.
SELECT grid_code, community_code, name, provisional, geom FROM grid WHERE plan_id = %(plan_id)s ORDER BY grid_code;

-- footprints: Every building's place.
SELECT building_id, county_code, geom FROM building ORDER BY county_code, building_id;

-- stage_assignment: Where the buildings' grids wait to be compared.
CREATE TEMPORARY TABLE found_grid (
  building_id text NOT NULL,
  county_code text NOT NULL,
  grid_code text NOT NULL
);

-- copy_assignment: Bring the buildings' grids in.
COPY found_grid (building_id, county_code, grid_code) FROM STDIN;

-- drop_assignments: Assignments of buildings that no grid of the plan holds any more.
DELETE FROM assignment AS a
USING found_grid AS f
WHERE a.plan_id = %(plan_id)s AND a.building_id = f.building_id AND f.grid_code = '';

-- upsert_assignments: Assign the buildings of a plan.
INSERT INTO assignment AS a (plan_id, building_id, county_code, grid_code)
SELECT DISTINCT ON (building_id) %(plan_id)s, building_id, county_code, grid_code
FROM found_grid
WHERE grid_code <> ''
ORDER BY building_id, county_code
ON CONFLICT (plan_id, building_id) DO UPDATE
SET county_code = EXCLUDED.county_code, grid_code = EXCLUDED.grid_code
WHERE (a.county_code, a.grid_code) IS DISTINCT FROM (EXCLUDED.county_code, EXCLUDED.grid_code);

-- note_building_grids: Each building carries its grid of the plan in force.
UPDATE building AS b
SET grid_code = NULLIF(f.grid_code, '')
FROM found_grid AS f
WHERE b.county_code = f.county_code
  AND b.building_id = f.building_id
  AND b.grid_code IS DISTINCT FROM NULLIF(f.grid_code, '');

-- drop_assignment_staging: The buildings' grids are written.
DROP TABLE found_grid;

-- register_state: What the placing of cases stands on, and what it stood on at the last linking.
SELECT sum(v.version)::bigint AS version, c.linked_version, c.linked_plan_id
FROM data_version AS v
CROSS JOIN city AS c
WHERE v.layer IN ('areas', 'buildings', 'dwellings', 'grids', 'aliases')
GROUP BY c.linked_version, c.linked_plan_id;

-- note_register_state: Cases stand on the register and the plan as they are now.
UPDATE city
SET linked_plan_id = %(plan_id)s,
    linked_version = (
      SELECT sum(version) FROM data_version WHERE layer IN ('areas', 'buildings', 'dwellings', 'grids', 'aliases')
    );

-- bump: A layer has changed; the next tile, cube and page show it.
SELECT bump(%(layer)s);

-- cases_to_place: Cases without a grid or an answer; under a new plan also the open ones and those a provisional grid held.
-- What the input said of a place counts, and the door an answer was matched to; a point this product derived does not.
-- Where a person has decided, the door or the point they chose counts and the text does not; not here is not here.
SELECT c.channel, c.case_no, c.county_code, c.match_status,
       CASE WHEN c.key_given <> '' OR c.match_status = 'matched' THEN c.dwelling_id END AS dwelling_id,
       CASE WHEN c.key_given <> '' OR c.match_status = 'matched' THEN c.building_id END AS building_id,
       CASE WHEN c.reviewed = '' THEN c.address ELSE '' END AS address,
       CASE WHEN c.point_given OR c.reviewed = 'placed' THEN ST_X(c.geom) END AS lon,
       CASE WHEN c.point_given OR c.reviewed = 'placed' THEN ST_Y(c.geom) END AS lat
FROM case_record AS c
WHERE c.reviewed <> 'not_here'
  AND (c.grid_code = ''
    OR c.match_status <> 'matched'
    OR (%(new_plan)s AND (
         c.state <> 'closed'
         OR EXISTS (
           SELECT FROM grid AS g
           WHERE g.plan_id = %(old_plan_id)s AND g.grid_code = c.grid_code AND g.provisional
         )
       )));

-- count_regeocodable: How many cases may be placed anew by their text: no key was given, and the place is not history.
SELECT count(*)
FROM case_record
WHERE address <> '' AND key_given = '' AND reviewed = '' AND (state <> 'closed' OR match_status <> 'matched');

-- regeocodable: The next of these cases, with the place they have; what was matched before does not count as said.
-- By channel and number, which stay as they are when a case moves to another county's partition.
SELECT county_code, channel, case_no, address, grid_code, match_status, match_level,
       COALESCE(dwelling_id, '') AS matched_dwelling, COALESCE(building_id, '') AS matched_building,
       CASE WHEN point_given THEN ST_X(geom) END AS lon,
       CASE WHEN point_given THEN ST_Y(geom) END AS lat
FROM case_record
WHERE address <> '' AND key_given = '' AND reviewed = '' AND (state <> 'closed' OR match_status <> 'matched')
  AND (channel, case_no) > (%(channel)s, %(case_no)s)
ORDER BY channel, case_no
LIMIT %(limit)s;

-- drop_regeocode_jobs: Runs that were broken off and stand on another register or threshold are not gone on with.
DELETE FROM regeocode_job
WHERE finished_at IS NULL AND writes = %(writes)s
  AND (register_version, threshold) IS DISTINCT FROM (%(version)s, %(threshold)s);

-- open_regeocode_job: The run that was broken off, else a new one.
INSERT INTO regeocode_job AS j (writes, register_version, threshold, total)
VALUES (%(writes)s, %(version)s, %(threshold)s, %(total)s)
ON CONFLICT (writes) WHERE finished_at IS NULL DO UPDATE SET total = j.total
RETURNING job_id, total, cases, kinds, channel, case_no;

-- note_regeocode_job: A chunk is done.
UPDATE regeocode_job
SET cases = %(cases)s, kinds = %(kinds)s, channel = %(channel)s, case_no = %(case_no)s
WHERE job_id = %(job_id)s;

-- finish_regeocode_job: All cases are done.
UPDATE regeocode_job SET finished_at = clock_timestamp() WHERE job_id = %(job_id)s;

-- stage_places: Where the cases' new places wait.
CREATE TEMPORARY TABLE placed_case (
  channel text NOT NULL,
  case_no text NOT NULL,
  county_code text NOT NULL,
  whole boolean NOT NULL,
  to_county text NOT NULL,
  community_code text NOT NULL,
  grid_code text NOT NULL,
  match_status text NOT NULL,
  match_level text NOT NULL,
  match_reason text NOT NULL,
  dwelling_id text,
  building_id text,
  lon double precision,
  lat double precision,
  PRIMARY KEY (county_code, channel, case_no)
);

-- copy_places: Bring the cases' new places in.
COPY placed_case (
  channel, case_no, county_code, whole, to_county, community_code, grid_code, match_status, match_level, match_reason,
  dwelling_id, building_id, lon, lat
) FROM STDIN;

-- drop_same_places: Cases whose place stays as it was need no write.
DELETE FROM placed_case AS p
USING case_record AS c
WHERE (c.county_code, c.channel, c.case_no) = (p.county_code, p.channel, p.case_no)
  AND c.community_code = p.community_code
  AND c.grid_code = p.grid_code
  AND (NOT p.whole
       OR (c.match_status, c.match_level, c.match_reason, c.dwelling_id, c.building_id)
          IS NOT DISTINCT FROM (p.match_status, p.match_level, p.match_reason, p.dwelling_id, p.building_id));

-- note_moves: What a new plan moves is written down first, as by functions/publish.sql: the counts of the past go by it.
-- A provisional grid only stood in: what it held has no past there.
INSERT INTO case_move (channel, case_no, plan_id, moved_at, from_grid, to_grid)
SELECT c.channel, c.case_no, n.plan_id, n.in_force_from, c.grid_code, p.grid_code
FROM placed_case AS p
JOIN case_record AS c ON (c.county_code, c.channel, c.case_no) = (p.county_code, p.channel, p.case_no)
JOIN plan AS n ON n.plan_id = %(plan_id)s AND n.in_force_from IS NOT NULL
WHERE c.state <> 'closed' AND c.grid_code <> '' AND p.grid_code <> '' AND c.grid_code <> p.grid_code
  AND NOT EXISTS (
    SELECT FROM grid AS g WHERE g.plan_id = %(old_plan_id)s AND g.grid_code = c.grid_code AND g.provisional
  )
ORDER BY c.channel, c.case_no;

-- move_cases: Write the places; an answer that was matched before stands and changes its grid only. A point that the
-- input gave stays; one this product derived follows the answer.
UPDATE case_record AS c
SET county_code = p.to_county,
    community_code = p.community_code,
    grid_code = p.grid_code,
    match_status = CASE WHEN p.whole THEN p.match_status ELSE c.match_status END,
    match_level = CASE WHEN p.whole THEN p.match_level ELSE c.match_level END,
    match_reason = CASE WHEN p.whole THEN p.match_reason ELSE c.match_reason END,
    dwelling_id = CASE WHEN p.whole THEN p.dwelling_id ELSE c.dwelling_id END,
    building_id = CASE WHEN p.whole THEN p.building_id ELSE c.building_id END,
    geom = CASE WHEN p.whole AND NOT c.point_given THEN ST_SetSRID(ST_MakePoint(p.lon, p.lat), 4326) ELSE c.geom END
FROM placed_case AS p
WHERE (c.county_code, c.channel, c.case_no) = (p.county_code, p.channel, p.case_no);

-- drop_places_staging: The cases' places are written.
DROP TABLE placed_case;
