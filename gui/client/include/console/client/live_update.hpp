// What the live stream says about a topic, decoded.
#pragma once

#include <memory>
#include <variant>

#include "larder/apitypes/activity.hpp"
#include "larder/apitypes/live.hpp"
#include "larder/apitypes/status.hpp"

namespace console::client {

// A snapshot has the whole state of a topic, a change what is new or different.
struct LiveUpdate {
  using Data = std::variant<
      std::monostate, larder::apitypes::MetricsHistory, larder::apitypes::MetricsSample,
      larder::apitypes::LiveItems<larder::apitypes::Transfer>, larder::apitypes::LiveItems<larder::apitypes::Job>,
      larder::apitypes::LiveItems<larder::apitypes::Event>, larder::apitypes::LiveItems<larder::apitypes::LogRecord>,
      larder::apitypes::LiveItems<larder::apitypes::UpstreamHealth>>;

  larder::apitypes::LiveTopic topic = larder::apitypes::LiveTopic::Unknown;
  bool snapshot = false;
  Data data;
};

// Null where the message has no data, or none of its topic's kind.
std::shared_ptr<const LiveUpdate> decodeUpdate(const larder::apitypes::LiveMessage& message);

}  // namespace console::client
