CREATE TRIGGER audit_log_append_only BEFORE DELETE OR UPDATE ON gridmap.audit_log FOR EACH ROW EXECUTE FUNCTION gridmap.audit_refuse();
CREATE TRIGGER audit_log_no_truncate BEFORE TRUNCATE ON gridmap.audit_log FOR EACH STATEMENT EXECUTE FUNCTION gridmap.audit_refuse();
CREATE TRIGGER case_record_deleted AFTER DELETE ON gridmap.case_record REFERENCING OLD TABLE AS old_case FOR EACH STATEMENT EXECUTE FUNCTION gridmap.count_cases();
CREATE TRIGGER case_record_inserted AFTER INSERT ON gridmap.case_record REFERENCING NEW TABLE AS new_case FOR EACH STATEMENT EXECUTE FUNCTION gridmap.count_cases();
CREATE TRIGGER case_record_truncated AFTER TRUNCATE ON gridmap.case_record FOR EACH STATEMENT EXECUTE FUNCTION gridmap.recount_cases();
CREATE TRIGGER case_record_updated AFTER UPDATE ON gridmap.case_record REFERENCING OLD TABLE AS old_case NEW TABLE AS new_case FOR EACH STATEMENT EXECUTE FUNCTION gridmap.count_cases();
CREATE TRIGGER data_version_notify AFTER UPDATE ON gridmap.data_version FOR EACH ROW WHEN ((new.version IS DISTINCT FROM old.version)) EXECUTE FUNCTION gridmap.notify_version();
ALTER TABLE gridmap.account ENABLE ROW LEVEL SECURITY;
ALTER TABLE gridmap.alias ENABLE ROW LEVEL SECURITY;
ALTER TABLE gridmap.area ENABLE ROW LEVEL SECURITY;
ALTER TABLE gridmap.assignment ENABLE ROW LEVEL SECURITY;
CREATE POLICY audit ON gridmap.audit_log FOR SELECT TO scope_audit USING (true);
ALTER TABLE gridmap.audit_head ENABLE ROW LEVEL SECURITY;
ALTER TABLE gridmap.audit_log ENABLE ROW LEVEL SECURITY;
CREATE POLICY auth ON gridmap.account TO scope_auth USING (true) WITH CHECK (true);
CREATE POLICY auth ON gridmap.login_attempt TO scope_auth USING (true) WITH CHECK (true);
CREATE POLICY auth ON gridmap.session TO scope_auth USING (true) WITH CHECK (true);
CREATE POLICY auth ON gridmap.tile_secret TO scope_auth USING (true) WITH CHECK (true);
ALTER TABLE gridmap.building ENABLE ROW LEVEL SECURITY;
ALTER TABLE gridmap.building_figure ENABLE ROW LEVEL SECURITY;
ALTER TABLE gridmap.case_move ENABLE ROW LEVEL SECURITY;
ALTER TABLE gridmap.case_record ENABLE ROW LEVEL SECURITY;
ALTER TABLE gridmap.case_record_000000 ENABLE ROW LEVEL SECURITY;
ALTER TABLE gridmap.case_step ENABLE ROW LEVEL SECURITY;
ALTER TABLE gridmap.category ENABLE ROW LEVEL SECURITY;
CREATE POLICY check_city ON gridmap.case_record FOR UPDATE TO check_city USING (true) WITH CHECK (true);
CREATE POLICY check_community ON gridmap.case_record FOR UPDATE TO check_community USING ((community_code = ANY (( SELECT gridmap.scope_codes() AS scope_codes)::text[]))) WITH CHECK ((community_code = ANY (( SELECT gridmap.scope_codes() AS scope_codes)::text[])));
CREATE POLICY check_county ON gridmap.case_record FOR UPDATE TO check_county USING ((county_code = ANY (( SELECT gridmap.scope_codes() AS scope_codes)::text[]))) WITH CHECK ((county_code = ANY (( SELECT gridmap.scope_codes() AS scope_codes)::text[])));
CREATE POLICY check_subdistrict ON gridmap.case_record FOR UPDATE TO check_subdistrict USING ((subdistrict_code = ANY (( SELECT gridmap.scope_codes() AS scope_codes)::text[]))) WITH CHECK ((subdistrict_code = ANY (( SELECT gridmap.scope_codes() AS scope_codes)::text[])));
CREATE POLICY city ON gridmap.area FOR SELECT TO scope_wall, scope_city USING (true);
CREATE POLICY city ON gridmap.assignment FOR SELECT TO scope_wall, scope_city USING (true);
CREATE POLICY city ON gridmap.building FOR SELECT TO scope_city USING (true);
CREATE POLICY city ON gridmap.building_figure FOR SELECT TO scope_city USING (true);
CREATE POLICY city ON gridmap.case_move FOR SELECT TO scope_city USING (true);
CREATE POLICY city ON gridmap.case_record FOR SELECT TO scope_city USING (true);
ALTER TABLE gridmap.city ENABLE ROW LEVEL SECURITY;
CREATE POLICY city ON gridmap.community_cells TO plan_city, review_city USING (true) WITH CHECK (true);
CREATE POLICY city ON gridmap.count_cell FOR SELECT TO scope_city USING (true);
CREATE POLICY city ON gridmap.daily_event FOR SELECT TO scope_wall, scope_city USING (true);
CREATE POLICY city ON gridmap.device FOR SELECT TO scope_city USING (true);
CREATE POLICY city ON gridmap.draft TO plan_city, review_city USING (true) WITH CHECK (true);
CREATE POLICY city ON gridmap.draft_grid TO plan_city, review_city USING (true) WITH CHECK (true);
CREATE POLICY city ON gridmap.draft_lock TO plan_city, review_city USING (true) WITH CHECK (true);
CREATE POLICY city ON gridmap.draft_place TO plan_city, review_city USING (true) WITH CHECK (true);
CREATE POLICY city ON gridmap.draft_presence TO plan_city, review_city USING (true) WITH CHECK (true);
CREATE POLICY city ON gridmap.draft_stroke TO plan_city, review_city USING (true) WITH CHECK (true);
CREATE POLICY city ON gridmap.dwelling FOR SELECT TO scope_city USING (true);
CREATE POLICY city ON gridmap.grid FOR SELECT TO scope_city USING (true);
CREATE POLICY city ON gridmap.grid_figure FOR SELECT TO scope_city USING (true);
CREATE POLICY city ON gridmap.household FOR SELECT TO person_city USING (true);
CREATE POLICY city ON gridmap.open_due_count FOR SELECT TO scope_city USING (true);
CREATE POLICY city ON gridmap.plan FOR SELECT TO scope_city USING (true);
CREATE POLICY city ON gridmap.planning_job TO plan_city, review_city USING (true) WITH CHECK (true);
CREATE POLICY city ON gridmap.planning_proposal TO plan_city, review_city USING (true) WITH CHECK (true);
CREATE POLICY city ON gridmap.population_count FOR SELECT TO scope_city USING (true);
CREATE POLICY city ON gridmap.resident FOR SELECT TO person_city USING (true);
CREATE POLICY city ON gridmap.visit FOR SELECT TO person_city USING (true);
CREATE POLICY city ON gridmap.visit_day FOR SELECT TO scope_city USING (true);
CREATE POLICY city ON gridmap.worker FOR SELECT TO scope_wall, scope_city USING (true);
CREATE POLICY community ON gridmap.assignment FOR SELECT TO scope_community USING (("left"(grid_code, 12) = ANY (( SELECT gridmap.scope_codes() AS scope_codes)::text[])));
CREATE POLICY community ON gridmap.building FOR SELECT TO scope_community USING ((community_code = ANY (( SELECT gridmap.scope_codes() AS scope_codes)::text[])));
CREATE POLICY community ON gridmap.building_figure FOR SELECT TO scope_community USING ((community_code = ANY (( SELECT gridmap.scope_codes() AS scope_codes)::text[])));
CREATE POLICY community ON gridmap.case_record FOR SELECT TO scope_community USING ((community_code = ANY (( SELECT gridmap.scope_codes() AS scope_codes)::text[])));
CREATE POLICY community ON gridmap.count_cell FOR SELECT TO scope_community USING ((community_code = ANY (( SELECT gridmap.scope_codes() AS scope_codes)::text[])));
CREATE POLICY community ON gridmap.device FOR SELECT TO scope_community USING ((community_code = ANY (( SELECT gridmap.scope_codes() AS scope_codes)::text[])));
CREATE POLICY community ON gridmap.dwelling FOR SELECT TO scope_community USING ((community_code = ANY (( SELECT gridmap.scope_codes() AS scope_codes)::text[])));
CREATE POLICY community ON gridmap.grid FOR SELECT TO scope_community USING ((community_code = ANY (( SELECT gridmap.scope_codes() AS scope_codes)::text[])));
CREATE POLICY community ON gridmap.grid_figure FOR SELECT TO scope_community USING ((community_code = ANY (( SELECT gridmap.scope_codes() AS scope_codes)::text[])));
CREATE POLICY community ON gridmap.household FOR SELECT TO person_community USING ((community_code = ANY (( SELECT gridmap.scope_codes() AS scope_codes)::text[])));
CREATE POLICY community ON gridmap.open_due_count FOR SELECT TO scope_community USING ((community_code = ANY (( SELECT gridmap.scope_codes() AS scope_codes)::text[])));
CREATE POLICY community ON gridmap.population_count FOR SELECT TO scope_community USING ((community_code = ANY (( SELECT gridmap.scope_codes() AS scope_codes)::text[])));
CREATE POLICY community ON gridmap.resident FOR SELECT TO person_community USING ((community_code = ANY (( SELECT gridmap.scope_codes() AS scope_codes)::text[])));
CREATE POLICY community ON gridmap.visit FOR SELECT TO person_community USING ((community_code = ANY (( SELECT gridmap.scope_codes() AS scope_codes)::text[])));
CREATE POLICY community ON gridmap.visit_day FOR SELECT TO scope_community USING ((community_code = ANY (( SELECT gridmap.scope_codes() AS scope_codes)::text[])));
CREATE POLICY community ON gridmap.worker FOR SELECT TO scope_community USING (("left"(grid_code, 12) = ANY (( SELECT gridmap.scope_codes() AS scope_codes)::text[])));
ALTER TABLE gridmap.community_cells ENABLE ROW LEVEL SECURITY;
ALTER TABLE gridmap.count_cell ENABLE ROW LEVEL SECURITY;
ALTER TABLE gridmap.count_day ENABLE ROW LEVEL SECURITY;
CREATE POLICY county ON gridmap.assignment FOR SELECT TO scope_county USING (("left"(grid_code, 6) = ANY (( SELECT gridmap.scope_codes() AS scope_codes)::text[])));
CREATE POLICY county ON gridmap.building FOR SELECT TO scope_county USING ((county_code = ANY (ARRAY[NULLIF(split_part(current_setting('gridmap.codes'::text, true), ','::text, 1), ''::text), NULLIF(split_part(current_setting('gridmap.codes'::text, true), ','::text, 2), ''::text), NULLIF(split_part(current_setting('gridmap.codes'::text, true), ','::text, 3), ''::text), NULLIF(split_part(current_setting('gridmap.codes'::text, true), ','::text, 4), ''::text)])));
CREATE POLICY county ON gridmap.building_figure FOR SELECT TO scope_county USING ((county_code = ANY (ARRAY[NULLIF(split_part(current_setting('gridmap.codes'::text, true), ','::text, 1), ''::text), NULLIF(split_part(current_setting('gridmap.codes'::text, true), ','::text, 2), ''::text), NULLIF(split_part(current_setting('gridmap.codes'::text, true), ','::text, 3), ''::text), NULLIF(split_part(current_setting('gridmap.codes'::text, true), ','::text, 4), ''::text)])));
CREATE POLICY county ON gridmap.case_record FOR SELECT TO scope_county USING ((county_code = ANY (ARRAY[NULLIF(split_part(current_setting('gridmap.codes'::text, true), ','::text, 1), ''::text), NULLIF(split_part(current_setting('gridmap.codes'::text, true), ','::text, 2), ''::text), NULLIF(split_part(current_setting('gridmap.codes'::text, true), ','::text, 3), ''::text), NULLIF(split_part(current_setting('gridmap.codes'::text, true), ','::text, 4), ''::text)])));
CREATE POLICY county ON gridmap.count_cell FOR SELECT TO scope_county USING ((county_code = ANY (ARRAY[NULLIF(split_part(current_setting('gridmap.codes'::text, true), ','::text, 1), ''::text), NULLIF(split_part(current_setting('gridmap.codes'::text, true), ','::text, 2), ''::text), NULLIF(split_part(current_setting('gridmap.codes'::text, true), ','::text, 3), ''::text), NULLIF(split_part(current_setting('gridmap.codes'::text, true), ','::text, 4), ''::text)])));
CREATE POLICY county ON gridmap.device FOR SELECT TO scope_county USING ((county_code = ANY (ARRAY[NULLIF(split_part(current_setting('gridmap.codes'::text, true), ','::text, 1), ''::text), NULLIF(split_part(current_setting('gridmap.codes'::text, true), ','::text, 2), ''::text), NULLIF(split_part(current_setting('gridmap.codes'::text, true), ','::text, 3), ''::text), NULLIF(split_part(current_setting('gridmap.codes'::text, true), ','::text, 4), ''::text)])));
CREATE POLICY county ON gridmap.dwelling FOR SELECT TO scope_county USING ((county_code = ANY (ARRAY[NULLIF(split_part(current_setting('gridmap.codes'::text, true), ','::text, 1), ''::text), NULLIF(split_part(current_setting('gridmap.codes'::text, true), ','::text, 2), ''::text), NULLIF(split_part(current_setting('gridmap.codes'::text, true), ','::text, 3), ''::text), NULLIF(split_part(current_setting('gridmap.codes'::text, true), ','::text, 4), ''::text)])));
CREATE POLICY county ON gridmap.grid FOR SELECT TO scope_county USING ((county_code = ANY (ARRAY[NULLIF(split_part(current_setting('gridmap.codes'::text, true), ','::text, 1), ''::text), NULLIF(split_part(current_setting('gridmap.codes'::text, true), ','::text, 2), ''::text), NULLIF(split_part(current_setting('gridmap.codes'::text, true), ','::text, 3), ''::text), NULLIF(split_part(current_setting('gridmap.codes'::text, true), ','::text, 4), ''::text)])));
CREATE POLICY county ON gridmap.grid_figure FOR SELECT TO scope_county USING ((county_code = ANY (ARRAY[NULLIF(split_part(current_setting('gridmap.codes'::text, true), ','::text, 1), ''::text), NULLIF(split_part(current_setting('gridmap.codes'::text, true), ','::text, 2), ''::text), NULLIF(split_part(current_setting('gridmap.codes'::text, true), ','::text, 3), ''::text), NULLIF(split_part(current_setting('gridmap.codes'::text, true), ','::text, 4), ''::text)])));
CREATE POLICY county ON gridmap.household FOR SELECT TO person_county USING ((county_code = ANY (ARRAY[NULLIF(split_part(current_setting('gridmap.codes'::text, true), ','::text, 1), ''::text), NULLIF(split_part(current_setting('gridmap.codes'::text, true), ','::text, 2), ''::text), NULLIF(split_part(current_setting('gridmap.codes'::text, true), ','::text, 3), ''::text), NULLIF(split_part(current_setting('gridmap.codes'::text, true), ','::text, 4), ''::text)])));
CREATE POLICY county ON gridmap.open_due_count FOR SELECT TO scope_county USING ((county_code = ANY (ARRAY[NULLIF(split_part(current_setting('gridmap.codes'::text, true), ','::text, 1), ''::text), NULLIF(split_part(current_setting('gridmap.codes'::text, true), ','::text, 2), ''::text), NULLIF(split_part(current_setting('gridmap.codes'::text, true), ','::text, 3), ''::text), NULLIF(split_part(current_setting('gridmap.codes'::text, true), ','::text, 4), ''::text)])));
CREATE POLICY county ON gridmap.population_count FOR SELECT TO scope_county USING ((county_code = ANY (ARRAY[NULLIF(split_part(current_setting('gridmap.codes'::text, true), ','::text, 1), ''::text), NULLIF(split_part(current_setting('gridmap.codes'::text, true), ','::text, 2), ''::text), NULLIF(split_part(current_setting('gridmap.codes'::text, true), ','::text, 3), ''::text), NULLIF(split_part(current_setting('gridmap.codes'::text, true), ','::text, 4), ''::text)])));
CREATE POLICY county ON gridmap.resident FOR SELECT TO person_county USING ((county_code = ANY (ARRAY[NULLIF(split_part(current_setting('gridmap.codes'::text, true), ','::text, 1), ''::text), NULLIF(split_part(current_setting('gridmap.codes'::text, true), ','::text, 2), ''::text), NULLIF(split_part(current_setting('gridmap.codes'::text, true), ','::text, 3), ''::text), NULLIF(split_part(current_setting('gridmap.codes'::text, true), ','::text, 4), ''::text)])));
CREATE POLICY county ON gridmap.visit FOR SELECT TO person_county USING ((county_code = ANY (ARRAY[NULLIF(split_part(current_setting('gridmap.codes'::text, true), ','::text, 1), ''::text), NULLIF(split_part(current_setting('gridmap.codes'::text, true), ','::text, 2), ''::text), NULLIF(split_part(current_setting('gridmap.codes'::text, true), ','::text, 3), ''::text), NULLIF(split_part(current_setting('gridmap.codes'::text, true), ','::text, 4), ''::text)])));
CREATE POLICY county ON gridmap.visit_day FOR SELECT TO scope_county USING ((county_code = ANY (ARRAY[NULLIF(split_part(current_setting('gridmap.codes'::text, true), ','::text, 1), ''::text), NULLIF(split_part(current_setting('gridmap.codes'::text, true), ','::text, 2), ''::text), NULLIF(split_part(current_setting('gridmap.codes'::text, true), ','::text, 3), ''::text), NULLIF(split_part(current_setting('gridmap.codes'::text, true), ','::text, 4), ''::text)])));
CREATE POLICY county ON gridmap.worker FOR SELECT TO scope_county USING (("left"(grid_code, 6) = ANY (( SELECT gridmap.scope_codes() AS scope_codes)::text[])));
ALTER TABLE gridmap.daily_event ENABLE ROW LEVEL SECURITY;
ALTER TABLE gridmap.data_version ENABLE ROW LEVEL SECURITY;
ALTER TABLE gridmap.device ENABLE ROW LEVEL SECURITY;
ALTER TABLE gridmap.draft ENABLE ROW LEVEL SECURITY;
ALTER TABLE gridmap.draft_grid ENABLE ROW LEVEL SECURITY;
ALTER TABLE gridmap.draft_lock ENABLE ROW LEVEL SECURITY;
ALTER TABLE gridmap.draft_place ENABLE ROW LEVEL SECURITY;
ALTER TABLE gridmap.draft_presence ENABLE ROW LEVEL SECURITY;
ALTER TABLE gridmap.draft_stroke ENABLE ROW LEVEL SECURITY;
ALTER TABLE gridmap.duty_end ENABLE ROW LEVEL SECURITY;
ALTER TABLE gridmap.dwelling ENABLE ROW LEVEL SECURITY;
CREATE POLICY every_scope ON gridmap.alias FOR SELECT TO scope_wall, scope_city, scope_county, scope_subdistrict, scope_community, scope_grid USING (true);
CREATE POLICY every_scope ON gridmap.category FOR SELECT TO scope_wall, scope_city, scope_county, scope_subdistrict, scope_community, scope_grid USING (true);
CREATE POLICY every_scope ON gridmap.city FOR SELECT TO scope_wall, scope_city, scope_county, scope_subdistrict, scope_community, scope_grid USING (true);
CREATE POLICY every_scope ON gridmap.count_day FOR SELECT TO scope_wall, scope_city, scope_county, scope_subdistrict, scope_community, scope_grid USING (true);
CREATE POLICY every_scope ON gridmap.data_version FOR SELECT TO scope_wall, scope_city, scope_county, scope_subdistrict, scope_community, scope_grid USING (true);
CREATE POLICY every_scope ON gridmap.road FOR SELECT TO scope_wall, scope_city, scope_county, scope_subdistrict, scope_community, scope_grid USING (true);
CREATE POLICY every_scope ON gridmap.water FOR SELECT TO scope_wall, scope_city, scope_county, scope_subdistrict, scope_community, scope_grid USING (true);
CREATE POLICY grid ON gridmap.assignment FOR SELECT TO scope_grid USING (("left"(grid_code, 15) = ANY (( SELECT gridmap.scope_codes() AS scope_codes)::text[])));
CREATE POLICY grid ON gridmap.building FOR SELECT TO scope_grid USING ((grid_code = ANY (( SELECT gridmap.scope_codes() AS scope_codes)::text[])));
CREATE POLICY grid ON gridmap.building_figure FOR SELECT TO scope_grid USING ((grid_code = ANY (( SELECT gridmap.scope_codes() AS scope_codes)::text[])));
CREATE POLICY grid ON gridmap.case_record FOR SELECT TO scope_grid USING ((grid_code = ANY (( SELECT gridmap.scope_codes() AS scope_codes)::text[])));
CREATE POLICY grid ON gridmap.count_cell FOR SELECT TO scope_grid USING ((grid_code = ANY (( SELECT gridmap.scope_codes() AS scope_codes)::text[])));
CREATE POLICY grid ON gridmap.device FOR SELECT TO scope_grid USING ((building_id = ANY (ARRAY( SELECT b.building_id
   FROM gridmap.building b
  WHERE (b.grid_code = ANY (( SELECT gridmap.scope_codes() AS scope_codes)::text[]))))));
