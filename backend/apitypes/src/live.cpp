#include "larder/apitypes/live.hpp"

#include "members.hpp"

namespace larder::apitypes {

LARDER_WORDS(LiveTopic, "metrics", "transfers", "events", "jobs", "logs")
LARDER_WORDS(LiveType, "subscribe", "unsubscribe", "snapshot", "change", "resync", "refusal")
LARDER_JSON(LiveRequest, type, topic, level)
LARDER_JSON(LiveMessage, type, topic, seq, data, problem)

}  // namespace larder::apitypes
