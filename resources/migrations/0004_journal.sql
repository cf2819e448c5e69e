-- The journal of changes, from which a lost database is made again: what of it is committed here. What lies beyond `size`
-- never was. Generation 0: there is no journal yet. A journal is written anew, shorter, when it has grown well beyond
-- `base`, the size that it began with.
CREATE TABLE journal (
  id         INTEGER PRIMARY KEY CHECK (id = 1),
  generation INTEGER NOT NULL,
  size       INTEGER NOT NULL,
  base       INTEGER NOT NULL
) STRICT;
INSERT INTO journal (id, generation, size, base) VALUES (1, 0, 0, 0);
