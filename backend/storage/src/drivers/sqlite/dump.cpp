#include "drivers/sqlite/dump.hpp"

#include <string>
#include <utility>
#include <vector>

#include "drivers/sqlite/maintenance_queries.hpp"
#include "drivers/sqlite/row_readers.hpp"

namespace larder::storage::sqlite {
namespace {

using Visit = std::function<Result<void>(JournalChange)>;

struct Repository {
  std::int64_t id = 0;
  change::EnsureRepository made;
};

Result<std::vector<Repository>> readRepositories(Database& database) {
  Rows rows = database.query("SELECT id, name, origin_host, origin_name, created_at FROM repository ORDER BY id");
  return all(rows, [](Rows& row) {
    return Repository{row.integer(0), {row.text(1), {row.text(2), row.text(3)}, row.time(4)}};
  });
}

Result<void> dumpManifests(Database& database, const Repository& repository, const Visit& visit) {
  static const std::string sql =
      "SELECT " + kManifestFields + " FROM manifest m WHERE m.repository_id = ?1 ORDER BY m.id";
  Rows rows = database.query(sql.c_str(), repository.id);
  while (rows.next()) {
    auto manifest = manifestOf(rows);
    auto links = linksOf(database, rows.integer(0));
    if (!links) return core::fail(std::move(links.error()));
    manifest.links = std::move(*links);
    if (auto seen = visit(MetaChange(change::PutManifest{repository.made.name, std::move(manifest)})); !seen)
      return seen;
  }
  return rows.result();
}

Result<void> dumpTags(Database& database, const Repository& repository, const Visit& visit) {
  Rows rows = database.query(
      "SELECT tag.name, digest, checked_at, tag.pushed_at, tag.last_pulled_at, tag.pulls FROM tag "
      "JOIN manifest ON manifest.id = manifest_id WHERE tag.repository_id = ?1 ORDER BY tag.name",
      repository.id);
  while (rows.next()) {
    if (auto seen = visit(MetaChange(change::SetTag{repository.made.name, tagOf(rows, 0)})); !seen) return seen;
  }
  return rows.result();
}

Result<void> dumpBlobs(Database& database, const Repository& repository, const Visit& visit) {
  Rows rows = database.query(
      "SELECT digest, size, cached, mirrored FROM repository_blob WHERE repository_id = ?1 AND linked = 1 "
      "ORDER BY digest",
      repository.id);
  while (rows.next()) {
    change::LinkBlob link{repository.made.name, rows.digest(0), rows.count(1), rows.integer(2) != 0,
                          rows.integer(3) != 0};
    if (auto seen = visit(MetaChange(std::move(link))); !seen) return seen;
  }
  return rows.result();
}

Result<void> dumpPins(Database& database, const Repository& repository, const Visit& visit) {
  auto pins = listPins(database, repository.made.name);
  if (!pins) return core::fail(std::move(pins.error()));
  for (auto& pin : *pins) {
    if (auto seen = visit(PinChange{std::move(pin)}); !seen) return seen;
  }
  return {};
}

}  // namespace

Result<void> dump(Database& database, const Visit& visit) {
  auto repositories = readRepositories(database);
  if (!repositories) return core::fail(std::move(repositories.error()));
  for (const auto& repository : *repositories) {
    if (auto seen = visit(MetaChange(repository.made)); !seen) return seen;
    if (auto done = dumpManifests(database, repository, visit); !done) return done;
    if (auto done = dumpTags(database, repository, visit); !done) return done;
    if (auto done = dumpBlobs(database, repository, visit); !done) return done;
    if (auto done = dumpPins(database, repository, visit); !done) return done;
  }
  return {};
}

}  // namespace larder::storage::sqlite
