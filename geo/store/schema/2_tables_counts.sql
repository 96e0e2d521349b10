CREATE TABLE gridmap.building_figure (
    building_id text NOT NULL,
    county_code text NOT NULL,
    community_code text NOT NULL,
    subdistrict_code text GENERATED ALWAYS AS ("left"(community_code, 9)) STORED NOT NULL,
    grid_code text DEFAULT ''::text NOT NULL,
    dwellings integer NOT NULL,
    households integer NOT NULL,
    residents integer NOT NULL
);
ALTER TABLE ONLY gridmap.building_figure FORCE ROW LEVEL SECURITY;
CREATE TABLE gridmap.count_cell (
    cell_id integer NOT NULL,
    county_code text NOT NULL,
    community_code text NOT NULL,
    subdistrict_code text GENERATED ALWAYS AS ("left"(community_code, 9)) STORED NOT NULL,
    grid_code text NOT NULL,
    category text NOT NULL,
    ledger text NOT NULL
);
ALTER TABLE ONLY gridmap.count_cell FORCE ROW LEVEL SECURITY;
ALTER TABLE gridmap.count_cell ALTER COLUMN cell_id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME gridmap.count_cell_cell_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE gridmap.count_day (
    day date NOT NULL,
    version bigint NOT NULL
);
ALTER TABLE ONLY gridmap.count_day FORCE ROW LEVEL SECURITY;
CREATE TABLE gridmap.daily_event (
    day date NOT NULL,
    cell_id integer NOT NULL,
    reported integer DEFAULT 0 NOT NULL,
    accepted integer DEFAULT 0 NOT NULL,
    resolved integer DEFAULT 0 NOT NULL,
    closed integer DEFAULT 0 NOT NULL,
    closed_on_time integer DEFAULT 0 NOT NULL,
    fell_overdue integer DEFAULT 0 NOT NULL,
    closed_late integer DEFAULT 0 NOT NULL,
    moved integer DEFAULT 0 NOT NULL,
    moved_overdue integer DEFAULT 0 NOT NULL
);
ALTER TABLE ONLY gridmap.daily_event FORCE ROW LEVEL SECURITY;
CREATE TABLE gridmap.grid_figure (
    grid_code text NOT NULL,
    community_code text NOT NULL,
    county_code text GENERATED ALWAYS AS ("left"(community_code, 6)) STORED NOT NULL,
    subdistrict_code text GENERATED ALWAYS AS ("left"(community_code, 9)) STORED NOT NULL,
    buildings integer DEFAULT 0 NOT NULL,
    dwellings integer DEFAULT 0 NOT NULL,
    households integer DEFAULT 0 NOT NULL,
    residents integer DEFAULT 0 NOT NULL,
    care_households integer DEFAULT 0 NOT NULL,
    workers integer DEFAULT 0 NOT NULL
);
ALTER TABLE ONLY gridmap.grid_figure FORCE ROW LEVEL SECURITY;
CREATE TABLE gridmap.open_due_count (
    due_on date NOT NULL,
    county_code text NOT NULL,
    community_code text NOT NULL,
    subdistrict_code text GENERATED ALWAYS AS ("left"(community_code, 9)) STORED NOT NULL,
    grid_code text NOT NULL,
    category text NOT NULL,
    ledger text NOT NULL,
    open integer DEFAULT 0 NOT NULL
);
ALTER TABLE ONLY gridmap.open_due_count FORCE ROW LEVEL SECURITY;
CREATE TABLE gridmap.population_count (
    community_code text NOT NULL,
    county_code text GENERATED ALWAYS AS ("left"(community_code, 6)) STORED NOT NULL,
    subdistrict_code text GENERATED ALWAYS AS ("left"(community_code, 9)) STORED NOT NULL,
    grid_code text NOT NULL,
    birth_year integer NOT NULL,
    sex text NOT NULL,
    residents integer NOT NULL
);
ALTER TABLE ONLY gridmap.population_count FORCE ROW LEVEL SECURITY;
CREATE TABLE gridmap.visit_day (
    grid_code text NOT NULL,
    community_code text NOT NULL,
    county_code text GENERATED ALWAYS AS ("left"(community_code, 6)) STORED NOT NULL,
    subdistrict_code text GENERATED ALWAYS AS ("left"(community_code, 9)) STORED NOT NULL,
    last_visit_on date,
    care boolean NOT NULL,
    households integer NOT NULL
);
ALTER TABLE ONLY gridmap.visit_day FORCE ROW LEVEL SECURITY;
