-- Re-geocoding as a job: how far it is and what it has counted so far, kept with each chunk it writes, so that a run that
-- was killed at any moment goes on where it was and ends as a run that was not.

CREATE TABLE regeocode_job (
  job_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  writes boolean NOT NULL,
  register_version bigint NOT NULL,
  threshold double precision NOT NULL,
  started_at timestamptz NOT NULL DEFAULT now(),
  finished_at timestamptz,
  total bigint NOT NULL,
  cases bigint NOT NULL DEFAULT 0,
  kinds jsonb NOT NULL DEFAULT '{}',
  channel text NOT NULL DEFAULT '',
  case_no text NOT NULL DEFAULT ''
);
COMMENT ON TABLE regeocode_job IS 'places of cases read anew: one row a run, going on behind (channel, case_no); writes = false only says what would change';
SELECT secure_table('regeocode_job', 'owner');
-- Usage: the run that is to be gone on with; one of each kind.
CREATE UNIQUE INDEX regeocode_job_open ON regeocode_job (writes) WHERE finished_at IS NULL;
