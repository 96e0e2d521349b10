-- Cases (事件/矛盾纠纷), their history, and the stock figures of grids. The daily counts are in 0030.

CREATE TABLE case_record (
  channel text NOT NULL,
  case_no text NOT NULL,
  county_code text NOT NULL DEFAULT '000000',
  community_code text NOT NULL DEFAULT '',
  subdistrict_code text NOT NULL GENERATED ALWAYS AS (left(community_code, 9)) STORED,
  grid_code text NOT NULL DEFAULT '',
  category text NOT NULL REFERENCES category (code),
  ledger text NOT NULL,
  title text NOT NULL DEFAULT '',
  description text NOT NULL DEFAULT '',
  address text NOT NULL DEFAULT '',
  geom geometry(Point, 4326),
  reported_at timestamptz NOT NULL,
  accepted_at timestamptz,
  resolved_at timestamptz,
  closed_at timestamptz,
  due_at timestamptz NOT NULL,
  state text NOT NULL,
  satisfaction smallint,
  dwelling_id text,
  building_id text,
  match_status text NOT NULL DEFAULT 'unmatched',
  match_level text NOT NULL DEFAULT 'none',
  match_reason text NOT NULL DEFAULT '',
  PRIMARY KEY (county_code, channel, case_no),
  CONSTRAINT case_record_channel CHECK (channel IN ('hotline', 'captain', 'counter', 'app', 'letter', 'device', 'batch')),
  CONSTRAINT case_record_ledger CHECK (ledger IN ('immediate', 'time_limited', 'special', 'promised', 'agency')),
  CONSTRAINT case_record_state CHECK (state IN ('reported', 'accepted', 'resolved', 'closed')),
  CONSTRAINT case_record_satisfaction CHECK (satisfaction BETWEEN 1 AND 5),
  CONSTRAINT case_record_order CHECK (
    (accepted_at IS NULL OR accepted_at >= reported_at)
    AND (resolved_at IS NULL OR resolved_at >= reported_at)
    AND (closed_at IS NULL OR closed_at >= COALESCE(resolved_at, reported_at))
  ),
  CONSTRAINT case_record_match_status CHECK (match_status IN ('matched', 'review', 'unmatched')),
  CONSTRAINT case_record_match_level CHECK (match_level IN ('dwelling', 'building', 'estate', 'road', 'community', 'point', 'none'))
) PARTITION BY LIST (county_code);
CREATE TABLE case_record_000000 PARTITION OF case_record FOR VALUES IN ('000000');
COMMENT ON COLUMN case_record.grid_code IS 'grid of the plan in force when the case was placed; empty = unplaced, counted as such';
-- Usage: a case by its natural key, wherever it lies.
CREATE INDEX case_record_key ON case_record (channel, case_no);
-- Usage: open cases of a grid, nearest deadline first; the grid policy.
CREATE INDEX case_record_open ON case_record (grid_code, due_at) WHERE state <> 'closed';
-- Usage: cases of a grid in a period.
CREATE INDEX case_record_grid_reported ON case_record (grid_code, reported_at);
-- Usage: cases of a period and category (SQL reading of the situation).
CREATE INDEX case_record_reported ON case_record (reported_at) INCLUDE (grid_code, category);
-- Usage: cases of a building in the drill-down.
CREATE INDEX case_record_building ON case_record (building_id) WHERE building_id IS NOT NULL;
-- Usage: case tiles.
CREATE INDEX case_record_geom ON case_record USING gist (geom);

CREATE TABLE case_step (
  step_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  county_code text NOT NULL,
  channel text NOT NULL,
  case_no text NOT NULL,
  from_state text NOT NULL,
  to_state text NOT NULL,
  actor text NOT NULL,
  note text NOT NULL DEFAULT '',
  at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT case_step_case FOREIGN KEY (county_code, channel, case_no)
    REFERENCES case_record (county_code, channel, case_no) ON UPDATE CASCADE ON DELETE CASCADE
);
COMMENT ON TABLE case_step IS 'history made inside the product; a loaded case''s own times are in case_record';
-- Usage: history of a case.
CREATE INDEX case_step_case ON case_step (channel, case_no, at);

CREATE TABLE population_count (
  community_code text NOT NULL,
  county_code text NOT NULL GENERATED ALWAYS AS (left(community_code, 6)) STORED,
  subdistrict_code text NOT NULL GENERATED ALWAYS AS (left(community_code, 9)) STORED,
  grid_code text NOT NULL,
  birth_year integer NOT NULL,
  sex text NOT NULL,
  residents integer NOT NULL,
  PRIMARY KEY (grid_code, community_code, birth_year, sex)
);
COMMENT ON TABLE population_count IS 'people per grid, birth year (0 = unknown) and sex (empty = unknown): what roles without person rows may sum';

CREATE TABLE grid_figure (
  grid_code text NOT NULL,
  community_code text NOT NULL,
  county_code text NOT NULL GENERATED ALWAYS AS (left(community_code, 6)) STORED,
  subdistrict_code text NOT NULL GENERATED ALWAYS AS (left(community_code, 9)) STORED,
  buildings integer NOT NULL DEFAULT 0,
  dwellings integer NOT NULL DEFAULT 0,
  households integer NOT NULL DEFAULT 0,
  residents integer NOT NULL DEFAULT 0,
  care_households integer NOT NULL DEFAULT 0,
  workers integer NOT NULL DEFAULT 0,
  PRIMARY KEY (grid_code, community_code)
);
COMMENT ON TABLE grid_figure IS 'stock per grid of the plan in force, kept by the load; grid_code empty = buildings without grid';

CREATE TABLE visit_day (
  grid_code text NOT NULL,
  community_code text NOT NULL,
  county_code text NOT NULL GENERATED ALWAYS AS (left(community_code, 6)) STORED,
  subdistrict_code text NOT NULL GENERATED ALWAYS AS (left(community_code, 9)) STORED,
  last_visit_on date,
  care boolean NOT NULL,
  households integer NOT NULL,
  UNIQUE NULLS NOT DISTINCT (grid_code, community_code, last_visit_on, care)
);
COMMENT ON TABLE visit_day IS 'households per grid by the day of their last visit: visits due on any date, without a household row';
