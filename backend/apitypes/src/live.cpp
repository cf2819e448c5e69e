#include "larder/apitypes/live.hpp"

#include "members.hpp"
#include "words.hpp"

namespace larder::apitypes {

LARDER_JSON(LiveRequest, type, topic, level)
LARDER_JSON(LiveMessage, type, topic, seq, data, problem)

template <class T>
void to_json(Json& json, const LiveItems<T>& value) {
  beginObject(json);
  LARDER_EACH(LARDER_WRITE, items, ended)
}
template <class T>
void from_json(const Json& json, LiveItems<T>& value) {
  expectObject(json);
  LARDER_EACH(LARDER_READ, items, ended)
}
template void to_json(Json& json, const LiveItems<Transfer>& value);
template void from_json(const Json& json, LiveItems<Transfer>& value);
template void to_json(Json& json, const LiveItems<Job>& value);
template void from_json(const Json& json, LiveItems<Job>& value);
template void to_json(Json& json, const LiveItems<Event>& value);
template void from_json(const Json& json, LiveItems<Event>& value);
template void to_json(Json& json, const LiveItems<LogRecord>& value);
template void from_json(const Json& json, LiveItems<LogRecord>& value);

}  // namespace larder::apitypes
