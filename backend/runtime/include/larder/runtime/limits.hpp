// What the container (cgroup v2 and v1) lets the process use.
#pragma once

#include <cstddef>
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

// What each may have of the descriptors that the process may have (RLIMIT_NOFILE as it is now), so that none uses up
// what the others need. A connection's request has one file open at most, which is counted as much again as the
// connections; what is left over is for the database, upstreams, logs and all else.
struct DescriptorShares {
  std::size_t connections = 0;  // of clients; at least 1
  std::size_t turnedAway = 0;   // connections that are only told that there are too many
  std::size_t openBlobs = 0;    // kept open in case that they are asked for again
  std::size_t openUploads = 0;  // kept open between two requests of an upload
};

DescriptorShares descriptorShares();
// Of `limit` descriptors.
DescriptorShares sharesOf(std::size_t limit);

}  // namespace larder::runtime
