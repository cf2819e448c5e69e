// What the handlers share, for as long as the ServerHandler lives.
#pragma once

#include <array>
#include <atomic>
#include <boost/asio/strand.hpp>
#include <chrono>

#include "admin/sessions.hpp"
#include "cache_windows.hpp"
#include "larder/api/server_handler.hpp"
#include "last_pull.hpp"
#include "live/hub.hpp"
#include "policy_cell.hpp"
#include "request_metrics.hpp"
#include "served_bytes.hpp"

namespace larder::api {

struct Services {
  HandlerParts parts;
  PolicyCell policy;
  RequestMetrics requests;
  ServedBytes served;
  LastPull lastPull;
  admin::Sessions sessions;
  std::chrono::system_clock::time_point startedAt;
  CacheWindows cacheWindows;
  // Where calls of the management API are handled: two threads of the pool at most, for pulls need the others.
  std::array<runtime::Executor, 2> adminQueues;
  std::atomic<std::size_t> adminCalls{0};
  std::shared_ptr<live::Hub> live;

  Services(const HandlerParts& given, Policy initial)
      : parts(given),
        policy(std::make_shared<const PolicyState>(std::move(initial))),
        requests(given.metrics),
        served(given.metrics),
        startedAt(given.clock.now()),
        cacheWindows(given.metrics),
        adminQueues{boost::asio::make_strand(given.blocking), boost::asio::make_strand(given.blocking)},
        live(std::make_shared<live::Hub>(*this)) {}

  // One in turn.
  runtime::Executor adminQueue() { return adminQueues[adminCalls++ % adminQueues.size()]; }
};

}  // namespace larder::api
