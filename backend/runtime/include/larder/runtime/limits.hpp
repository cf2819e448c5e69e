// What the container (cgroup v2 and v1) lets the process use.
#pragma once

#include <cstdint>
#include <optional>

namespace larder::runtime {

struct ProcessLimits {
  std::uint64_t memoryBytes = 0;  // the smallest of the cgroup's limit and the machine's memory
  double cpus = 1;                // CPU quota, or the number of cores that the process may run on
};

// Reads /sys/fs/cgroup, the affinity mask and sysconf. Never fails: what cannot be read is taken from the machine.
ProcessLimits processLimits();

// Bytes that the process is to keep within: what is configured, else what the environment's GOMEMLIMIT says, which
// charts of Go programs set ("800MiB"; "off" or anything else that is no size says nothing), but never more than
// processLimits() allows.
std::uint64_t usableMemory(std::optional<std::uint64_t> configured);

}  // namespace larder::runtime
