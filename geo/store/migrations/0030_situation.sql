-- Counts kept by the database itself: whoever writes case_record, in whatever way, moves the daily counts and
-- open_due_count in the same transaction. Figures of buildings, and the notice that a layer has changed.

-- A count is stored by two integers, day and cell: with the codes as text the same million cases took five times as
-- long to add up (35 s against 6.6 s) and 351 MB instead of 143 MB. daily_count puts the codes back.
CREATE TABLE count_cell (
  cell_id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  county_code text NOT NULL,
  community_code text NOT NULL,
  subdistrict_code text NOT NULL GENERATED ALWAYS AS (left(community_code, 9)) STORED,
  grid_code text NOT NULL,
  category text NOT NULL REFERENCES category (code),
  ledger text NOT NULL,
  CONSTRAINT count_cell_codes UNIQUE (grid_code, community_code, category, ledger, county_code)
);
COMMENT ON TABLE count_cell IS 'what cases are counted by: where, category and ledger';
SELECT secure_table('count_cell', 'place');

CREATE TABLE daily_event (
  day date NOT NULL,
  cell_id integer NOT NULL,
  reported integer NOT NULL DEFAULT 0,
  accepted integer NOT NULL DEFAULT 0,
  resolved integer NOT NULL DEFAULT 0,
  closed integer NOT NULL DEFAULT 0,
  closed_on_time integer NOT NULL DEFAULT 0,
  fell_overdue integer NOT NULL DEFAULT 0,
  closed_late integer NOT NULL DEFAULT 0,
  PRIMARY KEY (day, cell_id)
);
COMMENT ON TABLE daily_event IS 'each event counts on its own day (Asia/Shanghai); open on a day = reported - closed up to it';
COMMENT ON COLUMN daily_event.cell_id IS 'a count_cell, which is never deleted; a foreign key would cost more than the count itself';
COMMENT ON COLUMN daily_event.fell_overdue IS 'cases still open at the end of their due day, counted on the day after it';
COMMENT ON COLUMN daily_event.closed_late IS 'closed on a later day than the due day, so overdue = fell_overdue - closed_late up to a day; closed_on_time goes by the moment';
ALTER TABLE daily_event ENABLE ROW LEVEL SECURITY;
ALTER TABLE daily_event FORCE ROW LEVEL SECURITY;
CREATE POLICY owner_all ON daily_event TO gridmap_owner USING (true) WITH CHECK (true);
CREATE POLICY city ON daily_event FOR SELECT TO scope_wall, scope_city USING (true);
-- The inner query is under the same role's policies.
CREATE POLICY with_cell ON daily_event FOR SELECT
  TO scope_county, scope_subdistrict, scope_community, scope_grid
  USING (cell_id IN (SELECT cell_id FROM count_cell));

CREATE VIEW daily_count WITH (security_invoker) AS
SELECT day, county_code, community_code, subdistrict_code, grid_code, category, ledger, reported, accepted, resolved,
       closed, closed_on_time, fell_overdue, closed_late
FROM daily_event JOIN count_cell USING (cell_id);
COMMENT ON VIEW daily_count IS 'the daily counts with their codes';

CREATE TABLE count_day (
  day date PRIMARY KEY,
  version bigint NOT NULL
);
COMMENT ON TABLE count_day IS 'cases version at which a day''s counts or reported cases last changed: a reader fetches only later ones';
-- Usage: the days that changed since a version.
CREATE INDEX count_day_version ON count_day (version);
SELECT secure_table('count_day', 'open');

CREATE TABLE open_due_count (
  due_on date NOT NULL,
  county_code text NOT NULL,
  community_code text NOT NULL,
  subdistrict_code text NOT NULL GENERATED ALWAYS AS (left(community_code, 9)) STORED,
  grid_code text NOT NULL,
  category text NOT NULL,
  ledger text NOT NULL,
  open integer NOT NULL DEFAULT 0,
  PRIMARY KEY (due_on, grid_code, community_code, category, ledger, county_code)
);
COMMENT ON TABLE open_due_count IS 'cases open now by the day they are due: how late the oldest is, without a case row';
SELECT secure_table('open_due_count', 'place');

