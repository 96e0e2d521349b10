"""The only place with SQL: the embedded cluster, the pool, migrations, and one repository module a noun."""
