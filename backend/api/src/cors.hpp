// Cross-origin requests (Fetch standard, "CORS protocol") for the origins of http.allowOrigin.
#pragma once

#include <string>

#include "larder/http/message.hpp"
#include "policy_cell.hpp"

namespace larder::api {

// The answer to OPTIONS: a preflight, or a question for the methods (`allow`).
http::Response answerOptions(const PolicyState& state, const http::RequestHead& head, std::string allow);
// Adds what lets an allowed origin read the answer.
void setCorsFields(http::Response& response, const PolicyState& state, const http::RequestHead& head);

}  // namespace larder::api
