#include "drivers/sqlite/queries.hpp"

#include "drivers/sqlite/row_readers.hpp"
#include "meta_failures.hpp"

namespace larder::storage::sqlite {

using core::fail;

namespace {

UploadRecord uploadOf(Rows& rows) {
  return {rows.text(0), rows.text(1), rows.time(2), rows.time(3)};
}

}  // namespace

Result<std::optional<ManifestLookup>> findByTag(Database& database, const std::string& repository,
                                                const std::string& tag) {
  static const std::string sql = "SELECT " + kManifestFields +
                                 ", t.name, m.digest, t.checked_at, t.pushed_at, t.last_pulled_at, t.pulls "
                                 "FROM repository r JOIN tag t ON t.repository_id = r.id AND t.name = ?2 "
                                 "JOIN manifest m ON m.id = t.manifest_id WHERE r.name = ?1";
  Rows rows = database.query(sql.c_str(), repository, tag);
  return first(rows, [](Rows& row) { return ManifestLookup{manifestOf(row), tagOf(row, kManifestColumns)}; });
}

Result<std::optional<ManifestLookup>> findByDigest(Database& database, const std::string& repository,
                                                   const Digest& digest) {
  static const std::string sql = "SELECT " + kManifestFields +
                                 " FROM repository r JOIN manifest m ON m.repository_id = r.id AND m.digest = ?2 "
                                 "WHERE r.name = ?1";
  Rows rows = database.query(sql.c_str(), repository, digest);
  std::int64_t id = 0;
  auto found = first(rows, [&](Rows& row) {
    id = row.integer(0);
    return ManifestLookup{manifestOf(row), std::nullopt};
  });
  if (!found || !*found) return found;
  auto links = linksOf(database, id);
  if (!links) return fail(std::move(links.error()));
  (*found)->manifest.links = std::move(*links);
  return found;
}

Result<std::optional<BlobRecord>> findBlob(Database& database, const std::string& repository, const Digest& digest) {
  Rows rows = database.query(
      "SELECT b.size, b.mirrored FROM repository r JOIN repository_blob b ON b.repository_id = r.id AND b.digest = ?2 "
      "WHERE r.name = ?1 AND b.linked = 1",
      repository, digest);
  return first(rows, [](Rows& row) { return BlobRecord{row.count(0), row.integer(1) != 0}; });
}

Result<std::optional<std::string>> findHolder(Database& database, const Digest& digest, const HolderFilter& filter) {
  Rows rows = database.query(
      "SELECT r.name, r.origin_host, r.origin_name, b.mirrored"
      " FROM repository_blob b JOIN repository r ON r.id = b.repository_id "
      "WHERE b.digest = ?1 AND b.linked = 1",
      digest);
  while (rows.next()) {
    BlobHolder holder{rows.text(0), {rows.text(1), rows.text(2)}, rows.integer(3) != 0};
    if (filter(holder)) return std::move(holder.repository);
  }
  if (auto read = rows.result(); !read) return fail(std::move(read.error()));
  return std::nullopt;
}

Result<std::optional<RepositoryRecord>> findRepository(Database& database, const std::string& name) {
  Rows rows = database.query(
      "SELECT name, origin_host, origin_name, created_at, last_pulled_at, pulls, content_bytes"
      " FROM repository WHERE name = ?1",
      name);
  return first(rows, repositoryOf);
}

Result<std::optional<RepositoryRecord>> findByOrigin(Database& database, const Origin& origin) {
  Rows rows = database.query(
      "SELECT name, origin_host, origin_name, created_at, last_pulled_at, pulls, content_bytes"
      " FROM repository WHERE origin_host = ?1 AND origin_name = ?2 AND origin_host <> '' "
      "ORDER BY id LIMIT 1",
      origin.host, origin.name);
  return first(rows, repositoryOf);
}

Result<std::vector<std::string>> listRepositories(Database& database, const std::string& after, std::size_t limit) {
  Rows rows =
      database.query("SELECT name FROM repository WHERE name > ?1 ORDER BY name LIMIT ?2", after, rowLimit(limit));
  return all(rows, [](Rows& row) { return row.text(0); });
}

Result<std::vector<TagRecord>> listTags(Database& database, const std::string& repository, const std::string& after,
                                        std::size_t limit) {
  Rows idRows = database.query("SELECT id FROM repository WHERE name = ?1", repository);
  auto id = first(idRows, [](Rows& row) { return row.integer(0); });
  if (!id) return fail(std::move(id.error()));
  if (!*id) return failNoRepository(repository);
  Rows rows = database.query(
      "SELECT t.name, m.digest, t.checked_at, t.pushed_at, t.last_pulled_at, t.pulls"
      " FROM tag t JOIN manifest m ON m.id = t.manifest_id "
      "WHERE t.repository_id = ?1 AND t.name > ?2 ORDER BY t.name LIMIT ?3",
      **id, after, rowLimit(limit));
  return all(rows, [](Rows& row) { return tagOf(row, 0); });
}

Result<NamingPage> listNaming(Database& database, const std::string& repository, const NamingQuery& query) {
  struct Statements {
    // The plus keeps the index of the repository out of the plan where another finds less: all of its manifests would
    // be looked at for the few that name the child.
    Statements(const std::string& digest, const std::string& naming) {
      auto from =
          " FROM manifest m WHERE " + naming + " AND (?3 = '' OR m.artifact_type = ?3) AND (?4 = 0 OR m.cached)";
      page = "SELECT " + kManifestFields + from + " AND " + digest + " > ifnull(?5, x'') ORDER BY m.digest LIMIT ?6";
      count = "SELECT count(*)" + from;
    }
    std::string page, count;
  };
  static const Statements bySubject("m.digest",
                                    "m.repository_id = (SELECT id FROM repository WHERE name = ?1) AND m.subject = ?2");
  static const Statements byChild(
      "+m.digest",
      "m.id IN (SELECT l.manifest_id FROM manifest_link l WHERE l.kind = 1 AND l.digest = ?2) "
      "AND +m.repository_id = (SELECT id FROM repository WHERE name = ?1)");
  const auto& sql = query.as == NamedAs::Subject ? bySubject : byChild;
  NamingPage page;
  std::string_view type = query.artifactType;
  int cachedOnly = query.cachedOnly ? 1 : 0;
  if (query.counted) {
    Rows counted = database.query(sql.count.c_str(), repository, query.digest, type, cachedOnly);
    auto total = first(counted, [](Rows& row) { return row.count(0); });
    if (!total) return fail(std::move(total.error()));
    page.total = total->value_or(0);
  }
  Rows rows = database.query(sql.page.c_str(), repository, query.digest, type, cachedOnly, query.after,
                             rowLimit(query.limit) + 1);
  std::size_t bytes = 0;
  while (rows.next()) {
    page.more = page.items.size() == query.limit;
    if (page.more) break;
    auto record = manifestOf(rows);
    bytes += textBytes(record);
    page.more = !page.items.empty() && bytes > query.maxBytes;
    if (page.more) break;
    page.items.push_back(std::move(record));
  }
  if (auto read = rows.result(); !read) return fail(std::move(read.error()));
  return page;
}

Result<std::optional<UploadRecord>> findUpload(Database& database, const std::string& id) {
  Rows rows = database.query("SELECT id, repository, started_at, changed_at FROM upload_session WHERE id = ?1", id);
  return first(rows, uploadOf);
}

Result<std::vector<UploadRecord>> listIdleUploads(Database& database, WallTime before) {
  Rows rows = database.query(
      "SELECT id, repository, started_at, changed_at FROM upload_session WHERE changed_at < ?1 ORDER BY changed_at, id",
      before);
  return all(rows, uploadOf);
}

}  // namespace larder::storage::sqlite
