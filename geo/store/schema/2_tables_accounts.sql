CREATE TABLE gridmap.account (
    username text NOT NULL,
    display_name text DEFAULT ''::text NOT NULL,
    password_hash text NOT NULL,
    role text NOT NULL,
    level text NOT NULL,
    codes text[] DEFAULT '{}'::text[] NOT NULL,
    locale text DEFAULT 'zh'::text NOT NULL,
    demo boolean DEFAULT false NOT NULL,
    disabled boolean DEFAULT false NOT NULL,
    CONSTRAINT account_level CHECK ((level = ANY (ARRAY['city'::text, 'county'::text, 'subdistrict'::text, 'community'::text, 'grid'::text]))),
    CONSTRAINT account_locale CHECK ((locale = ANY (ARRAY['zh'::text, 'en'::text]))),
    CONSTRAINT account_role CHECK ((role = ANY (ARRAY['wall'::text, 'command'::text, 'planner'::text, 'reviewer'::text, 'captain'::text, 'worker'::text, 'clerk'::text, 'auditor'::text, 'admin'::text])))
);
ALTER TABLE ONLY gridmap.account FORCE ROW LEVEL SECURITY;
CREATE TABLE gridmap.audit_head (
    singleton boolean DEFAULT true NOT NULL,
    audit_id bigint NOT NULL,
    row_hash bytea NOT NULL,
    CONSTRAINT audit_head_singleton_check CHECK (singleton)
);
CREATE TABLE gridmap.audit_log (
    audit_id bigint NOT NULL,
    at timestamp with time zone NOT NULL,
    actor text NOT NULL,
    role text NOT NULL,
    action text NOT NULL,
    object_kind text DEFAULT ''::text NOT NULL,
    object_id text DEFAULT ''::text NOT NULL,
    reason text DEFAULT ''::text NOT NULL,
    detail jsonb DEFAULT '{}'::jsonb NOT NULL,
    prev_hash bytea NOT NULL,
    row_hash bytea NOT NULL
);
ALTER TABLE ONLY gridmap.audit_log FORCE ROW LEVEL SECURITY;
CREATE TABLE gridmap.login_attempt (
    username text NOT NULL,
    address text NOT NULL,
    at timestamp with time zone DEFAULT now() NOT NULL,
    succeeded boolean NOT NULL
);
ALTER TABLE ONLY gridmap.login_attempt FORCE ROW LEVEL SECURITY;
CREATE TABLE gridmap.session (
    token_hash bytea NOT NULL,
    username text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    seen_at timestamp with time zone DEFAULT now() NOT NULL,
    expires_at timestamp with time zone NOT NULL
);
ALTER TABLE ONLY gridmap.session FORCE ROW LEVEL SECURITY;
CREATE TABLE gridmap.tile_secret (
    singleton boolean DEFAULT true NOT NULL,
    secret bytea DEFAULT (uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid())) NOT NULL,
    CONSTRAINT tile_secret_singleton CHECK (singleton)
);
ALTER TABLE ONLY gridmap.tile_secret FORCE ROW LEVEL SECURITY;
