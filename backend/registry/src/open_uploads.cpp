#include "open_uploads.hpp"

#include <chrono>
#include <utility>

namespace larder::registry {
namespace {

// An upload that has just begun may be missing in what was read of the store.
constexpr std::chrono::minutes kSettled{1};
constexpr std::chrono::seconds kRetryAfter{60};

}  // namespace

core::Result<void> OpenUploads::add(const std::string& id, runtime::ClientNetwork client,
                                    const config::ClientLimits& limits) {
  places_->limit(limits.uploads, limits.addressShare);
  auto place = places_->take(client);
  if (!place) {
    core::Error error(core::ErrorCode::TooManyRequests,
                      "Too many open uploads in total, or from your address. Finish or cancel some "
                      "(larder.limits.uploads, addressShare).");
    error.retryAfter = kRetryAfter;
    return core::fail(std::move(error));
  }
  std::lock_guard lock(mutex_);
  uploads_.insert_or_assign(id, Upload{std::move(place), clock_.steady()});
  return {};
}

void OpenUploads::remove(const std::string& id) {
  std::lock_guard lock(mutex_);
  uploads_.erase(id);
}

void OpenUploads::match(const std::set<std::string>& ids) {
  std::lock_guard lock(mutex_);
  auto settled = clock_.steady() - kSettled;
  std::erase_if(uploads_,
                [&](const auto& entry) { return entry.second.since < settled && !ids.contains(entry.first); });
  for (const auto& id : ids) {
    if (!uploads_.contains(id)) uploads_.emplace(id, Upload{places_->take({}), clock_.steady()});
  }
}

}  // namespace larder::registry
