// What this daemon is and how it does.
#include <string_view>

#include "larder/apitypes/status.hpp"

#include "admin/config_answers.hpp"
#include "admin/handlers.hpp"
#include "embedded.hpp"
#include "larder/core/version.hpp"
#include "larder/telemetry/runtime_metrics.hpp"
#include "storage_forecast.hpp"
#include "to_api.hpp"

namespace larder::api::admin {
namespace {

// What the faces need to know before they show a control.
std::vector<std::string> capabilities(const Call& call) {
  const auto& config = call.config();
  std::vector<std::string> list;
  if (call.state->policy.authenticator->challengeRealm()) list.emplace_back("login");
  if (config.extensions.sync && config.extensions.sync->enable) list.emplace_back("sync");
  if (config.storage.gc) list.emplace_back("gc");
  if (config.extensions.scrub.enable) list.emplace_back("scrub");
  if (config.extensions.metrics.enable) list.emplace_back("metrics");
  if (call.caller.changes && !config.larder.management.readOnly) {
    list.emplace_back("editConfig");
    if (config.http.auth.htpasswdPath) list.emplace_back("editUsers");
  }
  return list;
}

apitypes::ConfigSummary summaryOf(config::LoadState state) {
  apitypes::ConfigSummary summary{state.revision,
                                  sourceOf(state.editsOverlay),
                                  state.overlaid,
                                  std::move(state.restartNeeded),
                                  {},
                                  faultsOf(state.problems, config::Severity::Warning)};
  if (!state.ok) summary.reloadError = std::move(state.error);
  return summary;
}

apitypes::Memory memoryOf(telemetry::MetricRegistry& metrics) {
  apitypes::Memory memory{static_cast<std::uint64_t>(telemetry::processResidentBytes()), {}};
  auto limit = static_cast<std::uint64_t>(metrics.total("larder_memory_limit_bytes"));
  if (limit > 0) memory.limitBytes = limit;
  return memory;
}

apitypes::CacheTotals totalsOf(const Call& call) {
  const auto& metrics = call.services->parts.metrics;
  const auto& windows = call.services->cacheWindows;
  auto now = call.services->parts.clock.now();
  auto pulls = [&](std::string_view result) {
    return static_cast<std::uint64_t>(metrics.total("larder_cache_requests_total", "result", result));
  };
  const std::string_view served = "larder_cache_served_bytes_total";
  return {pulls("hit"),
          pulls("miss"),
          pulls("stale"),
          static_cast<std::uint64_t>(metrics.total(served)),
          static_cast<std::uint64_t>(metrics.total(served, "source", "upstream")),
          windows.last(std::chrono::hours(1), now),
          windows.last(std::chrono::hours(24), now)};
}

std::optional<apitypes::ImportProgress> importOf(const telemetry::MetricRegistry& metrics) {
  auto count = [&metrics](std::string_view state) {
    return static_cast<std::uint64_t>(metrics.total("larder_import_repositories", "state", state));
  };
  auto found = count("found");
  if (found == 0) return std::nullopt;
  return apitypes::ImportProgress{found, count("done"), count("waiting"), count("failed")};
}

apitypes::DaemonState stateOf(const HandlerParts& parts) {
  using Health = registry::StoreHealth::State;
  if (!parts.ready) return apitypes::DaemonState::Starting;
  switch (parts.registry.storeHealth().state) {
    case Health::Usable:
      return apitypes::DaemonState::Serving;
    case Health::ReadOnly:
      return apitypes::DaemonState::Degraded;
    case Health::Lost:
      break;
  }
  return apitypes::DaemonState::Unusable;
}

}  // namespace

Answer getStatus(Call call) {
  const auto& parts = call.services->parts;
  apitypes::Status status;
  status.name = "larder";
  status.state = stateOf(parts);
  status.loginPossible = call.state->policy.authenticator->challengeRealm().has_value();
  // Strangers learn no version to look up the faults of.
  if (call.caller.reads) {
    status.version = core::version();
    status.startedAt = call.services->startedAt;
    status.time = parts.clock.now();
    status.capabilities = capabilities(call);
  }
  if (call.caller.reads && call.caller.seesFigures) {
    if (auto use = co_await parts.registry.housekeeping().storageState()) {
      status.storage = toApi(*use);
      auto forecast = forecastStorage(call.services->live->sampler(), *use, parts.clock.now());
      status.storage->fullAt = forecast.fullAt;
      status.storage->evictionAt = forecast.evictionAt;
      if (!call.caller.admin) status.storage->fault.reset();  // it names paths
    }
    status.memory = memoryOf(parts.metrics);
    status.cache = totalsOf(call);
    status.upstreams = co_await call.services->live->upstreams();
    status.import = importOf(parts.metrics);
  }
  if (call.caller.admin) status.config = summaryOf(parts.editor.state());
  co_return jsonResponse(200, status);
}

Answer getOpenApi(Call) {
  http::Response response(200);
  response.set("Content-Type", "application/yaml");
  response.body = std::string(embedded::openapiYaml());
  co_return response;
}

}  // namespace larder::api::admin
