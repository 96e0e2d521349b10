CREATE TABLE gridmap.alias (
    alias text NOT NULL,
    estate text DEFAULT ''::text NOT NULL,
    building_id text DEFAULT ''::text NOT NULL,
    note text DEFAULT ''::text NOT NULL,
    learned_by text DEFAULT ''::text NOT NULL,
    learned_at timestamp with time zone,
    CONSTRAINT alias_learned CHECK (((learned_by = ''::text) = (learned_at IS NULL))),
    CONSTRAINT alias_target CHECK (((estate <> ''::text) OR (building_id <> ''::text)))
);
ALTER TABLE ONLY gridmap.alias FORCE ROW LEVEL SECURITY;
CREATE TABLE gridmap.area (
    code text NOT NULL,
    name text NOT NULL,
    level text NOT NULL,
    parent_code text DEFAULT ''::text NOT NULL,
    geom public.geometry(MultiPolygon,4326),
    CONSTRAINT area_code_digits CHECK (((code ~ '^[0-9]+$'::text) AND (length(code) =
CASE level
    WHEN 'city'::text THEN 4
    WHEN 'county'::text THEN 6
    WHEN 'subdistrict'::text THEN 9
    ELSE 12
END))),
    CONSTRAINT area_community_geometry CHECK (((level <> 'community'::text) OR (geom IS NOT NULL))),
    CONSTRAINT area_level CHECK ((level = ANY (ARRAY['city'::text, 'county'::text, 'subdistrict'::text, 'community'::text])))
);
ALTER TABLE ONLY gridmap.area FORCE ROW LEVEL SECURITY;
CREATE TABLE gridmap.assignment (
    plan_id bigint NOT NULL,
    building_id text NOT NULL,
    county_code text NOT NULL,
    grid_code text NOT NULL
);
ALTER TABLE ONLY gridmap.assignment FORCE ROW LEVEL SECURITY;
CREATE TABLE gridmap.building (
    building_id text NOT NULL,
    community_code text NOT NULL,
    county_code text NOT NULL,
    subdistrict_code text GENERATED ALWAYS AS ("left"(community_code, 9)) STORED NOT NULL,
    grid_code text,
    estate text DEFAULT ''::text NOT NULL,
    name text DEFAULT ''::text NOT NULL,
    address text DEFAULT ''::text NOT NULL,
    floors integer,
    households integer,
    geom public.geometry(Geometry,4326) NOT NULL,
    CONSTRAINT building_county CHECK ((county_code = "left"(community_code, 6))),
    CONSTRAINT building_floors CHECK (((floors >= 0) AND (floors <= 200))),
    CONSTRAINT building_households CHECK ((households >= 0))
)
PARTITION BY LIST (county_code);
ALTER TABLE ONLY gridmap.building FORCE ROW LEVEL SECURITY;
CREATE TABLE gridmap.case_move (
    move_id bigint NOT NULL,
    channel text NOT NULL,
    case_no text NOT NULL,
    plan_id bigint NOT NULL,
    moved_at timestamp with time zone NOT NULL,
    from_grid text NOT NULL,
    to_grid text NOT NULL,
    CONSTRAINT case_move_grids CHECK (((from_grid ~ '^[0-9]{15}$'::text) AND (to_grid ~ '^[0-9]{15}$'::text) AND (from_grid <> to_grid)))
);
ALTER TABLE ONLY gridmap.case_move FORCE ROW LEVEL SECURITY;
ALTER TABLE gridmap.case_move ALTER COLUMN move_id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME gridmap.case_move_move_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE gridmap.case_record (
    channel text NOT NULL,
    case_no text NOT NULL,
    county_code text DEFAULT '000000'::text NOT NULL,
    community_code text DEFAULT ''::text NOT NULL,
    subdistrict_code text GENERATED ALWAYS AS ("left"(community_code, 9)) STORED NOT NULL,
    grid_code text DEFAULT ''::text NOT NULL,
    category text NOT NULL,
    ledger text NOT NULL,
    title text DEFAULT ''::text NOT NULL,
    description text DEFAULT ''::text NOT NULL,
    address text DEFAULT ''::text NOT NULL,
    geom public.geometry(Point,4326),
    reported_at timestamp with time zone NOT NULL,
    accepted_at timestamp with time zone,
    resolved_at timestamp with time zone,
    closed_at timestamp with time zone,
    due_at timestamp with time zone NOT NULL,
    state text NOT NULL,
    satisfaction smallint,
    dwelling_id text,
    building_id text,
    match_status text DEFAULT 'unmatched'::text NOT NULL,
    match_level text DEFAULT 'none'::text NOT NULL,
    match_reason text DEFAULT ''::text NOT NULL,
    point_given boolean DEFAULT false NOT NULL,
    key_given text DEFAULT ''::text NOT NULL,
    reviewed text DEFAULT ''::text NOT NULL,
    CONSTRAINT case_record_channel CHECK ((channel = ANY (ARRAY['hotline'::text, 'captain'::text, 'counter'::text, 'app'::text, 'letter'::text, 'device'::text, 'batch'::text]))),
    CONSTRAINT case_record_key_given CHECK ((key_given = ANY (ARRAY[''::text, 'dwelling'::text, 'building'::text, 'both'::text]))),
    CONSTRAINT case_record_ledger CHECK ((ledger = ANY (ARRAY['immediate'::text, 'time_limited'::text, 'special'::text, 'promised'::text, 'agency'::text]))),
    CONSTRAINT case_record_match_level CHECK ((match_level = ANY (ARRAY['dwelling'::text, 'building'::text, 'estate'::text, 'road'::text, 'community'::text, 'point'::text, 'none'::text]))),
    CONSTRAINT case_record_match_status CHECK ((match_status = ANY (ARRAY['matched'::text, 'review'::text, 'unmatched'::text]))),
    CONSTRAINT case_record_order CHECK ((((accepted_at IS NULL) OR (accepted_at >= reported_at)) AND ((resolved_at IS NULL) OR (resolved_at >= reported_at)) AND ((closed_at IS NULL) OR (closed_at >= COALESCE(resolved_at, reported_at))))),
    CONSTRAINT case_record_reviewed CHECK ((reviewed = ANY (ARRAY[''::text, 'placed'::text, 'not_here'::text]))),
    CONSTRAINT case_record_satisfaction CHECK (((satisfaction >= 1) AND (satisfaction <= 5))),
    CONSTRAINT case_record_state CHECK ((state = ANY (ARRAY['reported'::text, 'accepted'::text, 'resolved'::text, 'closed'::text])))
)
PARTITION BY LIST (county_code);
ALTER TABLE ONLY gridmap.case_record FORCE ROW LEVEL SECURITY;
CREATE TABLE gridmap.case_record_000000 (
    channel text NOT NULL,
    case_no text NOT NULL,
    county_code text DEFAULT '000000'::text NOT NULL,
    community_code text DEFAULT ''::text NOT NULL,
    subdistrict_code text GENERATED ALWAYS AS ("left"(community_code, 9)) STORED NOT NULL,
    grid_code text DEFAULT ''::text NOT NULL,
    category text NOT NULL,
    ledger text NOT NULL,
    title text DEFAULT ''::text NOT NULL,
    description text DEFAULT ''::text NOT NULL,
    address text DEFAULT ''::text NOT NULL,
    geom public.geometry(Point,4326),
    reported_at timestamp with time zone NOT NULL,
    accepted_at timestamp with time zone,
    resolved_at timestamp with time zone,
    closed_at timestamp with time zone,
    due_at timestamp with time zone NOT NULL,
    state text NOT NULL,
    satisfaction smallint,
    dwelling_id text,
    building_id text,
    match_status text DEFAULT 'unmatched'::text NOT NULL,
    match_level text DEFAULT 'none'::text NOT NULL,
    match_reason text DEFAULT ''::text NOT NULL,
    point_given boolean DEFAULT false NOT NULL,
    key_given text DEFAULT ''::text NOT NULL,
    reviewed text DEFAULT ''::text NOT NULL,
    CONSTRAINT case_record_channel CHECK ((channel = ANY (ARRAY['hotline'::text, 'captain'::text, 'counter'::text, 'app'::text, 'letter'::text, 'device'::text, 'batch'::text]))),
    CONSTRAINT case_record_key_given CHECK ((key_given = ANY (ARRAY[''::text, 'dwelling'::text, 'building'::text, 'both'::text]))),
    CONSTRAINT case_record_ledger CHECK ((ledger = ANY (ARRAY['immediate'::text, 'time_limited'::text, 'special'::text, 'promised'::text, 'agency'::text]))),
    CONSTRAINT case_record_match_level CHECK ((match_level = ANY (ARRAY['dwelling'::text, 'building'::text, 'estate'::text, 'road'::text, 'community'::text, 'point'::text, 'none'::text]))),
    CONSTRAINT case_record_match_status CHECK ((match_status = ANY (ARRAY['matched'::text, 'review'::text, 'unmatched'::text]))),
    CONSTRAINT case_record_order CHECK ((((accepted_at IS NULL) OR (accepted_at >= reported_at)) AND ((resolved_at IS NULL) OR (resolved_at >= reported_at)) AND ((closed_at IS NULL) OR (closed_at >= COALESCE(resolved_at, reported_at))))),
    CONSTRAINT case_record_reviewed CHECK ((reviewed = ANY (ARRAY[''::text, 'placed'::text, 'not_here'::text]))),
    CONSTRAINT case_record_satisfaction CHECK (((satisfaction >= 1) AND (satisfaction <= 5))),
    CONSTRAINT case_record_state CHECK ((state = ANY (ARRAY['reported'::text, 'accepted'::text, 'resolved'::text, 'closed'::text])))
);
CREATE TABLE gridmap.case_step (
    step_id bigint NOT NULL,
    county_code text NOT NULL,
    channel text NOT NULL,
    case_no text NOT NULL,
    from_state text NOT NULL,
    to_state text NOT NULL,
    actor text NOT NULL,
    note text DEFAULT ''::text NOT NULL,
    at timestamp with time zone DEFAULT now() NOT NULL
);
ALTER TABLE ONLY gridmap.case_step FORCE ROW LEVEL SECURITY;
ALTER TABLE gridmap.case_step ALTER COLUMN step_id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME gridmap.case_step_step_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE gridmap.category (
    code text NOT NULL,
    name_zh text NOT NULL,
    name_en text NOT NULL,
    dispute boolean NOT NULL,
    ledger text NOT NULL,
    sort_order integer DEFAULT 0 NOT NULL,
    CONSTRAINT category_ledger CHECK ((ledger = ANY (ARRAY['immediate'::text, 'time_limited'::text, 'special'::text, 'promised'::text, 'agency'::text])))
);
ALTER TABLE ONLY gridmap.category FORCE ROW LEVEL SECURITY;
CREATE TABLE gridmap.city (
    singleton boolean DEFAULT true NOT NULL,
    name text DEFAULT ''::text NOT NULL,
    demo boolean DEFAULT false NOT NULL,
    demo_size text DEFAULT ''::text NOT NULL,
    metric_epsg integer,
    as_of timestamp with time zone,
    linked_version bigint DEFAULT 0 NOT NULL,
    linked_plan_id bigint,
    CONSTRAINT city_singleton CHECK (singleton)
);
ALTER TABLE ONLY gridmap.city FORCE ROW LEVEL SECURITY;
CREATE VIEW gridmap.daily_count WITH (security_invoker='true') AS
 SELECT daily_event.day,
    count_cell.county_code,
    count_cell.community_code,
    count_cell.subdistrict_code,
    count_cell.grid_code,
    count_cell.category,
    count_cell.ledger,
    daily_event.reported,
    daily_event.accepted,
    daily_event.resolved,
    daily_event.closed,
    daily_event.closed_on_time,
    daily_event.fell_overdue,
    daily_event.closed_late,
    daily_event.moved,
    daily_event.moved_overdue
   FROM (gridmap.daily_event
     JOIN gridmap.count_cell USING (cell_id));
