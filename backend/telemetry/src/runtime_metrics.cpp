#include "larder/telemetry/runtime_metrics.hpp"

#include <spdlog/spdlog.h>

#include <array>
#include <chrono>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

namespace larder::telemetry {

namespace {

using std::chrono::duration_cast;
using std::chrono::milliseconds;

constexpr std::array<double, 12> kTurnBuckets = {0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005,
                                                 0.01,   0.02,    0.05,   0.1,   0.5,    2.5};
constexpr std::chrono::seconds kLogEvery{1};

// Logs slow turns of all io threads, but not each of many.
class SlowTurnLog {
 public:
  explicit SlowTurnLog(std::shared_ptr<Counter> counter) : counter_(std::move(counter)) {}

  void note(const runtime::SlowTurn& turn) {
    counter_->add();
    std::lock_guard lock(mutex_);
    auto now = std::chrono::steady_clock::now();
    if (now < next_) {
      ++unlogged_;
      return;
    }
    next_ = now + kLogEvery;
    spdlog::warn("io.turn_slow thread=io-{} took_ms={} waited_for_cpu_ms={} what=\"{}\" unlogged={}", turn.thread,
                 duration_cast<milliseconds>(turn.took).count(), duration_cast<milliseconds>(turn.waited).count(),
                 turn.what, std::exchange(unlogged_, 0));
  }

 private:
  std::shared_ptr<Counter> counter_;
  std::mutex mutex_;
  std::chrono::steady_clock::time_point next_{};
  std::size_t unlogged_ = 0;
};

void exposeTurns(MetricRegistry& metrics, runtime::Runtime& runtime) {
  std::vector<std::shared_ptr<Histogram>> turns;
  turns.reserve(runtime.ioThreads());
  for (std::size_t i = 0; i < runtime.ioThreads(); ++i) {
    turns.push_back(metrics.histogram(
        "larder_io_turn_seconds", "How long an io thread was busy with one completion, waits for a processor included.",
        kTurnBuckets, {{"thread", "io-" + std::to_string(i)}}));
  }
  auto slow = std::make_shared<SlowTurnLog>(metrics.counter(
      "larder_io_slow_turns_total", "Turns of io threads above 20 ms, waits for a processor not counted."));
  runtime.observeTurns({[turns = std::move(turns)](std::size_t thread, std::chrono::nanoseconds took) {
                          turns[thread]->observe(std::chrono::duration<double>(took).count());
                        },
                        [slow](const runtime::SlowTurn& turn) { slow->note(turn); }});
}

}  // namespace

void exposeRuntime(MetricRegistry& metrics, runtime::Runtime& runtime) {
  exposeTurns(metrics, runtime);
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
    auto threads = blocking.threads, busy = blocking.working(), waiting = std::size_t{0};
    for (const auto& other : runtime.otherLoads()) {
      threads += other.threads;
      busy += other.working();
      waiting += other.queued();
    }
    set(*all, threads);
    set(*working, busy);
    set(*idle, threads - busy);
    set(*high, blocking.queued());
    set(*low, waiting);
  });
}

}  // namespace larder::telemetry
