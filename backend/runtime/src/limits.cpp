#include "larder/runtime/limits.hpp"

#include <sched.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <limits>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

#include "larder/core/units.hpp"

namespace larder::runtime {

namespace {

std::optional<std::string> firstLine(const std::string& path) {
  std::ifstream in(path);
  std::string line;
  if (!std::getline(in, line)) return std::nullopt;
  return line;
}

std::optional<std::uint64_t> number(const std::optional<std::string>& text) {
  if (!text) return std::nullopt;
  std::istringstream in(*text);
  std::int64_t value = 0;
  if (!(in >> value) || value < 0) return std::nullopt;  // "max", or -1 in version 1
  return static_cast<std::uint64_t>(value);
}

// The process's own directories below the cgroup mount, from the leaf up: a limit may stand at any level.
std::vector<std::string> cgroupDirectories(const std::string& mount, const std::string& controller) {
  std::vector<std::string> directories;
  std::ifstream in("/proc/self/cgroup");
  std::string line;
  while (std::getline(in, line)) {
    auto first = line.find(':');
    auto second = line.find(':', first + 1);
    if (first == std::string::npos || second == std::string::npos) continue;
    auto controllers = "," + line.substr(first + 1, second - first - 1) + ",";
    bool mine =
        controller.empty() ? controllers == ",," : controllers.find("," + controller + ",") != std::string::npos;
    if (!mine) continue;
    auto path = line.substr(second + 1);
    while (!path.empty() && path != "/") {
      directories.push_back(mount + path);
      path.resize(path.rfind('/'));
    }
  }
  directories.push_back(mount);  // inside a container the limit shows at the mount's own root
  return directories;
}

std::uint64_t memoryLimit() {
  auto limit = static_cast<std::uint64_t>(sysconf(_SC_PHYS_PAGES)) * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
  for (const auto& directory : cgroupDirectories("/sys/fs/cgroup", "")) {
    if (auto value = number(firstLine(directory + "/memory.max"))) limit = std::min(limit, *value);
  }
  for (const auto& directory : cgroupDirectories("/sys/fs/cgroup/memory", "memory")) {
    if (auto value = number(firstLine(directory + "/memory.limit_in_bytes"))) limit = std::min(limit, *value);
  }
  return limit;
}

double cpuLimit() {
  cpu_set_t set;
  CPU_ZERO(&set);
  double cpus = sched_getaffinity(0, sizeof set, &set) == 0 ? CPU_COUNT(&set)
                                                            : static_cast<double>(sysconf(_SC_NPROCESSORS_ONLN));
  for (const auto& directory : cgroupDirectories("/sys/fs/cgroup", "")) {
    auto line = firstLine(directory + "/cpu.max");
    if (!line) continue;
    std::istringstream in(*line);
    double quota = 0, period = 0;
    if (in >> quota >> period && period > 0) cpus = std::min(cpus, quota / period);
  }
  for (const auto& directory : cgroupDirectories("/sys/fs/cgroup/cpu", "cpu")) {
    auto quota = number(firstLine(directory + "/cpu.cfs_quota_us"));
    auto period = number(firstLine(directory + "/cpu.cfs_period_us"));
    if (quota && period && *quota > 0 && *period > 0) {
      cpus = std::min(cpus, static_cast<double>(*quota) / static_cast<double>(*period));
    }
  }
  return std::max(cpus, 0.01);
}

}  // namespace

ProcessLimits processLimits() {
  return {memoryLimit(), cpuLimit()};
}

std::uint64_t usableMemory(std::optional<std::uint64_t> configured) {
  auto limit = memoryLimit();
  if (configured) return std::min(*configured, limit);
  const char* go = std::getenv("GOMEMLIMIT");
  if (!go) return limit;
  auto bytes = core::parseBytes(go);
  return bytes && *bytes > 0 ? std::min(*bytes, limit) : limit;
}

DescriptorShares sharesOf(std::size_t limit) {
  return {std::max<std::size_t>(limit / 8 * 3, 1), limit / 64, limit / 16, limit / 32};
}

DescriptorShares descriptorShares() {
  rlimit limit{};
  bool unlimited = getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY;
  return sharesOf(unlimited ? std::numeric_limits<std::size_t>::max() : limit.rlim_cur);
}

}  // namespace larder::runtime
