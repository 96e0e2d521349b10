CREATE TABLE gridmap.load_batch (
    batch_id bigint NOT NULL,
    table_name text NOT NULL,
    source text NOT NULL,
    fingerprint text NOT NULL,
    status text DEFAULT 'running'::text NOT NULL,
    notes jsonb DEFAULT '[]'::jsonb NOT NULL,
    started_at timestamp with time zone DEFAULT now() NOT NULL,
    ended_at timestamp with time zone,
    CONSTRAINT load_batch_status CHECK ((status = ANY (ARRAY['running'::text, 'done'::text, 'dropped'::text])))
);
ALTER TABLE gridmap.load_batch ALTER COLUMN batch_id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME gridmap.load_batch_batch_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE gridmap.load_chunk (
    seq bigint NOT NULL,
    batch_id bigint NOT NULL,
    chunk_no integer NOT NULL,
    read_count integer NOT NULL,
    accepted_count integer NOT NULL,
    updated_count integer NOT NULL,
    unchanged_count integer NOT NULL,
    rejected_count integer NOT NULL,
    notes jsonb DEFAULT '[]'::jsonb NOT NULL,
    CONSTRAINT load_chunk_balance CHECK ((read_count = (((accepted_count + updated_count) + unchanged_count) + rejected_count)))
);
ALTER TABLE gridmap.load_chunk ALTER COLUMN seq ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME gridmap.load_chunk_seq_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE gridmap.load_reject (
    batch_id bigint NOT NULL,
    chunk_no integer NOT NULL,
    line bigint NOT NULL,
    column_name text NOT NULL,
    value text NOT NULL,
    code text NOT NULL
);
CREATE TABLE gridmap.load_state (
    singleton boolean DEFAULT true NOT NULL,
    linked_seq bigint DEFAULT 0 NOT NULL,
    figures_seq bigint DEFAULT 0 NOT NULL,
    CONSTRAINT load_state_singleton CHECK (singleton)
);
CREATE TABLE gridmap.migration (
    name text NOT NULL,
    checksum text NOT NULL,
    applied_at timestamp with time zone DEFAULT now() NOT NULL
);
CREATE TABLE gridmap.stage_alias (
    line bigint,
    alias text,
    estate text,
    building_id text,
    note text
);
CREATE TABLE gridmap.stage_area (
    line bigint,
    code text,
    name text,
    level text,
    parent_code text,
    geom public.geometry
);
CREATE TABLE gridmap.stage_building (
    line bigint,
    building_id text,
    community_code text,
    estate text,
    name text,
    address text,
    floors integer,
    households integer,
    geom public.geometry
);
CREATE TABLE gridmap.stage_case (
    line bigint,
    case_no text,
    channel text,
    category text,
    title text,
    description text,
    address text,
    lon double precision,
    lat double precision,
    reported_at timestamp with time zone,
    accepted_at timestamp with time zone,
    resolved_at timestamp with time zone,
    closed_at timestamp with time zone,
    ledger text,
    due_at timestamp with time zone,
    state text,
    satisfaction smallint,
    point_given boolean,
    key_given text,
    dwelling_id text,
    building_id text,
    community_code text,
    grid_code text,
    match_status text,
    match_level text,
    match_reason text
);
CREATE TABLE gridmap.stage_device (
    line bigint,
    device_id text,
    kind text,
    dwelling_id text,
    building_id text,
    lon double precision,
    lat double precision,
    status text
);
CREATE TABLE gridmap.stage_dwelling (
    line bigint,
    dwelling_id text,
    building_id text,
    unit text,
    floor integer,
    room text,
    use text,
    occupancy text
);
CREATE TABLE gridmap.stage_household (
    line bigint,
    household_id text,
    dwelling_id text
);
CREATE TABLE gridmap.stage_resident (
    line bigint,
    resident_id text,
    household_id text,
    name text,
    sex text,
    birth_year integer,
    phone text,
    care text[]
);
CREATE TABLE gridmap.stage_road (
    line bigint,
    road_id text,
    name text,
    class text,
    geom public.geometry
);
CREATE TABLE gridmap.stage_visit (
    line bigint,
    visit_id text,
    household_id text,
    worker_id text,
    visited_at timestamp with time zone,
    kind text,
    note text
);
CREATE TABLE gridmap.stage_water (
    line bigint,
    water_id text,
    name text,
    kind text,
    geom public.geometry
);
CREATE TABLE gridmap.stage_worker (
    line bigint,
    worker_id text,
    name text,
    phone text,
    role text,
    grid_code text,
    from_on date,
    to_on date
);
