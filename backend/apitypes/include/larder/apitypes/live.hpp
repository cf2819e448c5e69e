// The messages of the WebSocket.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "larder/apitypes/activity.hpp"

namespace larder::apitypes {

enum class LiveTopic : std::uint8_t { Unknown, Metrics, Transfers, Events, Jobs, Logs, Upstreams };
enum class LiveType : std::uint8_t {
  Unknown,
  Subscribe,
  Unsubscribe,
  Snapshot,
  Change,
  Resync,
  Refusal,
  Closed,
  Heartbeat,
  Ping,
  Pong
};

// From the client: Subscribe or Unsubscribe, which have a topic, or a Ping, which has an id.
struct LiveRequest {
  LiveType type = LiveType::Unknown;
  std::optional<LiveTopic> topic;
  std::optional<LogLevel> level;  // of logs
  std::optional<std::string> id;
};
// From the daemon. Snapshots and changes have data: of metrics a MetricsHistory and a MetricsSample, of the others
// LiveItems. All that have a topic but a Refusal and a Closed, which have the problem, have seq. A Heartbeat comes each
// everyMs, a Pong with the id of its Ping.
struct LiveMessage {
  LiveType type = LiveType::Unknown;
  std::optional<LiveTopic> topic;
  std::optional<std::uint64_t> seq;
  std::optional<Json> data;
  std::optional<Problem> problem;
  std::optional<std::string> id;
  std::optional<Time> at;
  std::optional<std::uint64_t> everyMs;
};
template <class T>
struct LiveItems {
  std::vector<T> items;
  std::optional<std::vector<std::string>> ended;  // ids of transfers that are over
};

LARDER_DECLARE_WORDS(LiveTopic);
LARDER_DECLARE_WORDS(LiveType);
LARDER_DECLARE_JSON(LiveRequest);
LARDER_DECLARE_JSON(LiveMessage);
template <class T>
void members(Writer& writer, const LiveItems<T>& content) {
  writer.member("items", content.items);
  writer.member("ended", content.ended);
}
template <class T>
void members(Reader& reader, LiveItems<T>& content) {
  reader.member("items", content.items);
  reader.member("ended", content.ended);
}

}  // namespace larder::apitypes
