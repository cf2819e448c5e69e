#include "admin/sessions.hpp"

#include <sys/random.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <span>
#include <stdexcept>
#include <utility>

namespace larder::api::admin {
namespace {

std::string randomId() {
  std::array<std::byte, 32> raw{};
  if (::getrandom(raw.data(), raw.size(), 0) != static_cast<ssize_t>(raw.size())) {
    throw std::runtime_error("getrandom(2) failed.");
  }
  return core::Digest::fromRaw(core::DigestAlgorithm::Sha256, raw).hex();
}

}  // namespace

std::string Sessions::begin(std::string user, std::uint64_t accountStamp, runtime::SteadyTime now) {
  auto id = randomId();
  std::lock_guard lock(mutex_);
  makeRoom(user, now);
  sessions_.emplace(core::Digest::of(id), Entry{{std::move(user), accountStamp, now + kAbsolute}, now});
  return id;
}

std::optional<Sessions::Session> Sessions::use(std::string_view id, runtime::SteadyTime now) {
  auto key = core::Digest::of(id);
  std::lock_guard lock(mutex_);
  auto found = sessions_.find(key);
  if (found == sessions_.end()) return std::nullopt;
  if (isOver(found->second, now)) {
    sessions_.erase(found);
    return std::nullopt;
  }
  found->second.lastUsed = now;
  return found->second.session;
}

std::optional<Sessions::Session> Sessions::find(std::string_view id, runtime::SteadyTime now) const {
  auto key = core::Digest::of(id);
  std::lock_guard lock(mutex_);
  auto found = sessions_.find(key);
  if (found == sessions_.end() || isOver(found->second, now)) return std::nullopt;
  return found->second.session;
}

void Sessions::end(std::string_view id) {
  auto key = core::Digest::of(id);
  std::lock_guard lock(mutex_);
  sessions_.erase(key);
}

std::size_t Sessions::count() const {
  std::lock_guard lock(mutex_);
  return sessions_.size();
}

std::string Sessions::csrfToken(std::string_view id) {
  return core::Digest::of("larder csrf token of " + std::string(id)).hex();
}

bool Sessions::isOver(const Entry& entry, runtime::SteadyTime now) {
  return now >= entry.session.expires || now - entry.lastUsed >= kIdle;
}

// One user's log-ins push out their own before anyone else's.
void Sessions::makeRoom(const std::string& user, runtime::SteadyTime now) {
  std::erase_if(sessions_, [now](const auto& entry) { return isOver(entry.second, now); });
  auto dropIdlest = [this](auto mayGo) {
    auto idlest = sessions_.end();
    for (auto it = sessions_.begin(); it != sessions_.end(); ++it) {
      if (mayGo(it->second) && (idlest == sessions_.end() || it->second.lastUsed < idlest->second.lastUsed)) {
        idlest = it;
      }
    }
    if (idlest != sessions_.end()) sessions_.erase(idlest);
  };
  auto isTheirs = [&user](const Entry& entry) { return entry.session.user == user; };
  auto theirs = std::count_if(sessions_.begin(), sessions_.end(),
                              [&isTheirs](const auto& entry) { return isTheirs(entry.second); });
  if (static_cast<std::size_t>(theirs) >= kMostOfUser) dropIdlest(isTheirs);
  if (sessions_.size() >= kMost) dropIdlest([](const Entry&) { return true; });
}

}  // namespace larder::api::admin
