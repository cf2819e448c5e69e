#include "drivers/sqlite/dump.hpp"

#include <string>
#include <utility>
#include <vector>

#include "drivers/sqlite/maintenance_queries.hpp"

namespace larder::storage::sqlite {
namespace {

using Visit = std::function<Result<void>(JournalChange)>;

struct Repository {
  std::int64_t id = 0;
  change::EnsureRepository made;
};

Result<std::vector<Repository>> readRepositories(Database& database) {
  std::vector<Repository> all;
  Rows rows = database.query("SELECT id, name, origin_host, origin_name, created_at FROM repository ORDER BY id");
  while (rows.next()) {
    all.push_back({rows.integer(0), {rows.text(1), {rows.text(2), rows.text(3)}, rows.time(4)}});
  }
  if (auto read = rows.result(); !read) return core::fail(std::move(read.error()));
  return all;
}

Result<std::vector<ManifestLink>> readLinks(Database& database, std::int64_t manifest) {
  std::vector<ManifestLink> links;
  Rows rows =
      database.query("SELECT kind, digest, size FROM manifest_link WHERE manifest_id = ?1 ORDER BY position", manifest);
  while (rows.next()) {
    auto kind = rows.integer(0) == 0 ? ManifestLink::Kind::Blob : ManifestLink::Kind::Manifest;
    links.push_back({kind, rows.digest(1), rows.count(2)});
  }
  if (auto read = rows.result(); !read) return core::fail(std::move(read.error()));
  return links;
}

Result<void> dumpManifests(Database& database, const Repository& repository, const Visit& visit) {
  Rows rows = database.query(
      "SELECT id, digest, media_type, size, artifact_type, subject, annotations, pushed_at, last_pulled_at, cached "
      "FROM manifest WHERE repository_id = ?1 ORDER BY id",
      repository.id);
  while (rows.next()) {
    ManifestRecord manifest;
    manifest.digest = rows.digest(1);
    manifest.mediaType = rows.text(2);
    manifest.size = rows.count(3);
    manifest.artifactType = rows.text(4);
    if (!rows.isNull(5)) manifest.subject = rows.digest(5);
    manifest.annotationsJson = rows.text(6);
    manifest.pushedAt = rows.time(7);
    manifest.lastPulledAt = rows.time(8);
    manifest.cached = rows.integer(9) != 0;
    auto links = readLinks(database, rows.integer(0));
    if (!links) return core::fail(std::move(links.error()));
    manifest.links = std::move(*links);
    if (auto seen = visit(MetaChange(change::PutManifest{repository.made.name, std::move(manifest)})); !seen)
      return seen;
  }
  return rows.result();
}

Result<void> dumpTags(Database& database, const Repository& repository, const Visit& visit) {
  Rows rows = database.query(
      "SELECT tag.name, digest, checked_at, tag.pushed_at, tag.last_pulled_at FROM tag "
      "JOIN manifest ON manifest.id = manifest_id WHERE tag.repository_id = ?1 ORDER BY tag.name",
      repository.id);
  while (rows.next()) {
    TagRecord tag;
    tag.name = rows.text(0);
    tag.digest = rows.digest(1);
    tag.checkedAt = rows.time(2);
    tag.pushedAt = rows.time(3);
    tag.lastPulledAt = rows.time(4);
    if (auto seen = visit(MetaChange(change::SetTag{repository.made.name, std::move(tag)})); !seen) return seen;
  }
  return rows.result();
}

Result<void> dumpBlobs(Database& database, const Repository& repository, const Visit& visit) {
  Rows rows = database.query(
      "SELECT digest, size, cached FROM repository_blob WHERE repository_id = ?1 AND linked = 1 ORDER BY digest",
      repository.id);
  while (rows.next()) {
    change::LinkBlob link{repository.made.name, rows.digest(0), rows.count(1), rows.integer(2) != 0};
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