CREATE POLICY grid ON gridmap.dwelling FOR SELECT TO scope_grid USING ((building_id = ANY (ARRAY( SELECT b.building_id
   FROM gridmap.building b
  WHERE (b.grid_code = ANY (( SELECT gridmap.scope_codes() AS scope_codes)::text[]))))));
ALTER TABLE gridmap.grid ENABLE ROW LEVEL SECURITY;
CREATE POLICY grid ON gridmap.grid FOR SELECT TO scope_grid USING ((grid_code = ANY (( SELECT gridmap.scope_codes() AS scope_codes)::text[])));
CREATE POLICY grid ON gridmap.grid_figure FOR SELECT TO scope_grid USING ((grid_code = ANY (( SELECT gridmap.scope_codes() AS scope_codes)::text[])));
CREATE POLICY grid ON gridmap.household FOR SELECT TO person_grid USING ((building_id = ANY (ARRAY( SELECT b.building_id
   FROM gridmap.building b
  WHERE (b.grid_code = ANY (( SELECT gridmap.scope_codes() AS scope_codes)::text[]))))));
CREATE POLICY grid ON gridmap.open_due_count FOR SELECT TO scope_grid USING ((grid_code = ANY (( SELECT gridmap.scope_codes() AS scope_codes)::text[])));
CREATE POLICY grid ON gridmap.population_count FOR SELECT TO scope_grid USING ((grid_code = ANY (( SELECT gridmap.scope_codes() AS scope_codes)::text[])));
CREATE POLICY grid ON gridmap.resident FOR SELECT TO person_grid USING ((building_id = ANY (ARRAY( SELECT b.building_id
   FROM gridmap.building b
  WHERE (b.grid_code = ANY (( SELECT gridmap.scope_codes() AS scope_codes)::text[]))))));
