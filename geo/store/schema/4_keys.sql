ALTER TABLE ONLY gridmap.case_record ATTACH PARTITION gridmap.case_record_000000 FOR VALUES IN ('000000');
ALTER TABLE ONLY gridmap.account
    ADD CONSTRAINT account_pkey PRIMARY KEY (username);
ALTER TABLE ONLY gridmap.alias
    ADD CONSTRAINT alias_pkey PRIMARY KEY (alias, estate, building_id);
ALTER TABLE ONLY gridmap.area
    ADD CONSTRAINT area_pkey PRIMARY KEY (code);
ALTER TABLE ONLY gridmap.assignment
    ADD CONSTRAINT assignment_pkey PRIMARY KEY (plan_id, building_id);
ALTER TABLE ONLY gridmap.audit_head
    ADD CONSTRAINT audit_head_pkey PRIMARY KEY (singleton);
ALTER TABLE ONLY gridmap.audit_log
    ADD CONSTRAINT audit_log_pkey PRIMARY KEY (audit_id);
ALTER TABLE ONLY gridmap.building_figure
    ADD CONSTRAINT building_figure_pkey PRIMARY KEY (county_code, building_id);
ALTER TABLE ONLY gridmap.building
    ADD CONSTRAINT building_pkey PRIMARY KEY (county_code, building_id);
ALTER TABLE ONLY gridmap.case_move
    ADD CONSTRAINT case_move_pkey PRIMARY KEY (move_id);
ALTER TABLE ONLY gridmap.case_record
    ADD CONSTRAINT case_record_pkey PRIMARY KEY (county_code, channel, case_no);
ALTER TABLE ONLY gridmap.case_record_000000
    ADD CONSTRAINT case_record_000000_pkey PRIMARY KEY (county_code, channel, case_no);
ALTER TABLE ONLY gridmap.case_step
    ADD CONSTRAINT case_step_pkey PRIMARY KEY (step_id);
ALTER TABLE ONLY gridmap.category
    ADD CONSTRAINT category_pkey PRIMARY KEY (code);
ALTER TABLE ONLY gridmap.city
    ADD CONSTRAINT city_pkey PRIMARY KEY (singleton);
ALTER TABLE ONLY gridmap.community_cells
    ADD CONSTRAINT community_cells_pkey PRIMARY KEY (community_code);
ALTER TABLE ONLY gridmap.count_cell
    ADD CONSTRAINT count_cell_codes UNIQUE (grid_code, community_code, category, ledger, county_code);
ALTER TABLE ONLY gridmap.count_cell
    ADD CONSTRAINT count_cell_pkey PRIMARY KEY (cell_id);
ALTER TABLE ONLY gridmap.count_day
    ADD CONSTRAINT count_day_pkey PRIMARY KEY (day);
ALTER TABLE ONLY gridmap.daily_event
    ADD CONSTRAINT daily_event_pkey PRIMARY KEY (day, cell_id);
ALTER TABLE ONLY gridmap.data_version
    ADD CONSTRAINT data_version_pkey PRIMARY KEY (layer);
ALTER TABLE ONLY gridmap.device
    ADD CONSTRAINT device_pkey PRIMARY KEY (device_id);
ALTER TABLE ONLY gridmap.draft_grid
    ADD CONSTRAINT draft_grid_pkey PRIMARY KEY (draft_id, grid_code);
ALTER TABLE ONLY gridmap.draft_lock
    ADD CONSTRAINT draft_lock_pkey PRIMARY KEY (draft_id, kind, code);
ALTER TABLE ONLY gridmap.draft
    ADD CONSTRAINT draft_pkey PRIMARY KEY (draft_id);
ALTER TABLE ONLY gridmap.draft_place
    ADD CONSTRAINT draft_place_pkey PRIMARY KEY (draft_id, place_id);
ALTER TABLE ONLY gridmap.draft_presence
    ADD CONSTRAINT draft_presence_pkey PRIMARY KEY (draft_id, username);
ALTER TABLE ONLY gridmap.draft_stroke
    ADD CONSTRAINT draft_stroke_pkey PRIMARY KEY (draft_id, seq);
ALTER TABLE ONLY gridmap.duty_end
    ADD CONSTRAINT duty_end_pkey PRIMARY KEY (plan_id, worker_id, grid_code);
ALTER TABLE ONLY gridmap.dwelling
    ADD CONSTRAINT dwelling_pkey PRIMARY KEY (county_code, dwelling_id);
ALTER TABLE ONLY gridmap.grid_figure
    ADD CONSTRAINT grid_figure_pkey PRIMARY KEY (grid_code, community_code);
