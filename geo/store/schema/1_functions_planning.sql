CREATE FUNCTION gridmap.case_grid_at(of_channel text, of_case text, grid text, moment timestamp with time zone) RETURNS text
    LANGUAGE sql STABLE PARALLEL SAFE
    AS $$
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
CREATE FUNCTION gridmap.count_query(changed text) RETURNS text
    LANGUAGE sql IMMUTABLE
    AS $_$
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
$_$;
CREATE FUNCTION gridmap.in_scope(area_code text) RETURNS boolean
    LANGUAGE sql STABLE PARALLEL SAFE
    AS $$
  SELECT EXISTS (SELECT FROM unnest(scope_codes()) AS own WHERE starts_with(area_code, own))
$$;
CREATE FUNCTION gridmap.publish_draft(wanted bigint, actor text, places text[], grids text[]) RETURNS TABLE(plan_id bigint, buildings_moved bigint, cases_moved bigint)
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'gridmap', 'public', 'pg_temp'
    AS $$
#variable_conflict use_column
DECLARE
  d draft;
  old_plan bigint;
  new_plan bigint;
  touched text[];
BEGIN
  SELECT * INTO d FROM draft WHERE draft_id = wanted FOR UPDATE;
  PERFORM publish_reviewer(actor, d.area_code);
  IF d.status <> 'in_review' THEN PERFORM publish_refuse('draft_in_review'); END IF;
  IF actor = d.created_by OR EXISTS (SELECT FROM draft_stroke AS s WHERE s.draft_id = wanted AND s.actor = publish_draft.actor)
  THEN PERFORM publish_refuse('plan_second_person'); END IF;
  SELECT p.plan_id INTO old_plan FROM plan AS p WHERE p.status = 'published' AND p.valid_to IS NULL FOR UPDATE;
  IF old_plan IS DISTINCT FROM d.base_plan_id THEN PERFORM publish_refuse('draft_base'); END IF;
  SELECT array_agg(DISTINCT g.community_code) INTO touched FROM draft_grid AS g WHERE g.draft_id = wanted;
  IF touched IS NULL THEN PERFORM publish_refuse('draft_empty'); END IF;
  UPDATE plan AS p SET valid_to = clock_timestamp() WHERE p.plan_id = old_plan;
  INSERT INTO plan AS p (name, status, base_plan_id, standards, created_by, created_at, reviewed_by, reviewed_at, published_by, valid_from)
  VALUES (d.name, 'published', old_plan, d.options, d.created_by, d.created_at, actor, clock_timestamp(), actor, clock_timestamp())
  RETURNING p.plan_id INTO new_plan;
  INSERT INTO grid (plan_id, grid_code, community_code, name, geom, provisional)
  SELECT new_plan, g.grid_code, g.community_code, g.name, g.geom, g.provisional
  FROM grid AS g WHERE g.plan_id = old_plan AND g.community_code <> ALL (touched);
  INSERT INTO grid (plan_id, grid_code, community_code, name, geom)
  SELECT new_plan, g.grid_code, g.community_code, g.name, g.geom FROM draft_grid AS g WHERE g.draft_id = wanted;
  INSERT INTO assignment (plan_id, building_id, county_code, grid_code)
  SELECT new_plan, b.building_id, b.county_code, n.grid_code
  FROM unnest(places, grids) AS n (building_id, grid_code) JOIN building AS b USING (building_id);
  INSERT INTO assignment (plan_id, building_id, county_code, grid_code)
  SELECT new_plan, a.building_id, a.county_code, a.grid_code
  FROM assignment AS a JOIN building AS b USING (county_code, building_id)
  WHERE a.plan_id = old_plan AND b.community_code <> ALL (touched)
    AND EXISTS (SELECT FROM grid AS g WHERE g.plan_id = new_plan AND g.grid_code = a.grid_code)
  ON CONFLICT DO NOTHING;
  IF EXISTS (
    SELECT FROM building AS b WHERE b.community_code = ANY (touched)
      AND NOT EXISTS (SELECT FROM assignment AS a WHERE a.plan_id = new_plan AND a.building_id = b.building_id)
  ) THEN PERFORM publish_refuse('draft_building_without_grid'); END IF;
  UPDATE draft SET status = 'published', plan_id = new_plan, changed_at = clock_timestamp() WHERE draft_id = wanted;
  RETURN QUERY SELECT new_plan, f.buildings_moved, f.cases_moved FROM put_in_force(new_plan, old_plan, touched) AS f;
  PERFORM audit_append(actor, 'plan.published', 'plan', new_plan::text, '',
    jsonb_build_object('draft', wanted, 'base', old_plan, 'communities', cardinality(touched)));
