-- Aliases that were learned from a review carry who taught them and when; those that were loaded carry neither.

ALTER TABLE alias ADD COLUMN learned_by text NOT NULL DEFAULT '', ADD COLUMN learned_at timestamptz;
UPDATE alias AS t
SET learned_by = a.actor, learned_at = a.at
FROM (
  SELECT DISTINCT ON (alias, estate, building_id) alias, estate, building_id, actor, at
  FROM review_act
  WHERE kind = 'taught' AND undone_at IS NULL
  ORDER BY alias, estate, building_id, act_id
) AS a
WHERE (t.alias, t.estate, t.building_id) = (a.alias, a.estate, a.building_id) AND starts_with(t.note, 'review ');
ALTER TABLE alias ADD CONSTRAINT alias_learned CHECK ((learned_by = '') = (learned_at IS NULL));
COMMENT ON COLUMN alias.learned_by IS 'account that taught the alias in the review queue; empty = it was loaded';
COMMENT ON COLUMN alias.learned_at IS 'when it was taught';