ALTER TABLE ONLY gridmap.grid
    ADD CONSTRAINT grid_pkey PRIMARY KEY (plan_id, grid_code);
ALTER TABLE ONLY gridmap.household
    ADD CONSTRAINT household_pkey PRIMARY KEY (county_code, household_id);
ALTER TABLE ONLY gridmap.load_batch
    ADD CONSTRAINT load_batch_pkey PRIMARY KEY (batch_id);
ALTER TABLE ONLY gridmap.load_chunk
    ADD CONSTRAINT load_chunk_pkey PRIMARY KEY (batch_id, chunk_no);
ALTER TABLE ONLY gridmap.load_chunk
    ADD CONSTRAINT load_chunk_seq_key UNIQUE (seq);
ALTER TABLE ONLY gridmap.load_state
    ADD CONSTRAINT load_state_pkey PRIMARY KEY (singleton);
ALTER TABLE ONLY gridmap.migration
    ADD CONSTRAINT migration_pkey PRIMARY KEY (name);
ALTER TABLE ONLY gridmap.open_due_count
    ADD CONSTRAINT open_due_count_pkey PRIMARY KEY (due_on, grid_code, community_code, category, ledger, county_code);
ALTER TABLE ONLY gridmap.plan
    ADD CONSTRAINT plan_pkey PRIMARY KEY (plan_id);
ALTER TABLE ONLY gridmap.planning_job
    ADD CONSTRAINT planning_job_pkey PRIMARY KEY (job_id);
ALTER TABLE ONLY gridmap.planning_proposal
    ADD CONSTRAINT planning_proposal_pkey PRIMARY KEY (job_id, profile);
ALTER TABLE ONLY gridmap.population_count
    ADD CONSTRAINT population_count_pkey PRIMARY KEY (grid_code, community_code, birth_year, sex);
ALTER TABLE ONLY gridmap.regeocode_job
    ADD CONSTRAINT regeocode_job_pkey PRIMARY KEY (job_id);
ALTER TABLE ONLY gridmap.resident
    ADD CONSTRAINT resident_pkey PRIMARY KEY (county_code, resident_id);
ALTER TABLE ONLY gridmap.review_act
    ADD CONSTRAINT review_act_pkey PRIMARY KEY (act_id);
ALTER TABLE ONLY gridmap.review_change
    ADD CONSTRAINT review_change_pkey PRIMARY KEY (act_id, channel, case_no);
ALTER TABLE ONLY gridmap.review_claim
    ADD CONSTRAINT review_claim_pkey PRIMARY KEY (channel, case_no);
ALTER TABLE ONLY gridmap.road
    ADD CONSTRAINT road_pkey PRIMARY KEY (road_key);
ALTER TABLE ONLY gridmap.road
    ADD CONSTRAINT road_road_id_key UNIQUE (road_id);
ALTER TABLE ONLY gridmap.session
    ADD CONSTRAINT session_pkey PRIMARY KEY (token_hash);
ALTER TABLE ONLY gridmap.tile_secret
    ADD CONSTRAINT tile_secret_pkey PRIMARY KEY (singleton);
ALTER TABLE ONLY gridmap.visit_day
    ADD CONSTRAINT visit_day_grid_code_community_code_last_visit_on_care_key UNIQUE NULLS NOT DISTINCT (grid_code, community_code, last_visit_on, care);
ALTER TABLE ONLY gridmap.visit
    ADD CONSTRAINT visit_pkey PRIMARY KEY (county_code, visit_id);
ALTER TABLE ONLY gridmap.water
    ADD CONSTRAINT water_pkey PRIMARY KEY (water_id);
ALTER TABLE ONLY gridmap.worker
    ADD CONSTRAINT worker_pkey PRIMARY KEY (worker_id, grid_code);
