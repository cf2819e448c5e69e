// The pools of the runtime under the names that Zot has for its scheduler, so that existing dashboards go on.
#pragma once

#include "larder/runtime/runtime.hpp"
#include "larder/telemetry/metrics.hpp"

namespace larder::telemetry {

// zot_scheduler_workers_total, zot_scheduler_workers{state="working"|"idle"}: the threads of both pools.
// zot_scheduler_tasksqueue_length{priority}: "high" is the queue of the blocking pool, on which clients wait; "low"
// that of the pool which waits for the disk. There is none between them. `runtime` must live as long as anything
// exposes.
void exposeRuntime(MetricRegistry& metrics, const runtime::Runtime& runtime);

// What the process uses: processor time since its start, resident memory. NaN where the system does not tell. Two
// system calls and a read of /proc.
double processCpuSeconds();
double processResidentBytes();

}  // namespace larder::telemetry
