-- versions: How far every layer has changed, and what now is for the city's figures.
SELECT v.layer, v.version, v.changed_at, c.as_of, c.name, c.demo
FROM data_version AS v CROSS JOIN city AS c ORDER BY v.layer;

-- longer: Reading a whole city's counts may take longer than a request.
SET LOCAL statement_timeout = '300s';

-- areas: Every division.
SELECT code, name, level FROM area ORDER BY code;

-- categories: Every category in its order.
SELECT code, name_zh, name_en, dispute FROM category ORDER BY sort_order, code;

-- plan: The plan in force.
SELECT plan_id, name, provisional, valid_from FROM plan WHERE status = 'published' AND valid_to IS NULL;

-- grids: Grids of the plan in force, with their captain on a day, and where their name has the most room on the map.
SELECT g.grid_code, g.community_code, g.name, COALESCE(w.name, '') AS captain, COALESCE(w.phone, '') AS phone,
       ST_X(p.point) AS lon, ST_Y(p.point) AS lat, g.geom
FROM grid AS g
JOIN plan AS v ON v.plan_id = g.plan_id AND v.status = 'published' AND v.valid_to IS NULL
CROSS JOIN LATERAL (
  SELECT ST_Transform((ST_MaximumInscribedCircle(ST_Transform(g.geom, 3857))).center, 4326) AS point
) AS p
LEFT JOIN LATERAL (
  SELECT w.name, w.phone FROM worker AS w
  WHERE w.grid_code = g.grid_code AND w.role = 'captain'
    AND COALESCE(w.from_on, '-infinity') <= %(today)s AND COALESCE(w.to_on, 'infinity') >= %(today)s
  ORDER BY w.worker_id LIMIT 1
) AS w ON true
ORDER BY g.grid_code;

-- communities: Outlines of the communities, and where their name has the most room on the map.
SELECT a.code, a.name, ST_X(p.point) AS lon, ST_Y(p.point) AS lat, a.geom
FROM area AS a
CROSS JOIN LATERAL (
  SELECT ST_Transform((ST_MaximumInscribedCircle(ST_Transform(a.geom, 3857))).center, 4326) AS point
) AS p
WHERE a.level = 'community' ORDER BY a.code;

-- stock: Figures per grid, with the care households visited and due on a day.
SELECT f.grid_code, f.community_code, f.households, f.residents, f.workers,
       COALESCE(v.care, 0) AS care, COALESCE(v.visited, 0) AS visited
FROM grid_figure AS f
LEFT JOIN (
  SELECT grid_code, community_code, sum(households) AS care,
         sum(households) FILTER (WHERE last_visit_on > %(due_on)s) AS visited
  FROM visit_day WHERE care GROUP BY grid_code, community_code
) AS v USING (grid_code, community_code)
ORDER BY f.grid_code, f.community_code;

-- buildings: A point and the households of every building.
SELECT COALESCE(b.grid_code, '') AS grid_code, b.community_code, b.county_code, COALESCE(f.households, 0) AS households,
       ST_X(ST_PointOnSurface(b.geom)) AS lon, ST_Y(ST_PointOnSurface(b.geom)) AS lat
FROM building AS b LEFT JOIN building_figure AS f USING (county_code, building_id)
ORDER BY b.county_code, b.building_id;

-- cells: What cases are counted by.
SELECT cell_id, grid_code, community_code, county_code, category, ledger FROM count_cell ORDER BY cell_id;

-- number_of_cells: How many there are.
SELECT count(*) FROM count_cell;

-- changed_days: Days whose counts or reported cases changed after a version, as ordinals.
SELECT day - DATE '0001-01-01' + 1 AS day FROM count_day WHERE version > %(since)s ORDER BY day;

-- counts: Counts of every day, each column one string of big-endian integers.
SELECT day - DATE '0001-01-01' + 1, count(*), string_agg(int4send(cell_id), ''), string_agg(int4send(reported), ''),
       string_agg(int4send(accepted), ''), string_agg(int4send(resolved), ''), string_agg(int4send(closed), ''),
       string_agg(int4send(closed_on_time), ''), string_agg(int4send(fell_overdue), ''),
       string_agg(int4send(closed_late), ''), string_agg(int4send(moved), ''),
       string_agg(int4send(moved_overdue), '')
FROM daily_event GROUP BY day ORDER BY day;

-- counts_since: The same of the days that changed after a version.
SELECT day - DATE '0001-01-01' + 1, count(*), string_agg(int4send(cell_id), ''), string_agg(int4send(reported), ''),
       string_agg(int4send(accepted), ''), string_agg(int4send(resolved), ''), string_agg(int4send(closed), ''),
       string_agg(int4send(closed_on_time), ''), string_agg(int4send(fell_overdue), ''),
       string_agg(int4send(closed_late), ''), string_agg(int4send(moved), ''),
       string_agg(int4send(moved_overdue), '')
FROM daily_event WHERE day IN (SELECT day FROM count_day WHERE version > %(since)s) GROUP BY day ORDER BY day;

-- points: Cell (of the grid it had then) and place of every case by the day it was reported; no text, no key. Strings of big-endian numbers.
SELECT local_day(r.reported_at) - DATE '0001-01-01' + 1, count(*), string_agg(int4send(c.cell_id), ''),
       string_agg(COALESCE(float8send(ST_X(r.geom)), float8send('NaN')), ''),
       string_agg(COALESCE(float8send(ST_Y(r.geom)), float8send('NaN')), '')
