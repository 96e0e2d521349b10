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

-- work: Open cases and care visits due of these communities by building; a case known by its point counts for the
-- nearest building of its community.
WITH place AS MATERIALIZED (
  SELECT b.building_id, b.county_code, b.community_code, b.geom
  FROM building AS b
  WHERE EXISTS (SELECT FROM unnest(%(areas)s::text[]) AS a (code) WHERE starts_with(b.community_code, a.code))
), cared AS (
  SELECT DISTINCT p.building_id, r.county_code, r.household_id
  FROM place AS p
  JOIN resident AS r ON r.county_code = p.county_code AND r.building_id = p.building_id AND r.care <> '{}'
), city_day AS (
  SELECT local_day(COALESCE(as_of, now())) AS today FROM city
), work AS (
  SELECT COALESCE(p.building_id, n.building_id) AS building_id
  FROM case_record AS c
  LEFT JOIN place AS p ON p.building_id = c.building_id AND p.community_code = c.community_code
  LEFT JOIN LATERAL (
    SELECT x.building_id FROM place AS x
    WHERE p.building_id IS NULL AND x.community_code = c.community_code
    ORDER BY x.geom <-> c.geom, x.building_id LIMIT 1
  ) AS n ON c.geom IS NOT NULL
  WHERE c.state <> 'closed' AND c.grid_code <> ''
    AND EXISTS (SELECT FROM unnest(%(areas)s::text[]) AS a (code) WHERE starts_with(c.community_code, a.code))
  UNION ALL
  SELECT d.building_id
  FROM cared AS d CROSS JOIN city_day
  LEFT JOIN LATERAL (
    SELECT local_day(max(v.visited_at)) AS last_on FROM visit AS v WHERE v.household_id = d.household_id
  ) AS v ON true
  WHERE COALESCE(v.last_on, '-infinity') <= city_day.today - %(care_days)s::int
)
SELECT building_id, count(*)::int AS work FROM work WHERE building_id IS NOT NULL GROUP BY 1 ORDER BY 1;

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
SELECT name, kind, ST_AsBinary(geom) AS geom
FROM water AS w
WHERE EXISTS (
  SELECT FROM area AS a JOIN unnest(%(areas)s::text[]) AS p (code) ON starts_with(a.code, p.code)
  WHERE a.level = 'community' AND a.geom && w.geom
)
ORDER BY water_id;

-- metric_epsg: The city's one metric system.
SELECT metric_epsg FROM city;
