-- Who does a work that one daemon at a time may do on this data directory; free once `until` has passed.
CREATE TABLE lease (
  name   TEXT    NOT NULL PRIMARY KEY,
  holder TEXT    NOT NULL,
  until  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- What is never removed by itself: a tag with what it points to (digest is empty), or a manifest (tag is empty).
CREATE TABLE pin (
  repository_id INTEGER NOT NULL REFERENCES repository ON DELETE CASCADE,
  tag           TEXT    NOT NULL,
  digest        BLOB    NOT NULL,
  created_at    INTEGER NOT NULL,
  PRIMARY KEY (repository_id, tag, digest)
) STRICT, WITHOUT ROWID;

-- Links of a time that noted none count as made now, so that no push that is under way loses its blobs.
ALTER TABLE repository_blob ADD COLUMN linked_at INTEGER NOT NULL DEFAULT 0;
UPDATE repository_blob SET linked_at = CAST(strftime('%s', 'now') AS INTEGER) * 1000000000 WHERE linked = 1;
-- Whether all who linked it had it from an upstream: then it can be fetched again.
ALTER TABLE repository_blob ADD COLUMN cached INTEGER NOT NULL DEFAULT 0;
UPDATE repository_blob SET cached = 1
WHERE linked = 1 AND repository_id IN (SELECT id FROM repository WHERE origin_host <> '');
CREATE INDEX repository_blob_unnamed ON repository_blob (linked_at) WHERE manifests = 0;

-- Whether an upstream has it: then it can be fetched again.
ALTER TABLE manifest ADD COLUMN cached INTEGER NOT NULL DEFAULT 0;
UPDATE manifest SET cached = 1
WHERE repository_id IN (SELECT id FROM repository WHERE origin_host <> '')
  AND NOT EXISTS (SELECT 1 FROM tag t WHERE t.manifest_id = manifest.id AND t.checked_at = 0);

-- Whether anything at all has a digest.
DROP INDEX repository_blob_by_digest;
CREATE INDEX repository_blob_by_digest ON repository_blob (digest);
CREATE INDEX manifest_by_digest ON manifest (digest);
-- Who names a manifest as a child.
CREATE INDEX manifest_link_by_child ON manifest_link (digest, manifest_id) WHERE kind = 1;
