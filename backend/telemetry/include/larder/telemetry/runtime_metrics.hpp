// How the runtime does: turns of the io threads, and its pools under the names that Zot has for its scheduler, so that
// existing dashboards go on.
#pragma once

#include "larder/runtime/runtime.hpp"
#include "larder/telemetry/metrics.hpp"

namespace larder::telemetry {

// zot_scheduler_workers_total, zot_scheduler_workers{state="working"|"idle"}: the threads of all pools.
// zot_scheduler_tasksqueue_length{priority}: "high" is the queue of the blocking pool, on which clients wait; "low"
// those of the pools for the disk and for the background. There is none between them.
// larder_io_turn_seconds{thread}, larder_io_slow_turns_total: see turn.hpp. A slow turn is logged with what ran, one a
// second at most.
// `metrics` and `runtime` must live as long as anything exposes or runs. Before Runtime::start().
void exposeRuntime(MetricRegistry& metrics, runtime::Runtime& runtime);

// What the process uses: processor time since its start, resident memory. NaN where the system does not tell. Two
// system calls and a read of /proc.
double processCpuSeconds();
double processResidentBytes();

}  // namespace larder::telemetry