CREATE POLICY grid ON gridmap.visit FOR SELECT TO person_grid USING ((building_id = ANY (ARRAY( SELECT b.building_id
   FROM gridmap.building b
  WHERE (b.grid_code = ANY (( SELECT gridmap.scope_codes() AS scope_codes)::text[]))))));
CREATE POLICY grid ON gridmap.visit_day FOR SELECT TO scope_grid USING ((grid_code = ANY (( SELECT gridmap.scope_codes() AS scope_codes)::text[])));
CREATE POLICY grid ON gridmap.worker FOR SELECT TO scope_grid USING (("left"(grid_code, 15) = ANY (( SELECT gridmap.scope_codes() AS scope_codes)::text[])));
ALTER TABLE gridmap.grid_figure ENABLE ROW LEVEL SECURITY;
ALTER TABLE gridmap.household ENABLE ROW LEVEL SECURITY;
ALTER TABLE gridmap.load_batch ENABLE ROW LEVEL SECURITY;
ALTER TABLE gridmap.load_chunk ENABLE ROW LEVEL SECURITY;
ALTER TABLE gridmap.load_reject ENABLE ROW LEVEL SECURITY;
ALTER TABLE gridmap.load_state ENABLE ROW LEVEL SECURITY;
ALTER TABLE gridmap.login_attempt ENABLE ROW LEVEL SECURITY;
ALTER TABLE gridmap.migration ENABLE ROW LEVEL SECURITY;
ALTER TABLE gridmap.open_due_count ENABLE ROW LEVEL SECURITY;
CREATE POLICY owner_all ON gridmap.account TO gridmap_owner USING (true) WITH CHECK (true);
CREATE POLICY owner_all ON gridmap.alias TO gridmap_owner USING (true) WITH CHECK (true);
CREATE POLICY owner_all ON gridmap.area TO gridmap_owner USING (true) WITH CHECK (true);
CREATE POLICY owner_all ON gridmap.assignment TO gridmap_owner USING (true) WITH CHECK (true);
CREATE POLICY owner_all ON gridmap.audit_log TO gridmap_owner USING (true) WITH CHECK (true);
CREATE POLICY owner_all ON gridmap.building TO gridmap_owner USING (true) WITH CHECK (true);
CREATE POLICY owner_all ON gridmap.building_figure TO gridmap_owner USING (true) WITH CHECK (true);
CREATE POLICY owner_all ON gridmap.case_move TO gridmap_owner USING (true) WITH CHECK (true);
CREATE POLICY owner_all ON gridmap.case_record TO gridmap_owner USING (true) WITH CHECK (true);
CREATE POLICY owner_all ON gridmap.case_step TO gridmap_owner USING (true) WITH CHECK (true);
CREATE POLICY owner_all ON gridmap.category TO gridmap_owner USING (true) WITH CHECK (true);
CREATE POLICY owner_all ON gridmap.city TO gridmap_owner USING (true) WITH CHECK (true);
CREATE POLICY owner_all ON gridmap.community_cells TO gridmap_owner USING (true) WITH CHECK (true);
CREATE POLICY owner_all ON gridmap.count_cell TO gridmap_owner USING (true) WITH CHECK (true);
CREATE POLICY owner_all ON gridmap.count_day TO gridmap_owner USING (true) WITH CHECK (true);
CREATE POLICY owner_all ON gridmap.daily_event TO gridmap_owner USING (true) WITH CHECK (true);
CREATE POLICY owner_all ON gridmap.data_version TO gridmap_owner USING (true) WITH CHECK (true);
CREATE POLICY owner_all ON gridmap.device TO gridmap_owner USING (true) WITH CHECK (true);
CREATE POLICY owner_all ON gridmap.draft TO gridmap_owner USING (true) WITH CHECK (true);
CREATE POLICY owner_all ON gridmap.draft_grid TO gridmap_owner USING (true) WITH CHECK (true);
CREATE POLICY owner_all ON gridmap.draft_lock TO gridmap_owner USING (true) WITH CHECK (true);
CREATE POLICY owner_all ON gridmap.draft_place TO gridmap_owner USING (true) WITH CHECK (true);
CREATE POLICY owner_all ON gridmap.draft_presence TO gridmap_owner USING (true) WITH CHECK (true);
CREATE POLICY owner_all ON gridmap.draft_stroke TO gridmap_owner USING (true) WITH CHECK (true);
CREATE POLICY owner_all ON gridmap.dwelling TO gridmap_owner USING (true) WITH CHECK (true);
CREATE POLICY owner_all ON gridmap.grid TO gridmap_owner USING (true) WITH CHECK (true);
CREATE POLICY owner_all ON gridmap.grid_figure TO gridmap_owner USING (true) WITH CHECK (true);
CREATE POLICY owner_all ON gridmap.household TO gridmap_owner USING (true) WITH CHECK (true);
CREATE POLICY owner_all ON gridmap.login_attempt TO gridmap_owner USING (true) WITH CHECK (true);
CREATE POLICY owner_all ON gridmap.open_due_count TO gridmap_owner USING (true) WITH CHECK (true);
CREATE POLICY owner_all ON gridmap.plan TO gridmap_owner USING (true) WITH CHECK (true);
CREATE POLICY owner_all ON gridmap.planning_job TO gridmap_owner USING (true) WITH CHECK (true);
CREATE POLICY owner_all ON gridmap.planning_proposal TO gridmap_owner USING (true) WITH CHECK (true);
CREATE POLICY owner_all ON gridmap.population_count TO gridmap_owner USING (true) WITH CHECK (true);
CREATE POLICY owner_all ON gridmap.resident TO gridmap_owner USING (true) WITH CHECK (true);
CREATE POLICY owner_all ON gridmap.review_act TO gridmap_owner USING (true) WITH CHECK (true);
CREATE POLICY owner_all ON gridmap.review_change TO gridmap_owner USING (true) WITH CHECK (true);
CREATE POLICY owner_all ON gridmap.review_claim TO gridmap_owner USING (true) WITH CHECK (true);
CREATE POLICY owner_all ON gridmap.road TO gridmap_owner USING (true) WITH CHECK (true);
CREATE POLICY owner_all ON gridmap.session TO gridmap_owner USING (true) WITH CHECK (true);
CREATE POLICY owner_all ON gridmap.tile_secret TO gridmap_owner USING (true) WITH CHECK (true);
CREATE POLICY owner_all ON gridmap.visit TO gridmap_owner USING (true) WITH CHECK (true);
CREATE POLICY owner_all ON gridmap.visit_day TO gridmap_owner USING (true) WITH CHECK (true);
CREATE POLICY owner_all ON gridmap.water TO gridmap_owner USING (true) WITH CHECK (true);
CREATE POLICY owner_all ON gridmap.worker TO gridmap_owner USING (true) WITH CHECK (true);
ALTER TABLE gridmap.plan ENABLE ROW LEVEL SECURITY;
ALTER TABLE gridmap.planning_job ENABLE ROW LEVEL SECURITY;
ALTER TABLE gridmap.planning_proposal ENABLE ROW LEVEL SECURITY;
ALTER TABLE gridmap.population_count ENABLE ROW LEVEL SECURITY;
CREATE POLICY published ON gridmap.plan FOR SELECT TO scope_wall, scope_county, scope_subdistrict, scope_community, scope_grid USING ((status = 'published'::text));
ALTER TABLE gridmap.regeocode_job ENABLE ROW LEVEL SECURITY;
ALTER TABLE gridmap.resident ENABLE ROW LEVEL SECURITY;
ALTER TABLE gridmap.review_act ENABLE ROW LEVEL SECURITY;
CREATE POLICY review_case ON gridmap.case_step FOR INSERT TO check_city, check_county, check_subdistrict, check_community WITH CHECK ((EXISTS ( SELECT
   FROM gridmap.case_record c
  WHERE ((c.county_code = case_step.county_code) AND (c.channel = case_step.channel) AND (c.case_no = case_step.case_no)))));
