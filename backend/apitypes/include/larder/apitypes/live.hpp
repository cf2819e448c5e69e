// The messages of the WebSocket.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "larder/apitypes/activity.hpp"

namespace larder::apitypes {

enum class LiveTopic : std::uint8_t { Unknown, Metrics, Transfers, Events, Jobs, Logs };
enum class LiveType : std::uint8_t { Unknown, Subscribe, Unsubscribe, Snapshot, Change, Resync, Refusal };

// From the client: Subscribe or Unsubscribe.
struct LiveRequest {
  LiveType type = LiveType::Unknown;
  LiveTopic topic = LiveTopic::Unknown;
  std::optional<LogLevel> level;  // of logs
};
// From the daemon. Snapshots and changes have data: of metrics a MetricsHistory and a MetricsSample, of the others
// LiveItems. All but a Refusal, which has the problem, have seq.
struct LiveMessage {
  LiveType type = LiveType::Unknown;
  LiveTopic topic = LiveTopic::Unknown;
  std::optional<std::uint64_t> seq;
  std::optional<Json> data;
  std::optional<Problem> problem;
};
// JSON exists for Transfer, Job, Event and LogRecord.
template <class T>
struct LiveItems {
  std::vector<T> items;
  std::optional<std::vector<std::string>> ended;  // ids of transfers that are over
};

LARDER_DECLARE_JSON(LiveRequest);
LARDER_DECLARE_JSON(LiveMessage);
template <class T>
void to_json(Json& json, const LiveItems<T>& value);
template <class T>
void from_json(const Json& json, LiveItems<T>& value);

}  // namespace larder::apitypes
