-- Who sees which row. Row-level security is forced on every table a scope may read, the owner's included.
--
-- One policy a role, never one with a CASE over all roles: that turned a tile of 3.5 ms into 370 ms, because no branch
-- of it can use an index. A scope's codes are in the transaction's setting gridmap.codes; without it no row matches.
-- Every migration that makes a table calls secure_table() for it, and a test fails where one did not.

-- The codes as one array, read once a query.
CREATE FUNCTION scope_codes() RETURNS text[] LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT string_to_array(NULLIF(current_setting('gridmap.codes', true), ''), ',')
$$;
GRANT EXECUTE ON FUNCTION scope_codes() TO
  scope_none, scope_wall, scope_city, scope_county, scope_subdistrict, scope_community, scope_grid;

CREATE FUNCTION secure_table(target regclass, kind text) RETURNS void LANGUAGE plpgsql AS $function$
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
$function$;
COMMENT ON FUNCTION secure_table(regclass, text) IS 'for migrations: forces row-level security on a new table';

CREATE FUNCTION create_county(county text) RETURNS void LANGUAGE plpgsql AS $$
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
$$;
COMMENT ON FUNCTION create_county(text) IS 'makes a county''s partitions; nothing where they are there';
SELECT secure_table('case_record_000000', 'owner');

-- The city and its plans ----------------------------------------------------------------------------------------
SELECT secure_table(name::regclass, 'open')
FROM unnest(ARRAY['city', 'data_version', 'category', 'road', 'water', 'alias']) AS name;

-- An area is seen by those inside it and by those it lies inside of: own areas, and the names above them.
ALTER TABLE area ENABLE ROW LEVEL SECURITY;
ALTER TABLE area FORCE ROW LEVEL SECURITY;
CREATE POLICY owner_all ON area TO gridmap_owner USING (true) WITH CHECK (true);
CREATE POLICY city ON area FOR SELECT TO scope_wall, scope_city USING (true);
CREATE POLICY within ON area FOR SELECT TO scope_county, scope_subdistrict, scope_community, scope_grid
  USING (EXISTS (SELECT FROM unnest(scope_codes()) AS own WHERE starts_with(code, own) OR starts_with(own, code)));

SELECT secure_table('building', 'place');
SELECT secure_table('grid', 'place');

ALTER TABLE plan ENABLE ROW LEVEL SECURITY;
ALTER TABLE plan FORCE ROW LEVEL SECURITY;
CREATE POLICY owner_all ON plan TO gridmap_owner USING (true) WITH CHECK (true);
CREATE POLICY city ON plan FOR SELECT TO scope_city USING (true);
CREATE POLICY published ON plan FOR SELECT
  TO scope_wall, scope_county, scope_subdistrict, scope_community, scope_grid USING (status = 'published');

-- Workers and assignments know their grid only, so the levels above it are the beginnings of its code.
CREATE FUNCTION secure_by_grid(target regclass) RETURNS void LANGUAGE plpgsql AS $$
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
SELECT secure_by_grid('worker');
SELECT secure_by_grid('assignment');

-- People ----------------------------------------------------------------------------------------------------------
SELECT secure_table('dwelling', 'building');
SELECT secure_table('device', 'building');
SELECT secure_table('household', 'person');
SELECT secure_table('resident', 'person');
SELECT secure_table('visit', 'person');

-- Cases and counts ------------------------------------------------------------------------------------------------
SELECT secure_table('case_record', 'case');
SELECT secure_table(name::regclass, 'place')
FROM unnest(ARRAY['population_count', 'grid_figure', 'visit_day']) AS name;

-- A case's history is seen with the case: the inner query is under the same role's policies.
ALTER TABLE case_step ENABLE ROW LEVEL SECURITY;
ALTER TABLE case_step FORCE ROW LEVEL SECURITY;
CREATE POLICY owner_all ON case_step TO gridmap_owner USING (true) WITH CHECK (true);
CREATE POLICY with_case ON case_step FOR SELECT
  TO scope_city, scope_county, scope_subdistrict, scope_community, scope_grid
  USING (EXISTS (
    SELECT FROM case_record AS c
    WHERE c.county_code = case_step.county_code AND c.channel = case_step.channel AND c.case_no = case_step.case_no
  ));
-- Usage: cases of a community and of a sub-district; their policies.
CREATE INDEX case_record_community ON case_record (community_code);
-- Usage: cases of a sub-district; its policy.
CREATE INDEX case_record_subdistrict ON case_record (subdistrict_code);
-- Usage: buildings of a sub-district; its policy.
CREATE INDEX building_subdistrict ON building (subdistrict_code);

-- Accounts and the audit log ----------------------------------------------------------------------------------------
SELECT secure_table(name::regclass, 'auth') FROM unnest(ARRAY['account', 'session', 'login_attempt']) AS name;
SELECT secure_table('audit_log', 'audit');
SELECT secure_table('migration', 'owner');

-- Grants: the least each role needs -----------------------------------------------------------------------------
-- scope_none may ask and gets no row: it has no policy anywhere.
GRANT SELECT ON
  city, data_version, category, road, water, alias, area, building, grid, plan, worker, assignment, dwelling, device,
  population_count, grid_figure, visit_day
TO scope_none, scope_city, scope_county, scope_subdistrict, scope_community, scope_grid;
GRANT SELECT ON
  city, data_version, category, road, water, alias, area, building, grid, plan, worker, assignment, dwelling,
  population_count, grid_figure, visit_day
TO scope_wall;
-- On the wall a call button is a dot on a building, not the door of somebody who may need help.
GRANT SELECT (device_id, kind, building_id, community_code, county_code, subdistrict_code, geom, status)
  ON device TO scope_wall;
GRANT SELECT ON case_record, case_step TO scope_city, scope_county, scope_subdistrict, scope_community, scope_grid;
GRANT SELECT ON household, visit TO person_city, person_county, person_subdistrict, person_community, person_grid;
-- Without name and phone: these leave the database through open_household() only.
GRANT SELECT (
  resident_id, household_id, building_id, community_code, county_code, subdistrict_code, sex, birth_year, care
) ON resident TO person_city, person_county, person_subdistrict, person_community, person_grid;
GRANT SELECT, UPDATE (locale) ON account TO scope_auth;
GRANT SELECT, INSERT, UPDATE (seen_at), DELETE ON session TO scope_auth;
GRANT SELECT, INSERT, UPDATE (succeeded), DELETE ON login_attempt TO scope_auth;
GRANT SELECT ON audit_log TO scope_audit;
