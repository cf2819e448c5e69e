// What went wrong, as the management API tells it: application/problem+json (RFC 9457).
#pragma once

#include <string>
#include <vector>

#include "larder/apitypes/basics.hpp"
#include "larder/core/error.hpp"
#include "larder/http/message.hpp"

namespace larder::api::admin {

using apitypes::InputError;
using apitypes::Json;

// With the title of the status. `detail` is one sentence that says what to do.
apitypes::Problem problemOf(int status, std::string detail, std::vector<InputError> errors = {});

http::Response problemResponse(const apitypes::Problem& problem);
http::Response problemResponse(int status, std::string detail);
// The status of an Error is that of the OCI API; what is internal is logged by the caller and not told.
http::Response problemResponse(const core::Error& error);

// 422 with all faults.
http::Response invalidInput(std::vector<InputError> errors);

// An answer in JSON: a struct of the API, as text.
http::Response jsonTextResponse(int status, std::string text);
template <class T>
http::Response jsonResponse(int status, const T& content) {
  return jsonTextResponse(status, apitypes::encode(content));
}

}  // namespace larder::api::admin
