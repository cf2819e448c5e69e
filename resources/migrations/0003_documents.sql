-- Small texts under a key: state that outlives the process and needs no table of its own, such as what polls have done.
CREATE TABLE document (
  key     TEXT NOT NULL PRIMARY KEY,
  content TEXT NOT NULL
) STRICT, WITHOUT ROWID;
