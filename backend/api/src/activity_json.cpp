#include "activity_json.hpp"

#include <array>

#include "larder/apitypes/time.hpp"

namespace larder::api {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::array<std::string_view, 5> kLevels{"trace", "debug", "info", "warn", "error"};

const char* nameOf(telemetry::Severity severity) {
  switch (severity) {
    case telemetry::Severity::Info:
      return "info";
    case telemetry::Severity::Warning:
      return "warning";
    case telemetry::Severity::Error:
      break;
  }
  return "error";
}

std::string_view nameOf(upstream::BreakerState state) {
  switch (state) {
    case upstream::BreakerState::Closed:
      return "closed";
    case upstream::BreakerState::HalfOpen:
      return "halfOpen";
    case upstream::BreakerState::Open:
      break;
  }
  return "open";
}

}  // namespace

Json toJson(const registry::Transfer& transfer) {
  Json body{{"id", transfer.id},
            {"digest", transfer.digest.toString()},
            {"repository", transfer.repository},
            {"upstream", transfer.upstream},
            {"startedAt", apitypes::formatTime(transfer.startedAt)},
            {"receivedBytes", transfer.received},
            {"bytesPerSecond", transfer.bytesPerSecond},
            {"clients", transfer.clients}};
  if (transfer.total) body["totalBytes"] = *transfer.total;
  return body;
}

Json toJson(const registry::Job& job) {
  Json body{{"id", job.id},
            {"kind", registry::toString(job.kind)},
            {"state", registry::toString(job.state)},
            {"target", job.target},
            {"by", job.by},
            {"startedAt", apitypes::formatTime(job.startedAt)},
            {"done", job.done},
            {"counts", job.counts.empty() ? Json::object() : Json(job.counts)}};
  if (job.endedAt) body["endedAt"] = apitypes::formatTime(*job.endedAt);
  if (job.total) body["total"] = *job.total;
  if (!job.unit.empty()) body["unit"] = job.unit;
  if (!job.step.empty()) body["step"] = job.step;
  if (!job.error.empty()) body["error"] = job.error;
  return body;
}

Json toJson(const registry::SyncRun& run) {
  const auto& report = run.report;
  Json body{{"index", run.rule},
            {"startedAt", apitypes::formatTime(report.startedAt)},
            {"repositories", report.repositories},
            {"tags", report.tags},
            {"copied", report.copied},
            {"skipped", report.skipped},
            {"bytes", report.bytes},
            {"errors", report.errors},
            {"messages", report.messages}};
  if (report.endedAt) body["endedAt"] = apitypes::formatTime(*report.endedAt);
  if (report.retryAt) body["retryAt"] = apitypes::formatTime(*report.retryAt);
  return body;
}

Json toJson(const upstream::UpstreamStatus& status) {
  Json json{{"host", status.host}, {"breaker", nameOf(status.breaker)}, {"waiting", status.waiting}};
  if (status.rateLimit) json["rateLimit"] = *status.rateLimit;
  if (status.rateRemaining) json["rateRemaining"] = *status.rateRemaining;
  if (status.budget) json["budget"] = *status.budget;
  if (status.budgetLeft) json["budgetLeft"] = *status.budgetLeft;
  if (status.lastFirstByte) json["lastFirstByteMs"] = status.lastFirstByte->count();
  if (!status.lastError.empty()) json["lastError"] = status.lastError;
  return json;
}

Json toJson(const telemetry::Event& event) {
  Json body{{"at", apitypes::formatTime(event.time)},
            {"kind", event.type},
            {"severity", nameOf(event.severity)},
            {"message", event.message}};
  if (!event.subject.empty()) body["subject"] = event.subject;
  return body;
}

Json toJson(const telemetry::LogLine& line) {
  return {{"at", apitypes::formatTime(line.time)}, {"level", line.level}, {"text", line.text}};
}

std::optional<std::size_t> logLevel(std::string_view text) {
  for (std::size_t i = 0; i < kLevels.size(); ++i) {
    if (kLevels[i] == text) return i;
  }
  return std::nullopt;
}

}  // namespace larder::api
