-- The load: batches, checkpoints and rejects, and one logged staging table a table of the exchange format (grids have
-- none: linking makes a plan of them). Only the owner's connection comes here; no scope role is granted anything.

CREATE TABLE load_batch (
  batch_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  table_name text NOT NULL,
  source text NOT NULL,
  fingerprint text NOT NULL,
  status text NOT NULL DEFAULT 'running',
  notes jsonb NOT NULL DEFAULT '[]',
  started_at timestamptz NOT NULL DEFAULT now(),
  ended_at timestamptz,
  CONSTRAINT load_batch_status CHECK (status IN ('running', 'done', 'dropped'))
);
COMMENT ON COLUMN load_batch.fingerprint IS 'sha256 of the file, the stated coordinate system and the version of the checks';
-- Usage: has this file been loaded, and has anything changed since.
CREATE INDEX load_batch_table ON load_batch (table_name, fingerprint);

CREATE TABLE load_chunk (
  seq bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
  batch_id bigint NOT NULL REFERENCES load_batch ON DELETE CASCADE,
  chunk_no integer NOT NULL,
  read_count integer NOT NULL,
  accepted_count integer NOT NULL,
  updated_count integer NOT NULL,
  unchanged_count integer NOT NULL,
  rejected_count integer NOT NULL,
  notes jsonb NOT NULL DEFAULT '[]',
  PRIMARY KEY (batch_id, chunk_no),
  CONSTRAINT load_chunk_balance CHECK (read_count = accepted_count + updated_count + unchanged_count + rejected_count)
);
COMMENT ON TABLE load_chunk IS 'checkpoint: written in the transaction that wrote the chunk''s rows';

CREATE TABLE load_state (
  singleton boolean PRIMARY KEY DEFAULT true,
  linked_seq bigint NOT NULL DEFAULT 0,
  figures_seq bigint NOT NULL DEFAULT 0,
  CONSTRAINT load_state_singleton CHECK (singleton)
);
COMMENT ON TABLE load_state IS 'the last chunk that linking and figures have seen: a load killed before them is completed by the next';
INSERT INTO load_state DEFAULT VALUES;

CREATE TABLE load_reject (
  batch_id bigint NOT NULL,
  chunk_no integer NOT NULL,
  line bigint NOT NULL,
  column_name text NOT NULL,
  value text NOT NULL,
  code text NOT NULL,
  FOREIGN KEY (batch_id, chunk_no) REFERENCES load_chunk (batch_id, chunk_no) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED
);
COMMENT ON TABLE load_reject IS 'kept until the batch is done and its rejects file is written, so that a resumed load still reports them all';
-- Usage: rejects of a batch in the order of the file; foreign key.
CREATE INDEX load_reject_batch ON load_reject (batch_id, chunk_no);

-- What the input itself said of a case's or device's place, so that an export gives the input back and not our answer.
ALTER TABLE case_record ADD COLUMN point_given boolean NOT NULL DEFAULT false;
ALTER TABLE case_record ADD COLUMN key_given text NOT NULL DEFAULT '';
ALTER TABLE case_record ADD CONSTRAINT case_record_key_given CHECK (key_given IN ('', 'dwelling', 'building', 'both'));

