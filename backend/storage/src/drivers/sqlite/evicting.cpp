#include <set>

#include "drivers/sqlite/change_writer.hpp"
#include "drivers/sqlite/removals.hpp"
#include "drivers/sqlite/row_readers.hpp"

namespace larder::storage::sqlite {

using core::ErrorCode;
using core::fail;

namespace {

struct Node {
  std::int64_t id = 0;
  Digest digest;
  WallTime usedAt{};
  bool cached = false;
  bool tagged = false;
  bool pushed = false;  // a tag of it was
  bool pinned = false;
};

// What an eviction takes along: the root, and of what it names what is its own.
class Unit {
 public:
  Unit(Database& database, std::int64_t repository) : database_(database), repository_(repository) {}

  // False if the image has to stay.
  Result<bool> gather(const ImageUse& image);
  // Removes it; the digests that the repository has no more.
  Result<std::vector<Digest>> remove();

 private:
  Result<std::optional<Node>> find(const Digest& digest);
  Result<std::vector<Node>> children(std::int64_t manifest);
  Result<bool> hasOtherParent(const Digest& digest);
  Result<std::vector<Digest>> named(std::int64_t manifest, ManifestLink::Kind kind);
  Result<bool> isGone(const Digest& blob);

  Database& database_;
  std::int64_t repository_;
  std::vector<Node> nodes_;
  std::set<std::int64_t> ids_;
};

Result<std::optional<Node>> Unit::find(const Digest& digest) {
  Rows rows = database_.query(
      "SELECT m.id, max(m.pushed_at, m.last_pulled_at), m.cached, "
      "EXISTS (SELECT 1 FROM tag t WHERE t.manifest_id = m.id), "
      "EXISTS (SELECT 1 FROM tag t WHERE t.manifest_id = m.id AND t.checked_at = 0), "
      "EXISTS (SELECT 1 FROM pin p WHERE p.repository_id = ?1 AND ((p.tag = '' AND p.digest = ?2) "
      "OR p.tag IN (SELECT t.name FROM tag t WHERE t.manifest_id = m.id))) "
      "FROM manifest m WHERE m.repository_id = ?1 AND m.digest = ?2",
      repository_, digest);
  return first(rows, [&](Rows& row) {
    return Node{row.integer(0),     digest, row.time(1), row.integer(2) != 0, row.integer(3) != 0, row.integer(4) != 0,
                row.integer(5) != 0};
  });
}

Result<std::vector<Digest>> Unit::named(std::int64_t manifest, ManifestLink::Kind kind) {
  Rows rows = database_.query("SELECT DISTINCT digest FROM manifest_link WHERE manifest_id = ?1 AND kind = ?2",
                              manifest, static_cast<std::int64_t>(kind));
  return all(rows, [](Rows& row) { return row.digest(0); });
}

Result<std::vector<Node>> Unit::children(std::int64_t manifest) {
  auto digests = named(manifest, ManifestLink::Kind::Manifest);
  if (!digests) return fail(std::move(digests.error()));
  std::vector<Node> found;
  for (const auto& digest : *digests) {
    auto node = find(digest);
    if (!node) return fail(std::move(node.error()));
    if (*node) found.push_back(**node);
  }
  return found;
}

Result<bool> Unit::hasOtherParent(const Digest& digest) {
  Rows rows = database_.query(
      "SELECT l.manifest_id FROM manifest_link l JOIN manifest p ON p.id = l.manifest_id "
      "WHERE l.kind = 1 AND l.digest = ?2 AND p.repository_id = ?1",
      repository_, digest);
  while (rows.next()) {
    if (!ids_.contains(rows.integer(0))) return true;
  }
  if (auto read = rows.result(); !read) return fail(std::move(read.error()));
  return false;
}

Result<bool> Unit::gather(const ImageUse& image) {
  auto root = find(image.digest);
  if (!root) return fail(std::move(root.error()));
  if (!*root || !(*root)->cached || (*root)->pushed || (*root)->pinned || (*root)->usedAt > image.usedAt) return false;
  auto isChild = hasOtherParent(image.digest);
  if (!isChild) return isChild;
  if (*isChild) return false;
  ids_.insert((*root)->id);
  nodes_.push_back(**root);
  // A child that two of the unit name is looked at again with each of them.
  for (std::size_t next = 0; next < nodes_.size(); ++next) {
    auto found = children(nodes_[next].id);
    if (!found) return fail(std::move(found.error()));
    for (const auto& child : *found) {
      if (child.usedAt > image.usedAt) return false;
      if (!child.cached || child.tagged || child.pinned || ids_.contains(child.id)) continue;
      auto shared = hasOtherParent(child.digest);
      if (!shared) return shared;
      if (*shared) continue;
      ids_.insert(child.id);
      nodes_.push_back(child);
    }
  }
  return true;
}

Result<bool> Unit::isGone(const Digest& blob) {
  Rows rows =
      database_.query("SELECT 1 FROM repository_blob WHERE repository_id = ?1 AND digest = ?2", repository_, blob);
  bool there = rows.next();
  if (auto read = rows.result(); !read) return fail(std::move(read.error()));
  return !there;
}

Result<std::vector<Digest>> Unit::remove() {
  std::set<Digest> blobs;
  std::vector<Digest> gone;
  for (const auto& node : nodes_) {
    auto digests = named(node.id, ManifestLink::Kind::Blob);
    if (!digests) return digests;
    blobs.insert(digests->begin(), digests->end());
    if (auto dropped = ChangeWriter(database_).dropManifest(repository_, node.id); !dropped) {
      return fail(std::move(dropped.error()));
    }
    gone.push_back(node.digest);
  }
  for (const auto& blob : blobs) {
    auto unlinked = database_.change(
        "DELETE FROM repository_blob WHERE repository_id = ?1 AND digest = ?2 AND manifests = 0 AND cached = 1",
        repository_, blob);
    if (!unlinked) return fail(std::move(unlinked.error()));
    auto isBlobGone = isGone(blob);
    if (!isBlobGone) return fail(std::move(isBlobGone.error()));
    if (*isBlobGone) gone.push_back(blob);
  }
  return gone;
}

}  // namespace

Result<std::vector<Digest>> evictImage(Database& database, const ImageUse& image) {
  auto repository = ChangeWriter(database).repositoryId(image.repository);
  if (!repository && repository.error().code == ErrorCode::NameUnknown) return std::vector<Digest>{};
  if (!repository) return fail(std::move(repository.error()));
  Unit unit(database, *repository);
  auto mayGo = unit.gather(image);
  if (!mayGo) return fail(std::move(mayGo.error()));
  if (!*mayGo) return std::vector<Digest>{};
  return unit.remove();
}

}  // namespace larder::storage::sqlite
