-- queue: Waiting cases from behind a position on, in the order asked for; cases another clerk has on the screen say so.
WITH here AS (
  SELECT CASE WHEN %(oldest)s THEN false ELSE c.state = 'closed' END AS late,
         CASE WHEN %(oldest)s THEN c.reported_at ELSE c.due_at END AS moment, c.channel, c.case_no
  FROM case_record AS c
  WHERE c.channel = %(channel)s AND c.case_no = %(case_no)s
),
waiting AS (
  SELECT w.*, CASE WHEN %(oldest)s THEN false ELSE w.state = 'closed' END AS late,
         CASE WHEN %(oldest)s THEN w.reported_at ELSE w.due_at END AS moment
  FROM waiting_case AS w
  WHERE (%(area)s = '' OR starts_with(w.community_code, %(area)s) OR (%(area)s = 'none' AND w.community_code = ''))
    AND (%(kind)s = '' OR w.kind = %(kind)s)
)
SELECT w.channel, w.case_no, w.kind, w.address, w.title, w.match_reason, w.reported_at, w.due_at, w.state, w.community_code,
       k.name_zh, k.name_en, h.username AS holder
FROM waiting AS w
JOIN category AS k ON k.code = w.category
LEFT JOIN review_claim AS h ON h.channel = w.channel AND h.case_no = w.case_no AND h.expires_at > now()
  AND h.username <> %(actor)s
WHERE NOT EXISTS (SELECT FROM here)
   OR (w.late, w.moment, w.channel, w.case_no) > (SELECT late, moment, channel, case_no FROM here)
ORDER BY w.late, w.moment, w.channel, w.case_no
LIMIT %(rows)s;

-- position: How many of the filtered cases wait, and how many of them before a case.
WITH here AS (
  SELECT CASE WHEN %(oldest)s THEN false ELSE c.state = 'closed' END AS late,
         CASE WHEN %(oldest)s THEN c.reported_at ELSE c.due_at END AS moment, c.channel, c.case_no
  FROM case_record AS c
  WHERE c.channel = %(channel)s AND c.case_no = %(case_no)s
)
SELECT count(*) AS waiting,
       count(*) FILTER (
         WHERE (CASE WHEN %(oldest)s THEN false ELSE w.state = 'closed' END,
                CASE WHEN %(oldest)s THEN w.reported_at ELSE w.due_at END, w.channel, w.case_no)
               < (SELECT late, moment, channel, case_no FROM here)
       ) AS before
FROM waiting_case AS w
WHERE (%(area)s = '' OR starts_with(w.community_code, %(area)s) OR (%(area)s = 'none' AND w.community_code = ''))
  AND (%(kind)s = '' OR w.kind = %(kind)s);

-- case: One case as the queue shows it, waiting or not.
SELECT c.channel, c.case_no, c.county_code, c.community_code, c.grid_code, c.category, k.name_zh, k.name_en, c.title,
       c.description, c.address, c.reported_at, c.due_at, c.state, c.match_status, c.match_level, c.match_reason, c.reviewed,
       c.reviewed = '' AND (c.match_status <> 'matched' OR c.grid_code = '') AS waits
FROM case_record AS c
JOIN category AS k ON k.code = c.category
WHERE c.channel = %(channel)s AND c.case_no = %(case_no)s;

-- counters: Waiting cases by kind and reason with the oldest and the median moment of report; the first row is all.
SELECT kind, match_reason, count(*) AS waiting, count(*) FILTER (WHERE state <> 'closed') AS open,
       min(reported_at) AS oldest, percentile_disc(0.5) WITHIN GROUP (ORDER BY reported_at) AS median
FROM waiting_case
GROUP BY GROUPING SETS ((), (kind, match_reason))
ORDER BY GROUPING(kind) DESC, waiting DESC, kind, match_reason;

-- areas: Where waiting cases are known to lie: sub-districts and communities with their names.
SELECT a.code, a.name, a.level, count(*) AS waiting
FROM waiting_case AS w
JOIN area AS a ON a.code IN (w.subdistrict_code, w.community_code)
GROUP BY a.code, a.name, a.level
ORDER BY a.code;

-- unplaced: Cases without a grid, and those of them a person has said are not in the register.
SELECT count(*) AS unplaced, count(*) FILTER (WHERE reviewed = 'not_here') AS not_here
FROM case_record
WHERE grid_code = '';

-- one_at_a_time: Decisions on one case wait for each other, whatever partition it moves to.
SELECT pg_advisory_xact_lock(hashtextextended('review ' || %(channel)s || '/' || %(case_no)s, 0));

