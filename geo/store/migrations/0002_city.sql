-- The city itself: areas (区划), roads, water, buildings (楼栋), plans and grids (网格).
-- Tables that grow with the population are partitioned by county; create_county() makes a county's partitions.

CREATE TABLE city (
  singleton boolean PRIMARY KEY DEFAULT true,
  name text NOT NULL DEFAULT '',
  demo boolean NOT NULL DEFAULT false,
  demo_size text NOT NULL DEFAULT '',
  metric_epsg integer,
  as_of timestamptz,
  CONSTRAINT city_singleton CHECK (singleton)
);
COMMENT ON COLUMN city.as_of IS 'the moment figures are of: the demo''s own, NULL for a live city (now)';
INSERT INTO city DEFAULT VALUES;

CREATE TABLE data_version (
  layer text PRIMARY KEY,
  version bigint NOT NULL DEFAULT 1,
  changed_at timestamptz NOT NULL DEFAULT now()
);
INSERT INTO data_version (layer)
VALUES ('areas'), ('roads'), ('water'), ('buildings'), ('dwellings'), ('households'), ('residents'), ('grids'),
       ('workers'), ('cases'), ('visits'), ('devices'), ('aliases');

CREATE TABLE category (
  code text PRIMARY KEY,
  name_zh text NOT NULL,
  name_en text NOT NULL,
  dispute boolean NOT NULL,
  ledger text NOT NULL,
  sort_order integer NOT NULL DEFAULT 0,
  CONSTRAINT category_ledger CHECK (ledger IN ('immediate', 'time_limited', 'special', 'promised', 'agency'))
);

CREATE TABLE area (
  code text PRIMARY KEY,
  name text NOT NULL,
  level text NOT NULL,
  parent_code text NOT NULL DEFAULT '',
  geom geometry(MultiPolygon, 4326),
  CONSTRAINT area_level CHECK (level IN ('city', 'county', 'subdistrict', 'community')),
  CONSTRAINT area_code_digits CHECK (
    code ~ '^[0-9]+$' AND length(code) = CASE level WHEN 'city' THEN 4 WHEN 'county' THEN 6 WHEN 'subdistrict' THEN 9 ELSE 12 END
  ),
  CONSTRAINT area_community_geometry CHECK (level <> 'community' OR geom IS NOT NULL)
);
-- Usage: point in community, communities of a map view.
CREATE INDEX area_geom ON area USING gist (geom);
-- Usage: children of an area in the drill-down.
CREATE INDEX area_parent ON area (parent_code);

CREATE TABLE road (
  road_key bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  road_id text NOT NULL UNIQUE,
  name text NOT NULL DEFAULT '',
  class text NOT NULL,
  geom geometry(MultiLineString, 4326) NOT NULL,
  CONSTRAINT road_class CHECK (class IN ('arterial', 'street', 'path'))
);
-- Usage: road tiles.
CREATE INDEX road_geom ON road USING gist (geom);

CREATE TABLE water (
  water_id text PRIMARY KEY,
  name text NOT NULL DEFAULT '',
  kind text NOT NULL DEFAULT 'other',
  geom geometry(Geometry, 4326) NOT NULL,
  CONSTRAINT water_kind CHECK (kind IN ('river', 'rail', 'other'))
);
COMMENT ON COLUMN water.water_id IS 'hash of name, kind and geometry: the exchange format gives water no key';
-- Usage: water tiles.
CREATE INDEX water_geom ON water USING gist (geom);

CREATE TABLE building (
  building_id text NOT NULL,
  community_code text NOT NULL,
  county_code text NOT NULL,
  subdistrict_code text NOT NULL GENERATED ALWAYS AS (left(community_code, 9)) STORED,
  grid_code text,
  estate text NOT NULL DEFAULT '',
  name text NOT NULL DEFAULT '',
  address text NOT NULL DEFAULT '',
  floors integer,
  households integer,
  geom geometry(Geometry, 4326) NOT NULL,
  PRIMARY KEY (county_code, building_id),
  CONSTRAINT building_county CHECK (county_code = left(community_code, 6)),
  CONSTRAINT building_floors CHECK (floors BETWEEN 0 AND 200),
  CONSTRAINT building_households CHECK (households >= 0)
) PARTITION BY LIST (county_code);
COMMENT ON COLUMN building.grid_code IS 'grid of the plan in force; assignment keeps every plan''s';
COMMENT ON COLUMN building.households IS 'stated count, used where there is no household of the building in the table';
-- Usage: a building by its key alone.
CREATE INDEX building_id ON building (building_id);
-- Usage: buildings of a grid; the grid policy.
CREATE INDEX building_grid ON building (grid_code);
-- Usage: buildings of a community and of a sub-district.
CREATE INDEX building_community ON building (community_code);
-- Usage: building tiles, building under a point.
CREATE INDEX building_geom ON building USING gist (geom);
-- Usage: buildings of an estate when an address is matched.
CREATE INDEX building_estate ON building (estate);

