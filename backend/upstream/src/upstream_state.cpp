#include "larder/upstream/upstream_source.hpp"

namespace larder::upstream {

// An answer that says no (401, 404) is no failure of the upstream, unless it is to our credentials.
UpstreamState stateOf(const UpstreamStatus& status) {
  if (status.breaker == BreakerState::HalfOpen) return UpstreamState::Recovering;
  if (status.breaker == BreakerState::Open) return UpstreamState::Down;
  if (status.loginRefused) return UpstreamState::Denied;
  if (status.lastContact) return UpstreamState::Up;
  return status.lastError.empty() ? UpstreamState::NeverContacted : UpstreamState::Down;
}

}  // namespace larder::upstream