ALTER TABLE gridmap.review_change ENABLE ROW LEVEL SECURITY;
ALTER TABLE gridmap.review_claim ENABLE ROW LEVEL SECURITY;
CREATE POLICY review_teach ON gridmap.alias FOR INSERT TO check_city, check_county, check_subdistrict, check_community WITH CHECK (true);
CREATE POLICY review_untaught ON gridmap.alias FOR DELETE TO check_city, check_county, check_subdistrict, check_community USING ((EXISTS ( SELECT
   FROM gridmap.review_act a
  WHERE ((a.alias = alias.alias) AND (a.estate = alias.estate) AND (a.building_id = alias.building_id)))));
CREATE POLICY reviewers ON gridmap.review_act TO check_city, check_county, check_subdistrict, check_community USING (true) WITH CHECK (true);
ALTER TABLE gridmap.road ENABLE ROW LEVEL SECURITY;
ALTER TABLE gridmap.session ENABLE ROW LEVEL SECURITY;
ALTER TABLE gridmap.stage_alias ENABLE ROW LEVEL SECURITY;
ALTER TABLE gridmap.stage_area ENABLE ROW LEVEL SECURITY;
ALTER TABLE gridmap.stage_building ENABLE ROW LEVEL SECURITY;
ALTER TABLE gridmap.stage_case ENABLE ROW LEVEL SECURITY;
ALTER TABLE gridmap.stage_device ENABLE ROW LEVEL SECURITY;
ALTER TABLE gridmap.stage_dwelling ENABLE ROW LEVEL SECURITY;
ALTER TABLE gridmap.stage_household ENABLE ROW LEVEL SECURITY;
ALTER TABLE gridmap.stage_resident ENABLE ROW LEVEL SECURITY;
ALTER TABLE gridmap.stage_road ENABLE ROW LEVEL SECURITY;
ALTER TABLE gridmap.stage_visit ENABLE ROW LEVEL SECURITY;
ALTER TABLE gridmap.stage_water ENABLE ROW LEVEL SECURITY;
ALTER TABLE gridmap.stage_worker ENABLE ROW LEVEL SECURITY;
CREATE POLICY subdistrict ON gridmap.assignment FOR SELECT TO scope_subdistrict USING (("left"(grid_code, 9) = ANY (( SELECT gridmap.scope_codes() AS scope_codes)::text[])));
CREATE POLICY subdistrict ON gridmap.building FOR SELECT TO scope_subdistrict USING ((subdistrict_code = ANY (( SELECT gridmap.scope_codes() AS scope_codes)::text[])));
CREATE POLICY subdistrict ON gridmap.building_figure FOR SELECT TO scope_subdistrict USING ((subdistrict_code = ANY (( SELECT gridmap.scope_codes() AS scope_codes)::text[])));
CREATE POLICY subdistrict ON gridmap.case_record FOR SELECT TO scope_subdistrict USING ((subdistrict_code = ANY (( SELECT gridmap.scope_codes() AS scope_codes)::text[])));
CREATE POLICY subdistrict ON gridmap.count_cell FOR SELECT TO scope_subdistrict USING ((subdistrict_code = ANY (( SELECT gridmap.scope_codes() AS scope_codes)::text[])));
CREATE POLICY subdistrict ON gridmap.device FOR SELECT TO scope_subdistrict USING ((subdistrict_code = ANY (( SELECT gridmap.scope_codes() AS scope_codes)::text[])));
CREATE POLICY subdistrict ON gridmap.dwelling FOR SELECT TO scope_subdistrict USING ((subdistrict_code = ANY (( SELECT gridmap.scope_codes() AS scope_codes)::text[])));
CREATE POLICY subdistrict ON gridmap.grid FOR SELECT TO scope_subdistrict USING ((subdistrict_code = ANY (( SELECT gridmap.scope_codes() AS scope_codes)::text[])));
CREATE POLICY subdistrict ON gridmap.grid_figure FOR SELECT TO scope_subdistrict USING ((subdistrict_code = ANY (( SELECT gridmap.scope_codes() AS scope_codes)::text[])));
CREATE POLICY subdistrict ON gridmap.household FOR SELECT TO person_subdistrict USING ((subdistrict_code = ANY (( SELECT gridmap.scope_codes() AS scope_codes)::text[])));
CREATE POLICY subdistrict ON gridmap.open_due_count FOR SELECT TO scope_subdistrict USING ((subdistrict_code = ANY (( SELECT gridmap.scope_codes() AS scope_codes)::text[])));
CREATE POLICY subdistrict ON gridmap.population_count FOR SELECT TO scope_subdistrict USING ((subdistrict_code = ANY (( SELECT gridmap.scope_codes() AS scope_codes)::text[])));
CREATE POLICY subdistrict ON gridmap.resident FOR SELECT TO person_subdistrict USING ((subdistrict_code = ANY (( SELECT gridmap.scope_codes() AS scope_codes)::text[])));
CREATE POLICY subdistrict ON gridmap.visit FOR SELECT TO person_subdistrict USING ((subdistrict_code = ANY (( SELECT gridmap.scope_codes() AS scope_codes)::text[])));
CREATE POLICY subdistrict ON gridmap.visit_day FOR SELECT TO scope_subdistrict USING ((subdistrict_code = ANY (( SELECT gridmap.scope_codes() AS scope_codes)::text[])));
CREATE POLICY subdistrict ON gridmap.worker FOR SELECT TO scope_subdistrict USING (("left"(grid_code, 9) = ANY (( SELECT gridmap.scope_codes() AS scope_codes)::text[])));
ALTER TABLE gridmap.tile_secret ENABLE ROW LEVEL SECURITY;
ALTER TABLE gridmap.visit ENABLE ROW LEVEL SECURITY;
ALTER TABLE gridmap.visit_day ENABLE ROW LEVEL SECURITY;
CREATE POLICY wall ON gridmap.building FOR SELECT TO scope_wall USING (true);
CREATE POLICY wall ON gridmap.count_cell FOR SELECT TO scope_wall USING (true);
CREATE POLICY wall ON gridmap.device FOR SELECT TO scope_wall USING (true);
CREATE POLICY wall ON gridmap.dwelling FOR SELECT TO scope_wall USING (true);
CREATE POLICY wall ON gridmap.grid FOR SELECT TO scope_wall USING (true);
CREATE POLICY wall ON gridmap.grid_figure FOR SELECT TO scope_wall USING (true);
CREATE POLICY wall ON gridmap.open_due_count FOR SELECT TO scope_wall USING (true);
CREATE POLICY wall ON gridmap.population_count FOR SELECT TO scope_wall USING (true);
CREATE POLICY wall ON gridmap.visit_day FOR SELECT TO scope_wall USING (true);
ALTER TABLE gridmap.water ENABLE ROW LEVEL SECURITY;
CREATE POLICY with_case ON gridmap.case_move FOR SELECT TO scope_county, scope_subdistrict, scope_community, scope_grid USING ((EXISTS ( SELECT
   FROM gridmap.case_record c
  WHERE ((c.channel = case_move.channel) AND (c.case_no = case_move.case_no)))));