CREATE TABLE building_figure (
  building_id text NOT NULL,
  county_code text NOT NULL,
  community_code text NOT NULL,
  subdistrict_code text NOT NULL GENERATED ALWAYS AS (left(community_code, 9)) STORED,
  grid_code text NOT NULL DEFAULT '',
  dwellings integer NOT NULL,
  households integer NOT NULL,
  residents integer NOT NULL,
  PRIMARY KEY (county_code, building_id)
);
COMMENT ON TABLE building_figure IS 'stock per building: households counted from their table, else as stated; kept by the load';
-- Usage: figures of a building by its key alone.
CREATE INDEX building_figure_id ON building_figure (building_id);
SELECT secure_table('building_figure', 'case');

GRANT SELECT ON count_cell, daily_event, daily_count, count_day, open_due_count
TO scope_none, scope_wall, scope_city, scope_county, scope_subdistrict, scope_community, scope_grid;
-- Exact counts of one house are not the wall's.
GRANT SELECT ON building_figure TO scope_none, scope_city, scope_county, scope_subdistrict, scope_community, scope_grid;

CREATE FUNCTION bump(changed_layer text) RETURNS bigint LANGUAGE sql AS $$
  UPDATE gridmap.data_version SET version = version + 1, changed_at = clock_timestamp()
  WHERE layer = changed_layer RETURNING version;
$$;
COMMENT ON FUNCTION bump(text) IS 'raises a layer''s data_version';

CREATE FUNCTION notify_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_notify('gridmap_data', NEW.layer || ' ' || NEW.version);
  RETURN NULL;
END
$$;
CREATE TRIGGER data_version_notify AFTER UPDATE ON data_version FOR EACH ROW
  WHEN (NEW.version IS DISTINCT FROM OLD.version) EXECUTE FUNCTION notify_version();

CREATE FUNCTION local_day(moment timestamptz) RETURNS date LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT (moment AT TIME ZONE 'Asia/Shanghai')::date
$$;
COMMENT ON FUNCTION local_day(timestamptz) IS 'the Asia/Shanghai day of a moment';
GRANT EXECUTE ON FUNCTION local_day(timestamptz) TO
  scope_none, scope_wall, scope_city, scope_county, scope_subdistrict, scope_community, scope_grid;

