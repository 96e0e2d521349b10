-- areas_copy: Areas in.
COPY stage_area (line, code, name, level, parent_code, geom) FROM STDIN (FORMAT csv);

-- areas_update: Areas that differ from the loaded ones.
UPDATE area AS t
SET name = s.name, level = s.level, parent_code = s.parent_code, geom = s.geom
FROM stage_area AS s
WHERE t.code = s.code
  AND (t.name, t.level, t.parent_code, t.geom) IS DISTINCT FROM (s.name, s.level, s.parent_code, s.geom);

-- areas_insert: New areas.
INSERT INTO area (code, name, level, parent_code, geom)
SELECT s.code, s.name, s.level, s.parent_code, s.geom
FROM stage_area AS s
WHERE NOT EXISTS (SELECT FROM area AS t WHERE t.code = s.code);

-- roads_copy: Roads in.
COPY stage_road (line, road_id, name, class, geom) FROM STDIN (FORMAT csv);

-- roads_update: Roads that differ.
UPDATE road AS t
SET name = s.name, class = s.class, geom = s.geom
FROM stage_road AS s
WHERE t.road_id = s.road_id AND (t.name, t.class, t.geom) IS DISTINCT FROM (s.name, s.class, s.geom);

-- roads_insert: New roads.
INSERT INTO road (road_id, name, class, geom)
SELECT s.road_id, s.name, s.class, s.geom
FROM stage_road AS s
WHERE NOT EXISTS (SELECT FROM road AS t WHERE t.road_id = s.road_id);

-- water_copy: Water and railways in.
COPY stage_water (line, water_id, name, kind, geom) FROM STDIN (FORMAT csv);

-- water_update: Nothing: the key is made of all that a row says.
UPDATE water AS t SET name = s.name FROM stage_water AS s WHERE t.water_id = s.water_id AND t.name <> s.name;

-- water_insert: New water.
INSERT INTO water (water_id, name, kind, geom)
SELECT s.water_id, s.name, s.kind, s.geom
FROM stage_water AS s
WHERE NOT EXISTS (SELECT FROM water AS t WHERE t.water_id = s.water_id);

-- buildings_copy: Buildings in.
COPY stage_building (line, building_id, community_code, estate, name, address, floors, households, geom)
FROM STDIN (FORMAT csv);

-- buildings_orphans: Buildings of a community that is not there.
DELETE FROM stage_building AS s
WHERE NOT EXISTS (SELECT FROM area AS a WHERE a.code = s.community_code AND a.level = 'community')
RETURNING s.line, 'community_code', s.community_code;

-- buildings_update: Buildings that differ; one that moves to another county moves to its partition, and its rows follow.
UPDATE building AS t
SET community_code = s.community_code, county_code = left(s.community_code, 6), estate = s.estate, name = s.name,
    address = s.address, floors = s.floors, households = s.households, geom = s.geom
FROM stage_building AS s
WHERE t.building_id = s.building_id
  AND (t.community_code, t.estate, t.name, t.address, t.floors, t.households, t.geom)
      IS DISTINCT FROM (s.community_code, s.estate, s.name, s.address, s.floors, s.households, s.geom);

-- buildings_insert: New buildings.
INSERT INTO building (building_id, community_code, county_code, estate, name, address, floors, households, geom)
SELECT s.building_id, s.community_code, left(s.community_code, 6), s.estate, s.name, s.address, s.floors, s.households, s.geom
FROM stage_building AS s
WHERE NOT EXISTS (SELECT FROM building AS t WHERE t.building_id = s.building_id);

-- buildings_follow_dwellings: Dwellings repeat their building's community.
UPDATE dwelling AS d
SET community_code = b.community_code
FROM stage_building AS s
JOIN building AS b ON b.building_id = s.building_id
WHERE d.building_id = b.building_id AND d.community_code <> b.community_code;

-- buildings_follow_households: Households repeat their building's community.
UPDATE household AS d
SET community_code = b.community_code
FROM stage_building AS s
JOIN building AS b ON b.building_id = s.building_id
WHERE d.building_id = b.building_id AND d.community_code <> b.community_code;

-- buildings_follow_residents: Residents repeat their building's community.
UPDATE resident AS d
SET community_code = b.community_code
FROM stage_building AS s
JOIN building AS b ON b.building_id = s.building_id
WHERE d.building_id = b.building_id AND d.community_code <> b.community_code;

-- buildings_follow_visits: Visits repeat their building's community.
UPDATE visit AS d
SET community_code = b.community_code
FROM stage_building AS s
JOIN building AS b ON b.building_id = s.building_id
WHERE d.building_id = b.building_id AND d.community_code <> b.community_code;

