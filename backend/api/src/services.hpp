// What the handlers share, for as long as the ServerHandler lives.
#pragma once

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
  std::shared_ptr<live::Hub> live;

  Services(const HandlerParts& given, Policy initial)
      : parts(given),
        policy(std::make_shared<const PolicyState>(std::move(initial))),
        requests(given.metrics),
        served(given.metrics),
        startedAt(given.clock.now()),
        cacheWindows(given.metrics),
        live(std::make_shared<live::Hub>(*this)) {}
};

}  // namespace larder::api
