#include "to_api.hpp"

namespace larder::api {
namespace {

apitypes::Severity toApi(telemetry::Severity severity) {
  switch (severity) {
    case telemetry::Severity::Info:
      return apitypes::Severity::Info;
    case telemetry::Severity::Warning:
      return apitypes::Severity::Warning;
    case telemetry::Severity::Error:
      return apitypes::Severity::Error;
  }
  return apitypes::Severity::Unknown;
}

apitypes::Breaker toApi(upstream::BreakerState state) {
  switch (state) {
    case upstream::BreakerState::Closed:
      return apitypes::Breaker::Closed;
    case upstream::BreakerState::HalfOpen:
      return apitypes::Breaker::HalfOpen;
    case upstream::BreakerState::Open:
      return apitypes::Breaker::Open;
  }
  return apitypes::Breaker::Unknown;
}

}  // namespace

apitypes::Transfer toApi(const registry::Transfer& transfer) {
  apitypes::Transfer out;
  out.id = transfer.id;
  out.digest = transfer.digest.toString();
  out.repository = transfer.repository;
  out.upstream = transfer.upstream;
  out.startedAt = transfer.startedAt;
  out.totalBytes = transfer.total;
  out.receivedBytes = transfer.received;
  out.bytesPerSecond = transfer.bytesPerSecond;
  out.clients = transfer.clients;
  return out;
}

apitypes::Job toApi(const registry::Job& job) {
  apitypes::Job out;
  out.id = job.id;
  out.kind = byWord<apitypes::JobKind>(registry::toString(job.kind));
  out.state = byWord<apitypes::JobState>(registry::toString(job.state));
  out.target = job.target;
  out.by = job.by;
  out.startedAt = job.startedAt;
  out.endedAt = job.endedAt;
  out.done = job.done;
  out.total = job.total;
  out.unit = unlessEmpty(job.unit);
  out.step = unlessEmpty(job.step);
  out.counts = job.counts;
  out.error = unlessEmpty(job.error);
  return out;
}

apitypes::Run toApi(const registry::SyncRun& run) {
  const auto& report = run.report;
  apitypes::Run out;
  out.index = run.rule;
  out.startedAt = report.startedAt;
  out.endedAt = report.endedAt;
  out.retryAt = report.retryAt;
  out.repositories = report.repositories;
  out.tags = report.tags;
  out.copied = report.copied;
  out.skipped = report.skipped;
  out.bytes = report.bytes;
  out.errors = report.errors;
  out.messages = report.messages;
  return out;
}

apitypes::UpstreamHealth toApi(const upstream::UpstreamStatus& status) {
  apitypes::UpstreamHealth out;
  out.host = status.host;
  out.breaker = toApi(status.breaker);
  out.waiting = status.waiting;
  out.rateLimit = status.rateLimit;
  out.rateRemaining = status.rateRemaining;
  out.budget = status.budget;
  out.budgetLeft = status.budgetLeft;
  if (status.lastFirstByte) out.lastFirstByteMs = static_cast<std::uint64_t>(status.lastFirstByte->count());
  out.lastError = unlessEmpty(status.lastError);
  return out;
}

apitypes::Event toApi(const telemetry::Event& event) {
  return {event.time, event.type, toApi(event.severity), event.message, unlessEmpty(event.subject)};
}

apitypes::InputError toApi(const config::Problem& problem) {
  return {problem.path, problem.message, unlessEmpty(problem.hint)};
}

apitypes::LogRecord toApi(const telemetry::LogLine& line) {
  return {line.time, byWord<apitypes::LogLevel>(line.level), line.text};
}

}  // namespace larder::api
