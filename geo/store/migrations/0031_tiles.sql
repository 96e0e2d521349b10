-- The secret behind tile versions: whoever does not hold it can't make the token of another scope or state.
CREATE TABLE tile_secret (
  singleton boolean PRIMARY KEY DEFAULT true,
  secret bytea NOT NULL DEFAULT uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()),
  CONSTRAINT tile_secret_singleton CHECK (singleton)
);
COMMENT ON TABLE tile_secret IS 'one an installation, so that every worker and every restart makes the same tokens';
SELECT secure_table('tile_secret', 'auth');
GRANT SELECT ON tile_secret TO scope_auth;
INSERT INTO tile_secret DEFAULT VALUES;
