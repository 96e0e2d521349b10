-- What the planner's roles may do beyond reading: counts of visits due without a household row.

CREATE OR REPLACE FUNCTION visits_due(community text, since date) RETURNS TABLE (building_id text, due bigint)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = gridmap, public, pg_temp AS $$
BEGIN
  -- The function runs as the owner, who sees all: the caller's scope is checked here, by the role it took.
  IF NOT (current_setting('role') IN ('plan_city', 'review_city') OR in_scope(community)) THEN
    RETURN;
  END IF;
  RETURN QUERY
    SELECT h.building_id, count(*)
    FROM household AS h
    LEFT JOIN LATERAL (
      SELECT local_day(max(v.visited_at)) AS last_on FROM visit AS v WHERE v.household_id = h.household_id
    ) AS v ON true
    WHERE h.community_code = community
      AND EXISTS (
        SELECT FROM resident AS r
        WHERE r.county_code = h.county_code AND r.household_id = h.household_id AND r.care <> '{}'
      )
      AND COALESCE(v.last_on, '-infinity') <= since
    GROUP BY h.building_id;
END
$$;
COMMENT ON FUNCTION visits_due(text, date) IS 'care visits due per building: households last visited on or before a day';
GRANT EXECUTE ON FUNCTION visits_due(text, date) TO
  plan_city, plan_county, plan_subdistrict, plan_community, review_city, review_county, review_subdistrict, review_community;
