// The one place that says what a core::ErrorCode is in HTTP and in the OCI distribution-spec 1.1, "Error Codes".
#pragma once

#include <string>
#include <string_view>

#include "larder/core/error.hpp"
#include "larder/http/message.hpp"

namespace larder::api {

// What the request was about: an upstream's 404 is told in the words for it.
enum class Subject { Manifest, Blob, Repository };

struct MappedError {
  int status = 500;
  std::string_view code;  // of the spec for 4xx; our own words for 5xx, which the spec leaves open
  // The message may hold paths or system errors: it is logged, the client gets a general sentence.
  bool internal = false;
};

MappedError mapError(core::ErrorCode code, Subject subject);

// {"errors":[{"code":…,"message":…,"detail":…}]} with Retry-After where the error says until when. 401 carries no
// challenge: see access.hpp.
http::Response errorResponse(const core::Error& error, Subject subject);

}  // namespace larder::api