CREATE INDEX area_geom ON gridmap.area USING gist (geom);
CREATE INDEX area_parent ON gridmap.area USING btree (parent_code);
CREATE INDEX assignment_grid ON gridmap.assignment USING btree (plan_id, grid_code);
CREATE INDEX building_community ON ONLY gridmap.building USING btree (community_code);
CREATE INDEX building_estate ON ONLY gridmap.building USING btree (estate);
CREATE INDEX building_figure_id ON gridmap.building_figure USING btree (building_id);
CREATE INDEX building_geom ON ONLY gridmap.building USING gist (geom);
CREATE INDEX building_grid ON ONLY gridmap.building USING btree (grid_code);
CREATE INDEX building_id ON ONLY gridmap.building USING btree (building_id);
CREATE INDEX building_subdistrict ON ONLY gridmap.building USING btree (subdistrict_code);
CREATE INDEX case_move_case ON gridmap.case_move USING btree (channel, case_no, move_id);
CREATE INDEX case_record_building ON ONLY gridmap.case_record USING btree (building_id) WHERE (building_id IS NOT NULL);
CREATE INDEX case_record_000000_building_id_idx ON gridmap.case_record_000000 USING btree (building_id) WHERE (building_id IS NOT NULL);
CREATE INDEX case_record_key ON ONLY gridmap.case_record USING btree (channel, case_no);
CREATE INDEX case_record_000000_channel_case_no_idx ON gridmap.case_record_000000 USING btree (channel, case_no);
CREATE INDEX case_record_community ON ONLY gridmap.case_record USING btree (community_code);
CREATE INDEX case_record_000000_community_code_idx ON gridmap.case_record_000000 USING btree (community_code);
CREATE INDEX case_record_waiting ON ONLY gridmap.case_record USING btree (due_at) WHERE ((reviewed = ''::text) AND ((match_status <> 'matched'::text) OR (grid_code = ''::text)));
CREATE INDEX case_record_000000_due_at_idx ON gridmap.case_record_000000 USING btree (due_at) WHERE ((reviewed = ''::text) AND ((match_status <> 'matched'::text) OR (grid_code = ''::text)));
CREATE INDEX case_record_geom ON ONLY gridmap.case_record USING gist (geom);
CREATE INDEX case_record_000000_geom_idx ON gridmap.case_record_000000 USING gist (geom);
CREATE INDEX case_record_open ON ONLY gridmap.case_record USING btree (grid_code, due_at) WHERE (state <> 'closed'::text);
CREATE INDEX case_record_000000_grid_code_due_at_idx ON gridmap.case_record_000000 USING btree (grid_code, due_at) WHERE (state <> 'closed'::text);
CREATE INDEX case_record_grid_reported ON ONLY gridmap.case_record USING btree (grid_code, reported_at);
CREATE INDEX case_record_000000_grid_code_reported_at_idx ON gridmap.case_record_000000 USING btree (grid_code, reported_at);
CREATE INDEX case_record_reported ON ONLY gridmap.case_record USING btree (reported_at) INCLUDE (grid_code, category);
CREATE INDEX case_record_000000_reported_at_grid_code_category_idx ON gridmap.case_record_000000 USING btree (reported_at) INCLUDE (grid_code, category);
CREATE INDEX case_record_subdistrict ON ONLY gridmap.case_record USING btree (subdistrict_code);
CREATE INDEX case_record_000000_subdistrict_code_idx ON gridmap.case_record_000000 USING btree (subdistrict_code);
CREATE INDEX case_step_case ON gridmap.case_step USING btree (channel, case_no, at);
CREATE INDEX count_day_version ON gridmap.count_day USING btree (version);
CREATE INDEX device_building ON gridmap.device USING btree (building_id);
CREATE INDEX device_geom ON gridmap.device USING gist (geom);
CREATE INDEX draft_area_code ON gridmap.draft USING btree (area_code, draft_id);
CREATE INDEX draft_place_community ON gridmap.draft_place USING btree (draft_id, community_code);
CREATE INDEX dwelling_building_id ON ONLY gridmap.dwelling USING btree (building_id);
CREATE INDEX dwelling_id ON ONLY gridmap.dwelling USING btree (dwelling_id);
CREATE INDEX grid_community_code ON gridmap.grid USING btree (community_code);
CREATE INDEX grid_geom ON gridmap.grid USING gist (geom);
CREATE INDEX household_building_id ON ONLY gridmap.household USING btree (building_id);
CREATE INDEX household_dwelling_id ON ONLY gridmap.household USING btree (dwelling_id);
CREATE INDEX household_id ON ONLY gridmap.household USING btree (household_id);
CREATE INDEX load_batch_table ON gridmap.load_batch USING btree (table_name, fingerprint);
CREATE INDEX load_reject_batch ON gridmap.load_reject USING btree (batch_id, chunk_no);
CREATE INDEX login_attempt_username ON gridmap.login_attempt USING btree (username, at);
CREATE UNIQUE INDEX plan_in_force ON gridmap.plan USING btree ((true)) WHERE ((status = 'published'::text) AND (valid_to IS NULL));
CREATE UNIQUE INDEX regeocode_job_open ON gridmap.regeocode_job USING btree (writes) WHERE (finished_at IS NULL);
CREATE INDEX resident_building_id ON ONLY gridmap.resident USING btree (building_id);
CREATE INDEX resident_care_flags ON ONLY gridmap.resident USING btree (building_id, household_id) WHERE (care <> '{}'::text[]);
CREATE INDEX resident_household_id ON ONLY gridmap.resident USING btree (household_id);
CREATE INDEX review_act_alias ON gridmap.review_act USING btree (alias) WHERE (alias <> ''::text);
CREATE INDEX review_act_last ON gridmap.review_act USING btree (actor, act_id DESC) WHERE (undone_at IS NULL);
CREATE INDEX review_change_case ON gridmap.review_change USING btree (county_code, channel, case_no);
CREATE INDEX road_geom ON gridmap.road USING gist (geom);
CREATE INDEX session_username ON gridmap.session USING btree (username);
CREATE INDEX visit_building_id ON ONLY gridmap.visit USING btree (building_id);
CREATE INDEX visit_household_at ON ONLY gridmap.visit USING btree (household_id, visited_at DESC);
CREATE INDEX water_geom ON gridmap.water USING gist (geom);
CREATE INDEX worker_grid ON gridmap.worker USING btree (grid_code);
ALTER INDEX gridmap.case_record_building ATTACH PARTITION gridmap.case_record_000000_building_id_idx;
ALTER INDEX gridmap.case_record_key ATTACH PARTITION gridmap.case_record_000000_channel_case_no_idx;
ALTER INDEX gridmap.case_record_community ATTACH PARTITION gridmap.case_record_000000_community_code_idx;
ALTER INDEX gridmap.case_record_waiting ATTACH PARTITION gridmap.case_record_000000_due_at_idx;
ALTER INDEX gridmap.case_record_geom ATTACH PARTITION gridmap.case_record_000000_geom_idx;
ALTER INDEX gridmap.case_record_open ATTACH PARTITION gridmap.case_record_000000_grid_code_due_at_idx;
ALTER INDEX gridmap.case_record_grid_reported ATTACH PARTITION gridmap.case_record_000000_grid_code_reported_at_idx;
ALTER INDEX gridmap.case_record_pkey ATTACH PARTITION gridmap.case_record_000000_pkey;
ALTER INDEX gridmap.case_record_reported ATTACH PARTITION gridmap.case_record_000000_reported_at_grid_code_category_idx;
ALTER INDEX gridmap.case_record_subdistrict ATTACH PARTITION gridmap.case_record_000000_subdistrict_code_idx;
ALTER TABLE ONLY gridmap.assignment
    ADD CONSTRAINT assignment_county_code_building_id_fkey FOREIGN KEY (county_code, building_id) REFERENCES gridmap.building(county_code, building_id) ON UPDATE CASCADE ON DELETE CASCADE;
