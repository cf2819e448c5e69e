// What went wrong, as the management API tells it: application/problem+json (RFC 9457).
#pragma once

#include <chrono>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "larder/core/error.hpp"
#include "larder/http/message.hpp"

namespace larder::api::admin {

using Json = nlohmann::ordered_json;

// One fault of the input.
struct InputError {
  std::string path;     // "http.auth.failDelay", "password", "?limit"; "" for the whole
  std::string message;  // what is wrong
  std::string hint;     // what would be right, "" if the message says it
};

struct Problem {
  int status = 500;
  std::string detail;  // one sentence that says what to do
  std::vector<InputError> errors = {};
  std::optional<std::chrono::milliseconds> retryAfter = {};
};

// The status of an Error is that of the OCI API; what is internal is logged by the caller and not told.
Problem problemOf(const core::Error& error);

http::Response problemResponse(const Problem& problem);
http::Response problemResponse(int status, std::string detail);
http::Response problemResponse(const core::Error& error);

// 422 with all faults.
http::Response invalidInput(std::vector<InputError> errors);

// A JSON answer. Text that is no UTF-8 is replaced rather than refused: it comes from clients and upstreams.
http::Response jsonResponse(int status, const Json& body);

}  // namespace larder::api::admin
