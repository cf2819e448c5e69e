#include "console/client/live_update.hpp"

#include <utility>

namespace console::client {
namespace {

namespace api = larder::apitypes;

template <class T>
bool read(const api::Json& json, LiveUpdate::Data& into) {
  T content{};
  api::Reader reader(json, api::Reader::Side::Client);
  reader.value(content);
  if (!reader.faults().empty()) return false;
  into = std::move(content);
  return true;
}

bool readTopic(const LiveUpdate& update, const api::Json& json, LiveUpdate::Data& into) {
  switch (update.topic) {
    case api::LiveTopic::Metrics:
      return update.snapshot ? read<api::MetricsHistory>(json, into) : read<api::MetricsSample>(json, into);
    case api::LiveTopic::Transfers:
      return read<api::LiveItems<api::Transfer>>(json, into);
    case api::LiveTopic::Jobs:
      return read<api::LiveItems<api::Job>>(json, into);
    case api::LiveTopic::Events:
      return read<api::LiveItems<api::Event>>(json, into);
    case api::LiveTopic::Logs:
      return read<api::LiveItems<api::LogRecord>>(json, into);
    case api::LiveTopic::Upstreams:
      return read<api::LiveItems<api::UpstreamHealth>>(json, into);
    case api::LiveTopic::Unknown:
      break;
  }
  return false;
}

}  // namespace

std::shared_ptr<const LiveUpdate> decodeUpdate(const api::LiveMessage& message) {
  if (!message.topic || !message.data) return nullptr;
  auto update = std::make_shared<LiveUpdate>();
  update->topic = *message.topic;
  update->snapshot = message.type == api::LiveType::Snapshot;
  if (!readTopic(*update, *message.data, update->data)) return nullptr;
  return update;
}

}  // namespace console::client
