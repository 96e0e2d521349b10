-- The review queue (待核实地址): what a person decided of a case's place, who is at which case, and what can be undone.
--
-- The check roles (roles.sql) are the scope roles of their level with the right to write a case's place, and nothing
-- else: which duties act under them is geo/service/access.py's decision, which rows they reach is decided here.

ALTER TABLE case_record ADD COLUMN reviewed text NOT NULL DEFAULT '';
ALTER TABLE case_record ADD CONSTRAINT case_record_reviewed CHECK (reviewed IN ('', 'placed', 'not_here'));
COMMENT ON COLUMN case_record.reviewed IS 'what a person decided of the place; the matcher leaves such a case alone';
-- Usage: the review queue.
CREATE INDEX case_record_waiting ON case_record (due_at)
  WHERE reviewed = '' AND (match_status <> 'matched' OR grid_code = '');

CREATE TABLE review_claim (
  county_code text NOT NULL,
  channel text NOT NULL,
  case_no text NOT NULL,
  username text NOT NULL,
  claimed_at timestamptz NOT NULL DEFAULT now(),
  expires_at timestamptz NOT NULL,
  PRIMARY KEY (channel, case_no),
  CONSTRAINT review_claim_case FOREIGN KEY (county_code, channel, case_no)
    REFERENCES case_record (county_code, channel, case_no) ON UPDATE CASCADE ON DELETE CASCADE
);
COMMENT ON TABLE review_claim IS 'who has a waiting case on the screen; soft, ends by itself';

CREATE TABLE review_act (
  act_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  kind text NOT NULL,
  actor text NOT NULL,
  at timestamptz NOT NULL DEFAULT now(),
  reason text NOT NULL DEFAULT '',
  alias text NOT NULL DEFAULT '',
  estate text NOT NULL DEFAULT '',
  building_id text NOT NULL DEFAULT '',
  undone_at timestamptz,
  undone_by text,
  CONSTRAINT review_act_kind CHECK (kind IN ('placed', 'not_here', 'taught')),
  CONSTRAINT review_act_reason CHECK (reason IN ('', 'elsewhere', 'no_such_place', 'too_vague', 'not_built')),
  CONSTRAINT review_act_alias CHECK ((kind = 'taught') = (alias <> ''))
);
COMMENT ON TABLE review_act IS 'one decision of a person in the review queue; codes and place names only';
-- Usage: a person's last decision, which may be undone.
CREATE INDEX review_act_last ON review_act (actor, act_id DESC) WHERE undone_at IS NULL;
-- Usage: was this alias taught here.
CREATE INDEX review_act_alias ON review_act (alias) WHERE alias <> '';

CREATE TABLE review_change (
  act_id bigint NOT NULL REFERENCES review_act,
  county_code text NOT NULL,
  channel text NOT NULL,
  case_no text NOT NULL,
  before jsonb NOT NULL,
  PRIMARY KEY (act_id, channel, case_no),
  CONSTRAINT review_change_case FOREIGN KEY (county_code, channel, case_no)
    REFERENCES case_record (county_code, channel, case_no) ON UPDATE CASCADE ON DELETE CASCADE
);
COMMENT ON COLUMN review_change.before IS 'the case''s place before the decision: codes, ids and the point';
-- Usage: foreign key of the case.
CREATE INDEX review_change_case ON review_change (county_code, channel, case_no);

-- Who reaches which row ---------------------------------------------------------------------------------------------
-- A case's place is written by those who see the case, and only to where they would still see it.
CREATE FUNCTION secure_review() RETURNS void LANGUAGE plpgsql AS $function$
DECLARE
  codes CONSTANT text := '= ANY ((SELECT scope_codes())::text[])';
  level record;
BEGIN
  FOR level IN VALUES ('city', 'true'), ('county', 'county_code ' || codes), ('subdistrict', 'subdistrict_code ' || codes),
    ('community', 'community_code ' || codes) LOOP
    EXECUTE format('CREATE POLICY check_%s ON case_record FOR UPDATE TO check_%s USING (%s) WITH CHECK (%s)',
      level.column1, level.column1, level.column2, level.column2);
  END LOOP;
END
$function$;
SELECT secure_review();
DROP FUNCTION secure_review();

