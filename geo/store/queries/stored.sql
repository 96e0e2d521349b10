-- areas: What is stored of divisions, a row for each code asked for and in that order.
SELECT t.parent_code
FROM unnest(%(code)s::text[]) WITH ORDINALITY AS k (code, place)
LEFT JOIN area AS t USING (code)
ORDER BY k.place;

-- roads: What is stored of roads.
SELECT t.name
FROM unnest(%(road_id)s::text[]) WITH ORDINALITY AS k (road_id, place)
LEFT JOIN road AS t USING (road_id)
ORDER BY k.place;

-- buildings: What is stored of buildings.
SELECT t.estate, t.name, t.address, t.floors, t.households
FROM unnest(%(building_id)s::text[]) WITH ORDINALITY AS k (building_id, place)
LEFT JOIN building AS t USING (building_id)
ORDER BY k.place;

-- aliases: What is stored of names people use.
SELECT t.note
FROM unnest(%(alias)s::text[], %(estate)s::text[], %(building_id)s::text[]) WITH ORDINALITY
  AS k (alias, estate, building_id, place)
LEFT JOIN alias AS t USING (alias, estate, building_id)
ORDER BY k.place;

-- dwellings: What is stored of dwellings.
SELECT t.unit, t.floor, t.room, t.use, t.occupancy
FROM unnest(%(dwelling_id)s::text[]) WITH ORDINALITY AS k (dwelling_id, place)
LEFT JOIN dwelling AS t USING (dwelling_id)
ORDER BY k.place;

-- residents: What is stored of residents.
SELECT t.name, t.sex, t.birth_year, t.phone, array_to_string(t.care, ';') AS care
FROM unnest(%(resident_id)s::text[]) WITH ORDINALITY AS k (resident_id, place)
LEFT JOIN resident AS t USING (resident_id)
ORDER BY k.place;

-- grids: What is stored of grids of the plan in force.
SELECT t.name
FROM unnest(%(grid_code)s::text[]) WITH ORDINALITY AS k (grid_code, place)
LEFT JOIN (
  grid AS t JOIN plan AS p ON p.plan_id = t.plan_id AND p.status = 'published' AND p.valid_to IS NULL
) USING (grid_code)
ORDER BY k.place;

-- workers: What is stored of grid workers.
SELECT t.phone, t.from_on AS from, t.to_on AS to
FROM unnest(%(worker_id)s::text[], %(grid_code)s::text[]) WITH ORDINALITY AS k (worker_id, grid_code, place)
LEFT JOIN worker AS t USING (worker_id, grid_code)
ORDER BY k.place;

-- cases: What is stored of cases, with the place their file stated and not the one that was found for them.
SELECT t.title, t.description, t.address,
       CASE WHEN t.point_given THEN ST_X(t.geom) END AS lon, CASE WHEN t.point_given THEN ST_Y(t.geom) END AS lat,
       CASE WHEN t.point_given THEN 'wgs84' END AS crs,
       to_json(t.accepted_at) #>> '{}' AS accepted_at, to_json(t.resolved_at) #>> '{}' AS resolved_at,
       to_json(t.closed_at) #>> '{}' AS closed_at, t.satisfaction,
       CASE WHEN t.key_given IN ('dwelling', 'both') THEN t.dwelling_id END AS dwelling_id,
       CASE WHEN t.key_given IN ('building', 'both') THEN t.building_id END AS building_id
FROM unnest(%(channel)s::text[], %(case_no)s::text[]) WITH ORDINALITY AS k (channel, case_no, place)
LEFT JOIN case_record AS t USING (channel, case_no)
ORDER BY k.place;

-- visits: What is stored of visits.
SELECT t.worker_id, t.kind, t.note
FROM unnest(%(visit_id)s::text[]) WITH ORDINALITY AS k (visit_id, place)
LEFT JOIN visit AS t USING (visit_id)
ORDER BY k.place;

-- devices: What is stored of devices; the building of a dwelling's device is not repeated.
SELECT t.dwelling_id, CASE WHEN t.dwelling_id IS NULL THEN t.building_id END AS building_id, ST_X(t.geom) AS lon,
       ST_Y(t.geom) AS lat, CASE WHEN t.geom IS NOT NULL THEN 'wgs84' END AS crs, t.status
FROM unnest(%(device_id)s::text[]) WITH ORDINALITY AS k (device_id, place)
LEFT JOIN device AS t USING (device_id)
ORDER BY k.place;
