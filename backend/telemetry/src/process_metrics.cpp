#include "process_metrics.hpp"

#include <sys/resource.h>
#include <unistd.h>

#include <cstdint>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <limits>
#include <sstream>
#include <string>

#include "larder/telemetry/runtime_metrics.hpp"

namespace larder::telemetry {
namespace {

std::optional<double> cpuSeconds() {
  timespec used{};
  if (clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used) != 0) return std::nullopt;
  return static_cast<double>(used.tv_sec) + static_cast<double>(used.tv_nsec) / 1e9;
}

void readMemory(ProcessSample& sample) {
  std::ifstream statm("/proc/self/statm");
  std::uint64_t total = 0;
  std::uint64_t resident = 0;
  if (!(statm >> total >> resident)) return;
  auto page = static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
  sample.virtualBytes = static_cast<double>(total * page);
  sample.residentBytes = static_cast<double>(resident * page);
}

std::optional<double> openFds() {
  std::error_code error;
  std::filesystem::directory_iterator entries("/proc/self/fd", error);
  if (error) return std::nullopt;
  std::int64_t count = 0;
  for (; entries != std::filesystem::directory_iterator(); entries.increment(error)) {
    if (error) return std::nullopt;
    ++count;
  }
  return static_cast<double>(count - 1);  // one is the directory that is being read
}

std::optional<double> maxFds() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return std::nullopt;
  if (limit.rlim_cur == RLIM_INFINITY) return std::numeric_limits<double>::infinity();
  return static_cast<double>(limit.rlim_cur);
}

std::optional<double> bootTime() {
  std::ifstream stat("/proc/stat");
  for (std::string line; std::getline(stat, line);) {
    if (line.starts_with("btime ")) return std::stod(line.substr(6));
  }
  return std::nullopt;
}

std::optional<double> startTimeSeconds() {
  std::ifstream file("/proc/self/stat");
  std::string stat((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  // The second field is the command's name in brackets and may hold spaces and brackets (proc(5)).
  std::size_t nameEnd = stat.rfind(')');
  if (nameEnd == std::string::npos) return std::nullopt;
  std::istringstream rest(stat.substr(nameEnd + 1));
  constexpr int kFieldsBeforeStart = 19;  // the fields 3 to 21
  std::string skipped;
  for (int i = 0; i < kFieldsBeforeStart; ++i) rest >> skipped;
  double ticks = 0;
  auto boot = bootTime();
  if (!(rest >> ticks) || !boot) return std::nullopt;
  return *boot + ticks / static_cast<double>(sysconf(_SC_CLK_TCK));
}

}  // namespace

double processCpuSeconds() {
  return cpuSeconds().value_or(std::numeric_limits<double>::quiet_NaN());
}

double processResidentBytes() {
  ProcessSample sample;
  readMemory(sample);
  return sample.residentBytes.value_or(std::numeric_limits<double>::quiet_NaN());
}

ProcessSample sampleProcess() {
  ProcessSample sample;
  sample.cpuSeconds = cpuSeconds();
  readMemory(sample);
  sample.openFds = openFds();
  sample.maxFds = maxFds();
  sample.startTimeSeconds = startTimeSeconds();
  return sample;
}

}  // namespace larder::telemetry
