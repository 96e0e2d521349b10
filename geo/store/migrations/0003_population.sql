-- Dwellings (房屋), households (户), residents (人口), visits (走访), devices. Every row repeats its building and
-- community, so that row security needs no join; a plan's change touches only building.grid_code.

CREATE TABLE dwelling (
  dwelling_id text NOT NULL,
  building_id text NOT NULL,
  community_code text NOT NULL,
  county_code text NOT NULL,
  subdistrict_code text NOT NULL GENERATED ALWAYS AS (left(community_code, 9)) STORED,
  unit text NOT NULL DEFAULT '',
  floor integer,
  room text NOT NULL DEFAULT '',
  use text NOT NULL DEFAULT 'home',
  occupancy text,
  PRIMARY KEY (county_code, dwelling_id),
  CONSTRAINT dwelling_building FOREIGN KEY (county_code, building_id)
    REFERENCES building (county_code, building_id) ON UPDATE CASCADE,
  CONSTRAINT dwelling_use CHECK (use IN ('home', 'shop', 'office', 'other')),
  CONSTRAINT dwelling_occupancy CHECK (occupancy IN ('owner', 'rented', 'vacant')),
  CONSTRAINT dwelling_floor CHECK (floor BETWEEN -10 AND 200)
) PARTITION BY LIST (county_code);
-- Usage: dwellings of a building (楼盘表); foreign key; the grid policy.
CREATE INDEX dwelling_building_id ON dwelling (building_id);
-- Usage: a dwelling by its key alone.
CREATE INDEX dwelling_id ON dwelling (dwelling_id);

CREATE TABLE household (
  household_id text NOT NULL,
  dwelling_id text NOT NULL,
  building_id text NOT NULL,
  community_code text NOT NULL,
  county_code text NOT NULL,
  subdistrict_code text NOT NULL GENERATED ALWAYS AS (left(community_code, 9)) STORED,
  PRIMARY KEY (county_code, household_id),
  CONSTRAINT household_dwelling FOREIGN KEY (county_code, dwelling_id)
    REFERENCES dwelling (county_code, dwelling_id) ON UPDATE CASCADE
) PARTITION BY LIST (county_code);
-- Usage: households of a building; the grid policy.
CREATE INDEX household_building_id ON household (building_id);
-- Usage: households of a dwelling; foreign key.
CREATE INDEX household_dwelling_id ON household (dwelling_id);
-- Usage: a household by its key alone.
CREATE INDEX household_id ON household (household_id);

CREATE TABLE resident (
  resident_id text NOT NULL,
  household_id text NOT NULL,
  building_id text NOT NULL,
  community_code text NOT NULL,
  county_code text NOT NULL,
  subdistrict_code text NOT NULL GENERATED ALWAYS AS (left(community_code, 9)) STORED,
  name text NOT NULL DEFAULT '',
  sex text,
  birth_year integer,
  phone text NOT NULL DEFAULT '',
  care text[] NOT NULL DEFAULT '{}',
  PRIMARY KEY (county_code, resident_id),
  CONSTRAINT resident_household FOREIGN KEY (county_code, household_id)
    REFERENCES household (county_code, household_id) ON UPDATE CASCADE,
  CONSTRAINT resident_sex CHECK (sex IN ('f', 'm')),
  CONSTRAINT resident_birth_year CHECK (birth_year BETWEEN 1880 AND 2200),
  CONSTRAINT resident_care CHECK (care <@ ARRAY['elder_alone', 'disabled', 'low_income', 'left_behind_child'])
) PARTITION BY LIST (county_code);
-- Usage: residents of a household; foreign key.
CREATE INDEX resident_household_id ON resident (household_id);
-- Usage: residents of a building; the grid policy.
CREATE INDEX resident_building_id ON resident (building_id);
-- Usage: care households of a grid and their visit clock.
CREATE INDEX resident_care_flags ON resident (building_id, household_id) WHERE care <> '{}';

CREATE TABLE visit (
  visit_id text NOT NULL,
  household_id text NOT NULL,
  building_id text NOT NULL,
  community_code text NOT NULL,
  county_code text NOT NULL,
  subdistrict_code text NOT NULL GENERATED ALWAYS AS (left(community_code, 9)) STORED,
  worker_id text NOT NULL DEFAULT '',
  visited_at timestamptz NOT NULL,
  kind text NOT NULL DEFAULT 'sweep',
  note text NOT NULL DEFAULT '',
  PRIMARY KEY (county_code, visit_id),
  CONSTRAINT visit_household FOREIGN KEY (county_code, household_id)
    REFERENCES household (county_code, household_id) ON UPDATE CASCADE,
  CONSTRAINT visit_kind CHECK (kind IN ('care', 'sweep', 'other'))
) PARTITION BY LIST (county_code);
-- Usage: last visit of a household.
CREATE INDEX visit_household_at ON visit (household_id, visited_at DESC);
-- Usage: visits of a building; the grid policy.
CREATE INDEX visit_building_id ON visit (building_id);

CREATE TABLE device (
  device_id text NOT NULL PRIMARY KEY,
  kind text NOT NULL,
  dwelling_id text,
  building_id text,
  community_code text NOT NULL DEFAULT '',
  county_code text NOT NULL DEFAULT '000000',
  subdistrict_code text NOT NULL GENERATED ALWAYS AS (left(community_code, 9)) STORED,
  geom geometry(Point, 4326),
  status text NOT NULL DEFAULT '',
  CONSTRAINT device_kind CHECK (kind IN ('smoke_alarm', 'call_button'))
);
-- Usage: device tiles.
CREATE INDEX device_geom ON device USING gist (geom);
-- Usage: devices of a building; the grid policy.
CREATE INDEX device_building ON device (building_id);
