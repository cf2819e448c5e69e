#include <algorithm>
#include <chrono>

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

apitypes::UpstreamState toApi(upstream::UpstreamState state) {
  switch (state) {
    case upstream::UpstreamState::NeverContacted:
      return apitypes::UpstreamState::NeverContacted;
    case upstream::UpstreamState::Up:
      return apitypes::UpstreamState::Up;
    case upstream::UpstreamState::Recovering:
      return apitypes::UpstreamState::Recovering;
    case upstream::UpstreamState::Down:
      return apitypes::UpstreamState::Down;
    case upstream::UpstreamState::Denied:
      return apitypes::UpstreamState::Denied;
  }
  return apitypes::UpstreamState::Unknown;
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

// A clock that was set back between two looks must not make a duration of centuries.
std::uint64_t count(std::chrono::milliseconds duration) {
  return static_cast<std::uint64_t>(std::max<std::chrono::milliseconds::rep>(duration.count(), 0));
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

apitypes::EndedTransfer toApi(const registry::EndedTransfer& transfer) {
  apitypes::EndedTransfer out;
  out.id = transfer.requestId;
  out.pull = transfer.pull;
  out.kind = byWord<apitypes::EndedKind>(registry::toString(transfer.kind));
  out.client = transfer.client;
  out.user = transfer.user;
  out.agent = unlessEmpty(transfer.agent);
  out.repository = transfer.repository;
  out.reference = transfer.reference;
  out.digest = unlessEmpty(transfer.digest);
  out.upstream = unlessEmpty(transfer.upstream);
  out.startedAt = transfer.startedAt;
  out.endedAt = transfer.endedAt;
  out.tookMs = count(transfer.took());
  out.waitedMs = count(transfer.waited);
  out.firstByteMs = count(transfer.firstByte);
  out.bytes = transfer.bytes;
  out.upstreamBytes = transfer.upstreamBytes;
  out.cacheBytes = transfer.bytes - std::min(transfer.bytes, transfer.upstreamBytes);
  // Of what took no millisecond, none can be told.
  if (out.tookMs > 0) out.bytesPerSecond = out.bytes * 1000 / out.tookMs;
  out.status = transfer.status;
  out.outcome = byWord<apitypes::EndedOutcome>(registry::toString(transfer.outcome));
  out.error = unlessEmpty(transfer.error);
  out.times = transfer.times;
  return out;
}

apitypes::Pull toApi(const registry::Pull& pull) {
  apitypes::Pull out;
  out.id = pull.id;
  out.client = pull.client;
  out.user = pull.user;
  out.repository = pull.repository;
  out.reference = pull.reference;
  out.upstream = unlessEmpty(pull.upstream);
  out.startedAt = pull.startedAt;
  out.endedAt = pull.endedAt;
  out.tookMs = count(pull.took());
  out.waitedMs = count(pull.waited);
  out.firstByteMs = count(pull.firstByte);
  out.bytes = pull.bytes;
  out.upstreamBytes = pull.upstreamBytes;
  out.outcome = byWord<apitypes::EndedOutcome>(registry::toString(pull.outcome));
  out.error = unlessEmpty(pull.error);
  out.transfers = listOf(pull.transfers);
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
  out.state = toApi(upstream::stateOf(status));
  out.nextTryAt = status.nextTry;
  out.lastContactAt = status.lastContact;
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
