-- Accounts, server-side sessions, throttling and the append-only audit log.

CREATE TABLE account (
  username text PRIMARY KEY,
  display_name text NOT NULL DEFAULT '',
  password_hash text NOT NULL,
  role text NOT NULL,
  level text NOT NULL,
  codes text[] NOT NULL DEFAULT '{}',
  locale text NOT NULL DEFAULT 'zh',
  demo boolean NOT NULL DEFAULT false,
  disabled boolean NOT NULL DEFAULT false,
  CONSTRAINT account_role CHECK (
    role IN ('wall', 'command', 'planner', 'reviewer', 'captain', 'worker', 'clerk', 'auditor', 'admin')
  ),
  CONSTRAINT account_level CHECK (level IN ('city', 'county', 'subdistrict', 'community', 'grid')),
  CONSTRAINT account_locale CHECK (locale IN ('zh', 'en'))
);

CREATE TABLE session (
  token_hash bytea PRIMARY KEY,
  username text NOT NULL REFERENCES account ON DELETE CASCADE,
  created_at timestamptz NOT NULL DEFAULT now(),
  seen_at timestamptz NOT NULL DEFAULT now(),
  expires_at timestamptz NOT NULL
);
-- Usage: end an account's sessions.
CREATE INDEX session_username ON session (username);

CREATE TABLE login_attempt (
  username text NOT NULL,
  address text NOT NULL,
  at timestamptz NOT NULL DEFAULT now(),
  succeeded boolean NOT NULL
);
-- Usage: failures of the last minutes, for throttling.
CREATE INDEX login_attempt_username ON login_attempt (username, at);

CREATE TABLE audit_log (
  audit_id bigint PRIMARY KEY,
  at timestamptz NOT NULL,
  actor text NOT NULL,
  role text NOT NULL,
  action text NOT NULL,
  object_kind text NOT NULL DEFAULT '',
  object_id text NOT NULL DEFAULT '',
  reason text NOT NULL DEFAULT '',
  detail jsonb NOT NULL DEFAULT '{}',
  prev_hash bytea NOT NULL,
  row_hash bytea NOT NULL
);
COMMENT ON TABLE audit_log IS 'append-only and hash-chained (queries/audit.sql); object ids only, never a name or a phone';
