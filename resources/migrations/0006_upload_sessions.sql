-- An upload makes no repository: its first content does. So a session names its repository instead of pointing at it.
-- The table upload stays for a larderd of the version before, which may be running on this directory during an update.
CREATE TABLE upload_session (
  id         TEXT    NOT NULL PRIMARY KEY,
  repository TEXT    NOT NULL,
  started_at INTEGER NOT NULL,
  changed_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX upload_session_by_change ON upload_session (changed_at);
CREATE INDEX upload_session_by_repository ON upload_session (repository);
INSERT INTO upload_session (id, repository, started_at, changed_at)
  SELECT u.id, r.name, u.started_at, u.changed_at FROM upload u JOIN repository r ON r.id = u.repository_id;
