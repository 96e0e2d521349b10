-- state: what the database holds
SELECT demo, demo_size, as_of, EXISTS (SELECT FROM area) FROM city;

-- begin: mark the city as the demo's before its first row
UPDATE city SET demo = true, demo_size = %(size)s, as_of = NULL;

-- finish: the demo's clock stands at the end of its last day
UPDATE city SET demo_size = %(size)s, as_of = %(as_of)s;

-- busiest_grid: where the demo's captain has most to do
SELECT grid.grid_code
FROM grid
JOIN plan USING (plan_id)
LEFT JOIN case_record ON case_record.grid_code = grid.grid_code AND case_record.state <> 'closed'
WHERE plan.status = 'published' AND plan.valid_to IS NULL
GROUP BY grid.grid_code
ORDER BY count(case_record.case_no) DESC, grid.grid_code
LIMIT 1;

-- drop_schema: everything but the roles
DROP SCHEMA gridmap CASCADE;