END
$$;
CREATE FUNCTION gridmap.publish_refuse(rule text) RETURNS void
    LANGUAGE plpgsql
    AS $$
BEGIN
  RAISE EXCEPTION 'the plan can not be published: %', rule USING ERRCODE = 'check_violation', CONSTRAINT = rule;
END
$$;
CREATE FUNCTION gridmap.publish_reviewer(actor text, area text) RETURNS void
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'gridmap', 'public', 'pg_temp'
    AS $$
BEGIN
  -- The scope is the role the transaction took; who acts is looked up, not believed.
  IF NOT (current_setting('role') = 'review_city' OR (current_setting('role') LIKE 'review\_%' AND in_scope(area))) THEN
    PERFORM publish_refuse('publish_scope');
  END IF;
  IF NOT EXISTS (SELECT FROM account WHERE username = actor AND role = 'reviewer' AND NOT disabled) THEN
    PERFORM publish_refuse('publish_reviewer');
  END IF;
END
$$;
CREATE FUNCTION gridmap.put_in_force(new_plan bigint, old_plan bigint, touched text[]) RETURNS TABLE(buildings_moved bigint, cases_moved bigint)
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'gridmap', 'public', 'pg_temp'
    AS $$
DECLARE
  moment timestamptz := (SELECT COALESCE(as_of, clock_timestamp()) FROM city);
  today date := local_day(moment);
  in_step boolean := (
    SELECT c.linked_version = (
      SELECT sum(version) FROM data_version WHERE layer IN ('areas', 'buildings', 'dwellings', 'grids', 'aliases')
    ) FROM city AS c
  );
