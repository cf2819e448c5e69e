// The process_* metrics that Prometheus' client libraries agree on, read from /proc.
#pragma once

#include <optional>

namespace larder::telemetry {

// What could not be read is absent, as where /proc is not mounted.
struct ProcessSample {
  std::optional<double> cpuSeconds;
  std::optional<double> residentBytes;
  std::optional<double> virtualBytes;
  std::optional<double> openFds;
  std::optional<double> maxFds;
  std::optional<double> startTimeSeconds;  // Unix time
};

// Blocks for a few system calls, and one for each hundred or so open descriptors.
ProcessSample sampleProcess();

}  // namespace larder::telemetry
