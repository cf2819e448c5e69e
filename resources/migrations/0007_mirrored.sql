-- Whether the repository's origin has the blob, whoever else pushed it. Of what was linked before that is known as long
-- as nobody has pushed it since.
ALTER TABLE repository_blob ADD COLUMN mirrored INTEGER NOT NULL DEFAULT 0;
UPDATE repository_blob SET mirrored = 1
WHERE linked = 1 AND cached = 1 AND repository_id IN (SELECT id FROM repository WHERE origin_host <> '');