-- claim: Put a case on somebody's screen, unless somebody else has it there.
INSERT INTO review_claim AS h (county_code, channel, case_no, username, expires_at)
SELECT county_code, channel, case_no, %(actor)s, clock_timestamp() + make_interval(mins => %(minutes)s)
FROM case_record
WHERE channel = %(channel)s AND case_no = %(case_no)s
ON CONFLICT (channel, case_no) DO UPDATE
SET username = EXCLUDED.username, claimed_at = clock_timestamp(), expires_at = EXCLUDED.expires_at
WHERE h.username = EXCLUDED.username OR h.expires_at <= clock_timestamp();

-- holder: Who has a case on the screen, and since when.
SELECT username, claimed_at FROM review_claim
WHERE channel = %(channel)s AND case_no = %(case_no)s AND expires_at > clock_timestamp();

-- release: Take a case off one's screen.
DELETE FROM review_claim WHERE channel = %(channel)s AND case_no = %(case_no)s AND username = %(actor)s;

-- place_now: Where a case lies before it is decided, as it can be put back.
SELECT c.county_code, c.state,
       jsonb_build_object(
         'county_code', c.county_code, 'community_code', c.community_code, 'grid_code', c.grid_code,
         'match_status', c.match_status, 'match_level', c.match_level, 'match_reason', c.match_reason,
         'dwelling_id', c.dwelling_id, 'building_id', c.building_id, 'geom', ST_AsHEXEWKB(c.geom), 'reviewed', c.reviewed
       ) AS before
FROM case_record AS c
WHERE c.channel = %(channel)s AND c.case_no = %(case_no)s
FOR UPDATE;

-- decided_by: Who decided a case last.
SELECT a.actor, a.at FROM review_act AS a JOIN review_change AS x USING (act_id)
WHERE x.channel = %(channel)s AND x.case_no = %(case_no)s AND a.undone_at IS NULL
ORDER BY a.act_id DESC
LIMIT 1;

-- mark: A person has decided a case's place.
UPDATE case_record SET reviewed = %(reviewed)s WHERE channel = %(channel)s AND case_no = %(case_no)s;

-- act: A decision.
INSERT INTO review_act (kind, actor, reason, alias, estate, building_id)
VALUES (%(kind)s, %(actor)s, %(reason)s, %(alias)s, %(estate)s, %(building_id)s)
RETURNING act_id;

-- change: What a decision changed, with the place before.
INSERT INTO review_change (act_id, county_code, channel, case_no, before)
VALUES (%(act_id)s, %(county_code)s, %(channel)s, %(case_no)s, %(before)s);

-- step: A line in the case's history; its state stays as it is.
INSERT INTO case_step (county_code, channel, case_no, from_state, to_state, actor, note)
SELECT county_code, channel, case_no, state, state, %(actor)s, %(note)s
FROM case_record
WHERE channel = %(channel)s AND case_no = %(case_no)s;

-- last_act: Somebody's last decision that was not taken back.
SELECT a.act_id, a.kind, a.alias, a.estate, a.building_id,
       (SELECT count(*) FROM review_change AS x WHERE x.act_id = a.act_id) AS changes
FROM review_act AS a
WHERE a.actor = %(actor)s AND a.undone_at IS NULL
ORDER BY a.act_id DESC
LIMIT 1;

-- changed: The cases of a decision.
SELECT channel, case_no FROM review_change WHERE act_id = %(act_id)s ORDER BY channel, case_no;

-- put_back: Cases of a decision as they were, where nobody has decided anew since.
UPDATE case_record AS c
SET county_code = x.before ->> 'county_code', community_code = x.before ->> 'community_code',
    grid_code = x.before ->> 'grid_code', match_status = x.before ->> 'match_status',
    match_level = x.before ->> 'match_level', match_reason = x.before ->> 'match_reason',
    dwelling_id = x.before ->> 'dwelling_id', building_id = x.before ->> 'building_id',
    geom = CASE WHEN c.point_given THEN c.geom ELSE (x.before ->> 'geom')::geometry END, reviewed = x.before ->> 'reviewed'
FROM review_change AS x
WHERE x.act_id = %(act_id)s
  AND (c.county_code, c.channel, c.case_no) = (x.county_code, x.channel, x.case_no)
  AND c.reviewed = %(reviewed)s;

-- undone: A decision was taken back.
UPDATE review_act SET undone_at = clock_timestamp(), undone_by = %(actor)s WHERE act_id = %(act_id)s;

-- naming: Waiting cases whose text holds a name.
SELECT channel, case_no, county_code, match_status, address
FROM waiting_case
WHERE address <> '' AND position(%(alias)s IN address) > 0
ORDER BY channel, case_no;