CREATE TABLE gridmap.data_version (
    layer text NOT NULL,
    version bigint DEFAULT 1 NOT NULL,
    changed_at timestamp with time zone DEFAULT now() NOT NULL
);
ALTER TABLE ONLY gridmap.data_version FORCE ROW LEVEL SECURITY;
CREATE TABLE gridmap.device (
    device_id text NOT NULL,
    kind text NOT NULL,
    dwelling_id text,
    building_id text,
    community_code text DEFAULT ''::text NOT NULL,
    county_code text DEFAULT '000000'::text NOT NULL,
    subdistrict_code text GENERATED ALWAYS AS ("left"(community_code, 9)) STORED NOT NULL,
    geom public.geometry(Point,4326),
    status text DEFAULT ''::text NOT NULL,
    CONSTRAINT device_kind CHECK ((kind = ANY (ARRAY['smoke_alarm'::text, 'call_button'::text])))
);
ALTER TABLE ONLY gridmap.device FORCE ROW LEVEL SECURITY;
CREATE TABLE gridmap.duty_end (
    plan_id bigint NOT NULL,
    worker_id text NOT NULL,
    grid_code text NOT NULL,
    from_on date,
    to_on date
);
CREATE TABLE gridmap.dwelling (
    dwelling_id text NOT NULL,
    building_id text NOT NULL,
    community_code text NOT NULL,
    county_code text NOT NULL,
    subdistrict_code text GENERATED ALWAYS AS ("left"(community_code, 9)) STORED NOT NULL,
    unit text DEFAULT ''::text NOT NULL,
    floor integer,
    room text DEFAULT ''::text NOT NULL,
    use text DEFAULT 'home'::text NOT NULL,
    occupancy text,
    CONSTRAINT dwelling_floor CHECK (((floor >= '-10'::integer) AND (floor <= 200))),
    CONSTRAINT dwelling_occupancy CHECK ((occupancy = ANY (ARRAY['owner'::text, 'rented'::text, 'vacant'::text]))),
    CONSTRAINT dwelling_use CHECK ((use = ANY (ARRAY['home'::text, 'shop'::text, 'office'::text, 'other'::text])))
)
PARTITION BY LIST (county_code);
ALTER TABLE ONLY gridmap.dwelling FORCE ROW LEVEL SECURITY;
CREATE TABLE gridmap.grid (
    plan_id bigint NOT NULL,
    grid_code text NOT NULL,
    community_code text NOT NULL,
    county_code text GENERATED ALWAYS AS ("left"(community_code, 6)) STORED NOT NULL,
    subdistrict_code text GENERATED ALWAYS AS ("left"(community_code, 9)) STORED NOT NULL,
    name text DEFAULT ''::text NOT NULL,
    geom public.geometry(MultiPolygon,4326) NOT NULL,
    provisional boolean DEFAULT false NOT NULL,
    CONSTRAINT grid_code_digits CHECK ((grid_code ~ '^[0-9]{15}$'::text)),
    CONSTRAINT grid_community CHECK (("left"(grid_code, 12) = community_code))
);
ALTER TABLE ONLY gridmap.grid FORCE ROW LEVEL SECURITY;
CREATE TABLE gridmap.household (
    household_id text NOT NULL,
    dwelling_id text NOT NULL,
    building_id text NOT NULL,
    community_code text NOT NULL,
    county_code text NOT NULL,
    subdistrict_code text GENERATED ALWAYS AS ("left"(community_code, 9)) STORED NOT NULL
)
PARTITION BY LIST (county_code);
ALTER TABLE ONLY gridmap.household FORCE ROW LEVEL SECURITY;
CREATE TABLE gridmap.plan (
    plan_id bigint NOT NULL,
    name text DEFAULT ''::text NOT NULL,
    status text NOT NULL,
    provisional boolean DEFAULT false NOT NULL,
    base_plan_id bigint,
    standards jsonb DEFAULT '{}'::jsonb NOT NULL,
    created_by text DEFAULT ''::text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    reviewed_by text,
    reviewed_at timestamp with time zone,
    published_by text,
    valid_from timestamp with time zone,
    valid_to timestamp with time zone,
    in_force_from timestamp with time zone,
    CONSTRAINT plan_second_person CHECK (((published_by IS NULL) OR (published_by <> created_by) OR (created_by = ANY (ARRAY[''::text, 'load'::text])))),
    CONSTRAINT plan_status CHECK ((status = ANY (ARRAY['draft'::text, 'reviewed'::text, 'published'::text]))),
    CONSTRAINT plan_validity CHECK (((valid_to IS NULL) OR (valid_to > valid_from)))
);
ALTER TABLE ONLY gridmap.plan FORCE ROW LEVEL SECURITY;
ALTER TABLE gridmap.plan ALTER COLUMN plan_id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME gridmap.plan_plan_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE gridmap.resident (
    resident_id text NOT NULL,
    household_id text NOT NULL,
    building_id text NOT NULL,
    community_code text NOT NULL,
    county_code text NOT NULL,
    subdistrict_code text GENERATED ALWAYS AS ("left"(community_code, 9)) STORED NOT NULL,
    name text DEFAULT ''::text NOT NULL,
    sex text,
    birth_year integer,
    phone text DEFAULT ''::text NOT NULL,
    care text[] DEFAULT '{}'::text[] NOT NULL,
    CONSTRAINT resident_birth_year CHECK (((birth_year >= 1880) AND (birth_year <= 2200))),
    CONSTRAINT resident_care CHECK ((care <@ ARRAY['elder_alone'::text, 'disabled'::text, 'low_income'::text, 'left_behind_child'::text])),
    CONSTRAINT resident_sex CHECK ((sex = ANY (ARRAY['f'::text, 'm'::text])))
)
PARTITION BY LIST (county_code);
ALTER TABLE ONLY gridmap.resident FORCE ROW LEVEL SECURITY;
CREATE TABLE gridmap.road (
    road_key bigint NOT NULL,
    road_id text NOT NULL,
    name text DEFAULT ''::text NOT NULL,
    class text NOT NULL,
    geom public.geometry(MultiLineString,4326) NOT NULL,
    CONSTRAINT road_class CHECK ((class = ANY (ARRAY['arterial'::text, 'street'::text, 'path'::text])))
);
ALTER TABLE ONLY gridmap.road FORCE ROW LEVEL SECURITY;
ALTER TABLE gridmap.road ALTER COLUMN road_key ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME gridmap.road_road_key_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE VIEW gridmap.staged_case WITH (security_invoker='true') AS
 SELECT s.channel,
    s.case_no,
    COALESCE(NULLIF("left"(s.community_code, 6), ''::text), '000000'::text) AS county_code,
    s.community_code,
    s.grid_code,
    s.category,
    s.ledger,
    s.title,
    s.description,
    s.address,
    (public.st_setsrid(public.st_makepoint(s.lon, s.lat), 4326))::public.geometry(Point,4326) AS geom,
    s.reported_at,
    s.accepted_at,
    s.resolved_at,
    s.closed_at,
    s.due_at,
    s.state,
    s.satisfaction,
    s.dwelling_id,
    s.building_id,
    s.match_status,
    s.match_level,
    s.match_reason,
    s.point_given,
    s.key_given
   FROM gridmap.stage_case s;
