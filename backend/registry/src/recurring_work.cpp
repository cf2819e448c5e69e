#include "recurring_work.hpp"

#include <utility>

namespace larder::registry {

RecurringWorkMetrics::RecurringWorkMetrics(telemetry::MetricRegistry& metrics)
    : total_(metrics.counter("zot_scheduler_generators_total", "Recurring tasks created since start")) {
  constexpr std::array<const char*, kPriorities> kPriorityNames{"low", "medium", "high"};
  constexpr std::array<const char*, kStates> kStateNames{"ready", "waiting", "done"};
  for (std::size_t priority = 0; priority < kPriorities; ++priority) {
    for (std::size_t state = 0; state < kStates; ++state) {
      status_[priority][state] = metrics.gauge("zot_scheduler_generators_status", "Recurring tasks by current state",
                                               {{"priority", kPriorityNames[priority]}, {"state", kStateNames[state]}});
    }
  }
}

void RecurringWorkMetrics::show(const std::vector<RecurringWork>& works) {
  std::array<std::array<std::uint64_t, kStates>, kPriorities> counts{};
  std::set<std::string> names;
  for (const auto& work : works) {
    ++counts[static_cast<std::size_t>(work.priority)][static_cast<std::size_t>(work.state)];
    if (!known_.contains(work.name)) total_->add();
    names.insert(work.name);
  }
  known_ = std::move(names);
  for (std::size_t priority = 0; priority < kPriorities; ++priority) {
    for (std::size_t state = 0; state < kStates; ++state) {
      status_[priority][state]->set(static_cast<double>(counts[priority][state]));
    }
  }
}

}  // namespace larder::registry