CREATE FUNCTION count_cells_query(changed text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
  SELECT format($query$
    INSERT INTO gridmap.count_cell (grid_code, community_code, category, ledger, county_code)
    SELECT DISTINCT grid_code, community_code, category, ledger, county_code FROM (%s) AS changed
    ORDER BY grid_code, community_code, category, ledger, county_code
    ON CONFLICT DO NOTHING
  $query$, changed)
$$;
COMMENT ON FUNCTION count_cells_query(text) IS 'SQL that makes the cells of changed cases';

CREATE FUNCTION count_query(changed text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
  SELECT format($query$
    WITH changed AS MATERIALIZED (
      SELECT c.cell_id, x.sign, x.closed_at IS NULL AS still_open, x.closed_at <= x.due_at AS on_time,
             gridmap.local_day(x.reported_at) AS reported_on, gridmap.local_day(x.accepted_at) AS accepted_on,
             gridmap.local_day(x.resolved_at) AS resolved_on, gridmap.local_day(x.closed_at) AS closed_on,
             gridmap.local_day(x.due_at) AS due_on
      FROM (%s) AS x
      JOIN gridmap.count_cell AS c USING (grid_code, community_code, category, ledger, county_code)
    ),
    event (day, cell_id, reported, accepted, resolved, closed, closed_on_time, fell_overdue, closed_late) AS (
      SELECT reported_on, cell_id, sign, 0, 0, 0, 0, 0, 0 FROM changed
      UNION ALL
      SELECT accepted_on, cell_id, 0, sign, 0, 0, 0, 0, 0 FROM changed WHERE accepted_on IS NOT NULL
      UNION ALL
      SELECT resolved_on, cell_id, 0, 0, sign, 0, 0, 0, 0 FROM changed WHERE resolved_on IS NOT NULL
      UNION ALL
      SELECT closed_on, cell_id, 0, 0, 0, sign, sign * on_time::int, 0, sign * (closed_on > due_on)::int
      FROM changed WHERE NOT still_open
      UNION ALL
      SELECT due_on + 1, cell_id, 0, 0, 0, 0, 0, sign, 0 FROM changed WHERE still_open OR closed_on > due_on
    ),
    total AS MATERIALIZED (
      SELECT day, cell_id, sum(reported)::int, sum(accepted)::int, sum(resolved)::int, sum(closed)::int,
             sum(closed_on_time)::int, sum(fell_overdue)::int, sum(closed_late)::int
      FROM event GROUP BY day, cell_id
    ),
    counted AS (
      INSERT INTO gridmap.daily_event AS d
      -- In the order of the key, so that two writers meet the rows in the same order and can't wait for each other.
      SELECT * FROM total AS t (day, cell_id, a, b, c, d, e, f, g) WHERE (a, b, c, d, e, f, g) <> (0, 0, 0, 0, 0, 0, 0)
      ORDER BY day, cell_id
      ON CONFLICT (day, cell_id) DO UPDATE
      SET reported = d.reported + EXCLUDED.reported, accepted = d.accepted + EXCLUDED.accepted,
          resolved = d.resolved + EXCLUDED.resolved, closed = d.closed + EXCLUDED.closed,
          closed_on_time = d.closed_on_time + EXCLUDED.closed_on_time,
          fell_overdue = d.fell_overdue + EXCLUDED.fell_overdue, closed_late = d.closed_late + EXCLUDED.closed_late
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
COMMENT ON FUNCTION count_query(text) IS 'SQL that adds changed cases (sign 1: now so, -1: no longer so) to the counts; $1 = the cases version';

-- Only what is counted differently costs anything: old and new rows cancel out in the sums.
CREATE FUNCTION count_cases() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = gridmap, public, pg_temp AS $$
DECLARE
  changed text := CASE TG_OP
    WHEN 'INSERT' THEN 'SELECT 1 AS sign, * FROM new_case'
    WHEN 'DELETE' THEN 'SELECT -1 AS sign, * FROM old_case'
    ELSE 'SELECT 1 AS sign, * FROM new_case UNION ALL SELECT -1, * FROM old_case'
  END;
  found boolean;
BEGIN
  EXECUTE format('SELECT EXISTS (%s)', changed) INTO found;
  IF found THEN
    EXECUTE count_cells_query(changed);
    EXECUTE count_query(changed) USING bump('cases');
  END IF;
  RETURN NULL;
END
$$;

CREATE FUNCTION rebuild_counts() RETURNS void LANGUAGE plpgsql SECURITY DEFINER
SET search_path = gridmap, public, pg_temp AS $$
DECLARE
  now_version bigint := bump('cases');
  changed CONSTANT text := 'SELECT 1 AS sign, * FROM gridmap.case_record';
BEGIN
  UPDATE count_day SET version = now_version;
  DELETE FROM daily_event;
  DELETE FROM open_due_count;
  EXECUTE count_cells_query(changed);
  EXECUTE count_query(changed) USING now_version;
END
$$;
COMMENT ON FUNCTION rebuild_counts() IS 'counts every case anew; gives what the triggers have kept, without rows of zeros';

CREATE FUNCTION recount_cases() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = gridmap, public, pg_temp AS $$
BEGIN
  PERFORM rebuild_counts();
  RETURN NULL;
END
$$;

CREATE TRIGGER case_record_inserted AFTER INSERT ON case_record
  REFERENCING NEW TABLE AS new_case FOR EACH STATEMENT EXECUTE FUNCTION count_cases();
CREATE TRIGGER case_record_updated AFTER UPDATE ON case_record
  REFERENCING OLD TABLE AS old_case NEW TABLE AS new_case FOR EACH STATEMENT EXECUTE FUNCTION count_cases();
CREATE TRIGGER case_record_deleted AFTER DELETE ON case_record
  REFERENCING OLD TABLE AS old_case FOR EACH STATEMENT EXECUTE FUNCTION count_cases();
CREATE TRIGGER case_record_truncated AFTER TRUNCATE ON case_record
  FOR EACH STATEMENT EXECUTE FUNCTION recount_cases();
