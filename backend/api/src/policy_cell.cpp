#include "policy_cell.hpp"

#include <utility>

#include "larder/auth/configured.hpp"

namespace larder::api {
namespace {

std::string quotedString(const std::string& text) {
  std::string out = "\"";
  for (char c : text) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) continue;
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + '"';
}

}  // namespace

PolicyState::PolicyState(Policy given) : policy(std::move(given)), limiter(policy.config->http.rateLimit) {
  if (auto realm = policy.authenticator->challengeRealm()) challenge = "Basic realm=" + quotedString(*realm);
  open = !auth::authenticationConfigured(policy.config->http);
  accessControlled = policy.config->http.accessControl.has_value();
  locationPrefix = policy.config->http.externalUrl;
  while (!locationPrefix.empty() && locationPrefix.back() == '/') locationPrefix.pop_back();
}

const std::shared_ptr<const PolicyState>& PolicyCell::load() const {
  struct Seen {
    std::uint64_t generation = 0;
    std::shared_ptr<const PolicyState> state;
  };
  // An atomic shared_ptr would make every request of every thread write to one cache line.
  thread_local Seen seen;
  if (seen.generation != generation_.load(std::memory_order_acquire)) {
    std::lock_guard lock(mutex_);
    seen.state = state_;
    seen.generation = generation_.load(std::memory_order_relaxed);
  }
  return seen.state;
}

void PolicyCell::store(std::shared_ptr<const PolicyState> state) {
  // Unique in the process, so that what a thread keeps of one cell is never taken for another's.
  static std::atomic<std::uint64_t> generations{0};
  std::lock_guard lock(mutex_);
  state_ = std::move(state);
  generation_.store(++generations, std::memory_order_release);
}

}  // namespace larder::api