BEGIN
  UPDATE plan SET in_force_from = moment WHERE plan_id = new_plan;
  UPDATE building AS b SET grid_code = a.grid_code
  FROM assignment AS a
  WHERE a.plan_id = new_plan AND a.county_code = b.county_code AND a.building_id = b.building_id
    AND b.community_code = ANY (touched) AND b.grid_code IS DISTINCT FROM a.grid_code;
  GET DIAGNOSTICS buildings_moved = ROW_COUNT;
  -- An open case goes where its building went, else where its point lies, else to the grid that took most buildings of
  -- its old one. The moves are written first: the triggers count the old row and the new one by them.
  INSERT INTO case_move (channel, case_no, plan_id, moved_at, from_grid, to_grid)
  SELECT c.channel, c.case_no, new_plan, moment, c.grid_code, n.grid_code
  FROM case_record AS c
  CROSS JOIN LATERAL (
    SELECT COALESCE(
      (SELECT a.grid_code FROM assignment AS a WHERE a.plan_id = new_plan AND a.building_id = c.building_id),
      (SELECT min(g.grid_code) FROM grid AS g WHERE g.plan_id = new_plan AND ST_Intersects(g.geom, c.geom)),
      (SELECT g.grid_code FROM grid AS g WHERE g.plan_id = new_plan AND g.grid_code = c.grid_code),
      (SELECT a.grid_code FROM assignment AS o JOIN assignment AS a USING (building_id)
       WHERE o.plan_id = old_plan AND o.grid_code = c.grid_code AND a.plan_id = new_plan
       GROUP BY a.grid_code ORDER BY count(*) DESC, a.grid_code LIMIT 1)
    ) AS grid_code
  ) AS n
  WHERE c.community_code = ANY (touched) AND c.state <> 'closed' AND c.grid_code <> ''
    AND n.grid_code IS NOT NULL AND n.grid_code <> c.grid_code
  ORDER BY c.channel, c.case_no;
  GET DIAGNOSTICS cases_moved = ROW_COUNT;
  UPDATE case_record AS c SET grid_code = m.to_grid, community_code = left(m.to_grid, 12)
  FROM case_move AS m
  WHERE m.plan_id = new_plan AND m.moved_at = moment AND m.channel = c.channel AND m.case_no = c.case_no;
  -- Duties on a closed grid end; those an earlier plan ended come back with their grid.
  INSERT INTO duty_end (plan_id, worker_id, grid_code, from_on, to_on)
  SELECT new_plan, w.worker_id, w.grid_code, w.from_on, w.to_on FROM worker AS w
  WHERE left(w.grid_code, 12) = ANY (touched) AND COALESCE(w.to_on, 'infinity') >= today
    AND NOT EXISTS (SELECT FROM grid AS g WHERE g.plan_id = new_plan AND g.grid_code = w.grid_code);
  UPDATE worker AS w SET to_on = today - 1, from_on = LEAST(w.from_on, today - 1)
  FROM duty_end AS e WHERE e.plan_id = new_plan AND e.worker_id = w.worker_id AND e.grid_code = w.grid_code;
  UPDATE worker AS w SET from_on = e.from_on, to_on = e.to_on
  FROM (
    SELECT DISTINCT ON (worker_id, grid_code) worker_id, grid_code, from_on, to_on FROM duty_end
    WHERE plan_id < new_plan ORDER BY worker_id, grid_code, plan_id DESC
  ) AS e
  WHERE e.worker_id = w.worker_id AND e.grid_code = w.grid_code AND left(w.grid_code, 12) = ANY (touched)
    AND EXISTS (SELECT FROM grid AS g WHERE g.plan_id = new_plan AND g.grid_code = w.grid_code)
    AND NOT EXISTS (SELECT FROM grid AS g WHERE g.plan_id = old_plan AND g.grid_code = w.grid_code);
  PERFORM regroup_figures(touched, today);
  UPDATE plan AS p SET provisional = COALESCE((SELECT bool_or(g.provisional) FROM grid AS g WHERE g.plan_id = new_plan), false)
  WHERE p.plan_id = new_plan;
  PERFORM bump(layer) FROM unnest(ARRAY['buildings', 'dwellings', 'grids', 'visits', 'workers']) AS layer;
  -- Cases stand on the new plan now: the next load need not place them again, unless it would have had to anyway.
  UPDATE city SET linked_plan_id = new_plan, linked_version = CASE WHEN in_step THEN (
    SELECT sum(version) FROM data_version WHERE layer IN ('areas', 'buildings', 'dwellings', 'grids', 'aliases')
  ) ELSE linked_version END;
  RETURN NEXT;
END
$$;
CREATE FUNCTION gridmap.regroup_figures(touched text[], today date) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'gridmap', 'public', 'pg_temp'
    AS $$
