-- resident_without_household: Residents (人口) whose household is in no table.
SELECT r.resident_id, r.household_id
FROM resident AS r
WHERE NOT EXISTS (SELECT FROM household AS h WHERE h.household_id = r.household_id);

-- resident_twice: Residents that are there twice.
SELECT resident_id, string_agg(household_id, ' ' ORDER BY household_id) AS household_ids
FROM resident GROUP BY resident_id HAVING count(*) > 1;

-- household_without_dwelling: Households (户) whose dwelling is in no table.
SELECT h.household_id, h.dwelling_id
FROM household AS h
WHERE NOT EXISTS (SELECT FROM dwelling AS d WHERE d.dwelling_id = h.dwelling_id);

-- household_in_two_dwellings: Households that are there twice.
SELECT household_id, string_agg(dwelling_id, ' ' ORDER BY dwelling_id) AS dwelling_ids
FROM household GROUP BY household_id HAVING count(*) > 1;

-- household_empty: Households without a resident.
SELECT h.household_id, h.dwelling_id
FROM household AS h
WHERE NOT EXISTS (SELECT FROM resident AS r WHERE r.household_id = h.household_id)
  AND EXISTS (SELECT FROM resident);

-- dwelling_without_building: Dwellings (房屋) whose building is in no table.
SELECT d.dwelling_id, d.building_id
FROM dwelling AS d
WHERE NOT EXISTS (SELECT FROM building AS b WHERE b.building_id = d.building_id);

-- dwelling_twice: Dwellings that are there twice.
SELECT dwelling_id, string_agg(building_id, ' ' ORDER BY building_id) AS building_ids
FROM dwelling GROUP BY dwelling_id HAVING count(*) > 1;

-- dwelling_same_door: Doors that bear the same unit, floor and room in one building.
SELECT building_id, unit, floor, room, string_agg(dwelling_id, ' ' ORDER BY dwelling_id) AS dwelling_ids
FROM dwelling
WHERE room <> ''
GROUP BY building_id, unit, floor, room HAVING count(*) > 1;

-- dwelling_without_household: Homes stated as lived in that hold no household.
SELECT d.dwelling_id, d.building_id
FROM dwelling AS d
WHERE d.use = 'home' AND d.occupancy IN ('owner', 'rented')
  AND NOT EXISTS (SELECT FROM household AS h WHERE h.dwelling_id = d.dwelling_id)
  AND EXISTS (SELECT FROM household);

-- copied_keys_differ: Rows whose copy of building or community differs from the row they belong to; row security reads the copy.
SELECT 'dwelling' AS what, d.dwelling_id AS id, d.community_code AS has, b.community_code AS should_have
FROM dwelling AS d JOIN building AS b USING (building_id)
WHERE d.community_code <> b.community_code OR d.county_code <> b.county_code
UNION ALL
SELECT 'household', h.household_id, h.building_id, d.building_id
FROM household AS h JOIN dwelling AS d USING (dwelling_id)
WHERE h.building_id <> d.building_id OR h.community_code <> d.community_code
UNION ALL
SELECT 'resident', r.resident_id, r.building_id, h.building_id
FROM resident AS r JOIN household AS h USING (household_id)
WHERE r.building_id <> h.building_id OR r.community_code <> h.community_code
UNION ALL
SELECT 'visit', v.visit_id, v.building_id, h.building_id
FROM visit AS v JOIN household AS h USING (household_id)
WHERE v.building_id <> h.building_id OR v.community_code <> h.community_code;

-- building_twice: Buildings (楼栋) that are there twice.
SELECT building_id, string_agg(county_code, ' ' ORDER BY county_code) AS county_codes
FROM building GROUP BY building_id HAVING count(*) > 1;

-- building_without_grid: Buildings that no grid of the plan in force has.
SELECT b.building_id, b.community_code
FROM building AS b
WHERE NOT EXISTS (
  SELECT FROM assignment AS a JOIN plan AS p USING (plan_id)
  WHERE a.building_id = b.building_id AND p.status = 'published' AND p.valid_to IS NULL
);

-- building_in_two_grids: Buildings that several grids of the plan in force have.
SELECT a.building_id, string_agg(DISTINCT a.grid_code, ' ') AS grid_codes
FROM assignment AS a JOIN plan AS p USING (plan_id)
WHERE p.status = 'published' AND p.valid_to IS NULL
GROUP BY a.building_id HAVING count(*) > 1;

