-- dwellings_copy: Dwellings in.
COPY stage_dwelling (line, dwelling_id, building_id, unit, floor, room, use, occupancy) FROM STDIN (FORMAT csv);

-- dwellings_orphans: Dwellings of a building that is not there.
DELETE FROM stage_dwelling AS s
WHERE NOT EXISTS (SELECT FROM building AS b WHERE b.building_id = s.building_id)
RETURNING s.line, 'building_id', s.building_id;

-- dwellings_update: Dwellings that differ.
UPDATE dwelling AS t
SET building_id = b.building_id, community_code = b.community_code, county_code = b.county_code, unit = s.unit,
    floor = s.floor, room = s.room, use = s.use, occupancy = s.occupancy
FROM stage_dwelling AS s
JOIN building AS b ON b.building_id = s.building_id
WHERE t.dwelling_id = s.dwelling_id
  AND (t.building_id, t.unit, t.floor, t.room, t.use, t.occupancy)
      IS DISTINCT FROM (s.building_id, s.unit, s.floor, s.room, s.use, s.occupancy);

-- dwellings_insert: New dwellings.
INSERT INTO dwelling (dwelling_id, building_id, community_code, county_code, unit, floor, room, use, occupancy)
SELECT s.dwelling_id, b.building_id, b.community_code, b.county_code, s.unit, s.floor, s.room, s.use, s.occupancy
FROM stage_dwelling AS s
JOIN building AS b ON b.building_id = s.building_id
WHERE NOT EXISTS (SELECT FROM dwelling AS t WHERE t.dwelling_id = s.dwelling_id);

-- dwellings_follow_households: Households repeat their dwelling's building.
UPDATE household AS h
SET building_id = d.building_id, community_code = d.community_code
FROM stage_dwelling AS s
JOIN dwelling AS d ON d.dwelling_id = s.dwelling_id
WHERE h.dwelling_id = d.dwelling_id AND h.building_id <> d.building_id;

-- dwellings_follow_residents: Residents repeat their household's building.
UPDATE resident AS r
SET building_id = d.building_id, community_code = d.community_code
FROM stage_dwelling AS s
JOIN dwelling AS d ON d.dwelling_id = s.dwelling_id
JOIN household AS h ON h.dwelling_id = d.dwelling_id
WHERE r.household_id = h.household_id AND r.building_id <> d.building_id;

-- dwellings_follow_visits: Visits repeat their household's building.
UPDATE visit AS v
SET building_id = d.building_id, community_code = d.community_code
FROM stage_dwelling AS s
JOIN dwelling AS d ON d.dwelling_id = s.dwelling_id
JOIN household AS h ON h.dwelling_id = d.dwelling_id
WHERE v.household_id = h.household_id AND v.building_id <> d.building_id;

-- dwellings_follow_devices: Devices repeat their dwelling's building.
UPDATE device AS e
SET building_id = d.building_id, community_code = d.community_code, county_code = d.county_code
FROM stage_dwelling AS s
JOIN dwelling AS d ON d.dwelling_id = s.dwelling_id
WHERE e.dwelling_id = d.dwelling_id AND e.building_id <> d.building_id;

-- households_copy: Households in.
COPY stage_household (line, household_id, dwelling_id) FROM STDIN (FORMAT csv);

-- households_orphans: Households of a dwelling that is not there.
DELETE FROM stage_household AS s
WHERE NOT EXISTS (SELECT FROM dwelling AS d WHERE d.dwelling_id = s.dwelling_id)
RETURNING s.line, 'dwelling_id', s.dwelling_id;

-- households_update: Households that moved.
UPDATE household AS t
SET dwelling_id = d.dwelling_id, building_id = d.building_id, community_code = d.community_code, county_code = d.county_code
FROM stage_household AS s
JOIN dwelling AS d ON d.dwelling_id = s.dwelling_id
WHERE t.household_id = s.household_id AND t.dwelling_id <> s.dwelling_id;

-- households_insert: New households.
INSERT INTO household (household_id, dwelling_id, building_id, community_code, county_code)
SELECT s.household_id, d.dwelling_id, d.building_id, d.community_code, d.county_code
FROM stage_household AS s
JOIN dwelling AS d ON d.dwelling_id = s.dwelling_id
WHERE NOT EXISTS (SELECT FROM household AS t WHERE t.household_id = s.household_id);

-- households_follow_residents: Residents repeat their household's building.
UPDATE resident AS r
SET building_id = h.building_id, community_code = h.community_code
FROM stage_household AS s
JOIN household AS h ON h.household_id = s.household_id
WHERE r.household_id = h.household_id AND r.building_id <> h.building_id;

-- households_follow_visits: Visits repeat their household's building.
UPDATE visit AS v
SET building_id = h.building_id, community_code = h.community_code
FROM stage_household AS s
JOIN household AS h ON h.household_id = s.household_id
WHERE v.household_id = h.household_id AND v.building_id <> h.building_id;

