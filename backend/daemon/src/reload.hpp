// Reloading the configuration: validated whole, then swapped; the last good one stays in force otherwise.
#pragma once

#include <filesystem>
#include <memory>

#include "daemon.hpp"
#include "larder/config/file_watch.hpp"
#include "logging.hpp"
#include "signals.hpp"

namespace larder::daemon {

// Main thread only.
class Reloader {
 public:
  // `file`: the configuration's, empty for the built-in one, which is never reloaded. A change of it or of a file that
  // it names makes `events` ask for a reload.
  Reloader(Daemon& daemon, Logging& logging, MainEvents& events, std::filesystem::path file);

  void reload();
  // Opens log files again.
  void reopenLogs();

 private:
  void watch();
  void report(bool success);

  Daemon& daemon_;
  Logging& logging_;
  std::filesystem::path file_;
  config::Snapshot started_;  // what the parts that need a restart run with
  std::shared_ptr<telemetry::Gauge> success_;
  std::shared_ptr<telemetry::Gauge> restart_;
  std::unique_ptr<config::FileWatch> watch_;
};

}  // namespace larder::daemon
