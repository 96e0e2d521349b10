-- The audit chain: each row's hash is over the row before it and its own fields.

CREATE OR REPLACE FUNCTION audit_hash(
  prev_hash bytea, audit_id bigint, at timestamptz, actor text, role text, action text, object_kind text, object_id text,
  reason text, detail jsonb
) RETURNS bytea LANGUAGE sql STABLE AS $$
  -- Each field is led by its length, so that no two rows can run together into the same text.
  SELECT sha256(prev_hash || convert_to(string_agg(octet_length(field) || ':' || field, '' ORDER BY place), 'UTF8'))
  FROM unnest(ARRAY[
    audit_id::text, to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US'), actor, role, action, object_kind,
    object_id, reason, detail::text
  ]) WITH ORDINALITY AS part (field, place)
$$;

CREATE OR REPLACE FUNCTION audit_append(
  new_actor text, new_action text, new_object_kind text DEFAULT '', new_object_id text DEFAULT '',
  new_reason text DEFAULT '', new_detail jsonb DEFAULT '{}'
) RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER SET search_path = gridmap, pg_temp AS $$
DECLARE
  head audit_head;
  moment timestamptz;
  scope text := current_setting('role');
  hash bytea;
BEGIN
  IF btrim(COALESCE(new_actor, '')) = '' OR btrim(COALESCE(new_action, '')) = '' THEN
    RAISE EXCEPTION 'an audit row names who and what'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'audit_log_actor_action';
  END IF;
  SELECT * INTO head FROM audit_head FOR UPDATE;
  head.audit_id := head.audit_id + 1;
  moment := clock_timestamp();
  scope := concat_ws(' ', scope, NULLIF(current_setting('gridmap.codes', true), ''));
  hash := audit_hash(head.row_hash, head.audit_id, moment, new_actor, scope, new_action, COALESCE(new_object_kind, ''),
    COALESCE(new_object_id, ''), COALESCE(new_reason, ''), COALESCE(new_detail, '{}'));
  INSERT INTO audit_log (audit_id, at, actor, role, action, object_kind, object_id, reason, detail, prev_hash, row_hash)
  VALUES (head.audit_id, moment, new_actor, scope, new_action, COALESCE(new_object_kind, ''), COALESCE(new_object_id, ''),
    COALESCE(new_reason, ''), COALESCE(new_detail, '{}'), head.row_hash, hash);
  UPDATE audit_head SET audit_id = head.audit_id, row_hash = hash;
  RETURN head.audit_id;
END
$$;
COMMENT ON FUNCTION audit_append IS 'writes an audit row; writers wait for each other until their transaction ends';
GRANT EXECUTE ON FUNCTION audit_append TO
  scope_auth, scope_audit, scope_wall, scope_city, scope_county, scope_subdistrict, scope_community, scope_grid;

CREATE OR REPLACE FUNCTION audit_breaches() RETURNS TABLE (audit_id bigint, breach text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = gridmap, pg_temp AS $$
  WITH chain AS (
    SELECT l.*, lag(l.audit_id, 1, 0::bigint) OVER own AS before_id, lag(l.row_hash, 1, '\x'::bytea) OVER own AS before_hash
    FROM audit_log AS l
    WINDOW own AS (ORDER BY l.audit_id)
  )
  SELECT c.audit_id, 'edited' FROM chain AS c
  WHERE c.row_hash <> audit_hash(c.prev_hash, c.audit_id, c.at, c.actor, c.role, c.action, c.object_kind, c.object_id,
    c.reason, c.detail)
  UNION ALL
  SELECT c.audit_id, 'rows before it are missing' FROM chain AS c WHERE c.audit_id <> c.before_id + 1
  UNION ALL
  SELECT c.audit_id, 'does not follow the row before it' FROM chain AS c
  WHERE c.audit_id = c.before_id + 1 AND c.prev_hash <> c.before_hash
  UNION ALL
  SELECT h.audit_id, 'the end is cut off' FROM audit_head AS h
  WHERE (h.audit_id, h.row_hash) IS DISTINCT FROM (
    SELECT (COALESCE(max(l.audit_id), 0), COALESCE((array_agg(l.row_hash ORDER BY l.audit_id DESC))[1], '\x'))
    FROM audit_log AS l
  )
  ORDER BY 1, 2
$$;
COMMENT ON FUNCTION audit_breaches() IS 'rows at which the chain is broken; none in an untouched log';
GRANT EXECUTE ON FUNCTION audit_breaches() TO scope_audit;
