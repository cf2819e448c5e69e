-- Where a long work had come to, in a form of its own.
CREATE TABLE bookmark (
  name  TEXT NOT NULL PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
