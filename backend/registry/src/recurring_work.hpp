// The work that comes up again by itself, as Zot counts its scheduler's generators, so that existing dashboards go on.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "larder/telemetry/metrics.hpp"

namespace larder::registry {

// Those that Zot gives the like: collection and polling "medium", scrubbing "low"; eviction, which clients wait for,
// has the one that is left.
enum class Priority : std::uint8_t { Low, Medium, High };

enum class WorkState : std::uint8_t {
  Ready,    // due or under way
  Waiting,  // for its time, or for a need
  Done,     // it was to be done once
};

struct RecurringWork {
  std::string name;  // tells it from the others: "gc /team"
  Priority priority = Priority::Medium;
  WorkState state = WorkState::Waiting;
};

// zot_scheduler_generators_total: works that were set up, those after a change of the configuration too.
// zot_scheduler_generators_status{priority="low"|"medium"|"high", state="ready"|"waiting"|"done"}: those there are now.
class RecurringWorkMetrics {
 public:
  explicit RecurringWorkMetrics(telemetry::MetricRegistry& metrics);

  // For one coroutine.
  void show(const std::vector<RecurringWork>& works);

 private:
  static constexpr std::size_t kPriorities = 3, kStates = 3;

  std::shared_ptr<telemetry::Counter> total_;
  std::array<std::array<std::shared_ptr<telemetry::Gauge>, kStates>, kPriorities> status_;
  std::set<std::string> known_;
};

}  // namespace larder::registry