-- building_copy_differs: Buildings whose own grid differs from the assignment of the plan in force.
SELECT b.building_id, b.grid_code AS has, a.grid_code AS should_have
FROM assignment AS a
JOIN plan AS p USING (plan_id)
JOIN building AS b USING (building_id)
WHERE p.status = 'published' AND p.valid_to IS NULL AND b.grid_code IS DISTINCT FROM a.grid_code;

-- building_unknown_community: Buildings whose community is no area.
SELECT b.building_id, b.community_code
FROM building AS b
WHERE NOT EXISTS (SELECT FROM area AS a WHERE a.code = b.community_code AND a.level = 'community');

-- grid_unknown_community: Grids (网格) of the plan in force whose community is no area.
SELECT g.grid_code, g.community_code
FROM grid AS g JOIN plan AS p USING (plan_id)
WHERE p.status = 'published' AND p.valid_to IS NULL
  AND NOT EXISTS (SELECT FROM area AS a WHERE a.code = g.community_code AND a.level = 'community');

-- grid_code_malformed: Grid codes that are not the community's code and three digits.
SELECT g.plan_id, g.grid_code, g.community_code
FROM grid AS g
WHERE g.grid_code !~ '^[0-9]{15}$' OR left(g.grid_code, 12) <> g.community_code;

-- area_code_malformed: Area codes that do not fit their level.
SELECT code, level
FROM area
WHERE code !~ '^[0-9]+$'
   OR length(code) <> CASE level WHEN 'city' THEN 4 WHEN 'county' THEN 6 WHEN 'subdistrict' THEN 9 WHEN 'community' THEN 12 ELSE 0 END;

-- area_hierarchy_broken: Areas whose parent's code is not the beginning of their own, one level up.
SELECT code, parent_code
FROM area
WHERE parent_code <> ''
  AND parent_code <> left(code, CASE level WHEN 'county' THEN 4 WHEN 'subdistrict' THEN 6 WHEN 'community' THEN 9 ELSE 0 END);

-- area_without_parent: Areas below the top whose parent is in no table.
SELECT a.code, a.parent_code
FROM area AS a
WHERE (a.parent_code <> '' AND NOT EXISTS (SELECT FROM area AS p WHERE p.code = a.parent_code))
   OR (a.parent_code = '' AND EXISTS (SELECT FROM area AS p WHERE starts_with(a.code, p.code) AND length(p.code) < length(a.code)));

-- plan_missing: Buildings without any plan in force.
SELECT 'no plan' AS what
WHERE EXISTS (SELECT FROM building) AND NOT EXISTS (SELECT FROM plan WHERE status = 'published' AND valid_to IS NULL);

-- plan_several: Plans in force beside another one.
SELECT plan_id
FROM plan
WHERE status = 'published' AND valid_to IS NULL
  AND (SELECT count(*) FROM plan WHERE status = 'published' AND valid_to IS NULL) > 1;

-- plan_provisional: Communities that one provisional grid stands in for.
SELECT g.community_code, g.grid_code
FROM grid AS g JOIN plan AS p USING (plan_id)
WHERE p.status = 'published' AND p.valid_to IS NULL AND g.provisional;

-- worker_unknown_grid: Grid workers (网格员) of a grid that the plan in force does not have.
SELECT w.worker_id, w.grid_code
FROM worker AS w
WHERE (w.to_on IS NULL OR w.to_on >= %(today)s)
  AND NOT EXISTS (
    SELECT FROM grid AS g JOIN plan AS p USING (plan_id)
    WHERE p.status = 'published' AND p.valid_to IS NULL AND g.grid_code = w.grid_code
  );

-- grid_without_captain: Grids without a captain (网格长) today.
SELECT g.grid_code
FROM grid AS g JOIN plan AS p USING (plan_id)
WHERE p.status = 'published' AND p.valid_to IS NULL
  AND EXISTS (SELECT FROM worker)
  AND NOT EXISTS (
    SELECT FROM worker AS w
    WHERE w.grid_code = g.grid_code AND w.role = 'captain'
      AND (w.from_on IS NULL OR w.from_on <= %(today)s) AND (w.to_on IS NULL OR w.to_on >= %(today)s)
  );