FROM case_record AS r
JOIN count_cell AS c ON (c.category, c.ledger) = (r.category, r.ledger)
  AND c.grid_code = CASE WHEN (r.channel, r.case_no) IN (SELECT m.channel, m.case_no FROM case_move AS m)
      THEN case_grid_at(r.channel, r.case_no, r.grid_code, r.reported_at) ELSE r.grid_code END
  AND c.community_code = CASE WHEN c.grid_code = r.grid_code THEN r.community_code ELSE left(c.grid_code, 12) END
  AND c.county_code = CASE WHEN c.grid_code = r.grid_code THEN r.county_code ELSE left(c.grid_code, 6) END
GROUP BY local_day(r.reported_at);

-- points_since: The same of the days that changed after a version.
SELECT local_day(r.reported_at) - DATE '0001-01-01' + 1, count(*), string_agg(int4send(c.cell_id), ''),
       string_agg(COALESCE(float8send(ST_X(r.geom)), float8send('NaN')), ''),
       string_agg(COALESCE(float8send(ST_Y(r.geom)), float8send('NaN')), '')
FROM count_day AS d
JOIN case_record AS r ON r.reported_at >= d.day::timestamp AT TIME ZONE 'Asia/Shanghai'
  AND r.reported_at < (d.day + 1)::timestamp AT TIME ZONE 'Asia/Shanghai'
JOIN count_cell AS c ON (c.category, c.ledger) = (r.category, r.ledger)
  AND c.grid_code = CASE WHEN (r.channel, r.case_no) IN (SELECT m.channel, m.case_no FROM case_move AS m)
      THEN case_grid_at(r.channel, r.case_no, r.grid_code, r.reported_at) ELSE r.grid_code END
  AND c.community_code = CASE WHEN c.grid_code = r.grid_code THEN r.community_code ELSE left(c.grid_code, 12) END
  AND c.county_code = CASE WHEN c.grid_code = r.grid_code THEN r.county_code ELSE left(c.grid_code, 6) END
WHERE d.version > %(since)s
GROUP BY local_day(r.reported_at);

-- open_due: Open cases by the day they are due.
SELECT due_on - DATE '0001-01-01' + 1 AS due, grid_code, community_code, county_code, category, ledger, open
FROM open_due_count WHERE open > 0 ORDER BY 1, 2, 3, 4, 5, 6;

-- population: People of an area or grid by birth year and sex.
SELECT birth_year, sex, sum(residents)::int AS residents FROM population_count
WHERE starts_with(COALESCE(NULLIF(grid_code, ''), community_code), %(area)s)
GROUP BY birth_year, sex ORDER BY birth_year, sex;

-- house: A building with what names it; no row outside the scope.
SELECT building_id, county_code, community_code, COALESCE(grid_code, '') AS grid_code, estate, name, address
FROM building WHERE building_id = %(building)s;

-- neighbours: The buildings of a grid.
SELECT building_id FROM building WHERE grid_code = %(grid)s ORDER BY building_id;

-- house_stock: Dwellers of some buildings.
SELECT building_id, households, residents FROM building_figure WHERE building_id = ANY(%(buildings)s);

-- house_events: What happened to the cases of some buildings, by the rules of daily_event: the number of the event, its
-- day as an ordinal, building, category and ledger. Event 9 is a case still open, on the day it is due.
WITH mine AS MATERIALIZED (
  SELECT building_id, category, ledger, closed_at IS NULL AS still_open, closed_at <= due_at AS on_time,
         local_day(reported_at) AS reported_on, local_day(accepted_at) AS accepted_on,
         local_day(resolved_at) AS resolved_on, local_day(closed_at) AS closed_on, local_day(due_at) AS due_on
  FROM case_record WHERE building_id = ANY(%(buildings)s)
), happened (event, day, building_id, category, ledger) AS (
  SELECT 0, reported_on, building_id, category, ledger FROM mine
  UNION ALL SELECT 1, accepted_on, building_id, category, ledger FROM mine WHERE accepted_on IS NOT NULL
  UNION ALL SELECT 2, resolved_on, building_id, category, ledger FROM mine WHERE resolved_on IS NOT NULL
  UNION ALL SELECT 3, closed_on, building_id, category, ledger FROM mine WHERE NOT still_open
  UNION ALL SELECT 4, closed_on, building_id, category, ledger FROM mine WHERE on_time
  UNION ALL SELECT 5, due_on + 1, building_id, category, ledger FROM mine WHERE still_open OR closed_on > due_on
  UNION ALL SELECT 6, closed_on, building_id, category, ledger FROM mine WHERE closed_on > due_on
  UNION ALL SELECT 9, due_on, building_id, category, ledger FROM mine WHERE still_open
)
SELECT event, day - DATE '0001-01-01' + 1 AS day, building_id, category, ledger, count(*)::int AS cases
FROM happened GROUP BY event, day, building_id, category, ledger ORDER BY day, building_id, category, ledger, event;

-- house_care: Care households of a building, and those with a visit after a day.
SELECT count(*)::int AS care, count(*) FILTER (WHERE v.last_on > %(due_on)s)::int AS visited
FROM (SELECT DISTINCT county_code, household_id FROM resident WHERE building_id = %(building)s AND care <> '{}') AS c
LEFT JOIN (
  SELECT county_code, household_id, local_day(max(visited_at)) AS last_on
  FROM visit WHERE building_id = %(building)s GROUP BY county_code, household_id
) AS v USING (county_code, household_id);

-- house_people: People of a building by birth year and sex (0 and empty where unknown).
SELECT COALESCE(birth_year, 0) AS birth_year, COALESCE(sex, '') AS sex, count(*)::int AS residents
FROM resident WHERE building_id = %(building)s GROUP BY 1, 2 ORDER BY 1, 2;
