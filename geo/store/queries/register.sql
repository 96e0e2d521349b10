-- areas: Areas with their names; the geometry of communities only, others are not asked by point.
SELECT code, name, level, CASE WHEN level = 'community' THEN geom END AS geom FROM area ORDER BY code;

-- buildings: Every building's names and place.
SELECT building_id, community_code, COALESCE(grid_code, '') AS grid_code, estate, name, address, geom
FROM building
WHERE %(area)s = '' OR starts_with(community_code, left(%(area)s, 12))
ORDER BY county_code, building_id;

-- dwellings: Every door; who lives behind it is not asked.
SELECT dwelling_id, building_id, unit, room
FROM dwelling
WHERE %(area)s = '' OR starts_with(community_code, left(%(area)s, 12));

-- grids: The grids of the plan in force.
SELECT g.grid_code, g.geom
FROM grid AS g
JOIN plan AS p USING (plan_id)
WHERE p.status = 'published' AND p.valid_to IS NULL AND (%(area)s = '' OR starts_with(g.grid_code, %(area)s))
ORDER BY g.grid_code;

-- aliases: Other names of estates and buildings.
SELECT alias, estate, building_id FROM alias ORDER BY alias, estate, building_id;
