-- settings: A commit need not wait for the disk: checkpoint and rows are one transaction, so a crash loses both or none.
SELECT set_config('synchronous_commit', 'off', false), set_config('work_mem', '128MB', false);

-- seed_category: Bring the category table in; what a site changed stays.
INSERT INTO category (code, name_zh, name_en, dispute, ledger, sort_order)
VALUES (%(code)s, %(name_zh)s, %(name_en)s, %(dispute)s, %(ledger)s, %(sort_order)s)
ON CONFLICT (code) DO NOTHING;

-- categories: Every category with its names and ledger.
SELECT code, name_zh, name_en, ledger FROM category ORDER BY sort_order, code;

-- find_batch: The last batch of a file's content, unless something it stands on has changed since it began.
SELECT b.batch_id, b.status, EXISTS (
  SELECT FROM load_batch AS later
  JOIN load_chunk AS c ON c.batch_id = later.batch_id
  WHERE later.batch_id > b.batch_id
    AND later.table_name = ANY (%(upstream)s)
    AND c.accepted_count + c.updated_count > 0
) AS stale
FROM load_batch AS b
WHERE b.table_name = %(table_name)s AND b.source = %(source)s AND b.fingerprint = %(fingerprint)s AND b.status <> 'dropped'
ORDER BY b.batch_id DESC
LIMIT 1;

-- drop_batches: Unfinished or outdated batches of a file: their rows stay, their checkpoints no longer count.
UPDATE load_batch SET status = 'dropped', ended_at = now()
WHERE table_name = %(table_name)s AND source = %(source)s AND status <> 'dropped' AND batch_id <> %(keep)s;

-- forget_rejects: Rejects of batches that will never be resumed.
DELETE FROM load_reject AS r USING load_batch AS b WHERE b.batch_id = r.batch_id AND b.status <> 'running';

-- start_batch: A new batch.
INSERT INTO load_batch (table_name, source, fingerprint)
VALUES (%(table_name)s, %(source)s, %(fingerprint)s)
RETURNING batch_id;

-- chunks_done: The chunks of a batch that are in, and what became of their rows.
SELECT chunk_no, read_count, accepted_count, updated_count, unchanged_count, rejected_count, notes
FROM load_chunk
WHERE batch_id = %(batch_id)s
ORDER BY chunk_no;

-- checkpoint: A chunk is in.
INSERT INTO load_chunk (batch_id, chunk_no, read_count, accepted_count, updated_count, unchanged_count, rejected_count, notes)
VALUES (%(batch_id)s, %(chunk_no)s, %(read)s, %(accepted)s, %(updated)s, %(unchanged)s, %(rejected)s, %(notes)s);

-- copy_rejects: Keep a chunk's rejects until the batch is done.
COPY load_reject (batch_id, chunk_no, line, column_name, value, code) FROM STDIN;

-- rejects: Every reject of a batch, in the order of the file.
SELECT line, column_name, value, code FROM load_reject WHERE batch_id = %(batch_id)s ORDER BY line, column_name;

-- finish_batch: The file is in, and its rejects file is written.
UPDATE load_batch SET status = 'done', ended_at = now(), notes = %(notes)s WHERE batch_id = %(batch_id)s;

-- batch_notes: What was said of a batch when it was done.
SELECT notes FROM load_batch WHERE batch_id = %(batch_id)s;

-- needs_link: Has anything the linking stands on changed since it was last done.
SELECT EXISTS (
  SELECT FROM load_batch AS b
  JOIN load_chunk AS c ON c.batch_id = b.batch_id
  WHERE b.table_name = ANY (%(tables)s)
    AND c.accepted_count + c.updated_count > 0
    AND c.seq > COALESCE((SELECT linked_seq FROM load_state), 0)
);

-- note_link: The linking stands on all chunks up to now.
UPDATE load_state SET linked_seq = (SELECT COALESCE(max(seq), 0) FROM load_chunk);

-- needs_figures: Has any chunk come in since the figures were last made.
SELECT EXISTS (
  SELECT FROM load_chunk AS c
  WHERE c.accepted_count + c.updated_count > 0
    AND c.seq > (SELECT figures_seq FROM load_state)
);

-- note_figures: The figures stand on all chunks up to now.
UPDATE load_state SET figures_seq = (SELECT COALESCE(max(seq), 0) FROM load_chunk);

-- bump: A layer has changed.
UPDATE data_version SET version = version + 1, changed_at = clock_timestamp() WHERE layer = %(layer)s;

-- communities: Communities with their polygons.
SELECT code, name, ST_AsBinary(geom) AS geometry FROM area WHERE level = 'community' ORDER BY code;

-- water_areas: Water with an extent: a lake between communities is no hole.
SELECT ST_AsBinary(geom) AS geometry FROM water WHERE ST_Dimension(geom) = 2;

-- footprints: Buildings with an extent, for telling whether points fall into them.
SELECT ST_AsBinary(geom) AS geometry FROM building WHERE ST_Dimension(geom) = 2;

-- city: The city's own settings.
SELECT name, metric_epsg FROM city;

-- set_metric: The city is measured in one system, chosen once.
UPDATE city SET metric_epsg = %(epsg)s WHERE metric_epsg IS NULL;

-- name_city: The city takes its area's name where it has none.
UPDATE city
SET name = a.name
FROM (SELECT name FROM area WHERE level = 'city' ORDER BY code LIMIT 1) AS a
WHERE city.name = '';

-- create_counties: Partitions for every county an area lies in.
SELECT create_county(county)
FROM (SELECT DISTINCT left(code, 6) AS county FROM area WHERE length(code) >= 6) AS counties
ORDER BY county;

-- holds_rows: Is there any row in a table.
SELECT EXISTS (SELECT FROM {table});

-- foreign_keys: A table's foreign keys, to be taken off and put back.
SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint
WHERE conrelid = %(table)s::regclass AND contype = 'f' AND conparentid = 0
ORDER BY conname;

-- plain_indexes: A table's indexes that no constraint stands on, to be taken off and put back.
SELECT c.relname, replace(pg_get_indexdef(i.indexrelid), ' ON ONLY ', ' ON ')
FROM pg_index AS i
JOIN pg_class AS c ON c.oid = i.indexrelid
WHERE i.indrelid = %(table)s::regclass
  AND NOT i.indisunique
  AND NOT EXISTS (SELECT FROM pg_constraint AS k WHERE k.conindid = i.indexrelid)
ORDER BY c.relname;

-- recount: Count every case anew.
SELECT rebuild_counts();
