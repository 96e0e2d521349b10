-- postgis: version of PostGIS in this database, else of the one that could be installed, else 0
SELECT COALESCE(
  (SELECT extversion FROM pg_extension WHERE extname = 'postgis'),
  (SELECT default_version FROM pg_available_extensions WHERE name = 'postgis'),
  '0'
) AS version;

-- rights: what this login may: make roles (or needs none made), make the schema (or has it), have PostGIS
SELECT
  r.rolsuper OR r.rolcreaterole OR (
    (SELECT count(*) FROM pg_roles WHERE rolname = ANY (%(roles)s)) = cardinality(%(roles)s::text[])
    AND (SELECT pg_has_role(o.oid, 'MEMBER') FROM pg_roles AS o WHERE o.rolname = %(owner)s)
  ) AS roles,
  has_database_privilege(current_database(), 'CREATE') OR to_regnamespace('gridmap') IS NOT NULL AS schema,
  r.rolsuper OR EXISTS (SELECT FROM pg_extension WHERE extname = 'postgis') AS postgis
FROM pg_roles AS r WHERE r.rolname = current_user;

-- app_login: whether this login has more rights than the application's may have
SELECT rolsuper OR rolbypassrls OR rolinherit OR pg_has_role(rolname, %(owner)s, 'MEMBER') AS too_many
FROM pg_roles WHERE rolname = current_user;

-- may_set_password: a row where this login may change another's password
SELECT 1 FROM pg_roles WHERE rolname = current_user AND (rolsuper OR rolcreaterole);