CREATE POLICY with_case ON gridmap.case_step FOR SELECT TO scope_city, scope_county, scope_subdistrict, scope_community, scope_grid USING ((EXISTS ( SELECT
   FROM gridmap.case_record c
  WHERE ((c.county_code = case_step.county_code) AND (c.channel = case_step.channel) AND (c.case_no = case_step.case_no)))));
CREATE POLICY with_case ON gridmap.review_change TO check_city, check_county, check_subdistrict, check_community USING ((EXISTS ( SELECT
   FROM gridmap.case_record c
  WHERE ((c.county_code = review_change.county_code) AND (c.channel = review_change.channel) AND (c.case_no = review_change.case_no)))));
CREATE POLICY with_case ON gridmap.review_claim TO check_city, check_county, check_subdistrict, check_community USING ((EXISTS ( SELECT
   FROM gridmap.case_record c
  WHERE ((c.county_code = review_claim.county_code) AND (c.channel = review_claim.channel) AND (c.case_no = review_claim.case_no)))));
CREATE POLICY with_cell ON gridmap.daily_event FOR SELECT TO scope_county, scope_subdistrict, scope_community, scope_grid USING ((cell_id IN ( SELECT count_cell.cell_id
   FROM gridmap.count_cell)));
CREATE POLICY within ON gridmap.area FOR SELECT TO scope_county, scope_subdistrict, scope_community, scope_grid USING ((EXISTS ( SELECT
   FROM unnest(gridmap.scope_codes()) own(own)
  WHERE (starts_with(area.code, own.own) OR starts_with(own.own, area.code)))));