-- worker_several_grids: Grid workers on more than one grid today.
SELECT worker_id, string_agg(DISTINCT grid_code, ' ') AS grid_codes
FROM worker
WHERE role IN ('captain', 'worker')
  AND (from_on IS NULL OR from_on <= %(today)s) AND (to_on IS NULL OR to_on >= %(today)s)
GROUP BY worker_id HAVING count(DISTINCT grid_code) > 1;

-- visit_without_household: Visits (走访) whose household is in no table.
SELECT v.visit_id, v.household_id
FROM visit AS v
WHERE NOT EXISTS (SELECT FROM household AS h WHERE h.household_id = v.household_id);

-- device_without_place: Devices with neither dwelling nor building nor point, or with one that is in no table.
SELECT d.device_id, d.dwelling_id, d.building_id
FROM device AS d
WHERE (d.dwelling_id IS NULL AND d.building_id IS NULL AND d.geom IS NULL)
   OR (d.dwelling_id IS NOT NULL AND NOT EXISTS (SELECT FROM dwelling AS x WHERE x.dwelling_id = d.dwelling_id))
   OR (d.building_id IS NOT NULL AND NOT EXISTS (SELECT FROM building AS x WHERE x.building_id = d.building_id));

-- alias_names_nothing: Aliases (地名别名) of an estate or a building that is in no table.
SELECT a.alias, a.estate, a.building_id
FROM alias AS a
WHERE NOT EXISTS (SELECT FROM building AS b WHERE b.building_id = a.building_id)
  AND NOT EXISTS (SELECT FROM building AS b WHERE a.estate <> '' AND b.estate = a.estate);

-- case_unplaced: Cases (事件) without a grid, and why.
SELECT channel, case_no, match_status, match_level, match_reason
FROM case_record
WHERE grid_code = '';

-- case_unknown_grid: Cases in a grid that no plan has.
SELECT c.channel, c.case_no, c.grid_code
FROM case_record AS c
WHERE c.grid_code <> '' AND NOT EXISTS (SELECT FROM grid AS g WHERE g.grid_code = c.grid_code);

-- case_old_grid: Open cases in a grid that is no longer in force.
SELECT c.channel, c.case_no, c.grid_code
FROM case_record AS c
WHERE c.grid_code <> '' AND c.state <> 'closed'
  AND EXISTS (SELECT FROM grid AS g WHERE g.grid_code = c.grid_code)
  AND NOT EXISTS (
    SELECT FROM grid AS g JOIN plan AS p USING (plan_id)
    WHERE p.status = 'published' AND p.valid_to IS NULL AND g.grid_code = c.grid_code
  );

-- case_other_grid: Open cases in another grid than their building.
SELECT c.channel, c.case_no, c.grid_code AS has, b.grid_code AS should_have
FROM case_record AS c JOIN building AS b USING (building_id)
WHERE c.state <> 'closed' AND c.grid_code <> COALESCE(b.grid_code, '');

-- case_unknown_door: Cases whose dwelling or building is in no table.
SELECT c.channel, c.case_no, c.dwelling_id, c.building_id
FROM case_record AS c
WHERE (c.dwelling_id IS NOT NULL AND NOT EXISTS (SELECT FROM dwelling AS d WHERE d.dwelling_id = c.dwelling_id))
   OR (c.building_id IS NOT NULL AND NOT EXISTS (SELECT FROM building AS b WHERE b.building_id = c.building_id));

-- case_area_differs: Cases whose community is not their grid's.
SELECT channel, case_no, grid_code, community_code
FROM case_record
WHERE grid_code <> '' AND left(grid_code, 12) <> community_code
   OR community_code <> '' AND left(community_code, 6) <> county_code;

-- case_no_ledger: Cases in no ledger (台账) or an unknown one.
SELECT channel, case_no, ledger
FROM case_record
WHERE ledger IS NULL OR ledger NOT IN ('immediate', 'time_limited', 'special', 'promised', 'agency');

-- case_time_order: Cases whose steps are out of order, or whose state does not follow from them.
SELECT channel, case_no, state
FROM case_record
WHERE accepted_at < reported_at OR resolved_at < reported_at OR closed_at < COALESCE(resolved_at, reported_at)
   OR (state = 'closed') <> (closed_at IS NOT NULL);

