-- holds: A grid, or areas of this code or below it: not every city lists its counties.
SELECT EXISTS (SELECT FROM area WHERE starts_with(code, %(area)s))
    OR EXISTS (SELECT FROM grid WHERE grid_code = %(area)s);

-- areas: Areas inside the chosen one, as loaded; around a grid its community.
SELECT code, name, level, parent_code, ST_AsBinary(geom) AS geometry
FROM area
WHERE starts_with(code, left(%(area)s, 12))
ORDER BY code;

-- roads: Roads that touch the chosen area.
SELECT road_id, name, class, ST_AsBinary(geom) AS geometry
FROM road AS r
WHERE %(area)s = ''
   OR EXISTS (
     SELECT FROM area AS a
     WHERE a.level = 'community' AND starts_with(a.code, left(%(area)s, 12)) AND ST_Intersects(a.geom, r.geom)
   )
ORDER BY road_id;

-- water: Water and railways that touch the chosen area.
SELECT name, kind, ST_AsBinary(geom) AS geometry
FROM water AS w
WHERE %(area)s = ''
   OR EXISTS (
     SELECT FROM area AS a
     WHERE a.level = 'community' AND starts_with(a.code, left(%(area)s, 12)) AND ST_Intersects(a.geom, w.geom)
   )
ORDER BY water_id;

-- buildings: Buildings of the chosen area.
SELECT building_id, community_code, estate, name, address, floors, households, ST_AsBinary(geom) AS geometry
FROM building
WHERE starts_with(community_code, %(area)s) OR grid_code = %(area)s
ORDER BY building_id;

-- grids: Drawn grids of the plan in force; a provisional one was never drawn and is not exported.
SELECT g.grid_code, g.name, g.community_code, ST_AsBinary(g.geom) AS geometry
FROM grid AS g
JOIN plan AS p ON p.plan_id = g.plan_id AND p.status = 'published' AND p.valid_to IS NULL
WHERE NOT g.provisional AND starts_with(g.grid_code, %(area)s)
ORDER BY g.grid_code;

-- aliases: Names of the estates and buildings of the chosen area.
SELECT alias, estate, building_id, note
FROM alias AS t
WHERE %(area)s = ''
   OR EXISTS (
     SELECT FROM building AS b
     WHERE (b.building_id = t.building_id OR b.estate <> '' AND b.estate = t.estate)
       AND (starts_with(b.community_code, %(area)s) OR b.grid_code = %(area)s)
   )
ORDER BY alias, estate, building_id;

-- dwellings: Dwellings of the chosen area.
SELECT d.dwelling_id, d.building_id, d.unit, d.floor, d.room, d.use, d.occupancy
FROM dwelling AS d
WHERE starts_with(d.community_code, %(area)s)
   OR d.building_id IN (SELECT b.building_id FROM building AS b WHERE b.grid_code = %(area)s)
ORDER BY d.dwelling_id;

-- households: Households of the chosen area.
SELECT h.household_id, h.dwelling_id
FROM household AS h
WHERE starts_with(h.community_code, %(area)s)
   OR h.building_id IN (SELECT b.building_id FROM building AS b WHERE b.grid_code = %(area)s)
ORDER BY h.household_id;

-- residents: Residents of the chosen area.
SELECT r.resident_id, r.household_id, r.name, r.sex, r.birth_year, r.phone, array_to_string(r.care, ';') AS care
FROM resident AS r
WHERE starts_with(r.community_code, %(area)s)
   OR r.building_id IN (SELECT b.building_id FROM building AS b WHERE b.grid_code = %(area)s)
ORDER BY r.resident_id;

-- workers: Grid workers of the chosen area.
SELECT worker_id, name, phone, role, grid_code, from_on AS from, to_on AS to
FROM worker
WHERE starts_with(grid_code, %(area)s)
ORDER BY worker_id, grid_code;

-- cases: Cases of the chosen area, with the place their file stated and not the one that was found for them.
SELECT case_no, channel, category, title, description, address,
       CASE WHEN point_given THEN ST_X(geom) END AS lon, CASE WHEN point_given THEN ST_Y(geom) END AS lat,
       CASE WHEN point_given THEN 'wgs84' END AS crs,
       to_json(reported_at) #>> '{}' AS reported_at, to_json(accepted_at) #>> '{}' AS accepted_at,
       to_json(resolved_at) #>> '{}' AS resolved_at, to_json(closed_at) #>> '{}' AS closed_at, ledger, satisfaction,
       CASE WHEN key_given IN ('dwelling', 'both') THEN dwelling_id END AS dwelling_id,
       CASE WHEN key_given IN ('building', 'both') THEN building_id END AS building_id
FROM case_record
WHERE starts_with(community_code, %(area)s) OR grid_code = %(area)s
ORDER BY channel, case_no;

-- visits: Visits of the chosen area.
SELECT v.visit_id, v.household_id, v.worker_id, to_json(v.visited_at) #>> '{}' AS visited_at, v.kind, v.note
FROM visit AS v
WHERE starts_with(v.community_code, %(area)s)
   OR v.building_id IN (SELECT b.building_id FROM building AS b WHERE b.grid_code = %(area)s)
ORDER BY v.visit_id;

-- devices: Devices of the chosen area; the building of a dwelling's device is not repeated.
SELECT e.device_id, e.kind, e.dwelling_id, CASE WHEN e.dwelling_id IS NULL THEN e.building_id END AS building_id,
       ST_X(e.geom) AS lon, ST_Y(e.geom) AS lat, CASE WHEN e.geom IS NOT NULL THEN 'wgs84' END AS crs, e.status
FROM device AS e
WHERE starts_with(e.community_code, %(area)s)
   OR e.building_id IN (SELECT b.building_id FROM building AS b WHERE b.grid_code = %(area)s)
ORDER BY e.device_id;
