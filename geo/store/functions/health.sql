-- What a server without any right to the journal may know of it.

CREATE OR REPLACE FUNCTION applied_migrations() RETURNS SETOF text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = gridmap, pg_temp AS $$
  SELECT name FROM migration ORDER BY name
$$;
COMMENT ON FUNCTION applied_migrations() IS 'names of the applied migrations, for /readyz';
GRANT EXECUTE ON FUNCTION applied_migrations() TO scope_wall;
