-- moment: what now is for the city's figures (the demo's own moment, else the clock), and the city's name
SELECT COALESCE(as_of, now()) AS at, name, demo, as_of IS NOT NULL AS fixed FROM city;

-- areas: the areas with the given codes, the widest first
SELECT code, name, level FROM area WHERE code = ANY(%(codes)s) ORDER BY length(code);

-- grid_ages: people of a grid by birth year and sex, without a resident row
SELECT birth_year, sex, sum(residents)::int AS residents FROM population_count
WHERE grid_code = %(grid_code)s GROUP BY birth_year, sex;

-- grid: one grid of the plan in force with its stock; no row outside the scope
SELECT g.grid_code, g.community_code, g.name, p.name AS plan_name, p.valid_from, p.provisional,
  ST_AsGeoJSON(g.geom, 6)::json AS geometry, ST_Area(g.geom::geography) AS area_m2,
  COALESCE(f.buildings, 0) AS buildings, COALESCE(f.dwellings, 0) AS dwellings, COALESCE(f.households, 0) AS households,
  COALESCE(f.residents, 0) AS residents, COALESCE(f.care_households, 0) AS care_households
FROM grid g
JOIN plan p ON p.plan_id = g.plan_id AND p.status = 'published' AND p.valid_to IS NULL
LEFT JOIN grid_figure f ON f.grid_code = g.grid_code AND f.community_code = g.community_code
WHERE g.grid_code = %(grid_code)s;

-- grid_name: name of a grid of the plan in force
SELECT g.name FROM grid g JOIN plan p ON p.plan_id = g.plan_id AND p.status = 'published' AND p.valid_to IS NULL
WHERE g.grid_code = %(grid_code)s;

-- grid_visits: households of a grid by how their clocks stand, without a household row
SELECT COALESCE(sum(households) FILTER (WHERE care AND (last_visit_on IS NULL OR last_visit_on < %(care_due_on)s)), 0)::int
    AS overdue,
  COALESCE(sum(households) FILTER (WHERE care AND last_visit_on = %(care_due_on)s), 0)::int AS due_today,
  COALESCE(sum(households) FILTER (WHERE last_visit_on >= %(sweep_from_on)s), 0)::int AS swept,
  COALESCE(sum(households), 0)::int AS households
FROM visit_day WHERE grid_code = %(grid_code)s;

-- grid_workers: who works in a grid on a day, the captain first
SELECT name, phone, role FROM worker
WHERE grid_code = %(grid_code)s AND (from_on IS NULL OR from_on <= %(today)s) AND (to_on IS NULL OR to_on >= %(today)s)
ORDER BY array_position(ARRAY['captain', 'worker', 'assistant', 'volunteer'], role), name;

-- grid_open_count: open cases of a grid from the counts, for roles that read no single case
SELECT COALESCE(sum(open), 0)::int AS open_cases FROM open_due_count WHERE grid_code = %(grid_code)s;

-- grid_cases: open cases of a grid, nearest deadline first
SELECT c.channel, c.case_no, k.name_zh, k.name_en, k.dispute, c.ledger, c.title, c.state, c.due_at,
  c.building_id, b.estate, b.name AS building, d.unit, d.room
FROM case_record c
JOIN category k ON k.code = c.category
LEFT JOIN building b ON b.building_id = c.building_id AND b.county_code = c.county_code
LEFT JOIN dwelling d ON d.dwelling_id = c.dwelling_id AND d.county_code = c.county_code
WHERE c.grid_code = %(grid_code)s AND c.state <> 'closed'
ORDER BY c.due_at, c.channel, c.case_no;

-- building_cases: open cases of a building, nearest deadline first
SELECT c.channel, c.case_no, k.name_zh, k.name_en, k.dispute, c.ledger, c.title, c.state, c.due_at,
  c.building_id, '' AS estate, '' AS building, d.unit, d.room
FROM case_record c
JOIN category k ON k.code = c.category
LEFT JOIN dwelling d ON d.dwelling_id = c.dwelling_id AND d.county_code = c.county_code
WHERE c.building_id = %(building_id)s AND c.state <> 'closed'
ORDER BY c.due_at, c.channel, c.case_no;

