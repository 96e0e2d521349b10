-- code_exists: is there an area or a grid with this code
SELECT EXISTS (SELECT FROM area WHERE code = %(code)s) OR EXISTS (SELECT FROM grid WHERE grid_code = %(code)s);

-- listed: every account
SELECT username, role, level, array_to_string(codes, ' '), disabled FROM account ORDER BY username;

-- disable: an account that may sign in no more
UPDATE account SET disabled = true WHERE username = %(username)s;