BEGIN
  UPDATE building_figure AS f SET grid_code = COALESCE(b.grid_code, '')
  FROM building AS b
  WHERE b.county_code = f.county_code AND b.building_id = f.building_id AND f.community_code = ANY (touched)
    AND f.grid_code IS DISTINCT FROM COALESCE(b.grid_code, '');
  DELETE FROM grid_figure WHERE community_code = ANY (touched);
  INSERT INTO grid_figure (grid_code, community_code, buildings, dwellings, households, residents, care_households, workers)
  WITH stock AS (
    SELECT grid_code, community_code, count(*) AS buildings, sum(dwellings) AS dwellings, sum(households) AS households,
           sum(residents) AS residents
    FROM building_figure WHERE community_code = ANY (touched) GROUP BY grid_code, community_code
  ), care AS (
    SELECT f.grid_code, f.community_code, count(DISTINCT r.household_id) AS households
    FROM resident AS r JOIN building_figure AS f USING (county_code, building_id)
    WHERE r.care <> '{}' AND f.community_code = ANY (touched) GROUP BY f.grid_code, f.community_code
  ), duty AS (
    SELECT w.grid_code, count(DISTINCT w.worker_id) AS workers FROM worker AS w
    WHERE w.role IN ('captain', 'worker') AND COALESCE(w.from_on, '-infinity') <= today
      AND COALESCE(w.to_on, 'infinity') >= today
    GROUP BY w.grid_code
  ), place AS (
    SELECT g.grid_code, g.community_code FROM grid AS g JOIN plan AS p USING (plan_id)
    WHERE p.status = 'published' AND p.valid_to IS NULL AND g.community_code = ANY (touched)
    UNION SELECT grid_code, community_code FROM stock
  )
  SELECT p.grid_code, p.community_code, COALESCE(s.buildings, 0), COALESCE(s.dwellings, 0), COALESCE(s.households, 0),
         COALESCE(s.residents, 0), COALESCE(c.households, 0), COALESCE(d.workers, 0)
  FROM place AS p
  LEFT JOIN stock AS s USING (grid_code, community_code)
  LEFT JOIN care AS c USING (grid_code, community_code)
  LEFT JOIN duty AS d USING (grid_code);
  DELETE FROM population_count WHERE community_code = ANY (touched);
  INSERT INTO population_count (community_code, grid_code, birth_year, sex, residents)
  SELECT f.community_code, f.grid_code, COALESCE(r.birth_year, 0), COALESCE(r.sex, ''), count(*)
  FROM resident AS r JOIN building_figure AS f USING (county_code, building_id)
  WHERE f.community_code = ANY (touched) GROUP BY 1, 2, 3, 4;
  DELETE FROM visit_day WHERE community_code = ANY (touched);
  INSERT INTO visit_day (grid_code, community_code, last_visit_on, care, households)
  SELECT f.grid_code, f.community_code, v.last_on, c.household_id IS NOT NULL, count(*)
  FROM household AS h
  JOIN building_figure AS f USING (county_code, building_id)
  LEFT JOIN (
    SELECT county_code, household_id, local_day(max(visited_at)) AS last_on FROM visit
    WHERE community_code = ANY (touched) GROUP BY 1, 2
  ) AS v USING (county_code, household_id)
  LEFT JOIN (
    SELECT DISTINCT county_code, household_id FROM resident WHERE care <> '{}' AND community_code = ANY (touched)
  ) AS c USING (county_code, household_id)
  WHERE f.community_code = ANY (touched)
  GROUP BY 1, 2, 3, 4;
END
$$;
CREATE FUNCTION gridmap.republish_plan(wanted bigint, actor text, why text) RETURNS TABLE(plan_id bigint, buildings_moved bigint, cases_moved bigint)
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'gridmap', 'public', 'pg_temp'
    AS $$
#variable_conflict use_column
DECLARE
  was plan;
  old_plan bigint;
  new_plan bigint;
  touched text[];
BEGIN
  SELECT * INTO was FROM plan AS p WHERE p.plan_id = wanted AND p.status = 'published';
  IF was.plan_id IS NULL THEN PERFORM publish_refuse('plan_unknown'); END IF;
  IF current_setting('role') <> 'review_city' THEN PERFORM publish_refuse('publish_scope'); END IF;
  PERFORM publish_reviewer(actor, '');
  SELECT p.plan_id INTO old_plan FROM plan AS p WHERE p.status = 'published' AND p.valid_to IS NULL FOR UPDATE;
  IF old_plan = wanted THEN PERFORM publish_refuse('plan_is_in_force'); END IF;
  UPDATE plan AS p SET valid_to = clock_timestamp() WHERE p.plan_id = old_plan;
  INSERT INTO plan AS p (name, status, base_plan_id, standards, created_by, reviewed_by, reviewed_at, published_by, valid_from)
  VALUES (was.name, 'published', old_plan, was.standards, was.created_by, actor, clock_timestamp(), actor, clock_timestamp())
  RETURNING p.plan_id INTO new_plan;
  INSERT INTO grid (plan_id, grid_code, community_code, name, geom, provisional)
  SELECT new_plan, g.grid_code, g.community_code, g.name, g.geom, g.provisional FROM grid AS g WHERE g.plan_id = wanted;
  -- A building that came after the plan belongs to the grid it stands in.
  INSERT INTO assignment (plan_id, building_id, county_code, grid_code)
  SELECT new_plan, b.building_id, b.county_code, COALESCE(a.grid_code, (
    SELECT min(g.grid_code) FROM grid AS g WHERE g.plan_id = wanted AND ST_Intersects(g.geom, ST_PointOnSurface(b.geom))
  ))
  FROM building AS b LEFT JOIN assignment AS a ON a.plan_id = wanted AND a.building_id = b.building_id
  WHERE a.grid_code IS NOT NULL OR EXISTS (
    SELECT FROM grid AS g WHERE g.plan_id = wanted AND ST_Intersects(g.geom, ST_PointOnSurface(b.geom))
  );
  SELECT array_agg(DISTINCT community_code) INTO touched FROM (
    SELECT b.community_code FROM building AS b
    LEFT JOIN assignment AS n ON n.plan_id = new_plan AND n.building_id = b.building_id
    WHERE b.grid_code IS DISTINCT FROM n.grid_code
    UNION
    SELECT g.community_code FROM grid AS g FULL JOIN (SELECT * FROM grid AS x WHERE x.plan_id = old_plan) AS o
      ON o.grid_code = g.grid_code
    WHERE g.plan_id = new_plan AND (o.grid_code IS NULL OR NOT ST_OrderingEquals(o.geom, g.geom))
    UNION
    SELECT o.community_code FROM grid AS o WHERE o.plan_id = old_plan
      AND NOT EXISTS (SELECT FROM grid AS g WHERE g.plan_id = new_plan AND g.grid_code = o.grid_code)
  ) AS differing;
  RETURN QUERY SELECT new_plan, f.buildings_moved, f.cases_moved FROM put_in_force(new_plan, old_plan, COALESCE(touched, '{}')) AS f;
  PERFORM audit_append(actor, 'plan.published_again', 'plan', new_plan::text, why,
    jsonb_build_object('plan', wanted, 'base', old_plan));
