// Reloading the configuration: validated whole, then swapped; the last good one stays in force otherwise.
#pragma once

#include <map>
#include <memory>
#include <vector>

#include "daemon.hpp"
#include "larder/config/editor.hpp"
#include "larder/config/file_edit.hpp"
#include "larder/config/file_watch.hpp"
#include "logging.hpp"
#include "signals.hpp"

namespace larder::daemon {

// Thread-safe: the main thread reloads when a file changed, the blocking pool after an edit by the management API.
class Reloader {
 public:
  // A change of a file that the configuration is made of, or that it names, makes `events` ask for a reload. Edits by
  // `editor` are taken into force at once.
  Reloader(Daemon& daemon, Logging& logging, MainEvents& events, config::Editor& editor);
  ~Reloader();
  Reloader(const Reloader&) = delete;
  Reloader& operator=(const Reloader&) = delete;

  // Loads and applies, once no edit runs; the log tells how it went.
  void reloadAnyway();
  // The same if a file differs from what the last reload found.
  void reloadIfChanged();
  // Opens log files again.
  void reopenLogs();

 private:
  std::vector<std::filesystem::path> files() const;
  using Stamps = std::map<std::filesystem::path, config::FileStamp>;
  Stamps stamps() const;
  core::Result<void> apply(const config::Loaded& loaded);
  // The Error says why the last good configuration stays in force. In the editor's turn, which guards `seen_` too.
  core::Result<void> reload();

  Daemon& daemon_;
  Logging& logging_;
  config::Editor& editor_;
  std::shared_ptr<telemetry::Gauge> success_;
  std::shared_ptr<telemetry::Gauge> restart_;
  Stamps seen_;
  std::unique_ptr<config::FileWatch> watch_;
};

}  // namespace larder::daemon