CREATE POLICY within ON gridmap.community_cells TO plan_county, plan_subdistrict, plan_community, review_county, review_subdistrict, review_community USING (gridmap.in_scope(community_code)) WITH CHECK (gridmap.in_scope(community_code));
CREATE POLICY within ON gridmap.draft TO plan_county, plan_subdistrict, plan_community, review_county, review_subdistrict, review_community USING (gridmap.in_scope(area_code)) WITH CHECK (gridmap.in_scope(area_code));
CREATE POLICY within ON gridmap.draft_grid TO plan_county, plan_subdistrict, plan_community, review_county, review_subdistrict, review_community USING ((draft_id IN ( SELECT d.draft_id
   FROM gridmap.draft d))) WITH CHECK ((draft_id IN ( SELECT d.draft_id
   FROM gridmap.draft d)));
CREATE POLICY within ON gridmap.draft_lock TO plan_county, plan_subdistrict, plan_community, review_county, review_subdistrict, review_community USING ((draft_id IN ( SELECT d.draft_id
   FROM gridmap.draft d))) WITH CHECK ((draft_id IN ( SELECT d.draft_id
   FROM gridmap.draft d)));
CREATE POLICY within ON gridmap.draft_place TO plan_county, plan_subdistrict, plan_community, review_county, review_subdistrict, review_community USING ((draft_id IN ( SELECT d.draft_id
   FROM gridmap.draft d))) WITH CHECK ((draft_id IN ( SELECT d.draft_id
   FROM gridmap.draft d)));
