CREATE TABLE gridmap.regeocode_job (
    job_id bigint NOT NULL,
    writes boolean NOT NULL,
    register_version bigint NOT NULL,
    threshold double precision NOT NULL,
    started_at timestamp with time zone DEFAULT now() NOT NULL,
    finished_at timestamp with time zone,
    total bigint NOT NULL,
    cases bigint DEFAULT 0 NOT NULL,
    kinds jsonb DEFAULT '{}'::jsonb NOT NULL,
    channel text DEFAULT ''::text NOT NULL,
    case_no text DEFAULT ''::text NOT NULL
);
ALTER TABLE gridmap.regeocode_job ALTER COLUMN job_id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME gridmap.regeocode_job_job_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE gridmap.review_act (
    act_id bigint NOT NULL,
    kind text NOT NULL,
    actor text NOT NULL,
    at timestamp with time zone DEFAULT now() NOT NULL,
    reason text DEFAULT ''::text NOT NULL,
    alias text DEFAULT ''::text NOT NULL,
    estate text DEFAULT ''::text NOT NULL,
    building_id text DEFAULT ''::text NOT NULL,
    undone_at timestamp with time zone,
    undone_by text,
    CONSTRAINT review_act_alias CHECK (((kind = 'taught'::text) = (alias <> ''::text))),
    CONSTRAINT review_act_kind CHECK ((kind = ANY (ARRAY['placed'::text, 'not_here'::text, 'taught'::text]))),
    CONSTRAINT review_act_reason CHECK ((reason = ANY (ARRAY[''::text, 'elsewhere'::text, 'no_such_place'::text, 'too_vague'::text, 'not_built'::text])))
);
ALTER TABLE ONLY gridmap.review_act FORCE ROW LEVEL SECURITY;
ALTER TABLE gridmap.review_act ALTER COLUMN act_id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME gridmap.review_act_act_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE gridmap.review_change (
    act_id bigint NOT NULL,
    county_code text NOT NULL,
    channel text NOT NULL,
    case_no text NOT NULL,
    before jsonb NOT NULL
);
ALTER TABLE ONLY gridmap.review_change FORCE ROW LEVEL SECURITY;
CREATE TABLE gridmap.review_claim (
    county_code text NOT NULL,
    channel text NOT NULL,
    case_no text NOT NULL,
    username text NOT NULL,
    claimed_at timestamp with time zone DEFAULT now() NOT NULL,
    expires_at timestamp with time zone NOT NULL
);
ALTER TABLE ONLY gridmap.review_claim FORCE ROW LEVEL SECURITY;