-- buildings_follow_devices: Devices repeat their building's community.
UPDATE device AS d
SET community_code = b.community_code, county_code = b.county_code
FROM stage_building AS s
JOIN building AS b ON b.building_id = s.building_id
WHERE d.building_id = b.building_id AND d.community_code <> b.community_code;

-- aliases_copy: Names people use in.
COPY stage_alias (line, alias, estate, building_id, note) FROM STDIN (FORMAT csv);

-- aliases_orphans: Aliases of a building that is not there.
DELETE FROM stage_alias AS s
WHERE s.building_id <> '' AND NOT EXISTS (SELECT FROM building AS b WHERE b.building_id = s.building_id)
RETURNING s.line, 'building_id', s.building_id;

-- aliases_update: Aliases whose note differs.
UPDATE alias AS t
SET note = s.note
FROM stage_alias AS s
WHERE (t.alias, t.estate, t.building_id) = (s.alias, s.estate, s.building_id) AND t.note <> s.note;

-- aliases_insert: New aliases.
INSERT INTO alias (alias, estate, building_id, note)
SELECT s.alias, s.estate, s.building_id, s.note
FROM stage_alias AS s
WHERE NOT EXISTS (
  SELECT FROM alias AS t WHERE (t.alias, t.estate, t.building_id) = (s.alias, s.estate, s.building_id)
);

-- workers_copy: Grid workers in.
COPY stage_worker (line, worker_id, name, phone, role, grid_code, from_on, to_on) FROM STDIN (FORMAT csv);

-- workers_orphans: Workers of a grid that is not in the plan in force.
DELETE FROM stage_worker AS s
WHERE NOT EXISTS (
  SELECT FROM grid AS g
  JOIN plan AS p ON p.plan_id = g.plan_id AND p.status = 'published' AND p.valid_to IS NULL
  WHERE g.grid_code = s.grid_code
)
RETURNING s.line, 'grid_code', s.grid_code;

-- workers_update: Workers that differ.
UPDATE worker AS t
SET name = s.name, phone = s.phone, role = s.role, from_on = s.from_on, to_on = s.to_on
FROM stage_worker AS s
WHERE t.worker_id = s.worker_id AND t.grid_code = s.grid_code
  AND (t.name, t.phone, t.role, t.from_on, t.to_on) IS DISTINCT FROM (s.name, s.phone, s.role, s.from_on, s.to_on);

-- workers_insert: New workers.
INSERT INTO worker (worker_id, name, phone, role, grid_code, from_on, to_on)
SELECT s.worker_id, s.name, s.phone, s.role, s.grid_code, s.from_on, s.to_on
FROM stage_worker AS s
WHERE NOT EXISTS (SELECT FROM worker AS t WHERE t.worker_id = s.worker_id AND t.grid_code = s.grid_code);

-- devices_copy: Devices in.
COPY stage_device (line, device_id, kind, dwelling_id, building_id, lon, lat, status) FROM STDIN (FORMAT csv);

-- devices_orphans: Devices of a dwelling or building that is not there.
DELETE FROM stage_device AS s
WHERE (s.dwelling_id IS NOT NULL AND NOT EXISTS (SELECT FROM dwelling AS d WHERE d.dwelling_id = s.dwelling_id))
   OR (s.building_id IS NOT NULL AND NOT EXISTS (SELECT FROM building AS b WHERE b.building_id = s.building_id))
RETURNING s.line, CASE WHEN s.dwelling_id IS NULL THEN 'building_id' ELSE 'dwelling_id' END, COALESCE(s.dwelling_id, s.building_id);

-- devices_update: Devices that differ.
UPDATE device AS t
SET kind = n.kind, dwelling_id = n.dwelling_id, building_id = n.building_id, community_code = n.community_code,
    county_code = n.county_code, geom = n.geom, status = n.status
FROM staged_device AS n
WHERE t.device_id = n.device_id
  AND (t.kind, t.dwelling_id, t.building_id, t.community_code, t.geom, t.status)
      IS DISTINCT FROM (n.kind, n.dwelling_id, n.building_id, n.community_code, n.geom, n.status);

-- devices_insert: New devices.
INSERT INTO device (device_id, kind, dwelling_id, building_id, community_code, county_code, geom, status)
SELECT n.device_id, n.kind, n.dwelling_id, n.building_id, n.community_code, n.county_code, n.geom, n.status
FROM staged_device AS n
WHERE NOT EXISTS (SELECT FROM device AS t WHERE t.device_id = n.device_id);
