#include "reload.hpp"

#include <spdlog/spdlog.h>

#include <utility>

#include "larder/config/load.hpp"
#include "named_files.hpp"

namespace larder::daemon {

Reloader::Reloader(Daemon& daemon, Logging& logging, MainEvents& events, config::Editor& editor)
    : daemon_(daemon), logging_(logging), editor_(editor) {
  auto& metrics = daemon_.engine().metrics();
  success_ = metrics.gauge("larder_config_last_reload_success", "1 if the last configuration reload succeeded.");
  restart_ = metrics.gauge("larder_config_restart_needed", "Changed settings that need a restart to take effect.");
  success_->set(editor_.state().ok ? 1 : 0);
  seen_ = stamps();
  auto& runtime = daemon_.engine().runtime();
  watch_ =
      std::make_unique<config::FileWatch>(runtime.nextIo(), runtime.blocking(), [&events] { events.requestReload(); });
  watch_->watch(files());
  editor_.setApply([this] { return reload(); });
  if (editor_.isLoaded()) return;
  // Somebody edited it during the start.
  seen_.clear();
  events.requestReload();
}

Reloader::~Reloader() {
  editor_.setApply({});
}

std::vector<std::filesystem::path> Reloader::files() const {
  auto files = filesOf(*daemon_.engine().config());
  for (auto& file : editor_.files()) files.push_back(std::move(file));
  return files;
}

Reloader::Stamps Reloader::stamps() const {
  Stamps stamps;
  for (auto& file : files()) {
    auto stamp = config::stampOf(file);
    stamps.emplace(std::move(file), stamp);
  }
  return stamps;
}

core::Result<void> Reloader::apply(const config::Loaded& loaded) {
  for (const auto& problem : loaded.problems) {
    auto level = problem.severity == config::Severity::Error ? spdlog::level::err : spdlog::level::warn;
    spdlog::log(level, "config_problem {}", config::toString(problem));
  }
  if (!loaded.config) {
    const auto& first = loaded.problems.front();
    return core::fail(core::ErrorCode::InvalidArgument, first.message, first.path);
  }
  return daemon_.apply(loaded.config);
}

void Reloader::reloadAnyway() {
  [[maybe_unused]] auto logged = editor_.reload([] { return true; });
}

void Reloader::reloadIfChanged() {
  [[maybe_unused]] auto logged = editor_.reload([this] { return stamps() != seen_; });
}

core::Result<void> Reloader::reload() {
  // Of before the load, so that what changes during it is seen next time.
  seen_ = stamps();
  auto loaded = editor_.load();
  auto applied = apply(loaded);
  editor_.loaded(loaded, applied);
  success_->set(editor_.state().ok ? 1 : 0);
  if (!applied) {
    spdlog::error("config_reload_failed where=\"{}\" message=\"{}\" kept=\"the last good configuration\"",
                  applied.error().where, applied.error().message);
    return applied;
  }
  logging_.setLevel(loaded.config->log.level);
  auto waiting = editor_.state().restartNeeded;
  for (const auto& key : waiting) spdlog::warn("config_restart_needed key={}", key);
  restart_->set(static_cast<double>(waiting.size()));
  watch_->watch(files());
  auto now = stamps();
  std::erase_if(seen_, [&now](const auto& entry) { return !now.contains(entry.first); });
  seen_.merge(now);
  spdlog::info("config_reloaded");
  return {};
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
