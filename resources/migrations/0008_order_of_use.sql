-- Eviction walks manifests in the order of their last use, and the lists of repositories are shown in these orders, a
-- page at a time: without an index each page reads and sorts everything.
CREATE INDEX manifest_by_use ON manifest (max(pushed_at, last_pulled_at));
CREATE INDEX repository_by_content ON repository (content_bytes, name);
CREATE INDEX repository_by_last_pull ON repository (last_pulled_at, name);
CREATE INDEX repository_by_pulls ON repository (pulls, name);
