#include "larder/telemetry/runtime_metrics.hpp"

namespace larder::telemetry {

void exposeRuntime(MetricRegistry& metrics, const runtime::Runtime& runtime) {
  auto workers = [&metrics](const char* state) {
    return metrics.gauge("zot_scheduler_workers", "Worker threads by state.", {{"state", state}});
  };
  auto queue = [&metrics](const char* priority) {
    return metrics.gauge("zot_scheduler_tasksqueue_length", "Tasks queued for a worker thread, by priority.",
                         {{"priority", priority}});
  };
  auto set = [](Gauge& gauge, std::size_t value) { gauge.set(static_cast<double>(value)); };
  metrics.onCollect([&runtime, set, working = workers("working"), idle = workers("idle"), high = queue("high"),
                     low = queue("low"),
                     all = metrics.gauge("zot_scheduler_workers_total", "Size of the worker thread pool.")] {
    auto blocking = runtime.blockingLoad();
    auto syncing = runtime.syncingLoad();
    auto busy = blocking.working() + syncing.working();
    set(*all, blocking.threads + syncing.threads);
    set(*working, busy);
    set(*idle, blocking.threads + syncing.threads - busy);
    set(*high, blocking.queued());
    set(*low, syncing.queued());
  });
}

}  // namespace larder::telemetry
