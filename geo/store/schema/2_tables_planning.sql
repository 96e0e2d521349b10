CREATE TABLE gridmap.community_cells (
    community_code text NOT NULL,
    fingerprint text NOT NULL,
    cells bytea NOT NULL
);
ALTER TABLE ONLY gridmap.community_cells FORCE ROW LEVEL SECURITY;
CREATE TABLE gridmap.draft (
    draft_id bigint NOT NULL,
    name text DEFAULT ''::text NOT NULL,
    area_code text NOT NULL,
    status text DEFAULT 'open'::text NOT NULL,
    base_plan_id bigint NOT NULL,
    options jsonb DEFAULT '{}'::jsonb NOT NULL,
    revision bigint DEFAULT 0 NOT NULL,
    head_seq bigint,
    redo_seq bigint,
    undo_steps integer DEFAULT 0 NOT NULL,
    redo_steps integer DEFAULT 0 NOT NULL,
    created_by text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    changed_at timestamp with time zone DEFAULT now() NOT NULL,
    submitted_by text,
    submitted_at timestamp with time zone,
    note text DEFAULT ''::text NOT NULL,
    plan_id bigint,
    CONSTRAINT draft_area CHECK ((area_code ~ '^[0-9]{4}([0-9]{2}([0-9]{3}([0-9]{3})?)?)?$'::text)),
    CONSTRAINT draft_status CHECK ((status = ANY (ARRAY['open'::text, 'in_review'::text, 'sent_back'::text, 'published'::text, 'discarded'::text])))
);
ALTER TABLE ONLY gridmap.draft FORCE ROW LEVEL SECURITY;
ALTER TABLE gridmap.draft ALTER COLUMN draft_id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME gridmap.draft_draft_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE gridmap.draft_grid (
    draft_id bigint NOT NULL,
    grid_code text NOT NULL,
    community_code text NOT NULL,
    name text NOT NULL,
    geom public.geometry(MultiPolygon,4326) NOT NULL
);
ALTER TABLE ONLY gridmap.draft_grid FORCE ROW LEVEL SECURITY;
CREATE TABLE gridmap.draft_lock (
    draft_id bigint NOT NULL,
    kind text NOT NULL,
    code text NOT NULL,
    locked_by text NOT NULL,
    CONSTRAINT draft_lock_kind CHECK ((kind = ANY (ARRAY['grid'::text, 'building'::text])))
);
ALTER TABLE ONLY gridmap.draft_lock FORCE ROW LEVEL SECURITY;
CREATE TABLE gridmap.draft_place (
    draft_id bigint NOT NULL,
    place_id text NOT NULL,
    community_code text NOT NULL,
    grid_code text NOT NULL,
    CONSTRAINT draft_place_grid CHECK (((grid_code ~ '^[0-9]{15}$'::text) AND ("left"(grid_code, 12) = community_code)))
);
ALTER TABLE ONLY gridmap.draft_place FORCE ROW LEVEL SECURITY;
CREATE TABLE gridmap.draft_presence (
    draft_id bigint NOT NULL,
    username text NOT NULL,
    display_name text NOT NULL,
    seen_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL
);
ALTER TABLE ONLY gridmap.draft_presence FORCE ROW LEVEL SECURITY;
CREATE TABLE gridmap.draft_stroke (
    draft_id bigint NOT NULL,
    seq bigint NOT NULL,
    kind text NOT NULL,
    actor text NOT NULL,
    at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    parent_seq bigint,
    of_seq bigint,
    redo_after bigint,
    communities text[] DEFAULT '{}'::text[] NOT NULL,
    detail jsonb DEFAULT '{}'::jsonb NOT NULL,
    moves jsonb DEFAULT '{}'::jsonb NOT NULL,
    CONSTRAINT draft_stroke_kind CHECK ((kind = ANY (ARRAY['assign'::text, 'cut'::text, 'merge'::text, 'dissolve'::text, 'strip'::text, 'repair'::text, 'adopt'::text, 'lock'::text, 'unlock'::text, 'undo'::text, 'redo'::text])))
);
ALTER TABLE ONLY gridmap.draft_stroke FORCE ROW LEVEL SECURITY;
CREATE TABLE gridmap.planning_job (
    job_id bigint NOT NULL,
    area_code text NOT NULL,
    draft_id bigint,
    base_plan_id bigint NOT NULL,
    options jsonb DEFAULT '{}'::jsonb NOT NULL,
    status text DEFAULT 'queued'::text NOT NULL,
    progress real DEFAULT 0 NOT NULL,
    step text DEFAULT ''::text NOT NULL,
    message text DEFAULT ''::text NOT NULL,
    worker text DEFAULT ''::text NOT NULL,
    created_by text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    heartbeat_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    ended_at timestamp with time zone,
    CONSTRAINT planning_job_progress CHECK (((progress >= (0)::double precision) AND (progress <= (1)::double precision))),
    CONSTRAINT planning_job_status CHECK ((status = ANY (ARRAY['queued'::text, 'running'::text, 'done'::text, 'cancelled'::text, 'failed'::text, 'interrupted'::text])))
);
ALTER TABLE ONLY gridmap.planning_job FORCE ROW LEVEL SECURITY;
ALTER TABLE gridmap.planning_job ALTER COLUMN job_id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME gridmap.planning_job_job_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE gridmap.planning_proposal (
    job_id bigint NOT NULL,
    profile text NOT NULL,
    figures jsonb NOT NULL,
    places jsonb NOT NULL,
    geometry jsonb NOT NULL,
    CONSTRAINT planning_proposal_profile CHECK ((profile = ANY (ARRAY['balanced'::text, 'middle'::text, 'compact'::text])))
);
ALTER TABLE ONLY gridmap.planning_proposal FORCE ROW LEVEL SECURITY;
