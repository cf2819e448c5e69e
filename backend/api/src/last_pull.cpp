#include "last_pull.hpp"

namespace larder::api {
namespace {

constexpr std::size_t kMostText = 256;

std::string cut(std::string_view text) {
  return std::string(text.substr(0, kMostText));
}

}  // namespace

void LastPull::note(Time now, std::string_view user, std::string_view client, std::string_view agent,
                    std::string_view repository) {
  auto before = notedAt_.load(std::memory_order_relaxed);
  // A clock that was set back must not silence it.
  if (now >= before && now - before < kEvery) return;
  if (!notedAt_.compare_exchange_strong(before, now, std::memory_order_relaxed)) return;
  std::lock_guard lock(mutex_);
  pull_ = Pull{now, cut(user), cut(client), cut(agent), cut(repository)};
}

std::optional<LastPull::Pull> LastPull::get() const {
  std::lock_guard lock(mutex_);
  return pull_;
}

}  // namespace larder::api
