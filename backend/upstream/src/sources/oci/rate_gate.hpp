// How many requests one upstream gets at once (reqConcurrent) and per second (reqPerSec).
#pragma once

#include <cstddef>
#include <mutex>
#include <optional>
#include <string>

#include "larder/core/result.hpp"
#include "larder/runtime/gate.hpp"
#include "larder/runtime/task.hpp"

namespace larder::upstream {

// Thread-safe. Must outlive its passes and waiters.
class RateGate {
 public:
  // More callers than this do not queue up: they fail at once.
  static constexpr std::size_t kMaxWaiting = 4096;

  // `host` is named in failures. `perSecond` 0: unlimited.
  RateGate(std::string host, std::size_t concurrent, double perSecond);

  // The right to run one request, given back by its destructor. Empty by default.
  struct Pass {
    runtime::Gate::Pass stream, turn;
  };
  // Streams run for as long as a blob takes. Of eight turns or more they leave an eighth to everything else: a pull
  // begins with a manifest.
  enum class Kind { Short, Stream };

  // Those who ask for the same thing queue up, and each thing has its turn (runtime::Gate): one large pull does not
  // hold up the others. UpstreamTimeout when the turn does not come by `deadline`.
  runtime::Task<core::Result<Pass>> enter(std::string what, Kind kind, runtime::SteadyTime deadline);

  std::size_t running() const { return gate_.running(); }
  std::size_t waiting() const { return gate_.waiting() + streams_.waiting(); }

 private:
  std::optional<runtime::SteadyTime> reserve(runtime::SteadyTime deadline);
  core::Result<Pass> refuse(const char* setting) const;

  const std::string host_;
  const double perSecond_;
  runtime::Gate gate_, streams_;
  std::mutex mutex_;
  runtime::SteadyTime nextStart_{};
};

}  // namespace larder::upstream