CREATE TABLE alias (
  alias text NOT NULL,
  estate text NOT NULL DEFAULT '',
  building_id text NOT NULL DEFAULT '',
  note text NOT NULL DEFAULT '',
  PRIMARY KEY (alias, estate, building_id),
  CONSTRAINT alias_target CHECK (estate <> '' OR building_id <> '')
);

CREATE TABLE plan (
  plan_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name text NOT NULL DEFAULT '',
  status text NOT NULL,
  provisional boolean NOT NULL DEFAULT false,
  base_plan_id bigint REFERENCES plan,
  standards jsonb NOT NULL DEFAULT '{}',
  created_by text NOT NULL DEFAULT '',
  created_at timestamptz NOT NULL DEFAULT now(),
  reviewed_by text,
  reviewed_at timestamptz,
  published_by text,
  valid_from timestamptz,
  valid_to timestamptz,
  CONSTRAINT plan_status CHECK (status IN ('draft', 'reviewed', 'published')),
  CONSTRAINT plan_second_person CHECK (published_by IS NULL OR published_by <> created_by OR created_by IN ('', 'load')),
  CONSTRAINT plan_validity CHECK (valid_to IS NULL OR valid_to > valid_from)
);
COMMENT ON COLUMN plan.provisional IS 'one grid a community, made because no plan was loaded';
-- Usage: at most one plan is in force.
CREATE UNIQUE INDEX plan_in_force ON plan ((true)) WHERE status = 'published' AND valid_to IS NULL;

CREATE TABLE grid (
  plan_id bigint NOT NULL REFERENCES plan ON DELETE CASCADE,
  grid_code text NOT NULL,
  community_code text NOT NULL,
  county_code text NOT NULL GENERATED ALWAYS AS (left(community_code, 6)) STORED,
  subdistrict_code text NOT NULL GENERATED ALWAYS AS (left(community_code, 9)) STORED,
  name text NOT NULL DEFAULT '',
  geom geometry(MultiPolygon, 4326) NOT NULL,
  PRIMARY KEY (plan_id, grid_code),
  CONSTRAINT grid_code_digits CHECK (grid_code ~ '^[0-9]{15}$'),
  CONSTRAINT grid_community CHECK (left(grid_code, 12) = community_code)
);
-- Usage: grid under a point, grid tiles.
CREATE INDEX grid_geom ON grid USING gist (geom);
-- Usage: grids of a community.
CREATE INDEX grid_community_code ON grid (community_code);

CREATE TABLE assignment (
  plan_id bigint NOT NULL REFERENCES plan ON DELETE CASCADE,
  building_id text NOT NULL,
  county_code text NOT NULL,
  grid_code text NOT NULL,
  PRIMARY KEY (plan_id, building_id),
  FOREIGN KEY (plan_id, grid_code) REFERENCES grid (plan_id, grid_code) ON DELETE CASCADE,
  FOREIGN KEY (county_code, building_id) REFERENCES building (county_code, building_id) ON UPDATE CASCADE ON DELETE CASCADE
);
-- Usage: buildings of a plan's grid.
CREATE INDEX assignment_grid ON assignment (plan_id, grid_code);

CREATE TABLE worker (
  worker_id text NOT NULL,
  name text NOT NULL,
  phone text NOT NULL DEFAULT '',
  role text NOT NULL,
  grid_code text NOT NULL,
  from_on date,
  to_on date,
  PRIMARY KEY (worker_id, grid_code),
  CONSTRAINT worker_role CHECK (role IN ('captain', 'worker', 'assistant', 'volunteer')),
  CONSTRAINT worker_grid_code CHECK (grid_code ~ '^[0-9]{15}$'),
  CONSTRAINT worker_period CHECK (to_on IS NULL OR from_on IS NULL OR to_on >= from_on)
);
COMMENT ON TABLE worker IS 'grid workers (网格员): name and duty phone are public to those who see the grid';
-- Usage: captain and workers of a grid.
CREATE INDEX worker_grid ON worker (grid_code);
