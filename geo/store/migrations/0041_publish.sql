-- Publishing a redraw without rewriting history: an open case moves to its new grid from that moment on, and every event
-- stays counted in the grid the case had when it happened. So the figures of past months never change, however often the
-- counts are made anew.

ALTER TABLE plan ADD COLUMN in_force_from timestamptz;
COMMENT ON COLUMN plan.in_force_from IS 'from when cases belong to its grids, in the city''s own time (city.as_of); NULL = since ever';

CREATE TABLE case_move (
  move_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  channel text NOT NULL,
  case_no text NOT NULL,
  plan_id bigint NOT NULL REFERENCES plan,
  moved_at timestamptz NOT NULL,
  from_grid text NOT NULL,
  to_grid text NOT NULL,
  CONSTRAINT case_move_grids CHECK (from_grid ~ '^[0-9]{15}$' AND to_grid ~ '^[0-9]{15}$' AND from_grid <> to_grid)
);
COMMENT ON TABLE case_move IS 'an open case that a new plan moved; the moves up to the last one into the case''s present grid hold, later ones a correction has overruled';
-- Usage: moves of a case, in order.
CREATE INDEX case_move_case ON case_move (channel, case_no, move_id);
ALTER TABLE case_move ENABLE ROW LEVEL SECURITY;
ALTER TABLE case_move FORCE ROW LEVEL SECURITY;
CREATE POLICY owner_all ON case_move TO gridmap_owner USING (true) WITH CHECK (true);
CREATE POLICY city ON case_move FOR SELECT TO scope_city USING (true);
CREATE POLICY with_case ON case_move FOR SELECT
  TO scope_county, scope_subdistrict, scope_community, scope_grid
  USING (EXISTS (
    SELECT FROM case_record AS c WHERE c.channel = case_move.channel AND c.case_no = case_move.case_no
  ));
GRANT SELECT ON case_move TO scope_city, scope_county, scope_subdistrict, scope_community, scope_grid;

CREATE TABLE duty_end (
  plan_id bigint NOT NULL REFERENCES plan,
  worker_id text NOT NULL,
  grid_code text NOT NULL,
  from_on date,
  to_on date,
  PRIMARY KEY (plan_id, worker_id, grid_code)
);
COMMENT ON TABLE duty_end IS 'duties a plan ended because it closed their grid, as they were: publishing an old plan again brings them back';
SELECT secure_table('duty_end', 'owner');

CREATE FUNCTION case_grid_at(of_channel text, of_case text, grid text, moment timestamptz) RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE AS $$
  SELECT COALESCE((
    SELECT m.from_grid FROM gridmap.case_move AS m
    WHERE m.channel = of_channel AND m.case_no = of_case AND m.moved_at > moment
      AND m.move_id <= (
        SELECT max(l.move_id) FROM gridmap.case_move AS l
        WHERE l.channel = of_channel AND l.case_no = of_case AND l.to_grid = grid
      )
    ORDER BY m.move_id LIMIT 1
  ), grid)
$$;
COMMENT ON FUNCTION case_grid_at IS 'the grid a case that is now in one had at a moment';
GRANT EXECUTE ON FUNCTION case_grid_at(text, text, text, timestamptz) TO
  scope_city, scope_county, scope_subdistrict, scope_community, scope_grid;

ALTER TABLE daily_event ADD COLUMN moved integer NOT NULL DEFAULT 0;
ALTER TABLE daily_event ADD COLUMN moved_overdue integer NOT NULL DEFAULT 0;
COMMENT ON COLUMN daily_event.moved IS 'open cases a new plan brought in, less those it took away: open on a day = reported - closed + moved up to it';
COMMENT ON COLUMN daily_event.moved_overdue IS 'the same of overdue cases: overdue = fell_overdue - closed_late + moved_overdue up to a day';
CREATE OR REPLACE VIEW daily_count WITH (security_invoker) AS
SELECT day, county_code, community_code, subdistrict_code, grid_code, category, ledger, reported, accepted, resolved,
       closed, closed_on_time, fell_overdue, closed_late, moved, moved_overdue
FROM daily_event JOIN count_cell USING (cell_id);

