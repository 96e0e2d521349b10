-- The planner's drafts (草案): what differs from the plan in force, every stroke as a row with its inverse, locks, who is
-- looking, the cells of land a draft is made of, and the jobs that propose whole divisions.
--
-- Two families of roles see them: plan_<level> (planners, who draw) and review_<level> (reviewers and the command centre,
-- who look; a reviewer publishes). A draft is seen where the area it is of lies within the scope's codes.

CREATE TABLE draft (
  draft_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name text NOT NULL DEFAULT '',
  area_code text NOT NULL,
  status text NOT NULL DEFAULT 'open',
  base_plan_id bigint NOT NULL REFERENCES plan,
  options jsonb NOT NULL DEFAULT '{}',
  revision bigint NOT NULL DEFAULT 0,
  head_seq bigint,
  redo_seq bigint,
  undo_steps integer NOT NULL DEFAULT 0,
  redo_steps integer NOT NULL DEFAULT 0,
  created_by text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  changed_at timestamptz NOT NULL DEFAULT now(),
  submitted_by text,
  submitted_at timestamptz,
  note text NOT NULL DEFAULT '',
  plan_id bigint REFERENCES plan,
  CONSTRAINT draft_status CHECK (status IN ('open', 'in_review', 'sent_back', 'published', 'discarded')),
  CONSTRAINT draft_area CHECK (area_code ~ '^[0-9]{4}([0-9]{2}([0-9]{3}([0-9]{3})?)?)?$')
);
COMMENT ON COLUMN draft.head_seq IS 'the stroke that undo takes back next';
COMMENT ON COLUMN draft.redo_seq IS 'the stroke that redo does again next';
-- Usage: drafts of a place, newest first.
CREATE INDEX draft_area_code ON draft (area_code, draft_id);

CREATE TABLE draft_stroke (
  draft_id bigint NOT NULL REFERENCES draft ON DELETE CASCADE,
  seq bigint NOT NULL,
  kind text NOT NULL,
  actor text NOT NULL,
  at timestamptz NOT NULL DEFAULT clock_timestamp(),
  parent_seq bigint,
  of_seq bigint,
  redo_after bigint,
  communities text[] NOT NULL DEFAULT '{}',
  detail jsonb NOT NULL DEFAULT '{}',
  moves jsonb NOT NULL DEFAULT '{}',
  PRIMARY KEY (draft_id, seq),
  CONSTRAINT draft_stroke_kind CHECK (
    kind IN ('assign', 'cut', 'merge', 'dissolve', 'strip', 'repair', 'adopt', 'lock', 'unlock', 'undo', 'redo')
  )
);
COMMENT ON TABLE draft_stroke IS 'one row a stroke, never changed: what undo and redo read; seq is the draft''s revision after it';
COMMENT ON COLUMN draft_stroke.parent_seq IS 'the stroke below this one in the history: the next to be undone after it';
COMMENT ON COLUMN draft_stroke.redo_after IS 'of an undo: the stroke that redo would have done before it';
COMMENT ON COLUMN draft_stroke.moves IS 'place: [grid before, grid after]; the inverse is the same the other way round';

CREATE TABLE draft_place (
  draft_id bigint NOT NULL REFERENCES draft ON DELETE CASCADE,
  place_id text NOT NULL,
  community_code text NOT NULL,
  grid_code text NOT NULL,
  PRIMARY KEY (draft_id, place_id),
  CONSTRAINT draft_place_grid CHECK (grid_code ~ '^[0-9]{15}$' AND left(grid_code, 12) = community_code)
);
COMMENT ON TABLE draft_place IS 'buildings whose grid differs from the base plan''s; a place "~n" is land without a building';
-- Usage: a community of a draft.
CREATE INDEX draft_place_community ON draft_place (draft_id, community_code);

CREATE TABLE draft_lock (
  draft_id bigint NOT NULL REFERENCES draft ON DELETE CASCADE,
  kind text NOT NULL,
  code text NOT NULL,
  locked_by text NOT NULL,
  PRIMARY KEY (draft_id, kind, code),
  CONSTRAINT draft_lock_kind CHECK (kind IN ('grid', 'building'))
);

CREATE TABLE draft_presence (
  draft_id bigint NOT NULL REFERENCES draft ON DELETE CASCADE,
  username text NOT NULL,
  display_name text NOT NULL,
  seen_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (draft_id, username)
);

CREATE TABLE draft_grid (
  draft_id bigint NOT NULL REFERENCES draft ON DELETE CASCADE,
  grid_code text NOT NULL,
  community_code text NOT NULL,
  name text NOT NULL,
  geom geometry(MultiPolygon, 4326) NOT NULL,
  PRIMARY KEY (draft_id, grid_code)
);
COMMENT ON TABLE draft_grid IS 'grids of the changed communities, drawn in the transaction that publishes the draft';

CREATE TABLE community_cells (
  community_code text PRIMARY KEY,
  fingerprint text NOT NULL,
  cells bytea NOT NULL
);
COMMENT ON TABLE community_cells IS 'cells of land around the buildings of a community (geo.core.zoning.units), made from what the fingerprint is of';

