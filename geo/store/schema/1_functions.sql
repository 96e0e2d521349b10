CREATE SCHEMA gridmap;
CREATE FUNCTION gridmap.applied_migrations() RETURNS SETOF text
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'gridmap', 'pg_temp'
    AS $$
  SELECT name FROM migration ORDER BY name
$$;
CREATE FUNCTION gridmap.audit_append(new_actor text, new_action text, new_object_kind text DEFAULT ''::text, new_object_id text DEFAULT ''::text, new_reason text DEFAULT ''::text, new_detail jsonb DEFAULT '{}'::jsonb) RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'gridmap', 'pg_temp'
    AS $$
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
CREATE FUNCTION gridmap.audit_breaches() RETURNS TABLE(audit_id bigint, breach text)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'gridmap', 'pg_temp'
    AS $$
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
CREATE FUNCTION gridmap.audit_hash(prev_hash bytea, audit_id bigint, at timestamp with time zone, actor text, role text, action text, object_kind text, object_id text, reason text, detail jsonb) RETURNS bytea
    LANGUAGE sql STABLE
    AS $$
  -- Each field is led by its length, so that no two rows can run together into the same text.
  SELECT sha256(prev_hash || convert_to(string_agg(octet_length(field) || ':' || field, '' ORDER BY place), 'UTF8'))
  FROM unnest(ARRAY[
    audit_id::text, to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US'), actor, role, action, object_kind,
    object_id, reason, detail::text
  ]) WITH ORDINALITY AS part (field, place)
$$;
CREATE FUNCTION gridmap.audit_refuse() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
  RAISE EXCEPTION 'the audit log is append-only' USING ERRCODE = 'check_violation', CONSTRAINT = 'audit_log_append_only';
END
$$;
CREATE FUNCTION gridmap.bump(changed_layer text) RETURNS bigint
    LANGUAGE sql
    AS $$
  UPDATE gridmap.data_version SET version = version + 1, changed_at = clock_timestamp()
  WHERE layer = changed_layer RETURNING version;
$$;
CREATE FUNCTION gridmap.count_cases() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'gridmap', 'public', 'pg_temp'
    AS $$
DECLARE
  changed text := CASE TG_OP
    WHEN 'INSERT' THEN 'SELECT 1 AS sign, * FROM new_case'
    WHEN 'DELETE' THEN 'SELECT -1 AS sign, * FROM old_case'
    ELSE 'SELECT 1 AS sign, * FROM new_case UNION ALL SELECT -1, * FROM old_case'
  END;
  found boolean;
BEGIN
  EXECUTE format('SELECT EXISTS (%s)', changed) INTO found;
  IF found THEN
    EXECUTE count_cells_query(changed);
    EXECUTE count_query(changed) USING bump('cases');
  END IF;
  RETURN NULL;
END
$$;
CREATE FUNCTION gridmap.count_cells_query(changed text) RETURNS text
    LANGUAGE sql IMMUTABLE
    AS $_$
  SELECT format($query$
    INSERT INTO gridmap.count_cell (grid_code, community_code, category, ledger, county_code)
    SELECT grid_code, community_code, category, ledger, county_code FROM (%1$s) AS changed
    UNION
    SELECT m.from_grid, left(m.from_grid, 12), c.category, c.ledger, left(m.from_grid, 6)
    FROM (%1$s) AS c JOIN gridmap.case_move AS m USING (channel, case_no)
    ORDER BY grid_code, community_code, category, ledger, county_code
    ON CONFLICT DO NOTHING
  $query$, changed)
$_$;
CREATE FUNCTION gridmap.create_county(county text) RETURNS void
    LANGUAGE plpgsql
    AS $_$
DECLARE
  parent regclass;
  child text;
BEGIN
  IF county !~ '^[0-9]{6}$' THEN
    RAISE EXCEPTION 'a county code has 6 digits' USING ERRCODE = 'check_violation', CONSTRAINT = 'county_code_digits';
  END IF;
  PERFORM pg_advisory_xact_lock(hashtext('gridmap.create_county'));
  FOR parent IN
    SELECT oid FROM pg_class WHERE relnamespace = 'gridmap'::regnamespace AND relkind = 'p' ORDER BY relname
  LOOP
    child := format('%s_%s', (SELECT relname FROM pg_class WHERE oid = parent), county);
    IF to_regclass(format('gridmap.%I', child)) IS NULL THEN
      EXECUTE format('CREATE TABLE gridmap.%I PARTITION OF %s FOR VALUES IN (%L)', child, parent, county);
      -- Reads go through the parent and its policies; the partition itself is nobody's.
      PERFORM secure_table(format('gridmap.%I', child)::regclass, 'owner');
    END IF;
  END LOOP;