ALTER TABLE ONLY gridmap.assignment
    ADD CONSTRAINT assignment_plan_id_fkey FOREIGN KEY (plan_id) REFERENCES gridmap.plan(plan_id) ON DELETE CASCADE;
ALTER TABLE ONLY gridmap.assignment
    ADD CONSTRAINT assignment_plan_id_grid_code_fkey FOREIGN KEY (plan_id, grid_code) REFERENCES gridmap.grid(plan_id, grid_code) ON DELETE CASCADE;
ALTER TABLE ONLY gridmap.case_move
    ADD CONSTRAINT case_move_plan_id_fkey FOREIGN KEY (plan_id) REFERENCES gridmap.plan(plan_id);
ALTER TABLE gridmap.case_record
    ADD CONSTRAINT case_record_category_fkey FOREIGN KEY (category) REFERENCES gridmap.category(code);
ALTER TABLE ONLY gridmap.case_step
    ADD CONSTRAINT case_step_case FOREIGN KEY (county_code, channel, case_no) REFERENCES gridmap.case_record(county_code, channel, case_no) ON UPDATE CASCADE ON DELETE CASCADE;
ALTER TABLE ONLY gridmap.count_cell
    ADD CONSTRAINT count_cell_category_fkey FOREIGN KEY (category) REFERENCES gridmap.category(code);
ALTER TABLE ONLY gridmap.draft
    ADD CONSTRAINT draft_base_plan_id_fkey FOREIGN KEY (base_plan_id) REFERENCES gridmap.plan(plan_id);
ALTER TABLE ONLY gridmap.draft_grid
    ADD CONSTRAINT draft_grid_draft_id_fkey FOREIGN KEY (draft_id) REFERENCES gridmap.draft(draft_id) ON DELETE CASCADE;
ALTER TABLE ONLY gridmap.draft_lock
    ADD CONSTRAINT draft_lock_draft_id_fkey FOREIGN KEY (draft_id) REFERENCES gridmap.draft(draft_id) ON DELETE CASCADE;