-- alias_known: Whether a name is an alias already, be it one a process has not read yet.
SELECT 1 FROM alias WHERE alias = %(alias)s LIMIT 1;

-- add_alias: Another name of an estate or a building, with who and when; nothing where it is known already.
INSERT INTO alias (alias, estate, building_id, note, learned_by, learned_at)
VALUES (%(alias)s, %(estate)s, %(building_id)s, %(note)s, %(actor)s, now())
ON CONFLICT DO NOTHING;

-- learned: The aliases that were taught here, the newest first, with who and when, and how many there are.
SELECT a.act_id, t.alias, COALESCE(NULLIF(t.estate, ''), b.name, t.building_id) AS target, t.learned_by AS actor,
       t.learned_at AS at, count(*) OVER () AS total
FROM alias AS t
JOIN review_act AS a ON a.kind = 'taught' AND a.undone_at IS NULL
  AND (a.alias, a.estate, a.building_id) = (t.alias, t.estate, t.building_id)
LEFT JOIN building AS b ON b.building_id = t.building_id
WHERE t.learned_by <> ''
ORDER BY t.learned_at DESC, a.act_id DESC
LIMIT %(rows)s;

-- taught_act: A lesson that stands, by its number.
SELECT act_id, kind, actor, alias, estate, building_id
FROM review_act
WHERE act_id = %(act_id)s AND kind = 'taught' AND undone_at IS NULL
FOR UPDATE;

-- drop_alias: An alias that was taught is taken back.
DELETE FROM alias WHERE alias = %(alias)s AND estate = %(estate)s AND building_id = %(building_id)s;

-- note_aliases: The aliases have changed.
SELECT note_aliases();

-- places: Grids and buildings by their keys, as the viewer may see them, with what tells them apart on a map.
SELECT 'building' AS kind, b.building_id AS key, b.estate, b.name, b.address, COALESCE(b.grid_code, '') AS grid_code,
       b.community_code, ST_AsGeoJSON(b.geom, 7)::json AS geometry
FROM building AS b
WHERE b.building_id = ANY (%(buildings)s)
UNION ALL
SELECT 'grid', g.grid_code, '', g.name, '', g.grid_code, g.community_code, ST_AsGeoJSON(g.geom, 6)::json
FROM grid AS g
JOIN plan AS p USING (plan_id)
WHERE p.status = 'published' AND p.valid_to IS NULL AND g.grid_code = ANY (%(grids)s);

-- names: Grids and communities by their codes.
SELECT g.grid_code AS code, g.name
FROM grid AS g
JOIN plan AS p USING (plan_id)
WHERE p.status = 'published' AND p.valid_to IS NULL AND g.grid_code = ANY (%(codes)s)
UNION ALL
SELECT code, name FROM area WHERE code = ANY (%(codes)s);

-- chosen: A place by its kind and key, as the viewer may see it.
SELECT 'dwelling' AS kind, d.dwelling_id AS key, b.estate, b.name AS building, d.unit, d.room, b.address, b.building_id,
       b.community_code, COALESCE(b.grid_code, '') AS grid_code
FROM dwelling AS d
JOIN building AS b ON b.county_code = d.county_code AND b.building_id = d.building_id
WHERE %(kind)s = 'dwelling' AND d.dwelling_id = %(key)s
UNION ALL
SELECT 'building', b.building_id, b.estate, b.name, '', '', b.address, b.building_id, b.community_code,
       COALESCE(b.grid_code, '')
FROM building AS b
WHERE %(kind)s = 'building' AND b.building_id = %(key)s
UNION ALL
SELECT 'grid', g.grid_code, '', '', '', '', '', '', g.community_code, g.grid_code
FROM grid AS g
JOIN plan AS p USING (plan_id)
WHERE %(kind)s = 'grid' AND g.grid_code = %(key)s AND p.status = 'published' AND p.valid_to IS NULL
UNION ALL
(SELECT 'estate', b.estate, b.estate, '', '', '', '', '', b.community_code, ''
 FROM building AS b
 WHERE %(kind)s = 'estate' AND b.estate = %(key)s AND b.estate <> ''
 LIMIT 1);

-- grid_point: A point that lies in a grid of the plan in force.
SELECT ST_X(s.point) AS lon, ST_Y(s.point) AS lat
FROM grid AS g
JOIN plan AS p USING (plan_id)
CROSS JOIN LATERAL (SELECT ST_PointOnSurface(g.geom) AS point) AS s
WHERE g.grid_code = %(code)s AND p.status = 'published' AND p.valid_to IS NULL;