CREATE OR REPLACE FUNCTION count_cells_query(changed text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
  SELECT format($query$
    INSERT INTO gridmap.count_cell (grid_code, community_code, category, ledger, county_code)
    SELECT grid_code, community_code, category, ledger, county_code FROM (%1$s) AS changed
    UNION
    SELECT m.from_grid, left(m.from_grid, 12), c.category, c.ledger, left(m.from_grid, 6)
    FROM (%1$s) AS c JOIN gridmap.case_move AS m USING (channel, case_no)
    ORDER BY grid_code, community_code, category, ledger, county_code
    ON CONFLICT DO NOTHING
  $query$, changed)
$$;

CREATE OR REPLACE FUNCTION count_query(changed text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
  SELECT format($query$
    WITH changed AS MATERIALIZED (
      SELECT c.cell_id, x.sign, x.closed_at IS NULL AS still_open, x.closed_at <= x.due_at AS on_time,
             gridmap.local_day(x.reported_at) AS reported_on, gridmap.local_day(x.accepted_at) AS accepted_on,
             gridmap.local_day(x.resolved_at) AS resolved_on, gridmap.local_day(x.closed_at) AS closed_on,
             gridmap.local_day(x.due_at) AS due_on,
             (x.channel, x.case_no) IN (SELECT m.channel, m.case_no FROM gridmap.case_move AS m) AS moved
      FROM (%1$s) AS x
      JOIN gridmap.count_cell AS c USING (grid_code, community_code, category, ledger, county_code)
    ),
    -- Cases that were ever moved: each event in the grid of its moment.
    traced AS MATERIALIZED (
      SELECT x.sign, x.channel, x.case_no, x.grid_code, x.community_code, x.county_code, x.category, x.ledger,
             x.reported_at, x.accepted_at, x.resolved_at, x.closed_at,
             x.closed_at IS NULL AS still_open, COALESCE(x.closed_at <= x.due_at, false) AS on_time,
             gridmap.local_day(x.due_at) AS due_on,
             COALESCE(gridmap.local_day(x.closed_at) > gridmap.local_day(x.due_at), false) AS late,
             (gridmap.local_day(x.due_at) + 1)::timestamp AT TIME ZONE 'Asia/Shanghai' AS overdue_at
      FROM (%1$s) AS x
      WHERE (x.channel, x.case_no) IN (SELECT m.channel, m.case_no FROM gridmap.case_move AS m)
    ),
    placed (day, grid_code, category, ledger, own_grid, own_community, own_county, a, b, c, d, e, f, g, h, i) AS (
      SELECT gridmap.local_day(v.at), gridmap.case_grid_at(t.channel, t.case_no, t.grid_code, v.at), t.category, t.ledger,
             t.grid_code, t.community_code, t.county_code, v.a, v.b, v.c, v.d, v.e, v.f, v.g, 0, 0
      FROM traced AS t
      CROSS JOIN LATERAL (VALUES
        (t.reported_at, t.sign, 0, 0, 0, 0, 0, 0),
        (t.accepted_at, 0, t.sign, 0, 0, 0, 0, 0),
        (t.resolved_at, 0, 0, t.sign, 0, 0, 0, 0),
        (t.closed_at, 0, 0, 0, t.sign, t.sign * t.on_time::int, 0, t.sign * t.late::int),
        (CASE WHEN t.still_open OR t.late THEN t.overdue_at END, 0, 0, 0, 0, 0, t.sign, 0)
      ) AS v (at, a, b, c, d, e, f, g)
      WHERE v.at IS NOT NULL
      UNION ALL
      SELECT gridmap.local_day(m.moved_at), s.grid_code, t.category, t.ledger, t.grid_code, t.community_code,
             t.county_code, 0, 0, 0, 0, 0, 0, 0, t.sign * s.step, t.sign * s.step * (t.overdue_at <= m.moved_at)::int
      FROM traced AS t
      JOIN gridmap.case_move AS m ON m.channel = t.channel AND m.case_no = t.case_no
        AND m.move_id <= (
          SELECT max(l.move_id) FROM gridmap.case_move AS l
          WHERE l.channel = t.channel AND l.case_no = t.case_no AND l.to_grid = t.grid_code
        )
      CROSS JOIN LATERAL (VALUES (m.from_grid, -1), (m.to_grid, 1)) AS s (grid_code, step)
      WHERE t.reported_at < m.moved_at AND (t.closed_at IS NULL OR t.closed_at > m.moved_at)
    ),
    event (day, cell_id, reported, accepted, resolved, closed, closed_on_time, fell_overdue, closed_late, moved,
           moved_overdue) AS (
      SELECT reported_on, cell_id, sign, 0, 0, 0, 0, 0, 0, 0, 0 FROM changed WHERE NOT moved
      UNION ALL
      SELECT accepted_on, cell_id, 0, sign, 0, 0, 0, 0, 0, 0, 0 FROM changed WHERE accepted_on IS NOT NULL AND NOT moved
      UNION ALL
      SELECT resolved_on, cell_id, 0, 0, sign, 0, 0, 0, 0, 0, 0 FROM changed WHERE resolved_on IS NOT NULL AND NOT moved
      UNION ALL
      SELECT closed_on, cell_id, 0, 0, 0, sign, sign * on_time::int, 0, sign * (closed_on > due_on)::int, 0, 0
      FROM changed WHERE NOT still_open AND NOT moved
      UNION ALL
      SELECT due_on + 1, cell_id, 0, 0, 0, 0, 0, sign, 0, 0, 0
      FROM changed WHERE (still_open OR closed_on > due_on) AND NOT moved
      UNION ALL
      SELECT p.day, k.cell_id, p.a, p.b, p.c, p.d, p.e, p.f, p.g, p.h, p.i
      FROM placed AS p
      JOIN gridmap.count_cell AS k ON k.grid_code = p.grid_code AND k.category = p.category AND k.ledger = p.ledger
        AND k.community_code = CASE WHEN p.grid_code = p.own_grid THEN p.own_community ELSE left(p.grid_code, 12) END
        AND k.county_code = CASE WHEN p.grid_code = p.own_grid THEN p.own_county ELSE left(p.grid_code, 6) END
    ),
    total AS MATERIALIZED (
      SELECT day, cell_id, sum(reported)::int, sum(accepted)::int, sum(resolved)::int, sum(closed)::int,
             sum(closed_on_time)::int, sum(fell_overdue)::int, sum(closed_late)::int, sum(moved)::int,
             sum(moved_overdue)::int
      FROM event GROUP BY day, cell_id
    ),
    counted AS (
      INSERT INTO gridmap.daily_event AS d (
        day, cell_id, reported, accepted, resolved, closed, closed_on_time, fell_overdue, closed_late, moved, moved_overdue
      )
      -- In the order of the key, so that two writers meet the rows in the same order and can't wait for each other.
      SELECT * FROM total AS t (day, cell_id, a, b, c, d, e, f, g, h, i)
      WHERE (a, b, c, d, e, f, g, h, i) <> (0, 0, 0, 0, 0, 0, 0, 0, 0)
      ORDER BY day, cell_id
      ON CONFLICT (day, cell_id) DO UPDATE
      SET reported = d.reported + EXCLUDED.reported, accepted = d.accepted + EXCLUDED.accepted,
          resolved = d.resolved + EXCLUDED.resolved, closed = d.closed + EXCLUDED.closed,
          closed_on_time = d.closed_on_time + EXCLUDED.closed_on_time,
          fell_overdue = d.fell_overdue + EXCLUDED.fell_overdue, closed_late = d.closed_late + EXCLUDED.closed_late,
          moved = d.moved + EXCLUDED.moved, moved_overdue = d.moved_overdue + EXCLUDED.moved_overdue
    ),
    due AS (
      INSERT INTO gridmap.open_due_count AS d (due_on, county_code, community_code, grid_code, category, ledger, open)
      SELECT o.due_on, c.county_code, c.community_code, c.grid_code, c.category, c.ledger, o.open
      FROM (
        SELECT due_on, cell_id, sum(sign)::int AS open FROM changed WHERE still_open
        GROUP BY due_on, cell_id HAVING sum(sign) <> 0
      ) AS o
      JOIN gridmap.count_cell AS c USING (cell_id)
      ORDER BY o.due_on, c.cell_id
      ON CONFLICT (due_on, grid_code, community_code, category, ledger, county_code) DO UPDATE
      SET open = d.open + EXCLUDED.open
    )
    INSERT INTO gridmap.count_day AS d (day, version)
    SELECT DISTINCT day, $1 FROM total ORDER BY day
    ON CONFLICT (day) DO UPDATE SET version = EXCLUDED.version
  $query$, changed)
$$;

-- Loading a case late: the grid of its date --------------------------------------------------------------------------
CREATE VIEW staged_life WITH (security_invoker = true) AS
SELECT plan_id, in_force_from, COALESCE(in_force_from, '-infinity') AS from_at,
       COALESCE(lead(in_force_from) OVER (ORDER BY plan_id), 'infinity') AS to_at
FROM plan WHERE status = 'published' AND (in_force_from IS NOT NULL OR plan_id = (
  SELECT max(plan_id) FROM plan WHERE status = 'published' AND in_force_from IS NULL
));
COMMENT ON VIEW staged_life IS 'plans and when cases belonged to them; loaded plans count as one, the last, since ever';

CREATE FUNCTION staged_grid(
  of_plan bigint, building text, lon double precision, lat double precision, present text
) RETURNS text LANGUAGE sql STABLE AS $$
  SELECT COALESCE(
    (SELECT a.grid_code FROM gridmap.assignment AS a WHERE a.plan_id = of_plan AND a.building_id = building),
    (SELECT min(g.grid_code) FROM gridmap.grid AS g
     WHERE g.plan_id = of_plan AND ST_Intersects(g.geom, ST_SetSRID(ST_MakePoint(lon, lat), 4326))),
    present
  )
$$;
COMMENT ON FUNCTION staged_grid IS 'the grid a staged case has in a plan: its building''s, else its point''s, else the present one';
