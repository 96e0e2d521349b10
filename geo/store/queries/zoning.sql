-- areas: Communities by the beginning of their codes.
SELECT code, level, ST_AsBinary(geom) AS geom
FROM area
WHERE level = 'community' AND EXISTS (SELECT FROM unnest(%(areas)s::text[]) AS a (code) WHERE starts_with(area.code, a.code))
ORDER BY code;

-- buildings: Buildings of these communities; the grid is that of the plan in force, empty where that is provisional.
SELECT b.building_id, b.community_code, COALESCE(f.households, b.households, 0) AS households,
       COALESCE(f.residents, 0) AS persons, COALESCE(g.grid_code, '') AS grid_code, ST_AsBinary(b.geom) AS geom
FROM building AS b
LEFT JOIN building_figure AS f ON f.county_code = b.county_code AND f.building_id = b.building_id
LEFT JOIN plan AS p ON p.status = 'published' AND p.valid_to IS NULL
LEFT JOIN grid AS g ON g.plan_id = p.plan_id AND g.grid_code = b.grid_code AND NOT g.provisional
WHERE EXISTS (SELECT FROM unnest(%(areas)s::text[]) AS a (code) WHERE starts_with(b.community_code, a.code))
ORDER BY b.building_id;

-- grids: Drawn grids of the plan in force in these communities.
SELECT g.grid_code, g.community_code, ST_AsBinary(g.geom) AS geom
FROM grid AS g
JOIN plan AS p ON p.plan_id = g.plan_id AND p.status = 'published' AND p.valid_to IS NULL
WHERE NOT g.provisional
  AND EXISTS (SELECT FROM unnest(%(areas)s::text[]) AS a (code) WHERE starts_with(g.community_code, a.code))
ORDER BY g.grid_code;

-- used_codes: Every code a grid of these communities ever had.
SELECT DISTINCT g.grid_code
FROM grid AS g
WHERE EXISTS (SELECT FROM unnest(%(areas)s::text[]) AS a (code) WHERE starts_with(g.community_code, a.code))
ORDER BY 1;

-- roads: Roads that touch these communities.
SELECT class, ST_AsBinary(geom) AS geom
FROM road AS r
WHERE EXISTS (
  SELECT FROM area AS a JOIN unnest(%(areas)s::text[]) AS p (code) ON starts_with(a.code, p.code)
  WHERE a.level = 'community' AND a.geom && r.geom
)
ORDER BY road_id;

-- water: Water and railways that touch these communities.
SELECT kind, ST_AsBinary(geom) AS geom
FROM water AS w
WHERE EXISTS (
  SELECT FROM area AS a JOIN unnest(%(areas)s::text[]) AS p (code) ON starts_with(a.code, p.code)
  WHERE a.level = 'community' AND a.geom && w.geom
)
ORDER BY water_id;

-- metric_epsg: The city's one metric system.
SELECT metric_epsg FROM city;
