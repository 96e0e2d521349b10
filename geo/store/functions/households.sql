-- The one way in which a resident's name and phone leave the database.

CREATE OR REPLACE FUNCTION open_household(wanted text, why text, who text)
RETURNS TABLE (resident_id text, name text, sex text, birth_year integer, phone text, care text[])
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = gridmap, pg_temp AS $$
DECLARE
  -- The function runs as the owner, who sees all: the caller's scope is checked here, by the role it took.
  scope CONSTANT text := current_setting('role');
  codes CONSTANT text[] := scope_codes();
  seen boolean;
BEGIN
  IF COALESCE(why, '') !~ '[^[:space:]]' THEN
    RAISE EXCEPTION 'a household is opened with a reason'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'open_household_reason';
  END IF;
  SELECT CASE scope
      WHEN 'person_city' THEN true
      WHEN 'person_county' THEN h.county_code = ANY (codes)
      WHEN 'person_subdistrict' THEN h.subdistrict_code = ANY (codes)
      WHEN 'person_community' THEN h.community_code = ANY (codes)
      WHEN 'person_grid' THEN EXISTS (
        SELECT FROM building AS b
        WHERE b.county_code = h.county_code AND b.building_id = h.building_id AND b.grid_code = ANY (codes)
      )
    END
  INTO seen
  FROM household AS h WHERE h.household_id = wanted;
  IF seen IS NOT TRUE THEN
    -- Outside the scope and not there at all answer alike; the attempt stays in the log.
    PERFORM audit_append(who, 'household.refused', 'household', wanted, why);
    RETURN;
  END IF;
  PERFORM audit_append(who, 'household.opened', 'household', wanted, why);
  RETURN QUERY
    SELECT r.resident_id, r.name, r.sex, r.birth_year, r.phone, r.care
    FROM household AS h
    JOIN resident AS r ON r.county_code = h.county_code AND r.household_id = h.household_id
    WHERE h.household_id = wanted
    ORDER BY r.birth_year NULLS LAST, r.resident_id;
END
$$;
COMMENT ON FUNCTION open_household IS 'residents of a household with name and phone, after writing the audit row';
GRANT EXECUTE ON FUNCTION open_household TO
  person_city, person_county, person_subdistrict, person_community, person_grid;
