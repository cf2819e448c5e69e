// What the configuration says about requests, and a cell that hands it out cheaply.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "larder/api/server_handler.hpp"
#include "rate_limiter.hpp"

namespace larder::api {

// A Policy with what is derived from it. Immutable but for the buckets of the limiter.
struct PolicyState {
  explicit PolicyState(Policy given);

  Policy policy;
  mutable RateLimiter limiter;
  // The WWW-Authenticate field of a 401; nothing if no authentication is configured.
  std::optional<std::string> challenge;
  // Access is decided per repository: a request with `ns` needs its local name first.
  bool accessControlled = false;
  // Nobody can log in: whoever proves to be on this machine is an admin, everybody else may look and pull.
  bool open = false;
  // Put before the path in Location fields, "" for relative ones.
  std::string locationPrefix;
};

// Thread-safe. load() costs one atomic read: each thread keeps the state that it saw last, with its generation.
class PolicyCell {
 public:
  explicit PolicyCell(std::shared_ptr<const PolicyState> state) { store(std::move(state)); }

  // Valid until the next load() on this thread: copy it before a co_await.
  const std::shared_ptr<const PolicyState>& load() const;
  void store(std::shared_ptr<const PolicyState> state);
  // Another one after each store().
  std::uint64_t generation() const { return generation_.load(std::memory_order_acquire); }

 private:
  std::atomic<std::uint64_t> generation_{0};
  mutable std::mutex mutex_;
  std::shared_ptr<const PolicyState> state_;
};

}  // namespace larder::api