-- case_twice: Cases that are there twice.
SELECT channel, case_no, string_agg(county_code, ' ' ORDER BY county_code) AS county_codes
FROM case_record GROUP BY channel, case_no HAVING count(*) > 1;

-- rate_above_100: Communities with more cases resolved than accepted: the rate would be above 100 percent.
SELECT community_code, count(resolved_at) AS resolved, count(accepted_at) AS accepted
FROM case_record
GROUP BY community_code HAVING count(resolved_at) > count(accepted_at);

-- more_memory: Sort and group whole tables in memory, for this transaction.
SELECT set_config('work_mem', '192MB', true);

-- counts_differ: Days whose daily counts are not the sums of the cases.
WITH event (day, cell_id, reported, accepted, resolved, closed) AS (
  SELECT e.*
  FROM case_record AS c
  LEFT JOIN count_cell AS k USING (grid_code, community_code, category, ledger, county_code)
  CROSS JOIN LATERAL (VALUES
    (local_day(c.reported_at), k.cell_id, 1, 0, 0, 0),
    (local_day(c.accepted_at), k.cell_id, 0, 1, 0, 0),
    (local_day(c.resolved_at), k.cell_id, 0, 0, 1, 0),
    (local_day(c.closed_at), k.cell_id, 0, 0, 0, 1)
  ) AS e (day, cell_id, reported, accepted, resolved, closed)
  WHERE e.day IS NOT NULL AND (c.channel, c.case_no) NOT IN (SELECT m.channel, m.case_no FROM case_move AS m)
  UNION ALL
  -- Cases a plan moved: each event in the grid the case had then.
  SELECT local_day(e.at), k.cell_id, e.reported, e.accepted, e.resolved, e.closed
  FROM case_record AS c
  CROSS JOIN LATERAL (VALUES
    (c.reported_at, 1, 0, 0, 0), (c.accepted_at, 0, 1, 0, 0), (c.resolved_at, 0, 0, 1, 0), (c.closed_at, 0, 0, 0, 1)
  ) AS e (at, reported, accepted, resolved, closed)
  CROSS JOIN LATERAL (SELECT case_grid_at(c.channel, c.case_no, c.grid_code, e.at) AS grid_code) AS g
  LEFT JOIN count_cell AS k ON (k.grid_code, k.category, k.ledger) = (g.grid_code, c.category, c.ledger)
    AND k.community_code = CASE WHEN g.grid_code = c.grid_code THEN c.community_code ELSE left(g.grid_code, 12) END
  WHERE e.at IS NOT NULL AND (c.channel, c.case_no) IN (SELECT m.channel, m.case_no FROM case_move AS m)
  UNION ALL
  SELECT day, cell_id, -reported, -accepted, -resolved, -closed FROM daily_event
), wrong AS (
  SELECT day, cell_id
  FROM event
  GROUP BY day, cell_id
  HAVING sum(reported) <> 0 OR sum(accepted) <> 0 OR sum(resolved) <> 0 OR sum(closed) <> 0
)
SELECT w.day, COALESCE(k.grid_code, '') AS grid_code, k.category, k.ledger
FROM wrong AS w LEFT JOIN count_cell AS k USING (cell_id);

-- grid_figures_differ: Grids whose stock figures are not the counts of the tables.
WITH stock AS (
  SELECT building_id, count(*) AS buildings, min(COALESCE(grid_code, '')) AS grid_code, min(households) AS stated
  FROM building GROUP BY building_id
), per_building AS (
  SELECT s.grid_code, s.buildings, COALESCE(d.n, 0) AS dwellings, COALESCE(h.n, s.stated, 0) AS households, COALESCE(r.n, 0) AS residents
  FROM stock AS s
  LEFT JOIN (SELECT building_id, count(*) AS n FROM dwelling GROUP BY 1) AS d USING (building_id)
  LEFT JOIN (SELECT building_id, count(*) AS n FROM household GROUP BY 1) AS h USING (building_id)
  LEFT JOIN (SELECT building_id, count(*) AS n FROM resident GROUP BY 1) AS r USING (building_id)
), counted AS (
  SELECT grid_code, sum(buildings) AS buildings, sum(dwellings) AS dwellings, sum(households) AS households, sum(residents) AS residents
  FROM per_building GROUP BY grid_code
), kept AS (
  SELECT grid_code, sum(buildings) AS buildings, sum(dwellings) AS dwellings, sum(households) AS households, sum(residents) AS residents
  FROM grid_figure GROUP BY grid_code
)
SELECT COALESCE(c.grid_code, k.grid_code) AS grid_code,
       k.buildings AS has_buildings, c.buildings, k.households AS has_households, c.households, k.residents AS has_residents, c.residents