CREATE POLICY within ON gridmap.draft_presence TO plan_county, plan_subdistrict, plan_community, review_county, review_subdistrict, review_community USING ((draft_id IN ( SELECT d.draft_id
   FROM gridmap.draft d))) WITH CHECK ((draft_id IN ( SELECT d.draft_id
   FROM gridmap.draft d)));
CREATE POLICY within ON gridmap.draft_stroke TO plan_county, plan_subdistrict, plan_community, review_county, review_subdistrict, review_community USING ((draft_id IN ( SELECT d.draft_id
   FROM gridmap.draft d))) WITH CHECK ((draft_id IN ( SELECT d.draft_id
   FROM gridmap.draft d)));
CREATE POLICY within ON gridmap.planning_job TO plan_county, plan_subdistrict, plan_community, review_county, review_subdistrict, review_community USING (gridmap.in_scope(area_code)) WITH CHECK (gridmap.in_scope(area_code));
CREATE POLICY within ON gridmap.planning_proposal TO plan_county, plan_subdistrict, plan_community, review_county, review_subdistrict, review_community USING ((job_id IN ( SELECT j.job_id
   FROM gridmap.planning_job j))) WITH CHECK ((job_id IN ( SELECT j.job_id
   FROM gridmap.planning_job j)));
ALTER TABLE gridmap.worker ENABLE ROW LEVEL SECURITY;