END
$_$;
CREATE FUNCTION gridmap.local_day(moment timestamp with time zone) RETURNS date
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$
  SELECT (moment AT TIME ZONE 'Asia/Shanghai')::date
$$;
CREATE FUNCTION gridmap.note_aliases() RETURNS bigint
    LANGUAGE sql SECURITY DEFINER
    SET search_path TO 'gridmap', 'pg_temp'
    AS $$ SELECT bump('aliases') $$;
CREATE FUNCTION gridmap.notify_version() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
  PERFORM pg_notify('gridmap_data', NEW.layer || ' ' || NEW.version);
  RETURN NULL;
END
$$;
CREATE FUNCTION gridmap.open_household(wanted text, why text, who text) RETURNS TABLE(resident_id text, name text, sex text, birth_year integer, phone text, care text[])
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'gridmap', 'pg_temp'
    AS $$
DECLARE
  -- The function runs as the owner, who sees all: the caller's scope is checked here, by the role it took.
  scope CONSTANT text := current_setting('role');
  codes CONSTANT text[] := scope_codes();
  seen boolean;
BEGIN
  IF COALESCE(why, '') !~ '[^[:space:]]' THEN
    RAISE EXCEPTION 'a household is opened with a reason'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'open_household_reason';
  END IF;
  SELECT CASE scope
      WHEN 'person_city' THEN true
      WHEN 'person_county' THEN h.county_code = ANY (codes)
      WHEN 'person_subdistrict' THEN h.subdistrict_code = ANY (codes)
      WHEN 'person_community' THEN h.community_code = ANY (codes)
      WHEN 'person_grid' THEN EXISTS (
        SELECT FROM building AS b
        WHERE b.county_code = h.county_code AND b.building_id = h.building_id AND b.grid_code = ANY (codes)
      )
    END
  INTO seen
  FROM household AS h WHERE h.household_id = wanted;
  IF seen IS NOT TRUE THEN
    -- Outside the scope and not there at all answer alike; the attempt stays in the log.
    PERFORM audit_append(who, 'household.refused', 'household', wanted, why);
    RETURN;
  END IF;
  PERFORM audit_append(who, 'household.opened', 'household', wanted, why);
  RETURN QUERY
    SELECT r.resident_id, r.name, r.sex, r.birth_year, r.phone, r.care
    FROM household AS h
    JOIN resident AS r ON r.county_code = h.county_code AND r.household_id = h.household_id
    WHERE h.household_id = wanted
    ORDER BY r.birth_year NULLS LAST, r.resident_id;
END
$$;
CREATE FUNCTION gridmap.rebuild_counts() RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'gridmap', 'public', 'pg_temp'
    AS $$
DECLARE
  now_version bigint := bump('cases');
  changed CONSTANT text := 'SELECT 1 AS sign, * FROM gridmap.case_record';
BEGIN
  UPDATE count_day SET version = now_version;
  DELETE FROM daily_event;
  DELETE FROM open_due_count;
  EXECUTE count_cells_query(changed);
  EXECUTE count_query(changed) USING now_version;
END
$$;
CREATE FUNCTION gridmap.recount_cases() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'gridmap', 'public', 'pg_temp'
    AS $$
BEGIN
  PERFORM rebuild_counts();
  RETURN NULL;
END
$$;
CREATE FUNCTION gridmap.scope_codes() RETURNS text[]
    LANGUAGE sql STABLE PARALLEL SAFE
    AS $$
  SELECT string_to_array(NULLIF(current_setting('gridmap.codes', true), ''), ',')
$$;
CREATE FUNCTION gridmap.secure_by_grid(target regclass) RETURNS void
    LANGUAGE plpgsql
    AS $$
DECLARE
  level record;
