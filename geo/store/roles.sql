-- Roles belong to the whole server, so several databases (a test's, the demo's) share them, and a dump brings none:
-- they are made sure of before every run of the migrations, not by one of them.
--
-- gridmap_owner   owns schema and tables; migrations, loads and checks act as it. No superuser.
-- gridmap_app     the server's login: inherits nothing, owns nothing, acts as one of the roles below for one transaction.
-- scope_<level>   sees the rows of its level's codes, but no person. person_<level>: the same and its people.
-- plan_<level>    a scope and the planner's drafts, which it writes; review_<level>: a scope and the drafts it publishes.
-- check_<level>   a scope that may also write where a case lies (the queue of addresses to check).
-- scope_wall the city without persons and case texts, scope_auth accounts and sessions, scope_audit the audit log,
-- scope_none nothing at all.
DO $$
DECLARE
  wanted text;
  level text;
  family text;
BEGIN
  FOREACH wanted IN ARRAY ARRAY['gridmap_owner', 'gridmap_app', 'scope_none', 'scope_wall', 'scope_auth', 'scope_audit',
    'scope_city', 'scope_county', 'scope_subdistrict', 'scope_community', 'scope_grid',
    'person_city', 'person_county', 'person_subdistrict', 'person_community', 'person_grid',
    'plan_city', 'plan_county', 'plan_subdistrict', 'plan_community',
    'check_city', 'check_county', 'check_subdistrict', 'check_community',
    'review_city', 'review_county', 'review_subdistrict', 'review_community'] LOOP
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = wanted) THEN
      BEGIN
        -- The login's attribute counts at the moment of each grant (PostgreSQL 16), so it comes before them.
        EXECUTE format('CREATE ROLE %I NOBYPASSRLS %s', wanted, CASE wanted WHEN 'gridmap_app' THEN 'LOGIN NOINHERIT' END);
      EXCEPTION WHEN duplicate_object OR unique_violation THEN
        NULL; -- another database's run made it just now
      END;
    END IF;
    IF wanted NOT LIKE 'gridmap%' AND NOT EXISTS (
      SELECT FROM pg_auth_members
      WHERE roleid = wanted::regrole AND member = 'gridmap_app'::regrole
    ) THEN
      EXECUTE format('GRANT %I TO gridmap_app', wanted);
    END IF;
  END LOOP;
  FOREACH level IN ARRAY ARRAY['city', 'county', 'subdistrict', 'community', 'grid'] LOOP
    FOREACH family IN ARRAY ARRAY['person', 'plan', 'review', 'check'] LOOP
      CONTINUE WHEN level = 'grid' AND family <> 'person';
      IF NOT EXISTS (
        SELECT FROM pg_auth_members
        WHERE roleid = format('scope_%s', level)::regrole AND member = format('%s_%s', family, level)::regrole
      ) THEN
        EXECUTE format('GRANT scope_%s TO %s_%s', level, family, level);
      END IF;
    END LOOP;
  END LOOP;
  IF NOT (SELECT rolcanlogin AND NOT rolinherit FROM pg_roles WHERE rolname = 'gridmap_app') THEN
    ALTER ROLE gridmap_app LOGIN NOINHERIT;
  END IF;
  IF NOT pg_has_role(current_user, 'gridmap_owner', 'MEMBER') THEN
    EXECUTE format('GRANT gridmap_owner TO %I', current_user);
  END IF;
  IF (SELECT count(*) FROM pg_roles, unnest(rolconfig) WHERE rolname = 'gridmap_app') < 2 THEN
    ALTER ROLE gridmap_app SET statement_timeout = '15s';
    ALTER ROLE gridmap_app SET idle_in_transaction_session_timeout = '60s';
  END IF;
END
$$;
