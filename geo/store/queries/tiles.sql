-- secret: The installation's secret behind tile versions.
SELECT secret FROM tile_secret;

-- versions: How far every layer has changed, and the day figures are of.
SELECT v.layer, v.version, local_day(COALESCE(c.as_of, now())) FROM data_version AS v CROSS JOIN city AS c;

-- grids: Grids of the plan in force.
WITH box AS MATERIALIZED (
  SELECT e AS web, ST_Transform(e, 4326) AS city FROM ST_TileEnvelope(%(z)s, %(x)s, %(y)s) AS e
), tile AS (
  SELECT ST_AsMVTGeom(ST_Transform(g.geom, 3857), b.web, 4096, 64) AS geom, g.grid_code, g.name
  FROM box AS b, grid AS g JOIN plan AS p USING (plan_id)
  WHERE g.geom && b.city AND p.status = 'published' AND p.valid_to IS NULL
)
SELECT ST_AsMVT(tile, 'grids', 4096, 'geom') FROM tile WHERE geom IS NOT NULL;

-- buildings: Buildings with their size; names from the zoom at which they can be read.
WITH box AS MATERIALIZED (
  SELECT e AS web, ST_Transform(e, 4326) AS city FROM ST_TileEnvelope(%(z)s, %(x)s, %(y)s) AS e
), tile AS (
  SELECT ST_AsMVTGeom(ST_Transform(b.geom, 3857), x.web, 4096, 64) AS geom, b.building_id, b.grid_code,
         CASE WHEN %(z)s >= 15 THEN NULLIF(b.estate, '') END AS estate, CASE WHEN %(z)s >= 15 THEN NULLIF(b.name, '') END AS name,
         b.floors, f.households
  FROM box AS x, building AS b LEFT JOIN building_figure AS f USING (county_code, building_id)
  WHERE b.geom && x.city
)
SELECT ST_AsMVT(tile, 'buildings', 4096, 'geom') FROM tile WHERE geom IS NOT NULL;

-- buildings_banded: Buildings for viewers who may not know the count of one house.
WITH box AS MATERIALIZED (
  SELECT e AS web, ST_Transform(e, 4326) AS city FROM ST_TileEnvelope(%(z)s, %(x)s, %(y)s) AS e
), tile AS (
  SELECT ST_AsMVTGeom(ST_Transform(b.geom, 3857), x.web, 4096, 64) AS geom, b.building_id, b.grid_code,
         CASE WHEN %(z)s >= 15 THEN NULLIF(b.estate, '') END AS estate, CASE WHEN %(z)s >= 15 THEN NULLIF(b.name, '') END AS name,
         b.floors
  FROM box AS x, building AS b
  WHERE b.geom && x.city
)
SELECT ST_AsMVT(tile, 'buildings', 4096, 'geom') FROM tile WHERE geom IS NOT NULL;

-- dwellings: A point a building with the number of its dwellings.
WITH box AS MATERIALIZED (
  SELECT e AS web, ST_Transform(e, 4326) AS city FROM ST_TileEnvelope(%(z)s, %(x)s, %(y)s) AS e
), tile AS (
  SELECT ST_AsMVTGeom(ST_Transform(ST_PointOnSurface(b.geom), 3857), x.web, 4096, 0) AS geom, b.building_id, b.grid_code,
         d.dwellings
  FROM box AS x, building AS b
  CROSS JOIN LATERAL (
    SELECT count(*)::int AS dwellings FROM dwelling AS d
    WHERE d.county_code = b.county_code AND d.building_id = b.building_id
  ) AS d
  WHERE b.geom && x.city AND d.dwellings > 0
)
SELECT ST_AsMVT(tile, 'dwellings', 4096, 'geom') FROM tile WHERE geom IS NOT NULL;

-- cases: Open cases that have a point; mark says how urgent one is.
WITH box AS MATERIALIZED (
  SELECT e AS web, ST_Transform(e, 4326) AS city FROM ST_TileEnvelope(%(z)s, %(x)s, %(y)s) AS e
), tile AS (
  SELECT ST_AsMVTGeom(ST_Transform(c.geom, 3857), x.web, 4096, 64) AS geom, c.channel || '/' || c.case_no AS id,
         c.category, c.ledger, c.grid_code, c.building_id,
         CASE WHEN local_day(c.due_at) < %(today)s THEN 'act' WHEN local_day(c.due_at) = %(today)s THEN 'watch' ELSE 'open' END
           AS mark
  FROM box AS x, case_record AS c
  WHERE c.geom && x.city AND c.state <> 'closed'
)
SELECT ST_AsMVT(tile, 'cases', 4096, 'geom') FROM tile WHERE geom IS NOT NULL;

-- devices: Smoke alarms and call buttons, at their point or their building.
WITH box AS MATERIALIZED (
  SELECT e AS web, ST_Transform(e, 4326) AS city FROM ST_TileEnvelope(%(z)s, %(x)s, %(y)s) AS e
), placed AS (
  SELECT d.device_id, d.kind, d.status, d.building_id, d.geom FROM box AS x, device AS d WHERE d.geom && x.city
  UNION ALL
  SELECT d.device_id, d.kind, d.status, d.building_id, ST_PointOnSurface(b.geom)
  FROM box AS x, building AS b JOIN device AS d ON d.building_id = b.building_id
  WHERE b.geom && x.city AND d.geom IS NULL
), tile AS (
  SELECT ST_AsMVTGeom(ST_Transform(p.geom, 3857), x.web, 4096, 64) AS geom, p.device_id AS id, p.kind, p.status, p.building_id
  FROM box AS x, placed AS p
)
SELECT ST_AsMVT(tile, 'devices', 4096, 'geom') FROM tile WHERE geom IS NOT NULL;

-- roads: Roads; small ones from the zoom they are drawn at.
WITH box AS MATERIALIZED (
  SELECT e AS web, ST_Transform(e, 4326) AS city FROM ST_TileEnvelope(%(z)s, %(x)s, %(y)s) AS e
), tile AS (
  SELECT ST_AsMVTGeom(ST_Transform(r.geom, 3857), x.web, 4096, 64) AS geom, r.road_key AS id, NULLIF(r.name, '') AS name, r.class
  FROM box AS x, road AS r
  WHERE r.geom && x.city
    AND (r.class = 'arterial' OR (r.class = 'street' AND %(z)s >= 12) OR (r.class = 'path' AND %(z)s >= 14))
)
SELECT ST_AsMVT(tile, 'roads', 4096, 'geom') FROM tile WHERE geom IS NOT NULL;

-- water: Rivers, other waters and railways.
WITH box AS MATERIALIZED (
  SELECT e AS web, ST_Transform(e, 4326) AS city FROM ST_TileEnvelope(%(z)s, %(x)s, %(y)s) AS e
), tile AS (
  SELECT ST_AsMVTGeom(ST_Transform(w.geom, 3857), x.web, 4096, 64) AS geom, w.water_id AS id, NULLIF(w.name, '') AS name, w.kind
  FROM box AS x, water AS w
  WHERE w.geom && x.city
)
SELECT ST_AsMVT(tile, 'water', 4096, 'geom') FROM tile WHERE geom IS NOT NULL;