-- grid_buildings: buildings of a grid as everybody of the scope may know them
SELECT b.building_id, b.estate, b.name, b.address, b.floors, ST_AsGeoJSON(b.geom, 6)::json AS geometry,
  count(d.dwelling_id)::int AS dwellings, count(DISTINCT d.unit)::int AS units
FROM building b
LEFT JOIN dwelling d ON d.building_id = b.building_id AND d.county_code = b.county_code
WHERE b.grid_code = %(grid_code)s
GROUP BY b.county_code, b.building_id;

-- building_alone: a building that lies in no grid, with the same columns
SELECT b.building_id, b.estate, b.name, b.address, b.floors, ST_AsGeoJSON(b.geom, 6)::json AS geometry,
  count(d.dwelling_id)::int AS dwellings, count(DISTINCT d.unit)::int AS units
FROM building b
LEFT JOIN dwelling d ON d.building_id = b.building_id AND d.county_code = b.county_code
WHERE b.building_id = %(building_id)s AND b.county_code = %(county_code)s
GROUP BY b.county_code, b.building_id;

-- building_stock: households and people of buildings, as the load counts or states them; not for the wall
SELECT building_id, households, residents FROM building_figure WHERE building_id = ANY(%(buildings)s);

-- households: households of some buildings with their last visit and care, for roles that see persons
WITH people AS (
  SELECT household_id, count(*)::int AS residents, string_agg(array_to_string(care, ';'), ';') AS care
  FROM resident WHERE building_id = ANY(%(buildings)s) GROUP BY household_id
), last AS (
  SELECT household_id, max(visited_at)::date AS last_visit_on
  FROM visit WHERE building_id = ANY(%(buildings)s) AND visited_at <= %(at)s GROUP BY household_id
)
SELECT h.building_id, h.dwelling_id, d.unit, d.floor, d.room, l.last_visit_on,
  COALESCE(p.residents, 0) AS residents, COALESCE(p.care, '') AS care
FROM household h
JOIN dwelling d ON d.dwelling_id = h.dwelling_id AND d.county_code = h.county_code
LEFT JOIN people p ON p.household_id = h.household_id
LEFT JOIN last l ON l.household_id = h.household_id
WHERE h.building_id = ANY(%(buildings)s)
ORDER BY h.building_id, h.dwelling_id, h.household_id;

-- building: one building; no row outside the scope
SELECT b.building_id, b.community_code, b.county_code, b.grid_code, b.name
FROM building b WHERE b.building_id = %(building_id)s;

-- building_dwellings: dwellings of a building
SELECT dwelling_id, unit, floor, room, use, occupancy FROM dwelling
WHERE building_id = %(building_id)s AND county_code = %(county_code)s
ORDER BY dwelling_id;

-- building_ages: people of a building by birth year and sex
SELECT birth_year, sex, count(*)::int AS residents FROM resident
WHERE building_id = %(building_id)s AND county_code = %(county_code)s
GROUP BY birth_year, sex;

-- building_visits: visits of a building since a moment, newest first
SELECT v.visited_at, v.kind, v.household_id, d.unit, d.room
FROM visit v
JOIN household h ON h.household_id = v.household_id AND h.county_code = v.county_code
JOIN dwelling d ON d.dwelling_id = h.dwelling_id AND d.county_code = h.county_code
WHERE v.building_id = %(building_id)s AND v.county_code = %(county_code)s
  AND v.visited_at > %(since)s AND v.visited_at <= %(at)s
ORDER BY v.visited_at DESC, v.visit_id;

-- dwelling_households: keys of the households of one dwelling; twins are dwellings of one unit and room, told apart
SELECT h.household_id FROM household h
WHERE h.dwelling_id = (
  SELECT dwelling_id FROM dwelling
  WHERE building_id = %(building_id)s AND unit = %(unit)s AND room = %(room)s
  ORDER BY dwelling_id OFFSET %(twin)s LIMIT 1
)
ORDER BY h.household_id;

-- open_household: the people of one household; the database writes the audit row before it answers
SELECT * FROM open_household(%(household_id)s, %(reason)s, %(actor)s);
