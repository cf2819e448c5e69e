#include "drivers/sqlite/change_writer.hpp"

#include <set>

#include "drivers/sqlite/row_readers.hpp"
#include "meta_failures.hpp"

namespace larder::storage::sqlite {

using core::fail;

namespace {

// Only whether it went well, not how many rows changed.
Result<void> done(Result<std::int64_t> changed) {
  if (!changed) return fail(std::move(changed.error()));
  return {};
}

}  // namespace

Result<void> ChangeWriter::apply(const MetaChange& change) {
  replaced_ = false;
  return std::visit([this](const auto& one) { return (*this)(one); }, change);
}

Result<std::optional<std::int64_t>> ChangeWriter::findRepository(const std::string& name) {
  Rows rows = database_.query("SELECT id FROM repository WHERE name = ?1", name);
  if (rows.next()) return rows.integer(0);
  if (auto read = rows.result(); !read) return fail(std::move(read.error()));
  return std::nullopt;
}

Result<std::int64_t> ChangeWriter::repositoryId(const std::string& name) {
  auto found = findRepository(name);
  if (!found) return fail(std::move(found.error()));
  if (!*found) return failNoRepository(name);
  return **found;
}

Result<std::optional<std::int64_t>> ChangeWriter::manifestId(std::int64_t repository, const Digest& digest) {
  Rows rows = database_.query("SELECT id FROM manifest WHERE repository_id = ?1 AND digest = ?2", repository, digest);
  if (rows.next()) return rows.integer(0);
  if (auto read = rows.result(); !read) return fail(std::move(read.error()));
  return std::nullopt;
}

Result<void> ChangeWriter::operator()(const change::EnsureRepository& change) {
  struct Existing {
    std::int64_t id = 0;
    Origin origin;
    std::uint64_t contentBytes = 0;
  };
  std::optional<Existing> existing;
  {
    Rows rows = database_.query("SELECT id, origin_host, origin_name, content_bytes FROM repository WHERE name = ?1",
                                change.name);
    if (rows.next()) existing = {rows.integer(0), {rows.text(1), rows.text(2)}, rows.count(3)};
    if (auto read = rows.result(); !read) return read;
  }
  if (existing) {
    if (auto allowed = checkOrigin(change, existing->origin, existing->contentBytes); !allowed) return allowed;
    if (change.origin.host.empty() || existing->origin == change.origin) return {};
    replaced_ = true;
    return done(database_.change("UPDATE repository SET origin_host = ?2, origin_name = ?3 WHERE id = ?1", existing->id,
                                 change.origin.host, change.origin.name));
  }
  auto made =
      database_.change("INSERT INTO repository (name, origin_host, origin_name, created_at) VALUES (?1, ?2, ?3, ?4)",
                       change.name, change.origin.host, change.origin.name,
                       change.createdAt == WallTime{} ? std::chrono::system_clock::now() : change.createdAt);
  if (!made) return fail(std::move(made.error()));
  return done(database_.change("INSERT INTO repository_search (rowid, name) VALUES (?1, ?2)",
                               std::int64_t{sqlite3_last_insert_rowid(database_.handle())}, change.name));
}

Result<void> ChangeWriter::operator()(const change::RemoveRepository& change) {
  auto repository = repositoryId(change.name);
  if (!repository) return fail(std::move(repository.error()));
  if (change.onlyIfEmpty) {
    Rows rows = database_.query(
        "SELECT 1 WHERE EXISTS (SELECT 1 FROM manifest WHERE repository_id = ?1) "
        "OR EXISTS (SELECT 1 FROM repository_blob WHERE repository_id = ?1) "
        "OR EXISTS (SELECT 1 FROM upload_session WHERE repository = ?2) "
        "OR EXISTS (SELECT 1 FROM pin WHERE repository_id = ?1)",
        *repository, change.name);
    if (rows.next()) return failNotEmpty(change.name);
    if (auto read = rows.result(); !read) return fail(std::move(read.error()));
  }
  auto unlisted =
      database_.change("INSERT INTO repository_search (repository_search, rowid, name) VALUES ('delete', ?1, ?2)",
                       *repository, change.name);
  if (!unlisted) return fail(std::move(unlisted.error()));
  auto ended = database_.change("DELETE FROM upload_session WHERE repository = ?1", change.name);
  if (!ended) return fail(std::move(ended.error()));
  return done(database_.change("DELETE FROM repository WHERE id = ?1", *repository));
}

Result<void> ChangeWriter::operator()(const change::PutManifest& change) {
  auto repository = repositoryId(change.repository);
  if (!repository) return fail(std::move(repository.error()));
  const auto& manifest = change.manifest;
  auto existing = manifestId(*repository, manifest.digest);
  if (!existing) return fail(std::move(existing.error()));

  // Retained before the links of a replaced record are released: what is in both keeps its row.
  if (auto retained = retainBlobs(*repository, manifest.links); !retained) return retained;
  if (*existing) {
    if (auto released = releaseBlobs(*repository, **existing); !released) return released;
    auto unlinked = database_.change("DELETE FROM manifest_link WHERE manifest_id = ?1", **existing);
    if (!unlinked) return fail(std::move(unlinked.error()));
  }
  auto put = database_.change(
      "INSERT INTO manifest (repository_id, digest, media_type, size, artifact_type, subject, annotations, pushed_at, "
      "last_pulled_at, cached) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10) "
      "ON CONFLICT (repository_id, digest) DO UPDATE SET media_type = excluded.media_type, size = excluded.size, "
      "artifact_type = excluded.artifact_type, subject = excluded.subject, annotations = excluded.annotations, "
      "pushed_at = excluded.pushed_at, last_pulled_at = max(last_pulled_at, excluded.last_pulled_at), "
      "cached = max(cached, excluded.cached)",
      *repository, manifest.digest, manifest.mediaType, manifest.size, manifest.artifactType, manifest.subject,
      manifest.annotationsJson, manifest.pushedAt, manifest.lastPulledAt, manifest.cached);
  if (!put) return fail(std::move(put.error()));

  std::int64_t id = *existing ? **existing : sqlite3_last_insert_rowid(database_.handle());
  std::int64_t position = 0;
  for (const auto& link : manifest.links) {
    auto inserted = database_.change(
        "INSERT INTO manifest_link (manifest_id, position, kind, digest, size) VALUES (?1, ?2, ?3, ?4, ?5)", id,
        position++, static_cast<std::int64_t>(link.kind), link.digest, link.size);
    if (!inserted) return fail(std::move(inserted.error()));
  }
  return {};
}

// A manifest counts once for a blob, however often it names it. The size that LinkBlob gave stands: it is that of the
// stored content.
Result<void> ChangeWriter::retainBlobs(std::int64_t repository, const std::vector<ManifestLink>& links) {
  std::set<Digest> seen;
  for (const auto& link : links) {
    if (link.kind != ManifestLink::Kind::Blob || !seen.insert(link.digest).second) continue;
    auto retained = database_.change(
        "INSERT INTO repository_blob (repository_id, digest, size, manifests, linked) VALUES (?1, ?2, ?3, 1, 0) "
        "ON CONFLICT (repository_id, digest) DO UPDATE SET manifests = manifests + 1",
        repository, link.digest, link.size);
    if (!retained) return fail(std::move(retained.error()));
  }
  return {};
}

Result<void> ChangeWriter::releaseBlobs(std::int64_t repository, std::int64_t manifest) {
  auto released = database_.change(
      "UPDATE repository_blob SET manifests = manifests - 1 WHERE repository_id = ?1 AND digest IN "
      "(SELECT digest FROM manifest_link WHERE manifest_id = ?2 AND kind = 0)",
      repository, manifest);
  if (!released) return fail(std::move(released.error()));
  return done(database_.change(
      "DELETE FROM repository_blob WHERE repository_id = ?1 AND manifests = 0 AND linked = 0 AND digest IN "
      "(SELECT digest FROM manifest_link WHERE manifest_id = ?2 AND kind = 0)",
      repository, manifest));
}

Result<void> ChangeWriter::operator()(const change::RemoveManifest& change) {
  auto repository = repositoryId(change.repository);
  if (!repository) return fail(std::move(repository.error()));
  auto existing = manifestId(*repository, change.digest);
  if (!existing) return fail(std::move(existing.error()));
  if (!*existing) return failNoManifest(change.digest);
  if (change.unlessShared) {
    Rows rows = database_.query("SELECT count(*) FROM tag WHERE manifest_id = ?1", **existing);
    if (rows.next() && rows.integer(0) > 1) return failShared(change.digest);
    if (auto read = rows.result(); !read) return read;
  }
  return dropManifest(*repository, **existing);
}

Result<void> ChangeWriter::dropManifest(std::int64_t repository, std::int64_t manifest) {
  if (auto released = releaseBlobs(repository, manifest); !released) return released;
  return done(database_.change("DELETE FROM manifest WHERE id = ?1", manifest));
}

Result<void> ChangeWriter::operator()(const change::SetTag& change) {
  auto repository = repositoryId(change.repository);
  if (!repository) return fail(std::move(repository.error()));
  const auto& tag = change.tag;
  auto before = findTag(*repository, tag.name);
  if (!before) return fail(std::move(before.error()));
  if (auto expected = checkExpectation(change, before->has_value()); !expected) return expected;
  if (*before && change.unlessPushed && !isMirrored(**before)) return {};
  replaced_ = *before && ((*before)->digest != tag.digest || isMirrored(**before) != isMirrored(tag));
  auto set = database_.change(
      "INSERT INTO tag (repository_id, name, manifest_id, checked_at, pushed_at, last_pulled_at) "
      "SELECT repository_id, ?3, id, ?4, ?5, ?6 FROM manifest WHERE repository_id = ?1 AND digest = ?2 "
      "ON CONFLICT (repository_id, name) DO UPDATE SET manifest_id = excluded.manifest_id, "
      "checked_at = excluded.checked_at, pushed_at = excluded.pushed_at, "
      "last_pulled_at = max(last_pulled_at, excluded.last_pulled_at)",
      *repository, tag.digest, tag.name, tag.checkedAt, tag.pushedAt, tag.lastPulledAt);
  if (set && *set == 0) return failNoManifest(tag.digest);
  return done(std::move(set));
}

Result<std::optional<TagRecord>> ChangeWriter::findTag(std::int64_t repository, const std::string& name) {
  Rows rows = database_.query(
      "SELECT t.name, m.digest, t.checked_at, t.pushed_at, t.last_pulled_at, t.pulls "
      "FROM tag t JOIN manifest m ON m.id = t.manifest_id WHERE t.repository_id = ?1 AND t.name = ?2",
      repository, name);
  return first(rows, [](Rows& row) { return tagOf(row, 0); });
}

Result<void> ChangeWriter::operator()(const change::RemoveTag& change) {
  auto repository = repositoryId(change.repository);
  if (!repository) return fail(std::move(repository.error()));
  auto removed = database_.change("DELETE FROM tag WHERE repository_id = ?1 AND name = ?2", *repository, change.tag);
  if (removed && *removed == 0) return failNoTag(change.tag);
  return done(std::move(removed));
}

Result<void> ChangeWriter::operator()(const change::LinkBlob& change) {
  auto repository = repositoryId(change.repository);
  if (!repository) return fail(std::move(repository.error()));
  return done(database_.change(
      "INSERT INTO repository_blob (repository_id, digest, size, manifests, linked, cached, mirrored, linked_at) "
      "VALUES (?1, ?2, ?3, 0, 1, ?4, ?5, ?6) "
      "ON CONFLICT (repository_id, digest) DO UPDATE SET size = excluded.size, linked = 1, "
      "cached = min(excluded.cached, max(cached, 1 - linked)), "
      "mirrored = max(excluded.mirrored, min(mirrored, linked)), linked_at = excluded.linked_at",
      *repository, change.digest, change.size, change.cached, change.cached || change.mirrored,
      std::chrono::system_clock::now()));
}

Result<void> ChangeWriter::operator()(const change::UnlinkBlob& change) {
  auto repository = repositoryId(change.repository);
  if (!repository) return fail(std::move(repository.error()));
  auto hidden =
      database_.change("UPDATE repository_blob SET linked = 0 WHERE repository_id = ?1 AND digest = ?2 AND linked = 1",
                       *repository, change.digest);
  if (!hidden) return fail(std::move(hidden.error()));
  if (*hidden == 0) return failNoBlob(change.digest);
  return done(database_.change("DELETE FROM repository_blob WHERE repository_id = ?1 AND digest = ?2 AND manifests = 0",
                               *repository, change.digest));
}

Result<void> ChangeWriter::operator()(const change::PutUpload& change) {
  const auto& upload = change.upload;
  return done(database_.change(
      "INSERT INTO upload_session (id, repository, started_at, changed_at) VALUES (?1, ?2, ?3, ?4) "
      "ON CONFLICT (id) DO UPDATE SET repository = excluded.repository, started_at = excluded.started_at, "
      "changed_at = excluded.changed_at",
      upload.id, upload.repository, upload.startedAt, upload.changedAt));
}

Result<void> ChangeWriter::operator()(const change::RemoveUpload& change) {
  return done(database_.change("DELETE FROM upload_session WHERE id = ?1", change.id));
}

Result<void> ChangeWriter::operator()(const change::NotePull& change) {
  auto manifest = database_.change(
      "UPDATE manifest SET last_pulled_at = max(last_pulled_at, ?3), pulls = pulls + ?4 "
      "WHERE repository_id = (SELECT id FROM repository WHERE name = ?1) AND digest = ?2",
      change.repository, change.digest, change.at, change.count);
  if (!manifest) return fail(std::move(manifest.error()));
  if (*manifest > 0) {
    if (!change.tag.empty()) {
      auto tag = database_.change(
          "UPDATE tag SET last_pulled_at = max(last_pulled_at, ?3), pulls = pulls + ?4 "
          "WHERE repository_id = (SELECT id FROM repository WHERE name = ?1) AND name = ?2",
          change.repository, change.tag, change.at, change.count);
      if (!tag) return fail(std::move(tag.error()));
    }
    return done(database_.change(
        "UPDATE repository SET last_pulled_at = max(last_pulled_at, ?2), pulls = pulls + ?3 WHERE name = ?1",
        change.repository, change.at, change.count));
  }
  auto blob = database_.change(
      "UPDATE repository_blob SET last_pulled_at = max(last_pulled_at, ?3), pulls = pulls + ?4 "
      "WHERE repository_id = (SELECT id FROM repository WHERE name = ?1) AND digest = ?2",
      change.repository, change.digest, change.at, change.count);
  if (!blob || *blob == 0) return done(std::move(blob));
  return done(database_.change("UPDATE repository SET last_pulled_at = max(last_pulled_at, ?2) WHERE name = ?1",
                               change.repository, change.at));
}

Result<void> ChangeWriter::operator()(const change::NoteChecked& change) {
  return done(
      database_.change("UPDATE tag SET checked_at = max(checked_at, ?3) "
                       "WHERE repository_id = (SELECT id FROM repository WHERE name = ?1) AND name = ?2 "
                       "AND checked_at <> 0 AND manifest_id = (SELECT m.id FROM manifest m "
                       "WHERE m.repository_id = tag.repository_id AND m.digest = ?4)",
                       change.repository, change.tag, change.at, change.digest));
}

}  // namespace larder::storage::sqlite
