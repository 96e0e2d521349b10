-- rebuild_daily_counts: Count every case anew.
SELECT rebuild_counts();

-- clear_building_figures: Forget the stock of buildings.
DELETE FROM building_figure;

-- fill_building_figures: Stock of every building; households as stated where the table has none of the building.
INSERT INTO building_figure (building_id, county_code, community_code, grid_code, dwellings, households, residents)
SELECT b.building_id, b.county_code, b.community_code, COALESCE(b.grid_code, ''), COALESCE(d.count, 0),
       COALESCE(h.count, b.households, 0), COALESCE(r.count, 0)
FROM building AS b
LEFT JOIN (SELECT building_id, county_code, count(*) FROM dwelling GROUP BY 1, 2) AS d USING (building_id, county_code)
LEFT JOIN (SELECT building_id, county_code, count(*) FROM household GROUP BY 1, 2) AS h USING (building_id, county_code)
LEFT JOIN (SELECT building_id, county_code, count(*) FROM resident GROUP BY 1, 2) AS r USING (building_id, county_code);

-- clear_grid_figures: Forget the stock of grids.
DELETE FROM grid_figure;

-- fill_grid_figures: Stock of every grid of the plan in force, and of buildings without one.
INSERT INTO grid_figure (grid_code, community_code, buildings, dwellings, households, residents, care_households, workers)
WITH stock AS (
  SELECT grid_code, community_code, count(*) AS buildings, sum(dwellings) AS dwellings, sum(households) AS households,
         sum(residents) AS residents
  FROM building_figure GROUP BY grid_code, community_code
), care AS (
  SELECT f.grid_code, f.community_code, count(DISTINCT r.household_id) AS households
  FROM resident AS r JOIN building_figure AS f USING (county_code, building_id)
  WHERE r.care <> '{}' GROUP BY f.grid_code, f.community_code
), duty AS (
  SELECT w.grid_code, count(DISTINCT w.worker_id) AS workers
  FROM worker AS w, city AS c
  WHERE w.role IN ('captain', 'worker')
    AND COALESCE(w.from_on, '-infinity') <= local_day(COALESCE(c.as_of, now()))
    AND COALESCE(w.to_on, 'infinity') >= local_day(COALESCE(c.as_of, now()))
  GROUP BY w.grid_code
), place AS (
  SELECT g.grid_code, g.community_code
  FROM grid AS g JOIN plan AS p USING (plan_id) WHERE p.status = 'published' AND p.valid_to IS NULL
  UNION
  SELECT grid_code, community_code FROM stock
)
SELECT p.grid_code, p.community_code, COALESCE(s.buildings, 0), COALESCE(s.dwellings, 0), COALESCE(s.households, 0),
       COALESCE(s.residents, 0), COALESCE(c.households, 0), COALESCE(d.workers, 0)
FROM place AS p
LEFT JOIN stock AS s USING (grid_code, community_code)
LEFT JOIN care AS c USING (grid_code, community_code)
LEFT JOIN duty AS d USING (grid_code);

-- clear_population: Forget the age structure.
DELETE FROM population_count;

-- fill_population: People per grid, birth year and sex.
INSERT INTO population_count (community_code, grid_code, birth_year, sex, residents)
SELECT f.community_code, f.grid_code, COALESCE(r.birth_year, 0), COALESCE(r.sex, ''), count(*)
FROM resident AS r JOIN building_figure AS f USING (county_code, building_id)
GROUP BY 1, 2, 3, 4;

-- clear_visit_days: Forget the days of last visits.
DELETE FROM visit_day;

-- fill_visit_days: Households per grid by the day of their last visit.
INSERT INTO visit_day (grid_code, community_code, last_visit_on, care, households)
SELECT f.grid_code, f.community_code, v.last_on, c.household_id IS NOT NULL, count(*)
FROM household AS h
JOIN building_figure AS f USING (county_code, building_id)
LEFT JOIN (
  SELECT county_code, household_id, local_day(max(visited_at)) AS last_on FROM visit GROUP BY 1, 2
) AS v USING (county_code, household_id)
LEFT JOIN (
  SELECT DISTINCT county_code, household_id FROM resident WHERE care <> '{}'
) AS c USING (county_code, household_id)
GROUP BY 1, 2, 3, 4;

-- analyse: The planner knows the new figures.
ANALYZE building_figure, grid_figure, population_count, visit_day;

-- bump: A layer has changed; the next tile, cube and page show it.
SELECT bump(%(layer)s);
