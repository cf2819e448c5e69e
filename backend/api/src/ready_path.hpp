// The hot path: pulls of what is in memory, answered without a coroutine.
#pragma once

#include "larder/http/message.hpp"
#include "services.hpp"

namespace larder::api {

// Fills `response` and returns true if the request is a plain GET or HEAD of a manifest or blob that the registry has
// at hand, from someone whose identity and permission are known at once. False leaves everything to the normal path,
// which answers the same. No blocking.
bool answerReady(Services& services, const http::RequestHead& head, http::ReadyResponse& response);

}  // namespace larder::api