-- residents_copy: Residents in.
COPY stage_resident (line, resident_id, household_id, name, sex, birth_year, phone, care) FROM STDIN (FORMAT csv);

-- residents_orphans: Residents of a household that is not there.
DELETE FROM stage_resident AS s
WHERE NOT EXISTS (SELECT FROM household AS h WHERE h.household_id = s.household_id)
RETURNING s.line, 'household_id', s.household_id;

-- residents_update: Residents that differ.
UPDATE resident AS t
SET household_id = h.household_id, building_id = h.building_id, community_code = h.community_code,
    county_code = h.county_code, name = s.name, sex = s.sex, birth_year = s.birth_year, phone = s.phone, care = s.care
FROM stage_resident AS s
JOIN household AS h ON h.household_id = s.household_id
WHERE t.resident_id = s.resident_id
  AND (t.household_id, t.name, t.sex, t.birth_year, t.phone, t.care)
      IS DISTINCT FROM (s.household_id, s.name, s.sex, s.birth_year, s.phone, s.care);

-- residents_insert: New residents.
INSERT INTO resident (
  resident_id, household_id, building_id, community_code, county_code, name, sex, birth_year, phone, care
)
SELECT s.resident_id, h.household_id, h.building_id, h.community_code, h.county_code, s.name, s.sex, s.birth_year,
       s.phone, s.care
FROM stage_resident AS s
JOIN household AS h ON h.household_id = s.household_id
WHERE NOT EXISTS (SELECT FROM resident AS t WHERE t.resident_id = s.resident_id);

-- visits_copy: Visits in.
COPY stage_visit (line, visit_id, household_id, worker_id, visited_at, kind, note) FROM STDIN (FORMAT csv);

-- visits_orphans: Visits to a household that is not there.
DELETE FROM stage_visit AS s
WHERE NOT EXISTS (SELECT FROM household AS h WHERE h.household_id = s.household_id)
RETURNING s.line, 'household_id', s.household_id;

-- visits_update: Visits that differ.
UPDATE visit AS t
SET household_id = h.household_id, building_id = h.building_id, community_code = h.community_code,
    county_code = h.county_code, worker_id = s.worker_id, visited_at = s.visited_at, kind = s.kind, note = s.note
FROM stage_visit AS s
JOIN household AS h ON h.household_id = s.household_id
WHERE t.visit_id = s.visit_id
  AND (t.household_id, t.worker_id, t.visited_at, t.kind, t.note)
      IS DISTINCT FROM (s.household_id, s.worker_id, s.visited_at, s.kind, s.note);

-- visits_insert: New visits.
INSERT INTO visit (
  visit_id, household_id, building_id, community_code, county_code, worker_id, visited_at, kind, note
)
SELECT s.visit_id, h.household_id, h.building_id, h.community_code, h.county_code, s.worker_id, s.visited_at, s.kind, s.note
FROM stage_visit AS s
JOIN household AS h ON h.household_id = s.household_id
WHERE NOT EXISTS (SELECT FROM visit AS t WHERE t.visit_id = s.visit_id);

-- cases_copy: Placed cases in.
COPY stage_case (
  line, case_no, channel, category, title, description, address, lon, lat, reported_at, accepted_at, resolved_at, closed_at,
  ledger, due_at, state, satisfaction, point_given, key_given, dwelling_id, building_id, community_code, grid_code,
  match_status, match_level, match_reason
) FROM STDIN (FORMAT csv);

-- cases_settle_moves: A new case of an earlier plan's days is in that plan's grid until a later one moved it; a
-- provisional grid held nothing.
WITH life AS (
  SELECT s.channel, s.case_no, p.plan_id, p.in_force_from, g.grid_code,
         lag(g.grid_code) OVER (PARTITION BY s.channel, s.case_no ORDER BY p.plan_id) AS before
  FROM stage_case AS s
  JOIN staged_life AS p ON p.from_at < COALESCE(s.closed_at, 'infinity') AND p.to_at > s.reported_at
  CROSS JOIN LATERAL (SELECT staged_grid(p.plan_id, s.building_id, s.lon, s.lat, s.grid_code) AS found) AS f
  CROSS JOIN LATERAL (
    SELECT CASE WHEN NOT EXISTS (
      SELECT FROM grid AS o WHERE o.plan_id = p.plan_id AND o.grid_code = f.found AND o.provisional
    ) THEN f.found ELSE '' END AS grid_code
  ) AS g
  WHERE s.grid_code <> '' AND s.reported_at < (SELECT max(in_force_from) FROM plan)
    AND NOT EXISTS (SELECT FROM case_record AS t WHERE (t.channel, t.case_no) = (s.channel, s.case_no))
)
INSERT INTO case_move (channel, case_no, plan_id, moved_at, from_grid, to_grid)
SELECT channel, case_no, plan_id, in_force_from, before, grid_code FROM life
WHERE before <> grid_code AND before <> '' AND grid_code <> ''
ORDER BY plan_id, channel, case_no;

