#include "larder/apitypes/live.hpp"

#include "members.hpp"

namespace larder::apitypes {

LARDER_WORDS(LiveTopic, "metrics", "transfers", "events", "jobs", "logs", "upstreams")
LARDER_WORDS(LiveType, "subscribe", "unsubscribe", "snapshot", "change", "resync", "refusal", "closed", "heartbeat",
             "ping", "pong")
LARDER_JSON(LiveRequest, type, topic, level, id)
LARDER_JSON(LiveMessage, type, topic, seq, data, problem, id, at, everyMs)

}  // namespace larder::apitypes