ALTER TABLE ONLY gridmap.draft_place
    ADD CONSTRAINT draft_place_draft_id_fkey FOREIGN KEY (draft_id) REFERENCES gridmap.draft(draft_id) ON DELETE CASCADE;
ALTER TABLE ONLY gridmap.draft
    ADD CONSTRAINT draft_plan_id_fkey FOREIGN KEY (plan_id) REFERENCES gridmap.plan(plan_id);
ALTER TABLE ONLY gridmap.draft_presence
    ADD CONSTRAINT draft_presence_draft_id_fkey FOREIGN KEY (draft_id) REFERENCES gridmap.draft(draft_id) ON DELETE CASCADE;
ALTER TABLE ONLY gridmap.draft_stroke
    ADD CONSTRAINT draft_stroke_draft_id_fkey FOREIGN KEY (draft_id) REFERENCES gridmap.draft(draft_id) ON DELETE CASCADE;
ALTER TABLE ONLY gridmap.duty_end
    ADD CONSTRAINT duty_end_plan_id_fkey FOREIGN KEY (plan_id) REFERENCES gridmap.plan(plan_id);
ALTER TABLE gridmap.dwelling
    ADD CONSTRAINT dwelling_building FOREIGN KEY (county_code, building_id) REFERENCES gridmap.building(county_code, building_id) ON UPDATE CASCADE;
ALTER TABLE ONLY gridmap.grid
    ADD CONSTRAINT grid_plan_id_fkey FOREIGN KEY (plan_id) REFERENCES gridmap.plan(plan_id) ON DELETE CASCADE;
ALTER TABLE gridmap.household
    ADD CONSTRAINT household_dwelling FOREIGN KEY (county_code, dwelling_id) REFERENCES gridmap.dwelling(county_code, dwelling_id) ON UPDATE CASCADE;
ALTER TABLE ONLY gridmap.load_chunk
    ADD CONSTRAINT load_chunk_batch_id_fkey FOREIGN KEY (batch_id) REFERENCES gridmap.load_batch(batch_id) ON DELETE CASCADE;
ALTER TABLE ONLY gridmap.load_reject
    ADD CONSTRAINT load_reject_batch_id_chunk_no_fkey FOREIGN KEY (batch_id, chunk_no) REFERENCES gridmap.load_chunk(batch_id, chunk_no) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY gridmap.plan
    ADD CONSTRAINT plan_base_plan_id_fkey FOREIGN KEY (base_plan_id) REFERENCES gridmap.plan(plan_id);
ALTER TABLE ONLY gridmap.planning_job
    ADD CONSTRAINT planning_job_base_plan_id_fkey FOREIGN KEY (base_plan_id) REFERENCES gridmap.plan(plan_id);
ALTER TABLE ONLY gridmap.planning_job
    ADD CONSTRAINT planning_job_draft_id_fkey FOREIGN KEY (draft_id) REFERENCES gridmap.draft(draft_id) ON DELETE CASCADE;
ALTER TABLE ONLY gridmap.planning_proposal
    ADD CONSTRAINT planning_proposal_job_id_fkey FOREIGN KEY (job_id) REFERENCES gridmap.planning_job(job_id) ON DELETE CASCADE;
ALTER TABLE gridmap.resident
    ADD CONSTRAINT resident_household FOREIGN KEY (county_code, household_id) REFERENCES gridmap.household(county_code, household_id) ON UPDATE CASCADE;
ALTER TABLE ONLY gridmap.review_change
    ADD CONSTRAINT review_change_act_id_fkey FOREIGN KEY (act_id) REFERENCES gridmap.review_act(act_id);
ALTER TABLE ONLY gridmap.review_change
    ADD CONSTRAINT review_change_case FOREIGN KEY (county_code, channel, case_no) REFERENCES gridmap.case_record(county_code, channel, case_no) ON UPDATE CASCADE ON DELETE CASCADE;
ALTER TABLE ONLY gridmap.review_claim
    ADD CONSTRAINT review_claim_case FOREIGN KEY (county_code, channel, case_no) REFERENCES gridmap.case_record(county_code, channel, case_no) ON UPDATE CASCADE ON DELETE CASCADE;
ALTER TABLE ONLY gridmap.session
    ADD CONSTRAINT session_username_fkey FOREIGN KEY (username) REFERENCES gridmap.account(username) ON DELETE CASCADE;
ALTER TABLE gridmap.visit
    ADD CONSTRAINT visit_household FOREIGN KEY (county_code, household_id) REFERENCES gridmap.household(county_code, household_id) ON UPDATE CASCADE;
