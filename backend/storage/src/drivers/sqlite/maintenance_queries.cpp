#include "drivers/sqlite/maintenance_queries.hpp"

#include <algorithm>
#include <tuple>

#include "drivers/sqlite/row_readers.hpp"

namespace larder::storage::sqlite {

using core::fail;

Result<std::vector<ManifestRecord>> listManifests(Database& database, const std::string& repository,
                                                  const std::optional<Digest>& after, std::size_t limit) {
  std::vector<std::int64_t> ids;
  static const std::string sql = "SELECT " + kManifestFields +
                                 " FROM repository r JOIN manifest m ON m.repository_id = r.id "
                                 "WHERE r.name = ?1 AND m.digest > coalesce(?2, x'') ORDER BY m.digest LIMIT ?3";
  Rows rows = database.query(sql.c_str(), repository, after, rowLimit(limit));
  auto found = all(rows, [&](Rows& row) {
    ids.push_back(row.integer(0));
    return manifestOf(row);
  });
  if (!found) return found;
  for (std::size_t i = 0; i < ids.size(); ++i) {
    Rows linkRows = database.query(
        "SELECT digest, size FROM manifest_link WHERE manifest_id = ?1 AND kind = 1 ORDER BY position", ids[i]);
    auto links = all(linkRows,
                     [](Rows& row) { return ManifestLink{ManifestLink::Kind::Manifest, row.digest(0), row.count(1)}; });
    if (!links) return fail(std::move(links.error()));
    (*found)[i].links = std::move(*links);
  }
  return found;
}

Result<std::vector<Digest>> findUnneeded(Database& database, const std::vector<Digest>& digests) {
  std::vector<Digest> unneeded;
  for (const auto& digest : digests) {
    Rows rows = database.query(
        "SELECT 1 WHERE EXISTS (SELECT 1 FROM repository_blob WHERE digest = ?1) "
        "OR EXISTS (SELECT 1 FROM manifest WHERE digest = ?1)",
        digest);
    bool needed = rows.next();
    if (auto read = rows.result(); !read) return fail(std::move(read.error()));
    if (!needed) unneeded.push_back(digest);
  }
  return unneeded;
}

// An image was used when it or one of its children was, whichever was later. So each of the manifests is met in the
// order of their own use, which has an index, and stands for itself and for those that name it: the image belongs where
// none of its parts was used later. To sort by that time instead would mean to work it out for all images, for each
// page.
Result<std::vector<ImageUse>> listImagesByUse(Database& database, const std::optional<ImageUse>& after,
                                              std::size_t limit) {
  Rows rows = database.query(
      "SELECT max(e.pushed_at, e.last_pulled_at) AS used, r.name AS name, m.digest AS digest "
      "FROM manifest e INDEXED BY manifest_by_use CROSS JOIN repository r ON r.id = e.repository_id "
      "CROSS JOIN manifest m ON m.id IN "
      "(SELECT e.id UNION ALL SELECT l.manifest_id FROM manifest_link l WHERE l.kind = 1 AND l.digest = e.digest) "
      "WHERE max(e.pushed_at, e.last_pulled_at) >= ?1 AND r.origin_host <> '' "
      "AND +m.repository_id = e.repository_id AND m.cached = 1 "
      "AND max(m.pushed_at, m.last_pulled_at) <= max(e.pushed_at, e.last_pulled_at) "
      "AND NOT EXISTS (SELECT 1 FROM manifest_link l "
      "CROSS JOIN manifest c ON c.repository_id = m.repository_id AND c.digest = l.digest WHERE l.manifest_id = m.id "
      "AND l.kind = 1 AND max(c.pushed_at, c.last_pulled_at) > max(e.pushed_at, e.last_pulled_at)) "
      "AND NOT EXISTS (SELECT 1 FROM manifest_link l CROSS JOIN manifest p ON p.id = l.manifest_id "
      "WHERE l.kind = 1 AND l.digest = m.digest AND p.repository_id = m.repository_id) "
      "AND NOT EXISTS (SELECT 1 FROM tag t WHERE t.manifest_id = m.id AND (t.checked_at = 0 OR EXISTS "
      "(SELECT 1 FROM pin WHERE repository_id = m.repository_id AND tag = t.name))) "
      "AND NOT EXISTS (SELECT 1 FROM pin WHERE repository_id = m.repository_id AND tag = '' AND digest = m.digest) "
      "AND (max(e.pushed_at, e.last_pulled_at) > ?1 OR (r.name, m.digest) > (?2, coalesce(?3, x''))) "
      "ORDER BY max(e.pushed_at, e.last_pulled_at), name, digest LIMIT ?4",
      after ? after->usedAt : WallTime::min(), after ? after->repository : std::string(),
      after ? std::optional(after->digest) : std::nullopt, rowLimit(limit));
  auto images = all(rows, [](Rows& row) { return ImageUse{row.time(0), row.text(1), row.digest(2)}; });
  if (!images) return images;
  // Where two parts of an image were used last, at the same time, each stands for it.
  auto twice = std::ranges::unique(*images, [](const auto& one, const auto& next) {
    return std::tie(one.usedAt, one.repository, one.digest) == std::tie(next.usedAt, next.repository, next.digest);
  });
  images->erase(twice.begin(), twice.end());
  return images;
}

Result<std::vector<Pin>> listPins(Database& database, const std::string& repository) {
  Rows rows = repository.empty() ? database.query(
                                       "SELECT r.name, p.tag, p.digest FROM pin p CROSS JOIN repository r "
                                       "ON r.id = p.repository_id ORDER BY r.name, p.tag, p.digest")
                                 : database.query(
                                       "SELECT r.name, p.tag, p.digest FROM repository r JOIN pin p "
                                       "ON p.repository_id = r.id WHERE r.name = ?1 ORDER BY p.tag, p.digest",
                                       repository);
  return all(rows, [](Rows& row) {
    auto tag = row.text(1);
    return Pin{row.text(0), tag.empty() ? Reference::ofDigest(row.digest(2)) : Reference::ofTag(std::move(tag))};
  });
}

}  // namespace larder::storage::sqlite
