#include "drivers/sqlite/journal_change.hpp"

#include "drivers/sqlite/change_writer.hpp"

namespace larder::storage::sqlite {

using core::ErrorCode;
using core::fail;

namespace {

// The two columns of a pin.
std::string tagOf(const Pin& pin) {
  return pin.reference.isTag() ? pin.reference.tag() : std::string();
}
std::optional<Digest> digestOf(const Pin& pin) {
  return pin.reference.isTag() ? std::nullopt : std::optional(pin.reference.digest());
}

bool isRemoval(const MetaChange& change) {
  return std::holds_alternative<change::RemoveRepository>(change) ||
         std::holds_alternative<change::RemoveManifest>(change) || std::holds_alternative<change::RemoveTag>(change) ||
         std::holds_alternative<change::UnlinkBlob>(change);
}

// A journal of an older version has them for a repository that has kept its first origin.
bool isOtherOrigin(const MetaChange& change, ErrorCode code) {
  return std::holds_alternative<change::EnsureRepository>(change) && code == ErrorCode::Conflict;
}

bool isAbsence(ErrorCode code) {
  return code == ErrorCode::NameUnknown || code == ErrorCode::ManifestUnknown || code == ErrorCode::BlobUnknown;
}

}  // namespace

Result<void> applyPin(Database& database, const PinChange& change) {
  const auto& pin = change.pin;
  Result<std::int64_t> changed = 0;
  if (change.pinned) {
    auto repository = ChangeWriter(database).repositoryId(pin.repository);
    if (!repository) return fail(std::move(repository.error()));
    changed = database.change(
        "INSERT INTO pin (repository_id, tag, digest, created_at) VALUES (?1, ?2, coalesce(?3, x''), ?4) "
        "ON CONFLICT DO NOTHING",
        *repository, tagOf(pin), digestOf(pin), std::chrono::system_clock::now());
  } else {
    changed = database.change(
        "DELETE FROM pin WHERE repository_id = (SELECT id FROM repository WHERE name = ?1) AND tag = ?2 "
        "AND digest = coalesce(?3, x'')",
        pin.repository, tagOf(pin), digestOf(pin));
  }
  if (!changed) return fail(std::move(changed.error()));
  return {};
}

Result<void> applyAgain(Database& database, const JournalChange& change) {
  if (const auto* pin = std::get_if<PinChange>(&change)) return applyPin(database, *pin);
  const auto& one = std::get<MetaChange>(change);
  auto applied = ChangeWriter(database).apply(one);
  if (!applied && isRemoval(one) && isAbsence(applied.error().code)) return {};
  if (!applied && isOtherOrigin(one, applied.error().code)) return {};
  return applied;
}

}  // namespace larder::storage::sqlite
