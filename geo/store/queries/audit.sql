-- append: one row at the end of the chain
SELECT audit_append(
  %(actor)s, %(action)s, %(object_kind)s, %(object_id)s, %(reason)s, %(detail)s::jsonb
) AS audit_id;

-- entries: rows of the log, newest first, from one row on downwards
SELECT audit_id, at, actor, role, action, object_kind, object_id, reason, detail
FROM audit_log
WHERE audit_id <= COALESCE(%(up_to)s, audit_id)
ORDER BY audit_id DESC
LIMIT %(limit)s;

-- breaches: rows at which the chain is broken
SELECT audit_id, breach FROM audit_breaches();

-- head: last row's number and hash
SELECT audit_id, row_hash FROM audit_log ORDER BY audit_id DESC LIMIT 1;

-- hash: a row's hash by its number
SELECT row_hash FROM audit_log WHERE audit_id = %(audit_id)s;

-- database: what tells this database from another one of the same or of another server
SELECT concat_ws('-', datname, oid, inet_server_port()) FROM pg_database WHERE datname = current_database();