CREATE POLICY review_case ON case_step FOR INSERT
  TO check_city, check_county, check_subdistrict, check_community
  WITH CHECK (EXISTS (
    SELECT FROM case_record AS c
    WHERE c.county_code = case_step.county_code AND c.channel = case_step.channel AND c.case_no = case_step.case_no
  ));

ALTER TABLE review_claim ENABLE ROW LEVEL SECURITY;
ALTER TABLE review_claim FORCE ROW LEVEL SECURITY;
CREATE POLICY owner_all ON review_claim TO gridmap_owner USING (true) WITH CHECK (true);
CREATE POLICY with_case ON review_claim TO check_city, check_county, check_subdistrict, check_community
  USING (EXISTS (
    SELECT FROM case_record AS c
    WHERE c.county_code = review_claim.county_code AND c.channel = review_claim.channel
      AND c.case_no = review_claim.case_no
  ));

ALTER TABLE review_change ENABLE ROW LEVEL SECURITY;
ALTER TABLE review_change FORCE ROW LEVEL SECURITY;
CREATE POLICY owner_all ON review_change TO gridmap_owner USING (true) WITH CHECK (true);
CREATE POLICY with_case ON review_change TO check_city, check_county, check_subdistrict, check_community
  USING (EXISTS (
    SELECT FROM case_record AS c
    WHERE c.county_code = review_change.county_code AND c.channel = review_change.channel
      AND c.case_no = review_change.case_no
  ));

ALTER TABLE review_act ENABLE ROW LEVEL SECURITY;
ALTER TABLE review_act FORCE ROW LEVEL SECURITY;
CREATE POLICY owner_all ON review_act TO gridmap_owner USING (true) WITH CHECK (true);
CREATE POLICY reviewers ON review_act TO check_city, check_county, check_subdistrict, check_community
  USING (true) WITH CHECK (true);

-- An alias is taught for the whole city; only one that was taught here may be taken back.
CREATE POLICY review_teach ON alias FOR INSERT
  TO check_city, check_county, check_subdistrict, check_community WITH CHECK (true);
CREATE POLICY review_untaught ON alias FOR DELETE
  TO check_city, check_county, check_subdistrict, check_community
  USING (EXISTS (
    SELECT FROM review_act AS a
    WHERE a.alias = alias.alias AND a.estate = alias.estate AND a.building_id = alias.building_id
  ));

GRANT UPDATE (
  county_code, community_code, grid_code, match_status, match_level, match_reason, dwelling_id, building_id, geom, reviewed
) ON case_record TO check_city, check_county, check_subdistrict, check_community;
GRANT INSERT (county_code, channel, case_no, from_state, to_state, actor, note) ON case_step
TO check_city, check_county, check_subdistrict, check_community;
GRANT SELECT, INSERT, UPDATE (username, claimed_at, expires_at), DELETE ON review_claim
TO check_city, check_county, check_subdistrict, check_community;
GRANT SELECT, INSERT, UPDATE (undone_at, undone_by) ON review_act
TO check_city, check_county, check_subdistrict, check_community;
GRANT SELECT, INSERT ON review_change TO check_city, check_county, check_subdistrict, check_community;
GRANT INSERT, DELETE ON alias TO check_city, check_county, check_subdistrict, check_community;

CREATE FUNCTION note_aliases() RETURNS bigint LANGUAGE sql SECURITY DEFINER
SET search_path = gridmap, pg_temp AS $$ SELECT bump('aliases') $$;
COMMENT ON FUNCTION note_aliases() IS 'raises the aliases'' data_version after one was taught or taken back';
GRANT EXECUTE ON FUNCTION note_aliases() TO check_city, check_county, check_subdistrict, check_community;

CREATE VIEW waiting_case WITH (security_invoker = true) AS
SELECT county_code, subdistrict_code, community_code, grid_code, channel, case_no, category, title, description, address,
       reported_at, due_at, state, match_status, match_level, match_reason,
       CASE WHEN match_status = 'review' THEN 'choice'
            WHEN match_status = 'matched' THEN 'narrow'
            WHEN address = '' THEN 'silent'
            ELSE 'unknown' END AS kind
FROM case_record
WHERE reviewed = '' AND (match_status <> 'matched' OR grid_code = '');
COMMENT ON VIEW waiting_case IS 'the review queue: choice = several candidates, narrow = too wide, unknown = not found, silent = no address';
GRANT SELECT ON waiting_case TO check_city, check_county, check_subdistrict, check_community;
