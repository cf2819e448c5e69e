// What goes on: transfers, jobs, the sampled metrics, and the records of what happened.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "larder/apitypes/basics.hpp"

namespace larder::apitypes {

enum class JobKind : std::uint8_t { Unknown, Gc, Retention, Scrub, Eviction, SyncRun, Prefetch, Import };
enum class StartableJob : std::uint8_t { Unknown, Gc, Retention, Scrub, Eviction };
enum class JobState : std::uint8_t { Unknown, Running, Succeeded, Failed, Cancelled, Interrupted };
enum class MetricsRange : std::uint8_t { Unknown, TenMinutes, SixHours, SevenDays };
enum class Unit : std::uint8_t { Unknown, Bytes, BytesPerSecond, PerSecond, Ratio, Count, Seconds };
enum class LogLevel : std::uint8_t { Unknown, Trace, Debug, Info, Warn, Error };
enum class Severity : std::uint8_t { Unknown, Info, Warning, Error };

struct Transfer {
  std::string id;
  std::string digest;
  std::string repository;
  std::string upstream;
  Time startedAt{};
  std::optional<std::uint64_t> totalBytes;
  std::uint64_t receivedBytes = 0;
  std::uint64_t bytesPerSecond = 0;
  std::uint64_t clients = 0;
};
enum class EndedKind : std::uint8_t { Unknown, Manifest, Blob };
enum class EndedOutcome : std::uint8_t { Unknown, Served, Failed, Cancelled };
enum class EndedSort : std::uint8_t { Unknown, Ended, Duration, Wait, FirstByte, Bytes };
// A request of a client that has ended: one that went upstream, took long, or failed.
struct EndedTransfer {
  std::string id;  // of the request, as in the log
  std::string pull;
  EndedKind kind = EndedKind::Unknown;
  std::string client;
  std::string user;
  std::optional<std::string> agent;
  std::string repository;
  std::string reference;
  std::optional<std::string> digest;
  std::optional<std::string> upstream;
  Time startedAt{};
  Time endedAt{};
  std::uint64_t tookMs = 0;
  std::uint64_t waitedMs = 0;
  std::uint64_t firstByteMs = 0;
  std::uint64_t bytes = 0;
  std::uint64_t upstreamBytes = 0;
  std::uint64_t cacheBytes = 0;
  std::uint64_t bytesPerSecond = 0;
  int status = 0;
  EndedOutcome outcome = EndedOutcome::Unknown;
  std::optional<std::string> error;
  std::uint64_t times = 1;
};
// A manifest and its layers, as one client pulled them.
struct Pull {
  std::string id;
  std::string client;
  std::string user;
  std::string repository;
  std::string reference;
  std::optional<std::string> upstream;
  Time startedAt{};
  Time endedAt{};
  std::uint64_t tookMs = 0;
  std::uint64_t waitedMs = 0;
  std::uint64_t firstByteMs = 0;
  std::uint64_t bytes = 0;
  std::uint64_t upstreamBytes = 0;
  EndedOutcome outcome = EndedOutcome::Unknown;
  std::optional<std::string> error;
  std::vector<EndedTransfer> transfers;
};
struct Job {
  std::string id;
  JobKind kind = JobKind::Unknown;
  JobState state = JobState::Unknown;
  std::string target;  // "": everything
  std::string by;
  Time startedAt{};
  std::optional<Time> endedAt;
  std::uint64_t done = 0;
  std::optional<std::uint64_t> total;
  std::optional<std::string> unit;
  std::optional<std::string> step;
  std::map<std::string, std::uint64_t> counts;
  std::optional<std::string> error;
};
struct NewJob {
  StartableJob kind = StartableJob::Unknown;
};
struct Series {
  std::string key;
  std::string title;
  Unit unit = Unit::Unknown;
  std::string promql;
  std::vector<float> values;  // one for each step, NaN where there was no sample
};
struct MetricsHistory {
  MetricsRange range = MetricsRange::Unknown;
  std::uint64_t stepMs = 0;
  Time startAt{};
  std::vector<Series> series;
};
struct MetricsSample {
  Time at{};
  std::map<std::string, float> values;  // by the key of the series
};
struct AuditRecord {
  Time at{};
  std::string user;
  std::optional<std::string> tried;  // of a failed login
  std::string remote;
  std::string action;
  std::string method;
  std::string object;
  int status = 0;
  std::optional<std::uint64_t> repeated;
  std::optional<Json> before;
  std::optional<Json> after;
};
struct LogRecord {
  Time at{};
  LogLevel level = LogLevel::Unknown;
  std::string text;
};
struct Event {
  Time at{};
  std::string kind;
  Severity severity = Severity::Unknown;
  std::string message;
  std::optional<std::string> subject;
};

LARDER_DECLARE_WORDS(JobKind);
LARDER_DECLARE_WORDS(StartableJob);
LARDER_DECLARE_WORDS(JobState);
LARDER_DECLARE_WORDS(MetricsRange);
LARDER_DECLARE_WORDS(Unit);
LARDER_DECLARE_WORDS(LogLevel);
LARDER_DECLARE_WORDS(Severity);
LARDER_DECLARE_JSON(Transfer);
LARDER_DECLARE_WORDS(EndedKind);
LARDER_DECLARE_WORDS(EndedOutcome);
LARDER_DECLARE_WORDS(EndedSort);
LARDER_DECLARE_JSON(EndedTransfer);
LARDER_DECLARE_JSON(Pull);
LARDER_DECLARE_JSON(Job);
LARDER_DECLARE_JSON(NewJob);
LARDER_DECLARE_JSON(Series);
LARDER_DECLARE_JSON(MetricsHistory);
LARDER_DECLARE_JSON(MetricsSample);
LARDER_DECLARE_JSON(AuditRecord);
LARDER_DECLARE_JSON(LogRecord);
LARDER_DECLARE_JSON(Event);

}  // namespace larder::apitypes
