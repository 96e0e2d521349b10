-- Roles belong to the whole cluster, so several databases (a test's, the demo's) share them.
-- scope_<level>: sees the rows of its level's codes, but no person. person_<level>: the same and its people.
-- The application's login `gridmap_app` is NOINHERIT and only ever acts as one of them, for one transaction.
DO $$
DECLARE
  level text;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtext('gridmap.roles'));
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'gridmap_app') THEN
    CREATE ROLE gridmap_app LOGIN NOINHERIT NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS NOREPLICATION;
  END IF;
  FOREACH level IN ARRAY ARRAY['none', 'wall', 'city', 'county', 'subdistrict', 'community', 'grid', 'auth'] LOOP
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'scope_' || level) THEN
      EXECUTE format('CREATE ROLE %I NOLOGIN NOBYPASSRLS', 'scope_' || level);
    END IF;
    EXECUTE format('GRANT %I TO gridmap_app', 'scope_' || level);
  END LOOP;
  FOREACH level IN ARRAY ARRAY['city', 'county', 'subdistrict', 'community', 'grid'] LOOP
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'person_' || level) THEN
      EXECUTE format('CREATE ROLE %I NOLOGIN NOBYPASSRLS', 'person_' || level);
    END IF;
    EXECUTE format('GRANT %I TO %I', 'scope_' || level, 'person_' || level);
    EXECUTE format('GRANT %I TO gridmap_app', 'person_' || level);
  END LOOP;
END
$$;