CREATE VIEW gridmap.staged_device WITH (security_invoker='true') AS
 SELECT s.device_id,
    s.kind,
    s.dwelling_id,
    COALESCE(d.building_id, s.building_id) AS building_id,
    COALESCE(d.community_code, b.community_code, a.code, ''::text) AS community_code,
    COALESCE(d.county_code, b.county_code, "left"(a.code, 6), '000000'::text) AS county_code,
    p.geom,
    COALESCE(s.status, ''::text) AS status
   FROM ((((gridmap.stage_device s
     LEFT JOIN gridmap.dwelling d ON ((d.dwelling_id = s.dwelling_id)))
     LEFT JOIN gridmap.building b ON ((b.building_id = s.building_id)))
     CROSS JOIN LATERAL ( SELECT (public.st_setsrid(public.st_makepoint(s.lon, s.lat), 4326))::public.geometry(Point,4326) AS geom) p)
     LEFT JOIN LATERAL ( SELECT c.code
           FROM gridmap.area c
          WHERE ((c.level = 'community'::text) AND public.st_intersects(c.geom, p.geom))
          ORDER BY c.code
         LIMIT 1) a ON (((d.dwelling_id IS NULL) AND (b.building_id IS NULL))));
CREATE VIEW gridmap.staged_life WITH (security_invoker='true') AS
 SELECT plan.plan_id,
    plan.in_force_from,
    COALESCE(plan.in_force_from, '-infinity'::timestamp with time zone) AS from_at,
    COALESCE(lead(plan.in_force_from) OVER (ORDER BY plan.plan_id), 'infinity'::timestamp with time zone) AS to_at
   FROM gridmap.plan
  WHERE ((plan.status = 'published'::text) AND ((plan.in_force_from IS NOT NULL) OR (plan.plan_id = ( SELECT max(plan_1.plan_id) AS max
           FROM gridmap.plan plan_1
          WHERE ((plan_1.status = 'published'::text) AND (plan_1.in_force_from IS NULL))))));
