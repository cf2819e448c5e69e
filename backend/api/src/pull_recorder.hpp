// Which requests of clients are remembered after they have ended, and as what (registry::PullHistory).
#pragma once

#include "larder/http/server.hpp"
#include "services.hpp"

namespace larder::api {

// For each answer that has ended. Remembers pulls that went upstream, failed, or took a second; all others cost a few
// comparisons here.
void recordPull(Services& services, const http::RequestHead& head, const http::Outcome& outcome);

}  // namespace larder::api
