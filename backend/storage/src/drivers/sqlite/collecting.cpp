#include "drivers/sqlite/change_writer.hpp"
#include "drivers/sqlite/removals.hpp"
#include "drivers/sqlite/row_readers.hpp"

namespace larder::storage::sqlite {

using core::fail;

namespace {

Result<bool> collectTag(Database& database, std::int64_t repository, const TagRecord& tag) {
  auto removed = database.change(
      "DELETE FROM tag WHERE repository_id = ?1 AND name = ?2 AND pushed_at = ?3 AND last_pulled_at = ?4 "
      "AND manifest_id = (SELECT id FROM manifest WHERE repository_id = ?1 AND digest = ?5) "
      "AND NOT EXISTS (SELECT 1 FROM pin p WHERE p.repository_id = ?1 AND p.tag = ?2)",
      repository, tag.name, tag.pushedAt, tag.lastPulledAt, tag.digest);
  if (!removed) return fail(std::move(removed.error()));
  return *removed > 0;
}

Result<bool> collectManifest(Database& database, std::int64_t repository, const ManifestRecord& manifest) {
  std::optional<std::int64_t> id;
  {
    Rows rows = database.query(
        "SELECT m.id FROM manifest m WHERE m.repository_id = ?1 AND m.digest = ?2 AND m.pushed_at = ?3 "
        "AND m.last_pulled_at = ?4 AND NOT EXISTS (SELECT 1 FROM tag t WHERE t.manifest_id = m.id) "
        "AND NOT EXISTS (SELECT 1 FROM pin p WHERE p.repository_id = ?1 AND p.tag = '' AND p.digest = ?2) "
        "AND NOT EXISTS (SELECT 1 FROM manifest_link l JOIN manifest n ON n.id = l.manifest_id "
        "WHERE l.kind = 1 AND l.digest = ?2 AND n.repository_id = ?1) "
        "AND NOT EXISTS (SELECT 1 FROM manifest s WHERE s.repository_id = ?1 AND s.digest = m.subject)",
        repository, manifest.digest, manifest.pushedAt, manifest.lastPulledAt);
    auto found = first(rows, [](Rows& row) { return row.integer(0); });
    if (!found) return fail(std::move(found.error()));
    id = *found;
  }
  if (!id) return false;
  if (auto dropped = ChangeWriter(database).dropManifest(repository, *id); !dropped) {
    return fail(std::move(dropped.error()));
  }
  return true;
}

}  // namespace

Result<Collected> collectOutdated(Database& database, const Outdated& outdated) {
  Collected collected;
  auto repository = ChangeWriter(database).repositoryId(outdated.repository);
  if (!repository && repository.error().code == core::ErrorCode::NameUnknown) return collected;
  if (!repository) return fail(std::move(repository.error()));
  for (const auto& tag : outdated.tags) {
    auto removed = collectTag(database, *repository, tag);
    if (!removed) return fail(std::move(removed.error()));
    if (*removed) collected.tags.push_back(tag.name);
  }
  for (const auto& manifest : outdated.manifests) {
    auto removed = collectManifest(database, *repository, manifest);
    if (!removed) return fail(std::move(removed.error()));
    if (*removed) collected.manifests.push_back(manifest.digest);
  }
  return collected;
}

Result<std::vector<BlobLink>> unlinkUnnamedBlobs(Database& database, WallTime before, std::size_t limit,
                                                 const MetaMaintenance::Concerned& concerned) {
  std::vector<std::int64_t> repositories;
  std::vector<BlobLink> links;
  {
    Rows rows = database.query(
        "SELECT b.repository_id, r.name, b.digest, b.size FROM repository_blob b JOIN repository r "
        "ON r.id = b.repository_id WHERE b.manifests = 0 AND b.linked_at < ?1 AND b.last_pulled_at < ?1",
        before);
    while (links.size() < limit && rows.next()) {
      auto repository = rows.text(1);
      if (concerned && !concerned(repository)) continue;
      repositories.push_back(rows.integer(0));
      links.push_back({std::move(repository), rows.digest(2), rows.count(3)});
    }
    if (auto read = rows.result(); !read) return fail(std::move(read.error()));
  }
  for (std::size_t i = 0; i < links.size(); ++i) {
    auto removed = database.change("DELETE FROM repository_blob WHERE repository_id = ?1 AND digest = ?2",
                                   repositories[i], links[i].digest);
    if (!removed) return fail(std::move(removed.error()));
  }
  return links;
}

}  // namespace larder::storage::sqlite
