-- Grids that stand in for a plan not drawn yet, and what the last linking saw.

ALTER TABLE grid ADD COLUMN provisional boolean NOT NULL DEFAULT false;
COMMENT ON COLUMN grid.provisional IS 'the whole community (社区) as one grid, made because no grid of it was loaded; never exported';

ALTER TABLE city ADD COLUMN linked_version bigint NOT NULL DEFAULT 0, ADD COLUMN linked_plan_id bigint;
COMMENT ON COLUMN city.linked_version IS 'sum of the register''s data versions when cases were last placed; differs = the register has changed';
COMMENT ON COLUMN city.linked_plan_id IS 'the plan cases were last placed by';