FROM counted AS c FULL JOIN kept AS k USING (grid_code)
WHERE (COALESCE(c.buildings, 0), COALESCE(c.dwellings, 0), COALESCE(c.households, 0), COALESCE(c.residents, 0))
   <> (COALESCE(k.buildings, 0), COALESCE(k.dwellings, 0), COALESCE(k.households, 0), COALESCE(k.residents, 0));

-- population_differs: Grids whose age structure is not the count of residents.
WITH counted AS (
  SELECT COALESCE(b.grid_code, '') AS grid_code, COALESCE(r.birth_year, 0) AS birth_year, COALESCE(r.sex, '') AS sex, count(*) AS residents
  FROM resident AS r JOIN building AS b USING (county_code, building_id)
  GROUP BY 1, 2, 3
), kept AS (
  SELECT grid_code, birth_year, sex, sum(residents) AS residents FROM population_count GROUP BY 1, 2, 3
)
SELECT COALESCE(c.grid_code, k.grid_code) AS grid_code, count(*) AS years
FROM counted AS c FULL JOIN kept AS k USING (grid_code, birth_year, sex)
WHERE COALESCE(c.residents, 0) <> COALESCE(k.residents, 0)
GROUP BY 1;

-- visit_days_differ: Grids whose visit clocks do not hold every household once.
WITH counted AS (
  SELECT COALESCE(b.grid_code, '') AS grid_code, count(*) AS households
  FROM household AS h JOIN building AS b USING (county_code, building_id)
  GROUP BY 1
), kept AS (
  SELECT grid_code, sum(households) AS households FROM visit_day GROUP BY 1
)
SELECT COALESCE(c.grid_code, k.grid_code) AS grid_code, k.households AS has, c.households AS should_have
FROM counted AS c FULL JOIN kept AS k USING (grid_code)
WHERE COALESCE(c.households, 0) <> COALESCE(k.households, 0);

-- communities: Communities with their polygons.
SELECT code, geom FROM area WHERE level = 'community' ORDER BY code;

-- grids: Grids of the plan in force.
SELECT DISTINCT ON (g.grid_code) g.grid_code, g.community_code, g.geom
FROM grid AS g JOIN plan AS p USING (plan_id)
WHERE p.status = 'published' AND p.valid_to IS NULL
ORDER BY g.grid_code, g.plan_id DESC;

-- water: Water and railways, which no grid need cover.
SELECT water_id, geom FROM water ORDER BY water_id;

-- footprints: Buildings with the grid they are assigned to.
SELECT building_id, community_code, COALESCE(grid_code, '') AS grid_code, geom FROM building ORDER BY building_id;

-- metric_epsg: The city's metric coordinate system.
SELECT metric_epsg FROM city;

-- today: The day figures are of.
SELECT COALESCE(as_of, now())::date AS today FROM city;

-- server: What the database server is.
SELECT current_setting('server_version_num')::int AS version, postgis_lib_version() AS postgis,
       current_setting('server_encoding') AS encoding, datctype AS ctype
FROM pg_database WHERE datname = current_database();

-- app_login: Rights of the application's login.
SELECT rolsuper, rolbypassrls, rolinherit, rolcreaterole FROM pg_roles WHERE rolname = 'gridmap_app';

-- unforced_tables: Tables with rows of people or places that row security does not force.
SELECT c.relname
FROM pg_class AS c
WHERE c.relnamespace = 'gridmap'::regnamespace AND c.relkind IN ('r', 'p')
  AND NOT c.relispartition
  AND c.relname IN ('area', 'building', 'grid', 'assignment', 'dwelling', 'household', 'resident', 'visit', 'case_record', 'device', 'audit_log')
  AND NOT (c.relrowsecurity AND c.relforcerowsecurity);
