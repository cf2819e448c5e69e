#include "drivers/sqlite/use_queries.hpp"

#include <optional>
#include <unordered_map>
#include <utility>

#include "drivers/sqlite/row_readers.hpp"
#include "meta_failures.hpp"
#include "use_sums.hpp"

namespace larder::storage::sqlite {

using core::fail;

namespace {

// Calls `take` with each row.
template <class Take>
Result<void> forEach(Rows rows, Take take) {
  while (rows.next()) take(rows);
  return rows.result();
}

// Rows of digest, repository's id and size, the same digests together.
class Holders {
 public:
  Holders(StoreSums& sums, const std::unordered_map<std::int64_t, std::size_t>& places)
      : sums_(sums), places_(places) {}

  void take(Rows& rows) {
    auto digest = rows.digest(0);
    if (digest_ != digest) end();
    digest_ = digest;
    size_ = rows.count(2);
    if (auto place = places_.find(rows.integer(1)); place != places_.end()) holders_.push_back(place->second);
  }
  void end() {
    if (!holders_.empty()) sums_.add(holders_, size_);
    holders_.clear();
  }

 private:
  StoreSums& sums_;
  const std::unordered_map<std::int64_t, std::size_t>& places_;
  std::optional<Digest> digest_;
  std::uint64_t size_ = 0;
  std::vector<std::size_t> holders_;
};

}  // namespace

Result<std::vector<TagUse>> sumTags(Database& database, const std::string& repository) {
  Rows idRows = database.query("SELECT id FROM repository WHERE name = ?1", repository);
  auto id = first(idRows, [](Rows& row) { return row.integer(0); });
  if (!id) return fail(std::move(id.error()));
  if (!*id) return failNoRepository(repository);
  TagSums sums;
  std::unordered_map<std::int64_t, Digest> manifests;
  std::vector<std::pair<Digest, Digest>> attached;
  auto done = forEach(database.query("SELECT id, digest, size, subject, EXISTS (SELECT 1 FROM manifest o WHERE "
                                     "o.digest = m.digest AND o.repository_id <> ?1) "
                                     "FROM manifest m WHERE repository_id = ?1",
                                     **id),
                      [&](Rows& rows) {
                        auto digest = rows.digest(1);
                        manifests.emplace(rows.integer(0), digest);
                        sums.content(digest, rows.count(2), rows.integer(4) != 0);
                        if (!rows.isNull(3)) attached.emplace_back(rows.digest(3), digest);
                      });
  if (!done) return fail(std::move(done.error()));
  done = forEach(database.query("SELECT digest, size, EXISTS (SELECT 1 FROM repository_blob o WHERE "
                                "o.digest = b.digest AND o.repository_id <> ?1 AND o.linked = 1) "
                                "FROM repository_blob b WHERE repository_id = ?1 AND linked = 1",
                                **id),
                 [&](Rows& rows) { sums.content(rows.digest(0), rows.count(1), rows.integer(2) != 0); });
  if (!done) return fail(std::move(done.error()));
  for (const auto& [subject, manifest] : attached) sums.leads(subject, manifest);
  done = forEach(database.query("SELECT l.manifest_id, l.digest FROM manifest m "
                                "JOIN manifest_link l ON l.manifest_id = m.id WHERE m.repository_id = ?1",
                                **id),
                 [&](Rows& rows) {
                   auto from = manifests.find(rows.integer(0));
                   if (from != manifests.end()) sums.leads(from->second, rows.digest(1));
                 });
  if (!done) return fail(std::move(done.error()));
  done = forEach(database.query("SELECT name, manifest_id FROM tag WHERE repository_id = ?1 ORDER BY name", **id),
                 [&](Rows& rows) {
                   auto manifest = manifests.find(rows.integer(1));
                   if (manifest != manifests.end()) sums.tag(rows.text(0), manifest->second);
                 });
  if (!done) return fail(std::move(done.error()));
  return std::move(sums).sum();
}

Result<StoreUse> sumStore(Database& database) {
  std::vector<RepositoryUse> repositories;
  std::unordered_map<std::int64_t, std::size_t> places;
  auto done =
      forEach(database.query("SELECT id, name, origin_host, tags FROM repository ORDER BY name"), [&](Rows& rows) {
        places.emplace(rows.integer(0), repositories.size());
        repositories.push_back({rows.text(1), rows.text(2), 0, 0, rows.count(3)});
      });
  if (!done) return fail(std::move(done.error()));
  StoreSums sums(std::move(repositories));
  // In the order of the indexes of digests, so that one digest at a time is held.
  for (const char* sql :
       {"SELECT digest, repository_id, size FROM repository_blob INDEXED BY repository_blob_by_digest "
        "WHERE linked = 1 ORDER BY digest",
        "SELECT digest, repository_id, size FROM manifest INDEXED BY manifest_by_digest "
        "ORDER BY digest"}) {
    Holders holders(sums, places);
    done = forEach(database.query(sql), [&](Rows& rows) { holders.take(rows); });
    if (!done) return fail(std::move(done.error()));
    holders.end();
  }
  return std::move(sums).finish();
}

}  // namespace larder::storage::sqlite