CREATE TABLE stage_area (line bigint, code text, name text, level text, parent_code text, geom geometry);
CREATE TABLE stage_road (line bigint, road_id text, name text, class text, geom geometry);
CREATE TABLE stage_water (line bigint, water_id text, name text, kind text, geom geometry);
CREATE TABLE stage_building (
  line bigint, building_id text, community_code text, estate text, name text, address text, floors integer, households integer, geom geometry
);
CREATE TABLE stage_alias (line bigint, alias text, estate text, building_id text, note text);
CREATE TABLE stage_dwelling (
  line bigint, dwelling_id text, building_id text, unit text, floor integer, room text, use text, occupancy text
);
CREATE TABLE stage_household (line bigint, household_id text, dwelling_id text);
CREATE TABLE stage_resident (
  line bigint, resident_id text, household_id text, name text, sex text, birth_year integer, phone text, care text[]
);
CREATE TABLE stage_worker (
  line bigint, worker_id text, name text, phone text, role text, grid_code text, from_on date, to_on date
);
CREATE TABLE stage_case (
  line bigint, case_no text, channel text, category text, title text, description text, address text, lon double precision,
  lat double precision, reported_at timestamptz, accepted_at timestamptz, resolved_at timestamptz, closed_at timestamptz,
  ledger text, due_at timestamptz, state text, satisfaction smallint, point_given boolean, key_given text, dwelling_id text, building_id text,
  community_code text, grid_code text, match_status text, match_level text, match_reason text
);
CREATE TABLE stage_visit (
  line bigint, visit_id text, household_id text, worker_id text, visited_at timestamptz, kind text, note text
);
CREATE TABLE stage_device (
  line bigint, device_id text, kind text, dwelling_id text, building_id text, lon double precision, lat double precision, status text
);

-- The load's own tables are the owner's alone.
SELECT secure_table(name::regclass, 'owner')
FROM unnest(ARRAY[
  'load_batch', 'load_chunk', 'load_reject', 'stage_area', 'stage_road', 'stage_water', 'stage_building', 'stage_alias',
  'stage_dwelling', 'stage_household', 'stage_resident', 'stage_worker', 'stage_case', 'stage_visit', 'stage_device'
]) AS name;

-- A device's place: its dwelling's, else its building's, else the community around its point.
CREATE VIEW staged_device WITH (security_invoker = true) AS
SELECT s.device_id, s.kind, s.dwelling_id, COALESCE(d.building_id, s.building_id) AS building_id,
       COALESCE(d.community_code, b.community_code, a.code, '') AS community_code,
       COALESCE(d.county_code, b.county_code, left(a.code, 6), '000000') AS county_code,
       p.geom, COALESCE(s.status, '') AS status
FROM stage_device AS s
LEFT JOIN dwelling AS d ON d.dwelling_id = s.dwelling_id
LEFT JOIN building AS b ON b.building_id = s.building_id
CROSS JOIN LATERAL (SELECT ST_SetSRID(ST_MakePoint(s.lon, s.lat), 4326)::geometry(Point, 4326) AS geom) AS p
LEFT JOIN LATERAL (
  SELECT c.code FROM area AS c
  WHERE c.level = 'community' AND ST_Intersects(c.geom, p.geom)
  ORDER BY c.code
  LIMIT 1
) AS a ON d.dwelling_id IS NULL AND b.building_id IS NULL;

-- A case's row as it will be written: county from the community, a point of its own or of the place found.
CREATE VIEW staged_case WITH (security_invoker = true) AS
SELECT s.channel, s.case_no, COALESCE(NULLIF(left(s.community_code, 6), ''), '000000') AS county_code, s.community_code,
       s.grid_code, s.category, s.ledger, s.title, s.description, s.address,
       ST_SetSRID(ST_MakePoint(s.lon, s.lat), 4326)::geometry(Point, 4326) AS geom,
       s.reported_at, s.accepted_at, s.resolved_at, s.closed_at, s.due_at, s.state, s.satisfaction, s.dwelling_id,
       s.building_id, s.match_status, s.match_level, s.match_reason, s.point_given, s.key_given
FROM stage_case AS s;

SELECT secure_table(name::regclass, 'owner')
FROM unnest(ARRAY[
  'load_batch', 'load_chunk', 'load_state', 'load_reject', 'stage_area', 'stage_road', 'stage_water', 'stage_building',
  'stage_alias', 'stage_dwelling', 'stage_household', 'stage_resident', 'stage_worker', 'stage_case', 'stage_visit', 'stage_device'
]) AS name;
