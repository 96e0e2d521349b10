-- What the planner's roles may do beyond reading: counts of visits due without a household row.

CREATE OR REPLACE FUNCTION visits_due(community text, since date) RETURNS TABLE (building_id text, due bigint)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = gridmap, public, pg_temp AS $$
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
COMMENT ON FUNCTION visits_due(text, date) IS 'care visits due per building: households last visited on or before a day';
GRANT EXECUTE ON FUNCTION visits_due(text, date) TO
  plan_city, plan_county, plan_subdistrict, plan_community, review_city, review_county, review_subdistrict, review_community;
