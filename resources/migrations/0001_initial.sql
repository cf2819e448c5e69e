-- Times are nanoseconds since the Unix epoch, 0 for never. A digest is one byte for its algorithm (0: sha256, 1: sha512)
-- and its raw bytes, so that the order of bytes is the order of digests. Text is compared byte by byte.

CREATE TABLE repository (
  id             INTEGER PRIMARY KEY,
  name           TEXT    NOT NULL UNIQUE,
  origin_host    TEXT    NOT NULL,
  origin_name    TEXT    NOT NULL,
  created_at     INTEGER NOT NULL,
  last_pulled_at INTEGER NOT NULL DEFAULT 0,
  pulls          INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX repository_by_origin ON repository (origin_host, origin_name) WHERE origin_host <> '';

CREATE TABLE manifest (
  id             INTEGER PRIMARY KEY,
  repository_id  INTEGER NOT NULL REFERENCES repository ON DELETE CASCADE,
  digest         BLOB    NOT NULL,
  media_type     TEXT    NOT NULL,
  size           INTEGER NOT NULL,
  artifact_type  TEXT    NOT NULL,
  subject        BLOB,
  annotations    TEXT    NOT NULL,
  pushed_at      INTEGER NOT NULL,
  last_pulled_at INTEGER NOT NULL,
  pulls          INTEGER NOT NULL DEFAULT 0,
  UNIQUE (repository_id, digest)
) STRICT;
CREATE INDEX manifest_by_subject ON manifest (repository_id, subject, digest) WHERE subject IS NOT NULL;

-- What a manifest names, in its order. kind is 0 for a blob, 1 for a manifest.
CREATE TABLE manifest_link (
  manifest_id INTEGER NOT NULL REFERENCES manifest ON DELETE CASCADE,
  position    INTEGER NOT NULL,
  kind        INTEGER NOT NULL,
  digest      BLOB    NOT NULL,
  size        INTEGER NOT NULL,
  PRIMARY KEY (manifest_id, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE tag (
  repository_id  INTEGER NOT NULL REFERENCES repository ON DELETE CASCADE,
  name           TEXT    NOT NULL,
  manifest_id    INTEGER NOT NULL REFERENCES manifest ON DELETE CASCADE,
  checked_at     INTEGER NOT NULL,
  pushed_at      INTEGER NOT NULL,
  last_pulled_at INTEGER NOT NULL,
  pulls          INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (repository_id, name)
) STRICT, WITHOUT ROWID;
CREATE INDEX tag_by_manifest ON tag (manifest_id);

-- The blobs of a repository: linked (then it may be read there), or named by `manifests` of its manifests (then it is
-- in use). One that is neither has no row.
CREATE TABLE repository_blob (
  repository_id  INTEGER NOT NULL REFERENCES repository ON DELETE CASCADE,
  digest         BLOB    NOT NULL,
  size           INTEGER NOT NULL,
  manifests      INTEGER NOT NULL,
  linked         INTEGER NOT NULL,
  last_pulled_at INTEGER NOT NULL DEFAULT 0,
  pulls          INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (repository_id, digest)
) STRICT, WITHOUT ROWID;
CREATE INDEX repository_blob_by_digest ON repository_blob (digest) WHERE linked = 1;

CREATE TABLE upload (
  id            TEXT    NOT NULL PRIMARY KEY,
  repository_id INTEGER NOT NULL REFERENCES repository ON DELETE CASCADE,
  started_at    INTEGER NOT NULL,
  changed_at    INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX upload_by_change ON upload (changed_at);
CREATE INDEX upload_by_repository ON upload (repository_id);
