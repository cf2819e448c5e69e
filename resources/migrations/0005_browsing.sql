-- What the lists of repositories show and are sorted by. The triggers keep it, so that no writer can forget to.
ALTER TABLE repository ADD COLUMN tags INTEGER NOT NULL DEFAULT 0;
ALTER TABLE repository ADD COLUMN manifests INTEGER NOT NULL DEFAULT 0;
-- Of its manifests and of the blobs that may be read in it.
ALTER TABLE repository ADD COLUMN content_bytes INTEGER NOT NULL DEFAULT 0;
UPDATE repository SET
  tags = (SELECT count(*) FROM tag WHERE repository_id = repository.id),
  manifests = (SELECT count(*) FROM manifest WHERE repository_id = repository.id),
  content_bytes = (SELECT coalesce(sum(size), 0) FROM manifest WHERE repository_id = repository.id) +
    (SELECT coalesce(sum(size), 0) FROM repository_blob WHERE repository_id = repository.id AND linked = 1);

CREATE TRIGGER tag_made AFTER INSERT ON tag BEGIN
  UPDATE repository SET tags = tags + 1 WHERE id = new.repository_id;
END;
CREATE TRIGGER tag_gone AFTER DELETE ON tag BEGIN
  UPDATE repository SET tags = tags - 1 WHERE id = old.repository_id;
END;

CREATE TRIGGER manifest_made AFTER INSERT ON manifest BEGIN
  UPDATE repository SET manifests = manifests + 1, content_bytes = content_bytes + new.size WHERE id = new.repository_id;
END;
CREATE TRIGGER manifest_gone AFTER DELETE ON manifest BEGIN
  UPDATE repository SET manifests = manifests - 1, content_bytes = content_bytes - old.size WHERE id = old.repository_id;
END;
CREATE TRIGGER manifest_resized AFTER UPDATE OF size ON manifest WHEN old.size <> new.size BEGIN
  UPDATE repository SET content_bytes = content_bytes + new.size - old.size WHERE id = new.repository_id;
END;

CREATE TRIGGER blob_linked AFTER INSERT ON repository_blob WHEN new.linked = 1 BEGIN
  UPDATE repository SET content_bytes = content_bytes + new.size WHERE id = new.repository_id;
END;
CREATE TRIGGER blob_gone AFTER DELETE ON repository_blob WHEN old.linked = 1 BEGIN
  UPDATE repository SET content_bytes = content_bytes - old.size WHERE id = old.repository_id;
END;
CREATE TRIGGER blob_changed AFTER UPDATE OF linked, size ON repository_blob
WHEN old.linked * old.size <> new.linked * new.size BEGIN
  UPDATE repository SET content_bytes = content_bytes + new.linked * new.size - old.linked * old.size
  WHERE id = new.repository_id;
END;

-- Finds any part of a name that has three characters or more. No trigger keeps it: SQLite lets none touch a virtual
-- table unless it trusts the schema. A name never changes.
CREATE VIRTUAL TABLE repository_search USING fts5 (
  name, content = 'repository', content_rowid = 'id', tokenize = 'trigram case_sensitive 1'
);
INSERT INTO repository_search (repository_search) VALUES ('rebuild');