-- cases_settle: A case closed under an earlier plan keeps that plan's grid.
UPDATE stage_case AS s
SET grid_code = n.grid_code, community_code = left(n.grid_code, 12)
FROM (
  SELECT x.channel, x.case_no, staged_grid(p.plan_id, x.building_id, x.lon, x.lat, x.grid_code) AS grid_code
  FROM stage_case AS x JOIN staged_life AS p ON x.closed_at >= p.from_at AND x.closed_at < p.to_at
  WHERE x.grid_code <> '' AND x.closed_at < (SELECT max(in_force_from) FROM plan)
    AND NOT EXISTS (
      SELECT FROM grid AS o WHERE o.plan_id = p.plan_id AND o.provisional
        AND o.grid_code = staged_grid(p.plan_id, x.building_id, x.lon, x.lat, x.grid_code)
    )
) AS n
WHERE (s.channel, s.case_no) = (n.channel, n.case_no) AND n.grid_code <> '' AND n.grid_code <> s.grid_code;

-- cases_update: Cases whose file says something else than before. What a person decided of the place stands as long as
-- the file says the same of it.
UPDATE case_record AS t
SET county_code = CASE WHEN k.kept THEN t.county_code ELSE n.county_code END,
    community_code = CASE WHEN k.kept THEN t.community_code ELSE n.community_code END,
    grid_code = CASE WHEN k.kept THEN t.grid_code ELSE n.grid_code END,
    category = n.category, ledger = n.ledger, title = n.title, description = n.description, address = n.address,
    geom = CASE WHEN k.kept THEN t.geom ELSE n.geom END,
    reported_at = n.reported_at, accepted_at = n.accepted_at, resolved_at = n.resolved_at, closed_at = n.closed_at,
    due_at = n.due_at, state = n.state, satisfaction = n.satisfaction,
    dwelling_id = CASE WHEN k.kept THEN t.dwelling_id ELSE n.dwelling_id END,
    building_id = CASE WHEN k.kept THEN t.building_id ELSE n.building_id END,
    match_status = CASE WHEN k.kept THEN t.match_status ELSE n.match_status END,
    match_level = CASE WHEN k.kept THEN t.match_level ELSE n.match_level END,
    match_reason = CASE WHEN k.kept THEN t.match_reason ELSE n.match_reason END,
    point_given = n.point_given, key_given = n.key_given,
    reviewed = CASE WHEN k.kept THEN t.reviewed ELSE '' END
FROM case_record AS o
JOIN staged_case AS n ON (o.channel, o.case_no) = (n.channel, n.case_no)
CROSS JOIN LATERAL (
  SELECT o.reviewed <> '' AND (o.address, o.point_given, o.key_given) = (n.address, n.point_given, n.key_given)
    AND NOT (n.point_given AND o.geom IS DISTINCT FROM n.geom) AND n.key_given = '' AS kept
) AS k
WHERE (t.county_code, t.channel, t.case_no) = (o.county_code, o.channel, o.case_no)
  AND ((t.category, t.ledger, t.title, t.description, t.address, t.reported_at, t.accepted_at, t.resolved_at,
        t.closed_at, t.satisfaction, t.point_given, t.key_given)
       IS DISTINCT FROM
       (n.category, n.ledger, n.title, n.description, n.address, n.reported_at, n.accepted_at, n.resolved_at,
        n.closed_at, n.satisfaction, n.point_given, n.key_given)
    OR n.point_given AND t.geom IS DISTINCT FROM n.geom
    OR n.key_given IN ('dwelling', 'both') AND t.dwelling_id IS DISTINCT FROM n.dwelling_id
    OR n.key_given IN ('building', 'both') AND t.building_id IS DISTINCT FROM n.building_id);

-- cases_insert: New cases.
INSERT INTO case_record (
  channel, case_no, county_code, community_code, grid_code, category, ledger, title, description, address, geom,
  reported_at, accepted_at, resolved_at, closed_at, due_at, state, satisfaction, dwelling_id, building_id, match_status,
  match_level, match_reason, point_given, key_given
)
SELECT n.channel, n.case_no, n.county_code, n.community_code, n.grid_code, n.category, n.ledger, n.title, n.description,
       n.address, n.geom, n.reported_at, n.accepted_at, n.resolved_at, n.closed_at, n.due_at, n.state, n.satisfaction,
       n.dwelling_id, n.building_id, n.match_status, n.match_level, n.match_reason, n.point_given, n.key_given
FROM staged_case AS n
WHERE NOT EXISTS (SELECT FROM case_record AS t WHERE (t.channel, t.case_no) = (n.channel, n.case_no));
