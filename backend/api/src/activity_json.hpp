// Transfers, jobs, polls, upstreams, events and log lines as openapi.yaml describes them.
#pragma once

#include <nlohmann/json.hpp>

#include "larder/registry/job_service.hpp"
#include "larder/registry/sync_service.hpp"
#include "larder/registry/transfer_service.hpp"
#include "larder/telemetry/events.hpp"

namespace larder::api {

nlohmann::ordered_json toJson(const registry::Transfer& transfer);
nlohmann::ordered_json toJson(const registry::Job& job);
nlohmann::ordered_json toJson(const registry::SyncRun& run);
nlohmann::ordered_json toJson(const upstream::UpstreamStatus& status);
nlohmann::ordered_json toJson(const telemetry::Event& event);
nlohmann::ordered_json toJson(const telemetry::LogLine& line);

// 0 for "trace" to 4 for "error"; nothing for what is no level.
std::optional<std::size_t> logLevel(std::string_view text);

}  // namespace larder::api
