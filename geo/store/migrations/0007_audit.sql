-- The audit log takes new rows through audit_append() only, and no row of it is ever changed or taken away, not by the
-- owner either. Who switches the triggers off leaves a broken chain (audit_breaches(), functions/audit.sql).

CREATE TABLE audit_head (
  singleton boolean PRIMARY KEY DEFAULT true CHECK (singleton),
  audit_id bigint NOT NULL,
  row_hash bytea NOT NULL
);
COMMENT ON TABLE audit_head IS 'the last row of the chain: its lock puts writers in order, its hash shows a cut-off end';
INSERT INTO audit_head (audit_id, row_hash) VALUES (0, '\x');
SELECT secure_table('audit_head', 'owner');

CREATE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'the audit log is append-only' USING ERRCODE = 'check_violation', CONSTRAINT = 'audit_log_append_only';
END
$$;
CREATE TRIGGER audit_log_append_only BEFORE UPDATE OR DELETE ON audit_log
  FOR EACH ROW EXECUTE FUNCTION audit_refuse();
CREATE TRIGGER audit_log_no_truncate BEFORE TRUNCATE ON audit_log
  FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse();