CREATE TABLE gridmap.visit (
    visit_id text NOT NULL,
    household_id text NOT NULL,
    building_id text NOT NULL,
    community_code text NOT NULL,
    county_code text NOT NULL,
    subdistrict_code text GENERATED ALWAYS AS ("left"(community_code, 9)) STORED NOT NULL,
    worker_id text DEFAULT ''::text NOT NULL,
    visited_at timestamp with time zone NOT NULL,
    kind text DEFAULT 'sweep'::text NOT NULL,
    note text DEFAULT ''::text NOT NULL,
    CONSTRAINT visit_kind CHECK ((kind = ANY (ARRAY['care'::text, 'sweep'::text, 'other'::text])))
)
PARTITION BY LIST (county_code);
ALTER TABLE ONLY gridmap.visit FORCE ROW LEVEL SECURITY;
CREATE VIEW gridmap.waiting_case WITH (security_invoker='true') AS
 SELECT case_record.county_code,
    case_record.subdistrict_code,
    case_record.community_code,
    case_record.grid_code,
    case_record.channel,
    case_record.case_no,
    case_record.category,
    case_record.title,
    case_record.description,
    case_record.address,
    case_record.reported_at,
    case_record.due_at,
    case_record.state,
    case_record.match_status,
    case_record.match_level,
    case_record.match_reason,
        CASE
            WHEN (case_record.match_status = 'review'::text) THEN 'choice'::text
            WHEN (case_record.match_status = 'matched'::text) THEN 'narrow'::text
            WHEN (case_record.address = ''::text) THEN 'silent'::text
            ELSE 'unknown'::text
        END AS kind
   FROM gridmap.case_record
  WHERE ((case_record.reviewed = ''::text) AND ((case_record.match_status <> 'matched'::text) OR (case_record.grid_code = ''::text)));
CREATE TABLE gridmap.water (
    water_id text NOT NULL,
    name text DEFAULT ''::text NOT NULL,
    kind text DEFAULT 'other'::text NOT NULL,
    geom public.geometry(Geometry,4326) NOT NULL,
    CONSTRAINT water_kind CHECK ((kind = ANY (ARRAY['river'::text, 'rail'::text, 'other'::text])))
);
ALTER TABLE ONLY gridmap.water FORCE ROW LEVEL SECURITY;
CREATE TABLE gridmap.worker (
    worker_id text NOT NULL,
    name text NOT NULL,
    phone text DEFAULT ''::text NOT NULL,
    role text NOT NULL,
    grid_code text NOT NULL,
    from_on date,
    to_on date,
    CONSTRAINT worker_grid_code CHECK ((grid_code ~ '^[0-9]{15}$'::text)),
    CONSTRAINT worker_period CHECK (((to_on IS NULL) OR (from_on IS NULL) OR (to_on >= from_on))),
    CONSTRAINT worker_role CHECK ((role = ANY (ARRAY['captain'::text, 'worker'::text, 'assistant'::text, 'volunteer'::text])))
);
ALTER TABLE ONLY gridmap.worker FORCE ROW LEVEL SECURITY;
