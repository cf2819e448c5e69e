#include <spdlog/spdlog.h>

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_future.hpp>
#include <cerrno>
#include <cstdio>
#include <future>
#include <memory>
#include <system_error>

#include "commands.hpp"
#include "engine.hpp"
#include "larder/config/sub_paths.hpp"
#include "larder/core/units.hpp"
#include "settings.hpp"

namespace larder::daemon {
namespace {

using core::ErrorCode;
using core::Result;

using File = std::unique_ptr<std::FILE, int (*)(std::FILE*)>;

int refuse(const core::Error& error) {
  std::fprintf(stderr, "larderd: %s%s%s\n", error.where.c_str(), error.where.empty() ? "" : ": ",
               error.message.c_str());
  return 1;
}

Result<std::chrono::nanoseconds> timeoutOf(const RetentionCheckOptions& options) {
  for (const auto& [name, text] : {std::pair("--gc-interval", options.gcInterval), {"--timeout", options.timeout}}) {
    if (text.empty()) continue;
    if (auto parsed = core::parseDuration(text); !parsed)
      return core::fail(ErrorCode::InvalidArgument, parsed.error().message, name);
  }
  return options.timeout.empty() ? std::chrono::nanoseconds::zero() : core::parseDuration(options.timeout);
}

Result<registry::RemovalPlan> plan(Engine& engine, std::chrono::nanoseconds timeout) {
  auto future = boost::asio::co_spawn(engine.runtime().nextIo(), engine.registry().housekeeping().planRetention(""),
                                      boost::asio::use_future);
  if (timeout > std::chrono::nanoseconds::zero() && future.wait_for(timeout) != std::future_status::ready) {
    return core::fail(ErrorCode::Timeout, "Timed out (--timeout). Nothing was removed.");
  }
  return future.get();
}

void print(std::FILE* out, const config::Config& config, const registry::RemovalPlan& plan) {
  std::size_t tags = 0, manifests = 0;
  for (const auto& [repository, removal, usedAt] : *plan) {
    if (!config::storageOf(config, config::routeOf(config, repository)).gc) continue;
    ++(removal.tag.empty() ? manifests : tags);
    std::fprintf(out, "%s%s%s %s: %s\n", repository.c_str(), removal.tag.empty() ? "" : ":", removal.tag.c_str(),
                 removal.digest.toString().c_str(), removal.reason.c_str());
  }
  bool all = plan->size() < registry::HousekeepingService::kMaxPlanned;
  std::fprintf(out, "Would be removed%s: %zu tags, %zu manifests. Nothing was removed.\n",
               all ? "" : " (first part only)", tags, manifests);
}

bool collectsAny(const config::Config& config) {
  return config.storage.gc || std::ranges::any_of(config.subPaths, [](const auto& entry) { return entry.second.gc; });
}

}  // namespace

int verifyRetention(const RetentionCheckOptions& options) {
  spdlog::set_level(spdlog::level::warn);
  auto timeout = timeoutOf(options);
  if (!timeout) return refuse(timeout.error());
  auto loaded = loadSettings(options.config, {});
  printProblems(loaded);
  if (!loaded.config) return 1;
  if (!collectsAny(*loaded.config)) {
    return refuse({ErrorCode::InvalidArgument,
                   "Nothing is removed while this is false. Set it to true for retention to apply.", "storage.gc"});
  }
  File file(options.logFile.empty() ? nullptr : std::fopen(options.logFile.c_str(), "ae"), &std::fclose);
  if (!options.logFile.empty() && !file) {
    return refuse({ErrorCode::Io, std::generic_category().message(errno), options.logFile.string()});
  }
  auto engine = Engine::open(loaded.config);
  if (!engine) return refuse(engine.error());
  auto removals = plan(**engine, *timeout);
  if (!removals) return refuse(removals.error());
  print(file ? file.get() : stdout, *loaded.config, *removals);
  return 0;
}

}  // namespace larder::daemon
