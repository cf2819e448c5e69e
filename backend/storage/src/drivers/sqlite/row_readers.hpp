// How rows become records.
#pragma once

#include <algorithm>
#include <limits>
#include <optional>
#include <type_traits>
#include <vector>

#include "drivers/sqlite/database.hpp"
#include "larder/storage/meta_store.hpp"

namespace larder::storage::sqlite {

// The first row as `make` reads it; nothing if there is none.
template <class Make, class T = std::invoke_result_t<Make, Rows&>>
Result<std::optional<T>> first(Rows& rows, Make make) {
  std::optional<T> found;
  if (rows.next()) found = make(rows);
  if (auto read = rows.result(); !read) return core::fail(std::move(read.error()));
  return found;
}

template <class Make, class T = std::invoke_result_t<Make, Rows&>>
Result<std::vector<T>> all(Rows& rows, Make make) {
  std::vector<T> found;
  while (rows.next()) found.push_back(make(rows));
  if (auto read = rows.result(); !read) return core::fail(std::move(read.error()));
  return found;
}

inline std::int64_t rowLimit(std::size_t limit) {
  return static_cast<std::int64_t>(std::min<std::size_t>(limit, std::numeric_limits<std::int64_t>::max()));
}

// What manifestOf() reads of the table `manifest m`: so many columns.
inline const std::string kManifestFields =
    "m.id, m.digest, m.media_type, m.size, m.artifact_type, m.subject, m.annotations, m.pushed_at, m.last_pulled_at, "
    "m.pulls, m.cached";
inline constexpr int kManifestColumns = 11;

inline ManifestRecord manifestOf(Rows& rows) {
  ManifestRecord manifest;
  manifest.digest = rows.digest(1);
  manifest.mediaType = rows.text(2);
  manifest.size = rows.count(3);
  manifest.artifactType = rows.text(4);
  if (!rows.isNull(5)) manifest.subject = rows.digest(5);
  manifest.annotationsJson = rows.text(6);
  manifest.pushedAt = rows.time(7);
  manifest.lastPulledAt = rows.time(8);
  manifest.pulls = rows.count(9);
  manifest.cached = rows.integer(10) != 0;
  return manifest;
}

// What the manifest with this id names, in its order.
inline Result<std::vector<ManifestLink>> linksOf(Database& database, std::int64_t manifest) {
  Rows rows =
      database.query("SELECT kind, digest, size FROM manifest_link WHERE manifest_id = ?1 ORDER BY position", manifest);
  return all(rows, [](Rows& row) {
    auto kind = row.integer(0) == 0 ? ManifestLink::Kind::Blob : ManifestLink::Kind::Manifest;
    return ManifestLink{kind, row.digest(1), row.count(2)};
  });
}

// Reads name, digest, checked_at, pushed_at, last_pulled_at and pulls.
inline TagRecord tagOf(Rows& rows, int from) {
  return {rows.text(from),     rows.digest(from + 1), rows.time(from + 2),
          rows.time(from + 3), rows.time(from + 4),   rows.count(from + 5)};
}

// Reads name, origin_host, origin_name, created_at, last_pulled_at, pulls and content_bytes.
inline RepositoryRecord repositoryOf(Rows& rows) {
  return {rows.text(0), {rows.text(1), rows.text(2)}, rows.time(3), rows.time(4), rows.count(5), rows.count(6)};
}

}  // namespace larder::storage::sqlite
