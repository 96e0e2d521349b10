-- Nothing is anybody's by default: what a role may do is granted to it by name, functions included.
ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
REVOKE ALL ON SCHEMA gridmap FROM PUBLIC;
GRANT USAGE ON SCHEMA gridmap TO
  scope_none, scope_wall, scope_auth, scope_audit,
  scope_city, scope_county, scope_subdistrict, scope_community, scope_grid;