CREATE TABLE planning_job (
  job_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  area_code text NOT NULL,
  draft_id bigint REFERENCES draft ON DELETE CASCADE,
  base_plan_id bigint NOT NULL REFERENCES plan,
  options jsonb NOT NULL DEFAULT '{}',
  status text NOT NULL DEFAULT 'queued',
  progress real NOT NULL DEFAULT 0,
  step text NOT NULL DEFAULT '',
  message text NOT NULL DEFAULT '',
  worker text NOT NULL DEFAULT '',
  created_by text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  heartbeat_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  ended_at timestamptz,
  CONSTRAINT planning_job_status CHECK (status IN ('queued', 'running', 'done', 'cancelled', 'failed', 'interrupted')),
  CONSTRAINT planning_job_progress CHECK (progress BETWEEN 0 AND 1)
);
COMMENT ON COLUMN planning_job.worker IS 'the process that took it up; only that one may write its end';

CREATE TABLE planning_proposal (
  job_id bigint NOT NULL REFERENCES planning_job ON DELETE CASCADE,
  profile text NOT NULL,
  figures jsonb NOT NULL,
  places jsonb NOT NULL,
  geometry jsonb NOT NULL,
  PRIMARY KEY (job_id, profile),
  CONSTRAINT planning_proposal_profile CHECK (profile IN ('balanced', 'middle', 'compact'))
);
COMMENT ON COLUMN planning_proposal.places IS 'grid of every place, by community';

-- Who sees and writes what ----------------------------------------------------------------------------------------
CREATE FUNCTION in_scope(area_code text) RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT EXISTS (SELECT FROM unnest(scope_codes()) AS own WHERE starts_with(area_code, own))
$$;
COMMENT ON FUNCTION in_scope(text) IS 'whether an area lies within the codes of the transaction''s scope';

CREATE FUNCTION secure_drafts(target regclass, own text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', target);
  EXECUTE format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', target);
  EXECUTE format('CREATE POLICY owner_all ON %s TO gridmap_owner USING (true) WITH CHECK (true)', target);
  EXECUTE format('CREATE POLICY city ON %s TO plan_city, review_city USING (true) WITH CHECK (true)', target);
  EXECUTE format(
    'CREATE POLICY within ON %s TO plan_county, plan_subdistrict, plan_community, review_county, review_subdistrict,'
    ' review_community USING (%s) WITH CHECK (%s)', target, own, own
  );
END
$$;
COMMENT ON FUNCTION secure_drafts(regclass, text) IS 'for migrations: rows of the planner are seen within the scope''s codes';

SELECT secure_drafts('draft', 'in_scope(area_code)');
SELECT secure_drafts('planning_job', 'in_scope(area_code)');
SELECT secure_drafts('community_cells', 'in_scope(community_code)');
-- The inner query is under the same role's policies.
SELECT secure_drafts(name::regclass, 'draft_id IN (SELECT d.draft_id FROM draft AS d)')
FROM unnest(ARRAY['draft_stroke', 'draft_place', 'draft_lock', 'draft_presence', 'draft_grid']) AS name;
SELECT secure_drafts('planning_proposal', 'job_id IN (SELECT j.job_id FROM planning_job AS j)');

GRANT EXECUTE ON FUNCTION in_scope(text) TO
  plan_city, plan_county, plan_subdistrict, plan_community, review_city, review_county, review_subdistrict, review_community;
GRANT SELECT ON
  draft, draft_stroke, draft_place, draft_lock, draft_presence, draft_grid, community_cells, planning_job, planning_proposal
TO plan_city, plan_county, plan_subdistrict, plan_community, review_city, review_county, review_subdistrict, review_community;
-- Both may note that they look, and keep the cells they had to cut.
GRANT INSERT, UPDATE (seen_at, display_name) ON draft_presence TO
  plan_city, plan_county, plan_subdistrict, plan_community, review_city, review_county, review_subdistrict, review_community;
GRANT INSERT, UPDATE (fingerprint, cells) ON community_cells TO
  plan_city, plan_county, plan_subdistrict, plan_community, review_city, review_county, review_subdistrict, review_community;
-- Planners draw; a stroke once written is nobody's to change.
GRANT INSERT, UPDATE (
  name, status, options, revision, head_seq, redo_seq, undo_steps, redo_steps, changed_at, submitted_by, submitted_at, note
) ON draft TO plan_city, plan_county, plan_subdistrict, plan_community;
GRANT INSERT ON draft_stroke TO plan_city, plan_county, plan_subdistrict, plan_community;
GRANT INSERT, UPDATE (grid_code), DELETE ON draft_place TO plan_city, plan_county, plan_subdistrict, plan_community;
GRANT INSERT, DELETE ON draft_lock TO plan_city, plan_county, plan_subdistrict, plan_community;
GRANT INSERT, UPDATE (status, progress, step, message, worker, heartbeat_at, ended_at) ON planning_job
TO plan_city, plan_county, plan_subdistrict, plan_community;
GRANT INSERT ON planning_proposal TO plan_city, plan_county, plan_subdistrict, plan_community;
-- Reviewers send back, and draw the grids of the draft they publish.
GRANT UPDATE (status, note, changed_at) ON draft TO review_city, review_county, review_subdistrict, review_community;
GRANT INSERT, DELETE ON draft_grid TO review_city, review_county, review_subdistrict, review_community;
