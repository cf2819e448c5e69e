#include "reload.hpp"

#include <spdlog/spdlog.h>

#include <utility>

#include "larder/config/load.hpp"

namespace larder::daemon {

Reloader::Reloader(Daemon& daemon, Logging& logging, MainEvents& events, std::filesystem::path file)
    : daemon_(daemon), logging_(logging), file_(std::move(file)), started_(daemon.engine().config()) {
  auto& metrics = daemon_.engine().metrics();
  success_ = metrics.gauge("larder_config_last_reload_success", "1 if the last reload of the configuration succeeded.");
  restart_ = metrics.gauge("larder_config_restart_needed", "Changed settings that take effect after a restart only.");
  success_->set(1);
  if (file_.empty()) return;
  auto& runtime = daemon_.engine().runtime();
  watch_ =
      std::make_unique<config::FileWatch>(runtime.nextIo(), runtime.blocking(), [&events] { events.requestReload(); });
  watch();
}

void Reloader::watch() {
  auto files = filesOf(*daemon_.engine().config());
  files.push_back(file_);
  watch_->watch(std::move(files));
}

void Reloader::report(bool success) {
  success_->set(success ? 1 : 0);
}

void Reloader::reload() {
  if (file_.empty()) return;
  auto loaded = config::loadFile(file_);
  for (const auto& problem : loaded.problems) {
    auto level = problem.severity == config::Severity::Error ? spdlog::level::err : spdlog::level::warn;
    spdlog::log(level, "config_problem {}", config::toString(problem));
  }
  if (!loaded.config) {
    spdlog::error("config_reload_failed file={} kept=\"the last good configuration\"", file_.string());
    return report(false);
  }
  if (auto applied = daemon_.apply(loaded.config); !applied) {
    spdlog::error("config_reload_failed file={} where=\"{}\" message=\"{}\" kept=\"the last good configuration\"",
                  file_.string(), applied.error().where, applied.error().message);
    return report(false);
  }
  logging_.setLevel(loaded.config->log.level);
  auto waiting = config::restartNeeded(*started_, *loaded.config);
  for (const auto& key : waiting) spdlog::warn("config_restart_needed key={}", key);
  restart_->set(static_cast<double>(waiting.size()));
  watch();
  report(true);
  spdlog::info("config_reloaded file={}", file_.string());
}

void Reloader::reopenLogs() {
  if (auto opened = logging_.reopen(); !opened) {
    spdlog::error("log_reopen_failed path={} message=\"{}\"", opened.error().where, opened.error().message);
  }
  if (auto opened = daemon_.audit().reopen(); !opened) {
    spdlog::error("audit_log_reopen_failed path={} message=\"{}\"", opened.error().where, opened.error().message);
  }
}

}  // namespace larder::daemon