BEGIN
  EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', target);
  EXECUTE format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', target);
  EXECUTE format('CREATE POLICY owner_all ON %s TO gridmap_owner USING (true) WITH CHECK (true)', target);
  EXECUTE format('CREATE POLICY city ON %s FOR SELECT TO scope_wall, scope_city USING (true)', target);
  FOR level IN VALUES ('county', 6), ('subdistrict', 9), ('community', 12), ('grid', 15) LOOP
    EXECUTE format(
      'CREATE POLICY %I ON %s FOR SELECT TO %I USING (left(grid_code, %s) = ANY ((SELECT scope_codes())::text[]))',
      level.column1, target, 'scope_' || level.column1, level.column2
    );
  END LOOP;
END
$$;
CREATE FUNCTION gridmap.secure_table(target regclass, kind text) RETURNS void
    LANGUAGE plpgsql
    AS $_$
DECLARE
  -- kinds: 'place'    place columns of its own, seen by the wall too
  --        'case'     the same without the wall
  --        'building' belongs to a building, whose grid decides for the grid scope; seen by the wall too
  --        'person'   the same, for the person roles only
  --        'open'     the same for every scope
  --        'auth'     accounts and sessions     'audit'  the audit log
  --        'owner'    nobody but the owner, who may COPY into it; not forced for that reason
  prefix CONSTANT text := CASE kind WHEN 'person' THEN 'person_' ELSE 'scope_' END;
  codes CONSTANT text := '= ANY ((SELECT scope_codes())::text[])';
  own_grid CONSTANT text := CASE WHEN kind IN ('building', 'person')
    -- An array made once, so that the index on building_id serves; a plain IN would be a filter on every row.
    THEN format('building_id = ANY (ARRAY(SELECT b.building_id FROM building AS b WHERE b.grid_code %s))', codes)
    ELSE 'grid_code ' || codes END;
BEGIN
  EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', target);
  IF kind = 'owner' THEN
    RETURN;
  END IF;
  EXECUTE format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', target);
  EXECUTE format('CREATE POLICY owner_all ON %s TO gridmap_owner USING (true) WITH CHECK (true)', target);
  CASE kind
    WHEN 'open' THEN
      EXECUTE format('CREATE POLICY every_scope ON %s FOR SELECT TO scope_wall, scope_city, scope_county,
        scope_subdistrict, scope_community, scope_grid USING (true)', target);
    WHEN 'auth' THEN
      EXECUTE format('CREATE POLICY auth ON %s TO scope_auth USING (true) WITH CHECK (true)', target);
    WHEN 'audit' THEN
      EXECUTE format('CREATE POLICY audit ON %s FOR SELECT TO scope_audit USING (true)', target);
    WHEN 'place', 'case', 'building', 'person' THEN
      IF kind IN ('place', 'building') THEN
        EXECUTE format('CREATE POLICY wall ON %s FOR SELECT TO scope_wall USING (true)', target);
      END IF;
      EXECUTE format('CREATE POLICY city ON %s FOR SELECT TO %I USING (true)', target, prefix || 'city');
      -- Each code by itself: only then are the partitions of other counties left out when the query starts. A missing
      -- one is NULL and not empty, since rows in no community have an empty county.
      EXECUTE format($policy$CREATE POLICY county ON %s FOR SELECT TO %I USING (county_code IN (
        NULLIF(split_part(current_setting('gridmap.codes', true), ',', 1), ''),
        NULLIF(split_part(current_setting('gridmap.codes', true), ',', 2), ''),
        NULLIF(split_part(current_setting('gridmap.codes', true), ',', 3), ''),
        NULLIF(split_part(current_setting('gridmap.codes', true), ',', 4), '')))$policy$, target, prefix || 'county');
      EXECUTE format('CREATE POLICY subdistrict ON %s FOR SELECT TO %I USING (subdistrict_code %s)',
        target, prefix || 'subdistrict', codes);
      EXECUTE format('CREATE POLICY community ON %s FOR SELECT TO %I USING (community_code %s)',
        target, prefix || 'community', codes);
      EXECUTE format('CREATE POLICY grid ON %s FOR SELECT TO %I USING (%s)', target, prefix || 'grid', own_grid);
    ELSE
      RAISE EXCEPTION 'unknown kind of table: %', kind;
  END CASE;
END
$_$;