END
$$;
CREATE FUNCTION gridmap.secure_drafts(target regclass, own text) RETURNS void
    LANGUAGE plpgsql
    AS $$
BEGIN
  EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', target);
  EXECUTE format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', target);
  EXECUTE format('CREATE POLICY owner_all ON %s TO gridmap_owner USING (true) WITH CHECK (true)', target);
  EXECUTE format('CREATE POLICY city ON %s TO plan_city, review_city USING (true) WITH CHECK (true)', target);
  EXECUTE format(
    'CREATE POLICY within ON %s TO plan_county, plan_subdistrict, plan_community, review_county, review_subdistrict,'
    ' review_community USING (%s) WITH CHECK (%s)', target, own, own
  );
END
$$;
CREATE FUNCTION gridmap.staged_grid(of_plan bigint, building text, lon double precision, lat double precision, present text) RETURNS text
    LANGUAGE sql STABLE
    AS $$
  SELECT COALESCE(
    (SELECT a.grid_code FROM gridmap.assignment AS a WHERE a.plan_id = of_plan AND a.building_id = building),
    (SELECT min(g.grid_code) FROM gridmap.grid AS g
     WHERE g.plan_id = of_plan AND ST_Intersects(g.geom, ST_SetSRID(ST_MakePoint(lon, lat), 4326))),
    present
  )
$$;
CREATE FUNCTION gridmap.visits_due(community text, since date) RETURNS TABLE(building_id text, due bigint)
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'gridmap', 'public', 'pg_temp'
    AS $$
BEGIN
  -- The function runs as the owner, who sees all: the caller's scope is checked here, by the role it took.
  IF NOT (current_setting('role') IN ('plan_city', 'review_city') OR in_scope(community)) THEN
    RETURN;
  END IF;
  -- From the buildings to the few households with care: the other way round every household of the city is read.
  RETURN QUERY
    WITH cared AS MATERIALIZED (
      SELECT DISTINCT h.building_id, h.household_id
      FROM building AS b
      JOIN resident AS r ON r.county_code = b.county_code AND r.building_id = b.building_id AND r.care <> '{}'
      JOIN household AS h ON h.county_code = r.county_code AND h.household_id = r.household_id
      WHERE b.county_code = left(community, 6) AND b.community_code = community
    )
    SELECT c.building_id, count(*)
    FROM cared AS c
    LEFT JOIN LATERAL (
      SELECT local_day(max(v.visited_at)) AS last_on FROM visit AS v WHERE v.household_id = c.household_id
    ) AS v ON true
    WHERE COALESCE(v.last_on, '-infinity') <= since
    GROUP BY c.building_id;
END
$$;
